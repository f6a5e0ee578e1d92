"""What is measured: four scenes, as data. Two lengths of each, one for figures and one for CI."""

import msgspec

Codes = tuple[tuple[str, float], ...]
"Area code -> its share of the list. The carrier's folder says what each does."


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One campaign, dialled for a while."""

    name: str
    codes: Codes
    seconds: float
    "How long it is measured."
    calls_per_s: float
    lines: int
    agents: int = 0
    "Lab agents who talk. None: virtual ones, one a line, for calls that nobody answers."
    trunk: str = "lab"
    ring_timeout_s: float = 30.0
    full: bool = False
    "Measure from the moment at which all lines are taken."
    hold_s: float = 6.0
    "How long a call of the soak lasts in the mean."

    @property
    def leads(self) -> int:
        """As many numbers as it could possibly dial."""
        return int(1.2 * self.calls_per_s * (self.seconds + 30)) + self.lines


VOICE = Scene(
    name="voice", codes=(("1201", 1.0),), trunk="lab-quirks", agents=10, lines=10, calls_per_s=5.0,
    seconds=90.0,
)  # fmt: skip
RATE = Scene(
    name="rate",
    codes=(("1301", 0.3), ("1302", 0.2), ("1303", 0.1), ("1304", 0.3), ("1305", 0.1)),
    calls_per_s=60.0, lines=300, seconds=60.0,
)  # fmt: skip
EARS = Scene(
    name="ears", codes=(("1401", 0.5), ("1402", 0.3), ("1403", 0.2)), calls_per_s=20.0, lines=120,
    ring_timeout_s=170.0, seconds=60.0, full=True,
)  # fmt: skip
SOAK = Scene(
    name="soak", codes=(("1501", 0.5), ("1502", 0.3), ("1503", 0.15), ("1504", 0.05)),
    calls_per_s=20.0, lines=0, seconds=600.0,
)  # fmt: skip

LINES_PER_CORE = 45
"Analysed calls, 20 new ones a second, that a core carries which also plays the network."


def scenes(*, cores: int, minutes: float, lines: int | None, short: bool) -> dict[str, Scene]:
    """By name. The soak takes as many lines as so many cores carry, or as are said."""
    soak = _soak(lines or LINES_PER_CORE * cores, 60 * minutes)
    all = {scene.name: scene for scene in (VOICE, RATE, EARS, soak)}
    return {name: _shortened(scene) for name, scene in all.items()} if short else all


def _soak(lines: int, seconds: float) -> Scene:
    """As many calls at once as there are lines: each lasts as long as that takes."""
    hold_s = lines / SOAK.calls_per_s
    return msgspec.structs.replace(SOAK, lines=2 * lines, hold_s=hold_s, seconds=seconds)


def _shortened(scene: Scene) -> Scene:
    return msgspec.structs.replace(
        scene,
        seconds=6.0 if scene.agents else 4.0,
        calls_per_s=min(10.0, scene.calls_per_s),
        lines=min(20, scene.lines),
        agents=min(3, scene.agents),
    )
