"""What every event is: something that happened at an instant."""

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=True):
    """Something that happened at an instant."""

    at: float


class Tick(Event, frozen=True, tag=True):
    """Time has passed. It has no content of its own."""
