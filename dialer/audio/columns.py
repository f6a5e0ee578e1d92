"""Named arrays with a row for every call: the memory of a detector.

>>> heard = Columns(2, level_db=-90.0, band=np.zeros(3))
>>> heard.level_db[1] = -20.0
>>> heard.reset(1); heard.level_db.tolist(), heard.band.shape
([-90.0, -90.0], (2, 3))
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Columns:
    """A table whose columns are attributes; a row goes back to its defaults with `reset`."""

    def __init__(self, rows: int, **defaults: Any) -> None:
        self._defaults = {name: np.asarray(value) for name, value in defaults.items()}
        self._columns = {
            name: np.repeat(value[np.newaxis], rows, axis=0)
            for name, value in self._defaults.items()
        }

    def __getattr__(self, name: str) -> NDArray[Any]:
        try:
            return self.__dict__["_columns"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None

    def reset(self, row: int, *names: str) -> None:
        """Give a row its defaults again: all of it, or these columns."""
        for name in names or self._columns:
            self._columns[name][row] = self._defaults[name]

    def grow(self, rows: int) -> None:
        """Make room for so many rows."""
        for name, column in self._columns.items():
            fresh = np.repeat(self._defaults[name][np.newaxis], rows - len(column), axis=0)
            self._columns[name] = np.concatenate([column, fresh])
