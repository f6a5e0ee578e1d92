"""The collector of a day of the twin."""

import gc

import pytest

from sim.garbage import SELDOM, seldom_collected


def test_it_looks_seldom_while_a_day_lasts_and_as_before_afterwards():
    before = gc.get_threshold()
    seen = []
    with seldom_collected():
        seen.append(gc.get_threshold())
    assert (seen, gc.get_threshold()) == ([SELDOM], before)
    assert before != SELDOM


def test_also_after_a_day_that_failed():
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError):
        failed()
    assert gc.get_threshold() == before


@seldom_collected()
def failed() -> float:
    return 1 / 0
