"""`dialer bench`: how fast the dialer is, measured where it runs.

`calls` on a real Asterisk, `lab` a campaign there beside the twin, `engine` in SimPy, `listen` on a
folder of recordings, `detection` beside Asterisk's app_amd, `erlang` beside other libraries,
`pacing` one mode beside the other, `twin` the fast twin beside SimPy, `desk` a floor of agents at
one web process, `import` a list, `reports` every page's questions over made calls.
Every figure is printed with the machine it was measured on or as a ratio of one run, every goal
with whether it was met.
"""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import anyio
import msgspec
import typer
from rich.markup import escape

from dialer.commands import answer, aside, console, settings_of
from dialer.commands.written import must_be_writable, write_whole
from dialer.engine.account import period
from dialer.engine.pacing import BENCHMARKS, POLICIES

bench = typer.Typer(
    no_args_is_help=True, add_completion=False, help="How fast it is, measured on this machine."
)

ENGINE = "engine"
PEERS = "peers"
Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Short = Annotated[bool, typer.Option("--short", help="A few seconds of each: does it work at all?")]


@bench.command()
def calls(
    context: typer.Context,
    only: Annotated[
        list[str] | None, typer.Option(help="voice, rate, ears, soak, engine; again for more.")
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.1, help="How long the soak takes.")] = 10.0,
    lines: Annotated[
        int | None, typer.Option(min=1, help="Of the soak; unless: what the cores carry.")
    ] = None,
    seed: int = 1,
    port_offset: Annotated[int, typer.Option(help="Added to all ports, to run two.")] = 0,
    short: Short = False,
    json: Json = False,
) -> None:
    """Dial the lab's carrier on a real Asterisk and measure: reaction, rate, ears, memory.

    Exit code 1 if a call was lost or dialled twice; a goal that was not met is only told.
    """
    from dialer.asterisk.instance import ensure_installed
    from sim.bench.machine import machine
    from sim.bench.scenes import scenes
    from sim.bench.stage import lab

    settings = settings_of(context)
    prefix = settings.asterisk.prefix.absolute()
    ensure_installed(prefix)
    seen = machine(prefix)
    known = scenes(cores=seen.cores, minutes=minutes, lines=lines, short=short)
    wanted = _wanted(only, [*known, ENGINE])
    folder = (settings.home.parent / "bench").absolute()
    found: dict[str, Any] = {}
    played = [known[name] for name in wanted if name in known]
    if played:
        network = lab(folder, prefix, seed, known["soak"].hold_s, port_offset)
        found |= anyio.run(_played, played, network, folder)
    if ENGINE in wanted:
        found[ENGINE] = _engine(short)
    _tell({"machine": msgspec.to_builtins(seen), "short": short, "scenes": found}, json)


@bench.command()
def lab(
    context: typer.Context,
    agents: Annotated[int, typer.Option(min=1, max=50)] = 20,
    minutes: Annotated[float, typer.Option(min=0.5, help="How long it dials.")] = 10.0,
    policy: Annotated[str, typer.Option(help="A pacing mode.")] = "predictive",
    days: Annotated[int, typer.Option(min=3, help="The twin lives, for its band.")] = 20,
    seed: int = 1,
    port_offset: Annotated[int, typer.Option(help="Added to all ports, to run two.")] = 0,
    json: Json = False,
) -> None:
    """Dial the lab on a real Asterisk by one pacing mode, and set the twin's band beside it.

    The board shows it while it goes on. The scenario of the twin is fitted to this very campaign.
    Exit code 1 if our records and the carrier's log differ; a figure out of its band is told.
    """
    from sim.bench.lab import lab_figures, lab_tables

    if policy not in POLICIES:
        raise typer.BadParameter(f"`{policy}` is none of {', '.join(POLICIES)}")
    found = lab_figures(
        settings_of(context), agents=agents, minutes=minutes, policy=policy, days=days, seed=seed,
        port_offset=port_offset,
    )  # fmt: skip
    if json:
        answer(found)
    else:
        for one in lab_tables(found):
            console.print(one)
    if found.measured["mismatches"]:
        raise typer.Exit(1)


