"""What servers, phones and browsers say: mail, IMAP, SMTP, Twilio, SMSGate, timestamps, forms.

Nothing is connected: a line that says what it was given is in the place of every connection.
"""

from __future__ import annotations

import functools
import io
import json
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from contracts.channel import attempt
from fuzz.target import NOW, Target, clock

from kit.channels import mail_text, timestamp
from kit.channels.mailbox import Post
from kit.errors import KitError
from kit.model import E164, Email

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fuzz.target import Place

_SEEDS = Path(__file__).parent / "seeds"
_AUNT = replace(attempt(1, "email"), recipient=Email("aunt@example.com"))
_TEXT = replace(attempt(1, "twilio"), recipient=E164("+8613800000001"), provider_id="SM1")
_OURS = f"<{_AUNT.id}@example.com>"
_URL = "http://127.0.0.1:9"

_REPLY = (
    "From: =?gb2312?B?0KHD9w==?= <aunt@example.com>\r\nDate: Sat, 21 Nov 2026 09:00:00 +0800\r\n"
    f"Message-ID: <r1@mail.example.org>\r\nIn-Reply-To: {_OURS}\r\n"
    "Subject: Re: =?utf-8?q?=E5=A5=BD?=\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "zcu2qQ==\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    "<p>退订</p><blockquote>x\r\n--b--\r\n"
).encode()
_BOUNCE = (
    "From: MAILER-DAEMON@example.com\r\nSubject: failed\r\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="c"\r\n\r\n'
    "--c\r\nContent-Type: text/plain\r\n\r\nnot delivered\r\n--c\r\n"
    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
    "Final-Recipient: rfc822; aunt@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--c\r\n"
    f"Content-Type: message/rfc822\r\n\r\nMessage-ID: {_OURS}\r\n\r\n--c--\r\n"
).encode()
_QUOTED = (
    f"From: aunt@example.com\r\nReferences: {_OURS}\r\nAuto-Submitted: no\r\n"
    "Content-Type: text/plain\r\n\r\n"
    "不要再发\r\n\r\nOn Sat, 21 Nov 2026, Ming wrote:\r\n> x\r\n-----原始邮件-----\r\n发件人: x\r\n"
).encode()

_IMAP = (
    b"* OK ready\r\n* CAPABILITY IMAP4rev1 ID\r\nT0 OK x\r\nT1 OK x\r\n* ID NIL\r\nT2 OK x\r\n"
    b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\nT3 OK [READ-ONLY] x\r\n* SEARCH 5 6\r\nT4 OK x\r\n"
    b"* 1 FETCH (UID 5 RFC822.SIZE 300 BODY[HEADER] {%d}\r\n%s)\r\nT5 OK x\r\n"
    b"* 1 FETCH (UID 5 BODY[] {%d}\r\n%s)\r\nT6 OK x\r\n* BYE\r\nT7 OK x\r\n"
    % (len(_QUOTED), _QUOTED, len(_QUOTED), _QUOTED)
)
_SMTP = (
    b"220 x ESMTP\r\n250-x\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-AUTH PLAIN LOGIN\r\n"
    b"250 SIZE 1000\r\n"
    b"235 2.7.0 ok\r\n250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go\r\n250 2.0.0 queued\r\n221 bye\r\n"
)
_LISTED = {
    "sid": "SM0123456789abcdef0123456789abcdef",
    "direction": "outbound-api",
    "from": "+12125550143",
    "to": "+8613800000001",
    "messaging_service_sid": None,
    "body": _TEXT.text,
    "status": "delivered",
    "error_code": None,
    "date_created": "Sat, 21 Nov 2026 02:00:00 +0000",
}
_INBOUND = {
    **_LISTED,
    "direction": "inbound",
    "from": "+8613800000001",
    "to": "+12125550143",
    "body": "退订",
}
_TWILIO = (
    {"messages": [_LISTED, _INBOUND], "next_page_uri": None},
    _LISTED,
    {"status": "active", "type": "Full"},
    {"code": 21610, "message": "x", "more_info": "", "status": 400},
)
_MESSAGE = {
    "id": _TEXT.id,
    "state": "Failed",
    "states": {"Pending": "2026-11-21T02:00:00Z", "Sent": "2026-11-21T02:00:01Z"},
    "recipients": [
        {"phoneNumber": "+8613800000001", "state": "Failed", "error": "RESULT_ERROR_NO_SERVICE: 1"}
    ],
}
_HEARD = {
    "id": "m1",
    "type": "SMS",
    "sender": "+8613800000001",
    "contentPreview": "退订",
    "createdAt": "2026-11-21T02:00:00+08:00",
}
_SMSGATE = (
    [{"id": "device1", "name": "x"}],
    _MESSAGE,
    [_HEARD, _HEARD],
    {"message": "already expired"},
)


