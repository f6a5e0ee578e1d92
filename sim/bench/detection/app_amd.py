"""Asterisk's `app_amd`, written anew from what it is documented to do: something to compare with.

It cuts the sound into words by one fixed threshold and decides by counting them. It knows no
tone, no beep and no fax, and takes whoever is silent for long, or stands in a noisy street, for a
machine.
"""

from dataclasses import dataclass

import msgspec
import numpy as np

from dialer.audio.features import RATE, Float32Array

FRAME_MS = 20


class Settings(msgspec.Struct, frozen=True):
    """Of amd.conf, in milliseconds, with its defaults."""

    initial_silence: int = 2500
    greeting: int = 1500
    after_greeting_silence: int = 800
    total_analysis_time: int = 5000
    min_word_length: int = 100
    between_words_silence: int = 50
    maximum_number_of_words: int = 2
    maximum_word_length: int = 5000
    silence_threshold: int = 256
    "Mean of the absolute samples, of 32767, below which a frame is silent."


class Answer(msgspec.Struct, frozen=True):
    """AMDSTATUS, AMDCAUSE, and when."""

    status: str
    cause: str
    decided_ms: int


@dataclass(slots=True)
class _State:
    total: int = 0
    silence: int = 0
    voice: int = 0
    run: int = 0
    "Voice on end."
    words: int = 0
    in_word: bool = True
    greeted: bool = False


def app_amd(samples: Float32Array, settings: Settings | None = None) -> Answer:
    """What it says of a call, frame by frame.

    >>> hello = np.concatenate([np.zeros(1600), 0.1 * np.sin(np.arange(4000)), np.zeros(9600)])
    >>> app_amd(hello.astype(np.float32))
    Answer(status='HUMAN', cause='HUMAN-800-800', decided_ms=1500)
    """
    wanted = settings or Settings()
    frame = FRAME_MS * RATE // 1000
    whole = samples[: len(samples) // frame * frame].reshape(-1, frame)
    silent = np.abs(whole).mean(axis=1) * 32768.0 < wanted.silence_threshold
    state = _State()
    for is_silent in silent.tolist():
        state.total += FRAME_MS
        if state.total >= wanted.total_analysis_time:
            return Answer("NOTSURE", f"TOOLONG-{state.total}", state.total)
        said = _silent(state, wanted) if is_silent else _voiced(state, wanted)
        if said:
            return Answer(*said, state.total)
    return Answer("NOTSURE", "NOAUDIODATA" if not len(whole) else "HANGUP", state.total)


def _silent(state: _State, wanted: Settings) -> tuple[str, str] | None:
    state.silence += FRAME_MS
    if state.silence >= wanted.between_words_silence:
        state.in_word, state.run = False, 0
    if not state.greeted and state.silence >= wanted.initial_silence:
        return "MACHINE", f"INITIALSILENCE-{state.silence}-{wanted.initial_silence}"
    if state.greeted and state.silence >= wanted.after_greeting_silence:
        return "HUMAN", f"HUMAN-{state.silence}-{wanted.after_greeting_silence}"
    return None


def _voiced(state: _State, wanted: Settings) -> tuple[str, str] | None:
    state.silence = 0
    state.run += FRAME_MS
    state.voice += FRAME_MS
    is_word = state.run >= wanted.min_word_length
    if is_word and not state.in_word:
        state.words += 1
        state.in_word = True
    if state.run >= wanted.maximum_word_length:
        return "MACHINE", f"MAXWORDLENGTH-{state.run}"
    if state.words > wanted.maximum_number_of_words:
        return "MACHINE", f"MAXWORDS-{state.words}-{wanted.maximum_number_of_words}"
    if state.greeted and state.voice >= wanted.greeting:
        return "MACHINE", f"LONGGREETING-{state.voice}-{wanted.greeting}"
    state.greeted = state.greeted or is_word
    return None
