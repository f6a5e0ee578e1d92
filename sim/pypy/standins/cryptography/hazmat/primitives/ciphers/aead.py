"""A cipher that may be made: the journal of a day in memory keeps its numbers as they are."""


class AESGCM:
    """Refuses to encrypt and to decrypt."""

    def __init__(self, key: bytes) -> None:
        pass

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Is done on CPython."""
        raise NotImplementedError("encryption is not there on PyPy: do it on CPython")

    decrypt = encrypt
