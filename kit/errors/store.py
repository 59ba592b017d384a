"""Errors of the store on this computer and of its key."""

from __future__ import annotations

from kit.errors.root import KitError


class LedgerError(KitError):
    """The store did not do what it should."""


class WrongKeyError(LedgerError):
    """The passphrase or key does not open this store."""

    hint = "Nothing was changed. A forgotten passphrase cannot be recovered."


class WrongKeyFileError(WrongKeyError):
    """That key file does not open this store; nothing was changed."""

    hint = "Set KIT_KEY_FILE to the file that has its key now."


class KeyMissingError(LedgerError):
    """The store is there, but its key file is not; nothing was changed."""

    hint = "Set KIT_KEY_FILE to the file that has its key now."


class KeyBrokenError(LedgerError):
    """The key file is damaged or is not one of ours; nothing was changed."""


class SystemKeyringError(LedgerError):
    """The system's keyring cannot be used."""


class KeyringAbsentError(SystemKeyringError):
    """No keyring of this system can be used here."""

    hint = "Nothing was changed. If it has the key: log in at the desktop as usual, then try again."


class KeyringLockedError(SystemKeyringError):
    """The system's keyring is locked, or did not let the kit in."""

    hint = "Nothing was changed. Unlock it, often with the computer's password, then try again."


class KeyringSilentError(SystemKeyringError):
    """The system's keyring did not answer in time."""

    hint = "Nothing was changed. If a window asks for a password, answer it, then try again."


class KeyringForgotError(SystemKeyringError):
    """The system's keyring no longer has the key of this store; nothing was changed."""

    hint = (
        "Open it where it was made: the same computer, the same account. If the keyring is gone, "
        "only a backup helps: kit restore FILE"
    )


class BrokenLockError(LedgerError):
    """The lock file beside the store cannot be used; nothing was done."""

    hint = "If no other `kit` is running, remove at-work.lock in KIT_HOME and try again."


class StoreGoneError(LedgerError):
    """The store was made, but it is empty or gone; nothing was done."""

    hint = (
        "Put a copy of kit.db back. Whoever removes the folder KIT_HOME begins anew: then nobody "
        "knows who was told or wants no more."
    )


class ErasedInPartError(LedgerError):
    """What the kit kept here is being erased, and not all of it is gone yet."""

    hint = "To bring it to its end: kit erase"


class FullDiskError(LedgerError):
    """The disk is full or takes nothing more. What was recorded is safe; make room, run again."""


class BusyError(LedgerError):
    """The store is in use by another program; try again in a moment."""


class StoreUnusableError(LedgerError):
    """The store cannot be read or written: {reason}."""

    hint = (
        "If its disk takes nothing any more: copy the folder KIT_HOME to another one, and set "
        "KIT_HOME to the copy."
    )


class NotEmptyError(LedgerError):
    """There is a store here already; nothing was restored, and nothing was changed."""

    hint = "Set KIT_HOME to an empty folder, and restore it there."


class NoBackupError(LedgerError):
    """This is no backup of the kit, or its end is missing; nothing was restored."""

    hint = "Take the file that `kit backup` wrote. If it was copied here, copy it once more."


class BackupUnreadableError(LedgerError):
    """The backup cannot be read: {reason}. Nothing was restored."""


class BackupUnwrittenError(LedgerError):
    """The backup was not written: {reason}. Nothing is left of it."""


class BackupTooNewError(LedgerError):
    """This backup was made by a newer version of the kit; use that one. Nothing was restored."""


class BackupDamagedError(LedgerError):
    """Something in this backup is not as it was written; nothing was restored."""

    hint = "Copy it here once more, or take another backup."


class WrongPassphraseError(LedgerError):
    """That passphrase does not open this backup; nothing was restored."""

    hint = (
        "It is the one that was typed when the backup was made, not the one of the store. If it "
        "is surely right, the file may be damaged: copy it here once more."
    )


class NewPassphraseMissingError(LedgerError):
    """The new passphrase is not known, and nobody is here to type it; nothing was changed."""

    hint = "Set KIT_NEW_PASSPHRASE, or run it in a terminal."


class TooSoonError(LedgerError):
    """Too many wrong passphrases: try again in {seconds} seconds. Nothing is locked for ever."""


class StoreTooNewError(LedgerError):
    """This store was made by a newer version of the kit; use that one."""


class OptOutsLostError(LedgerError):
    """The store no longer knows who wants no more messages; nothing is sent from it."""

    hint = "Put a copy of kit.db back; a damaged store must not write to people again."


class TracesLostError(LedgerError):
    """The store no longer knows who was told before people were forgotten; nothing is sent."""

    hint = "Put a copy of kit.db back; a damaged store must not write to people again."


class LockedError(LedgerError):
    """Locked, because nobody was here for long. Nothing was changed."""


class RecordDamagedError(LedgerError):
    """Something in the record of evidence cannot be read: it is not as it was written."""

    hint = "Keep a copy of the store as it is. To see what was changed: kit evidence verify"


class NoMemoryError(LedgerError):
    """This computer has too little memory for that; it was given up."""

    hint = "Close other programs, then try again; what was written before is there still."
