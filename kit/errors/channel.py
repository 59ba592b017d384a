"""Errors of the ways out: a provider, a folder, the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kit.errors.root import KitError

if TYPE_CHECKING:
    from kit.model import Attempt


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


class StoodStillError(ChannelError):
    """This computer stood still with a message in hand; it was not sent, and stays planned."""

    retryable = True


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


class GuideUnwrittenError(ChannelError):
    """The guide cannot be written: {reason}. Nothing was changed."""

    hint = "Give another folder: kit guide --to DIR"


class ExportUnwrittenError(ChannelError):
    """The copy cannot be written: {reason}. Nothing of it was left behind."""

    hint = "Give another place, or make room: kit evidence export DIR"


class OutboxError(ChannelError):
    """The folder cannot be written to: {reason}. What was written stays; run it again."""


class PictureError(ChannelError):
    """The picture of the code cannot be written: {reason}."""

    hint = "Choose another place, such as: kit send --picture code.png"


class TimestampError(ChannelError):
    """No timestamp was made; nothing was written down."""


class AuthorityUnreachableError(TimestampError):
    """The timestamp authority cannot be reached, or did not answer in time. Nothing was kept."""

    retryable = True
    hint = "Look at the network and at the address, then try again; the record is as it was."


class AuthorityRefusedError(TimestampError):
    """The timestamp authority refused (its answer: {code}). Nothing was kept."""

    hint = "Look at the address, or ask another authority; the record is as it was."


class NotATimestampError(TimestampError):
    """The answer is no timestamp of this record. It was not kept."""

    hint = "Is the address that of a timestamp authority (RFC 3161)? The record is as it was."


class TimestampUnverifiedError(TimestampError):
    """The timestamp is not signed by whom the certificate names. It was not kept."""

    hint = "Take the certificate from the authority itself, its root and those between."


class RecordUnwrittenError(ChannelError):
    """The files cannot be written: {reason}. Nothing was changed."""

    hint = "Give another folder: kit evidence picture DIR"


class DraftUnwrittenError(ChannelError):
    """The file cannot be written: {reason}. Nothing was changed."""

    hint = "Give another place: --to FILE"
