"""What somebody must mend. A busy line is not among them: that is a value.

DialerError
├── SettingsError        a file or a setting is wrong: says which, where, what is allowed
│   └── Misread          the words of a setting are not understood: says which, and what may stand
├── IllegalTransition    one of our own commands makes no sense in this state: a bug
├── JournalError         the journal cannot promise anything: full disk, locked, newer schema
│   └── LeaseTaken       another dialer owns this pool
├── SwitchUnavailable    no switch to place calls on
├── NoPyPy               no PyPy for long simulations, and none can be had
├── NoServer             no dialer serves this home: an order has nobody to take it
│   └── NotTaken         ... and surely has not taken it: it may be given to the next one
├── OrderRefused         the dialer did not take an order, and says why
├── AlreadyServed        a second dialer was started on one home
├── Unfit                doctor found something fatal: it refuses to dial
├── AccessError          an account cannot be found, made or kept: says which and why
│   └── AccessRefused    who asks may not
├── ImportRefused        a list that cannot be read at all
│   └── RowRefused       one row of it: says which cell, and what would be right
├── Misgiven             an amount, a currency, a day, a name that somebody gave is none
├── ImportStopped        an import was broken off: begun again, it goes on from there
├── ErasureRefused       a person cannot be erased: says why, and what to do
└── QueryError           a question to the warehouse that has no answer
    └── Outdated         ... because another version of the program made it
"""

from collections.abc import Mapping
from typing import Any

Value = str | float | Mapping[str, Any]
"""What fills a gap of a sentence: as it is, or `{"key": ..., "values": {...}}`, a text of the
catalogue and what fills its gaps."""


class DialerError(Exception):
    """Anything somebody must mend. `str()` says what, where and what to do, in English.

    A page reads `reason.<reason>` of its reader's catalogue instead; `values` fill its gaps.
    """

    def __init__(self, why: str = "", reason: str = "", /, **values: Value) -> None:
        super().__init__(why)
        self.reason, self.values = reason, values


def called(table: str, word: str, /, **values: Value) -> Mapping[str, Any]:
    """A word of ours as a value: whoever reads it has it by its name.

    >>> called("role", "agent"), called("rule", "digits", least=3)
    ({'key': 'role.agent'}, {'key': 'rule.digits', 'values': {'least': 3}})
    """
    return {"key": f"{table}.{word}"} | ({"values": values} if values else {})


class SettingsError(DialerError):
    """A setting is wrong."""


class Misread(SettingsError, ValueError):
    """What somebody wrote in a setting is not understood."""


class IllegalTransition(DialerError):
    """A command of ours does not fit the state it found."""


class JournalError(DialerError):
    """The journal cannot keep its promise."""


class LeaseTaken(JournalError):
    """Another dialer owns this pool."""


class SwitchUnavailable(DialerError):
    """There is no switch to place calls on."""


class NoPyPy(DialerError):
    """There is no PyPy for long simulations, and none can be unpacked."""


class NoServer(DialerError):
    """No dialer serves this home."""


class NotTaken(NoServer):
    """The dialer ended before it heard this: nothing of it was done."""


class OrderRefused(DialerError):
    """The dialer did not take the order."""


class AlreadyServed(DialerError):
    """Another dialer serves this home."""


class Unfit(DialerError):
    """A check is fatal: the dialer refuses to dial."""


class AccessError(DialerError):
    """An account, a session or the audit log cannot be had."""


class AccessRefused(AccessError):
    """Who asks may not."""


class ImportRefused(DialerError):
    """A list cannot be read at all."""


class RowRefused(ImportRefused):
    """A row of a list cannot be read."""


class Misgiven(DialerError):
    """What somebody gave is no amount, no currency, no day ..."""


class ImportStopped(DialerError):
    """An import was broken off."""


class ErasureRefused(DialerError):
    """A person cannot be erased, or not now."""


class QueryError(DialerError):
    """A question that the warehouse cannot answer."""


class Outdated(QueryError):
    """The warehouse was made by another version of the program: it is made anew first."""
