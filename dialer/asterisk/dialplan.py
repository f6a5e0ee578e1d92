"""The dial plan: what happens to a person, whether or not a dialer is alive to decide it.

A call that was answered waits in `Stasis` for at most two seconds at a time: the dialer renews
this lease while it lives. When it does not, `T` fires and the person hears who called. ADR 1 has
the measurements. The message offers a key that ends our calls; who pressed it is kept here until
a dialer has it on disk (`notes`). Whoever calls us comes in by `doors`.
"""

OUT = "dialer-out"
"Context of every customer leg; of callers, too, once the message is theirs."
SEATS = "dialer-agents"
"Context of whatever an agent's phone dials by itself: nowhere."
IN = "dialer-inbound"
"Context of those who called one of our caller ids; elsewhere nobody comes in."

LEASE_S = 2
BEAT_MAX_S = 2
MESSAGE_MAX_S = 30
PONDER_S = 2
"After the message there is so much time to press the key."

BEGIN = "s"
"Extension at which a dialer decides. Every other one is the dial plan's own."
HARBOUR = "harbour"
"Extension: play the message, hang up. Whoever comes here needs no dialer any more."
MESSAGE = "MESSAGE"
"Channel variable: the campaign's own recording, where it has one."
RECORD = "RECORD"
"Channel variable: 1 where the talk is recorded."
STARTED, OVER = "message_started", "message_over"
"User events around it."
OPTED_OUT = "opted_out"
"User event, and family of Asterisk's database: this channel's person pressed the key."
NOTED_OPT_OUT, NOTED_CALLER = "dialer-optout", "dialer-arrived"
"""Families of Asterisk's database: what a dialer has to take over. All of a note is in its key: ARI
lists keys, but refuses to read values."""


def extensions(app: str, safe_harbour: str, key: str = "9") -> str:
    """extensions.conf, without the doors."""
    return _PLAN.format(
        app=app,
        message=safe_harbour,
        out=OUT,
        seats=SEATS,
        lease=LEASE_S,
        beat=BEAT_MAX_S,
        longest=MESSAGE_MAX_S,
        ponder=PONDER_S,
        harbour=HARBOUR,
        begin=BEGIN,
        own=MESSAGE,
        record=RECORD,
        started=STARTED,
        over=OVER,
        key=key,
        opted_out=OPTED_OUT,
        noted=NOTED_OPT_OUT,
    )


_PLAN = """\
[general]
static = yes
writeprotect = yes
clearglobalvars = no
autofallthrough = yes

[globals]
; Set by a living dialer twice a second: seconds since 1970.
BEAT = 0

[{out}]
exten => {begin},1,Set(TIMEOUT(absolute)={lease})
 same => n,GotoIf($[${{EPOCH}} - 0${{GLOBAL(BEAT)}} > {beat}]?{harbour},1)
; Writes nothing before the customer is with an agent, and everything from then on: left what comes
; from the customer, right what goes there. It needs nobody to start it, and nobody to end it.
 same => n,ExecIf($["${{{record}}}" = "1"]?MixMonitor(${{UNIQUEID}}.raw,bD))
 same => n,Stasis({app},out)
 same => n,GotoIf($["${{STASISSTATUS}}" = "FAILED"]?{harbour},1)
 same => n,Hangup()
; The lease ran out: nobody decided. TALKED is set while an agent is there.
exten => T,1,GotoIf($["0${{TALKED}}" = "01"]?over,1:{harbour},1)
exten => {harbour},1,Set(TALKED=1)
 same => n,Set(TIMEOUT(absolute)={longest})
 same => n,ExecIf($["${{CHANNEL(state)}}" != "Up"]?Answer(,i))
 same => n,UserEvent({started},message: safe_harbour)
 same => n,Background(${{IF($["${{{own}}}" = ""]?{message}:${{{own}}})}},m)
 same => n,ExecIf($["${{BACKGROUNDSTATUS}}" != "SUCCESS"]?Background({message},m))
 same => n,GotoIf($["${{BACKGROUNDSTATUS}}" = "FAILED"]?t,1)
 same => n,WaitExten({ponder})
 same => n,Goto(t,1)
; Never again: written down before anything else is done, told to the dialer if there is one.
exten => {key},1,Set(NOTE=${{UNIQUEID}}:${{EPOCH}})
 same => n,Set(DB({noted}/${{NOTE}})=1)
 same => n,UserEvent({opted_out},note: ${{NOTE}})
 same => n,PlayTones(!880/200,!0/100,!880/200)
 same => n,Wait(0.6)
 same => n,Goto(t,1)
exten => t,1,UserEvent({over},message: safe_harbour,status: ${{BACKGROUNDSTATUS}})
 same => n,Hangup(16)
exten => i,1,Goto(t,1)
exten => over,1,Hangup(16)

; Nobody dials through this machine.
[{seats}]
exten => _X.,1,Hangup(1)
[default]
exten => _X.,1,Hangup(1)

"""
