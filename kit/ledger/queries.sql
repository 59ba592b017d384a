-- save_notice --
INSERT INTO notice (id, rehearsal, at) VALUES (:id, :rehearsal, :at)

-- real_notice --
SELECT id FROM notice WHERE rehearsal = 0

-- save_plan --
INSERT INTO plan (
    id, notice_id, channel, sender, price_per_segment, currency, hours, pace, registered_sender,
    frozen_at, finish_at
)
VALUES (
    :id, :notice_id, :channel, @sender, :price_per_segment, :currency, :hours, :pace,
    :registered_sender, :frozen_at, :finish_at
)

-- save_message --
INSERT INTO message (
    plan_id, position, id, contact_id, recipient, others, channel, group_name, tone, language,
    text, encoding, segments, zones, foreseen_at
)
VALUES (
    :plan_id, :position, :id, :contact_id, @recipient, @others, :channel, :group, :tone, :language,
    @text, :encoding, :segments, :zones, :foreseen_at
)

-- save_skip --
INSERT INTO skip (plan_id, position, contact_id, reason)
VALUES (:plan_id, :position, :contact_id, :reason)

-- current_plan --
SELECT plan.*, notice.rehearsal
FROM plan JOIN notice ON notice.id = plan.notice_id
WHERE plan.number > (SELECT coalesce(max(last_plan), 0) FROM forgetting)
ORDER BY plan.number DESC LIMIT 1

-- current_plan_id --
SELECT id FROM plan WHERE number > (SELECT coalesce(max(last_plan), 0) FROM forgetting)
ORDER BY number DESC LIMIT 1

-- messages --
SELECT id, contact_id, recipient, others, channel, group_name AS "group", tone, language, text,
    encoding, segments, zones, foreseen_at
FROM message WHERE plan_id = :plan_id ORDER BY position

-- setbacks --
SELECT (SELECT coalesce(max(number), 0) FROM plan) AS plans, (
    SELECT coalesce(max(number), 0) FROM receipt
    WHERE status IN ('planned', 'rejected', 'undelivered')
) AS receipts

-- message --
SELECT id, contact_id, recipient, others, channel, group_name AS "group", tone, language, text,
    encoding, segments, zones, foreseen_at
FROM message WHERE plan_id = :plan_id AND id = :message_id

-- plan --
SELECT plan.*, notice.rehearsal
FROM plan JOIN notice ON notice.id = plan.notice_id
WHERE plan.id = :plan_id

-- skips --
SELECT contact_id, reason FROM skip WHERE plan_id = :plan_id ORDER BY position

-- standings --
SELECT message_id, contact_id, recipient, channel,
    status, provider_id, code, fault, at
FROM standing WHERE notice_id = :notice_id ORDER BY at, message_id

-- statuses --
SELECT message_id, status FROM standing WHERE notice_id = :notice_id

-- in_short --
SELECT contact_id, status, substr(code, 1, length(:by_word)) = :by_word AS by_word
FROM standing WHERE notice_id = :notice_id

-- counts --
SELECT standing.status, count(*) AS count
FROM standing JOIN message ON message.id = standing.message_id
WHERE message.plan_id = :plan_id AND standing.notice_id = :notice_id
    AND NOT (standing.status IN ('rejected', 'undelivered') AND standing.at < :frozen_at)
GROUP BY standing.status

-- told_recipients --
SELECT attempt.recipient, standing.contact_id
FROM standing JOIN attempt ON attempt.message_id = standing.message_id
WHERE standing.notice_id = :notice_id
    AND standing.status IN (SELECT value FROM json_each(:statuses))

-- held_recipients --
SELECT contact_id, recipient FROM standing
WHERE notice_id = :notice_id AND status = 'handed_over'
    AND channel IN (SELECT value FROM json_each(:channels))

-- handed_rows --
SELECT message.position, tried.plan_id, tried.message_id, tried.contact_id, tried.recipient,
    tried.attempt_id, tried.status,
    tried.n = (SELECT max(n) FROM attempt WHERE message_id = tried.message_id) AS is_last
FROM tried
JOIN message ON message.plan_id = tried.plan_id AND message.id = tried.message_id
WHERE tried.channel = :channel AND tried.plan_id = (
    SELECT attempt.plan_id FROM attempt JOIN plan ON plan.id = attempt.plan_id
    WHERE attempt.notice_id = :notice_id AND attempt.channel = :channel
    ORDER BY plan.number DESC LIMIT 1
)
ORDER BY message.position, tried.n

