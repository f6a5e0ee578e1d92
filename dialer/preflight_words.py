"""A pre-flight in a sentence or two: for the command line and the board, in either language."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from dialer.held import Objection
from dialer.i18n import Words
from dialer.preflight import Kept, Need, Preflight


def lines(found: Preflight, t: Words) -> Iterator[str]:
    """Who is called and who is not and why; then what it takes."""
    kept = [_kept(one, found, t) for one in found.kept]
    said = t("preflight.called", n=t.number(found.called), rows=t.number(found.rows))
    yield t("preflight.joint").join([said, *kept])
    if need := found.need:
        yield t(
            "preflight.need", by=_clock(need.by, found), agents=t.number(need.agents),
            lines=t.number(need.lines),
        )  # fmt: skip
        yield _finish(need, found, t)
        yield _basis(need, t)


def objected(why: Objection, t: Words) -> str:
    """What speaks against the start, by the catalogue's words where it has some."""
    return t.because(why.reason, why.values) if why.reason else why.detail


def _kept(one: Kept, found: Preflight, t: Words) -> str:
    said = t("preflight.kept", n=t.number(one.n), why=t.name("kept", one.why))
    return said + (t("preflight.until", until=_clock(one.until, found)) if one.until else "")


def _finish(need: Need, found: Preflight, t: Words) -> str:
    agents = t.number(need.with_agents)
    if need.finish_at is None:
        return t("preflight.never", agents=agents)
    return t("preflight.finish", agents=agents, at=_clock(need.finish_at, found))


def _basis(need: Need, t: Words) -> str:
    usual = need.usual
    key = "preflight.known" if usual.calls else "preflight.assumed"
    return t(
        key, rate=t.percent(usual.answer_rate, 0), talk=t.number(usual.talk_s),
        calls=t.number(usual.calls),
    )  # fmt: skip


def _clock(at: float, found: Preflight) -> str:
    """The time in the campaign's zone, with its day where that is another."""
    zone = ZoneInfo(found.zone)
    when, now = datetime.fromtimestamp(at, zone), datetime.fromtimestamp(found.at, zone)
    return f"{when:%H:%M}" if when.date() == now.date() else f"{when:%Y-%m-%d %H:%M}"
