"""What the documentation says is so."""

import re
from pathlib import Path

import pytest

from dialer.__main__ import OWN
from dialer.explain import page

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def test_the_configuration_page_is_what_the_sources_say() -> None:
    written = (ROOT / "docs/configuration.md").read_text()
    assert written == page(), "run `./run dialer explain > docs/configuration.md`"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text())
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (path.parent / target).exists()] == []


def test_the_two_commands_of_the_readme_are_those_of_run() -> None:
    readme, script = (ROOT / "README.md").read_text(), (ROOT / "run").read_text()
    for word in re.findall(r"\./run (\w+)", readme):
        assert re.search(rf"^{word}(\)| \|)", script, re.MULTILINE), word
    assert "./run demo" in readme
    assert "./run test" in readme


def test_every_command_of_ours_that_the_readme_names_exists() -> None:
    text = (ROOT / "README.md").read_text()
    named = set(re.findall(r"(?:\./run |`)dialer (?:--settings \S+\s)?([a-z][a-z-]+)", text))
    foreign = {"bench", "board", "demo", "lab", "twin"}
    assert named - foreign <= set(OWN)


def test_the_glossary_is_sorted_into_rows_of_word_and_meaning() -> None:
    text = (ROOT / "docs/glossary.md").read_text()
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| (.+) \|$", text, re.MULTILINE)
    assert len(rows) >= 20
    assert [word for word, meaning in rows if len(meaning) < 6] == []
