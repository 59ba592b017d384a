"""A clinic's cases: settings and answers go in, cases, or the store of one, come out.

The keys of the cases lie in the encrypted file of KIT_HOME, which opens as a laptop's store does.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import kit.book
import kit.cases
import kit.ledger
from kit.actions.patience import Patience
from kit.actions.senders import senders
from kit.actions.store import now, open_file, rest
from kit.cases import Cases
from kit.connector.case_keys import CLINIC, CaseKeys
from kit.connector.common import Common
from kit.connector.key import BYTES
from kit.connector.migrating import Borrowed
from kit.errors import (
    AnotherClinicError,
    CaseClosedError,
    CaseMissingError,
    CaseNameError,
    ClinicKeyMissingError,
    NotAClinicError,
    OwnerMissingError,
    SchemaOldError,
    StoreTooNewError,
)
from kit.model import Case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path
    from threading import Event

    from kit.actions.unlocking import Answers
    from kit.connector import Connection, Database
    from kit.connector.postgres import PostgresConnection
    from kit.connector.seal import Seal
    from kit.settings import Settings


__all__ = ["Borrowed"]  # what the queue stands in is told in its words


@dataclass(frozen=True, slots=True)
class Clinic:
    """The list of cases and their keys, open."""

    keys: CaseKeys
    cases: Cases
    settings: Settings
    clock: Callable[[], datetime]
    #: shows no case; the workers' queue is looked over by it
    connection: Database

    def new(self, name: str) -> Case:
        """A new case, and a key for it; the key first, for a case without one is of no use.

        Raises:
            CaseNameError: the name says nothing.
        """
        name = name.strip()
        if not name:
            raise CaseNameError
        opened_at = self.clock()
        case = Case(id=str(uuid4()), name=name, opened_at=opened_at, closed_at=None, paused=False)
        self.keys.make(case.id)
        self.cases.add(case)
        return case

    def case(self, id_: str) -> Case:
        """The case with that id.

        Raises:
            CaseMissingError: there is none.
        """
        found = self.cases.find(id_)
        if found is None:
            raise CaseMissingError
        return found

    def close(self, id_: str) -> Case:
        """Nothing goes from that case any more; when this returns, nothing is on its way out.

        Raises:
            CaseMissingError: there is no such case.
        """
        self.cases.close(self.case(id_).id, self.clock())
        return self.case(id_)

    def pause(self, id_: str, *, paused: bool) -> Case:
        """Nothing goes from that case until it goes on; or it goes on.

        Raises:
            CaseMissingError: there is no such case.
            CaseClosedError: it is closed for good.
        """
        if self.case(id_).closed_at is not None:
            raise CaseClosedError
        self.cases.pause(id_, paused=paused)
        return self.case(id_)

    def connect(self, case_id: str) -> PostgresConnection:
        """A connection that sees that case and no other.

        Raises:
            CaseMissingError: there is no such case.
            CaseKeyMissingError: its key is not here.
        """
        case = self.case(case_id)
        return connected(self.settings, self.keys, case.id, self.keys.seal(case.id))


@dataclass(frozen=True, slots=True)
class Foundation:
    """What a clinic rests on, before anybody knows whether this version can work with it."""

    keys: CaseKeys
    connection: Database

    def cases(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The ids of the cases that are not closed: whose key is here, and whose is not."""
        ids, here = Cases(self.connection).open(), self.keys.here()
        elsewhere = tuple(one for one in ids if one not in here)
        return tuple(one for one in ids if one in here), elsewhere


@contextlib.contextmanager
def open_foundation(settings: Settings, answers: Answers) -> Iterator[Foundation]:
    """The keys of the settings, and a connection to the database; its steps are not looked at.

    Raises:
        NotAClinicError: the settings name no database.
        AnotherClinicError, ClinicKeyMissingError: the keys are not those of the database.
        LedgerError, InputError, AlreadyRunningError: as `open_store` says.
    """
    if not settings.database_url:
        raise NotAClinicError
    with contextlib.closing(
        open_file(settings, answers, Patience(settings.home, now, rest))
    ) as file:
        keys = CaseKeys(file)
        with contextlib.closing(_unsealed(settings)) as at:
            try:
                own = _own_seal(Cases(at), keys)
            except (SchemaOldError, StoreTooNewError):  # that is said; of what is in it nothing is
                own = _nobodys_seal()
            yield Foundation(keys, at.beside(CLINIC, own, Common(own, senders(settings))))


