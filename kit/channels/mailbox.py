"""The mailbox that answers come to: bounces and replies come out, and nothing in it is changed.

IMAP (RFC 3501), read-only. Of mail that does not concern us only the headers are looked at.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from kit import mail_address
from kit.channels import mail_server, mail_text
from kit.errors import (
    CredentialsError,
    MailboxRefusedError,
    NonsenseError,
    TlsRefusedError,
    UnreachableError,
)
from kit.model import Email, Fault, Receipt, Reply, Status

if TYPE_CHECKING:
    import imaplib
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from email.message import Message

    from kit.channels.mail_server import MailServer
    from kit.model import Attempt

    Found = tuple[Attempt, Receipt] | Reply

_IMAP = "IMAP"
#: English, whatever the language of the system.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: Mails asked for at once.
_AT_ONCE = 100
#: Of a mail larger than the one, only as much as the other is fetched.
_LARGE = 1_000_000
_BEGINNING = 256 * 1024
_LONGEST_ID = 250
#: What comes of a server that says it will send more than any memory holds.
_BEYOND_MEASURE = (OverflowError, MemoryError)
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
#: What the kit makes: uuid5, lower case; mailers that use UUIDs take others (RFC 9562).
_UUID5 = r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_DAEMON = re.compile(r"(?:mailer-daemon|postmaster)(?:@.*)?", re.IGNORECASE)
#: In a mail that is returned these name others than itself.
_NAMING_OTHERS = re.compile(
    r"^[> \t]*(?:References|In-Reply-To):.*(?:\n[ \t].*)*", re.IGNORECASE | re.MULTILINE
)
#: Python needs a time for a `From` of many addresses that grows with its square.
_LONGEST_FROM = 1000
_BULK = ("bulk", "list", "junk", "auto_reply")
_AUTOMATIC = re.compile(
    r"自动回复|自動回覆|automatic reply|auto(?:-| )?reply|out of office", re.IGNORECASE
)
#: A warning that it has not gone yet; the server goes on trying.
_NOT_YET = re.compile(
    r"delay|warning|still (?:being )?(?:try|retr)|will be retried|延迟|重试", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Post:
    """What we sent, by which bounces and replies are known."""

    attempts: tuple[Attempt, ...] = field(repr=False)
    #: the address that our mail comes from
    own: str = field(repr=False)
    #: ours, in every language: in a reply they are not the words of whoever replies
    subjects: frozenset[str] = field(repr=False)
    #: the subjects by which mailers ask for no more, in lower case (RFC 2369 section 3.2)
    stops: frozenset[str]
    clock: Callable[[], datetime]

    def concerns(self, head: Message) -> bool:
        """Whether a mail may be a bounce or reply, by its headers alone."""
        return _is_report(head) or self._is_answer(head)

    def sort(self, mail: Message, name: str) -> Found | None:
        """The bounce or reply that a mail is, if it is one; `name` is the mailbox's for it."""
        if _is_report(mail):
            return self._bounce(mail)
        subject = mail_text.subject(mail)
        stops = subject.lower() in self.stops
        if not self._is_answer(mail) or (_is_automatic(mail) and not stops):
            return None
        named = self._named(mail)
        ours = "\n".join(a.text for a in (*named, *self._by_recipient.get(_sender(mail), [])))
        text = mail_text.text(mail, ours)
        if stops:
            text = f"{subject}\n{text}".strip()
        elif not text and not any(one in subject for one in self.subjects):
            text = subject
        said = mail_text.header(mail, "Message-ID").strip()
        return Reply(
            channel="email",
            sender=Email(_sender(mail)),
            text=text,
            at=_date(mail, self.clock()),
            provider_id=said if 0 < len(said) <= _LONGEST_ID else name,
            attempt_id=named[0].id if named else "",
        )

    @cached_property
    def _by_id(self) -> dict[str, Attempt]:
        domain = self.own.rpartition("@")[2]
        return {f"<{attempt.id}@{domain}>": attempt for attempt in self.attempts}

    @cached_property
    def _by_recipient(self) -> dict[str, list[Attempt]]:
        found: dict[str, list[Attempt]] = {}
        for attempt in self.attempts:
            found.setdefault(mail_address.plain(attempt.recipient), []).append(attempt)
        return found

    @cached_property
    def _ids(self) -> re.Pattern[str]:
        return re.compile(f"<{_UUID5}@{re.escape(self.own.rpartition('@')[2])}>")

    def _is_answer(self, mail: Message) -> bool:
        sender = _sender(mail)
        if not sender or sender == mail_address.plain(self.own):
            return False
        named = _answers(mail)
        return sender in self._by_recipient or bool(
            self._ids.search(named) or any(one in named for one in self._by_id)
        )

    def _named(self, mail: Message) -> list[Attempt]:
        """The attempts that the mail says it answers."""
        named = _answers(mail)
        return [attempt for one, attempt in self._by_id.items() if one in named]

    def _bounce(self, mail: Message) -> tuple[Attempt, Receipt] | None:
        """A delivery report (RFC 3464), or a plain one, that has one of our Message-IDs in it."""
        returned = _returned(mail)
        attempt = next((found for one, found in self._by_id.items() if one in returned), None)
        if attempt is None:
            return None
        if mail.get_content_type() == "multipart/report":
            return self._reported(mail, attempt)
        return None if _NOT_YET.search(returned) else (attempt, self._undelivered(""))

    def _reported(self, mail: Message, attempt: Attempt) -> tuple[Attempt, Receipt] | None:
        for block in _blocks(mail):
            if str(block.get("Action", "")).strip().lower() == "failed":
                status = mail_server.status(str(block.get("Status", "")))
                receipt = self._undelivered(status, theirs=_is_of(block, attempt))
                return attempt, receipt
        return None

    def _undelivered(self, code: str, *, theirs: bool = True) -> Receipt:
        """`theirs`: it failed at the address we wrote to, not where it was forwarded to."""
        fault = mail_server.fault(code) if theirs else Fault.UNCLEAR
        return Receipt(status=Status.UNDELIVERED, at=self.clock(), code=code, fault=fault)


