"""Streamlit's own words are known by the very letters that it writes."""

import re
from pathlib import Path

import streamlit

from dialer.i18n import words

SCRIPTS = Path(streamlit.__file__).parent / "static/static/js"


def test_each_word_is_in_what_streamlit_sends() -> None:
    sent = "".join(file.read_text("utf-8") for file in sorted(SCRIPTS.glob("*.js")))
    framework = {k: text for k, text in words("en").texts.items() if k.startswith("framework.")}
    pieces = {
        key: re.split(r":? ?\{\w+\}|(?<=Press Enter to )", text) for key, text in framework.items()
    }
    unknown = [key for key, parts in pieces.items() if not all(part in sent for part in parts)]
    assert unknown == []
    assert len(pieces) > 50
