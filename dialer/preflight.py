"""Before a campaign starts: who will be called, who will not and why, and what it takes.

    found = preflight(journal, campaign, at, agents=12)
    found.called, found.rows, found.kept

The counts are the hopper's own (`journal.lookover`); lines, agents and the finish are an estimate
from what calls were like lately, each lead called once.
"""

import math
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from statistics import fmean
from typing import Any

import msgspec

from dialer.asterisk.trunks import Trunk
from dialer.caller_ids import objections, overview
from dialer.campaign import Campaign as File
from dialer.campaign import lead_rules, opened
from dialer.engine.commands import Cdr
from dialer.engine.compliance import Rules, open_until, opens_at
from dialer.engine.detection import understood
from dialer.engine.events import CampaignOpened
from dialer.engine.outcomes import OUTCOMES
from dialer.fit import away, lacks
from dialer.held import Objection, objection
from dialer.journal import database, house_days
from dialer.journal.lookover import Group, Looked, Told, looked_over
from dialer.journal.reader import Reader
from dialer.laws import LAWS
from dialer.leads.rules import Campaign
from models.first_pass import Window, finished_s
from models.staffing import agents_for_blocking, load_for_abandonment

ONE_EACH = frozenset({"progressive", "preview", "manual"})
"Modes in which an agent has one call at a time, and waits while it rings."
ENOUGH = 100
"Calls from which on a campaign's own past is believed."
LATELY = 2000
BLOCKED = 0.01
"Share of calls that may find no line."
DAYS_AHEAD = 30


class Usual(msgspec.Struct, frozen=True, kw_only=True):
    """What a call is like."""

    answer_rate: float = 0.25
    "Share of calls that a person answers."
    unanswered_s: float = 25.0
    "How long a line is taken by a call that no person answers."
    ring_s: float = 11.0
    "How long it rings until a person answers."
    talk_s: float = 150.0
    calls: int = 0
    "Of how many calls these are the means; 0: an assumption."


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes, if all goes as usual."""

    agents: int
    "To call everybody who is called now before their hours end (today, at most)."
    lines: int
    by: float
    "That end."
    finish_at: float | None
    "When each lead was called once, with the agents there are; none: not within a month."
    with_agents: int
    "For that: the agents there are, or those that are needed where nobody is there."
    usual: Usual


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """So many rows of the lists will not be called now."""

    why: str
    n: int
    until: float | None = None
    "When the first of them may be."


class Preflight(msgspec.Struct, frozen=True, kw_only=True):
    """`rows` is `called` and all of `kept` together."""

    campaign: str
    at: float
    zone: str
    rows: int
    called: int
    kept: tuple[Kept, ...]
    need: Need | None
    "None: nobody is there to be called."
    refused: tuple[Objection, ...]
    "Why it may not start at all, each with its mend."
    warned: tuple[Objection, ...] = ()
    "What speaks against it, and does not forbid it."


def preflight(
    journal: Path,
    campaign: Campaign,
    at: float,
    *,
    agents: int = 0,
    refused: Sequence[Objection] = (),
    trunks: Mapping[str, Trunk] | None = None,
    proof: str = "off",
    status: Mapping[str, Any] = {},
    told: Told = lambda rows: None,
) -> Preflight:
    """Look before the start. `agents`: how many are there to take calls. `proof`: what is done
    about caller ids of live trunks that nobody proved to be ours (`Settings.caller_id_proof`).
    `trunks`: those there are, where it is known; `status`: what the dialer tells of itself.
    `told` hears how many rows were looked at so far."""
    days = house_days.days(Reader(journal).house_days())
    campaign = msgspec.structs.replace(campaign, rules=campaign.rules.with_days(days))
    ours = campaign.opened
    lacking = [] if trunks is None else lacks(ours, campaign.rules.calling, trunks)
    looked = looked_over(journal, campaign, at, told)
    missing = [objection("list_missing", list=name) for name in looked.missing]
    tired, warned = _numbers(journal, campaign, trunks or {}, proof, at)
    return Preflight(
        campaign=ours.campaign, at=at, zone=ours.zone,
        rows=looked.rows, called=looked.called,
        kept=tuple(
            Kept(why=why, n=n, until=looked.until.get(why))
            for why, n in sorted(looked.kept.items(), key=lambda one: (-one[1], one[0]))
        ),
        need=_need(looked, campaign, usual(journal, ours.campaign), agents, at),
        refused=(*refused, *lacking, *missing, *tired),
        warned=(*away(ours, status), *warned),
    )  # fmt: skip


def _numbers(
    journal: Path, campaign: Campaign, trunks: Mapping[str, Trunk], proof: str, at: float
) -> tuple[list[Objection], list[Objection]]:
    """What its caller ids forbid, and what they warn of."""
    trunk = trunks.get(campaign.opened.trunk)
    asked = proof if trunk is not None and trunk.kind == "live" else "off"
    rows = overview(journal, trunks, at)
    return objections(rows, campaign.opened.caller_ids, asked, at)


def of_file(file: File) -> Campaign:
    """A campaign file as it would be in force."""
    return Campaign(opened=opened(file, 0, 0.0, ""), rules=lead_rules(file))


def agents_there(status: Mapping[str, Any], pool: str) -> int:
    """How many agents of a pool are there, by what the dialer says of itself."""
    states = status.get("pools", {}).get(pool, {}).get("agents", {})
    return int(sum(n for state, n in states.items() if state != "LOGGED_OUT"))


def refusals(campaign: Campaign) -> list[Objection]:
    """What forbids to start, by the campaign's law."""
    return clashes(campaign.rules.calling.law, campaign.opened)


