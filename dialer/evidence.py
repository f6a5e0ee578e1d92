"""The evidence of one contact: every call to and from a person's numbers, and why it was allowed.

One zip: the attempts with their records and pacing decisions, what the checks say of the instant of
each (hours on the person's own clock, do-not-call lists, caps, consent), the history of the number
on those lists, recordings; and a manifest with the SHA-256 of every file. It holds personal data.
"""

import hashlib
import json
import math
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import msgspec

from dialer import ringing
from dialer.engine.compliance import must_agree, open_until
from dialer.engine.events import Intended
from dialer.journal import database, house_days, vault
from dialer.journal.sqlite_store.campaigns import campaign
from dialer.journal.sqlite_store.promises import intended
from dialer.journal.standing import DAY_S
from dialer.leads.normalise import masked
from dialer.leads.rules import Campaign

OF_CALLS = ("Cdr", "DispositionSet", "OptOut", "RecordingKept", "RecordingGone")
HIDDEN = ("key", "entry", "digits")
"What of an entry of the do-not-call list stays in the journal."
README = """\
The evidence of one contact, put together by the predictive dialer from its journal.

attempts.json    each call that was promised to these numbers: its promise, its record, what agents
                 said, the pacing decision before it, and what each check says of that instant
callers.json     calls from these numbers to us
do_not_call.json every entry of these numbers on do-not-call lists, ended ones too
consents.json    every consent that was recorded for these numbers, ended ones too
leads.json       where these numbers are on lists, and how they stand
recordings/      the sound that is still kept: left the customer, right the agent
manifest.json    the SHA-256 and size of each of these files

Instants are seconds since 1970 UTC, with the same in words beside them. The checks are computed
again, from the rules of the campaign's version in force at that call.
"""


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a pack."""

    attempts: int
    callers: int
    recordings: int
    manifest: str
    "SHA-256 of the manifest: whoever has this knows whether the pack is whole."


def pack(
    journal: Path, numbers: Sequence[str], recordings: Path, out: BinaryIO, *, at: float, by: str,
    more: Mapping[str, bytes] = {},
) -> Packed:  # fmt: skip
    """Write the zip of these numbers (digits) to `out`; `more`: files beside, by their names."""
    with closing(database.opened_to_read(journal)) as db:
        db.execute("BEGIN")  # one state of the file
        db.row_factory = sqlite3.Row
        known = vault.unlocked(vault.key_file(journal))
        keys = {known.key(one): masked(one) for one in numbers}
        told = _Told(db, known, keys, numbers)
        attempts, callers = list(told.attempts()), list(told.callers())
        sounds = {one: recordings / path for one, path in told.sounds().items()}
        files = {
            "README.txt": README.encode(),
            "attempts.json": _json(attempts),
            "callers.json": _json(callers),
            "do_not_call.json": _json(list(told.blocks())),
            "consents.json": _json(list(told.consents())),
            "leads.json": _json(list(told.leads())),
            **more,
        }
    kept = {f"recordings/{call}.flac": file for call, file in sounds.items() if file.is_file()}
    head = {
        "numbers": sorted(keys.values()), "made_at": _when(at), "made_by": by,
        "program": f"predictive-dialer {version('predictive-dialer')}",
        "recordings_gone": sorted(
            call for call in sounds if f"recordings/{call}.flac" not in kept
        ),
    }  # fmt: skip
    digest = _written(out, files, kept, head, at)
    return Packed(
        attempts=len(attempts), callers=len(callers), recordings=len(kept), manifest=digest
    )


def _written(
    out: BinaryIO, files: Mapping[str, bytes], sounds: Mapping[str, Path],
    head: Mapping[str, Any], at: float,
) -> str:  # fmt: skip
    stamp = datetime.fromtimestamp(at, UTC).timetuple()[:6]
    sums: list[dict[str, Any]] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, body: bytes) -> None:
            archive.writestr(zipfile.ZipInfo(name, stamp), body, zipfile.ZIP_DEFLATED)

        for name, body in (*files.items(), *((n, f.read_bytes()) for n, f in sounds.items())):
            add(name, body)
            digest = hashlib.sha256(body).hexdigest()
            sums.append({"file": name, "sha256": digest, "size": len(body)})
        manifest = _json({**head, "files": sums})
        add("manifest.json", manifest)
    return hashlib.sha256(manifest).hexdigest()


class _Told:
    """What the journal knows of some numbers."""

    def __init__(
        self, db: sqlite3.Connection, vault: vault.Vault, keys: Mapping[str, str],
        numbers: Sequence[str],
    ) -> None:  # fmt: skip
        self._db, self._vault, self._keys = db, vault, keys
        self._digits = dict(zip(keys, dict.fromkeys(numbers), strict=True))
        self._facts: dict[str, list[dict[str, Any]]] | None = None
        self._house_days = house_days.ever(db)

    def attempts(self) -> Iterator[dict[str, Any]]:
        """Every promise of a call, the oldest first."""
        sql = "SELECT body, closed_how, closed_at, counted FROM intents WHERE number_key IN ({})"
        for row in self._of_keys(sql + " ORDER BY opened_at"):
            promise = intended(row["body"])
            facts = self._facts_of(promise.call)
            record = next((one for one in facts if one["fact"] == "Cdr"), None)
            at = (record or {}).get("placed_at") or promise.at
            yield {
                "at": _when(at),
                "promise": msgspec.to_builtins(promise),
                "came_to": row["closed_how"],
                "counted": bool(row["counted"]),
                "record": record,
                "said": [one for one in facts if one["fact"] in ("DispositionSet", "OptOut")],
                "recording": [one for one in facts if one["fact"].startswith("Recording")],
                "decision": self._decision(promise),
                "checks": self._checks(promise, at),
            }

    def callers(self) -> Iterator[dict[str, Any]]:
        """Every call from them."""
        sql = "SELECT body, closed_how FROM arrivals WHERE number_key IN ({}) ORDER BY at"
        for row in self._of_keys(sql):
            arrived = json.loads(row["body"])
            yield {
                "at": _when(arrived["at"]), "arrived": arrived, "came_to": row["closed_how"],
                "facts": self._facts_of(arrived["call"]),
            }  # fmt: skip

    def blocks(self, *keys: str) -> Iterator[dict[str, Any]]:
        """Entries on do-not-call lists, of some of the numbers or of all."""
        prefixes = self._db.execute("SELECT * FROM dnc WHERE prefix != '' ORDER BY added_at")
        mine = [digits for key, digits in self._digits.items() if not keys or key in keys]
        for row in (
            *self._of_keys("SELECT * FROM dnc WHERE key IN ({}) ORDER BY added_at", *keys),
            *(row for row in prefixes if any(one.startswith(row["prefix"]) for one in mine)),
        ):
            yield {name: row[name] for name in row.keys() if name not in HIDDEN}  # noqa: SIM118

    def consents(self, *keys: str) -> Iterator[dict[str, Any]]:
        """What was agreed to, with the proof, of some of the numbers or of all."""
        sql = "SELECT * FROM consents WHERE key IN ({}) ORDER BY added_at"
        for row in self._of_keys(sql, *keys):
            told = {n: row[n] for n in row.keys() if n not in ("key", "consent")}  # noqa: SIM118
            yield {**told, "proof": self._vault.opened(row["proof"], "proof")}

    def leads(self) -> Iterator[dict[str, Any]]:
        """Where they are on lists."""
        sql = (
            "SELECT lead, l.list, n.masked, p.name AS place, n.attempts, n.dead, state, why,"
            " disposition FROM numbers n JOIN leads l USING (lead) JOIN places p ON p.place ="
            " n.place WHERE key IN ({}) ORDER BY lead"
        )
        for row in self._of_keys(sql):
            yield dict(row)

    def sounds(self) -> dict[str, str]:
        """Call -> path of its recording, below the folder of recordings."""
        return {
            call: str(one["path"])
            for call, facts in self._all_facts().items()
            for one in facts
            if one["fact"] == "RecordingKept" and one["path"]
        }

    # ---- what is known of one call
    def _facts_of(self, call: str) -> list[dict[str, Any]]:
        return self._all_facts().get(call, [])

    def _all_facts(self) -> dict[str, list[dict[str, Any]]]:
        if self._facts is None:
            sql = "SELECT call FROM {} WHERE number_key IN ({{}})"
            tables = ("intents", "arrivals")
            calls = [row[0] for table in tables for row in self._of_keys(sql.format(table))]
            sql = (
                f"SELECT body FROM facts WHERE kind IN ({_marks(OF_CALLS)}) AND "
                f"json_extract(body, '$.call') IN (SELECT value FROM json_each(?)) ORDER BY seq"
            )
            self._facts = {}
            for row in self._db.execute(sql, (*OF_CALLS, json.dumps(calls))):
                one = json.loads(row[0])
                self._facts.setdefault(one["call"], []).append(one)
        return self._facts

    def _decision(self, promise: Intended) -> dict[str, Any] | None:
        """The pacing decision that asked for this call: the last one of its campaign before it."""
        if promise.agent:
            return None  # an agent asked for it
        sql = (
            "SELECT body FROM facts WHERE kind = 'Decided' AND json_extract(body, '$.campaign') = ?"
            " AND json_extract(body, '$.at') <= ? AND json_extract(body, '$.n') > 0"
            " ORDER BY seq DESC LIMIT 1"
        )
        row = self._db.execute(sql, (promise.campaign, promise.at)).fetchone()
        return json.loads(row[0]) if row else None

    def _checks(self, promise: Intended, at: float) -> dict[str, Any]:
        """What each check says of that instant."""
        known = self._campaign(promise.campaign, promise.version)
        if known is None:
            return {}
        set_then = (one for one in self._house_days if one.holds(promise.at))
        calling = known.rules.with_days(house_days.days(set_then)).calling
        place = self._number(promise, "place")
        until = open_until(place, calling, at)
        binds = ("", promise.campaign)
        blocks = [
            one for one in self.blocks(promise.number_key)
            if one["campaign"] in binds
            and one["added_at"] <= at < min(_end(one["removed_at"]), _end(one["expires_at"]))
        ]  # fmt: skip
        consents = [
            one for one in self.consents(promise.number_key)
            if one["campaign"] in binds and max(one["added_at"], one["given_at"]) <= at
            and at < min(_end(one["expires_at"]), _end(one["revoked_at"]))
        ]  # fmt: skip
        return {
            "law": calling.law,
            "version": promise.version,
            "hours": {
                "place": place,
                "clocks": {z: _wall(at, z) for z in place.partition(" ")[2].split(",") if z},
                "open": until > at,
                "open_until": _when(until) if until < 1e12 else None,
            },
            "do_not_call": {
                "list": calling.dnc,
                "entries": blocks,
                "clear": not any(not one["allows"] for one in blocks) or _let_through(blocks),
            },
            "consent": {
                "asked_for": must_agree(self._number(promise, "kind"), calling),
                "in_force": consents,
            },
            "caps": {
                "attempt": promise.attempt,
                "attempts_per_lead": calling.attempts_per_lead,
                "calls_in_24_hours_before": self._calls_before(promise),
                "calls_per_number_per_day": calling.calls_per_number_per_day,
            },
            "ring_least_s": calling.ring_least_s,
            "ring_timeout_s": promise.ring_timeout_s,
            "let_alone_after_s": ringing.let_alone_after_s(
                promise.ring_timeout_s, known.opened.ring_least_s
            ),
        }

    def _campaign(self, name: str, version: int) -> Campaign | None:
        sql = "SELECT opened, rules FROM campaigns WHERE campaign = ? AND version = ?"
        row = self._db.execute(sql, (name, version)).fetchone()
        return campaign(row[0], row[1]) if row else None

    def _number(self, promise: Intended, column: str) -> str:
        """`place` or `kind` of the number that was called."""
        named = {"place": "name", "kind": "kind"}[column]
        sql = f"SELECT {named} FROM numbers JOIN places USING (place) WHERE lead = ? AND key = ?"
        row = self._db.execute(sql, (int(promise.lead), promise.number_key)).fetchone()
        return str(row[0]) if row else {"place": f"{promise.region} ", "kind": ""}[column]

    def _calls_before(self, promise: Intended) -> int:
        sql = (
            "SELECT count(*) FROM intents WHERE number_key = ? AND counted = 1"
            " AND opened_at > ? AND opened_at < ?"
        )
        bound = (promise.number_key, promise.at - DAY_S, promise.at)
        return int(self._db.execute(sql, bound).fetchone()[0])

    def _of_keys(self, sql: str, *keys: str) -> list[sqlite3.Row]:
        wanted = keys or tuple(self._keys)
        return self._db.execute(sql.format(_marks(wanted)), wanted).fetchall()


def _let_through(blocks: Sequence[Mapping[str, Any]]) -> bool:
    """Of entries in force: only ranges forbid the number, and the longest, or its own, lets it."""
    own = [one for one in blocks if not one["prefix"]]
    if any(not one["allows"] for one in own):
        return False
    longest = max(blocks, key=lambda one: (len(one["prefix"]), not one["allows"]))
    return bool(own or longest["allows"])


def _end(at: float | None) -> float:
    return math.inf if at is None else at


def _marks(of: Sequence[str]) -> str:
    return ", ".join("?" * len(of))


def _json(told: Any) -> bytes:
    return json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _when(at: float) -> dict[str, Any]:
    return {"s": at, "utc": datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")}


def _wall(at: float, zone: str) -> str:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M:%S %Z")
