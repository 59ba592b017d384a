"""E-mail: an attempt becomes one mail to one address (RFC 5321, RFC 5322).

Until the text itself is on its way, nothing was taken. From its first byte to the last answer
nobody can tell: that is `unknown`, and never sent again by itself.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from kit import template
from kit.channels import mail_server
from kit.errors import (
    ChannelError,
    ChannelNotReadyError,
    CredentialsError,
    MailboxRefusedError,
    NonsenseError,
    SenderRefusedError,
    TlsRefusedError,
    TooLateError,
    TooManyRequestsError,
    UnreachableError,
)
from kit.model import Fault, Problem, Receipt, Status

if TYPE_CHECKING:
    import smtplib
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from kit.channels.mail_server import MailServer
    from kit.channels.mailbox import Post
    from kit.model import Attempt, Reply
    from kit.settings import Settings

_SMTP = "SMTP"
_NO_SMTP = "No mail server is set; write it as smtps://user:password@host."
_BAD_SMTP = "The mail server cannot be read; write it as smtps://user:password@host."
_BAD_IMAP = "The mailbox cannot be read; write it as imaps://user:password@host/INBOX."
_DEAF = "It is not set: bounces and replies by mail are not read here."
_BAD_FROM = "This is no e-mail address that mail can come from."
_BUSY = "The mail server asks to wait."
_UNREACHABLE = "The mail server cannot be reached."
_UNSAFE = "The mail server offers no safe connection (TLS)."
_WRONG_PASSWORD = "The mail server does not accept the user name or password."  # noqa: S105
_REFUSED = "The mail server lets nobody in."
_NO_MAILBOX = "The mail server does not open the mailbox."
#: The most special first.
_WHAT: tuple[tuple[type[ChannelError], str], ...] = (
    (TooManyRequestsError, _BUSY),
    (UnreachableError, _UNREACHABLE),
    (TlsRefusedError, _UNSAFE),
    (CredentialsError, _WRONG_PASSWORD),
    (MailboxRefusedError, _NO_MAILBOX),
    (ChannelError, _REFUSED),
)
#: Written instead of this computer's name, which is nobody's business (RFC 5321 section 4.1.3).
_OURSELVES = "[127.0.0.1]"
#: First digits of an answer.
_YES, _NOT_NOW, _NO = 2, 4, 5
_GO_ON = 354
_DONE = 250
_LOGIN_FIRST = (530, 534, 535, 538)
_LATER = (421, 450, 451, 452)
#: In answer to RCPT these are about one mailbox: busy, greylisted or full.
_OF_THE_RECIPIENT = (450, 451, 452)
#: Headers are not folded: folding a long one would encode it.
_WIDEST = 900


class _Said(NamedTuple):
    """What the server said, without its words."""

    code: int
    #: the enhanced one, or nothing
    status: str

    def __str__(self) -> str:
        return f"{self.code} {self.status}".strip()

    @property
    def kind(self) -> int:
        """Its first digit, which decides (RFC 5321 section 4.2.1)."""
        return self.code // 100


class EmailChannel:
    """The borrower's own mail account."""

    def __init__(
        self,
        settings: Settings,
        sender: str,
        clock: Callable[[], datetime],
        timeout_s: float = 30,
        answer_s: float = 600,
    ) -> None:
        """`answer_s`: how long the last answer may take (RFC 5321 section 4.5.3.2.6)."""
        self._settings = settings
        plain = " ".join("".join(c if c.isprintable() else " " for c in sender).split())
        self._sender = plain.replace(mail_server.ENCODED, "= ?")
        self._clock = clock
        self._timeout_s = timeout_s
        self._answer_s = answer_s
        self._server = mail_server.parse(settings.smtp_url, "smtp")
        self._mailbox = mail_server.parse(settings.imap_url, "imap")
        self._from = _own_address(settings.email_from, self._server)
        self._open: smtplib.SMTP | None = None
        #: the plan's channel may send from several threads, and mail beside it; there is one line
        self._turn = threading.Lock()

    def check(self) -> list[Problem]:
        """Log in to both servers; nothing is sent."""
        if problems := self._unset():
            return problems
        ways: list[tuple[str, Callable[[], object]]] = [("KIT_SMTP_URL", self._connection)]
        if self._mailbox:
            ways.append(("KIT_IMAP_URL", self._look_in))
        for where, way in ways:
            try:
                way()
            except ChannelError as error:
                what = next(what for kind, what in _WHAT if isinstance(error, kind))
                problems.append(Problem(where=where, what=what))
        return problems

    def send(self, attempt: Attempt) -> Receipt:
        """Send one mail. Whom the server refuses is a receipt, and so is a missing last answer.

        Raises:
            ChannelError: it was surely not taken.
        """
        if problems := self._unset():
            raise ChannelNotReadyError(problems=tuple(problems))
        recipient = mail_server.address(attempt.recipient)
        if not recipient:
            return self._rejected("address", Fault.ADDRESS)
        with self._turn:
            try:
                return self._converse(attempt, recipient)
            except BaseException:
                self._drop()
                raise

    def find(self, attempt: Attempt) -> None:
        """Always nothing, which proves nothing: no server tells what became of a mail."""
        del attempt

    def fetch(
        self, since: datetime, attempts: Sequence[Attempt]
    ) -> Iterable[tuple[Attempt, Receipt] | Reply]:
        """Bounces of these attempts, and every reply since then; nothing without a mailbox.

        Raises:
            ChannelError: the mailbox cannot be read now.
        """
        if self._mailbox is None or not self._from:
            return []
        from kit.channels import mailbox

        return mailbox.read(self._mailbox, since, self._post(attempts), self._timeout_s)

    def close(self) -> None:
        """End the conversation, if there is one."""
        if self._open is not None:
            with suppress(Exception):
                _wait(self._open, self._timeout_s)
                self._open.quit()
        self._drop()

    def _unset(self) -> list[Problem]:
        """What is wrong with the settings themselves."""
        problems = []
        if self._server is None:
            what = _BAD_SMTP if self._settings.smtp_url else _NO_SMTP
            problems.append(Problem(where="KIT_SMTP_URL", what=what))
        elif not self._from:
            problems.append(Problem(where="KIT_EMAIL_FROM", what=_BAD_FROM))
        if self._settings.imap_url and self._mailbox is None:
            problems.append(Problem(where="KIT_IMAP_URL", what=_BAD_IMAP))
        return problems

    def _converse(self, attempt: Attempt, recipient: str) -> Receipt:
        smtp = self._connection()
        utf8 = not recipient.isascii()
        if utf8 and not smtp.has_extn("smtputf8"):
            return self._rejected("smtputf8", Fault.ADDRESS)
        data = _quote_periods(self._letter(attempt, recipient, utf8=utf8))
        options = ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
        refused = self._announce(smtp, recipient, options, attempt.until)
        return refused or self._hand_over(smtp, data, self._message_id(attempt))

    def _announce(
        self, smtp: smtplib.SMTP, recipient: str, options: list[str], until: datetime
    ) -> Receipt | None:
        """All that comes before the text; a receipt if this recipient or text is refused.

        Raises:
            ChannelError: the trouble is another.
        """
        with _nothing_taken():
            said = _said(*smtp.mail(self._from, options))
            if said.kind == _NO and options:  # perhaps only what this recipient needs is refused
                return self._rejected(str(said), Fault.UNCLEAR)
            if said.kind != _YES:
                raise _trouble(said)
            if refused := self._address(_said(*smtp.rcpt(recipient))):
                return refused
            if self._clock() >= until:
                raise TooLateError(channel=_SMTP)
            said = _said(*smtp.docmd("DATA"))
            if said.kind == _NO:
                return self._rejected(str(said), mail_server.fault(said.status))
            if said.code != _GO_ON:
                raise _trouble(said)
            _wait(smtp, self._answer_s)
        return None

    def _address(self, said: _Said) -> Receipt | None:
        """What is said of the recipient; a receipt if it is a no to this one."""
        if said.code in _OF_THE_RECIPIENT:
            return self._rejected(str(said), Fault.TRANSIENT)
        if said.kind == _NO and not _is_of_sender(said):
            return self._rejected(str(said), mail_server.fault(said.status))
        if said.kind != _YES:
            raise _trouble(said)
        return None

    def _hand_over(self, smtp: smtplib.SMTP, data: bytes, message_id: str) -> Receipt:
        """The text itself: from here on only a whole answer tells what became of it.

        Raises:
            ChannelError: the server says that it did not take it, and may later.
        """
        import smtplib

        try:
            smtp.send(data)
            said = _said(*smtp.getreply())
        except (smtplib.SMTPException, OSError):
            said = _Said(0, "")
        if said.kind == _YES:
            return Receipt(
                status=Status.ACCEPTED,
                at=self._clock(),
                provider_id=message_id,
                code=str(said.code),
            )
        if said.kind == _NOT_NOW:
            raise _trouble(said)
        if said.kind == _NO:
            return self._rejected(str(said), mail_server.fault(said.status))
        self._drop()
        return Receipt(status=Status.UNKNOWN, at=self._clock(), fault=Fault.UNKNOWN)

    def _rejected(self, code: str, fault: Fault) -> Receipt:
        return Receipt(status=Status.REJECTED, at=self._clock(), code=code, fault=fault)

    def _connection(self) -> smtplib.SMTP:
        """The open conversation if it still lives, else a new one.

        Raises:
            ChannelError: there is none to be had.
        """
        if self._open is not None:
            with suppress(Exception):  # a dead line is no news: nothing was said on it
                _wait(self._open, self._timeout_s)
                if self._open.rset()[0] == _DONE:
                    return self._open
            self._drop()
        assert self._server is not None  # noqa: S101  # `_unset` was asked first
        self._open = _logged_in(self._server, self._timeout_s)
        return self._open

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _look_in(self) -> None:
        """Open the mailbox and close it again.

        Raises:
            ChannelError: it cannot be opened.
        """
        from kit.channels import mailbox

        assert self._mailbox is not None  # noqa: S101  # `check` asked first
        mailbox.check(self._mailbox, self._timeout_s)

    def _post(self, attempts: Sequence[Attempt]) -> Post:
        from kit.channels.mailbox import Post

        return Post(
            attempts=tuple(attempts),
            own=self._from,
            subjects=frozenset(self._words(one, "subject") for one in template.languages()),
            stops=frozenset(
                self._words(one, "unsubscribe").lower() for one in template.languages()
            ),
            clock=self._clock,
        )

    def _letter(self, attempt: Attempt, recipient: str, *, utf8: bool) -> bytes:
        """The mail as it goes over the line; no header can hold more than its own value."""
        from email import policy
        from email.headerregistry import Address
        from email.message import EmailMessage
        from email.utils import format_datetime

        stop = quote(self._words(attempt.language, "unsubscribe"))
        letter = EmailMessage(policy=policy.SMTP)
        letter["From"] = Address(display_name=self._sender, addr_spec=self._from)
        letter["To"] = recipient
        letter["Subject"] = self._words(attempt.language, "subject")
        letter["Date"] = format_datetime(self._clock())
        letter["Message-ID"] = self._message_id(attempt)
        letter["List-Unsubscribe"] = f"<mailto:{quote(self._from, safe='@')}?subject={stop}>"
        cte = "quoted-printable" if attempt.text.isascii() else "base64"
        letter.set_content(attempt.text, charset="utf-8", cte=cte)
        wide = policy.SMTPUTF8 if utf8 else policy.SMTP
        return letter.as_bytes(policy=wide.clone(max_line_length=_WIDEST))

    def _words(self, language: str, name: str) -> str:
        return template.render(template.text(language, name), {"from": self._sender})

    def _message_id(self, attempt: Attempt) -> str:
        return f"<{attempt.id}@{self._from.rpartition('@')[2]}>"


