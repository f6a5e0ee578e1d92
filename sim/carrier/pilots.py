"""The pilots: pure tones by which the people of the lab know whom they hear.

An agent's voice, the safe-harbour message and a customer who talks each carry one. They are the
lab's own truth: no word of the dialer is believed about who heard whom.
"""

import msgspec


class Pilot(msgspec.Struct, frozen=True):
    """A tone that recurs in a voice."""

    hz: int
    burst_s: float
    period_s: float
    "Who listens hears it within this time of the voice."


PILOTS = {
    "agent": Pilot(1270, burst_s=0.12, period_s=0.5),
    "message": Pilot(2400, burst_s=0.3, period_s=1.0),
    "person": Pilot(2713, burst_s=0.12, period_s=1.0),
}
"None is a tone that a telephone network, a key or a machine uses."

ENOUGH_MS = 80
"A tone that lasts as long is a pilot."
