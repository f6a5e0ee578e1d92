"""Names for who reads; nobody looks into them at run time."""

from typing import Any

from ._array import ndarray

NDArray = ndarray
ArrayLike = Any
