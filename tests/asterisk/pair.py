"""Two Asterisks: the dialer's, and a carrier whose numbers say how long they ring.

`number(7, ring_s=1.5)` is a person who answers after 1.5 s, talks without pause (600 Hz) and never
hangs up; `greeter(7)` says hello in 600 Hz and goes on in 400 Hz. What
that person hears is recorded: see `ear.py`.
"""

import base64
import csv
import os
import re
import time
import urllib.parse
import urllib.request
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import pytest

from dialer.asterisk import config, instance
from dialer.asterisk.instance import Instance, ari_password
from dialer.asterisk.settings import AsteriskSettings, settings_of
from dialer.asterisk.trunks import Trunk

PREFIX = Path(os.environ.get("DIALER_ASTERISK", "var/asterisk")).absolute()
PORT = int(os.environ.get("DIALER_TEST_PORT", "17060"))

OURS = "15550009999"
"The caller id that we show, and by which we are called."
TRUNK = Trunk(
    name="lab", kind="lab", country="us", hosts=(f"127.0.0.1:{PORT + 10}",), qualify_s=2, lines=500,
    caller_ids=(OURS,), outside={"bank": "15550090703", "shop": "15550091817"},
)  # fmt: skip
"Its bank is a greeter, and the shop's line is busy."
DEAD = Trunk(name="dead", kind="lab", country="us", hosts=("127.0.0.1:9",), qualify_s=0)
FUSSY = Trunk(
    name="fussy", kind="lab", country="us", hosts=(f"127.0.0.1:{PORT + 10}",), qualify_s=0,
    identity="pai", from_user="account-1", number_format="e164_plus", tech_prefix="9#",
    session_timers="required", reliable_provisional="yes", codecs=("ulaw",),
)  # fmt: skip
ACCOUNT = Trunk(
    name="acme", kind="lab", country="us", hosts=(f"127.0.0.1:{PORT + 10}",), qualify_s=0,
    register=True, username="4711", from_user="4711", password_file=Path("set-by-up"),
)  # fmt: skip
PASSWORD = "s3cret-of-4711"
TRUNKS = {trunk.name: trunk for trunk in (TRUNK, DEAD, FUSSY, ACCOUNT)}
SEATS = tuple(
    config.Seat(name=name, contact=f"sip:{name}@127.0.0.1:{PORT + 10}")
    for name in (*(f"agent{n}" for n in range(1, 11)), "boss1", "quiet1")
)
MESSAGE_HZ, AGENT_HZ, PERSON_HZ = 700, 1000, 600
TALK_HZ = 400
FAX_HZ = 2100
BOSS_HZ = 1400
HOLD_HZ = 850
"The music of these tests."
HELLO_S = 1.5
MESSAGE_S = 3.0


