"""What is wrong with a clinic's database, or with a case."""

from __future__ import annotations

from kit.errors.store import LedgerError


class DatabaseGoneError(LedgerError):
    """The database cannot be reached, or takes no more connections; nothing is lost."""

    hint = (
        "See whether PostgreSQL runs and KIT_DATABASE_URL is right (for `kit migrate` it is "
        "KIT_DATABASE_ADMIN_URL). A new database needs `kit migrate` first. Then run this again."
    )


class DatabaseFullError(LedgerError):
    """The database's disk is full. What was recorded is safe; make room, then run this again."""


class DatabaseReadsOnlyError(LedgerError):
    """The database only lets us read; nothing was changed."""

    hint = "Perhaps it is a standby: name the one that can be written to, then run this again."


class DatabaseRefusedError(LedgerError):
    """The role in KIT_DATABASE_URL is not let in, or could see more than one case."""

    hint = "Use the role kit_app, which `kit migrate` makes; it owns nothing and sees one case."


class SchemaOldError(LedgerError):
    """The database was not brought up to this version yet."""

    hint = "Run `kit migrate` with KIT_DATABASE_ADMIN_URL once, then run this again."


class DatabaseEncodingError(LedgerError):
    """This database is not in UTF-8, as PostgreSQL makes them where no language is set."""

    hint = "Make it anew: createdb --template=template0 --encoding=UTF8 NAME"


class DatabaseReplacedError(LedgerError):
    """Another copy of the database stands where it was; nothing more is done with it."""

    hint = "Run this again: nothing is sent from a copy before `kit sync` has asked what went."


class AnotherClinicError(LedgerError):
    """The keys in this KIT_HOME are another clinic's, not of this database; nothing was changed."""

    hint = (
        "Set KIT_HOME to the folder with its keys, or bring them from a machine that has them: "
        "`kit case keys --to FILE` there, `kit case keys --from FILE` here with an empty KIT_HOME."
    )


class ClinicKeyMissingError(LedgerError):
    """The database is in use, and its keys are not in this KIT_HOME."""

    hint = (
        "Bring them from a machine that has them: `kit case keys --to FILE` there, "
        "`kit case keys --from FILE` here."
    )


class AnotherClinicsKeysError(LedgerError):
    """The keys in this file are another clinic's; none was added."""

    hint = "Take the file that `kit case keys --to FILE` wrote on a machine of this clinic."


class NoKeysError(LedgerError):
    """This is no file with the keys of a clinic's cases, or its end is missing; none was added."""

    hint = (
        "Take the file that `kit case keys --to FILE` wrote. If it was copied, copy it once more."
    )


class WrongCaseKeyError(LedgerError):
    """The key of this case does not open what is kept of it; nothing was changed."""

    hint = "Set KIT_HOME to the folder with the right keys; without its key nobody reads a case."


class CaseKeyMissingError(LedgerError):
    """The key of this case is not in KIT_HOME; nobody can read the case without it."""

    hint = (
        "Bring it from a machine that has it: `kit case keys --to FILE` there, "
        "`kit case keys --from FILE` here. Nothing of the case is lost meanwhile."
    )


class CaseMissingError(LedgerError):
    """Nobody said which case, or there is none with that id."""

    hint = "Set KIT_CASE to an id that `kit case list` shows; `kit case new NAME` makes a case."


class CaseClosedError(LedgerError):
    """This case is closed; nothing is sent from it any more."""


class CasePausedError(LedgerError):
    """This case is paused; nothing is sent from it until it goes on."""

    hint = "Run `kit case resume`; then what was planned goes on where it stopped."


class CaseInHandError(LedgerError):
    """A worker still has messages of this case in hand. The case is closed; nothing was erased."""

    hint = "Wait a minute, then run this again."


class KeysOfCasesError(LedgerError):
    """The keys of a clinic's cases are here: {count}. Nothing was erased."""

    hint = "Set KIT_DATABASE_URL and erase the cases: kit case erase ID. Then nothing is lost."


class NotAClinicError(LedgerError):
    """This is for a clinic's database, and none is set."""

    hint = "Set KIT_DATABASE_URL; on a computer of one's own nothing of this is needed."


class OwnerMissingError(NotAClinicError):
    """`kit migrate` works as the database's administrator, and none is set."""

    hint = "Set KIT_DATABASE_ADMIN_URL for this one command, then run it again."


class CaseWithoutDatabaseError(LedgerError):
    """KIT_CASE names a case, but no database is set; nothing was opened."""

    hint = "Set KIT_DATABASE_URL too. On a computer of one's own leave KIT_CASE out."


class CaseNameError(LedgerError):
    """A case needs a name by which you know it again; none was made."""


class OnlyHereError(LedgerError):
    """This is for a store on this computer, not for a clinic's database."""

    hint = "In a clinic it is done otherwise: see the runbook, CLINIC.md."


class WorkerFaultError(LedgerError):
    """This is a fault of the kit, not yours: {report}. The worker goes on."""


class CaseHereError(LedgerError):
    """This store is a case here already: {id}. Nothing was moved."""

    hint = "Work on that one: set KIT_CASE to its id."


class OlderStoreError(LedgerError):
    """This store was a case here, {id}, which knows more than this file. Nothing was moved."""

    hint = "Take that case instead: `kit case move --out FILE ID`, then move that file in."


class CaseSendingError(LedgerError):
    """The case is closed, but {count} of its messages were just being sent. Nothing was written."""

    hint = "Wait a minute, then run this once more."