-- standing --
SELECT status, n FROM standing WHERE message_id = :message_id

-- tries --
SELECT attempt_id, plan_id, channel, recipient, status,
    fault, code, provider_id, at
FROM tried WHERE message_id = :message_id ORDER BY n

-- attempt --
SELECT contact_id, recipient FROM attempt WHERE id = @id

-- messages_to --
SELECT message_id FROM attempt
WHERE notice_id = :notice_id AND recipient IN (SELECT value FROM json_each(@addresses))
UNION
SELECT message_id FROM attempt
WHERE notice_id = :notice_id AND contact_id IN (SELECT value FROM json_each(:ids))

-- last_plan_of --
SELECT id FROM plan WHERE notice_id = :notice_id ORDER BY number DESC LIMIT 1

-- first_claim --
SELECT min(claimed_at) AS at FROM attempt WHERE notice_id = :notice_id AND channel = :channel

-- others_with_these_addresses --
SELECT count(*) AS others FROM standing
WHERE notice_id = :notice_id AND recipient IN (SELECT value FROM json_each(@addresses))
    AND message_id <> :message_id
    AND status IN (SELECT value FROM json_each(:statuses))

-- dead --
SELECT DISTINCT recipient FROM tried
WHERE notice_id = :notice_id AND channel = :channel AND status IN ('rejected', 'undelivered')
    AND fault IN ('address', 'sender', 'opt_out', 'unclear')

-- open_attempts --
SELECT standing.attempt_id AS id, standing.message_id, standing.channel, standing.recipient,
    message.text, message.language, standing.n, standing.claimed_at, standing.until,
    standing.provider_id,
    (
        SELECT json_group_array(receipt.provider_id)
        FROM attempt JOIN receipt ON receipt.attempt_id = attempt.id
        WHERE attempt.message_id = standing.message_id AND attempt.id <> standing.attempt_id
            AND receipt.provider_id <> ''
    ) AS earlier
FROM standing
JOIN message ON message.plan_id = standing.plan_id AND message.id = standing.message_id
WHERE standing.notice_id = :notice_id AND standing.channel = :channel
    AND standing.status IN (SELECT value FROM json_each(:statuses))
ORDER BY standing.claimed_at, standing.message_id

-- channels_in_use --
SELECT DISTINCT channel FROM attempt WHERE notice_id = :notice_id

-- save_attempt --
INSERT INTO attempt (
    id, notice_id, plan_id, message_id, contact_id, n, recipient, channel, claimed_at, until,
    segments
)
VALUES (
    @id, :notice_id, :plan_id, :message_id, :contact_id, :n, @recipient, :channel, :claimed_at,
    :until, :segments
)

-- save_receipt --
INSERT INTO receipt (attempt_id, status, provider_id, code, fault, at)
VALUES (@attempt_id, :status, @provider_id, :code, :fault, :at)

-- gone_since --
SELECT claimed_at, segments FROM tried
WHERE channel IN (SELECT value FROM json_each(:channels))
    AND claimed_at > :since AND claimed_at < :before
    AND (status <> 'planned' OR code = :retried)
ORDER BY claimed_at

-- confirmed_since --
SELECT at, segments FROM tried
WHERE channel IN (SELECT value FROM json_each(:channels))
    AND status = 'delivered' AND at > :since AND at < :before
ORDER BY at

-- claimed_between --
SELECT claimed_at FROM attempt
WHERE channel = :channel AND claimed_at > :since AND claimed_at <= :until
ORDER BY claimed_at

-- claimed_since --
SELECT attempt_id, channel, claimed_at, segments, status, code FROM tried
WHERE claimed_at > :since

-- pace --
SELECT next_at, held_until, paused FROM pace WHERE channel = :channel

-- save_pace --
INSERT INTO pace (channel, next_at, held_until, paused)
VALUES (:channel, :next_at, :held_until, :paused)
ON CONFLICT (channel) DO UPDATE SET
    next_at = excluded.next_at, held_until = excluded.held_until, paused = excluded.paused

-- save_opt_out --
INSERT INTO opt_out (hash, meaning, heard_by, at) VALUES (:hash, :meaning, :heard_by, :at)
ON CONFLICT DO NOTHING

-- opt_outs_among --
SELECT hash, min(meaning) AS meaning FROM opt_out
WHERE hash IN (SELECT value FROM json_each(:hashes))
GROUP BY hash