class Pair:
    """Ours and the carrier, in one folder."""

    def __init__(self, home: Path, port: int = PORT) -> None:
        self.home = home
        self.ours = Instance(
            name="dialer", home=home / "dialer", prefix=PREFIX,
            sip_port=port, http_port=port + 28, rtp=(20000, 24999),
        )  # fmt: skip
        self.carrier = Instance(
            name="carrier", home=home / "carrier", prefix=PREFIX,
            sip_port=port + 10, http_port=port + 29, rtp=(25000, 29999),
        )  # fmt: skip
        self.heard = home / "carrier/heard"

    @property
    def settings(self) -> AsteriskSettings:
        return settings_of(self.ours)

    def up(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        secret = self.home / "acme.secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o600)
        account = msgspec.structs.replace(ACCOUNT, password_file=secret)
        trunks = (TRUNK, DEAD, FUSSY, account)
        manager = config.Manager(
            self.ours.ami_port, self.ours.ari_user, instance.ari_password(self.ours)
        )
        files = config.files(trunks, SEATS, sip_port=self.ours.sip_port, manager=manager)
        music = self.home / "music"
        music.mkdir(exist_ok=True)
        write_tone(music / "hold.wav", HOLD_HZ, 10.0)
        instance.write_base(self.ours, files, config.MODULES, hold_music=music)
        (self.ours.sounds / "dialer").mkdir(exist_ok=True)
        write_tone(self.ours.sounds / "dialer/safe-harbour.wav", MESSAGE_HZ, MESSAGE_S)
        self.heard.mkdir(parents=True, exist_ok=True)
        write_tone(self.heard / "level-0.wav", PERSON_HZ, 30.0, level=300.0)
        write_tone(self.heard / "level-1.wav", FAX_HZ, 30.0, level=32000.0)
        instance.write_base(self.carrier, _carrier(self))
        instance.start(self.carrier, ready_timeout_s=90)
        instance.start(self.ours, ready_timeout_s=90)
        self.await_carrier()

    def await_carrier(self, within_s: float = 60.0) -> None:
        """Until the carrier has answered OPTIONS."""
        end = time.monotonic() + within_s
        while not re.search(r"lab/sip\S+ +\S+ Avail", self.cli("pjsip show contacts")):
            assert time.monotonic() < end, self.cli("pjsip show contacts")
            time.sleep(0.2)

    def down(self) -> None:
        instance.stop(self.ours)
        instance.stop(self.carrier)

    def carrier_hangs_up(self) -> None:
        """Every person puts the phone down."""
        for line in instance.cli(self.carrier, "core show channels concise").splitlines():
            if "!1555" in line:
                instance.cli(self.carrier, f"channel request hangup {line.split('!')[0]}")

    def cli(self, command: str) -> str:
        """Our Asterisk's console."""
        return instance.cli(self.ours, command)

    def call_in(
        self,
        caller: str,
        *,
        called: str = OURS,
        presses: str = "",
        after_s: float = 1.0,
        file: str = "",
    ) -> None:
        """Somebody at the carrier calls; he speaks in 600 Hz and may press a key.

        What he hears is recorded as `<file or caller>-ear.wav`, from the answer on.
        """
        asked = {
            "endpoint": f"PJSIP/{called}@dialer", "context": "callers", "extension": "s",
            "priority": 1, "callerId": caller, "timeout": 30,
        }  # fmt: skip
        variables = {"HEARD": file or caller, "PRESSES": presses, "AFTER": f"{after_s}"}
        request = urllib.request.Request(
            f"{self.carrier.ari_url}/ari/channels?{urllib.parse.urlencode(asked)}",
            data=msgspec.json.encode({"variables": variables}),
            headers={"Content-Type": "application/json"},
        )
        who = f"{self.carrier.ari_user}:{ari_password(self.carrier)}"
        request.add_header("Authorization", f"Basic {base64.b64encode(who.encode()).decode()}")
        urllib.request.urlopen(request).close()

    def noted(self) -> list[str]:
        """What our Asterisk's dial plan has noted and no dialer has taken over."""
        keys = re.findall(r"^/(dialer-\S+?) *: 1 *$", self.cli("database show"), re.M)
        return sorted(key for key in keys if not key.startswith("dialer-rates"))

    def carriers_records(self) -> list[list[str]]:
        """What the carrier wrote about the calls it got."""
        return list(csv.reader(self.carrier.cdr_csv.read_text().splitlines()))

    def leftovers(self) -> list[str]:
        """Channels and bridges that stand."""
        channels = self.cli("core show channels concise").splitlines()
        bridges = self.cli("bridge show all").splitlines()[1:]
        return [line for line in (*channels, *bridges) if line.strip()]


@contextmanager
def running(home: Path, port: int = PORT) -> Iterator[Pair]:
    """Both up; both down in the end."""
    if not (PREFIX / "asterisk").exists():
        pytest.skip(f"no Asterisk in {PREFIX}: ./run setup unpacks one")
    pair = Pair(home, port)
    pair.up()
    try:
        yield pair
    finally:
        pair.down()


def number(who: int, ring_s: float) -> str:
    """A person."""
    return f"1555{who:04d}{round(ring_s * 10):03d}"


def regretter(who: int, ring_s: float) -> str:
    """A person who presses 9, 3.5 s after the answer."""
    return f"1555{who:04d}5{round(ring_s * 10):02d}"


def greeter(who: int, *, falls_silent: bool = False) -> str:
    """A person who greets and then talks of something else, or sends no more packets at all."""
    return f"1555{who:04d}{603 if falls_silent else 703}"


def speaker(who: int, *, loud: bool) -> str:
    """A fax machine at full level, or a person who is hardly heard."""
    return f"1555{who:04d}{510 if loud else 500}"


def write_tone(path: Path, hz: int, seconds: float, level: float = 8000.0) -> None:
    t = np.arange(round(8000 * seconds)) / 8000
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes((level * np.sin(2 * np.pi * hz * t)).astype("<i2").tobytes())


def _carrier(pair: Pair) -> dict[str, str]:
    pjsip = _PJSIP.format(sip=pair.carrier.sip_port, dialer=pair.ours.sip_port, password=PASSWORD)
    names = {"agent": AGENT_HZ, "person": PERSON_HZ, "heard": pair.heard,
             "talk": TALK_HZ, "boss": BOSS_HZ, "hello": HELLO_S}  # fmt: skip
    return {"pjsip.conf": pjsip, "extensions.conf": _PLAN.format(**names)}


_PJSIP = """\
[global]
type = global
endpoint_identifier_order = username,ip
[4711]
type = endpoint
context = calls
disallow = all
allow = alaw
direct_media = no
auth = 4711
aors = 4711
[4711]
type = auth
auth_type = userpass
username = 4711
password = {password}
[4711]
type = aor
max_contacts = 1
[udp]
type = transport
protocol = udp
bind = 127.0.0.1:{sip}
[dialer]
type = endpoint
context = calls
disallow = all
allow = alaw,ulaw
direct_media = no
aors = dialer
[dialer]
type = aor
contact = sip:127.0.0.1:{dialer}
[dialer]
type = identify
endpoint = dialer
match = 127.0.0.1
"""

_PLAN = """\
[callers]
exten => s,1,MixMonitor({heard}/${{HEARD}}.wav,r({heard}/${{HEARD}}-ear.wav))
 same => n,PlayTones({person})
 same => n,GotoIf($["${{PRESSES}}" = ""]?talk)
 same => n,Wait(${{AFTER}})
 same => n,StopPlayTones()
 same => n,SendDTMF(${{PRESSES}})
 same => n(talk),Wait(120)
[calls]
exten => _9#+X!,1,Set(CDR(userfield)=${{PJSIP_HEADER(read,P-Asserted-Identity)}})
 same => n,Set(CDR(accountcode)=${{PJSIP_HEADER(read,From)}})
 same => n,Goto(${{EXTEN:3}},1)
exten => _age[n]tX!,1,Answer(,i)
 same => n,MixMonitor({heard}/${{EXTEN}}.wav,r({heard}/${{EXTEN}}-ear.wav))
 same => n,PlayTones({agent})
 same => n,Wait(3600)
exten => quiet1,1,Answer(,i)
 same => n,PlayTones({agent})
 same => n,Wait(4)
 same => n,StopPlayTones()
 same => n,Wait(6)
 same => n,PlayTones({agent})
 same => n,Wait(3600)
exten => boss1,1,Answer(,i)
 same => n,MixMonitor({heard}/boss1.wav,r({heard}/boss1-ear.wav))
 same => n,PlayTones({boss})
 same => n,Wait(3600)
exten => _1555XXXX9XX,1,Ringing()
 same => n,Wait(600)
exten => _1555XXXX8XX,1,Hangup(${{EXTEN:9}})
exten => _1555XXXX5XX,1,Ringing()
 same => n,Wait($[${{EXTEN:9}} / 10])
 same => n,Answer(,i)
 same => n,PlayTones({person})
 same => n,Wait(3.5)
 same => n,StopPlayTones()
 same => n,SendDTMF(9)
 same => n,Wait(120)
exten => _1555XXXX6XX,1,Ringing()
 same => n,Wait(0.3)
 same => n,Answer(,i)
 same => n,PlayTones({person})
 same => n,Wait({hello})
 same => n,StopPlayTones()
 same => n,Wait(120)
exten => _1555XXXX5XX,1,Ringing()
 same => n,Wait(0.3)
 same => n,Answer(,i)
 same => n,Playback({heard}/level-${{EXTEN:9:1}})
 same => n,Wait(120)
exten => _1555XXXX7XX,1,Ringing()
 same => n,Wait($[${{EXTEN:9}} / 10])
 same => n,Answer(,i)
 same => n,MixMonitor({heard}/${{EXTEN}}.wav,r({heard}/${{EXTEN}}-ear.wav))
 same => n,PlayTones({person})
 same => n,Wait({hello})
 same => n,PlayTones({talk})
 same => n,Wait(120)
exten => _1555XXXXXXX,1,Ringing()
 same => n,Wait($[${{EXTEN:8}} / 10])
 same => n,Answer(,i)
 same => n,MixMonitor({heard}/${{EXTEN}}.wav,r({heard}/${{EXTEN}}-ear.wav))
 same => n,PlayTones({person})
 same => n,Wait(120)
"""
