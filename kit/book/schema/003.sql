-- What each card says is kept by itself, so that a contact can be taken apart again.
ALTER TABLE contact ADD COLUMN also TEXT NOT NULL DEFAULT '[]';

ALTER TABLE contact ADD COLUMN parts TEXT NOT NULL DEFAULT '[]';

-- Of contacts that were there before it is no longer known which card said what: the first has all.
UPDATE contact SET parts = (
    SELECT json_group_array(json_object(
        'where', source.value,
        'name', CASE WHEN source.key = 0 THEN coalesce(contact.names ->> 0, '') ELSE '' END,
        'numbers', CASE WHEN source.key = 0 THEN json(contact.numbers) ELSE json('[]') END,
        'also', json('[]'),
        'emails', CASE WHEN source.key = 0 THEN json(contact.emails) ELSE json('[]') END,
        'uid', '', 'organisation', '', 'title', '',
        'nicknames', json('[]'), 'categories', json('[]'), 'labels', json('[]'),
        'relations', json('[]')
    ))
    FROM json_each(contact.sources) AS source
);

ALTER TABLE contact DROP COLUMN sources;
