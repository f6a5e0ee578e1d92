"""What a PDF of ours says: glyphs back to words, by the table that readers search and copy with."""

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
_SHOWN = re.compile(rb"\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def said(pdf: bytes) -> list[str]:
    """Each run of text, in its order. One font, glyphs of two bytes."""
    streams = [_plain(found[1]) for found in _STREAM.finditer(pdf)]
    (table,) = (one for one in streams if b"beginbfchar" in one)
    glyphs = {
        bytes.fromhex(glyph.decode()): bytes.fromhex(char.decode()).decode("utf-16-be")
        for glyph, char in _PAIR.findall(table.partition(b"beginbfchar")[2])
    }
    return [
        "".join(glyphs[raw[at : at + 2]] for at in range(0, len(raw), 2))
        for stream in streams
        for raw in map(_unescaped, _SHOWN.findall(stream))
    ]


def _plain(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _unescaped(text: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: _NAMED.get(found[1], found[1]), text)
