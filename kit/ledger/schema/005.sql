-- What became of letters and complaints, by the borrower's word.
CREATE TABLE filing (
    number INTEGER PRIMARY KEY,
    draft TEXT NOT NULL,
    event TEXT NOT NULL,
    -- the day on which it was sent or answered
    on_day TEXT NOT NULL,
    lender TEXT NOT NULL,
    reference TEXT NOT NULL,
    noted_at TEXT NOT NULL
);

CREATE TRIGGER filing_stays BEFORE UPDATE ON filing
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER filing_is_kept BEFORE DELETE ON filing
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;
