"""Which leads of a list are called, as an expression that people read and write.

    region = US and attempts < 3
    [account type] = 'gold' and city not in (Paris, 'New York')
    renewal <= today + 30 or renewal is empty

>>> gold = parsed("[account type] = gold and attempts < 3")
>>> sorted(gold.fields)
['account_type', 'attempts']
>>> known = {"account_type": "Gold", "attempts": 2}
>>> gold.passes(lambda field: known.get(field, ""), date(2026, 9, 21))
True
>>> parsed("attempts << 3")
Traceback (most recent call last):
dialer.errors.Misread: where: a value must stand at character 11: `attempts <` here `< 3`

`or` binds least, then `and`, then `not`. Texts are compared without regard to capitals, what looks
like numbers as numbers, dates as dates (`2026-09-21`). A field that a lead has not is empty: then
only `!=`, `not in`, `is empty` hold. Of a field with several values, as `zone`, one must fit.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from dialer.errors import Misread, called
from dialer.leads.columns import field_of
from dialer.misfits import misread

Value = str | int | float | tuple[str, ...]
Get = Callable[[str], Value]
"What a lead has in a field; an empty text: nothing."
Literal = str | float | date
Test = Callable[[Get, date], bool]

OWN = (
    "list", "region", "zone", "area", "carrier", "kind", "attempts", "number_attempts", "priority",
    "disposition",
)  # fmt: skip
"Fields that every lead has; any other is a column of its list."
MOST = 500
"Characters of an expression."


@dataclass(frozen=True, slots=True)
class Filter:
    """An expression that was understood."""

    text: str
    fields: frozenset[str]
    _test: Test

    def passes(self, get: Get, today: date) -> bool:
        """Whether a lead is called."""
        return self._test(get, today)


@lru_cache(maxsize=256)
def parsed(text: str) -> Filter:
    """Understand an expression. `Misread` says what is wrong, and where."""
    if len(text) > MOST:
        raise misread("filter_long", most=MOST, n=len(text))
    return _Reader(text).whole()


# ---- words ---------------------------------------------------------------------------------------
_TOKENS = re.compile(
    r"""(?P<space>\s+)
    |(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]))
    |(?P<number>-?[0-9]+(?:\.[0-9]+)?(?![\w]))
    |(?P<text>'[^']*'|"[^"]*")
    |(?P<field>\[[^\]]+\])
    |(?P<sign><=|>=|!=|<>|[=<>(),+-])
    |(?P<word>[^\W\d][\w./]*)""",
    re.VERBOSE,
)
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.eq, "<>": operator.eq,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_WORDS = frozenset({"and", "or", "not", "in", "is", "empty", "contains", "starts", "today"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.lower() in words


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while at < len(text):
        match = _TOKENS.match(text, at)
        if match is None:
            raise _wrong(text, at, "unclosed" if text[at] in "'\"[" else "no_word")
        if match.lastgroup != "space":
            found.append(_Token(str(match.lastgroup), match[0], at))
        at = match.end()
    return [*found, _Token("end", "", len(text))]


def _wrong(text: str, at: int, what: str, **sign: str) -> Misread:
    before, after = text[:at].strip()[-30:], text[at:].strip()[:30]
    return misread(
        "filter_part", at=at + 1, wrong=called("filter_wrong", what, **sign),
        where=called("filter_place", "here" if after else "end", before=before, after=after),
    )  # fmt: skip


# ---- grammar -------------------------------------------------------------------------------------
class _Reader:
    """One expression, read from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self._tokens, self._at = text, _tokens(text), 0
        self._fields: set[str] = set()

    def whole(self) -> Filter:
        test = self._any()
        if self._next.kind != "end":
            raise self._wrong("joint")
        return Filter(self._text, frozenset(self._fields), test)

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, *texts: str) -> bool:
        """Go on if one of these signs or words is next."""
        one = self._next
        is_it = one.is_word(*texts) or (one.kind == "sign" and one.text in texts)
        self._at += is_it
        return is_it

    def _must(self, text: str) -> None:
        if not self._takes(text):
            raise self._wrong("must", sign=text)

    def _wrong(self, what: str, **sign: str) -> Misread:
        return _wrong(self._text, self._next.at, what, **sign)

    def _any(self) -> Test:
        parts = [self._all()]
        while self._takes("or"):
            parts.append(self._all())
        return lambda get, today: any(part(get, today) for part in parts)

    def _all(self) -> Test:
        parts = [self._not()]
        while self._takes("and"):
            parts.append(self._not())
        return lambda get, today: all(part(get, today) for part in parts)

    def _not(self) -> Test:
        turned = False
        while self._takes("not"):
            turned = not turned
        test = self._one()
        return (lambda get, today: not test(get, today)) if turned else test

    def _one(self) -> Test:
        if self._takes("("):
            test = self._any()
            self._must(")")
            return test
        field = self._field()
        turned = self._takes("not")
        if self._takes("in"):
            values = self._values()
            return _in(field, values, turned)
        if self._takes("contains"):
            return _like(field, str(self._value()), lambda text, part: part in text, turned)
        if self._takes("starts"):
            return _like(field, str(self._value()), str.startswith, turned)
        if turned:
            raise self._wrong("test")
        if self._takes("is"):
            turned = self._takes("not")
            self._must("empty")
            return lambda get, today: bool(get(field) not in ("", ())) is turned
        sign = self._next.text
        if not self._takes(*_COMPARED):
            raise self._wrong("sign")
        return _compare(field, sign, self._value())

    def _field(self) -> str:
        one = self._next
        if one.kind == "field":
            name = one.text[1:-1]
        elif one.kind == "word" and one.text.lower() not in _WORDS:
            name = one.text
        else:
            raise self._wrong("field")
        self._at += 1
        field = name.lower() if name.lower() in OWN else field_of(name)
        self._fields.add(field)
        return field

    def _values(self) -> list["_Value"]:
        self._must("(")
        found = [self._value()]
        while self._takes(","):
            found.append(self._value())
        self._must(")")
        return found

    def _value(self) -> "_Value":
        one = self._next
        if one.is_word("today"):
            self._at += 1
            sign = self._next.text
            days = self._days() if self._takes("+", "-") else 0
            # `today-30` comes as one negative number
            if not days and self._next.kind == "number" and self._next.text.startswith("-"):
                return _Value(days=int(float(self._take().text)))
            return _Value(days=-days if sign == "-" else days)
        if one.kind == "number":
            return _Value(float(self._take().text))
        if one.kind == "date":
            return _Value(self._date())
        if one.kind == "text":
            return _Value(self._take().text[1:-1])
        if one.kind == "word" and one.text.lower() not in _WORDS:
            return _Value(self._take().text)
        raise self._wrong("value")

    def _days(self) -> int:
        if self._next.kind != "number" or not self._next.text.isdecimal():
            raise self._wrong("days")
        days = int(self._take().text)
        if days > 100_000:
            raise self._wrong("fewer_days")
        return days

    def _date(self) -> date:
        try:
            found = date.fromisoformat(self._next.text)
        except ValueError:
            raise self._wrong("day") from None
        self._at += 1
        return found


