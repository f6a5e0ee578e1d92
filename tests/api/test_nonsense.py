"""Whatever is sent, the answer is the sender's fault or no fault, never a mistake of ours."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.access.conftest import NINE
from tests.api import shift
from tests.api.conftest import Web
from tests.api.test_matrix import BODIES, FILES, HTTP, OWN

STRANGE = (
    "\x00", "é" * 300, "'; DROP TABLE users; --", "<script>alert(1)</script>", "../../etc/passwd",
    "９９９", "-1", "1e309", str(2**70), "%00", "{}", "\u202e", " ", "𝔘",
)  # fmt: skip
BROKEN = (
    b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"name":"\\ud800"}', b"[" * 500,
    b'{"numbers":[1e999]}', b'{"x":' * 300,
)  # fmt: skip
CSV = (
    b"\xff\xfe", b"phone\n" + b"\x00" * 50, b"PK\x03\x04", b'phone\n"2125550',
    b"phone\n" + b"9" * 9999,
    "phone\n２１２５５５０１８８\n=cmd|' /C calc'!A0\n".encode(),
)  # fmt: skip


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_names_and_words_break_nothing(busy: Web, strange: str) -> None:
    browser = busy.browser("ada")
    for line in HTTP:
        if line.name in ("POST /logout", "POST /login", "POST /setup", "POST /me/password"):
            continue
        names = [
            *OWN, "webhook", "file", "announcement", "upload", "erasure", "consent", "number",
            "proof", "trunk", "entry",
        ]  # fmt: skip
        path = line.path.format(**dict.fromkeys(names, quote(strange, safe="")))
        body = {"json": _everywhere(BODIES.get(line.name, {}), strange)}
        sent: dict[str, Any] = {"content": strange.encode()} if line.name in FILES else body
        asked = dict.fromkeys(
            ("n", "page", "after", "since", "country", "campaign", "law", "first"), strange
        )
        for params in ({}, asked):
            said = browser.request(line.method, path, params=params, **sent)
            assert said.status_code < 500, (line.name, said.text)
            assert "Traceback" not in said.text


@pytest.mark.parametrize("broken", BROKEN)
def test_broken_bodies_are_told_as_such(busy: Web, broken: bytes) -> None:
    shift.promised(busy.home, "vip", "12125550177", NINE + 60, "bob")
    browser = busy.browser("ada")
    for line in HTTP:
        if line.name in BODIES and line.name not in FILES:
            path = line.path.format(
                **OWN, webhook="1", announcement="d1-7", upload="0" * 64, number="1", trunk="lab",
                entry="1",
            )  # fmt: skip
            said = browser.request(line.method, path, content=broken)
            assert said.status_code in (400, 401, 422, 403), (line.name, said.status_code)


@pytest.mark.parametrize("content", CSV)
def test_broken_files_are_told_as_such(busy: Web, content: bytes) -> None:
    browser = busy.browser("ada")
    for path in ("/api/v1/lists/odd/import", "/api/v1/dnc/import", "/api/v1/uploads"):
        said = browser.post(path, content=content, headers={"content-type": "text/csv"})
        assert said.status_code in (200, 201, 422), said.text
    if said.status_code == 201:
        kept = said.json()["upload"]
        seen = browser.post(f"/api/v1/uploads/{kept}/preview", json={})
        assert seen.status_code in (200, 422), seen.text


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_credentials_are_wrong_credentials(busy: Web, strange: str) -> None:
    client = busy.anybody()
    said = client.post("/login", json={"name": strange, "password": strange})
    assert said.status_code in (401, 429)
    for headers in (
        {"authorization": f"Bearer {strange.encode()!r}"},
        {"cookie": "dialer-session=x y"},
    ):
        assert client.get("/me", headers=headers).status_code == 401


def _everywhere(body: Any, strange: str) -> Any:
    if isinstance(body, dict):
        return {key: _everywhere(value, strange) for key, value in body.items()}
    return [_everywhere(one, strange) for one in body] if isinstance(body, list) else strange
