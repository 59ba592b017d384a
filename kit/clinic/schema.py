"""procrastinate's own tables, for `kit migrate`: a version of it goes in, SQL comes out.

Its `schema.sql` makes them as they are in the version that is installed here; its `migrations`
bring older ones up to it. How many of these there were is what is written down as done.
"""

from __future__ import annotations

from pathlib import Path

from kit.actions.cases import Borrowed
from kit.clinic.queue import FOLDER


def tables() -> dict[str, Path | Borrowed]:
    """procrastinate's tables, and what of ours stands beside them."""
    return {"queue": _borrowed(), "clinic": FOLDER / "postgres"}


def _borrowed() -> Borrowed:
    from procrastinate.schema import SchemaManager

    steps = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    return Borrowed(
        whole=SchemaManager.get_schema(),
        steps=tuple(step.read_text(encoding="utf-8") for step in steps),
    )
