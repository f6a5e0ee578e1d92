"""All that is kept of one person, as a zip for him: his evidence pack, and what can be read of him.

Beside what `evidence.pack` holds there is `person.json`, with his numbers in full, what the lists
said, notes and promised calls, and `captures/`, what networks said before an answer.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from dialer.erasure import person as persons
from dialer.erasure.person import Person
from dialer.evidence import Packed, pack
from dialer.journal.people import People
from dialer.settings import Settings


def exported(settings: Settings, digits: str, out: BinaryIO, *, at: float, by: str) -> Packed:
    """Write the zip to `out`."""
    found = persons.person(settings.journal, digits)
    told = {"numbers": [f"+{one}" for one in found.numbers], "leads": _leads(settings, found)}
    body = json.dumps(told, indent=1, ensure_ascii=False).encode() + b"\n"
    more = {"person.json": body, **{f"captures/{f.name}": f.read_bytes() for f in _captures(
        settings.captures_folder, found)}}  # fmt: skip
    return pack(settings.journal, found.numbers, settings.recordings_folder, out, at=at, by=by,
                more=more)  # fmt: skip


def _leads(settings: Settings, found: Person) -> list[dict[str, Any]]:
    people = People(settings.journal)
    told = []
    for id in map(str, found.leads):
        lead, promise = people.lead(id), people.callback(id)
        assert lead is not None, "leads are never removed"
        told.append({
            "lead": id, "list": lead.list, "state": lead.state, "why": lead.why,
            "fields": dict(people.person(id)),
            "notes": [{"at": n.at, "by": n.author, "text": n.text} for n in people.notes(id)],
            "callback_at": promise.at if promise else None,
        })  # fmt: skip
    return told


def _captures(folder: Path, found: Person) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*.wav")) if file.stem in found.calls)
