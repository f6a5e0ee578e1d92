"""What the journal knows, for people to see.

Each question opens the file and lets go of it. Not for the event loop.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from dialer.api import cdrs, kept
from dialer.api.cdrs import Asked, Ended
from dialer.api.kept import Recording
from dialer.api.shifts import Shift, shifts
from dialer.engine.events import CampaignOpened, Intended
from dialer.journal.imports import Import
from dialer.journal.people import People
from dialer.journal.reader import Reader
from dialer.leads.importer import reject_file
from dialer.leads.rules import Campaign
from dialer.warehouse.tail import ListOf, SqliteTail


class Records:
    """What is known in one home. Before the dialer's first start that is nothing."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.journal = home / "journal.sqlite"
        self.people = People(self.journal)

    # ---- campaigns and lists --------------------------------------------------------------------

    def campaigns(self) -> Mapping[str, Campaign]:
        """The version in force of every campaign."""
        if not self.journal.exists():
            return {}
        return {one.opened.campaign: one for one in Reader(self.journal).campaigns()}

    def versions(self, campaign: str) -> list[tuple[CampaignOpened, tuple[str, ...]]]:
        """All versions of a campaign with their lists, the latest first."""
        with closing(SqliteTail(self.journal)) as tail:
            found = [one for one in tail.campaigns() if one.campaign.campaign == campaign]
        return sorted(((one.campaign, one.lists) for one in found),
                      key=lambda one: one[0].version, reverse=True)  # fmt: skip

    def lists(self) -> Mapping[str, ListOf]:
        """Every list with its size."""
        if not self.journal.exists():
            return {}
        with closing(SqliteTail(self.journal)) as tail:
            return {one.list: one for one in tail.lists()}

    def imports(self) -> list[Import]:
        """The last imports, the latest first."""
        return Reader(self.journal).imports() if self.journal.exists() else []

    def import_of(self, id: str) -> Import | None:
        """One of them, if there is one of that id."""
        is_id = id.isdecimal() and id.isascii() and len(id) < 19
        there = is_id and self.journal.exists()
        return Reader(self.journal).import_of(int(id)) if there else None

    def rejects_of(self, list_: str) -> Path | None:
        """The rows that the last import into a list did not take, if there are any."""
        if not self.journal.exists():
            return None
        known = Reader(self.journal).imports(list_)
        files = (reject_file(self.journal, list_, one.id) for one in known[:1])
        return next((file for file in files if file.is_file()), None)

    # ---- calls ----------------------------------------------------------------------------------

    def open_calls(self) -> Mapping[str, Intended]:
        """Calls that are promised, ring or talk."""
        if not self.journal.exists():
            return {}
        return {one.call: one for one in Reader(self.journal).open_intents()}

    def calls(self, asked: Asked) -> list[Ended]:
        """Records of ended calls, the latest first."""
        return cdrs.ended(self.home, self.source(), asked)

    def call(self, call: str) -> Ended | None:
        """The record of one."""
        return next(iter(self.calls(Asked(everything=True, call=call, n=1))), None)

    def shifts(self, agents: Sequence[str], since: float) -> dict[str, Shift]:
        """The last shift of each of these agents in figures, unless it was over before then."""
        return shifts(self.home, self.source(), agents, since)

    def recordings(self, asked: Asked) -> list[Recording]:
        """What became of recordings, the latest first."""
        known = self.campaigns()
        zones = {name: one.opened.zone for name, one in known.items()}
        found = kept.recordings(self.home, self.source(), asked)
        return [msgspec.structs.replace(one, zone=zones.get(one.campaign, "")) for one in found]

    def recording(self, call: str) -> Recording | None:
        """That of one call."""
        return next(iter(self.recordings(Asked(everything=True, call=call, n=1))), None)

    def source(self) -> str:
        """Which world's calls these are."""
        # A home lives in one world; who dials the lab beside people sees the people.
        sources = {one.opened.source for one in self.campaigns().values()}
        return next((one for one in ("live", "lab", "sim") if one in sources), "live")


def campaigns_dialling(known: Mapping[str, Campaign], list_: str) -> list[str]:
    """The campaigns in force that dial a list."""
    return sorted(name for name, one in known.items() if list_ in one.rules.lists)
