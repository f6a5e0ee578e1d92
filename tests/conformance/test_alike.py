"""The journal on disk and the one in memory say the same, whatever they are told."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dialer.engine.compliance import Rules
from dialer.engine.events import Event, Intended
from dialer.engine.outcomes import OUTCOMES
from dialer.journal.house_days import Entry
from dialer.leads.plan import read
from dialer.leads.retry import DISPOSITIONS

from .worlds import LONDON, NEW_YORK, World, cdr, person

PHONES = [f"4477009000{k:02}" for k in range(12)]


PLANS: list[tuple[str, ...]] = [
    (),
    ("people: weight 3, random", "shared: newest, at most 2 calls a day"),
    ("people: where region = GB and attempts < 2", "shared: priority 9, oldest, at most 1 sale"),
    ("people: best chance, at most 2 answers", "shared: rank, at most 3 calls per zone"),
]


class Alike(RuleBasedStateMachine):
    """Two worlds, one story."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.disk = World("sqlite", Path(self._folder.name) / "disk")
        self.memory = World("memory", Path(self._folder.name))
        self.calls: list[tuple[Intended, Intended]] = []

    def teardown(self) -> None:
        self.disk.close()
        self._folder.cleanup()

    def both(self) -> tuple[World, World]:
        return self.disk, self.memory

    @initialize(
        cap=st.integers(1, 4), daily=st.integers(1, 3), hours=st.sampled_from(["lab", "us"]),
        said=st.sampled_from(PLANS),
    )  # fmt: skip
    def begin(self, cap: int, daily: int, hours: str, said: tuple[str, ...]) -> None:
        calling = Rules(hours=hours, attempts_per_lead=cap, calls_per_number_per_day=daily)
        for world in self.both():
            world.open("spring", calling=calling, retry="lab", lists=("people", "shared"),
                       plans=tuple(map(read, said)))  # fmt: skip
            world.open("autumn", calling=calling, lists=("others", "shared"), retry="lab")

    @rule(
        list=st.sampled_from(["people", "others", "shared"]),
        phones=st.lists(st.sampled_from(PHONES), min_size=1, max_size=3),
        place=st.sampled_from([LONDON, NEW_YORK]),
        priority=st.sampled_from([0, 50]),
    )
    def add(self, list: str, phones: list[str], place: str, priority: int) -> None:
        new = person(*phones, place=place, priority=priority)
        added = [world.journal.add_leads(list, [new]) for world in self.both()]
        assert added[0] == added[1]

    @rule(n=st.integers(1, 5), campaign=st.sampled_from(["spring", "autumn"]))
    def claim(self, n: int, campaign: str) -> None:
        one, other = (world.claim(n, campaign) for world in self.both())
        assert [told(event) for event in one] == [told(event) for event in other]
        pairs = zip(one, other, strict=True)
        self.calls += [
            (a, b) for a, b in pairs if isinstance(a, Intended) and isinstance(b, Intended)
        ]

    @rule(data=st.data(), outcome=st.sampled_from(sorted(OUTCOMES)))
    def end(self, data: st.DataObject, outcome: str) -> None:
        for world, call in self._call(data):
            world.record(cdr(call, outcome, world.at))

    @rule(data=st.data(), word=st.sampled_from(sorted(DISPOSITIONS["lab"])))
    def say(self, data: st.DataObject, word: str) -> None:
        for world, call in self._call(data):
            world.said(call, word)

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        for world, call in self._call(data):
            world.withdraw(call)

    def _call(self, data: st.DataObject) -> list[tuple[World, Intended]]:
        if not self.calls:
            return []
        at = data.draw(st.integers(max(0, len(self.calls) - 6), len(self.calls) - 1))
        return list(zip(self.both(), self.calls[at], strict=True))

    @rule(
        phone=st.sampled_from(PHONES), campaign=st.sampled_from(["", "spring", "autumn"]),
        for_s=st.sampled_from([None, None, 100.0, 50_000.0]), allows=st.booleans(),
    )  # fmt: skip
    def block(self, phone: str, campaign: str, for_s: float | None, allows: bool) -> None:
        for world in self.both():
            until = None if for_s is None else world.at + for_s
            world.block(phone, campaign, expires_at=until, allows=allows)

    @rule(
        prefix=st.sampled_from(["4477", "44770090000", "4477009000"]), allows=st.booleans(),
        campaign=st.sampled_from(["", "spring"]),
    )  # fmt: skip
    def forbid(self, prefix: str, allows: bool, campaign: str) -> None:
        for world in self.both():
            world.forbid(prefix, campaign, allows=allows)

    @rule(phone=st.sampled_from(PHONES), campaign=st.sampled_from(["", "spring"]))
    def unblock(self, phone: str, campaign: str) -> None:
        done = [
            world.journal.unblock(phone, by="test", at=world.at, campaign=campaign)
            for world in self.both()
        ]
        assert done[0] == done[1]

    @rule(ahead=st.integers(0, 2), region=st.sampled_from(["", "GB", "US"]))
    def close(self, ahead: int, region: str) -> None:
        for world in self.both():
            day = datetime.fromtimestamp(world.at, UTC).date() + timedelta(ahead)
            world.journal.keep_days(Entry(region=region, kind="closed", first=day, last=day))

    @rule(entry=st.integers(1, 4))
    def open_again(self, entry: int) -> None:
        done = [world.journal.end_days(entry, by="test") for world in self.both()]
        assert done[0] == done[1]

    @rule(list=st.sampled_from(["people", "others", "shared"]), back=st.booleans())
    def put_away(self, list: str, back: bool) -> None:
        """Or dial it again."""
        done = [put_away(world, list, back) for world in self.both()]
        assert done[0] == done[1]

    @rule(by_s=st.sampled_from([1.0, 31.0, 130.0, 4000.0, 40000.0, 90000.0]))
    def wait(self, by_s: float) -> None:
        for world in self.both():
            world.at += by_s

    @rule()
    def restart(self) -> None:
        for world in self.both():
            world.reopened()

    @rule(campaign=st.sampled_from(["spring", "autumn"]), cap=st.integers(1, 6))
    def change(self, campaign: str, cap: int) -> None:
        lists = ("people", "shared") if campaign == "spring" else ("others", "shared")
        rules = Rules(hours="lab", attempts_per_lead=cap)
        versions = {
            world.open(campaign, calling=rules, retry="lab", lists=lists).version
            for world in self.both()
        }
        assert len(versions) == 1

    @invariant()
    def the_same_calls_are_open(self) -> None:
        one, other = (world.journal.open_intents() for world in self.both())
        assert [told(event) for event in one] == [told(event) for event in other]

    @invariant()
    def no_number_has_two_open_calls(self) -> None:
        keys = [call.number_key for call in self.disk.journal.open_intents()]
        assert len(keys) == len(set(keys))

    @invariant()
    def the_same_leads_are_left(self) -> None:
        one, other = (world.counts() for world in self.both())
        assert one == other


