"""Passwords: which are good enough, and Argon2id for what is kept of them.

>>> weakness("correct horse battery", "ada"), weakness("Password12345!", "ada")
('', 'common')
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from dialer.errors import AccessRefused

SHORTEST, LONGEST = 12, 256
FEWEST_LETTERS = 5
"Different characters: `aaaaaaaaaaab` is long, and no more."

WEAK: Mapping[str, str] = {
    "short": f"it is shorter than {SHORTEST} characters",
    "long": f"it is longer than {LONGEST} characters",
    "digits": "it has no letter: others know numbers too",
    "uniform": f"it has fewer than {FEWEST_LETTERS} different characters",
    "name": "it contains the name of the user",
    "common": "it is among those that are tried first",
}
"What is wrong with a password -> in words."

COMMON = (
    "password", "passwort", "passwd", "letmein", "welcome", "admin", "administrator", "root",
    "superuser", "changeme", "secret", "qwerty", "qwertyuiop", "qwertz", "qwertzuiop", "asdfgh",
    "asdfghjkl", "zxcvbnm", "abcdefgh", "abcdefghijkl", "iloveyou", "monkey", "dragon", "sunshine",
    "princess", "football", "baseball", "master", "login", "test", "guest", "user", "default",
    "dialer", "asterisk", "callcenter", "callcentre", "telesales", "supervisor", "agent", "woaini",
    "mima", "nihao", "q1w2e3r4t5", "1q2w3e4r5t", "1qaz2wsx", "and", "my", "the", "is",
)  # fmt: skip
"Nothing but these, whatever digits and signs stand between, is no password."
_COMMON = re.compile(f"(?:{'|'.join(map(re.escape, COMMON))})+")


def weakness(password: str, name: str) -> str:
    """What is wrong with it, a key of `WEAK`; empty if nothing is."""
    plain = _normal(password)
    folded = plain.casefold()
    found = {
        "short": len(plain) < SHORTEST,
        "long": len(plain) > LONGEST,
        "digits": not any(map(str.isalpha, plain)),
        "uniform": len(set(folded)) < FEWEST_LETTERS,
        "name": len(name) >= 3 and name in folded,
        "common": _is_common(folded),
    }
    return next((why for why, is_so in found.items() if is_so), "")


def must_be_good(password: str, name: str) -> None:
    """Refuse a weak one, and say why."""
    if why := weakness(password, name):
        raise AccessRefused(f"that password is not good enough: {WEAK[why]}", why)


def _is_common(folded: str) -> bool:
    letters = "".join(filter(str.isalpha, folded))
    return any(map(_COMMON.fullmatch, (folded, letters)))


def _normal(password: str) -> str:
    # The same characters, however a keyboard or an input method put them together.
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    # A program may send half a character; that is a wrong password, not an error.
    return _normal(password).encode("utf-8", "surrogatepass")


class Passwords:
    """Hashes and checks; about 50 ms and 64 MB each, so never in an event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hashed(self, password: str) -> str:
        """What is kept of it, with its parameters and salt."""
        return self._hasher.hash(_bytes(password))

    def is_right(self, password: str, hashed: str | None) -> bool:
        """Whether it is the one. Without a hash it takes as long, and is not."""
        against = self._nobodys if hashed is None else hashed
        if len(password) > LONGEST:
            return False
        try:
            return self._hasher.verify(against, _bytes(password)) and hashed is not None
        except (Argon2Error, InvalidHashError):
            return False

    def is_outdated(self, hashed: str) -> bool:
        """Whether it was made with weaker parameters than those of today."""
        return self._hasher.check_needs_rehash(hashed)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("the password of nobody")
