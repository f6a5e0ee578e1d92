"""Asterisk's configuration of the lab carrier, over the base that every instance has."""

from pathlib import Path

from sim.carrier.behaviours import Carrier
from sim.carrier.dialplan import extensions
from sim.carrier.log import ASTERISK

MODULES = ("res_cdrel_custom", "cel_custom", "app_celgenuserevent", "func_cut", "func_md5",
           "func_rand", "app_stack")  # fmt: skip

_PJSIP = """\
[global]
type = global
user_agent = lab-carrier
[system]
type = system
threadpool_initial_size = 5
threadpool_max_size = 50
[udp]
type = transport
protocol = udp
bind = 127.0.0.1:{port}
[dialer]
type = endpoint
context = calls
disallow = all
allow = alaw,ulaw
direct_media = no
aors = dialer
media_address = 127.0.0.1
bind_rtp_to_media_address = yes
[dialer]
type = aor
[dialer]
type = identify
endpoint = dialer
match = 127.0.0.1
"""

_CEL = """\
[general]
enable = yes
apps =
events = CHAN_START,ANSWER,HANGUP,CHAN_END,USER_DEFINED
"""

# A name alone: Asterisk cuts a section's name, and a whole path with it, after 79 characters.
_CEL_CUSTOM = """\
[{log}]
format = json
fields = EventType,EventTime(double),UniqueID,Context,Exten,EventExtra
"""


def files(
    carrier: Carrier, *, seed: int, sip_port: int, agents: int, audio: Path
) -> dict[str, str]:
    """File name -> text."""
    return {
        "pjsip.conf": _PJSIP.format(port=sip_port),
        "extensions.conf": extensions(carrier, seed, agents),
        "cel.conf": _CEL,
        "cel_custom.conf": _CEL_CUSTOM.format(log=Path(ASTERISK).name),
        "cdr.conf": "[general]\nenable = no\n[csv]\nusegmtime = yes\n",
        "musiconhold.conf": _music_on_hold(carrier, audio),
    }


def _music_on_hold(carrier: Carrier, audio: Path) -> str:
    """A class per sound: `StartMusicOnHold(x)` loops it."""
    return "[general]\n" + "".join(
        f"[{name}]\nmode = files\ndirectory = {audio / name}\n" for name in carrier.audio
    )