def advice(settings: Settings) -> list[Problem]:
    """What stops nothing and should be known."""
    return [] if settings.imap_url else [Problem(where="KIT_IMAP_URL", what=_DEAF)]


def setup_steps() -> tuple[str, ...]:
    """How mail is made ready, a sentence a step."""
    return (
        "Set KIT_SMTP_URL to smtps://user:password@host; many want a code instead of the password.",
        "To see bounces and replies, set KIT_IMAP_URL to imaps://user:password@host/INBOX.",
    )


def _own_address(wished: str, server: MailServer | None) -> str:
    """Where mail comes from: as set, else the user of the server."""
    user = server.user if server else ""
    host = server.host if server else ""
    if wished or "@" in user:
        own = mail_server.address(wished or user)
    else:
        own = mail_server.address(f"{user}@{host}" if user else "kit@localhost")
    return own if own.isascii() else ""


def _logged_in(server: MailServer, timeout_s: float) -> smtplib.SMTP:
    """A conversation that may begin.

    Raises:
        ChannelError: it cannot; nothing was sent.
    """
    import smtplib

    with _nothing_taken():
        if server.tls_first:
            tls = mail_server.context(server)
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, _OURSELVES, timeout=timeout_s, context=tls
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, _OURSELVES, timeout=timeout_s)
        try:
            _make_safe(smtp, server)
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
    return smtp


