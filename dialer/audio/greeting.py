"""Person or recording, by the first utterance: a rule that favours the person.

`Utterance` measures what is said, `judgement` makes of it whether somebody waits for an answer or
recites. Whoever is still undecided at the deadline is a person, unless he recites still. A beep, a
fax tone or a recording that is known settles it, also later; so does somebody who was taken for a
person and talks on without ever stopping to listen.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dialer.audio import judgement
from dialer.audio.columns import Columns
from dialer.audio.features import HOP, RATE
from dialer.audio.frames import Bools, Frame
from dialer.audio.judgement import THRESHOLDS, Wanted
from dialer.audio.listener import Listening, Said
from dialer.audio.utterance import LATELY_FRAMES, Utterance
from dialer.audio.utterance import Said as Heard
from dialer.engine.announced import ANSWERED

DENSE = 0.45
"Part of a recording's frames in which it is heard to speak, at least."
LISTENS_S = 1.0
"Whoever pauses for so long after the verdict listens to an agent: no recording does."
SETTLES: Mapping[str, tuple[str, ...]] = {
    "": ("human", "machine", "ivr", "silence", "fax"),
    "silence": ("human", "machine", "ivr", "fax"),
    "human": ("machine", "ivr", "fax"),
    "a recital": ("machine", "ivr", "fax"),
    "machine": ("ivr", "fax"),
    "ivr": ("fax",),
    "fax": (),
}
"""Verdict so far -> verdicts that may still follow it. `a recital` is a machine, because whoever
was taken for a person talks on: a beep says the same again, and surely."""
SURELY = 0.97
"Of a beep, and of a recording that is known: no person says either."

_NONE = -1


class Greeting:
    """Judges the first utterance of every answered call."""

    def __init__(self, rows: int) -> None:
        self._memory = Columns(
            rows, answered=np.int64(_NONE), begun=np.False_, end_told=np.False_,
            silence_told=np.False_, decided=np.False_, decided_at=np.int64(0),
            on_voiced=np.int64(0), talks_on=np.False_,
        )  # fmt: skip
        self._wanted = Columns(rows, **dict.fromkeys(THRESHOLDS, np.float64(0.0)))
        self._utterance = Utterance(rows)
        self._verdicts: dict[int, str] = {}

    def grow(self, rows: int) -> None:
        """Make room."""
        for columns in (self._memory, self._wanted, self._utterance):
            columns.grow(rows)

    def open(self, row: int, ask: Listening) -> None:
        """A new call with its preset."""
        self._memory.reset(row)
        for name in THRESHOLDS:
            getattr(self._wanted, name)[row] = getattr(ask.preset, name)
        self._verdicts[row] = ""

    def answer(self, row: int, clock: int) -> None:
        """The greeting is what comes from here on."""
        self._memory.reset(row)
        self._utterance.answer(row)
        self._memory.answered[row] = clock
        self._verdicts[row] = ""

    def step(self, frame: Frame, said: Sequence[Said]) -> list[Said]:
        """Hear a frame."""
        found = [news for item in said for news in self._settled(item, frame)]
        open_ = np.flatnonzero(self.attends(frame.rows))
        if len(open_):
            rows = frame.rows[open_]
            self._utterance.step(frame, open_)
            heard = self._utterance.said(rows)
            found += self._began(rows, heard)
            found += self._judge(rows, heard)
            found += self._reconsider(rows, heard, frame.speech[open_])
        return found

    def attends(self, rows: NDArray[np.intp]) -> Bools:
        """From the answer until its verdict is final and the greeting over."""
        memory = self._memory
        is_over = memory.decided[rows] & ~memory.talks_on[rows] & memory.end_told[rows]
        open_: Bools = (memory.answered[rows] >= 0) & ~is_over
        return open_

    def _began(self, rows: NDArray[np.intp], heard: Heard) -> list[Said]:
        begins = rows[heard.spoke & ~self._memory.begun[rows]]
        self._memory.begun[begins] = True
        return [Said(int(row), "speech", self._instants(row)[0], "", 0.9, "voice")
                for row in begins]  # fmt: skip

    def _instants(self, row: int) -> tuple[int, int]:
        """First and last sample of what was said."""
        first, last = self._utterance.instants(row)
        answered = int(self._memory.answered[row])
        return answered + first, answered + last

    def _judge(self, rows: NDArray[np.intp], heard: Heard) -> list[Said]:
        memory, wanted = self._memory, self._thresholds(rows)
        undecided = ~memory.decided[rows]
        waits = judgement.waits(heard, wanted)
        late = (
            heard.spoke & ~memory.silence_told[rows] & (heard.since_s >= wanted.deadline_s - 1e-6)
        )
        verdicts = {
            "human": waits,
            "machine": judgement.recites(heard, wanted),
            "noisy human": judgement.is_back_in_the_room(heard),
            "late machine": late & judgement.recites_still(heard, wanted),
            "late": late,
        }
        nothing = (
            undecided & ~heard.spoke & ~memory.silence_told[rows]
            & (heard.since_s >= wanted.silence_s)
        )  # fmt: skip
        found = [self._end(int(row)) for row in rows[waits & ~memory.end_told[rows]]]
        found += [self._silence(int(row)) for row in rows[nothing]]
        for i in np.flatnonzero(np.logical_or.reduce(list(verdicts.values())) & undecided):
            which = next(name for name, holds in verdicts.items() if holds[i])
            found.append(self._decide(int(rows[i]), heard, int(i), which))
        return found

    def _thresholds(self, rows: NDArray[np.intp]) -> Wanted:
        return Wanted(*(getattr(self._wanted, name)[rows] for name in THRESHOLDS))

    def _end(self, row: int) -> Said:
        self._memory.end_told[row] = True
        first, last = self._instants(row)
        return Said(row, "speech_end", last, "", 0.9, f"after {(last - first) / RATE:.1f} s", last)

    def _silence(self, row: int) -> Said:
        self._memory.silence_told[row] = True
        self._verdicts[row] = "silence"
        return Said(row, "silence", self._instants(row)[1], "", 0.8, "nothing said")

    def _decide(self, row: int, heard: Heard, i: int, which: str) -> Said:
        memory = self._memory
        _, last = self._instants(row)
        now = last + round(float(heard.quiet_s[i]) * RATE)
        length_s, quiet_s = float(heard.length_s[i]), float(heard.quiet_s[i])
        memory.decided[row] = True
        if which in ("machine", "late machine"):
            self._verdicts[row] = "machine"
            pause_s = float(heard.pause_s[i])
            why = f"speech for {length_s:.1f} s"
            if pause_s:
                why += f" with a pause of {pause_s:.1f} s"
            return Said(row, "machine", now, "", 0.8 if which == "machine" else 0.7, why)
        self._verdicts[row] = "human"
        memory.decided_at[row] = now - memory.answered[row]
        memory.on_voiced[row], memory.talks_on[row] = 0, True
        if which == "noisy human":
            last = max(now - LATELY_FRAMES * HOP, self._instants(row)[0])
            return Said(row, "human", now, "", 0.6, "the room is as loud as before a word", last)
        if which == "late":
            return Said(row, "human", now, "", 0.5, "undecided at the deadline")
        why = f"greeting {length_s:.1f} s then {quiet_s:.1f} s of silence"
        sure = 0.9 if length_s <= self._wanted.short_s[row] else 0.75
        return Said(row, "human", now, "", sure, why, last)

    def _reconsider(
        self, rows: NDArray[np.intp], heard: Heard, speech: NDArray[np.bool_]
    ) -> list[Said]:
        """Who was taken for a person and never stops to listen is a recording after all."""
        memory = self._memory
        on = memory.talks_on[rows]
        if not on.any():
            return []
        since_s = heard.since_s - memory.decided_at[rows] / RATE
        memory.on_voiced[rows] += speech & on
        talks = on & (np.minimum(heard.quiet_s, since_s) < LISTENS_S)
        due = talks & (since_s >= self._wanted.revise_s[rows] - 1e-6)
        memory.talks_on[rows] = talks & ~due
        dense = memory.on_voiced[rows] * HOP >= DENSE * since_s * RATE
        certain = due & dense & judgement.is_one_voice(heard)
        return [
            self._revised(int(rows[i]), int(heard.since_s[i] * RATE), float(since_s[i]))
            for i in np.flatnonzero(certain)
            if "machine" in SETTLES[self._verdicts[int(rows[i])]]
        ]

    def _revised(self, row: int, since: int, on_s: float) -> Said:
        self._verdicts[row] = "a recital"
        now = int(self._memory.answered[row]) + since
        return Said(row, "machine", now, "", 0.8, f"talked on for {on_s:.1f} s after the verdict")

    def _settled(self, item: Said, frame: Frame) -> list[Said]:
        """What makes sure of it, whatever was thought before. A fax has said so itself."""
        verdict = _makes_sure_of(item)
        if verdict is None or self._memory.answered[item.row] < 0:
            return []
        before = self._verdicts[item.row]
        if verdict not in SETTLES[before]:
            return []
        self._verdicts[item.row] = verdict
        self._memory.decided[item.row] = True
        if verdict == "fax":
            return []
        now = int(frame.clock[np.flatnonzero(frame.rows == item.row)[0]])
        why = f"beep after {before or 'the answer'}" if item.sound == "beep" else item.cause
        return [Said(item.row, verdict, now, "", SURELY, why)]


def _makes_sure_of(item: Said) -> Literal["machine", "ivr", "fax"] | None:
    """The verdict that a sound is; a recording that is known is its owner's."""
    match item:
        case Said(sound="beep"):
            return "machine"
        case Said(sound="fax"):
            return "fax"
        case Said(sound="announcement", kind=kind):
            return ANSWERED.get(kind)
    return None
