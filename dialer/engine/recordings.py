"""The recordings: paused and resumed while a call lasts, looked at when it is over.

The switch records by itself from the bridge on, whoever lives or dies. What is left to the engine
is to remember which calls have one, and to ask until it is told what became of it.
"""

from dialer.engine.call import Call, is_inbound
from dialer.engine.commands import (
    DeleteRecording,
    FinishRecording,
    Order,
    PauseRecording,
    Record,
    RecordingGone,
    RecordingKept,
    ResumeRecording,
)
from dialer.engine.events import (
    Event,
    Recorded,
    RecordingDeleted,
    RecordingDeleteWanted,
    RecordingLost,
    RecordingPaused,
    RecordingPauseWanted,
    RecordingResumed,
    RecordingResumeWanted,
    RecordingRoom,
)
from dialer.engine.index import Index
from dialer.engine.state import State, Unfinished

RECORDING_EVENTS = (
    RecordingPauseWanted, RecordingResumeWanted, RecordingPaused, RecordingResumed, Recorded,
    RecordingLost, RecordingDeleteWanted, RecordingDeleted, RecordingRoom,
)  # fmt: skip
LATE_S = 600.0
"After so long without an answer the recording is given up for lost."
NO_ROOM, NO_ANSWER = "no room", "nobody told"


class Recordings:
    """Keeps the list of recordings that are not finished."""

    def __init__(self, state: State, index: Index, order: Order) -> None:
        self.state, self.index, self.order = state, index, order

    def on(self, event: Event) -> None:
        """What somebody wants, or what the switch has done."""
        match event:
            case RecordingRoom(enough=enough):
                self.state.recording_room = enough
            case RecordingDeleteWanted(call=call):
                self.order(DeleteRecording(call, event.campaign, event.path, event.user))
            case RecordingDeleted():
                self._gone(event)
            case Recorded() | RecordingLost():
                self._finished(event)
            case _:
                self._while_it_lasts(event)

    def _while_it_lasts(self, event: Event) -> None:
        call = self.state.calls.get(event.call)  # type: ignore[attr-defined]
        if call is None or call.recording not in ("on", "paused"):
            return
        match event:
            case RecordingPauseWanted(agent=agent) if _has(agent, call):
                self.order(PauseRecording(event.call))
            case RecordingResumeWanted(agent=agent) if _has(agent, call):
                self.order(ResumeRecording(event.call))
            case RecordingPaused(done=True):
                call.recording = "paused"
            case RecordingResumed(done=True):
                call.recording = "on"

    def finish(self, call: Call, at: float) -> None:
        """The call is over: what has its recording come to?"""
        if is_inbound(call):
            return  # nothing of a caller's is recorded
        key, campaign = call.intent.call, self.state.campaigns[call.intent.campaign].opened
        talk_s = sum((leg.ended_at - leg.bridged_at for leg in call.legs), 0.0)
        ended_at = call.ended_at if call.ended_at is not None else at
        if call.recording == NO_ROOM and call.legs:
            lost = RecordingLost(key, NO_ROOM, at=at)
            self._record(lost, Unfinished(campaign.campaign, talk_s, ended_at))
        elif call.recording in ("on", "paused") or self._may_have_one(call, campaign.recording):
            self.state.unfinished[key] = one = Unfinished(campaign.campaign, talk_s, ended_at)
            self._ask(key, one, at)

    def ask_again(self, at: float) -> None:
        """The switch is back: it may never have heard what was asked of it."""
        for key, one in self.state.unfinished.items():
            self._ask(key, one, at)

    def alarm(self, key: str, at: float) -> None:
        """Nobody has answered for a long time."""
        one = self.state.unfinished.get(key)
        if one is None:
            return
        if not self.state.reconciled:
            self.index.wake("r" + key, at + LATE_S)
        else:
            del self.state.unfinished[key]
            self._record(RecordingLost(key, NO_ANSWER, at=at), one)

    def _may_have_one(self, call: Call, wanted: str) -> bool:
        """A call of a dialer before this one, of whose launch nothing is known."""
        return call.intent.epoch != self.state.epoch and not call.recording and wanted != "off"

    def _ask(self, key: str, one: Unfinished, at: float) -> None:
        self.order(FinishRecording(key, one.talk_s, one.ended_at))
        self.index.wake("r" + key, at + LATE_S)

    def _finished(self, event: Recorded | RecordingLost) -> None:
        one = self.state.unfinished.pop(event.call, None)
        self.index.wake("r" + event.call, None)
        if one is not None and (event.path or isinstance(event, RecordingLost)):
            self._record(event, one)

    def _record(self, event: Recorded | RecordingLost, one: Unfinished) -> None:
        self.order(
            Record(
                RecordingKept(
                    call=event.call, campaign=one.campaign, at=event.at, path=event.path,
                    why=event.why if isinstance(event, RecordingLost) else "",
                    seconds=event.seconds, talk_s=one.talk_s, size=event.size,
                    customer_db=event.customer_db, agent_db=event.agent_db,
                )
            )
        )  # fmt: skip

    def _gone(self, event: RecordingDeleted) -> None:
        gone = RecordingGone(
            call=event.call, campaign=event.campaign, at=event.at, why=event.why, user=event.user
        )
        self.order(Record(gone))


def _has(agent: str, call: Call) -> bool:
    """Whether that agent is with this customer."""
    return call.agent == agent and call.agent_since is not None
