"""What becomes of a call by what is heard on its line: a person, a machine, or nobody."""

from typing import TYPE_CHECKING

from dialer.engine.call import MACHINES, SURE, Call, is_by_hand, is_doubtful, state
from dialer.engine.commands import Play, StopListening
from dialer.engine.ending import is_terminal, resolved
from dialer.engine.events import Heard
from dialer.engine.mistakes import Detection

if TYPE_CHECKING:
    from dialer.engine.calls import Calls

JUST_NOW_S = 2.0
"A beep before the verdict is the one that the message waits for, if it is no older."


class Hearing:
    """Acts on what the listeners tell, and lets them go when they have told enough."""

    def __init__(self, calls: "Calls") -> None:
        self.calls = calls
        self.state, self.index, self.order = calls.state, calls.index, calls.order
        self.detection = Detection(self.state)

    def hear(self, call: Call, event: Heard) -> None:
        """A listener is sure of something."""
        if event.phase == "answer":
            self._hear_answer(call, event)
        elif is_terminal(event) and call.answered_at is None:
            self.calls.hang_up(call, event.at, f"heard {event.sound}")

    def _hear_answer(self, call: Call, event: Heard) -> None:
        if is_terminal(event) and call.bridged_at is None:
            # A network that answers and then plays a busy tone: false answer supervision. After a
            # person's voice it is the tone of a line that he has hung up.
            if call.verdict != "human":
                call.verdict, call.verdict_cause = "machine", f"false answer: {event.sound}"
            self.calls.hang_up(call, event.at, f"heard {event.sound}")
        elif is_doubtful(call, event):
            return
        elif call.beep_awaited_at is not None:
            self._hear_machine(call, event)
        elif event.sound in MACHINES:
            if not is_by_hand(call) and (call.bridged_at is None or _takes_away(call, event)):
                self._end_or_let_through(call, event)
            if call.beep_awaited_at is None or call.message_at is not None:
                self.stop_listening(call)
        elif event.sound == "silence" and call.hangs_up_on_silence and call.bridged_at is None:
            self.calls.hang_up(call, event.at, "silence")
        elif event.sound in ("human", "silence", "no_audio"):
            self.calls.wait(call, event.at)
            if event.sound == "human" and call.bridged_at is not None and not call.is_heard:
                self.stop_listening(call)

    def _end_or_let_through(self, call: Call, event: Heard) -> None:
        is_ending = call.hang_up_at is not None
        if not is_ending and (call.let_through or self.detection.lets_through(call, event.at)):
            call.let_through = True
            self.calls.wait(call, event.at)
        elif event.sound == "machine" and call.after_beep and state(call) == "ANSWERED":
            self._await_beep(call, event.at)
        else:
            self.calls.hang_up(call, event.at, event.sound)

    def _await_beep(self, call: Call, at: float) -> None:
        """A machine that gets a message. To pacers and to the account it is what it is at once."""
        if call.hang_up_at is not None:
            return
        call.beep_awaited_at, call.why = at, call.why or "machine"
        self.calls.tell(call, resolved(call, at, person=False))
        if call.beep_at is not None and at - call.beep_at <= JUST_NOW_S:
            self._leave_message(call, at)

    def _hear_machine(self, call: Call, event: Heard) -> None:
        """Of a machine whose beep is waited for: that, or that it is one without a beep."""
        if event.sound == "beep" and call.message_at is None and call.hang_up_at is None:
            self._leave_message(call, event.at)
            self.stop_listening(call)
        elif event.sound in ("fax", "ivr"):
            self.calls.hang_up(call, event.at, event.sound)

    def _leave_message(self, call: Call, at: float) -> None:
        """With its end the call ends, too."""
        call.message_at = at
        self.order(Play(call.intent.call, "after_beep", call.after_beep))

    def stop_listening(self, call: Call) -> None:
        """Nobody needs to."""
        call.is_heard = False
        self.index.hearing.pop(call.intent.call, None)
        self.order(StopListening(call.intent.call))

    def rest(self, at: float) -> None:
        """Nobody need listen any longer to those who have talked for a while."""
        for key in self.index.heard_enough(at):
            self.stop_listening(self.state.calls[key])


def _takes_away(call: Call, event: Heard) -> bool:
    """Whether this ends an agent's call: he was given it unheard, or it is beyond doubt."""
    return call.agent_since is not None and (call.connect_first or event.confidence >= SURE)
