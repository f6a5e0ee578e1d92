"""Logs: JSON lines with an allow-list of keys, and no person in them.

A key that is not in `KEYS` is withheld; a text that holds something like a telephone number or a
secret loses it. So a library, a traceback or a tired programmer cannot write down who was called.

    {"at":"2026-11-22T21:40:00.123Z","event":"call ended","call":"d1-...","outcome":"busy"}
"""

import logging
import logging.handlers
import re
import sys
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

Show = Callable[[Any], Any]

_CALL = re.compile(r"d1-[0-9a-f]{32}")
_MASKED = re.compile(r"\+?[0-9]{1,4}•{3}[0-9]{0,4}")
_NUMBER = re.compile(
    r"(?<![0-9a-zA-Z.])(?!(?<=d1-)[0-9a-f]{32}\b)"  # a call's id may have no letter in it
    r"(?!20[0-9]{2}-[01][0-9]-[0-3][0-9](?![ ()/.\-]{0,2}[0-9]))"  # nor is a day a number
    r"\+?(?:[0-9][ ()/.\-]{0,2}){6,}[0-9](?![0-9a-zA-Z])"
)
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_SECRET = re.compile(r"(?i)\b(api_key|password|passwd|secret|token|authorization)\b(\W+)[^\s&,;)]+")
_WORD = re.compile(r"[A-Za-z][\w.:/-]{0,63}")


def text(value: Any) -> str:
    """A sentence without the numbers, addresses and secrets that it may hold.

    >>> text("busy: +1 (555) 123-4567 password=hunter2"), text("port 18088, 2.5 s, cause 17")
    ('busy: ••• password=•••', 'port 18088, 2.5 s, cause 17')
    >>> text("closed on 2027-02-05, call 2027-02-0512")
    'closed on 2027-02-05, call •••'
    """
    plain = _SECRET.sub(r"\1\2•••", str(value))
    plain = _MAIL.sub("•••", plain)
    return _NUMBER.sub("•••", plain)[:500]


def word(value: Any) -> str:
    """A name of ours: a campaign, an outcome. Anything else is a text."""
    plain = str(value)
    return plain if _WORD.fullmatch(plain) and not _NUMBER.search(plain) else text(plain)


def call(value: Any) -> str:
    """A call's id, as it is; nothing else passes for one."""
    plain = str(value)
    return plain if _CALL.fullmatch(plain) else text(plain)


def count(value: Any) -> int | float | str:
    """A figure: nothing with as many digits as a telephone number."""
    if isinstance(value, bool | int | float) and abs(value) < 1_000_000:
        return round(value, 6) if isinstance(value, float) else value
    return "•••"


def instant(value: Any) -> float | str:
    """Seconds since 1970, with their fraction."""
    return round(value, 6) if isinstance(value, float) else "•••"


KEYS: dict[str, Show] = {
    "event": text,
    "level": word,
    "logger": word,
    "at": lambda value: value,  # our own stamp, see `_stamp`
    "call": call,
    "caller_id": str,  # our own number: everybody whom we call sees it
    "campaign": word, "pool": word, "agent": word, "trunk": word, "list": word,
    "outcome": word, "disposition": word, "verdict": word, "mode": word, "bound": word,
    "state": word, "source": word, "child": word, "kind": word, "phase": word, "command": word,
    "region": word, "first": text, "last": text, "ended": bool,
    "why": text, "error": text, "where": text, "path": text, "user": word,
    "version": count, "epoch": count, "seq": count, "n": count, "pid": count, "port": count,
    "code": count, "cause": count, "sip": count, "lines": count, "calls": count, "agents": count,
    "asked": count, "given": count, "leads": count, "rows": count, "facts": count,
    "lost": count, "open": count, "seconds": count, "lag_s": count, "by_s": count, "bytes": count,
    "attempt": count, "since": instant, "of": count,
}  # fmt: skip
"What a line may hold, and how each is shown. To log something new is to decide it here."

QUIET = ("httpx", "httpcore", "asyncari", "asyncswagger11", "asyncwebsockets", "aiohttp", "asyncio",
         "streamlit", "watchdog", "urllib3", "numba", "matplotlib", "fontTools")  # fmt: skip
"Libraries that write URLs, arguments, bodies or too much at their lower levels: warnings only."

FILE_BYTES = 10_000_000


def configure(level: str = "info", file: Path | None = None, keep: int = 5) -> None:
    """Send everything, the libraries' lines too, through the allow-list: to a file or to stderr."""
    handler = _file(file, keep) if file else logging.StreamHandler(sys.stderr)
    install(handler, level)


def install(handler: logging.Handler, level: str = "info") -> None:
    """Make this handler the only one, and the allow-list its formatter."""
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, structlog.stdlib.add_log_level],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_PROCESSORS,
                structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=False),
            ],
        )
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def get(name: str) -> structlog.stdlib.BoundLogger:
    """The log of one room: `log.info("call ended", call=id, outcome="busy")`."""
    log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return log


def _file(path: Path, keep: int) -> logging.Handler:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    return logging.handlers.RotatingFileHandler(
        path, maxBytes=FILE_BYTES, backupCount=keep - 1, encoding="utf-8"
    )


def _stamp(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """The instant, in UTC, then what happened."""
    now = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")(None, "", {})
    first = {key: line[key] for key in ("level", "event") if key in line}
    return {**now, **first, **{key: value for key, value in line.items() if key != "at"}}


def _told_error(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """Of an exception: its kind, its words and where it was raised; no values of variables."""
    info = line.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        causes = leaves(error)
        line["error"] = "; ".join(f"{type(one).__name__}: {one}" for one in causes)
        line["where"] = _where(causes[0].__traceback__)
    return line


def leaves(error: BaseException) -> list[BaseException]:
    """The errors inside a task group's error, at any depth; of any other, itself.

    >>> leaves(ExceptionGroup("tasks", [ExceptionGroup("more", [KeyError("a")]), OSError("b")]))
    [KeyError('a'), OSError('b')]
    """
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    return [leaf for inner in error.exceptions for leaf in leaves(inner)]


def _where(traceback: Any) -> str:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return " < ".join(reversed(places[-5:]))


def _allowed_only(_: WrappedLogger, __: str, line: MutableMapping[str, Any]) -> EventDict:
    """Show what may be shown; name what was withheld, so that nobody looks for it in vain."""
    shown = {key: KEYS[key](value) for key, value in line.items() if key in KEYS}
    withheld = sorted(word(key) for key in line if key not in KEYS)
    return {**shown, "withheld": withheld} if withheld else shown


_PROCESSORS = (_told_error, _stamp, _allowed_only)


def to_stream(stream: TextIO) -> logging.Handler:
    """A handler for tests and consoles."""
    return logging.StreamHandler(stream)
