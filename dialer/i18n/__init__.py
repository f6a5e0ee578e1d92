"""What people read, in their language: one catalogue each, checked to be complete.

>>> words("en")("tile.agents")
'Agents'
>>> words("zh").name("outcome", "busy"), words("zh").name("outcome", "a kind of tomorrow")
('占线', 'a kind of tomorrow')
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
"Code -> what the language calls itself."

_SAYS_MORE = (400, 409, 422)
"Statuses that alone say too little."


class Words:
    """A catalogue; ask it like a function."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self.texts = texts

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key, its gaps filled. A key that does not exist is a `KeyError`."""
        return self.texts[key].format(**values)

    def name(self, table: str, word: str) -> str:
        """What a word of the dialer's is called: a state, an outcome. Unknown ones stay as is."""
        return self.texts.get(f"{table}.{word}", word)

    def refusal(self, status: int, told: Mapping[str, Any]) -> str:
        """What a server refused, as it told it; its own English only where nobody wrote another.

        >>> words("zh").refusal(409, {"reason": "user_taken", "values": {"user": "ada"}})
        '用户 ada 已存在。'
        >>> words("zh").refusal(404, {"detail": "There is nothing of this name here."})
        '没有该内容，或您无权查看。'
        """
        if f"reason.{told.get('reason', '')}" in self.texts:
            return self.because(told["reason"], told.get("values", {}))
        known = self.texts.get(f"problem.{status}", self("problem.other"))
        if status in _SAYS_MORE and (said := told.get("detail")):
            return self("problem.said", known=known, said=said)
        return known

    def because(self, reason: str, values: Mapping[str, object]) -> str:
        """The sentence of a reason, as `DialerError` has it.

        >>> words("zh").because("list_missing", {"list": "spring"})
        '没有名单 spring，请先导入'
        """
        return self(f"reason.{reason}", **self._filled(values))

    def said(self, value: object) -> object:
        """What fills a gap: as it is, or a text of ours and what fills its gaps in turn.

        >>> words("zh").said({"key": "rule.list", "values": {"each": {"key": "rule.path"}}})
        '列表，每项为路径'
        """
        if not isinstance(value, Mapping):
            return value
        text = self.name(*value["key"].split(".", 1))
        return text.format(**self._filled(value["values"])) if "values" in value else text

    def _filled(self, values: Mapping[str, object]) -> dict[str, object]:
        return {gap: self.said(one) for gap, one in values.items()}

    def number(self, value: float, digits: int = 0) -> str:
        """A number with its thousands apart.

        >>> words("en").number(12345.678, 1)
        '12,345.7'
        """
        return f"{value:,.{digits}f}"

    def percent(self, rate: float | None, digits: int = 1) -> str:
        """A rate as a percentage; nothing to divide by is a dash, and little is not nothing.

        >>> words("en").percent(0.0213), words("en").percent(0.0002), words("en").percent(None)
        ('2.1 %', '< 0.1 %', '–')
        """
        if rate is None or rate != rate:
            return "–"
        least = 10.0**-digits
        if 0.0 < 100 * rate < least / 2:
            return f"< {least:.{digits}f} %"
        return f"{100 * rate:.{digits}f} %"

    def lasting(self, seconds: float) -> str:
        """A length of time in its largest unit of which there are two.

        >>> words("en").lasting(12.3), words("en").lasting(300), words("zh").lasting(357_240)
        ('12 s', '5 min', '4 天')
        """
        for key, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
            if seconds >= 2 * size:
                return self(f"time.{key}", n=int(seconds // size))
        return self("time.seconds", n=int(seconds))


@cache
def words(language: str) -> Words:
    """The catalogue of a language."""
    file = Path(__file__).with_name(f"{language}.toml")
    return Words(language, dict(_flat("", tomllib.loads(file.read_text("utf-8")))))


def best(locale: str | None) -> str:
    """The language for a browser's or a machine's locale; English if we have none.

    >>> best("zh-CN"), best("zh_TW.UTF-8"), best("fr"), best(None)
    ('zh', 'zh', 'en', 'en')
    """
    code = (locale or "").replace("_", "-").partition("-")[0].lower()
    return code if code in LANGUAGES else "en"


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}{key}.", value)
        else:
            yield f"{prefix}{key}", str(value)
