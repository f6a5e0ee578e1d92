"""What people decide about a campaign, and what is known of whom it may still call."""

from decimal import Decimal
from typing import Literal

from dialer.engine.compliance import DayKind
from dialer.engine.events.event import Event

Recording = Literal["off", "on", "must"]


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
    ring_least_s: float = 0.0
    """A phone that has rung so long is let alone while no agent is free; 0, or as long as it rings
    at most: each rings on."""
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


class DaysSet(Event, frozen=True, tag=True):
    """The house closed days, works a weekend in turn, or does so no more: for all campaigns."""

    kind: DayKind
    first: str
    last: str
    "Days, like `2027-02-05`."
    region: str = ""
    "ISO 3166; empty: everywhere."
    ended: bool = False
    "They are days like any others again."
    user: str = ""


class NumberBlocked(Event, frozen=True, tag=True):
    """A number came onto a do-not-call list: calls to it that still ring are cancelled."""

    number_key: str
    campaign: str = ""
    "Whose list it is; empty: everybody's."
