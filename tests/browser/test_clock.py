"""The machine's clock is put right while a customer talks: nobody has to restart anything.

The dialer's process has a wall clock of its own, almost a minute slow; telephones are real.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.asterisk import instance
from dialer.asterisk.world import own_instance
from dialer.engine.commands import Cdr
from dialer.engine.events import LoggedIn, WentReady
from dialer.errors import NoServer
from dialer.journal.sqlite import SqliteJournal
from tests.browser.house import POOL, PREFIX, House, until

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]

SLOW_S = 50.0
"More than makes the dialer begin anew, less than its Asterisk's clock may differ from it."
TALK_S = 40.0
BY_ANOTHER_CLOCK = """
import sys, time
from pathlib import Path
off_s, real = Path(sys.argv.pop(1)), time.time
time.time = lambda: real() + float(off_s.read_text())
from dialer.__main__ import main
main()
"""


class SlowHouse(House):
    """Its dialer begins with a clock that is behind."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, (), talk_s=TALK_S)
        self._off_s = folder / "off"
        self._off_s.write_text(f"{-SLOW_S}")
        self.program = ("-c", BY_ANOTHER_CLOCK, str(self._off_s))

    def put_clock_right(self) -> None:
        self._off_s.write_text("0")

    def told(self) -> dict[str, object]:
        """Its status; nothing for the moment in which one dialer follows the other."""
        try:
            return self.status()
        except NoServer:
            return {}

    def cdrs(self) -> list[Cdr]:
        journal = SqliteJournal(self.settings.journal, lambda _: None, lambda: 0.0)
        found = [fact for _, fact in journal.facts(0) if isinstance(fact, Cdr)]
        journal.close()
        return found


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[SlowHouse]:
    if not (PREFIX / "asterisk").exists():
        pytest.skip(f"no Asterisk in {PREFIX}: ./run setup unpacks one")
    made = SlowHouse(tmp_path)
    try:
        made.up()
        yield made
    finally:
        made.down()


def test_who_talks_goes_on_talking_and_the_next_call_is_by_the_right_clock(
    slow: SlowHouse,
) -> None:
    slow.leads(20)
    slow.open(wrap_up_s=3.0)
    slow.order(LoggedIn(agent="ann", pool=POOL, endpoint="PJSIP/agent1", at=0.0))
    until(lambda: slow.agent("ann").get("leg_up"))
    slow.order(WentReady(agent="ann", at=0.0))
    until(lambda: slow.agent("ann")["state"] == "TALKING")
    first, asterisk = slow.agent("ann")["call"], instance.pid_of(own_instance(slow.settings))
    slow.put_clock_right()
    until(lambda: slow.told().get("epoch") == 2)
    until(lambda: slow.told().get("switch") == "up")
    assert (slow.agent("ann")["state"], slow.agent("ann")["call"]) == ("TALKING", first)
    assert instance.pid_of(own_instance(slow.settings)) == asterisk
    until(lambda: slow.agent("ann")["call"] not in ("", first), TALK_S + 60.0)
    until(lambda: slow.agent("ann")["state"] == "TALKING")
    slow.stop()
    by_carrier = {one.call_id: one for one in slow.calls()}
    (ended,) = [one for one in slow.cdrs() if one.call == first]
    (theirs,) = [one for one in by_carrier.values() if one.why == "talked"]
    assert (theirs.ended_by, ended.outcome) == ("carrier", "connected")
    assert theirs.answered_at is not None
    assert theirs.ended_at is not None
    assert ended.answered_at == pytest.approx(theirs.answered_at, abs=2.0)
    assert ended.ended_at == pytest.approx(theirs.ended_at, abs=2.0)
    assert ended.ended_at - ended.answered_at == pytest.approx(TALK_S, abs=5.0)
    assert {one.outcome for one in slow.cdrs()} <= {"connected", "cancelled"}
