"""Of all polynomials, those of Legendre."""

from . import legendre

__all__ = ["legendre"]