@bench.command()
def engine(
    policy: Annotated[str, typer.Option(help="A pacing mode.")] = "progressive",
    ratio: Annotated[float, typer.Option(min=1.0, help="In the mode `ratio`.")] = 2.5,
    agents: Annotated[int | None, typer.Option(min=1, max=1000, help="100.")] = None,
    short: Short = False,
    json: Json = False,
) -> None:
    """Time the engine among simulated people: alone, and with all of it beside SimPy alone."""
    found = _engine(short, policy, ratio, agents)
    if json:
        answer(found)
    else:
        for key, value in found.items():
            console.print(f"{key.replace('_', ' ')}: [bold]{value}[/]")


@bench.command()
def twin(short: Short = False, json: Json = False) -> None:
    """Time the fast twin beside SimPy on the same days; exit code 1 if a call differs."""
    from sim.bench.twin import twin_figures

    found = twin_figures(agents=10, hours=0.5, days=1) if short else twin_figures()
    if json:
        answer(msgspec.to_builtins(found))
    else:
        console.print(
            f"{found.calls} calls, each the same in both: {'yes' if found.same_calls else 'NO'}\n"
            f"fast twin [bold]{found.fast_per_s:,.0f}[/] calls per CPU second "
            f"({found.kernel_per_s:,.0f} without drawing them)\n"
            f"SimPy {found.simpy_per_s:,.0f}: [bold]{found.times:.0f}[/] times as slow",
            highlight=False,
        )
    if not found.same_calls:
        raise typer.Exit(1)


@bench.command()
def erlang(short: Short = False, json: Json = False) -> None:
    """Compare our Erlang formulas with other libraries: speed and exactness.

    Exit code 1 if one of ours is not exact; a machine that is too slow is only told.
    """
    from sim.bench.erlang import erlang_figures, erlang_tables

    found = erlang_figures(20_000, 1000) if short else erlang_figures()
    if json:
        answer(msgspec.to_builtins(found))
    else:
        for one in erlang_tables(found):
            console.print(one)
    if not found.met["exact"]:
        raise typer.Exit(1)


@bench.command()
def pacing(
    policy: Annotated[
        list[str] | None,
        typer.Option(help="A pacing mode, another dialer's rule, or `peers`: all those."),
    ] = None,
    scenario: Annotated[list[str] | None, typer.Option(help="A day; again for more.")] = None,
    agents: Annotated[list[int] | None, typer.Option(min=1, max=1000)] = None,
    p: Annotated[float, typer.Option(min=0.01, max=0.99, help="Share who answer.")] = 0.3,
    seeds: Annotated[int, typer.Option(min=1, help="Days, from seed 1 on.")] = 2,
    hours: Annotated[float, typer.Option(min=0.5, max=24, help="Of a day.")] = 8.0,
    account: Annotated[str, typer.Option(help="Over what is counted: `day`, `30 days`, `1 h`.")]
    = "day",
    informed: Annotated[
        float,
        typer.Option(
            min=0.0, max=0.9,
            help="Leads differ: so much of whether a person answers follows from the lead. Each "
            "pacer is measured without knowing each lead's chance, and with it.",
        ),
    ] = 0.0,
    json: Json = False,
) -> None:  # fmt: skip
    """Compare pacing modes on simulated days: occupancy, abandoned, worst day, cost of a decision.

    All meet the same people on the same seeds; gains are over the first one, seed by seed.
    """
    from sim.bench.pacing import BASE, DAYS, Row, pacing_tables, rows

    try:
        period(account)
    except ValueError as why:
        raise typer.BadParameter(f"--account = {why}") from why
    days, pacers = (
        _wanted(scenario or ["std"], list(DAYS), "--scenario"),
        _wanted(_peers(policy) or POLICIES, [*POLICIES, *BENCHMARKS], "--policy"),
    )
    pacers = [BASE, *(one for one in pacers if one != BASE)]
    found: list[Row] = []
    for size in agents or [10]:
        with aside.status(f"{size} agents, {seeds} days each ..."):
            found += rows(
                days, pacers, agents=size, p=p, seeds=range(1, seeds + 1), hours=hours,
                account=account, informed=informed,
            )  # fmt: skip
    if json:
        answer({"source": "sim", "rows": msgspec.to_builtins(found)})
    else:
        for one in pacing_tables(found):
            console.print(one, highlight=False)


