"""Every figure against the Monday that was counted by hand (see day.py)."""

from pathlib import Path

import pandas as pd
import pytest

from dialer.api.cdrs import Asked, ended
from dialer.errors import QueryError
from dialer.warehouse import Warehouse, schema
from tests.warehouse.day import FACTS, SHIFTS, T0, Book, cdr, lead, loader


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple]:
    """The rows as tuples, floats to 4 digits, nothing as None."""
    return [
        tuple(
            None if pd.isna(value) else round(value, 4) if isinstance(value, float) else value
            for value in row
        )
        for row in frame[list(columns)].itertuples(index=False)
    ]


def test_seven_of_ten_calls_were_answered(monday: Warehouse):
    assert rows(monday.figure("answered"), "campaign", "answered", "placed", "answer_rate") == [
        ("autumn", 1, 1, 1.0),
        ("spring", 7, 10, 0.7),  # c07 was never placed
    ]


def test_four_of_six_people_spoke_with_an_agent(monday: Warehouse):
    assert rows(
        monday.figure("connected", only="spring"), "connected", "persons", "connect_rate"
    ) == [(4, 6, 0.6667)]


def test_two_of_six_people_were_abandoned_the_late_connect_among_them(monday: Warehouse):
    columns = ("campaign", "abandoned", "persons", "abandon_rate", "abandon_cap")
    assert rows(monday.figure("abandonment"), *columns) == [
        ("autumn", 0, 1, 0.0, 0.01),
        ("spring", 2, 6, 0.3333, 0.03),
    ]


def test_calls_that_agents_made_themselves_count_only_where_they_were_abandoned(tmp_path: Path):
    heard = {"placed_at": 0.1, "answered_at": 4, "ended_at": 30}
    calls = (
        cdr("c01", "connected", 0, **heard, mode="predictive"),
        cdr("c02", "connected", 1, **heard, mode="manual"),
        cdr("c03", "connected", 2, **heard, mode="callback"),
        cdr("c04", "abandoned", 3, **heard, mode="callback"),
    )
    loader(tmp_path, Book(calls)).step()
    house = Warehouse(tmp_path, "lab")
    for figure in ("abandonment", "abandonment_by_day", "compliance"):
        assert rows(house.figure(figure), "abandoned", "persons") == [(1, 2)], figure
    assert rows(house.figure("connected"), "connected", "persons") == [(3, 4)]


def test_a_day_is_the_campaigns_day(monday: Warehouse):
    days = monday.figure("abandonment_by_day")
    assert [(c, str(d)[:10], n) for c, d, n in rows(days, "campaign", "day", "persons")] == [
        ("autumn", "2026-11-24", 1),  # half past midnight in Shanghai
        ("spring", "2026-11-23", 6),
    ]
    tuesday_in_new_york = T0 + 14 * 3600
    later = monday.figure("abandonment_by_day", since=tuesday_in_new_york)
    assert rows(later, "campaign") == [("autumn",)]  # there, it is still Tuesday


def test_the_funnel_only_narrows_and_tells_both_denominators(monday: Warehouse):
    columns = ("step", "calls", "dialled", "of_dialled_rate", "of_step_before_rate")
    assert rows(monday.figure("funnel", only="spring"), *columns) == [
        ("dialled", 10, 10, 1.0, 1.0),
        ("ringing", 8, 10, 0.8, 0.8),  # not the busy one, not the congested one
        ("answered", 7, 10, 0.7, 0.875),
        ("person", 6, 10, 0.6, 0.8571),
        ("connected", 4, 10, 0.4, 0.6667),
    ]


