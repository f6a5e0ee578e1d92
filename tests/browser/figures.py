"""What pages show of figures, read as a person reads it."""

from typing import Any

from playwright.sync_api import Locator, Page

FIGURES_S = 60_000
"The board may have much to do on a small machine."


def figure(board: Page, name: str) -> tuple[str, str]:
    """A tile of the board: the figure, and what it says below."""
    tile = board.locator(f".st-key-tile-{name}")
    parts = (tile.get_by_test_id(f"stMetric{part}") for part in ("Value", "Delta"))
    value, note = (part.inner_text(timeout=FIGURES_S) for part in parts)
    return value.strip(), note.strip()


TABLE = """(grid) => {
  const texts = (row, kind) =>
    [...row.querySelectorAll(`[role=${kind}]`)].map((one) => one.textContent);
  const names = texts(grid, "columnheader");
  return [...grid.querySelectorAll("tbody tr")].map((row) =>
    Object.fromEntries(texts(row, "gridcell").map((text, n) => [names[n], text])));
}"""
FIGURES = """() => {
  const place = document.querySelector(".totals:not([hidden])");
  const all = (what) => [...(place?.querySelectorAll(`[data-${what}]`) ?? [])];
  const told = (what, text) => Object.fromEntries(all(what).map((one) => [one.dataset[what], text(one)]));
  return {
    ...told("figure", ({ textContent }) => textContent),
    words: told("word", ({ textContent }) => textContent.split(" ").at(-1)),
  };
}"""  # noqa: E501


def grid(board: Page, panel: str) -> Locator:
    """A table of the board, as it is told to those who do not see it; once it has rows."""
    found = board.locator(f".st-key-panel-{panel} canvas table")
    found.locator("tbody tr").first.wait_for(state="attached", timeout=FIGURES_S)
    return found


def rows(board: Page, panel: str) -> list[dict[str, str]]:
    """The rows of it that are in sight."""
    shown: list[dict[str, str]] = grid(board, panel).evaluate(TABLE)
    return shown


def count(board: Page, panel: str) -> int:
    """How many rows it has, in sight or not; its head is one to the browser."""
    return int(grid(board, panel).get_attribute("aria-rowcount") or 0) - 1


def desk_figures(desk: Page) -> dict[str, Any]:
    """The shift in figures on the agent's own page, and its dispositions."""
    shown: dict[str, Any] = desk.evaluate(FIGURES)
    return shown


def seconds(text: str) -> int:
    """Of a span as pages write it: `12:05`, `1:02:05`."""
    total = 0
    for part in text.split(":"):
        total = 60 * total + int(part)
    return total
