"""What pacers learn from: facts about calls and agents, told once, when they are known."""

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a learner may fold."""

    at: float


class Resolved(Fact, frozen=True):
    """A call rings no more: a person answered, or nobody will."""

    campaign: str
    person: bool
    ring_s: float | None = None
    "How long it rang; None: not known."
    chance: float | None = None
    "That a person would answer, as it was thought when it was placed; None: like everybody else."
    let_alone: bool = False
    "We let the phone alone: it would have rung on, and nobody knows until when."


class Connected(Fact, frozen=True):
    """A person was joined to an agent."""

    campaign: str
    wait_s: float
    "From the moment at which the person could have been joined."


class Abandoned(Fact, frozen=True):
    """A person answered, and nobody was there in time."""

    campaign: str


class TalkEnded(Fact, frozen=True):
    """An agent's conversation is over."""

    talk_s: float


class Freed(Fact, frozen=True):
    """An agent has wrapped up."""

    wrap_up_s: float
