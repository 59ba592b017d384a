-- What every table of a case rests on. Run by `kit migrate`, in the schema `kit`.
CREATE TABLE schema_step (
    store TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (store, number)
);

-- Whatever is personal: sealed before it comes here, by a key that is not here. The first byte is
-- the version of the seal; a plain text that comes here by mistake is refused.
CREATE DOMAIN sealed AS BYTEA CHECK (get_byte(VALUE, 0) = 1 AND octet_length(VALUE) >= 30);

-- Whether what is sealed is more than an empty text: how long it is shows.
CREATE FUNCTION says_something(value sealed) RETURNS BOOLEAN
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN octet_length(value) > 30;

-- The case of this connection; none, when nobody said which.
CREATE FUNCTION this_case() RETURNS UUID LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('kit.case', true), '')::UUID;

-- A table of which a connection sees and writes only the rows of its own case.
CREATE PROCEDURE keep_cases_apart(name TEXT) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
        'CREATE POLICY one_case ON %I USING (case_id = this_case()) '
        'WITH CHECK (case_id = this_case())', name
    );
END $$;

-- What happened cannot be changed or removed, unless people are being forgotten just now.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_NARGS > 0 AND EXISTS (
        SELECT 1 FROM forgetting WHERE is_open = 1 AND case_id = OLD.case_id
    ) THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'the ledger only grows';
END $$;

CREATE PROCEDURE let_only_grow(name TEXT, changes TEXT) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER only_grows BEFORE %s ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        changes, name
    );
END $$;

CREATE PROCEDURE let_only_grow_or_be_forgotten(name TEXT, changes TEXT) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER forgotten_or_kept BEFORE %s ON %I '
        'FOR EACH ROW EXECUTE FUNCTION refuse_change(''forgetting'')',
        changes, name
    );
END $$;
