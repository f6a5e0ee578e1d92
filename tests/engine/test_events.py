from importlib import import_module
from pkgutil import iter_modules
from typing import get_args

from dialer.engine import events


def test_every_event_of_every_room_can_be_read_back_from_the_journal():
    defined = {
        one
        for room in iter_modules(events.__path__)
        for one in vars(import_module(f"{events.__name__}.{room.name}")).values()
        if isinstance(one, type) and issubclass(one, events.Event) and one is not events.Event
    }
    assert set(get_args(events.AnyEvent)) == defined
    assert {one.__name__ for one in defined} <= set(events.__all__)
