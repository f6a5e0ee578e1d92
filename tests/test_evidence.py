"""The evidence of one contact: whole, true to the journal, and nobody else's."""

import hashlib
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dialer import __main__ as command_line
from dialer.engine.commands import Decided, RecordingKept
from dialer.engine.compliance import Rules
from dialer.evidence import Packed, pack
from dialer.journal.store import Consent

from .conformance.worlds import MONDAY_10AM, World, cdr, person

ADA, BEA = "447700900000", "447700900001"
HOUR = 3600.0
DECISION = Decided(
    at=MONDAY_10AM, pool="main", campaign="spring", mode="progressive", ready=2, logged_in=2,
    waiting=0, ringing=0, lines_free=9, leads_left=2, answer_rate=0.3, persons=5, abandoned=0,
    n=2, level=1.0, bound="agents", worst_rate=0.0,
)  # fmt: skip


@pytest.fixture
def world(tmp_path: Path):
    """Ada was called twice, agreed and opted out between; Bea once."""
    world = World("sqlite", tmp_path / "home")
    world.lists(people=[person(ADA), person(BEA)])
    world.journal.agree([ADA, BEA], Consent(source="form", proof="page 7", given_at=0.0, at=0.0))
    world.open(
        retry="lab",
        ring_least_s=20.0,
        calling=Rules(law="cn_miit", hours="uk", consent="all", dnc="own", ring_least_s=15.0),
    )
    world.record(DECISION)
    world.at += 1
    ada, bea = world.promised(2)
    world.record(msgspec.structs.replace(cdr(ada, "busy", world.at + 9), placed_at=world.at + 1))
    world.ended(bea, "connected")
    world.at += HOUR
    (again,) = world.promised(1)
    world.record(msgspec.structs.replace(
        cdr(again, "connected", world.at + 60), placed_at=world.at, bridged_at=world.at + 9
    ))  # fmt: skip
    world.at += 60
    world.said(again, "do_not_call")
    sound = tmp_path / "home/recordings/2026-09-21"
    sound.mkdir(parents=True)
    (sound / f"{again.call}.flac").write_bytes(b"fLaC and so on")
    world.record(RecordingKept(
        call=again.call, campaign="spring", at=world.at, path=f"2026-09-21/{again.call}.flac",
        why="", seconds=50.0, talk_s=51.0, size=14, customer_db=-30.0, agent_db=-30.0,
    ))  # fmt: skip
    yield world
    world.close()


def packed(world: World, *numbers: str) -> tuple[Packed, dict[str, bytes]]:
    out = io.BytesIO()
    folder = world.path.parent / "recordings"
    told = pack(world.path, numbers, folder, out, at=world.at, by="eva")
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        return told, {name: archive.read(name) for name in archive.namelist()}


def test_every_call_is_there_with_its_record_decision_and_checks(world: World):
    told, files = packed(world, ADA)
    assert (told.attempts, told.callers, told.recordings) == (2, 0, 1)
    first, second = json.loads(files["attempts.json"])
    assert (first["came_to"], second["came_to"]) == ("busy", "connected")
    assert first["record"]["outcome"] == "busy"
    assert first["decision"]["bound"] == "agents"
    assert [one["disposition"] for one in second["said"]] == ["do_not_call"]
    checks = second["checks"]
    assert checks["law"] == "cn_miit"
    assert checks["hours"]["open"] is True
    assert checks["hours"]["clocks"] == {"Europe/London": "Mon 2026-09-21 11:00:01 BST"}
    assert checks["do_not_call"] == {"list": "own", "entries": [], "clear": True}
    assert checks["consent"]["asked_for"] is True
    assert [one["proof"] for one in checks["consent"]["in_force"]] == ["page 7"]
    assert (checks["ring_timeout_s"], checks["let_alone_after_s"]) == (30.0, 20.0)
    assert (checks["caps"]["attempt"], checks["caps"]["calls_in_24_hours_before"]) == (2, 1)
    [block] = json.loads(files["do_not_call.json"])
    assert (block["source"], block["removed_at"]) == ("agent", None)


def test_the_manifest_knows_every_file_and_a_changed_one_is_found(world: World):
    told, files = packed(world, ADA)
    manifest = files.pop("manifest.json")
    assert hashlib.sha256(manifest).hexdigest() == told.manifest
    sums = {one["file"]: one["sha256"] for one in json.loads(manifest)["files"]}
    assert sums == {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    assert sum(name.startswith("recordings/") for name in files) == 1


def test_nothing_of_anybody_else_is_in_it_and_no_number_in_full(world: World):
    _, files = packed(world, ADA)
    whole = b"\n".join(files.values())
    assert b"+44770\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa20001" not in whole
    assert ADA.encode() not in whole
    with closing(sqlite3.connect(world.path)) as db:
        others = db.execute("SELECT call FROM intents WHERE lead = 2").fetchall()
    assert others
    assert [call for (call,) in others if call.encode() in whole] == []


def test_a_recording_that_is_gone_is_named_as_gone(world: World):
    for file in (world.path.parent / "recordings").rglob("*.flac"):
        file.unlink()
    told, files = packed(world, ADA)
    assert told.recordings == 0
    assert len(json.loads(files["manifest.json"])["recordings_gone"]) == 1


def test_the_command_writes_it_for_its_owner_alone_and_the_audit_log_knows(
    world: World, tmp_path: Path, capsys: Any
):
    out = tmp_path / "ada.zip"
    with pytest.raises(SystemExit) as ended:
        command_line.main(["--home", str(world.path.parent), "evidence", f"+{ADA}", "--out",
                           str(out), "--json"])  # fmt: skip
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert told["attempts"] == 2
    assert out.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(world.path.parent / "access.sqlite")) as db:
        [(thing, after)] = db.execute(
            "SELECT object, after FROM audit WHERE action = 'lead.evidence'"
        ).fetchall()
    assert told["manifest"] in after
    assert ADA not in thing + after
