"""What a campaign says of its account of abandonment, in one line: share, period, group, and what
an empty account does.

>>> read("0.02, 1 h, group winter, wait")
Cap(share=0.02, period='1 h', group='winter', when_spent='wait')
>>> written(read("1 h, 0.02")), written(read(0.02)), written(read(""))
('0.02, 1 h', 0.02, None)
"""

import re
from typing import Literal

import msgspec

from dialer.engine.account import DAY, MONTH, ROLLING, SUCCESSIVE, period
from dialer.laws import Law
from dialer.misfits import misfit

WhenSpent = Literal["progressive", "wait"]
_GROUP = re.compile(r"group ([a-z0-9][a-z0-9_-]{0,40})")


class Cap(msgspec.Struct, frozen=True):
    """The parts; what is left out is the law's."""

    share: float | None = None
    "Abandoned per person who answered, 0 to 1."
    period: str | None = None
    "Over which it is counted, see `account.period`."
    group: str = ""
    "Campaigns that name the same group hold it together as well as each for itself."
    when_spent: WhenSpent = "progressive"
    "While the account is beyond the cap: one call per ready agent, or none."


OF_LAW = {
    "day": "day", "calendar_month": MONTH, "successive_30_days": SUCCESSIVE,
    "rolling_30_days": ROLLING,
}  # fmt: skip
"A law's period -> a campaign's."


def period_of(law: Law) -> str:
    """Over what the law counts."""
    return OF_LAW[law.period]


def sentence(account: str) -> tuple[str, dict[str, str]]:
    """Which sentence of the catalogue says over what is counted, and what fills its gap.

    Whatever an old record may hold has one: who looks at a floor judges no settings.

    >>> sentence("2 h"), sentence("last 30 days")
    (('period.hours', {'hours': '2'}), ('period.last_30_days', {}))
    >>> sentence("a fortnight")
    ('period.a_fortnight', {})
    """
    if account.endswith(" h"):
        return "period.hours", {"hours": account.removesuffix(" h")}
    return f"period.{account.replace(' ', '_')}", {}


def keeps(account: str, law: Law) -> bool:
    """Whether who keeps the cap over that period has kept it over the law's."""
    longer = {ROLLING: (ROLLING, SUCCESSIVE), MONTH: (MONTH,), SUCCESSIVE: (SUCCESSIVE,)}
    return account not in longer or period_of(law) in longer[account]


def read(said: float | str | None) -> Cap:
    """The parts of what a campaign says. `SettingsError` says what is wrong with it."""
    if said is None or isinstance(said, int | float):
        return _within(Cap(share=said), said)
    cap = Cap()
    for part in filter(None, (one.strip() for one in said.split(","))):
        cap = _with(cap, part, said)
    return _within(cap, said)


def written(cap: Cap) -> float | str | None:
    """The shortest that says the same."""
    parts = [
        "" if cap.share is None else f"{cap.share:g}",
        cap.period or "",
        cap.group and f"group {cap.group}",
        "wait" if cap.when_spent == "wait" else "",
    ]
    if not any(parts[1:]):
        return cap.share
    return ", ".join(filter(None, parts))


def _with(cap: Cap, part: str, said: str) -> Cap:
    if found := _GROUP.fullmatch(part):
        return msgspec.structs.replace(cap, group=found[1])
    if part in ("wait", "progressive"):
        return msgspec.structs.replace(cap, when_spent=part)
    try:
        return msgspec.structs.replace(cap, share=float(part))
    except ValueError:
        pass
    try:
        return msgspec.structs.replace(cap, period=period(part).name)
    except ValueError:
        known = ", ".join(map(repr, (DAY.name, MONTH, SUCCESSIVE, ROLLING)))
        raise misfit("cap_part", "abandon_cap", said, part=part, known=known) from None


def _within(cap: Cap, said: object) -> Cap:
    if cap.share is not None and not 0.0 <= cap.share <= 1.0:
        raise misfit("cap_share", "abandon_cap", said)
    return cap
