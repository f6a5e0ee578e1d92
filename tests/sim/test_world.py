"""A world outlives its dialer; its wire loses, doubles and delays; its disk commits in groups."""

from random import Random

import msgspec
import pytest
import simpy

from dialer.engine.commands import Originate
from dialer.engine.events import Answered, Event, HungUp, LoggedIn, Ringing, Started, Tick
from sim.floor import Desks
from sim.ordeal import SMALL
from sim.process import Fuse, Killed
from sim.scenario import MONDAY
from sim.wire import Weather, Wire
from sim.world import World

FAIR = Weather()


def wire(weather: Weather = FAIR, seed: int = 1) -> tuple[simpy.Environment, Wire, list]:
    env, told = simpy.Environment(), []
    one = Wire(env, told.append, weather, Random(seed))
    one.connected, one.refuses = True, False
    return env, one, told


def test_in_fair_weather_everything_arrives_once_and_in_order():
    _, one, told = wire()
    events = [Ringing("a", at=1.0), Answered("a", at=2.0), HungUp("a", at=3.0)]
    for event in events:
        one.report(event)
    assert told == events


def test_the_end_of_a_call_is_never_lost_and_never_overtakes_its_answer():
    for seed in range(200):
        env, one, told = wire(Weather(double=0.5, late=0.5, lost=0.9), seed)
        for event in (Ringing("a", at=1.0), Answered("a", at=2.0), HungUp("a", at=3.0)):
            one.report(event)
        env.run()
        kinds = [type(event) for event in told]
        assert {Answered, HungUp} <= set(kinds)
        assert kinds.index(Answered) < kinds.index(HungUp)


def test_a_gap_swallows_and_a_freeze_holds():
    _, one, told = wire()
    one.connected = False
    one.report(Ringing("a", at=1.0))
    one.connected = True
    one.freeze()
    one.report(Answered("a", at=2.0))
    assert told == []
    one.thaw()
    assert told == [Answered("a", at=2.0)]


def test_a_fuse_burns_once():
    fuse = Fuse(2)
    fuse.burn()
    fuse.burn()
    with pytest.raises(Killed):
        fuse.burn()
    assert fuse.burnt == 3


def test_an_order_that_no_disk_has_is_said_again():
    desks = Desks(lambda: 50.0)
    desks.look(LoggedIn("anna", "floor", "PJSIP/anna", at=10.0), 5, ())
    desks.look(LoggedIn("ben", "floor", "PJSIP/ben", at=11.0), 6, ())
    desks.look(Tick(at=12.0), 7, ())
    assert desks.again(durable=5) == [LoggedIn("ben", "floor", "PJSIP/ben", at=50.0)]
    assert desks.again(durable=5) == []


def test_a_killed_dialer_loses_what_was_not_committed_and_the_next_one_goes_on():
    seen: list[tuple[float, Event]] = []
    world = World(
        SMALL, 3, by_hand=True, looks=[lambda event, seq, orders: seen.append((seq, event))]
    )
    world.open()
    world.run(60.0)
    lost_from = world.journal.durable
    world.kill()
    world.run(62.0)
    world.restart()
    world.run(120.0)
    starts = [(seq, event.epoch) for seq, event in seen if isinstance(event, Started)]
    assert starts == [(1, 1), (lost_from + 1, 2)]
    state = world.process.engine.state
    assert state.reconciled
    assert sum(campaign.placed for campaign in state.campaigns.values()) > 5


def test_a_stopped_dialer_catches_up():
    world = World(msgspec.structs.replace(SMALL, leads=30), 4)
    world.open()
    world.run(30.0)
    world.process.stop()
    world.switch.network.abandon()
    handled = world.process.engine.state.at
    world.run(40.0)
    assert world.process.engine.state.at == handled
    world.switch.network.attended = True
    world.process.go_on()
    assert world.process.engine.state.at >= MONDAY + 38.0


def test_orders_that_a_hung_switch_held_are_carried_out_when_it_goes_on():
    world = World(SMALL, 5)
    world.open()
    world.run(20.0)
    before = len(world.switch.network.truth)
    world.wire.freeze()
    world.run(22.0)
    assert len(world.switch.network.truth) == before
    held = [one for one in world.wire._held if isinstance(one, Originate)]
    world.wire.thaw()
    assert len(world.switch.network.truth) == before + len(held)
