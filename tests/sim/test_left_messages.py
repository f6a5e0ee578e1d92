"""A campaign on a real Asterisk whose machines get a message after their beep."""

import shutil
from pathlib import Path

import anyio
import pytest

from dialer import settings as settings_file
from sim.stage import Stage, lab_ports, shifted
from tests.asterisk_lab import SHIFT, asterisk_prefix

__all__ = ["asterisk_prefix"]

OFFSET = 3600 + SHIFT
MACHINES = 6


class Leaving(Stage):
    """All that is dialled are machines, and the list is short."""

    def write(self) -> None:
        super().write()
        campaign = self.folder / "campaign.toml"
        words = 'detection = "balanced, after_beep=offer"\n'
        campaign.write_text(campaign.read_text() + words)
        rows = [f"Machine {n},+1212555{1000 + n}" for n in range(MACHINES)]
        (self.folder / "list.csv").write_text("\n".join(["name,phone", *rows, ""]))

    def _open_campaign(self) -> None:
        messages = self.settings.home / "messages"
        messages.mkdir(exist_ok=True)
        shutil.copy(self.lab.home / "safe_harbour.wav", messages / "offer.wav")
        super()._open_campaign()

    async def follow(self) -> None:
        """Until all have had their call."""
        with anyio.move_on_after(60 * self.minutes):
            while len(self.cdrs()) < MACHINES:  # noqa: ASYNC110 - a file has no events
                await anyio.sleep(0.5)


@pytest.fixture(scope="module")
def play(asterisk_prefix: Path, tmp_path_factory: pytest.TempPathFactory) -> Leaving:
    home = tmp_path_factory.mktemp("left") / "home"
    base = shifted(settings_file.load(None, home=home, prefix=asterisk_prefix), OFFSET)
    stage = Leaving(base, minutes=2.0, agents=2, seed=4, ports=lab_ports(OFFSET))
    anyio.run(stage.play, True)
    return stage


@pytest.mark.asterisk
def test_a_machine_gets_its_message_after_the_beep_and_the_record_says_so(play: Leaving):
    heard = {call.number: call for call in play.carrier_calls()}
    numbers = play.numbers()
    told = [cdr for cdr in play.cdrs() if cdr.outcome == "machine"]
    left = [cdr for cdr in told if cdr.message_at is not None]
    assert len(left) >= MACHINES - 2, [(c.outcome, c.verdict, c.why) for c in play.cdrs()]
    for cdr in left:
        carrier = heard[numbers[cdr.call]]
        assert carrier.behaviour == "machine"
        assert carrier.heard_message_at == pytest.approx(cdr.message_at, abs=1.0)
        assert cdr.verdict == "machine"
        assert cdr.answered_at < cdr.verdict_at <= cdr.message_at < cdr.ended_at
        assert cdr.bridged_at is None
    assert play.compared().mismatches == ()
