"""What a day in the twin is like: people, agents, rules and luck, as data with a name.

>>> scenario("std", agents=50, p=0.2).rest.machine
0.35
>>> sorted(SCENARIOS)[:4]
['all', 'bimodal', 'drift', 'lab']
"""

from collections.abc import Callable
from math import exp, log, sqrt
from random import Random
from typing import Any, Literal

import msgspec

MONDAY = 1_790_000_000.0
"2026-09-21 14:13:20 UTC, a Monday: where simulated time begins."


class Law(msgspec.Struct, frozen=True):
    """How long something takes, in seconds.

    >>> Law("fixed", 20.0).draw(Random(1)), round(Law("gamma", 11.0, 0.5).draw(Random(1)), 2)
    (20.0, 5.44)
    """

    kind: Literal["fixed", "gamma", "lognormal", "mixture"]
    mean: float = 0.0
    cv: float = 0.0
    "Standard deviation over mean."
    parts: tuple[tuple[float, "Law"], ...] = ()
    "Weights and laws of a mixture."

    def draw(self, rng: Random) -> float:
        """One duration."""
        if self.kind == "fixed":
            return self.mean
        if self.kind == "gamma":
            return rng.gammavariate(1 / self.cv**2, self.mean * self.cv**2)
        if self.kind == "lognormal":
            spread = log(1 + self.cv**2)
            return rng.lognormvariate(log(self.mean) - spread / 2, sqrt(spread))
        return rng.choices([law for _, law in self.parts], [w for w, _ in self.parts])[0].draw(rng)


def fixed(mean: float) -> Law:
    """Always the same."""
    return Law("fixed", mean)


def gamma(mean: float, cv: float) -> Law:
    """`cv` 1 is exponential."""
    return Law("gamma", mean, cv)


def lognormal(mean: float, cv: float) -> Law:
    """Many short, some very long."""
    return Law("lognormal", mean, cv)


def mixture(*parts: tuple[float, Law]) -> Law:
    """Two kinds of people."""
    return Law("mixture", parts=parts)


