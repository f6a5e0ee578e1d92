"""What processes use, as the kernel tells it."""

import os
import subprocess
import sys
import time

from sim.bench.machine import Usage, descendants, share, slope, together, usage

BUSY = "import sys, time\nprint('up', flush=True)\nsys.stdin.read()"


def test_a_process_that_works_has_used_cpu():
    before = usage(os.getpid())
    until = time.process_time() + 0.05
    while time.process_time() < until:
        sum(range(1000))
    after = usage(os.getpid())
    assert after.cpu_s - before.cpu_s >= 0.03
    assert after.rss_mb > 5


def test_a_process_that_is_gone_uses_nothing():
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    assert usage(child.pid) == Usage()


def test_children_are_found_with_their_command_lines():
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        found = descendants(os.getpid())
        assert "sys.stdin.read()" in found[child.pid]
        assert together([child.pid, os.getpid()]).processes == 2
        assert child.stdin is not None
        child.stdin.close()


def test_a_share_is_per_cent_of_one_core():
    before = {"dialer": Usage(10.0, 90.0, 1), "lab": Usage(5.0, 60.0, 2)}
    after = {"dialer": Usage(13.0, 91.0, 1), "lab": Usage(5.0, 60.0, 2), "late": Usage(1.0, 1.0, 1)}
    assert share(before, after, 10.0) == {"dialer": 30.0, "lab": 0.0, "late": 10.0}


def test_the_slope_of_a_cloud_is_that_of_its_line():
    assert slope([(0.0, 100.0), (1.0, 102.0), (2.0, 101.0), (3.0, 103.0)]) == 0.8
    assert (slope([]), slope([(1.0, 5.0)])) == (0.0, 0.0)
