"""The application: routes behind one gate, headers on every answer, problems told as problems."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from dialer.api import (
    agents,
    announcements,
    board,
    calendar,
    callbacks,
    caller_ids,
    calls,
    campaigns,
    consents,
    dnc,
    entrance,
    exchanges,
    factors,
    hooks,
    imports,
    keys,
    leads,
    lists,
    live,
    monitors,
    oidc,
    openings,
    persons,
    pricelists,
    ratings,
    recordings,
    state,
    tariffs,
    teams,
    trail,
    users,
)
from dialer.api.alerting import Alerting
from dialer.api.delivery import sent
from dialer.api.erasing import Erasing
from dialer.api.gate import gate
from dialer.api.headers import with_headers
from dialer.api.house import House, in_thread
from dialer.api.importing import Importing
from dialer.api.newsroom import Newsroom
from dialer.api.outbox import Outbox
from dialer.api.postman import Postman, Send
from dialer.api.problems import HANDLERS
from dialer.api.rerating import Rerating
from dialer.desk import administration, desk, floor, shell, sip, supervisor
from dialer.desk import announcements as announcements_page
from dialer.desk import lists as lists_page
from dialer.desk import live as desk_live
from dialer.desk import tariffs as tariffs_page
from dialer.desk.desks import Desks
from dialer.desk.floor import Floor

ROOMS = (
    entrance, factors, oidc, campaigns, lists, imports, leads, persons, callbacks, agents, calls,
    calendar, caller_ids, dnc, consents, hooks, state, live, users, teams, keys, trail, monitors,
    recordings, openings, ratings, tariffs, exchanges, pricelists, shell, administration,
    announcements, announcements_page, lists_page, tariffs_page, desk, desk_live, sip, supervisor,
    floor, board,
)  # fmt: skip
"Where the handlers are."
BODY_MAX = 1_000_000
"Bytes of a body, except where a file comes in."


def app(house: House, send: Send = sent) -> Litestar:
    """All routes, for this house."""
    newsroom = Newsroom(house)
    desks = Desks(house, newsroom)
    watched = Floor(house)
    importing, rerating = Importing(house), Rerating(house)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        outbox = await in_thread(Outbox, house.home)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(newsroom.run)
            tasks.start_soon(desks.run)
            tasks.start_soon(watched.run)
            tasks.start_soon(importing.run)
            tasks.start_soon(rerating.run)
            postman = Postman(outbox, newsroom, send, house.clock)
            tasks.start_soon(postman.run)
            tasks.start_soon(Alerting(house, newsroom, postman).run)
            tasks.start_soon(Erasing(house).run)
            yield
            importing.close()
            rerating.close()
            tasks.cancel_scope.cancel()
        await desks.lines.close()
        outbox.close()
        house.close()

    made = Litestar(
        route_handlers=[one for room in ROOMS for one in room.HANDLERS],
        guards=[gate],
        dependencies={"house": Provide(lambda: house, sync_to_thread=False)},
        exception_handlers={**HANDLERS},
        lifespan=[lifespan],
        openapi_config=_openapi(),
        request_max_body_size=BODY_MAX,
        logging_config=None,
        debug=False,
    )
    made.state.house, made.state.newsroom, made.state.desks = house, newsroom, desks
    made.state.floor, made.state.importing = watched, importing
    made.state.rerating = rerating
    made.asgi_handler = with_headers(made.asgi_handler, secure=house.secure)
    return made


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
