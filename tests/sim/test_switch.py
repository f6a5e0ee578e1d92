"""The switch of the twin behaves like the one it stands for."""

from random import Random

import msgspec
import pytest
import simpy

from dialer.engine.commands import (
    Bridge,
    CallAgent,
    CallOutside,
    DropAgent,
    HangUp,
    Listen,
    Originate,
    Play,
    PlayGreeting,
    Reconcile,
)
from dialer.engine.events import (
    AgentHeard,
    Answered,
    Bridged,
    GreetingEnded,
    Heard,
    HungUp,
    LegDown,
    LegUp,
    MessageEnded,
    MessageStarted,
    NotBridged,
    NotPlaced,
    Placed,
    Reconciled,
    Ringing,
    Witness,
)
from sim.people import Release, Step, Story
from sim.switch import SimSwitch

CALL = "d1-0"
PERSON = Story(
    kind="person", before=(Step(1.0, Ringing("", at=0.0)),), answer_s=5.0,
    after=(Step(1.5, Heard("", "human", "answer", at=0.0)),), patience_s=9.0, talk_s=60.0,
)  # fmt: skip
BUSY = Story(kind="busy", release=Release(2.0, 17, 486))


class Stage:
    """A switch with one telephone, and what it has told."""

    def __init__(self, story: Story = PERSON) -> None:
        self.env = simpy.Environment()
        self.told: list = []
        self.switch = SimSwitch(
            self.env, self.told.append, Random(1), telephone=lambda order, number: story,
            number_of=lambda call: "15550100001",
        )  # fmt: skip

    def order(self, *orders, until: float) -> "Stage":
        for order in orders:
            self.switch.execute(order)
        self.env.run(until=until)
        return self

    def dialled(self, until: float) -> "Stage":
        return self.order(originate(), until=until)

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.told]

    def last(self, kind):
        return [event for event in self.told if isinstance(event, kind)][-1]


def originate(not_after: float = 1e9) -> Originate:
    return Originate(
        call=CALL, trunk="t", caller_id="c", ring_timeout_s=30.0, not_after=not_after,
        max_talk_s=3600.0, country="us", detection="careful",
    )  # fmt: skip


def test_a_person_who_is_joined_to_an_agent_talks_and_hangs_up():
    stage = Stage().order(CallAgent("anna", "PJSIP/anna"), until=1.0).dialled(until=6.5)
    stage.order(Listen(CALL, "answer"), until=8.0)
    stage.order(Bridge(CALL, "anna"), until=100.0)
    kinds = ["LegUp", "Placed", "Ringing", "Answered", "Heard", "Bridged", "AgentHeard", "HungUp"]
    assert stage.kinds() == kinds
    heard, bridged = stage.last(AgentHeard), stage.last(Bridged)
    assert 0.007 <= heard.at - bridged.at <= 0.026
    assert stage.last(HungUp).at == pytest.approx(bridged.at + 60.0)
    (lived,) = stage.switch.network.truth
    assert (lived.agent_at, lived.ended_by) == (heard.at, "customer")


def test_nothing_is_heard_before_somebody_listens_nor_when_no_listener_lives():
    assert "Heard" not in Stage().dialled(until=8.0).kinds()
    deaf = Stage().dialled(until=5.5)
    deaf.switch.network.hears = False
    assert "Heard" not in deaf.order(Listen(CALL, "answer"), until=8.0).kinds()


def test_the_agent_hears_the_greeting_as_long_as_it_was_and_nobody_elses():
    stage = Stage(msgspec.structs.replace(PERSON, greeting_end_s=1.2))
    stage.order(CallAgent("anna", "PJSIP/anna"), until=1.0).dialled(until=6.5)
    stage.order(Bridge(CALL, "anna"), until=10.0)
    stage.order(PlayGreeting(CALL, "anna"), PlayGreeting(CALL, "ben"), until=12.0)
    ends = [event for event in stage.told if isinstance(event, GreetingEnded)]
    assert ends == [
        GreetingEnded(CALL, "anna", at=11.2),
        GreetingEnded(CALL, "ben", played=False, why="call ended", at=11.2),
    ]


def test_a_greeting_ends_with_its_call():
    stage = Stage().order(PlayGreeting(CALL, "anna"), until=1.0)
    assert stage.last(GreetingEnded).why == "call ended"


def test_who_hears_nothing_hangs_up():
    stage = Stage().dialled(until=30.0)
    assert stage.last(HungUp).at == pytest.approx(5.0 + 9.0, abs=0.1)


def test_who_hears_the_message_stays_to_its_end():
    stage = Stage().dialled(until=7.0).order(Play(CALL, "safe_harbour"), until=30.0)
    started, ended = stage.last(MessageStarted), stage.last(MessageEnded)
    assert ended.at - started.at == pytest.approx(8.0)


def test_a_busy_line_has_its_cause():
    stage = Stage(BUSY).dialled(until=5.0)
    assert stage.told[-1] == HungUp(CALL, 17, 486, at=stage.told[-1].at)


def test_nobody_answers_within_the_ring_timeout():
    stage = Stage(Story(kind="mute")).dialled(until=40.0)
    end = stage.last(HungUp)
    assert (end.cause, end.sip, end.by_us, round(end.at)) == (19, 480, True, 30)


