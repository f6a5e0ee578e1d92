"""Serving the application: on loopback, or with TLS; and the token that makes the first account."""

import os

import uvicorn

from dialer import client, logs
from dialer.access import browser
from dialer.access.store import Access
from dialer.api.app import app
from dialer.api.house import House
from dialer.errors import SettingsError
from dialer.ports import Clock
from dialer.settings import Settings
from dialer.settings.web import Web

FRAME_MAX = 65_536
"Bytes that a browser may send in one WebSocket message."
WAITING_MAX = 1000
"Connections at once: some 240 desks, each with a WebSocket and a request or two, and programs."


def must_be_safe(web: Web) -> None:
    """Refuse to be reached by others without TLS, and certificates that are not there."""
    if not browser.may_listen(web.address, tls=web.certificate is not None):
        raise SettingsError(
            f"web.address = {web.address!r}: others would reach it, and passwords cross the net "
            "unprotected. Set web.certificate and web.key, or listen on 127.0.0.1"
        )
    for name in ("certificate", "key"):
        file = getattr(web, name)
        if file is not None and not os.access(file, os.R_OK):
            raise SettingsError(f"web.{name} = '{file}': there is no such file, or it is not ours")


def first_token(settings: Settings, access: Access, at: float) -> bool:
    """While there are no accounts, leave a token for the first one; whether it was."""
    token = access.first_token(at=at)
    if token is None:
        settings.first_token.unlink(missing_ok=True)
        return False
    settings.first_token.unlink(missing_ok=True)
    file = os.open(settings.first_token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as written:
        written.write(f"{token}\n")
    return True


def serve(settings: Settings, clock: Clock) -> None:
    """Serve until a signal."""
    web = settings.web
    must_be_safe(web)
    settings.home.mkdir(parents=True, exist_ok=True)
    with Access.at(settings.home) as access:
        if first_token(settings, access, clock()):
            _log.warning("no accounts yet: POST /setup takes the token", path=settings.first_token)
    house = House.at(
        settings,
        knock=lambda: client.connected_async(settings.socket),
        clock=clock,
    )
    _log.info("web process serves", port=web.port)
    uvicorn.Server(_config(house, web)).run()


def _config(house: House, web: Web) -> uvicorn.Config:
    return uvicorn.Config(
        app(house),
        host=web.address,
        port=web.port,
        ssl_certfile=web.certificate,
        ssl_keyfile=web.key,
        proxy_headers=web.behind_proxy,
        forwarded_allow_ips="127.0.0.1,::1",
        log_config=None,
        access_log=False,  # paths hold ids of leads and calls
        server_header=False,
        limit_concurrency=WAITING_MAX,
        timeout_graceful_shutdown=3,
        ws="wsproto",
        ws_max_size=FRAME_MAX,
    )


_log = logs.get(__name__)
