"""A stream of packets as an unbroken run of samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.audio.g711 import SILENCE
from dialer.listening.rtp import Packet
from dialer.listening.stream import Stream
from tests.listening.packets import FRAME

QUIET = SILENCE["alaw"]


def packet(k, *, timestamp=None, payload=None, ssrc=7, kind=8):
    data = payload if payload is not None else bytes([k % 256]) * FRAME
    return Packet(kind, k % 65536, (k * FRAME if timestamp is None else timestamp), ssrc, data)


def numbers(frames):
    """Which packets the frames came from; None is silence in place of one."""
    return [None if frame == QUIET else frame[0] for frame in frames]


def play(*arrivals, until):
    """Packets as (instant, packet), a look each 20 ms; the stream and its frames."""
    stream, frames, queue = Stream(7), [], list(arrivals)
    for tick in range(round(until / 0.02) + 1):
        now = tick * 0.02
        while queue and queue[0][0] <= now:
            at, one = queue.pop(0)
            stream.receive(one, at)
        frames += stream.take(now)
    return stream, numbers(frames)


def test_packets_in_order_are_frames_in_order():
    stream, frames = play(*[(k * 0.02, packet(k)) for k in range(50)], until=1.0)
    assert frames == list(range(50))
    assert (stream.frames, stream.late, stream.lost) == (50, 0, 0)


def test_two_packets_that_change_places_are_put_back():
    order = [0, 1, 3, 2, 4, 5]
    _, frames = play(*[(i * 0.02, packet(k)) for i, k in enumerate(order)], until=0.2)
    assert frames == [0, 1, 2, 3, 4, 5]


def test_a_packet_that_never_comes_is_silence_and_counted():
    sent = [(k * 0.02, packet(k)) for k in range(20) if k not in (5, 6)]
    stream, frames = play(*sent, until=0.5)
    assert frames[:20] == [0, 1, 2, 3, 4, None, None, *range(7, 20)]
    assert stream.lost == 2


def test_a_packet_that_comes_after_its_place_was_filled_is_dropped():
    sent = [(k * 0.02, packet(k)) for k in range(20) if k != 5] + [(0.31, packet(5))]
    _, frames = play(*sorted(sent, key=lambda pair: pair[0]), until=0.5)
    assert frames[:20] == [0, 1, 2, 3, 4, None, *range(6, 20)]


def test_the_same_packet_twice_is_heard_once():
    _, frames = play(
        (0, packet(0)), (0.02, packet(1)), (0.03, packet(1)), (0.04, packet(2)), until=0.1
    )
    assert frames == [0, 1, 2]


def test_when_nothing_comes_silence_keeps_the_pace_of_the_clock():
    stream, frames = play(*[(k * 0.02, packet(k)) for k in range(10)], until=3.0)
    assert frames[:10] == list(range(10))
    assert set(frames[10:]) == {None}
    assert stream.position / 8000 == pytest.approx(3.0, abs=0.25)


def test_after_a_pause_of_the_sender_the_sound_is_where_it_was():
    before = [(k * 0.02, packet(k)) for k in range(10)]
    after = [(2.0 + k * 0.02, packet(100 + k)) for k in range(10)]  # DTX: the timestamp went on
    stream, frames = play(*before, *after, until=2.2)
    first = frames.index(100)
    assert frames[first : first + 10] == list(range(100, 110))
    assert stream.instant(first * FRAME) == pytest.approx(1.98, abs=0.1)


def test_timestamps_go_around_the_corner_of_32_bits():
    start = (1 << 32) - 3 * FRAME
    sent = [
        (k * 0.02, packet(k, timestamp=(start + k * FRAME) % (1 << 32)))
        for k in range(10)
        if k != 4
    ]
    _, frames = play(*sent, until=0.3)
    assert frames[:10] == [0, 1, 2, 3, None, 5, 6, 7, 8, 9]


def test_another_source_on_the_same_port_goes_on_without_a_hole():
    stream = Stream(7)
    stream.receive(packet(0), 0.0)
    stream.begin_again(9)
    stream.receive(packet(1, timestamp=5_000_000, ssrc=9), 0.02)
    assert numbers(stream.take(0.02)) == [0, 1]


def test_comfort_noise_and_digits_are_not_sound():
    stream = Stream(7)
    stream.receive(packet(0), 0.0)
    stream.receive(packet(1, kind=101, payload=b"\x01\x0a\x00\xa0"), 0.02)
    stream.receive(packet(2, kind=13, payload=b"\x40"), 0.04)
    assert numbers(stream.take(0.04)) == [0]


def test_an_instant_is_that_of_the_earliest_arrival():
    sent = [(k * 0.02 + (0.03 if k % 3 else 0.0), packet(k)) for k in range(30)]
    stream, _ = play(*sorted(sent, key=lambda pair: pair[0]), until=0.7)
    assert stream.instant(0) == pytest.approx(-0.02, abs=1e-6)
    assert stream.instant(8000) == pytest.approx(0.98, abs=1e-6)


def test_what_is_heard_long_after_it_came_is_late():
    stream = Stream(7)
    for k in range(5):
        stream.receive(packet(k), k * 0.02)
    stream.take(0.115)  # 0 and 1 have waited for more than 60 ms... and 2 for more as well
    assert (stream.frames, stream.late) == (5, 3)


def test_of_a_source_nobody_asked_for_the_last_second_is_kept():
    stream = Stream(7)
    for k in range(200):
        stream.receive(packet(k), k * 0.02)
        stream.trim()
    frames = numbers(stream.take(4.0))
    assert frames == list(range(150, 200))
    assert (stream.late, stream.instant(stream.position)) == (0, pytest.approx(3.98))


@given(
    st.lists(st.integers(0, 10), max_size=60),
    st.lists(st.floats(0.0, 0.003), min_size=60, max_size=60),
)
def test_whatever_comes_within_a_fifth_of_a_second_frames_are_whole_and_in_order(order, delays):
    stream, now, seen = Stream(7), 0.0, []
    for k, delay in zip(order, delays, strict=False):
        now += delay
        stream.receive(packet(k, payload=bytes([k]) * FRAME), now)
        frames = stream.take(now)
        assert all(len(frame) == FRAME and len(set(frame)) == 1 for frame in frames)
        seen += [frame[0] for frame in frames if frame != QUIET]
    assert np.all(np.diff(seen) > 0)
