"""Draws the life of a call from its table: docs/call.md is made of this."""

from collections.abc import Mapping
from typing import Any

from dialer.engine.agent import NEXT as AGENT_NEXT
from dialer.engine.call import NEXT as CALL_NEXT
from dialer.engine.outcomes import OUTCOMES

_FLAGS = ("answered", "person", "connected", "abandoned", "machine", "effective", "carrier")


def page() -> str:
    """The page, as Markdown with Mermaid diagrams."""
    return "\n".join(
        [
            "# The life of a call, and of an agent's shift",
            "",
            "Generated from the tables in `dialer/engine/` (`python -m dialer.engine.diagram`).",
            "A state is a function of the instants that are known; a missing event skips states.",
            "",
            *_states("Call", "INTENDED", CALL_NEXT),
            *_states("Agent", "PAUSED", AGENT_NEXT),
            *_outcomes(),
        ]
    )


def _states(title: str, first: str, table: Mapping[Any, tuple[Any, ...]]) -> list[str]:
    arrows = [f"    {a} --> {b}" for a, followers in table.items() for b in followers if a != b]
    ends = [f"    {a} --> [*]" for a, followers in table.items() if not followers]
    return [f"## {title}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {first}", *arrows,
            *ends, "```", ""]  # fmt: skip


def _outcomes() -> list[str]:
    rows = [
        f"| `{kind}` | {o.rank} | {o.retry} | "
        + " | ".join("yes" if getattr(o, flag) else "" for flag in _FLAGS)
        + " |"
        for kind, o in OUTCOMES.items()
    ]
    head = "| outcome | rank | retry | " + " | ".join(_FLAGS) + " |"
    rule = "|---" * (3 + len(_FLAGS)) + "|"
    return ["## Outcomes", "", "Figures ask the flags, never the names.", "", head, rule, *rows, ""]


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
