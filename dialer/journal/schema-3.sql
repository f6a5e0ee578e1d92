-- Schema 3: people call back.

-- Who spoke with that number when the promise was kept; empty if no agent did.
ALTER TABLE intents ADD COLUMN agent TEXT NOT NULL DEFAULT '';

-- Somebody called us. `digits` is encrypted; `body` is Arrived as JSON, without the number.
CREATE TABLE arrivals (
    call       TEXT PRIMARY KEY,
    number_key TEXT NOT NULL,
    digits     BLOB NOT NULL,
    at         REAL NOT NULL,
    closed_at  REAL,
    closed_how TEXT NOT NULL DEFAULT '',
    agent      TEXT NOT NULL DEFAULT '',
    body       TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX arrivals_of_number ON arrivals (number_key, at);

-- Who pressed the key that ends our calls, by the call in which it was pressed: taken over once.
CREATE TABLE opt_outs (call TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