def test_phones_let_alone_for_want_of_an_agent_are_counted_of_the_calls_placed(tmp_path: Path):
    rang = {"placed_at": 0.1, "ringing_at": 2, "ended_by": "dialer"}
    calls = (
        cdr("c01", "no_answer", 0, **rang, hang_up_at=17, ended_at=17.1, why="no_agent"),
        cdr("c02", "no_answer", 1, **rang, hang_up_at=21, ended_at=21.1, why="no_agent"),
        cdr("c03", "no_answer", 2, **rang, hang_up_at=30, ended_at=30.1, why="ring"),
        # Somebody answered while it was let alone: abandoned, and no phone that was let alone.
        cdr("c04", "abandoned", 3, **rang, hang_up_at=17, answered_at=17.1, ended_at=17.2,
            why="no_agent"),
        cdr("c05", "failed", 4, ended_at=4.2),
    )  # fmt: skip
    loader(tmp_path, Book(calls)).step()
    house = Warehouse(tmp_path, "lab")
    columns = ("campaign", "let_alone", "placed", "let_alone_rate")
    assert rows(house.figure("let_alone"), *columns) == [("spring", 2, 4, 0.5)]
    # They are rings that we ended, none of them too soon, and none is a cancelled call.
    assert rows(house.figure("compliance"), "given_up", "short_rings") == [(3, 0)]
    assert house.figure("line_saved").empty
    assert rows(house.figure("trunks"), "placed", "asr_rate", "ner_rate") == [(4, 0.25, 1.0)]


def test_every_attempt_has_its_outcome(monday: Warehouse):
    columns = ("outcome", "calls", "attempts", "share_rate", "person")
    assert rows(monday.figure("outcomes", only="spring"), *columns) == [
        ("connected", 2, 11, 0.1818, True),
        ("abandoned", 1, 11, 0.0909, True),
        ("agent_lost", 1, 11, 0.0909, True),
        ("busy", 1, 11, 0.0909, False),
        ("congestion", 1, 11, 0.0909, False),
        ("failed", 1, 11, 0.0909, False),
        ("hung_up_waiting", 1, 11, 0.0909, True),
        ("late_connect", 1, 11, 0.0909, True),
        ("machine", 1, 11, 0.0909, False),
        ("no_answer", 1, 11, 0.0909, False),
    ]


def test_calls_by_the_minute(monday: Warehouse):
    frame = monday.figure("over_time", only="spring")
    columns = ("placed", "answered", "connected", "abandoned")
    assert [m.timestamp() - T0 for m in frame["minute"]] == [0, 60, 120]
    assert rows(frame, *columns) == [(2, 2, 2, 0), (4, 2, 0, 1), (4, 3, 2, 1)]


def test_a_period_is_half_open(monday: Warehouse):
    first_minute = monday.figure("answered", since=T0, until=T0 + 60, only="spring")
    assert rows(first_minute, "placed", "answered") == [(2, 2)]
    second_minute = monday.figure("answered", since=T0 + 60, until=T0 + 120, only="spring")
    assert rows(second_minute, "placed", "answered") == [(4, 2)]


def test_how_long_a_person_waits_for_the_agents_voice(monday: Warehouse):
    # From the verdict: 40, 60, 3020 and 100 ms; from the answer: 1540, 1060, 4020, 1100 ms.
    columns = ("from_verdict", "verdict_to_agent_p50_ms", "from_answer", "answer_to_agent_p50_ms")
    spring = monday.figure("reaction", only="spring")
    # Percentiles are told in steps of 1 %.
    told = [4, pytest.approx(80, rel=0.005), 4, pytest.approx(1320, rel=0.005)]
    assert [list(row) for row in rows(spring, "campaign", *columns)] == [
        ["spring", *told], [None, *told],
    ]  # fmt: skip
    [p99, _] = spring["verdict_to_agent_p99_ms"]
    assert p99 == pytest.approx(100 + 0.97 * 2920, rel=0.005)


