-- The cases of a clinic. Who they are about is sealed by the clinic's own key.
CREATE TABLE clinic_case (
    id UUID PRIMARY KEY,
    name sealed NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    paused INTEGER NOT NULL DEFAULT 0
);
