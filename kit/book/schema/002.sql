-- Addresses of mail are compared in small letters.
UPDATE contact SET emails = lower(emails);

-- Every address of every contact, so that one can be looked up without reading the whole book.
CREATE TABLE address (
    contact_id TEXT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    PRIMARY KEY (contact_id, address)
);

CREATE INDEX address_by_itself ON address (address);

CREATE TRIGGER addresses_of_a_new_contact AFTER INSERT ON contact
BEGIN
    INSERT OR IGNORE INTO address SELECT new.id, value FROM json_each(new.numbers);
    INSERT OR IGNORE INTO address SELECT new.id, value FROM json_each(new.emails);
END;

CREATE TRIGGER addresses_of_a_changed_contact AFTER UPDATE OF numbers, emails ON contact
BEGIN
    DELETE FROM address WHERE contact_id = new.id;
    INSERT OR IGNORE INTO address SELECT new.id, value FROM json_each(new.numbers);
    INSERT OR IGNORE INTO address SELECT new.id, value FROM json_each(new.emails);
END;

INSERT OR IGNORE INTO address SELECT contact.id, value FROM contact, json_each(contact.numbers);

INSERT OR IGNORE INTO address SELECT contact.id, value FROM contact, json_each(contact.emails);
