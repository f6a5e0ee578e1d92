"""A person planted everywhere, erased, and then looked for in every byte of every file."""

import gzip
import io
import json
import sqlite3
import wave
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import msgspec
import pytest

from dialer import __main__ as command_line
from dialer.access.actor import at_the_machine
from dialer.access.audit import Audit
from dialer.access.store import Access
from dialer.api.outbox import Outbox
from dialer.detection.library import Card
from dialer.engine.commands import RecordingKept
from dialer.engine.events import Arrived, Event, Intended, RecordingDeleted
from dialer.erasure import work
from dialer.journal.book import Book
from dialer.journal.people import People
from dialer.journal.reader import Reader
from dialer.journal.store import Block, Consent
from dialer.leads import listed
from dialer.leads.normalise import NewLead, Normal
from dialer.ports import Caller
from dialer.settings import Settings, load
from dialer.settings.figures import Logs
from dialer.warehouse.loader import Loader
from dialer.warehouse.tail import SqliteTail
from tests.conformance.worlds import LONDON, World, cdr, person
from tests.leads.sheets import xlsx

ADA, HERS_TOO, BEA = "447700900777", "447700900888", "447700900001"
MASKS = ("+44770•••0777", "+44770•••0888")
FIELDS = {
    "name": "Quetzalcoatl 卡纳里", "email": "tweety@birdcage.example", "city": "London",
    "notes": "lives in Kanarienweg 7",
}  # fmt: skip
WORDS = ("Quetzalcoatl", "卡纳里", "tweety@birdcage", "Kanarienweg", "plumage")
SPELLED = ("7700900777", "7700900888", "7700 900777", "7700-900-777", "07700 900 888")
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "latin-1")
LOOKS = 5
ROWS = f"phone,name\n+44 7700-900-777,Quetzalcoatl 卡纳里\n+{BEA},Bea\n"


class Planted(World):
    """The same world, whose reports are journalled as a dialer does, and its home full of her."""

    has_left = False

    def leave(self) -> None:
        """The dialer ends."""
        if not self.has_left:
            self.has_left = True
            self.close()

    def report(self, event: Event) -> None:
        super().report(event)
        if isinstance(event, Intended | Arrived):
            self.journal.append(event)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Planted]:
    world = Planted("sqlite", tmp_path / "home")
    yield world
    world.leave()


def planted(world: Planted) -> str:
    """Her, everywhere; the call in which she was spoken with."""
    numbers = (Normal(ADA, LONDON, "mobile"), Normal(HERS_TOO, LONDON, "fixed_line"))
    world.lists(people=[NewLead(numbers=numbers, person=FIELDS), person(BEA)])
    world.lists(other=[NewLead(numbers=numbers[1:], person={"name": "Q."})])
    agreed = Consent(source="form by Quetzalcoatl", proof="plumage, page 7", given_at=0.0, at=0.0)
    world.journal.agree([ADA], agreed)
    world.journal.agree([BEA], Consent(source="form", proof="page 8", given_at=0.0, at=0.0))
    world.open(retry="lab", source="live")
    with closing(sqlite3.connect(world.path)) as db, db:
        db.execute(
            "INSERT INTO dnc (key, campaign, masked, source, reason, added_by, added_at, prefix)"
            " VALUES ('', 'other', '', 'person', 'her plumage', 'ann', 0, ?)", (HERS_TOO,)
        )  # fmt: skip
    ada, bea = world.promised(2)
    assert (ada.masked, bea.lead) == (MASKS[0], "2")
    world.record(msgspec.structs.replace(cdr(ada, "busy", world.at + 9), source="live"))
    world.record(msgspec.structs.replace(cdr(bea, "connected", world.at + 9), source="live"))
    path = f"2026-09-21/{ada.call}.flac"
    world.record(RecordingKept(
        call=ada.call, campaign="spring", at=world.at, path=path, why="", seconds=5.0, talk_s=5.0,
        size=4, customer_db=-30.0, agent_db=-30.0,
    ))  # fmt: skip
    with Book(world.path) as book:
        by_hand = Block(campaign="winter", source="person", added_by="ann", at=world.at)
        assert book.block([ADA, BEA], by_hand) == 2
        assert book.end_block(msgspec.structs.replace(by_hand, reason="her plumage"), ADA)
        book.note("1", "bob", "her plumage is yellow; call 07700 900 888", world.at)
    came = "d1-" + "c" * 32
    world.journal.welcome(Caller(
        call=came, trunk="lab", caller_id="442079460000", digits=ADA, country="GB", at=world.at,
    ))  # fmt: skip
    world.journal.flush()
    arrived = next(one for one in world.heard if isinstance(one, Arrived))
    at = world.at + 60
    world.record(msgspec.structs.replace(
        cdr(ada, "gave_up", at), call=arrived.call, source="live", direction="in",
    ))  # fmt: skip
    with closing(sqlite3.connect(world.path)) as db, db:
        db.execute("UPDATE arrivals SET closed_at = ?, closed_how = 'gave_up'", (at,))
        state = msgspec.json.encode({"number_key": ada.number_key, "masked": ada.masked})
        db.execute("INSERT INTO checkpoints VALUES (1, ?)", (state,))
    files(world.path.parent, ada.call, path)
    letter(world.path.parent, ada)
    with closing(SqliteTail(world.path)) as tail:
        analysts = Loader(world.path.parent, tail, clock=world.clock)
        analysts.drain(world.at + 1e9)
        analysts.publish()
    return ada.call


