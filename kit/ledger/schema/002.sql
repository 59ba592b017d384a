-- Delivery by itself: hours and pace, more than one address a person, what an answer means for the
-- next try, opt-outs and replies.
ALTER TABLE plan ADD COLUMN hours TEXT NOT NULL DEFAULT '00:00-24:00';

ALTER TABLE plan ADD COLUMN pace TEXT NOT NULL DEFAULT '{}';

-- until now the pace was the channel's
UPDATE plan SET pace = '{"per_hour": 20, "per_day": 100}' WHERE channel = 'phone';

ALTER TABLE plan ADD COLUMN registered_sender INTEGER NOT NULL DEFAULT 0;

-- lists as JSON
ALTER TABLE message ADD COLUMN others TEXT NOT NULL DEFAULT '[]';

ALTER TABLE message ADD COLUMN zones TEXT NOT NULL DEFAULT '[]';

ALTER TABLE message ADD COLUMN foreseen_at TEXT NOT NULL DEFAULT '';

UPDATE message SET foreseen_at = (SELECT finish_at FROM plan WHERE plan.id = message.plan_id);

ALTER TABLE attempt ADD COLUMN until TEXT NOT NULL DEFAULT '9999-12-31T00:00:00.000000+00:00';

ALTER TABLE attempt ADD COLUMN segments INTEGER NOT NULL DEFAULT 1;

ALTER TABLE receipt ADD COLUMN fault TEXT NOT NULL DEFAULT '';

CREATE INDEX attempt_by_claim ON attempt (channel, claimed_at);

CREATE INDEX attempt_by_notice ON attempt (notice_id, message_id, n);

DROP VIEW standing;

-- Every try, with what was said of it last.
CREATE VIEW tried AS
SELECT
    a.message_id, a.contact_id, a.notice_id, a.plan_id, a.recipient, a.channel, a.n,
    a.id AS attempt_id, a.claimed_at, a.until, a.segments,
    coalesce(r.status, 'sending') AS status,
    coalesce(
        (
            SELECT provider_id FROM receipt
            WHERE attempt_id = a.id AND provider_id <> '' ORDER BY number DESC LIMIT 1
        ),
        ''
    ) AS provider_id,
    coalesce(r.code, '') AS code,
    coalesce(r.fault, '') AS fault,
    coalesce(r.at, a.claimed_at) AS at
FROM attempt AS a
LEFT JOIN receipt AS r
    ON r.number = (SELECT max(number) FROM receipt WHERE attempt_id = a.id);

-- Where every message that was ever tried stands: its last try.
CREATE VIEW standing AS
SELECT * FROM tried AS t
WHERE t.n = (SELECT max(n) FROM attempt WHERE message_id = t.message_id);

-- When the next message may leave by a channel, over all threads and processes.
CREATE TABLE pace (
    channel TEXT PRIMARY KEY,
    next_at TEXT NOT NULL,
    -- the provider asked to wait until then
    held_until TEXT NOT NULL,
    -- the provider refused too much: the next run tries one
    paused INTEGER NOT NULL DEFAULT 0
);

-- Only a keyed hash of the address, so that it can stay when people are forgotten.
CREATE TABLE opt_out (
    hash TEXT NOT NULL,
    -- opt_out: the person wants no more; wrong_person: the address is not theirs
    meaning TEXT NOT NULL,
    -- the channel it came by, or `borrower`
    heard_by TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (hash, meaning)
);

CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
);

CREATE TABLE reply (
    number INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    -- empty for a stranger
    contact_id TEXT NOT NULL,
    text TEXT NOT NULL,
    meaning TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (channel, provider_id)
);

CREATE TRIGGER opt_out_stays BEFORE UPDATE ON opt_out
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER reply_stays BEFORE UPDATE ON reply
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER opt_out_is_kept BEFORE DELETE ON opt_out
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER reply_is_kept BEFORE DELETE ON reply
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER secret_stays BEFORE UPDATE ON secret
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER secret_is_kept BEFORE DELETE ON secret
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;
