"""A small identity provider, served over a real port: consent is given, everything else is checked.

It signs with RS256, keeps codes for one use, asks for PKCE and for the client's secret.
"""

import base64
import hashlib
import secrets
import socket
import threading
import time
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from litestar import Litestar, Request, get, post
from litestar.response import Redirect

SECRET = "the client's secret"


class Idp:
    """The provider; `person` is who sits before the browser, `spoilt` what it gets wrong."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.issuer = f"http://127.0.0.1:{self.port}/realms/floor"
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.person: dict[str, Any] = {
            "sub": "u-17", "preferred_username": "Dora", "groups": ["floor"],
        }  # fmt: skip
        self.spoilt: dict[str, Any] = {}
        self.signs_with: RSAKey = self.key
        self.codes: dict[str, dict[str, str]] = {}
        config = uvicorn.Config(self._app(), port=self.port, log_config=None)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> "Idp":
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def _app(self) -> Litestar:
        @get("/realms/floor/.well-known/openid-configuration")
        async def told() -> dict[str, str]:
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }

        @get("/realms/floor/keys")
        async def keys() -> dict[str, Any]:
            return dict(KeySet([self.key]).as_dict(private=False))

        @get("/realms/floor/authorize")
        async def authorize(request: Request[Any, Any, Any]) -> Redirect:
            asked = dict(request.query_params)
            assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked
            back = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
            return Redirect(f"{asked['redirect_uri']}?{back}", status_code=302)

        @post("/realms/floor/token", status_code=200)
        async def token(request: Request[Any, Any, Any]) -> dict[str, Any]:
            form = {key: one[0] for key, one in parse_qs((await request.body()).decode()).items()}
            return self._token(form, request.headers.get("authorization", ""))

        return Litestar([told, keys, authorize, token], openapi_config=None, logging_config=None)

    def _token(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        asked = self.codes.pop(form["code"], None)
        who = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if asked is None or who != "dialer:the%20client%27s%20secret":
            return {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        right = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if right != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": "dialer", "iat": now, "exp": now + 60,
            "nonce": asked["nonce"], **self.person, **self.spoilt,
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.signs_with)
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed}
