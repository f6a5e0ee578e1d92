"""`dialer explain`: every setting, as docs/configuration.md."""

import sys

from dialer.explain import page


def explain() -> None:
    """Print what every setting does, as Markdown."""
    sys.stdout.write(page())
