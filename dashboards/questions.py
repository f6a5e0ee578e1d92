"""Questions that analysts keep: SQL by name, in a file of the home, for everybody who may ask."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

MOST = 500
LONGEST = 20_000


class Saved(msgspec.Struct, frozen=True):
    """One question."""

    sql: str
    by: str
    at: float


class Questions:
    """The file of a home. Whoever writes holds a lock: nobody's question is lost."""

    def __init__(self, home: Path) -> None:
        self._file = home / "questions.json"

    def all(self) -> Mapping[str, Saved]:
        """By name; none where the file is not there or is not ours."""
        try:
            found = msgspec.json.decode(self._file.read_bytes(), type=dict[str, Saved])
        except (FileNotFoundError, msgspec.DecodeError):
            return {}
        return dict(sorted(found.items()))

    def save(self, name: str, sql: str, *, by: str, at: float) -> None:
        """Keep a question under a name; one of that name is replaced.

        Raises ValueError for an empty or endless one, and when there are too many.
        """
        name, sql = name.strip(), sql.strip()
        if not name or not sql or len(name) > 100 or len(sql) > LONGEST:
            raise ValueError("a question needs a name of 1 to 100 characters and some SQL")
        with self._locked():
            kept = {**self.all(), name: Saved(sql, by, at)}
            if len(kept) > MOST:
                raise ValueError(f"there are {MOST} questions already")
            self._write(kept)

    def forget(self, name: str) -> None:
        """Keep it no longer."""
        with self._locked():
            self._write({one: saved for one, saved in self.all().items() if one != name})

    def _write(self, kept: Mapping[str, Saved]) -> None:
        new = self._file.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps(msgspec.to_builtins(kept), ensure_ascii=False, indent=1))
        os.replace(new, self._file)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
