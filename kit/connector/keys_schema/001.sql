-- The keys of a clinic's cases, in the encrypted file of KIT_HOME and never in the database.
CREATE TABLE case_key (
    -- empty: the clinic's own, for what holds over all cases
    case_id TEXT PRIMARY KEY,
    key BLOB NOT NULL
);