def told(event: Event) -> str:
    """The event without the install id, which is each journal's own."""
    text = repr(event)
    call = getattr(event, "call", "")
    return text.replace(call, call[11:]) if call else text


def put_away(world: World, list: str, back: bool) -> bool | None:
    """Whether it was not; None where there is no such list."""
    try:
        return world.journal.bring_back(list) if back else world.journal.archive(list)
    except KeyError:
        return None


TestAlike = Alike.TestCase
TestAlike.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_taking_a_number_off_a_list_on_which_it_is_not_brings_back_nobody_who_was_passed_over():
    alike = Alike()
    alike.begin(cap=1, daily=1, hours="lab", said=PLANS[2])
    alike.add(list="people", phones=PHONES[:1], place=NEW_YORK, priority=0)
    alike.claim(campaign="spring", n=1)
    alike.unblock(phone=PHONES[1], campaign="")
    left = [(world.counts()["spring"].now, world.counts()["spring"].left) for world in alike.both()]
    assert left == [(0, 1), (0, 1)]
    alike.teardown()


def test_a_lead_that_a_list_has_already_brings_back_nobody_who_was_passed_over():
    alike = Alike()
    alike.begin(cap=1, daily=1, hours="lab", said=PLANS[2])
    alike.add(list="people", phones=PHONES[:1], place=NEW_YORK, priority=0)
    alike.claim(campaign="spring", n=1)
    alike.add(list="people", phones=PHONES[:1], place=NEW_YORK, priority=0)
    left = [(world.counts()["spring"].now, world.counts()["spring"].left) for world in alike.both()]
    assert left == [(0, 1), (0, 1)]
    alike.teardown()
