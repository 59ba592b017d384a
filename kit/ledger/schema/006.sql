-- When the people of the book were forgotten: by plans up to that one nobody is told any more.
CREATE TABLE forgetting (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    last_plan INTEGER NOT NULL,
    -- while it is at work, and only then, what names people may be taken out of the ledger
    is_open INTEGER NOT NULL
);

-- Keyed hashes of every address of those who were told, and whose attempts they were: so that
-- nobody is told again who is brought in again.
CREATE TABLE trace (
    hash TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    PRIMARY KEY (hash, contact_id)
);

CREATE INDEX trace_by_contact ON trace (contact_id);

CREATE INDEX attempt_by_contact ON attempt (contact_id);

-- Keyed hashes of the replies that were forgotten: a provider may list them once more. Of one that
-- can be asked to delete them, its own random ids too.
CREATE TABLE heard_before (
    hash TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    provider_id TEXT NOT NULL
);

DROP TRIGGER attempt_stays;

CREATE TRIGGER attempt_stays BEFORE UPDATE ON attempt
WHEN NOT EXISTS (SELECT 1 FROM forgetting WHERE is_open)
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

DROP TRIGGER reply_stays;

CREATE TRIGGER reply_stays BEFORE UPDATE ON reply
WHEN NOT EXISTS (SELECT 1 FROM forgetting WHERE is_open)
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

DROP TRIGGER reply_is_kept;

CREATE TRIGGER reply_is_kept BEFORE DELETE ON reply
WHEN NOT EXISTS (SELECT 1 FROM forgetting WHERE is_open)
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER trace_stays BEFORE UPDATE ON trace
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER trace_is_kept BEFORE DELETE ON trace
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;
