"""The campaign file: what is dialled, how fast, under which law. At most 25 settings.

The file is an import: what is in force is in the journal, with its version.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

import msgspec
import phonenumbers
from msgspec import Meta

from dialer import cap, ringing, tomlfile
from dialer.audio.presets import preset
from dialer.engine.compliance import Rules, hours_in
from dialer.engine.events import CampaignOpened
from dialer.engine.hours import HOURS, Hours, closing
from dialer.errors import Misread, SettingsError, Value, called
from dialer.hours import hours_of, hours_text
from dialer.laws import LAWS, Law, looser
from dialer.leads import plan, retry
from dialer.leads.plan import Plan
from dialer.leads.retry import DISPOSITIONS
from dialer.leads.rules import LeadRules
from dialer.misfits import misfit, misfit_of

Name = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,40}$", extra={"said": "name"})]
CallerId = Annotated[str, Meta(pattern="^[0-9]{3,15}$", extra={"said": "digits"})]
Country = Annotated[str, Meta(pattern="^[a-z]{2}$", extra={"said": "country"})]


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign, as its file says."""

    name: Name
    "Its name in every report. Small letters, digits, `-` and `_`."
    lists: Annotated[tuple[Annotated[str, Meta(max_length=1000)], ...], Meta(min_length=1)]
    """The lists it dials, as they were named at import. Each may say more, like
    `spring: priority 5, weight 2, newest, at most 500 calls a day, where region = US`."""
    trunk: str = "lab"
    "The trunk that its calls leave by: a name in the trunks file, or `lab`."
    pool: Name = "main"
    "The agents who take its calls. Campaigns of one pool share them."
    caller_ids: tuple[CallerId, ...] = ()
    "Numbers to show, in turn: digits only, and only such as the trunk may show."
    seller: Annotated[str, Meta(max_length=80)] = ""
    "Who calls: the name that the safe-harbour message says."
    safe_harbour: Path | None = None
    "That message, a WAV file: heard by whoever no agent could take in time."
    dnc: Annotated[str, Meta(max_length=80)] = ""
    "Which do-not-call list is in force, for the record: `own`, a register and its date."
    law: str = "strict"
    "The regulator's profile, by name: the abandonment cap, its clock, the calling hours."
    hours: str = ""
    """Calling hours on the called person's clock, where they differ from the law's: a name, or
    like `mon-fri 09:00-20:00, sat 10:00-14:00`."""
    holidays: tuple[str, ...] = ()
    "Days without calls: `2026-12-25`, or in one country only: `CN 2026-10-01`."
    zone: str = "UTC"
    "The campaign's time zone: its day is the reports' and the account's day."
    country: Country = "us"
    "Whose tones to listen for: ISO 3166, two small letters."
    pacing: Literal["progressive", "predictive", "selftuned", "ratio", "preview", "manual"] = (
        "progressive"
    )
    """How it decides to dial: one call per free agent; as many as the cap bears, by a forecast or
    by counts alone; `ratio` calls; whom an agent has looked at; whom agents choose themselves."""
    ratio: Annotated[float, Meta(ge=1, le=10)] = 1.0
    'Calls in flight per agent who could take one; only with `pacing = "ratio"`.'
    lines: Annotated[int, Meta(ge=1, le=10_000)] = 10
    "The most calls at once; no more than the trunk has."
    calls_per_s: Annotated[float, Meta(gt=0, le=1000)] = 1.0
    "The most new calls per second, evenly spaced; no more than the trunk takes."
    ring_timeout_s: float | str = 30.0
    """How long it rings before we give up: 5 to 180. While no agent is free for whoever might
    answer, it is let alone sooner: as soon as the law allows, or as is said, like `20 to 30`: after
    20 s, else after 30. With `30 to 30` each rings on."""
    detection: Annotated[str, Meta(max_length=200)] = "careful"
    """How people are told from machines: `careful`, `balanced` or `patient`; `connect_first` joins
    an agent at the answer; `audited` lets every twentieth machine through to one; `after_beep=NAME`
    leaves it the message `messages/NAME.wav` of the home; what differs may follow, like
    `balanced, audited, pause_s=0.6`."""
    abandon_cap: float | str | None = None
    """A stricter share of abandoned calls than the law's, 0 to 1. Or more of its account, like
    `0.02, 1 h, group winter, wait`: over a shorter period than the law's (`month`, `30 days` from
    the first on, `last 30 days`, `day`, `1 h` to `23 h`), by all campaigns of a group together as
    well, and no calls while it is spent."""
    retry: str = "standard"
    """The preset, by name: when a number is tried again, and what agents' words lead to. A callback
    whose agent is not there half an hour after its time is made by anybody of the pool; with
    `absent=wait` after the name it waits, with `absent=move` it moves to the next day."""
    attempts_per_lead: Annotated[int, Meta(ge=1, le=100)] = 8
    "Calls to one person, all numbers together, ever."
    calls_per_number_per_day: Annotated[int, Meta(ge=1, le=10)] = 3
    "Calls to one number in any 24 hours, by all campaigns together."
    wrap_up_s: Annotated[float, Meta(ge=0, le=3600)] = 60.0
    "After so long an agent who recorded nothing is ready again."

    recording: Literal["off", "on", "must"] = "off"
    "Whether talks are recorded: `on`; with `must` nothing is dialled that could not be recorded."

    @property
    def plans(self) -> tuple[Plan, ...]:
        """What it says of each of its lists."""
        return tuple(plan.read(one) for one in self.lists)

    def __post_init__(self) -> None:
        """Names must be of presets, and what is stricter must be stricter."""
        tomlfile.must_be_one_of("law", self.law, LAWS)
        tomlfile.must_be_one_of("retry", retry.read(self.retry)[0], retry.RETRY)
        tomlfile.must_be_one_of("zone", self.zone, available_timezones())
        for wrong in _faults(self, LAWS[self.law]):
            raise wrong