def listens_first(opened: CampaignOpened) -> bool:
    """Whoever answers is heard before an agent is connected."""
    return not understood(opened.detection).connect_first


def clashes(law: str, opened: CampaignOpened) -> list[Objection]:
    """A clock that runs from the answer leaves no time to listen before an agent is connected."""
    known = LAWS.get(law)
    if known is None or known.clock != "answer" or not listens_first(opened):
        return []
    seconds = f"{known.connect_within_s:g}"
    return [objection("law_clock", law=law, seconds=seconds, detection=opened.detection)]


# ---- what it takes -------------------------------------------------------------------------------
def usual(journal: Path, campaign: str) -> Usual:
    """What the campaign's latest calls were like; of all campaigns where it has too few."""
    sql = "SELECT body FROM facts WHERE kind = 'Cdr' {} ORDER BY seq DESC LIMIT ?"
    own = "AND json_extract(body, '$.campaign') = ?"
    with closing(database.opened_to_read(journal)) as db:
        rows = db.execute(sql.format(own), (campaign, LATELY)).fetchall()
        if len(rows) < ENOUGH:
            rows = db.execute(sql.format(""), (LATELY,)).fetchall()
    return _usual([_cdr.decode(row[0]) for row in rows])


_cdr = msgspec.json.Decoder(Cdr)


def _usual(cdrs: Sequence[Cdr]) -> Usual:
    """The means; what is not known is assumed.

    >>> _usual([]).answer_rate
    0.25
    """
    placed = [one for one in cdrs if one.placed_at is not None and OUTCOMES[one.outcome].attempt]
    if len(placed) < ENOUGH:
        return Usual()
    people = [one for one in placed if OUTCOMES[one.outcome].person]
    others = [one.ended_at - (one.placed_at or 0) for one in placed if one not in people]
    rings = [one.answered_at - one.placed_at for one in people if one.answered_at and one.placed_at]
    talks = [one.ended_at - one.bridged_at for one in people if one.bridged_at]
    assumed = Usual()
    return Usual(
        answer_rate=max(len(people), 1) / len(placed),
        unanswered_s=fmean(others) if others else assumed.unanswered_s,
        ring_s=fmean(rings) if rings else assumed.ring_s,
        talk_s=fmean(talks) if talks else assumed.talk_s,
        calls=len(placed),
    )


def _need(looked: Looked, campaign: Campaign, what: Usual, there: int, at: float) -> Need | None:
    if not looked.called:
        return None
    calling, ours = campaign.rules.calling, campaign.opened
    by = min(at + 86400.0, max(open_until(g.place, calling, at) for g in looked.now))
    line_s = _mean(what, what.unanswered_s, what.ring_s + what.talk_s)
    wanted = min(looked.called / max(by - at, 60.0), ours.calls_per_s)
    agents = _agents(campaign, what, wanted)
    lines = int(agents_for_blocking(BLOCKED, wanted * line_s))
    with_ = there or agents
    pace = min(ours.calls_per_s, ours.lines / line_s, _pace(campaign, what, with_))
    groups = [*looked.now, *looked.later]
    took = finished_s([(g.n, _windows(g, calling, at)) for g in groups], pace)
    return Need(
        agents=agents, lines=max(1, lines), by=by, usual=what, with_agents=with_,
        finish_at=None if took == math.inf else at + took,
    )  # fmt: skip


def _mean(what: Usual, unanswered: float, answered: float) -> float:
    return (1 - what.answer_rate) * unanswered + what.answer_rate * answered


def _agents(campaign: Campaign, what: Usual, calls_per_s: float) -> int:
    """The fewest who bear so many calls a second under the cap."""
    low, high = 1, 2
    while _pace(campaign, what, high) < calls_per_s:
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        if _pace(campaign, what, middle) < calls_per_s:
            low = middle + 1
        else:
            high = middle
    return low


def _pace(campaign: Campaign, what: Usual, agents: int) -> float:
    """The calls a second that so many agents bear."""
    ours = campaign.opened
    handling_s = what.talk_s + ours.wrap_up_s
    if ours.pacing in ONE_EACH or ours.abandon_cap == 0:  # an agent waits out each ringing
        return agents / _mean(what, what.unanswered_s, what.ring_s + handling_s)
    patience = max(ours.connect_within_s, 0.1) / handling_s
    load = float(load_for_abandonment(agents, ours.abandon_cap, patience))
    return load / (what.answer_rate * handling_s)


def _windows(group: Group, calling: Rules, at: float) -> list[Window]:
    """When somebody there may be called in the next month, in seconds from now."""
    found: list[Window] = []
    opens = group.opens_at
    while opens < at + DAYS_AHEAD * 86400.0:
        closes = open_until(group.place, calling, opens)
        if closes <= opens:
            opens = opens_at(group.place, calling, opens)
            continue
        found.append((opens - at, closes - at))
        opens = opens_at(group.place, calling, min(closes, at + 400 * 86400.0))
    return found