def targets(_: Place) -> tuple[Target, ...]:
    """Every one of them."""
    mails = (_REPLY, _BOUNCE, _QUOTED)
    stamps = _kept("timestamp")
    return (
        Target(
            name="mail", read=_mail, seeds=mails, words=(b"gb2312", b"base64", b"=?x?q?"), share=150
        ),
        Target(name="imap", read=_imap, seeds=(_IMAP,), words=mails),
        Target(name="smtp", read=_smtp, seeds=(_SMTP,), share=50),
        Target(name="twilio", read=_twilio, seeds=tuple(map(_answered, _TWILIO))),
        Target(name="smsgate", read=_smsgate, seeds=tuple(map(_answered, _SMSGATE))),
        Target(name="timestamp", read=_timestamp, seeds=stamps),
        Target(name="timestamp-answer", read=_asked, seeds=tuple(map(_http, stamps)), share=50),
        Target(name="certificates", read=_certificates, seeds=_kept("certificates"), share=50),
        Target(name="request", read=_request, seeds=(_REQUEST, _REQUEST + b"a=b"), share=50),
    )


def _kept(name: str) -> tuple[bytes, ...]:
    """What lies in the folder of that target, the first of which a server once said."""
    return tuple(one.read_bytes() for one in sorted((_SEEDS / name).iterdir()))


# --- mail ---------------------------------------------------------------------------------


def _post() -> Post:
    return Post(
        attempts=(_AUNT,),
        own="me@example.com",
        subjects=frozenset({"请留意"}),
        stops=frozenset({"退订", "unsubscribe"}),
        clock=clock,
    )


def _mail(data: bytes) -> object:
    """One mail; what is passed over in a mailbox is read here to its end."""
    post = _post()
    head, mail = BytesHeaderParser().parsebytes(data), BytesParser().parsebytes(data)
    return (
        post.concerns(head),
        post.sort(mail, "imap-1-1"),
        mail_text.text(mail, ""),
        mail_text.subject(mail),
    )


class _Line:
    """A connection on which somebody has said all they have to say."""

    def __init__(self, said: bytes) -> None:
        self._said = io.BytesIO(said)

    def makefile(self, *_: object, **__: object) -> io.BytesIO:
        return self._said

    def recv(self, most: int, *_: object) -> bytes:
        return self._said.read(most)

    def send(self, data: bytes) -> int:
        return len(data)

    def __getattr__(self, _: str) -> Callable[..., None]:
        return lambda *_, **__: None


@contextmanager
def _connected(said: bytes) -> Iterator[None]:
    """Whoever connects hears this."""
    with ExitStack() as patches:
        patches.enter_context(patch("socket.create_connection", lambda *_, **__: _Line(said)))
        patches.enter_context(patch("imaplib.Int2AP", lambda _: b"T"))
        yield


def _email() -> Any:  # noqa: ANN401 (imported late)
    from kit.channels.email import EmailChannel
    from kit.settings import Settings

    settings = Settings(
        home=Path(),
        language="en",
        smtp_url="smtp://me%40example.com:secret@127.0.0.1:9",
        imap_url="imap://me%40example.com:secret@127.0.0.1:9/INBOX",
    )
    return EmailChannel(settings, "小明", clock)


def _imap(data: bytes) -> object:
    with _connected(data):
        return list(_email().fetch(NOW - timedelta(days=3), (_AUNT,)))


def _smtp(data: bytes) -> object:
    channel = _email()
    with _connected(data):
        try:
            return channel.send(_AUNT)
        finally:
            channel.close()


# --- providers ----------------------------------------------------------------------------


def _answered(told: object) -> bytes:
    """An answer as these targets take it: the status and a header, then the body."""
    return b"200\nRetry-After: 5\n\n" + json.dumps(told, ensure_ascii=False).encode()


