"""An Asterisk of our own: what is written, and what runs."""

import re
import socket
import stat
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

import pytest

from dialer.asterisk import instance
from dialer.asterisk.instance import Instance
from dialer.errors import SwitchUnavailable
from tests.asterisk_lab import DIALER_HTTP, DIALER_RTP, DIALER_SIP, asterisk_prefix

__all__ = ["asterisk_prefix"]

PJSIP = f"[udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:{DIALER_SIP + 300}\n"


def one(home: Path, prefix: Path, name: str = "one") -> Instance:
    return Instance(
        name=name,
        home=home,
        prefix=prefix,
        sip_port=DIALER_SIP + 300,
        http_port=DIALER_HTTP + 300,
        rtp=DIALER_RTP,
    )


@pytest.fixture
def pretended(tmp_path) -> Instance:
    """A prefix with three modules and nothing that runs."""
    modules = tmp_path / "ast/root/usr/lib/some-arch/asterisk/modules"
    modules.mkdir(parents=True)
    for name in ("chan_pjsip", "func_global", "func_shell"):
        (modules / f"{name}.so").touch()
    return one(tmp_path / "home", tmp_path / "ast")


def setting(instance: Instance, file: str, key: str) -> str:
    text = (instance.etc / file).read_text()
    return re.findall(rf"^{key} = (.*)$", text, re.MULTILINE)[0]


def test_nobody_else_may_read_what_is_written(pretended):
    instance.write_base(pretended, {"pjsip.conf": "[lab]\npassword=x\n"})
    assert stat.S_IMODE(pretended.etc.stat().st_mode) == 0o700
    for path in [*pretended.etc.iterdir(), pretended.home / "ari.password"]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_the_password_is_made_up_once(pretended):
    password = instance.ari_password(pretended)
    assert len(password) >= 32
    assert instance.ari_password(pretended) == password
    instance.write_base(pretended)
    assert setting(pretended, "ari.conf", "password") == password


def test_what_must_be_set_is_set(pretended):
    instance.write_base(pretended)
    wanted = {
        ("ari.conf", "websocket_write_timeout"): "10000",
        ("asterisk.conf", "live_dangerously"): "no",
        ("http.conf", "bindaddr"): "127.0.0.1",
        ("cdr.conf", "unanswered"): "yes",
        ("cdr.conf", "congestion"): "yes",
        ("cdr.conf", "loguniqueid"): "yes",
        ("cdr.conf", "loguserfield"): "yes",
        ("rtp.conf", "rtpstart"): str(DIALER_RTP[0]),
    }
    assert {where: setting(pretended, *where) for where in wanted} == wanted


def test_only_modules_that_are_there_and_named_are_loaded(pretended):
    instance.write_base(pretended, modules=["app_not_there"])
    words = (pretended.etc / "modules.conf").read_text()
    assert words.split("\n") == [
        "[modules]", "autoload=no", "load = chan_pjsip.so", "load = func_global.so", "",
    ]  # fmt: skip


def test_a_file_of_ours_lies_over_the_base(pretended):
    instance.write_base(pretended, {"cdr.conf": "[general]\nenable = no\n"})
    assert (pretended.etc / "cdr.conf").read_text() == "[general]\nenable = no\n"


def test_where_no_asterisk_is_somebody_is_told_how_to_get_one(tmp_path):
    with pytest.raises(SwitchUnavailable, match=r"install.sh"):
        instance.write_base(one(tmp_path / "home", tmp_path / "nothing"))


def test_a_port_that_is_taken_is_named(pretended):
    instance.write_base(pretended)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", pretended.sip_port))
        with pytest.raises(SwitchUnavailable, match=f"port {pretended.sip_port} is taken"):
            instance.start(pretended)
    assert not instance.is_running(pretended)


# ---- a real one ---------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def running(asterisk_prefix, tmp_path_factory):
    ours = one(tmp_path_factory.mktemp("one"), asterisk_prefix)
    instance.write_base(ours, {"pjsip.conf": PJSIP})
    instance.start(ours)
    yield ours
    instance.stop(ours)


@pytest.mark.asterisk
def test_it_answers_on_its_console_and_to_those_who_know_the_password(running):
    assert instance.cli(running, "core show version").startswith("Asterisk ")
    assert "127.0.0.1" in instance.cli(running, "pjsip show transports")
    assert ping(running, instance.ari_password(running)) == 200
    assert ping(running, "wrong") == 401


def ping(ours: Instance, password: str) -> int:
    user = b64encode(f"{ours.ari_user}:{password}".encode()).decode()
    request = urllib.request.Request(
        f"{ours.ari_url}/ari/asterisk/ping", headers={"Authorization": f"Basic {user}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


@pytest.mark.asterisk
def test_it_starts_without_a_word_of_complaint(running):
    words = (running.home / "log/messages").read_text().splitlines()
    assert [line for line in words if "ERROR" in line or "WARNING" in line] == []


@pytest.mark.asterisk
def test_starting_it_again_changes_nothing(running):
    pid = instance.pid_of(running)
    instance.start(running)
    assert instance.pid_of(running) == pid


@pytest.mark.asterisk
def test_a_file_written_while_it_runs_can_be_reloaded(running):
    instance.write_conf(running, "extensions.conf", "[later]\nexten => 1,1,Hangup()\n")
    instance.cli(running, "dialplan reload")
    assert "1 extension" in instance.cli(running, "dialplan show later")


@pytest.mark.asterisk
def test_one_that_cannot_live_says_its_last_words(running, tmp_path):
    broken = Instance(
        "broken", tmp_path, running.prefix, DIALER_SIP + 310, DIALER_HTTP + 310, DIALER_RTP
    )
    instance.write_base(broken, {"modules.conf": "[modules]\nrequire = no_such_module.so\n"})
    with pytest.raises(SwitchUnavailable, match=r"broken ended at once: .*no_such_module"):
        instance.start(broken)
    assert not instance.is_running(broken)


@pytest.mark.asterisk
def test_a_home_with_a_very_long_name_is_no_trouble(running, tmp_path):
    home = tmp_path / ("long" * 25)
    distant = Instance(
        "distant", home, running.prefix, DIALER_SIP + 310, DIALER_HTTP + 310, DIALER_RTP
    )
    instance.write_base(distant)
    instance.start(distant)
    try:
        assert instance.cli(distant, "core show uptime")
    finally:
        instance.stop(distant)
    assert not instance.is_running(distant)
    assert instance.is_running(running)
