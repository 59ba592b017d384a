"""Keys of a clinic's cases, from machine to machine: a file and a passphrase go in and come out.

The file is locked as a backup is, and holds keys alone. What is here already stays as it is; the
keys of another clinic are not let in.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from kit import private_file
from kit.actions import backup_file, loose
from kit.actions.cases import is_of_this_clinic
from kit.actions.patience import Patience
from kit.actions.store import keeps, now, open_file, rest
from kit.connector.case_keys import CLINIC, CaseKeys, keys_in, steps_known
from kit.errors import (
    AnotherClinicsKeysError,
    BackupUnwrittenError,
    ClinicKeyMissingError,
    FileTakenError,
    NoBackupError,
    NoKeysError,
    NotAClinicError,
    PassphraseEmptyError,
    reason_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kit.actions.unlocking import Answers
    from kit.settings import Settings


def write(settings: Settings, answers: Answers, to: Path, passphrase: str) -> tuple[Path, int]:
    """Write the keys that are here into that file, locked; where it lies, and of how many cases.

    Raises:
        PassphraseEmptyError: it is not locked by nothing.
        FileTakenError: something has that name.
        ClinicKeyMissingError: no keys are here.
        BackupUnwrittenError, LedgerError: it cannot be written.
    """
    path = Path(os.path.abspath(to))  # noqa: PTH100 (`..` is to have a name)
    if not passphrase:
        raise PassphraseEmptyError
    if os.path.lexists(path) or keeps(settings, path):
        raise FileTakenError
    with _here(settings, answers) as keys:
        if CLINIC not in keys.here():
            raise ClinicKeyMissingError
        loose.remember(settings, [path, private_file.on_the_way(path)[0]])
        lock = backup_file.new_lock(passphrase)
        try:
            with private_file.filled(path) as unfinished:
                keys.copy_to(unfinished, lock.key)
                backup_file.close_up(unfinished, lock, keys.steps_done(), backup_file.KEYS)
        except FileExistsError:
            raise FileTakenError from None
        except OSError as error:
            raise BackupUnwrittenError(reason=reason_of(error)) from None
        return path, len(keys.here() - {CLINIC})


class KeysFile:
    """A file that was looked at: it has keys, and is not too new."""

    def __init__(self, path: Path) -> None:
        """Look at it.

        Raises:
            NoKeysError, BackupTooNewError, BackupUnreadableError: it cannot be used.
        """
        self._path = path
        #: by their cases; the clinic's own is one of them
        self.keys: dict[str, bytes] = {}
        try:
            self._told = backup_file.told_by(path, steps_known(), backup_file.KEYS)
        except NoBackupError:
            raise NoKeysError from None

    @property
    def cases(self) -> int:
        """Of how many cases it has keys, once it is open."""
        return len(self.keys.keys() - {CLINIC})

    def unlock(self, passphrase: str) -> None:
        """Look at all of it.

        Raises:
            WrongPassphraseError, BackupDamagedError: it does not open, or not whole.
        """
        by = backup_file.unlocked(self._path, self._told, passphrase)
        self.keys = keys_in(self._path, by)


def add(settings: Settings, answers: Answers, found: KeysFile) -> int:
    """Keep these keys here too; of how many cases none was here before.

    Raises:
        AnotherClinicsKeysError: they are another clinic's than those here, or than the database's.
        LedgerError: they cannot be kept, or the database cannot be asked whose they are.
    """
    with _here(settings, answers) as keys:
        if not is_of_this_clinic(settings, keys, found.keys):
            raise AnotherClinicsKeysError
        new = found.keys.keys() - keys.here() - {CLINIC}
        keys.add(found.keys)
        return len(new)


@contextlib.contextmanager
def _here(settings: Settings, answers: Answers) -> Iterator[CaseKeys]:
    """The keys in this KIT_HOME; the database is not needed for them.

    Raises:
        NotAClinicError: the settings name no database.
    """
    if not settings.database_url:
        raise NotAClinicError
    with contextlib.closing(open_file(settings, answers, Patience(settings.home, now, rest))) as at:
        yield CaseKeys(at)
