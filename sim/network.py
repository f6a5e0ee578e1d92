"""The network of the twin: every call that stands, the telephone at its end, what is heard on it.

It outlives the dialer: while nobody attends to it, whoever answers hears the safe-harbour message
by itself, as our dial plan plays it.
"""

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
import simpy

from dialer.engine.commands import Originate
from dialer.engine.events import (
    AgentHeard,
    Answered,
    Bridged,
    Event,
    Heard,
    HungUp,
    MessageEnded,
    MessageStarted,
    Placed,
    Witness,
)
from dialer.ports import Report
from sim.people import Story
from sim.truth import Lived, Stay

PLACING_S = (0.005, 0.03)
AUDIO_S = (0.007, 0.026)
"From the bridge to the agent's voice on the wire."
PLAYING_S = (0.008, 0.03)
MESSAGE_S = 8.0
LEASE_S = (1.2, 2.0)
"Whoever answered and is not bridged hears the message so long after the last sign of a dialer."
NEVER_S = 1e6


class Channel:
    """One call that stands."""

    def __init__(self, order: Originate, story: Story, lived: Lived) -> None:
        self.call, self.order, self.story, self.lived = order.call, order, story, lived
        self.agent = ""
        self.soothed = False
        "Somebody or something is heard: nobody hangs up out of impatience."
        self.alone_at = 0.0
        "Since when nobody was."
        self.listening = False
        self.held = self.muted = False
        self.message = ""
        "What is being played: by `dialer` or by `plan`."

    @property
    def is_up(self) -> bool:
        """Answered and not over."""
        return self.lived.answered_at is not None and self.lived.ended_at is None

    @property
    def is_over(self) -> bool:
        """Ended."""
        return self.lived.ended_at is not None


