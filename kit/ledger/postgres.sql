-- open_attempts --
SELECT standing.attempt_id AS id, standing.message_id, standing.channel, standing.recipient,
    message.text, message.language, standing.n, standing.claimed_at, standing.until,
    standing.provider_id,
    ARRAY(
        SELECT receipt.provider_id::BYTEA
        FROM attempt JOIN receipt ON receipt.attempt_id = attempt.id
        WHERE attempt.message_id = standing.message_id AND attempt.id <> standing.attempt_id
            AND says_something(receipt.provider_id)
    ) AS earlier
FROM standing
JOIN message ON message.plan_id = standing.plan_id AND message.id = standing.message_id
WHERE standing.notice_id = :notice_id AND standing.channel = :channel
    AND standing.status IN (SELECT value FROM json_each(:statuses))
ORDER BY standing.claimed_at, standing.message_id

-- save_record_content --
INSERT INTO record_content (
    number, kind, id, content, happened_at, incident_id, contact_id, reached, removed
)
VALUES (
    :number, :kind, @id, @content, :happened_at, @incident_id, :contact_id, @reached, :removed
)

-- record_contents --
SELECT number, id, content FROM record_content WHERE kind = :kind ORDER BY number

-- record_order --
SELECT c.number, c.id
FROM record_content AS c
LEFT JOIN record_entry AS gone ON gone.number = c.removed
WHERE c.kind IN ('incident', 'removed')
ORDER BY coalesce(gone.at, c.happened_at) DESC, c.number DESC

-- record_some --
SELECT c.number, c.kind, c.id, c.content, e.at AS written_at, gone.kind AS gone_kind,
    gone.at AS gone_at
FROM record_content AS c
JOIN record_entry AS e ON e.number = c.number
LEFT JOIN record_entry AS gone ON gone.number = c.removed
WHERE c.number IN (SELECT value::INTEGER FROM json_each(:numbers))

-- record_exhibits_of --
SELECT number, id, content FROM record_content
WHERE kind = 'exhibit' AND incident_id IN (SELECT value FROM json_each(@ids))
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

-- provider_ids --
SELECT DISTINCT provider_id FROM (
    SELECT receipt.provider_id FROM receipt JOIN attempt ON attempt.id = receipt.attempt_id
    WHERE attempt.channel = :channel
    UNION
    SELECT provider_id FROM reply WHERE channel = :channel
    UNION
    SELECT provider_id FROM heard_before WHERE channel = :channel
) AS known
WHERE says_something(provider_id)

-- pace_of_sender --
SELECT next_at, held_until, paused FROM sender_pace WHERE sender = :sender

-- save_pace_of_sender --
INSERT INTO sender_pace (sender, next_at, held_until, paused)
VALUES (:sender, :next_at, :held_until, :paused)
ON CONFLICT ON CONSTRAINT sender_pace_pkey DO UPDATE SET
    next_at = excluded.next_at, held_until = excluded.held_until, paused = excluded.paused

-- begin_pace_of_sender --
INSERT INTO sender_pace (sender, next_at, held_until) VALUES (:sender, :at, :at)
ON CONFLICT DO NOTHING

-- lock_sender --
SELECT 1 AS one FROM sender_pace WHERE sender = :sender FOR UPDATE

-- save_claim_of_sender --
WITH dropped AS (DELETE FROM sender_claim WHERE sender = :sender AND claimed_at < :before)
INSERT INTO sender_claim (attempt, sender, claimed_at, segments)
VALUES (:attempt, :sender, :claimed_at, :segments)
ON CONFLICT DO NOTHING

-- settle_claim_of_sender --
UPDATE sender_claim SET has_gone = :has_gone WHERE attempt = :attempt AND has_gone <> :has_gone

-- refuse_claim_of_sender --
UPDATE sender_claim SET refused = 1 WHERE attempt = :attempt

-- refused_of_sender --
SELECT count(*) FILTER (WHERE refused = 1) AS refused, count(*) AS tried FROM (
    SELECT refused FROM sender_claim WHERE sender = :sender AND claimed_at >= :since
    ORDER BY claimed_at DESC LIMIT :most
) AS last

-- forget_refused_of_sender --
UPDATE sender_claim SET refused = 0 WHERE sender = :sender AND refused = 1

-- gone_of_sender --
SELECT claimed_at, segments FROM sender_claim
WHERE sender = :sender AND claimed_at > :since AND claimed_at < :before AND has_gone = 1
ORDER BY claimed_at

-- claimed_between_of_sender --
SELECT claimed_at FROM sender_claim
WHERE sender = :sender AND claimed_at > :since AND claimed_at <= :until
ORDER BY claimed_at

-- save_clinic_opt_out --
INSERT INTO clinic_opt_out (hash, at) VALUES (:hash, :at) ON CONFLICT DO NOTHING

-- clinic_opt_outs_among --
SELECT hash FROM clinic_opt_out WHERE hash IN (SELECT value FROM json_each(:hashes))
