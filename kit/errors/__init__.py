"""Every error that a person may see. A class owns its sentence: its docstring, in English.

KitError
├── InputError          your file or value
├── NotAllowedError     a rule of the kit
├── ChannelError        the way out: a provider, a folder
└── LedgerError         the store on this computer: `kit.errors.store`

Facts fill the sentence; they name things by id or file and line, never by a person's name or
number. `kit.words` says the sentence in the reader's language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kit.errors.root import *  # noqa: F403 (all of them are seen from here)
from kit.errors.root import KitError
from kit.errors.store import *  # noqa: F403 (the same)

if TYPE_CHECKING:
    from kit.model import Attempt, Contact


# --- your file or value -----------------------------------------------------------------


class InputError(KitError):
    """What you gave cannot be used."""


class NumberError(InputError):
    """This is not a telephone number."""


class LettersInNumberError(NumberError):
    """The number has letters in it."""


class ShortNumberError(NumberError):
    """This is a short or service number, not a person's."""


class IncompleteNumberError(NumberError):
    """The number is not complete or does not exist; is the area code missing?"""


class UnknownRegionError(InputError):
    """“{region}” is not a region: use two letters such as CN, HK, IN or PH."""

    exit_code = 2


class NobodyFoundError(InputError):
    """WHO number {position} is nobody in your contacts; nothing was changed."""

    hint = "Write the whole name, a number or an id, as `kit contacts` shows them."


class AmbiguousError(InputError):
    """WHO number {position} is more than one person; nothing was changed. Use one of these ids:"""

    def __init__(self, *, position: int, candidates: tuple[Contact, ...]) -> None:
        super().__init__(position=position)
        self.candidates = candidates


class NoAddressError(InputError):
    """There is no number and no address of theirs to keep; nothing was changed."""

    hint = "Give the number itself: kit stop NUMBER"


class ChosenTwiceError(InputError):
    """WHO number {position} was given for two groups; nothing was changed."""


class ChoiceMissingError(InputError):
    """Nobody is here to be asked whom to tell; nothing was changed."""

    hint = "Use --emergency WHO, --everyone WHO, --nobody WHO or --everyone-else."


class ChoiceMixedError(InputError):
    """--csv and --from-csv stand alone, without any other choice; nothing was done."""

    exit_code = 2


class SpreadsheetError(InputError):
    """Something is wrong with the spreadsheet; nobody's choice was changed."""


class SenderMissingError(InputError):
    """The messages need the name your friends know you by."""

    hint = "Use `kit plan --from NAME`, or set KIT_FROM; it is kept."


class SenderError(InputError):
    """The name may have at most {most} letters, and no digit, link or markup."""

    hint = "Use the name your friends know you by, such as 小王 or Li Wei."


class PriceError(InputError):
    """The price of a segment must be a number such as 0.1, and the currency three letters."""

    exit_code = 2


class LanguageMissingError(InputError):
    """There is no wording in “{language}” yet; there is: {languages}."""


class PassphraseMissingError(InputError):
    """The store is locked with a passphrase, and nobody is here to type it."""

    hint = "Set KIT_PASSPHRASE or KIT_PASSPHRASE_FILE, or KIT_KEY_FILE for a new store."


class PassphraseMismatchError(InputError):
    """The two passphrases differ; nothing was made."""


class PassphraseEmptyError(InputError):
    """The passphrase is empty; nothing was opened."""


class PassphraseFileError(InputError):
    """The file that KIT_PASSPHRASE_FILE names cannot be read."""


class SettingError(InputError):
    """The setting {name} cannot be used as it is; nothing was done."""

    hint = "The settings are listed in the README; `kit doctor` says what is set."


class HoursError(InputError):
    """Hours are written such as 08:00-21:00, ten minutes at least; 00:00-24:00 means always."""

    exit_code = 2


class PaceLimitError(InputError):
    """A pace must be a number, 0 for no limit; fewer than one in 50 seconds is --max-per-hour."""

    exit_code = 2


class FolderMissingError(InputError):
    """A rehearsal needs a folder to write to."""

    hint = "Use `kit send --to DIR`."


class PageFileMissingError(InputError):
    """The page needs a file to be written to."""

    hint = "Use `kit send --to FILE`, such as page.html."


class FileTakenError(InputError):
    """There is a file of that name already; nothing was written."""

    hint = "Give another name, or move that file away first."


class RowsError(InputError):
    """Rows are written such as 1-17,20; nothing was changed."""

    exit_code = 2


