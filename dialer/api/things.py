"""What a name in a path stands for, as the rules want it: its campaigns, its team, its owner.

An empty answer means that there is no such thing.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from dialer.access.audit import Asked
from dialer.access.rules import Thing, User
from dialer.access.store import Access
from dialer.api.cdrs import Ended
from dialer.api.house import House, in_thread
from dialer.api.records import campaigns_dialling
from dialer.api.table import Kind
from dialer.journal.callbacks import Callback
from dialer.leads.rules import Campaign

Things = Sequence[Thing]


async def of_campaign(house: House, name: str) -> Things:
    """A campaign that is, or was, in force."""
    known = await in_thread(house.records.campaigns)
    return [Thing(campaign=name)] if name in known else []


async def of_list(house: House, name: str) -> Things:
    """A list is of the campaigns that dial it; before there is one, of who imported it last."""
    return (await of_lists(house, [name]))[name]


async def of_lists(house: House, names: Iterable[str]) -> Mapping[str, Things]:
    """The same, of several."""
    known = await in_thread(house.records.campaigns)
    there = await in_thread(house.records.lists)

    def marked(access: Access) -> dict[str, Things]:
        return {
            name: [Thing(campaign=one) for one in campaigns_dialling(known, name)]
            or ([Thing(owner=_importer(access, name))] if name in there else [])
            for name in names
        }

    return await house.access(marked)


def _importer(access: Access, name: str) -> str:
    asked = Asked(action="list.import", object=f"list:{name}", limit=1)
    return next((one.who for one in access.audit.entries(asked)), "")


async def of_import(house: House, id: str) -> Things:
    """An import is its list's."""
    found = await in_thread(house.records.import_of, id)
    return await of_list(house, found.list) if found else []


async def of_lead(house: House, lead: str) -> Things:
    """A lead is of its list's campaigns, and of the agent who has it on the line."""
    found = await in_thread(house.records.people.lead, lead)
    if found is None:
        return []
    status = await house.status_or_nothing()
    open_ = await in_thread(house.records.open_calls)
    owner = next((who for call, who in on_calls(status).items()
                  if call in open_ and open_[call].lead == lead), "")  # fmt: skip
    marks = await of_list(house, found.list)
    return [replace(one, owner=owner or one.owner) for one in marks]


async def of_agent(house: House, agent: str) -> Things:
    """An agent at work. What his account is, nobody asks here: a phone of the lab has none."""
    status = await house.status()
    if agent not in {one["agent"] for one in status["agents"]}:
        return []
    return (await of_agents(house, [agent]))[agent]


async def of_agents(house: House, agents: Sequence[str]) -> Mapping[str, Things]:
    """Each agent with the teams of his account, one thing for each."""

    def users(access: Access) -> dict[str, User | None]:
        return {one: access.accounts.user(one) for one in agents}

    found = await house.access(users)
    return {one: _of_teams(one, found[one]) for one in agents}


async def of_call(house: House, call: str) -> Things:
    """A call is its campaign's, and each of its agents'."""
    found = await in_thread(house.records.call, call)
    return things_of(found) if found else []


async def of_user(house: House, name: str) -> Things:
    """An account."""
    found = await house.access(lambda access: access.accounts.user(name))
    return [Thing(account=found)] if found else []


async def of_team(house: House, name: str) -> Things:
    """A team."""
    known = await house.access(lambda access: access.accounts.teams())
    return [Thing(team=name)] if name in known else []


async def of_key(house: House, prefix: str) -> Things:
    """A key is its owner's."""

    def owner(access: Access) -> User | None:
        name = access.keys.owner(prefix)
        return access.accounts.user(name) if name else None

    found = await house.access(owner)
    return [Thing(account=found)] if found else []


async def of_callback(house: House, lead: str) -> Things:
    """What is promised to a lead: its campaign's, and whose it is to call."""
    found = await in_thread(house.records.people.callback, lead)
    if found is None:
        return []
    known = await in_thread(house.records.campaigns)
    return of_promise(found, known)


def of_promise(one: Callback, known: Mapping[str, Campaign]) -> Things:
    """The same, where it is known what is promised. Of a caller only the list is known."""
    campaigns = [one.campaign] if one.campaign else campaigns_dialling(known, one.list)
    owner = "" if one.whom.startswith("team:") else one.whom
    return [Thing(campaign=each, owner=owner) for each in campaigns] or [Thing(owner=owner)]


def things_of(call: Ended) -> Things:
    """The same, of a record."""
    return [Thing(campaign=call.campaign, owner=one) for one in call.agents or [""]]


def on_calls(status: Mapping[str, Any]) -> dict[str, str]:
    """Call -> the agent who has it."""
    return {one["call"]: one["agent"] for one in status.get("agents", ()) if one["call"]}


def _of_teams(agent: str, user: User | None) -> Things:
    teams = sorted(user.teams) if user else []
    return [Thing(owner=agent, team=team) for team in teams] or [Thing(owner=agent)]


THINGS: Mapping[Kind, Callable[[House, str], Awaitable[Things]]] = {
    "campaign": of_campaign, "list": of_list, "import": of_import, "lead": of_lead,
    "agent": of_agent, "call": of_call, "user": of_user, "team": of_team, "key": of_key,
    "callback": of_callback,
}  # fmt: skip
"Kind in the table -> what is found under a name of it."
