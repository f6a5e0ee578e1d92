"""What somebody knows, or guesses, before the first call."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from models.limit import MOST_AGENTS
from sim.fast.outlook import Team
from sim.scenario import SECONDS, Scenario
from sim.whatif.prices import Lines, Prices

MACHINE_S = 3.0
"What is paid for until a machine is known for one and hung up on."
CALLS_A_DAY = 10_000.0
"Where a whole day has more, some hours of it tell as much."
FEWEST_HOURS = 2.0

Rate = Annotated[float, Meta(ge=0.0, le=1.0)]
Money = Annotated[float, Meta(ge=0.0, le=1e6)]


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Means, in seconds; shares of calls, 0 to 1; money in any one currency.

    >>> Question.of(agents=10, answer_rate=0.3).talk_s
    150.0
    >>> Question.of(agents=10, answer_rate=0.8, machine_rate=0.4)
    Traceback (most recent call last):
    ...
    ValueError: persons and machines answer more than all calls: answer_rate + machine_rate is 1.2
    """

    agents: Annotated[int, Meta(ge=1, le=MOST_AGENTS)]
    answer_rate: Annotated[float, Meta(ge=0.01, le=1.0)]
    "Share of calls that a person answers."
    machine_rate: Rate = 0.25
    "Share of calls that a machine answers."
    talk_s: Annotated[float, Meta(ge=1.0, le=7200.0)] = 150.0
    wrap_up_s: Annotated[float, Meta(ge=0.1, le=3600.0)] = 30.0
    ring_s: Annotated[float, Meta(ge=0.5, le=60.0)] = 11.0
    "Of calls that a person answers."
    look_s: Annotated[float, Meta(ge=1.0, le=600.0)] = 30.0
    "In the mode `preview`: before each call."
    cap: Annotated[float, Meta(ge=0.0001, le=0.5)] = 0.03
    "Abandoned per person who answered."
    connect_within_s: Annotated[float, Meta(ge=0.1, le=30.0)] = 2.0
    ring_least_s: Annotated[float, Meta(ge=0.0, le=300.0)] = 15.0
    """A phone that has rung so long is let alone while no agent is free, in the modes that learn as
    they go; 0: each rings on."""
    hours: Annotated[float, Meta(ge=1.0, le=24.0)] = 8.0
    "Of a working day."
    leads: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 0
    "Of the list; 0: no list is thought of."
    attempts: Annotated[int, Meta(ge=1, le=50)] = 3
    "At most, of a lead whom nobody has reached."
    tariff: Money = 0.0
    "Of a minute that is answered."
    wage: Money = 0.0
    "Of an agent's hour."
    prices: Prices | None = None
    "By a carrier's deck, instead of `tariff`."
    currency: Annotated[str, Meta(max_length=3)] = ""
    "Of all prices: the deck's, else the one of the house's reports; empty: nobody said."

    def __post_init__(self) -> None:
        """Shares are of the same calls."""
        both = self.answer_rate + self.machine_rate
        if both > 1.0 + 1e-9:
            raise ValueError(
                "persons and machines answer more than all calls: "
                f"answer_rate + machine_rate is {both:g}"
            )

    @classmethod
    def of(cls, **fields: Any) -> "Question":
        """Of fields that somebody typed; ValueError says which makes no sense."""
        try:
            return msgspec.convert(fields, cls)
        except msgspec.ValidationError as why:
            raise ValueError(str(why)) from why

    @property
    def calls_per_lead(self) -> float:
        """In the mean, where each attempt is as likely to be answered as the one before."""
        return self.reached / self.answer_rate

    @property
    def reached(self) -> float:
        """Share of the leads that answer one of their attempts."""
        return 1.0 - float((1.0 - self.answer_rate) ** self.attempts)

    @property
    def simulated_h(self) -> float:
        """Hours of the day that are lived: enough of them, all if they are few."""
        calls_per_h = self.agents * SECONDS / (self.talk_s + self.wrap_up_s) / self.answer_rate
        return min(self.hours, max(FEWEST_HOURS, CALLS_A_DAY / calls_per_h))

    @property
    def is_priced(self) -> bool:
        """Whether anything is known of what is paid."""
        return self.prices is not None or self.tariff + self.wage > 0.0

    @property
    def lines(self) -> Lines:
        """What answered calls cost."""
        return Lines(self.prices, self.tariff, self.day(self.agents).people.talk)

    def day(self, agents: int) -> Scenario:
        """A day with so many agents; what is not asked about is as on a day `std`."""
        team = Team(
            agents=agents, answer_rate=self.answer_rate, talk_s=self.talk_s,
            wrap_up_s=self.wrap_up_s, ring_s=self.ring_s, connect_within_s=self.connect_within_s,
            cap=self.cap, hours=self.simulated_h,
        )  # fmt: skip
        return msgspec.structs.replace(
            team.day, rest=self._rest(team.day), ring_least_s=self.ring_least_s
        )

    def _rest(self, day: Scenario) -> Any:
        """As many machines as are said; what is left is divided as on a day `std`."""
        others = 1.0 - self.answer_rate
        if others <= 0.0:
            return day.rest
        machine = min(1.0, self.machine_rate / others)
        silent = day.rest.no_answer + day.rest.busy + day.rest.failed
        return msgspec.structs.replace(
            day.rest, machine=machine,
            **{name: (1.0 - machine) * getattr(day.rest, name) / silent
               for name in ("no_answer", "busy", "failed")},
        )  # fmt: skip


BOUNDS: dict[str, tuple[float, float]] = {
    name: (field["minimum"], field["maximum"])
    for name, field in msgspec.json.schema(Question)["$defs"]["Question"]["properties"].items()
    if "minimum" in field
}
"What each field may be, at least and at most."


def within(fields: dict[str, Any]) -> dict[str, Any]:
    """What of a campaign's figures a question takes, moved to where it makes sense.

    >>> within({"answer_rate": 0.002, "talk_s": 90.0, "calls": 12})
    {'answer_rate': 0.01, 'talk_s': 90.0}
    """
    kept = {name: value for name, value in fields.items() if name in BOUNDS}
    for name, value in kept.items():
        low, high = BOUNDS[name]
        kept[name] = type(value)(min(max(value, low), high))
    return kept
