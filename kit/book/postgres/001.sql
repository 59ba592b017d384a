-- The Book of every case. Names, numbers and what was said of people are sealed.
CREATE TABLE contact (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    names sealed NOT NULL,
    numbers sealed NOT NULL,
    emails sealed NOT NULL,
    also sealed NOT NULL,
    parts sealed NOT NULL,
    chosen TEXT NOT NULL CHECK (chosen IN ('undecided', 'emergency', 'everyone', 'nobody')),
    PRIMARY KEY (case_id, id),
    UNIQUE (case_id, position)
);

CALL keep_cases_apart('contact');

CREATE TABLE address (
    case_id UUID NOT NULL DEFAULT this_case(),
    contact_id TEXT NOT NULL,
    address sealed NOT NULL,
    PRIMARY KEY (case_id, contact_id, address),
    FOREIGN KEY (case_id, contact_id) REFERENCES contact (case_id, id) ON DELETE CASCADE
);

CREATE INDEX address_by_itself ON address (case_id, address);

CALL keep_cases_apart('address');

CREATE TABLE apart (
    case_id UUID NOT NULL DEFAULT this_case(),
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    PRIMARY KEY (case_id, one, other),
    CHECK (one < other COLLATE "C"),
    FOREIGN KEY (case_id, one) REFERENCES contact (case_id, id) ON DELETE CASCADE,
    FOREIGN KEY (case_id, other) REFERENCES contact (case_id, id) ON DELETE CASCADE
);

CREATE INDEX apart_by_other ON apart (case_id, other);

CALL keep_cases_apart('apart');

CREATE TABLE look (
    case_id UUID NOT NULL DEFAULT this_case(),
    contact_id TEXT NOT NULL,
    rules TEXT NOT NULL,
    kind TEXT NOT NULL,
    because sealed NOT NULL,
    suggestion sealed NOT NULL,
    PRIMARY KEY (case_id, contact_id),
    FOREIGN KEY (case_id, contact_id) REFERENCES contact (case_id, id) ON DELETE CASCADE
);

CALL keep_cases_apart('look');

CREATE TABLE setting (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value sealed NOT NULL,
    PRIMARY KEY (case_id, name)
);

CALL keep_cases_apart('setting');

CREATE TABLE sheet (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value sealed NOT NULL,
    PRIMARY KEY (case_id, key)
);

CALL keep_cases_apart('sheet');

CREATE TABLE written (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    path sealed NOT NULL,
    at TEXT NOT NULL,
    people INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (case_id, path)
);

CALL keep_cases_apart('written');

CREATE TABLE brought_in (
    case_id UUID NOT NULL DEFAULT this_case() REFERENCES clinic_case (id) ON DELETE CASCADE,
    path sealed NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, path)
);

CALL keep_cases_apart('brought_in');
