"""The rules of other dialers, written anew from what was published, to be measured beside ours.

They are pacers for `dialer bench pacing`; no campaign can choose them. None is copied code.
"""

from collections.abc import Callable

from dialer.engine.pacing.benchmarks.aimd import Aimd
from dialer.engine.pacing.benchmarks.erlang_rate import ErlangRate
from dialer.engine.pacing.benchmarks.issabel import Issabel
from dialer.engine.pacing.benchmarks.peer import Peer
from dialer.engine.pacing.benchmarks.quantile import Quantile
from dialer.engine.pacing.benchmarks.vicidial import Vicidial
from dialer.engine.pacing.benchmarks.webitel import Webitel
from dialer.engine.pacing.snapshot import Pacer

__all__ = ["BENCHMARKS"]

BENCHMARKS: dict[str, Callable[[], Pacer]] = {
    "vicidial_hard_limit": lambda: Peer(Vicidial("HARD_LIMIT")),
    "vicidial_average": lambda: Peer(Vicidial("AVERAGE")),
    "vicidial_tapered": lambda: Peer(Vicidial("TAPERED")),
    "issabel": lambda: Peer(Issabel()),
    "webitel": lambda: Peer(Webitel()),
    "aimd": lambda: Peer(Aimd()),
    "erlang_rate": lambda: Peer(ErlangRate()),
    "quantile": lambda: Peer(Quantile()),
}
"By the name that the bench knows them by."
