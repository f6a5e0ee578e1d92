-- Accounts, log-ins and the audit log. Instants are seconds since 1970 UTC.
-- Of every secret only a hash is here: argon2id of passwords, SHA-256 of random tokens.

CREATE TABLE users (
    name        TEXT PRIMARY KEY,
    role        TEXT NOT NULL,
    active      INTEGER NOT NULL DEFAULT 1,
    password    TEXT NOT NULL,
    must_change INTEGER NOT NULL DEFAULT 0,
    added_at    REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE teams (
    team     TEXT PRIMARY KEY,
    added_at REAL NOT NULL
) WITHOUT ROWID;

-- What a user has: kind `campaign` or `team` (his scope; `*` is all), or `grant` (a permission).
CREATE TABLE holdings (
    user TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (user, kind, name)
) WITHOUT ROWID;

CREATE TABLE sessions (
    token   TEXT PRIMARY KEY,
    user    TEXT NOT NULL,
    source  TEXT NOT NULL,
    made_at REAL NOT NULL,
    seen_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user);

-- Log-ins that failed. `who` is a hash: somebody may have typed his password for his name.
CREATE TABLE failures (
    kind    TEXT NOT NULL,
    who     TEXT NOT NULL,
    count   INTEGER NOT NULL,
    last_at REAL NOT NULL,
    PRIMARY KEY (kind, who)
) WITHOUT ROWID;

CREATE TABLE keys (
    prefix     TEXT PRIMARY KEY,
    secret     TEXT NOT NULL,
    owner      TEXT NOT NULL,
    label      TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    made_at    REAL NOT NULL,
    expires_at REAL NOT NULL,
    used_at    REAL,
    revoked_at REAL
) WITHOUT ROWID;

-- The token for the first superuser. At most one row.
CREATE TABLE first_token (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    token      TEXT NOT NULL,
    expires_at REAL NOT NULL
);

-- Who changed what. `previous` is the hash of the row before, `hash` covers this row and it.
CREATE TABLE audit (
    seq      INTEGER PRIMARY KEY,
    at       REAL NOT NULL,
    who      TEXT NOT NULL,
    source   TEXT NOT NULL,
    action   TEXT NOT NULL,
    object   TEXT NOT NULL,
    before   TEXT NOT NULL,
    after    TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash     TEXT NOT NULL
);
CREATE INDEX audit_object ON audit (object, seq);
CREATE INDEX audit_who ON audit (who, seq);
-- Against accidents. Who can write the file can drop these; the chain is against him.
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
