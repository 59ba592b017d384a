-- What each card says is kept by itself, so that a contact can be taken apart again.
ALTER TABLE contact ADD COLUMN also TEXT NOT NULL DEFAULT '[]';

ALTER TABLE contact ADD COLUMN parts TEXT NOT NULL DEFAULT '[]';

-- Of contacts that were there before it is no longer known which card said what: the first has all,
-- every name and every place is kept.
UPDATE contact SET parts = (
    SELECT json_group_array(json_object(
        'where', coalesce(contact.sources ->> card.key, contact.sources ->> 0, ''),
        'name', coalesce(contact.names ->> card.key, ''),
        'numbers', CASE WHEN card.key = 0 THEN json(contact.numbers) ELSE json('[]') END,
        'also', json('[]'),
        'emails', CASE WHEN card.key = 0 THEN json(contact.emails) ELSE json('[]') END,
        'uid', '', 'organisation', '', 'title', '',
        'nicknames', json('[]'), 'categories', json('[]'), 'labels', json('[]'),
        'relations', json('[]'), 'written', json('[]')
    ))
    FROM json_each(
        CASE
            WHEN json_array_length(contact.names) > json_array_length(contact.sources)
            THEN contact.names
            WHEN json_array_length(contact.sources) = 0 THEN '[""]'
            ELSE contact.sources
        END
    ) AS card
);

ALTER TABLE contact DROP COLUMN sources;

-- Whom the borrower took apart: no import brings them together again. Each pair once, in order.
CREATE TABLE apart (
    one TEXT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    other TEXT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    PRIMARY KEY (one, other),
    CHECK (one < other)
);

CREATE INDEX apart_by_other ON apart (other);

-- What a contact looked like when it was last worked out, until what that rests on changes.
CREATE TABLE look (
    contact_id TEXT PRIMARY KEY REFERENCES contact (id) ON DELETE CASCADE,
    -- the rules by which: another version of the program has others
    rules TEXT NOT NULL,
    kind TEXT NOT NULL,
    because TEXT NOT NULL,
    -- JSON
    suggestion TEXT NOT NULL
);

CREATE TRIGGER a_changed_contact_looks_otherwise AFTER UPDATE OF names, numbers, also, parts ON contact
BEGIN
    DELETE FROM look
    WHERE contact_id = new.id OR new.id = (SELECT value FROM setting WHERE name = 'me');
END;

-- Only the borrower's own card tells who is family.
CREATE TRIGGER another_own_card AFTER INSERT ON setting WHEN new.name = 'me'
BEGIN
    DELETE FROM look;
END;

CREATE TRIGGER a_changed_own_card AFTER UPDATE ON setting WHEN new.name = 'me'
BEGIN
    DELETE FROM look;
END;
