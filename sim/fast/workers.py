"""Processes that simulate side by side: some of this machine's, or a Dask cluster's."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from dialer.errors import SettingsError


@contextmanager
def workers(processes: int = 1, dask: str = "") -> Iterator[Executor | None]:
    """An executor for as long as the block lasts; None: one process is enough, and it is this.

    >>> with workers() as none:
    ...     print(none)
    None
    """
    if dask:
        with _cluster(dask) as many:
            yield many
    elif processes > 1:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            yield pool
    else:
        yield None


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError as why:
        raise SettingsError(
            f"--dask {address}: install `distributed` here and on the cluster first"
        ) from why
    try:
        client = Client(address, timeout=10)
    except (OSError, TimeoutError, ValueError) as why:
        raise SettingsError(f"--dask {address}: no scheduler answers there ({why})") from why
    with client, client.get_executor() as many:
        yield many
