"""The commands of the dialer itself, one a file. What they share is here."""

import sys
from typing import TYPE_CHECKING

import msgspec
import typer
from rich.console import Console

from dialer.errors import ImportRefused, SettingsError
from dialer.settings import Settings

if TYPE_CHECKING:
    from dialer.leads.rules import Campaign

console = Console(soft_wrap=True)
"Answers."
aside = Console(stderr=True, soft_wrap=True)
"Progress and complaints: never in the way of an answer that a program reads."


def settings_of(context: typer.Context) -> Settings:
    """The settings that the command line was started with."""
    found = context.find_object(Settings)
    assert found is not None, "dialer.__main__ puts them there"
    return found


def same_settings(context: typer.Context) -> list[str]:
    """The options that give another process the settings of this one."""
    given = context.find_root().params
    options = {"--settings": "file", "--home": "home", "--asterisk": "asterisk"}
    return [
        word
        for option, name in options.items()
        if given.get(name) is not None
        for word in (option, str(given[name].absolute()))
    ]


def campaign_of(settings: Settings, name: str, option: str) -> "Campaign":
    """A campaign that was opened in this home; SettingsError names those that there are."""
    from dialer.api.records import Records

    known = Records(settings.home).campaigns()
    if name in known:
        return known[name]
    if not known:
        raise SettingsError(f"{option} {name}: no campaign was ever opened in {settings.home}")
    there = ", ".join(sorted(known))
    raise SettingsError(f"{option} {name}: no such campaign here; there are: {there}")


def no_list(settings: Settings, name: str) -> ImportRefused:
    """That there is no list of that name, and which there are."""
    from dialer.api.records import Records

    there = ", ".join(sorted(Records(settings.home).lists())) or "none"
    return ImportRefused(f"there is no list {name}; there are: {there}")


def answer(data: object) -> None:
    """One line of JSON on standard output, for programs."""
    sys.stdout.write(msgspec.json.encode(data, enc_hook=str).decode() + "\n")
    sys.stdout.flush()
