"""A day by lot: the real engine, its journal, a network, and people who obey no plan.

A story is a list of whims. Each says how long it waits, what somebody wants or what breaks, and
how its own lots fall; so whims can be left out, and the rest stays what it was:

    broken = failure(7, whims_of(7, 300))       None, or what broke and when
    shortest(7, whims_of(7, 300))               the fewest of these whims that still break it
"""

from collections import deque
from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

import msgspec

from dialer.engine.compliance import Rules
from dialer.engine.engine import Engine
from dialer.engine.events import (
    CallerIdRestWanted,
    CampaignOpened,
    CampaignStopped,
    Event,
    LoggedIn,
    MonitorUnwanted,
    RecordingRoom,
    Started,
    SwitchDown,
    SwitchUp,
    Tick,
    TrunkOpened,
    TrunkSeen,
    WentReady,
)
from dialer.journal.memory import MemoryJournal
from dialer.leads.rules import LeadRules
from dialer.settings.inbound import Inbound
from dialer.turn import replay, turn
from sim.judge import collected, judge
from tests.conformance.worlds import MONDAY_10AM, people

from .laws import Broken, Turns
from .network import Network

POOL_OF = {"anna": "sales", "ben": "sales", "cleo": "help"}
CAMPAIGNS = {"spring": "sales", "autumn": "sales", "winter": "sales", "help": "help"}
OURS, OTHER = "+15550001111", "+15550002222"
LEADS = 60
"Of each campaign: their ids count on from 1."
TAME = {"pacing": "progressive", "abandon_cap": 0.5, "group": "", "recording": "off"}
"Nothing but what is broken keeps such a campaign from dialling."
TICK_S = 1.0
RULES = ("records", "fold", "privacy")
"Of the judge's: those that need no list of what was out of order when."
IN_TIME = ("numbers", "limits")
"And of them those that need a clock which goes on."


