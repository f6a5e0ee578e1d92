from typing import get_args

import msgspec

from dialer.engine.commands import AnyCommand, Command, Fact, JournalCommand, SwitchCommand, facts
from dialer.engine.commands import journal as to_the_journal
from dialer.engine.commands import switch as to_the_switch


def structs(module: object) -> set[type[msgspec.Struct]]:
    """Those defined in this very module."""
    return {
        one
        for one in vars(module).values()
        if isinstance(one, type)
        and issubclass(one, msgspec.Struct)
        and one.__module__ == getattr(module, "__name__", "")
    }


def test_every_order_goes_to_the_switch_or_to_the_journal():
    assert set(get_args(SwitchCommand)) == structs(to_the_switch)
    assert set(get_args(JournalCommand)) == structs(to_the_journal)
    assert set(get_args(AnyCommand)) == structs(to_the_switch) | structs(to_the_journal)
    assert all(issubclass(one, Command) for one in get_args(AnyCommand))


def test_every_fact_with_a_name_of_its_own_can_be_read_back():
    named = {one for one in structs(facts) if one.__struct_config__.tag}
    assert set(get_args(Fact)) == named
