-- save_case --
INSERT INTO clinic_case (id, name, opened_at) VALUES (:id, @name, :opened_at)

-- save_moved_case --
INSERT INTO clinic_case (id, name, opened_at, origin) VALUES (:id, :name, :opened_at, :origin)

-- cases --
SELECT id::TEXT AS id, name, opened_at, closed_at, paused, moved_out_at FROM clinic_case
ORDER BY opened_at, id

-- case --
SELECT id::TEXT AS id, name, opened_at, closed_at, paused, moved_out_at FROM clinic_case
WHERE id::TEXT = :id

-- close_case --
UPDATE clinic_case SET closed_at = :at WHERE id::TEXT = :id AND closed_at IS NULL

-- pause_case --
UPDATE clinic_case SET paused = :paused WHERE id::TEXT = :id

-- cases_of_store --
SELECT id::TEXT AS id, name, opened_at, closed_at, paused, moved_out_at FROM clinic_case
WHERE origin = :origin ORDER BY opened_at, id

-- move_case_out --
UPDATE clinic_case SET origin = :origin, moved_out_at = coalesce(moved_out_at, :at)
WHERE id::TEXT = :id

-- this_case --
SELECT closed_at, paused FROM clinic_case WHERE id = this_case() FOR SHARE

-- served --
SELECT id::TEXT AS id FROM clinic_case WHERE closed_at IS NULL AND paused = 0 ORDER BY opened_at, id

-- open --
SELECT id::TEXT AS id FROM clinic_case WHERE closed_at IS NULL ORDER BY opened_at, id

-- key_hash --
SELECT key_hash FROM this_clinic

-- keep_key_hash --
UPDATE this_clinic SET key_hash = :key_hash WHERE key_hash IS NULL

-- erase_this_case --
DELETE FROM clinic_case WHERE id = this_case()
