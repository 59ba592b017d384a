-- The Book itself writes the addresses of a contact, and forgets what somebody looked like.
DROP TRIGGER addresses_of_a_new_contact;

DROP TRIGGER addresses_of_a_changed_contact;

DROP TRIGGER a_changed_contact_looks_otherwise;

DROP TRIGGER another_own_card;

DROP TRIGGER a_changed_own_card;
