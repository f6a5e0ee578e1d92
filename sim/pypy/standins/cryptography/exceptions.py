"""As cryptography's."""


class InvalidTag(Exception):
    """What was not encrypted with this key."""
