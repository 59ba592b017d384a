"""procrastinate's own tables, for `kit migrate`: a version of it goes in, SQL comes out.

Its `schema.sql` makes them as they are in the version that is installed here; its `migrations`
bring older ones up to it. How many of these there were is what is written down as done, so that
`kit migrate` of a later version runs those that came to it. A worker of another version than the
tables are of says so and ends, and the others take back what it had in hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kit.actions.cases import Borrowed
from kit.clinic.queue import FOLDER
from kit.errors import SchemaOldError, StoreTooNewError

if TYPE_CHECKING:
    from kit.clinic.queue import Watch


def tables() -> dict[str, Path | Borrowed]:
    """The tables of procrastinate, and what of ours stands beside them."""
    return {"queue": _borrowed(), "clinic": FOLDER / "postgres"}


def check(watch: Watch) -> None:
    """See that the tables are those of the procrastinate that is installed here.

    Raises:
        SchemaOldError: they are older; `kit migrate` brings them up to it.
        StoreTooNewError: they are newer: another machine has a newer version.
    """
    done, known = watch.steps_done(), len(_borrowed().steps)
    if done < known:
        raise SchemaOldError
    if done > known:
        raise StoreTooNewError


def _borrowed() -> Borrowed:
    from procrastinate.schema import SchemaManager

    steps = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    return Borrowed(
        whole=SchemaManager.get_schema(),
        steps=tuple(step.read_text(encoding="utf-8") for step in steps),
    )