def check(server: MailServer, timeout_s: float) -> None:
    """Open the mailbox and close it.

    Raises:
        ChannelError: it cannot be opened.
    """
    with _examined(server, timeout_s):
        pass


def read(server: MailServer, since: datetime, post: Post, timeout_s: float) -> list[Found]:
    """Every bounce and reply since then.

    Raises:
        ChannelError: the mailbox cannot be read now.
    """
    from email.parser import BytesHeaderParser, BytesParser

    found: list[Found] = []
    with _examined(server, timeout_s) as imap:
        validity = _number(imap.response("UIDVALIDITY")[1])
        for uid, size, head in _heads(imap, since):
            with _nothing_said_of_a_broken_mail():
                if not post.concerns(BytesHeaderParser().parsebytes(head)):
                    continue
                part = "BODY.PEEK[]" if size <= _LARGE else f"BODY.PEEK[]<0.{_BEGINNING}>"
                for _, raw in _fetched(imap, uid, f"(UID {part})"):
                    one = post.sort(BytesParser().parsebytes(raw), f"imap-{validity}-{uid}")
                    found += [one] if one else []
    return found


@contextmanager
def _nothing_said_of_a_broken_mail() -> Iterator[None]:
    """Skip a mail that cannot be read: anybody can send one, and it must not stop the others."""
    import imaplib

    try:
        yield
    except (imaplib.IMAP4.error, OSError):
        raise
    except Exception:  # noqa: BLE001, S110
        pass


@contextmanager
def _examined(server: MailServer, timeout_s: float) -> Iterator[imaplib.IMAP4]:
    """The mailbox, opened so that nothing in it can change.

    Raises:
        ChannelError: it cannot be read.
    """
    import imaplib

    imap = None
    try:
        imap = _connected(server, timeout_s)
        _log_in(imap, server)
        if imap.select(_quoted(server.folder), readonly=True)[0] != "OK":
            raise MailboxRefusedError(channel=_IMAP)
        yield imap
    except imaplib.IMAP4.abort:
        raise UnreachableError(channel=_IMAP) from None
    except imaplib.IMAP4.error:
        raise NonsenseError(channel=_IMAP) from None
    except OSError as error:  # before ValueError: an untrusted certificate is both
        raise mail_server.trouble(error, _IMAP) from None
    except (ValueError, *_BEYOND_MEASURE):
        raise NonsenseError(channel=_IMAP) from None
    finally:
        if imap is not None:
            with suppress(imaplib.IMAP4.error, OSError, *_BEYOND_MEASURE):
                imap.logout()
            with suppress(OSError):
                imap.shutdown()


def _connected(server: MailServer, timeout_s: float) -> imaplib.IMAP4:
    """A safe connection.

    Raises:
        TlsRefusedError: TLS is not offered, or offered and refused.
    """
    import imaplib

    if server.tls_first:
        tls = mail_server.context(server)
        return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=tls, timeout=timeout_s)
    imap = imaplib.IMAP4(server.host, server.port, timeout=timeout_s)
    if "STARTTLS" not in imap.capabilities and server.is_here:
        return imap
    try:
        imap.starttls(mail_server.context(server))
    except (imaplib.IMAP4.error, OSError) as error:
        imap.shutdown()
        if isinstance(error, OSError):
            raise
        raise TlsRefusedError(channel=_IMAP) from None
    return imap


