"""How long after the verdict an agent's browser shows who it is, and lets the voice be heard.

The page itself notes when its pop came, and when the tone of the join was in its ear: that tone is
mixed into the customer's voice a moment after the join, so the voice was there before it.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

import numpy as np
from playwright.sync_api import Page

from dialer.asterisk import chime
from dialer.client import connected
from dialer.engine.events import VERDICTS, Bridged, Heard
from tests.browser.house import House

LONGEST_S = 3.0
"No tone comes later; the next call's does."
NOTES = """(hz) => {
  const came = (window.came = { pops: {}, tones: [] });
  const pop = document.querySelector("#pop");
  new MutationObserver(() => {
    const { call } = pop.dataset;
    if (!pop.hidden && call && !(call in came.pops)) came.pops[call] = Date.now() / 1000;
  }).observe(pop, { attributes: true });
  const context = new AudioContext();
  const ear = new AnalyserNode(context, { fftSize: 1024, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(document.querySelector("#voice").srcObject).connect(ear);
  const bins = new Float32Array(ear.frequencyBinCount);
  const at = Math.round(hz * 1024 / context.sampleRate);
  let was = false;
  setInterval(() => {
    ear.getFloatFrequencyData(bins);
    const near = Math.max(...bins.slice(at - 1, at + 2));
    const is = near > -60 && near - Math.max(bins[at - 6], bins[at + 6]) > 10;
    if (is && !was) came.tones.push(Date.now() / 1000);
    was = is;
  }, 10);
}"""


def note(page: Page) -> None:
    """From now on the page notes what comes; its telephone stands."""
    page.evaluate(NOTES, chime.HZ)


class Told(NamedTuple):
    """What the dialer tells of each call; filled as long as it is listened to."""

    verdict_at: dict[str, float]
    joined_at: dict[str, float]


@contextmanager
def told(site: House) -> Iterator[Told]:
    """Listen to the dialer."""
    of = Told({}, {})

    def listen() -> None:
        with suppress(OSError, ValueError):  # closed in the end
            for news in dialer.watch():
                if isinstance(news, Heard) and news.phase == "answer" and news.sound in VERDICTS:
                    of.verdict_at.setdefault(news.call, news.at)
                elif isinstance(news, Bridged):
                    of.joined_at.setdefault(news.call, news.at)

    with connected(site.settings.socket) as dialer:
        threading.Thread(target=listen, daemon=True).start()
        yield of


def delays(page: Page, of: Told, calls: Sequence[str]) -> dict[str, list[float]]:
    """Seconds from the verdict to the join, the pop and the tone in the ear.

    Who was joined because no verdict came in time has none; what never came is left out.
    """
    came = page.evaluate("window.came")
    found: dict[str, list[float]] = {"joined": [], "pop": [], "voice": []}
    for call in calls:
        since = of.verdict_at.get(call)
        if since is None:
            continue
        near = [at for at in came["tones"] if 0 < at - since < LONGEST_S]
        instants = {"joined": of.joined_at.get(call), "pop": came["pops"].get(call),
                    "voice": near[0] if near else None}  # fmt: skip
        for what, at in instants.items():
            found[what] += [] if at is None else [at - since]
    return found


def said(what: str, seconds: Sequence[float]) -> str:
    """One line for people."""
    median, p95 = np.percentile(seconds, [50, 95]) * 1000
    figures = f"median {median:.0f} ms, p95 {p95:.0f}, longest {1000 * max(seconds):.0f}"
    return f"verdict to {what}: {figures}, n {len(seconds)}"
