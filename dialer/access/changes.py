"""What a change makes of a user, and what of it is written down; pure."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from dialer.access.rules import User, may_be_granted

HELD = {"campaign": "campaigns", "team": "teams", "grant": "grants"}
"Kind of a holding -> field of `User`."
NEEDED = {
    "role": "user.role", "active": "user.disable", "grants": "user.grant",
    "campaigns": "user.scope", "teams": "user.scope",
}  # fmt: skip
"Field of `User` -> permission that it takes to change it."
Changed = Callable[[User], User]


def with_role(role: Any) -> Changed:
    """The user in another role; grants that mean nothing there are gone."""

    def changed(user: User) -> User:
        kept = frozenset(one for one in user.grants if may_be_granted(one, role))
        return replace(user, role=role, grants=kept)

    return changed


def with_more(**more: Iterable[str]) -> Changed:
    """The user with these `campaigns`, `teams` or `grants` too."""
    return lambda user: replace(
        user, **{field: getattr(user, field) | set(ones) for field, ones in more.items()}
    )


def with_less(**less: Iterable[str]) -> Changed:
    """The user without them."""
    return lambda user: replace(
        user, **{field: getattr(user, field) - set(ones) for field, ones in less.items()}
    )


def set_active(active: bool) -> Changed:
    """The user closed, or opened again."""
    return lambda user: replace(user, active=active)


def needed(before: User, after: User) -> list[str]:
    """The permissions that a change takes; the first names it in the audit log.

    >>> eva = User(name="eva", role="agent")
    >>> needed(eva, with_more(teams=["red"], grants=["lead.reveal"])(eva)), needed(eva, eva)
    (['user.grant', 'user.scope'], [])
    """
    differing = [field for field in NEEDED if getattr(before, field) != getattr(after, field)]
    return list(dict.fromkeys(NEEDED[field] for field in differing))


def told(user: User, unlike: User | None = None) -> dict[str, Any]:
    """For the audit log: all of it, or what differs."""
    return {
        field: getattr(user, field)
        for field in ("role", "active", *HELD.values())
        if unlike is None or getattr(user, field) != getattr(unlike, field)
    }
