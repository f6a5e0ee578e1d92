-- Codes for who has lost the authenticator, ten to a user: hashes, each good once.
CREATE TABLE recovery_codes (
    user TEXT NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (user, code)
) WITHOUT ROWID;
