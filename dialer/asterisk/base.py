"""What every Asterisk of ours begins with: the files that do not depend on trunks or agents.

The dial plan and the SIP side are laid on top by whoever runs the instance. A module that is not
named here is not loaded: nothing in it can be abused, and the start takes less than a second.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

MODULES = (
    "pbx_config",
    # Never bridge_native_rtp: when a snoop ends it takes the bridge over, and on 22.10.1 customer
    # and agent then stopped hearing each other in one talk of three.
    "bridge_simple", "bridge_softmix", "bridge_holding", "bridge_builtin_features",
    "codec_alaw", "codec_ulaw", "codec_a_mu", "codec_resample", "codec_g722", "codec_gsm",
    "codec_opus_open_source", "res_format_attr_opus",
    "format_wav", "format_sln", "format_pcm", "format_gsm",
    "res_timing_timerfd", "res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb",
    "res_sorcery_realtime",
    "res_crypto", "res_srtp", "res_pjproject", "res_http_websocket", "res_websocket_client",
    "res_pjsip", "res_pjsip_session", "res_rtp_asterisk", "res_pjsip_sdp_rtp",
    "res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_endpoint_identifier_ip", "res_pjsip_endpoint_identifier_user",
    "res_pjsip_outbound_registration", "res_pjsip_registrar", "res_pjsip_caller_id",
    "res_pjsip_dtmf_info", "res_pjsip_nat", "res_pjsip_rfc3326", "res_pjsip_pubsub",
    "res_pjsip_logger", "res_pjsip_header_funcs", "res_pjsip_transport_websocket",
    "res_pjsip_path", "res_pjsip_dlg_options", "res_pjsip_empty_info", "res_pjsip_maintenance",
    "res_pjsip_diversion", "chan_pjsip",
    "res_stasis", "res_stasis_answer", "res_stasis_playback", "res_stasis_recording",
    "res_stasis_snoop", "res_stasis_device_state", "app_stasis",
    "res_ari_model", "res_ari", "res_ari_applications", "res_ari_asterisk", "res_ari_bridges",
    "res_ari_channels", "res_ari_device_states", "res_ari_endpoints", "res_ari_events",
    "res_ari_playbacks", "res_ari_recordings", "res_ari_sounds",
    "res_rtp_multicast",  # chan_rtp (external media) refuses to load without it
    "chan_rtp", "chan_bridge_media",
    "res_audiosocket", "chan_audiosocket", "app_audiosocket", "chan_websocket",
    "res_musiconhold", "res_tonedetect",
    "app_playback", "app_playtones", "app_dial", "app_echo", "app_amd", "app_mixmonitor",
    "app_chanspy", "app_verbose", "app_milliwatt", "app_record", "app_stack", "app_exec",
    "app_waitforsilence", "app_senddtmf", "app_read", "app_cdr", "res_clioriginate",
    "func_global", "func_timeout", "func_channel", "func_strings", "func_callerid",
    "func_hangupcause", "func_logic", "func_math", "func_cdr", "func_pjsip_endpoint",
    "func_pjsip_aor", "func_pjsip_contact", "func_talkdetect", "func_volume", "func_jitterbuffer",
    "cdr_csv",
)  # fmt: skip
"In loading order. A module that this Asterisk has not (an older one, say) is left out."

EMPTY = (
    "acl", "ccss", "chan_websocket", "cli_aliases", "cdr_custom", "cel", "cel_custom", "codecs",
    "confbridge", "dnsmgr", "dsp", "extconfig", "extensions", "features", "pjproject", "pjsip",
    "sorcery", "udptl", "websocket_client",
)  # fmt: skip
"Files that Asterisk asks for; without them it logs an error at each start."

COPIED = ("indications", "amd")
"Files taken as they come with Asterisk."


def base(
    *,
    home: Path,
    run: Path,
    root: Path,
    modules_dir: Path,
    http_port: int,
    rtp: tuple[int, int],
    ari_user: str,
    ari_password: str,
    more_modules: Iterable[str] = (),
    hold_music: Path | None = None,
) -> dict[str, str]:
    """File name in etc/ -> its text."""
    files = {f"{name}.conf": "" for name in EMPTY}
    for name in COPIED:
        shipped = root / "etc/asterisk" / f"{name}.conf"
        files[shipped.name] = shipped.read_text() if os.access(shipped, os.R_OK) else ""
    return files | {
        "asterisk.conf": _asterisk(home, run, root, modules_dir),
        "modules.conf": _modules(modules_dir, (*MODULES, *more_modules)),
        "logger.conf": _ini(general={}, logfiles={"console": "error", "messages": "warning,error"}),
        "http.conf": _http(http_port),
        "ari.conf": _ari(ari_user, ari_password),
        "rtp.conf": _ini(
            general={"rtpstart": rtp[0], "rtpend": rtp[1], "strictrtp": "yes", "icesupport": "yes"}
        ),
        # The third witness after a crash: every attempt, answered or not, by channel id.
        "cdr.conf": _ini(
            general={"enable": "yes", "unanswered": "yes", "congestion": "yes", "batch": "no"},
            csv={"usegmtime": "yes", "loguniqueid": "yes", "loguserfield": "yes"},
        ),
        "stasis.conf": _ini(threadpool={}, declined_message_types={}),
        "musiconhold.conf": _ini(
            general={},
            default={"mode": "files", "directory": root / "usr/share/asterisk/moh"},
            hold={"mode": "files", "directory": hold_music or root / "usr/share/asterisk/moh"},
        ),
    }


def _asterisk(home: Path, run: Path, root: Path, modules_dir: Path) -> str:
    return _ini(
        directories={
            "astcachedir": home / "cache",
            "astetcdir": home / "etc",
            "astmoddir": modules_dir,
            "astvarlibdir": home / "lib",
            "astdbdir": home / "db",
            "astkeydir": home / "lib",
            "astdatadir": home / "data",
            "astagidir": home / "data/agi-bin",
            "astspooldir": home / "spool",
            "astrundir": run,
            "astlogdir": home / "log",
            "astsbindir": root / "usr/sbin",
        },
        options={
            "live_dangerously": "no",
            "verbose": 0,
            "nocolor": "yes",
            "hideconnect": "yes",
            "maxfiles": 65536,
            "documentation_language": "en_US",
        },
    )


def _http(port: int) -> str:
    return _ini(
        general={
            "enabled": "yes",
            "bindaddr": "127.0.0.1",
            "bindport": port,
            "sessionlimit": 1000,
            "session_inactivity": 30000,
            "session_keep_alive": 15000,
            "enablestatic": "no",
        }
    )


def _ari(user: str, password: str) -> str:
    # The default of 100 ms drops a reader that was merely starved of CPU.
    general = {"enabled": "yes", "pretty": "no", "websocket_write_timeout": 10000}
    return _ini(
        general=general,
        **{user: {"type": "user", "read_only": "no", "password": password}},
    )


def _modules(modules_dir: Path, wanted: Iterable[str]) -> str:
    there = [name for name in dict.fromkeys(wanted) if (modules_dir / f"{name}.so").exists()]
    return "[modules]\nautoload=no\n" + "".join(f"load = {name}.so\n" for name in there)


def _ini(**sections: Mapping[str, object]) -> str:
    lines: list[str] = []
    for section, settings in sections.items():
        lines += [f"[{section}]", *(f"{key} = {value}" for key, value in settings.items()), ""]
    return "\n".join(lines)