@bench.command()
def desk(
    context: typer.Context,
    desks: Annotated[int, typer.Option(min=1, max=900, help="Agents at once.")] = 240,
    seconds: Annotated[float, typer.Option(min=1, help="How long it is measured.")] = 180.0,
    port_offset: Annotated[int, typer.Option(help="Added to the port, to run two.")] = 0,
    short: Short = False,
    json: Json = False,
) -> None:
    """Seat a floor at the web process: how soon it is told, and what a desk costs.

    Real but for the telephones. Exit code 1 if a desk lost its line or was refused something.
    """
    from sim.bench.desk import Plan, desk_figures

    plan = Plan(desks=desks, seconds=seconds)
    if short:
        plan = Plan(desks=24, seconds=30.0, warm_up_s=20.0, talk_s=2.0, wrap_up_s=1.0)
    plan = msgspec.structs.replace(plan, port=plan.port + port_offset)
    with aside.status(f"{plan.desks} agents at work ..."):
        found = desk_figures(settings_of(context), plan)
    if json:
        answer(msgspec.to_builtins(found))
    else:
        console.print_json(msgspec.json.encode(found).decode())
    if found.lost:
        raise typer.Exit(1)


@bench.command()
def listen(
    corpus: Annotated[Path, typer.Option(help="A folder with manifest.csv and recordings.")],
    preset: Annotated[str, typer.Option(help="Which listener.")] = "careful",
    calls: Annotated[int, typer.Option(min=1, help="Heard at once, for the cost.")] = 120,
    workers: Annotated[int, typer.Option(min=1, help="Listening processes, for the cost.")] = 1,
    seconds: Annotated[
        float, typer.Option(min=5, help="Packets are played to a real listening process.")
    ] = 20.0,
    cost_only: Annotated[bool, typer.Option(help="Not how often right.")] = False,
    json: Json = False,
) -> None:
    """Let the listeners hear a folder of recordings: how often right, and at what cost.

    Then listening processes are started as the dialer does it and get all calls as RTP: seconds to
    the first call, memory, CPU, late ticks and frames.
    """
    from sim import listen_bench

    found = listen_bench.bench(corpus, preset, calls, seconds, workers=workers, cost_only=cost_only)
    if json:
        answer(found)
    else:
        console.print_json(listen_bench.as_json(found).decode())


@bench.command()
def detection(
    context: typer.Context,
    manifest: Annotated[Path, typer.Option(help="A CSV: path, phase (early or post), country.")],
    preset: Annotated[str, typer.Option(help="Which listener.")] = "careful",
    calls: Annotated[
        Path | None, typer.Option(help="Write what was heard here, a line of JSON per call.")
    ] = None,
    packet_ms: Annotated[int, typer.Option(min=10, help="Of sound in each packet.")] = 20,
    prompts: Annotated[
        Path | None,
        typer.Option(help="A CSV of announcements to enrol first: ref_id, path, category."),
    ] = None,
    asterisk: Annotated[
        bool, typer.Option("--asterisk", help="Ask the app_amd of a real Asterisk, too, over RTP.")
    ] = False,
    asterisk_calls: Annotated[
        int, typer.Option(min=0, help="So many calls for it, spread over the manifest; 0: all.")
    ] = 0,
    port_offset: Annotated[int, typer.Option(help="Added to its ports, to run two.")] = 0,
    json: Json = False,
) -> None:
    """Let our listeners and Asterisk's app_amd (written anew) hear the same recordings.

    With `--asterisk` they are played to a real Asterisk in real time as well. The other columns of
    the manifest (label, sublabel, onset_ms, eou_ms, beep_ms ...) only score; no detector sees them.
    """
    from sim.bench.detection import run, tables

    must_be_writable(calls)
    with TemporaryDirectory(prefix="amd-bench-") as folder:
        real = None
        if asterisk:
            prefix = settings_of(context).asterisk.prefix.absolute()
            real = run.Real(prefix, Path(folder), asterisk_calls, port_offset)
        heard = run.bench(manifest, preset, packet_ms, prompts, real)
    if calls is not None:
        write_whole(calls, msgspec.json.Encoder().encode_lines(heard.lines))
    if json:
        answer(msgspec.to_builtins(heard.found))
    else:
        for one in tables.tables(heard.found):
            console.print(one)


