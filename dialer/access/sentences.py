"""What an entry of the audit log tells, in a sentence: who did what, to what, from what to what.

>>> from dialer.i18n import words
>>> said(Entry(
...     seq=7, at=0.0, who="ada", source="machine", action="user.role", object="user:eva",
...     before='{"role":"agent"}', after='{"role":"supervisor"}', previous="",
... ), words("en"))
'ada gave the account eva another role: role from Agent to Supervisor'
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from dialer.access.audit import Entry
from dialer.i18n import Words

QUIET = frozenset({"seq", "manifest", "import", "issuer", "subject", "team"})
"Said by the object, or of use to programs alone: it is in the entry itself."
DATES = frozenset({"since", "until"})
"Fields that are a day in figures: year, month, day."
TABLES: Mapping[str, str] = {
    "role": "role", "grants": "grant", "kinds": "webhook_kind", "what": "audit_what",
    "is": "audit_what", "state": "audit_what", "order": "audit_order", "label": "who",
    "heard_as": "verdict", "reason": "pause_reason", "answer": "webhook_answer",
}  # fmt: skip
"Field -> the table of the catalogue that has a name for its values."
ALL = "*"


def said(entry: Entry, t: Words) -> str:
    """The whole entry but its instant and where it came from."""
    before, after = _read(entry.before), _read(entry.after)
    gone = f"did.{entry.action}.gone" if before and not after else ""
    key = next(one for one in (gone, f"did.{entry.action}", "did.other") if one in t.texts)
    told = t(key, who=_who(entry.who, t), thing=_thing(entry.object, t), action=entry.action)
    changes = t("audit_says.joint").join(_changes(before, after, t))
    return t("audit_says.more", told=told, changes=changes) if changes else told


def _who(name: str, t: Words) -> str:
    login = name.removeprefix("machine:")
    return name if login == name else t("audit_says.machine", login=login)


def _thing(thing: str, t: Words) -> str:
    """`user:eva` as people say it; what has no name of its own stays as it is."""
    kind, _, name = thing.partition(":")
    known = t.texts.get(f"audit_thing.{kind}")
    return known.format(name=name) if known else thing


def _read(text: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = msgspec.json.decode(text)
    return found


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], t: Words) -> Iterator[str]:
    for field in [*before, *(one for one in after if one not in before)]:
        if field in QUIET:
            continue
        was, now = before.get(field), after.get(field)
        if isinstance(now, Mapping) and field not in before:
            yield from _changes({}, now, t)
            continue
        if field not in before and now in (None, "", []):
            continue
        values = {"field": t.name("audit_field", field), "was": _value(field, was, t),
                  "now": _value(field, now, t)}  # fmt: skip
        key = "is" if field not in before else "was" if field not in after else "changed"
        yield t(f"audit_says.{key}", **values)


def _value(field: str, value: object, t: Words) -> str:
    if isinstance(value, list) and field in DATES:
        return "-".join(f"{one:02d}" for one in value)
    if isinstance(value, list):
        joint = t("audit_says.and")
        return joint.join(_value(field, one, t) for one in value) or t("audit_says.nothing")
    if value is None or value == "":
        return t("audit_says.nothing")
    if isinstance(value, bool):
        return t("audit_says.yes" if value else "audit_says.no")
    if isinstance(value, int | float):
        return f"{value:,}"
    if value == ALL:
        return t("audit_says.all")
    return t.name(TABLES[field], str(value)) if field in TABLES else str(value)
