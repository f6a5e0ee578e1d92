"""A small Asterisk that answers as the real one was measured to: also late, wrongly, or not at all.

It keeps channels and bridges, sends events to the newest connection of an application, and never
sends anything twice. A test bends it: `lose`, `refuse`, `drop`, `mute`.
"""

import asyncio
import itertools
import json
import re
import urllib.parse
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, encode_basic_auth, web

from dialer.asterisk.settings import AsteriskSettings

USER, PASSWORD, APP = "dialer", "a-secret", "dialer"
Reply = tuple[int, Any]
Rule = Callable[[str, str], bool]

_EVENTS_API = {
    "basePath": "http://elsewhere.invalid:8088/ari",
    "resourcePath": "/api-docs/events.{format}",
    "apiVersion": "1", "swaggerVersion": "1.1", "models": {},
    "apis": [
        {
            "path": "/events",
            "description": "",
            "operations": [
                {
                    "httpMethod": "GET", "upgrade": "websocket", "nickname": "eventWebsocket",
                    "summary": "", "responseClass": "Message",
                    "parameters": [
                        {"name": "app", "paramType": "query", "required": True,
                         "allowMultiple": True, "dataType": "string"},
                    ],
                }
            ],
        }
    ],
}  # fmt: skip
_RESOURCES = {
    "basePath": "http://elsewhere.invalid:8088/ari", "apiVersion": "1", "swaggerVersion": "1.1",
    "apis": [{"path": "/api-docs/events.{format}", "description": ""}],
}  # fmt: skip


