"""No person, number or secret reaches a log, whoever writes it and however."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer import logs

CALL = "d1-" + "0123456789ab" + "00000000000000000042"
CANARIES = ("15551234567", "555 123 4567", "5551234567", "hunter2", "Wang Fang", "@home.example")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root, level = logging.getLogger(), logging.getLogger().level
    before = root.handlers[:]
    for handler in before:
        root.removeHandler(handler)  # pytest's own must not be closed by us
    stream = io.StringIO()
    logs.install(logs.to_stream(stream), "debug")
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_its_instant_first(stream: io.StringIO) -> None:
    logs.get("dialer.engine").info("call ended", call=CALL, outcome="busy", cause=17, lag_s=0.25)
    (line,) = lines(stream)
    assert next(iter(line)) == "at"
    assert str(line.pop("at")).endswith("Z")
    assert line == {
        "event": "call ended", "call": CALL, "outcome": "busy", "cause": 17, "lag_s": 0.25,
        "logger": "dialer.engine", "level": "info",
    }  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        "dialling 15551234567 now",
        "dialling +1 (555) 123-4567 now",
        "to 555 123 4567",
        "PJSIP/15551234567@sip1",
        "tel:+15551234567",
        "0086-138-1234-5678",
        "mail wang@home.example",
        "http://127.0.0.1:8088/ari/events?api_key=dialer:hunter2&app=x",
        "Authorization: hunter2",
        '{"password": "hunter2"}',
    ],
)
def test_what_looks_like_a_person_or_a_secret_is_masked_in_any_text(
    stream: io.StringIO, said: str
) -> None:
    log = logs.get("dialer")
    log.info(said)
    log.info("x", why=said, error=said, campaign=said, call=said, path=said, agent=said)
    log.warning("x", number=said, name=said)
    assert not [canary for canary in CANARIES if canary in stream.getvalue()]
    assert "13812345678" not in stream.getvalue()
    assert "1234-5678" not in stream.getvalue()


def test_a_key_that_nobody_allowed_is_withheld_and_named(stream: io.StringIO) -> None:
    logs.get("dialer").info("imported", rows=12, name="Wang Fang", number=15551234567)
    (line,) = lines(stream)
    assert (line["rows"], line["withheld"]) == (12, ["name", "number"])
    assert "Wang" not in stream.getvalue()
    assert "15551234567" not in stream.getvalue()


def test_a_number_does_not_pass_as_a_figure(stream: io.StringIO) -> None:
    logs.get("dialer").info("x", n=15551234567, seq=412, since=1_790_000_000.25)
    (line,) = lines(stream)
    assert (line["n"], line["seq"], line["since"]) == ("•••", 412, 1_790_000_000.25)


def test_an_exception_tells_its_kind_and_place_but_no_values(stream: io.StringIO) -> None:
    number = "15551234567"
    try:
        raise ValueError(f"cannot dial {number} for Wang.Fang@home.example")
    except ValueError:
        logs.get("dialer").exception("call failed", call=CALL)
    (line,) = lines(stream)
    assert line["error"] == "ValueError: cannot dial ••• for •••"
    assert str(line["where"]).startswith("test_logs.py:")
    assert number not in stream.getvalue()


def test_of_a_task_groups_error_the_causes_are_told(stream: io.StringIO) -> None:
    group = ExceptionGroup("tasks", [ExceptionGroup("more", [KeyError("a")]), OSError("b")])
    logs.get("dialer").critical("failed", exc_info=group)
    (line,) = lines(stream)
    assert line["error"] == "KeyError: 'a'; OSError: b"


def test_libraries_go_through_the_same_sieve(stream: io.StringIO) -> None:
    logging.getLogger("some.library").warning("POST %s -> %d", "/calls/15551234567", 500)
    (line,) = lines(stream)
    assert (line["event"], line["level"]) == ("POST /calls/••• -> 500", "warning")
    assert line["logger"] == "some.library"


@pytest.mark.parametrize("name", ["httpx", "asyncari", "asyncswagger11", "aiohttp"])
def test_talkative_libraries_only_warn(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("GET http://127.0.0.1/?api_key=dialer:hunter2")
    logging.getLogger(name + ".client").debug("kwargs: number=15551234567")
    assert stream.getvalue() == ""


def test_ordinary_lines_stay_readable(stream: io.StringIO) -> None:
    said = "Asterisk ready on 127.0.0.1:18088 after 0.8 s, 3 of 40 lines, cause 17, SIP 486"
    logs.get("dialer").info(said, path="/tmp/var/dialer/journal.sqlite", version=3)
    (line,) = lines(stream)
    assert line["event"] == said
    assert line["path"] == "/tmp/var/dialer/journal.sqlite"


def test_a_calls_id_is_told_even_where_chance_put_no_letter_into_it(stream: io.StringIO) -> None:
    call = "d1-02593690000000010000000000000001"
    logs.get("dialer").info(f"{call} ended", why=f"after {call}", campaign=call)
    logs.get("dialer").info("d1-15551234567 is none", why=f"{call}5551234567 neither")
    ended, none = lines(stream)
    assert (ended["event"], ended["why"]) == (f"{call} ended", f"after {call}")
    assert ended["campaign"] == call
    assert (none["event"], none["why"]) == ("d1-••• is none", "d1-••• neither")


def test_a_log_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    handler = logs._file(tmp_path / "logs/dialer.log", keep=2)
    handler.close()
    assert (tmp_path / "logs/dialer.log").stat().st_mode & 0o777 == 0o600


def test_standard_error_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    root, level = logging.getLogger(), logging.getLogger().level
    before = root.handlers[:]
    root.handlers[:] = []
    try:
        logs.configure()
        logs.get("dialer").info("served", pid=42)
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    out, err = capsys.readouterr()
    assert (out, json.loads(err)["pid"]) == ("", 42)
