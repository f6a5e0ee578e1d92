"""The hours of a week: when people may be called, on their own clock. Plain data."""

import msgspec

Span = tuple[int, int]
"Minutes of the local day: opens, closes (the closing minute is outside)."


class Hours(msgspec.Struct, frozen=True):
    """When people may be called, on their own clock."""

    week: tuple[tuple[Span, ...], ...]
    "Seven days, Monday first; each with its spans."
    holiday: tuple[Span, ...] | None = ()
    "Spans of a public holiday; `None` makes it a day like any other."


def _daily(opens: int, closes: int) -> tuple[tuple[Span, ...], ...]:
    return (((60 * opens, 60 * closes),),) * 7


HOURS: dict[str, Hours] = {
    "lab": Hours(week=_daily(0, 24), holiday=None),
    "strict": Hours(week=_daily(8, 21)),
    "us": Hours(week=_daily(8, 21), holiday=None),
    "cn": Hours(week=_daily(9, 21)),
    "uk": Hours(week=(*_daily(8, 21)[:5], ((540, 1080),), ())),
}
"""`us`: 16 CFR 310.4(c). `cn`: no calls from 21 to 9 o'clock, as for insurance sold by telephone.
`uk`: the law names no hours; this is cautious habit. `lab`: telephones that are no people's.
What a law permits is in its profile (`dialer/laws`); these are names for campaign files."""


def closes_daily(hours: str | Hours) -> bool:
    """There is a time of every day at which nobody is called."""
    spans = HOURS[hours] if isinstance(hours, str) else hours
    return all(open_min(day) < 1440 for day in spans.week)


def closing(hours: str | Hours) -> tuple[int, ...]:
    """When each day's last span ends, in minutes of the local day, Monday first; 0 of none.

    >>> closing("uk")
    (1260, 1260, 1260, 1260, 1260, 1080, 0)
    """
    spans = HOURS[hours] if isinstance(hours, str) else hours
    return tuple(max((closes for _, closes in day), default=0) for day in spans.week)


def workday(hours: Hours) -> tuple[Span, ...]:
    """The hours of a weekend that is worked in turn: those of all days from Monday to Friday.

    >>> workday(Hours(week=(((540, 1200),),) * 4 + (((540, 1020),), (), ())))
    ((540, 1020),)
    """
    spans = hours.week[0]
    for day in hours.week[1:5]:
        spans = tuple(
            (max(a, c), min(b, d)) for a, b in spans for c, d in day if max(a, c) < min(b, d)
        )
    return spans


def open_min(day: tuple[Span, ...]) -> int:
    """Minutes of a day in one of its spans; spans may overlap."""
    return len({minute for opens, closes in day for minute in range(opens, closes)})
