"""procrastinate's own tables, for `kit migrate`: a version of it goes in, SQL comes out.

Its `schema.sql` makes them as they are in the version that is installed here; its `migrations`
bring older ones up to it. How many of these there were is what is written down as done, so that
`kit migrate` of a later version runs those that came to it. A worker of another version than the
tables are of says so and ends, and the others take back what it had in hand.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kit.actions import cases
from kit.actions.cases import Borrowed
from kit.clinic.queue import FOLDER
from kit.errors import SchemaOldError, StoreTooNewError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.clinic.queue import Watch


def tables() -> dict[str, Path | Borrowed]:
    """The tables of procrastinate, and what of ours stands beside them."""
    return {"queue": _borrowed(), "clinic": FOLDER / "postgres"}


@cache
def steps_known() -> Mapping[str, int]:
    """How many steps of each store this version knows."""
    return cases.steps_known(tables())


def check(watch: Watch) -> None:
    """See that all tables are those of this version, and of the procrastinate installed here.

    Raises:
        SchemaOldError: they are older; `kit migrate` brings them up to it.
        StoreTooNewError: they are newer: another machine has a newer version.
    """
    done = watch.steps_done()
    for store, known in steps_known().items():
        if done.get(store, 0) < known:
            raise SchemaOldError
        if done[store] > known:
            raise StoreTooNewError


def _borrowed() -> Borrowed:
    from procrastinate.schema import SchemaManager

    steps = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    return Borrowed(
        whole=SchemaManager.get_schema(),
        steps=tuple(step.read_text(encoding="utf-8") for step in steps),
    )
