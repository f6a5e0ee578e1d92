"""A webhook that is tried: a signed test at once, and what came of it, without secrets."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, get_args

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from dialer.api import delivery
from dialer.api.delivery import Answer, answered
from dialer.api.forms import OFFERED, TEST, Letter, signature
from dialer.api.outbox import Outbox
from dialer.api.trial import READ_MOST, SHOWN_MOST, Addressee, Tried, Why, judged, letter
from dialer.i18n import LANGUAGES, words
from tests.access.conftest import NINE
from tests.api.conftest import Web
from tests.api.receiver import Receiver

CRM = Addressee(webhook=7, url="https://crm.example/hooks/Kp93hsmQ", form="plain", secret="s3cr3t")
OK = Answer(status=200, said=b"ok", took_s=0.25)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def crm() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def tried(web: Web, url: str, **more: Any) -> dict[str, Any]:
    """What an administrator is told who adds a webhook and tries it."""
    ada = web.browser("ada")
    made = ada.post("/api/v1/webhooks", json={"url": url, "kinds": ["Cdr"], **more}).json()
    said = ada.post(f"/api/v1/webhooks/{made['webhook']}/try")
    assert said.status_code == 200, said.text
    return {**said.json(), "secret": made["secret"]}


def judgement(answer: Answer, to: Addressee = CRM) -> Tried:
    return judged(answer, to, letter(to, "ada", NINE))


def test_a_signed_letter_that_says_it_is_a_test_goes_out_at_once(web: Web, crm: Receiver) -> None:
    with Outbox(web.home) as outbox:  # somebody else's letters wait before it
        outbox.add("https://gone.example/x", "plain", ["Cdr"], "s", by="ada", at=NINE)
        assert outbox.post("Cdr", {}, NINE) == 1
    told = tried(web, f"{crm.url}/hook")
    [(path, headers, body)] = crm.letters
    letter = json.loads(body)
    assert (path, letter["kind"], letter["what"]["user"]) == ("/hook", TEST, "ada")
    assert TEST not in OFFERED
    stamp = int(headers["x-dialer-timestamp"])
    assert headers["x-dialer-signature"] == signature(told["secret"], stamp, body)
    assert (told["taken"], told["status"], told["said"], told["why"]) == (True, 200, "ok", "taken")
    assert told["text"].startswith("The receiver took it (200, after ")
    with Outbox(web.home) as outbox:
        waiting = [one.waiting for one in outbox.webhooks()]
    assert waiting == [1, 0], "it never was a letter"


def test_it_is_written_down_who_tried_it_and_what_came_of_it(web: Web, crm: Receiver) -> None:
    crm.status = 503
    tried(web, crm.url)
    told = web.browser("ada").get("/api/v1/audit?of=webhook&language=zh").json()
    entry = told["entries"][0]
    assert json.loads(entry["after"]) == {"answer": "broken", "code": 503, "is": "tried"}
    assert entry["says"] == "ada 更改了通知“1”：回应：对方出错；状态码：503；状态：已试发"


def test_only_who_may_change_settings_tries_one_and_one_that_is_gone_is_said_to_be(
    web: Web, crm: Receiver
) -> None:
    told = web.browser("ada").post("/api/v1/webhooks/9/try")
    assert (told.status_code, told.json()["reason"]) == (404, "no_webhook")
    assert web.browser("eva").post("/api/v1/webhooks/1/try").status_code == 403
    tried(web, crm.url)
    assert web.program("ada", "setting.see").post("/api/v1/webhooks/1/try").status_code == 403
    assert len(crm.letters) == 1


def test_an_address_that_would_be_refused_today_gets_no_letter(web: Web) -> None:
    with Outbox(web.home) as outbox:
        outbox.add("http://10.0.0.7/x", "plain", ["Cdr"], "s", by="ada", at=NINE)
    told = web.browser("ada").post("/api/v1/webhooks/1/try")
    assert (told.status_code, told.json()["reason"]) == (422, "webhook_url")


def test_a_robot_that_answers_200_and_refuses_in_the_body_has_refused(
    web: Web, crm: Receiver
) -> None:
    crm.said = json.dumps({"errcode": 310000, "errmsg": "sign not match"}).encode()
    told = tried(
        web, f"{crm.url}/robot?access_token=abcdef0123", form="dingtalk", secret="SEC77777"
    )
    assert (told["taken"], told["status"], told["why"]) == (False, 200, "robot")
    assert "sign not match" in told["said"]
    crm.said = b'{"errcode":0,"errmsg":"ok"}'
    assert tried(web, crm.url, form="wecom")["taken"] is True
    assert "A test of notification 2, by ada" in json.loads(crm.letters[-1][2])["text"]["content"]


@pytest.mark.parametrize("form", ["plain", "dingtalk"])
def test_what_is_repeated_of_an_answer_has_no_secret_no_number_and_no_end(
    web: Web, crm: Receiver, form: str
) -> None:
    crm.said = b"<script>alert(1)</script>\x00\x1b[31m call +1 212 555 0123 " + b"x" * 9000
    told = tried(
        web, f"{crm.url}/hooks/Kp93hsmQ?key=%C3%A9t%C3%A9-7719", form=form, secret="hush-hush"
    )
    assert told["said"].startswith("<script>alert(1)</script> [31m call ••• xxx")
    assert (len(told["said"]), told["said"][-1]) == (SHOWN_MOST + 1, "…")
    _, headers, _ = crm.letters[0]
    path = crm.letters[0][0]
    crm.said = f"404 at {path}: {headers} hush-hush".encode()
    crm.letters.clear()
    again = web.browser("ada").post("/api/v1/webhooks/1/try").json()["said"]
    for secret in ("Kp93hsmQ", "hush-hush", "-7719", *path.split("sign=")[1:]):
        assert secret not in again, again


@pytest.mark.parametrize(
    ("status", "why"),
    [(200, "taken"), (204, "taken"), (302, "moved"), (401, "not_let_in"), (403, "not_let_in"),
     (404, "not_there"), (405, "not_there"), (410, "not_there"), (400, "not_understood"),
     (422, "not_understood"), (429, "too_many"), (500, "broken"), (503, "broken"), (418, "other")],
)  # fmt: skip
def test_every_answer_has_its_meaning(status: int, why: str) -> None:
    told = judgement(Answer(status=status, took_s=0.04))
    assert (told.why, told.taken) == (why, why == "taken")
    assert str(status) in told.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_comes_of_it_has_a_name_and_says_what_to_do(language: str) -> None:
    literal, trouble = get_args(Why)
    whys = {*get_args(literal), *get_args(trouble)} - {""}
    texts = words(language).texts
    assert {f"webhook_answer.{why}" for why in whys} - set(texts) == set()
    assert {key for key in texts if key.startswith("webhook_try.")} == {
        f"webhook_try.{why}" for why in whys
    }


def test_bytes_that_are_no_text_and_json_that_is_no_object_break_nothing() -> None:
    robot = Addressee(webhook=1, url="https://x.example", form="wecom", secret="s")
    for said in (
        b"\xff\xfe\x00",
        b"[1]",
        b'"x"',
        b"{",
        b'{"errcode":[]}',
        "中文".encode("gb18030"),
    ):
        told = judgement(Answer(status=200, said=said), robot)
        assert (told.why, told.said.isprintable()) == ("taken", True)


@pytest.mark.parametrize(
    ("url", "why"),
    [("https://nobody.invalid/x", "no_name"), ("http://127.0.0.1:1/x", "refused")],
)  # fmt: skip
def test_who_is_not_there_is_named(web: Web, url: str, why: str) -> None:
    told = tried(web, url)
    assert (told["taken"], told["status"], told["said"], told["why"]) == (False, 0, "", why)


def listening(speak: Any) -> tuple[int, threading.Thread]:
    """A socket that takes one caller, and what it does with him."""
    taker = socket.create_server(("127.0.0.1", 0))

    def served() -> None:
        with taker, taker.accept()[0] as caller:
            speak(caller)

    thread = threading.Thread(target=served)
    thread.start()
    return taker.getsockname()[1], thread


@pytest.mark.anyio
async def test_who_says_nothing_or_hangs_up_or_speaks_no_tls_is_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery, "WITHIN_S", 0.5)
    done = threading.Event()

    def dawdles(caller: socket.socket) -> None:
        caller.recv(9000)
        caller.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nso far")
        done.wait(10)

    def is_plain(caller: socket.socket) -> None:
        caller.recv(9000)
        caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    ways = {
        "late": ("http", lambda caller: done.wait(10)),
        "hung_up": ("http", lambda caller: caller.recv(9000)),
        "no_tls": ("https", is_plain),
        "": ("http", dawdles),
    }
    found = {}
    for name, (scheme, speak) in ways.items():
        port, thread = listening(speak)
        answer = await answered(Letter(f"{scheme}://127.0.0.1:{port}/", {}, b"{}"), READ_MOST)
        found[name] = (answer.trouble, answer.status, answer.said)
        done.set()
        thread.join(10)
        done.clear()
    assert found == {
        "late": ("late", 0, b""), "hung_up": ("hung_up", 0, b""),
        "no_tls": ("no_tls", 0, b""), "": ("", 200, b"so far"),
    }  # fmt: skip


def self_signed(folder: Path) -> ssl.SSLContext:
    """How a server is dressed that no authority knows."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    born = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, born, born.replace(year=2099))
    ours = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = made.add_extension(ours, critical=True).sign(key, SHA256())
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "both.pem").write_bytes(plain + signed.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


@pytest.mark.anyio
async def test_whom_no_authority_knows_gets_nothing(tmp_path: Path) -> None:
    context, heard = self_signed(tmp_path), list[bytes]()

    def speak(caller: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(caller, server_side=True) as secret:
            heard.append(secret.recv(9000))

    port, thread = listening(speak)
    answer = await answered(Letter(f"https://127.0.0.1:{port}/", {}, b"{}"))
    thread.join(10)
    assert (answer.trouble, answer.status, b"".join(heard)) == ("certificate", 0, b"")


def test_what_the_client_raises_is_told_apart() -> None:
    key: Any = aiohttp.client_reqrep.ConnectionKey("x", 443, True, True, None, None, None, None)
    certificate = ssl.SSLCertVerificationError("self-signed")
    found = [
        delivery.trouble_of(one)
        for one in (
            aiohttp.ClientConnectorCertificateError(key, certificate),
            aiohttp.ClientConnectorSSLError(key, ssl.SSLError("wrong version number")),
            aiohttp.ClientConnectorDNSError(key, OSError(-2, "unknown")),
            aiohttp.ClientConnectorError(key, OSError(113, "No route to host")),
            aiohttp.ClientConnectorError(key, ConnectionRefusedError(111, "refused")),
            aiohttp.ServerTimeoutError(), aiohttp.InvalidURL("x"), ConnectionResetError(),
        )
    ]  # fmt: skip
    assert found == [
        "certificate", "no_tls", "no_name", "unreachable", "refused", "late", "failed", "hung_up"
    ]  # fmt: skip
