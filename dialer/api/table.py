"""Every route there is, what it asks of who comes, and to what it is done. The only such table.

A handler gets its route from here, the gate reads it before a handler runs, and OpenAPI tells it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec
from litestar import delete, get, post, put, websocket
from litestar.handlers import BaseRouteHandler

from dialer.access.permissions import TABLE

Kind = Literal[
    "-", "campaign", "list", "import", "lead", "agent", "call", "user", "team", "key", "callback"
]
"What the path names; `-` is nothing: the handler looks at each thing that it shows or changes."

OPEN = "open"
"Anybody, also who is not logged in."
ANY = "any"
"Whoever is logged in."


class Route(msgspec.Struct, frozen=True):
    """One line of the table."""

    method: str
    "That of HTTP; `PAGE` is a GET by a person, who is sent to the log-in where he must; `WS`."
    path: str
    permission: str
    "A name in `access.permissions.TABLE`, or `open`, or `any`."
    kind: Kind
    says: str

    @property
    def name(self) -> str:
        """As people say it: `GET /api/v1/campaigns`."""
        return f"{self.method} {self.path}"

    @property
    def needs(self) -> str:
        """What OpenAPI tells of it."""
        asked = {OPEN: "Needs no log-in.", ANY: "Needs a log-in or an API key."}
        return asked.get(self.permission) or f"Needs the permission `{self.permission}`."


_ROWS = """
PAGE /                                       open             -         to where one belongs
PAGE /first-run                              open             -         make the first superuser
PAGE /login                                  open             -         log in
PAGE /oidc/begin                             open             -         away to the provider
PAGE /oidc/end                               open             -         back from the provider
PAGE /supervisor                             floor.see        -         agents and calls, live
WS   /supervisor/live                        floor.see        -         the same, as it changes
PAGE /recordings                             floor.see        -         recordings, played
PAGE /lists                                  list.import      -         lists: import them
PAGE /tariffs                                tariff.see       -         what calls cost
PAGE /announcements                          setting.see      -         announcements, named
PAGE /administration                         audit.see        -         accounts, teams, keys, audit
PAGE /account                                any              -         one's own log-in
PAGE /desk                                   desk.use         -         take calls
WS   /desk/live                              desk.use         -         one's desk, as it stands
WS   /desk/sip                               desk.use         -         one's softphone's line
PAGE /static/{version}/{file}                open             -         what pages load

POST /setup                                  open             -         make the first superuser
POST /login                                  open             -         log in
POST /logout                                 any              -         log out
GET  /me                                     any              -         who am I, and what may I do
POST /me/password                            any              -         change my password
GET  /me/factor                              any              -         have I a second factor
POST /me/factor                              any              -         set one up
POST /me/factor/confirm                      any              -         its first code
POST /me/factor/off                          any              -         no second factor any more

GET  /api/v1/campaigns                       campaign.see     -         the campaigns in force
POST /api/v1/campaigns                       campaign.create  -         put a new campaign in force
GET  /api/v1/campaigns/{campaign}            campaign.see     campaign  one campaign
PUT  /api/v1/campaigns/{campaign}            campaign.edit    campaign  put a new version in force
GET  /api/v1/campaigns/{campaign}/preflight  campaign.see     campaign  who would be called, who not
GET  /api/v1/campaigns/{campaign}/versions   campaign.see     campaign  all its versions
PUT  /api/v1/campaigns/{campaign}/budget     limit.edit      campaign  what it may spend in a day
POST /api/v1/campaigns/{campaign}/pause      campaign.steer   campaign  place nothing more
POST /api/v1/campaigns/{campaign}/resume     campaign.steer   campaign  dial again
POST /api/v1/campaigns/{campaign}/stop       campaign.steer   campaign  cancel what rings, too

