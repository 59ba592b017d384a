"""Errors of letters, complaints and the fact sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.errors.root import KitError

if TYPE_CHECKING:
    from kit.model import Problem


class DraftError(KitError):
    """This letter or complaint cannot be made as it is."""


class SheetValueError(DraftError):
    """What was given for {key} cannot be used; nothing was changed."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(key=", ".join(one.where for one in problems), problems=problems)


class SheetKeyError(DraftError):
    """The fact sheet has no such line; nothing was changed."""

    exit_code = 2
    hint = "Which lines it has: kit letter facts --json"

    def __init__(self, *, likely: tuple[str, ...] = ()) -> None:
        super().__init__(problems=_did_you_mean(likely))


class SheetLineError(DraftError):
    """What stands after --set is no KEY=VALUE; nothing was changed."""

    exit_code = 2
    hint = 'Such as: kit letter facts --set "lender=…"'


class NoSuchDraftError(DraftError):
    """No letter and no complaint has that name; nothing was done."""

    exit_code = 2
    hint = "Which there are: kit letter --list, kit complaint --list"

    def __init__(self, *, likely: tuple[str, ...] = ()) -> None:
        super().__init__(problems=_did_you_mean(likely))


class NoDraftError(DraftError):
    """There are no letters and complaints for “{code}” yet: its law is another."""

    hint = (
        "There are some for: {codes}. If the loan is from there: "
        "kit letter facts --set country=CODE"
    )


class DraftIncompleteError(DraftError):
    """The fact sheet lacks what this needs; nothing was written."""

    hint = "Fill it in: kit letter facts {lines}"


class NothingRecordedError(DraftError):
    """Nothing is written down yet that this could state; nothing was written."""

    hint = "Write it down first: kit evidence add"


class OtherBodyError(DraftError):
    """By the fact sheet this lender is not one that {body} looks after; nothing was written."""

    hint = (
        "Use: kit complaint {instead} --to FILE. If it is another sort of lender: "
        "kit letter facts --set lender_kind=KIND"
    )


class DraftEndingError(DraftError):
    """By its ending it is not known what the file is to be; nothing was written."""

    exit_code = 2
    hint = "Let its name end in .html, .txt or .docx."


class DraftFolderError(DraftError):
    """There is no such folder; nothing was written."""

    hint = "Make the folder first, or give another place: --to FILE"


class NoFilingError(DraftError):
    """It is not known that this was sent; nothing was changed."""

    hint = "Say so first: kit complaint sent BODY"


class EarlyAnswerError(DraftError):
    """The answer cannot have come before it was sent; nothing was changed."""

    hint = "Look at both dates once more: --on 2026-01-05"


class BudgetError(DraftError):
    """The figures carry no such proposal; nothing was written."""

    hint = "Look at the figures once more: kit letter facts"


class DocumentMissingError(DraftError):
    """What makes documents (.docx) is not installed; nothing was written."""

    hint = "pip install 'contact-notification-kit[docx]', or let the name end in .html."


def _did_you_mean(likely: tuple[str, ...]) -> tuple[Problem, ...]:
    """What may have been meant; what was typed may be a name, and is not repeated."""
    from kit.model import Problem  # what only says its version needs no model

    what = "Did you mean {likely}?"
    facts = {"likely": ", ".join(likely)}
    return (Problem(where="→", what=what, facts=facts),) if likely else ()
