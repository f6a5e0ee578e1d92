"""Pre-flight: a sentence that adds up, what it takes, and what forbids to start."""

import json
from pathlib import Path

import msgspec
import pytest

from dialer import __main__ as command_line
from dialer.campaign import Campaign
from dialer.i18n import LANGUAGES, words
from dialer.preflight import Kept, Need, Preflight, Usual, of_file, preflight, refusals, usual
from dialer.preflight_words import lines

from .conformance.worlds import MONDAY_10AM, NEW_YORK, World, cdr, people, person
from .journal.test_lookover import rejected

SPRING = Campaign(name="spring", lists=("people",), law="us_ftc", lines=100, calls_per_s=5.0)
FOUND = Preflight(
    campaign="spring", at=MONDAY_10AM, zone="Europe/London", rows=15_000, called=12_431,
    kept=(
        Kept(why="invalid", n=1204), Kept(why="dnc", n=611),
        Kept(why="hours", n=388, until=MONDAY_10AM + 3 * 3600), Kept(why="caps", n=366),
    ),
    need=Need(
        agents=20, lines=62, by=MONDAY_10AM + 11 * 3600, finish_at=MONDAY_10AM + 30 * 3600,
        with_agents=8, usual=Usual(calls=2000),
    ),
    refused=(),
)  # fmt: skip


@pytest.fixture
def world(tmp_path: Path):
    world = World("sqlite", tmp_path / "home")
    yield world
    world.close()


def test_it_reads_as_a_manager_would_say_it():
    assert list(lines(FOUND, words("en"))) == [
        "12,431 of 15,000 will be called; 1,204 invalid; 611 on a do-not-call list; "
        "388 outside hours until 13:00; 366 out of attempts",
        "To call all of them by 21:00 takes 20 agents and 62 lines.",
        "With 8 agents every lead has been called once at 2026-09-22 16:00.",
        "Reckoned with 25 % answered by a person and 150 s of talk, as in the last 2,000 calls.",
    ]
    assert FOUND.rows == FOUND.called + sum(one.n for one in FOUND.kept)
    assert next(lines(FOUND, words("zh"))).startswith(
        "15,000 条中将拨打 12,431 条；无效号码 1,204 条"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_name(language: str):
    whys = ("final", "open", "dead", "dnc", "caps", "hours", "talked", "rests", "law", "invalid")
    assert [why for why in whys if f"kept.{why}" not in words(language).texts] == []


def test_what_it_takes_follows_from_the_load(world: World):
    world.lists(people=[*people(300), person("12125550123", place=NEW_YORK)])
    found = preflight(world.path, of_file(SPRING), world.at)
    assert (found.rows, found.called, found.kept) == (
        301, 300, (Kept(why="hours", n=1, until=world.at + 3 * 3600),),
    )  # fmt: skip
    need = found.need
    assert need
    assert need.usual == Usual()
    assert need.by == world.at + 11 * 3600  # 21:00 in London
    # 300 calls in 11 hours, each 25 s, a quarter of them 161 s and 60 s of wrap-up
    pace = 300 / (11 * 3600)
    assert need.agents == 1 + int(pace * (0.75 * 25 + 0.25 * (11 + 210)))
    assert need.lines >= pace * (0.75 * 25 + 0.25 * 161)
    assert need.finish_at
    assert need.by < need.finish_at + 3600 * 11
    quick = preflight(world.path, of_file(SPRING), world.at, agents=50).need
    assert quick
    assert quick.with_agents == 50
    assert quick.finish_at == pytest.approx(world.at + 3 * 3600, abs=301)  # waits for New York


def test_twice_the_agents_are_never_later(world: World):
    world.lists(people=people(2000))
    for pacing in ("progressive", "predictive"):
        campaign = of_file(msgspec.structs.replace(SPRING, pacing=pacing))
        needs = [preflight(world.path, campaign, world.at, agents=n).need for n in (2, 4, 8, 16)]
        finishes = [need.finish_at for need in needs if need and need.finish_at]
        assert len(finishes) == 4
        assert finishes == sorted(finishes, reverse=True)
        assert finishes[0] > finishes[-1]


def test_a_past_of_enough_calls_is_believed(world: World):
    world.lists(people=people(120))
    world.open(lines=200)
    calls = world.promised(120)
    for n, call in enumerate(calls):
        ended = cdr(call, "connected" if n % 3 == 0 else "no_answer", world.at + 20)
        world.record(msgspec.structs.replace(ended, placed_at=world.at))
    lately = usual(world.path, "spring")
    assert (lately.calls, lately.answer_rate) == (120, pytest.approx(1 / 3))
    assert lately.unanswered_s == 20.0


@pytest.mark.parametrize(
    ("law", "detection", "is_refused"),
    [
        ("ca_crtc", "careful", True),
        ("strict", "balanced, pause_s=0.6", True),
        ("strict", "balanced, connect_first", False),
        ("us_ftc", "careful", False),
        ("lab", "careful", False),
    ],
)
def test_a_clock_from_the_answer_leaves_no_time_to_listen_first(
    law: str, detection: str, is_refused: bool
):
    campaign = of_file(msgspec.structs.replace(SPRING, law=law, detection=detection))
    said = refusals(campaign)
    assert len(said) == is_refused
    assert all(f"law `{law}` starts its 2 seconds at the answer" in why.detail for why in said)
    assert all(f'detection = "{detection}, connect_first"' in why.detail for why in said)


def test_the_command_says_it_and_ends_as_it_must(world: World, tmp_path: Path, capsys):
    world.lists(people=people(3))
    rejected(world, "not_a_number")
    file = tmp_path / "spring.toml"
    file.write_text('name = "spring"\nlists = ["people", "gone"]\nlaw = "lab"\n')
    with pytest.raises(SystemExit) as ended:
        command_line.main(
            ["--home", str(tmp_path / "home"), "preflight", str(file), "--json", "--agents", "2"]
        )
    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 3
    assert (told["rows"], told["called"], told["kept"]) == (
        4, 3, [{"why": "invalid", "n": 1, "until": None}],
    )  # fmt: skip
    assert [one["detail"] for one in told["refused"]] == [
        "there is no trunk lab; there are: none", "there is no list gone: import it first",
    ]  # fmt: skip
    with pytest.raises(SystemExit):
        command_line.main(
            ["--home", str(tmp_path / "home"), "preflight", str(file), "--language", "zh"]
        )
    said = capsys.readouterr().out
    assert "4 条中将拨打 3 条" in said
    assert "不能启动：没有中继 lab；现有：无" in said
    assert world.journal.open_intents() == []
