"""Do-not-call lists, white lists and consents in dicts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from dialer.journal.store import Block, Consent
from dialer.leads.blocking import Prefix

NOTHING: Mapping[str, float] = MappingProxyType({})


class MemoryBlocks:
    """Who must not be called, and who agreed to be."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: dict[str, dict[str, Block]] = defaultdict(dict)
        self._allowed: dict[str, dict[str, Block]] = defaultdict(dict)
        self._ranges: dict[tuple[str, bool], dict[str, Block]] = defaultdict(dict)
        self._consents: dict[str, list[Consent]] = defaultdict(list)

    def blocks(self, key: str) -> Mapping[str, float]:
        """Campaigns in which a number is blocked, until when; the empty name means all."""
        scopes = self._blocks.get(key)
        return {scope: one.until for scope, one in scopes.items()} if scopes else NOTHING

    def allowed(self, key: str) -> Mapping[str, float]:
        """Campaigns that a white list lets call a number, until when; the empty name means all."""
        return {scope: one.until for scope, one in self._allowed.get(key, {}).items()}

    def prefixes(self) -> Sequence[Prefix]:
        """Ranges of numbers, forbidden and let through."""
        if not self._ranges:
            return ()
        kept = (one for scopes in self._ranges.values() for one in scopes.values())
        return [Prefix(one.prefix, one.campaign, one.allows, one.until) for one in kept]

    def block(self, block: Block) -> bool:
        """Keep an entry; whether it is new, or ends later than the one that was there."""
        scopes = self._entries(block)
        known = scopes.get(block.campaign)
        if known and known.until >= block.until:
            return False
        scopes[block.campaign] = block
        return True

    def _entries(self, block: Block) -> dict[str, Block]:
        """By campaign, the entries for the same numbers."""
        if block.prefix:
            return self._ranges[(block.prefix, block.allows)]
        return (self._allowed if block.allows else self._blocks)[block.key]

    def blocked_by(self, key: str, campaign: str) -> Block | None:
        """The block in force."""
        return self._blocks.get(key, {}).get(campaign)

    def unblock(self, block: Block) -> bool:
        """End an entry for the same numbers; whether there was one."""
        ended = self._entries(block).pop(block.campaign, None)
        return ended is not None and block.at < ended.until

    def agree(self, consent: Consent) -> None:
        """Keep a consent."""
        self._consents[consent.key].append(consent)

    def revoke(self, key: str, campaign: str, by: str, at: float) -> int:
        """End the consents of a number; how many there were."""
        left = [one for one in self._consents[key] if one.campaign != campaign]
        ended = len(self._consents[key]) - len(left)
        self._consents[key] = left
        return ended

    def agreed(self, key: str, campaign: str, at: float) -> bool:
        """A consent that binds this campaign is in force."""
        return any(
            one.campaign in ("", campaign)
            and one.given_at <= at
            and (one.expires_at is None or at < one.expires_at)
            for one in self._consents.get(key, ())
        )
