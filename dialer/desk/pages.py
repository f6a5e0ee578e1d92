"""Pages: a frame with a header around the markup of `html/`, its texts out of the catalogue.

Markup names its texts, `data-t="login.title"`, and attributes likewise, `data-t-title="..."`. They
are put in here, and put in again by `words.js` when somebody chooses another language.
"""

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template

import msgspec

from dialer.access.permissions import Reach, Role
from dialer.access.rules import User, reach
from dialer.api.table import ROUTES
from dialer.desk import files
from dialer.i18n import LANGUAGES, Words, words

FOLDER = Path(__file__).with_name("html")

BOARD = "/board/"

LINKS: Mapping[str, str] = {
    "/desk": "link.desk",
    "/supervisor": "link.supervisor",
    "/recordings": "link.recordings",
    "/lists": "link.lists",
    BOARD: "link.board",
    "/tariffs": "link.tariffs",
    "/announcements": "link.announcements",
    "/administration": "link.administration",
}
"The pages of the header in their order -> their names. Each asks what its line of the table asks."

LANDS: Mapping[Role, tuple[str, ...]] = {
    "superuser": ("/administration", BOARD, "/supervisor", "/desk"),
    "administrator": ("/administration", BOARD, "/supervisor", "/desk"),
    "supervisor": ("/supervisor", BOARD, "/desk"),
    "inspector": ("/supervisor", BOARD),
    "analyst": (BOARD,),
    "agent": ("/desk",),
}
"Where somebody goes who asks for nothing in particular: the first of these that he may use."


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads a page, and in which language."""

    language: str
    user: User | None = None
    csrf: str = ""
    must_change: bool = False


def page(name: str, reader: Reader, **values: str) -> str:
    """A page as it is sent: `html/<name>.html` in its frame, with `<name>.js` and `<name>.css`."""
    said = words(reader.language)
    known = files.files()
    return Template(_markup("frame")).substitute(
        language=escape(said.language),
        static=files.base(),
        name=name,
        style="" if f"{name}.css" not in known else _style(name),
        user=escape(reader.user.name if reader.user else ""),
        csrf=escape(reader.csrf),
        must_change="yes" if reader.must_change else "",
        links=worded(_links(reader, name), said),
        languages="".join(_choice(code, code == said.language) for code in LANGUAGES),
        title=escape(said(f"title.{name}")),
        main=worded(Template(_markup(name)).safe_substitute(values), said),
        **{key.replace(".", "_"): escape(said(key)) for key in _OF_THE_FRAME},
    )


_OF_THE_FRAME = (
    "shell.brand",
    "shell.skip",
    "shell.language",
    "shell.log_out",
    "shell.script",
    "title.account",
)


def worded(markup: str, said: Words) -> str:
    """Markup with its texts.

    >>> worded('<p data-t="tile.agents"></p>', words("en"))
    '<p data-t="tile.agents">Agents</p>'
    """
    filled = _TEXT.sub(lambda found: found[0] + escape(said(found[1])), markup)
    return _ATTRIBUTE.sub(lambda f: f'{f[0]} {f[1]}="{escape(said(f[2]))}"', filled)


_TEXT = re.compile(r'<[^<>]*\sdata-t="([\w.]+)"[^<>]*>')
_ATTRIBUTE = re.compile(r'data-t-([a-z-]+)="([\w.]+)"')


def links_of(user: User) -> list[str]:
    """The pages that he may use, in the header's order.

    >>> links_of(User(name="ann", role="analyst")), links_of(User(name="bob", role="agent"))
    (['/board/'], ['/desk'])
    """
    return [path for path in LINKS if _may_use(user, path)]


def landing(user: User) -> str:
    """Where he goes first; nothing if no page is his."""
    return next((path for path in LANDS[user.role] if _may_use(user, path)), "")


def _may_use(user: User, path: str) -> bool:
    return reach(user, ROUTES[f"PAGE {path.rstrip('/')}"].permission) is not Reach.NONE


def _links(reader: Reader, name: str) -> str:
    shown = links_of(reader.user) if reader.user and not reader.must_change else []
    return "".join(_link(path, here=path.strip("/") == name) for path in shown)


def _link(path: str, *, here: bool) -> str:
    current = ' aria-current="page"' if here else ""
    return f'<a href="{path}" data-t="{LINKS[path]}"{current}></a>'


def _choice(code: str, chosen: bool) -> str:
    selected = " selected" if chosen else ""
    return f'<option value="{code}" lang="{code}"{selected}>{escape(LANGUAGES[code])}</option>'


def _style(name: str) -> str:
    return f'<link rel="stylesheet" href="{files.base()}/{name}.css">'


@cache
def _markup(name: str) -> str:
    return (FOLDER / f"{name}.html").read_text("utf-8")
