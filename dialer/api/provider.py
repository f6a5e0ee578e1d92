"""The conversation with an identity provider: OpenID Connect's code flow, PKCE, state and nonce.

What it sends is believed when its signature, issuer, audience, time and nonce are right, and not
before. Keys and signatures are joserfc's business.
"""

import secrets
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dialer.access.browser import is_loopback
from dialer.access.store import Arrived
from dialer.errors import DialerError, SettingsError
from dialer.ports import Clock
from dialer.settings.web import Oidc

ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
"Signatures that are taken: none of them with a secret that both sides know, and not `none`."
WITHIN_S = 10.0
BYTES = 500_000
LEEWAY_S = 60
"How far the two clocks may differ."


class NotVouched(DialerError):
    """The provider does not answer as it must, or vouches for nobody."""


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A log-in that is under way at the provider."""

    state: str
    nonce: str
    verifier: str
    at: float


class Provider:
    """The one of the settings."""

    def __init__(self, settings: Oidc, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._secret = _secret(settings)
        self._back = f"{settings.address.rstrip('/')}/oidc/end"

    async def asked(self, at: float) -> tuple[Begun, str]:
        """A new log-in, and where the browser is sent for it."""
        begun = Begun(
            state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48), at=at,
        )  # fmt: skip
        async with _session() as web:
            where = (await self._told(web))["authorization_endpoint"]
        challenge = urlsafe_b64encode(sha256(begun.verifier.encode()).digest()).rstrip(b"=")
        query = urlencode({
            "response_type": "code", "client_id": self._settings.client, "scope": "openid profile",
            "redirect_uri": self._back, "state": begun.state, "nonce": begun.nonce,
            "code_challenge": challenge.decode(), "code_challenge_method": "S256",
        })  # fmt: skip
        return begun, f"{where}{'&' if '?' in where else '?'}{query}"

    async def vouched(self, code: str, begun: Begun) -> Arrived:
        """Who came back with this code. `NotVouched` says why nobody did."""
        async with _session() as web:
            told = await self._told(web)
            bought = await self._bought(web, told["token_endpoint"], code, begun.verifier)
            keys = await _json(web, "GET", told["jwks_uri"])
        try:
            claims = jwt.decode(
                str(bought.get("id_token", "")), KeySet.import_key_set(keys),  # type: ignore[arg-type]
                algorithms=ALGORITHMS,
            ).claims  # fmt: skip
            self._must_be_meant_for_us(claims, begun.nonce)
        except (JoseError, ValueError, KeyError, TypeError) as why:
            raise NotVouched(f"the provider's ID token is not good: {type(why).__name__}") from why
        return self._arrived(claims)

    def _must_be_meant_for_us(self, claims: dict[str, Any], nonce: str) -> None:
        ours = self._settings
        jwt.JWTClaimsRegistry(
            now=int(self._clock()), leeway=LEEWAY_S,
            iss={"essential": True, "value": ours.issuer},
            aud={"essential": True, "value": ours.client},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True}, exp={"essential": True}, iat={"essential": True},
        ).validate(claims)  # fmt: skip
        others = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if claims.get("azp", ours.client) != ours.client or (
            len(others) > 1 and "azp" not in claims
        ):
            raise ValueError("azp")
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise ValueError("sub")

    def _arrived(self, claims: dict[str, Any]) -> Arrived:
        ours = self._settings
        groups = claims.get(ours.groups_claim)
        groups = groups if isinstance(groups, list) else [groups]
        name = claims.get(ours.name_claim)
        role = ours.role_of([one for one in groups if isinstance(one, str)])
        return Arrived(
            issuer=ours.issuer, subject=claims["sub"],
            name=name.partition("@")[0].strip().lower() if isinstance(name, str) else "",
            role=role or None,  # type: ignore[arg-type]
            follows=bool(ours.roles),
        )  # fmt: skip

    async def _told(self, web: aiohttp.ClientSession) -> dict[str, str]:
        where = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        told = await _json(web, "GET", where)
        if told.get("issuer") != self._settings.issuer:
            raise NotVouched(f"{where} does not speak for oidc.issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not _is_safe(told.get(name)):
                raise NotVouched(f"{where}: {name} is missing, or not https")
        return told

    async def _bought(
        self, web: aiohttp.ClientSession, where: str, code: str, verifier: str
    ) -> dict[str, Any]:
        ours = self._settings
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._back,
                "code_verifier": verifier}  # fmt: skip
        if self._secret:
            who = f"{quote(ours.client, safe='')}:{quote(self._secret, safe='')}".encode()
            head = {"authorization": f"Basic {b64encode(who).decode()}"}
            return await _json(web, "POST", where, data=form, headers=head)
        return await _json(web, "POST", where, data={**form, "client_id": ours.client})


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WITHIN_S))


async def _json(web: aiohttp.ClientSession, method: str, url: str, **sent: Any) -> dict[str, Any]:
    try:
        async with web.request(method, url, allow_redirects=False, **sent) as answer:
            body = await answer.content.read(BYTES)
            while len(body) < BYTES and (more := await answer.content.read(BYTES - len(body))):
                body += more
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError) as why:
        raise NotVouched(f"the provider cannot be reached: {type(why).__name__}") from why
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError:
        told = {}
    if status != 200 or not told:
        raise NotVouched(f"the provider answered {status} where it must say something")
    return told


def _is_safe(url: object) -> bool:
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def _secret(settings: Oidc) -> str:
    if settings.secret_file is None:
        return ""
    try:
        return settings.secret_file.read_text().strip()
    except (OSError, UnicodeDecodeError) as why:
        raise SettingsError(f"oidc.secret_file = '{settings.secret_file}': unreadable") from why
