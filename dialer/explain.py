"""The page about every setting, written from the words that stand below each one."""

from pathlib import Path
from typing import Any

import msgspec
from msgspec.inspect import type_info

from dialer.campaign import Campaign
from dialer.engine.hours import HOURS
from dialer.hours import hours_text
from dialer.laws import LAWS, Law
from dialer.leads.retry import RETRY, Rule
from dialer.settings import Settings
from dialer.tomlfile import allowed, explained

HEAD = """\
# Configuration

*Generated from the sources by `dialer explain`; a test keeps it so. Change the words there.*

Two kinds of files, both TOML. A file that names a setting which does not exist, or a value that is
not allowed, is refused with file, key, value and what would be right. Paths are relative to the
file's folder. Trunks are explained in `dialer/asterisk/trunks.py`; `examples/` has one of each.

"""

SETTINGS = """\
## Settings

What this machine's dialer is. All of them have defaults: the lab needs no file. The file is
`--settings FILE` or `$DIALER_SETTINGS`; `--home` and `--asterisk` (`$DIALER_HOME`,
`$DIALER_ASTERISK`, which `./run` sets) stand in for what it leaves out.

"""

CAMPAIGN = """\
## Campaign

What is dialled, how fast, under which law: `dialer run CAMPAIGN.toml`. Opening it again with other
values makes a new version; the journal keeps every version, and every call names its own.

"""


def page() -> str:
    """The whole page."""
    return HEAD + SETTINGS + _settings() + CAMPAIGN + _table(Campaign) + _laws() + _retries()


def _settings() -> str:
    sections = [
        f"### [{field.name}]\n\n{field.type.__doc__}\n\n{_table(field.type)}"
        for field in msgspec.structs.fields(Settings)
        if _is_section(field.type)
    ]
    return "\n".join([_table(Settings), *sections, ""])


def _table(struct: type[msgspec.Struct]) -> str:
    words = explained(struct)
    rows = [
        f"| `{field.name}` | {_default(field)} | {_cell(allowed(type_info(field.type)))} "
        f"| {_cell(words[field.name])} |"
        for field in msgspec.structs.fields(struct)
        if not _is_section(field.type)
    ]
    return "\n".join(["| setting | default | allowed | |", "|---|---|---|---|", *rows, ""])


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "**required**"
    return f"`{_toml(field.default)}`" if field.default is not None else "none"


def _toml(value: Any) -> str:
    """As it is written in a file.

    >>> _toml(True), _toml("ratio"), _toml(()), _toml(2.0)
    ('true', '"ratio"', '[]', '2.0')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | Path):
        return f'"{value}"'
    return "[]" if value == () else str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _laws() -> str:
    rows = [
        f"| `{name}` | {100 * law.abandon_cap:g} %, {law.period.replace('_', ' ')} "
        f"| {law.connect_within_s:g} s after {law.clock.replace('_', ' ')} "
        f"| {hours_text(law.hours)} | {_holidays(law)} | {law.ring_least_s:g} s "
        f"| {_CONSENT[law.consent]} | {_peace(law)} | {_cell(law.source)} |"
        for name, law in LAWS.items()
    ]
    head = ["\n### Laws", "",
            "Names for `law`: one file each in `dialer/laws`. **They are data to start from and no "
            "legal advice**; whoever calls is responsible for the law where he calls. A campaign "
            "may be stricter than its law; what would be looser is refused. Public holidays are "
            "those of the called person's country; where a number is in a zone that nobody knows, "
            "it is called when every zone that it may be in allows it.", "",
            "| name | abandoned at most | an agent within | hours | holidays | rings at least "
            "| consent | then left alone | source |",
            "|---|---|---|---|---|---|---|---|---|"]  # fmt: skip
    names = ", ".join(f"`{name}`: {hours_text(hours)}" for name, hours in HOURS.items())
    return "\n".join([*head, *rows, "", f"Names for `hours`: {names}.", ""])


def _holidays(law: Law) -> str:
    if law.calendar == "none":
        return "like other days"
    whose = {"national": "the country's", "everywhere": "those of any part of the country"}
    return f"no calls on {whose[law.calendar]}"


_CONSENT = {"none": "not asked for", "mobile": "of mobile phones", "all": "of everybody"}


def _peace(law: Law) -> str:
    """`72 h after an abandoned call`"""
    said = {"an abandoned call": law.after_abandoned_h, "a machine": law.after_machine_h}
    return ", ".join(f"{hours:g} h after {what}" for what, hours in said.items() if hours) or "-"


def _retries() -> str:
    kinds = list(next(iter(RETRY.values())))
    rows = [
        f"| `{name}` | " + " | ".join(_rule(rules[kind]) for kind in kinds) + " |"
        for name, rules in RETRY.items()
    ]
    head = ["\n### Retries", "",
            "Names for `retry`. After a call of each class: how long the person is left in peace, "
            "and how often a number may end so before it is left alone. Which outcome is of which "
            "class: `dialer/engine/outcomes.py`.", "",
            "| name | " + " | ".join(kinds) + " |", "|---" * (len(kinds) + 1) + "|"]  # fmt: skip
    return "\n".join([*head, *rows, ""])


def _rule(rule: Rule) -> str:
    """`2 h, 4 times`"""
    if rule.delay_s == 0 and rule.times == 1:
        return "never again"
    often = "always" if rule.times >= 1_000_000 else f"{rule.times} times"
    return f"{_span(rule.delay_s)}, {often}"


def _span(seconds: float) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"
