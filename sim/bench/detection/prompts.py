"""The announcements that are enrolled before the bench begins: a CSV like the manifest's."""

from pathlib import Path

from dialer.audio.prompts import Library, compiled, printed, trimmed
from dialer.detection.manifest import found_beside, samples, table
from sim.bench.detection.lines import REFS_WORDS

OUR_WORDS = {theirs: ours for ours, theirs in REFS_WORDS.items()}


def enrolled(file: Path) -> Library:
    """A library of the recordings named in the columns ref_id, path, category."""
    return Library(
        compiled(
            [
                (
                    line["ref_id"],
                    OUR_WORDS.get(line["category"], line["category"]),
                    printed(trimmed(samples(found_beside(file.parent, line["path"])))),
                )
                for line in table(file, ("ref_id", "path", "category"))
            ]
        )
    )
