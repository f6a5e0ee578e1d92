"""The numbers that we show, as people see them: how they fare, which rest, whose they are.

The rule itself is the engine's (`engine.caller_ids`); here it is asked of the journal, so that it
is known while no dialer runs, too.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from dialer.asterisk.trunks import Trunk
from dialer.engine.caller_ids import Counts, Flaw, Tally, count, counts, flaw, result
from dialer.engine.commands import CallerIdRested, Cdr
from dialer.errors import Value, called
from dialer.held import Objection, objection
from dialer.i18n import Words, words
from dialer.journal import database, ownership
from dialer.journal.ownership import Proof, Trial

DAYS = 7
MOST = 50_000

Told = Cdr | CallerIdRested
_told = msgspec.json.Decoder(Told)


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """One number that we show, over the last days."""

    caller_id: str
    calls: int = 0
    answer_rate: float = 0.0
    "Share of its calls that a person answered."
    short_rate: float = 0.0
    "Share of its talks that were shorter than `SHORT_S`."
    blocked: int = 0
    "Calls that ended by 603, 607 or 608."
    unwanted: int = 0
    "Those that ended by 607 or 608."
    flaw: Flaw | None = None
    "Why it should rest, and does not."
    rest: CallerIdRested | None = None
    "It rests: since when, until when, why."


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one number."""

    caller_id: str
    trunks: tuple[str, ...]
    "That may show it."
    attestation: str
    "A, B, C as those trunks state; empty: they do not."
    health: Health
    proofs: tuple[Proof, ...]
    "The newest first, those that hold no more, too."
    is_proved: bool
    tested: Trial | None
    "The last call to it, to see it come in."


def health(journal: Path, at: float) -> list[Health]:
    """Every number that was shown in the last days, those with something wrong first."""
    with closing(database.opened_to_read(journal)) as db:
        return _health(db, at)


def overview(journal: Path, trunks: Mapping[str, Trunk], at: float) -> list[Row]:
    """Every number that a trunk may show, or that was shown lately."""
    with closing(database.opened_to_read(journal)) as db:
        known = {one.caller_id: one for one in _health(db, at)}
        proofs, tests = ownership.proofs(db), ownership.newest_tests(db)
    ours = [number for trunk in trunks.values() for number in trunk.caller_ids]
    return [
        _row(number, trunks, known.get(number, Health(caller_id=number)), proofs, tests, at)
        for number in dict.fromkeys([*known, *ours])
    ]


def _row(
    number: str, trunks: Mapping[str, Trunk], known: Health, proofs: Sequence[Proof],
    tests: Iterable[Trial], at: float,
) -> Row:  # fmt: skip
    showing = [one for one in trunks.values() if number in one.caller_ids]
    own = tuple(one for one in proofs if one.caller_id == number)
    stated = sorted({one.attestation_of(number) for one in showing} - {""})
    return Row(
        caller_id=number,
        trunks=tuple(one.name for one in showing),
        attestation="/".join(stated),
        health=known,
        proofs=own,
        is_proved=any(one.holds(at) for one in own),
        tested=next((one for one in tests if one.caller_id == number), None),
    )


def _health(db: sqlite3.Connection, at: float) -> list[Health]:
    sql = """SELECT body FROM facts WHERE kind IN ('Cdr', 'CallerIdRested')
             ORDER BY seq DESC LIMIT ?"""
    told = [_told.decode(row[0]) for row in db.execute(sql, (MOST,))]
    return judged([one for one in reversed(told) if _instant(one) > at - 86400.0 * DAYS], at)


def _instant(one: Told) -> float:
    return one.ended_at if isinstance(one, Cdr) else max(one.at, one.until_at)


def judged(told: Iterable[Told], at: float) -> list[Health]:
    """The same of these records, oldest first."""
    calls: dict[str, list[int]] = {}
    tallies: dict[str, dict[str, Tally]] = {}
    rests: dict[str, CallerIdRested] = {}
    for one in told:
        if isinstance(one, CallerIdRested):
            rests[one.caller_id] = one
            for of_campaign in tallies.values():
                of_campaign.pop(one.caller_id, None)
        elif (bits := result(one)) is not None:
            calls.setdefault(one.caller_id, []).append(bits)
            of_campaign = tallies.setdefault(one.campaign, {})
            count(of_campaign.setdefault(one.caller_id, Tally()), bits)
    found = [
        _counted(name, counts(calls.get(name, ())), _flaw(tallies, name), rests.get(name), at)
        for name in {**calls, **rests}
    ]
    return sorted(found, key=lambda one: (not (one.rest or one.flaw), -one.calls, one.caller_id))