@bench.command()
def known(
    manifest: Annotated[Path, typer.Option(help="A CSV: path, phase, label, voice, onset_ms.")],
    preset: Annotated[str, typer.Option(help="Which listener.")] = "careful",
    json: Json = False,
) -> None:
    """Enrol each menu and mailbox of a manifest from its own call; hear all on other lines.

    How many are known by their recordings, how soon, and who else is taken for one.
    """
    from sim.bench.detection import known

    found = known.bench(manifest, preset)
    if json:
        answer(msgspec.to_builtins(found))
    else:
        console.print_json(msgspec.json.encode(found).decode())


def _peers(policy: Iterable[str] | None) -> list[str]:
    """The names, with that of all other dialers replaced by theirs."""
    chosen = [[*BENCHMARKS] if name == PEERS else [name] for name in policy or ()]
    return [name for names in chosen for name in names]


def _wanted(only: Iterable[str] | None, known: list[str], option: str = "--only") -> list[str]:
    wanted = list(only or known)
    for name in wanted:
        if name not in known:
            raise typer.BadParameter(f"`{name}` is none of {', '.join(known)}", param_hint=option)
    return wanted


async def _played(scenes: list[Any], network: Any, folder: Path) -> dict[str, Any]:
    """One lab, scene after scene, each with a dialer of its own."""
    from anyio import to_thread

    from sim.bench.calls import OWN, figures, play

    found: dict[str, Any] = {}
    with aside.status("starting the lab carrier ...") as status:
        await to_thread.run_sync(network.up)
        try:
            for scene in scenes:
                at = folder / scene.name
                played = await play(scene, network, at, lambda word: status.update(escape(word)))
                found[scene.name] = {**figures(played), **OWN[scene.name](played)}
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(network.down)
    return found


def _engine(
    short: bool, policy: str = "progressive", ratio: float = 1.0, agents: int | None = None
) -> dict[str, Any]:
    from sim.bench.engine import engine_figures
    from sim.scenario import scenario

    _wanted([policy], [*POLICIES], "--policy")
    agents = agents or (10 if short else 100)
    day = scenario("std", agents=agents, pacing=policy, ratio=ratio)
    return msgspec.to_builtins(engine_figures(day, 300.0 if short else 3600.0))  # type: ignore[no-any-return]


def _tell(result: dict[str, Any], json: bool) -> None:
    from sim.bench.report import goals, lost_or_doubled, tables

    met = () if result["short"] else goals(result["scenes"])
    result["goals"] = [msgspec.to_builtins(goal) for goal in met]
    if json:
        answer(result)
    else:
        for table in tables(result):
            console.print(table)
    if lost_or_doubled(result["scenes"]):
        raise typer.Exit(1)


@bench.command(name="import")
def import_(
    rows: Annotated[int, typer.Option(min=100, help="Of the list, bad ones included.")] = 1_000_000,
    bad: Annotated[float, typer.Option(min=0.0, max=0.9, help="Share that is none.")] = 0.1,
    workers: Annotated[int, typer.Option(min=0, help="Processes that parse.")] = 2,
    seed: int = 1,
    json: Json = False,
) -> None:
    """Import a made list into a journal of its own: rows a second, and memory of all processes."""
    from sim.bench.lists import Made, measured

    with aside.status(f"{rows} rows, {workers} processes ..."):
        found = measured(Made(rows=rows, bad=bad, seed=seed), workers)
    if json:
        answer(found)
        return
    for name, figure in msgspec.to_builtins(found).items():
        console.print(f"{name:14} {figure}", highlight=False)


@bench.command()
def reports(
    rows: Annotated[int, typer.Option(min=100, help="Calls of a month.")] = 1_000_000,
    json: Json = False,
) -> None:
    """Ask each page's questions of made calls while others are written: ms each, and memory."""
    from sim.bench.questions import measured

    with aside.status(f"{rows} calls ..."):
        found = measured(rows)
    if json:
        answer(found)
        return
    for one in found.queries:
        said = f"{one.name:28} {one.ms:10.1f} ms {one.cpu_ms:10.1f} ms of CPU {one.rows:8} rows"
        console.print(said, highlight=False)
    console.print(
        f"{found.rows} calls, {found.file_mb} MB, filled in {found.fill_s} s, rolled up in "
        f"{found.roll_s} s; at most {found.peak_mb} MB of memory; {found.written} batches written"
    )
