"""Loops that numpy has no word for, compiled to machine code when they are first called."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(loop: F) -> F:
    """The same function, a hundred times as fast; the first call of a process takes a second.

    >>> @compiled
    ... def total(n):
    ...     found = 0
    ...     for i in range(n):
    ...         found += i
    ...     return found
    >>> total(10)
    45
    """
    return cast(F, njit(loop))


def kept(loop: F) -> F:
    """As `compiled`, and kept on disk for the next process, where a folder may be written to.

    Only for loops that call none of another file: numba looks whether this file has changed, not
    whether those have.
    """
    try:
        return cast(F, njit(loop, cache=True))
    except RuntimeError:
        return compiled(loop)