def test_agents_time_is_cut_to_the_period(monday: Warehouse):
    frame = monday.figure("agent_time", since=T0, until=T0 + 100, only="sales")
    assert rows(frame, "agent", "state", "in_state_s") == [
        ("anna", "PAUSED", 10.0),  # 90 to 100
        ("anna", "READY", 9.0),  # 0 to 9
        ("anna", "RESERVED", 1.0),
        ("anna", "TALKING", 60.0),
        ("anna", "WRAP_UP", 20.0),
        ("bob", "LOGGED_OUT", 10.0),
        ("bob", "READY", 12.0),
        ("bob", "TALKING", 30.0),
        ("bob", "WRAP_UP", 8.0),
    ]


def test_occupancy_leaves_breaks_out_and_utilisation_does_not(monday: Warehouse):
    # Talk and wrap-up: anna 60 + 20 + 30, bob 30 + 8. Ready: anna 29 + 1 + 9, bob 32.
    occupancy = monday.figure("occupancy", only="sales")
    assert rows(occupancy, "pool", "agents", "handling_s", "ready_s", "occupancy_rate")[0] == (
        "sales", 2, 148.0, 71.0, 0.6758,
    )  # fmt: skip
    utilisation = monday.figure("utilisation", only="sales")
    # Logged in: that and anna's breaks, 30 + 30.
    assert rows(utilisation, "pool", "handling_s", "logged_in_s", "utilisation_rate")[0] == (
        "sales", 148.0, 279.0, 0.5305,
    )  # fmt: skip


def test_what_each_agent_did(monday: Warehouse):
    columns = ("agent", "calls", "talk_s", "wrap_up_s", "ready_s", "paused_s", "handling_mean_s")
    assert rows(monday.figure("agents"), *columns) == [
        ("chen", 1, 60.0, 0.0, 0.0, 0.0, 60.0),
        ("anna", 3, 90.0, 20.0, 39.0, 60.0, 36.6667),
        ("bob", 2, 30.0, 8.0, 32.0, 0.0, 19.0),
    ]


def test_breaks_by_reason(monday: Warehouse):
    assert rows(monday.figure("pauses"), "reason", "pauses", "paused_s") == [
        ("coffee", 1, 30.0),
        ("login", 1, 30.0),
    ]


def test_the_last_word_of_a_call_counts(monday: Warehouse):
    frame = monday.figure("dispositions", only="spring")
    assert rows(frame, "disposition", "calls", "of_calls", "share_rate") == [
        ("sale", 2, 4, 0.5),  # anna's callback became a sale
        (None, 2, 4, 0.5),
    ]


def test_a_promised_callback_is_a_word_and_an_instant(monday: Warehouse):
    frame = monday.query("SELECT disposition, callback_at FROM v_dispositions ORDER BY seq")
    assert frame["disposition"].tolist() == ["callback", "sale", "sale"]
    assert [at.timestamp() for at in frame["callback_at"].dropna()] == [1795446000]


def test_the_last_decision_and_its_reason(monday: Warehouse):
    columns = ("campaign", "n", "bound", "persons", "abandoned", "worst_rate", "abandon_cap")
    assert rows(monday.figure("pacing_last"), *columns) == [("spring", 0, "cap", 6, 2, 0.4, 0.03)]


def test_what_bound_pacing(monday: Warehouse):
    assert rows(monday.figure("pacing_bounds"), "bound", "decisions", "calls", "share_rate") == [
        ("agents", 2, 7, 0.5),
        ("calls_per_s", 1, 4, 0.25),
        ("cap", 1, 0, 0.25),
    ]


def test_a_trunk_is_judged_by_what_the_network_did(monday: Warehouse):
    columns = ("trunk", "placed", "asr_rate", "ner_rate", "post_dial_delay_p50_s")
    assert rows(monday.figure("trunks", only="spring"), *columns) == [
        ("carrier-a", 9, 0.7778, 1.0, pytest.approx(1.9, rel=0.005)),
        ("carrier-b", 1, 0.0, 0.0, None),
    ]