def test_an_order_that_comes_too_late_is_not_carried_out():
    assert isinstance(Stage().order(originate(not_after=-1.0), until=9.0).told[-1], NotPlaced)


def test_the_same_id_is_not_dialled_twice_while_it_lives():
    stage = Stage().order(originate(), originate(), until=2.0)
    assert len(stage.switch.network.truth) == 1


def test_our_hang_up_can_meet_an_answer():
    stage = Stage().dialled(until=3.0)
    stage.switch.answers_our_cancel = 1.0
    stage.order(HangUp(CALL, "no agents"), until=4.0)
    assert stage.kinds() == ["Placed", "Ringing", "Answered", "HungUp"]


def test_a_bridge_without_the_agents_leg_or_the_customer_is_reported():
    stage = Stage().dialled(until=6.0).order(Bridge(CALL, "anna"), until=7.0)
    assert stage.last(NotBridged).why == "no leg"
    stage.order(HangUp(CALL, "x"), until=8.0).order(Bridge(CALL, "anna"), until=9.0)
    assert stage.last(NotBridged).why == "call ended"


def test_a_leg_that_ends_leaves_the_customer_alone():
    stage = Stage().order(CallAgent("anna", "PJSIP/anna"), until=1.0).dialled(until=7.0)
    stage.order(Bridge(CALL, "anna"), until=8.0).order(DropAgent("anna"), until=30.0)
    assert (stage.last(LegDown).agent, stage.last(LegUp).agent) == ("anna", "anna")
    (lived,) = stage.switch.network.truth
    assert lived.ended_at is not None
    assert lived.ended_at - lived.stays[0].to_at == pytest.approx(9.0)


# ---- without a dialer ---------------------------------------------------------------------------
def test_who_answers_while_no_dialer_lives_hears_the_message_and_is_released():
    stage = Stage().dialled(until=3.0)
    stage.switch.network.abandon()
    stage.env.run(until=20.0)
    (lived,) = stage.switch.network.truth
    assert lived.message_at == pytest.approx(5.0, abs=0.05)
    assert lived.ended_at == pytest.approx(lived.message_at + 8.0)


def test_who_waits_when_the_dialer_dies_hears_the_message_within_two_seconds():
    stage = Stage().dialled(until=6.0)
    stage.switch.network.abandon()
    stage.env.run(until=9.0)
    assert 7.2 <= stage.switch.network.truth[0].message_at <= 8.0


def test_a_conversation_outlives_the_dialer():
    stage = Stage().order(CallAgent("anna", "PJSIP/anna"), until=1.0).dialled(until=6.0)
    stage.order(Bridge(CALL, "anna"), until=7.0)
    stage.switch.network.abandon()
    stage.env.run(until=100.0)
    (lived,) = stage.switch.network.truth
    assert (lived.message_at, lived.ended_by) == (None, "customer")


# ---- witnesses ----------------------------------------------------------------------------------
def asked(stage: Stage, at: float, *, whole: bool = False) -> Reconciled:
    stage.env.run(until=at)
    stage.order(Reconcile((CALL,), ("anna",), whole=whole), until=at + 1.5)
    return stage.last(Reconciled)


def test_witnesses_say_what_stands_and_what_stood():
    assert asked(Stage().dialled(until=2.0), 2.5).witnesses == (Witness(CALL, "ringing"),)
    (up,) = asked(Stage().dialled(until=5.1), 5.2).witnesses
    assert (up.channel, up.answered_at, up.bridged_to) == ("up", 5.0, "")
    (over,) = asked(Stage(BUSY).dialled(until=3.0), 3.5).witnesses
    assert (over.channel, over.row, over.cause, over.ended_at) == ("none", True, 17, 2.0)
    assert asked(Stage(), 1.0).witnesses == (Witness(CALL),)


def test_only_the_whole_question_ends_what_nobody_named():
    stage = Stage().order(CallAgent("ben", "PJSIP/ben"), until=1.0)
    asked(stage, 2.0)
    assert list(stage.switch.legs) == ["ben"]
    asked(stage, 4.0, whole=True)
    assert list(stage.switch.legs) == []


def test_after_a_crash_the_switch_knows_nothing_and_says_since_when():
    stage = Stage().dialled(until=6.0)
    stage.switch.crash()
    stage.order(originate(), until=8.0)
    stage.switch.start()
    told = asked(stage, 9.0)
    assert (told.witnesses, told.switch_since) == ((Witness(CALL),), 8.0)
    assert stage.kinds()[:3] == ["Placed", "Ringing", "Answered"]
    assert isinstance(stage.told[0], Placed)
    assert isinstance(stage.told[2], Answered)


def test_somebody_outside_is_called_joined_and_let_go_like_an_agent():
    party = "outside:bank:d1-0"
    stage = Stage().order(CallOutside(party, "bank", "lab", 30.0), until=9.0)
    assert stage.last(LegUp).agent == party
    stage.dialled(until=15.0).order(Bridge(CALL, party), until=16.0)
    assert (stage.last(Bridged).call, stage.last(Bridged).agent) == (CALL, party)
    stage.order(DropAgent(party), until=17.0)
    assert stage.last(LegDown).agent == party
