"""Is this Asterisk fit to dial with? Every finding in one line, with its mend."""

import configparser
import re
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import anyio
import msgspec

from dialer.asterisk import config, names
from dialer.asterisk.base import MODULES
from dialer.asterisk.branches import Tried, tried
from dialer.asterisk.client import Ari, connect
from dialer.asterisk.dialplan import BEAT_MAX_S
from dialer.asterisk.host import Finding, allowances
from dialer.asterisk.pulse import BEAT_S
from dialer.asterisk.settings import AsteriskSettings
from dialer.asterisk.trunks import Trunk
from dialer.engine.compliance import MISSING, Rules, readiness
from dialer.errors import SwitchUnavailable
from dialer.ports import Clock

LEAST_VERSION = (22, 10, 1)
"Earlier ones of 22 deadlock under a dialer's load."
TRIED_MAJOR = 22
PORTS_PER_LINE = 4
WRITE_TIMEOUT_MS = 10_000
SKEW_S = 1.0
BEATS_AWAITED = 4
"It is told in whole seconds, twice a second."

_NEEDED = {
    "pbx_config", "app_stasis", "app_playback", "app_userevent", "func_timeout", "cdr_csv",
    "bridge_simple", "codec_alaw", "codec_ulaw", "format_wav", "chan_pjsip", "chan_rtp",
    "res_rtp_asterisk", "res_pjsip_session", "res_pjsip_sdp_rtp", "res_pjsip_caller_id",
    "res_pjsip_rfc3326", "res_stasis", "res_stasis_answer", "res_stasis_snoop", "res_ari",
    "res_ari_applications", "res_ari_asterisk", "res_ari_bridges", "res_ari_channels",
    "res_ari_endpoints", "res_ari_events", "res_http_websocket",
}  # fmt: skip
_HARMFUL = {"bridge_native_rtp": "it lost the voices of customer and agent when a snoop ended"}


async def findings(
    settings: AsteriskSettings, trunks: Mapping[str, Trunk], clock: Clock = time.time
) -> list[Finding]:
    """Everything about Asterisk and the trunks. While a dialer serves no branch is tried."""
    here = [*allowances(), *_own(trunks)]
    helper = msgspec.structs.replace(settings, app=f"{settings.app}-doctor")
    try:
        async with connect(helper, clock) as ari:
            found, is_served = await _looked(ari, settings, trunks, clock)
        if is_served:
            found.append(Finding("ok", "a dialer serves: the dial plan's branches were not tried"))
        elif not any(one.level == "fatal" for one in found):
            found += _branches(await tried(settings, clock, _names(clock)), settings)
    except SwitchUnavailable as why:
        mend = "start it; `dialer asterisk-config` writes its configuration"
        return [*here, Finding("fatal", str(why), mend)]
    return [*here, *found]


def campaign_findings(
    campaign: str, trunk: Trunk, rules: Rules, caller_ids: tuple[str, ...]
) -> list[Finding]:
    """What a campaign still lacks for its trunk; a lab trunk asks for nothing."""
    lacks = [
        Finding("fatal", f"campaign {campaign}: no {what.replace('_', ' ')}", MISSING[what])
        for what in readiness(trunk.kind, rules, caller_ids)
    ]
    if trunk.kind == "lab":
        return lacks
    foreign = [one for one in caller_ids if one not in trunk.caller_ids]
    if foreign:
        what = f"campaign {campaign}: trunk {trunk.name} may not show {len(foreign)} caller ids"
        lacks.append(Finding("fatal", what, f"caller_ids of trunk {trunk.name} must name them"))
    return lacks


async def _looked(
    ari: Ari, settings: AsteriskSettings, trunks: Mapping[str, Trunk], clock: Clock
) -> tuple[list[Finding], bool]:
    info = (await ari.request("GET", "asterisk/info")).json() or {}
    modules = (await ari.request("GET", "asterisk/modules")).json() or []
    found = [
        _version(info.get("system", {}).get("version", "")),
        await _rights(ari, settings),
        *_modules(modules),
        await _clock(ari, clock),
        *[await _trunk(ari, settings, trunk) for trunk in trunks.values()],
        *await _configured(ari, settings, trunks),
        _cdr(settings.cdr_csv),
    ]
    return found, await _is_served(ari)


