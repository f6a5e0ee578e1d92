"""One Asterisk of our own, in a folder of its own: written, started, asked, stopped.

Several live side by side. Nothing outside `home` is touched, and only a process that `start`
made is ever stopped: the pid file remembers its pid and the instant it began. The calls block;
an event loop runs them in a thread.
"""

import hashlib
import os
import pwd
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from dialer.asterisk.base import base
from dialer.asterisk.process import Process, until
from dialer.errors import SwitchUnavailable

INSTALL = Path(__file__).with_name("install.sh")
"`install.sh PREFIX` unpacks an Asterisk without root."

BURIED_WITHIN_S = 3.0
_FOLDERS = ("etc", "lib/keys", "db", "cache", "data/sounds", "log/cdr-csv", "log/cdr-custom",
            "log/cel-custom", "spool/recording", "spool/monitor", "spool/tmp")  # fmt: skip
_SHIPPED = ("documentation", "rest-api", "moh")
_SOCKET_PATH_MAX = 100


class Instance(msgspec.Struct, frozen=True):
    """An Asterisk: where it lives and which ports are its own."""

    name: str
    home: Path
    "Everything it writes is in here. Sounds of ours go to `home/data/sounds`."
    prefix: Path
    "Where `install.sh` put the program."
    sip_port: int
    http_port: int
    "ARI, on loopback."
    rtp: tuple[int, int]
    "First and last port. A call wants two; give four (external media has its own)."
    ari_user: str = "dialer"

    @property
    def etc(self) -> Path:
        """Its configuration."""
        return self.home / "etc"

    @property
    def sounds(self) -> Path:
        """`Playback(x)` finds `x.wav` here."""
        return self.home / "data/sounds"

    @property
    def cdr_csv(self) -> Path:
        """Asterisk's own call records: the witness after a crash."""
        return self.home / "log/cdr-csv/Master.csv"

    @property
    def spool(self) -> Path:
        """`MixMonitor(x.raw)` writes here."""
        return self.home / "spool/monitor"

    @property
    def ami_port(self) -> int:
        """Its manager interface on loopback, where `config.files` opened it."""
        return self.http_port - 50

    @property
    def ari_url(self) -> str:
        """Base address of its ARI."""
        return f"http://127.0.0.1:{self.http_port}"


def ensure_installed(prefix: Path) -> None:
    """Unpack an Asterisk into `prefix` unless one runs there; its progress goes to stderr."""
    if subprocess.run([INSTALL, prefix], check=False).returncode:
        raise SwitchUnavailable(f"no Asterisk in {prefix}: `{INSTALL} {prefix}` says why")


def write_base(
    instance: Instance,
    conf: Mapping[str, str] | None = None,
    modules: Iterable[str] = (),
    *,
    hold_music: Path | None = None,
) -> None:
    """Make the folder: base configuration, then the files of `conf` (name -> text) over it.

    `hold_music`: a folder of WAV files for customers on hold; None: what comes with Asterisk.
    """
    for folder in _FOLDERS:
        (instance.home / folder).mkdir(parents=True, exist_ok=True)
    for private in (instance.etc, instance.spool):
        private.chmod(0o700)
    files = base(
        home=instance.home,
        run=_run_dir(instance),
        root=_root(instance),
        modules_dir=_modules_dir(instance),
        http_port=instance.http_port,
        rtp=instance.rtp,
        ari_user=instance.ari_user,
        ari_password=ari_password(instance),
        more_modules=modules,
        hold_music=hold_music,
    )
    for name, text in (files | dict(conf or {})).items():
        write_conf(instance, name, text)
    share = _root(instance) / "usr/share/asterisk"
    for name in _SHIPPED:
        _link(instance.home / "data" / name, share / name)
    _link(instance.sounds / "en", share / "sounds/en_US_f_Allison")


def write_conf(instance: Instance, name: str, text: str) -> None:
    """Put one more file into etc/, for its owner's eyes. Effective at the next start or reload."""
    path = instance.etc / name
    path.unlink(missing_ok=True)
    _write_private(path, text)
    if os.geteuid() == 0:  # a running Asterisk may be `nobody`, and reload
        owner = instance.etc.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def ari_password(instance: Instance) -> str:
    """The password of `ari_user`, made up the first time; kept in a file of mode 0600."""
    path = instance.home / "ari.password"
    if not path.exists():
        instance.home.mkdir(parents=True, exist_ok=True)
        _write_private(path, secrets.token_urlsafe(24))
    return path.read_text()


