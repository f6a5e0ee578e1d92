"""What our objects in Asterisk are called: the name says what a thing is and whose.

Fixed length for each kind, lower case: Asterisk takes a channel id for taken when the id of a
living channel begins with it. A name is never used twice: a bridge id used again has crashed it.

>>> call = "d1-" + "0" * 31 + "7"
>>> kind(call), kind(media(call)), call_of(tap(call)) == call
('call', 'media', True)
>>> kind("1795384111.42")
''
"""

import hashlib
import re

NOBODY = "ffffffff"
"The epoch in the id of a call that no dialer asked for: Asterisk itself has counted it."

_NAME = re.compile(r"d1([xsbagwcmnop]?)-([0-9a-f]{32})")
_ASTERISKS = re.compile(r"([0-9]{9,10})\.([0-9]+)")
_KINDS = {
    "": "call", "x": "media", "s": "snoop", "b": "tap", "a": "leg", "g": "floor", "w": "whisper",
    "c": "chime", "m": "monitor", "n": "monitors bridge", "o": "ear", "p": "probe",
}  # fmt: skip


def kind(name: str) -> str:
    """A value of `_KINDS`; empty for what is not ours."""
    found = _NAME.fullmatch(name)
    return _KINDS[found[1]] if found else ""


def arrived(install: str, channel: str) -> str:
    """The id of a call that came in on that channel; empty for a channel that is none of ours.

    >>> arrived("00c0ffee", "1795384111.42")
    'd1-00c0ffeeffffffff06b03632f000002a'
    >>> channel(arrived("00c0ffee", "1795384111.42")), arrived("00c0ffee", "d1-7")
    ('1795384111.42', '')
    """
    found = _ASTERISKS.fullmatch(channel)
    if not found:
        return ""
    second, count = int(found[1]), int(found[2]) % 2**28
    return f"d1-{install}{NOBODY}{second:09x}{count:07x}"


def channel(call: str) -> str:
    """The channel of a call: its id is the call's, but where somebody called us."""
    if call[11:19] != NOBODY:
        return call
    return f"{int(call[19:28], 16)}.{int(call[28:], 16)}"


def media(call: str) -> str:
    """The channel that sends the call's audio to the listeners."""
    return f"d1x-{call[3:]}"


def snoop(call: str) -> str:
    """The channel that overhears the customer."""
    return f"d1s-{call[3:]}"


def tap(call: str) -> str:
    """The bridge of these two."""
    return f"d1b-{call[3:]}"


def probe(at: float) -> str:
    """A channel that leads nowhere, through which Asterisk's database is read."""
    return f"d1p-{int(at * 1e6):032x}"


def call_of(name: str) -> str:
    """The call that a media, snoop or tap belongs to."""
    return f"d1-{name[4:]}"


def leg(agent: str, serial: int) -> str:
    """An agent's nailed-up channel: who in the first half, which one in the second."""
    return f"d1a-{mark(agent)}{serial:016x}"


def floor(leg: str) -> str:
    """The bridge in which that leg waits for customers."""
    return f"d1g-{leg[4:]}"


def leg_on(floor: str) -> str:
    """The leg that waits in that bridge."""
    return f"d1a-{floor[4:]}"


def whisper(agent: str, serial: int) -> str:
    """The channel that whispers to that agent: who in the first half, which one in the second."""
    return f"d1w-{mark(agent)}{serial:016x}"


def chime(agent: str, serial: int) -> str:
    """The channel that tells that agent of a customer by a tone."""
    return f"d1c-{mark(agent)}{serial:016x}"


def monitor(user: str, serial: int) -> str:
    """A supervisor's own leg."""
    return f"d1m-{mark(user)}{serial:016x}"


def monitors_bridge(monitor: str) -> str:
    """The bridge in which that leg hears an agent."""
    return f"d1n-{monitor[4:]}"


def ear(user: str, serial: int) -> str:
    """The channel that overhears an agent for that supervisor."""
    return f"d1o-{mark(user)}{serial:016x}"


def mark(agent: str) -> str:
    """Sixteen hex digits that stand for an agent, the same after a restart."""
    return hashlib.blake2b(agent.encode(), digest_size=8).hexdigest()


def mark_of(name: str) -> str:
    """The agent's mark in the name of a leg or floor."""
    return name[4:20]
