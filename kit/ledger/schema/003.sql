-- What people report of calls, by their own account, until the borrower decides what it is.
CREATE TABLE proposal (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    report_id TEXT NOT NULL,
    -- empty where nobody said who sent it
    contact_id TEXT NOT NULL,
    -- the channel it came by, or `borrower`
    heard_by TEXT NOT NULL,
    heard_at TEXT NOT NULL,
    at TEXT NOT NULL,
    shown_number TEXT NOT NULL,
    -- E.164, or empty
    caller TEXT NOT NULL,
    said_they_were TEXT NOT NULL,
    said TEXT NOT NULL,
    -- 1, 0, or NULL where nobody knows
    debt_named INTEGER,
    refused INTEGER,
    -- it came with a checksum that held
    checked INTEGER NOT NULL
);

CREATE INDEX proposal_by_report ON proposal (report_id, contact_id);

CREATE TRIGGER proposal_stays BEFORE UPDATE ON proposal
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER proposal_is_kept BEFORE DELETE ON proposal
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;
