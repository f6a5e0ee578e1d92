"""`dialer users` and `dialer audit`, as somebody at the machine uses them."""

import io
import json
import os
import pty
import re
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialer import __main__ as command_line
from dialer.access import store
from dialer.access.database import file_in, opened
from tests.access.conftest import CHEAP, GOOD

Ran = tuple[int, str, str]
ME = "machine:carol"


@pytest.fixture
def dialer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Runs a command in a home of its own: code, answer, complaint."""
    monkeypatch.setattr(store, "Passwords", lambda: CHEAP)
    monkeypatch.setenv("LOGNAME", "carol")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*args: str, stdin: str = f"{GOOD}\n") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            command_line.main(["--home", str(tmp_path), *args])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def staffed(dialer: Callable[..., Ran]) -> Callable[..., Ran]:
    """Ada rules; there is a red team with bob."""
    assert dialer("users", "add", "ada", "--role", "superuser")[0] == 0
    assert dialer("users", "add-team", "red")[0] == 0
    assert dialer("users", "add", "bob", "--campaign", "spring", "--team", "red")[0] == 0
    return dialer


def told(dialer: Callable[..., Ran], *args: str) -> list[Any]:
    code, out, _ = dialer("audit", "show", "--json", *args)
    assert code == 0
    return [(one["who"], one["action"], one["object"], one["after"]) for one in json.loads(out)]


def test_accounts_are_listed_as_they_were_made(staffed: Callable[..., Ran]) -> None:
    code, out, _ = staffed("users", "list", "--json")
    assert code == 0
    rest = {"active": True, "grants": [], "must_change_password": True}
    assert json.loads(out) == [
        {"name": "ada", "role": "superuser", "campaigns": [], "teams": [], **rest},
        {"name": "bob", "role": "agent", "campaigns": ["spring"], "teams": ["red"], **rest},
    ]
    code, out, _ = staffed("users", "list")
    assert (code, [line.split()[:5] for line in out.splitlines()[1:]]) == (
        0, [["ada", "superuser", "–", "–", "–"], ["bob", "agent", "spring", "red", "–"]],
    )  # fmt: skip


def test_every_change_is_in_the_audit_log_with_who_made_it(staffed: Callable[..., Ran]) -> None:
    for args in (
        ["users", "grant", "bob", "lead.reveal", "--campaign", "summer"],
        ["users", "revoke", "bob", "--campaign", "spring"],
        ["users", "set-role", "bob", "supervisor"],
        ["users", "reset-password", "bob"],
        ["users", "disable", "bob"],
        ["users", "enable", "bob"],
    ):
        assert staffed(*args)[0] == 0, args
    assert told(staffed, "--of", "user:bob")[::-1] == [
        (ME, "user.add", "user:bob", '{"active":true,"campaigns":["spring"],"grants":[],'
         '"role":"agent","teams":["red"]}'),
        (ME, "user.grant", "user:bob",
         '{"campaigns":["spring","summer"],"grants":["lead.reveal"]}'),
        (ME, "user.scope", "user:bob", '{"campaigns":["summer"]}'),
        (ME, "user.role", "user:bob", '{"role":"supervisor"}'),
        (ME, "user.reset", "user:bob", "{}"),
        (ME, "user.disable", "user:bob", '{"active":false}'),
        (ME, "user.disable", "user:bob", '{"active":true}'),
    ]  # fmt: skip


def test_what_an_account_became_is_said(staffed: Callable[..., Ran]) -> None:
    assert staffed("users", "grant", "bob", "recording.listen", "lead.reveal")[:2] == (
        0, "bob: agent, campaigns spring, teams red, grants lead.reveal, recording.listen, "
        "has to change the password\n",
    )  # fmt: skip
    assert staffed("users", "disable", "bob")[1].endswith("closed\n")
    code, out, _ = staffed("users", "enable", "bob", "--json")
    assert (code, json.loads(out)["active"]) == (0, True)


@pytest.mark.parametrize(
    ("args", "code", "complaint"),
    [
        (["users", "add", "bob"], 1, "there is a user bob already"),
        (["users", "add", "Bob Miller"], 1, "is no user name"),
        (["users", "add", "zoe", "--role", "boss"], 2, "'boss' is not one of"),
        (["users", "add", "zoe", "--team", "blue"], 1, "there is no team blue"),
        (["users", "set-role", "zoe", "agent"], 1, "there is no user zoe"),
        (["users", "reset-password", "zoe"], 1, "there is no user zoe"),
        (["users", "grant", "bob"], 2, "name a permission, a --campaign or a --team"),
        (["users", "grant", "bob", "moon.see"], 1, "there is no permission moon.see"),
        (["users", "grant", "bob", "limit.edit"], 1, "cannot be granted to the role agent"),
        (["users", "disable", "ada"], 5, "ada is the last superuser"),
        (["users", "set-role", "ada", "agent"], 5, "ada is the last superuser"),
        (["audit", "verify", "--head", "17"], 1, "'17' is no head"),
    ],
)
def test_what_cannot_be_is_one_line_and_a_code(
    staffed: Callable[..., Ran], args: list[str], code: int, complaint: str
) -> None:
    ran = staffed(*args)
    assert (ran[0], ran[1]) == (code, "")
    assert complaint in re.sub(r"\s+", " ", ran[2].replace("│", ""))
    assert "Traceback" not in ran[2]


@pytest.mark.parametrize(
    ("stdin", "complaint"),
    [
        ("short\n", "shorter than 12 characters"),
        ("", "shorter than"),
        ("bob and a boat\n", "name"),
    ],
)
def test_a_weak_password_makes_no_account(
    staffed: Callable[..., Ran], stdin: str, complaint: str
) -> None:
    code, out, err = staffed("users", "reset-password", "bob", stdin=stdin)
    assert (code, out) == (5, "")
    assert complaint in err
    assert "boat" not in err


def test_to_look_into_a_home_without_accounts_makes_none(
    dialer: Callable[..., Ran], tmp_path: Path
) -> None:
    for args in (
        ["users", "list"],
        ["audit", "show"],
        ["audit", "verify"],
        ["users", "enable", "b"],
    ):
        code, _, err = dialer(*args)
        assert (code, "makes the first" in err) == (1, True), args
    assert not file_in(tmp_path).exists()
    assert "must be a superuser's" in dialer("users", "add", "bob")[2]


def test_a_log_that_somebody_changed_is_named_with_an_exit_code(
    staffed: Callable[..., Ran], tmp_path: Path
) -> None:
    code, out, _ = staffed("audit", "verify", "--json")
    whole = json.loads(out)
    assert (code, whole["whole"], whole["rows"], whole["broken"]) == (0, True, 3, None)
    assert staffed("audit", "verify", "--head", whole["head"])[:2] == (
        0, f"whole, 3 rows; head {whole['head']}\n"
    )  # fmt: skip
    db = opened(file_in(tmp_path))
    db.execute("DROP TRIGGER audit_is_not_shortened")
    db.execute("DELETE FROM audit WHERE seq = 3")
    db.close()
    assert staffed("audit", "verify")[0] == 0
    code, out, err = staffed("audit", "verify", "--head", whole["head"])
    assert (code, out, err) == (1, "", "broken at row 3: missing, and all after it\n")


def test_the_audit_log_is_asked_by_who_what_and_day(staffed: Callable[..., Ran]) -> None:
    assert len(told(staffed)) == 3
    assert [one[2] for one in told(staffed, "--limit", "1")] == ["user:bob"]
    assert [one[2] for one in told(staffed, "--action", "team.edit")] == ["team:red"]
    assert told(staffed, "--who", "ben") == []
    assert told(staffed, "--until", "2026-01-01") == []
    code, out, _ = staffed("audit", "show", "--since", "2026-01-01")
    assert (code, len(out.splitlines())) == (0, 4)
    assert "at the machine, made the team red" in out
    _, chinese, _ = staffed("audit", "show", "--language", "zh", "--action", "team.edit")
    assert "创建了团队“red”" in chinese


def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with_terminal = (
        "import os, sys; os.open(os.ttyname(0), os.O_RDWR); "
        "os.execv(sys.executable, [sys.executable, '-m', 'dialer', *sys.argv[1:]])"
    )
    args = ["--home", str(tmp_path), "users", "add", "ada", "--role", "superuser"]
    child = subprocess.Popen(
        [sys.executable, "-c", with_terminal, *args],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        seen = _answered(ours, b"Password", GOOD) + _answered(ours, b"Repeat", GOOD)
        seen += _answered(ours, b"ada: superuser", "")
        assert child.wait(30) == 0
    finally:
        child.kill()
        child.wait()
        os.close(ours)
    assert GOOD.encode() not in seen


def _answered(terminal: int, question: bytes, reply: str) -> bytes:
    seen, until = b"", time.monotonic() + 60
    while question not in seen or (reply and not seen.rstrip(b" ").endswith(b":")):
        assert time.monotonic() < until, seen
        seen += os.read(terminal, 1024)
    if reply:
        while termios.tcgetattr(terminal)[3] & termios.ECHO:  # asked; about to hide what comes
            assert time.monotonic() < until
            time.sleep(0.01)
        os.write(terminal, f"{reply}\n".encode())
    return seen
