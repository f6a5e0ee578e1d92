"""What the door needs of the dialer: orders checked before they are taken, and its state."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import msgspec

from dialer import almanac, byhand, handover
from dialer.byhand import ByHand
from dialer.chronicle import Chronicle
from dialer.door import DURABLE_WITHIN_S, Door
from dialer.engine.commands import AnyCommand, Record
from dialer.engine.detection import understood
from dialer.engine.events import CallWanted, CampaignOpened, Event, Tick, TransferWanted
from dialer.errors import DialerError
from dialer.journal.sqlite import SqliteJournal
from dialer.leads.rules import LeadRules
from dialer.live import Dialer
from dialer.picture import seat
from dialer.settings import Settings
from dialer.supervise import Supervisor
from dialer.typed import Typed, must_be_free
from dialer.world import World


class House:
    """The dialer of one home, as its door asks it."""

    def __init__(
        self,
        settings: Settings,
        dialer: Dialer,
        journal: SqliteJournal,
        keeper: Supervisor,
        world: World,
    ) -> None:
        self._settings, self._world = settings, world
        self._dialer, self._journal, self._keeper = dialer, journal, keeper
        self._began = dialer.clock()

    def door(self) -> Door:
        """The door of this house; what happens is told to those who watch there."""
        by_hand = ByHand(
            self._dialer, self._journal, self._settings.journal,
            admitted=self._world.admitted, message=self._message,
        )  # fmt: skip
        typed = Typed(self._dialer, self._settings.journal, self.submit)
        door = Door(
            submit=self.submit,
            durable=lambda: self._journal.durable,
            state=self.state,
            clock=self._dialer.clock,
            answers={
                "open": self.open,
                "call": by_hand.call,
                "reach": by_hand.reach,
                "dial": typed.dial,
                "seat": self.seat,
            },
        )

        def publish(event: Event, commands: Sequence[AnyCommand]) -> None:
            if not isinstance(event, Tick):
                door.publish(event)
            for command in commands:
                if isinstance(command, Record):
                    door.publish(command.fact)

        self._dialer.observers += [publish, Chronicle()]
        return door

    def submit(self, order: Event) -> int:
        """Take a person's order. A campaign comes in by `open`, where its rules are checked."""
        if isinstance(order, CampaignOpened):
            raise DialerError('open a campaign with {"ask":"open","opened":...,"rules":...}')
        campaign = getattr(order, "campaign", "")
        if campaign and campaign not in self._dialer.engine.state.campaigns:
            known = ", ".join(sorted(self._dialer.engine.state.campaigns)) or "none"
            said = f"no campaign `{campaign}` here; there are: {known}"
            raise DialerError(said, "no_campaign", campaign=campaign)
        if isinstance(order, CallWanted):
            must_be_free(self._dialer, order.agent, order.campaign)
        if isinstance(order, TransferWanted):
            order = handover.admitted(self._dialer, order, self._world.outside)
        return self._dialer.submit(order)

    async def open(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Put a campaign in force: `opened` (as the event) and `rules` (see `LeadRules`)."""
        opened = msgspec.convert(body.get("opened"), CampaignOpened)
        rules = msgspec.convert(body.get("rules"), LeadRules)
        days = await anyio.to_thread.run_sync(almanac.load, self._settings.holidays)
        rules = almanac.applied(rules, days)
        if opened.campaign == byhand.CAMPAIGN:
            said = f"`{byhand.CAMPAIGN}` is the name of calls by hand: choose another"
            raise DialerError(said, "campaign_taken", campaign=byhand.CAMPAIGN)
        opened = self._world.admitted(opened, rules.calling)
        message = await self._message(opened.campaign, rules.calling.safe_harbour)
        opened = msgspec.structs.replace(
            opened, at=self._dialer.clock(), message=message, after_beep=await self._after(opened)
        )
        opened = await anyio.to_thread.run_sync(self._journal.open_campaign, opened, rules)
        seq = self._dialer.submit(msgspec.structs.replace(opened, at=self._dialer.clock()))
        await self._on_disk(seq)
        return {"version": opened.version, "source": opened.source}

    async def seat(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """How one agent's desk stands: `agent` is its name."""
        state, at = self._dialer.engine.state, self._dialer.clock()
        return {"at": at, "seat": seat(state, str(body.get("agent", "")), at=at)}

    async def _message(self, campaign: str, file: str) -> str:
        if not file:
            return ""
        try:
            return await anyio.to_thread.run_sync(self._world.recording, campaign, Path(file))
        except OSError as why:
            raise DialerError(
                f"safe_harbour {file}: {why.strerror}", "sound", file=Path(file).name
            ) from why

    async def _after(self, opened: CampaignOpened) -> str:
        """What machines get after their beep: a recording that lies in the home."""
        name = understood(opened.detection).after_beep
        if not name:
            return ""
        file = self._settings.home / "messages" / f"{name}.wav"
        try:
            return await anyio.to_thread.run_sync(
                self._world.recording, f"{opened.campaign}/after-beep", file
            )
        except OSError as why:
            raise DialerError(
                f"after_beep={name}: {file}: {why.strerror}", "sound", file=Path(file).name
            ) from why

    async def _on_disk(self, seq: int) -> None:
        with anyio.move_on_after(DURABLE_WITHIN_S):
            while self._journal.durable < seq:  # noqa: ASYNC110 - the journal's thread has no events
                await anyio.sleep(0.005)
            return
        raise DialerError(f"order {seq} is not on disk: {self._journal.trouble or 'it is slow'}")

    def state(self) -> dict[str, Any]:
        """The picture, and how the process itself fares."""
        return {
            **self._dialer.state(),
            "outside": handover.names(self._world.outside),
            "pid": os.getpid(),
            "epoch": self._dialer.epoch,
            "up_s": self._dialer.clock() - self._began,
            "inbox": len(self._dialer.inbox),
            "lag_s": self._dialer.lag_s,
            "journal": {
                "durable": self._journal.durable,
                "waiting": self._journal.waiting,
                "commit_s": self._journal.commit_s,
                "trouble": self._journal.trouble,
                "lost": self._journal.lost,
            },
            "loader": _said(self._settings.loader_file),
            "listeners": dict(self._world.listeners()),
            "children": {
                name: {"pid": kept.pid, "starts": kept.starts, "why": kept.why}
                for name, kept in self._keeper.kept.items()
            },
        }


def _said(file: Path) -> Any:
    """What another process wrote of itself; nothing where it has not yet."""
    try:
        return msgspec.json.decode(file.read_bytes())
    except (OSError, msgspec.DecodeError):
        return None
