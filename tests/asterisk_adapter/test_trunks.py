"""Trunks as data, and the one place where a number becomes an order."""

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.asterisk.trunks import NUMBER, Trunk, dial_string, dialable, load
from dialer.errors import SettingsError

US = Trunk(name="sip1", country="us", hosts=("sbc.example.net",), countries=("gb",))
CN = Trunk(name="bj", country="cn", hosts=("192.0.2.7:5080",), number_format="national",
           mobile_zero=True, home_area="Beijing")  # fmt: skip
LAB = Trunk(name="lab", kind="lab", country="us", hosts=("127.0.0.1:15070",))

NYC, LONDON, PREMIUM, JAMAICA = "12125550123", "442079460958", "19002345678", "18763331234"


@pytest.mark.parametrize(
    "number",
    [
        "sip:evil@host", "15551234567@evil.example", "15551234567/sip:evil@host", "Local/100@ctx",
        "15551234567&PJSIP/other", "1;2", "1555\r\nContact: x", "1555%0d%0a", "1" * 500, "",
        "12345", "+15551234567", " 15551234567", "15551234567 ", "１５５５１２３４５６７",
        "1555123456a",
        "${EVIL}12345", "1555,1234567", "\x001234567", "1555-123-4567", "15551234567\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("trunk", [US, LAB], ids=["live", "lab"])
def test_only_digits_reach_a_dial_string(number: str, trunk: Trunk):
    assert dialable(number, trunk) == "not 6 to 15 digits"
    with pytest.raises(ValueError, match="not 6 to 15 digits"):
        dial_string(trunk, number)


@given(st.text() | st.text("0123456789;@/&$+", max_size=20))
def test_whatever_is_given_the_dial_string_has_the_one_shape(number: str):
    try:
        dialled = dial_string(LAB, number)
    except ValueError:
        return
    assert re.fullmatch(r"PJSIP/[0-9]{6,15}@lab", dialled)
    assert NUMBER.fullmatch(number)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (NYC, ""),
        (LONDON, ""),
        (PREMIUM, "premium rate is closed on trunk sip1"),
        (JAMAICA, "country jm is closed on trunk sip1"),
        ("8613800138000", "country cn is closed on trunk sip1"),
        ("870773111632", "country 001 is closed on trunk sip1"),
        ("449098790000", "premium rate is closed on trunk sip1"),
        ("15551234567", "no such number"),
        ("999999", "no such number"),
        ("110110", "no such number"),
    ],
)
def test_countries_and_premium_prefixes_are_closed_unless_opened(number: str, why: str):
    assert dialable(number, US) == why


def test_an_opened_prefix_is_open():
    opened = msgspec.structs.replace(US, open_prefixes=("1900",))
    assert dialable(PREMIUM, opened) == ""
    assert dialable("19764567890", opened) != ""


def test_what_the_trunks_country_would_take_for_an_emergency_is_never_dialled():
    opened = msgspec.structs.replace(CN, number_format="e164", countries=("us",))
    assert dialable("12025550123", opened) == "an emergency number"  # 120: ambulance in China
    assert dialable("12125550123", opened) == ""
    assert dialable("911911", LAB) == "an emergency number"


@pytest.mark.parametrize(
    ("trunk", "number", "dialled"),
    [
        (US, NYC, NYC),
        ({"number_format": "e164_plus"}, LONDON, "+" + LONDON),
        ({"number_format": "international"}, LONDON, "011" + LONDON),
        ({"number_format": "international"}, NYC, "011" + NYC),
        ({"number_format": "national"}, NYC, NYC),
        ({"number_format": "national"}, LONDON, "011" + LONDON),
        ({"number_format": "national", "country": "gb"}, LONDON, "02079460958"),
        ({"tech_prefix": "8810#"}, NYC, "8810#" + NYC),
        (CN, "862112345678", "02112345678"),  # a fixed line of Shanghai
    ],
)
def test_how_a_number_is_written(trunk: Trunk | dict[str, str], number: str, dialled: str):
    trunk = msgspec.structs.replace(US, **trunk) if isinstance(trunk, dict) else trunk
    assert dial_string(trunk, number) == f"PJSIP/{dialled}@{trunk.name}"


@pytest.mark.slow
def test_a_mobile_of_another_city_gets_a_leading_zero():
    assert dial_string(CN, "8613800138000") == "PJSIP/13800138000@bj"
    assert dial_string(CN, "8613511112222") == "PJSIP/013511112222@bj"  # of Yiyang


