-- The journal: one SQLite file, one writer. Figures are folds of it; people are encrypted in it.
-- Instants are seconds since 1970 UTC. `user_version` is the schema's version.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- What happened, in the order in which it came in.
CREATE TABLE events (
    seq  INTEGER PRIMARY KEY AUTOINCREMENT,
    at   REAL NOT NULL,
    body TEXT NOT NULL
);

-- What the engine derived: the idx-th command of event `cause`.
CREATE TABLE facts (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    kind  TEXT NOT NULL,
    cause INTEGER NOT NULL,
    idx   INTEGER NOT NULL,
    body  TEXT NOT NULL,
    UNIQUE (cause, idx)
);

CREATE TABLE checkpoints (
    seq   INTEGER PRIMARY KEY,
    state BLOB NOT NULL
);

-- Who may promise calls. One row.
CREATE TABLE lease (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    epoch  INTEGER NOT NULL,
    holder TEXT NOT NULL,
    beat   REAL NOT NULL
);

-- A campaign in force, each version of it: CampaignOpened and LeadRules as JSON.
CREATE TABLE campaigns (
    campaign TEXT NOT NULL,
    version  INTEGER NOT NULL,
    since    REAL NOT NULL,
    opened   TEXT NOT NULL,
    rules    TEXT NOT NULL,
    open     INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (campaign, version)
) WITHOUT ROWID;

CREATE TABLE lists (
    list     TEXT PRIMARY KEY,
    source   TEXT NOT NULL,
    added_at REAL NOT NULL
) WITHOUT ROWID;

-- Country and possible time zones: `US America/New_York`.
CREATE TABLE places (
    place INTEGER PRIMARY KEY,
    name  TEXT NOT NULL UNIQUE
);

-- A person to reach. From `state` on the columns follow from the others (hopper.settled).
CREATE TABLE leads (
    lead          INTEGER PRIMARY KEY AUTOINCREMENT,
    list          TEXT NOT NULL,
    priority      INTEGER NOT NULL DEFAULT 0,
    attempts      INTEGER NOT NULL DEFAULT 0,
    next_at       REAL NOT NULL DEFAULT 0,
    callback      INTEGER NOT NULL DEFAULT 0,
    disposition   TEXT NOT NULL DEFAULT '',
    disposed_call TEXT NOT NULL DEFAULT '',
    final         TEXT NOT NULL DEFAULT '',
    call          TEXT NOT NULL DEFAULT '',
    person        BLOB,
    state         TEXT NOT NULL,
    why           TEXT NOT NULL,
    number        INTEGER NOT NULL,
    place         INTEGER NOT NULL,
    rank          INTEGER NOT NULL,
    due_at        REAL NOT NULL
);
CREATE INDEX leads_due ON leads (list, place, rank, due_at, lead) WHERE state = 'open';
CREATE INDEX leads_why ON leads (list, why) WHERE state = 'done' AND why IN ('dnc', 'caps');

-- A lead's numbers. `digits` is encrypted, `key` is its keyed hash.
CREATE TABLE numbers (
    lead     INTEGER NOT NULL,
    pos      INTEGER NOT NULL,
    list     TEXT NOT NULL,
    key      TEXT NOT NULL,
    digits   BLOB NOT NULL,
    masked   TEXT NOT NULL,
    place    INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    tries    TEXT NOT NULL DEFAULT '{}',
    dead     INTEGER NOT NULL DEFAULT 0,
    spent    INTEGER NOT NULL DEFAULT 0,
    due_at   REAL NOT NULL DEFAULT 0,
    held     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (lead, pos)
) WITHOUT ROWID;
CREATE UNIQUE INDEX numbers_key ON numbers (key, list);

-- How many leads stand where: kept by the triggers below.
CREATE TABLE lead_counts (
    list  TEXT NOT NULL,
    state TEXT NOT NULL,
    why   TEXT NOT NULL,
    place INTEGER NOT NULL,
    rank  INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (list, state, why, place, rank)
) WITHOUT ROWID;

CREATE TRIGGER leads_added AFTER INSERT ON leads BEGIN
    INSERT INTO lead_counts VALUES (new.list, new.state, new.why, new.place, new.rank, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER leads_moved AFTER UPDATE OF state, why, place, rank ON leads
WHEN (old.state, old.why, old.place, old.rank) != (new.state, new.why, new.place, new.rank) BEGIN
    UPDATE lead_counts SET n = n - 1
    WHERE list = old.list AND state = old.state AND why = old.why
      AND place = old.place AND rank = old.rank;
    INSERT INTO lead_counts VALUES (new.list, new.state, new.why, new.place, new.rank, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER leads_removed AFTER DELETE ON leads BEGIN
    UPDATE lead_counts SET n = n - 1
    WHERE list = old.list AND state = old.state AND why = old.why
      AND place = old.place AND rank = old.rank;
END;

-- A promise to place one call. Open until its CDR or its withdrawal.
CREATE TABLE intents (
    call       TEXT PRIMARY KEY,
    lead       INTEGER NOT NULL,
    pos        INTEGER NOT NULL,
    number_key TEXT NOT NULL,
    campaign   TEXT NOT NULL,
    epoch      INTEGER NOT NULL,
    opened_at  REAL NOT NULL,
    closed_at  REAL,
    closed_how TEXT NOT NULL DEFAULT '',
    counted    INTEGER NOT NULL DEFAULT 1,
    body       TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX intents_one_per_number ON intents (number_key) WHERE closed_at IS NULL;
CREATE INDEX intents_of_number ON intents (number_key, opened_at) WHERE counted = 1;

-- Who must not be called, and who said so. An empty campaign means all of them.
CREATE TABLE dnc (
    entry      INTEGER PRIMARY KEY AUTOINCREMENT,
    key        TEXT NOT NULL,
    campaign   TEXT NOT NULL,
    masked     TEXT NOT NULL,
    source     TEXT NOT NULL,
    reason     TEXT NOT NULL,
    added_by   TEXT NOT NULL,
    added_at   REAL NOT NULL,
    removed_by TEXT NOT NULL DEFAULT '',
    removed_at REAL
);
CREATE UNIQUE INDEX dnc_in_force ON dnc (key, campaign) WHERE removed_at IS NULL;

-- Rows of lists that could not be read: which line, why. The text is in the reject file only.
CREATE TABLE rejects (
    list   TEXT NOT NULL,
    line   INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at     REAL NOT NULL
);
CREATE INDEX rejects_of_list ON rejects (list, line);
