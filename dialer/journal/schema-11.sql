-- Schema 11: days that the house closes, and weekends that it works in turn; ended ones stay on record.

CREATE TABLE house_days (
    entry      INTEGER PRIMARY KEY AUTOINCREMENT,
    region     TEXT NOT NULL,     -- ISO 3166; empty: everywhere
    kind       TEXT NOT NULL,     -- closed, workday
    first      TEXT NOT NULL,     -- 2027-02-05
    last       TEXT NOT NULL,
    note       TEXT NOT NULL,
    added_by   TEXT NOT NULL,
    added_at   REAL NOT NULL,
    removed_by TEXT NOT NULL DEFAULT '',
    removed_at REAL
);
