"""What of the board somebody may see: his campaigns, and the agents of his teams."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import msgspec
from msgspec.structs import replace

from dashboards import viewer
from dashboards.newest import Newest, newest
from dashboards.where import home
from dialer.access.permissions import Reach
from dialer.access.rules import EVERYWHERE, Thing, User, may, reach
from dialer.access.store import Access
from dialer.alerts import Alert, alerts, seen
from dialer.api.records import Records
from dialer.leads.rules import Campaign


@dataclass(frozen=True)
class Scope:
    """One viewer's, at this moment."""

    user: User

    @property
    def every_campaign(self) -> bool:
        """Whether there is none that he may not see."""
        far = reach(self.user, "report.see")
        return far is Reach.ALL or (far is Reach.SCOPE and EVERYWHERE in self.user.campaigns)

    @property
    def campaigns(self) -> tuple[str, ...]:
        """Those that he may see, where it is not all of them."""
        named = self.user.campaigns
        return () if self.every_campaign else tuple(one for one in sorted(named) if self.sees(one))

    def sees(self, campaign: str) -> bool:
        """Whether it is one of his campaigns."""
        return may(self.user, "report.see", Thing(campaign=campaign))

    def may_export(self, campaign: str) -> bool:
        """Whether he may take its figures away."""
        return may(self.user, "report.export", Thing(campaign=campaign))

    @property
    def may_take_evidence(self) -> bool:
        """Whether he may take the evidence of a person's calls away."""
        return reach(self.user, "lead.evidence") is Reach.ALL

    @property
    def every_agent(self) -> bool:
        """Also phones that are nobody's account."""
        return reach(self.user, "agent.see") is Reach.ALL

    @cached_property
    def agents(self) -> tuple[str, ...]:
        """Accounts whose times he may see, where it is not all of them."""
        return () if self.every_agent else viewer.asked(self._agents)

    def _agents(self, access: Access) -> tuple[str, ...]:
        return tuple(
            one.name for one in access.accounts.users()
            if any(may(self.user, "agent.see", thing) for thing in _things(one))
        )  # fmt: skip

    @property
    def lists(self) -> tuple[str, ...]:
        """Those that his campaigns dial."""
        return tuple(sorted({name for one in self._open.values() for name in one.rules.lists}))

    def has_pool(self, pool: str) -> bool:
        """Whether a campaign of his dials for that pool."""
        return self.every_campaign or any(one.opened.pool == pool for one in self._open.values())

    @cached_property
    def _open(self) -> Mapping[str, Campaign]:
        known = Records(home()).campaigns()
        return {name: one for name, one in known.items() if self.sees(name)}

    def of(self, news: Newest) -> Newest:
        """The dialer's news, as far as he may see it."""
        campaigns = {name: one for name, one in news.campaigns.items() if self.sees(name)}
        pools = {one.pool for one in campaigns.values()}
        return replace(
            news,
            campaigns=campaigns,
            pools={name: one for name, one in news.pools.items() if name in pools},
            agents=tuple(
                one for one in news.agents if self.every_agent or one.agent in self.agents
            ),
            outcomes={name: one for name, one in news.outcomes.items() if name in campaigns},
        )


PARAMS: Mapping[str, Callable[[Scope], bool | tuple[str, ...]]] = {
    "every_campaign": lambda seen: seen.every_campaign,
    "campaigns": lambda seen: seen.campaigns,
    "lists": lambda seen: () if seen.every_campaign else seen.lists,
    "every_agent": lambda seen: seen.every_agent,
    "agents": lambda seen: seen.agents,
}
"For questions that ask of more than one campaign or agent: parameter -> what it is."


def scope() -> Scope:
    """Of whoever looks now."""
    return Scope(viewer.here().user)


def may_query() -> bool:
    """Whether whoever looks may ask the warehouse in SQL, which knows no scope."""
    return reach(viewer.here().user, "report.query") is Reach.ALL


def news() -> Newest | None:
    """What the dialer does at this moment, as far as whoever looks may see it."""
    seen, now = scope(), newest(home())
    return seen.of(now) if now else None


def alerts_seen() -> list[Alert]:
    """What needs somebody, as far as whoever looks may see it: nothing where there is no news."""
    try:
        picture = seen(msgspec.json.decode((home() / "state.json").read_bytes()))
    except (OSError, msgspec.MsgspecError):
        return []
    mine = scope()
    return [
        one for one in alerts(picture)
        if (not one.campaign or mine.sees(one.campaign))
        and (not one.agent or mine.every_agent or one.agent in mine.agents)
    ]  # fmt: skip


def _things(user: User) -> list[Thing]:
    teams = sorted(user.teams)
    return [Thing(owner=user.name, team=team) for team in teams] or [Thing(owner=user.name)]
