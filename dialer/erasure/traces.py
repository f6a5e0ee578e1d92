"""How a person looks in a file: a number in any spelling, an address, in any usual encoding.

>>> traces = Traces(["12125550123"], ["ada@example.org"])
>>> [traces.in_text(t) for t in ("tel. (212) 555-0123", "+1 212 555 0123", "1212555012399")]
[True, True, False]
>>> [traces.in_bytes(t.encode(e)) for t in ("2125550123", "Ada@example.org")
...  for e in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")]
[True, True, True, True, True, True, True, True]
>>> traces.in_text("ada@example.organic")
True
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import phonenumbers

BETWEEN = r"[ \t\u00a0\-.()/]"
"What people write between the digits of a number."
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "latin-1")
_LOOSE = b" \t-.()/\x00\xa0\xc2"
"All of that as bytes, and the half of UTF-16 that says nothing."
REACH = 512
"Bytes that no trace is longer than: blocks of a file overlap by so many."


class Traces:
    """What to look for. `words`: addresses, or names too, where a name is enough."""

    def __init__(self, numbers: Sequence[str], words: Iterable[str] = ()) -> None:
        spelled = [_spelled(*_parts(digits)) for digits in numbers]
        wanted = sorted({word.strip() for word in words if word.strip()})
        self._text = re.compile("|".join([*spelled, *map(re.escape, wanted)]) or r"(?!)", re.I)
        wide = [_wide(*_parts(digits)) for digits in numbers]
        narrow = [one.encode() for one in map(_narrow, spelled)]
        coded = {re.escape(code) for word in wanted for code in _coded(word)}
        self._bytes = re.compile(b"|".join([*narrow, *wide, *sorted(coded)]) or rb"(?!)", re.I)
        bare = [_parts(digits)[1].encode() for digits in numbers]
        bare += [code.lower().translate(None, _LOOSE) for word in wanted for code in _coded(word)]
        self._bare = sorted(set(bare))

    def in_text(self, text: str) -> bool:
        """Whether he is named in it."""
        return self._text.search(unicodedata.normalize("NFKC", text)) is not None

    def in_bytes(self, content: bytes) -> bool:
        """The same, of a file that may be in any encoding."""
        return self._may(content) and self._bytes.search(content) is not None

    def places(self, content: bytes) -> Iterator[tuple[int, int]]:
        """Where he is named in it: begin and end."""
        found = self._bytes.finditer(content) if self._may(content) else iter(())
        return (one.span() for one in found)

    def _may(self, content: bytes) -> bool:
        """Without all that may stand between: no pattern is as quick as this."""
        bare = content.lower().translate(None, _LOOSE)
        return any(one in bare for one in self._bare)


def _parts(digits: str) -> tuple[str, str]:
    """Country code and the rest.

    >>> _parts("8613800138000"), _parts("4477")
    (('86', '13800138000'), ('', '4477'))
    """
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return "", digits
    national = phonenumbers.national_significant_number(number)
    is_whole = len(national) >= 7 and digits.endswith(national)
    return (str(number.country_code), national) if is_whole else ("", digits)


def _spelled(code: str, national: str) -> str:
    """The pattern of a number in text: with its country's code or without."""
    apart = f"{BETWEEN}{{0,3}}"
    before = rf"(?:(?:\+|00)?{apart.join(code)}{apart})?" if code else r"\+?"
    return rf"(?<!\d){before}(?:\(?0{apart})?{apart.join(national)}(?!\d)"


def _narrow(spelled: str) -> str:
    """The same for bytes, where a space without a break is one or two that are no letters."""
    return spelled.replace(r"\u00a0", r"\xa0\xc2").replace(r"\d", "0-9").replace(
        "(?<!0-9)", "(?<![0-9])").replace("(?!0-9)", "(?![0-9])")  # fmt: skip


def _wide(code: str, national: str) -> bytes:
    """The same in UTF-16, whichever end comes first: each digit is a byte apart from the next."""
    apart = rb"\x00(?:[ \t\xa0\-.()/]\x00){0,3}"
    before = rb"(?:" + apart.join(one.encode() for one in code) + apart + rb")?" if code else b""
    return rb"(?<![0-9]\x00)" + before + apart.join(one.encode() for one in national) + (
        rb"(?!\x00[0-9])")  # fmt: skip


def _coded(word: str) -> Iterator[bytes]:
    for encoding in ENCODINGS:
        try:
            yield word.encode(encoding)
        except UnicodeEncodeError:
            continue
