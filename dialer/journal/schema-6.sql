-- Schema 6: blocks that end, that bind all numbers of a prefix, and numbers that are let through.

ALTER TABLE dnc ADD COLUMN expires_at REAL;
-- The first digits of the numbers that an entry is for, in clear; then it has no key.
ALTER TABLE dnc ADD COLUMN prefix TEXT NOT NULL DEFAULT '';
-- 1: a white list's entry, against shorter prefixes only.
ALTER TABLE dnc ADD COLUMN allows INTEGER NOT NULL DEFAULT 0;
DROP INDEX dnc_in_force;
CREATE UNIQUE INDEX dnc_in_force ON dnc (key, prefix, campaign, allows) WHERE removed_at IS NULL;
CREATE INDEX dnc_prefixes ON dnc (prefix) WHERE prefix != '' AND removed_at IS NULL;
