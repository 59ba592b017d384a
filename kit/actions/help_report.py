"""A report for asking for help: settings and perhaps a store go in; what may be shown comes out.

Versions, names of our settings and files, sizes, counts, ids and places in our code: nothing of
what the store holds, no value of a setting, no path, nobody's host. It is asked for where
something is wrong: whatever of it cannot be had is said by the kind of what went wrong.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, TypeVar

from kit import __version__, journal, private_file
from kit.actions import loose, unlocking
from kit.actions.doctor import SETTINGS, examine_one
from kit.actions.store import ERASING, OTHER_FILES, STORE_FILES, now
from kit.errors import FileTakenError
from kit.errors.fault import kind_of
from kit.journal import Entry, Event
from kit.settings import names_set

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from kit.actions.doctor import Examined
    from kit.actions.store import Store
    from kit.settings import Settings

T = TypeVar("T")

_LAST_EVENTS = 40
_LAST_FAULTS = 5
_ID_LENGTH = 8
_MEGABYTE = 1_000_000
#: How a wish for a package begins.
_NAME = re.compile(r"[\w.-]*")
_PACKAGE = "contact-notification-kit"
_NAMES = frozenset((*STORE_FILES, *OTHER_FILES, ERASING))


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpReport:
    """What somebody who helps needs to know, and nothing of anybody's."""

    at: datetime
    version: str
    python: str
    system: str
    language: str
    #: of the libraries that are here
    versions: Mapping[str, str]
    #: the settings that are set
    settings: tuple[str, ...]
    #: bytes of the files of ours in the folder of the store; how many others there are
    sizes: Mapping[str, int]
    others: int
    #: megabytes free on its disk
    free: int | str
    #: schema steps, or the kind of what stands in the way
    steps: Mapping[str, int] | str
    counts: Mapping[str, int] | str
    #: channel, and how it was found, or the kind of what stood in the way
    channels: tuple[tuple[str, Examined | str], ...]
    faults: tuple[Entry, ...]
    events: tuple[Entry, ...]
    #: lines of the journal that are none
    strange: int


def make(settings: Settings, store: Store | None, shut_by: str) -> HelpReport:
    """The report; `shut_by` is the kind of what kept the store from being opened."""
    entries, strange = journal.read(settings.home)
    sizes, others = _files(settings)
    return HelpReport(
        at=now(),
        version=__version__,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        language=settings.language,
        versions=_versions(),
        settings=names_set(),
        sizes=sizes,
        others=others,
        free=_had(lambda: shutil.disk_usage(settings.home).free // _MEGABYTE),
        steps=_had(store.steps_done) if store else shut_by,
        counts=_had(lambda: _counts(store)) if store else shut_by,
        channels=tuple((name, _examined(store, name)) for name in SETTINGS) if store else (),
        faults=tuple(one for one in entries if one.event is Event.FAULT)[-_LAST_FAULTS:],
        events=tuple(entries[-_LAST_EVENTS:]),
        strange=strange,
    )


def shown(entry: Entry) -> str:
    """An event on one line; of an id as much as tells it from others."""
    facts = (f"{name}={_short(fact)}" for name, fact in entry.facts.items())
    return " ".join((entry.at, entry.run, entry.event, *facts))


def save(settings: Settings, report: str, path: Path) -> None:
    """Write the report; whole, or not at all, and never over something else.

    Raises:
        FileTakenError: something has that name.
        OSError: it cannot be written.
    """
    if os.path.lexists(path):
        raise FileTakenError
    loose.remember(settings, [path])
    private_file.write(path, report)


def _had(get: Callable[[], T]) -> T | str:
    """What is to be had, or the kind of what stands in the way."""
    try:
        return get()
    except Exception as error:  # noqa: BLE001 (the report is for whoever has a fault)
        return kind_of(type(error))


def _counts(store: Store) -> Mapping[str, int]:
    """How much of everything there is."""
    counts = Counter(f"contacts {group}" for group in store.book.groups().values())
    plan = store.ledger.current_plan()
    if plan is not None:
        counts[f"messages by {plan.channel}"] = len(plan.messages)
        counts["skips"] = len(plan.skips)
        counts.update({f"messages {one}": n for one, n in store.ledger.counts(plan).items()})
    counts["replies"] = len(store.ledger.replies())
    counts["record"] = store.record.head()[0]
    counts["files written"] = len(store.book.written())
    return counts


def _examined(store: Store, name: str) -> Examined | str:
    return _had(lambda: examine_one(store, name))


def _files(settings: Settings) -> tuple[Mapping[str, int], int]:
    """Sizes of our files in the folder, by their names; how many others there are."""
    try:
        found = {path.name: path.lstat().st_size for path in settings.home.iterdir()}
    except OSError:
        return {}, 0
    known = _NAMES | {path.name for path in unlocking.files(settings)}
    ours = {name: size for name, size in sorted(found.items()) if name in known}
    return ours, len(found) - len(ours)


def _versions() -> Mapping[str, str]:
    """Which of the libraries that we use are here."""
    found: dict[str, str] = {}
    for name in _libraries():
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _libraries() -> Sequence[str]:
    """What the package says that it uses; nothing where it is not installed."""
    try:
        wanted = metadata.requires(_PACKAGE) or []
    except metadata.PackageNotFoundError:
        return ()
    return sorted({found[0] for one in wanted if (found := _NAME.match(one))})


def _short(fact: object) -> str:
    if isinstance(fact, list):
        return ",".join(map(str, fact))
    return str(fact)[:_ID_LENGTH] if journal.is_id(fact) else str(fact)
