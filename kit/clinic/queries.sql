-- enqueue --
SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW(
        this_case()::TEXT,
        'deliver',
        :top - line.next - waits.k,
        NULL,
        this_case()::TEXT || ' ' || waits.id,
        jsonb_build_object(
            'case_id', this_case(), 'plan_id', :plan_id::TEXT, 'message_id', waits.id
        ),
        NULL
    )::procrastinate_job_to_defer_v1
    ORDER BY waits.k
))
FROM (
    SELECT value AS id, row_number() OVER (ORDER BY place)::INTEGER AS k
    FROM jsonb_array_elements_text(:ids::JSONB) WITH ORDINALITY AS given (value, place)
    WHERE this_case()::TEXT || ' ' || value NOT IN (
        SELECT queueing_lock FROM procrastinate_jobs
        WHERE queue_name = this_case()::TEXT AND status IN ('todo', 'doing')
    )
) AS waits, (
    SELECT greatest(
        coalesce((SELECT next FROM next_in_line WHERE is_first = (:top > 0)), 0),
        coalesce((
            SELECT max(:top - priority) FROM procrastinate_jobs
            WHERE queue_name = this_case()::TEXT AND status IN ('todo', 'doing')
                AND (priority > 0) = (:top > 0)
        ), 0)
    )::INTEGER AS next
) AS line
HAVING count(*) > 0

-- drop_other_plans --
DELETE FROM procrastinate_jobs
WHERE queue_name = this_case()::TEXT AND status = 'todo' AND args ->> 'plan_id' <> :plan_id
    AND args ->> 'message_id' <> ALL(:but::TEXT[])

-- put_off_no_more --
UPDATE procrastinate_jobs SET scheduled_at = NULL
WHERE queue_name = this_case()::TEXT AND status = 'todo' AND args ->> 'plan_id' = :plan_id
    AND scheduled_at > now()

-- message_ids --
SELECT args ->> 'message_id' AS message_id FROM procrastinate_jobs
WHERE queue_name = this_case()::TEXT AND status IN ('todo', 'doing')

-- in_hand --
SELECT count(*) AS count
FROM procrastinate_jobs AS job
JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
WHERE job.queue_name = this_case()::TEXT AND job.status = 'doing'
    AND worker.last_heartbeat >= now() - :silent_s * INTERVAL '1 second'

-- clear --
DELETE FROM procrastinate_jobs WHERE queue_name = this_case()::TEXT

-- give_up_workers --
DELETE FROM procrastinate_workers
WHERE last_heartbeat < now() - :silent_s * INTERVAL '1 second'

-- take_back --
UPDATE procrastinate_jobs SET status = 'todo', scheduled_at = NULL, attempts = attempts + 1
WHERE status = 'doing' AND worker_id IS NULL
RETURNING id

-- has_work --
SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'doing') OR EXISTS (
    SELECT 1 FROM procrastinate_jobs
    WHERE status = 'todo' AND queue_name = ANY(:cases)
        AND (scheduled_at IS NULL OR scheduled_at <= now() + :soon_s * INTERVAL '1 second')
) AS has_work

-- waiting --
SELECT count(*) AS count FROM procrastinate_jobs
WHERE status = 'todo' AND queue_name = ANY(:cases)

-- drop_closed --
DELETE FROM procrastinate_jobs
WHERE status = 'todo' AND queue_name IN (
    SELECT id::TEXT FROM clinic_case WHERE closed_at IS NOT NULL
)

-- database --
SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes

-- workers --
SELECT count(*) FILTER (WHERE silent_s <= :silent_s) AS live,
    count(*) FILTER (WHERE silent_s > :silent_s) AS silent, min(silent_s) AS heard_s
FROM (
    SELECT extract(EPOCH FROM now() - last_heartbeat)::FLOAT8 AS silent_s FROM procrastinate_workers
) AS each

-- line --
SELECT count(*) FILTER (WHERE status = 'doing') AS in_hand,
    count(*) FILTER (WHERE status = 'todo' AND later) AS put_off,
    count(*) FILTER (WHERE status = 'todo' AND NOT later) AS waiting,
    (
        SELECT extract(EPOCH FROM now() - procrastinate_events.at)::FLOAT8
        FROM procrastinate_events
        WHERE type = 'deferred'
            AND job_id = min(each.id) FILTER (WHERE status = 'todo' AND NOT later)
    ) AS waiting_s,
    extract(
        EPOCH FROM min(scheduled_at) FILTER (WHERE status = 'todo' AND later) - now()
    )::FLOAT8 AS next_s
FROM (
    SELECT id, status, scheduled_at, coalesce(scheduled_at > now(), false) AS later FROM procrastinate_jobs
) AS each
