"""What belongs to nobody, from two lists."""

from dialer.asterisk import names
from dialer.asterisk.reconcile import plan, standing

TALKING, WAITING, HARBOUR, ORPHAN = (f"d1-{n:032x}" for n in range(4))
LEG, OLD_LEG, FOREIGN = (names.leg("ann", 9), names.leg("ann", 3), names.leg("zoe", 5))
AGENTS = {names.mark("ann"): "ann", names.mark("bob"): "bob"}


def channel(name: str, state: str = "Up", exten: str = "s") -> dict[str, object]:
    return {"id": name, "state": state, "dialplan": {"exten": exten}}


CHANNELS = [
    channel(TALKING), channel(WAITING, "Ringing"), channel(HARBOUR, exten="harbour"),
    channel(ORPHAN), channel(LEG), channel(OLD_LEG), channel(FOREIGN), channel("1795384111.42"),
    channel(names.media(WAITING)), channel(names.snoop(WAITING)), channel(names.media(TALKING)),
]  # fmt: skip
BRIDGES = [
    {"id": names.floor(LEG), "channels": [LEG, TALKING]},
    {"id": names.floor(OLD_LEG), "channels": [OLD_LEG]},
    {"id": names.floor(FOREIGN), "channels": [FOREIGN]},
    {"id": names.tap(WAITING), "channels": []},
    {"id": names.tap(TALKING), "channels": []},
    {"id": "a conference of somebody", "channels": ["1795384111.42"]},
]


def test_what_stands_is_sorted_by_what_it_is_to_us():
    seen = standing(CHANNELS, BRIDGES)
    assert seen.calls == {TALKING: "Up", WAITING: "Ringing", HARBOUR: "Up", ORPHAN: "Up"}
    assert seen.in_message == {HARBOUR}
    assert seen.floor_of == {TALKING: names.floor(LEG)}
    assert seen.seated == {LEG, OLD_LEG, FOREIGN}


def test_a_restart_keeps_talks_rings_and_messages_and_ends_the_rest():
    kept = plan(standing(CHANNELS, BRIDGES), [TALKING, WAITING, HARBOUR], AGENTS, tapped=[])
    assert kept.legs == {"ann": LEG}
    assert kept.orphans == (
        ORPHAN, names.snoop(WAITING), names.media(WAITING), names.media(TALKING), OLD_LEG, FOREIGN,
    )  # fmt: skip
    assert kept.bridges == (
        names.tap(WAITING), names.tap(TALKING), names.floor(OLD_LEG), names.floor(FOREIGN),
    )  # fmt: skip


def test_a_tap_that_we_know_goes_on():
    kept = plan(standing(CHANNELS, BRIDGES), [TALKING, WAITING], AGENTS, tapped=[WAITING])
    assert kept.orphans == (ORPHAN, names.media(TALKING), OLD_LEG, FOREIGN)


def test_a_message_is_never_cut_short():
    kept = plan(standing(CHANNELS, BRIDGES), [], AGENTS, tapped=[])
    assert HARBOUR not in kept.orphans
    assert kept.orphans[:3] == (TALKING, WAITING, ORPHAN)


def test_a_leg_outside_its_bridge_does_not_stand():
    alone = standing([channel(LEG)], [{"id": names.floor(LEG), "channels": []}])
    kept = plan(alone, [], AGENTS, tapped=[])
    assert (kept.legs, kept.orphans, kept.bridges) == ({}, (LEG,), (names.floor(LEG),))


def test_a_whisper_ends_with_the_dialer_that_began_it():
    whisper = names.whisper("ann", 12)
    kept = plan(standing([*CHANNELS, channel(whisper)], BRIDGES), [TALKING], AGENTS, tapped=[])
    assert kept.legs == {"ann": LEG}
    assert whisper in kept.orphans