def _flaw(tallies: Mapping[str, Mapping[str, Tally]], name: str) -> Flaw | None:
    seen = (flaw(of_campaign, name) for of_campaign in tallies.values() if name in of_campaign)
    return next(filter(None, seen), None)


def _counted(
    name: str, sums: Counts, found: Flaw | None, rest: CallerIdRested | None, at: float
) -> Health:
    rests = rest is not None and rest.cause in ("flagged", "ordered") and at < rest.until_at
    return Health(
        caller_id=name, calls=int(sums.calls), answer_rate=sums.answer_rate,
        short_rate=sums.short / sums.talks if sums.talks else 0.0,
        blocked=sums.blocked, unwanted=sums.unwanted,
        flaw=None if rests else found, rest=rest if rests else None,
    )  # fmt: skip


# ---- in words ------------------------------------------------------------------------------------
def said(t: Words, one: Flaw | CallerIdRested) -> str:
    """Why a number is flagged, or rests.

    >>> said(words("en"), Flaw("unwanted", 3, 8))
    '3 of 8 calls were refused as unwanted (607, 608)'
    """
    return str(t.said(_cause(one)))


def why(t: Words, word: str, figures: Mapping[str, Any]) -> str:
    """The reason of that name: `n` of `of`, and what is `usual`."""
    return str(t.said(_why(word, figures)))


def _cause(one: Flaw | CallerIdRested) -> Value:
    cause = _why(one.why, {"n": one.n, "of": one.of, "usual": one.usual})
    note = one.said if isinstance(one, CallerIdRested) else ""
    return called("caller_ids", "noted", why=cause, note=note) if note else cause


def _why(word: str, figures: Mapping[str, Any]) -> Value:
    n, of, percent = figures["n"], figures["of"], words("en").percent
    return called(
        "caller_ids", f"why_{word}", n=n, of=of, rate=percent(n / of if of else 0.0, 0),
        usual=percent(figures["usual"], 0),
    )  # fmt: skip


def standing(t: Words, one: Health, clock: str) -> str:
    """In a few words; `clock` is the end of its rest, as whoever looks reads it."""
    if one.rest:
        return t("caller_ids.rests", until=clock, why=said(t, one.rest))
    return t("caller_ids.flagged", why=said(t, one.flaw)) if one.flaw else ""


# ---- before a campaign starts --------------------------------------------------------------------
def objections(
    rows: Iterable[Row], caller_ids: Sequence[str], proof: str, at: float
) -> tuple[list[Objection], list[Objection]]:
    """Why a campaign that shows these numbers may not start, and what else a manager should know.

    `proof`: what is done about a number that nobody proved to be ours, `off`, `warn` or `refuse`.
    """
    known = {one.caller_id: one for one in rows}
    shown = [known[one] for one in caller_ids if one in known]
    refused, warned = list[Objection](), list[Objection]()
    resting = [one for one in shown if one.health.rest]
    for one in shown:
        if one.health.flaw:
            refused.append(
                objection("caller_id_tired", number=one.caller_id, why=_cause(one.health.flaw))
            )
    for one in resting:
        assert one.health.rest
        rests = objection(
            "caller_id_resting", number=one.caller_id, why=_cause(one.health.rest),
            hours=round((one.health.rest.until_at - at) / 3600, 1),
        )  # fmt: skip
        (refused if len(resting) == len(set(caller_ids)) else warned).append(rests)
    unproved = [one for one in caller_ids if one not in known or not known[one].is_proved]
    if unproved and proof != "off":
        missing = objection("caller_id_unproved", numbers=", ".join(unproved))
        (refused if proof == "refuse" else warned).append(missing)
    for one in shown:
        if one.tested and one.tested.came_at is None:
            end = called("outcome", one.tested.why)
            warned.append(objection("caller_id_unreached", number=one.caller_id, why=end))
        if "C" in one.attestation:
            warned.append(objection("caller_id_attested_c", number=one.caller_id))
    return refused, warned
