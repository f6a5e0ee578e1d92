"""What pages load: scripts, styles, texts. All of it is under one address that names its content.

`/static/<version>/...` may be kept for ever: another content is another version. Modules import
each other by relative addresses, so one version in a page's head holds for all that it loads.
"""

import mimetypes
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec

from dialer.i18n import LANGUAGES, words

FOLDER = Path(__file__).with_name("static")
TYPES: Mapping[str, str] = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".txt": "text/plain",
}
"Suffix -> content type, the same on every machine."


class File(msgspec.Struct, frozen=True):
    """One thing that a page may load."""

    body: bytes
    kind: str
    tag: str
    "Its ETag."


@cache
def files() -> Mapping[str, File]:
    """Path below the version -> file. Read once: a new content comes with a new process."""
    return {name: _file(name, body) for name, body in sorted([*_of_the_folder(), *_texts()])}


@cache
def version() -> str:
    """What the whole of it is called."""
    every = sha256()
    for name, file in files().items():
        every.update(f"{name} {file.tag}\n".encode())
    return every.hexdigest()[:16]


def base() -> str:
    """Where a page finds all of it."""
    return f"/static/{version()}"


def _of_the_folder() -> Iterator[tuple[str, bytes]]:
    for path in FOLDER.rglob("*"):
        if path.is_file():
            yield path.relative_to(FOLDER).as_posix(), path.read_bytes()


def _texts() -> Iterator[tuple[str, bytes]]:
    for language in LANGUAGES:
        yield f"words/{language}.json", msgspec.json.encode(words(language).texts)


def _file(name: str, body: bytes) -> File:
    kind = TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0]
    return File(body, kind or "application/octet-stream", f'"{sha256(body).hexdigest()[:24]}"')
