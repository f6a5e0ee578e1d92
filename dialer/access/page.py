"""The page about permissions, drawn from their table.

`python -m dialer.access.page > docs/permissions.md`
"""

import sys

from dialer.access.permissions import LETTERS, ROLES, TABLE, Cell, Permission

HEAD = """\
# Permissions

*Drawn from `dialer/access/permissions.py` by `python -m dialer.access.page`; a test keeps it so.*

A user has one role, a scope of campaigns and teams (`*` is all of them), and grants.

| | reaches |
|---|---|
| **A** | everything |
| **S** | what is of his campaigns, or of his teams where it is of no campaign; and his own |
| **O** | his own: his call, his callback, his account |
| *a*, *s*, *o* | as far, but only with a grant of this very permission |
| – | nothing; no grant changes that |

Listening, revealing numbers and taking data away are granted one by one, to a person. Superusers
and administrators have them from the start, because somebody must hold what he is to grant. What
loosens the law (caps, hours, taking a number off the do-not-call list) is never a supervisor's.

Nobody adds, changes, closes or resets an account that may more than he may, before or after the
change. So nobody gives what he does not hold, an administrator cannot touch a superuser, and a
supervisor resets the passwords of his own agents only. The last superuser cannot be closed.

An API key is its owner, limited to the permissions that it was made with.
"""


def page() -> str:
    """The whole page, in Markdown."""
    objects = dict.fromkeys(name.partition(".")[0] for name in TABLE)
    return HEAD + "".join(_section(one) for one in objects)


def _section(kind: str) -> str:
    rows = [_row(one) for one in TABLE.values() if one.name.startswith(f"{kind}.")]
    head = ["", f"## {kind}", "", "| permission | " + " | ".join(ROLES) + " | allows to |",
            "|---|" + ":-:|" * len(ROLES) + "---|"]  # fmt: skip
    return "\n".join([*head, *rows, ""])


def _row(one: Permission) -> str:
    shown = " | ".join(_shown(one.cells[role]) for role in ROLES)
    return f"| `{one.name}` | {shown} | {one.says} |"


def _shown(cell: Cell) -> str:
    letter = next(letter for letter, its in LETTERS.items() if its == cell)
    if letter == "-":
        return "–"
    return f"*{letter}*" if cell.by_grant else f"**{letter}**"


if __name__ == "__main__":
    sys.stdout.write(page())