async def _is_served(ari: Ari) -> bool:
    """A living dialer beats: a beat that stands still is what a dead one left behind."""
    first = await _number_in(ari, "BEAT")
    if await _number_in(ari, "EPOCH") - first > BEAT_MAX_S:
        return False
    for _ in range(BEATS_AWAITED):
        await anyio.sleep(BEAT_S)
        if await _number_in(ari, "BEAT") != first:
            return True
    return False


async def _number_in(ari: Ari, variable: str) -> int:
    reply = await ari.request("GET", "asterisk/variable", variable=variable)
    return int(reply.json()["value"] or 0) if reply.is_ok else 0


def _version(text: str) -> Finding:
    """New enough, and one that was tried.

    >>> _version("22.10.1+dfsg-1").level, _version("22.9.0").level, _version("23.1.0").level
    ('ok', 'fatal', 'warning')
    """
    number = tuple(int(part) for part in re.findall(r"\d+", text)[:3])
    if number < LEAST_VERSION:
        least = ".".join(map(str, LEAST_VERSION))
        return Finding("fatal", f"Asterisk {text or 'of unknown version'}", f"{least} or newer")
    if number[0] != TRIED_MAJOR:
        return Finding("warning", f"Asterisk {text}", f"only {TRIED_MAJOR} was tried")
    return Finding("ok", f"Asterisk {text}")


async def _rights(ari: Ari, settings: AsteriskSettings) -> Finding:
    reply = await ari.request("POST", "asterisk/variable", variable="DIALER_DOCTOR", value="1")
    if reply.is_ok:
        return Finding("ok", f"ARI user {settings.user} may give orders")
    mend = f"ari.conf, [{settings.user}]: read_only = no"
    return Finding("fatal", f"ARI user {settings.user} may not give orders: {reply.why()}", mend)


def _modules(loaded: Iterable[Mapping[str, Any]]) -> list[Finding]:
    running = {one["name"].removesuffix(".so") for one in loaded if one["status"] == "Running"}
    missing = sorted(_NEEDED - running)
    found = [
        Finding("fatal", f"module {name} is loaded: {why}", f"modules.conf: noload = {name}.so")
        for name, why in _HARMFUL.items()
        if name in running
    ]
    if missing:
        mend = "modules.conf: " + ", ".join(f"load = {name}.so" for name in missing)
        return [*found, Finding("fatal", f"modules are missing: {', '.join(missing)}", mend)]
    known = _NEEDED | {*MODULES, *config.MODULES}
    return [*found, Finding("ok", f"modules: {len(known & running)} of ours run")]


async def _clock(ari: Ari, clock: Clock) -> Finding:
    before = clock()
    reply = await ari.request("GET", "asterisk/variable", variable="EPOCH")
    skew = float(reply.json()["value"]) - (before + clock()) / 2 if reply.is_ok else 0.0
    if abs(skew) > SKEW_S + 1:  # it tells whole seconds
        mend = "let NTP set both clocks"
        level: Literal["fatal", "warning"] = "fatal" if abs(skew) > 60 else "warning"
        return Finding(level, f"Asterisk's clock and ours differ by {skew:.0f} s", mend)
    return Finding("ok", "Asterisk's clock agrees with ours")


async def _trunk(ari: Ari, settings: AsteriskSettings, trunk: Trunk) -> Finding:
    state = await ari.request("GET", f"endpoints/PJSIP/{trunk.name}")
    if not state.is_ok:
        mend = "write pjsip.conf anew with `dialer asterisk-config` and reload res_pjsip"
        return Finding("fatal", f"trunk {trunk.name}: Asterisk has no such endpoint", mend)
    if state.json()["state"] != "online":
        mend = f"do {', '.join(trunk.hosts)} answer OPTIONS from this machine? login right?"
        return Finding("warning", f"trunk {trunk.name} does not answer", mend)
    return Finding("ok", f"trunk {trunk.name} answers")


async def _configured(
    ari: Ari, settings: AsteriskSettings, trunks: Mapping[str, Trunk]
) -> list[Finding]:
    """What ARI does not tell is in the files, if Asterisk is on this machine."""
    reply = await ari.request("GET", "asterisk/variable", variable="ASTETCDIR")
    etc = Path(reply.json()["value"] or "/etc/asterisk") if reply.is_ok else Path("/etc/asterisk")
    ari_conf, rtp_conf = _read(etc / "ari.conf"), _read(etc / "rtp.conf")
    return [_write_timeout(etc, ari_conf), _ports(etc, rtp_conf, settings, trunks)]


