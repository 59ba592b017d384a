-- Address books and files of evidence that were brought in and lie where they were, for `kit erase`
-- to name.
CREATE TABLE brought_in (
    -- as the system has it: a name need not be valid in any encoding
    path BLOB PRIMARY KEY,
    at TEXT NOT NULL
);

-- Whether people of the book stand in it: then it goes when they are forgotten.
ALTER TABLE written ADD COLUMN people INTEGER NOT NULL DEFAULT 0;
