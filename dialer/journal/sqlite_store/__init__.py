"""The store in SQLite: one statement per question.

Its parts are those of the port, one module each; `memory_store` has the same.
"""

from dialer.journal.sqlite_store.blocks import SqliteBlocks
from dialer.journal.sqlite_store.callers import SqliteCallers
from dialer.journal.sqlite_store.campaigns import SqliteCampaigns
from dialer.journal.sqlite_store.due import SqliteDue
from dialer.journal.sqlite_store.promises import SqlitePromises


class SqliteStore(SqliteCampaigns, SqliteDue, SqliteBlocks, SqlitePromises, SqliteCallers):
    """See `dialer.journal.store.Store`. Leads and places come with who is due."""
