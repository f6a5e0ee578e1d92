-- Schema 4: lists come in piece by piece, and numbers say where they are from.

-- Whom a number was given to, and the province or city it lies in.
ALTER TABLE numbers ADD COLUMN carrier TEXT NOT NULL DEFAULT '';
ALTER TABLE numbers ADD COLUMN area TEXT NOT NULL DEFAULT '';

-- How far an import has come: written with the leads that it brought, so that it can go on from
-- there. `reject_bytes` is how long its reject file was then. `plan` is how the file is read, JSON.
CREATE TABLE imports (
    import       INTEGER PRIMARY KEY AUTOINCREMENT,
    list         TEXT NOT NULL,
    file         TEXT NOT NULL,
    digest       TEXT NOT NULL,
    plan         TEXT NOT NULL,
    began_by     TEXT NOT NULL,
    began_at     REAL NOT NULL,
    beat_at      REAL NOT NULL,
    state        TEXT NOT NULL DEFAULT 'stopped',
    why          TEXT NOT NULL DEFAULT '',
    rows         INTEGER NOT NULL DEFAULT 0,
    imported     INTEGER NOT NULL DEFAULT 0,
    rejected     INTEGER NOT NULL DEFAULT 0,
    duplicates   INTEGER NOT NULL DEFAULT 0,
    blocked      INTEGER NOT NULL DEFAULT 0,
    reasons      TEXT NOT NULL DEFAULT '{}',
    reject_bytes INTEGER NOT NULL DEFAULT 0,
    bytes        INTEGER NOT NULL DEFAULT 0,
    of_bytes     INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX imports_of_list ON imports (list, import);
