"""What is wrong with a setting: a sentence of the catalogue, in English for files and terminals.

raise misread("plan_name", list="Spring!")
raise misfit("cap_beyond", "abandon_cap", 0.05, most=0.03, law="us_ftc")
"""

from dialer.errors import Misread, SettingsError, Value
from dialer.i18n import words


def misread(reason: str, /, **values: Value) -> Misread:
    """Words of a setting that nobody understands, whichever setting they are of.

    >>> misread("plan_empty", list="spring")
    Misread('spring: nothing stands after the colon')
    """
    return Misread(words("en").because(reason, values), reason, **values)


def misfit(reason: str, /, key: str, value: object = None, **values: Value) -> SettingsError:
    """A setting that may not be so; `value`: as it was given.

    >>> misfit("cap_share", "abandon_cap", 2.0)
    SettingsError('abandon_cap = 2.0: must be a share of 0 to 1')
    """
    said = words("en").because(reason, values)
    return SettingsError(f"{_named(key, value)}: {said}", reason, **values | {"key": key})


def misfit_of(why: Misread, key: str, value: object = None) -> SettingsError:
    """The setting whose words are not understood.

    >>> misfit_of(misread("plan_empty", list="spring"), "lists")
    SettingsError('lists: spring: nothing stands after the colon')
    """
    return SettingsError(f"{_named(key, value)}: {why}", why.reason, **why.values | {"key": key})


def _named(key: str, value: object) -> str:
    return key if value is None else f"{key} = {value!r}"
