"""What every order is."""

import msgspec


class Command(msgspec.Struct, frozen=True, tag_field="command", tag=True):
    """An order."""
