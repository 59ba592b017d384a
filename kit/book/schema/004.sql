-- The fact sheet: what letters and complaints say of the borrower, the lender and the money.
CREATE TABLE sheet (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
