"""What has happened. Past tense, each with its instant; the same bytes in journal, socket and API.

An event never raises in the engine, whatever its order: late, double and missing ones are a
telephone network's daily bread. `at` is seconds since 1970 UTC, steady within a run (the shell
adds a monotonic clock to the wall clock it read at its start).

>>> decode(encode(Answered("d1-0", at=12.0)))
Answered(call='d1-0', at=12.0)
"""

from decimal import Decimal
from typing import Literal

import msgspec

from dialer.money.rating import Deck


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=True):
    """Something that happened at an instant."""

    at: float


# ---- time ---------------------------------------------------------------------------------------
class Tick(Event, frozen=True, tag=True):
    """Time has passed. It has no content of its own."""


# ---- the life of a process ----------------------------------------------------------------------
class Started(Event, frozen=True, tag=True):
    """A dialer process begins: nothing is placed before `Reconciled`."""

    epoch: int
    "The lease this process holds; every intent names it."


class SwitchUp(Event, frozen=True, tag=True):
    """The switch answers and its events reach us. Reconcile comes next."""


class SwitchDown(Event, frozen=True, tag=True):
    """The switch is gone, or does not answer: nothing is placed until it is back."""

    why: str = ""


class Replaced(Event, frozen=True, tag=True):
    """Another dialer took the application: this one stands down for good."""


class ClockJumped(Event, frozen=True, tag=True):
    """The wall clock moved against the steady one by so many seconds."""

    by_s: float


class Witness(msgspec.Struct, frozen=True):
    """What the switch itself says about one call."""

    call: str
    channel: Literal["none", "ringing", "up"] = "none"
    bridged_to: str = ""
    "The agent whose bridge it is in."
    message: bool = False
    "The switch plays the message to it by itself: no agent can have it any more."
    row: bool = False
    "The switch's own CDR has a row for it."
    answered_at: float | None = None
    ended_at: float | None = None
    cause: int = 0
    sip: int | None = None


class Reconciled(Event, frozen=True, tag=True):
    """All witnesses were asked about every open intent. What they said, in full."""

    witnesses: tuple[Witness, ...] = ()
    agents_up: tuple[str, ...] = ()
    "Agents whose leg still stands."
    whole: bool = True
    "It answers the question after `SwitchUp`, not one about a single call: dialling may begin."
    switch_since: float = 0.0
    "When the switch's process began: of earlier calls its silence proves nothing. 0: unknown."


Recording = Literal["off", "on", "must"]


# ---- campaigns and orders -----------------------------------------------------------------------
class CampaignOpened(Event, frozen=True, tag=True):
    """A campaign with its rules: opened, or opened again with a new version."""

    campaign: str
    pool: str
    version: int
    user: str = ""
    pacing: str = "progressive"
    ratio: float = 1.0
    lines: int = 1
    calls_per_s: float = 1.0
    trunk: str = ""
    caller_ids: tuple[str, ...] = ()
    ring_timeout_s: float = 30.0
    abandon_cap: float = 0.03
    account: str = "day"
    "Over what the cap is counted, see `account.period`."
    group: str = ""
    "Campaigns of one group keep the cap together too."
    when_spent: Literal["progressive", "wait"] = "progressive"
    "What it does while its account is beyond the cap."
    clock: Literal["greeting_end", "speech_start", "answer"] = "greeting_end"
    connect_within_s: float = 2.0
    detection: str = "careful"
    country: str = "us"
    "The tone plan to listen with: ISO 3166 alpha-2, lower case."
    on_machine: Literal["hang_up"] = "hang_up"
    message: str = ""
    "The recording for people whom no agent could take in time, as the switch names it."
    after_beep: str = ""
    "The recording for machines, likewise; empty: they are hung up on."
    wrap_up_s: float = 60.0
    max_talk_s: float = 3600.0
    source: Literal["live", "lab", "sim"] = "live"
    zone: str = "UTC"
    "The campaign's time zone: its day is the account's day."
    begins: Literal["dialling", "paused", "stopped"] = "dialling"
    "What it does from now on: a new version need not set anything going."
    recording: Recording = "off"
    "Whether talks are recorded; `must`: without a recording nothing is dialled."
    closes_min: tuple[int, ...] = ()
    """Seven days, Monday first: the minute of the campaign's own clock at which its calling hours
    end, 0 on a day without any. Empty: nobody has told, its day ends at midnight."""


