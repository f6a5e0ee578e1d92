"""Tries every branch of the dial plan with no call at all.

A channel of external media, which reaches nobody, is sent into the customer's context: with a dead
beat, without a dialer, with a dialer that says nothing, after a talk. What it does there it would
do to a person.
"""

from collections.abc import Callable
from contextlib import suppress

import anyio
import msgspec

from dialer.asterisk import dialplan
from dialer.asterisk.client import Ari, Json, connect
from dialer.asterisk.dialplan import LEASE_S, OUT
from dialer.asterisk.settings import AsteriskSettings
from dialer.ports import Clock

NOWHERE = "127.0.0.1:9"
_SOON_S = 1.0
_PLAYING_S = 0.6
"A recording that is not there is over before that."


class Tried(msgspec.Struct, frozen=True):
    """What one branch did."""

    branch: str
    fault: str = ""
    "Empty: as it must be."
    rtp_port: int = 0
    "The port that Asterisk chose for the media."


async def tried(settings: AsteriskSettings, clock: Clock, name: Callable[[], str]) -> list[Tried]:
    """Each branch in turn. Only while no dialer serves: the beat is every call's. `name()` gives
    a channel id that was never used."""
    helper = msgspec.structs.replace(settings, app=f"{settings.app}-doctor")
    async with connect(helper, clock) as ari:
        probe = _Probe(ari, helper.app, name)
        done = [await probe.message("no dialer", beat_age_s=0)]
        async with connect(settings, clock) as living, anyio.create_task_group() as tasks:
            tasks.start_soon(_drain, living)
            done.append(await probe.message("no beat", beat_age_s=60))
            done.append(await probe.message("silent dialer", 0, within_s=LEASE_S + _SOON_S))
            done.append(await probe.release("talk limit", within_s=LEASE_S + _SOON_S))
            tasks.cancel_scope.cancel()
        await probe.beat(60)
    return done


class _Probe:
    """Sends a channel in and listens to what becomes of it."""

    def __init__(self, ari: Ari, app: str, name: Callable[[], str]) -> None:
        self._ari, self._app, self._name = ari, app, name

    async def beat(self, age_s: float) -> None:
        """As if a dialer had last been alive so long ago."""
        said = await self._ari.request("GET", "asterisk/variable", variable="EPOCH")
        now = int(said.json()["value"] or 0) if said.is_ok else 0
        await self._ari.request(
            "POST", "asterisk/variable", variable="BEAT", value=int(now - age_s)
        )

    async def message(self, branch: str, beat_age_s: float, within_s: float = _SOON_S) -> Tried:
        """The person must hear the message."""
        await self.beat(beat_age_s)
        channel, port, fault = await self._enter()
        if fault:
            return Tried(branch, fault)
        seen = await self._seen(channel, within_s, until=dialplan.STARTED)
        if dialplan.STARTED not in seen:
            await self._drop(channel)
            return Tried(branch, "the message does not begin", port)
        over = await self._seen(channel, _PLAYING_S, until=dialplan.OVER)
        await self._drop(channel)
        missing = over.get(dialplan.OVER, "SUCCESS") != "SUCCESS"
        return Tried(branch, "the recording cannot be played" if missing else "", port)

    async def release(self, branch: str, within_s: float) -> Tried:
        """After a talk there is no message, only the end."""
        await self.beat(0)
        channel, port, fault = await self._enter(TALKED="1")
        if fault:
            return Tried(branch, fault)
        began = anyio.current_time()
        seen = await self._seen(channel, within_s, until="gone")
        await self._drop(channel)
        if anyio.current_time() - began < LEASE_S / 2:
            return Tried(branch, "the call ends at once", port)
        if dialplan.STARTED in seen:
            return Tried(branch, "a message is played after a talk", port)
        return Tried(branch, "" if "gone" in seen else "the limit does not end it", port)

    async def _enter(self, **variables: str) -> tuple[str, int, str]:
        """A channel in the context of customers; its RTP port; or why not."""
        channel, ask = self._name(), self._ari.request
        made = await ask(
            "POST", "channels/externalMedia", {"variables": variables} if variables else None,
            channelId=channel, app=self._app, external_host=NOWHERE, format="alaw",
        )  # fmt: skip
        if not made.is_ok:
            return channel, 0, f"no external media: {made.why()}"
        port = int(made.json()["channelvars"]["UNICASTRTP_LOCAL_PORT"])
        source = f"applications/{self._app}/subscription"
        await ask("POST", source, eventSource=f"channel:{channel}")
        await self._seen(channel, _SOON_S, until="StasisStart")
        sent = await ask(
            "POST", f"channels/{channel}/continue", context=OUT, extension="s", priority=1
        )
        return channel, port, "" if sent.is_ok else f"cannot be sent there: {sent.why()}"

    async def _seen(self, channel: str, within_s: float, until: str) -> dict[str, str]:
        """What is said of a channel until that word, or that time."""
        seen: dict[str, str] = {}
        with anyio.move_on_after(within_s), suppress(anyio.EndOfStream):
            while until not in seen:
                _, said = await self._ari.events.receive()
                if said.get("channel", {}).get("id") == channel:
                    seen |= _words(said)
        return seen

    async def _drop(self, channel: str) -> None:
        await self._ari.request("DELETE", f"channels/{channel}")


def _words(said: Json) -> dict[str, str]:
    if said["type"] == "ChannelUserevent":
        return {said["eventname"]: said["userevent"].get("status", "")}
    return {"gone" if said["type"] == "ChannelDestroyed" else said["type"]: ""}


async def _drain(ari: Ari) -> None:
    """A dialer that is there, and says nothing."""
    async for _ in ari.events:
        pass
