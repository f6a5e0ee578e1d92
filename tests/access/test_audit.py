"""Who changed what; and that nobody can change what was told without being found."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from msgspec.structs import replace

from dialer.access.audit import ORIGIN, Asked, Broken, Entry, Head
from dialer.access.database import transaction
from tests.access.conftest import MACHINE, NINE, House, opened_house


@pytest.fixture
def log(house: House) -> House:
    """Seven rows by now; then ada and ben steer the spring campaign."""
    ada, ben = house.by("ada"), house.by("ben")
    for hour, (by, action) in enumerate(
        [(ada, "campaign.edit"), (ben, "campaign.steer"), (ada, "campaign.steer")]
    ):
        house.audit.append(
            by, action, "campaign:spring", at=NINE + 3600 * hour,
            before={"lines": 30 + hour}, after={"lines": 31 + hour},
        )  # fmt: skip
    return house


def tampered(house: House, *statements: str) -> Broken | None:
    for trigger in ("audit_is_not_changed", "audit_is_not_shortened"):
        house._db.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        house._db.execute(statement)
    return house.audit.verify()


def resealed(entry: Entry, who: str) -> str:
    return replace(entry, who=who).seal()


def test_an_empty_log_is_whole_and_its_head_is_the_origin(tmp_path: Path) -> None:
    with opened_house(tmp_path) as house:
        assert house.audit.head() == Head(0, ORIGIN)
        assert house.audit.verify() is None
        assert house.audit.verify(Head(0, ORIGIN)) is None


def test_a_log_that_nobody_touched_is_whole_against_every_head_of_it(log: House) -> None:
    heads = [Head(one.seq, one.hash) for one in log.audit.entries()]
    assert len(heads) == 9
    assert [log.audit.verify(head) for head in heads] == [None] * 9


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE audit SET who = 'eve' WHERE seq = 8"], Broken(8, "changed")),
        (["UPDATE audit SET at = at + 1 WHERE seq = 1"], Broken(1, "changed")),
        (["UPDATE audit SET after = '{}' WHERE seq = 9"], Broken(9, "changed")),
        (["UPDATE audit SET source = 'moon' WHERE seq = 3"], Broken(3, "changed")),
        (["UPDATE audit SET hash = previous WHERE seq = 4"], Broken(4, "changed")),
        (["DELETE FROM audit WHERE seq = 1"], Broken(1, "missing")),
        (["DELETE FROM audit WHERE seq BETWEEN 5 AND 7"], Broken(5, "missing")),
        (["DELETE FROM audit WHERE seq = 8", "UPDATE audit SET seq = 8 WHERE seq = 9"],
         Broken(8, "changed")),
        (["UPDATE audit SET seq = 99 WHERE seq = 7", "UPDATE audit SET seq = 7 WHERE seq = 8",
          "UPDATE audit SET seq = 8 WHERE seq = 99"], Broken(7, "changed")),
        (["INSERT INTO audit SELECT 10, at, who, source, action, object, before, after, "
          "previous, hash FROM audit WHERE seq = 9"], Broken(10, "changed")),
    ],
)  # fmt: skip
def test_the_first_row_that_was_changed_removed_or_moved_is_named(
    log: House, statements: list[str], found: Broken
) -> None:
    assert tampered(log, *statements) == found


def test_a_row_that_is_sealed_anew_no_longer_carries_the_next(log: House) -> None:
    forged = next(one for one in log.audit.entries() if one.seq == 8)
    assert tampered(log, f"UPDATE audit SET who = 'eve', hash = '{resealed(forged, 'eve')}' "
                    "WHERE seq = 8") == Broken(9, "does not follow the row before it")  # fmt: skip


def test_who_seals_the_end_anew_is_found_by_a_head_that_was_kept(log: House) -> None:
    kept = log.audit.head()
    forged = next(one for one in log.audit.entries() if one.seq == 9)
    assert tampered(log, f"UPDATE audit SET who = 'eve', hash = '{resealed(forged, 'eve')}' "
                    "WHERE seq = 9") is None  # fmt: skip
    assert log.audit.verify(kept) == Broken(
        9, "not the row that was kept: the log was written anew"
    )


def test_who_cuts_off_the_end_is_found_by_a_head_that_was_kept(log: House) -> None:
    kept = log.audit.head()
    assert tampered(log, "DELETE FROM audit WHERE seq >= 8") is None
    assert log.audit.verify(kept) == Broken(8, "missing, and all after it")


def test_by_accident_nothing_is_changed_or_removed(log: House) -> None:
    for statement in ("UPDATE audit SET who = 'eve'", "DELETE FROM audit"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            log._db.execute(statement)


def test_a_change_that_fails_leaves_no_line(log: House) -> None:
    before = log.audit.head()
    with suppress(ZeroDivisionError), transaction(log._db):
        log.audit.append(MACHINE, "user.add", "user:zoe", at=NINE)
        assert log.audit.head().seq == before.seq + 1
        _ = 1 / 0
    assert log.audit.head() == before
    assert log.audit.verify() is None


def test_processes_that_write_at_once_write_one_chain(tmp_path: Path) -> None:
    def write(name: str) -> None:
        with opened_house(tmp_path) as house:
            for turn in range(25):
                house.audit.append(MACHINE, "limit.edit", f"{name}:{turn}", at=NINE + turn)

    threads = [Thread(target=write, args=(name,)) for name in ("web", "cli", "board")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with opened_house(tmp_path) as house:
        assert house.audit.head().seq == 75
        assert house.audit.verify() is None


# ---- asking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(object="campaign:spring"), [9, 8, 7]),
        (Asked(object="campaign"), [9, 8, 7]),
        (Asked(object="campaign:spr"), []),
        (Asked(who="ada"), [9, 7]),
        (Asked(who="ada", action="campaign.steer"), [9]),
        (Asked(since=NINE + 3600), [9, 8]),
        (Asked(object="campaign", until=NINE + 3600), [7]),
        (Asked(limit=2), [9, 8]),
        (Asked(who="' OR 1=1 --"), []),
    ],
)
def test_who_changed_what_and_when_can_be_asked(log: House, asked: Asked, found: list[int]) -> None:
    assert [one.seq for one in log.audit.entries(asked)] == found


def test_an_entry_says_who_from_where_what_to_what_and_what_became_of_it(log: House) -> None:
    entry = log.audit.entries(Asked(who="ben"))[0]
    assert (entry.at, entry.who, entry.source, entry.action, entry.object) == (
        NINE + 3600, "ben", "192.0.2.7", "campaign.steer", "campaign:spring",
    )  # fmt: skip
    assert (entry.before, entry.after) == ('{"lines":31}', '{"lines":32}')


def test_no_number_address_or_secret_is_written_down(house: House) -> None:
    house.audit.append(
        MACHINE, "dnc.remove", "dnc:+86 138 1234 5678", at=NINE,
        before={"note": "asked by wang@example.cn of +1 (555) 123-4567"},
        after={"why": ["password=hunter2secret"], "size": 13812345678, "set": {"13812345678"}},
    )  # fmt: skip
    (who, _, thing, before, after) = house.told("dnc.remove")[0]
    assert (who, thing) == ("machine:root", "dnc:+86138•••5678")
    for secret in ("1234567", "123-4567", "wang", "hunter2secret", "13812345678"):
        assert secret not in before + after + thing
    assert before == '{"note":"asked by ••• of •••"}'
