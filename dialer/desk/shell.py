"""The house's door in a browser: first start, log-in, and whatever the pages load."""

from html import escape
from typing import Annotated, Any

from litestar import Request, Response
from litestar.params import FromPath, Parameter
from litestar.response import Redirect

from dialer.access import browser
from dialer.api.gate import visitor_or_none
from dialer.api.house import Here, House
from dialer.api.problems import Refused
from dialer.api.table import route
from dialer.api.visitor import Visitor
from dialer.desk import files
from dialer.desk.pages import Reader, landing, page
from dialer.i18n import LANGUAGES, best

LANGUAGE = "dialer-language"
"The cookie that keeps a choice of language."
FOR_EVER = "public, max-age=31536000, immutable"
LOOK_AGAIN = "public, no-cache"

Asking = Request[Any, Any, Any]


@route("PAGE /")
async def door(request: Asking, house: Here) -> Response[Any]:
    """On to where somebody belongs."""
    if not await house.access(lambda access: access.accounts.users()):
        return _to("/first-run")
    visitor = await visitor_or_none(request, house)
    if visitor is None or visitor.must_change:
        return _to("/login")
    where = landing(visitor.user)
    return _to(where) if where else shown(request, house, "nothing", visitor)


@route("PAGE /first-run")
async def first_run(request: Asking, house: Here) -> Response[Any]:
    """The first superuser, while there are no accounts."""
    if await house.access(lambda access: access.accounts.users()):
        return _to("/login")
    return shown(request, house, "first-run", home=str(house.home))


@route("PAGE /login")
async def login(request: Asking, house: Here) -> Response[Any]:
    """Log in; or choose a password of one's own, where that must be."""
    visitor = await visitor_or_none(request, house)
    if visitor is not None and not visitor.must_change:
        return _to("/")
    by_provider = _BY_PROVIDER if house.provider is not None else ""
    return shown(request, house, "login", visitor, provider=by_provider)


@route("PAGE /account")
async def account(request: Asking, house: Here) -> Response[Any]:
    """One's own log-in: what it shows and changes, it asks of the API."""
    visitor: Visitor = request.user
    return shown(request, house, "account", visitor, user=escape(visitor.user.name))


@route("PAGE /static/{version}/{file}")
async def static(
    request: Asking,
    version: FromPath[str],
    file: Annotated[str, Parameter()],
) -> Response[bytes]:
    """Something that a page loads. Of another version than ours it is not kept."""
    found = files.files().get(file.lstrip("/"))
    if found is None:
        raise Refused(404)
    kept = FOR_EVER if version == files.version() else LOOK_AGAIN
    headers = {"etag": found.tag, "cache-control": kept}
    if request.headers.get("if-none-match") == found.tag:
        return Response(b"", status_code=304, headers=headers)
    return Response(found.body, media_type=found.kind, headers=headers)


HANDLERS = (door, first_run, login, account, static)


_BY_PROVIDER = '<p><a class="button" href="/oidc/begin" data-t="login.provider"></a></p>'


def shown(
    request: Asking, house: House, name: str, visitor: Visitor | None = None, **values: str
) -> Response[str]:
    """A page of ours, for who asks, in his language."""
    reader = Reader(
        language=language_of(request),
        user=visitor.user if visitor else None,
        csrf=browser.csrf_of(visitor.token) if visitor and visitor.token else "",
        must_change=visitor.must_change if visitor else False,
    )
    told = browser.headers(tls=house.secure, page=True)
    return Response(page(name, reader, **values), media_type="text/html",
                    headers=told)  # fmt: skip


def language_of(request: Asking) -> str:
    """The language chosen, or the browser's."""
    chosen = request.cookies.get(LANGUAGE, "")
    return chosen if chosen in LANGUAGES else best(request.headers.get("accept-language"))


def _to(where: str) -> Redirect:
    return Redirect(where, status_code=303)