class CampaignPaused(Event, frozen=True, tag=True):
    """Nothing more is placed; calls that ring go on."""

    campaign: str
    why: str = ""
    user: str = ""


class CampaignResumed(Event, frozen=True, tag=True):
    """It dials again."""

    campaign: str
    user: str = ""


class CampaignStopped(Event, frozen=True, tag=True):
    """Nothing more is placed; calls that nobody answered yet are cancelled."""

    campaign: str
    user: str = ""


class BudgetSet(Event, frozen=True, tag=True):
    """What a campaign may spend in a day from now on, by the tariffs of its trunk."""

    campaign: str
    amount: Decimal | None
    "None: as much as it takes."
    currency: str = ""
    "ISO 4217, the deck's."
    user: str = ""


class LeadsCounted(Event, frozen=True, tag=True):
    """How many leads the campaign could dial now, and how many it has left at all."""

    campaign: str
    now: int
    left: int


class NumberBlocked(Event, frozen=True, tag=True):
    """A number came onto a do-not-call list: calls to it that still ring are cancelled."""

    number_key: str
    campaign: str = ""
    "Whose list it is; empty: everybody's."


# ---- intents (from the journal) -----------------------------------------------------------------
class Intended(Event, frozen=True, tag=True):
    """The journal promises this call: it is written and durable, and may be placed once.

    The number itself is not here: `Journal.number_of(call)` knows it while the call lives.
    """

    call: str
    lead: str
    list: str
    campaign: str
    version: int
    pool: str
    attempt: int
    number_key: str
    "Keyed hash of the number."
    masked: str
    "`+1555•••4567`"
    region: str
    trunk: str
    caller_id: str
    ring_timeout_s: float
    not_after: float
    "The last instant at which it may still be placed (calling hours end)."
    mode: str
    "Pacing mode that asked for it."
    epoch: int
    agent: str = ""
    "Who asked for it and is joined at the answer; empty: whoever is free then."
    tariff: Deck | None = None
    "What the call will cost, where its campaign has a budget and somebody knows."


class Refused(Event, frozen=True, tag=True):
    """The journal gave fewer intents than were claimed, and why."""

    campaign: str
    asked: int
    given: int
    why: str
    "`no_leads`, `hours`, `dnc`, `caps`, `caller_ids`, `epoch`, `journal`: what cost most leads."
    agent: str = ""
    "Who asked for this one lead."


class Arrived(Event, frozen=True, tag=True):
    """Somebody called one of our caller ids; the journal has looked up who it is.

    It has the fields of a promise, and stands where one would: nobody promised this call. The
    number itself is not here.
    """

    call: str
    trunk: str
    "That brought it."
    caller_id: str
    "Ours, that was called."
    number_key: str = ""
    "Keyed hash of the caller's number; empty where it is hidden."
    masked: str = ""
    region: str = ""
    lead: str = ""
    list: str = ""
    campaign: str = ""
    "That called this number last, or that shows this caller id."
    version: int = 0
    pool: str = ""
    agent: str = ""
    "Who spoke with this person last."
    blocked: bool = False
    "The number is on a do-not-call list."
    source: Literal["live", "lab", "sim"] = "live"
    wait_s: float = 0.0
    "How long it may ring. 0: nobody shall be asked, it is out of hours or nobody's call."
    last_agent_s: float = 0.0
    "How long it waits for the agent who spoke last."
    late: bool = False
    "Nobody was there when it came; the switch has dealt with it, or is about to."
    epoch: int = 0
    attempt: int = 0
    ring_timeout_s: float = 0.0
    not_after: float = 0.0
    mode: str = "inbound"


class Withdrawn(Event, frozen=True, tag=True):
    """An intent was taken back before it was placed: the lead is free, no attempt is used."""

    call: str


class CallbackDue(Event, frozen=True, tag=True):
    """A person was promised a call. Told from a little before, again and again until somebody has
    claimed it."""

    agent: str
    "Who shall call; empty: whoever can be spared."
    campaign: str
    lead: str
    due_at: float = 0.0
    "For when."
    team: str = ""
    "Whoever of this team can be spared; empty: of the campaign's pool."


# ---- calls (from the switch) --------------------------------------------------------------------
class Placed(Event, frozen=True, tag=True):
    """The switch has taken the order: the INVITE leaves."""

    call: str


