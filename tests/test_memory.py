"""What is free goes back to the machine."""

import platform
import resource
from pathlib import Path

import pytest

from dialer.memory import give_back

PAGE = resource.getpagesize()


def held() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another malloc keeps no pieces")
def test_what_lies_free_between_what_stays_is_given_back():
    pieces = [bytearray(4096) for _ in range(20_000)]
    stays = pieces[::50]
    full = held()
    del pieces
    free = held()
    assert give_back()
    assert len(stays) == 400
    assert full - held() > 40 * 2**20 or free - held() > 20 * 2**20