class Network:
    """All calls."""

    def __init__(self, env: simpy.Environment, report: Report, rng: Random) -> None:
        self._env, self._report, self._rng = env, report, rng
        self.channels: dict[str, Channel] = {}
        "Those that stand."
        self.rows: dict[str, Witness] = {}
        "The switch's own CDRs."
        self.truth: list[Lived] = []
        self.recorded_s: dict[str, float] = {}
        "Recordings of calls that are over and that nobody has asked for yet."
        self.attended = True
        "A dialer gives signs of life."
        self.hears = True
        "The listeners live."
        self.on_message: Callable[[Channel, float], None] = lambda channel, length_s: None
        "Somebody hears a message of ours, of this length."

    @property
    def now(self) -> float:
        """Seconds since 1970."""
        return float(self._env.now)

    def after(self, delay_s: float, act: Callable[..., None], *args: Any) -> None:
        """Do something later."""
        if delay_s < NEVER_S:
            self._env.timeout(delay_s).callbacks.append(lambda _: act(*args))

    def soon(self, between: tuple[float, float], act: Callable[..., None], *args: Any) -> None:
        """Do something after a delay that is never quite the same."""
        least, most = between
        self.after(least + (most - least) * self._rng.random(), act, *args)

    # ---- a call -------------------------------------------------------------------------------
    def ring(self, order: Originate, number: str, story: Story) -> None:
        """A call leaves."""
        now = self.now
        lived = Lived(call=order.call, number=number, kind=story.kind, placed_at=now)
        channel = Channel(order, story, lived)
        self.channels[order.call] = channel
        self.truth.append(lived)
        self.soon(PLACING_S, self._place, channel, now)

    def _place(self, channel: Channel, began: float) -> None:
        if not channel.is_over:
            self._report(Placed(channel.call, at=self.now))
            self._go_on(channel, began, 0)

    def _go_on(self, channel: Channel, began: float, n: int) -> None:
        """The next of its signs of life, until somebody answers or the network gives up."""
        steps = channel.story.before
        if n < len(steps) and steps[n].at_s < channel.order.ring_timeout_s:
            self._at(began + steps[n].at_s, self._show, channel, began, n)
        else:
            end_s, act = self._turning_point(channel)
            self._at(began + end_s, self._turn, channel, act)

    def _show(self, channel: Channel, began: float, n: int) -> None:
        if not channel.is_over:
            self._tell(channel, channel.story.before[n].event)
            self._go_on(channel, began, n + 1)

    def _turn(self, channel: Channel, act: Callable[[], None]) -> None:
        if not channel.is_over and not channel.is_up:
            act()

    def ring_in(self, channel: Channel) -> None:
        """Somebody calls us. Nobody answers unless a dialer or the dial plan does."""
        self.channels[channel.call] = channel
        self.truth.append(channel.lived)
        self.after(channel.story.patience_s, self._give_up_ringing, channel)
        self._watch_lease(channel)

    def _give_up_ringing(self, channel: Channel) -> None:
        if not channel.is_up:
            self.end(channel, "customer", 19)

    def let_in(self, channel: Channel) -> None:
        """Whoever called us is answered: for an agent, or for a message."""
        if channel.lived.direction == "in" and not channel.is_up and not channel.is_over:
            channel.lived.answered_at = self.now
            self._report(Answered(channel.call, at=self.now))
            self.after(channel.order.max_talk_s, self.end, channel, "timeout", 0)

    def _turning_point(self, channel: Channel) -> tuple[float, Callable[[], None]]:
        story, timeout_s = channel.story, channel.order.ring_timeout_s
        if story.answer_s is not None and story.answer_s < timeout_s:
            return story.answer_s, lambda: self.pick_up(channel)
        if story.release is not None and story.release.at_s < timeout_s:
            cause, sip = story.release.cause, story.release.sip
            return story.release.at_s, lambda: self.end(channel, "network", cause, sip)
        return timeout_s, lambda: self.end(channel, "timeout", 19, 480)

    def _at(self, at: float, act: Callable[..., None], *args: Any) -> None:
        self.after(max(0.0, at - self._env.now), act, *args)

    def _tell(self, channel: Channel, event: Event) -> None:
        if self.hears or not isinstance(event, Heard):
            self._report(msgspec.structs.replace(event, call=channel.call, at=self.now))

    def pick_up(self, channel: Channel) -> None:
        """200 OK."""
        story, lived, now = channel.story, channel.lived, self.now
        lived.answered_at = now
        lived.greeting_end_at = now + story.greeting_end_s
        self._report(Answered(channel.call, at=now))
        self._wait_alone(channel)
        self.after(story.end_s, self.end, channel, "customer")
        self.after(channel.order.max_talk_s, self.end, channel, "timeout", 0)
        if not self.attended:
            self.soon(PLAYING_S, self._say_by_plan, channel)

    def _wait_alone(self, channel: Channel) -> None:
        channel.alone_at = self.now
        self.after(channel.story.patience_s, self._lose_patience, channel, self.now)

    def _lose_patience(self, channel: Channel, since: float) -> None:
        if not channel.soothed and channel.alone_at == since:
            self.end(channel, "customer")

    def end(self, channel: Channel, by: str, cause: int = 16, sip: int | None = None) -> None:
        """The call is over, once."""
        if channel.is_over:
            return
        lived, now = channel.lived, self.now
        self.part(channel)
        lived.ended_at, lived.ended_by = now, by
        del self.channels[channel.call]
        self.rows[channel.call] = Witness(
            channel.call, row=True, answered_at=lived.answered_at, ended_at=now,
            cause=cause, sip=sip,
        )  # fmt: skip
        if channel.order.record:
            talks = ((stay.to_at or now) - stay.from_at for stay in lived.stays)
            self.recorded_s[channel.call] = sum(talks)
        by_us = by in ("dialer", "timeout")
        self._report(HungUp(channel.call, cause, sip, by_us=by_us, at=now))

    def crash(self) -> None:
        """Everything is gone at once; nobody is told and no row is written."""
        for channel in self.channels.values():
            self.part(channel)
            channel.lived.ended_at, channel.lived.ended_by = self.now, "crash"
        self.channels.clear()

    # ---- listening ----------------------------------------------------------------------------
    def listen(self, channel: Channel) -> None:
        """From now on what is said after the answer is heard."""
        if channel.is_up and not channel.listening:
            channel.listening = True
            self._hear_on(channel, channel.lived.answered_at or self.now, 0)

    def _hear_on(self, channel: Channel, answered_at: float, n: int) -> None:
        steps = channel.story.after
        if n < len(steps):
            self._at(answered_at + steps[n].at_s, self._hear, channel, answered_at, n)

    def _hear(self, channel: Channel, answered_at: float, n: int) -> None:
        if not channel.is_over and channel.listening:
            self._tell(channel, channel.story.after[n].event)
            self._hear_on(channel, answered_at, n + 1)

    # ---- two people ---------------------------------------------------------------------------
    def join(self, channel: Channel, agent: str) -> None:
        """Customer and agent hear each other."""
        self.part(channel)
        self.let_in(channel)
        channel.message, channel.agent, channel.soothed = "", agent, True
        channel.held = channel.muted = False
        talked_s = sum((s.to_at or self.now) - s.from_at for s in channel.lived.stays)
        stay = Stay(agent=agent, from_at=self.now)
        channel.lived.stays.append(stay)
        self._report(Bridged(channel.call, agent, at=self.now))
        self.soon(AUDIO_S, self._voice, channel, stay)
        self.after(max(0.1, channel.story.talk_s - talked_s), self._say_goodbye, channel, stay)

    def _voice(self, channel: Channel, stay: Stay) -> None:
        if stay.to_at is None:
            stay.heard_at = self.now
            self._report(AgentHeard(channel.call, at=self.now))

    def _say_goodbye(self, channel: Channel, stay: Stay) -> None:
        if stay.to_at is None:
            self.end(channel, "customer")

    def part(self, channel: Channel) -> None:
        """The agent leaves; who is left alone waits again."""
        if not channel.agent:
            return
        channel.lived.stays[-1].to_at = self.now
        channel.agent, channel.soothed = "", False
        self._wait_alone(channel)
        self._watch_lease(channel)

    def hold(self, channel: Channel) -> None:
        """Music instead of an agent; who grows tired of it hangs up."""
        self.part(channel)
        channel.held, channel.message = True, ""
        if channel.lived.ended_at is None:
            channel.soothed = True
            self.after(4.0 * channel.story.patience_s, self._tire, channel, self.now)

    def _tire(self, channel: Channel, since: float) -> None:
        is_same = channel.lived.stays and channel.lived.stays[-1].from_at <= since
        if channel.held and is_same and not channel.is_over:
            self.end(channel, "customer")

    # ---- a recording --------------------------------------------------------------------------
    def say(self, channel: Channel, message: str, by: str = "dialer") -> None:
        """The customer hears a recording, unless there is something to hear already."""
        self.let_in(channel)
        if not channel.is_up or channel.agent or channel.message:
            return
        channel.message, channel.soothed = by, True
        channel.lived.message_at = channel.lived.message_at or self.now
        self._report(MessageStarted(channel.call, message, at=self.now))
        self.on_message(channel, MESSAGE_S)
        self.after(MESSAGE_S, self._said, channel, message)

    def _said(self, channel: Channel, message: str) -> None:
        if channel.is_over or not channel.message:
            return
        if channel.message == "plan":
            self.end(channel, "timeout")
            return
        channel.message = ""
        self._report(MessageEnded(channel.call, message, at=self.now))
        self._watch_lease(channel)

    def abandon(self) -> None:
        """No dialer gives signs of life any more: the dial plan takes over."""
        self.attended = False
        for channel in list(self.channels.values()):
            self._watch_lease(channel)

    def _watch_lease(self, channel: Channel) -> None:
        rings_here = channel.lived.direction == "in" and not channel.is_over
        if not self.attended and (channel.is_up or rings_here):
            self.soon(LEASE_S, self._say_by_plan, channel)

    def _say_by_plan(self, channel: Channel) -> None:
        self.say(channel, "safe_harbour", "plan")