def start(instance: Instance, ready_timeout_s: float = 30.0) -> None:
    """Start it and wait until it takes calls. Does nothing if it runs."""
    if is_running(instance):
        return
    _require_free_ports(instance)
    _run_dir(instance).mkdir(parents=True, exist_ok=True)
    user = _unprivileged(instance)
    asterisk, conf = instance.prefix / "asterisk", instance.etc / "asterisk.conf"
    (instance.home / "log/stdout").unlink(missing_ok=True)
    _process(instance).start(
        [str(asterisk), "-f", "-C", str(conf)],
        folder=instance.home,
        log=instance.home / "log/stdout",
        user=user,
    )
    until(lambda: _is_ready(instance) or not is_running(instance), ready_timeout_s)
    if not is_running(instance):
        stop(instance)
        raise SwitchUnavailable(f"Asterisk {instance.name} ended at once: {_last_words(instance)}")
    if not _is_ready(instance):
        stop(instance)
        raise SwitchUnavailable(f"Asterisk {instance.name} not ready in {ready_timeout_s:.0f} s")


def stop(instance: Instance, timeout_s: float = 10.0) -> None:
    """End the process that `start` made, its calls too; kill it if it does not listen."""
    _process(instance).stop(timeout_s)


def is_running(instance: Instance) -> bool:
    """Whether the process that `start` made is alive."""
    return pid_of(instance) is not None


def pid_of(instance: Instance) -> int | None:
    """Its pid, if it is alive and still the one we started."""
    return _process(instance).pid()


NO_ETHERNET = "No ethernet interface found"
"What its console says first on a machine that has but loopback."


def cli(instance: Instance, command: str) -> str:
    """What its console answers: `cli(instance, "core show channels")`."""
    done = subprocess.run(
        [instance.prefix / "asterisk", "-C", instance.etc / "asterisk.conf", "-rx", command],
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    if done.returncode:
        why = (done.stdout + done.stderr).strip().splitlines()
        raise SwitchUnavailable(f"Asterisk {instance.name}: {why[-1] if why else 'no answer'}")
    lines = done.stdout.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(NO_ETHERNET))


def _is_ready(instance: Instance) -> bool:
    try:
        return "fully booted" in cli(instance, "core waitfullybooted")
    except SwitchUnavailable:
        return False


def _root(instance: Instance) -> Path:
    return instance.prefix / "root"


def _modules_dir(instance: Instance) -> Path:
    for found in _root(instance).glob("usr/lib/*/asterisk/modules"):
        return found
    raise SwitchUnavailable(f"no Asterisk in {instance.prefix}: run {INSTALL} {instance.prefix}")


def _run_dir(instance: Instance) -> Path:
    """Home of the control socket, whose path must be short."""
    inside = instance.home / "run"
    if len(str(inside)) < _SOCKET_PATH_MAX - len("/asterisk.ctl"):
        return inside
    digest = hashlib.sha256(str(instance.home).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"asterisk-{digest}"


def _process(instance: Instance) -> Process:
    return Process(instance.home / "asterisk.pid")


def _require_free_ports(instance: Instance) -> None:
    """The kernel takes a moment to bury a killed Asterisk, and its sockets with it."""
    wanted = ((socket.SOCK_DGRAM, instance.sip_port), (socket.SOCK_STREAM, instance.http_port))
    end = time.monotonic() + BURIED_WITHIN_S
    for kind, port in wanted:
        while not _is_free(kind, port):
            if time.monotonic() > end:
                raise SwitchUnavailable(f"port {port} is taken: choose another")
            time.sleep(0.1)


def _is_free(kind: socket.SocketKind, port: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _unprivileged(instance: Instance) -> pwd.struct_passwd | None:
    """Root becomes `nobody` if that one can reach program and folder; others stay themselves."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    folders = {instance.home, _run_dir(instance)}
    _give(folders, nobody.pw_uid, nobody.pw_gid)
    probe = 'test -w "$1" && test -w "$2" && "$3" -V'
    asterisk = instance.prefix / "asterisk"
    args = ["sh", "-c", probe, "-", str(instance.home), str(_run_dir(instance)), str(asterisk)]
    try:
        tried = subprocess.run(
            args, capture_output=True, check=False,
            user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[],
        )  # fmt: skip
    except PermissionError:  # a container without the right to become somebody else
        tried = None
    if tried and tried.returncode == 0:
        return nobody
    _give(folders, 0, 0)
    return None


def _give(folders: Iterable[Path], uid: int, gid: int) -> None:
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, gid, follow_symlinks=False)


def _write_private(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)


def _link(link: Path, target: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _last_words(instance: Instance) -> str:
    said = (instance.home / "log/stdout").read_text(errors="replace").splitlines()
    words = [line.strip() for line in said if line.strip()]
    complaints = [line.partition("ERROR")[2] for line in words if "ERROR" in line]
    return "; ".join(complaints[-3:] or words[-1:]) or "it said nothing"
