"""The lab's people who call back: who does, when, and how the lab's telephones do it.

Somebody who was called and heard no agent has our number on the telephone. Some call it.
"""

import base64
from collections.abc import Iterable, Iterator
from random import Random
from typing import NamedTuple
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from dialer.asterisk.instance import Instance, ari_password
from sim.carrier.log import BACK, CarrierCall

BEHAVIOUR = "calls_back"
"What somebody does who has called and is answered; a folder without it has nobody who calls."
GREETED_RATE = 0.7
"Of those who answered and met no agent."
RANG_RATE = 0.3
"Of those who find our number on the telephone when they look."
AFTER_S = (3.0, 9.0)
PATIENCE_S = (15, 35)
"So long they let it ring."


class Return(NamedTuple):
    """A call to make."""

    caller: str
    called: str
    at: float
    patience_s: int


class Returning:
    """Decides once of each call that we missed; the same seed and number, the same decision."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._seen: set[str] = set()
        self._to_come: list[Return] = []

    def due(self, calls: Iterable[CarrierCall], at: float) -> list[Return]:
        """Who calls by now. `calls` are all of the log, again and again."""
        for call in calls:
            if call.ended_at is not None and call.channel not in self._seen:
                self._seen.add(call.channel)
                self._to_come += self._decided(call, call.ended_at)
        now = [one for one in self._to_come if one.at <= at]
        self._to_come = [one for one in self._to_come if one.at > at]
        return now

    def _decided(self, call: CarrierCall, ended_at: float) -> Iterator[Return]:
        chance = Random(f"{self._seed} {call.number}")
        if chance.random() < _rate(call):
            after_s, patience_s = chance.uniform(*AFTER_S), chance.randint(*PATIENCE_S)
            yield Return(call.number, call.shown, ended_at + after_s, patience_s)


def _rate(call: CarrierCall) -> float:
    if not call.shown or call.heard_agent:
        return 0.0
    if call.greeted_at is not None:
        return GREETED_RATE
    rang = call.ringing_at is not None or call.early_at is not None
    only_rang = rang and call.answered_at is None and call.ended_by == "dialer"
    return RANG_RATE if only_rang else 0.0


def call_in(carrier: Instance, one: Return, dialer_port: int) -> None:
    """Ring at the dialer's Asterisk; who is answered there does as `calls_back` says."""
    asked = {
        "endpoint": f"PJSIP/dialer/sip:{one.called}@127.0.0.1:{dialer_port}",
        "context": f"b-{BEHAVIOUR}", "extension": one.caller, "priority": 1,
        "callerId": one.caller, "timeout": one.patience_s,
        "channelId": f"{BACK}-{one.caller}-{one.called}-{one.at:.0f}",
    }  # fmt: skip
    request = Request(f"{carrier.ari_url}/ari/channels?{urlencode(asked)}", method="POST")
    who = f"{carrier.ari_user}:{ari_password(carrier)}"
    request.add_header("Authorization", f"Basic {base64.b64encode(who.encode()).decode()}")
    urlopen(request, timeout=10).close()
