"""`dialer bench`: how fast the dialer is, measured where it runs.

`calls` on a real Asterisk, `lab` a campaign there beside the twin, `engine` in SimPy, `listen` on a
folder of recordings, `detection` beside Asterisk's app_amd, `known` on menus and mailboxes heard
again, `erlang` beside other libraries, `pacing` one mode beside the other, `twin` the fast twin
beside SimPy, `desk` a floor of agents at one web process, `import` a list, `reports` every page's
questions over made calls.
Every figure is printed with the machine it was measured on or as a ratio of one run, every goal
with whether it was met.
"""

from sim.bench.commands import bench

__all__ = ["bench"]
