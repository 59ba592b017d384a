-- open_attempts --
SELECT standing.attempt_id AS id, standing.message_id, standing.channel, standing.recipient,
    message.text, message.language, standing.n, standing.claimed_at, standing.until,
    standing.provider_id,
    (
        SELECT coalesce(json_agg(receipt.provider_id), '[]')::TEXT
        FROM attempt JOIN receipt ON receipt.attempt_id = attempt.id
        WHERE attempt.message_id = standing.message_id AND attempt.id <> standing.attempt_id
            AND receipt.provider_id <> ''
    ) AS earlier
FROM standing
JOIN message ON message.plan_id = standing.plan_id AND message.id = standing.message_id
WHERE standing.notice_id = :notice_id AND standing.channel = :channel
    AND standing.status IN (SELECT value FROM json_each(:statuses))
ORDER BY standing.claimed_at, standing.message_id

-- save_record_content --
INSERT INTO record_content (
    number, kind, id, content, happened_at, incident_id, contact_id, reached
)
VALUES (:number, :kind, :id, @content, :happened_at, :incident_id, :contact_id, @reached)

-- record_contents --
SELECT number, id, content FROM record_content WHERE kind = :kind ORDER BY number

-- record_order --
SELECT c.number, c.id
FROM record_content AS c
LEFT JOIN record_entry AS gone ON c.kind = 'removed' AND gone.number::TEXT = c.id
WHERE c.kind IN ('incident', 'removed')
ORDER BY coalesce(gone.at, c.happened_at) DESC, c.number DESC

-- record_some --
SELECT c.number, c.kind, c.id, c.content, e.at AS written_at, gone.kind AS gone_kind,
    gone.at AS gone_at
FROM record_content AS c
JOIN record_entry AS e ON e.number = c.number
LEFT JOIN record_entry AS gone ON c.kind = 'removed' AND gone.number::TEXT = c.id
WHERE c.number IN (SELECT value::INTEGER FROM json_each(:numbers))

-- record_exhibits_of --
SELECT number, id, content FROM record_content
WHERE kind = 'exhibit' AND incident_id IN (SELECT value FROM json_each(:ids))
ORDER BY number

-- record_reached --
SELECT contact_id, name FROM (
    SELECT DISTINCT ON (contact_id, CASE contact_id WHEN '' THEN reached END)
        contact_id, reached AS name, number
    FROM record_content
    WHERE kind = 'incident' AND reached IS NOT NULL
    ORDER BY contact_id, CASE contact_id WHEN '' THEN reached END, number DESC
) AS latest
ORDER BY number DESC
LIMIT :most

-- forget_replies --
DELETE FROM reply WHERE NOT EXISTS (
    SELECT 1 FROM jsonb_array_elements(:kept::JSONB) AS kept
    WHERE kept ->> 0 = reply.channel AND kept ->> 1 = reply.provider_id
)
