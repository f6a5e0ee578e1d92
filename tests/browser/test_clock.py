"""The machine's clock is put right while a customer talks: nobody has to restart anything.

The dialer's process has a wall clock of its own, almost a minute slow; telephones are real.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from dialer.asterisk import instance
from dialer.asterisk.world import own_instance
from dialer.engine.commands import Cdr
from dialer.engine.events import CampaignPaused, LoggedIn, WentReady
from dialer.errors import NoServer
from dialer.journal.sqlite import SqliteJournal
from tests.browser.agents import at_work, begin, heard, shows
from tests.browser.conftest import FLAGS
from tests.browser.house import (
    CAMPAIGN,
    POOL,
    PREFIX,
    House,
    browser_with_a_voice,
    context,
    log_in,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]

SLOW_S = 50.0
"More than makes the dialer begin anew, less than its Asterisk's clock may differ from it."
TALK_S = 40.0
NOTED = """() => {
  window.alarms = [];
  const one = () => {
    for (const id of ["line-lost", "dialer-away", "away", "no-switch"]) {
      const shown = document.getElementById(id);
      if (shown && !shown.hidden && !window.alarms.includes(id)) window.alarms.push(id);
    }
  };
  new MutationObserver(one).observe(document.body, { attributes: true, subtree: true });
}"""
"Whatever a page says meanwhile of a server or a dialer that is not there."
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
        super().__init__(folder, ("anna",), talk_s=TALK_S)
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


def test_desk_and_supervisor_stay_where_they_are_and_are_right_again_by_themselves(
    slow: SlowHouse, playwright: Playwright, program: str
) -> None:
    slow.hire("anna", "agent", campaigns=frozenset({"*"}))
    slow.leads(20)
    slow.open()
    slow.order(CampaignPaused(campaign=CAMPAIGN, at=0.0))
    with (
        closing(browser_with_a_voice(playwright, program, FLAGS, slow)) as voices,
        at_work(voices, slow, "anna") as desk,
        context(voices, slow) as ada,
    ):
        begin(desk, "anna")
        desk.keyboard.press("r")
        shows(desk, slow, "anna", "READY")
        floor = ada.new_page()
        log_in(floor, "ada")
        floor.goto("/supervisor")
        row = floor.locator("tr[data-agent=anna]")
        expect(row).to_contain_text("Ready")
        for page in (desk, floor):
            page.evaluate(NOTED)
        web = slow.status()["children"]["web"]
        slow.put_clock_right()
        until(lambda: slow.told().get("epoch") == 2)
        shows(desk, slow, "anna", "READY")
        heard(desk)
        expect(row).to_contain_text("Ready")
        assert slow.agent("anna")["leg_up"]
        assert slow.status()["children"]["web"] == web
        assert [page.evaluate("window.alarms") for page in (desk, floor)] == [[], []]
    slow.stop()


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