def _log_in(imap: imaplib.IMAP4, server: MailServer) -> None:
    """Log in, and say what program this is where a server asks: NetEase lets nobody else read.

    Raises:
        CredentialsError: the user name or password is not accepted.
    """
    import imaplib

    try:
        imap.login(_quoted(server.user), server.password)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError):
        raise CredentialsError(channel=_IMAP) from None
    if "ID" in imap.capabilities:
        imap.xatom("ID", '("name" "imaplib")')  # RFC 2971


def _heads(imap: imaplib.IMAP4, since: datetime) -> Iterator[tuple[str, int, bytes]]:
    """Number, size and headers of every mail since the day before: servers know only days."""
    day = since.astimezone(UTC) - timedelta(days=1)
    date = f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"
    answer, data = imap.uid("SEARCH", "SINCE", date)
    if answer != "OK":
        raise NonsenseError(channel=_IMAP)
    uids = [uid.decode() for uid in (data[0] or b"").split() if uid.isdigit()]
    for first in range(0, len(uids), _AT_ONCE):
        some = ",".join(uids[first : first + _AT_ONCE])
        for about, head in _fetched(imap, some, "(UID RFC822.SIZE BODY.PEEK[HEADER])"):
            uid, size = _UID.search(about), _SIZE.search(about)
            if uid:
                yield uid[1].decode(), int(size[1]) if size else _LARGE + 1, head


def _fetched(imap: imaplib.IMAP4, uids: str, what: str) -> Iterator[tuple[bytes, bytes]]:
    """What the server says about each mail, and the mail itself; one it cannot give is left out."""
    answer, data = imap.uid("FETCH", uids, what)
    for at, one in enumerate(data if answer == "OK" else []):
        if isinstance(one, tuple):
            after = data[at + 1] if at + 1 < len(data) else b""
            yield one[0] + b" " + (after if isinstance(after, bytes) else b""), one[1]


def _quoted(text: str) -> str:
    """A string as IMAP writes it; `imaplib` leaves user and folder as they are."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _number(data: Iterable[bytes | None]) -> str:
    found = next((one for one in data if one), b"0")
    return found.decode("ascii", "replace") if found.isdigit() else "0"


def _is_report(mail: Message) -> bool:
    """Whether a server tells of a mail that did not arrive."""
    if mail.get_content_type() == "multipart/report":
        return str(mail.get_param("report-type", "")).lower() == "delivery-status"
    return _DAEMON.fullmatch(_from(mail)) is not None


def _is_automatic(mail: Message) -> bool:
    """Whether no person wrote it (RFC 3834)."""
    submitted = str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    return (
        submitted != "no"
        or str(mail.get("Precedence", "")).strip().lower() in _BULK
        or "X-Autoreply" in mail
        or "X-Autorespond" in mail
        or mail.get_content_type() == "multipart/report"
        or _AUTOMATIC.match(mail_text.header(mail, "Subject").strip()) is not None
    )


def _sender(mail: Message) -> str:
    """The address of `From` in lower case, or nothing if it is not one."""
    return mail_address.plain(_from(mail)) if mail_server.address(_from(mail)) else ""


def _from(mail: Message) -> str:
    from email.utils import parseaddr

    return parseaddr(str(mail.get("From", ""))[:_LONGEST_FROM])[1]


def _answers(mail: Message) -> str:
    """The Message-IDs that a mail says it answers."""
    return " ".join(
        str(one) for name in ("In-Reply-To", "References") for one in mail.get_all(name, [])
    )


def _returned(mail: Message) -> str:
    """Where a bounce names the mail it is about: the mail it returns, and its own words."""
    found = [str(mail.get("In-Reply-To", "")), str(mail.get("Subject", ""))]
    for part in mail.walk():
        found += [str(one) for one in part.get_all("Message-ID", []) if part is not mail]
        payload = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(payload, bytes):
            words = mail_text.characters(payload, part.get_content_charset() or "")
            found.append(_NAMING_OTHERS.sub("", words.replace("\r\n", "\n")))
    return "\n".join(found)


def _blocks(mail: Message) -> Iterator[Message]:
    """What a report says of each recipient."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            yield from (one for one in part.walk() if one is not part)


def _is_of(block: Message, attempt: Attempt) -> bool:
    """Whether a report's recipient is ours; one who forwards their mail has another."""
    named = [
        str(block.get(name, "")).partition(";")[2].strip(" \t<>").lower()
        for name in ("Original-Recipient", "Final-Recipient")
    ]
    return not any(named) or attempt.recipient.lower() in named


def _date(mail: Message, now: datetime) -> datetime:
    """When it was written, if that can be true, else now."""
    from email.utils import parsedate_to_datetime

    try:
        written = parsedate_to_datetime(str(mail.get("Date", "")))
        if written.tzinfo is not None and (at := written.astimezone(UTC)) <= now:
            return at
    except (TypeError, ValueError, OverflowError):
        pass
    return now
