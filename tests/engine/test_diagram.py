"""The drawing in docs/ is the table."""

from pathlib import Path

from dialer.engine.diagram import page


def test_the_page_is_what_the_tables_say():
    docs = Path(__file__).parents[2] / "docs/call.md"
    assert docs.read_text() == page(), "run: python -m dialer.engine.diagram > docs/call.md"
