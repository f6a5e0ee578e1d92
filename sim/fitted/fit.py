"""The scenario of a day that was: who answered, how long things took, how agents worked."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import pandas as pd

from dialer.engine.events import CampaignOpened
from dialer.errors import QueryError
from dialer.warehouse import Warehouse
from dialer.warehouse.days import days_with_calls
from sim.fitted.laws import censored, like_gamma, like_lognormal, rings_out, spread
from sim.scenario import SECONDS, Hearing, People, Rest, Scenario, Shift

KINDS: Mapping[str, str] = {
    "machine": "machine", "silence": "dead_air", "fax": "fax", "ivr": "ivr",
    "no_answer": "no_answer", "busy": "busy", "rejected": "busy",
    "congestion": "failed", "carrier_failure": "failed",
    "unreachable": "off", "powered_off": "off", "barred": "off", "suspended": "off",
    "forwarded": "off", "vacant": "vacant", "no_service": "vacant", "misdialled": "vacant",
}  # fmt: skip
"Outcome of a call that no person answered -> what it is in the twin. What is not here is ours."
PRIOR = 30.0
"Calls that an hour's share of answers is drawn towards the day's by."
AT_ONCE_S = 0.1
"Verdicts this soon after the answer need no listener."
EARLY_S = 900.0
"Who goes home so long before the end leaves early."
MOMENT_S = 1.0
"Pauses this short are the step from one reason to another."
AWAY = ("", "login")
"Reasons of a pause that are no break."


class Seen(NamedTuple):
    """One campaign's day."""

    opened: CampaignOpened
    calls: pd.DataFrame
    times: pd.DataFrame
    callers: int = 0
    "People who called its agents."


def seen(warehouse: Warehouse, opened: CampaignOpened, since: datetime, until: datetime) -> Seen:
    """From the warehouse; QueryError where there is nothing to fit."""
    period = {"since": since, "until": until}
    calls = warehouse.query(_question("calls"), {"campaign": opened.campaign, **period})
    times = warehouse.query(_question("times"), {"pool": opened.pool, **period})
    if calls.empty or times.empty:
        raise QueryError(
            f"{opened.campaign}: no calls with agents from {since:%Y-%m-%d %H:%M} "
            f"to {until:%Y-%m-%d %H:%M} {since.tzinfo}: nothing to fit; "
            f"{days_with_calls(warehouse, opened.campaign, opened.zone)}"
        )
    callers = warehouse.query(_question("callers"), {"pool": opened.pool, **period})
    return Seen(opened, calls, times, int(callers["callers"].iloc[0]))


