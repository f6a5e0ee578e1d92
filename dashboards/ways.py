"""From the board to the other pages of the house, as their header has them."""

from html import escape

import streamlit as st

from dialer.access.rules import User
from dialer.desk.pages import BOARD, LINKS, links_of
from dialer.i18n import Words

STYLE = """<style>
.ways { display: flex; justify-content: flex-end; gap: 1.25rem; font-size: .875rem; }
.ways a { color: inherit; opacity: .75; text-decoration: none; }
.ways a:is(:hover, :focus-visible) { opacity: 1; text-decoration: underline; }
</style>"""


def ways(t: Words, user: User) -> None:
    """A line of links: where he may go, and his own log-in, where he logs out."""
    named = {path: t(LINKS[path]) for path in links_of(user) if path != BOARD}
    links = "".join(
        f'<a href="{path}">{escape(name)}</a>'
        for path, name in {**named, "/account": user.name}.items()
    )
    st.html(f'{STYLE}<nav class="ways">{links}</nav>')
