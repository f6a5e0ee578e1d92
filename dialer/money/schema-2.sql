CREATE TABLE exchange (          -- rates of exchange; the newest row of a day and pair counts
    number INTEGER PRIMARY KEY,
    day TEXT NOT NULL,           -- first day on which it is in force
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    rate TEXT NOT NULL,          -- so much of `quote` is one of `base`
    origin TEXT NOT NULL,        -- who published it
    imported_at REAL NOT NULL,
    imported_by TEXT NOT NULL
);
