"""What may go wrong while an agent hears a greeting: nothing of it stays, and it is said."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import msgspec
import pytest

from dialer.asterisk import greeting, names
from dialer.engine.commands import Bridge, CallAgent, HangUp, PlayGreeting, Reconcile
from dialer.engine.events import (
    Answered,
    Bridged,
    GreetingEnded,
    HungUp,
    LegDown,
    LegUp,
    Placed,
    Reconciled,
    SwitchUp,
)
from dialer.listening.protocol import Saved
from tests.asterisk.desk import Desk, desk
from tests.asterisk.ears import CountingEars
from tests.asterisk_adapter.fake import FakeAsterisk, fake_asterisk, settings
from tests.asterisk_adapter.test_connection import NUMBER, TRUNKS

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Ears(CountingEars):
    """They have heard half a second of everybody."""

    deaf = False

    async def save(self, call: str, path: Path) -> Saved:
        if self.deaf:
            return Saved(call, str(path), 0.0, "nothing was heard of it")
        path.write_bytes(b"a voice")  # noqa: ASYNC240 - a few bytes, in a test
        return Saved(call, str(path), 0.5)


class Stage:
    """Ann talks with a customer."""

    def __init__(self, asterisk: FakeAsterisk, the: Desk, folder: Path) -> None:
        self.asterisk, self.the, self.folder = asterisk, the, folder
        self.call = ""

    async def talk(self) -> None:
        self.the.order(CallAgent("ann", "PJSIP/agent1"))
        await self.the.until(LegUp, agent="ann")
        self.call = self.the.dial(NUMBER)
        await self.the.until(Placed, call=self.call)
        self.asterisk.answer(self.call)
        await self.the.until(Answered, call=self.call)
        self.the.order(Bridge(self.call, "ann"))
        await self.the.until(Bridged, call=self.call, agent="ann")

    def want(self) -> None:
        self.the.order(PlayGreeting(self.call, "ann"))

    async def playing(self) -> None:
        self.want()
        with anyio.fail_after(60):
            while not any(path.endswith("/play") for _, path, _ in self.asterisk.asked):  # noqa: ASYNC110
                await anyio.sleep(0.01)

    async def end(self) -> tuple[bool, str]:
        ended = await self.the.until(GreetingEnded, call=self.call)
        return ended.played, ended.why

    def whispers(self) -> list[str]:
        return [one for one in self.asterisk.channels if names.kind(one) == "whisper"]

    def files(self) -> list[Path]:
        return list(self.folder.iterdir())

    def finish(self, state: str = "done") -> None:
        (whisper,) = [one for one in self.whispers() if names.kind(one) == "whisper"]
        playback = {"id": "7", "target_uri": f"channel:{whisper}", "state": state}
        self.asterisk.say("PlaybackFinished", playback=playback)


@pytest.fixture
async def ears() -> AsyncIterator[Ears]:
    async with Ears() as ours:
        yield ours


@pytest.fixture
async def stage(ears: Ears, tmp_path: Path) -> AsyncIterator[Stage]:
    folder = tmp_path / "greetings"
    async with fake_asterisk() as asterisk:
        ours = settings(asterisk, tmp_path / "Master.csv")
        ours = msgspec.structs.replace(ours, greetings=folder)
        async with desk(ours, TRUNKS, ears) as the:
            stage = Stage(asterisk, the, folder)
            await stage.talk()
            yield stage


@pytest.mark.parametrize(
    ("state", "told"),
    [("done", (True, "")), ("failed", (False, "Asterisk cannot play it"))],
)
async def test_it_is_over_when_asterisk_says_so(
    stage: Stage, state: str, told: tuple[bool, str]
) -> None:
    await stage.playing()
    assert [names.kind(one) for one in stage.whispers()] == ["whisper"]
    assert len(stage.files()) == 1
    stage.finish(state)
    assert await stage.end() == told
    assert stage.whispers() == stage.files() == []


async def test_a_playing_whose_end_is_never_told_ends_all_the_same(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(greeting, "MARGIN_S", 0.1)
    await stage.playing()
    assert await stage.end() == (False, "cut off")
    assert stage.whispers() == stage.files() == []


@pytest.mark.parametrize("step", [r"channels/.*/snoop/d1w-.*", r"channels/d1w-.*/play"])
async def test_whatever_asterisk_refuses_nothing_stays(stage: Stage, step: str) -> None:
    stage.asterisk.refuse("POST", step, 500, "Allocation failed")
    stage.want()
    assert await stage.end() == (False, "500 Allocation failed")
    assert stage.whispers() == stage.files() == []


async def test_listeners_that_heard_nothing_are_quoted(stage: Stage, ears: Ears) -> None:
    ears.deaf = True
    stage.want()
    assert await stage.end() == (False, "nothing was heard of it")
    assert stage.whispers() == stage.files() == []


async def test_a_hang_up_does_not_wait_for_it(stage: Stage) -> None:
    await stage.playing()
    stage.the.order(HangUp(stage.call, "agent"))
    await stage.the.until(HungUp, call=stage.call)
    assert await stage.end() == (False, "call ended")
    assert stage.whispers() == stage.files() == []


async def test_it_ends_with_the_agents_leg(stage: Stage) -> None:
    await stage.playing()
    for channel in [*stage.whispers(), *stage.asterisk.channels]:
        if names.kind(channel) in ("whisper", "leg"):
            stage.asterisk.end(channel)
    await stage.the.until(LegDown, agent="ann")
    assert await stage.end() == (False, "the agent's leg is down")
    assert stage.whispers() == stage.files() == []


async def test_a_lost_connection_cuts_it_off_and_the_next_one_takes_the_whisper_down(
    stage: Stage,
) -> None:
    await stage.playing()
    stage.the.events.clear()
    await stage.asterisk.drop()
    assert await stage.end() == (False, "cut off")
    assert stage.files() == []
    await stage.the.until(SwitchUp)
    assert len(stage.whispers()) == 1
    stage.the.order(Reconcile((stage.call,), ("ann",), whole=True))
    await stage.the.until(Reconciled)
    assert stage.whispers() == []
