"""Random secrets: shown once, kept as a hash.

They hold 256 bits of chance, so nobody guesses one, and a fast hash is enough: Argon2 is for what
people can remember.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256

Chance = Callable[[int], bytes]
"So many random bytes: `secrets.token_bytes`, or what a test wants."


def token(chance: Chance) -> str:
    """A new secret, 43 characters that fit in a cookie and a URL."""
    return urlsafe_b64encode(chance(32)).rstrip(b"=").decode()


def kept(secret: str) -> str:
    """What is stored of it."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
