"""Every file of Asterisk's configuration, for the lab and for somebody's own Asterisk 22."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from dialer.asterisk import dialplan, doors
from dialer.asterisk.dialplan import SEATS
from dialer.asterisk.trunks import NAME, Trunk
from dialer.errors import SettingsError
from dialer.settings.inbound import Inbound

MODULES = (
    "app_userevent", "func_db", "app_db", "func_lock", "func_cut", "func_md5", "func_speex",
)  # fmt: skip
"Modules that the dial plan needs besides those of every instance."

FIRST_ASKED_S = 1
"""How long after Asterisk's start every trunk is asked whether it answers; by itself it takes up to
`qualify_s`, and nothing is placed by a trunk that has not answered."""

_IDENTITY = {"from": (), "pai": (("send_pai", "yes"),), "rpid": (("send_rpid", "yes"),)}
_PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8"]
_TLS = {"method": "tlsv1_2", "verify_server": "yes", "ca_list_path": "/etc/ssl/certs"}
_ENCRYPTED = {"udp": "no", "tcp": "no", "tls": "sdes"}


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's phone. The endpoint is `PJSIP/<name>`."""

    name: str
    contact: str = ""
    "Where it always is (`sip:agent1@127.0.0.1:5070`); empty if it registers."
    password: str = ""
    webrtc: bool = False
    "A browser: comes over WebSocket, speaks DTLS."
    codecs: tuple[str, ...] = ("alaw", "ulaw")

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"seat `{self.name}`: a to z, 0 to 9 and -, a letter first")
        if not (self.contact or self.password):
            raise ValueError(f"seat {self.name}: needs a contact or a password to register with")


class Manager(msgspec.Struct, frozen=True):
    """Asterisk's manager interface: where, and who may speak to it."""

    port: int
    user: str
    secret: str


def files(
    trunks: Iterable[Trunk],
    seats: Iterable[Seat],
    *,
    sip_port: int,
    bind: str = "127.0.0.1",
    external: str = "",
    app: str = "dialer",
    safe_harbour: str = "dialer/safe-harbour",
    manager: Manager | None = None,
    house: Inbound | None = None,
) -> dict[str, str]:
    """File name -> text: what lies over the base of `instance.write_base`.

    `external`: the address under which carriers see this machine, when it is behind NAT.
    """
    trunks = tuple(trunks)
    transports = _transports(trunks, sip_port, bind, external)
    parts = [_general(), *transports, *map(_trunk, trunks), *map(_seat, seats)]
    house = house or Inbound()
    plan = dialplan.extensions(app, safe_harbour, house.opt_out_key)
    plan += doors.extensions(trunks, app, house)
    return {
        "extensions.conf": plan,
        "pjsip.conf": "\n".join(parts),
        **({"manager.conf": _manager(manager)} if manager else {}),
    }


def _manager(manager: Manager) -> str:
    """On loopback, for one account that may do with calls what ARI's may, and hears nothing."""
    return "\n".join(
        [
            _section("general", enabled="yes", webenabled="no", bindaddr="127.0.0.1",
                     port=manager.port, displayconnects="no"),
            _section(manager.user, secret=manager.secret, deny="0.0.0.0/0.0.0.0",
                     permit="127.0.0.1/255.255.255.255", write="call"),
        ]
    )  # fmt: skip


def _general() -> str:
    return "\n".join(
        [
            _section(
                "global",
                type="global",
                user_agent="dialer",
                max_forwards=30,
                max_initial_qualify_time=FIRST_ASKED_S,
            ),
            _section("system", type="system", threadpool_initial_size=5, threadpool_max_size=50),
        ]
    )


def _transports(
    trunks: tuple[Trunk, ...], sip_port: int, bind: str, external: str
) -> Iterator[str]:
    for kind in sorted({trunk.transport for trunk in trunks} | {"udp"}):
        yield _section(
            f"transport-{kind}",
            type="transport",
            protocol=kind,
            bind=f"{bind}:{sip_port + (kind == 'tls')}",
            external_media_address=external,
            external_signaling_address=external,
            local_net=_PRIVATE if external else "",
            **(_TLS if kind == "tls" else {}),
        )


