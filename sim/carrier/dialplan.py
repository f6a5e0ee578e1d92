"""A carrier folder as a dial plan: one context per behaviour, one line or a few per step.

What a person does after saying hello is the longest of it: an agent's pilot takes the person to
`agent` at once, the message's to `message`, and patience ends by itself.
"""

from collections.abc import Callable, Iterator

from sim.carrier.behaviours import Behaviour, Carrier, Step, steps_of
from sim.carrier.mix import slots
from sim.carrier.pilots import ENOUGH_MS, PILOTS
from sim.carrier.tones import TONES, playtones, tone

_HANGUP_SAYS = {1: 404, 17: 486, 18: 408, 19: 480, 21: 403, 22: 410, 28: 484, 34: 503, 38: 500,
                58: 488}  # fmt: skip
"Cause -> the status that `Hangup` makes of it; any other pair needs `PJSIPHangup`."


def extensions(carrier: Carrier, seed: int, agents: int) -> str:
    """The text of extensions.conf."""
    causes = ["[causes]", "exten => _X!,1,Hangup(${EXTEN})"]
    blocks = [_globals(carrier), _calls(carrier, seed), _mix(carrier), _agents(agents), causes]
    blocks += (_behaviour(carrier, name, what) for name, what in carrier.behaviours.items())
    return "\n".join("\n".join(block) + "\n" for block in blocks)


def _globals(carrier: Carrier) -> Iterator[str]:
    yield "[globals]"
    for name in carrier.draws:
        yield f"D_{name}=" + "-".join(f"{value:g}" for value in carrier.seconds(name))
    for country in sorted(set(carrier.countries.values())):
        for kind in TONES:
            yield f"T_{kind}_{country}={playtones(tone(kind, country))}"


def _calls(carrier: Carrier, seed: int) -> Iterator[str]:
    """Where a trunk's call comes in: whose tones it hears, then what its number does."""
    yield from ("[calls]", "exten => _+X!,1,Goto(${EXTEN:1},1)")
    yield "exten => _X!,1,Set(COUNTRY=" + carrier.countries["elsewhere"] + ")"
    yield " same => n,Goto(fixed,${EXTEN},1)"
    for prefix, country in carrier.countries.items():
        if prefix != "elsewhere":
            yield f"exten => _{prefix}!,1,Set(COUNTRY={country})"
            yield " same => n,Goto(fixed,${EXTEN},1)"
    yield from ("include => agents", "[fixed]")
    for prefix, name in carrier.mix.fixed.items():
        yield f"exten => _{prefix}!,1,Goto(b-{name},${{EXTEN}},1)"
    yield "exten => _X!,1,Set(NUMBER=${EXTEN})"
    yield f" same => n,Goto(mix,${{MD5({seed}:${{EXTEN}}):0:3}},1)"


def _mix(carrier: Carrier) -> Iterator[str]:
    yield "[mix]"
    for slot, name in enumerate(slots(carrier.mix.weights)):
        yield f"exten => {slot:03x},1,Goto(b-{name},${{NUMBER}},1)"


def _agents(agents: int) -> Iterator[str]:
    """Nailed-up legs: they talk all the time, and note when they hear a person."""
    yield "[agents]"
    for number in range(1, agents + 1):
        yield from _lines(f"agent{number}", _note("AGENT", "${EXTEN}"), "Goto(agent,1)")
    yield from _lines(
        "agent",
        "Answer(,i)",
        "StartMusicOnHold(agent)",
        f"WaitForTone({PILOTS['person'].hz},{ENOUGH_MS})",
        _note("HEARD_PERSON"),
        "Wait(0.5)",
        "Goto(3)",
    )


def _behaviour(carrier: Carrier, name: str, behaviour: Behaviour) -> Iterator[str]:
    yield f"[b-{name}]"
    begins = _note("BEGINS", f"{name} ${{EXTEN}} ${{CHANNEL(pjsip,call-id)}}")
    if behaviour.by == "responder":  # dialled on the wrong trunk
        yield from _lines("_X!", begins, "Hangup(1)")
        return
    context = _Context(carrier, name, behaviour)
    steps = [line for step in steps_of(behaviour) for line in _STEPS[step.verb](context, step)]
    shown = _note("SHOWN", "${CALLERID(num)}")
    yield from _lines("_X!", begins, shown, *steps)
    yield from context.more
    if behaviour.who:
        yield from _lines("h", _note("EARS", "${TONE_DETECT(rx)}"))


class _Context:
    """The behaviour that is being written, and the extensions it needs besides its own."""

    def __init__(self, carrier: Carrier, name: str, behaviour: Behaviour) -> None:
        self.carrier = carrier
        self.name = f"b-{name}"
        self.is_person = behaviour.who == "person"
        self.answered = False
        self.room: list[str] = []
        "What is heard while nothing is said."
        self.more: list[str] = []

    def seconds(self, arg: str) -> str:
        """What an argument of a step becomes in the dial plan."""
        if arg in self.carrier.draws:
            return f"${{CUT(D_{arg},,${{RAND(1,{len(self.carrier.seconds(arg))})}})}}"
        return arg


def _lines(exten: str, *apps: str) -> Iterator[str]:
    yield f"exten => {exten},1,{apps[0]}"
    yield from (f" same => n,{app}" for app in apps[1:])


def _note(event: str, text: str = "") -> str:
    return f"CELGenUserEvent({event}{',' if text else ''}{text})"


def _180(context: _Context, step: Step) -> list[str]:
    return ["Ringing()", _note("RINGING")]


