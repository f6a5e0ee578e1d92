"""Bad lines: whatever a network does to the packets, a verdict comes in time, and no exception."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialer.audio.g711 import ALAW, encode
from dialer.engine.events import VERDICTS
from dialer.listening.desk import Desk
from dialer.listening.protocol import Open, Phase, Told
from dialer.listening.rtp import Packet, build
from tests.audio.sounds import noise, silence, song, tone, voice

BEGAN, DEADLINE_S = 500.0, 4.4
LINE_S = 5.0
GREETING = np.concatenate([silence(0.3), voice(0.7), silence(0.7), voice(1.6), silence(1.7)])
SOUNDS = {
    "greeting": GREETING,
    "zeros": np.zeros_like(GREETING),
    "clipped": np.clip(40.0 * GREETING, -1.0, 1.0),
    "faint": GREETING * 10 ** (-23 / 20),
    "in noise": GREETING + noise(len(GREETING) / 8000, -27.0),
    "noise": noise(LINE_S, -20.0),
    "song": song(LINE_S),
}
CODED = {name: encode(sound.astype(np.float32), ALAW).tobytes() for name, sound in SOUNDS.items()}


def wires(coded, ms=20, *, kind=8):
    size = 8 * ms
    return [
        build(Packet(kind, k % 65536, k * size, 7, coded[k * size : (k + 1) * size]))
        for k in range(len(coded) // size)
    ]


def listened(arrivals, until_s, phase="answer"):
    """What a desk tells of packets (seconds, bytes), looked at each 20 ms: sound, when, sample."""
    desk, told, queue = Desk(), [], sorted(arrivals, key=lambda pair: pair[0])
    desk.obey(Open("c", 14000, "cn"))
    if phase == "answer":
        desk.obey(Phase("c", "answer"))
    for tick in range(round(until_s / 0.02) + 1):
        now = BEGAN + tick * 0.02
        while queue and BEGAN + queue[0][0] <= now:
            at, data = queue.pop(0)
            desk.receive(data, 14000, BEGAN + at)
        told += [
            (item.heard.sound, tick * 0.02, item.heard.sample)
            for item in desk.tick(now)
            if isinstance(item, Told)
        ]
    return told


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    sound=st.sampled_from(sorted(CODED)), loss=st.sampled_from([0.0, 0.02, 0.1, 0.4]),
    jitter_s=st.sampled_from([0.0, 0.03, 0.12]), twice=st.sampled_from([0.0, 0.2]),
    stops_s=st.sampled_from([0.06, 0.9, 9.0]), rubbish=st.sampled_from([0.0, 0.1]),
    seed=st.integers(0, 99),
)  # fmt: skip
def test_a_verdict_comes_in_time_whatever_happens_to_the_packets(
    sound, loss, jitter_s, twice, stops_s, rubbish, seed
):
    rng, arrivals = np.random.default_rng(seed), []
    for k, data in enumerate(wires(CODED[sound])):
        if k * 0.02 > stops_s or (k > 0 and rng.random() < loss):
            continue
        arrivals.append((k * 0.02 + jitter_s * rng.random(), data))
        if rng.random() < twice:
            arrivals.append((k * 0.02 + 0.2 * rng.random(), data))
        if rng.random() < rubbish:
            comfort = build(Packet(13, k, k * 160, 7, b"\x40"))
            arrivals += [(k * 0.02, rng.bytes(int(rng.integers(0, 40)))), (k * 0.02, comfort)]
    verdicts = [told for told in listened(arrivals, LINE_S) if told[0] in VERDICTS]
    assert verdicts
    assert verdicts[0][1] < DEADLINE_S


@pytest.mark.parametrize(
    ("phase", "sound"),
    [
        ("answer", np.concatenate([GREETING[:10400], tone(0.4, 1000.0), silence(0.8)])),
        ("early", song(3.2)),
    ],
)
def test_packets_of_any_length_are_heard_the_same_to_the_sample(phase, sound):
    coded = encode(sound[: len(sound) // 3840 * 3840].astype(np.float32), ALAW).tobytes()
    heard = {
        ms: [
            (what, sample)
            for what, _, sample in listened(
                [((k + 1) * ms / 1000, data) for k, data in enumerate(wires(coded, ms))],
                len(coded) / 8000 + 0.1, phase,
            )
        ]
        for ms in (10, 20, 30, 160)
    }  # fmt: skip
    assert heard[10] == heard[20] == heard[30] == heard[160]
    assert len(heard[20]) > 1
