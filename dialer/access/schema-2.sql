-- A second factor: what an authenticator counts from, sealed; `step` is the last code's, used once.
CREATE TABLE second_factors (
    user         TEXT PRIMARY KEY,
    secret       BLOB NOT NULL,
    confirmed_at REAL,
    step         INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Whom an OIDC provider knows our user as: `subject` is the provider's name that never changes.
CREATE TABLE links (
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    user    TEXT NOT NULL,
    made_at REAL NOT NULL,
    PRIMARY KEY (issuer, subject)
) WITHOUT ROWID;
CREATE UNIQUE INDEX links_user ON links (issuer, user);