def _183(context: _Context, step: Step) -> list[str]:
    return ["Progress()", _note("EARLY")]


def _200(context: _Context, step: Step) -> list[str]:
    context.room = ["StartMusicOnHold(room)"]
    return [*_200_mute(context, step), *context.room]


def _200_mute(context: _Context, step: Step) -> list[str]:
    """From the first moment on, an agent's pilot is listened for; a person reacts to it."""
    context.answered = True
    goto = f"g({context.name},agent,1)" if context.is_person else ""
    return ["Answer(,i)", f"Set(TONE_DETECT({PILOTS['agent'].hz},{ENOUGH_MS},r{goto})=)"]


def _wait(context: _Context, step: Step) -> list[str]:
    return [f"Wait({context.seconds(step.args[0])})"]


def _records(context: _Context, step: Step) -> list[str]:
    """A machine listens for so long, and notes a message that begins; then it has had enough."""
    seconds, begins = context.seconds(step.args[0]), '$["${WAITFORTONESTATUS}"="SUCCESS"]'
    return [
        f"WaitForTone({PILOTS['message'].hz},{ENOUGH_MS},{seconds})",
        f"ExecIf({begins}?{_note('HEARD_MESSAGE')})",
        f"ExecIf({begins}?Wait({seconds}))",
    ]


def _tone(context: _Context, step: Step) -> list[str]:
    kind, country, seconds = step.args
    played = f"${{T_{kind}_${{COUNTRY}}}}" if country == "here" else playtones(tone(kind, country))
    return [f"PlayTones({played})", f"Wait({context.seconds(seconds)})", "StopPlayTones()"]


def _say(context: _Context, step: Step) -> list[str]:
    return [f"Playback({sound(step.args[0])},noanswer)", *context.room]


def _loop(context: _Context, step: Step) -> list[str]:
    audio, seconds = step.args
    return [
        f"StartMusicOnHold({audio})",
        f"Wait({context.seconds(seconds)})",
        "StopMusicOnHold()",
        *context.room,
    ]


def _person(context: _Context, step: Step) -> list[str]:
    hello, voice, patience, talk = step.args
    waits = f"WaitForTone({PILOTS['message'].hz},{ENOUGH_MS},{{seconds}})"
    to_message = 'GotoIf($["${WAITFORTONESTATUS}"="SUCCESS"]?message,1)'
    context.more += _lines(
        "agent",
        _note("HEARD_AGENT"),
        "Set(TONE_DETECT(0,,x)=)",
        f"StartMusicOnHold({voice})",
        waits.format(seconds=context.seconds(talk)),
        to_message,
        *_leave("talked"),
    )
    context.more += _lines(
        "message",
        _note("HEARD_MESSAGE"),
        "StartMusicOnHold(room)",
        f"Wait({context.seconds('listen_s')})",
        *_leave("listened"),
    )
    return [
        *_say(context, Step("say", (hello,))),
        _note("GREETED"),
        waits.format(seconds=context.seconds(patience)),
        to_message,
        *_leave("impatient"),
    ]


def _colleague(context: _Context, step: Step) -> list[str]:
    """Somebody outside the house, to whom a customer is handed over: an agent's ears and log.

    First the customer is heard: who hears a voice may fall silent.
    """
    context.more += _lines(
        "colleague",
        f"WaitForTone({PILOTS['person'].hz},{ENOUGH_MS})",
        _note("HEARD_PERSON"),
        f"StartMusicOnHold({step.args[0]})",
        "Wait(0.5)",
        "Goto(1)",
    )
    return [_note("AGENT", "${EXTEN}"), "Goto(colleague,1)"]


def _back(context: _Context, step: Step) -> list[str]:
    """The number is one of the dialer's own: the call goes back to where it came from."""
    return [
        "Dial(PJSIP/dialer/sip:${EXTEN}@${CHANNEL(pjsip,remote_addr)},30)",
        _note("RELEASES", "486 17"),
        "Hangup(17)",
    ]


def _release(context: _Context, step: Step) -> list[str]:
    sip, cause = map(int, step.args)
    if _HANGUP_SAYS.get(cause) == sip:
        return [_note("RELEASES", f"{sip} {cause}"), f"Hangup({cause})"]
    # PJSIPHangup alone would send the cause of a channel that has none yet: borrow one.
    return [
        _note("RELEASES", f"{sip} {cause}"),
        f"Dial(Local/{cause}@causes)",
        f"PJSIPHangup({sip})",
    ]


def _leave(why: str) -> list[str]:
    return [_note("LEAVES", why), "Hangup(16)"]


def _bye(context: _Context, step: Step) -> list[str]:
    return _leave("done")


def _ever(context: _Context, step: Step) -> list[str]:
    """Until the other side has enough; whoever is there notes a message that comes."""
    if not context.answered:
        return ["Wait(3600)", *_leave("tired")]
    return [
        f"WaitForTone({PILOTS['message'].hz},{ENOUGH_MS},3600)",
        _note("HEARD_MESSAGE"),
        "Wait(3600)",
        *_leave("tired"),
    ]


_STEPS: dict[str, Callable[[_Context, Step], list[str]]] = {
    "180": _180,
    "183": _183,
    "200": _200,
    "200-mute": _200_mute,
    "wait": _wait,
    "records": _records,
    "tone": _tone,
    "say": _say,
    "loop": _loop,
    "person": _person,
    "colleague": _colleague,
    "back": _back,
    "release": _release,
    "bye": _bye,
    "ever": _ever,
}


def sound(name: str) -> str:
    """What `Playback` calls a sound of the carrier."""
    return f"lab/{name}/{name}"
