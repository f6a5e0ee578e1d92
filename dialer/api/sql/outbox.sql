-- Who is told of what, and what is still to be sent. `secret` is sealed with the journal's key.
CREATE TABLE IF NOT EXISTS webhooks (
    webhook INTEGER PRIMARY KEY AUTOINCREMENT,
    url     TEXT NOT NULL,
    form    TEXT NOT NULL,
    kinds   TEXT NOT NULL,
    secret  BLOB NOT NULL,
    made_by TEXT NOT NULL,
    made_at REAL NOT NULL,
    lost    INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS letters (
    letter  INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook INTEGER NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    told    TEXT NOT NULL,
    tries   INTEGER NOT NULL DEFAULT 0,
    due_at  REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS letters_due ON letters (due_at);
