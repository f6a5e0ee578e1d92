"""Where PyPy is, and how one comes here: unpacked without root, as Asterisk is."""

import os
import subprocess
from pathlib import Path

from dialer.errors import NoPyPy, SettingsError

INSTALL = Path(__file__).with_name("install.sh")
"`install.sh PREFIX` unpacks a PyPy without root."
VARIABLE = "DIALER_PYPY"
WANTED = "PyPy for Python 3.11 or newer"

_STARTS_WITHIN_S = 60.0
_ASK = "import sys; v = sys.version_info; print(sys.implementation.name, v >= (3, 11), *v[:2])"
_ANOTHER = f"Another one: {VARIABLE}=/path/to/pypy3, {WANTED}"


def installed(place: Path | None = None) -> Path:
    """The program, fetched the first time; its progress goes to stderr.

    `place` is a folder with `pypy` in it, or one that shall get it, or a program of somebody's own;
    None: `$DIALER_PYPY`, else `var/pypy`. SettingsError where somebody's own will not do; NoPyPy
    where none can be had.
    """
    place = _named() if place is None else place.absolute()
    program = _somebodys(place)
    if program is None:
        program = place / "pypy"
        if misfit(program):
            _unpack(place)
    elif why := misfit(program):
        raise SettingsError(f"{program}: {why}. {_ANOTHER}")
    return program


def cache() -> Path:
    """Where it keeps what it has made of the sources: beside the packages it came from."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base, "predictive-dialer", "pypy", "sources")


def misfit(program: Path) -> str:
    """Why a program will not do; empty if it will."""
    try:
        told = subprocess.run(
            [program, "-ISc", _ASK], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", check=False, timeout=_STARTS_WITHIN_S,
        )  # fmt: skip
    except OSError as why:
        return f"does not start: {why.strerror}"
    except subprocess.TimeoutExpired:
        return f"does not start within {_STARTS_WITHIN_S:.0f} s"
    match told.stdout.split():
        case ["pypy", "True", _, _]:
            return ""
        case [("pypy" | "cpython") as name, _, major, minor]:
            return f"is {name} for Python {major}.{minor}; wanted is {WANTED}"
        case _:
            said = told.stderr.strip().splitlines()
            return f"does not start: {said[-1] if said else f'exit code {told.returncode}'}"


def _named() -> Path:
    named = os.environ.get(VARIABLE)
    if named and not os.path.isabs(named):
        raise SettingsError(
            f"{VARIABLE}={named}: must be an absolute path, of a folder or of a program"
        )
    return Path(named or "var/pypy").absolute()


def _somebodys(place: Path) -> Path | None:
    """A program that somebody else has put there; None: what `install.sh` made, or shall make."""
    if place.is_file() or (place.parent.name == "bin" and not place.is_dir()):
        return place
    program, made = place / "pypy", place / "packages.txt"
    return program if program.exists() and not made.exists() else None


def _unpack(prefix: Path) -> None:
    if subprocess.run([INSTALL, prefix], check=False).returncode:
        raise NoPyPy(f"no PyPy in {prefix}: `{INSTALL} {prefix}` says why. {_ANOTHER}")
