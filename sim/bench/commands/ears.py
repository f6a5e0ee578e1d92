"""Benches of the ears: the listeners, Asterisk's app_amd, the recordings that are known."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import msgspec
import typer

from dialer.commands import answer, console, settings_of
from dialer.commands.written import must_be_writable, write_whole
from sim.bench.commands.options import Json


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