@contextlib.contextmanager
def open_clinic(
    settings: Settings,
    answers: Answers,
    clock: Callable[[], datetime] = now,
    rest: Callable[[Event, float], bool] = rest,
) -> Iterator[Clinic]:
    """The clinic of the settings, open.

    Raises:
        NotAClinicError: the settings name no database.
        LedgerError, InputError, AlreadyRunningError: as `open_store` says.
    """
    if not settings.database_url:
        raise NotAClinicError
    file = open_file(settings, answers, Patience(settings.home, clock, rest))
    with contextlib.closing(file), clinic(file, settings, clock) as opened:
        yield opened


def migrate(
    settings: Settings, queue: Mapping[str, Path | Borrowed], *, restored: bool = False
) -> dict[str, int]:
    """Make the clinic's database, or bring it up to this version; steps done, by store.

    `queue` is what the workers' queue stands in. With `restored` all of its cases are marked as
    copies, for one that came back in the place where it stood.

    Raises:
        OwnerMissingError: the settings name no owner of a database.
        LedgerError: it cannot be reached, or refuses.
    """
    from kit.connector.migrating import ROLE, password_of
    from kit.connector.migrating import migrate as bring_up

    if not settings.database_admin_url:
        raise OwnerMissingError
    password = password_of(settings.database_url, ROLE)
    return bring_up(settings.database_admin_url, password, _tables(queue), restored=restored)


def steps_known(queue: Mapping[str, Path | Borrowed]) -> dict[str, int]:
    """How many steps this version knows of what the database stands in, by store."""
    from kit.connector.migrating import BASE, steps_of

    return {name: len(steps_of(one)) for name, one in {"base": BASE, **_tables(queue)}.items()}


def _tables(queue: Mapping[str, Path | Borrowed]) -> dict[str, Path | Borrowed]:
    folders = {"cases": kit.cases.FOLDER, "book": kit.book.FOLDER, "ledger": kit.ledger.FOLDER}
    return {**{name: folder / "postgres" for name, folder in folders.items()}, **queue}


@contextlib.contextmanager
def clinic(file: Connection, settings: Settings, clock: Callable[[], datetime]) -> Iterator[Clinic]:
    """The clinic whose keys are in that file, and whose database the settings name.

    Raises:
        LedgerError: the database cannot be used.
    """
    keys = CaseKeys(file)
    with contextlib.closing(_unsealed(settings)) as at:
        own = _own_seal(Cases(at), keys)
        line = at.beside(CLINIC, own, Common(own, senders(settings)))
        yield Clinic(keys, Cases(line), settings, clock, line)


def _own_seal(cases: Cases, keys: CaseKeys) -> Seal:
    """What the clinic's own key seals by; made at the first use of its database.

    Raises:
        ClinicKeyMissingError: the database is in use, and the key is not here.
        AnotherClinicError: the key here is another one.
    """
    if not cases.key_hash():
        cases.keep_key_hash(lambda: _known_by(keys.make(CLINIC)))
    if CLINIC not in keys.here():
        raise ClinicKeyMissingError
    own = keys.seal(CLINIC)
    if _known_by(own) != cases.key_hash():
        raise AnotherClinicError
    return own


def is_of_this_clinic(settings: Settings, keys: CaseKeys, others: Mapping[str, bytes]) -> bool:
    """Whether the clinic's own key among those is the one here, or else that of the database.

    Raises:
        LedgerError: it is not here, and the database cannot be asked.
    """
    from kit.connector.seal import Seal

    if CLINIC not in others:
        return False
    theirs = _known_by(Seal(others[CLINIC], CLINIC))
    if CLINIC in keys.here():
        return theirs == _known_by(keys.seal(CLINIC))
    with contextlib.closing(_unsealed(settings)) as at:
        return Cases(at).key_hash() in ("", theirs)


def _known_by(own: Seal) -> str:
    """By what the database knows the clinic's own key again."""
    return own.hash("clinic", "own key")


def _unsealed(settings: Settings) -> PostgresConnection:
    """A connection that shows no case and opens nothing: by which key is not known yet."""
    from kit.connector.postgres import PostgresConnection

    return PostgresConnection(settings.database_url, CLINIC, _nobodys_seal(), None)


def _nobodys_seal() -> Seal:
    from kit.connector.seal import Seal

    return Seal(bytes(BYTES), CLINIC)


def connected(settings: Settings, keys: CaseKeys, case_id: str, seal: Seal) -> PostgresConnection:
    """A connection that knows what the cases have in common."""
    from kit.connector.postgres import PostgresConnection

    common = Common(keys.seal(CLINIC), senders(settings))
    return PostgresConnection(settings.database_url, case_id, seal, common)
