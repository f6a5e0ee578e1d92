"""Where the board looks: the dialer's home, as it was named when the board was started."""

import sys
from pathlib import Path


def home() -> Path:
    """The folder after `--home` (`streamlit run app.py -- --home DIR`); else the current one.

    >>> sys.argv, old = ["app.py", "--home", "/srv/dialer"], sys.argv
    >>> str(home())
    '/srv/dialer'
    >>> sys.argv = old
    """
    return next((Path(value) for value in _after("--home")), Path.cwd())


def is_secure() -> bool:
    """Whether browsers reach us over TLS (`--secure`): their session's cookie has another name."""
    return "--secure" in sys.argv


def second_factor() -> tuple[str, ...]:
    """Roles that show a second factor at the log-in (`--second-factor ROLE`, of each)."""
    return tuple(_after("--second-factor"))


def currency() -> str:
    """In which reports sum what was paid in several (`--currency CNY`); empty: in none."""
    return next(iter(_after("--currency")), "")


def _after(option: str) -> list[str]:
    return [value for name, value in zip(sys.argv, sys.argv[1:], strict=False) if name == option]
