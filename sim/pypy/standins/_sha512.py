"""SHA-512 by OpenSSL, for `random`: PyPy's own takes twenty times as long for a seed."""

from _hashlib import openssl_sha384 as sha384
from _hashlib import openssl_sha512 as sha512

__all__ = ["sha384", "sha512"]
