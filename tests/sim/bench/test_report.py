"""Goals and tables."""

from rich.console import Console

from sim.bench.report import RULES, Goal, goals, lost_or_doubled, tables

VOICE = {"verdict_to_agent_ms": {"p50": 30.0, "p95": 45.2, "p99": 60.1}}
RATE = {
    "asked_per_s": 60.0, "placed_per_s": 54.0, "lost": 0, "doubled": 1,
    "event_lag_ms": {"p50": 2.0, "p99": 251.0},
}  # fmt: skip


def test_a_figure_within_its_limit_meets_its_goal():
    assert list(goals({"voice": VOICE})) == [
        Goal("voice", "verdict to agent's voice on the wire, p95, ms", 45.2, "<= 60", True)
    ]


def test_figures_beyond_their_limits_do_not():
    assert [(goal.figure, goal.wanted, goal.met) for goal in goals({"rate": RATE})] == [
        (0.9, ">= 0.98", False), (1.0, "<= 0", False), (251.0, "<= 250", False),
    ]  # fmt: skip


def test_only_scenes_that_were_played_have_goals():
    assert list(goals({})) == []


def test_every_scene_has_a_goal():
    assert {rule.scene for rule in RULES} == {"voice", "rate", "ears", "soak", "engine"}


def test_lost_and_double_calls_add_up_over_the_scenes():
    assert lost_or_doubled({"rate": RATE, "soak": {"lost": 2, "doubled": 0}, "engine": {}}) == 3


def test_the_table_says_which_goals_were_not_met():
    console = Console(width=120, record=True, file=None, quiet=False, force_terminal=False)
    result = {
        "machine": {"cores": 2, "cpu": "EPYC", "asterisk": "22.10.1", "load": 0.3},
        "scenes": {"voice": VOICE},
        "goals": [
            {"scene": "voice", "goal": "p95", "figure": 71.5, "wanted": "<= 60", "met": False}
        ],
    }
    with console.capture() as shown:
        for table in tables(result):
            console.print(table)
    text = shown.get()
    assert "71.5" in text
    assert "not met" in text
    assert "p50 30, p95 45.2, p99 60.1" in text
