"""The application: routes behind one gate, headers on every answer, problems told as problems."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from dialer.api import entrance
from dialer.api.gate import gate
from dialer.api.headers import with_headers
from dialer.api.house import House
from dialer.api.problems import HANDLERS

BODY_MAX = 1_000_000
"Bytes of a body, except where a file comes in."


def app(house: House) -> Litestar:
    """All routes, for this house."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        yield
        house.close()

    made = Litestar(
        route_handlers=[*_handlers()],
        guards=[gate],
        dependencies={"house": Provide(lambda: house, sync_to_thread=False)},
        exception_handlers={**HANDLERS},
        lifespan=[lifespan],
        openapi_config=_openapi(),
        request_max_body_size=BODY_MAX,
        logging_config=None,
        debug=False,
    )
    made.state.house = house
    made.asgi_handler = with_headers(made.asgi_handler, secure=house.secure)
    return made


def _handlers() -> list[Any]:
    return [
        entrance.set_up, entrance.log_in, entrance.log_out, entrance.me, entrance.change_password,
    ]  # fmt: skip


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Predictive dialer",
        version="1",
        render_plugins=[JsonRenderPlugin()],
        openapi_router=Router("/api/v1/schema", route_handlers=[], opt={"open": True}),
        security=[{"key": []}, {"session": []}],
        components=Components(
            security_schemes={
                "key": SecurityScheme(type="http", scheme="bearer"),
                "session": SecurityScheme(
                    type="apiKey", name="dialer-session", security_scheme_in="cookie"
                ),
            }
        ),
    )
