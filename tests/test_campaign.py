"""The campaign file: few settings, each explained, and a wrong one is named."""

import shutil
from pathlib import Path

import msgspec
import pytest

from dialer import campaign, tomlfile
from dialer.asterisk import trunks
from dialer.campaign import Campaign
from dialer.engine.compliance import readiness
from dialer.engine.events import CampaignOpened
from dialer.engine.hours import HOURS
from dialer.errors import SettingsError
from dialer.i18n import words
from dialer.laws import LAWS
from dialer.leads.retry import RETRY

EXAMPLES = Path(__file__).parents[1] / "examples"
SPRING = Campaign(name="spring", lists=("vip",))


def written(folder: Path, text: str) -> Path:
    path = folder / "spring.toml"
    path.write_text('name = "spring"\nlists = ["vip"]\n' + text)
    return path


def test_there_are_at_most_25_settings_and_each_is_explained() -> None:
    fields = [field.name for field in msgspec.structs.fields(Campaign)]
    words = tomlfile.explained(Campaign)
    assert len(fields) <= 25
    assert [name for name in fields if len(words.get(name, "")) < 20] == []


def test_a_campaign_of_two_lines_is_careful(tmp_path: Path) -> None:
    spring = campaign.load(written(tmp_path, ""))
    assert spring == SPRING
    opened = campaign.opened(spring, version=1, at=9.0, user="ann")
    assert opened == CampaignOpened(
        at=9.0, campaign="spring", pool="main", version=1, user="ann", pacing="progressive",
        ratio=1.0, lines=10, calls_per_s=1.0, trunk="lab", caller_ids=(), ring_timeout_s=30.0,
        ring_least_s=15.0, abandon_cap=0.01, clock="answer", connect_within_s=2.0,
        detection="careful", country="us", wrap_up_s=60.0, source="live", zone="UTC",
        closes_min=(1260,) * 7,
    )  # fmt: skip
    calling = campaign.lead_rules(spring).calling
    assert (calling.hours, calling.law) == (HOURS["strict"], "strict")
    assert calling.calendar == "everywhere"
    assert (calling.ring_least_s, calling.after_abandoned_s) == (15.0, 72 * 3600.0)


def test_the_laws_name_sets_cap_clock_and_hours() -> None:
    spring = msgspec.structs.replace(SPRING, law="uk_ofcom")
    opened = campaign.opened(spring, version=2, at=0.0, user="", source="lab")
    assert (opened.abandon_cap, opened.clock, opened.source) == (0.0, "speech_start", "lab")
    assert campaign.lead_rules(spring).calling.hours == HOURS["uk"]


def test_a_house_may_be_stricter_than_the_law_but_not_laxer(tmp_path: Path) -> None:
    strict = campaign.load(written(tmp_path, 'law = "us_ftc"\nabandon_cap = 0.02'))
    assert campaign.opened(strict, version=1, at=0.0, user="").abandon_cap == 0.02
    with pytest.raises(SettingsError, match=r"abandon_cap = 0.05: must be at most 0.03"):
        campaign.load(written(tmp_path, 'law = "us_ftc"\nabandon_cap = 0.05'))