class NotPlaced(Event, frozen=True, tag=True):
    """The order never became a call, and the switch is sure of it."""

    call: str
    why: str = ""


class Progressed(Event, frozen=True, tag=True):
    """183: there may be audio."""

    call: str


class Ringing(Event, frozen=True, tag=True):
    """180."""

    call: str


class Answered(Event, frozen=True, tag=True):
    """200 OK."""

    call: str


class Bridged(Event, frozen=True, tag=True):
    """Customer and agent are in one bridge."""

    call: str
    agent: str


class AgentHeard(Event, frozen=True, tag=True):
    """The first of the agent's audio left for the customer."""

    call: str


class NotBridged(Event, frozen=True, tag=True):
    """The agent's leg or bridge was not there, or the customer had just gone."""

    call: str
    agent: str
    why: str = ""
    "`call ended`, `call gone`: it was the customer's side. All else is the agent's."


class Held(Event, frozen=True, tag=True):
    """The customer hears music, and no agent."""

    call: str
    agent: str


class Resumed(Event, frozen=True, tag=True):
    """Customer and agent hear each other again."""

    call: str
    agent: str


class MessageStarted(Event, frozen=True, tag=True):
    """The customer begins to hear a recording."""

    call: str
    message: str


class MessageEnded(Event, frozen=True, tag=True):
    """The recording is over (or could not be played)."""

    call: str
    message: str
    played: bool = True


class OptedOut(Event, frozen=True, tag=True):
    """The person on this call pressed the key that ends our calls, in a message of ours.

    The switch tells it again until the journal has it on disk; the call may be long over.
    """

    call: str
    everywhere: bool = True
    "Else only for the campaign that called."


class GreetingEnded(Event, frozen=True, tag=True):
    """The agent has heard what the customer said first, or could not."""

    call: str
    agent: str
    played: bool = True
    why: str = ""
    "Why it was not played to its end."


class HungUp(Event, frozen=True, tag=True):
    """The call is over."""

    call: str
    cause: int = 0
    "Q.850."
    sip: int | None = None
    local: bool = False
    "It never left this machine (no port, no channel)."
    by_us: bool = False
    "We asked for it, or our own ring timeout did."


# ---- what the listeners hear --------------------------------------------------------------------
Sound = Literal[
    # before the answer
    "ringback", "crbt", "busy", "congestion", "busy_or_congestion", "sit", "announcement",
    # at any time
    "audio", "speech", "speech_end", "silence", "no_audio",
    # after the answer
    "human", "machine", "ivr", "fax", "beep",
]  # fmt: skip
"""`audio`: the first sound at all. `speech`, `speech_end`: the first utterance begins, ends (the
greeting's end). The last two lines of the list are verdicts."""

VERDICTS = frozenset({"human", "machine", "ivr", "fax", "silence", "no_audio"})


class Heard(Event, frozen=True, tag=True):
    """A listener is sure of something. `at` is when the sound was there, not when it told."""

    call: str
    sound: Sound
    phase: Literal["early", "answer"]
    kind: str = ""
    "SIT or announcement kind: an outcome's name (`vacant`, `powered_off`) or `unknown`."
    confidence: float = 1.0
    cause: str = ""
    "Why: `cadence 1.0/4.0 at 450 Hz`, `greeting 0.6 s then 0.5 s of silence`."
    sample: int = 0
    "Samples at 8 kHz since the phase began, at the decision."
    greeting_end_s: float | None = None
    "Seconds from the answer to the end of the greeting."


# ---- agents -------------------------------------------------------------------------------------
class LoggedIn(Event, frozen=True, tag=True):
    """An agent begins a shift. The engine asks for the leg; `LegUp` follows."""

    agent: str
    pool: str
    endpoint: str
    "Where the leg goes: `PJSIP/agent1`."
    desk: str = ""
    "The page that the agent sits at: it must be attended (`DeskBack`). Empty: a bare phone."
    teams: tuple[str, ...] = ()
    "To which the agent belongs: their callbacks are among those that the agent makes."


class LegUp(Event, frozen=True, tag=True):
    """The agent's nailed-up leg stands."""

    agent: str


class LegDown(Event, frozen=True, tag=True):
    """It is gone: supply lost."""

    agent: str
    cause: int = 0


