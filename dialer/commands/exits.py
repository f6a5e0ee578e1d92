"""What the exit code of a command means."""

import msgspec

from dialer import errors


class Exit(msgspec.Struct, frozen=True):
    """One code."""

    code: int
    means: str
    mend: str


OK = Exit(0, "done", "")
FAILED = Exit(1, "it did not work out", "the line on standard error says why")
USAGE = Exit(2, "a wrong command, option or file", "the line names it and what is allowed")
UNFIT = Exit(3, "something is not fit to dial with", "`dialer doctor` lists it with its mend")
NO_SERVER = Exit(4, "no dialer serves this home", "start one: `dialer serve`")
REFUSED = Exit(5, "the dialer, or the one before it, refused", "the line says why")
INTERRUPTED = Exit(130, "interrupted", "")

EXITS = (OK, FAILED, USAGE, UNFIT, NO_SERVER, REFUSED, INTERRUPTED)

BY_ERROR: dict[type[errors.DialerError], Exit] = {
    errors.DialerError: FAILED,
    errors.SettingsError: USAGE,
    errors.Unfit: UNFIT,
    errors.NoServer: NO_SERVER,
    errors.OrderRefused: REFUSED,
    errors.AlreadyServed: REFUSED,
    errors.LeaseTaken: REFUSED,
    errors.AccessRefused: REFUSED,
}


def exit_for(error: errors.DialerError) -> Exit:
    """The code for an error: its own, or that of the nearest kind above it.

    >>> exit_for(errors.LeaseTaken()).code, exit_for(errors.JournalError()).code
    (5, 1)
    """
    return next(BY_ERROR[kind] for kind in type(error).__mro__ if kind in BY_ERROR)
