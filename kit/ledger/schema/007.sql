-- Copies: a store that was made of one may not send before it is known what the other one sent.
CREATE TABLE copied (
    number INTEGER PRIMARY KEY,
    -- when the copy was made; the store that it was made of has no such row
    at TEXT NOT NULL
);

-- What is known since then: of a channel, for one plan by asking, for all by the borrower's word.
CREATE TABLE copy_asked (
    copied INTEGER NOT NULL REFERENCES copied (number),
    channel TEXT NOT NULL,
    -- empty: by the borrower's word, whatever the plan
    plan_id TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (copied, channel, plan_id)
);

-- Of which copy: who is forgotten in a copy gets another id, by which nobody can be asked any more.
ALTER TABLE forgetting ADD COLUMN copied INTEGER;

CREATE TRIGGER copied_stays BEFORE UPDATE ON copied
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER copied_is_kept BEFORE DELETE ON copied
BEGIN SELECT raise(ABORT, 'the ledger only grows'); END;
