"""Where a customer can be handed over to: an agent or a pool of this house, or outside by name.

The outside is an allow-list: each trunk's file names few numbers. An order bears the name, the
switch alone has the number; what is not a name on the list is refused here, whoever asks.
"""

from collections.abc import Mapping, Sequence

import msgspec

from dialer.engine.call import OUTSIDE
from dialer.engine.events import TransferWanted
from dialer.errors import DialerError
from dialer.held import refusal
from dialer.live import Dialer

Lists = Mapping[str, Sequence[str]]
"Trunk -> the names on its list."


def names(lists: Lists) -> list[str]:
    """Whom a desk may offer.

    >>> names({"sip1": ("head office", "bank"), "sip2": ("bank",)})
    ['bank', 'head office']
    """
    return sorted({name for of_trunk in lists.values() for name in of_trunk})


def admitted(dialer: Dialer, order: TransferWanted, lists: Lists) -> TransferWanted:
    """The order with the trunk by which it goes out. Raises: why there is nobody, or no line."""
    if not order.to.startswith(OUTSIDE):
        if not dialer.engine.floor.pool_named(order.to):
            said = f"nobody to hand over to: no agent or pool `{order.to}` is here"
            raise DialerError(said, "desk_nobody")
        return msgspec.structs.replace(order, trunk="")
    name, at = order.to.removeprefix(OUTSIDE), dialer.clock()
    trunks = [trunk for trunk, of_trunk in lists.items() if name in of_trunk]
    if not trunks:
        said = f"nobody to hand over to: `{name}` is on no trunk's list"
        raise DialerError(said, "desk_nobody")
    barred = {trunk: dialer.engine.governor.barred_outside(trunk, at) for trunk in trunks}
    for trunk, why in barred.items():
        if not why:
            return msgspec.structs.replace(order, trunk=trunk)
    raise refusal(f"nothing can be placed to `{name}` now", barred[trunks[0]])
