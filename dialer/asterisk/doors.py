"""The doors of the dial plan: who calls one of our caller ids comes in, nobody goes out.

Each trunk has a door of its own, which opens for the caller ids that this trunk may show and for
nothing else. There is no `Dial` behind it, and not one character of what the caller sent is dialled
or evaluated: his number is reduced to its digits, the number he called is one of ours.
"""

from collections.abc import Iterable, Iterator

import phonenumbers

from dialer.asterisk.dialplan import BEAT_MAX_S, BEGIN, HARBOUR, IN, LEASE_S, NOTED_CALLER, OUT
from dialer.asterisk.trunks import Trunk
from dialer.settings.inbound import Inbound

RATES = "dialer-rates"
"Family of Asterisk's database: how often each caller came in this minute, by a hash."


def door(trunk: Trunk) -> str:
    """The context of what that trunk brings."""
    return f"{IN}-{trunk.name}"


def extensions(trunks: Iterable[Trunk], app: str, house: Inbound) -> str:
    """The part of extensions.conf for callers."""
    trunks = sorted(trunks, key=lambda trunk: trunk.name)
    blocks = ["\n".join(_door(trunk, _alike(trunk, trunks))) for trunk in trunks]
    inside = _INSIDE.format(
        inside=IN,
        begin=BEGIN,
        app=app,
        lease=LEASE_S,
        beat=BEAT_MAX_S,
        out=OUT,
        harbour=HARBOUR,
        noted=NOTED_CALLER,
        rates=RATES,
        each=house.caller_per_minute,
        all=house.all_per_minute,
    )
    return "\n".join([*blocks, inside])


def _alike(trunk: Trunk, trunks: Iterable[Trunk]) -> list[Trunk]:
    """The trunks of the same machines: by its address alone nobody can tell them apart."""
    there = {host.rpartition(":")[0] or host for host in trunk.hosts}
    return [
        one for one in trunks
        if one is trunk or there & {host.rpartition(":")[0] or host for host in one.hosts}
    ]  # fmt: skip


def _door(trunk: Trunk, alike: Iterable[Trunk]) -> Iterator[str]:
    yield f"[{door(trunk)}]"
    shown = {number: one for one in alike for number in one.caller_ids}
    shown |= dict.fromkeys(trunk.caller_ids, trunk)
    for number, one in shown.items():
        yield f"exten => {number},1,Set(CALLED={number})"
        yield f" same => n,Set(TRUNK={one.name})"
        yield f" same => n,Goto({IN},{BEGIN},1)"
        for written in _ways_to_write(number, one):
            yield f"exten => {written},1,Goto({number},1)"
    if trunk.register and trunk.caller_ids and trunk.username not in trunk.caller_ids:
        # To an account that registers, carriers name the account; the number called is in To.
        to = "${CUT(CUT(PJSIP_HEADER(read,To),@,1),:,2)}"
        only = trunk.caller_ids[0] if len(trunk.caller_ids) == 1 else f"${{FILTER(0-9,{to})}}"
        yield f"exten => {trunk.username},1,Goto({only},1)"
        yield "exten => i,1,Hangup(1)"
    yield "exten => _[+0-9a-zA-Z*#].,1,Hangup(1)"
    yield "exten => _[+0-9a-zA-Z*#],1,Hangup(1)\n"


def _ways_to_write(number: str, trunk: Trunk) -> list[str]:
    """How a carrier may write one of our numbers, besides as E.164.

    >>> us = Trunk(name="us", kind="lab", country="us", hosts=("a.example",))
    >>> _ways_to_write("12125550100", us), _ways_to_write("4711", us)
    (['+12125550100', '2125550100'], ['+4711'])
    """
    written = {f"+{number}"}
    try:
        parsed = phonenumbers.parse(f"+{number}")
    except phonenumbers.NumberParseException:
        parsed = None
    home = phonenumbers.country_code_for_region(trunk.country.upper())
    if parsed is not None and parsed.country_code == home:
        inside = phonenumbers.national_significant_number(parsed)
        national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
        written |= {inside, "".join(one for one in national if one.isdigit())}
    return sorted(written - {number, ""})


_INSIDE = """\
[{inside}]
exten => {begin},1,Set(TIMEOUT(absolute)={lease})
 same => n,Set(CALLER=${{FILTER(0123456789,${{CALLERID(num)}})}})
 same => n,Set(CALLER=${{CALLER:0:15}})
; At most so many a minute, from one number and from all.
 same => n,Set(MINUTE=${{MATH(${{EPOCH}}/60,int)}})
 same => n,Set(HELD=${{LOCK({rates})}})
 same => n,GotoIf($["${{GLOBAL(CALLED_IN)}}" = "${{MINUTE}}"]?count)
 same => n,Set(GLOBAL(CALLED_IN)=${{MINUTE}})
 same => n,Set(GLOBAL(CALLS_IN)=0)
 same => n,DBdeltree({rates})
 same => n(count),Set(GLOBAL(CALLS_IN)=$[${{GLOBAL(CALLS_IN)}} + 1])
 same => n,Set(WHO=${{MD5(${{CALLER}})}})
 same => n,Set(MINE=$[0${{DB({rates}/${{WHO}})}} + 1])
 same => n,Set(DB({rates}/${{WHO}})=${{MINE}})
 same => n,Set(HELD=${{UNLOCK({rates})}})
 same => n,GotoIf($[${{MINE}} > {each} | ${{GLOBAL(CALLS_IN)}} > {all}]?busy,1)
; Whoever calls is called back, even if no dialer ever hears of him alive.
 same => n,Set(CAME=${{EPOCH}})
 same => n,Set(DB({noted}/${{UNIQUEID}}:${{TRUNK}}:${{CALLED}}:${{CALLER}}:${{CAME}})=1)
 same => n,GotoIf($[${{CAME}} - 0${{GLOBAL(BEAT)}} > {beat}]?alone)
 same => n,Ringing()
; Asterisk's call record keeps these words: who calls is not among them.
 same => n,Stasis({app},in,${{TRUNK}},${{CALLED}},${{CAME}})
 same => n,GotoIf($["${{STASISSTATUS}}" = "FAILED"]?alone)
 same => n,Hangup()
 same => n(alone),Set(CALLERID(all)=)
 same => n,Goto({out},{harbour},1)
; A dialer that hangs has not seen to it.
exten => T,1,Set(CALLERID(all)=)
 same => n,GotoIf($["0${{TALKED}}" = "01"]?{out},over,1:{out},{harbour},1)
exten => busy,1,Set(CALLERID(all)=)
 same => n,Hangup(17)
"""
