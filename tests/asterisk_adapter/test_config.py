"""The files that Asterisk reads."""

import re
from pathlib import Path

import msgspec
import pytest

from dialer.asterisk.config import Seat, files
from dialer.asterisk.trunks import Trunk
from dialer.errors import SettingsError
from dialer.settings.inbound import Inbound

LAB = Trunk(name="lab", kind="lab", country="us", hosts=("127.0.0.1:15070",))
ANN = Seat(name="ann", contact="sip:ann@127.0.0.1:5070")


def pjsip(*trunks: Trunk, seats: tuple[Seat, ...] = ()) -> dict[tuple[str, str], dict[str, str]]:
    """(section, type) -> settings; a setting that is repeated is joined by `|`."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    text = files(trunks, seats, sip_port=15060)["pjsip.conf"]
    for section in re.split(r"(?m)^(?=\[)", text)[1:]:
        settings: dict[str, str] = {}
        for line in section.splitlines()[1:]:
            if line:
                key, _, value = line.partition(" = ")
                settings[key] = f"{settings[key]}|{value}" if key in settings else value
        found[section[1:].split("]")[0], settings["type"]] = settings
    return found


def test_a_trunk_that_knows_us_by_our_address():
    sections = pjsip(msgspec.structs.replace(LAB, hosts=("sbc1.example", "sbc2.example:5080")))
    assert sections["lab", "aor"]["contact"] == "sip:sbc1.example|sip:sbc2.example:5080"
    assert sections["lab", "identify"]["match"] == "sbc1.example|sbc2.example:5080"
    endpoint = sections["lab", "endpoint"]
    assert endpoint["context"] == "dialer-inbound-lab"
    assert (endpoint["direct_media"], endpoint["allow"]) == ("no", "alaw,ulaw")
    assert ("lab", "registration") not in sections


def test_a_trunk_that_wants_a_login(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("s3cret-of-4711\n")
    secret.chmod(0o600)
    sections = pjsip(
        msgspec.structs.replace(
            LAB, name="acme", register=True, username="4711", password_file=secret,
            transport="tls", from_user="4711", identity="pai", privacy=True,
        )
    )  # fmt: skip
    assert sections["acme", "auth"]["password"] == "s3cret-of-4711"
    assert sections["acme", "registration"]["client_uri"] == "sip:4711@127.0.0.1:15070"
    assert sections["transport-tls", "transport"]["bind"] == "127.0.0.1:15061"
    endpoint = sections["acme", "endpoint"]
    assert (endpoint["send_pai"], endpoint["trust_id_outbound"]) == ("yes", "yes")
    assert endpoint["callerid_privacy"] == "prohib"
    assert endpoint["from_user"] == "4711"
    assert endpoint["media_encryption"] == "sdes"


@pytest.mark.parametrize("secret", ["two words", "with;comment", "line\nbreak", ""])
def test_a_password_that_the_file_could_not_carry_is_refused(tmp_path: Path, secret: str):
    file = tmp_path / "secret"
    file.write_text(secret)
    file.chmod(0o600)
    with pytest.raises(SettingsError, match="printable ASCII"):
        pjsip(msgspec.structs.replace(LAB, username="4711", password_file=file))


def test_a_password_that_others_can_read_is_refused(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text("s3cret")
    file.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        pjsip(msgspec.structs.replace(LAB, username="4711", password_file=file))


def test_seats_fixed_and_registering():
    sections = pjsip(LAB, seats=(ANN, Seat(name="web1", password="x" * 20, webrtc=True)))
    assert sections["ann", "aor"]["contact"] == "sip:ann@127.0.0.1:5070"
    assert sections["web1", "aor"]["max_contacts"] == "1"
    assert sections["web1", "endpoint"]["webrtc"] == "yes"
    assert {sections[name, "endpoint"]["context"] for name in ("ann", "web1")} == {"dialer-agents"}


@pytest.mark.parametrize("name", ["a]\n[evil", "Ann", "", "a b"])
def test_a_seats_name_is_an_endpoints_name(name: str):
    with pytest.raises(ValueError, match="a to z"):
        Seat(name=name, contact="sip:x@127.0.0.1")


def test_nobody_can_dial_out_through_the_dial_plan():
    plan = files([LAB], [ANN], sip_port=15060)["extensions.conf"]
    assert not re.search(r"(?i)Dial\(|Local/|System\(|Originate\(|include", plan)
    contexts = re.split(r"(?m)^(?=\[)", plan)
    for name in ("dialer-agents", "default"):
        (context,) = (text for text in contexts if text.startswith(f"[{name}]"))
        assert re.findall(r"(?m)^exten.*", context) == ["exten => _X.,1,Hangup(1)"]


def test_a_trunks_door_opens_for_the_numbers_it_may_show_and_for_nothing_else():
    here = msgspec.structs.replace(LAB, caller_ids=("12125550100",))
    there = msgspec.structs.replace(here, name="there", hosts=("b.example",), caller_ids=())
    plan = files([here, there], [], sip_port=15060)["extensions.conf"]
    contexts = {text.partition("]")[0]: text for text in re.split(r"(?m)^\[", plan)}
    door = contexts["dialer-inbound-lab"]
    assert re.findall(r"(?m)^exten => ([^,]*)", door) == [
        "12125550100", "+12125550100", "2125550100", "_[+0-9a-zA-Z*#].", "_[+0-9a-zA-Z*#]",
    ]  # fmt: skip
    assert re.findall(r"(?m)^exten => _.*", door) == [
        "exten => _[+0-9a-zA-Z*#].,1,Hangup(1)", "exten => _[+0-9a-zA-Z*#],1,Hangup(1)",
    ]  # fmt: skip
    assert "Goto" not in contexts["dialer-inbound-there"]


def test_trunks_of_one_machine_share_their_doors():
    one = msgspec.structs.replace(LAB, caller_ids=("12125550100",))
    two = msgspec.structs.replace(LAB, name="two", caller_ids=("12125550199",))
    plan = files([one, two], [], sip_port=15060)["extensions.conf"]
    door = plan.partition("[dialer-inbound-two]")[2].partition("[")[0]
    assert "exten => 12125550100,1,Set(CALLED=12125550100)\n same => n,Set(TRUNK=lab)" in door
    assert "exten => 12125550199,1,Set(CALLED=12125550199)\n same => n,Set(TRUNK=two)" in door


def test_callers_are_counted_by_the_minute():
    house = Inbound(caller_per_minute=3, all_per_minute=20, opt_out_key="7")
    plan = files([LAB], [], sip_port=15060, house=house)["extensions.conf"]
    assert "GotoIf($[${MINE} > 3 | ${GLOBAL(CALLS_IN)} > 20]?busy,1)" in plan
    assert "exten => 7,1,Set(NOTE=" in plan


def test_the_message_is_the_one_of_the_settings():
    plan = files([LAB], [], sip_port=15060, safe_harbour="acme/sorry", app="mine")
    assert "?acme/sorry:${MESSAGE})" in plan["extensions.conf"]
    assert "Stasis(mine,out)" in plan["extensions.conf"]
