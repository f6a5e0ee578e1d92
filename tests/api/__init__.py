"""Tests of the web process: log-in, the API, live events."""