def files(home: Path, call: str, recording: str) -> None:
    """In every kind of file that there may be below a home."""

    def put(name: str, body: bytes | str) -> None:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(body if isinstance(body, bytes) else body.encode())

    put(f"recordings/{recording}", b"fLaC")
    put(f"asterisk/spool/monitor/{call}.raw", b"\x00\x01")
    put(f"captures/{call}.npz", b"PK")
    sound = io.BytesIO()
    with wave.open(sound, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(8000))
    put(f"captures/{call}.wav", sound.getvalue())
    card = Card(name="learnt", kind="powered_off", source=f"call {call}")
    put("prompts/prompts.json", msgspec.json.encode([card]))
    put("prompts/learnt.wav", sound.getvalue())
    put("rejects/people-1.csv", "\ufeffline,reason,row\r\n3,duplicate," + "+447700900888 | Q.\r\n"
        "4,no_number,Quetzalcoatl 卡纳里 | 12\r\n5,no_number,Bea | 13\r\n")  # fmt: skip
    put("archives/old.csv", f"list,phone\nold,+{ADA}\nold,+{BEA}\n")
    for name, encoding in (("a", "utf-8"), ("b", "utf-16"), ("c", "gb18030"), ("d", "utf-8-sig")):
        put(f"uploads/{name * 64}", ROWS.encode(encoding))
    put(f"uploads/{'e' * 64}", xlsx(one=[["phone", "name"], [f"+{ADA}", "Q"], [f"+{BEA}", "B"]]))
    put(f"uploads/{'f' * 64}", f"phone\n+{BEA}\n")
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("attempts.json", json.dumps([{"call": call}]))
    put("evidence-ada.zip", pack.getvalue())
    put("asterisk/log/cdr-csv/Master.csv", f'"","100","{ADA}","dialer-out","x"\n"","","{BEA}"\n')
    put("asterisk/log/messages", f"[Nov 27] WARNING: +{HERS_TOO} and tweety@birdcage.example\n")
    put("dialer.log.1", f'{{"event":"x","text":"{ADA}"}}\n')
    put("warehouse/live/dialer.duckdb.corrupt-20260921T100000Z", MASKS[0])


def letter(home: Path, call: Intended) -> None:
    with Outbox(home) as outbox:
        outbox.add("https://example.com/", "json", ["Cdr"], "secret", by="ann", at=0.0)
        told = {"call": call.call, "masked": call.masked}
        assert outbox.post("Cdr", told, at=1e12) == 1


def settings_of(home: Path) -> Settings:
    return msgspec.structs.replace(load(home=home), logs=Logs(file=home / "dialer.log"))


def erased(world: Planted) -> work.Proof:
    """Order it and carry it out; the proof."""
    settings, me = settings_of(world.path.parent), at_the_machine("ann")
    world.leave()
    world.at += 3600
    id = work.ordered(settings, ADA, by=me, at=world.at)
    assert work.step(settings, id, world.clock) == ""
    return msgspec.json.decode(work.proof_file(settings.home, id).read_bytes(), type=work.Proof)


class After(NamedTuple):
    """The world after she was erased, and what it was like before."""

    world: Planted
    proof: work.Proof
    call: str
    sealed: list[bytes]
    named_in: set[str]
    "Files in which she was found before."
    told: tuple[list[Any], list[Any]]
    "Events and facts as they were."

    @property
    def home(self) -> Path:
        return self.world.path.parent


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> After:
    world = Planted("sqlite", tmp_path_factory.mktemp("erased") / "home")
    call, sealed = planted(world), sealed_of(world.path)
    named_in = {name for name, _ in found(world.path.parent, [*needles(), *sealed])}
    told = list(Reader(world.path).since(0)), list(Reader(world.path).facts(0))
    return After(world, erased(world), call, sealed, named_in, told)