def _question(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text("utf-8")


def fit(day: Seen, name: str) -> Scenario:
    """What is told too seldom to have a law keeps that of an ordinary day.

    `QueryError` for a campaign that nobody and nothing dials by a rule.
    """
    if day.opened.pacing == "manual":
        raise QueryError(
            f"campaign `{day.opened.campaign}` is dialled by hand alone: there is no rule to live"
        )
    calls = day.calls[day.calls["person"] | day.calls["outcome"].isin(list(KINDS))]
    works = day.times[day.times["handling"] | day.times["free"]]
    begins = float(works["from_s"].min())
    hours = max((float(calls["at_s"].max()) - begins) / SECONDS, 1.0 / 60.0)
    opened = day.opened
    return Scenario(
        name=name,
        agents=works["agent"].nunique(),
        hours=round(hours, 4),
        p=round(float(calls["person"].mean()), 4),
        answer_by_hour=_by_hour(calls, begins),
        people=_people(calls, opened.ring_timeout_s),
        rest=_rest(calls),
        hearing=_hearing(calls),
        shift=_shift(day.times, works, begins, begins + hours * SECONDS),
        pacing=opened.pacing,
        ratio=opened.ratio,
        lines=opened.lines,
        calls_per_s=opened.calls_per_s,
        ring_timeout_s=opened.ring_timeout_s,
        ring_least_s=opened.ring_least_s,
        clock=opened.clock,
        connect_within_s=opened.connect_within_s,
        abandon_cap=opened.abandon_cap,
        account=opened.account,
        callers_per_h=round(day.callers / hours, 1),
    )


def _by_hour(calls: pd.DataFrame, begins: float) -> tuple[float, ...]:
    """Of the hours that had calls; an hour with few is near the day's mean."""
    whole = float(calls["person"].mean())
    hour = ((calls["at_s"] - begins).clip(lower=0.0) // SECONDS).astype(int)
    found = calls.groupby(hour)["person"].agg(["sum", "count"])
    found = found.reindex(range(int(hour.max()) + 1), fill_value=0)
    shares = (found["sum"] + PRIOR * whole) / (found["count"] + PRIOR)
    return tuple(round(float(one), 4) for one in shares) if len(found) > 1 else ()


def _people(calls: pd.DataFrame, timeout_s: float) -> People:
    usual, persons = People(), calls[calls["person"]]
    gave_up = persons["outcome"] == "hung_up_waiting"
    heard = persons.loc[persons["spoke"], "greeting_s"]
    alone = calls["let_alone"]
    return People(
        human_ring=like_gamma(_known(persons["rang_s"]), usual.human_ring),
        machine_ring=like_gamma(
            _known(calls.loc[calls["outcome"] == "machine", "rang_s"]), usual.machine_ring
        ),
        no_answer=rings_out(
            _lasted(calls[~alone], "no_answer"), _lasted(calls[alone], "no_answer"), timeout_s,
            usual.no_answer,
        ),
        busy=like_gamma(_lasted(calls, "busy"), usual.busy),
        failed=like_gamma(_lasted(calls, "failed"), usual.failed),
        greeting=like_gamma(_known(heard), usual.greeting),
        talk=like_lognormal(_known(persons.loc[persons["connected"], "talk_s"]), usual.talk),
        patience=censored(
            _known(persons.loc[gave_up, "waited_s"]), _known(persons.loc[~gave_up, "waited_s"]),
            usual.patience,
        ),
        says_nothing=round(1.0 - float(persons["spoke"].mean()), 4) if len(persons) else 0.0,
    )  # fmt: skip


def _lasted(calls: pd.DataFrame, kind: str) -> list[float]:
    outcomes = [outcome for outcome, of in KINDS.items() if of == kind]
    return _known(calls.loc[calls["outcome"].isin(outcomes), "line_s"])


def _known(values: pd.Series) -> list[float]:
    return [float(one) for one in values.dropna()]


def _rest(calls: pd.DataFrame) -> Rest:
    kinds = calls.loc[~calls["person"], "outcome"].map(KINDS).value_counts(normalize=True)
    if kinds.empty:
        return Rest()
    return Rest(**{
        field.name: round(float(kinds.get(field.name, 0.0)), 4)
        for field in msgspec.structs.fields(Rest)
    })  # fmt: skip


def _hearing(calls: pd.DataFrame) -> Hearing:
    usual, persons = Hearing(), calls[calls["person"]]
    verdicts = persons["verdict_s"].dropna()
    if len(verdicts) and float(verdicts.median()) < AT_ONCE_S:
        return Hearing(perfect=True)
    after = (persons["verdict_s"] - persons["greeting_s"]).dropna()
    machines = calls.loc[calls["outcome"] == "machine", "verdict_s"].dropna()
    return Hearing(
        human_after_s=round(max(0.0, float(after.median())), 3) if len(after)
        else usual.human_after_s,
        machine_after_s=round(float(machines.median()), 3) if len(machines)
        else usual.machine_after_s,
    )  # fmt: skip


def _shift(times: pd.DataFrame, works: pd.DataFrame, begins: float, ends: float) -> Shift:
    usual = Shift()
    span = works.groupby("agent").agg(came=("from_s", "min"), went=("to_s", "max"))
    # A machine that is taken away again leaves its agent a glance, which is nobody's wrap-up.
    glance = times.groupby("agent")["machine"].shift(fill_value=False).astype(bool)
    wrapped = times[(times["state"] == "WRAP_UP") & ~glance]
    paused = times[(times["state"] == "PAUSED") & ~times["reason"].isin(AWAY)]
    breaks = paused[paused["to_s"] - paused["from_s"] > MOMENT_S]
    worked_s = float((works["to_s"] - works["from_s"]).sum())
    early = span["went"] < ends - EARLY_S
    return Shift(
        logins=spread([one - begins for one in span["came"]]),
        wrap_up=like_gamma(_known(wrapped["to_s"] - wrapped["from_s"]), usual.wrap_up),
        break_every_s=round(worked_s / len(breaks), 1) if len(breaks) else 0.0,
        break_s=like_gamma(_known(breaks["to_s"] - breaks["from_s"]), usual.break_s),
        leaves=spread(list(span["went"] - span["came"])) if float(early.mean()) > 0.1 else None,
    )