class UnknownRowError(InputError):
    """The page has no row {row}; the last one is {last}. Nothing was changed."""

    hint = "Look at the numbers on the page, and try again."


class TypedTwiceError(InputError):
    """The number was not the same both times; nothing was shown."""


class OwnNumberUnconfirmedError(InputError):
    """A test to your own number must be confirmed by typing the number twice, in a terminal."""


class NotOneByOneError(InputError):
    """`--app` and `--picture` belong to scan and send; nothing was sent."""

    exit_code = 2
    hint = "For scan and send: kit plan --via phone"


# --- a rule of the kit ------------------------------------------------------------------


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


class NothingToTellError(NotAllowedError):
    """There is no plan that this could belong to; nothing was changed."""

    hint = "Make one with `kit plan`, then `kit told WHO`."


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


# --- the way out ------------------------------------------------------------------------


class ChannelError(KitError):
    """The channel did not take the message."""

    #: whether the same message may simply be tried again
    retryable: ClassVar[bool] = False
    #: after how many seconds, where the provider says so
    retry_after_s: float | None = None
    #: what was tried, where it was one message
    attempt: Attempt | None = None


class ChannelNotReadyError(ChannelError):
    """Something stands in the way; nothing was sent."""


class TooManyRequestsError(ChannelError):
    """{channel} asks to wait; what was not taken stays planned."""

    retryable = True
    hint = "Run `kit send` again later; it goes on where it stopped."

    def __init__(self, *, channel: str, retry_after_s: float | None = None, code: str = "") -> None:
        super().__init__(channel=channel, code=code)
        self.retry_after_s = retry_after_s


class PhoneBusyError(ChannelError):
    """The phone has taken {count} texts and sent none of them yet; is it switched on and online?"""

    retryable = True
    hint = "Look at SMSGate on the phone, then run `kit send` again; it goes on where it stopped."


class UnreachableError(ChannelError):
    """{channel} cannot be reached; what was not taken stays planned."""

    retryable = True
    hint = "Look at the network, then run `kit send` again; it goes on where it stopped."


class TlsRefusedError(ChannelError):
    """{channel} offers no safe connection (TLS); nothing was sent."""

    hint = "Look at host and port in the settings: smtps://…:465 sends, imaps://…:993 reads."


class MailboxRefusedError(ChannelError):
    """{channel} does not open the mailbox; bounces and replies were not read."""

    hint = "Allow IMAP in the settings of the mail account; `kit doctor` checks it."


class TooLateError(ChannelError):
    """The hours for messages end before {channel} could let it go; it stays planned."""

    retryable = True
    hint = "Run `kit send` again when the hours allow it; it goes on where it stopped."


class CredentialsError(ChannelError):
    """{channel} does not accept the user name or password."""

    hint = "Check the settings; `kit doctor` names them."


class SenderRefusedError(ChannelError):
    """{channel} does not let this sender send (its code: {code}); nothing more was sent."""

    hint = "The provider's console says why; without it: kit plan --via phone"


class TrialAccountError(ChannelError):
    """The account at {channel} is a trial: it reaches only numbers that you verified there."""

    hint = "Nothing more was sent. Upgrade the account, or without it: kit plan --via phone"


class AccountClosedError(ChannelError):
    """The account at {channel} is suspended or closed (its code: {code}); nothing more was sent."""

    hint = "The provider's console says why; without it: kit plan --via phone"


class RegionRefusedError(ChannelError):
    """{channel} is not enabled for a country in the plan (its code: {code})."""

    exit_code = 3
    hint = "Those people stay planned. Tell them by another way: kit plan --via phone"


class PausedError(ChannelError):
    """{channel} refused too many ({refused} of the last {tried}, last code: {code}); it stopped."""

    exit_code = 3
    hint = "Look at why: kit status. The next `kit send` tries one first and then goes on."


class NonsenseError(ChannelError):
    """{channel} answered something that is not an answer; it was not used."""

    hint = "Is the address in the settings right? `kit doctor` checks it."


class OutputError(ChannelError):
    """What this command prints cannot be written: {reason}."""


class PageUnwrittenError(ChannelError):
    """The page cannot be written: {reason}."""

    hint = "Try once more, or give it up: kit take-back"


class OutboxError(ChannelError):
    """The folder cannot be written to: {reason}. What was written stays; run it again."""


class PictureError(ChannelError):
    """The picture of the code cannot be written: {reason}."""

    hint = "Choose another place, such as: kit send --picture code.png"
