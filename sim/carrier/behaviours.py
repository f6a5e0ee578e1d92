"""A carrier folder: what numbers do, how long it takes and what it sounds like, read and checked.

A behaviour is a list of steps, each a verb and its arguments: `["180", "wait ring_s", "200",
"person hello_anne voice_anne patience_s talk_s"]`. docs/lab.md explains every verb.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from dialer.engine.outcomes import OUTCOMES
from dialer.errors import SettingsError
from dialer.tomlfile import build, must_be_one_of, read
from sim.carrier.draws import Draw, quantiles
from sim.carrier.mix import Mix
from sim.carrier.sounds import Audio
from sim.carrier.tones import TONES, tone

LAB = Path(__file__).parent / "lab"
"The folder that comes with the program."
FILE = "carrier.toml"

Who = Literal["person", "machine", "ivr", "fax", "silence", ""]

VERBS: dict[str, tuple[str, ...]] = {
    "100": (),
    "180": (),
    "180+sdp": (),
    "183": (),
    "183-sdp": (),
    "fork": (),
    "200": (),
    "200-mute": (),
    "wait": ("draw",),
    "records": ("draw",),
    "tone": ("tone", "country", "draw"),
    "say": ("audio",),
    "loop": ("audio", "draw"),
    "person": ("audio", "audio", "draw", "draw"),
    "release": ("sip", "cause"),
    "retry-after": ("seconds",),
    "on-cancel": ("answer",),
    "colleague": ("audio",),
    "back": (),
    "bye": (),
    "ever": (),
}
"Verb -> the kinds of its arguments."

LAST = ("release", "bye", "ever", "person", "colleague", "back")
SOUNDS = ("agent", "room", "safe_harbour")
DRAWS = ("listen_s",)
"""Names that every folder must have: an agent's voice, a room in which nobody speaks, what the
dialer plays when no agent is there, and how long a person listens to that."""
ONLY_RESPONDER = frozenset({"100", "180+sdp", "183-sdp", "fork", "retry-after", "on-cancel"})
"An Asterisk cannot say these."
ONLY_ASTERISK = frozenset({"colleague", "back", "records"})
"And these the responder cannot."


class Step(msgspec.Struct, frozen=True):
    """One thing the network does."""

    verb: str
    args: tuple[str, ...] = ()


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """What a number does."""

    steps: tuple[str, ...]
    "Verb and arguments each."
    who: Who = ""
    "Who is there after the answer."
    outcomes: tuple[str, ...] = ("no_answer",)
    "What a CDR may say if it is not answered, the best word first."
    by: Literal["asterisk", "responder"] = "asterisk"
    "Which of the two plays it: the responder is a trunk of its own."
    races: bool = False
    "Answer and our hang-up cross: a CDR may tell it either way."

    def __post_init__(self) -> None:
        for outcome in self.outcomes:
            must_be_one_of("outcomes", outcome, OUTCOMES)


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a CDR may say of an answered call, the best word first."""

    agent: tuple[str, ...]
    "It heard an agent."
    left: tuple[str, ...]
    "It hung up, having heard none."
    let_go: tuple[str, ...]
    "It was hung up on, having heard none."


class Carrier(msgspec.Struct, frozen=True, kw_only=True):
    """A whole folder."""

    folder: Path
    draws: Mapping[str, Draw]
    audio: Mapping[str, Audio]
    behaviours: Mapping[str, Behaviour]
    answered: Mapping[str, Answered]
    "By who answered."
    mix: Mix
    "Of the trunk to Asterisk."
    quirks: Mix
    "Of the trunk to the responder."
    countries: Mapping[str, str]
    "Prefix of a number -> whose tones it hears."

    def country_of(self, number: str) -> str:
        """Whose tones a number hears."""
        known = (self.countries.get(number[:end]) for end in range(len(number), 0, -1))
        return next(filter(None, known), self.countries["elsewhere"])

    def seconds(self, arg: str) -> tuple[float, ...]:
        """The values that an argument of a step is drawn from."""
        return quantiles(self.draws[arg]) if arg in self.draws else (float(arg),)


def steps_of(behaviour: Behaviour) -> tuple[Step, ...]:
    """Its steps, taken apart."""
    return tuple(Step(verb, tuple(args)) for verb, *args in map(str.split, behaviour.steps))


def load(folder: Path = LAB) -> Carrier:
    """Read a folder, or say which file, key and value is wrong."""
    path = folder / FILE
    table = read(path)
    for key in table.keys() - _TABLES:
        raise SettingsError(f"{path}: {key}: must be one of {', '.join(sorted(_TABLES))}")
    for key in sorted(_TABLES - table.keys()):
        raise SettingsError(f"{path}: [{key}] is missing")
    fixed = table["numbers"]
    carrier = Carrier(
        folder=folder,
        draws=_structs(table, "draws", Draw, path),
        audio=_structs(table, "audio", Audio, path),
        behaviours=_structs(table, "behaviours", Behaviour, path),
        answered=_structs(table, "answered", Answered, path),
        mix=Mix(weights=table["mix"], fixed=fixed),
        quirks=Mix(weights=table["quirks"], fixed=fixed),
        countries=table["countries"],
    )
    for what, key, value, rule in _faults(carrier):
        raise SettingsError(f"{path}: {what}{key} = {value!r}: must be {rule}")
    return carrier


