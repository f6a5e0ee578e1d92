"""What a change makes of a user, and what of it is written down; pure."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from dialer.access.rules import User, may_be_granted

HELD = {"campaign": "campaigns", "team": "teams", "grant": "grants"}
"Kind of a holding -> field of `User`."
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


def told(user: User, unlike: User | None = None) -> dict[str, Any]:
    """For the audit log: all of it, or what differs."""
    fields = ("role", "active", *HELD.values())
    return {
        field: getattr(user, field)
        for field in fields
        if unlike is None or getattr(user, field) != getattr(unlike, field)
    }
