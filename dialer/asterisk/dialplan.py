"""The dial plan: what happens to a customer, whether or not a dialer is alive to decide it.

A call that was answered waits in `Stasis` for at most two seconds at a time: the dialer renews
this lease while it lives. When it does not, `T` fires and the person hears who called. ADR 1 has
the measurements.
"""

OUT = "dialer-out"
"Context of every customer leg."
SEATS = "dialer-agents"
"Context of whatever an agent's phone dials by itself: nowhere."
IN = "dialer-inbound"
"Context of whatever a trunk sends us unasked."

LEASE_S = 2
BEAT_MAX_S = 2
MESSAGE_MAX_S = 30

HARBOUR = "harbour"
"Extension: play the message, hang up. Whoever comes here needs no dialer any more."
MESSAGE = "MESSAGE"
"Channel variable: the campaign's own recording, where it has one."
RECORD = "RECORD"
"Channel variable: 1 where the talk is recorded."
STARTED, OVER = "message_started", "message_over"
"User events around it."


def extensions(app: str, safe_harbour: str) -> str:
    """extensions.conf."""
    return _PLAN.format(
        app=app,
        message=safe_harbour,
        out=OUT,
        seats=SEATS,
        inbound=IN,
        lease=LEASE_S,
        beat=BEAT_MAX_S,
        longest=MESSAGE_MAX_S,
        harbour=HARBOUR,
        own=MESSAGE,
        record=RECORD,
        started=STARTED,
        over=OVER,
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
exten => s,1,Set(TIMEOUT(absolute)={lease})
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
 same => n,UserEvent({started},message: safe_harbour)
 same => n,Playback(${{IF($["${{{own}}}" = ""]?{message}:${{{own}}})}})
 same => n,ExecIf($["${{PLAYBACKSTATUS}}" != "SUCCESS"]?Playback({message}))
 same => n,UserEvent({over},message: safe_harbour,status: ${{PLAYBACKSTATUS}})
 same => n,Hangup(16)
exten => over,1,Hangup(16)

; Nobody dials through this machine.
[{seats}]
exten => _X.,1,Hangup(1)
[{inbound}]
exten => _X.,1,Hangup(1)
[default]
exten => _X.,1,Hangup(1)
"""
