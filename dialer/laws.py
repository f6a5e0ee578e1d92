"""What a regulator permits, as data: each profile with its source. Not legal advice."""

from typing import Literal

import msgspec


class Law(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers a campaign must keep to."""

    abandon_cap: float
    "Most of the calls that a person answered that may be abandoned, over 30 days per campaign."
    clock: Literal["greeting_end", "speech_start", "answer"]
    "What starts the clock."
    connect_within_s: float
    "A person reaches an agent within so many seconds of it, or hears the safe-harbour message."
    hours: str
    "Calling hours: a name in `engine.compliance.HOURS`."
    ring_least_s: float
    "Nobody's telephone is given up earlier."
    source: str


LAWS: dict[str, Law] = {
    "lab": Law(
        abandon_cap=0.03, clock="greeting_end", connect_within_s=2.0, hours="lab",
        ring_least_s=15.0,
        source="telephones that are no people's: the figures of us_ftc, open at all hours",
    ),
    "strict": Law(
        abandon_cap=0.01, clock="answer", connect_within_s=2.0, hours="strict",
        ring_least_s=15.0,
        source="none: stricter than the ones below, for where you do not know yet",
    ),
    "us_ftc": Law(
        abandon_cap=0.03, clock="greeting_end", connect_within_s=2.0, hours="us",
        ring_least_s=15.0,
        source="16 CFR 310.4(b)(4) and (c); 47 CFR 64.1200(a)(7) likewise",
    ),
    "us_california": Law(
        abandon_cap=0.01, clock="greeting_end", connect_within_s=2.0, hours="us",
        ring_least_s=15.0,
        source="as us_ftc, with the 1 % of California's Public Utilities Commission of 2002",
    ),
    "uk_ofcom": Law(
        abandon_cap=0.0, clock="speech_start", connect_within_s=2.0, hours="uk",
        ring_least_s=15.0,
        source="Ofcom, persistent misuse, since March 2017: no percentage is safe",
    ),
    "cn_miit": Law(
        abandon_cap=0.01, clock="greeting_end", connect_within_s=2.0, hours="cn",
        ring_least_s=15.0,
        source="MIIT 2020: consent and its proof; no percentage is named, so this one is cautious",
    ),
}  # fmt: skip
