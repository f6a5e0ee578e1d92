"""The announcements that are enrolled before the bench begins: a CSV like the manifest's."""

from pathlib import Path

from dialer.audio.features import RATE
from dialer.audio.prompts import Library, beginning, compiled, printed, trimmed
from dialer.detection.manifest import found_beside, samples, table
from sim.bench.detection.lines import REFS_WORDS
from sim.bench.detection.soonest import Soonest, soonest

OUR_WORDS = {theirs: ours for ours, theirs in REFS_WORDS.items()}


def enrolled(file: Path) -> tuple[Library, dict[str, Soonest]]:
    """A library of the recordings named in ref_id, path, category; how soon each may be known."""
    known, silent_ms = [], {}
    for line in table(file, ("ref_id", "path", "category")):
        sound = samples(found_beside(file.parent, line["path"]))
        kind = OUR_WORDS.get(line["category"], line["category"])
        known.append((line["ref_id"], kind, printed(trimmed(sound))))
        silent_ms[line["ref_id"]] = 1000.0 * beginning(sound) / RATE
    library = Library(compiled(known))
    return library, soonest(library, silent_ms)
