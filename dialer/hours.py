"""Calling hours as people write them: `mon-fri 09:00-20:00, sat 10:00-14:00`."""

import re

from dialer.engine.hours import HOURS, Hours, Span

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(
    r"(?:(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? +)?"
    r"(?P<h1>[0-9]{1,2}):(?P<m1>[0-5][0-9])-(?P<h2>[0-9]{1,2}):(?P<m2>[0-5][0-9])"
)


def hours_of(text: str) -> Hours:
    """A name of `HOURS`, or spans of days and times. `ValueError` if it is neither.

    >>> hours_of("sat 10:00-14:00").week[5:]
    (((600, 840),), ())
    """
    if text in HOURS:
        return HOURS[text]
    week: list[tuple[Span, ...]] = [()] * 7
    for part in text.split(","):
        if not (found := _SPAN.fullmatch(part.strip().lower())):
            raise ValueError(part)
        first = found["first"] or "mon"
        last = found["last"] or (found["first"] or "sun")
        opens, closes = (60 * int(found[f"h{n}"]) + int(found[f"m{n}"]) for n in (1, 2))
        days = range(DAYS.index(first), DAYS.index(last) + 1)
        if not opens < closes <= 1440 or not days:
            raise ValueError(part)
        for day in days:
            week[day] = (*week[day], (opens, closes))
    return Hours(week=tuple(week))


def hours_text(hours: Hours) -> str:
    """As a campaign file says it, days with the same hours together.

    >>> hours_text(hours_of("mon-tue 09:00-20:00, sat 10:00-14:00"))
    'mon-tue 09:00-20:00, sat 10:00-14:00'
    """
    said: list[str] = []
    day = 0
    while day < 7:
        last = day
        while last < 6 and hours.week[last + 1] == hours.week[day]:
            last += 1
        name = DAYS[day] if last == day else f"{DAYS[day]}-{DAYS[last]}"
        said += [f"{name} {clock(opens)}-{clock(closes)}" for opens, closes in hours.week[day]]
        day = last + 1
    return ", ".join(said)


def clock(minutes: int) -> str:
    """`09:30`"""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
