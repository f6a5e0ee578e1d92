"""Person or recording, by the shape of the first utterance: a rule that favours the person.

A person says a word or two and waits; a recording goes on. So: a short utterance and then a
pause is a person at once, speech that goes on for seconds without a pause is a machine, and
whoever is still undecided at the deadline is a person. A beep or a fax tone settles it, also
later; so does somebody who was taken for a person and talks on without ever stopping to listen.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dialer.audio.columns import Columns
from dialer.audio.features import HOP, RATE
from dialer.audio.frames import Bools, Frame
from dialer.audio.listener import Listening, Said

ONSET_FRAMES, ONSET_OF = 5, 10
"So many voiced frames of the last so many begin an utterance: a click is not a word."
GOES_ON_FRAMES, GOES_ON_OF = 2, 5
"So many of the last so many keep it going."
DENSE = 0.45
"Part of a recording's frames that are voiced at least."
TOP_DB, CROWD = 12.0, 0.85
"""One voice leaves more frames than this far below its loudest ones; when nearly all are within,
it is a crowd or a din, and its length proves nothing."""
LISTENS_S = 1.0
"Whoever pauses for so long after the verdict listens to an agent: no recording does."
TOP_FADES_DB = 0.3
"... per frame: a loud word long ago is forgotten."
SETTLES: Mapping[str, tuple[str, ...]] = {
    "": ("human", "machine", "silence", "fax"),
    "silence": ("human", "machine", "fax"),
    "human": ("machine", "fax"),
    "machine": ("fax",),
    "fax": (),
}
"Verdict so far -> verdicts that may still follow it."

_WINDOW = (1 << ONSET_OF) - 1
_COUNT = np.array([bits.bit_count() for bits in range(_WINDOW + 1)])
_AGO = np.array([max(bits.bit_length() - 1, 0) for bits in range(_WINDOW + 1)])
"Of the last frames as bits: how many are voiced, and how long ago the first of them was."
_LATELY = (1 << GOES_ON_OF) - 1
_NONE = -1


class Greeting:
    """Measures the first utterance of every answered call."""

    def __init__(self, rows: int) -> None:
        self._memory = Columns(
            rows, answered=np.int64(_NONE), bits=np.int64(0), onset=np.int64(_NONE),
            last=np.int64(0), voiced=np.int64(0), frames=np.int64(0), near_top=np.int64(0),
            top_db=np.float32(-90.0), end_told=np.False_, silence_told=np.False_,
            decided=np.False_, pause=np.int64(0), short=np.int64(0), long_pause=np.int64(0),
            machine=np.int64(0), silence=np.int64(0), deadline=np.int64(0),
            revise=np.int64(0), decided_at=np.int64(0), on_voiced=np.int64(0), talks_on=np.False_,
        )  # fmt: skip
        self._verdicts: dict[int, str] = {}

    def grow(self, rows: int) -> None:
        """Make room."""
        self._memory.grow(rows)

    def open(self, row: int, ask: Listening) -> None:
        """A new call: its preset in samples."""
        self._memory.reset(row)
        for name in ("pause", "short", "long_pause", "machine", "silence", "deadline", "revise"):
            getattr(self._memory, name)[row] = round(getattr(ask.preset, f"{name}_s") * RATE)
        self._verdicts[row] = ""

    def answer(self, row: int, clock: int) -> None:
        """The greeting is what comes from here on."""
        self._memory.reset(row, "bits", "onset", "voiced", "end_told", "silence_told", "decided",
                           "talks_on")  # fmt: skip
        self._memory.answered[row] = clock
        self._verdicts[row] = ""

    def step(self, frame: Frame, said: Sequence[Said]) -> list[Said]:
        """Hear a frame."""
        found = [news for item in said for news in self._settled(item, frame)]
        answered = self._memory.answered[frame.rows] >= 0
        if answered.any():
            begins = self._follow(frame, answered)
            found += [self._began(int(row)) for row in frame.rows[begins]]
            found += self._judge(frame, answered)
            found += self._reconsider(frame)
        return found

    def _follow(self, frame: Frame, answered: Bools) -> Bools:
        """Take the frame into the utterance; which utterances it began."""
        memory, rows = self._memory, frame.rows
        bits = np.where(answered, ((memory.bits[rows] << 1) | frame.voiced) & _WINDOW, 0)
        memory.bits[rows] = bits
        begins = (memory.onset[rows] < 0) & (_COUNT[bits] >= ONSET_FRAMES)
        first = np.maximum(frame.centre - _AGO[bits] * HOP, memory.answered[rows])
        memory.onset[rows] = np.where(begins, first, memory.onset[rows])
        memory.voiced[rows] = np.where(begins, _COUNT[bits], memory.voiced[rows] + frame.voiced)
        memory.frames[rows] = np.where(begins, _AGO[bits] + 1, memory.frames[rows] + 1)
        goes_on = frame.voiced & (_COUNT[bits & _LATELY] >= GOES_ON_FRAMES)
        memory.last[rows] = np.where(goes_on, frame.centre + HOP // 2, memory.last[rows])
        self._weigh(frame, begins)
        return begins

    def _weigh(self, frame: Frame, begins: Bools) -> None:
        """How many frames are nearly as loud as the loudest: few of a voice, most of a crowd."""
        memory, rows = self._memory, frame.rows
        top_db = np.where(begins, -90.0, memory.top_db[rows] - TOP_FADES_DB)
        top_db = np.maximum(top_db, np.where(frame.voiced, frame.level_db, -90.0))
        near = frame.level_db > top_db - TOP_DB
        memory.top_db[rows] = top_db
        memory.near_top[rows] = np.where(begins, _AGO[memory.bits[rows]], memory.near_top[rows])
        memory.near_top[rows] += near

    def _began(self, row: int) -> Said:
        return Said(row, "speech", int(self._memory.onset[row]), "", 0.9, "voice")

    def _judge(self, frame: Frame, answered: Bools) -> list[Said]:
        memory, rows, now = self._memory, frame.rows, frame.centre
        speaks = answered & (memory.onset[rows] >= 0)
        length = memory.last[rows] - memory.onset[rows]
        quiet = np.where(speaks, now - memory.last[rows], 0)
        is_short = length <= memory.short[rows]
        undecided = ~memory.decided[rows]
        since = now - memory.answered[rows]
        paused = quiet >= np.where(is_short, memory.pause[rows], memory.long_pause[rows])
        verdicts = {
            "human": paused,
            "machine": (length >= memory.machine[rows]) & self._is_one_voice(rows),
            "late": (since >= memory.deadline[rows]) & ~memory.silence_told[rows],
        }
        ended = speaks & ~memory.end_told[rows] & paused
        nothing = (
            undecided & answered & ~speaks & ~memory.silence_told[rows]
            & (since >= memory.silence[rows])
        )  # fmt: skip
        found = [self._end(int(row)) for row in rows[ended]]
        found += [self._silence(int(rows[i]), int(now[i])) for i in np.flatnonzero(nothing)]
        any_verdict = np.logical_or.reduce(list(verdicts.values())) & undecided & speaks
        for i in np.flatnonzero(any_verdict):
            which = next(name for name, holds in verdicts.items() if holds[i])
            found += self._decide(int(rows[i]), int(now[i]), which)
        return found

    def _is_one_voice(self, rows: NDArray[np.intp]) -> Bools:
        memory = self._memory
        frames = np.maximum(memory.frames[rows], 1)
        dense = memory.voiced[rows] >= DENSE * frames
        one: Bools = dense & (memory.near_top[rows] < CROWD * frames)
        return one

    def _end(self, row: int) -> Said:
        memory = self._memory
        memory.end_told[row] = True
        last = int(memory.last[row])
        spoken_s = (last - int(memory.onset[row])) / RATE
        return Said(row, "speech_end", last, "", 0.9, f"after {spoken_s:.1f} s", last)

    def _silence(self, row: int, now: int) -> Said:
        self._memory.silence_told[row] = True
        self._verdicts[row] = "silence"
        return Said(row, "silence", now, "", 0.8, "nothing said")

    def _decide(self, row: int, now: int, which: str) -> list[Said]:
        memory = self._memory
        last = int(memory.last[row])
        spoken_s, quiet_s = (last - int(memory.onset[row])) / RATE, (now - last) / RATE
        memory.decided[row] = True
        if which == "machine":
            self._verdicts[row] = "machine"
            return [Said(row, "machine", now, "", 0.8, f"speech for {spoken_s:.1f} s")]
        self._verdicts[row] = "human"
        memory.decided_at[row], memory.on_voiced[row], memory.talks_on[row] = now, 0, True
        if which == "late":
            return [Said(row, "human", now, "", 0.5, "undecided at the deadline")]
        why = f"greeting {spoken_s:.1f} s then {quiet_s:.1f} s of silence"
        sure = 0.9 if last - memory.onset[row] <= memory.short[row] else 0.75
        return [Said(row, "human", now, "", sure, why, last)]

    def _reconsider(self, frame: Frame) -> list[Said]:
        """Who was taken for a person and never stops to listen is a recording after all."""
        memory, rows, now = self._memory, frame.rows, frame.centre
        on = memory.talks_on[rows]
        if not on.any():
            return []
        since = now - memory.decided_at[rows]
        memory.on_voiced[rows] += frame.voiced & on
        heard = np.maximum(memory.last[rows], memory.decided_at[rows])
        talks = on & (now - heard < LISTENS_S * RATE)
        due = talks & (since >= memory.revise[rows])
        memory.talks_on[rows] = talks & ~due
        certain = due & self._is_one_voice(rows) & (memory.on_voiced[rows] * HOP >= DENSE * since)
        return [
            self._revised(int(rows[i]), int(now[i]), since[i] / RATE)
            for i in np.flatnonzero(certain)
            if "machine" in SETTLES[self._verdicts[int(rows[i])]]
        ]

    def _revised(self, row: int, now: int, on_s: float) -> Said:
        self._verdicts[row] = "machine"
        return Said(row, "machine", now, "", 0.8, f"talked on for {on_s:.1f} s after the verdict")

    def _settled(self, item: Said, frame: Frame) -> list[Said]:
        """A beep makes a machine of it, whatever was thought before; a fax has said so itself."""
        if item.sound not in ("beep", "fax") or self._memory.answered[item.row] < 0:
            return []
        before = self._verdicts[item.row]
        verdict = "machine" if item.sound == "beep" else "fax"
        if verdict not in SETTLES[before]:
            return []
        self._verdicts[item.row] = verdict
        self._memory.decided[item.row] = True
        if verdict == "fax":
            return []
        now = int(frame.clock[np.flatnonzero(frame.rows == item.row)[0]])
        return [Said(item.row, "machine", now, "", 0.97, f"beep after {before or 'the answer'}")]
