"""Whatever is refused with a word has a text for it in both languages, and all that it needs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import dialer
from dialer import client, door, errors
from dialer.access.passwords import WEAK
from dialer.api.problems import Refused, told
from dialer.engine.compliance import MISSING
from dialer.errors import called
from dialer.i18n import LANGUAGES, words
from tests.i18n.test_catalogues import gaps

FAMILY = {
    name for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, errors.DialerError)
} | {"Refused", "MoneyError", "NoDeck"}  # fmt: skip
CODES = {"code", "setup"}
"Reasons by which the log-in's page goes on; nobody reads them."
BY_REASON = {"misfit", "misread", "objection"}
"What has its English from the catalogue, too, and begins with the reason."


def raised() -> Iterator[tuple[str, str, set[str]]]:
    """Where, with which word, with values for which gaps."""
    root = Path(dialer.__file__).parent
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if not isinstance(node, ast.Call) or name not in FAMILY | BY_REASON:
                continue
            first = node.args[0] if node.args else None
            is_ours = isinstance(first, ast.Constant) and isinstance(first.value, int)
            match node.args[0 if name in BY_REASON else 2 if is_ours else 1 :]:
                case [ast.Constant(value=str(word)), *_]:
                    given = {one.arg for one in node.keywords if one.arg and one.arg != "wait_s"}
                    yield f"{file.relative_to(root)}:{node.lineno}", word, given


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_reason_has_its_words(language: str) -> None:
    texts, found = words(language).texts, list(raised())
    assert len(found) > 80
    assert [one for one in found if gaps(texts.get(f"reason.{one[1]}", "{?}")) - one[2]] == []
    for _, word, given in found:
        said = {"reason": word, "values": dict.fromkeys(given, "this very one")}
        assert words(language).refusal(422, said), word


def test_each_text_of_a_reason_is_somebodys() -> None:
    known = {word for _, word, _ in raised()} | set(WEAK) | {"fields"}
    known |= {f"lacks_{what}" for what in MISSING}
    texts = {key.removeprefix("reason.") for key in words("en").texts if key.startswith("reason.")}
    assert texts - known == set()
    assert known - texts <= CODES


def test_a_reason_is_told_in_the_readers_language_and_its_names_too() -> None:
    said = {
        "detail": "lead.reveal cannot be granted to the role agent", "reason": "not_granted",
        "values": {"permission": "lead.reveal", "role": called("role", "agent")},
    }  # fmt: skip
    assert words("zh").refusal(422, said) == "lead.reveal 不能授予“坐席”角色。"
    assert words("en").refusal(422, said) == "lead.reveal cannot be granted to the role Agent."


def test_what_nobody_has_words_for_is_marked_as_the_systems_own() -> None:
    said = words("zh").refusal(409, {"detail": "something rare", "reason": "unheard_of"})
    assert said.endswith("（系统原文：something rare）")
    assert "rare" not in words("zh").refusal(503, {"detail": "something rare"})


def test_values_tell_no_more_than_the_detail() -> None:
    assert told({"name": "+1 555 123 4567", "most": 5}) == {"name": "•••", "most": 5}


def test_a_refusal_may_have_the_reason_of_an_error() -> None:
    refused = Refused(409, "Not so.").because(errors.DialerError("gone", "no_team", team="red"))
    assert (refused.reason, refused.values) == ("no_team", {"team": "red"})


def test_a_reason_passes_the_dialers_door() -> None:
    line = door._error("no", errors.DialerError("no", "desk_held", why=called("bound", "dnc")))
    with pytest.raises(errors.OrderRefused, match=r"^no$") as refused:
        client._checked(line)
    assert (refused.value.reason, refused.value.values) == (
        "desk_held",
        {"why": called("bound", "dnc")},
    )
