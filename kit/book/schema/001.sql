CREATE TABLE contact (
    id TEXT PRIMARY KEY,
    position INTEGER NOT NULL UNIQUE,
    -- lists as JSON, best first
    names TEXT NOT NULL,
    numbers TEXT NOT NULL,
    emails TEXT NOT NULL,
    sources TEXT NOT NULL,
    chosen TEXT NOT NULL CHECK (chosen IN ('undecided', 'emergency', 'everyone', 'nobody'))
);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Everything with personal data that was written outside the store, for `kit erase`.
CREATE TABLE written (
    -- as the system has it: a name need not be valid in any encoding
    path BLOB PRIMARY KEY,
    at TEXT NOT NULL
);
