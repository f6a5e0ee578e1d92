"""How a campaign goes through one of its lists, as one readable setting.

    spring
    spring: priority 5, weight 2, newest, at most 500 calls a day, where region = US

>>> plan = read("spring: weight 2, random, at most 40 sale per region, where attempts < 3")
>>> plan.weight, plan.order, plan.where
(2, 'random', 'attempts < 3')
>>> plan.quotas
(Quota(n=40, of='sale', per='region', daily=False),)
>>> written(plan)
'spring: weight 2, random, at most 40 sale per region, where attempts < 3'
>>> read("spring: wheight 2")
Traceback (most recent call last):
dialer.errors.Misread: spring: `wheight 2` is none of: priority 0 to 100; weight 1 to 100; \
new first; oldest; newest; random; rank; best chance; at most N calls, answers or DISPOSITION \
(a day) (per FIELD); where EXPRESSION, which comes last
"""

import re
from typing import Literal, get_args

import msgspec

from dialer.errors import Misread, called
from dialer.leads.filters import parsed
from dialer.misfits import misread

Order = Literal["new first", "oldest", "newest", "random", "rank", "best chance"]
"""Which lead of a list is next. `new first`: by priority, then who was never called, then who waits
longest. `rank`: by priority, then who waits longest. `oldest`, `newest`: as they were imported.
`random`: in an order that looks like none and stays the same. `best chance`: where most people
answer at this hour, then as `new first`."""


class Quota(msgspec.Struct, frozen=True):
    """When a list has had enough."""

    n: int
    of: str
    "`calls`: promised and not taken back; `answers`: by people; else leads of that disposition."
    per: str = ""
    "Counted for each value of this field by itself."
    daily: bool = False
    "Of each day by itself, in the campaign's zone."


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One list of a campaign."""

    list: str
    priority: int = 0
    "Lists of a higher one go first, as long as they have leads that may be called."
    weight: int = 1
    "Lists of one priority share the calls so."
    order: Order = "new first"
    quotas: tuple[Quota, ...] = ()
    where: str = ""
    "Only these leads: see `leads.filters`."

    @property
    def is_plain(self) -> bool:
        """Nothing is said of it but its name."""
        return self == Plan(list=self.list)


COUNTED = ("calls", "answers")
"What a quota counts beside dispositions."
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
_NUMBER = re.compile(r"(priority|weight) ([0-9]{1,3})")
_QUOTA = re.compile(
    r"at most ([0-9]{1,9}) ([a-z_]{1,40})(?P<daily> a day)?(?: per (?P<per>[\w ]{1,40}))?"
)
_WHERE = re.compile(r"(?:^|,)\s*where\s", re.IGNORECASE)
_BOUNDS = {"priority": (0, 100), "weight": (1, 100)}


def read(text: str) -> Plan:
    """What somebody wrote of a list. `Misread` says what is wrong."""
    name, colon, rest = text.partition(":")
    name = name.strip()
    if not NAME.fullmatch(name):
        raise misread("plan_name", list=name)
    if colon and not rest.strip():
        raise misread("plan_empty", list=name)
    at = _WHERE.search(rest)
    where = rest[at.end() :].strip() if at else ""
    if at:
        try:
            parsed(where)
        except Misread as why:
            said = called("reason", why.reason, **why.values)
            raise misread("plan_where", list=name, why=said) from None
    plan = Plan(list=name, where=where)
    for part in (rest[: at.start()] if at else rest).split(","):
        if part.strip():
            plan = _with(plan, " ".join(part.split()).lower())
    return plan


def _with(plan: Plan, part: str) -> Plan:
    replace = msgspec.structs.replace
    if part in get_args(Order):
        return replace(plan, order=part)
    if (found := _NUMBER.fullmatch(part)) and _fits(found[1], int(found[2])):
        return replace(plan, **{found[1]: int(found[2])})
    if found := _QUOTA.fullmatch(part):
        per = (found["per"] or "").replace(" ", "_")
        quota = Quota(int(found[1]), found[2], per, bool(found["daily"]))
        return replace(plan, quotas=(*plan.quotas, quota))
    raise misread("plan_part", list=plan.list, part=part, orders="; ".join(get_args(Order)))


def _fits(what: str, n: int) -> bool:
    low, high = _BOUNDS[what]
    return low <= n <= high


def written(plan: Plan) -> str:
    """The setting that reads so."""
    usual = Plan(list=plan.list)
    parts = [
        f"priority {plan.priority}" if plan.priority != usual.priority else "",
        f"weight {plan.weight}" if plan.weight != usual.weight else "",
        plan.order if plan.order != usual.order else "",
        *(_quota(one) for one in plan.quotas),
        f"where {plan.where}" if plan.where else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"{plan.list}: {said}" if said else plan.list


def _quota(one: Quota) -> str:
    day, per = " a day" if one.daily else "", f" per {one.per}" if one.per else ""
    return f"at most {one.n} {one.of}{day}{per}"