def _make_safe(smtp: smtplib.SMTP, server: MailServer) -> None:
    """TLS, where it does not have it yet; only this computer itself may do without.

    Raises:
        TlsRefusedError: it is offered and refused, or not offered.
    """
    import smtplib

    smtp.ehlo_or_helo_if_needed()
    if server.tls_first or (server.is_here and not smtp.has_extn("starttls")):
        return
    try:
        smtp.starttls(context=mail_server.context(server))
    except (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError):
        raise TlsRefusedError(channel=_SMTP) from None
    smtp.ehlo_or_helo_if_needed()


@contextmanager
def _nothing_taken() -> Iterator[None]:
    """Translate all that can go wrong before the text: nothing was taken.

    Raises:
        ChannelError: what went wrong, in our words.
    """
    import smtplib

    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise _unwelcome(error) from None
    except smtplib.SMTPServerDisconnected:
        raise UnreachableError(channel=_SMTP) from None
    except smtplib.SMTPException:  # it knows no way to log in that we know
        raise CredentialsError(channel=_SMTP) from None
    except OSError as error:  # before ValueError: an untrusted certificate is both
        raise mail_server.trouble(error, _SMTP) from None
    except ValueError:  # a password that is not ASCII, a challenge that is not base64
        raise CredentialsError(channel=_SMTP) from None


