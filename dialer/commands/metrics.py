"""`dialer metrics`: figures for Prometheus; `dialer serve` runs it."""

import anyio
import typer
from prometheus_client import CollectorRegistry, start_http_server

from dialer import logs
from dialer import metrics as figures
from dialer.commands import settings_of


def metrics(context: typer.Context) -> None:
    """Offer figures to Prometheus (`dialer serve` runs this)."""
    settings = settings_of(context)
    logs.configure(settings.logs.level)
    registry = CollectorRegistry()
    fold, shown = figures.Fold(registry), figures.Gauges()
    registry.register(shown)
    start_http_server(settings.metrics.port, addr="127.0.0.1", registry=registry)
    anyio.run(figures.run, settings, fold, shown)
