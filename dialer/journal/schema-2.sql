-- What agents promise and write: whose callback it is, and notes about a lead.

ALTER TABLE leads ADD COLUMN callback_for TEXT NOT NULL DEFAULT '';
CREATE INDEX leads_callback ON leads (next_at, lead) WHERE callback = 1;

-- `text` is encrypted.
CREATE TABLE notes (
    note   INTEGER PRIMARY KEY AUTOINCREMENT,
    lead   INTEGER NOT NULL,
    at     REAL NOT NULL,
    author TEXT NOT NULL,
    text   BLOB NOT NULL
);
CREATE INDEX notes_of_lead ON notes (lead, note);
