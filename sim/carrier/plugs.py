"""What a dialer needs to plug into a lab: its trunks, its agents' phones, the message to play.

Plain files in the dialer's home, which `dialer serve` takes where its settings name no others.
"""

import shutil
from pathlib import Path

from dialer.settings import Settings
from sim.carrier.lab import Lab

CALLER_IDS = ("12125550100", "12125550101")

_TRUNK = """\
[trunks.{name}]
kind = "lab"
country = "us"
hosts = ["127.0.0.1:{port}"]
caller_ids = {caller_ids}
lines = 500
calls_per_s = 60.0
"""


def plug_in(lab: Lab, settings: Settings) -> None:
    """Write the files of this lab for that dialer."""
    ports = lab.made.ports
    settings.home.mkdir(parents=True, exist_ok=True)
    shown = "[" + ", ".join(f'"{number}"' for number in CALLER_IDS) + "]"
    trunks = (
        _TRUNK.format(name=name, port=port, caller_ids=shown)
        for name, port in (("lab", ports.sip), ("lab-quirks", ports.responder))
    )
    settings.lab_file("trunks.toml").write_text("\n".join(trunks))
    seats = (
        f'[seats.agent{n}]\ncontact = "{lab.agent(n)}"\n' for n in range(1, lab.made.agents + 1)
    )
    settings.lab_file("seats.toml").write_text("\n".join(seats))
    _copy(lab.safe_harbour, settings.lab_file("safe_harbour.wav"))


def _copy(message: Path, to: Path) -> None:
    if message.exists():
        shutil.copyfile(message, to)
