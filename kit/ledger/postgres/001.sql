-- The Ledger of every case. Numbers, texts, and what people said are sealed. So is an id that was
-- made of such, which could be guessed from it: of an attempt, and what a provider calls it by that;
-- of a report and of what is told in the record.
CREATE TABLE notice (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    rehearsal INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, id)
);

CREATE TABLE plan (
    case_id UUID NOT NULL DEFAULT this_case(),
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    sender sealed NOT NULL,
    price_per_segment TEXT NOT NULL,
    currency TEXT NOT NULL,
    hours TEXT NOT NULL,
    pace TEXT NOT NULL,
    registered_sender INTEGER NOT NULL,
    frozen_at TEXT NOT NULL,
    finish_at TEXT NOT NULL,
    PRIMARY KEY (case_id, id),
    FOREIGN KEY (case_id, notice_id) REFERENCES notice (case_id, id) ON DELETE CASCADE
);

CREATE TABLE message (
    case_id UUID NOT NULL DEFAULT this_case(),
    plan_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    recipient sealed NOT NULL,
    others sealed NOT NULL,
    channel TEXT NOT NULL,
    group_name TEXT NOT NULL,
    tone TEXT NOT NULL,
    language TEXT NOT NULL,
    text sealed NOT NULL,
    encoding TEXT NOT NULL,
    segments INTEGER NOT NULL,
    zones TEXT NOT NULL,
    foreseen_at TEXT NOT NULL,
    PRIMARY KEY (case_id, plan_id, id),
    FOREIGN KEY (case_id, plan_id) REFERENCES plan (case_id, id) ON DELETE CASCADE
);

CREATE INDEX message_by_id ON message (case_id, id);

CREATE TABLE skip (
    case_id UUID NOT NULL DEFAULT this_case(),
    plan_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    contact_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (case_id, plan_id, contact_id),
    FOREIGN KEY (case_id, plan_id) REFERENCES plan (case_id, id) ON DELETE CASCADE
);

CREATE TABLE attempt (
    case_id UUID NOT NULL DEFAULT this_case(),
    id sealed NOT NULL,
    notice_id TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    recipient sealed NOT NULL,
    channel TEXT NOT NULL,
    claimed_at TEXT NOT NULL,
    until TEXT NOT NULL,
    segments INTEGER NOT NULL,
    PRIMARY KEY (case_id, id),
    UNIQUE (case_id, message_id, n),
    FOREIGN KEY (case_id, notice_id) REFERENCES notice (case_id, id) ON DELETE CASCADE,
    FOREIGN KEY (case_id, plan_id) REFERENCES plan (case_id, id) ON DELETE CASCADE
);

CREATE INDEX attempt_by_recipient ON attempt (case_id, notice_id, recipient);

CREATE INDEX attempt_by_notice ON attempt (case_id, notice_id, message_id, n);

CREATE INDEX attempt_by_claim ON attempt (case_id, channel, claimed_at);

CREATE INDEX attempt_by_contact ON attempt (case_id, contact_id);

CREATE TABLE receipt (
    case_id UUID NOT NULL DEFAULT this_case(),
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    attempt_id sealed NOT NULL,
    status TEXT NOT NULL,
    provider_id sealed NOT NULL,
    code TEXT NOT NULL,
    fault TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, number),
    FOREIGN KEY (case_id, attempt_id) REFERENCES attempt (case_id, id) ON DELETE CASCADE
);

CREATE INDEX receipt_by_attempt ON receipt (case_id, attempt_id, number);

-- What may be planned again: asked of every case, over and over.
CREATE INDEX setback ON receipt (case_id, number)
WHERE status IN ('planned', 'rejected', 'undelivered');

-- Every try, with what was said of it last.
CREATE VIEW tried WITH (security_invoker = true) AS
SELECT
    a.case_id, a.message_id, a.contact_id, a.notice_id, a.plan_id, a.recipient, a.channel, a.n,
    a.id AS attempt_id, a.claimed_at, a.until, a.segments,
    coalesce(r.status, 'sending') AS status,
    named.provider_id,
    coalesce(r.code, '') AS code,
    coalesce(r.fault, '') AS fault,
    coalesce(r.at, a.claimed_at) AS at
FROM attempt AS a
LEFT JOIN LATERAL (
    SELECT * FROM receipt
    WHERE case_id = a.case_id AND attempt_id = a.id ORDER BY number DESC LIMIT 1
) AS r ON TRUE
LEFT JOIN LATERAL (
    SELECT provider_id FROM receipt
    WHERE case_id = a.case_id AND attempt_id = a.id AND says_something(provider_id)
    ORDER BY number DESC LIMIT 1
) AS named ON TRUE;

-- Where every message that was ever tried stands: its last try.
CREATE VIEW standing WITH (security_invoker = true) AS
SELECT * FROM tried AS t
WHERE t.n = (
    SELECT max(n) FROM attempt WHERE case_id = t.case_id AND message_id = t.message_id
);

CREATE TABLE pace (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    next_at TEXT NOT NULL,
    held_until TEXT NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (case_id, channel)
);

