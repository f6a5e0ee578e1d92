-- Schema 10: the do-not-call list can be taken away, and says why somebody took a number off it.

-- The number itself, encrypted, where it came by hand or from a file: its key tells it to nobody.
ALTER TABLE dnc ADD COLUMN digits BLOB;
-- Why it may be called again, in the words of whoever ended the entry.
ALTER TABLE dnc ADD COLUMN removed_reason TEXT NOT NULL DEFAULT '';