def load(path: Path) -> Campaign:
    """The campaign of a file. `SettingsError` names file, key, value and what is right."""
    return tomlfile.load(path, Campaign)


def opened(
    campaign: Campaign,
    version: int,
    at: float,
    user: str,
    source: Literal["live", "lab", "sim"] = "live",
) -> CampaignOpened:
    """The order that puts it in force. `source` follows from the trunk: is it people's phones?"""
    law, account = LAWS[campaign.law], cap.read(campaign.abandon_cap)
    rings = ringing.read(campaign.ring_timeout_s)
    return CampaignOpened(
        at=at,
        campaign=campaign.name,
        pool=campaign.pool,
        version=version,
        user=user,
        pacing=campaign.pacing,
        ratio=campaign.ratio,
        lines=campaign.lines,
        calls_per_s=campaign.calls_per_s,
        trunk=campaign.trunk,
        caller_ids=campaign.caller_ids,
        ring_timeout_s=rings.most_s,
        ring_least_s=rings.let_alone_s(law.ring_least_s),
        abandon_cap=law.abandon_cap if account.share is None else account.share,
        account=account.period or cap.period_of(law),
        group=account.group,
        when_spent=account.when_spent,
        clock=law.clock,
        connect_within_s=law.connect_within_s,
        detection=campaign.detection,
        country=campaign.country,
        wrap_up_s=campaign.wrap_up_s,
        source=source,
        zone=campaign.zone,
        recording=campaign.recording,
        closes_min=closing(_calling_hours(campaign)),
    )


def _calling_hours(campaign: Campaign) -> Hours:
    return hours_of(campaign.hours) if campaign.hours else LAWS[campaign.law].hours


def again(before: CampaignOpened, rules: LeadRules) -> Campaign:
    """The file that would put this into force: what somebody edits or copies.

    Where an older program did not keep the law's name, it is one whose figures these keep to.
    """
    calling = rules.calling
    law = calling.law if calling.law in LAWS else _law_of(before, hours_in(calling))
    kept = LAWS[law]
    hours = hours_in(calling)
    same = {name: getattr(before, name) for name in _AS_OPENED}
    return Campaign(
        name=before.campaign,
        lists=tuple(map(plan.written, rules.plans)) or rules.lists,
        law=law,
        hours="" if hours == kept.hours or looser(hours, kept.hours) else hours_text(hours),
        holidays=tuple(f"{region} {day}".strip() for region, day in calling.holidays),
        abandon_cap=cap.written(
            cap.Cap(
                share=None if before.abandon_cap >= kept.abandon_cap else before.abandon_cap,
                period=None if before.account == cap.period_of(kept) else before.account,
                group=before.group,
                when_spent=before.when_spent,
            )
        ),
        ring_timeout_s=ringing.written(
            before.ring_timeout_s, before.ring_least_s, kept.ring_least_s
        ),
        retry=retry.written(rules.retry, rules.absent),
        attempts_per_lead=calling.attempts_per_lead,
        calls_per_number_per_day=calling.calls_per_number_per_day,
        dnc=calling.dnc,
        seller=calling.seller,
        safe_harbour=Path(calling.safe_harbour) if calling.safe_harbour else None,
        **same,
    )


def _law_of(before: CampaignOpened, hours: Hours) -> str:
    laws = (
        name for name, law in LAWS.items()
        if (law.clock, law.connect_within_s) == (before.clock, before.connect_within_s)
        and before.abandon_cap <= law.abandon_cap and not looser(hours, law.hours)
    )  # fmt: skip
    return min(laws, key=lambda name: LAWS[name].hours != hours, default="strict")


