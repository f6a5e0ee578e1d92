"""What is said of a list's standing, in either language."""

from collections.abc import Iterator

from dialer.forecast import Ahead, Standing
from dialer.i18n import Words


def lines(one: Standing, t: Words) -> Iterator[str]:
    """How far, how clean, and when it is through."""
    yield t(
        "forecast.far", list=one.list, leads=t.number(one.leads),
        called=_of(one.called, one.leads, t), done=_of(one.done, one.leads, t),
    )  # fmt: skip
    yield t(
        "forecast.clean", rejected=t.number(one.rejected), duplicates=t.number(one.duplicates),
        dead=t.number(one.dead), numbers=t.number(one.numbers),
    )  # fmt: skip
    if one.forecast is None:
        yield t("forecast.unknown", calls=t.number(one.calls))
    else:
        yield from _ahead(one.forecast, t)


def _ahead(found: Ahead, t: Words) -> Iterator[str]:
    yield t(
        "forecast.through", calls=t.number(found.calls), days=t.number(found.days, 1),
        pace=t.number(found.calls_per_day),
    )  # fmt: skip
    if found.error is None:
        yield t("forecast.untested", days=t.number(found.tested))
    else:
        yield t(
            "forecast.error", error=t.percent(found.error, 0), days=t.number(found.tested)
        )  # fmt: skip


def _of(n: int, all_: int, t: Words) -> str:
    return f"{t.number(n)} ({t.percent(n / all_ if all_ else 0.0, 0)})"
