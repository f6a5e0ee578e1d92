"""Personal data at rest: each field encrypted by itself, numbers found by a keyed hash.

>>> vault = Vault(bytes(64))
>>> vault.opened(vault.sealed("15551234567", "number"), "number")
'15551234567'
>>> vault.key("15551234567") == Vault(bytes(64)).key("15551234567") != vault.key("15551234568")
True
"""

import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dialer.errors import JournalError

SIZE = 64
"Bytes of a key file: 32 to encrypt with, 32 to hash with."


class Vault:
    """Encrypts with AES-256-GCM, hashes with HMAC-SHA-256."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SIZE:
            raise JournalError(f"the key has {len(secret)} bytes instead of {SIZE}")
        self._cipher = AESGCM(secret[:32])
        self._hash = secret[32:]

    def sealed(self, text: str, field: str) -> bytes:
        """The text, readable only with the key and as this field."""
        nonce = os.urandom(12)
        return nonce + self._cipher.encrypt(nonce, text.encode(), field.encode())

    def opened(self, sealed: bytes, field: str) -> str:
        """What was sealed."""
        try:
            return self._cipher.decrypt(sealed[:12], sealed[12:], field.encode()).decode()
        except InvalidTag:
            raise JournalError(f"a {field} cannot be decrypted: wrong key, or changed") from None

    def key(self, digits: str) -> str:
        """The keyed hash of a number, 32 hexadecimal digits: the same number, the same key."""
        return hmac.digest(self._hash, digits.encode(), "sha256")[:16].hex()


def key_file(journal: Path) -> Path:
    """Where the key of a journal lies."""
    return journal.with_name(journal.name + ".key")


def made(path: Path) -> Vault:
    """The vault of a key file, which is made (mode 0600) where there is none."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return unlocked(path)
    with os.fdopen(handle, "wb") as file:
        file.write(os.urandom(SIZE))
        file.flush()
        os.fsync(file.fileno())
    return unlocked(path)


def unlocked(path: Path) -> Vault:
    """The vault of an existing key file."""
    try:
        return Vault(path.read_bytes())
    except FileNotFoundError:
        raise JournalError(
            f"{path} is missing: without it no number in the journal can be read"
        ) from None
