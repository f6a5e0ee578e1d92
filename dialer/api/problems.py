"""What went wrong, as RFC 9457 has it: what, where, and what to do. Never a traceback or a person.

A table of our errors and their status; whatever else is raised is ours to mend: it is logged, and
who asked is told no more than that.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from dialer import errors, logs

MEDIA = "application/problem+json"

STATUS: Mapping[type[errors.DialerError], int] = {
    errors.DialerError: 409,
    errors.SettingsError: 422,
    errors.JournalError: 503,
    errors.NoServer: 503,
    errors.OrderRefused: 409,
    errors.AccessError: 422,
    errors.AccessRefused: 403,
    errors.ImportRefused: 422,
    errors.Misgiven: 422,
    errors.QueryError: 503,
}

MENDS: Mapping[int, str] = {
    400: "The request is not as the API describes it; `errors` names what is wrong.",
    401: "Log in at POST /login, or send `Authorization: Bearer` with an API key.",
    403: "Your role, scope, grants or API key do not reach this.",
    404: "There is nothing of this name here, or you may not see it.",
    405: "The API has no such method here: see /api/v1/schema/openapi.json.",
    413: "The body is too large.",
    415: "This kind of content is not taken here: see /api/v1/schema/openapi.json.",
    429: "Wait as long as Retry-After says.",
    500: "This is a mistake of ours: it is in the log.",
}
"What to do, where the error itself does not say."


class Refused(HTTPException):
    """A request is refused, with its reason: as `DialerError` has it."""

    def __init__(
        self, status: int, why: str = "", reason: str = "", /, *, wait_s: float | None = None,
        **values: errors.Value,
    ) -> None:  # fmt: skip
        headers = {"Retry-After": str(int(wait_s) + 1)} if wait_s is not None else None
        super().__init__(detail=why or MENDS[status], status_code=status, headers=headers)
        self.reason, self.values = reason, values

    def because(self, error: errors.DialerError) -> "Refused":
        """For the reason that this error has."""
        self.reason, self.values = error.reason, error.values
        return self


def of_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """A refusal of ours or of the framework, whose words may hold a URL: only ours are told."""
    status = error.status_code
    if status in (401, 403) and (line := _line(request)) and line.method == "PAGE":
        # A person is no program: who is not logged in does that first, who may not goes home.
        where = f"/login?to={quote(request.scope['path'])}" if status == 401 else "/"
        return Redirect(where, status_code=303)
    if status >= 500:
        _log.error("a request failed", code=status, exc_info=error)
    said = error.detail if isinstance(error, Refused) else MENDS.get(status, "")
    headers = {k: v for k, v in (error.headers or {}).items() if k.lower() in _PASSED}
    wrong = _wrong(error.extra)
    if isinstance(error, Refused):
        reason = _reason(error)
    elif fields := ", ".join(map(_field, wrong)):
        reason = {"reason": "fields", "values": {"fields": fields}}
    else:
        reason = {}
    return _problem(request, status, said, headers=headers, wrong=wrong, reason=reason)


def of_dialer(request: Request[Any, Any, Any], error: errors.DialerError) -> Response[Any]:
    """What somebody must mend, in the error's own words."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    headers = {"Retry-After": "5"} if status == 503 else {}
    return _problem(request, status, logs.text(error), headers=headers, reason=_reason(error))


def of_us(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A bug."""
    _log.error("a request failed", code=500, exc_info=error)
    return _problem(request, 500, MENDS[500])


HANDLERS: dict[int | type[Exception], Any] = {
    HTTPException: of_http,
    errors.DialerError: of_dialer,
    Exception: of_us,
}

_PASSED = frozenset({"retry-after", "allow", "www-authenticate"})


def _problem(
    request: Request[Any, Any, Any], status: int, said: str, *,
    headers: Mapping[str, str] = {}, wrong: list[dict[str, str]] | None = None,
    reason: Mapping[str, Any] = {},
) -> Response[Any]:  # fmt: skip
    body = {
        "type": "about:blank", "title": HTTPStatus(status).phrase, "status": status,
        "detail": said, "instance": _where(request),
    }  # fmt: skip
    if wrong:
        body["errors"] = wrong
    body |= reason
    return Response(body, status_code=status, media_type=MEDIA, headers=dict(headers))


def _reason(error: Refused | errors.DialerError) -> dict[str, Any]:
    """By what a page has words of its own for it; nothing of it tells more than the detail."""
    if not error.reason:
        return {}
    return {"reason": error.reason, **({"values": told(error.values)} if error.values else {})}


def told(values: Mapping[str, errors.Value]) -> dict[str, errors.Value]:
    """Values as they may be told: without numbers of people."""
    return {gap: _told(one) for gap, one in values.items()}


def _told(value: errors.Value) -> errors.Value:
    if isinstance(value, Mapping):
        return {**value, **({"values": told(value["values"])} if "values" in value else {})}
    return logs.text(value) if isinstance(value, str) else value


def _where(request: Request[Any, Any, Any]) -> str:
    """The route, not the path: what stands in a path may be anybody's."""
    line = _line(request)
    return line.path if line is not None else ""


def _line(request: Request[Any, Any, Any]) -> Any:
    handler = request.scope.get("route_handler")
    return handler.opt.get("route") if handler is not None else None


def _wrong(extra: Any) -> list[dict[str, str]]:
    """Which fields are wrong, without what they held."""
    found = extra if isinstance(extra, list) else []
    return [
        {key: logs.text(one[key]) for key in ("key", "message", "source") if key in one}
        for one in found
        if isinstance(one, dict)
    ]


def _field(wrong: Mapping[str, str]) -> str:
    """The name of a field that is wrong: of a query, or of a body, by what the framework says.

    >>> _field({"key": "data", "message": "Object missing required field `password`"})
    'password'
    """
    found = _IN_A_BODY.search(wrong.get("message", ""))
    return (found[1] or found[2]) if found else wrong.get("key", "")


_IN_A_BODY = re.compile(r"at `\$\.([\w.]+)|field `(\w+)`")
_log = logs.get(__name__)
