"""Both languages are complete, and have a name for everything that the dialer can say."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import dialer
from dialer.api.forms import FORMS, OFFERED
from dialer.engine import ending
from dialer.engine.agent import AgentState
from dialer.engine.call import MACHINES, NO_AGENT, CallState
from dialer.engine.outcomes import OUTCOMES
from dialer.engine.pacing import POLICIES
from dialer.i18n import LANGUAGES, words
from dialer.leads.retry import DISPOSITIONS
from dialer.warehouse.schema import figures, question


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_has_the_same_keys_and_gaps(language: str):
    english, other = words("en").texts, words(language).texts
    assert set(other) == set(english)
    assert {key for key in english if gaps(english[key]) != gaps(other[key])} == set()
    assert [key for key in other if not other[key].strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_the_dialer_says_has_a_name(language: str):
    known = words(language).texts
    said = {
        "outcome": list(OUTCOMES),
        "agent_state": list(get_args(AgentState)),
        "call_state": list(get_args(CallState)),
        "mode": list(POLICIES),
        "disposition": [word for preset in DISPOSITIONS.values() for word in preset],
        "source": ["live", "lab", "sim"],
        "webhook_kind": list(OFFERED),
        "webhook_form": list(FORMS),
    }
    missing = [f"{t}.{w}" for t, names in said.items() for w in names if f"{t}.{w}" not in known]
    assert missing == []


def reasons_to_end() -> Iterator[str]:
    """Literals with which calls are hung up or cancelled."""
    root = Path(dialer.__file__).parent
    for file in (*root.glob("engine/*.py"), root / "byhand.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = getattr(node.func, "attr", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name.lstrip("_") in ("hang_up", "cancel"):
                yield from (one.value for one in node.args if isinstance(one, ast.Constant))


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_ended_a_call_and_why_the_dialer_did_has_a_name(language: str):
    said = {*reasons_to_end(), *(f"heard {sound}" for sound in ending.EARLY), *MACHINES, NO_AGENT}
    assert {"ring", "no agents", "heard busy"} < said
    ended_by = {"customer", "agent", "dialer", "network", "crash"}
    named = {f"call_end.{one}" for one in said | ended_by}
    assert named - set(words(language).texts) == set()


def test_chinese_is_chinese():
    same = [k for k, text in words("zh").texts.items() if text == words("en").texts[k]]
    assert same == ["bar.as_of", "column.asr", "column.ner", "column.acd", "column.pdd"]


NAMES = frozenset({
    # of formats, protocols, measures and methods
    "API", "CSV", "JSON", "JavaScript", "PDD", "PNG", "Q", "SIP", "SQL", "UTC", "XLSX", "zip",
    "ISO", "ASR", "NER", "ACD", "Wilson", "Erlang", "VICIdial", "Enter", "https",
    # of columns and settings, as they stand in files and in SQL
    "phone", "proof", "source", "given", "expires", "status", "called_count",
    "last_local_call_time", "vicidial_statuses", "vicidial_callbacks", "America", "New_York",
    "kpi_trunks", "report", "query", "rest_h", "listening", "keep_openings", "announcements",
    "capture", "std", "us", "cn",
    # of currencies, zones and weekdays, as they are written
    "CNY", "USD", "MB", "TSV", "Asia", "Shanghai", "mon", "fri",
    # of laws, beside what they are called
    "strict", "lab", "us_ftc", "us_california", "uk_ofcom", "ca_crtc", "au_acma", "cn_miit",
})  # fmt: skip
"Words of Chinese texts that are the same in both languages; what somebody types has backticks."


def test_chinese_has_no_english_words_but_names():
    latin = re.compile(r"[A-Za-z]\w+", re.ASCII)
    texts = {k: re.sub(r"`[^`]*`|\{[^}]*\}", "", one) for k, one in words("zh").texts.items()}
    found = {k: set(latin.findall(one)) - NAMES for k, one in texts.items()}
    assert {k: strange for k, strange in found.items() if strange} == {}


def test_a_gap_is_filled_and_a_missing_key_is_an_error():
    assert words("zh")("tile.leads_now", now="12") == "现在可拨 12"
    with pytest.raises(KeyError):
        words("en")("tile.nonsense")


def test_a_figures_question_is_that_of_its_definition():
    english = {k: v for k, v in words("en").texts.items() if k.startswith("kpi.")}
    assert english == {f"kpi.{name}": question(sql) for name, sql in figures().items()}