def _unwelcome(error: smtplib.SMTPResponseException) -> ChannelError:
    """What an answer means that is no yes to greeting or log-in."""
    import smtplib

    if type(error) is smtplib.SMTPResponseException:  # smtplib's own word for a line without end
        return NonsenseError(channel=_SMTP)
    said = _said(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPAuthenticationError) and said.kind != _NOT_NOW:
        return CredentialsError(channel=_SMTP)
    return _trouble(said)


def _trouble(said: _Said) -> ChannelError:
    """What an answer means that is about nobody in particular."""
    if said.code in _LOGIN_FIRST:
        return CredentialsError(channel=_SMTP)
    if said.code in _LATER:
        return TooManyRequestsError(channel=_SMTP, code=str(said))
    if said.kind == _NOT_NOW:
        return UnreachableError(channel=_SMTP)
    if said.kind == _NO:
        return SenderRefusedError(channel=_SMTP, code=str(said))
    return NonsenseError(channel=_SMTP)


def _is_of_sender(said: _Said) -> bool:
    """Whether a refusal is about who sends: then nobody else's would be taken either."""
    return said.code in _LOGIN_FIRST or said.status in ("5.1.7", "5.1.8")


def _said(code: int, words: bytes | str) -> _Said:
    """Digits only: a server may repeat an address in its words."""
    text = words if isinstance(words, str) else words.decode("ascii", "replace")
    return _Said(code, mail_server.status(text))


def _quote_periods(data: bytes) -> bytes:
    """The text as it goes over the line, with its end (RFC 5321 section 4.5.2)."""
    lines = data.split(b"\r\n")
    if lines[-1] == b"":
        lines.pop()
    quoted = (b"." + line if line.startswith(b".") else line for line in lines)
    return b"\r\n".join((*quoted, b".", b""))


def _wait(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)