GET  /api/v1/lists                           list.see         -         the lists
POST /api/v1/lists/{list}/import             list.import      -         import leads from a file
GET  /api/v1/lists/{list}/rejects            list.export      list      rows that were not imported
POST /api/v1/uploads                         list.import      -         a file that waits
POST /api/v1/uploads/{upload}/preview        list.import      -         how it would be read
POST /api/v1/uploads/{upload}/import         list.import      -         make a list of it
GET  /api/v1/imports                         list.see         -         imports, how far they are
GET  /api/v1/imports/{import}                list.see         import    one of them
POST /api/v1/imports/{import}/stop           list.import      import    break it off
POST /api/v1/imports/{import}/resume         list.import      import    go on with it
GET  /api/v1/imports/{import}/rejects        list.export      import    rows it did not take
POST /api/v1/lists/{list}/archive            list.edit        list      put it away
POST /api/v1/lists/{list}/bring-back         list.edit        list      dial it again
GET  /api/v1/lists/{list}/export             list.export      list      take it away, as CSV
GET  /api/v1/lists/{list}/standing           list.see         list      how far it is worked
GET  /api/v1/lists/{list}/leads              lead.see         list      the leads of a list

POST /api/v1/leads/search                    lead.see         -         find leads by a number
GET  /api/v1/leads/{lead}                    lead.see         lead      one lead, numbers masked
POST /api/v1/leads/{lead}/reveal             lead.reveal      lead      its numbers; it is recorded

GET  /api/v1/callbacks                       callback.see     -         calls that are promised
PUT  /api/v1/callbacks/{callback}            callback.set     callback  another time, or by whom
DELETE /api/v1/callbacks/{callback}          callback.set     callback  nobody calls that lead again
POST /api/v1/leads/{lead}/evidence           lead.evidence    lead      all of its calls, as a zip

POST /api/v1/persons/export                  lead.export      -         all of a person, as a zip
POST /api/v1/persons/erase                   lead.erase       -         erase a person, with proof
GET  /api/v1/erasures                        lead.erase       -         who was erased, and how far
GET  /api/v1/erasures/{erasure}/proof        lead.erase       -         what was removed

GET  /api/v1/agents                          agent.see        -         agents and their states
POST /api/v1/agents/{agent}/pause            agent.steer      agent     no more calls for an agent
POST /api/v1/agents/{agent}/ready            agent.steer      agent     calls for an agent
POST /api/v1/agents/{agent}/log-out          agent.steer      agent     end an agent's shift
POST /api/v1/agents/{agent}/listen           monitor.listen   agent     hear an agent's call
POST /api/v1/agents/{agent}/whisper          monitor.whisper  agent     speak to the agent alone
POST /api/v1/agents/{agent}/barge            monitor.barge    agent     speak to both
POST /api/v1/agents/{agent}/recording/pause  recording.pause  agent     silence into the recording
POST /api/v1/agents/{agent}/recording/resume recording.pause  agent     the voices again
GET  /api/v1/monitor                         floor.see        -         phones to listen with
POST /api/v1/monitor/stop                    floor.see        -         listen no more

GET  /api/v1/calls                           call.see         -         records of ended calls
GET  /api/v1/calls/live                      call.see         -         calls that are under way
GET  /api/v1/calls/{call}                    call.see         call      the record of one call

GET  /api/v1/recordings                      recording.see    -         recordings of ended calls
GET  /api/v1/recordings/{call}               recording.see    call      one of them
POST /api/v1/recordings/{call}/link          recording.listen call      a link that plays it
GET  /api/v1/recordings/{call}/audio         any              -         what such a link plays
GET  /api/v1/recordings/{call}/file          recording.export call      take it away
DELETE /api/v1/recordings/{call}             recording.delete call      delete it before its time

GET  /api/v1/openings                        recording.listen -         first seconds after answers
GET  /api/v1/openings/told                   recording.export -         those told of, as a zip
GET  /api/v1/openings/{call}/audio           recording.listen call      the sound of one
PUT  /api/v1/openings/{call}                 score.set        call      say who it was
POST /api/v1/openings/{call}/prompt          setting.edit     call      know it from now on
DELETE /api/v1/openings/{call}               recording.delete call      delete it before its time

