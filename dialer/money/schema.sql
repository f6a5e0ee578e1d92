-- What carriers charge, what is paid by the month and by the hour, and what each call cost.
-- Amounts are decimal text: a binary fraction is not an amount. Nothing here is changed or deleted
-- once written; what is newer counts.

CREATE TABLE decks (
    deck TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,          -- the deck without its rates
    rates INTEGER NOT NULL,
    imported_at REAL NOT NULL,
    imported_by TEXT NOT NULL,
    origin TEXT NOT NULL,        -- name of the file
    PRIMARY KEY (deck, version)
) WITHOUT ROWID;

CREATE TABLE rates (
    deck TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX rates_of ON rates (deck, version);

CREATE TABLE uses (              -- which deck a trunk's calls are rated by
    trunk TEXT NOT NULL,
    deck TEXT NOT NULL,          -- empty: by none
    set_at REAL NOT NULL,
    set_by TEXT NOT NULL
);

CREATE TABLE charges (           -- what is paid whether or not anybody calls
    charge INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,          -- trunk, number: by the month; pool, agent: by the hour
    name TEXT NOT NULL,
    amount TEXT NOT NULL,
    currency TEXT NOT NULL,
    since TEXT NOT NULL,         -- first day; the newest row of a kind, name and day counts
    set_at REAL NOT NULL,
    set_by TEXT NOT NULL
);

CREATE TABLE costs (
    cost INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    call TEXT NOT NULL,
    deck TEXT NOT NULL,
    version INTEGER NOT NULL,
    prefix TEXT NOT NULL,
    billed_s INTEGER NOT NULL,
    amount TEXT,                 -- null: the deck has no rate for it
    currency TEXT NOT NULL,
    rated_at REAL NOT NULL,
    again INTEGER NOT NULL       -- 1: the call had a cost before
);
CREATE INDEX costs_of ON costs (call, cost);
CREATE INDEX costs_of_source ON costs (source, cost);

CREATE TABLE rated (             -- how far the journal has been rated
    journal TEXT PRIMARY KEY,
    facts_seq INTEGER NOT NULL
) WITHOUT ROWID;
