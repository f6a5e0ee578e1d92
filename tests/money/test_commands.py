"""From a price list to a bill, on the command line: a real journal, the real rater's process."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialer import __main__ as command_line
from dialer.engine.commands import Record
from dialer.journal.sqlite import SqliteJournal
from dialer.money.store import Money, file_in
from tests.api.shift import NUMBERS, made
from tests.warehouse.day import T0, cdr

Run = Callable[..., tuple[int, str, str]]
PRICES = "Code,Rate,Increment,Description\n1212,0.60,60/60,New York\n*,1.20,60/60,elsewhere\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose two ringing calls were answered: 61 s and 3 s."""
    calls = made(tmp_path)
    journal = SqliteJournal(tmp_path / "journal.sqlite", lambda event: None, time.time)
    journal.take_lease("test", time.time())
    for index, (campaign, seconds) in enumerate((("spring", 61), ("autumn", 3))):
        ended = cdr(calls[campaign], "connected", 0, campaign=campaign, placed_at=0.1,
                    answered_at=5, ended_at=5 + seconds)  # fmt: skip
        journal.execute(Record(ended), cause=2, index=index)
    journal.flush(10.0)
    journal.close()
    return tmp_path


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def ran(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            command_line.main(["--home", str(home), "tariffs", *args])
        return (int(ended.value.code or 0), *capsys.readouterr())

    return ran


def imported(home: Path, run: Run, text: str = PRICES, *more: str) -> dict[str, Any]:
    file = home / "prices.csv"
    file.write_text(text)
    code, out, _ = run("import", str(file), "--deck", "x", "--currency", "usd", "--json", *more)
    assert code == 0
    return json.loads(out)


def test_a_call_is_rated_by_the_raters_own_process_and_the_bill_agrees(home: Path, run: Run):
    assert imported(home, run)["version"] == 1
    assert run("use", "x", "--trunk", "carrier-a")[0] == 0
    rater = subprocess.Popen(
        [sys.executable, "-m", "dialer.money.process", "--home", str(home),
         "--journal", str(home / "journal.sqlite"), "--every-s", "0.1"],
        stderr=subprocess.PIPE,
    )  # fmt: skip
    until = time.monotonic() + 60
    with Money(file_in(home)) as money:
        while len(costs := money.costs("lab", 0)) < 2 and time.monotonic() < until:
            time.sleep(0.1)
    rater.terminate()
    _, said = rater.communicate(timeout=60)
    assert rater.returncode == 0
    assert {(cost.billed_s, str(cost.amount), cost.prefix) for _, cost in costs} == {
        (120, "1.2000", "1212"), (60, "0.6000", "1212"),
    }  # fmt: skip
    held = file_in(home).read_bytes() + said
    assert not [number for number in NUMBERS.values() if number.encode() in held]

    bill = home / "bill.csv"
    at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(T0 + 6))
    bill.write_text("called,start,amount\n" + "".join(
        f"+{NUMBERS[one]},{at},{amount}\n" for one, amount in (("vip", "1.20"), ("east", "0.66"))
    ))  # fmt: skip
    code, out, _ = run("reconcile", str(bill), "--trunk", "carrier-a", "--json")
    found = json.loads(out)
    assert (code, found["matched"], [one["more"] for one in found["differences"]]) == (
        1,
        2,
        ["0.0600"],
    )


def test_rating_again_by_a_new_version(home: Path, run: Run):
    imported(home, run)
    run("use", "x", "--trunk", "carrier-a")
    rated = {"calls": 2, "changed": 2, "before": {}, "after": {"USD": "1.8000"}}
    for kept in (False, True):  # what would differ is told, and nothing is kept
        assert json.loads(run("rerate", "--json", *([] if kept else ["--preview"]))[1]) == rated
    assert json.loads(run("rerate", "--json")[1])["changed"] == 0
    second = imported(home, run, PRICES.replace("0.60", "0.50"))
    assert (second["version"], second["changes"]) == (
        2, {"dearer": 0, "cheaper": 1, "new": 0, "gone": 0},
    )  # fmt: skip
    assert json.loads(run("rerate", "--json")[1]) == {
        "calls": 2, "changed": 2, "before": {"USD": "1.8000"}, "after": {"USD": "1.5000"},
    }  # fmt: skip
    priced = json.loads(run("price", "+12125550123", "61", "--deck", "x", "--json")[1])
    assert (priced["amount"], priced["billed_s"], priced["version"]) == ("1.0000", 120, 2)


def test_what_is_wrong_is_said_and_nothing_is_kept(home: Path, run: Run):
    file = home / "prices.csv"
    file.write_text(PRICES + "86x,0.1,6/6,\n")
    code, out, err = run("import", str(file), "--currency", "usd")
    assert (code, "3 rows" in out, "line 4" in err) == (1, True, True)
    assert json.loads(run("list", "--json")[1])["decks"] == []
    assert imported(home, run, file.read_text(), "--skip-bad")["rejected"] == 1
    for args, word in (
        (("use", "y", "--trunk", "t"), "there are: x"),
        (("charge", "desk", "1", "--currency", "USD"), "allowed are"),
        (("charge", "trunk", "1", "--currency", "USD"), "--name"),
        (("import", str(file), "--currency", "dollars"), "ISO 4217"),
        (("price", "12", "60", "--deck", "x", "--version", "9"), "no deck"),
    ):
        code, _, err = run(*args)
        assert (code, word in err, "Traceback" in err) == (1, True, False), args
