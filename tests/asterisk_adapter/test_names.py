"""Names in Asterisk: fixed length, lower case, one kind each, never twice."""

import itertools

from dialer.asterisk import names

CALL = "d1-" + "0123456789abcdef" * 2


def test_each_thing_of_a_call_has_its_own_name_and_leads_back():
    things = [names.media(CALL), names.snoop(CALL), names.tap(CALL)]
    assert [names.kind(thing) for thing in things] == ["media", "snoop", "tap"]
    assert [names.call_of(thing) for thing in things] == [CALL] * 3


def test_no_name_is_the_beginning_of_another():
    leg = names.leg("ann", 1)
    all_names = [CALL, names.media(CALL), names.snoop(CALL), names.tap(CALL), leg, names.floor(leg)]
    for one, other in itertools.permutations(all_names, 2):
        assert not other.startswith(one)
    assert all(name == name.lower() for name in all_names)


def test_a_leg_says_whose_it_is_and_is_never_the_same_twice():
    legs = [names.leg("ann", serial) for serial in (1, 2, 1795384111000000)]
    assert len({*legs}) == 3
    assert {names.mark_of(leg) for leg in legs} == {names.mark("ann")}
    assert {len(leg) for leg in legs} == {36}
    assert names.leg_on(names.floor(legs[0])) == legs[0]
    assert names.mark("ann") != names.mark("Ann")


def test_what_is_not_ours_has_no_kind():
    for name in ("", "1795384111.42", CALL.upper(), CALL + "0", "d1q-" + CALL[3:], CALL + "\n"):
        assert names.kind(name) == ""
