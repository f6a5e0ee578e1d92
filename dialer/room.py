"""Whether what went wrong is that a disk is full."""

import errno
import sqlite3

NONE_LEFT = "the disk is full: make room, then begin again (`dialer doctor` says where)"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_full(error: BaseException) -> bool:
    """Whether there was no room, or none within a quota, for what was to be written.

    >>> [is_full(OSError(one, "what the system says")) for one in (errno.ENOSPC, errno.EACCES)]
    [True, False]
    """
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in _NO_ROOM
