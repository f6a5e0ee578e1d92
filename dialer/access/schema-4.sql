-- What vouches for a session beside the password: `code` (a second factor), `provider` (OIDC), or ''.
ALTER TABLE sessions ADD COLUMN second TEXT NOT NULL DEFAULT '';