POST /api/v1/dnc                             dnc.add          -         numbers nobody shall call
GET  /api/v1/dnc                             dnc.add          -         who is on the lists, masked
GET  /api/v1/dnc/count                       dnc.add          -         how many are on the lists
GET  /api/v1/dnc/export                      dnc.export       -         take a list away, as CSV
POST /api/v1/dnc/check                       dnc.see          -         must a number not be called
POST /api/v1/dnc/remove                      dnc.remove       -         a number may be called again
POST /api/v1/dnc/import                      dnc.add          -         a file of numbers, CSV

GET  /api/v1/consents                        consent.see      -         who agreed to be called
POST /api/v1/consents                        consent.add      -         somebody agreed
POST /api/v1/consents/search                 consent.see      -         those of a number
POST /api/v1/consents/import                 consent.add      -         a file of them, CSV
POST /api/v1/consents/{consent}/revoke       consent.revoke   -         a consent ends

GET  /api/v1/webhooks                        setting.see      -         who is told of what
POST /api/v1/webhooks                        setting.edit     -         tell somebody of events
POST /api/v1/webhooks/{webhook}/try          setting.edit     -         send a test, see the answer
DELETE /api/v1/webhooks/{webhook}            setting.edit     -         tell them no more

GET  /api/v1/caller-ids                      limit.see        -         numbers that we show
POST /api/v1/caller-ids/{number}/rest        limit.edit       -         show one no more for hours
POST /api/v1/caller-ids/{number}/wake        limit.edit       -         show it again
POST /api/v1/caller-ids/{number}/test        limit.edit       -         call it, see it come in
POST /api/v1/caller-ids/{number}/proofs      limit.edit       -         what proves that it is ours
DELETE /api/v1/caller-ids/{number}/proofs/{proof} limit.edit  -         it proves nothing any more

GET  /api/v1/calendar                        limit.see        -         what each day is, and why
GET  /api/v1/calendar/days                   limit.see        -         days that the house set
POST /api/v1/calendar/days                   limit.edit       -         close days, work a weekend
DELETE /api/v1/calendar/days/{entry}         limit.edit       -         they are as any other again

GET  /api/v1/limits                          limit.see        -         laws, and what is in force
GET  /api/v1/status                          live.see         -         the dialer at this instant
WS   /api/v1/live                            live.see         -         what happens, as it happens

GET  /api/v1/users                           user.see         -         the accounts
POST /api/v1/users                           user.add         -         add an account
GET  /api/v1/users/{user}                    user.see         user      one account
GET  /api/v1/users/{user}/sessions           user.see         user      where somebody is logged in
PUT  /api/v1/users/{user}/role               user.role        user      give another role
PUT  /api/v1/users/{user}/scope              user.scope       user      set campaigns and teams
PUT  /api/v1/users/{user}/grants             user.grant       user      set what is granted apart
POST /api/v1/users/{user}/disable            user.disable     user      close an account
POST /api/v1/users/{user}/enable             user.disable     user      open it again
POST /api/v1/users/{user}/reset              user.reset       user      give a new password
POST /api/v1/users/{user}/factor-off         user.reset       user      end a second factor
POST /api/v1/users/{user}/log-out            user.log_out     user      end all sessions of somebody
GET  /api/v1/permissions                     any              -         what each role may

GET  /api/v1/teams                           team.see         -         the teams
POST /api/v1/teams                           team.edit        -         make a team
DELETE /api/v1/teams/{team}                  team.edit        team      remove a team

GET  /api/v1/keys                            key.see          -         API keys, without secrets
POST /api/v1/keys                            key.make         -         make an API key
DELETE /api/v1/keys/{key}                    key.revoke       key       end an API key

GET  /api/v1/audit                           audit.see        -         who changed what, and when
GET  /api/v1/audit/verify                    audit.see        -         is the audit log whole
GET  /api/v1/audit/export                    audit.export     -         the audit log as CSV

