"""The settings of what is told of the dialer: warehouse, board, reports, metrics, logs."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from dialer.access.browser import is_loopback
from dialer.settings.values import Port

_MAIL = r"^[^@\s,<>\"]+@[^@\s,<>\"]+$"


class Warehouse(msgspec.Struct, frozen=True, kw_only=True):
    """The analysts' database, filled from the journal by a process of its own."""

    every_s: Annotated[float, Meta(ge=0.1, le=60)] = 1.0
    "How often what happened is carried over."
    snapshot_every_s: Annotated[float, Meta(ge=10)] = 300.0
    "How often the copy for outside tools is renewed."


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The page with the running figures."""

    on: bool = True
    "Whether `dialer serve` runs it."
    port: Port = 8501
    "Its HTTP port."
    address: str = "127.0.0.1"
    "The address it listens on, on this machine: others come to it by the web process, `/board/`."

    def __post_init__(self) -> None:
        """Only the web process lets anybody in."""
        if not is_loopback(self.address):
            raise ValueError(
                f"address = {self.address!r}: must be of this machine, like 127.0.0.1; others see "
                "the board through the web process, which asks who they are"
            )

    @property
    def url(self) -> str:
        """Where it listens."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"http://{host}:{self.port}"


class Reports(msgspec.Struct, frozen=True, kw_only=True):
    """Reports of every campaign that come by themselves: into the home's `reports/`, by mail."""

    every: tuple[Literal["day", "week", "month"], ...] = ()
    "Of which periods. Empty: none comes by itself; `dialer report` writes any."
    hour: Annotated[int, Meta(ge=0, le=23)] = 6
    "From when on, on the campaign's clock, once the period is over."
    formats: Annotated[tuple[Literal["pdf", "xlsx"], ...], Meta(min_length=1)] = ("pdf", "xlsx")
    "As which files."
    language: Literal["en", "zh"] = "en"
    "In which language."
    currency: Annotated[str, Meta(pattern="^([A-Z]{3})?$")] = ""
    """ISO 4217: in which the board and every report sum what was paid in several currencies, by
    the rate of the day (`dialer tariffs rates`). Empty: amounts stand apart by currency."""
    mail_to: tuple[Annotated[str, Meta(pattern=_MAIL)], ...] = ()
    "To whom they are mailed. A report has figures, names of agents, and no customer's number."
    mail_from: Annotated[str, Meta(pattern=f"{_MAIL}|^$")] = ""
    "Who sends them."
    smtp: Annotated[str, Meta(pattern="^([^\\s:/]+:[0-9]{1,5})?$")] = ""
    "The mail server, `host:port`. It must speak STARTTLS, unless it is this machine."
    smtp_user: str = ""
    "The name to log in with."
    smtp_password_file: Path | None = None
    "File with its password and nothing else. None: no log-in."

    def __post_init__(self) -> None:
        """What a mail needs."""
        if self.mail_to and not (self.mail_from and self.smtp):
            raise ValueError("mail_from or smtp is missing: mail_to needs both")


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """Figures for Prometheus, at http://127.0.0.1:PORT/metrics."""

    on: bool = True
    "Whether `dialer serve` offers them."
    port: Port = 9464
    "Its HTTP port, on loopback."


class Logs(msgspec.Struct, frozen=True, kw_only=True):
    """JSON lines with no number, name or secret in them."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    "The least important line that is written."
    file: Path | None = None
    "Where they go. None: standard error."
    keep: Annotated[int, Meta(ge=1, le=100)] = 5
    "How many files of 10 MB are kept; only with `file`."
