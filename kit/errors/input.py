"""Errors of what the person gave: a file, a value, an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.errors.root import KitError

if TYPE_CHECKING:
    from kit.model import Contact, Problem


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


class DeviceNumberError(NumberError):
    """This number belongs to a device, such as a meter or a car, not to a person."""


class ExtensionError(NumberError):
    """The number has an extension, which a text cannot dial; it is left off."""


class UnknownRegionError(InputError):
    """“{region}” is not a region: use two letters such as CN, HK, IN or PH."""

    exit_code = 2


class UnknownCharsetError(InputError):
    """Address books are not in the character set “{charset}”; it can be: {charsets}."""

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


class OwnWordsError(InputError):
    """{option} takes {most} characters at most, no digit, link or markup; nothing was planned."""

    hint = "To leave your own words out: {option} -"


class LineTooLongError(InputError):
    """Your own line does not fit every text; characters too many: {count}. Nothing was planned."""

    hint = "Make it shorter, or leave it out: kit plan --line -"


class PriceError(InputError):
    """The price of a segment must be a number such as 0.1, and the currency three letters."""

    exit_code = 2


class LanguageMissingError(InputError):
    """There is no wording in “{language}” yet; there is: {languages}."""


class NoFactsError(InputError):
    """Nothing is known of “{code}” yet; there are facts for: {codes}."""


class FactFileError(InputError):
    """The facts of “{code}” cannot be used, for they could mislead; nothing was written."""

    hint = "Mend the file, or install the kit again."


class NoGuideError(InputError):
    """There is no guide for “{code}” yet; there is one for: {codes}."""


class GuideFolderMissingError(InputError):
    """The guide needs a folder to be written to."""

    exit_code = 2
    hint = "Give one: kit guide --to DIR"


class GuideTakenError(InputError):
    """There is already something called {name} that is no guide of the kit; nothing was written."""

    hint = "Give another folder: kit guide --to DIR"


class PassphraseMissingError(InputError):
    """The store is locked with a passphrase, and nobody is here to type it."""

    hint = "Set KIT_PASSPHRASE or KIT_PASSPHRASE_FILE, or KIT_KEY_FILE for a new store."


class PassphraseMismatchError(InputError):
    """The two passphrases differ; nothing was made."""

    hint = "Run it again, and type the same passphrase twice."


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


class PicturesMissingError(InputError):
    """The pictures were not made."""

    exit_code = 3


class NoTypesetterError(PicturesMissingError):
    """The pictures were not made: what draws them is not installed."""

    hint = 'In the folder of the kit: pipx install --force ".[pictures]"'


class NoFontError(PicturesMissingError):
    """The pictures were not made: no font on this computer has all of their characters."""

    hint = "Install one of these fonts, then try again: {fonts}"


class ReportMissingError(InputError):
    """There is no text to read; give what they sent you, in quotes: kit inbox add "KIT1|…"."""

    exit_code = 2
    hint = "Or: kit inbox add -, then paste it, press Enter, then Ctrl-D (Windows: Ctrl-Z, Enter)."


class NoReportError(InputError):
    """There is no report of a call in this text; nothing was kept."""

    hint = "It begins with KIT1, or with 【来电记录】. Copy it whole, and put it in quotes."


class ReportTooLongError(InputError):
    """The text is too long to look for reports in it; nothing was kept."""

    hint = "Give only what the contact sent."


class DamagedReportError(InputError):
    """The report cannot be used as it is; nothing was kept."""

    hint = "Ask them to send it again, whole, or to write it again by hand."


class UploadError(InputError):
    """{where} could not be read to its end; nothing was brought in, nothing was changed."""

    hint = (
        "Export the address book once more, without pictures, and try again; "
        "or in a terminal: kit import FILE"
    )


class SlowUploadError(UploadError):
    """Reading {where} took too long and was stopped; nothing was brought in or changed."""


class LargeUploadError(UploadError):
    """{where} is too large to be read here; nothing was brought in, nothing was changed."""


class NotATimeError(InputError):
    """That is not a time."""

    hint = "Write it like 2026-11-01T22:30+08:00, or 2026-11-01 22:30 for the time where you are."
    exit_code = 2


class FutureIncidentError(InputError):
    """That time is yet to come; nothing was written down."""

    hint = "Look at the date and the clock once more."


class NoIncidentError(InputError):
    """There is no such entry, or that is the beginning of several; nothing was changed."""

    hint = "Write the number or the id as `kit evidence list` shows it."


class IncidentMissingError(InputError):
    """Nobody is here to be asked what happened; nothing was written down."""

    hint = "Say what it was and when: kit evidence add --kind call --at 2026-11-01T22:30+08:00"


class ExhibitError(InputError):
    """A file cannot be kept; nothing was written down."""

    def __init__(
        self, *, position: int = 1, problems: tuple[Problem, ...] = (), **facts: object
    ) -> None:
        super().__init__(problems=problems, position=position, **facts)


class ExhibitUnreadableError(ExhibitError):
    """File number {position} could not be read to its end: {reason}. Nothing was written down."""

    hint = "Copy the file to this computer, then try again."


class ExhibitChangedError(ExhibitError):
    """File number {position} changed while it was read; nothing was written down."""

    hint = "Wait until nothing writes to it any more, then try again."


class ExhibitTooLargeError(ExhibitError):
    """File number {position} is larger than {most} MB; nothing was written down."""

    hint = "Keep the original where it is, and write into the note where it lies."


class EmptyExhibitError(ExhibitError):
    """File number {position} is empty; nothing was written down."""

    hint = "Copy it from the phone once more."


class AuthorityMissingError(InputError):
    """No timestamp authority was named; nothing left this computer."""

    hint = "Name one that you trust: kit evidence timestamp --authority URL"
    exit_code = 2


class AuthorityAddressError(InputError):
    """The address of a timestamp authority begins with https://; nothing left this computer."""

    hint = "Copy it from the authority's own page."
    exit_code = 2