class WentReady(Event, frozen=True, tag=True):
    """The agent wants calls."""

    agent: str


class Paused(Event, frozen=True, tag=True):
    """The agent wants none (after the call, if there is one)."""

    agent: str
    reason: str = ""


class DeskLost(Event, frozen=True, tag=True):
    """Nobody attends the agent's page any more: no new calls. A talk goes on."""

    agent: str
    desk: str


class DeskBack(Event, frozen=True, tag=True):
    """The page is attended."""

    agent: str
    desk: str


class LegWanted(Event, frozen=True, tag=True):
    """The agent's phone began anew (a page was loaded again): call it, and go on where we were."""

    agent: str


class VoiceLost(Event, frozen=True, tag=True):
    """The leg stands, and for three seconds nothing has come from the agent."""

    agent: str


class VoiceBack(Event, frozen=True, tag=True):
    """The agent is heard again."""

    agent: str


class HoldWanted(Event, frozen=True, tag=True):
    """The agent wants the customer to wait."""

    agent: str
    call: str


class ResumeWanted(Event, frozen=True, tag=True):
    """The agent wants to go on talking."""

    agent: str
    call: str


class MuteWanted(Event, frozen=True, tag=True):
    """The agent does not want to be heard, or wants to be heard again: for phones without a key."""

    agent: str
    call: str
    muted: bool


class TransferWanted(Event, frozen=True, tag=True):
    """The agent hands the customer over, without a word to whoever takes them."""

    agent: str
    call: str
    to: str
    "An agent's name; `pool:NAME`: whoever is free there; `outside:NAME`: of the trunk's list."
    trunk: str = ""
    "By which somebody outside is called."


class CallWanted(Event, frozen=True, tag=True):
    """The agent wants to call this lead, now and in person."""

    agent: str
    campaign: str
    lead: str


class AgentHungUp(Event, frozen=True, tag=True):
    """The agent ended the conversation."""

    agent: str
    call: str


class GreetingWanted(Event, frozen=True, tag=True):
    """The agent wants to hear what the customer said before they were joined."""

    agent: str
    call: str


class Disposed(Event, frozen=True, tag=True):
    """What the agent says came of it; the agent is ready again, or goes on pause."""

    agent: str
    call: str
    disposition: str
    then: Literal["ready", "pause"] = "ready"
    callback_at: float | None = None
    "When to call again, where the agent has promised a time."
    callback_for: str = ""
    "Who shall: an agent, `team:NAME`, or whoever is free."


class DispositionUndone(Event, frozen=True, tag=True):
    """The agent takes it back, a moment later: as if nothing had been said."""

    agent: str
    call: str


class DispositionCorrected(Event, frozen=True, tag=True):
    """Something else came of a call that is over; the last word counts."""

    user: str
    call: str
    lead: str
    campaign: str
    agent: str
    disposition: str
    callback_at: float | None = None
    callback_for: str = ""


class LoggedOut(Event, frozen=True, tag=True):
    """The shift is over (after the call, if there is one)."""

    agent: str


# ---- recordings ---------------------------------------------------------------------------------
class RecordingPauseWanted(Event, frozen=True, tag=True):
    """What is said now shall not be recorded: the customer tells a card's number."""

    agent: str
    call: str


class RecordingResumeWanted(Event, frozen=True, tag=True):
    """And now it shall again."""

    agent: str
    call: str


class RecordingPaused(Event, frozen=True, tag=True):
    """Silence goes into the recording from now on, or could not be made to."""

    call: str
    done: bool = True
    why: str = ""
    "Why not."


class RecordingResumed(Event, frozen=True, tag=True):
    """The voices go into the recording again."""

    call: str
    done: bool = True
    why: str = ""
    "Why not."


class Recorded(Event, frozen=True, tag=True):
    """The recording of a call that is over was looked at: it is there, whole, and not silent."""

    call: str
    path: str = ""
    "Below the folder of recordings. Empty: nobody was joined, so there is nothing to keep."
    seconds: float = 0.0
    size: int = 0
    "Bytes."
    customer_db: float = 0.0
    "The loudest second of the left channel, dB below full scale."
    agent_db: float = 0.0
    "And of the right one."


