"""People who call us in the twin, and keys pressed in our message: noted until a dialer has them.

As Asterisk's own database does, the notes outlive dialer and switch. They are told when they are
made, and whatever is left is told again before a whole question is answered.
"""

from collections.abc import Callable
from random import Random

import msgspec
import simpy

from dialer.engine.commands import Originate
from dialer.engine.events import OptedOut
from dialer.ports import Caller, Reception, Report
from sim.network import Channel, Network
from sim.people import Story
from sim.truth import Lived

LOOK_S = 0.25
"How often it is looked whether the journal has what is noted, while anything is."
TALK_MAX_S = 3600.0
PONDER_S = 0.6
"From the key to the end of the call: a short tone."


class Visits:
    """The notes, and the telephones of those who call."""

    def __init__(
        self, env: simpy.Environment, network: Network, report: Report, rng: Random,
        *, reception: Callable[[], Reception | None], opts_out: float,
    ) -> None:  # fmt: skip
        """`reception`: the journal of a dialer that hears us now. `opts_out`: chance of a key."""
        self._network, self._report, self._rng = network, report, rng
        self._began, self._is_looking = float(env.now), False
        self._reception, self._opts_out = reception, opts_out
        self._arrivals: dict[str, Caller] = {}
        self._wishes: dict[str, float] = {}
        "Call -> when the key was pressed."
        network.on_message = self._hear_message

    # ---- people -------------------------------------------------------------------------------
    def call_in(self, caller: Caller, story: Story) -> None:
        """Somebody calls one of our caller ids, and lets it ring for as long as he has patience."""
        lived = Lived(
            call=caller.call, number=caller.digits, kind="person", placed_at=caller.at,
            direction="in",
        )  # fmt: skip
        order = Originate(
            call=caller.call, trunk=caller.trunk, caller_id=caller.caller_id,
            ring_timeout_s=story.patience_s, not_after=caller.at, max_talk_s=TALK_MAX_S,
            country=caller.country, detection="",
        )  # fmt: skip
        self._arrivals[caller.call] = caller
        self._look_after_notes()
        self._network.ring_in(Channel(order, story, lived))
        if reception := self._reception():
            reception.welcome(caller)

    def _hear_message(self, channel: Channel, length_s: float) -> None:
        if self._rng.random() < self._opts_out:
            self._network.after(self._rng.uniform(0.5, length_s), self._press, channel)

    def _press(self, channel: Channel) -> None:
        if channel.is_over or not channel.message or channel.lived.pressed_at is not None:
            return
        at = self._network.now
        channel.lived.pressed_at = self._wishes[channel.call] = at
        self._look_after_notes()
        self._report(OptedOut(channel.call, at=at))
        self._network.after(PONDER_S, self._network.end, channel, "timeout")

    # ---- notes --------------------------------------------------------------------------------
    def take_over(self) -> bool:
        """Tell everything that is noted; whether nothing was left to tell."""
        reception = self._reception()
        if reception is None:
            return False
        self._forget(reception)
        for caller in self._arrivals.values():
            reception.welcome(msgspec.structs.replace(caller, late=True))
        for call, at in self._wishes.items():
            self._report(OptedOut(call, at=at))
        return not (self._arrivals or self._wishes)

    def _forget(self, reception: Reception) -> None:
        self._arrivals = {
            call: one for call, one in self._arrivals.items() if not reception.is_welcome(call)
        }
        self._wishes = {
            call: at for call, at in self._wishes.items() if not reception.has_opted_out(call)
        }

    def _look_after_notes(self) -> None:
        """At the next of the moments that lie `LOOK_S` apart, and on until nothing is noted."""
        if self._is_looking or not (self._arrivals or self._wishes):
            return
        self._is_looking = True
        passed_s = self._network.now - self._began
        self._network.after(LOOK_S - passed_s % LOOK_S, self._look)

    def _look(self) -> None:
        self._is_looking = False
        self.take_over()
        self._look_after_notes()
