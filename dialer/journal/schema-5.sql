-- Schema 5: who agreed to be called.

-- Source, proof, until when. An empty campaign means all of them. `proof` is encrypted.
CREATE TABLE consents (
    consent    INTEGER PRIMARY KEY AUTOINCREMENT,
    key        TEXT NOT NULL,
    campaign   TEXT NOT NULL,
    masked     TEXT NOT NULL,
    source     TEXT NOT NULL,
    proof      BLOB NOT NULL,
    given_at   REAL NOT NULL,
    expires_at REAL,
    added_by   TEXT NOT NULL,
    added_at   REAL NOT NULL,
    revoked_by TEXT NOT NULL DEFAULT '',
    revoked_at REAL
);
CREATE INDEX consents_in_force ON consents (key) WHERE revoked_at IS NULL;
