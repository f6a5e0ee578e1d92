"""What every journal keeps, and for which dialer."""

import pytest

from dialer.engine.commands import AgentWas, Claim
from dialer.engine.events import Answered, Intended, Refused, Replaced, Ringing, Tick
from dialer.errors import JournalError, LeaseTaken
from dialer.journal.memory import MemoryJournal
from dialer.journal.sqlite import SqliteJournal

from .worlds import people


# ---- what is kept -------------------------------------------------------------------------------
def test_events_come_back_in_order_after_any_number(world):
    said = [Ringing(call="d1-0", at=1.0), Answered(call="d1-0", at=2.0), Tick(at=3.0)]
    seqs = [world.journal.append(event) for event in said]
    world.journal.flush()
    assert seqs == [1, 2, 3]
    assert list(world.journal.since(0)) == list(zip(seqs, said, strict=True))
    assert list(world.journal.since(2)) == [(3, said[2])]
    assert world.journal.durable == 3


def test_facts_have_a_numbering_of_their_own_and_are_kept_once(world):
    pause = AgentWas(agent="Bo", pool="main", state="PAUSED", from_at=1.0, to_at=2.0)
    seq = world.record(pause)
    world.record(pause, cause=seq)
    world.record(pause, cause=seq, index=1)
    assert list(world.journal.facts(0)) == [(1, pause), (2, pause)]
    assert list(world.journal.facts(1)) == [(2, pause)]


def test_a_new_process_finds_events_facts_promises_and_checkpoint(world):
    world.lists(people=people(3))
    world.open()
    first, second = world.promised(2)
    world.ended(first, "busy")
    seq = world.journal.append(Tick(at=world.at))
    world.journal.checkpoint(seq, b"state")
    world.journal.flush()
    before = list(world.journal.since(0)), list(world.journal.facts(0))
    world.reopened()
    assert (list(world.journal.since(0)), list(world.journal.facts(0))) == before
    assert world.journal.open_intents() == [second]
    assert world.journal.restore() == (seq, b"state")
    assert world.journal.append(Tick(at=world.at)) == seq + 1
    world.ended(second, "busy")
    assert world.journal.open_intents() == []
    assert world.dialled(5) == ["447700900002"]


def test_only_the_newest_checkpoint_counts(world):
    assert world.journal.restore() is None
    for _ in range(4):
        seq = world.journal.append(Tick(at=world.at))
        world.journal.checkpoint(seq, str(seq).encode())
    world.journal.flush()
    assert world.journal.restore() == (4, b"4")


def test_a_campaign_opened_again_keeps_its_version_until_its_rules_change(world):
    world.lists(people=people(1))
    assert world.open(retry="lab").version == 1
    world.at += 100
    assert world.open(retry="lab").version == 1
    assert world.open(retry="standard").version == 2
    assert world.open(retry="standard", lines=9).version == 3
    assert world.promised(1)[0].version == 3


# ---- one dialer ---------------------------------------------------------------------------------
def test_a_second_dialer_is_refused_while_the_first_lives_unless_it_uses_force(world):
    world.lists(people=people(2))
    world.open()
    inbox: list = []
    if world.kind == "memory":
        memory = world.journal._memory
        second = MemoryJournal(inbox.append, world.clock, memory=memory)
    else:
        second = SqliteJournal(world.path, inbox.append, world.clock)
    with pytest.raises(LeaseTaken, match="first dials with this journal"):
        second.take_lease("second", world.at)
    del world.inbox[:]
    assert second.take_lease("second", world.at, force=True) == 2
    order = Claim(campaign="spring", n=1, mode="progressive", epoch=world.epoch)
    world.journal.execute(order, cause=0, index=0)
    world.journal.flush()
    refused = Refused(campaign="spring", asked=1, given=0, why="epoch", at=world.at)
    # the first may have seen it by itself before
    assert sorted(world.inbox, key=repr) == [refused, Replaced(at=world.at)]
    assert world.claim(1) == [refused]
    order = Claim(campaign="spring", n=1, mode="progressive", epoch=2)
    second.execute(order, cause=0, index=0)
    second.flush()
    assert [one.epoch for one in inbox if isinstance(one, Intended)] == [2]
    second.close()


def test_without_a_lease_nothing_is_written(world, tmp_path):
    if world.kind == "memory":
        journal = MemoryJournal(world.inbox.append, world.clock)
    else:
        journal = SqliteJournal(tmp_path / "other.sqlite", world.inbox.append, world.clock)
    with pytest.raises(JournalError, match="take_lease first"):
        journal.append(Tick(at=0.0))
    journal.close()