GET  /api/v1/announcements                   setting.see      -         known and unknown ones
GET  /api/v1/announcements/{announcement}/audio setting.see   -         the sound of an unknown one
POST /api/v1/announcements                   setting.edit     -         say what an unknown one says
PUT  /api/v1/announcements/{announcement}    setting.edit     -         correct a known one
DELETE /api/v1/announcements/{announcement}  setting.edit     -         let go of an unknown one

GET  /api/v1/settings                        setting.see      -         the settings of this house

GET  /api/v1/tariffs                         tariff.see       -         decks, trunks and charges
PUT  /api/v1/tariffs/trunks/{trunk}          tariff.edit      -         which deck rates a trunk
POST /api/v1/tariffs/charges                 tariff.edit      -         a charge by month or hour
POST /api/v1/tariffs/price                   tariff.see       -         what a call would cost
GET  /api/v1/tariffs/exchange                tariff.see       -         rates of exchange
POST /api/v1/tariffs/exchange                tariff.edit      -         one more, by hand
POST /api/v1/tariffs/exchange/import         tariff.edit      -         a table of them
POST /api/v1/tariffs/uploads                 tariff.see       -         a price list or bill waits
POST /api/v1/tariffs/uploads/{upload}/reconcile tariff.see    -         a bill beside our calls
GET  /api/v1/tariffs/uploads/{upload}/differences tariff.export -       what differs, as CSV
POST /api/v1/tariffs/uploads/{upload}/preview tariff.edit     -         how it would be read
POST /api/v1/tariffs/uploads/{upload}/import tariff.edit      -         the next version of a deck
POST /api/v1/ratings                         tariff.edit      -         rate calls of a period again
POST /api/v1/ratings/preview                 tariff.edit      -         what that would change
GET  /api/v1/ratings                         tariff.see       -         how far that is

PAGE /board                                  board.see        -         the board
PAGE /board/static/{file}                    open             -         what its pages load
PAGE /board/{file}                           board.see        -         its pages and files
PUT  /board/{file}                           board.see        -         a file for a form of it
DELETE /board/{file}                         board.see        -         that file is not wanted
WS   /board/{file}                           board.see        -         what it shows, as it goes
"""


def _read(line: str) -> Route:
    method, path, permission, kind, says = line.split(None, 4)
    assert permission in TABLE or permission in (OPEN, ANY), permission
    return Route(method, path, permission, kind, says)  # type: ignore[arg-type]


ROUTES: Mapping[str, Route] = {
    one.name: one for one in map(_read, filter(None, _ROWS.splitlines()))
}
"`METHOD /path` -> route."

_NAMED = re.compile(r"{(\w+)}")
_MADE_BY = {"GET": get, "POST": post, "PUT": put, "DELETE": delete, "WS": websocket}
_TYPES = {"webhook": "int", "file": "path"}
"What a name in a path is, where it is no word."


def route(
    name: str, *, opt: Mapping[str, object] = {}, **more: Any
) -> Callable[[Callable[..., Any]], BaseRouteHandler]:
    """Make a function the handler of a route of the table.

    What makes nothing new answers 200, whatever its method. `opt`: `wordless`, it bears no word of
    ours.
    """
    line = ROUTES[name]
    path = _NAMED.sub(lambda one: f"{{{one[1]}:{_TYPES.get(one[1], 'str')}}}", line.path)
    if line.method == "WS":
        return websocket(path, opt={"route": line, **opt}, **more)
    if line.method == "PAGE":
        return get(path, opt={"route": line, **opt}, include_in_schema=False, **more)
    tag = line.path.removeprefix("/api/v1").split("/")[1]
    made: Callable[[Callable[..., Any]], BaseRouteHandler] = _MADE_BY[line.method](
        path, opt={"route": line, **opt}, summary=line.says, description=line.needs, tags=[tag],
        operation_id=_operation(line), **{"status_code": 200, **more},
    )  # fmt: skip
    return made


def _operation(line: Route) -> str:
    words = line.path.removeprefix("/api/v1").translate(str.maketrans("/-", "__", "{}"))
    return f"{line.method.lower()}{words}"
