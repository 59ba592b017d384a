"""What is fuzzed: a reader of the kit, what it is given first, and how it may refuse.

`Place` is where readers work that need a store, a file or a desk: one for all inputs, and nothing
of an input stays in it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from kit.errors import KitError
from kit.model import Problem
from kit.settings import SPOKEN, Settings
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from threading import Event

    from kit.actions.store import Store

T = TypeVar("T")
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One reader."""

    name: str
    #: takes the bytes to their end; what comes out is looked at
    read: Callable[[bytes], object]
    #: what it is sound to send
    seeds: tuple[bytes, ...]
    #: words that it looks for
    words: tuple[bytes, ...] = ()
    #: by which it may refuse; anything else is a crash
    refuses: tuple[type[BaseException], ...] = (KitError,)
    #: so many inputs of each hundred that others get
    share: int = 100


class _UndoneError(Exception):
    """What was written is taken back."""


def clock() -> datetime:
    """It is always the same time."""
    return NOW


def rest(_: Event, __: float) -> bool:
    """Nothing is waited for."""
    return True


class Place:
    """A folder, and what is in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(home=folder / "home", language="en", key_file=folder / "key")

    @functools.cached_property
    def store(self) -> Store:
        """An open store with a few people in it."""
        from conftest import EXAMPLES, no_passphrase

        from kit.actions import importing
        from kit.actions.store import open_store

        opened = open_store(self.settings, no_passphrase, clock, rest)
        importing.import_files(opened, sorted(EXAMPLES.glob("*.vcf")))
        return opened

    def undone(self, read: Callable[[Store], T]) -> T:
        """What comes of it; whatever it wrote into the store is taken back."""
        found: list[T] = []
        with contextlib.suppress(_UndoneError), self.store.changing():
            found.append(read(self.store))
            raise _UndoneError
        return found[0]

    def file(self, content: bytes, name: str = "input") -> Path:
        """A file with that content; the one before is gone."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def close(self) -> None:
        """Close what was opened."""
        if "store" in vars(self):
            self.store.close()


def look(found: object) -> None:
    """Look at what came out, to its end: texts can be kept, problems can be said, times moved.

    Raises:
        Exception: some of it is no such value.
    """
    if isinstance(found, str):
        found.encode()
    elif isinstance(found, Problem):
        for language in SPOKEN:
            look(Words(language)(found.what, **found.facts))
        look(found.where)
    elif isinstance(found, datetime):
        look(found.astimezone(UTC).isoformat())
    elif isinstance(found, KitError):
        str(found).encode("utf-8", "backslashreplace")  # as a terminal's errors are written
        look(found.problems)
    else:
        _look_within(found)


def _look_within(found: object) -> None:
    if isinstance(found, Mapping):
        look(list(found.items()))
    elif isinstance(found, Iterator | list | tuple | set | frozenset):
        for one in found:
            look(one)
    elif dataclasses.is_dataclass(found):
        for field in dataclasses.fields(found):
            look(getattr(found, field.name, None))
