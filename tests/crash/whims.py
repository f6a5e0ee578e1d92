"""What people want, and what breaks: each whim of a story by its name, and how often it comes."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random

from dialer.engine.commands import Cdr
from dialer.engine.events import (
    AgentHungUp,
    BudgetSet,
    CallbackDue,
    CallerIdRestWanted,
    CallWanted,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    ClockJumped,
    DeskBack,
    DeskLost,
    Disposed,
    DispositionCorrected,
    DispositionUndone,
    Event,
    GreetingWanted,
    HoldWanted,
    LeadSkipped,
    LegWanted,
    LoggedIn,
    LoggedOut,
    MonitorUnwanted,
    MonitorWanted,
    MuteWanted,
    OwnNumberReached,
    Paused,
    RecordingDeleteWanted,
    RecordingPauseWanted,
    RecordingResumeWanted,
    RecordingRoom,
    ResumeWanted,
    TransferWanted,
    TrunkSeen,
    VoiceBack,
    VoiceLost,
    WentReady,
)
from dialer.journal.house_days import Entry
from dialer.journal.store import Block
from dialer.leads.retry import DISPOSITIONS
from dialer.ports import Caller

from .story import CAMPAIGNS, LEADS, OTHER, OURS, POOL_OF, Act, Story, Whim

WORDS = sorted(DISPOSITIONS["lab"])
PLACES_TO = (*POOL_OF, "pool:help", "pool:sales", "pool:nowhere", "outside:boss")


def _agent(lot: Random) -> str:
    return lot.choice(list(POOL_OF))


def _call(story: Story, agent: str, lot: Random) -> str:
    """Mostly the agent's own; sometimes another's, or one that is over."""
    known = story.engine.state.agents.get(agent)
    if known is not None and known.call and lot.random() < 0.85:
        return known.call
    return lot.choice([*story.engine.state.calls, "d1-over"])


def _lead(lot: Random) -> str:
    return str(lot.randint(1, LEADS * len(CAMPAIGNS)))


def of_agent(kind: Callable[..., Event], **more: Callable[[Random], object]) -> Act:
    """An agent wants something."""

    def act(story: Story, lot: Random) -> None:
        agent = _agent(lot)
        story.tell(kind(agent, at=story.clock(), **{k: draw(lot) for k, draw in more.items()}))

    return act


def of_call(kind: Callable[..., Event], **more: Callable[[Random], object]) -> Act:
    """An agent wants something of a call."""

    def act(story: Story, lot: Random) -> None:
        agent = _agent(lot)
        call, at = _call(story, agent, lot), story.clock()
        story.tell(kind(agent, call, at=at, **{k: draw(lot) for k, draw in more.items()}))

    return act


def of_campaign(kind: Callable[..., Event]) -> Act:
    """Somebody wants something of a campaign."""
    return lambda story, lot: story.tell(kind(lot.choice(list(CAMPAIGNS)), at=story.clock()))


# ---- agents ----
def log_in(story: Story, lot: Random) -> None:
    agent, desk = _agent(lot), lot.choice(("", "t1", "t2"))
    phone = lot.choice((f"PJSIP/{agent}", f"PJSIP/{agent}", f"PJSIP/{agent}2"))
    teams = lot.choice(((), ("gold",)))
    at = story.clock()
    story.tell(LoggedIn(agent, POOL_OF[agent], phone, desk=desk, teams=teams, at=at))


def attend(story: Story, lot: Random) -> None:
    agent = _agent(lot)
    known = story.engine.state.agents.get(agent)
    desk = known.desk if known is not None and lot.random() < 0.9 else "t1"
    story.tell(DeskBack(agent, desk, at=story.clock()))


def undo(story: Story, lot: Random) -> None:
    agent = _agent(lot)
    known = story.engine.state.agents.get(agent)
    said = known.said if known is not None else None
    call = said.call if said is not None else _call(story, agent, lot)
    story.tell(DispositionUndone(agent, call, at=story.clock()))


def dispose(story: Story, lot: Random) -> None:
    agent, at = _agent(lot), story.clock()
    callback_at = at + lot.uniform(-5.0, 90.0) if lot.random() < 0.4 else None
    whom = lot.choice(("", "team:gold", *POOL_OF)) if callback_at else ""
    word = "callback" if callback_at else lot.choice(WORDS)
    story.tell(
        Disposed(
            agent, _call(story, agent, lot), word, then=lot.choice(("ready", "ready", "pause")),
            callback_at=callback_at, callback_for=whom, at=at,
        )
    )  # fmt: skip


def correct(story: Story, lot: Random) -> None:
    over = [fact for _, fact in story.journal.facts(0) if isinstance(fact, Cdr)]
    if not over:
        return
    cdr, agent, word = lot.choice(over), _agent(lot), lot.choice(WORDS)
    story.tell(
        DispositionCorrected(
            "sue", cdr.call, cdr.lead, cdr.campaign, agent, word, at=story.clock()
        )
    )  # fmt: skip


def call_by_hand(story: Story, lot: Random) -> None:
    """Whom the page shows, or anybody of the list."""
    agent = _agent(lot)
    known = story.engine.state.agents.get(agent)
    campaign = lot.choice(list(CAMPAIGNS))
    lead = _lead(lot)
    if known is not None and known.state == "PREVIEW" and lot.random() < 0.9:
        campaign, lead = known.campaign, known.lead
    story.tell(CallWanted(agent, campaign, lead, at=story.clock()))


def skip(story: Story, lot: Random) -> None:
    agent = _agent(lot)
    known = story.engine.state.agents.get(agent)
    lead = known.lead if known is not None else "L0"
    story.tell(LeadSkipped(agent, lead, at=story.clock()))


def promise(story: Story, lot: Random) -> None:
    """The journal's word, early, late, or about somebody of another agent's."""
    due_at = story.clock() + lot.uniform(-5.0, 8.0)
    story.tell(
        CallbackDue(
            lot.choice(("", _agent(lot))), lot.choice(list(CAMPAIGNS)), _lead(lot),
            due_at, lot.choice(("", "", "gold")), at=story.clock(),
        )
    )  # fmt: skip


def transfer(story: Story, lot: Random) -> None:
    agent, to = _agent(lot), lot.choice(PLACES_TO)
    call = _call(story, agent, lot)
    story.tell(TransferWanted(agent, call, to, trunk="lab", at=story.clock()))


def monitor(story: Story, lot: Random) -> None:
    how, stays = lot.choice(("listen", "whisper", "barge")), lot.random() < 0.5
    at = story.clock()
    story.tell(MonitorWanted("sue", _agent(lot), how, "PJSIP/sue", stays=stays, at=at))


# ---- campaigns, numbers ----
def open_again(story: Story, lot: Random) -> None:
    name = lot.choice(list(CAMPAIGNS))
    story.open(name, lot.choice(("sales", "help")), lot)


def set_budget(story: Story, lot: Random) -> None:
    amount = lot.choice((None, None, Decimal("0.01"), Decimal("5")))
    story.tell(BudgetSet(lot.choice(list(CAMPAIGNS)), amount, "USD", at=story.clock()))


def rest(story: Story, lot: Random) -> None:
    until = story.clock() + lot.choice((-1.0, 20.0))
    story.tell(CallerIdRestWanted(lot.choice((OURS, OTHER)), until, at=story.clock()))


def block(story: Story, lot: Random) -> None:
    number = str(447_700_900_000 + 1000 * lot.randrange(4, 7) + lot.randrange(60))
    story.journal.block([number], Block(campaign="", source="sue", at=story.clock()))
    story.tell()


def set_days(story: Story, lot: Random) -> None:
    """A day of a country where nobody is called: what is promised is promised anew."""
    day = date(2027, 1, 1 + lot.randrange(9))
    entry = story.journal.keep_days(Entry(region="FR", kind="closed", first=day, last=day))
    if lot.random() < 0.5:
        story.journal.end_days(entry, by="sue")
    story.tell()


def file_away(story: Story, lot: Random) -> None:
    """A list is put away, or comes back."""
    name = lot.choice(list(CAMPAIGNS))
    if not story.journal.archive(name):
        story.journal.bring_back(name)


# ---- the world ----
def call_us(story: Story, lot: Random) -> None:
    if not story.network.connected:
        return
    story.visitors += 1
    call = f"d1-{story.visitors + (1 << 120):032x}"
    number = lot.choice((str(447_700_906_000 + lot.randrange(60)), "447700980000", ""))
    story.network.ring_us(call, number)
    story.journal.welcome(
        Caller(
            call=call, trunk="lab", caller_id=OURS.lstrip("+"), digits=number, country="gb",
            source="sim", at=story.clock(), late=lot.random() < 0.1,
        )
    )  # fmt: skip
    story.tell()


def put_clock_right(story: Story, lot: Random) -> None:
    """Nothing is dialled until the dialer is started again."""
    by_s = lot.choice((-300.0, 300.0))
    story.wrong_by_s += by_s
    story.tell(ClockJumped(story.wrong_by_s, at=story.clock()))
    story.network.after(lot.uniform(1.0, 20.0), story.kill)


def fill_disk(story: Story, lot: Random) -> None:
    story.fill_disk(lot.choice((0.2, 3.0, 20.0)))


def die_soon(story: Story, lot: Random) -> None:
    story.dies_after = lot.randrange(12)


WHIMS: dict[str, tuple[int, Act]] = {
    "nothing": (8, lambda story, lot: None),
    "log in": (3, log_in),
    "log out": (1, of_agent(LoggedOut)),
    "want calls": (12, of_agent(WentReady)),
    "take a break": (3, of_agent(Paused, reason=lambda lot: "lunch")),
    "load the page": (2, of_agent(LegWanted)),
    "leave the desk": (2, of_agent(DeskLost, desk=lambda lot: lot.choice(("t1", "t2")))),
    "attend the desk": (8, attend),
    "lose the voice": (2, of_agent(VoiceLost)),
    "find the voice": (2, of_agent(VoiceBack)),
    "lose the leg": (2, lambda story, lot: story.network.lose_leg(_agent(lot))),
    "hold": (3, of_call(HoldWanted)),
    "resume": (4, of_call(ResumeWanted)),
    "mute": (1, of_call(MuteWanted, muted=lambda lot: lot.random() < 0.5)),
    "hang up": (3, of_call(AgentHungUp)),
    "hear the greeting": (1, of_call(GreetingWanted)),
    "say what came of it": (8, dispose),
    "take it back": (3, undo),
    "correct a record": (1, correct),
    "hand over": (4, transfer),
    "call somebody": (4, call_by_hand),
    "skip somebody": (2, skip),
    "promise a call": (3, promise),
    "pause the recording": (1, of_call(RecordingPauseWanted)),
    "resume the recording": (1, of_call(RecordingResumeWanted)),
    "listen in": (2, monitor),
    "stop listening": (1, lambda story, lot: story.tell(MonitorUnwanted("sue", at=story.clock()))),
    "pause a campaign": (1, of_campaign(CampaignPaused)),
    "resume a campaign": (4, of_campaign(CampaignResumed)),
    "stop a campaign": (1, of_campaign(CampaignStopped)),
    "open it again": (1, open_again),
    "set a budget": (1, set_budget),
    "rest a number": (1, rest),
    "block a number": (1, block),
    "file a list away": (1, file_away),
    "set days": (1, set_days),
    "call us": (3, call_us),
    "reach ourselves": (
        1, lambda story, lot: story.tell(OwnNumberReached(OURS, OTHER, "lab", at=story.clock()))
    ),
    "see the trunk": (
        1, lambda story, lot: story.tell(TrunkSeen("lab", lot.random() < 0.7, at=story.clock()))
    ),
    "have room": (
        1, lambda story, lot: story.tell(RecordingRoom(lot.random() < 0.8, at=story.clock()))
    ),
    "delete a recording": (
        1,
        lambda story, lot: story.tell(
            RecordingDeleteWanted(
                _call(story, _agent(lot), lot), "spring", "talk.wav", at=story.clock()
            )
        ),
    ),
    "keep a checkpoint": (2, lambda story, lot: story.keep()),
    "lose the switch": (1, lambda story, lot: story.disconnect()),
    "lose all calls": (1, lambda story, lot: story.crash()),
    "fill the disk": (1, fill_disk),
    "die": (1, die_soon),
    "put the clock right": (1, put_clock_right),
}  # fmt: skip
ACTS = {name: act for name, (_, act) in WHIMS.items()}


def whims_of(seed: int, n: int) -> list[Whim]:
    """What happens in the story of that number."""
    lot = Random(f"{seed} whims")
    names = lot.choices(list(WHIMS), [often for often, _ in WHIMS.values()], k=n)
    pauses = lot.choices((0.0, 0.01, 0.1, 0.5, 2.0), (2, 1, 1, 1, 1), k=n)
    return [Whim(s, name, lot.getrandbits(32)) for s, name in zip(pauses, names, strict=True)]