class FakeAsterisk:
    """Its state, its log, its bad manners."""

    def __init__(self) -> None:
        self.channels: dict[str, dict[str, Any]] = {}
        self.bridges: dict[str, set[str]] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        "Every request that took effect: method, path, query."
        self.variables: dict[str, str] = {}
        self.behaviour: Callable[[str], None] = lambda call: None
        "What an originated call does."
        self.events_to: dict[str, web.WebSocketResponse] = {}
        self.sockets: list[web.WebSocketResponse] = []
        self.unauthorised = 0
        self.is_muted = False
        self.port = 0
        self.began = "2020-01-01T00:00:00.000+0000"
        self._lost: list[Rule] = []
        self._refused: list[tuple[Rule, Reply]] = []
        self._packets = itertools.count()
        self._ports = itertools.count(20000, 2)

    # ---- bad manners ----
    def lose(self, method: str, path: str) -> None:
        """The next such request takes effect, its reply is lost."""
        self._lost.append(_rule(method, path))

    def refuse(self, method: str, path: str, status: int, why: str) -> None:
        """The next such request gets this instead, and has no effect."""
        self._refused.append((_rule(method, path), (status, {"message": why})))

    async def drop(self) -> None:
        """Every connection ends."""
        for socket in list(self.sockets):
            await socket.close()

    # ---- what happens on the line ----
    def say(self, kind: str, channel: str = "", **more: Any) -> None:
        """Send an event to the application."""
        said = {"type": kind, "timestamp": _now(), "application": APP, **more}
        if channel:
            key = "peer" if kind == "Dial" else "channel"
            said[key] = self.channels.get(channel, {"id": channel, "state": "Down"})
        socket = self.events_to.get(APP)
        if socket and not socket.closed and not self.is_muted:
            asyncio.get_running_loop().create_task(socket.send_str(json.dumps(said)))

    def ring(self, call: str) -> None:
        self.channels[call]["state"] = "Ringing"
        self.say("ChannelStateChange", call)
        self.say("Dial", call, dialstatus="RINGING")

    def answer(self, call: str, *, enters: bool = True) -> None:
        self.channels[call]["state"] = "Up"
        self.say("ChannelStateChange", call)
        self.say("Dial", call, dialstatus="ANSWER")
        if enters:
            self.enter(call)

    def enter(self, call: str) -> None:
        """The dial plan hands him over."""
        self.say("StasisStart", call, args=["out"])

    def end(self, channel: str, cause: int = 16, sip: int | None = None) -> None:
        tech = {} if sip is None else {"tech_cause": sip}
        if channel in self.channels:
            self.say("ChannelDestroyed", channel, cause=cause, **tech)
            del self.channels[channel]
            for members in self.bridges.values():
                members.discard(channel)
            snoop = channel.replace("d1-", "d1s-")
            if snoop in self.channels and snoop != channel:
                self.end(snoop)

    # ---- requests ----
    def carry_out(self, method: str, path: str, query: dict[str, str], body: Any) -> Reply:
        for index, (rule, reply) in enumerate(self._refused):
            if rule(method, path):
                del self._refused[index]
                return reply
        self.asked.append((method, path, query | (body or {}).get("variables", {})))
        parts = path.split("/")
        match method, parts:
            case "POST", ["channels"]:
                return self._originate(query)
            case "POST", ["channels", "externalMedia"]:
                port = str(next(self._ports))
                return self._enter(query["channelId"], channelvars={"UNICASTRTP_LOCAL_PORT": port})
            case "POST", ["channels", "create"]:
                return self._enter(query["channelId"])
            case "POST", ["channels", channel, "snoop", snoop]:
                return self._enter(snoop) if channel in self.channels else _MISSING
            case "POST", ["channels", channel, "dial"]:
                self.channels[channel]["state"] = "Up"
                self.say("ChannelStateChange", channel)
                return 204, None
            case "POST", ["bridges", bridge, "addChannel"]:
                return self._join(bridge, query["channel"].split(","))
            case "POST", ["bridges", bridge]:
                self.bridges[bridge] = set()
                return 200, {"id": bridge}
            case "POST", ["asterisk", "variable"]:
                self.variables[query["variable"]] = query["value"]
                return 204, None
            case "POST", ["events", "user", name]:
                self.say("ChannelUserevent", eventname=name, userevent={"eventname": name})
                return 204, None
            case "GET", ["channels"]:
                return 200, list(self.channels.values())
            case "GET", ["bridges"]:
                return 200, [{"id": b, "channels": sorted(m)} for b, m in self.bridges.items()]
            case "GET", ["asterisk", "info"]:
                return 200, {"status": {"startup_time": self.began}}
            case "GET", ["endpoints", _, _]:
                return 200, {"state": "online"}
            case "GET", ["channels", channel, "variable"]:
                return 200, {"value": "1000.5"}
            case "GET", ["channels", channel, "rtp_statistics"]:
                return (
                    (200, {"rxcount": next(self._packets)})
                    if channel in self.channels
                    else (_MISSING)
                )
            case "GET", ["channels", channel]:
                return (200, self.channels[channel]) if channel in self.channels else _MISSING
            case "DELETE", ["channels", channel]:
                if channel not in self.channels:
                    return _MISSING
                self.say("ChannelHangupRequest", channel, cause=32, soft=True)
                self.end(channel)
                return 204, None
            case "DELETE", ["bridges", bridge]:
                return (204, None) if self.bridges.pop(bridge, None) is not None else _MISSING
            case _, ["channels", channel, *_]:
                return (204, None) if channel in self.channels else _MISSING
        return 204, None

    def _originate(self, query: dict[str, str]) -> Reply:
        call = query["channelId"]
        if any(one.lower().startswith(call.lower()) for one in self.channels):
            return 409, {"message": "already exists"}
        self.channels[call] = {"id": call, "state": "Down", "dialplan": {"exten": "s"}}
        self.say("ChannelCreated", call)
        self.say("Dial", call, dialstatus="")
        self.behaviour(call)
        return 200, {"id": call, "state": "Down"}

    def _enter(self, channel: str, **more: Any) -> Reply:
        self.channels[channel] = {"id": channel, "state": "Down", **more}
        self.say("StasisStart", channel, args=[])
        return 200, self.channels[channel]

    def _join(self, bridge: str, channels: list[str]) -> Reply:
        if bridge not in self.bridges:
            return 404, {"message": "Bridge not found"}
        for channel in channels:
            for other, members in self.bridges.items():
                if channel in members:
                    members.discard(channel)
                    self.say("ChannelLeftBridge", channel, bridge={"id": other})
            self.bridges[bridge].add(channel)
            self.say("ChannelEnteredBridge", channel, bridge={"id": bridge})
        return 204, None

    # ---- the wire ----
    async def _docs(self, request: web.Request) -> web.Response:
        self._check(request)
        name = request.match_info["name"]
        return web.json_response(_RESOURCES if name == "resources.json" else _EVENTS_API)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        self._check(request)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        app = request.query["app"]
        before = self.events_to.get(app)
        if before and not before.closed:
            await before.send_str(json.dumps({"type": "ApplicationReplaced", "application": app}))
        self.events_to[app] = socket
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._request(socket, json.loads(message.data))
        self.sockets.remove(socket)
        return socket

    async def _request(self, socket: web.WebSocketResponse, order: dict[str, Any]) -> None:
        path, _, text = order["uri"].partition("?")
        query = dict(urllib.parse.parse_qsl(text))
        body = json.loads(order["message_body"]) if "message_body" in order else None
        status, said = self.carry_out(order["method"], path, query, body)
        for index, rule in enumerate(self._lost):
            if rule(order["method"], path):
                del self._lost[index]
                return
        reply = {"type": "RESTResponse", "request_id": order["request_id"], "status_code": status}
        if said is not None:
            reply["message_body"] = json.dumps(said)
        await socket.send_str(json.dumps(reply))

    def _check(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        if given != encode_basic_auth(USER, PASSWORD) or "api_key" in request.query_string:
            self.unauthorised += 1
            raise web.HTTPUnauthorized


_MISSING: Reply = (404, {"message": "Channel not found"})


def _rule(method: str, path: str) -> Rule:
    return lambda m, p: m == method and re.fullmatch(path, p) is not None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")


@asynccontextmanager
async def fake_asterisk() -> AsyncIterator[FakeAsterisk]:
    """It listens on a port of its own."""
    asterisk = FakeAsterisk()
    app = web.Application()
    app.router.add_get("/ari/api-docs/{name}", asterisk._docs)
    app.router.add_get("/ari/events", asterisk._socket)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    asterisk.port = runner.addresses[0][1]
    try:
        yield asterisk
    finally:
        await runner.cleanup()


def settings(asterisk: FakeAsterisk, cdr_csv: Path) -> AsteriskSettings:
    """Impatient, so that tests are short."""
    return AsteriskSettings(
        url=f"http://127.0.0.1:{asterisk.port}", password=PASSWORD, cdr_csv=cdr_csv,
        rtp=(20000, 20199), patience_s=0.9, grace_s=0.05,
    )  # fmt: skip