def test_a_file_of_trunks(tmp_path: Path):
    file = tmp_path / "trunks.toml"
    file.write_text("""
[trunks.lab]
kind = "lab"
country = "us"
hosts = ["127.0.0.1:15070"]

[trunks.acme]
country = "de"
hosts = ["sbc1.example.net", "sbc2.example.net:5080"]
register = true
username = "4711"
password_file = "acme.secret"
identity = "pai"
caller_ids = ["4930123456"]
lines = 30
calls_per_s = 2.5
number_format = "e164_plus"
""")
    trunks = load(file)
    assert list(trunks) == ["lab", "acme"]
    acme = trunks["acme"]
    assert (acme.name, acme.kind, acme.lines, acme.calls_per_s) == ("acme", "live", 30, 2.5)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('country = "DE"', "trunks.acme.country `DE`: ISO 3166"),
        ('country = "xx"', "trunks.acme.country `xx`: ISO 3166"),
        ("hosts = []", "trunks.acme.hosts = []: must be a list"),
        ('hosts = ["a b"]', "`a b` is not `host` or `host:port`"),
        ('hosts = ["a\\nevil=yes"]', "is not `host` or `host:port`"),
        ("register = true", "register: needs username and password_file"),
        ('tech_prefix = "0,1"', "trunks.acme.tech_prefix = '0,1': must be text that matches"),
        ('caller_ids = ["+4930123"]', "trunks.acme.caller_ids = ['+4930123']: must be a list"),
        ('codecs = ["g729"]', "one of 'alaw', 'g722', 'gsm', 'opus', 'ulaw'"),
        ("lines = 0", "trunks.acme.lines = 0: must be a whole number >= 1. Calls at once."),
        ("calls_per_s = 0", "must be a number > 0 and <= 1000"),
        ("ring_timeout_s = 5", "must be a number >= 15 and <= 180"),
        ("lnes = 5", "trunks.acme.lnes: no such setting. Did you mean lines?"),
        ('username = "x\\ny"', "trunks.acme.username"),
        ('countries = ["USA"]', "`USA` is not ISO 3166"),
        ('open_prefixes = ["0900"]', "trunks.acme.open_prefixes = ['0900']"),
    ],
)
def test_a_wrong_setting_is_named_with_file_and_table(tmp_path: Path, line: str, said: str):
    key = line.split(" ")[0]
    usual = {"country": 'country = "de"', "hosts": 'hosts = ["sbc.example.net"]'}
    lines = [text for name, text in usual.items() if name != key] + [line]
    file = tmp_path / "trunks.toml"
    file.write_text("[trunks.acme]\n" + "\n".join(lines) + "\n")
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert str(file) in str(caught.value)
    assert said in str(caught.value)


def test_a_country_with_several_ways_abroad_must_name_one():
    with pytest.raises(ValueError, match="international_prefix: id has several"):
        Trunk(name="id", country="id", hosts=("x.example",), number_format="international")
    one = Trunk(name="id", country="id", hosts=("x.example",), number_format="international",
                international_prefix="008", countries=("gb",))  # fmt: skip
    assert dial_string(one, LONDON) == f"PJSIP/008{LONDON}@id"


def test_a_trunks_name_is_an_endpoints_name(tmp_path: Path):
    file = tmp_path / "trunks.toml"
    file.write_text('[trunks."a]\\n[b"]\ncountry = "de"\nhosts = ["x.example"]\n')
    with pytest.raises(SettingsError, match="name `a"):
        load(file)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml")
    (tmp_path / "empty.toml").write_text("")
    with pytest.raises(SettingsError, match=r"no table \[trunks.NAME\]"):
        load(tmp_path / "empty.toml")


@pytest.mark.parametrize(
    ("name", "number", "why"),
    [
        ("bank", PREMIUM, "premium rate is closed"),
        ("bank", "911", "not 6 to 15 digits"),
        ("bank", JAMAICA, "country jm is closed"),
        ("bank", "12125550123;x", "not 6 to 15 digits"),
        ("bank", "+12125550123", "not 6 to 15 digits"),
        ("pool:sales", NYC, "is no name"),
        ("", NYC, "is no name"),
    ],
)
def test_a_list_of_parties_outside_holds_only_what_may_be_dialled(name, number, why):
    opened = {"open_prefixes": ("1900",), "outside": {name: number}}
    with pytest.raises(ValueError, match=re.escape(why)):
        Trunk(name="sip1", country="us", hosts=("sbc.example.net",), **opened)


def test_a_list_of_parties_outside_is_read_with_its_trunk(tmp_path: Path):
    file = tmp_path / "trunks.toml"
    table = 'country = "us"\nhosts = ["sbc.example.net"]\n'
    parties = f'[trunks.sip1.outside]\n"head office" = "{NYC}"\n"总部" = "{NYC}"\n'
    file.write_text(f"[trunks.sip1]\n{table}{parties}")
    assert load(file)["sip1"].outside == {"head office": NYC, "总部": NYC}
    file.write_text(f"[trunks.sip1]\n{table}[trunks.sip1.outside]\nline = '{PREMIUM}'\n")
    with pytest.raises(SettingsError, match="premium"):
        load(file)
