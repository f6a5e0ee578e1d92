-- Schema 7: numbers that we show: what proves that they are ours, and whether a call to them comes in.

CREATE TABLE caller_id_proofs (
    proof        INTEGER PRIMARY KEY AUTOINCREMENT,
    caller_id    TEXT NOT NULL,
    source       TEXT NOT NULL,
    says         TEXT NOT NULL,
    proved_by    TEXT NOT NULL,
    proved_at    REAL NOT NULL,
    expires_at   REAL,
    withdrawn_by TEXT NOT NULL DEFAULT '',
    withdrawn_at REAL
);
CREATE INDEX caller_id_proofs_of ON caller_id_proofs (caller_id);

CREATE TABLE caller_id_tests (
    test      INTEGER PRIMARY KEY AUTOINCREMENT,
    caller_id TEXT NOT NULL,
    shown     TEXT NOT NULL,
    trunk     TEXT NOT NULL,
    asked_by  TEXT NOT NULL,
    began_at  REAL NOT NULL,
    came_at   REAL,
    why       TEXT NOT NULL
);
CREATE INDEX caller_id_tests_of ON caller_id_tests (caller_id);
