"""The web process of tests/api, for pages."""

from tests.api.conftest import busy, monday, web

__all__ = ["busy", "monday", "web"]
