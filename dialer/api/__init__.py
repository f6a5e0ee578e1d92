"""The web process: log-in, the API and live events. It decides nothing about calls."""