def test_an_answer_without_ringing_and_ringing_after_the_answer_are_suspected(tmp_path: Path):
    calls = (
        cdr("c01", "machine", 0, placed_at=0.1, answered_at=0.6, ended_at=5.0),
        cdr("c02", "machine", 1, placed_at=0.1, ringing_at=2, answered_at=4, ended_at=30,
            verdict_cause="false answer: ringback"),
        cdr("c03", "machine", 2, placed_at=0.1, ringing_at=0.2, answered_at=0.6, ended_at=30),
        cdr("c04", "machine", 3, placed_at=0.1, answered_at=4, ended_at=30),
        cdr("c05", "busy", 4, placed_at=0.1, ended_at=0.6, cause=17),
    )  # fmt: skip
    loader(tmp_path, Book(calls)).step()
    frame = Warehouse(tmp_path, "lab").figure("trunks", only="spring")
    columns = ("answered", "short", "false_answers", "false_answer_rate")
    assert rows(frame, *columns) == [(4, 1, 2, 0.5)]


def test_the_surest_hour_of_the_week(monday: Warehouse):
    columns = ("campaign", "weekday", "hour", "placed", "person_rate", "person_least_rate")
    assert rows(monday.figure("hours"), *columns) == [
        ("autumn", 2, 0, 1, 1.0, 0.2065),  # Tuesday in Shanghai; one call proves little
        ("spring", 1, 10, 10, 0.6, 0.3127),
    ]


def test_lines_at_once_by_the_minute(monday: Warehouse):
    frame = monday.figure("lines", only="spring")
    assert [m.timestamp() - T0 for m in frame["minute"]] == [0, 60, 120, 120]
    # c05 ends in the very moment in which c06 is placed: they share a line.
    assert rows(frame, "trunk", "most_lines", "placed", "refused") == [
        ("carrier-a", 2, 2, 0), ("carrier-a", 4, 4, 0), ("carrier-a", 3, 3, 0),
        ("carrier-b", 1, 1, 1),
    ]  # fmt: skip


def test_load_in_erlang(monday: Warehouse):
    frame = monday.figure("lines_load", only="spring")
    assert rows(frame, "trunk", "placed", "refused", "persons", "load_erlang") == [
        ("carrier-a", 9, 0, 6, 0.0686),  # 246.81 s
        ("carrier-b", 1, 1, 0, 0.0001),
    ]


def test_how_leads_stand(monday: Warehouse):
    columns = ("list", "state", "why", "leads", "of_leads", "share_rate", "dialled")
    assert rows(monday.figure("number_states"), *columns) == [
        ("leads-of-may", "open", "", 11, 13, 0.8462, 9),
        ("leads-of-may", "done", "dnc", 1, 13, 0.0769, 0),
        ("leads-of-may", "done", "talked", 1, 13, 0.0769, 1),
    ]


def test_by_what_causes_calls_end(monday: Warehouse):
    frame = monday.figure("causes", only="spring")
    told = [
        row for row in rows(frame, "trunk", "cause", "sip", "outcome", "calls", "placed") if row[1]
    ]
    assert told == [
        ("carrier-a", 17, 486, "busy", 1, 9), ("carrier-a", 19, 480, "no_answer", 1, 9),
        ("carrier-b", 34, 503, "congestion", 1, 1),
    ]  # fmt: skip


def test_what_each_agent_recorded(monday: Warehouse):
    columns = ("agent", "disposition", "calls", "of_calls", "share_rate")
    assert rows(monday.figure("agent_dispositions", only="sales"), *columns) == [
        ("anna", "sale", 1, 2, 0.5), ("anna", None, 1, 2, 0.5),
        ("bob", "sale", 1, 2, 0.5), ("bob", None, 1, 2, 0.5),
    ]  # fmt: skip


