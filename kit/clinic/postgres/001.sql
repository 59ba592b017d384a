-- procrastinate's own tables stand there already (kit/clinic/schema.py). Of its jobs a connection
-- that shows a case sees that case's alone; the workers' own shows none, and serves all.
ALTER TABLE procrastinate_jobs ENABLE ROW LEVEL SECURITY;

CREATE POLICY one_case ON procrastinate_jobs
USING (this_case() IS NULL OR queue_name = this_case()::TEXT)
WITH CHECK (this_case() IS NULL OR queue_name = this_case()::TEXT);

-- What is done is gone at once, so the dead rows are many and the living few.
ALTER TABLE procrastinate_jobs SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE procrastinate_events SET (autovacuum_vacuum_scale_factor = 0.02);

-- How far the line has come, over all cases: of others a case learns this number and no more.
CREATE VIEW next_in_line AS
SELECT is_first, (
    SELECT CASE WHEN is_first THEN 1073741824 ELSE 0 END - priority - 1
    FROM procrastinate_jobs
    WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
        AND priority <= CASE WHEN is_first THEN 1073741824 ELSE 0 END
        AND (priority > 0 OR NOT is_first)
    ORDER BY priority DESC LIMIT 1
) AS next
FROM (VALUES (true), (false)) AS band (is_first);
