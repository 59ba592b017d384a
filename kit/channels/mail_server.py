"""Mail servers: an address as the user set it goes in; whom to reach, and how safely, comes out.

What sending (`kit.channels.email`) and reading (`kit.channels.mailbox`) have in common.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from kit.errors import TlsRefusedError, UnreachableError
from kit.model import Fault
from kit.settings import is_loopback

if TYPE_CHECKING:
    import ssl

#: TLS from the start, and STARTTLS (RFC 8314 section 3.3, RFC 6409, RFC 3501).
_PORTS = {"smtps": 465, "smtp": 587, "imaps": 993, "imap": 143}
#: What can stand in a header and a command as it is; quoted local parts are not for us.
_ADDRESS = re.compile(r'[^\s@<>"\\(),:;\[\]\x00-\x20\x7f-\x9f]{1,64}@[^\s@<>"\\(),:;\[\]/]{1,253}')
#: How an encoded word begins (RFC 2047 section 2), which no address has: Python's `email` decodes
#: one in what it is to write, and a line end in it would begin a header.
ENCODED = "=?"
#: What an enhanced status code means (RFC 3463), the most special first.
_FAULTS = (
    (re.compile(r"4\..*|5\.2\.2"), Fault.TRANSIENT),
    (re.compile(r"5\.1\.[78]"), Fault.UNCLEAR),  # of the sender's own address
    (re.compile(r"5\.1\..*|5\.2\.1"), Fault.ADDRESS),
)
_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """One server and whom we are to it."""

    host: str = field(repr=False)
    port: int
    user: str = field(repr=False)
    password: str = field(repr=False)
    #: of a mailbox
    folder: str = field(repr=False)
    #: from the start; else STARTTLS
    tls_first: bool
    #: it is this computer itself: nobody else listens
    is_here: bool


def parse(url: str, scheme: str) -> MailServer | None:
    """The server of `smtp(s)://user:password@host:port` or `imap(s)://…/INBOX`, if it is one."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port or _PORTS.get(parts.scheme, 0)
        here = is_loopback(url)
    except ValueError:
        return None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    plain = (user + password + folder).isprintable() and folder.isascii()
    if not (host and plain) or parts.scheme not in (scheme, f"{scheme}s"):
        return None
    return MailServer(
        host=host,
        port=port,
        user=user,
        password=password,
        folder=folder,
        tls_first=parts.scheme.endswith("s"),
        is_here=here,
    )


def context(server: MailServer) -> ssl.SSLContext:
    """How TLS is spoken; a bridge on this computer has a certificate that nobody signed."""
    import ssl

    made = ssl.create_default_context()
    if server.is_here:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made


def trouble(error: OSError, name: str) -> TlsRefusedError | UnreachableError:
    """What a failed connection means."""
    import ssl

    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return TlsRefusedError(channel=name)
    return UnreachableError(channel=name)


def address(text: str) -> str:
    """The address as it can be written, its domain in ASCII; else nothing."""
    if ENCODED in text:
        return ""
    local, _, domain = text.rpartition("@")
    try:
        text.encode("utf-8")
        written = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return ""
    return written if _ADDRESS.fullmatch(written) and local.isprintable() else ""


def status(text: str) -> str:
    """The enhanced status code that a text begins with, such as `5.1.1` (RFC 2034), or nothing."""
    found = _STATUS.match(text)
    return found[1] if found else ""


def fault(code: str) -> Fault:
    """What an enhanced status code means for what we do next."""
    return next((found for pattern, found in _FAULTS if pattern.fullmatch(code)), Fault.UNCLEAR)