def test_prefixes_without_a_price_list(monday: Warehouse):
    columns = ("trunk", "region", "prefix", "placed", "asr_rate", "calls_amount")
    assert rows(monday.figure("prefixes", only="spring"), *columns) == [
        ("carrier-a", "US", "", 9, 0.7778, None), ("carrier-b", "US", "", 1, 0.0, None),
    ]  # fmt: skip


def test_how_far_a_list_is_worked(monday: Warehouse):
    columns = ("list", "leads", "dialled", "contacted", "done", "penetration_rate", "contact_rate")
    assert rows(monday.figure("lists"), *columns) == [
        ("leads-of-may", 13, 10, 6, 2, 0.7692, 0.6)  # c01, c02, c03, c08, c09, c11 were persons
    ]


def test_where_leads_are_not_all_read_yet_nobody_says_what_share_was_contacted(tmp_path: Path):
    two_of_eleven = [lead("101", "done", attempts=1), lead("102", "open", attempts=1)]
    loader(tmp_path, Book(FACTS, leads=two_of_eleven)).step()
    (line,) = rows(
        Warehouse(tmp_path, "lab").figure("lists"), "dialled", "contacted", "contact_rate"
    )
    assert line[:2] == (2, 6)
    assert pd.isna(line[2])


def test_figures_never_name_an_outcome():
    from dialer.engine.outcomes import OUTCOMES

    for name, sql in schema.figures().items():
        named = [kind for kind in OUTCOMES if f"'{kind}'" in sql]
        assert not [kind for kind in named if kind != "connected" or name != "funnel"], name


def test_every_figure_begins_with_its_question_and_is_in_the_file(monday: Warehouse):
    made = monday.query(
        "SELECT DISTINCT function_name AS name, comment FROM duckdb_functions() "
        "WHERE function_name LIKE 'kpi_%' ORDER BY 1"
    )
    assert list(made["name"]) == sorted(f"kpi_{name}" for name in schema.figures())
    for name, sql in schema.figures().items():
        assert sql.startswith("-- ")
        assert "?" in schema.question(sql), name
        assert schema.question(sql) in set(made["comment"])


def test_every_figure_answers_for_an_empty_period(monday: Warehouse):
    for name, sql in schema.figures().items():
        if "since" in sql:
            empty = monday.figure(name, since=T0 + 1e6, until=T0 + 2e6)
            told = empty.drop(columns=[c for c in ("source", "campaign", "pool") if c in empty])
            counts = told.select_dtypes("number").fillna(0)
            assert (counts == 0).all(axis=None), name


def test_an_unknown_figure_is_named(monday: Warehouse):
    with pytest.raises(QueryError, match="there is no figure 'sales'; there are abandonment"):
        monday.figure("sales")


def test_a_party_outside_is_nobodys_agent(tmp_path: Path):
    call = cdr("c02", "connected", 1, placed_at=0.1, answered_at=10, bridged_at=11, ended_at=91,
               legs=[("bob", 11, 41), ("outside:bank", 46, 91)])  # fmt: skip
    bobs = [fact for fact in SHIFTS if fact.agent == "bob"]
    loader(tmp_path, Book([call, *bobs], leads=[])).step()
    house = Warehouse(tmp_path, "lab")
    assert rows(house.figure("agents"), "agent", "calls", "talk_s", "handed_outside") == [
        ("bob", 1, 30.0, 1)
    ]
    parts = house.query("SELECT agent FROM v_legs")
    assert rows(parts, "agent") == [("bob",)]
    outside = house.query("SELECT call, party, handed_by, talk_s FROM v_outside")
    assert rows(outside, "call", "party", "handed_by", "talk_s") == [("c02", "bank", "bob", 45.0)]
    looked_up = house.query("SELECT agent, agents FROM v_calls")
    assert rows(looked_up, "agent", "agents") == [("bob", 1)]
    (told,) = ended(tmp_path, "lab", Asked(everything=True))
    assert (told.agents, told.outside) == (("bob",), ("bank",))
