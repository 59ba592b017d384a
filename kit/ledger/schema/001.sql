CREATE TABLE notice (
    id TEXT PRIMARY KEY,
    rehearsal INTEGER NOT NULL,
    at TEXT NOT NULL
);

CREATE TABLE plan (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    notice_id TEXT NOT NULL REFERENCES notice (id),
    channel TEXT NOT NULL,
    sender TEXT NOT NULL,
    price_per_segment TEXT NOT NULL,
    currency TEXT NOT NULL,
    frozen_at TEXT NOT NULL,
    finish_at TEXT NOT NULL
);

CREATE TABLE message (
    plan_id TEXT NOT NULL REFERENCES plan (id),
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    recipient TEXT NOT NULL,
    channel TEXT NOT NULL,
    group_name TEXT NOT NULL,
    tone TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    encoding TEXT NOT NULL,
    segments INTEGER NOT NULL,
    PRIMARY KEY (plan_id, id)
);

CREATE TABLE skip (
    plan_id TEXT NOT NULL REFERENCES plan (id),
    position INTEGER NOT NULL,
    contact_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (plan_id, contact_id)
);

CREATE TABLE attempt (
    id TEXT PRIMARY KEY,
    notice_id TEXT NOT NULL REFERENCES notice (id),
    plan_id TEXT NOT NULL REFERENCES plan (id),
    message_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    channel TEXT NOT NULL,
    claimed_at TEXT NOT NULL,
    UNIQUE (message_id, n)
);

CREATE INDEX attempt_by_recipient ON attempt (notice_id, recipient);

CREATE TABLE receipt (
    number INTEGER PRIMARY KEY,
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    status TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    code TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE INDEX receipt_by_attempt ON receipt (attempt_id, number);

-- Where every message that was ever tried stands: its last attempt's last receipt.
CREATE VIEW standing AS
SELECT
    a.message_id, a.contact_id, a.notice_id, a.plan_id, a.recipient, a.channel, a.n,
    a.id AS attempt_id, a.claimed_at,
    coalesce(r.status, 'sending') AS status,
    coalesce(r.provider_id, '') AS provider_id,
    coalesce(r.at, a.claimed_at) AS at
FROM attempt AS a
LEFT JOIN receipt AS r
    ON r.number = (SELECT max(number) FROM receipt WHERE attempt_id = a.id)
WHERE a.n = (SELECT max(n) FROM attempt WHERE message_id = a.message_id);

-- The ledger only grows: what happened cannot be changed or removed.
CREATE TRIGGER attempt_stays BEFORE UPDATE ON attempt
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER receipt_stays BEFORE UPDATE ON receipt
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER attempt_is_kept BEFORE DELETE ON attempt
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER receipt_is_kept BEFORE DELETE ON receipt
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;
