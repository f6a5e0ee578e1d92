"""How the numbers that we show fare: answers, short calls, blocks; and which ones are flagged.

A carrier or an app that takes a number for a nuisance blocks it (603, 607, 608) or warns of it, and
people hang up at once. A flagged number is to rest and its owner to ask why; showing others in its
place would be evasion, so nothing here chooses a number.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from dialer.engine.commands import Cdr
from dialer.engine.outcomes import OUTCOMES
from dialer.journal import database

BLOCKED = frozenset({603, 607, 608})
"Declined (also by a network that blocks), unwanted, rejected by analytics."
UNWANTED = frozenset({607, 608})
"These say it of the number itself."
SHORT_S = 6.0
"A talk so short is none: people hang up on a number that they are warned of."
DAYS = 7
MOST = 50_000
FEW = 50
"Below so many calls nothing is said of a number."
UNWANTED_MOST, BLOCKED_MOST, SHORT_MOST, ANSWERS_LEAST = 3, 0.05, 0.4, 0.5
"""What a number is flagged at: so many 607 and 608; this share of calls blocked; this share of
talks short; this part of the answer rate of all our numbers together. A judgement, no rule."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """One number that we showed, over the last days."""

    caller_id: str
    calls: int
    answer_rate: float
    "Share of its calls that a person answered."
    short_rate: float
    "Share of its talks that were shorter than `SHORT_S`."
    blocked: int
    "Calls that ended by 603, 607 or 608."
    unwanted: int
    "Those that ended by 607 or 608."
    flagged: str = ""
    "Why it should rest; empty: it need not."


def health(journal: Path, at: float) -> list[Health]:
    """Every number that was shown in the last days, the flagged ones first."""
    sql = "SELECT body FROM facts WHERE kind = 'Cdr' ORDER BY seq DESC LIMIT ?"
    with closing(database.opened_to_read(journal)) as db:
        cdrs = [_cdr.decode(row[0]) for row in db.execute(sql, (MOST,))]
    return judged([one for one in cdrs if one.ended_at > at - 86400.0 * DAYS])


_cdr = msgspec.json.Decoder(Cdr)


def judged(cdrs: Iterable[Cdr]) -> list[Health]:
    """The same of these records."""
    shown: dict[str, list[Cdr]] = defaultdict(list)
    for one in cdrs:
        if one.direction == "out" and one.caller_id and one.placed_at is not None:
            shown[one.caller_id].append(one)
    known = [_counted(caller, calls) for caller, calls in shown.items()]
    everybody = sum(one.calls for one in known)
    usual = sum(one.answer_rate * one.calls for one in known) / everybody if everybody else 0.0
    told = [msgspec.structs.replace(one, flagged=_flagged(one, usual)) for one in known]
    return sorted(told, key=lambda one: (not one.flagged, -one.calls, one.caller_id))


def _counted(caller: str, calls: Sequence[Cdr]) -> Health:
    people = sum(OUTCOMES[one.outcome].person for one in calls)
    talks = [one.ended_at - one.bridged_at for one in calls if one.bridged_at is not None]
    return Health(
        caller_id=caller, calls=len(calls), answer_rate=people / len(calls),
        short_rate=sum(talk < SHORT_S for talk in talks) / len(talks) if talks else 0.0,
        blocked=sum(one.sip in BLOCKED for one in calls),
        unwanted=sum(one.sip in UNWANTED for one in calls),
    )  # fmt: skip


def _flagged(one: Health, usual: float) -> str:
    if one.unwanted >= UNWANTED_MOST:
        return f"{one.unwanted} calls were refused as unwanted (607, 608)"
    if one.calls < FEW:
        return ""
    if one.blocked > BLOCKED_MOST * one.calls:
        return f"{one.blocked} of {one.calls} calls were blocked (603, 607, 608)"
    if one.short_rate > SHORT_MOST:
        return f"{100 * one.short_rate:.0f} % of its talks end within {SHORT_S:g} s"
    if one.answer_rate < ANSWERS_LEAST * usual:
        return f"{100 * one.answer_rate:.0f} % are answered, of all our calls {100 * usual:.0f} %"
    return ""
