-- contacts --
SELECT id, names, numbers, emails, also, parts, chosen FROM contact ORDER BY position

-- listed --
SELECT id, names, numbers, emails, chosen FROM contact ORDER BY position

-- groups --
SELECT id, chosen FROM contact ORDER BY position

-- addresses --
SELECT address.contact_id, address.address
FROM contact JOIN address ON address.contact_id = contact.id
ORDER BY contact.position

-- chosen --
SELECT id FROM contact WHERE chosen IN (SELECT value FROM json_each(:groups))

-- has_people --
SELECT count(*) AS count FROM (SELECT 1 FROM contact LIMIT 1) AS first

-- contact --
SELECT id, names, numbers, emails, also, parts, chosen FROM contact WHERE id = :id

-- refused --
SELECT count(*) AS refused FROM address JOIN contact ON contact.id = address.contact_id
WHERE address.address = @address AND contact.chosen = 'nobody'

-- owners --
SELECT contact_id FROM address WHERE address = @address ORDER BY contact_id

-- save_contact --
INSERT INTO contact (id, position, names, numbers, emails, also, parts, chosen)
VALUES (
    :id, (SELECT coalesce(max(position), 0) + 1 FROM contact),
    @names, @numbers, @emails, @also, @parts, :chosen
)
ON CONFLICT (id) DO UPDATE SET
    names = excluded.names, numbers = excluded.numbers, emails = excluded.emails,
    also = excluded.also, parts = excluded.parts, chosen = excluded.chosen

-- save_address --
INSERT INTO address (contact_id, address) VALUES (:contact_id, @address)

-- forget_addresses --
DELETE FROM address WHERE contact_id = :contact_id

-- forget_contact --
DELETE FROM contact WHERE id = :id

-- apart --
SELECT one, other FROM apart ORDER BY one, other

-- keep_apart --
INSERT INTO apart (one, other) VALUES (:one, :other) ON CONFLICT DO NOTHING

-- choose --
UPDATE contact SET chosen = :chosen WHERE id = :id

-- looks --
SELECT contact_id, kind, because, suggestion FROM look WHERE rules = :rules

-- save_look --
INSERT INTO look (contact_id, rules, kind, because, suggestion)
VALUES (:contact_id, :rules, :kind, @because, @suggestion)
ON CONFLICT (contact_id) DO UPDATE SET
    rules = excluded.rules, kind = excluded.kind, because = excluded.because,
    suggestion = excluded.suggestion

-- forget_look --
DELETE FROM look WHERE contact_id = :contact_id

-- forget_looks --
DELETE FROM look

-- setting --
SELECT value FROM setting WHERE name = :name

-- save_setting --
INSERT INTO setting (name, value) VALUES (:name, @value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- save_written --
INSERT INTO written (path, at, people) VALUES (@path, :at, :people)
ON CONFLICT (path) DO UPDATE SET at = excluded.at, people = excluded.people

-- written --
SELECT path FROM written WHERE people >= :people

-- forget_written --
DELETE FROM written WHERE path = @path

-- save_brought_in --
INSERT INTO brought_in (path, at) VALUES (@path, :at)
ON CONFLICT (path) DO UPDATE SET at = excluded.at

-- brought_in --
SELECT path FROM brought_in

-- forget_everybody --
DELETE FROM contact

-- remove_setting --
DELETE FROM setting WHERE name = :name

-- sheet --
SELECT key, value FROM sheet

-- save_sheet --
INSERT INTO sheet (key, value) VALUES (:key, @value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value

-- remove_sheet --
DELETE FROM sheet WHERE key = :key
