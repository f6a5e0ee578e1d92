"""The doctor on a real Asterisk: healthy, and broken in one place at a time."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest

from dialer.asterisk import instance
from dialer.asterisk.dialplan import extensions
from dialer.asterisk.doctor import findings
from dialer.asterisk.host import Finding, allowances
from dialer.asterisk.settings import AsteriskSettings
from dialer.asterisk.trunks import Trunk
from tests.asterisk.desk import desk
from tests.asterisk.pair import TRUNK, TRUNKS, Pair

pytestmark = [pytest.mark.asterisk, pytest.mark.anyio]

LAB = {"lab": TRUNK}


async def faults(
    pair: Pair, settings: AsteriskSettings | None = None, trunks: dict[str, Trunk] | None = None
) -> list[Finding]:
    found = await findings(settings or pair.settings, LAB if trunks is None else trunks)
    machine = {one.what for one in allowances()}
    return [one for one in found if one.level != "ok" and one.what not in machine]


async def test_a_healthy_one_has_no_fault(pair: Pair):
    found = await findings(pair.settings, LAB)
    assert [one for one in found if one.level == "fatal"] == []
    assert [one.what for one in found if one.what.startswith("dial plan")] == [
        "dial plan, no dialer: as it must be",
        "dial plan, no beat: as it must be",
        "dial plan, silent dialer: as it must be",
        "dial plan, talk limit: as it must be",
    ]
    assert all(one.mend for one in found if one.level != "ok")


async def test_a_message_that_is_not_there_is_fatal(pair: Pair):
    sound = pair.ours.sounds / "dialer/safe-harbour.wav"
    sound.rename(sound.with_suffix(".away"))
    try:
        (fault,) = await faults(pair)
    finally:
        sound.with_suffix(".away").rename(sound)
    assert (fault.level, fault.what) == (
        "fatal", "safe-harbour message: the recording cannot be played",
    )  # fmt: skip
    assert "dialer/safe-harbour.wav" in fault.mend


@pytest.mark.parametrize(
    ("cut", "branch"),
    [
        ("GotoIf($[${EPOCH} - 0${GLOBAL(BEAT)} > 2]?harbour,1)", "no beat"),
        ('GotoIf($["${STASISSTATUS}" = "FAILED"]?harbour,1)', "no dialer"),
        ("Set(TIMEOUT(absolute)=2)", "silent dialer"),
    ],
)
async def test_a_branch_that_is_cut_off_is_found(pair: Pair, cut: str, branch: str):
    plan = extensions("dialer", "dialer/safe-harbour")
    assert cut in plan
    with dial_plan(pair, plan.replace(cut, "NoOp()")):
        found = await faults(pair)
    assert f"dial plan, {branch}: the message does not begin" in [one.what for one in found]


async def test_a_dial_plan_of_somebody_else_is_found(pair: Pair):
    with dial_plan(pair, "[default]\nexten => _X.,1,Hangup(1)\n"):
        found = await faults(pair)
    assert {one.level for one in found} == {"fatal"}
    assert len(found) == 4


async def test_a_user_who_may_only_read_is_found(pair: Pair):
    conf = (pair.ours.etc / "ari.conf").read_text()
    instance.write_conf(pair.ours, "ari.conf", conf.replace("read_only = no", "read_only = yes"))
    pair.cli("module reload res_ari.so")
    try:
        found = await faults(pair)
    finally:
        instance.write_conf(pair.ours, "ari.conf", conf)
        pair.cli("module reload res_ari.so")
    assert found[0].what.startswith("ARI user dialer may not give orders")
    assert found[0].mend == "ari.conf, [dialer]: read_only = no"


async def test_settings_that_are_not_asterisks_are_found(pair: Pair):
    given = msgspec.structs.replace(pair.settings, rtp=(10000, 10099))
    assert [one.what for one in await faults(pair, given)] == [
        "RTP ports: 20000 to 24999 there, 10000 to 10099 in our settings"
    ]
    given = msgspec.structs.replace(pair.settings, password="guess")
    (fault,) = await faults(pair, given)
    assert "does not know user dialer" in fault.what
    given = msgspec.structs.replace(pair.settings, url="http://127.0.0.1:9")
    (fault,) = await faults(pair, given)
    assert fault.what == "no Asterisk at http://127.0.0.1:9"


async def test_a_harmful_module_and_a_missing_one_are_found(pair: Pair):
    pair.cli("module load bridge_native_rtp.so")
    pair.cli("module unload app_userevent.so")
    try:
        found = await faults(pair)
    finally:
        pair.cli("module unload bridge_native_rtp.so")
        pair.cli("module load app_userevent.so")
    assert [one.mend for one in found] == [
        "modules.conf: noload = bridge_native_rtp.so", "modules.conf: load = app_userevent.so",
    ]  # fmt: skip


async def test_trunks_that_cannot_work_are_found(pair: Pair):
    wide = msgspec.structs.replace(TRUNK, lines=5000)
    unknown = Trunk(name="sip9", country="us", hosts=("192.0.2.1",))
    found = {
        one.what: one.level for one in await faults(pair, trunks={"lab": wide, "sip9": unknown})
    }
    assert found == {
        "trunk sip9 may show no caller id": "fatal",
        "trunk sip9: Asterisk has no such endpoint": "fatal",
        "RTP ports: 5000 for 5010 lines": "fatal",
    }
    assert [one.what for one in await faults(pair, trunks={})] == ["no trunk"]


async def test_while_a_dialer_serves_its_beat_is_left_alone(pair: Pair):
    async with desk(pair.settings, TRUNKS) as the:
        found = await findings(pair.settings, LAB)
        assert found[-1].what == "a dialer serves: the dial plan's branches were not tried"
        assert json.dumps([type(event).__name__ for event in the.events]).count("SwitchDown") == 0


@contextmanager
def dial_plan(pair: Pair, plan: str) -> Iterator[None]:
    """Another extensions.conf, for a while."""
    instance.write_conf(pair.ours, "extensions.conf", plan)
    pair.cli("dialplan reload")
    try:
        yield
    finally:
        ours = extensions("dialer", "dialer/safe-harbour")
        instance.write_conf(pair.ours, "extensions.conf", ours)
        pair.cli("dialplan reload")
        time.sleep(0.2)
