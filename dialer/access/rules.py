"""May this user do that to this thing? The one place where it is decided; pure.

>>> eva = User(name="eva", role="supervisor", campaigns=frozenset({"spring"}))
>>> may(eva, "campaign.steer", Thing(campaign="spring"))
True
>>> may(eva, "campaign.steer", Thing(campaign="summer"))
False
"""

import msgspec

from dialer.access.permissions import TABLE, Reach, Role

EVERYWHERE = "*"
"In a scope of campaigns or teams: all there are, and those to come."


class User(msgspec.Struct, frozen=True, kw_only=True):
    """All that a decision may look at."""

    name: str
    role: Role
    campaigns: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    "Permissions beyond the role's, by name."
    active: bool = True
    only: frozenset[str] | None = None
    "What the API key is limited to that the user came with. None: no key."


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """What something would be done to: its marks, not itself.

    A list that several campaigns dial is asked about once for each of them: who would change it
    must be allowed to in all, who would see it in one.
    """

    campaign: str = ""
    team: str = ""
    owner: str = ""
    "Name of the user whose call, callback or desk it is."
    account: User | None = None
    "The account itself, where that is the thing; also as it would become."


NOTHING = Thing()


def may(user: User, action: str, thing: Thing = NOTHING) -> bool:
    """Whether the user may. An action that the table does not have is a `KeyError`: a bug."""
    if not _reaches(reach(user, action), user, thing):
        return False
    account = thing.account
    return account is None or action.endswith(".see") or covers(user, account)


def reach(user: User, action: str) -> Reach:
    """How far the user's permission goes."""
    cell = TABLE[action].cells[user.role]
    has = user.active and (action in user.grants or not cell.by_grant)
    by_key = user.only is None or action in user.only
    return cell.reach if has and by_key else Reach.NONE


def may_be_granted(action: str, role: Role) -> bool:
    """Whether a grant of it means anything to this role.

    >>> may_be_granted("recording.listen", "inspector"), may_be_granted("setting.edit", "agent")
    (True, False)
    """
    return TABLE[action].cells[role].by_grant


def covers(user: User, other: User) -> bool:
    """Whether `other` may nothing that `user` may not.

    Nobody touches an account, or makes one, that is not covered by his own: a password that he
    resets is an account that he could use, and a role that he gives is a role that he could take.
    """
    return all(_covers(user, other, action) for action in TABLE)


def _covers(user: User, other: User, action: str) -> bool:
    mine, theirs = reach(user, action), _reach_if_active(other, action)
    if theirs is Reach.SCOPE and mine is Reach.SCOPE:
        return _within(other.campaigns, user.campaigns) and _within(other.teams, user.teams)
    return theirs <= mine


def _reach_if_active(other: User, action: str) -> Reach:
    # A closed account can be opened again: it counts as what it would be then.
    return reach(msgspec.structs.replace(other, active=True, only=None), action)


def _reaches(far: Reach, user: User, thing: Thing) -> bool:
    if far is Reach.SCOPE:
        return _is_own(user, thing) or _in_scope(user, thing)
    return far is Reach.ALL or (far is Reach.OWN and _is_own(user, thing))


def _is_own(user: User, thing: Thing) -> bool:
    owner = thing.account.name if thing.account else thing.owner
    return owner == user.name


def _in_scope(user: User, thing: Thing) -> bool:
    """The campaign decides where there is one: its numbers are those of its manager, not of the
    manager of whoever happened to take the call."""
    if thing.account:
        return bool(thing.account.teams) and _within(thing.account.teams, user.teams)
    if thing.campaign:
        return _within(frozenset({thing.campaign}), user.campaigns)
    return bool(thing.team) and _within(frozenset({thing.team}), user.teams)


def _within(these: frozenset[str], those: frozenset[str]) -> bool:
    return EVERYWHERE in those or these <= those
