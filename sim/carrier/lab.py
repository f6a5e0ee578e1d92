"""The lab: one carrier Asterisk, one responder, their sounds and their log, in one folder.

Several labs live side by side on ports of their own. `up` and `down` may be called in any state;
neither touches what it did not start.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import soundfile

from dialer.asterisk import instance
from dialer.asterisk.instance import Instance
from dialer.asterisk.process import Process
from dialer.audio.g711 import Float32Array
from dialer.errors import DialerError, SwitchUnavailable
from sim.carrier import behaviours, config, log
from sim.carrier.log import ASTERISK, RESPONDER
from sim.carrier.sounds import RATE, Audio, samples, write_sounds


class Ports(msgspec.Struct, frozen=True):
    """The ports of one lab."""

    sip: int = 15070
    "Of the trunk `lab`, and of the lab agents' phones."
    http: int = 18089
    responder: int = 15090
    "Of the trunk `lab-quirks`."
    rtp: tuple[int, int] = (30000, 39999)


DEFAULT_PORTS = Ports()
KEPT = "lab.json"


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What of a lab is there."""

    up: bool
    asterisk: int | None
    "Process id."
    responder: int | None
    channels: int
    "Calls and agents' legs on the carrier now."
    calls: int
    "Calls in its log, ended or not."
    home: str
    seed: int
    ports: Ports


class Made(msgspec.Struct, frozen=True):
    """What a lab was made from; kept in its folder."""

    seed: int = 1
    carrier_dir: Path = behaviours.LAB
    ports: Ports = DEFAULT_PORTS
    agents: int = 50


class Lab:
    """The telephone network of tests, demo and bench."""

    def __init__(
        self,
        home: Path,
        prefix: Path,
        seed: int = 1,
        carrier_dir: Path = behaviours.LAB,
        ports: Ports = DEFAULT_PORTS,
        *,
        agents: int = 50,
    ) -> None:
        self.home = home.absolute()
        self.prefix = prefix.absolute()
        self.made = Made(seed, carrier_dir, ports, agents)
        self.carrier = behaviours.load(carrier_dir)
        self.asterisk = Instance(
            name="carrier",
            home=self.home / "asterisk",
            prefix=self.prefix,
            sip_port=ports.sip,
            http_port=ports.http,
            rtp=ports.rtp,
            ari_user="lab",
        )
        self._responder = Process(self.home / "responder/responder.pid")

    @classmethod
    def found(cls, home: Path, prefix: Path) -> "Lab":
        """The lab that was last started in this folder, or the usual one."""
        kept = home / KEPT
        made = (
            msgspec.json.decode(kept.read_bytes(), type=Made, dec_hook=_path)
            if kept.exists()
            else Made()
        )
        return cls(home, prefix, made.seed, made.carrier_dir, made.ports, agents=made.agents)

    @property
    def safe_harbour(self) -> Path:
        """The WAV that a dialer in the lab plays when no agent is there: people know it."""
        return self.home / "safe_harbour.wav"

    def agent(self, number: int) -> str:
        """Where the phone of a lab agent is: 1 is `sip:agent1@127.0.0.1:15070`."""
        return f"sip:agent{number}@127.0.0.1:{self.made.ports.sip}"

    @property
    def pids(self) -> tuple[int, ...]:
        """Of what of it is running: Asterisk, responder."""
        found = (instance.pid_of(self.asterisk), self._responder.pid())
        return tuple(pid for pid in found if pid is not None)

    def up(self) -> None:
        """Write, make sounds, start. A lab that is up stays as it is; a new one has a new log."""
        if instance.is_running(self.asterisk):
            self._must_be_this_one()
        else:
            self._write()
            instance.start(self.asterisk)
        if self._responder.pid() is None:
            try:
                self._start_responder()
            except SwitchUnavailable:
                self.down()
                raise

    def down(self) -> None:
        """Stop both; calls end."""
        self._responder.stop()
        instance.stop(self.asterisk)

    def status(self) -> State:
        """What is there now."""
        asterisk, responder = instance.pid_of(self.asterisk), self._responder.pid()
        return State(
            up=asterisk is not None and responder is not None,
            asterisk=asterisk,
            responder=responder,
            channels=self._channels() if asterisk else 0,
            calls=sum(1 for _ in log.records(self.home)),
            home=str(self.home),
            seed=self.made.seed,
            ports=self.made.ports,
        )

    def _must_be_this_one(self) -> None:
        running = Lab.found(self.home, self.prefix).made
        if running != self.made:
            raise DialerError(
                f"{self.home}: another lab runs here (seed {running.seed}, {running.carrier_dir}, "
                f"port {running.ports.sip}): `dialer lab down` first, or give another --lab-home"
            )

    def _channels(self) -> int:
        words = instance.cli(self.asterisk, "core show channels count")
        return int(words.split()[0])

    def _write(self) -> None:
        for name in (ASTERISK, RESPONDER):
            past = self.home / name
            if past.exists():
                past.rename(past.with_suffix(".before.jsonl"))
        self._write_sounds()
        files = config.files(
            self.carrier,
            seed=self.made.seed,
            sip_port=self.made.ports.sip,
            agents=self.made.agents,
            audio=self.home / "audio",
        )
        instance.write_base(self.asterisk, files, config.MODULES)
        (self.home / KEPT).write_bytes(msgspec.json.encode(self.made, enc_hook=str))
        link = self.asterisk.sounds / "lab"
        link.unlink(missing_ok=True)
        link.symlink_to(self.home / "audio")

    def _write_sounds(self) -> None:
        write_sounds(self.carrier.audio, self.home / "audio", self._prompts, self.carrier.folder)
        message = self._sound(self.carrier.audio["safe_harbour"])
        soundfile.write(self.safe_harbour, message, RATE, subtype="PCM_16")

    def recordings(self) -> Iterator[tuple[str, str, Float32Array]]:
        """What a dialer may know: name, kind and sound of the network's own and of menus."""
        for name, audio in self.carrier.audio.items():
            if audio.says:
                yield name, audio.says, self._sound(audio)

    @property
    def _prompts(self) -> Path:
        return self.prefix / "root/usr/share/asterisk/sounds/en_US_f_Allison"

    def _sound(self, audio: Audio) -> Float32Array:
        return samples(audio, self._prompts, self.carrier.folder)

    def _start_responder(self) -> None:
        folder = self.home / "responder"
        folder.mkdir(parents=True, exist_ok=True)
        args = [self.carrier.folder, self.made.seed, self.made.ports.responder, self.home / "audio",
                self.home / RESPONDER]  # fmt: skip
        words = folder / "stdout"
        words.unlink(missing_ok=True)
        self._responder.start(
            [sys.executable, "-m", "sim.carrier.responder", *map(str, args)],
            folder=Path(__file__).parents[2],
            log=words,
        )
        while not (said := words.read_text()).startswith("ready\n"):
            if self._responder.pid() is None:
                last = said.strip().rpartition("\n")[2]
                raise SwitchUnavailable(f"the lab's responder ended at once: {last}")
            time.sleep(0.05)


def _path(kind: type, text: str) -> Path:
    return Path(text)
