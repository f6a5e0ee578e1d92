"""A question before a campaign starts, and the answer that grows."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from dialer import settings
from dialer.errors import SettingsError
from dialer.i18n import LANGUAGES, words
from dialer.leads.rules import Campaign, LeadRules
from dialer.money.store import file_in
from dialer.warehouse import Warehouse
from sim.fast.sweep import Band
from sim.scenario import fixed
from sim.whatif import reckon
from sim.whatif.advice import advice
from sim.whatif.answer import Advice, Answer, Day, Forecast, forecast
from sim.whatif.command import said, whatif
from sim.whatif.job import Busy, Job
from sim.whatif.preview import previewed
from sim.whatif.prices import Lines, Prices, prices
from sim.whatif.question import Question
from sim.whatif.reckon import MODES, lived, reckoned
from tests.api import shift
from tests.money.monday import deck, priced
from tests.warehouse.day import FACTS, SPRING, T0, Book, loader

TEN = Question.of(agents=10, answer_rate=0.25, machine_rate=0.2, tariff=0.6, wage=12.0,
                  leads=1000, attempts=2, talk_s=120.0, wrap_up_s=60.0)  # fmt: skip
FAIR = Day(occupancy=0.8, persons=600, abandoned=12, contacts_per_h=150.0, calls_per_h=600.0,
           wait_s=0.5)  # fmt: skip


def test_a_forecast_counted_by_hand():
    one = forecast(TEN, "ratio", 10, [FAIR, FAIR], 1.5)
    assert one.talk_min_per_h == Band(60 * 0.8 * 120 / 180, 0.0)
    assert one.agent_wait_s.mean == pytest.approx(10 * 3600 * 0.2 / 150)
    assert one.abandon_rate.mean == pytest.approx(0.02)
    assert 0.02 < one.abandon_bound < 0.03
    # 150 talks of 120.5 s, 3.06 abandoned of 2 s, 120 machines of 3 s; ten agents.
    billed_min = (150 * 120.5 + 150 / 49 * 2 + 120 * 3) / 60
    assert one.cost_per_contact is not None
    assert one.cost_per_contact.mean == pytest.approx((0.6 * billed_min + 120) / 150)
    # Two attempts reach 1 - .75^2 of the leads and take 1.75 calls each.
    assert one.finish_h is not None
    assert one.finish_h.mean == pytest.approx(1750 / 600)
    assert one.contacts is not None
    assert one.contacts.mean == pytest.approx(437.5 * 0.98)


def test_a_deck_prices_calls_by_begun_minutes_and_a_flat_tariff_does_not():
    by_minutes = Prices(deck=deck(price="0.60"), shares={"1": 1.0}, at=0.0)
    one = msgspec.structs.replace(TEN, tariff=0.0, wage=0.0, prices=by_minutes)
    told = forecast(one, "ratio", 10, [FAIR], None).cost_per_contact
    assert told is not None
    # A machine of 3 s and an abandoned call cost a minute: 120 and 3.06 of them to 150 talks.
    talk = told.mean - 0.6 * (120 + 150 / 49) / 150
    assert 0.6 * 2.3 < talk < 0.6 * 2.8  # 120 s in the mean, half a minute begun in vain
    assert msgspec.json.decode(msgspec.json.encode(one), type=Question) == one


def test_prices_are_of_the_trunks_deck_in_the_mix_of_the_calls_of_late(tmp_path: Path):
    day = datetime.fromtimestamp(T0, UTC)
    opened = msgspec.structs.replace(SPRING, trunk="carrier-a")
    spring = Campaign(opened=opened, rules=LeadRules(lists=("vip",)))

    def found(campaign: Campaign) -> Prices | None:
        warehouse = Warehouse(tmp_path, "lab")
        return prices(tmp_path, warehouse, campaign, day - timedelta(1), day + timedelta(1))

    loader(tmp_path, Book(FACTS)).step()
    assert found(spring) is None  # no file of the money
    priced(tmp_path)
    loader(tmp_path, Book(FACTS), money=file_in(tmp_path)).step()
    told = found(spring)
    assert told is not None
    assert (told.deck.name, told.deck.version, told.shares) == ("x", 1, {"1": 1.0})
    assert Lines(told, 0.0, fixed(61.0)).talks(0.0) == 1.2
    other = msgspec.structs.replace(opened, trunk="carrier-z")
    assert found(msgspec.structs.replace(spring, opened=other)) is None  # rated by no deck


ALONE = msgspec.structs.replace(TEN, look_s=40.0, ring_s=15.0, hours=8.0)


def test_who_looks_before_each_call_talks_as_long_as_looks_and_rings_leave():
    days = [previewed(ALONE.day(10), ALONE.look_s, seed) for seed in range(20)]
    rest, people = ALONE.day(10).rest, ALONE.day(10).people
    in_vain_s = (
        rest.machine * (people.machine_ring.mean + 3.0) + rest.no_answer * people.no_answer.mean
        + rest.busy * people.busy.mean + rest.failed * people.failed.mean
    )  # fmt: skip
    turn_s = 40.0 + 0.25 * (15.0 + 180.0) + 0.75 * in_vain_s
    told = forecast(ALONE, "preview", 10, days, None)
    assert told.occupancy.mean == pytest.approx(0.25 * 180.0 / turn_s, abs=0.01)
    assert told.calls_per_h.mean == pytest.approx(10 * 3600 / turn_s, rel=0.02)
    assert told.contacts_per_h.mean == pytest.approx(0.25 * 10 * 3600 / turn_s, rel=0.02)
    assert {(day.abandoned, day.wait_s) for day in days} == {(0, 0.0)}
    assert (told.abandon_rate, told.worst_day, told.days_over_cap) == (Band(0.0, 0.0), 0.0, 0)


def test_who_looks_longer_calls_fewer_and_the_same_seed_is_the_same_day():
    short, long = (previewed(ALONE.day(3), look_s, 7) for look_s in (5.0, 120.0))
    assert short.calls_per_h > 2 * long.calls_per_h
    assert previewed(ALONE.day(3), 5.0, 7) == short


def test_phones_are_let_alone_in_modes_that_learn_and_in_no_other():
    alone, rings_on = (
        msgspec.structs.replace(TEN, ring_least_s=least_s).day(10) for least_s in (15.0, 0.0)
    )
    for mode in ("selftuned", "ratio"):
        job = reckon.Job(mode, 10, 2.0, 3, 30.0)
        assert (lived(alone, job) == lived(rings_on, job)) == (mode == "ratio"), mode


def test_a_days_machines_are_as_many_as_were_said():
    rest = TEN.day(10).rest
    assert 0.75 * rest.machine == pytest.approx(0.2)
    assert rest.machine + rest.no_answer + rest.busy + rest.failed == pytest.approx(1.0)


def test_the_answer_grows_and_has_every_mode_with_one_agent_less_and_more():
    steps = list(reckoned(Question.of(agents=4, answer_rate=0.4, hours=1), days=2))
    assert [one.done for one in steps] == sorted(one.done for one in steps)
    last = steps[-1]
    assert {(one.mode, one.agents) for one in last.forecasts} == {
        (mode, n) for mode in MODES for n in (3, 4, 5)
    }
    plain, more = last.of("progressive"), last.of("progressive", 5)
    assert plain is not None
    assert more is not None
    assert (plain.abandon_rate.mean, plain.days_over_cap) == (0.0, 0)
    looks = last.of("preview")
    assert looks is not None
    assert (looks.abandon_rate.mean, looks.days_over_cap) == (0.0, 0)
    assert looks.talk_min_per_h.mean < plain.talk_min_per_h.mean
    assert more.contacts_per_h.mean > plain.contacts_per_h.mean
    assert last.limit is not None
    assert last.points[-1].occupancy.mean > last.points[0].occupancy.mean
    assert last.share_of_limit(plain) == pytest.approx(plain.occupancy.mean / last.limit)
    assert last.share_of_limit(more) is None


def many(mode: str, occupancy: float, rate: float) -> Forecast:
    days = [
        FAIR._replace(occupancy=occupancy + off, abandoned=round(600 * rate))
        for off in (-0.002, 0.0, 0.002)
    ]
    return forecast(TEN, mode, 10, days, None)


PLAIN = many("progressive", 0.70, 0.0)


def chosen(*forecasts: Forecast) -> list[tuple[str, str]]:
    told = Answer(question=TEN, forecasts=forecasts)
    return [(one.key, str(one.values.get("mode", ""))) for one in advice(told)]


def test_the_mode_with_the_most_talk_within_the_cap_is_advised():
    quick, slow = many("predictive", 0.80, 0.028), many("selftuned", 0.76, 0.025)
    assert chosen(PLAIN, slow, quick) == [("gain", "predictive")]


def test_preview_is_chosen_for_its_look_and_never_advised_for_its_talk():
    assert chosen(many("preview", 0.80, 0.0), PLAIN) == [("only", "")]


def test_who_breaks_the_cap_is_named_and_not_advised():
    wild, slow = many("ratio", 0.90, 0.06), many("selftuned", 0.76, 0.025)
    assert chosen(PLAIN, wild, slow) == [("over_cap", "ratio"), ("gain", "selftuned")]
    assert chosen(PLAIN, wild) == [("over_cap", "ratio"), ("only", "")]


def test_what_chance_could_do_is_no_reason_to_abandon_people():
    assert chosen(PLAIN, many("predictive", 0.704, 0.02)) == [("progressive", "predictive")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", [
    Advice("few_persons", {"persons": 20.0, "cap": 0.03, "least": 33.3}),
    Advice("over_cap", {"mode": "ratio", "days": 2, "of": 5, "worst": 0.0412}),
    Advice("progressive", {"mode": "ratio", "gain": 0.1, "talk": 38.0, "plain": 37.9}),
    Advice("gain", {"mode": "ratio", "gain": 3.1, "talk": 41.0, "plain": 37.9}),
    Advice("only"),
], ids=lambda one: one.key if isinstance(one, Advice) else one)  # fmt: skip
def test_every_advice_can_be_said(one: Advice, language: str):
    text = said(one, words(language))
    assert "{" not in text
    if one.key == "over_cap":
        assert "4.1 %" in text


def test_a_job_ends_when_it_is_cancelled_and_no_more_than_two_run():
    asked = Question.of(agents=50, answer_rate=0.2)
    jobs = [Job(asked), Job(asked)]
    with pytest.raises(Busy):
        Job(asked)
    for job in jobs:
        job.cancel()
    until = time.monotonic() + 30.0
    while any(job.is_running for job in jobs) and time.monotonic() < until:
        time.sleep(0.05)
    assert [(job.is_running, job.failed, job.answer.done) for job in jobs] == [(False, "", 0.0)] * 2


# ---- the command ----
app = typer.Typer()
app.command()(whatif)


def told(home: Path, *words: str) -> dict[str, object]:
    ran = CliRunner().invoke(app, [*words, "--json"], obj=settings.load(None, home=home))
    assert ran.exit_code == 0, ran.output
    answer: dict[str, object] = json.loads(ran.stdout)
    return answer


def test_the_command_says_what_is_missing(tmp_path: Path):
    ran = CliRunner().invoke(app, ["--agents", "3"], obj=settings.load(None, home=tmp_path))
    assert isinstance(ran.exception, SettingsError)
    assert "--answer-rate: not known" in str(ran.exception)


def test_where_no_campaign_was_opened_the_command_says_which_home_it_looked_into(tmp_path: Path):
    words = ["--campaign", "spring"]
    ran = CliRunner().invoke(app, words, obj=settings.load(None, home=tmp_path))
    assert str(ran.exception) == (f"--campaign spring: no campaign was ever opened in {tmp_path}")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--agents", "0"), "--agents 0: must be 1 to 500"),
        (("--answer-rate", "30"), "--answer-rate 30: must be 0.01 to 1 (1 is 100 %)"),
        (("--talk-s", "nan"), "--talk-s nan: must be 1 to 7,200"),
    ],
)
def test_the_command_names_the_option_that_makes_no_sense_and_what_does(
    tmp_path: Path, words: tuple[str, ...], complaint: str
) -> None:
    given = ["--agents", "3", "--answer-rate", "0.3", *words]
    ran = CliRunner().invoke(app, given, obj=settings.load(None, home=tmp_path))
    assert isinstance(ran.exception, SettingsError)
    assert str(ran.exception) == complaint


def test_a_campaigns_calls_fill_the_question_in_and_the_tables_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    patient = msgspec.structs.replace(shift.SPRING, ring_timeout_s="18 to 30")
    monkeypatch.setattr(shift, "SPRING", patient)
    shift.made(tmp_path)
    days = str((time.time() - T0) / 86400 + 1)
    words = ["--campaign", "spring", "--since-days", days, "--days", "2", "--hours", "1"]
    seen = told(tmp_path, *words, "--answer-rate", "0.5", "--agents", "2")
    based, asked = seen["based_on"], seen["question"]
    assert isinstance(based, dict)
    assert isinstance(asked, dict)
    # Of ten placed calls of the Monday people answered six.
    assert (based["calls"], based["agents"], based["cap"]) == (10, 2, 0.03)
    assert (asked["answer_rate"], asked["talk_s"]) == (0.5, based["talk_s"])
    assert (based["ring_least_s"], asked["ring_least_s"]) == (18.0, 18.0)
    assert asked["leads"] == based["leads"]
    shown = CliRunner().invoke(
        app, ["--agents", "2", "--answer-rate", "0.4", "--days", "2", "--hours", "1"],
        obj=settings.load(None, home=tmp_path),
    )  # fmt: skip
    assert shown.exit_code == 0, shown.output
    assert "No dialer that lets every phone ring on exceeds" in shown.output
    assert "progressive" in shown.output
    assert "preview" in shown.output
    assert "looks at each lead for 30 s" in shown.output
    said = " ".join(shown.output.split())
    assert "phones that have rung 15 s are let alone while no agent is free" in said
    assert "Choose" in shown.output or "exceeded" in shown.output
    assert "**" not in shown.output
