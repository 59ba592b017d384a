"""Errors of asking for what the kit does not do."""

from __future__ import annotations

from kit.errors.root import KitError


class NotAllowedError(KitError):
    """The kit does not do that."""


class CancelledError(NotAllowedError):
    """Cancelled."""


class OpenNotAllowedError(NotAllowedError):
    """Only emergency contacts can get the open text; WHO number {position} is not one."""

    hint = "Choose them first: `kit choose --emergency WHO`."


class NoPlanError(NotAllowedError):
    """There is no plan yet; nothing was sent."""

    hint = "Make one with `kit plan`."


class NoContactsError(NotAllowedError):
    """There are no contacts yet."""

    hint = "Bring in your address book: `kit import contacts.vcf`."


class CountMissingError(NotAllowedError):
    """Nobody is here to type the number of messages; nothing was sent."""

    hint = "Read the plan over, then use `kit send --yes {count}`."


class NotConfirmedError(NotAllowedError):
    """That is not a number: nothing was confirmed, and nothing was sent."""

    hint = "To send, type the number {count}."


class WrongCountError(NotAllowedError):
    """The plan has {count} messages, not {given}; nothing was sent."""

    hint = "Read it over with `kit preview`."


class TerminalNeededError(NotAllowedError):
    """Scan and send shows one person at a time and needs a terminal; nothing was sent."""


class AlreadyRunningError(NotAllowedError):
    """Another `kit` is at work with this store; nothing was done."""

    hint = "Wait for it, or end it, and try again."


class RestoredError(NotAllowedError):
    """This store came from a backup of {at}; what went out since then is not known yet."""

    hint = "Nothing was sent. First ask, and say what nobody can be asked: kit sync"


class PaceError(NotAllowedError):
    """Enough for now."""

    exit_code = 3
    hint = "Carriers lock numbers that send many texts, and yours must stay reachable."


class HourFullError(PaceError):
    """{most} messages have gone within an hour; `kit send` goes on from {at}."""


class DayFullError(PaceError):
    """{most} messages have gone within a day; `kit send` goes on from {at}."""


class HalfHourFullError(PaceError):
    """The phone may send {most} segments in half an hour; `kit send` goes on from {at}."""

    hint = "`kit send --wait` waits for it; leave the computer on."


class HeldError(PaceError):
    """{channel} asked to wait; `kit send` goes on from {at}."""

    hint = "`kit send --wait` waits for it; leave the computer on."


class QuietHoursError(PaceError):
    """It is quiet time where the other {left} people are; `kit send` goes on from {at}."""

    hint = "`kit send --wait` waits for it; leave the computer on."


class NotToBeTriedError(NotAllowedError):
    """That message was taken or has not been tried; there is nothing to try again."""

    hint = "Where it stands: kit status"


class DisownedError(NotAllowedError):
    """That number answered that it is somebody else's; nothing goes there again."""

    hint = "Tell them yourself, then: kit told WHO"


class NothingSaidError(NotAllowedError):
    """It is not your word alone that they were told; nothing was changed."""

    hint = "Where it stands: kit status"


class NothingToTellError(NotAllowedError):
    """There is no plan that this could belong to; nothing was changed."""

    hint = "Make one with `kit plan`, then `kit told WHO`."


class EraseNotConfirmedError(NotAllowedError):
    """Nobody is here to say yes; nothing was erased."""

    hint = "To erase without being asked, add --yes."


class ReportNotConfirmedError(NotAllowedError):
    """Nobody is here to look at the report; it was not saved."""

    hint = "To save it without being asked, add --yes."


class StoreInUseError(NotAllowedError):
    """Another `kit` has the store open, perhaps the page in the browser; nothing was erased."""

    hint = "End it with Ctrl-C in its window, then try again."


class PlanReplacedError(NotAllowedError):
    """Another plan has taken the place of the one you read; nothing was sent."""

    hint = "Read it over with `kit preview`."


class FolderChangedError(NotAllowedError):
    """This rehearsal began in another folder; nothing was written."""

    hint = "Go on in that folder, or begin anew: kit plan --via outbox"


class NotARehearsalError(NotAllowedError):
    """`--to` belongs to a rehearsal or a page; this plan is neither. Nothing was sent."""

    exit_code = 2
    hint = "For a rehearsal: kit plan --via outbox; for a page: kit plan --via page"


class UnsureError(NotAllowedError):
    """Nothing was taken back: whatever went already would go twice."""

    hint = "First the rows that were sent: kit sync --page ROWS; then again: kit take-back"


class NoPageError(NotAllowedError):
    """No page was made yet; nothing was changed."""

    hint = "Make one: kit plan --via page, then kit send --to FILE"


class OtherPageError(NotAllowedError):
    """An earlier page is still out, with other row numbers; no new one was made."""

    hint = "First the rows that were sent: kit sync --page ROWS; then the rest: kit take-back"


class NothingToSplitError(NotAllowedError):
    """There is nothing to take apart: it is one card, or its cards say the same; it stays so."""

    hint = "Whom several cards were brought together for: kit contacts --merged"


#: What a text says that none may say, in words that `kit.words` knows; by `Leak`.
LEAKS = {
    "amount": "an amount of money",
    "overdue": "how long something is overdue",
    "lender": "the name of a lender",
    "id_number": "an ID number",
    "name": "the name of somebody in your contacts",
    "link": "a link or a code to scan",
    "request": "a request for a payment or a code",
    "threat": "a threat",
    "legal_claim": "what the law is said to be",
    "telephone": "a telephone number",
    "debt": "a word for debts, though some people are not to read of any",
}


class LeakError(NotAllowedError):
    """What you gave for {option} may not stand in a message: {reason}. Nothing was planned."""

    hint = "Give it other words; --check - and --line - leave yours out."

    def __init__(self, *, option: str, leak: str) -> None:
        super().__init__(option=option, reason=LEAKS[leak])


class PortTakenError(NotAllowedError):
    """Port {port} of this computer is taken."""

    hint = "Without --port one that is free is taken."


class RemovalUnconfirmedError(NotAllowedError):
    """Nobody is here to be asked whether to remove it; nothing was removed."""

    hint = "To remove it without being asked: kit evidence remove ID --yes"