class Story:
    """One day from its first login to its last record."""

    def __init__(self, seed: int, make: Callable[[], Engine] = Engine) -> None:
        self._make, self._lot = make, Random(f"{seed} story")
        self._slow_s = 0.0
        "By how much the dialer's clock goes behind the network's."
        self._was_put_right = False
        self.wrong_by_s = 0.0
        "By how much somebody has put it right since the dialer read it."
        self.inbox = deque[Event]()
        self.network = Network(seed, self.clock, self.inbox.append)
        house = Inbound(callback_after_s=20.0)
        self.journal = MemoryJournal(self.inbox.append, self.clock, house=house)
        self.turns = Turns()
        self.visitors = 0
        self.engine: Engine
        self._ticked_at = 0.0
        self._seq = 0
        self.dies_after: int | None = None
        "So many turns more; then the process is killed."
        self._begin()
        self.tell()
        for name, pool in CAMPAIGNS.items():
            self.journal.add_leads(name, people(LEADS, first=447_700_900_000 + 1000 * len(name)))
            self.open(name, pool, self._lot)
        for agent, pool in POOL_OF.items():
            self.tell(LoggedIn(agent, pool, f"PJSIP/{agent}", at=self.clock()))
            self.tell(WentReady(agent, at=self.clock()))

    def clock(self) -> float:
        """The dialer's: seconds since 1970."""
        return MONDAY_10AM + self.network.now - self._slow_s

    # ---- the dialer -----------------------------------------------------------------------------
    def tell(self, *events: Event) -> None:
        """Let the dialer hear this, and all that follows at once."""
        self.inbox.extend(events)
        while self.inbox:
            if self.dies_after == 0:
                self.kill()
            elif self.dies_after is not None:
                self.dies_after -= 1
            if self.inbox:
                self._turn(self.inbox.popleft())

    def _turn(self, event: Event) -> None:
        self._seq, orders = turn(self.engine, self.journal, self.network, event)
        self.turns.check(self.engine, event, orders)

    def _begin(self) -> None:
        self.inbox.clear()
        epoch = self.journal.take_lease("story", self.clock())
        self.engine = self._make()
        forgotten = replay(self.engine, self.journal)
        self.turns.remember(self.engine)
        self._ticked_at, self.dies_after = self.clock(), None
        lines = self._lot.choice((4, 20))
        self.inbox.appendleft(Started(epoch=epoch, at=self.clock()))  # before what was counted
        self.inbox.extend(forgotten)
        self.inbox.append(TrunkOpened("lab", lines, 50.0, at=self.clock()))
        self.network.after(0.5, self.connect)

    def kill(self) -> None:
        """The process dies with what is in its inbox; another one remembers as much as it knew."""
        known, forgets = self.engine.checkpoint(), self.journal.trouble
        self.network.connected = False
        self.journal = self.journal.reopened(self.inbox.append)
        self._slow_s -= self.wrong_by_s
        self._was_put_right |= bool(self.wrong_by_s)
        self.wrong_by_s = 0.0
        self._begin()
        if forgets:  # what a full disk did not take is gone
            self.turns.forget(fact for _, fact in self.journal.facts(0))
        elif self.engine.checkpoint() != known:
            raise Broken("another process remembers something else")

    def keep(self) -> None:
        """A checkpoint, so that the next process need not hear all of it."""
        self.journal.checkpoint(self._seq, self.engine.checkpoint())

    def connect(self) -> None:
        """The switch answers, and its news come."""
        if not self.network.connected:
            self.network.connect()
            self.tell(SwitchUp(at=self.clock()))

    def disconnect(self) -> None:
        """The dialer sees that the switch is gone; for a while."""
        if self.network.connected:
            self.network.connected = False
            self.tell(SwitchDown(at=self.clock()))
        self.network.after(3.0, self.connect)

    def crash(self) -> None:
        """The switch takes all calls with it."""
        self.network.crash()
        self.tell(SwitchDown(at=self.clock()))
        self.network.after(3.0, self.connect)

    def open(self, name: str, pool: str, lot: Random, **known: object) -> None:
        """Open a campaign, or open it again with other rules."""
        paced = ("progressive", "ratio", "selftuned", "predictive")
        opened = CampaignOpened(
            at=self.clock(), campaign=name, pool=pool, version=0, lines=6, calls_per_s=20.0,
            trunk="lab", caller_ids=(OURS,) if pool == "sales" else (OURS, OTHER), source="sim",
            pacing=lot.choice(("preview", "manual")) if name == "winter" else lot.choice(paced),
            ratio=2.5, abandon_cap=lot.choice((0.03, 0.5)), group=lot.choice(("", "house")),
            detection=lot.choice(("careful", "careful, connect_first", "balanced")),
            after_beep=lot.choice(("", "beep")), recording=lot.choice(("off", "on", "must")),
            account=lot.choice(("day", "2 h", "30 days")), ring_timeout_s=15.0,
            ring_least_s=0.0 if name == "winter" else 5.0,
            when_spent=lot.choice(("progressive", "wait")), wrap_up_s=lot.choice((2.0, 20.0)),
            max_talk_s=50.0,
            zone=lot.choice(("UTC", "Asia/Shanghai")),
        )  # fmt: skip
        opened = msgspec.structs.replace(opened, **known)
        calling = Rules(hours="lab", attempts_per_lead=3)
        rules = LeadRules(lists=(name,), calling=calling, dispositions="lab", retry="lab")
        self.tell(self.journal.open_campaign(opened, rules))

    # ---- the disk -------------------------------------------------------------------------------
    def fill_disk(self, for_s: float) -> None:
        """The journal takes nothing more, until somebody makes room."""
        journal = self.journal
        journal.trouble = "the disk is full"

        def make_room() -> None:
            if journal is self.journal:
                self.make_room()

        self.network.after(for_s, make_room)

    def make_room(self) -> None:
        """What waited is written, and told."""
        self.journal.trouble = ""
        self.journal.flush()

    # ---- time -----------------------------------------------------------------------------------
    def wait(self, for_s: float) -> None:
        """Let time pass: telephones, alarms, a tick at the latest every second."""
        until = self.network.now + for_s
        while True:
            alarm_s = min(self.engine.due, self._ticked_at + TICK_S) - self.clock()
            ticks_at = self.network.now + max(0.0, alarm_s)
            if min(self.network.next_at(), ticks_at) > until:
                break
            if self.network.next_at() <= ticks_at:
                self.network.happen()
                self.tell()
            else:
                self.network.now = ticks_at
                self._tick()
        self.network.now = until

    def _tick(self) -> None:
        self._ticked_at = self.clock()
        self.tell(Tick(at=self._ticked_at))

    # ---- how it ends ----------------------------------------------------------------------------
    def end(self) -> None:
        """All is put right; then everything ends, and the books are closed."""
        self._put_right()
        self._goes_on()
        for name in self.engine.state.campaigns:
            self.inbox.append(CampaignStopped(name, at=self.clock()))
        self.tell()
        self.wait(120.0)
        self._is_over()
        self.wait(700.0)
        self._is_free()
        self.kill()
        rules = (*RULES, *IN_TIME) if not self._was_put_right else RULES
        if self._make is not Engine:  # what a sound one makes of the events is not its promise
            rules = tuple(rule for rule in rules if rule != "fold")
        case = collected(self.journal, self.network.truth, state=self.engine.checkpoint())
        if wrong := [str(one) for one in judge(case, *rules)]:
            raise Broken("; ".join(wrong[:5]))

    def _put_right(self) -> None:
        self.dies_after = None
        self.make_room()
        if self.wrong_by_s:
            self.kill()
        self.wait(5.0)
        self.connect()
        at = self.clock()
        self.tell(TrunkSeen("lab", True, at=at), RecordingRoom(enough=True, at=at))
        self.tell(MonitorUnwanted("sue", at=at), CallerIdRestWanted(OTHER, at, at=at))

    def _goes_on(self) -> None:
        """With a new agent for new people something is dialled, whatever came before."""
        known = len(self.network.truth)
        for name in self.engine.state.campaigns:
            self.inbox.append(CampaignStopped(name, at=self.clock()))
        self.journal.add_leads("last", people(9, first=447_700_990_000))
        self.open("last", "evening", Random("evening"), **TAME)
        self.tell(LoggedIn("eve", "evening", "PJSIP/eve", at=self.clock()))
        self.tell(WentReady("eve", at=self.clock()))
        self.wait(60.0)
        placed = (one for one in self.network.truth[known:] if one.direction == "out")
        if not any(placed):
            bound = self.engine.state.campaigns["last"].bound
            raise Broken(f"nothing is dialled any more: {bound}, {self.engine.state.agents}")

    def _is_over(self) -> None:
        state = self.engine.state
        left = [*state.calls.values(), *state.outside.values()]
        waits = [one for one in state.campaigns.values() if one.claimed or one.queue or one.by_hand]
        opened = [*self.journal.open_intents(), *self.journal.open_arrivals()]
        legs = [leg for leg in self.network.legs() if leg not in state.agents]
        if left or waits or opened or state.monitors or legs:
            raise Broken(f"not over: {left}, {waits}, {opened}, {state.monitors}, {legs}")

    def _is_free(self) -> None:
        held = [
            one for one in self.engine.state.agents.values()
            if one.state not in ("READY", "PAUSED") or one.wants == "log_out"
        ]  # fmt: skip
        held += [
            one for one in self.engine.state.agents.values()
            if one.leg_up != (one.agent in self.network.legs())
        ]  # fmt: skip
        if held or self.engine.state.unfinished or self.network.calls:
            raise Broken(f"agents who wait for nothing: {held}, {self.network.calls}")


class Whim(NamedTuple):
    """After so long, somebody wants something."""

    pause_s: float
    name: str
    lot: int


Whims = Sequence[Whim]
Act = Callable[[Story, Random], None]


def failure(
    seed: int, whims: Whims, acts: dict[str, Act], make: Callable[[], Engine] = Engine
) -> str:
    """What broke in this story, and when; empty: it ended well."""
    story = None
    try:
        story = Story(seed, make)
        for whim in whims:
            story.wait(whim.pause_s)
            acts[whim.name](story, Random(whim.lot))
        story.end()
    except Exception as why:  # whatever it is, it is what is searched for
        at = f"{story.network.now:.2f} s" if story else "the beginning"
        return f"{type(why).__name__} at {at}: {why}"
    return ""


def shortest(whims: Whims, fails: Callable[[Whims], object]) -> Whims:
    """As few of the whims as still fail: pieces are left out, ever smaller ones."""
    piece = len(whims) // 2
    while piece:
        at = 0
        while at < len(whims):
            fewer = [*whims[:at], *whims[at + piece :]]
            if fails(fewer):
                whims = fewer
            else:
                at += piece
        piece //= 2
    return whims
