"""As msgspec's, to be imported and not used."""

from ._wire import Decoder, Encoder, decode, encode

__all__ = ["Decoder", "Encoder", "decode", "encode"]
