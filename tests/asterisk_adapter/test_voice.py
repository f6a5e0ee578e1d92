"""What is news in the count of packets that came from an agent's phone."""

from dialer.asterisk.life import Leg
from dialer.asterisk.voice import counted
from dialer.engine.events import VoiceBack, VoiceLost


def leg(customer: str = "d1-1") -> Leg:
    one = Leg("ann", "d1a-1")
    one.customer = customer
    return one


def test_who_sends_is_no_news() -> None:
    ann = leg()
    assert [counted(ann, 50 * n, float(n)) for n in range(20)] == [None] * 20


def test_who_sends_nothing_for_three_seconds_is_lost_once_and_back_once() -> None:
    ann = leg()
    news = [counted(ann, packets, float(at)) for at, packets in enumerate([7, 7, 7, 7, 7, 8, 9])]
    assert news == [
        None,
        None,
        None,
        VoiceLost("ann", at=3.0),
        None,
        VoiceBack("ann", at=5.0),
        None,
    ]


def test_who_never_sent_anything_is_lost_too() -> None:
    ann = leg("")
    assert [counted(ann, 0, at) for at in (0.0, 5.0)] == [None, VoiceLost("ann", at=5.0)]


def test_of_the_next_customer_it_is_told_again() -> None:
    ann = leg("")
    counted(ann, 7, 0.0)
    assert counted(ann, 7, 5.0) == VoiceLost("ann", at=5.0)
    ann.customer = "d1-2"
    assert counted(ann, 7, 6.0) == VoiceLost("ann", at=6.0)
    assert counted(ann, 7, 7.0) is None
