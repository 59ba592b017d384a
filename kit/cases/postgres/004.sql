-- What the clinic is: by whose keys, and where it stands. One row for all cases.
CREATE TABLE this_clinic (
    one INTEGER PRIMARY KEY DEFAULT 1 CHECK (one = 1),
    -- what only the clinic's own key makes; nothing before its first use
    key_hash TEXT,
    stands_in TEXT NOT NULL
);

CREATE TRIGGER only_grows BEFORE UPDATE OF key_hash OR DELETE ON this_clinic
FOR EACH ROW WHEN (OLD.key_hash IS NOT NULL) EXECUTE FUNCTION refuse_change();

-- Where this database stands: nothing that is made of a dump, a template or a base backup, nor a
-- standby that took over, stands in the same place. What a dump holds is where it stood before.
CREATE FUNCTION this_place() RETURNS TEXT LANGUAGE sql STABLE
RETURN concat_ws(
    ' ',
    (SELECT system_identifier FROM pg_control_system()),
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    'this_clinic'::REGCLASS::OID,
    CASE WHEN pg_is_in_recovery() THEN 'standby'
    ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END
);

INSERT INTO this_clinic (stands_in) VALUES (this_place());

-- Whoever connects asks this first. In a database that is a copy every case is marked as one, so
-- that nothing goes from it before it is known what went since; it was made when the last thing was
-- planned or tried that it knows of, or later.
CREATE FUNCTION mark_if_copied(is_one BOOLEAN DEFAULT false) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
    shown TEXT := coalesce(current_setting('kit.case', true), '');
    listed TEXT := coalesce(current_setting('kit.list', true), '');
    found clinic_case;
BEGIN
    IF NOT is_one AND EXISTS (SELECT 1 FROM this_clinic WHERE stands_in = this_place()) THEN
        RETURN this_place();
    END IF;
    PERFORM 1 FROM this_clinic FOR UPDATE;
    IF NOT is_one AND EXISTS (SELECT 1 FROM this_clinic WHERE stands_in = this_place()) THEN
        RETURN this_place();
    END IF;
    PERFORM set_config('kit.list', 'on', true);
    FOR found IN SELECT * FROM clinic_case LOOP
        PERFORM set_config('kit.case', found.id::TEXT, true);
        INSERT INTO copied (at) VALUES (greatest(
            found.opened_at,
            (SELECT max(frozen_at) FROM plan WHERE case_id = found.id),
            (SELECT max(claimed_at) FROM attempt WHERE case_id = found.id)
        ));
    END LOOP;
    PERFORM set_config('kit.case', shown, true), set_config('kit.list', listed, true);
    UPDATE this_clinic SET stands_in = this_place();
    RETURN this_place();
END $$;

-- What happened cannot be changed or removed, unless people are being forgotten just now, or the
-- case itself is gone: what was of it goes with it.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_NARGS > 0 THEN
        IF EXISTS (
            SELECT 1 FROM kit.forgetting WHERE is_open = 1 AND case_id = OLD.case_id
        ) THEN
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
    END IF;
    IF TG_OP = 'DELETE' AND to_jsonb(OLD) ? 'case_id' THEN
        IF NOT EXISTS (SELECT 1 FROM kit.clinic_case WHERE id = OLD.case_id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'the ledger only grows';
END $$;

-- A case is closed before it is erased: nothing is on its way then that would not be known.
CREATE FUNCTION refuse_open_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NULL THEN
        RAISE EXCEPTION 'an open case is not erased';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER closed_first BEFORE DELETE ON clinic_case
FOR EACH ROW EXECUTE FUNCTION refuse_open_case();
