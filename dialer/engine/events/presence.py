"""Whether an agent is there: the shift, the leg, the page, the voice."""

from dialer.engine.events.event import Event


class LoggedIn(Event, frozen=True, tag=True):
    """An agent begins a shift. The engine asks for the leg; `LegUp` follows."""

    agent: str
    pool: str
    endpoint: str
    "Where the leg goes: `PJSIP/agent1`."
    desk: str = ""
    "The page that the agent sits at: it must be attended (`DeskBack`). Empty: a bare phone."
    teams: tuple[str, ...] = ()
    "To which the agent belongs: their callbacks are among those that the agent makes."


class LegUp(Event, frozen=True, tag=True):
    """The agent's nailed-up leg stands."""

    agent: str


class LegDown(Event, frozen=True, tag=True):
    """It is gone: supply lost."""

    agent: str
    cause: int = 0


class LegWanted(Event, frozen=True, tag=True):
    """The agent's phone began anew (a page was loaded again): call it, and go on where we were."""

    agent: str


class DeskLost(Event, frozen=True, tag=True):
    """Nobody attends the agent's page any more: no new calls. A talk goes on."""

    agent: str
    desk: str


class DeskBack(Event, frozen=True, tag=True):
    """The page is attended."""

    agent: str
    desk: str


class VoiceLost(Event, frozen=True, tag=True):
    """The leg stands, and for three seconds nothing has come from the agent."""

    agent: str


class VoiceBack(Event, frozen=True, tag=True):
    """The agent is heard again."""

    agent: str


class LoggedOut(Event, frozen=True, tag=True):
    """The shift is over (after the call, if there is one)."""

    agent: str
