"""Before the answer: the first sound at all, a voice, music.

None of it ends a call. Music is a ringback of the called person's own (CRBT): it rings. A voice
may be one too, or an announcement; only a library of known announcements could tell.
"""

from collections.abc import Sequence

import numpy as np

from dialer.audio.columns import Columns
from dialer.audio.features import HOP
from dialer.audio.frames import Bools, Frame, Ints
from dialer.audio.listener import Listening, Said
from dialer.engine.events import Sound

AUDIO_DB = -50.0
"A sound is at least so loud, dBov,"
AUDIO_FRAMES = 3
"and so long."
SPEECH_FRAMES, SPEECH_OF = 15, 25
"So many voiced frames of the last so many are speech, or music that sounds like it."
HELD_FRAMES, HELD_HZ = 5, 0.006
"A note holds its pitch for so long (0.1 s), to within so much from frame to frame; speech rarely."
NOTES = 5
"So many different semitones have been held ..."
MUSIC_FRAMES, HELD_PART = 125, 0.08
"... in so many frames with sound (2.5 s), of which notes are held in so large a part."
NETWORK: frozenset[Sound] = frozenset(
    {"ringback", "busy", "congestion", "busy_or_congestion", "sit"}
)
"Who hears these hears no CRBT."

_WINDOW = (1 << SPEECH_OF) - 1


class Sounds:
    """The first sound, the first voice, the first music."""

    def __init__(self, rows: int) -> None:
        self._memory = Columns(
            rows, loud=np.int64(0), heard=np.False_, bits=np.int64(0), spoke=np.False_,
            hz=np.float32(0.0), run=np.int64(0), held=np.int64(0), notes=np.int64(0),
            sounding=np.int64(0), played=np.False_,
        )  # fmt: skip

    def grow(self, rows: int) -> None:
        """Make room."""
        self._memory.grow(rows)

    def open(self, row: int, ask: Listening) -> None:
        """A new call."""
        self._memory.reset(row)

    def answer(self, row: int, clock: int) -> None:
        """The greeting rule takes over; the first sound may still come."""
        self._memory.spoke[row] = self._memory.played[row] = True

    def step(self, frame: Frame, said: Sequence[Said]) -> list[Said]:
        """Hear a frame."""
        memory, rows = self._memory, frame.rows
        loud = np.where(frame.level_db > AUDIO_DB, memory.loud[rows] + 1, 0)
        memory.loud[rows] = loud
        first = ~memory.heard[rows] & (loud >= AUDIO_FRAMES)
        memory.heard[rows] |= first
        bits = ((memory.bits[rows] << 1) | frame.voiced) & _WINDOW
        memory.bits[rows] = bits
        speaks = ~memory.spoke[rows] & (np.bitwise_count(bits) >= SPEECH_FRAMES)
        memory.spoke[rows] |= speaks
        for item in said:
            if item.sound in NETWORK:
                self._memory.played[item.row] = True
        begun, now = frame.clock - AUDIO_FRAMES * HOP, frame.centre
        return [
            *_say(frame, first, begun, "audio", 1.0, ""),
            *_say(frame, speaks, now, "speech", 0.7, "a voice, or music"),
            *_say(frame, self._plays(frame, loud > 0), now, "crbt", 0.8, "notes of music"),
        ]

    def _plays(self, frame: Frame, loud: Bools) -> Bools:
        """Whether notes are held, and enough different ones: a tone of the network is one."""
        memory, rows = self._memory, frame.rows
        same = loud & (np.abs(frame.peak_hz / np.maximum(memory.hz[rows], 1.0) - 1.0) < HELD_HZ)
        run = np.where(same, memory.run[rows] + 1, 0)
        held = run >= HELD_FRAMES - 1
        semitone = np.rint(12.0 * np.log2(np.maximum(frame.peak_hz, 200.0) / 200.0)).astype(
            np.int64
        )
        memory.hz[rows] = frame.peak_hz
        memory.run[rows] = run
        memory.held[rows] += held
        memory.notes[rows] |= np.where(held, np.int64(1) << semitone, 0)
        memory.sounding[rows] += loud
        plays: Bools = (
            ~memory.played[rows]
            & (np.bitwise_count(memory.notes[rows]) >= NOTES)
            & (memory.sounding[rows] >= MUSIC_FRAMES)
            & (memory.held[rows] >= HELD_PART * memory.sounding[rows])
        )
        memory.played[rows] |= plays
        return plays


def _say(
    frame: Frame, rows: Bools, clock: Ints, sound: Sound, confidence: float, cause: str
) -> list[Said]:
    return [
        Said(int(frame.rows[i]), sound, int(clock[i]), "", confidence, cause)
        for i in np.flatnonzero(rows)
    ]