-- has_opt_outs --
SELECT count(*) AS count FROM (SELECT 1 FROM opt_out LIMIT 1) AS first

-- secret --
SELECT value FROM secret WHERE name = :name

-- save_secret --
INSERT INTO secret (name, value) VALUES (:name, @value) ON CONFLICT DO NOTHING

-- save_reply --
INSERT INTO reply (channel, provider_id, sender, contact_id, text, meaning, at)
VALUES (:channel, @provider_id, @sender, :contact_id, @text, :meaning, :at)

-- reply_count --
SELECT count(*) AS count FROM reply WHERE channel = :channel AND provider_id = @provider_id

-- replies --
SELECT channel, provider_id, sender, contact_id, text, meaning, at FROM reply ORDER BY at, number

-- who_was_told_at --
SELECT contact_id, attempt_id, status, code, claimed_at FROM tried
WHERE notice_id = :notice_id AND recipient IN (SELECT value FROM json_each(@recipients))
ORDER BY claimed_at DESC

-- save_proposal --
INSERT INTO proposal (
    id, report_id, contact_id, heard_by, heard_at, at, shown_number, caller, said_they_were, said,
    debt_named, refused, checked
)
VALUES (
    @id, @report_id, :contact_id, :heard_by, :heard_at, :at, @shown_number, @caller,
    @said_they_were, @said, :debt_named, :refused, :checked
)

-- proposals_of_report --
SELECT count(*) AS count FROM proposal
WHERE report_id = @report_id AND (contact_id = :contact_id OR :contact_id = '')

-- proposals --
SELECT id, report_id, contact_id, heard_by, heard_at, at, shown_number, caller, said_they_were,
    said, debt_named, refused, checked
FROM proposal AS p
WHERE contact_id <> '' OR NOT EXISTS (
    SELECT 1 FROM proposal WHERE report_id = p.report_id AND contact_id <> ''
)
ORDER BY at, number

-- record_head --
SELECT number, hash FROM record_head

-- save_record_head --
INSERT INTO record_head (one, number, hash) VALUES (1, :number, @hash)
ON CONFLICT (one) DO UPDATE SET number = :number, hash = @hash

-- save_record_entry --
INSERT INTO record_entry (number, kind, at, digest, previous, hash)
VALUES (:number, :kind, :at, @digest, @previous, @hash)

-- save_record_content --
INSERT INTO record_content (number, kind, id, content) VALUES (:number, :kind, @id, @content)

-- save_record_part --
INSERT INTO record_part (number, part, bytes) VALUES (:number, :part, @bytes)

-- record_entries --
SELECT e.number, e.kind, e.at, e.digest, e.previous, e.hash, c.content
FROM record_entry AS e LEFT JOIN record_content AS c ON c.number = e.number
ORDER BY e.number

-- record_contents --
-- The plus keeps SQLite from the index on kind, after which it would sort all of it in memory.
SELECT number, id, content FROM record_content WHERE +kind = :kind ORDER BY number

-- record_content --
SELECT number, id, content FROM record_content WHERE kind = :kind AND id = @id

-- record_order --
SELECT c.number, c.id
FROM record_content AS c
LEFT JOIN record_entry AS gone ON c.kind = 'removed' AND gone.number = CAST(c.id AS INTEGER)
WHERE c.kind IN ('incident', 'removed')
ORDER BY coalesce(gone.at, json_extract(c.content, '$.at')) DESC, c.number DESC

-- record_some --
SELECT c.number, c.kind, c.id, c.content, e.at AS written_at, gone.kind AS gone_kind,
    gone.at AS gone_at
FROM record_content AS c
JOIN record_entry AS e ON e.number = c.number
LEFT JOIN record_entry AS gone ON c.kind = 'removed' AND gone.number = CAST(c.id AS INTEGER)
WHERE c.number IN (SELECT value FROM json_each(:numbers))

-- record_exhibits_of --
SELECT number, id, content FROM record_content
WHERE kind = 'exhibit' AND json_extract(content, '$.incident_id') IN (
    SELECT value FROM json_each(:ids)
)
ORDER BY number

-- record_reached --
SELECT json_extract(content, '$.contact_id') AS contact_id, json_extract(content, '$.to') AS name
FROM record_content
WHERE kind = 'incident' AND name <> '' AND NOT json_extract(content, '$.to_borrower')
GROUP BY contact_id, CASE contact_id WHEN '' THEN name ELSE '' END
ORDER BY max(number) DESC
LIMIT :most

