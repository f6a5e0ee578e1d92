"""Until when a call may stay where it is: a function of its instants."""

from dialer.engine.call import Call, is_outside, state
from dialer.engine.events import Arrived

NOTHING_SAID_S = 1.2
"With nothing said this long after the answer, somebody is waiting for us to speak."
AFTER_GREETING_S = 1.2
"A verdict is due this long after the greeting's end."
VERDICT_S = 4.0
"And this long after the answer at the very latest."
HEARS_ON_S = 12.0
"So long after the answer a verdict may still be revised; then nobody listens any more."
RING_GRACE_S = 5.0
"The switch ends an unanswered call at its ring timeout; this much later we do."
LOST_S = 10.0
"An order to hang up that nobody confirmed: ask the witnesses."
MARGIN_S = 0.15
"The message starts this much before the limit: it takes a moment to be heard."
BRIDGE_S = 1.5
"A bridge that is not there by now will not come."
OUTSIDE_S = 35.0
"Nor will somebody outside whose telephone has rung for so long."
MESSAGE_S = 40.0
"No recording is longer."
LOST_AGENT_S = 2.0
"A customer whose agent's leg broke waits this long for another."
KEPT_S = 60.0
"And one who was handed over, or hears music: for this long."
BEEP_WITHIN_S = 25.0
"A machine whose beep has not come by then gets no message."


def clock_started_at(call: Call) -> float | None:
    """When the two seconds began, by the profile: from the answer if nothing was said."""
    if call.answered_at is None:
        return None
    if call.clock == "answer" or (call.speech_at is None and call.greeting_end_at is None):
        return call.answered_at
    if call.clock == "speech_start":
        return call.speech_at if call.speech_at is not None else call.answered_at
    # Still talking when the verdict fell due: the greeting ended there, as far as we heard.
    due = None if call.waiting_at is None else call.answered_at + VERDICT_S
    ends = (call.greeting_end_at, call.verdict_at, due)
    return next((at for at in ends if at is not None), None)


def limit_at(call: Call) -> float | None:
    """The last instant at which connecting this person is in time."""
    began = clock_started_at(call)
    return None if began is None else began + call.connect_within_s


def verdict_due_at(call: Call) -> float | None:
    """When the call is connected whatever a detector or a dead listener thinks."""
    if call.answered_at is None or call.verdict_at is not None or call.waiting_at is not None:
        return None
    if call.speech_at is None and call.greeting_end_at is None:
        wait_s = VERDICT_S if call.hangs_up_on_silence else NOTHING_SAID_S
        return call.answered_at + wait_s
    last = call.answered_at + VERDICT_S
    if call.greeting_end_at is not None:
        return min(call.greeting_end_at + AFTER_GREETING_S, last)
    return last


def heard_until(call: Call) -> float:
    """When a verdict can be revised no more."""
    return (call.answered_at or call.intent.at) + HEARS_ON_S


def due_at(call: Call, at: float) -> float | None:
    """When something must be done about it if nobody tells us anything; None: never."""
    if call.hang_up_at is not None:
        return max(call.hang_up_at, call.asked_at or 0.0) + LOST_S
    if call.ordered_at is None:
        return None
    match state(call):
        case "INTENDED" | "PLACED" | "RINGING":
            return call.ordered_at + call.intent.ring_timeout_s + RING_GRACE_S
        case "ANSWERED" if call.beep_awaited_at is not None:
            return call.beep_awaited_at + BEEP_WITHIN_S
        case "ANSWERED":
            return verdict_due_at(call)
        case "WAITING" if call.reserved_at is not None:
            return call.reserved_at + (OUTSIDE_S if is_outside(call) else BRIDGE_S)
        case "WAITING":
            return give_up_at(call, at)
        case "PLAYING":
            return (call.message_at or 0.0) + MESSAGE_S
        case "TALKING" | "HELD":
            return (call.bridged_at or call.agent_since or 0.0) + call.max_talk_s
    return None


def give_up_at(call: Call, at: float) -> float:
    """When whoever waits has waited long enough: for this agent, or for anybody."""
    if call.kept_at is not None:
        return call.kept_at + KEPT_S
    if call.lost_agent:
        return (call.asked_at or 0.0) + LOST_AGENT_S
    if isinstance(call.intent, Arrived):
        if call.intent.late:
            return (call.asked_at or 0.0) + LOST_S
        patient_until = call.intent.at + call.intent.last_agent_s
        is_patient = call.intent.agent and at < patient_until
        longest = call.intent.at + call.intent.wait_s
        return min(patient_until, longest) if is_patient else longest
    limit = limit_at(call)
    waiting = call.waiting_at or 0.0
    return (limit if limit is not None else waiting + call.connect_within_s) - MARGIN_S
