"""A carrier's bill beside our own calls: what both know, where they differ, what only one knows.

A line of the bill belongs to the call to the same number whose answer is nearest, at most
`within_s` away; no call and no line is used twice.

>>> ours = [Ours("c1", "8613800138000", 1000.0, 60, Decimal("0.12"))]
>>> theirs = [Line(2, "8613800138000", 1001.5, 60, Decimal("0.24"))]
>>> [(one.what, one.call, one.line, str(one.more)) for one in compared(ours, theirs).differences]
[('amount', 'c1', 2, '0.12')]
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from dialer.errors import ImportRefused, RowRefused, called
from dialer.leads.text import Bad, Row
from dialer.money.rating import ZERO
from dialer.money.sheets import Reject

FIELDS: Mapping[str, tuple[str, ...]] = {
    "number": (
        *("number", "called", "called_number", "callee", "destination_number", "dst", "b_number"),
        *("dialed_number", "dialled_number", "to", "被叫号码", "被叫", "对方号码"),
    ),
    "at": (
        *("at", "start", "start_time", "answer_time", "answered_at", "date", "datetime", "time"),
        *("call_date", "connect_time", "通话时间", "开始时间", "起始时间", "应答时间"),
    ),
    "seconds": (
        *("seconds", "duration", "billsec", "billed_seconds", "billed_duration", "duration_s"),
        *("通话时长", "时长", "计费时长"),
    ),
    "amount": (
        *("amount", "cost", "charge", "price", "total", "fee", "费用", "金额", "话费"),
    ),
}  # fmt: skip
"What a line of a bill says -> names that its column goes by."
_NAMES = {name: field for field, names in FIELDS.items() for name in names}

MOST_LINES = 1_000_000
"Of one bill."
What = Literal["amount", "seconds", "theirs_only", "ours_only"]


class Line(NamedTuple):
    """One call as the carrier billed it."""

    line: int
    digits: str
    at: float
    "When it was answered, seconds since 1970."
    seconds: int | None
    "None: the bill does not say."
    amount: Decimal


class Ours(NamedTuple):
    """One answered call as we rated it."""

    call: str
    digits: str
    answered_at: float
    charged_s: int
    amount: Decimal


class Difference(NamedTuple):
    """Where bill and calls disagree."""

    what: What
    call: str
    "Empty: we know of no such call."
    line: int
    "0: it is not on the bill."
    at: float
    more: Decimal
    "How much more they charge than we reckoned."


class Compared(NamedTuple):
    """A bill and our calls: theirs = matched + theirs_only, ours = matched + ours_only."""

    matched: int
    theirs: int
    ours: int
    theirs_amount: Decimal
    ours_amount: Decimal
    differences: list[Difference]

    def count(self, what: What) -> int:
        """How many differences of a kind."""
        return sum(one.what == what for one in self.differences)


def lines(rows: Iterable[Row | Bad], zone: str) -> tuple[list[Line], list[Reject]]:
    """The lines of a bill, and those that cannot be read. `ImportRefused` without a header."""
    source, place = iter(rows), ZoneInfo(zone)
    columns = _header(source)
    found, rejects = list[Line](), list[Reject]()
    for row in source:
        try:
            found.append(_line(row, columns, place))
        except RowRefused as why:
            rejects.append(Reject.of(row.line, why))
        if len(found) > MOST_LINES or len(rejects) > MOST_LINES:
            raise ImportRefused(
                f"more than {MOST_LINES} calls up to line {row.line}: lay it beside ours month by "
                "month", "bill_too_long", most=MOST_LINES, line=row.line,
            )  # fmt: skip
    return found, rejects


def compared(ours: Sequence[Ours], theirs: Sequence[Line], *, within_s: float = 90.0) -> Compared:
    """Pair them off, the nearest first, and tell what does not agree."""
    pairs = _paired(ours, theirs, within_s)
    known = {line.line for _, line in pairs}
    told = {call.call for call, _ in pairs}
    differences = [*filter(None, (_difference(call, line) for call, line in pairs))]
    differences += [
        Difference("theirs_only", "", line.line, line.at, line.amount)
        for line in theirs
        if line.line not in known
    ]
    differences += [
        Difference("ours_only", call.call, 0, call.answered_at, -call.amount)
        for call in ours
        if call.call not in told
    ]
    return Compared(
        len(pairs), len(theirs), len(ours), sum((one.amount for one in theirs), ZERO),
        sum((one.amount for one in ours), ZERO), sorted(differences, key=lambda one: one.at),
    )  # fmt: skip


def _paired(
    ours: Sequence[Ours], theirs: Sequence[Line], within_s: float
) -> list[tuple[Ours, Line]]:
    of_number: dict[str, list[Ours]] = {}
    for call in sorted(ours, key=lambda one: one.answered_at):
        of_number.setdefault(call.digits, []).append(call)
    near = [
        (abs(call.answered_at - line.at), line.line, call.call, call, line)
        for line in theirs
        for call in _near(of_number.get(line.digits, ()), line.at, within_s)
    ]
    taken: set[str | int] = set()
    pairs: list[tuple[Ours, Line]] = []
    for _, _, _, call, line in sorted(near, key=lambda one: one[:3]):
        if call.call not in taken and line.line not in taken:
            taken |= {call.call, line.line}
            pairs.append((call, line))
    return pairs


def _near(calls: Sequence[Ours], at: float, within_s: float) -> Iterator[Ours]:
    first = bisect_left(calls, at - within_s, key=lambda one: one.answered_at)
    for call in calls[first:]:
        if call.answered_at > at + within_s:
            return
        yield call


def _difference(call: Ours, line: Line) -> Difference | None:
    more = line.amount - call.amount
    if more:
        return Difference("amount", call.call, line.line, call.answered_at, more)
    if line.seconds is not None and line.seconds > call.charged_s:
        return Difference("seconds", call.call, line.line, call.answered_at, ZERO)
    return None


def _header(source: Iterator[Row | Bad]) -> dict[str, int]:
    for row in source:
        if isinstance(row, Row):
            words = [re.sub(r"\(.*?\)|（.*?）", "", cell).strip().lower() for cell in row.cells]
            fields = [_NAMES.get("_".join(re.split(r"[\s\-_./]+", word)), "") for word in words]
            columns = {field: at for at, field in reversed([*enumerate(fields)]) if field}
            if {"number", "at", "amount"} <= columns.keys():
                return columns
        if row.line > 20:
            break
    raise ImportRefused(
        "no header found: one of the first rows must name the columns of the number called "
        f"({', '.join(FIELDS['number'][:3])}, ...), the instant ({', '.join(FIELDS['at'][:3])}, "
        f"...) and the amount ({', '.join(FIELDS['amount'][:3])}, ...)", "no_bill_columns",
    )  # fmt: skip


def _line(row: Row | Bad, columns: Mapping[str, int], zone: ZoneInfo) -> Line:
    """One row. `RowRefused` says what is wrong with it."""
    if isinstance(row, Bad):
        raise RowRefused(row.reason, "row_broken", why=called("reject", row.reason))
    cells = {field: row.cells[at].strip() for field, at in columns.items() if at < len(row.cells)}
    digits = re.sub(r"[\s\-()+]", "", cells.get("number", "")).removeprefix("00")
    if not (digits.isascii() and digits.isdecimal()):
        raise RowRefused("the number is not made of digits", "bill_number")
    return Line(
        row.line, digits, _instant(cells.get("at", ""), zone), _seconds(cells.get("seconds", "")),
        _amount(cells.get("amount", "")),
    )  # fmt: skip


def _amount(cell: str) -> Decimal:
    try:
        amount = Decimal(cell.lstrip("¥￥$€£ "))
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite():
        raise RowRefused(f"{cell[:30]!r} is not an amount: 0.12", "not_amount", given=cell[:30])
    return amount


def _instant(cell: str, zone: ZoneInfo) -> float:
    try:
        at = datetime.fromisoformat(cell.replace("/", "-"))
        return (at if at.tzinfo else at.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError):
        raise RowRefused(
            f"{cell[:30]!r} is no instant: 2026-01-31 09:30:00", "bill_instant", given=cell[:30]
        ) from None


def _seconds(cell: str) -> int | None:
    """Seconds, or hours, minutes and seconds with colons; None where nothing stands."""
    if not cell:
        return None
    try:
        found = [int(Decimal(part)) for part in cell.split(":")]
    except (InvalidOperation, ValueError, OverflowError):
        found = []
    if not 1 <= len(found) <= 3:
        raise RowRefused(
            f"{cell[:30]!r} is no duration: 75, or 1:15", "bill_duration", given=cell[:30]
        )
    hours, minutes, seconds = [0] * (3 - len(found)) + found
    return hours * 3600 + minutes * 60 + seconds
