-- A case may come from a laptop's store, and go back to one.
-- by which such a store is known again: a keyed hash
ALTER TABLE clinic_case ADD COLUMN origin TEXT;

-- when it was closed and written into a file: whoever goes on from there has that mark
ALTER TABLE clinic_case ADD COLUMN moved_out_at TEXT;

CREATE UNIQUE INDEX clinic_case_of_one_store ON clinic_case (origin) WHERE closed_at IS NULL;