@dataclass(frozen=True, slots=True)
class _Value:
    """What somebody wrote; a day that is counted from today has none yet."""

    fixed: Literal = ""
    days: int | None = None

    def on(self, today: date) -> Literal:
        return self.fixed if self.days is None else today + timedelta(days=self.days)

    def __str__(self) -> str:
        number = isinstance(self.fixed, float) and self.fixed.is_integer()
        return str(int(self.fixed)) if number else str(self.fixed)  # type: ignore[arg-type]


# ---- meaning -------------------------------------------------------------------------------------
def _compare(field: str, sign: str, value: _Value) -> Test:
    compared, turned = _COMPARED[sign], sign in ("!=", "<>")

    def test(get: Get, today: date) -> bool:
        wanted = value.on(today)
        return any(_holds(compared, one, wanted) for one in _all_of(get(field))) is not turned

    return test


def _in(field: str, values: list[_Value], turned: bool) -> Test:
    def test(get: Get, today: date) -> bool:
        there = _all_of(get(field))
        found = any(_holds(operator.eq, one, v.on(today)) for one in there for v in values)
        return found is not turned

    return test


def _like(field: str, part: str, fits: Callable[[str, str], bool], turned: bool) -> Test:
    wanted = part.casefold()

    def test(get: Get, today: date) -> bool:
        found = any(fits(str(one).casefold(), wanted) for one in _all_of(get(field)))
        return found is not turned

    return test


def _all_of(value: Value) -> tuple[str | int | float, ...]:
    if isinstance(value, tuple):
        return value
    return () if value == "" else (value,)


def _holds(compared: Callable[[Any, Any], bool], there: object, wanted: Literal) -> bool:
    """One value of a lead against one that was written; what is of another kind does not fit."""
    if isinstance(wanted, date):
        day = _day(str(there))
        return day is not None and compared(day, wanted)
    if isinstance(wanted, float):
        number = _number(there)
        return number is not None and compared(number, wanted)
    return compared(str(there).casefold(), wanted.casefold())


def _number(there: object) -> float | None:
    try:
        return float(str(there).replace(",", ""))
    except ValueError:
        return None


_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})")


def _day(there: str) -> date | None:
    """The day that a cell begins with, the year first.

    >>> _day("2026/9/1 10:00"), _day("2026年9月1日"), _day("1.9.2026")
    (datetime.date(2026, 9, 1), datetime.date(2026, 9, 1), None)
    """
    found = _DAY.match(there.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