class Rest(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of calls that no person answers, as shares."""

    machine: float = 0.35
    no_answer: float = 0.50
    busy: float = 0.08
    failed: float = 0.07
    vacant: float = 0.0
    "An announcement before the answer, then 404."
    off: float = 0.0
    "An announcement before the answer that goes on until somebody releases."
    ivr: float = 0.0
    fax: float = 0.0
    dead_air: float = 0.0
    mute: float = 0.0
    "No reply at all."


class People(msgspec.Struct, frozen=True, kw_only=True):
    """How telephones and those who answer them behave."""

    human_ring: Law = gamma(11.0, 0.5)
    machine_ring: Law = fixed(20.0)
    no_answer: Law = fixed(26.0)
    busy: Law = fixed(3.0)
    failed: Law = fixed(1.5)
    greeting: Law = gamma(0.9, 0.5)
    machine_greeting: Law = gamma(9.0, 0.3)
    talk: Law = lognormal(150.0, 0.9)
    patience: Law = gamma(8.0, 0.6)
    "How long a person who hears nothing stays on the line."
    says_nothing: float = 0.05
    "Share of people who answer and wait for us to speak."


class Hearing(msgspec.Struct, frozen=True, kw_only=True):
    """What the listeners make of it."""

    perfect: bool = False
    "The verdict is right and there at the answer: for studies of pacing alone."
    human_after_s: float = 0.5
    "Silence after a short greeting before it counts as a person's."
    machine_after_s: float = 2.4
    "Speech without a pause before it counts as a machine's."
    human_as_machine: float = 0.01
    machine_as_human: float = 0.05


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """How agents work."""

    logins: Law = fixed(0.0)
    "When each comes."
    wrap_up: Law = gamma(30.0, 0.6)
    ends_calls: float = 0.0
    "Share of conversations that the agent ends."
    agent_talk: Law = lognormal(150.0, 0.9)
    "After so long, where it is the agent."
    break_every_s: float = 0.0
    "A break is due after so long. 0: none."
    break_s: Law = gamma(600.0, 0.3)
    leaves: Law | None = None
    "When each goes home; None: nobody does."


Mood = Literal["steady", "drift", "step", "spike", "restless"]
"""How the share of people who answer moves over the day: not at all; by a walk; half of it until
noon and half more afterwards; twice it for a fifth of the day; by a walk with such a fifth."""


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One day, without its seed."""

    name: str
    agents: int = 10
    hours: float = 1.0
    p: float = 0.3
    "Share of calls that a person answers."
    mood: Mood = "steady"
    answer_by_hour: tuple[float, ...] = ()
    "Instead of `p` and `mood`, hour by hour since the day began; the last one goes on."
    people: People = People()
    rest: Rest = Rest()
    hearing: Hearing = Hearing()
    detection: str = "careful"
    "How people are told from machines, in a campaign's words; `connect_first` asks afterwards."
    after_beep: str = ""
    "The recording that machines get after their beep; empty: they are hung up on."
    shift: Shift = Shift()
    leads: int | None = None
    "None: more than the day can dial."
    pacing: str = "progressive"
    ratio: float = 1.0
    lines: int | None = None
    "None: more than are ever wanted."
    calls_per_s: float = 50.0
    ring_timeout_s: float = 30.0
    ring_least_s: float = 15.0
    "A phone that has rung so long is let alone while no agent is free; 0: each rings on."
    clock: Literal["greeting_end", "speech_start", "answer"] = "greeting_end"
    connect_within_s: float = 2.0
    abandon_cap: float = 0.03
    account: str = "day"
    "Over what the cap is counted."
    retry: str = "once"
    callers_per_h: float = 0.0
    "People who call us: most of them were called before."
    opts_out: float = 0.0
    "Chance that who hears the message presses the key that ends our calls."
    caller_ids: int = 1
    "How many numbers the campaign shows, by turns."
    rest_h: float = 0.0
    "So long one that is flagged rests; 0: none is put to rest."
    unwanted: float = 0.0
    "Share of the calls showing the first of them that networks refuse as unwanted (608)."
    unwanted_from_s: float = 0.0
    "So late in the day that begins."
    warm_up_s: float = 0.0
    "Not scored."

    @property
    def numbers(self) -> int:
        """How many leads the list has."""
        if self.leads is not None:
            return self.leads
        return round(self.agents * self.hours * 160 * max(1.0, 0.3 / max(self.p, 0.01))) + 200


SECONDS = 3600.0
MOST_ANSWER = 0.98
"No more people answer."

STD = Scenario(
    name="std", clock="answer", hearing=Hearing(perfect=True), warm_up_s=900.0,
    shift=Shift(logins=mixture(*((1.0, fixed(60.0 * n)) for n in range(10)))),
)  # fmt: skip
"The yardstick: fixed chances, people who answer are known at once, two seconds to connect them."

_RAGGED = msgspec.structs.replace(
    STD.shift, break_every_s=5400.0, leaves=gamma(7.0 * SECONDS, 0.08)
)
_MIXRING = mixture((0.6, gamma(8.0, 0.4)), (0.4, gamma(19.0, 0.3)))


def _std(name: str, **other: Any) -> Scenario:
    return msgspec.structs.replace(STD, name=name, **other)


SCENARIOS: dict[str, Scenario] = {
    "std": STD,
    "drift": _std("drift", mood="drift"),
    "step": _std("step", mood="step"),
    "spike": _std("spike", mood="spike"),
    "shift": _std("shift", shift=_RAGGED),
    "mixring": _std("mixring", people=People(human_ring=_MIXRING)),
    "longtalk": _std("longtalk", people=People(talk=lognormal(480.0, 0.9))),
    "shorttalk": _std("shorttalk", people=People(talk=lognormal(50.0, 0.9))),
    "bimodal": _std(
        "bimodal", people=People(talk=mixture((0.5, gamma(30.0, 0.5)), (0.5, gamma(270.0, 0.5))))
    ),
    "all": _std(
        "all", mood="restless", shift=_RAGGED,
        people=People(
            human_ring=_MIXRING, talk=mixture((0.5, gamma(30.0, 0.5)), (0.5, gamma(270.0, 0.5)))
        ),
    ),
    "markov": _std(
        "markov",
        people=People(human_ring=gamma(15.0, 1.0), talk=gamma(170.0, 1.0)),
        shift=Shift(wrap_up=gamma(30.0, 1.0)),
    ),
    "lab": Scenario(
        name="lab", agents=10, p=0.35, retry="lab",
        people=People(
            human_ring=gamma(6.0, 0.4), machine_ring=fixed(9.0), no_answer=fixed(40.0),
            talk=lognormal(20.0, 0.6),
        ),
        rest=Rest(
            machine=0.28, no_answer=0.22, busy=0.12, failed=0.06, vacant=0.12, off=0.06, ivr=0.04,
            fax=0.03, dead_air=0.04, mute=0.03,
        ),
        shift=Shift(
            logins=gamma(2.0, 0.5), wrap_up=gamma(6.0, 0.5), ends_calls=0.3,
            agent_talk=lognormal(18.0, 0.6), break_every_s=120.0, break_s=gamma(12.0, 0.4),
        ),
        ring_timeout_s=20.0,
    ),
}  # fmt: skip
"Named days. Sizes and chances are arguments of `scenario`."


def scenario(name: str, **other: Any) -> Scenario:
    """A named day, with some things changed; KeyError for a name that does not exist."""
    return msgspec.structs.replace(SCENARIOS[name], **other)


def answer_chance(day: Scenario, rng: Random) -> Callable[[float], float]:
    """The share of people who answer, as a function of seconds since the day began.

    >>> step = answer_chance(scenario("step", p=0.4, hours=2.0), Random(1))
    >>> round(step(0.0), 3), round(step(5000.0), 3)
    (0.2, 0.6)
    """
    whole, hourly = day.hours * SECONDS, day.answer_by_hour
    if hourly:
        return lambda s: hourly[min(int(s // SECONDS), len(hourly) - 1)]
    if day.mood == "step":
        return lambda s: day.p * (0.5 if s < whole / 2 else 1.5)
    usual = _walk(day.p, whole, rng) if day.mood in ("drift", "restless") else lambda s: day.p
    if day.mood not in ("spike", "restless"):
        return usual
    begins = rng.uniform(0.2, 0.6) * whole
    ends = begins + 0.2 * whole
    return lambda s: min(MOST_ANSWER, 2.0 * usual(s)) if begins <= s < ends else usual(s)


def _walk(p: float, whole: float, rng: Random) -> Callable[[float], float]:
    """A walk of the log-odds: 0.35 per square root of an hour, one step a minute."""
    odds = [log(p / (1 - p))]
    while len(odds) * 60.0 <= whole + 60.0:
        odds.append(odds[-1] + rng.gauss(0.0, 0.35 * sqrt(60.0 / SECONDS)))
    return lambda s: 1 / (1 + exp(-odds[min(int(s // 60), len(odds) - 1)]))