_TABLES = {"draws", "audio", "behaviours", "answered", "mix", "quirks", "numbers", "countries"}
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def _structs(table: Mapping[str, Any], key: str, into: Any, path: Path) -> dict[str, Any]:
    for name, value in table[key].items():
        if not _NAME.fullmatch(name):
            raise SettingsError(f"{path}: {key}.{name}: must be a to z, 0 to 9 and _")
        if not isinstance(value, dict):
            raise SettingsError(f"{path}: {key}.{name}: must be a table")
    return {name: build(value, into, path, f"{key}.{name}.") for name, value in table[key].items()}


Fault = tuple[str, str, object, str]
"Table, key, value, rule."


def _faults(carrier: Carrier) -> Iterator[Fault]:
    for name, behaviour in carrier.behaviours.items():
        for given, step in zip(behaviour.steps, steps_of(behaviour), strict=True):
            for rule in _step_faults(carrier, behaviour, step):
                yield f"behaviours.{name}.", "steps", given, rule
        if not behaviour.steps or steps_of(behaviour)[-1].verb not in LAST:
            rule = f"steps of which the last is one of {', '.join(LAST)}"
            yield f"behaviours.{name}.", "steps", list(behaviour.steps), rule
        if behaviour.who and behaviour.who not in carrier.answered:
            yield f"behaviours.{name}.", "who", behaviour.who, "described in [answered]"
    for table, mix, by in (
        ("mix", carrier.mix, "asterisk"),
        ("quirks", carrier.quirks, "responder"),
    ):
        yield from _mix_faults(carrier, table, mix, by)
    for prefix, name in carrier.mix.fixed.items():
        if not prefix.isdigit() or name not in carrier.behaviours:
            yield "numbers.", prefix, name, "digits and the name of a behaviour"
    for table, name in [("draws", n) for n in DRAWS] + [("audio", n) for n in SOUNDS]:
        if name not in getattr(carrier, table):
            yield f"{table}.", name, None, "there: every lab needs it"
    if "elsewhere" not in carrier.countries:
        yield "countries.", "elsewhere", "", "there: the tones of all other numbers"


def _mix_faults(carrier: Carrier, table: str, mix: Mix, by: str) -> Iterator[Fault]:
    for name, weight in mix.weights.items():
        known = carrier.behaviours.get(name)
        if known is None or known.by != by:
            yield f"{table}.", name, weight, f"the weight of a behaviour that the {by} plays"
        elif not isinstance(weight, int | float) or weight < 0:
            yield f"{table}.", name, weight, "a weight, 0 or more"
    if not any(mix.weights.values()):
        yield "", table, dict(mix.weights), "at least one weight above 0"


def _step_faults(carrier: Carrier, behaviour: Behaviour, step: Step) -> Iterator[str]:
    kinds = VERBS.get(step.verb)
    if kinds is None:
        yield f"one of the verbs {', '.join(VERBS)}"
    elif len(kinds) != len(step.args):
        yield f"`{' '.join((step.verb, *map(str.upper, kinds)))}`"
    elif step.verb in ONLY_RESPONDER and behaviour.by != "responder":
        yield "of a behaviour with by = 'responder': an Asterisk cannot say it"
    elif step.verb in ONLY_ASTERISK and behaviour.by != "asterisk":
        yield "of a behaviour with by = 'asterisk': the responder cannot say it"
    else:
        for kind, arg in zip(kinds, step.args, strict=True):
            if not _ARGUMENTS[kind](carrier, arg):
                yield _RULES[kind]


def _is_number(arg: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", arg) is not None


def _is_country(carrier: Carrier, arg: str) -> bool:
    wanted = set(carrier.countries.values()) if arg == "here" else {arg}
    return all(tone("ringback", country) for country in wanted)


_ARGUMENTS: dict[str, Callable[[Carrier, str], bool]] = {
    "audio": lambda carrier, arg: arg in carrier.audio,
    "draw": lambda carrier, arg: arg in carrier.draws or _is_number(arg),
    "tone": lambda carrier, arg: arg in TONES,
    "country": _is_country,
    "sip": lambda carrier, arg: arg.isdigit() and 400 <= int(arg) <= 699,
    "cause": lambda carrier, arg: arg.isdigit() and 0 <= int(arg) <= 127,
    "seconds": lambda carrier, arg: arg.isdigit(),
    "answer": lambda carrier, arg: arg == "200",
}
_RULES = {
    "audio": "with a name of [audio]",
    "draw": "with a name of [draws], or seconds",
    "tone": f"with one of the tones {', '.join(TONES)}",
    "country": "with `here` or a country of the tone plan (us, gb, cn ...)",
    "sip": "with a SIP status, 400 to 699",
    "cause": "with a Q.850 cause, 0 to 127",
    "seconds": "with whole seconds",
    "answer": "on-cancel 200",
}