def sealed_of(path: Path) -> list[bytes]:
    """Everything of hers that is encrypted in the journal."""
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for sql in (
            "SELECT digits FROM numbers WHERE lead IN (1, 3)",
            "SELECT person FROM leads WHERE lead IN (1, 3)",
            "SELECT text FROM notes", "SELECT digits FROM arrivals",
            "SELECT digits FROM dnc WHERE campaign = 'winter' AND removed_at IS NOT NULL",
            "SELECT proof FROM consents ORDER BY consent LIMIT 1",
        ) for row in db.execute(sql)]  # fmt: skip


def bytes_of(home: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, and what is in it where it is packed."""
    for file in sorted(one for one in home.rglob("*") if one.is_file()):
        body = file.read_bytes()
        yield str(file), body
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                for name in archive.namelist():
                    yield f"{file}!{name}", archive.read(name)
        if body[:2] == b"\x1f\x8b":
            yield f"{file}!", gzip.decompress(body)


def found(home: Path, needles: list[bytes]) -> list[tuple[str, bytes]]:
    """Where the needles are. A log that goes into its database meanwhile: all is looked at anew."""
    for _ in range(LOOKS):
        with suppress(FileNotFoundError):
            return [(name, one) for name, body in bytes_of(home) for one in needles if one in body]
    raise AssertionError(f"files come and go in {home}: it cannot be looked through")


def needles() -> list[bytes]:
    """How she can be written."""
    return [
        code for word in (*WORDS, *SPELLED, *MASKS) for encoding in ENCODINGS
        if (code := word.encode(encoding, "ignore")) and word.encode(encoding, "replace") == code
    ]  # fmt: skip


def test_she_is_in_no_byte_of_any_file(after: After):
    assert len(after.sealed) == 9
    for kind in ("journal.sqlite", "webhooks.sqlite", "rejects", "uploads", "Master.csv",
                 "messages", "archives", "dialer.log", "corrupt"):  # fmt: skip
        assert any(kind in name for name in after.named_in), kind
    assert after.proof.left == ()
    assert found(after.home, [*needles(), *after.sealed]) == []


def test_everybody_else_is_as_they_were(after: After):
    people = People(after.world.path)
    assert people.digits_of("2") == [BEA]
    assert people.person("2") == {"name": "Ada"}
    with Book(after.world.path) as book:
        assert book.has_agreed(BEA, after.world.at)
        assert not book.is_blocked(BEA)
        assert book.is_blocked(ADA)
        assert book.is_blocked(HERS_TOO)
        assert book.is_blocked(BEA, "winter")
    taken = io.StringIO()
    listed.export(after.world.path, taken, at=after.world.at)
    assert [row.split(",")[0] for row in taken.getvalue().splitlines() if "winter" in row] == [
        f"+{BEA}"
    ]  # fmt: skip
    left = {Path(name).name for name, _ in found(after.home, [BEA.encode()])}
    assert left == {"old.csv", "f" * 64, "Master.csv"}


def test_what_is_left_of_her_is_a_token_and_the_journal_comes_to_the_same(after: After):
    def masked(item: tuple[int, Any]) -> tuple[int, Any]:
        seq, one = item
        hers = getattr(one, "masked", "") in MASKS
        return seq, msgspec.structs.replace(one, masked="•••") if hers else one

    reader, (events, facts) = Reader(after.world.path), after.told
    now = list(reader.since(0))
    assert now[: len(events)] == list(map(masked, events))
    assert list(reader.facts(0)) == list(map(masked, facts))
    gone = [(type(one), getattr(one, "call", "")) for _, one in now[len(events) :]]
    assert gone == [(RecordingDeleted, after.call)]
    with closing(sqlite3.connect(after.world.path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        [(state,)] = db.execute("SELECT state FROM checkpoints").fetchall()
    assert msgspec.json.decode(state)["number_key"] in after.proof.tokens
    with closing(Access.at(after.home)) as access:
        assert access.audit.verify() is None


def test_the_warehouse_has_her_calls_and_no_mask_of_hers(after: After):
    folder = after.home / "warehouse/live"
    for file in (folder / "dialer.duckdb", folder / "snapshot/dialer.duckdb"):
        with duckdb.connect(str(file), read_only=True) as con:
            rows = con.execute("SELECT masked, count(*) FROM attempts GROUP BY 1").fetchall()
        assert sorted(rows) == [("+44770•••0001", 1), ("•••", 2)], file
    assert not list(folder.glob("*corrupt*"))


def test_the_roll_ups_count_her_calls_and_hold_nothing_of_hers(after: After):
    hers = (*WORDS, *SPELLED, *MASKS, *after.proof.tokens, after.call)
    folder = after.home / "warehouse/live"
    for file in (folder / "dialer.duckdb", folder / "snapshot/dialer.duckdb"):
        with duckdb.connect(str(file), read_only=True) as con:
            tables = con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
            rolls = sorted(name for (name,) in tables if name.startswith("roll_"))
            assert {"roll_calls", "roll_costs", "roll_numbers", "roll_repeats"} <= {*rolls}
            assert con.execute("SELECT sum(calls) FROM roll_calls").fetchall() == [(3,)], file
            for name in rolls:
                held = str(con.execute(f"FROM {name}").fetchall())
                assert [one for one in hers if one in held] == [], name


def test_the_proof_says_what_was_removed_and_names_nobody(after: After):
    proof = after.proof
    what = {Path(one.file).name: one for one in proof.files}
    assert what[f"{after.call}.flac"].what == "of a call of his: removed"
    assert what["people-1.csv"].what == "2 of 4 rows removed"
    assert what["old.csv"].what == "1 of 3 rows removed"
    assert what["Master.csv"].what == "1 places overwritten"
    assert what["learnt.wav"].sha256_after == ""
    assert {"a" * 64, "b" * 64, "c" * 64, "d" * 64, "e" * 64} < {*what}
    assert "f" * 64 not in what
    assert (proof.by, proof.leads, proof.calls) == ("machine:ann", (1, 3), 2)
    assert (proof.journal["notes"], proof.letters, len(proof.tokens)) == (1, 1, 2)
    file = work.proof_file(after.home, proof.id)
    assert file.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(after.home / "access.sqlite")) as db:
        sql = "SELECT who, object, after FROM audit WHERE action = 'lead.erase'"
        _, (actor, thing, told) = db.execute(sql).fetchall()
        assert Audit(db).verify() is None
    assert (actor, thing) == ("machine:ann", f"erasure:{proof.id}")
    assert msgspec.json.decode(told)["files"] == len(proof.files)


def test_while_a_call_of_hers_is_up_it_waits_and_nobody_calls_her_again(world: Planted):
    world.lists(people=[person(ADA), person(BEA)])
    world.open(retry="lab")
    (ada, _) = world.promised(2)
    settings, me = settings_of(world.path.parent), at_the_machine("ann")
    id = work.ordered(settings, ADA, by=me, at=world.at)
    assert work.step(settings, id, world.clock) == "a call of his is up"
    assert world.journal.number_of(ada.call) == ADA
    with Book(world.path) as book:
        assert book.is_blocked(ADA)
    world.ended(ada, "busy")
    assert work.step(settings, id, world.clock) == "a call of his has just ended"
    world.at += 60
    assert work.waiting(settings.home) == [id]
    assert work.step(settings, id, world.clock) == ""
    assert work.waiting(settings.home) == []
    assert People(world.path).digits_of("1") == [""]
    world.said(ada, "callback")  # the agent's word comes late
    world.at += 90 * 86400
    assert [one.lead for one in world.promised(5)] == []


def test_a_switchboard_is_nobody(world: Planted, capsys: Any):
    for n in range(51):
        world.lists(**{f"l{n}": [person(ADA)]})
    with pytest.raises(SystemExit) as ended:
        command_line.main(["--home", str(world.path.parent), "person", "erase", f"+{ADA}", "--yes"])
    assert ended.value.code == 1
    assert "nobody's own" in capsys.readouterr().err
    with Book(world.path) as book:
        assert not book.is_blocked(ADA)


def test_the_commands_tell_of_files_that_are_not_ours_to_change(
    world: Planted, tmp_path: Path, capsys: Any
):
    call = planted(world)
    home, out = world.path.parent, tmp_path / "ada.zip"
    world.leave()
    (home / "dialer.log.1").unlink()
    (home / "mine.txt.gz").write_bytes(gzip.compress(b"call Ada: 07700 900 777"))

    def run(*words: str) -> tuple[int, Any]:
        with pytest.raises(SystemExit) as ended:
            command_line.main(["--home", str(home), "person", *words, "--json"])
        return int(str(ended.value.code)), json.loads(capsys.readouterr().out)

    assert run("show", f"+{ADA}") == (
        0, {"numbers": 2, "leads": 2, "calls": 2, "calls_under_way": 0, "fields": 5},
    )  # fmt: skip
    assert run("export", f"+{ADA}", "--out", str(out))[0] == 0
    with zipfile.ZipFile(out) as archive:
        told = json.loads(archive.read("person.json"))
        assert f"captures/{call}.wav" in archive.namelist()
    assert told["numbers"] == [f"+{ADA}", f"+{HERS_TOO}"]
    assert told["leads"][0]["fields"] == FIELDS
    assert "plumage" in told["leads"][0]["notes"][0]["text"]
    code, done = run("erase", f"+{ADA}", "--yes")
    assert (code, done["left"]) == (1, ["mine.txt.gz"])
    assert [one["erasure"] for one in run("erasures")[1]] == [done["erasure"]]
    assert run("show", f"+{ADA}")[1]["fields"] == 0
