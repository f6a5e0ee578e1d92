"""Before the answer: the first sound at all, a voice, music, an announcement that nobody knows.

None of it ends a call. Music is a ringback of the called person's own (CRBT), also under a voice:
it rings. A voice without music is an announcement, or a person's own ringback that he has spoken
himself: by its sound nothing tells them apart, but what a network says begins like something else
that it says. A voice that has little in common with any known announcement is a CRBT of the kind
`speech`, one that has much is an announcement at once, whatever plays behind it. Where hardly any
is known every voice is an announcement.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialer.audio.columns import Columns
from dialer.audio.features import HOP
from dialer.audio.frames import Bools, Frame, Ints
from dialer.audio.listener import NETWORK, Listening, Said
from dialer.audio.music import Music
from dialer.engine.events import Sound

AUDIO_DB = -50.0
"A sound is at least so loud, dBov,"
AUDIO_FRAMES = 3
"and so long."
SPEECH_FRAMES, SPEECH_OF = 15, 25
"So many voiced frames of the last so many are speech, or music that sounds like it."
SURE_FRAMES, SURE = 60, 1.2
"So much weight makes sure of music, after so many frames with sound (1.2 s);"
WEIGHED_FRAMES, RATHER = 132, -0.2
"so much after so many (2.6 s): by then it is one or the other."
SPOKEN_FRAMES = 95
"... and an announcement since a voice began so long ago (1.9 s),"
VOICED_FRAMES = 40
"of which it was heard for so long at least (0.8 s),"
BEHIND_DB, FADES_DB = 10.0, 0.02
"""no softer than so much below the loudest sound of late, which is forgotten by so much a frame:
those behind a ringing telephone announce nothing."""
TONE_FRAMES, LOUDER_DB = 10, 5.0
"""Who spoke before a ringback, or before one more of its tones, so long (0.2 s), speaks behind it;
an announcement is by so much louder than they."""
UNLIKE, UNLIKE_VOICE_FRAMES = 6.5, 70
"""Frames: a voice that has no longer passage than this in common with any known announcement, when
a voice has been heard for so long (1.4 s), is none;"""
RATHER_UNLIKE, LONG_VOICE_FRAMES = 7.75, 100
"with no longer one than this after 2 s of a voice, or when time is up, it is none either;"
SAID_FRAMES = 15
"the same once it has paused for so long (0.3 s): what it had to say is said."
LIKE = 16.0
"With so long a one it is one at once."
NO_VOICE_FRAMES, NO_TONE_DB, RISEN_FRAMES = 10, 8.0, 45
"""Where there was no more of a voice than this when time is up, what goes on without the pauses of
a tone (standard deviation) and has risen above the noise so long ago (0.9 s) is music, though no
codec has left it any partials: noise does not rise."""
SURE_VOICE = 0.5
"So likely it is a voice."
PAUSES_DB = 5.0
"A voice goes up and down more than this (standard deviation); a crowd does not."
AGAIN = 5
"Frames from one look to the next."
_WINDOW = (1 << SPEECH_OF) - 1


class Sounds:
    """The first sound, the first voice, and whether it is music or an announcement."""

    def __init__(self, rows: int) -> None:
        self._music = Music(rows)
        self._memory = Columns(
            rows, loud=np.int64(0), heard=np.False_, bits=np.int64(0), spoke=np.False_,
            spoken=np.int64(0), voice=np.int64(0), paused=np.int64(0), rings=np.False_,
            told=np.False_, top_db=np.float32(-90.0), tone=np.int64(0),
            voice_db=np.float32(-90.0), behind_db=np.float32(-90.0),
        )  # fmt: skip

    def grow(self, rows: int) -> None:
        """Make room."""
        self._music.grow(rows)
        self._memory.grow(rows)

    def open(self, row: int, ask: Listening) -> None:
        """A new call."""
        self._music.open(row, ask.plan)
        self._memory.reset(row)

    def answer(self, row: int, clock: int) -> None:
        """The greeting rule takes over; the first sound may still come."""
        self._memory.spoke[row] = self._memory.told[row] = True

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
            self._learn(item)
        begun, now = frame.clock - AUDIO_FRAMES * HOP, frame.centre
        music, words, own = self._weigh(frame)
        return [
            *_say(frame, first, begun, "audio", 1.0, ""),
            *_say(frame, speaks, now, "speech", 0.7, "a voice, or music"),
            *_say(frame, music, now, "crbt", 0.8, "music: it goes on, or notes hold their pitch"),
            *_say(frame, words, now, "announcement", 0.6, "speech without music", "unknown"),
            *_say(frame, own, now, "crbt", 0.6, "speech unlike any known announcement", "speech"),
        ]

    def attends(self, rows: NDArray[np.intp]) -> Bools:
        """Until it has told music from announcement, or a person answers."""
        open_: Bools = ~self._memory.told[rows]
        return open_

    def _learn(self, item: Said) -> None:
        """A tone of the network: no music follows it. A known announcement: nothing to add."""
        memory, row = self._memory, item.row
        if item.sound in NETWORK:
            memory.rings[row] = True
            memory.behind_db[row] = memory.voice_db[row]
            memory.spoken[row] = memory.voice[row] = 0
        if item.sound == "announcement":
            memory.told[row] = True

    def _weigh(self, frame: Frame) -> tuple[Bools, Bools, Bools]:
        """Which calls play music for sure by now, which announce, which speak for themselves."""
        memory, rows = self._memory, frame.rows
        open_ = ~memory.told[rows] & memory.heard[rows]
        music, words, own = (np.zeros_like(open_) for _ in range(3))
        if not open_.any():
            return music, words, own
        self._listen(frame, open_)
        age = self._music.frames(rows)
        due = np.flatnonzero(open_ & (age % AGAIN == 0) & (age >= SURE_FRAMES))
        if len(due):
            late, plays = age[due] >= WEIGHED_FRAMES, ~memory.rings[rows[due]]
            varies_db = self._music.varies_db(rows[due])
            weight = self._music.weigh(rows[due], varies_db)
            one = varies_db > PAUSES_DB
            behind = late & self._music.plays_on(rows[due])
            alike, voice = frame.alike[due], memory.voice[rows[due]]
            known = (alike >= LIKE) & (voice >= SPEECH_FRAMES)
            plays &= ~known
            goes_on = late & (voice < NO_VOICE_FRAMES) & (varies_db < NO_TONE_DB)
            wordless = goes_on & (memory.spoken[rows[due]] >= RISEN_FRAMES)
            certain = weight > np.where(late, RATHER, SURE)
            music[due] = plays & (certain | behind | wordless)
            speaks = (late | ~plays) & one & self._speaks(rows[due])
            said = self._memory.paused[rows[due]] >= SAID_FRAMES
            long = late | said | (voice >= LONG_VOICE_FRAMES)
            limit = np.where(long, RATHER_UNLIKE, UNLIKE)
            unlike = (one & (voice >= UNLIKE_VOICE_FRAMES)) | speaks
            own[due] = plays & ~music[due] & unlike & (alike < limit)
            words[due] = known | (~music[due] & ~own[due] & speaks)
        memory.told[rows] |= music | words | own
        return music, words, own

    def _listen(self, frame: Frame, open_: Bools) -> None:
        """Levels, partials, voices."""
        memory, rows = self._memory, frame.rows
        self._music.step(frame, open_, ~memory.rings[rows])
        top_db = np.maximum(frame.level_db, memory.top_db[rows] - FADES_DB)
        memory.top_db[rows] = top_db
        memory.spoken[rows] += open_ & memory.spoke[rows]
        speaks = frame.chance >= SURE_VOICE
        memory.voice[rows] += open_ & speaks
        memory.paused[rows] = np.where(speaks, 0, memory.paused[rows] + open_)
        tone, voice = self._music.last(rows)
        memory.tone[rows] = np.where(open_ & tone & frame.tonal, memory.tone[rows] + 1, 0)
        heard_db = np.where(open_ & voice, frame.level_db, -90.0)
        memory.voice_db[rows] = np.maximum(memory.voice_db[rows], heard_db)
        again = rows[memory.rings[rows] & (memory.tone[rows] == TONE_FRAMES)]
        memory.behind_db[again] = memory.voice_db[again]
        memory.spoken[again] = memory.voice[again] = 0

    def _speaks(self, rows: NDArray[np.intp]) -> Bools:
        """Whether a voice has been speaking for a while."""
        memory = self._memory
        above_db = np.maximum(memory.top_db[rows] - BEHIND_DB, memory.behind_db[rows] + LOUDER_DB)
        voiced = self._music.voiced(rows, above_db)
        speaks: Bools = (memory.spoken[rows] >= SPOKEN_FRAMES) & (voiced >= VOICED_FRAMES)
        return speaks


def _say(
    frame: Frame, rows: Bools, clock: Ints, sound: Sound, confidence: float, cause: str,
    kind: str = "",
) -> list[Said]:  # fmt: skip
    return [
        Said(int(frame.rows[i]), sound, int(clock[i]), kind, confidence, cause)
        for i in np.flatnonzero(rows)
    ]
