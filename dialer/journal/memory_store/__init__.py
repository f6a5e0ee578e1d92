"""The store in dicts: for tests, and for the twin's million calls.

Its parts are those of the port, one module each; `sqlite_store` has the same.
"""

from dialer.journal.memory_store.blocks import MemoryBlocks
from dialer.journal.memory_store.callers import MemoryCallers
from dialer.journal.memory_store.campaigns import MemoryCampaigns
from dialer.journal.memory_store.due import MemoryDue


class MemoryStore(MemoryCampaigns, MemoryDue, MemoryBlocks, MemoryCallers):
    """See `dialer.journal.store.Store`. There is no rollback: whoever writes here does not fail."""