class TimestampsMissingError(InputError):
    """What asks for timestamps is not installed; nothing left this computer."""

    hint = "pip install 'contact-notification-kit[timestamp]'"


class CertificateError(InputError):
    """There is no certificate in that file; nothing left this computer."""

    hint = "It begins with -----BEGIN CERTIFICATE-----, or is a file such as .cer or .der."


class NothingToStampError(InputError):
    """The record is empty; there is nothing to put a timestamp on."""

    hint = "Write something down first: kit evidence add"


class RecordFolderTakenError(InputError):
    """There is already something called {name} that is not of this record; nothing was written."""

    hint = "Give another folder: kit evidence picture DIR"


class ColumnMapError(InputError):
    """--map is written FIELD=HEADING; FIELD can be: {fields}."""

    exit_code = 2


class ExportTakenError(InputError):
    """The folder has something in it that is no copy of this kit; nothing was written."""

    hint = "Give another folder: kit evidence export DIR"


class TickedError(InputError):
    """--with and --hide belong to --redacted: a full copy has everything. Nothing was written."""

    exit_code = 2


class ZoneError(InputError):
    """That is not a time zone."""

    exit_code = 2
    hint = "Write it like Asia/Shanghai, or +08:00."


class NoCollectorError(InputError):
    """That number was not picked as a collector's; nothing was changed."""

    hint = "Which were picked: kit evidence collectors"


class NoProposalError(InputError):
    """No such proposal waits, or that is the beginning of several; nothing was changed."""

    hint = "Write the id as `kit evidence accept` shows it."


class TimeUntoldError(InputError):
    """Nobody said when the call was, only when the reply came; nothing was written down."""

    hint = "Ask them, and say it: kit evidence accept ID --at TIME"


class OneProposalError(InputError):
    """--at and --kind belong to one proposal; nothing was changed."""

    exit_code = 2
    hint = "Give its id: kit evidence accept ID --at TIME"


class ProposalMissingError(InputError):
    """Which proposals to decline was not said; nothing was changed."""

    exit_code = 2
    hint = "Which ones wait: kit evidence accept"


class RetentionError(InputError):
    """That is no time to keep people for; nothing was changed."""

    exit_code = 2
    hint = "A number of days up to {most}, or never: kit erase --contacts --after 90"


class EraseOptionError(InputError):
    """--after belongs to --contacts, and to nothing else; nothing was changed."""

    exit_code = 2
    hint = "Use it so: kit erase --contacts --after 90"


class SealMissingError(InputError):
    """The copy was not sealed, and nothing was written: what seals it is not installed."""

    hint = "pip install 'contact-notification-kit[seal]'"


class SealPassphraseMissingError(InputError):
    """Nobody is here to type the passphrase of the sealed copy; nothing was written."""

    hint = "Set KIT_SEAL_PASSPHRASE, or run it in a terminal."


class BackupPassphraseMissingError(InputError):
    """Nobody is here to type the passphrase of the backup; nothing was done."""

    hint = "Set KIT_SEAL_PASSPHRASE, or run it in a terminal."


class KeyFileMissingError(InputError):
    """A key file needs a place; nothing was changed."""

    hint = "Such as: kit key --file FILE"


class SealTooLargeError(InputError):
    """The exhibits have more than {most} MB together; so large a copy cannot be sealed here."""

    hint = (
        "Nothing was written. Leave --seal out, and keep the copy where only you can read it; "
        "or --redacted, with the exhibits that matter."
    )