def test_an_account_counts_over_the_laws_period_or_a_shorter_one(tmp_path: Path) -> None:
    said = {
        "": ("30 days", "", "progressive", 0.03),
        "abandon_cap = 'day'": ("day", "", "progressive", 0.03),
        "abandon_cap = '1 h, 0.02'": ("1 h", "", "progressive", 0.02),
        "abandon_cap = 'group winter, wait'": ("30 days", "winter", "wait", 0.03),
    }
    for text, expected in said.items():
        opened = campaign.opened(
            campaign.load(written(tmp_path, f'law = "us_ftc"\n{text}')), version=1, at=0.0, user=""
        )
        found = (opened.account, opened.group, opened.when_spent, opened.abandon_cap)
        assert found == expected


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(
    ("said", "most_s", "least_s"),
    [(30, 30.0, 15.0), ("30", 30.0, 15.0), ("20 to 30", 30.0, 20.0), ("30 to 30", 30.0, 30.0),
     (" 17.5 to 20 ", 20.0, 17.5), (15, 15.0, 15.0)],
)  # fmt: skip
def test_a_phone_is_let_alone_after_what_the_law_asks_or_what_is_said(
    law: str, said: float | str, most_s: float, least_s: float
) -> None:
    spring = tomlfile.build(
        {"name": "spring", "lists": ["vip"], "law": law, "ring_timeout_s": said},
        Campaign,
        Path("x"),
    )
    opened = campaign.opened(spring, version=1, at=0.0, user="")
    assert (opened.ring_timeout_s, opened.ring_least_s) == (most_s, least_s)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "pacing = 'predictve'",
            "pacing = 'predictve': must be one of 'manual', 'predictive', 'preview', "
            "'progressive', 'ratio', 'selftuned'.",
        ),
        ("law = 'us'", "law = 'us': must be one of 'au_acma', 'ca_crtc', 'cn_miit', 'lab'"),
        ("law = 'us_ftcc'", "Did you mean 'us_ftc'?"),
        ("retry = 'standrad'", "Did you mean 'standard'?"),
        ("retry = 'standrad, absent=wait'", "Did you mean 'standard'?"),
        (
            "retry = 'standard, absent=stay'",
            "after the preset may follow `absent=pool`, `absent=wait`",
        ),
        ("zone = 'America/New_Yrok'", "Did you mean 'America/New_York'?"),
        ("liness = 3", "liness: no such setting. Did you mean lines?"),
        ("lines = 0", "lines = 0: must be a whole number >= 1 and <= 10000. The most calls"),
        ("calls_per_s = 0", "calls_per_s = 0: must be a number > 0 and <= 1000."),
        ("ratio = 0.5", "ratio = 0.5: must be a number >= 1 and <= 10."),
        ("caller_ids = ['+1555']", "caller_ids = ['+1555']: must be a list, each 3 to 15 digits"),
        ("country = 'xx'", "country = 'xx': must be an ISO 3166 code"),
        ("ring_timeout_s = 8", "ring_timeout_s = 8.0: must be at least 15,"),
        ("ring_timeout_s = '10 to 12'", "ring_timeout_s = '10 to 12': must be at least 15,"),
        ("ring_timeout_s = '10 to 30'", "'10 to 30': the first number must be at least 15,"),
        ("ring_timeout_s = '30 to 20'", "'30 to 20': the first number must not be above the"),
        ("ring_timeout_s = '20 to 181'", "'20 to 181': must be 5 to 180 seconds"),
        ("ring_timeout_s = nan", "ring_timeout_s = nan: must be 5 to 180 seconds"),
        ("ring_timeout_s = 'long'", "'long': must be seconds like '30', or like '20 to 30'"),
        ("ring_timeout_s = true", "ring_timeout_s = True: must be a number or text"),
        ("hours = 'always'", "hours = 'always': must be one of 'cn', 'lab', 'strict'"),
        ("hours = 'fri-mon 09:00-17:00'", "or like 'mon-fri 09:00-20:00, sat 10:00-14:00'"),
        ("hours = 'mon 17:00-09:00'", "or like 'mon-fri 09:00-20:00, sat 10:00-14:00'"),
        ("holidays = ['Christmas']", "holidays: 'Christmas' must be like '2026-12-25'"),
        ("abandon_cap = 1.5", "abandon_cap = 1.5: must be a share of 0 to 1"),
        (
            "abandon_cap = 'a little'",
            "abandon_cap = 'a little': 'a little': must be 'day', 'month'",
        ),
        (
            "abandon_cap = '30 days'",
            "must be counted over 'day' or a shorter time, which is what law",
        ),
        ("safe_harbour = 'no.wav'", "no.wav': there is no such file"),
    ],
)
def test_a_wrong_setting_is_named_with_file_key_value_and_what_is_allowed(
    tmp_path: Path, text: str, complaint: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        campaign.load(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("changed", "key", "said"),
    [
        ({"lines": 0}, "lines", "0 不正确；允许：整数 >= 1 且 <= 10000"),
        ({"lists": []}, "lists", "[] 不正确；允许：至少一项的列表，每项为文本"),
        ({"caller_ids": ["+1"]}, "caller_ids", "['+1'] 不正确；允许：列表，每项为3 至 15 位数字"),
        ({"abandon_cap": [1]}, "abandon_cap", "[1] 不正确；允许：数字或文本"),
        ({"retry": "gentel"}, "retry",
         "只能是 'gentle', 'lab', 'once', 'standard'。是否指 gentle？"),
        ({"ring_timeout_s": "10 to 30"}, "ring_timeout_s",
         "第一个数不得少于 15 秒（法规 us_ftc 的要求）"),
        ({"ring_timeout_s": ""}, "ring_timeout_s", "须写秒数，如 `30`，或写成 `20 to 30`"),
        ({"abandon_cap": 0.05}, "abandon_cap", "不得高于 0.03（法规 us_ftc 的上限）"),
        ({"hours": "us", "law": "strict"}, "hours",
         "须在 `mon-sun 08:00-21:00` 之内（法规 strict 的许可范围）；节假日超出范围"),
        ({"lists": ["a: where b <"]}, "lists",
         "a：筛选条件第 4 个字符处：此处应为值（`b <` 之后）"),
        ({"lists": ["a: where b c d"]}, "lists",
         "a：筛选条件第 3 个字符处：此处应为 `=`、`<`、`in`、`is` 等（`b` 之后，`c d` 之前）"),
        ({"detection": "careful, pause_s=9"}, "detection", "`pause_s` 须为 0.3 至 1.15 的数"),
    ],
)  # fmt: skip
def test_a_page_says_it_in_its_readers_language(
    changed: dict[str, object], key: str, said: str
) -> None:
    table = {"name": "spring", "lists": ["vip"], "law": "us_ftc", **changed}
    with pytest.raises(SettingsError) as caught:
        tomlfile.build(table, Campaign, Path("spring"))
    told = {"reason": caught.value.reason, "values": caught.value.values}
    assert (caught.value.values["key"], words("zh").refusal(422, told)) == (key, said)


def test_a_campaign_without_a_list_says_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "bare.toml"
    file.write_text('name = "bare"')
    with pytest.raises(SettingsError, match=r"bare.toml: lists is missing: The lists it dials"):
        campaign.load(file)


@pytest.mark.parametrize(
    ("law", "hours", "outside"),
    [
        ("us_ftc", "mon-sun 07:00-20:00", "mon 07:00-08:00 is outside"),
        ("us_ftc", "lab", "mon 00:00-08:00 is outside"),
        ("uk_ofcom", "mon-sun 10:00-12:00", "sun 10:00-12:00 is outside"),
        ("cn_miit", "mon-fri 09:00-21:30", "mon 21:00-21:30 is outside"),
        ("strict", "us", "holidays is outside"),
    ],
)
def test_hours_that_are_looser_than_the_law_are_refused_with_the_hours_that_are(
    tmp_path: Path, law: str, hours: str, outside: str
) -> None:
    with pytest.raises(SettingsError, match=f"hours = '{hours}': must stay within .*{outside}"):
        campaign.load(written(tmp_path, f'law = "{law}"\nhours = "{hours}"'))


def test_hours_of_ones_own_are_spans_of_the_week() -> None:
    own = msgspec.structs.replace(
        SPRING, hours="mon-thu 09:00-12:30, mon-thu 13:00-20:00, sat 10:00-14:00"
    )
    hours = campaign.lead_rules(own).calling.hours
    assert not isinstance(hours, str)
    working = ((540, 750), (780, 1200))
    assert hours.week == (working, working, working, working, (), ((600, 840),), ())
    assert hours.holiday == ()


def test_holidays_may_be_of_one_country() -> None:
    own = msgspec.structs.replace(SPRING, holidays=("2026-12-25", "CN 2026-10-01"))
    assert campaign.lead_rules(own).calling.holidays == (("", "2026-12-25"), ("CN", "2026-10-01"))


def test_the_words_of_agents_follow_the_retry_preset_where_it_has_its_own() -> None:
    words = {name: campaign.lead_rules(msgspec.structs.replace(SPRING, retry=name)).dispositions
             for name in RETRY}  # fmt: skip
    assert words == {"standard": "standard", "gentle": "standard", "once": "standard", "lab": "lab"}


@pytest.mark.parametrize("name", sorted(LAWS))
def test_every_law_names_its_source_and_is_no_laxer_than_the_laxest(name: str) -> None:
    law = LAWS[name]
    assert len(law.source) > 10
    assert 0 <= law.abandon_cap <= 0.05
    assert law.connect_within_s <= 2.0
    assert law.ring_least_s >= 15.0


def test_the_lab_example_loads_and_lacks_nothing() -> None:
    lab = campaign.load(EXAMPLES / "lab-campaign.toml")
    assert (lab.trunk, lab.law, lab.pacing) == ("lab", "lab", "ratio")
    assert readiness("lab", campaign.lead_rules(lab).calling, lab.caller_ids) == []


def test_the_example_for_a_real_trunk_is_complete_and_fits_its_trunk(tmp_path: Path) -> None:
    file = Path(shutil.copy(EXAMPLES / "real-trunk.toml", tmp_path))
    (tmp_path / "safe-harbour.wav").write_bytes(b"RIFF")
    spring = campaign.load(file)
    trunk = trunks.load(EXAMPLES / "trunks.toml")[spring.trunk]
    assert trunk.kind == "live"
    assert set(spring.caller_ids) <= set(trunk.caller_ids)
    assert readiness("live", campaign.lead_rules(spring).calling, spring.caller_ids) == []


def test_a_live_trunk_wants_more_than_a_careless_campaign_says() -> None:
    lab_rules = campaign.lead_rules(msgspec.structs.replace(SPRING, law="lab")).calling
    assert readiness("live", lab_rules, ()) == [
        "hours", "dnc", "caller_id", "seller", "safe_harbour",
    ]  # fmt: skip
