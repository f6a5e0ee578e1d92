-- Schema 8: lists that are put away: nobody is dialled from them, everything of them is kept.

CREATE TABLE archived (
    list        TEXT PRIMARY KEY,
    archived_by TEXT NOT NULL,
    archived_at REAL NOT NULL
) WITHOUT ROWID;
