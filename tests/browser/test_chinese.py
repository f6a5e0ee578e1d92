"""Who reads Chinese meets no English: a walk over the pages and over what they refuse."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from dialer.desk.pages import BOARD, LINKS
from dialer.i18n import words
from tests.browser.house import House, Plan, context, log_in

pytestmark = [pytest.mark.browser, pytest.mark.asterisk]

HOUSE = Plan(
    softphones=("anna",), supervisor=(), leads=20, board=True,
    campaign={"law": "ca_crtc", "hours": "", "lists": ("people", "gone")},
)  # fmt: skip
DESK = ("/account", *(link for link in LINKS if link != BOARD))
PLACES = [key.removeprefix("page.") for key in words("zh").texts if key.startswith("page.")]

NAMES = frozenset({
    # of formats, protocols, codes and keys
    "API", "CSV", "TSV", "TXT", "XLSX", "CNY", "Parquet", "SQL", "UTC", "GMT", "Enter", "ASR",
    "NER", "ACD", "PDD", "SIP", "Wilson", "Erlang", "MB", "PNG", "yyyy", "mm", "dd",
    # of a language, a system, settings and columns as they stand in files
    "English", "VICIdial", "listening", "keep_openings", "announcements", "capture", "status",
    "called_count", "last_local_call_time", "vicidial_statuses", "vicidial_callbacks", "America",
    "New_York", "phone", "proof", "source", "given", "expires", "careful", "kpi_trunks",
    # of this house: people, campaigns, lists, trunks
    "ada", "anna", "sue", "spring", "sales", "people", "csv", "lab", "quirks", "red", "us",
    "ca_crtc", "gone",
    *(f"agent{n}" for n in range(1, 5)),
})  # fmt: skip
"Words that are the same in both languages."
ENCODINGS = re.compile(r"(?:utf|latin|shift|euc|big|gb|cp)[-_]?\w+(?:-[lb]e)?")
QUESTIONS = re.compile(r"kpi_\w+|SELECT [\s\S]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z_]+\d?")

TEXTS = """() => {
  const found = [];
  const hidden = "script, style, noscript, svg, code, [data-testid=stIconMaterial], [translate=no]";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    if (!walk.currentNode.parentElement.closest(hidden)) found.push(walk.currentNode.data);
  }
  for (const one of document.querySelectorAll("[title], [placeholder], [aria-label]")) {
    if (one.closest("svg, [data-testid=stIconMaterial], [aria-label$=icon]")) continue;
    for (const name of ["title", "placeholder", "aria-label"]) found.push(one.getAttribute(name));
  }
  return [...new Set(found)].filter(Boolean);
}"""
"All that stands on a page or is told of its parts; pictures of charts are their own test's."
FRAMEWORK = {"Download as CSV", "Copy Vega-Lite spec"}
"What Streamlit says where nobody sees it, or by a name that is a name."
SEGMENTS = re.compile(r"\b(?:year|month|day|hour|minute), |(?<=：)[A-Z][a-z]+ \d+, \d+$")
"Parts of a moment, and a day, which are read aloud only, in the words of the browser's."


def english(page: Page) -> list[str]:
    """Texts of the page in which a word is not Chinese and no name."""
    return [text for text in page.evaluate(TEXTS) if _strange(text)]


def _strange(text: str) -> set[str]:
    if text.partition(":")[0] in FRAMEWORK:
        return set()
    plain = QUESTIONS.sub("", SEGMENTS.sub("", ENCODINGS.sub("", text)))
    return set(LATIN.findall(plain)) - NAMES


@pytest.fixture
def page(chromium: Browser, site: House) -> Iterator[Page]:
    with context(chromium, site, "zh-CN", viewport={"width": 1400, "height": 1300}) as theirs:
        yield theirs.new_page()


def drawn(page: Page) -> None:
    """The board has drawn the page, and says Streamlit's own words, too."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.locator("html[lang=zh]").wait_for(state="attached")


def at_board(page: Page, name: str) -> None:
    page.goto(f"/board/{name}")
    drawn(page)
    for one in page.get_by_test_id("stExpander").locator("summary").all():
        one.click()
    page.wait_for_timeout(1000)
    drawn(page)


def test_the_pages_of_the_house(page: Page, site: House) -> None:
    page.goto("/login")
    found = {"/login": english(page)}
    log_in(page, "ada")
    for one in DESK:
        page.goto(one)
        page.wait_for_load_state("networkidle")
        found[one] = english(page)
    assert [f"{one}: {text}" for one, texts in found.items() for text in texts] == []


def test_the_pages_of_the_board(page: Page, site: House) -> None:
    log_in(page, "ada")
    found = {}
    for one in PLACES:
        at_board(page, one)
        found[one] = english(page)
    assert [f"{one}: {text}" for one, texts in found.items() for text in texts] == []


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("国家", "xx", "未执行：须为国家的两个字母代码，如 us、cn、gb"),
        ("拨打时段", "mon-sun 07:00-23:00",
         "未执行：须在 mon-fri 09:00-21:30, sat-sun 10:00-18:00 之内（法规 ca_crtc 的许可范围）；"
         "mon 07:00-09:00 超出范围"),
        ("振铃时限（秒）", "9 to 30", "未执行：第一个数不得少于 15 秒（法规 ca_crtc 的要求）"),
        ("呼损率上限", "0.5", "未执行：不得高于 0.05（法规 ca_crtc 的上限）"),
    ],
)  # fmt: skip
def test_a_setting_is_refused_in_chinese(
    page: Page, site: House, setting: str, value: str, said: str
) -> None:
    log_in(page, "ada")
    at_board(page, "campaigns")
    form = page.get_by_test_id("stForm").filter(has=page.get_by_role("button", name="使修改生效"))
    form.get_by_label(setting, exact=True).fill(value)
    form.get_by_role("button", name="使修改生效").click()
    expect(form.get_by_test_id("stAlert")).to_contain_text(said)
    drawn(page)
    assert english(page) == []


def test_what_forbids_the_start_is_said_in_chinese(page: Page, site: House) -> None:
    log_in(page, "ada")
    at_board(page, "campaigns")
    page.get_by_role("button", name="启动前检查").click()
    expect(page.get_by_text(re.compile("不能启动：法规 ca_crtc 的 2 秒从接通起计"))).to_be_visible()
    expect(page.get_by_text("不能启动：没有名单 gone，请先导入")).to_be_visible()
    expect(page.get_by_text(re.compile("20 条中将拨打"))).to_be_visible()
    drawn(page)
    assert english(page) == []
