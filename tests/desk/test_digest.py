"""The right signature on the softphone's way to Asterisk."""

import pytest

from dialer.desk.digest import signed

REGISTER = (
    "REGISTER sip:dialer.invalid SIP/2.0\r\n"
    "To: <sip:bob@dialer.invalid>\r\n"
    'Authorization: Digest algorithm=MD5, username="{user}", realm="asterisk", nonce="abc/1=", '
    'uri="sip:dialer.invalid", response="{response}", opaque="77", qop={qop}, cnonce="d3", '
    "nc=00000001\r\n"
    "Content-Length: 0\r\n\r\n{body}"
)
RIGHT = "1572266393bec42f9baf77ff697082b6"


def register(user: str = "bob", response: str = "0" * 32, qop: str = "auth", body: str = "") -> str:
    return REGISTER.format(user=user, response=response, qop=qop, body=body)


def test_ones_own_telephone_is_signed_with_the_password() -> None:
    assert signed(register(), "bob", "pw-of-bob") == register(response=RIGHT)


def test_the_example_of_rfc_2617() -> None:
    asked = (
        "GET /dir/index.html HTTP/1.1\r\n"
        'Authorization: Digest username="Mufasa", realm="testrealm@host.com", '
        'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth, '
        'nc=00000001, cnonce="0a4f113b", response="", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
        "\r\n\r\n"
    )
    said = signed(asked, "Mufasa", "Circle Of Life")
    assert 'response="6629fae49393a05397450978507c4ef1"' in said


@pytest.mark.parametrize(
    "message",
    [
        register(user="eva"),
        register(qop="auth-int"),
        "OPTIONS sip:x SIP/2.0\r\nVia: y\r\n\r\n" + register().split("\r\n")[2],
        "\r\n\r\n",
        "",
    ],
    ids=["another's telephone", "another kind", "in the body", "keep-alive", "nothing"],
)
def test_anything_else_is_passed_as_it_is(message: str) -> None:
    assert signed(message, "bob", "pw-of-bob") == message
