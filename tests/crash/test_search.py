"""A search for what nobody thought of: people without a plan, and laws that hold all the same.

With `DIALER_TEST_STORIES=5000` in the environment `./run test --all tests/crash/test_search.py`
looks at so many stories more, not at sixty, and at other ones each time. Whatever breaks is told
with its number and the fewest whims that still break it.
"""

import os
from collections.abc import Callable
from time import time_ns
from typing import Any

import pytest

from dialer.engine.engine import Engine
from dialer.engine.events import LegDown, Withdrawn

from .mutants import MUTANTS, deaf_to, engine
from .story import failure, shortest
from .whims import ACTS, whims_of

STORIES, WHIMS = 120, 200
MORE = int(os.environ.get("DIALER_TEST_STORIES", "0"))


def told(seed: int, make: Callable[[], Engine] = Engine) -> str:
    """What broke in a story, and how to break it again."""
    whims = whims_of(seed, WHIMS)
    why = failure(seed, whims, ACTS, make)
    if not why:
        return ""
    fewest = shortest(whims, lambda fewer: failure(seed, fewer, ACTS, make))
    return f"story {seed}: {why}\n{failure(seed, fewest, ACTS, make)}\nby {[*fewest]}"


@pytest.mark.parametrize("first", range(0, STORIES, 20))
def test_whatever_people_want_and_whatever_breaks(first):
    for seed in range(first, first + 20):
        assert told(seed) == ""


@pytest.mark.slow
@pytest.mark.computes
def test_as_many_stories_more_as_one_likes():
    first = time_ns() // 1_000_000_000 * 1000 if MORE else STORIES
    for seed in range(first, first + (MORE or 60)):
        assert told(seed) == ""


# ---- the search is searched --------------------------------------------------------------------
FOUND = {
    "withdraws what already rings": "withdrawn",
    "places what it promised too long ago": "nothing is dialled",
    "dials before it has found its bearings": "may not dial",
    "dials while the campaign pauses": "paused",
    "lets the phones ring when the last agent leaves": "has nobody",
    "does not hear that somebody answered": "unheard",
    "does not know who calls": "not over",
    "leaves machines with their agents": "not over",
    "gives an agent two customers": "another call",
    "forgets agents' time": "told until",
    "leaves agents' legs standing": "not over",
    "never hangs up": "not over",
    "leaks lines": "lines used",
    "does not ask the witnesses": "nothing is dialled",
    "waits for ever for a refused claim": "wait for nothing",
    "draws lots": "remembers something else",
}
"Dialers broken on purpose, and what the search says of each."


def _first(make: Callable[[], Engine], stories: int = 25) -> str:
    """What breaks first."""
    found = (failure(seed, whims_of(seed, 150), ACTS, make) for seed in range(stories))
    return next(filter(None, found), "")


@pytest.mark.parametrize("name", FOUND)
def test_a_dialer_is_found_out_that(name):
    assert FOUND[name] in _first(MUTANTS[name].parts.engine)


def _raises(one: Any) -> None:
    one.floor.hold = None


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (engine(_raises), "TypeError"),
        (engine(lambda one: setattr(one.index, "seat", lambda agent: None)), "counts"),
        (deaf_to(Withdrawn), "not over"),
        (deaf_to(LegDown), "wait for nothing"),
    ],
    ids=["an error", "agents who are not counted", "no word of withdrawals", "legs that are gone"],
)
def test_it_finds(broken, says):
    assert says in _first(broken.engine)


def test_a_story_is_cut_down_to_what_breaks_it():
    whims = whims_of(5, 40)
    fewest = shortest(whims, lambda fewer: {"hold", "want calls"} <= {one.name for one in fewer})
    assert sorted(one.name for one in fewest) == ["hold", "want calls"]
