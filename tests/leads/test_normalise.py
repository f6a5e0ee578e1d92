"""What becomes a number, and what is rejected rather than mended."""

import re

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from dialer.leads.normalise import Normal, digits_of, masked, normal, zones_of


@pytest.mark.parametrize(
    ("written", "country", "digits", "place"),
    [
        ("(212) 555-0123", "US", "12125550123", "US America/New_York"),
        ("+1 212.555.0123", "GB", "12125550123", "US America/New_York"),
        ("1-808-555-0123", "us", "18085550123", "US Pacific/Honolulu"),
        ("13812345678", "CN", "8613812345678", "CN Asia/Shanghai"),
        ("138 1234 5678", "cn", "8613812345678", "CN Asia/Shanghai"),
        ("１３８１２３４５６７８", "CN", "8613812345678", "CN Asia/Shanghai"),
        ("13812345678.0", "CN", "8613812345678", "CN Asia/Shanghai"),
        ("'13812345678", "CN", "8613812345678", "CN Asia/Shanghai"),
        ("0086 138 1234 5678", "CN", "8613812345678", "CN Asia/Shanghai"),
        ("020 7946 0018", "GB", "442079460018", "GB Europe/London"),
        ("+49 30/123456", "DE", "4930123456", "DE Europe/Berlin"),
        ("+49 (0)30 123456", "DE", "4930123456", "DE Europe/Berlin"),
    ],
)
def test_the_ways_in_which_people_write_a_number(written, country, digits, place):
    number = normal(written, country)
    assert isinstance(number, Normal)
    assert (number.digits, number.place) == (digits, place)


@pytest.mark.parametrize(
    ("written", "country", "reason"),
    [
        ("", "US", "empty"),
        ("   ", "US", "empty"),
        ("911", "US", "emergency"),
        ("112", "DE", "emergency"),
        ("110", "CN", "emergency"),
        ("1.38E+10", "CN", "rounded_by_a_spreadsheet"),
        ("1.38123456E10", "CN", "rounded_by_a_spreadsheet"),
        ("+1 900 555 0123", "US", "premium_rate"),
        ("212 555", "US", "no_such_number"),
        ("+1 555 123 4567", "US", "no_such_number"),
        ("+881612345678", "US", "no_country"),
        ("call me", "US", "not_a_number"),
        ("212 555 0123 ext 5", "US", "not_a_number"),
        ("5" * 500, "US", "too_long"),
    ],
)
def test_what_is_in_doubt_is_rejected_with_its_reason(written, country, reason):
    assert normal(written, country) == reason


@pytest.mark.parametrize(
    "written",
    [
        "sip:evil@host",
        "Local/100@ctx",
        "2125550123;2125550124",
        "2125550123&PJSIP/x",
        "212555\r\n0123",
        "212555\x000123",
        "2125550123,,1",
        "${EXTEN}",
        "٢١٢٥٥٥٠١٢٣",
        "tel:+12125550123;phone-context=evil",
    ],
)
def test_nothing_that_a_trunk_could_take_for_an_order_is_a_number(written):
    for lab in (False, True):
        assert isinstance(normal(written, "US", lab=lab), str)


def test_no_country_has_a_premium_number_that_passes():
    kinds = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)
    tried = 0
    for region in phonenumbers.SUPPORTED_REGIONS:
        for kind in kinds:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None or phonenumbers.number_type(number) not in kinds:
                continue
            tried += 1
            assert isinstance(normal(phonenumbers.format_number(number, 0), region), str)
    assert tried > 200


def test_every_country_s_mobiles_pass_with_a_zone():
    for region in phonenumbers.SUPPORTED_REGIONS:
        example_number = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
        if example_number is None:
            continue
        number = normal(phonenumbers.format_number(example_number, 0), region)
        assert isinstance(number, Normal), region
        assert number.place.partition(" ")[2], region


def test_in_a_lab_only_the_shape_counts():
    assert normal("15550100007", "US", lab=True).digits == "15550100007"
    assert normal("15550100007", "US") == "no_such_number"
    assert normal("12", "US", lab=True) == "not_a_number"


@given(st.text(), st.sampled_from(["US", "CN", "GB", "DE", "ZZ", ""]), st.booleans())
@example("+", "US", True)
@example("\ud800", "US", False)
def test_any_text_is_a_number_of_the_right_shape_or_a_reason(text, country, lab):
    number = normal(text, country, lab=lab)
    if isinstance(number, Normal):
        assert re.fullmatch(r"[0-9]{6,15}", number.digits)
        assert re.fullmatch(r"[A-Z0-9]{2,3} \S+|[A-Z]{0,3} ", number.place)
    else:
        assert re.fullmatch(r"[a-z_]+", number)
    digits = digits_of(text, country)
    assert digits is None or re.fullmatch(r"[0-9]{6,15}", digits)


@given(st.from_regex(r"[0-9]{6,15}", fullmatch=True))
def test_a_masked_number_shows_eight_digits_at_most_and_hides_three_at_least(digits):
    shown = masked(digits)
    assert re.fullmatch(r"\+[0-9]{1,5}•••[0-9]{2,4}", shown)
    head, tail = shown[1:].split("•••")
    assert digits.startswith(head)
    assert digits.endswith(tail)
    assert len(head) + len(tail) <= len(digits) - 3


def test_a_number_without_a_zone_of_its_own_may_be_in_any_of_its_country():
    assert zones_of("PT") == {"Atlantic/Azores", "Atlantic/Madeira", "Europe/Lisbon"}
    assert zones_of("XX") == frozenset()