def _write_timeout(etc: Path, conf: configparser.ConfigParser | None) -> Finding:
    mend = f"{etc}/ari.conf, [general]: websocket_write_timeout = {WRITE_TIMEOUT_MS}"
    if conf is None:
        return Finding("warning", "websocket_write_timeout cannot be seen from here", mend)
    given = conf.get("general", "websocket_write_timeout", fallback="100")
    if not given.isdigit() or int(given) < WRITE_TIMEOUT_MS:
        what = f"websocket_write_timeout is {given} ms: a busy moment would cost the connection"
        return Finding("fatal", what, mend)
    return Finding("ok", f"websocket_write_timeout is {given} ms")


def _ports(
    etc: Path,
    conf: configparser.ConfigParser | None,
    settings: AsteriskSettings,
    trunks: Mapping[str, Trunk],
) -> Finding:
    first, last = settings.rtp
    if conf is not None:
        there = (conf.get("general", "rtpstart", fallback="5000"),
                 conf.get("general", "rtpend", fallback="31000"))  # fmt: skip
        if there != (str(first), str(last)):
            what = f"RTP ports: {there[0]} to {there[1]} there, {first} to {last} in our settings"
            return Finding("fatal", what, "make rtp_first and rtp_last what rtp.conf says")
    lines = sum(trunk.lines for trunk in trunks.values())
    if last - first + 1 < PORTS_PER_LINE * lines:
        what = f"RTP ports: {last - first + 1} for {lines} lines"
        mend = f"{etc}/rtp.conf: {PORTS_PER_LINE} a line, or fewer lines"
        return Finding("fatal", what, mend)
    return Finding("ok", f"RTP ports: {last - first + 1} for {lines} lines")


def _cdr(path: Path) -> Finding:
    try:
        path.parent.stat()
        if path.exists():
            path.open("rb").close()
    except OSError as why:
        what = f"Asterisk's call records {path} cannot be read: {why.strerror}"
        mend = "cdr.conf: [csv] with loguniqueid = yes; cdr_csv in our settings; read permission"
        return Finding("fatal", what, mend)
    return Finding("ok", f"Asterisk's call records: {path}")


def _branches(done: Iterable[Tried], settings: AsteriskSettings) -> list[Finding]:
    found = []
    for one in done:
        if one.fault == "the recording cannot be played":
            mend = f"put {settings.safe_harbour}.wav (8 kHz, mono, 16 bit) into Asterisk's sounds"
            found.append(Finding("fatal", f"safe-harbour message: {one.fault}", mend))
        elif one.fault:
            mend = "copy extensions.conf of `dialer asterisk-config` and `dialplan reload`"
            found.append(Finding("fatal", f"dial plan, {one.branch}: {one.fault}", mend))
        else:
            found.append(Finding("ok", f"dial plan, {one.branch}: as it must be"))
        if one.rtp_port and not settings.rtp[0] <= one.rtp_port <= settings.rtp[1]:
            what = f"Asterisk chose RTP port {one.rtp_port}, outside of our settings"
            found.append(Finding("fatal", what, "make rtp_first and rtp_last what rtp.conf says"))
    return list(dict.fromkeys(found))


def _own(trunks: Mapping[str, Trunk]) -> list[Finding]:
    """What our own trunks file lacks."""
    found = [
        Finding("fatal", f"trunk {trunk.name} may show no caller id", "caller_ids = [...]")
        for trunk in trunks.values()
        if trunk.kind == "live" and not trunk.caller_ids
    ]
    return found if trunks else [Finding("fatal", "no trunk", "name a trunks file in the settings")]


def _read(path: Path) -> configparser.ConfigParser | None:
    conf = configparser.ConfigParser(strict=False, inline_comment_prefixes=(";",))
    try:
        conf.read_string(path.read_text())
    except (OSError, configparser.Error):
        return None
    return conf


def _names(clock: Clock) -> Any:
    count = iter(range(1 << 16))
    return lambda: names.leg("doctor", int(clock() * 1e6) + next(count))
