-- save_notice --
INSERT INTO notice (id, rehearsal, at) VALUES (:id, :rehearsal, :at)

-- real_notice --
SELECT id FROM notice WHERE rehearsal = 0

-- save_plan --
INSERT INTO plan (id, notice_id, channel, sender, price_per_segment, currency, frozen_at, finish_at)
VALUES (
    :id, :notice_id, :channel, :sender, :price_per_segment, :currency, :frozen_at, :finish_at
)

-- save_message --
INSERT INTO message VALUES (
    :plan_id, :position, :id, :contact_id, :recipient, :channel, :group, :tone, :language,
    :text, :encoding, :segments
)

-- save_skip --
INSERT INTO skip VALUES (:plan_id, :position, :contact_id, :reason)

-- current_plan --
SELECT plan.*, notice.rehearsal
FROM plan JOIN notice ON notice.id = plan.notice_id
ORDER BY plan.number DESC LIMIT 1

-- current_plan_id --
SELECT id FROM plan ORDER BY number DESC LIMIT 1

-- messages --
SELECT id, contact_id, recipient, channel, group_name AS "group", tone, language, text, encoding,
    segments
FROM message WHERE plan_id = :plan_id ORDER BY position

-- skips --
SELECT contact_id, reason FROM skip WHERE plan_id = :plan_id ORDER BY position

-- standings --
SELECT message_id, contact_id, recipient, channel, status, provider_id, at
FROM standing WHERE notice_id = :notice_id ORDER BY at, message_id

-- standing --
SELECT status, n FROM standing WHERE message_id = :message_id

-- others_with_these_numbers --
SELECT count(*) AS others FROM standing
WHERE notice_id = :notice_id AND recipient IN (SELECT value FROM json_each(:numbers))
    AND message_id <> :message_id AND status <> 'planned'

-- open_attempts --
SELECT standing.attempt_id AS id, standing.message_id, standing.recipient, message.text, standing.n
FROM standing
JOIN message ON message.plan_id = standing.plan_id AND message.id = standing.message_id
WHERE standing.notice_id = :notice_id AND standing.channel = :channel
    AND standing.status = :status
ORDER BY standing.claimed_at

-- save_attempt --
INSERT INTO attempt VALUES (
    :id, :notice_id, :plan_id, :message_id, :contact_id, :n, :recipient, :channel, :claimed_at
)

-- save_receipt --
INSERT INTO receipt (attempt_id, status, provider_id, code, at)
VALUES (:attempt_id, :status, :provider_id, :code, :at)

-- claimed_since --
SELECT claimed_at FROM standing
WHERE channel = :channel AND status <> 'planned' AND claimed_at > :since
ORDER BY claimed_at