_AS_OPENED = (
    "trunk", "pool", "caller_ids", "zone", "country", "pacing", "ratio", "lines", "calls_per_s",
    "detection", "wrap_up_s", "recording",
)  # fmt: skip
"Settings that an opened campaign has under the same name."


def lead_rules(campaign: Campaign) -> LeadRules:
    """What the journal must know of it beside the order."""
    law, plans = LAWS[campaign.law], campaign.plans
    again_after, absent = retry.read(campaign.retry)
    return LeadRules(
        lists=tuple(one.list for one in plans),
        plans=() if all(one.is_plain for one in plans) else plans,
        retry=again_after,
        dispositions=_words_of(again_after),
        absent=absent,
        calling=Rules(
            law=campaign.law,
            hours=_calling_hours(campaign),
            holidays=tuple(_holiday(day) for day in campaign.holidays),
            calendar=law.calendar,
            consent=law.consent,
            ring_least_s=law.ring_least_s,
            after_abandoned_s=3600.0 * law.after_abandoned_h,
            after_machine_s=3600.0 * law.after_machine_h,
            attempts_per_lead=campaign.attempts_per_lead,
            calls_per_number_per_day=campaign.calls_per_number_per_day,
            dnc=campaign.dnc,
            seller=campaign.seller,
            safe_harbour=str(campaign.safe_harbour or ""),
        ),
    )


def _words_of(again_after: str) -> str:
    """The preset of agents' words that goes with one of retries."""
    return again_after if again_after in DISPOSITIONS else "standard"


def _faults(campaign: Campaign, law: Law) -> Iterable[SettingsError]:
    """What does not fit together, each with what is allowed."""
    account = cap.read(campaign.abandon_cap)
    if account.share is not None and account.share > law.abandon_cap:
        yield misfit("cap_beyond", "abandon_cap", campaign.abandon_cap, most=law.abandon_cap,
                     law=campaign.law)  # fmt: skip
    if account.period and not cap.keeps(account.period, law):
        yield misfit("cap_period", "abandon_cap", campaign.abandon_cap,
                     period=cap.period_of(law), law=campaign.law)  # fmt: skip
    yield from ringing.faults(campaign.ring_timeout_s, campaign.law, law.ring_least_s)
    yield from _faulty_lists(campaign)
    if campaign.country.upper() not in phonenumbers.SUPPORTED_REGIONS:
        yield misfit("country", "country", campaign.country)
    if campaign.safe_harbour and not campaign.safe_harbour.is_file():
        yield misfit("message_gone", "safe_harbour", str(campaign.safe_harbour))
    if campaign.hours:
        yield from _faulty_hours(campaign, law)
    try:
        preset(campaign.detection)
    except SettingsError as why:
        yield why
    for day in campaign.holidays:
        if not _HOLIDAY.fullmatch(day):
            yield misfit("holiday", "holidays", day=day)


def _faulty_lists(campaign: Campaign) -> Iterable[SettingsError]:
    names = list[str]()
    for one in campaign.lists:
        try:
            found = plan.read(one)
        except Misread as why:
            yield misfit_of(why, "lists")
            continue
        names.append(found.list)
        words = (*plan.COUNTED, *DISPOSITIONS[_words_of(retry.read(campaign.retry)[0])])
        for quota in found.quotas:
            if quota.of not in words:
                yield misfit("quota", "lists", list=found.list, n=quota.n, known=", ".join(words))
    for name in {one for one in names if names.count(one) > 1}:
        yield misfit("list_twice", "lists", list=name)


def _faulty_hours(campaign: Campaign, law: Law) -> Iterable[SettingsError]:
    try:
        hours = hours_of(campaign.hours)
    except ValueError:
        known = ", ".join(map(repr, sorted(HOURS)))
        yield misfit("hours", "hours", campaign.hours, known=known)
        return
    if beyond := looser(hours, law.hours):
        yield misfit("hours_beyond", "hours", campaign.hours, within=hours_text(law.hours),
                     law=campaign.law, beyond=_beyond(beyond))  # fmt: skip


def _beyond(span: str) -> Value:
    """A time of the week as a value: `mon 07:00-08:00`, or of holidays, whole ones or hours."""
    day, _, hours = span.partition(" ")
    if day == "holidays":
        return called("rule", "holidays", hours=hours and f" {hours}")
    return called("rule", "span", span=span)


_HOLIDAY = re.compile(r"(?:(?P<region>[A-Z]{2}) )?(?P<day>20[0-9]{2}-[01][0-9]-[0-3][0-9])")


def _holiday(text: str) -> tuple[str, str]:
    """Region and day; an empty region means everywhere."""
    region, _, day = text.rpartition(" ")
    return region, day