def _parted(data: bytes) -> tuple[int, str, bytes]:
    """Status, Retry-After and body."""
    head, _, body = data.partition(b"\n\n")
    status, _, wait = head.decode("latin-1").partition("\n")
    code = int(status) if status.isascii() and status.isdecimal() and len(status) == 3 else 200
    return (
        max(code, 200),
        "".join(c for c in wait.partition(":")[2] if " " <= c <= "~").strip(),
        body,
    )


@functools.cache
def _sdk() -> Any:  # noqa: ANN401 (the SDK has no types)
    from kit.channels import twilio_wire

    return twilio_wire.client(_twilio_settings(), (1, 1), clock)


def _twilio_settings() -> Any:  # noqa: ANN401 (imported late)
    from standins.twilio import ACCOUNT, TOKEN

    from kit.settings import Settings

    return Settings(
        home=Path(),
        language="en",
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_sender="+12125550143",
        twilio_base_url=_URL,
    )


def _twilio(data: bytes) -> object:
    """One answer to everything that Twilio is asked."""
    from requests import Response
    from requests.adapters import BaseAdapter
    from urllib3 import HTTPResponse

    from kit.channels.twilio import TwilioChannel

    status, wait, body = _parted(data)

    class Canned(BaseAdapter):
        def send(self, request: Any, **_: object) -> Response:  # type: ignore[override]  # noqa: ANN401
            answer = Response()
            answer.status_code, answer.request, answer.url = status, request, request.url
            answer.headers["Retry-After"] = wait
            answer.raw = HTTPResponse(io.BytesIO(body), status=status, preload_content=False)
            return answer

        def close(self) -> None:
            """Nothing is open."""

    channel = TwilioChannel(_twilio_settings(), clock)
    channel._client = _sdk()  # noqa: SLF001
    channel._client.http_client._session.mount("http://", Canned())  # noqa: SLF001
    return _all_of(
        channel.check,
        lambda: channel.send(_TEXT),
        lambda: channel.find(_TEXT),
        lambda: list(channel.fetch(NOW - timedelta(days=1), (_TEXT,))),
        lambda: channel.forget("SM1"),
    )


def _smsgate(data: bytes) -> object:
    """One answer to everything that the phone is asked."""
    import httpx

    from kit.channels.android import AndroidChannel
    from kit.settings import Settings

    status, wait, body = _parted(data)
    settings = Settings(
        home=Path(), language="en", android_url=_URL, android_user="u", android_password="p"
    )
    channel = AndroidChannel(settings, clock, lambda _: None)
    said = httpx.MockTransport(
        lambda _: httpx.Response(status, headers={"Retry-After": wait}, content=body)
    )
    channel._gateway._opened = httpx.Client(transport=said, base_url=_URL)  # noqa: SLF001
    try:
        return _all_of(
            channel.check,
            lambda: channel.send(_TEXT),
            lambda: channel.find(_TEXT),
            lambda: list(channel.fetch(NOW - timedelta(days=1), (_TEXT,))),
        )
    finally:
        channel.close()


def _all_of(*asked: Callable[[], object]) -> list[object]:
    """What comes of each; a refusal is an answer."""
    found: list[object] = []
    for one in asked:
        try:
            found.append(one())
        except KitError as refusal:
            found.append(refusal)
    return found


# --- timestamps -----------------------------------------------------------------------------


def _timestamp(data: bytes) -> object:
    return timestamp.read(data)


def _http(body: bytes) -> bytes:
    """An authority's answer on the wire."""
    kind = b"HTTP/1.1 200 OK\r\nContent-Type: x\r\nContent-Length: %d\r\n\r\n"
    status = b"\x30\x03\x02\x01\x00" + body
    return kind % (len(status) + 4) + b"\x30\x82" + len(status).to_bytes(2, "big") + status


def _asked(data: bytes) -> object:
    with _connected(data):
        return timestamp.ask(_URL, b"what was recorded")


def _certificates(data: bytes) -> object:
    with _connected(b""):
        return timestamp.ask(_URL, b"what was recorded", data)


# --- the page's own server --------------------------------------------------------------------

_REQUEST = (
    b"POST /choose/put HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nContent-Length: 3\r\n"
    b"Cookie: kit-8000=x; a=b\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
)


def _request(data: bytes) -> object:
    """The head of a request, before a page sees it."""
    from waitress.adjustments import Adjustments

    from kit.web.wire import _Parser

    parser, taken = _Parser(Adjustments(), lambda _: True), 0
    while taken < len(data) and not parser.completed:
        taken += parser.received(data[taken:])
    return parser.error and parser.error.code, parser.headers
