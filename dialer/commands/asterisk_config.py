"""`dialer asterisk-config`: what somebody's own Asterisk 22 needs to be dialled with."""

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from dialer.asterisk import config
from dialer.asterisk.base import MODULES, base
from dialer.commands import aside, console, settings_of
from dialer.errors import SettingsError
from dialer.settings import Settings

THEIRS = frozenset({"asterisk.conf", "logger.conf", "musiconhold.conf", "modules.conf",
                    "indications.conf", "amd.conf"})  # fmt: skip
"Files of their own that they keep."
AMI_PORT = 5038

SETTINGS = """\
# `dialer --settings {out}/dialer.toml serve`
home = "home"
trunks = "{trunks}"

[asterisk]
own = false
ari_url = "http://127.0.0.1:{http_port}"
ari_secret_file = "ari.secret"
cdr_csv = "/var/log/asterisk/cdr-csv/Master.csv"
ami_port = {ami_port}
spool = "/var/spool/asterisk/monitor"
rtp_first = {rtp_first}
rtp_last = {rtp_last}
"""

NEXT = """\
written to {out}:
  {names}
1. copy the .conf files to /etc/asterisk and restart Asterisk 22 (22.10.1 or newer)
2. put the safe-harbour message where Asterisk finds the sound dialer/safe-harbour (8 kHz mono WAV)
3. let the dialer's user read and empty Asterisk's spool, where recordings are written:
   setfacl -m u:DIALER:rwx -m d:u:DIALER:rw /var/spool/asterisk/monitor
4. ./run dialer --settings {out}/dialer.toml doctor"""


def asterisk_config(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The folder to write to.")],
    bind: Annotated[str, typer.Option(help="The address SIP listens on.")] = "0.0.0.0",
    sip_port: Annotated[int, typer.Option(help="Its UDP port.")] = 5060,
    http_port: Annotated[int, typer.Option(help="ARI's port, on loopback.")] = 8088,
    rtp_first: Annotated[int, typer.Option(help="First UDP port for audio.")] = 10000,
    rtp_last: Annotated[int, typer.Option(help="Last one: four for each line.")] = 19999,
    force: Annotated[bool, typer.Option(help="Write over files that are there.")] = False,
) -> None:
    """Write the configuration for your own Asterisk 22 and the trunks of your settings.

    Secrets are made up here, ARI and AMI are on loopback, and the dial plan lets nobody call out.
    """
    settings = settings_of(context)
    password = secrets.token_urlsafe(24)
    ports = (rtp_first, rtp_last)
    files = {
        **_base(http_port, ports, settings, password),
        **_dialling(settings, sip_port, bind, password),
        "modules.conf": _modules(),
        "ari.secret": password,
        "dialer.toml": SETTINGS.format(
            out=out, trunks=settings.trunks, http_port=http_port, rtp_first=ports[0],
            rtp_last=ports[1], ami_port=AMI_PORT,
        ),
    }  # fmt: skip
    _write(out, files, force)
    console.print(NEXT.format(out=out, names=", ".join(sorted(files))), highlight=False)
    aside.print("the files hold secrets: they are readable for you alone", style="yellow")


def _base(
    http_port: int, rtp: tuple[int, int], settings: Settings, password: str
) -> dict[str, str]:
    files = base(
        home=Path("/var/lib/asterisk"),
        run=Path("/run/asterisk"),
        root=Path("/"),
        modules_dir=Path("/usr/lib/asterisk/modules"),
        http_port=http_port,
        rtp=rtp,
        ari_user=settings.asterisk.ari_user,
        ari_password=password,
    )
    return {name: text for name, text in files.items() if text and name not in THEIRS}


def _modules() -> str:
    """Only what the dialer needs: what is not loaded cannot be abused."""
    wanted = dict.fromkeys((*MODULES, *config.MODULES))
    return "[modules]\nautoload = no\n" + "".join(f"load = {name}.so\n" for name in wanted)


def _dialling(settings: Settings, sip_port: int, bind: str, secret: str) -> dict[str, str]:
    from dialer.asterisk.trunks import ways
    from dialer.asterisk.world import phones  # loads what only the service needs

    if settings.trunks is None:
        raise SettingsError(
            "no trunk yet: name your trunks file with `trunks = ...` in a file for --settings; "
            "examples/trunks.toml is one to begin with"
        )
    return config.files(
        ways(settings).values(),
        phones(settings),
        sip_port=sip_port,
        bind=bind,
        app=settings.asterisk.application,
        manager=config.Manager(AMI_PORT, settings.asterisk.ari_user, secret),
        house=settings.inbound,
    )


def _write(out: Path, files: dict[str, str], force: bool) -> None:
    out.mkdir(parents=True, exist_ok=True)
    there = sorted(name for name in files if (out / name).exists())
    if there and not force:
        raise SettingsError(f"{out} holds {', '.join(there)} already: another --out, or --force")
    for name, text in files.items():
        path = out / name
        path.unlink(missing_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(file, "w", encoding="utf-8") as writing:
            writing.write(text)
