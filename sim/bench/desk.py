"""`dialer bench desk`: how soon a floor of desks is told, and what a desk costs the web process.

A real dialer with its journal, one real web process, and a WebSocket for each agent, who takes
calls, hangs up, records what came of it and goes on. Only the telephones are not there
(`telephones`), and no browser draws: a page's own time is not in these figures.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random

import aiohttp
import anyio
import msgspec
from anyio import to_thread

from dialer.access.actor import at_the_machine
from dialer.access.browser import cookie_name
from dialer.access.permissions import Role
from dialer.access.rules import User
from dialer.access.store import Access
from dialer.campaign import Campaign
from dialer.client import connected
from dialer.commands.run import put_in_force
from dialer.errors import DialerError, NoServer
from dialer.leads.importer import import_list
from dialer.settings import Settings
from sim.bench.machine import Usage, usage
from sim.bench.seat import Agent, Told

POOL = CAMPAIGN = "bench"
RAMP_S = 15.0
"In this time all desks come."
UP_WITHIN_S = 60.0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured."""

    desks: int = 240
    warm_up_s: float = 60.0
    seconds: float = 180.0
    talk_s: float = 120.0
    wrap_up_s: float = 20.0
    port: int = 18480
    seed: int = 1


class Times(msgspec.Struct, frozen=True):
    """How long something took, in milliseconds."""

    n: int
    p50: float
    p95: float
    p99: float
    most: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Times":
        """The percentiles, each a value that was measured.

        >>> Times.of([0.001 * n for n in range(1, 101)])
        Times(n=100, p50=50.0, p95=95.0, p99=99.0, most=100.0)
        """
        ordered = sorted(seconds) or [float("nan")]
        at = [ordered[max(0, -(-len(ordered) * p // 100) - 1)] for p in (50, 95, 99, 100)]
        return cls(len(seconds), *(round(1000 * one, 1) for one in at))


class Cost(msgspec.Struct, frozen=True):
    """Of one process, while it was measured."""

    core: float
    "Share of one core."
    rss_mb: float


class DeskFigures(msgspec.Struct, frozen=True):
    """All of it."""

    plan: Plan
    pop: Times
    "From the verdict to the screen pop at the socket."
    update: Times
    "From an agent's change of state to its news at the socket."
    order: Times
    "From an order to its acknowledgement, which says that it is on disk."
    pops_per_s: float
    messages_per_desk_s: float
    web: Cost
    dialer: Cost
    web_idle_mb: float
    "Memory of the web process before anybody came."
    web_mb_per_desk: float
    web_core_per_desk: float
    lost: int
    "Desks whose line broke, or that were refused something."


def desk_figures(settings: Settings, plan: Plan) -> DeskFigures:
    """Put up a home of its own, play, take it down."""
    with served(settings, plan) as (home, tokens):
        return anyio.run(_played, home, tokens, plan, backend="asyncio")


@contextmanager
def served(base: Settings, plan: Plan) -> Iterator[tuple[Settings, dict[str, str]]]:
    """A dialer that serves; agent -> the token of a session."""
    folder = (base.home.parent / "bench-desk").absolute()
    shutil.rmtree(folder, ignore_errors=True)
    home = Settings(home=folder / "dialer")
    home.home.mkdir(parents=True)
    names = [f"agent{n:03d}" for n in range(plan.desks)]
    tokens = _hired(home, names)
    home.lab_file("seats.toml").write_text(
        "".join(f'[seats.{name}]\npassword = "pw-{name}-1"\n' for name in names)
    )
    file = folder / "dialer.toml"
    file.write_text(_SETTINGS.format(home=home.home, port=plan.port))
    home = msgspec.structs.replace(home, web=msgspec.structs.replace(home.web, port=plan.port))
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sim.bench.desk_served", str(file)],
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        _open(home, plan)
        yield home, tokens
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def _hired(home: Settings, names: list[str]) -> dict[str, str]:
    by, at = at_the_machine("bench"), time.time()
    with Access.at(home.home) as access:
        for name in ("chief", *names):
            role: Role = "superuser" if name == "chief" else "agent"
            user = User(name=name, role=role, campaigns=frozenset({"*"}))
            access.accounts.add(by, user, "seven quiet engines", at=at, must_change=False)
        return {name: access.sessions.begin(name, "127.0.0.1", at) for name in names}


def _open(home: Settings, plan: Plan) -> None:
    """The people and the campaign, once the dialer serves."""
    calls = int(plan.desks * (RAMP_S + plan.warm_up_s + plan.seconds) / 20) + 20 * plan.desks
    rows = "\n".join(f"Person {n},+1212{3_000_000 + n}" for n in range(calls))
    file = home.home / "people.csv"
    file.write_text(f"name,phone\n{rows}\n")
    import_list(home.journal, file, "people", country="US")
    end = time.monotonic() + UP_WITHIN_S
    while True:
        with suppress(NoServer), connected(home.socket) as dialer:
            if dialer.status()["switch"] == "up":
                put_in_force(dialer, _campaign(plan))
                return
        if time.monotonic() > end:
            raise DialerError(f"the bench's dialer does not come up: see {home.home.parent}")
        time.sleep(0.2)


def _campaign(plan: Plan) -> Campaign:
    return Campaign(
        name=CAMPAIGN, lists=("people",), pool=POOL, law="lab", hours="lab", retry="once",
        pacing="ratio", ratio=3.0, lines=4 * plan.desks, calls_per_s=40.0, wrap_up_s=120.0,
        caller_ids=("12125550100",),
    )  # fmt: skip


async def _played(home: Settings, tokens: dict[str, str], plan: Plan) -> DeskFigures:
    url, told = f"http://127.0.0.1:{plan.port}", Told()
    rng = Random(plan.seed)
    await _answers(url)
    pids = await to_thread.run_sync(_pids, home)
    idle = usage(pids["web"])
    everybody = aiohttp.TCPConnector(limit=0)  # its usual hundred would leave the others outside
    async with (
        anyio.create_task_group() as tasks,
        aiohttp.ClientSession(connector=everybody) as session,
    ):
        for name, token in tokens.items():
            agent = Agent(
                name=name, pool=POOL, talk_s=plan.talk_s, wrap_up_s=plan.wrap_up_s,
                rng=Random(rng.random()), told=told,
            )  # fmt: skip
            headers = {"cookie": f"{cookie_name(tls=False)}={token}", "origin": url}
            tasks.start_soon(agent.work, session, f"{url}/desk/live", headers)
            await anyio.sleep(RAMP_S / plan.desks)
        await anyio.sleep(plan.warm_up_s)
        told.clear()
        before = {name: usage(pid) for name, pid in pids.items()}
        await anyio.sleep(plan.seconds)
        after = {name: usage(pid) for name, pid in pids.items()}
        found = _figures(plan, told, before, after, idle)
        tasks.cancel_scope.cancel()
    return found


async def _answers(url: str) -> None:
    """Until the web process does."""
    with anyio.fail_after(UP_WITHIN_S):
        async with aiohttp.ClientSession() as session:
            while True:
                with suppress(aiohttp.ClientError):
                    async with session.get(f"{url}/login"):
                        return
                await anyio.sleep(0.2)


def _pids(home: Settings) -> dict[str, int]:
    with connected(home.socket) as dialer:
        told = dialer.status()
    return {"dialer": told["pid"], "web": told["children"]["web"]["pid"], "us": os.getpid()}


def _figures(
    plan: Plan, told: Told, before: dict[str, Usage], after: dict[str, Usage], idle: Usage
) -> DeskFigures:
    def cost(name: str) -> Cost:
        spent = after[name].cpu_s - before[name].cpu_s
        return Cost(round(spent / plan.seconds, 3), round(after[name].rss_mb, 1))

    web = cost("web")
    return DeskFigures(
        plan=plan, pop=Times.of(told.pops), update=Times.of(told.updates),
        order=Times.of(told.orders), pops_per_s=round(len(told.pops) / plan.seconds, 2),
        messages_per_desk_s=round(told.messages / plan.seconds / plan.desks, 2),
        web=web, dialer=cost("dialer"), web_idle_mb=round(idle.rss_mb, 1),
        web_mb_per_desk=round((web.rss_mb - idle.rss_mb) / plan.desks, 3),
        web_core_per_desk=round(web.core / plan.desks, 5), lost=told.lost,
    )  # fmt: skip


_SETTINGS = """\
home = "{home}"
[board]
on = false
[web]
port = {port}
[metrics]
on = false
"""