def _trunk(trunk: Trunk) -> str:
    endpoint = {
        "type": "endpoint",
        "transport": f"transport-{trunk.transport}",
        "context": doors.door(trunk),
        "aors": trunk.name,
        "disallow": "all",
        "allow": ",".join(trunk.codecs),
        "direct_media": "no",
        "from_user": trunk.from_user,
        "from_domain": trunk.from_domain,
        "outbound_auth": trunk.name if trunk.username else "",
        "callerid_privacy": "prohib" if trunk.privacy else "",
        "trust_id_outbound": "yes" if trunk.identity != "from" else "",
        **dict(_IDENTITY[trunk.identity]),
        "100rel": trunk.reliable_provisional,
        "timers": trunk.session_timers,
        "timers_sess_expires": trunk.session_expires_s,
        "dtmf_mode": trunk.dtmf,
        "media_encryption": _ENCRYPTED[trunk.transport],
        "rtp_keepalive": trunk.rtp_keepalive_s,
        "rtp_timeout": 60,
        "rtp_timeout_hold": 300,
        "allow_transfer": "no",
        "allow_subscribe": "no",
        **({"rtp_symmetric": "yes", "force_rport": "yes", "rewrite_contact": "yes"}
           if trunk.nat else {}),
    }  # fmt: skip
    aor = {"type": "aor", "contact": [_uri(trunk, host) for host in trunk.hosts],
           "qualify_frequency": trunk.qualify_s}  # fmt: skip
    parts = [_section(trunk.name, **endpoint), _section(trunk.name, **aor),
             _section(trunk.name, type="identify", endpoint=trunk.name,
                      match=[*trunk.hosts])]  # fmt: skip
    return "\n".join(parts + _account(trunk))


def _account(trunk: Trunk) -> list[str]:
    if not trunk.username:
        return []
    login = _section(
        trunk.name,
        type="auth",
        auth_type="userpass",
        username=trunk.username,
        password=_secret(trunk.password_file),
        realm=trunk.realm,
    )
    if not trunk.register:
        return [login]
    host = trunk.hosts[0]
    return [
        login,
        _section(
            trunk.name,
            type="registration",
            transport=f"transport-{trunk.transport}",
            outbound_auth=trunk.name,
            server_uri=_uri(trunk, host),
            client_uri=f"sip:{trunk.username}@{trunk.from_domain or host}",
            contact_user=trunk.username,
            retry_interval=30,
            forbidden_retry_interval=300,
        ),
    ]


def _seat(seat: Seat) -> str:
    endpoint = {
        "type": "endpoint",
        "context": SEATS,
        "aors": seat.name,
        "auth": seat.name if seat.password else "",
        "disallow": "all",
        "allow": ",".join(seat.codecs),
        "direct_media": "no",
        "rtp_timeout": 30,
        "rtp_timeout_hold": 300,
        "allow_transfer": "no",
        "allow_subscribe": "no",
        "webrtc": "yes" if seat.webrtc else "",
    }
    aor = {"type": "aor", "contact": seat.contact, "max_contacts": "" if seat.contact else 1,
           "remove_existing": "" if seat.contact else "yes"}  # fmt: skip
    parts = [_section(seat.name, **endpoint), _section(seat.name, **aor)]
    if seat.password:
        parts.append(_section(seat.name, type="auth", auth_type="userpass",
                              username=seat.name, password=seat.password))  # fmt: skip
    return "\n".join(parts)


def _uri(trunk: Trunk, host: str) -> str:
    return f"sip:{host}" + ("" if trunk.transport == "udp" else f"\\;transport={trunk.transport}")


def _secret(path: Path | None) -> str:
    try:
        text = path.read_text().strip() if path else ""
        is_open = path is not None and path.stat().st_mode & 0o077
    except OSError as why:
        raise SettingsError(f"password_file {path}: {why.strerror}") from why
    if is_open:
        raise SettingsError(f"password_file {path}: others can read it: chmod 600")
    if not re.fullmatch(r"[!-:<-~]+", text):
        raise SettingsError(f"password_file {path}: printable ASCII without `;` or spaces only")
    return text


def _section(name: str, /, **settings: object) -> str:
    """One section; what is empty is left out, what is a list is repeated."""
    lines = [f"[{name}]"]
    for key, value in settings.items():
        for one in value if isinstance(value, list) else [value]:
            lines += [f"{key} = {one}"] if one != "" else []
    return "\n".join([*lines, ""])