-- record_parts --
SELECT bytes FROM record_part WHERE number = :number ORDER BY part

-- record_strays --
SELECT number FROM record_content WHERE number NOT IN (SELECT number FROM record_entry)
UNION
SELECT number FROM record_part
WHERE number NOT IN (SELECT number FROM record_content WHERE kind = 'exhibit')
ORDER BY number

-- remove_record_content --
DELETE FROM record_content WHERE number = :number

-- remove_record_parts --
DELETE FROM record_part WHERE number = :number

-- save_declined --
INSERT INTO declined (proposal_id, at) VALUES (@id, :at) ON CONFLICT (proposal_id) DO NOTHING

-- declined --
SELECT proposal_id FROM declined

-- save_collector --
INSERT INTO collector (number, at) VALUES (@number, :at) ON CONFLICT (number) DO NOTHING

-- remove_collector --
DELETE FROM collector WHERE number = @number

-- collectors --
SELECT number FROM collector ORDER BY at

-- save_filing --
INSERT INTO filing (draft, event, on_day, lender, reference, noted_at)
VALUES (:draft, :event, :on_day, @lender, @reference, :noted_at)

-- filings --
SELECT draft, event, on_day, lender, reference, noted_at FROM filing ORDER BY number

-- has_traces --
SELECT count(*) AS count FROM (SELECT 1 FROM trace LIMIT 1) AS first

-- told_again --
SELECT DISTINCT trace.hash
FROM trace JOIN standing ON standing.contact_id = trace.contact_id
WHERE trace.hash IN (SELECT value FROM json_each(:hashes))
    AND standing.notice_id = :notice_id
    AND standing.status IN (SELECT value FROM json_each(:statuses))

-- traces --
SELECT hash, contact_id FROM trace WHERE hash IN (SELECT value FROM json_each(:hashes))

-- save_trace --
INSERT INTO trace (hash, contact_id) VALUES (:hash, :contact_id) ON CONFLICT DO NOTHING

-- heard_before --
SELECT count(*) AS count FROM heard_before WHERE hash = :hash

-- save_heard_before --
INSERT INTO heard_before (hash, channel, provider_id)
VALUES (:hash, :channel, @provider_id)
ON CONFLICT DO NOTHING

-- begin_forgetting --
INSERT INTO forgetting (at, last_plan, is_open, copied)
VALUES (
    :at,
    (SELECT coalesce(max(number), 0) FROM plan),
    1,
    (SELECT max(number) FROM copied)
)

-- end_forgetting --
UPDATE forgetting SET is_open = 0 WHERE is_open = 1

-- recipients --
SELECT DISTINCT notice_id, recipient FROM attempt

-- forget_recipient --
UPDATE attempt SET recipient = @hash WHERE notice_id = :notice_id AND recipient = @recipient

-- forget_messages --
DELETE FROM message

-- forget_skips --
DELETE FROM skip

-- forget_reply --
DELETE FROM reply WHERE channel = :channel AND provider_id = @provider_id

-- forget_senders --
UPDATE reply SET sender = @sender, contact_id = ''

-- last_times --
SELECT
    (SELECT max(frozen_at) FROM plan) AS planned,
    (SELECT max(claimed_at) FROM attempt) AS tried

-- provider_ids --
SELECT DISTINCT provider_id FROM (
    SELECT receipt.provider_id FROM receipt JOIN attempt ON attempt.id = receipt.attempt_id
    WHERE attempt.channel = :channel
    UNION
    SELECT provider_id FROM reply WHERE channel = :channel
    UNION
    SELECT provider_id FROM heard_before WHERE channel = :channel
) AS known
WHERE provider_id <> ''

-- every_channel --
SELECT DISTINCT channel FROM attempt ORDER BY channel

-- mark_copy --
INSERT INTO copy.copied (at) VALUES (:at)

-- copied_at --
SELECT at FROM copied ORDER BY number DESC LIMIT 1

-- copies --
SELECT at FROM copied

-- save_copy_asked --
INSERT INTO copy_asked (copied, channel, plan_id, at)
SELECT max(number), :channel, :plan_id, :at FROM copied WHERE true
ON CONFLICT (copied, channel, plan_id) DO NOTHING

-- forgotten_in_copy --
SELECT count(*) AS count FROM forgetting WHERE copied = (SELECT max(number) FROM copied)

-- copy_asked --
SELECT channel, plan_id FROM copy_asked WHERE copied = (SELECT max(number) FROM copied)
