"""The record of a call whose end was told before what went before it."""

from dialer.engine.call import CALM, fold
from dialer.engine.ending import cdr
from dialer.engine.events import Answered, HungUp, MessageStarted


def test_what_a_restarted_dialer_finds_out_late_was_before_the_end():
    """Answered and told the message while nobody was there; the reconcile came after the end."""
    over = HungUp("d1-0", at=9.617, cause=16, by_us=True)
    found = Answered("d1-0", at=9.645), MessageStarted("d1-0", "safe_harbour", at=9.645)
    for events in ((over, *found), (*found, over)):
        told = cdr(fold(CALM, *events))
        assert (told.answered_at, told.message_at, told.ended_at) == (9.617, 9.617, 9.617)
        assert told.placed_at == 0.1
