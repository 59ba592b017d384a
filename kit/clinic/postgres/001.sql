-- procrastinate's own tables stand there already (kit/clinic/schema.py). Of its jobs a connection
-- that shows a case sees that case's alone; the workers' own shows none, and serves all.
ALTER TABLE procrastinate_jobs ENABLE ROW LEVEL SECURITY;

CREATE POLICY one_case ON procrastinate_jobs
USING (this_case() IS NULL OR queue_name = this_case()::TEXT)
WITH CHECK (this_case() IS NULL OR queue_name = this_case()::TEXT);

-- What is done is gone at once, so the dead rows are many and the living few.
ALTER TABLE procrastinate_jobs SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE procrastinate_events SET (autovacuum_vacuum_scale_factor = 0.02);

-- procrastinate looks for others with the same lock, which ours do not have; without an index it
-- would look through all that wait, for each job that is fetched.
CREATE INDEX queue_by_lock ON procrastinate_jobs (lock) WHERE lock IS NOT NULL;

-- How far the line has come, over all cases: of others a case learns this number and no more.
CREATE VIEW next_in_line AS
SELECT true AS is_first, (
    SELECT 1073741824 - priority - 1 FROM procrastinate_jobs
    WHERE status = 'todo' AND priority > 0 AND (scheduled_at IS NULL OR scheduled_at <= now())
    ORDER BY priority DESC LIMIT 1
) AS next
UNION ALL
SELECT false, (
    SELECT -priority - 1 FROM procrastinate_jobs
    WHERE status = 'todo' AND priority <= 0 AND (scheduled_at IS NULL OR scheduled_at <= now())
    ORDER BY priority DESC LIMIT 1
);