CREATE TABLE opt_out (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    meaning TEXT NOT NULL,
    heard_by TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, hash, meaning)
);

CREATE TABLE secret (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value sealed NOT NULL,
    PRIMARY KEY (case_id, name)
);

CREATE TABLE reply (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    channel TEXT NOT NULL,
    provider_id sealed NOT NULL,
    sender sealed NOT NULL,
    contact_id TEXT NOT NULL,
    text sealed NOT NULL,
    meaning TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, number),
    UNIQUE (case_id, channel, provider_id)
);

CREATE TABLE proposal (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    id sealed NOT NULL,
    report_id sealed NOT NULL,
    contact_id TEXT NOT NULL,
    heard_by TEXT NOT NULL,
    heard_at TEXT NOT NULL,
    at TEXT NOT NULL,
    shown_number sealed NOT NULL,
    caller sealed NOT NULL,
    said_they_were sealed NOT NULL,
    said sealed NOT NULL,
    debt_named INTEGER,
    refused INTEGER,
    checked INTEGER NOT NULL,
    PRIMARY KEY (case_id, number),
    UNIQUE (case_id, id)
);

CREATE INDEX proposal_by_report ON proposal (case_id, report_id, contact_id);

-- The digests are sealed as well: what was said could be guessed from them.
CREATE TABLE record_entry (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    digest sealed NOT NULL,
    previous sealed NOT NULL,
    hash sealed NOT NULL,
    PRIMARY KEY (case_id, number)
);

CREATE TABLE record_head (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    one INTEGER NOT NULL CHECK (one = 1),
    number INTEGER NOT NULL,
    hash sealed NOT NULL,
    PRIMARY KEY (case_id, one)
);

CREATE TABLE record_content (
    case_id UUID NOT NULL DEFAULT this_case(),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    id sealed NOT NULL,
    content sealed NOT NULL,
    -- of what the content says, what rows are looked up and put in order by
    happened_at TEXT,
    incident_id sealed,
    contact_id TEXT,
    reached sealed,
    removed INTEGER,
    PRIMARY KEY (case_id, number),
    UNIQUE (case_id, kind, id),
    FOREIGN KEY (case_id, number) REFERENCES record_entry (case_id, number) ON DELETE CASCADE
);

CREATE TABLE record_part (
    case_id UUID NOT NULL DEFAULT this_case(),
    number INTEGER NOT NULL,
    part INTEGER NOT NULL,
    bytes sealed NOT NULL,
    PRIMARY KEY (case_id, number, part),
    -- its entry is written when all of them are there
    FOREIGN KEY (case_id, number) REFERENCES record_entry (case_id, number)
        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE declined (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    proposal_id sealed NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, proposal_id)
);

CREATE TABLE collector (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    number sealed NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, number)
);

CREATE TABLE filing (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    draft TEXT NOT NULL,
    event TEXT NOT NULL,
    on_day TEXT NOT NULL,
    lender sealed NOT NULL,
    reference sealed NOT NULL,
    noted_at TEXT NOT NULL,
    PRIMARY KEY (case_id, number)
);

CREATE TABLE forgetting (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    at TEXT NOT NULL,
    last_plan BIGINT NOT NULL,
    is_open INTEGER NOT NULL,
    copied BIGINT,
    PRIMARY KEY (case_id, number)
);

CREATE TABLE trace (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    PRIMARY KEY (case_id, hash, contact_id)
);

CREATE INDEX trace_by_contact ON trace (case_id, contact_id);

CREATE TABLE heard_before (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    channel TEXT NOT NULL,
    provider_id sealed NOT NULL,
    PRIMARY KEY (case_id, hash)
);

CREATE TABLE copied (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, number)
);

CREATE TABLE copy_asked (
    case_id UUID NOT NULL DEFAULT this_case(),
    copied BIGINT NOT NULL,
    channel TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, copied, channel, plan_id),
    FOREIGN KEY (case_id, copied) REFERENCES copied (case_id, number) ON DELETE CASCADE
);

DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'notice', 'plan', 'message', 'skip', 'attempt', 'receipt', 'pace', 'opt_out', 'secret',
        'reply', 'proposal', 'record_entry', 'record_head', 'record_content', 'record_part',
        'declined', 'collector', 'filing', 'forgetting', 'trace', 'heard_before', 'copied',
        'copy_asked'
    ] LOOP
        CALL keep_cases_apart(name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY[
        'receipt', 'opt_out', 'secret', 'proposal', 'record_entry', 'filing', 'trace', 'copied'
    ] LOOP
        CALL let_only_grow(name, 'UPDATE OR DELETE');
    END LOOP;
    CALL let_only_grow('attempt', 'DELETE');
    CALL let_only_grow('record_content', 'UPDATE');
    CALL let_only_grow('record_part', 'UPDATE');
    CALL let_only_grow_or_be_forgotten('attempt', 'UPDATE');
    CALL let_only_grow_or_be_forgotten('reply', 'UPDATE OR DELETE');
END $$;
