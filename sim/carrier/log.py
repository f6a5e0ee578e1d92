"""What truly happened to each call, as the carrier itself wrote it down.

Asterisk's channel event log and the responder write the same lines of JSON, one per event; here
they become one record per call, and one per agent's leg.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

ASTERISK = "asterisk/log/cel-custom/carrier.jsonl"
RESPONDER = "responder/carrier.jsonl"
"Below a lab's folder."
BACK = "back"
"How channels begin on which people of the lab call: `back-NUMBER-CALLED-...`."


class CarrierCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call to one number, from the other end. Instants are seconds since 1970 UTC."""

    channel: str
    number: str
    behaviour: str
    "Empty if it was cancelled before it could begin."
    call_id: str
    "SIP Call-ID; empty likewise."
    shown: str = ""
    "The caller id that came with it; the responder notes none."
    started_at: float
    ringing_at: float | None = None
    early_at: float | None = None
    answered_at: float | None = None
    greeted_at: float | None = None
    "A person has said hello."
    heard_agent: bool = False
    heard_agent_at: float | None = None
    "Only people note when; machines only whether."
    heard_message_at: float | None = None
    loud_at: float | None = None
    "When the first packet arrived in which somebody speaks, agent or message: the responder's."
    ended_at: float | None = None
    "None while it lasts."
    ended_by: Literal["carrier", "dialer", ""] = ""
    "Who hung up first."
    why: str = ""
    "Of the carrier: `impatient`, `talked`, `listened`, or what it released with: `486 17`."
    sip: int | None = None
    "Final status sent, if it was not 200."
    cause: int = 0
    "Q.850, likewise."


class CallBack(msgspec.Struct, frozen=True, kw_only=True):
    """One call of a person of the lab to one of our caller ids, from this end."""

    channel: str
    number: str
    called: str
    started_at: float
    answered_at: float | None = None
    heard_agent_at: float | None = None
    heard_message_at: float | None = None
    ended_at: float | None = None
    why: str = ""
    "`impatient`, `talked`, `listened`; empty: it was not answered, or we hung up."


class AgentLeg(msgspec.Struct, frozen=True, kw_only=True):
    """One nailed-up leg of a lab agent."""

    agent: str
    up_at: float
    heard_at: tuple[float, ...]
    "When a customer's pilot arrived."
    down_at: float | None = None


class Line(msgspec.Struct, frozen=True):
    """One event of one channel."""

    event: str
    at: float
    channel: str
    text: str
    dialled: str = ""
    "Of the first event of a call: its number."


def records(*paths: Path) -> Iterator[CarrierCall]:
    """The calls of some logs, or of a lab's folder, in the order in which they came in."""
    for lines in _by_channel(paths):
        is_ours = lines[0].channel.startswith(f"{BACK}-")
        if not is_ours and (lines[0].dialled or any(line.event == "BEGINS" for line in lines)):
            yield _call(lines)


def call_backs(*paths: Path) -> Iterator[CallBack]:
    """The calls of people of the lab, likewise."""
    for lines in _by_channel(paths):
        if lines[0].channel.startswith(f"{BACK}-"):
            _, number, called, *_ = lines[0].channel.split("-")
            at = _instants(lines)
            yield CallBack(
                channel=lines[0].channel, number=number, called=called, started_at=lines[0].at,
                answered_at=at.get("ANSWER"), heard_agent_at=at.get("HEARD_AGENT"),
                heard_message_at=at.get("HEARD_MESSAGE"),
                ended_at=at.get("HANGUP", at.get("CHAN_END")),
                why=next((line.text for line in lines if line.event == "LEAVES"), ""),
            )  # fmt: skip


def agent_legs(*paths: Path) -> Iterator[AgentLeg]:
    """The agents' legs, likewise."""
    for lines in _by_channel(paths):
        at = _instants(lines)
        for line in lines:
            if line.event == "AGENT":
                yield AgentLeg(
                    agent=line.text,
                    up_at=at.get("ANSWER", line.at),
                    heard_at=tuple(line.at for line in lines if line.event == "HEARD_PERSON"),
                    down_at=at.get("CHAN_END"),
                )


def lines(path: Path) -> Iterator[Line]:
    """A log, line by line; the last one may be half written."""
    if not path.exists():
        return
    with path.open() as log:
        for text in log:
            if text.endswith("\n"):
                yield _line(json.loads(text))


def _line(row: dict[str, Any]) -> Line:
    extra = json.loads(row["eventextra"] or "{}")
    dialled = row.get("exten", "").lstrip("+") if row.get("context") == "calls" else ""
    return Line(
        event=row["eventtype"],
        at=float(row["eventtime"]),
        channel=row["uniqueid"],
        text=str(extra.get("extra") or ""),
        dialled=dialled if dialled.isdigit() else "",
    )


def _by_channel(paths: Iterable[Path]) -> Iterator[list[Line]]:
    channels: dict[str, list[Line]] = {}
    for path in paths:
        for log in (path / ASTERISK, path / RESPONDER) if path.is_dir() else (path,):
            for line in lines(log):
                channels.setdefault(line.channel, []).append(line)
    yield from sorted(channels.values(), key=lambda lines: lines[0].at)


def _instants(lines: list[Line]) -> dict[str, float]:
    """The first of each event."""
    return {line.event: line.at for line in reversed(lines)}


def _call(lines: list[Line]) -> CarrierCall:
    at = _instants(lines)
    said = {line.event: line.text for line in lines}
    behaviour, number, call_id = said.get("BEGINS", f" {lines[0].dialled} ").split(" ")
    released = tuple(map(int, said["RELEASES"].split())) if "RELEASES" in said else (None, 0)
    return CarrierCall(
        channel=lines[0].channel,
        number=number,
        behaviour=behaviour,
        call_id=call_id,
        shown=said.get("SHOWN", ""),
        started_at=lines[0].at,
        ringing_at=at.get("RINGING"),
        early_at=at.get("EARLY"),
        answered_at=at.get("ANSWER"),
        greeted_at=at.get("GREETED"),
        heard_agent="HEARD_AGENT" in at or int(said.get("EARS") or 0) > 0,
        heard_agent_at=at.get("HEARD_AGENT"),
        heard_message_at=at.get("HEARD_MESSAGE"),
        loud_at=float(said["LOUD"]) if "LOUD" in said else None,
        ended_at=at.get("HANGUP", at.get("CHAN_END")),
        ended_by=_ended_by(at),
        why=said.get("LEAVES") or said.get("RELEASES") or "",
        sip=released[0],
        cause=released[1] or 0,
    )


def _ended_by(at: dict[str, float]) -> Literal["carrier", "dialer", ""]:
    if "LEAVES" in at or "RELEASES" in at:
        return "carrier"
    return "dialer" if "CHAN_END" in at else ""
