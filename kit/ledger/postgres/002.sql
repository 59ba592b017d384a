-- What all cases share. Senders, tries and addresses are hashes by the clinic's key, which is not
-- here, and nothing says of which case they are.

-- When the next message may leave by a sender; whoever claims holds its row until that is written.
CREATE TABLE sender_pace (
    sender TEXT PRIMARY KEY,
    next_at TEXT NOT NULL,
    held_until TEXT NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- What was claimed by a sender in the last days, whether it has gone as far as is known, and whether
-- it was refused since the sender was held last.
CREATE TABLE sender_claim (
    attempt TEXT PRIMARY KEY,
    sender TEXT NOT NULL,
    claimed_at TEXT NOT NULL,
    segments INTEGER NOT NULL,
    has_gone INTEGER NOT NULL DEFAULT 1,
    refused INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX sender_claim_by_time ON sender_claim (sender, claimed_at);

-- Who wrote to one of the clinic's own senders that they want no more.
CREATE TABLE clinic_opt_out (
    hash TEXT PRIMARY KEY,
    at TEXT NOT NULL
);

CALL let_only_grow('clinic_opt_out', 'UPDATE OR DELETE');
