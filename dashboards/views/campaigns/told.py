"""What a setting's value is called, in the form and where versions are compared."""

from typing import Any

from dialer import cap, ringing
from dialer.engine.events import CampaignOpened
from dialer.hours import clock
from dialer.i18n import Words
from dialer.leads import retry

TABLES = {
    "pacing": "mode", "recording": "recorded", "law": "law", "clock": "begins_at",
    "when_spent": "when_spent", "on_machine": "on_machine",
}  # fmt: skip
"Settings whose values are words of ours -> their table of the catalogue."


def told(t: Words, key: str, value: Any) -> str:
    """One value of a setting, as people call it.

    >>> from dialer.i18n import words
    >>> [told(words("en"), "retry", one) for one in ("standard", "gentle, absent=wait")]
    ['standard', 'gentle; a callback waits for its agent']
    """
    if key == "retry":
        preset, absent = retry.read(value)
        said = t.name("retry", preset)
        return said if absent == retry.ABSENT[0] else t(f"absent.{absent}", preset=said)
    if key in TABLES:
        return t.name(TABLES[key], value)
    return str(value)


def in_force(t: Words, key: str, one: CampaignOpened) -> str:
    """What a version says of a setting that the order to open it has.

    >>> from dialer.i18n import words
    >>> opened = CampaignOpened(at=0.0, campaign="spring", pool="main", version=1)
    >>> [in_force(words("en"), key, opened) for key in ("abandon_cap", "account", "caller_ids")]
    ['3.0 %', 'Today, from midnight, UTC.', '–']
    """
    value = getattr(one, key)
    if key == "abandon_cap":
        return t.percent(value)
    if key == "account":
        sentence, values = cap.sentence(value)
        return t(sentence, zone=one.zone, **values) if sentence in t.texts else str(value)
    if key == "ring_timeout_s":
        least_s = ringing.let_alone_after_s(value, one.ring_least_s)
        return (
            f"{value:g}"
            if least_s is None
            else t("campaigns.rings", most=f"{value:g}", least=f"{least_s:g}")
        )
    if key == "closes_min":
        return listed(clock(minute) if minute else "–" for minute in value)
    return listed(value) if isinstance(value, tuple) else told(t, key, value) or "–"


def listed(values: Any) -> str:
    """Several in one line; none is a dash."""
    return ", ".join(map(str, values)) or "–"
