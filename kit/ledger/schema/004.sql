-- The record of evidence: a chain of entries that only grows, and what each of them tells, which
-- the borrower may remove: the entry stays, and so does the gap.
CREATE TABLE record_entry (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    digest TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);

-- How many entries there are, and the hash of the last one: so that a lost end is seen.
CREATE TABLE record_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    number INTEGER NOT NULL,
    hash TEXT NOT NULL
);

CREATE TABLE record_content (
    number INTEGER PRIMARY KEY REFERENCES record_entry (number),
    kind TEXT NOT NULL,
    -- of the incident or exhibit
    id TEXT NOT NULL,
    -- JSON
    content TEXT NOT NULL,
    UNIQUE (kind, id)
);

-- The bytes of an exhibit, in order.
CREATE TABLE record_part (
    -- its entry is written when all of them are there
    number INTEGER NOT NULL REFERENCES record_entry (number) DEFERRABLE INITIALLY DEFERRED,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (number, part)
);

-- Proposals that the borrower did not take; of calls in a log that they removed, a keyed hash.
CREATE TABLE declined (
    proposal_id TEXT PRIMARY KEY,
    at TEXT NOT NULL
);

-- The numbers that the borrower says are collectors'.
CREATE TABLE collector (
    number TEXT PRIMARY KEY,
    at TEXT NOT NULL
);

CREATE TRIGGER record_entry_stays BEFORE UPDATE ON record_entry
BEGIN SELECT raise(ABORT, 'the record only grows'); END;

CREATE TRIGGER record_entry_is_kept BEFORE DELETE ON record_entry
BEGIN SELECT raise(ABORT, 'the record only grows'); END;

CREATE TRIGGER record_content_stays BEFORE UPDATE ON record_content
BEGIN SELECT raise(ABORT, 'the record only grows'); END;

CREATE TRIGGER record_part_stays BEFORE UPDATE ON record_part
BEGIN SELECT raise(ABORT, 'the record only grows'); END;
