-- save_case --
INSERT INTO clinic_case (id, name, opened_at) VALUES (:id, @name, :opened_at)

-- cases --
SELECT id::TEXT AS id, name, opened_at, closed_at, paused FROM clinic_case ORDER BY opened_at, id

-- case --
SELECT id::TEXT AS id, name, opened_at, closed_at, paused FROM clinic_case WHERE id::TEXT = :id

-- close_case --
UPDATE clinic_case SET closed_at = :at WHERE id::TEXT = :id AND closed_at IS NULL

-- pause_case --
UPDATE clinic_case SET paused = :paused WHERE id::TEXT = :id

-- this_case --
SELECT closed_at, paused FROM clinic_case WHERE id = this_case() FOR SHARE

-- served --
SELECT id::TEXT AS id FROM clinic_case WHERE closed_at IS NULL AND paused = 0 ORDER BY opened_at, id
