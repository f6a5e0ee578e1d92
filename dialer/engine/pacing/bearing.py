"""What an account still bears: now, until its day closes, within the last hours.

Three kinds of account, by what they promise. One that *binds always* (30 days) holds the cap at
every decision even if every call beyond the ready agents were abandoned. One of the *day* holds it
at the day's close. One of the last *hours* holds it in every window, if the people come whom the
agents can take.
"""

from collections.abc import Sequence
from math import floor, sqrt

import msgspec

from dialer.engine.pacing.snapshot import CampaignView

OVERDRAFT, OVERDRAFT_EACH = 5.0, 0.2
"Abandoned, and more per agent, by which the count may be beyond the cap while the day lasts."
LEAST_SHARE, KEEN = 0.5, 2.2
"""Of the cap: what a window that is not full may aim at in any case, and at most while it is empty;
the less room is left, the less: so it fills slowly, and is seldom stopped."""
PARTS = (0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
"Of a window: so far ahead it is looked."
SURE = 0.42
"Of the people who are expected before the account closes so many are counted on."
SURE_SD = 3.0
"How far chance may go in how many people a number of calls reaches."


class Account(msgspec.Struct, frozen=True):
    """What a campaign may still spend until its account closes."""

    target: float
    "The share of abandoned from here on at which it closes at the cap."
    spare: int
    "So many calls could all be abandoned now, and the cap would hold."


def account(view: CampaignView, *, to_come: float, margin: float) -> Account:
    """The account after the persons and the abandoned that it has counted.

    >>> fresh = CampaignView(campaign="spring")
    >>> account(fresh, to_come=1000.0, margin=1.0)
    Account(target=0.03, spare=0)
    >>> thrifty = CampaignView(campaign="spring", persons=1000, abandoned=20)
    >>> account(thrifty, to_come=500.0, margin=1.0)
    Account(target=0.05, spare=10)
    """
    aim = margin * view.cap
    persons, abandoned = view.persons + view.owed, view.abandoned + view.owed
    saved = aim * persons - abandoned
    target = min(max(0.0, aim + saved / to_come), 2 * view.cap)
    return Account(target, max(0, spare_now(view)))


def hours_target(
    view: CampaignView, *, gone_ago_s: Sequence[float], persons_per_s: float, margin: float
) -> float:
    """The share to aim at so that the window keeps its margin after each part of its length.

    What leaves the window until then makes room; `gone_ago_s` says how long ago each of those in
    it was abandoned. A young window grows with the people who are expected. Beyond its margin, too,
    it bears a little, and less the nearer it is to the cap.

    >>> even = CampaignView(campaign="spring", persons=1000, abandoned=18, window_s=3600.0)
    >>> ago_s = [200.0 * n for n in range(18)]
    >>> lately = [60.0 * n for n in range(18)]
    >>> [round(hours_target(even, gone_ago_s=one, persons_per_s=1000 / 3600, margin=1.0), 4)
    ...  for one in (ago_s, lately)]
    [0.0243, 0.02]
    """
    window_s = view.window_s or 0.0
    full = max(float(view.persons), persons_per_s * window_s)
    found = 2.0 * view.cap
    for part in PARTS:
        lasting_s = part * window_s
        persons = min(view.persons + persons_per_s * lasting_s, full)
        leaving = sum(ago_s >= window_s - lasting_s for ago_s in gone_ago_s)
        kept = view.abandoned + view.owed - leaving
        found = min(found, (margin * view.cap * persons - kept) / (persons_per_s * lasting_s))
    room = -beyond(view) / full
    return max(0.0, min(max(found, LEAST_SHARE * view.cap), KEEN * room))


def beyond(view: CampaignView) -> float:
    """By how many the next abandoned would put the count beyond the cap.

    >>> beyond(CampaignView(campaign="spring", persons=99, abandoned=3))
    1.0
    """
    persons, abandoned = view.persons + view.owed, view.abandoned + view.owed
    return abandoned + 1 - view.cap * (persons + 1)


def spare_now(view: CampaignView) -> int:
    """So many calls could all be abandoned now, and the count would be within the cap.

    >>> spare_now(CampaignView(campaign="spring", persons=1000, abandoned=20, owed=1))
    9
    """
    return _spare(view, view.persons)


def spare_at_close(view: CampaignView, to_come: float) -> int:
    """So many people could all be abandoned now, and the day would close within the cap.

    >>> rich = CampaignView(campaign="spring", persons=1000, abandoned=25)
    >>> spare_at_close(rich, to_come=0.0), spare_at_close(rich, to_come=1000.0)
    (5, 18)
    """
    return _spare(view, view.persons + SURE * to_come)


def _spare(view: CampaignView, persons: float) -> int:
    if view.cap >= 1.0:
        return view.in_flight + view.lines_left
    left = view.cap * (persons + view.owed) - view.abandoned - view.owed
    return floor(left / (1.0 - view.cap) + 1e-9)


def overdraft(logged_in: int) -> float:
    """Abandoned by which the count may be beyond the cap while the day lasts.

    >>> overdraft(10), overdraft(50)
    (7.0, 15.0)
    """
    return OVERDRAFT + OVERDRAFT_EACH * logged_in


def calls_for(persons: int, rate: float) -> int:
    """The most calls that reach no more people than these, unless by a chance of one in a thousand.

    They reach `n rate` in the mean, and `SURE_SD` standard deviations more at worst.

    >>> [calls_for(10, rate) for rate in (1.0, 0.3, 0.1)]
    [10, 15, 41]
    """
    spread = SURE_SD * sqrt(rate * (1.0 - rate))
    root = (sqrt(spread * spread + 4.0 * rate * persons) - spread) / (2.0 * rate)
    return max(persons, floor(root * root))