class RecordingLost(Event, frozen=True, tag=True):
    """It is not there, or not what it should be."""

    call: str
    why: str
    path: str = ""
    "What there is of it, if anything."
    seconds: float = 0.0
    size: int = 0
    customer_db: float = 0.0
    agent_db: float = 0.0


class RecordingDeleteWanted(Event, frozen=True, tag=True):
    """A person wants a recording gone before its time."""

    call: str
    campaign: str
    path: str
    user: str = ""


class RecordingDeleted(Event, frozen=True, tag=True):
    """It is gone."""

    call: str
    why: str
    "`order`, or `retention`: its time was over."
    campaign: str = ""
    user: str = ""
    "Who wanted it."


class RecordingRoom(Event, frozen=True, tag=True):
    """Whether the disk has room for recordings. Told at the start and when it changes."""

    enough: bool
    free_bytes: int = 0


# ---- listening to agents ------------------------------------------------------------------------
How = Literal["listen", "whisper", "barge"]
"Hear both; and speak to the agent alone; and to both."


class MonitorWanted(Event, frozen=True, tag=True):
    """A supervisor wants to hear an agent's call, or to be heard in it otherwise than before."""

    user: str
    agent: str
    how: How
    endpoint: str
    "The supervisor's own phone: `PJSIP/desk7`."
    stays: bool = False
    "It goes on with the agent's next call; else it ends with this one."


class MonitorUnwanted(Event, frozen=True, tag=True):
    """The supervisor has heard enough."""

    user: str


class MonitorStarted(Event, frozen=True, tag=True):
    """From now on the supervisor hears."""

    user: str
    agent: str
    how: How


class MonitorEnded(Event, frozen=True, tag=True):
    """From now on not any more, or it never came to it."""

    user: str
    agent: str
    why: str = ""


# ---- trunks -------------------------------------------------------------------------------------
class TrunkOpened(Event, frozen=True, tag=True):
    """What a trunk carries, for all its campaigns together. Told at each start."""

    trunk: str
    lines: int
    calls_per_s: float
    rest_s: float = 0.0
    "How long a caller id rests that is flagged on this trunk; 0: none is put to rest."


class TrunkSeen(Event, frozen=True, tag=True):
    """OPTIONS says whether the trunk answers."""

    trunk: str
    reachable: bool


class CallerIdRestWanted(Event, frozen=True, tag=True):
    """A person lets a number of ours rest until then, or at once ends its rest."""

    caller_id: str
    until: float
    "Not after `at`: it is shown again."
    why: str = ""
    user: str = ""


class OwnNumberReached(Event, frozen=True, tag=True):
    """Somebody showed one of our own numbers and called another, or the same: that was we."""

    caller_id: str
    "The number that was called."
    shown: str
    trunk: str


AnyEvent = (
    Tick | Started | SwitchUp | SwitchDown | Replaced | ClockJumped | Reconciled
    | CampaignOpened | CampaignPaused | CampaignResumed | CampaignStopped | BudgetSet | LeadsCounted
    | NumberBlocked | Intended | Arrived | Refused | Withdrawn | CallbackDue
    | Placed | NotPlaced | Progressed | Ringing | Answered | Bridged | AgentHeard | NotBridged
    | Held | Resumed | MessageStarted | MessageEnded | OptedOut | GreetingEnded | HungUp | Heard
    | LoggedIn | LegUp | LegDown | WentReady | Paused | AgentHungUp | GreetingWanted | Disposed
    | DeskLost | DeskBack | LegWanted | VoiceLost | VoiceBack
    | HoldWanted | ResumeWanted | MuteWanted | TransferWanted | CallWanted
    | DispositionUndone | DispositionCorrected
    | LoggedOut | TrunkOpened | TrunkSeen | CallerIdRestWanted | OwnNumberReached
    | RecordingPauseWanted | RecordingResumeWanted | RecordingPaused | RecordingResumed | Recorded
    | RecordingLost | RecordingDeleteWanted | RecordingDeleted | RecordingRoom
    | MonitorWanted | MonitorUnwanted | MonitorStarted | MonitorEnded
)  # fmt: skip

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(AnyEvent)


def encode(event: Event) -> bytes:
    """One line of JSON, tagged with the event's name."""
    return _encoder.encode(event)


def decode(line: bytes) -> AnyEvent:
    """The event of a line. Raises `msgspec.ValidationError`, which names the field."""
    event: AnyEvent = _decoder.decode(line)
    return event
