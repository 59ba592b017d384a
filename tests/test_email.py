from __future__ import annotations

import json
import re
import shutil
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from conftest import PATIENCE_S
from contracts.channel import TEXT, ChannelContract, attempt
from hostile import VALUES
from standins.mail import Mailbox, MailServer, Post

from kit.channels import email, mail_server, mail_text
from kit.channels.email import EmailChannel
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
from kit.model import Attempt, Email, Fault, Receipt, Reply, Status
from kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Clock

OWN = "me@example.com"
LOGIN = (OWN, "secret")
#: The headers of every mail.
KEYS = [
    *("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "Content-Type"),
    *("Content-Transfer-Encoding", "MIME-Version"),
]
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def settings(smtp: str = "", imap: str = "", email_from: str = OWN) -> Settings:
    return Settings(home=Path(), language="en", smtp_url=smtp, imap_url=imap, email_from=email_from)


def to(local: str, text: str = TEXT, language: str = "zh-Hans") -> Attempt:
    address = local if "@" in local else f"{local}@example.com"
    return replace(attempt(1, "email", recipient=Email(address)), text=text, language=language)


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[Post, str]]]:
    running: list[MailServer] = []

    def start(
        behaviour: str = "",
        *,
        tls: ssl.SSLContext | None = None,
        tls_first: bool = False,
        login: tuple[str, str] | None = None,
        utf8: bool = False,
    ) -> tuple[Post, str]:
        post = Post(behaviour=behaviour)
        server = MailServer(post, tls=tls, tls_first=tls_first, login=login, utf8=utf8)
        running.append(server)
        server.start()
        post.connections = 0
        return post, f"127.0.0.1:{server.port}"

    yield start
    for one in running:
        one.stop()


@pytest.fixture
def post_and_channel(
    serve: Callable[..., tuple[Post, str]], clock: Clock, request: pytest.FixtureRequest
) -> Iterator[tuple[Post, EmailChannel]]:
    """Only where the server is slow is its answer not waited for."""
    post, host = serve()
    answer_s = 1 if "slow" in request.node.name else PATIENCE_S
    channel = EmailChannel(settings(f"smtp://{host}"), "小明", clock, PATIENCE_S, answer_s)
    yield post, channel
    channel.close()


@pytest.fixture
def post(post_and_channel: tuple[Post, EmailChannel]) -> Post:
    return post_and_channel[0]


@pytest.fixture
def channel(post_and_channel: tuple[Post, EmailChannel]) -> EmailChannel:
    return post_and_channel[1]


def only(post: Post) -> EmailMessage:
    ((_, content),) = post.taken
    return message_from_bytes(content, policy=policy.default)


def words(mail: EmailMessage) -> str:
    return str(mail.get_content()).replace("\r\n", "\n")


class TestEmail(ChannelContract):
    name = "email"

    def recipient(self, number: int) -> Email:
        return Email(f"friend{number}@example.com")


def test_a_mail_is_one_plain_text_to_one_address(channel: EmailChannel, post: Post) -> None:
    receipt = channel.send(to("aunt"))
    mail = only(post)

    assert receipt.provider_id == mail["Message-ID"] == f"<{to('aunt').id}@example.com>"
    assert (receipt.code, receipt.status) == ("250", Status.ACCEPTED)
    assert mail["To"] == "aunt@example.com"
    assert str(mail["From"]) == "小明 <me@example.com>"
    assert mail["Subject"] == "我是小明，有件事跟您说明"
    assert mail["Date"].datetime == NOW
    assert mail["List-Unsubscribe"] == "<mailto:me@example.com?subject=%E9%80%80%E8%AE%A2>"
    assert "Auto-Submitted" not in mail
    assert words(mail) == TEXT + "\n"
    assert mail.get_content_type() == "text/plain"


@pytest.mark.parametrize("text", [".", "..\n.a\n\n.\nEND", "x" * 2000, "a\r\nb", " \n", "贷🦌\n."])
def test_a_text_arrives_as_it_is(channel: EmailChannel, post: Post, text: str) -> None:
    channel.send(to("aunt", text=text, language="en"))

    assert words(only(post)) == text.replace("\r\n", "\n").removesuffix("\n") + "\n"
    assert max(map(len, post.taken[0][1].split(b"\r\n"))) < 998


@pytest.mark.parametrize(
    "name",
    ["小明\r\nBcc: all@example.com", 'a"b', 'a\\"<x@example.com>', "王🦌", "a, b; c", "\x00", ""],
)
def test_no_name_makes_a_header_of_its_own(
    serve: Callable[..., tuple[Post, str]], clock: Clock, name: str
) -> None:
    post, host = serve()
    channel = EmailChannel(settings(f"smtp://{host}"), name, clock)
    channel.send(to("aunt"))
    channel.close()
    mail = only(post)

    assert "Bcc" not in mail
    (sender,) = mail["From"].addresses
    assert sender.addr_spec == OWN
    assert sender.display_name == " ".join(name.replace("\x00", "").split())
    assert [recipient for recipient, _ in post.taken] == ["aunt@example.com"]


def test_hostile_names_make_no_header_and_hostile_texts_no_part(
    serve: Callable[..., tuple[Post, str]], clock: Clock
) -> None:
    post, host = serve()
    for value in VALUES.values():
        whole = value.replace("\ud800", "\ufffd")
        channel = EmailChannel(settings(f"smtp://{host}"), whole[:60], clock)
        channel.send(to("aunt", text=whole))
        channel.close()
        (recipient, content) = post.taken.pop()
        mail = message_from_bytes(content, policy=policy.default)
        addresses = [one.addr_spec for one in (*mail["From"].addresses, *mail["To"].addresses)]

        assert recipient == "aunt@example.com"
        assert addresses == [OWN, recipient]
        assert mail.keys() == KEYS
        assert mail.defects == []
        assert words(mail).rstrip("\n") == re.sub(r"\r\n|\r", "\n", whole)


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com\r\nBcc: b@example.com",
        "a@=?utf-8?q?=0d=0aBcc=3a_b?=.example.com",
        "=?utf-8?q?=0d=0aBcc=3a_b?=@example.com",
        "a@example.com>\r\nRCPT TO:<b@example.com",
        "a b@example.com",
        '"a"@example.com',
        "a@b@example.com",
        "a@example.com,b@example.com",
        "a",
        "@example.com",
        "a@",
        "a@" + "x" * 70 + ".example",
        "\ud800@example.com",
        "a\u202e@example.com",
    ],
)
def test_an_address_that_cannot_be_written_is_refused(
    channel: EmailChannel, post: Post, address: str
) -> None:
    receipt = channel.send(replace(to("aunt"), recipient=Email(address)))

    assert (receipt.status, receipt.fault) == (Status.REJECTED, Fault.ADDRESS)
    assert post.connections == 0


def test_an_address_that_is_not_ascii_needs_a_server_that_takes_it(
    channel: EmailChannel, serve: Callable[..., tuple[Post, str]], clock: Clock
) -> None:
    refused = channel.send(to("小明@example.com"))
    post, host = serve(utf8=True)
    able = EmailChannel(settings(f"smtp://{host}"), "小明", clock)
    able.send(to("小明@example.com"))
    able.send(to("aunt"))
    able.close()

    assert (refused.status, refused.code) == (Status.REJECTED, "smtputf8")
    assert [recipient for recipient, _ in post.taken] == ["小明@example.com", "aunt@example.com"]


def test_a_domain_that_is_not_ascii_is_written_in_ascii(channel: EmailChannel, post: Post) -> None:
    channel.send(to("aunt@例子.example"))

    assert post.taken[0][0] == "aunt@xn--fsqu00a.example"


@pytest.mark.parametrize(
    ("behaviour", "code", "fault"),
    [
        ("no-such-user", "550 5.1.1", Fault.ADDRESS),
        ("disabled", "550 5.2.1", Fault.ADDRESS),
        ("full", "552 5.2.2", Fault.TRANSIENT),
        ("policy", "550 5.7.1", Fault.UNCLEAR),
        ("bare-550", "550", Fault.UNCLEAR),
        ("data-554", "554 5.5.1", Fault.UNCLEAR),
        ("552-after-dot", "552", Fault.UNCLEAR),
        ("554-after-dot", "554 5.7.1", Fault.UNCLEAR),
    ],
)
def test_a_refusal_for_good_is_a_receipt_and_the_next_mail_goes(
    channel: EmailChannel, post: Post, behaviour: str, code: str, fault: Fault
) -> None:
    receipt = channel.send(to(behaviour))

    assert (receipt.status, receipt.code, receipt.fault) == (Status.REJECTED, code, fault)
    assert channel.send(to("aunt")).status is Status.ACCEPTED
    assert (len(post.taken), post.connections) == (1, 1)


@pytest.mark.parametrize("code", ["450", "451", "452"])
def test_a_mailbox_that_cannot_now_holds_up_nobody_else(
    channel: EmailChannel, post: Post, code: str
) -> None:
    receipt = channel.send(to(code))

    assert (receipt.status, receipt.fault) == (Status.REJECTED, Fault.TRANSIENT)
    assert receipt.code.startswith(code)
    assert channel.send(to("aunt")).status is Status.ACCEPTED
    assert len(post.taken) == 1


def test_nothing_is_mailed_when_the_night_has_begun(
    channel: EmailChannel, post: Post, clock: Clock
) -> None:
    clock.go(hours=11)
    with pytest.raises(TooLateError):
        channel.send(to("aunt"))

    assert post.taken == []


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        ("421", TooManyRequestsError),
        ("454", UnreachableError),
        ("data-451", TooManyRequestsError),
        ("451-after-dot", TooManyRequestsError),
        ("cut-before-data", UnreachableError),
        ("nonsense-at-rcpt", NonsenseError),
        ("bad-sender", SenderRefusedError),
        ("login-first", CredentialsError),
    ],
)
def test_what_was_surely_not_taken_is_an_error_and_may_be_sent_again(
    channel: EmailChannel, post: Post, behaviour: str, error: type[ChannelError]
) -> None:
    with pytest.raises(error) as raised:
        channel.send(to(behaviour))

    assert post.taken == []
    assert "example" not in f"{raised.value}{raised.value.facts}{raised.value.__cause__}"
    assert channel.send(to("aunt")).status is Status.ACCEPTED


@pytest.mark.parametrize(
    "behaviour",
    [
        *("cut-in-data", "cut-after-dot", "cut-before-storing"),
        *("slow", "garbage", "no-number", "endless"),
    ],
)
def test_what_may_have_been_taken_is_unknown_and_the_next_mail_goes(
    channel: EmailChannel, post: Post, behaviour: str
) -> None:
    receipt = channel.send(to(behaviour))

    assert (receipt.status, receipt.fault) == (Status.UNKNOWN, Fault.UNKNOWN)
    assert channel.send(to("aunt")).status is Status.ACCEPTED
    assert post.connections == 2


@pytest.mark.parametrize(
    ("behaviour", "error"), [("mail-550", SenderRefusedError), ("mail-421", TooManyRequestsError)]
)
def test_a_sender_who_is_refused_is_said(
    channel: EmailChannel, post: Post, behaviour: str, error: type[ChannelError]
) -> None:
    post.behaviour = behaviour

    with pytest.raises(error) as raised:
        channel.send(to("aunt"))
    assert raised.value.facts["code"] in ("550 5.7.1", "421 4.7.0")


def test_one_conversation_is_used_for_several_mails_until_it_is_dead(
    channel: EmailChannel, post: Post
) -> None:
    channel.send(to("aunt"))
    channel.send(to("uncle"))
    assert post.connections == 1

    post.behaviour = "idle-cut"
    channel.send(to("cousin"))
    assert (len(post.taken), post.connections) == (3, 2)


def test_an_interrupted_conversation_is_not_gone_on_with(
    channel: EmailChannel, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(email, "_wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            channel.send(to("aunt"))
    channel.send(to("uncle"))

    assert [recipient for recipient, _ in post.taken] == ["uncle@example.com"]


@pytest.mark.parametrize("password", ["wrong", "错"])
def test_a_wrong_password_is_said_and_never_shown(
    serve: Callable[..., tuple[Post, str]], clock: Clock, password: str
) -> None:
    _, host = serve(login=LOGIN)
    channel = EmailChannel(settings(f"smtp://me%40example.com:{password}@{host}"), "小明", clock)

    with pytest.raises(CredentialsError) as raised:
        channel.send(to("aunt"))
    assert password not in f"{raised.value}{raised.value.facts}{raised.value.__cause__}"
    assert raised.value.__suppress_context__
    assert what(channel) == ["The mail server does not accept the user name or password."]


def test_the_user_is_who_mail_comes_from(
    serve: Callable[..., tuple[Post, str]], clock: Clock
) -> None:
    post, host = serve(login=LOGIN)
    url = f"smtp://me%40example.com:secret@{host}"
    channel = EmailChannel(settings(url, email_from=""), "小明", clock)

    assert channel.check() == []
    channel.send(to("aunt"))
    channel.close()
    assert only(post)["From"].addresses[0].addr_spec == OWN
    assert post.connections == 1


def what(channel: EmailChannel) -> list[str]:
    found = [problem.what for problem in channel.check()]
    channel.close()
    return found


def is_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_server, "is_loopback", lambda _: False)


def test_a_server_that_refuses_the_tls_it_offers_gets_nothing(
    serve: Callable[..., tuple[Post, str]], clock: Clock
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    post, host = serve("refuse-starttls", tls=tls)
    channel = EmailChannel(settings(f"smtp://{host}"), "小明", clock)

    with pytest.raises(TlsRefusedError):
        channel.send(to("aunt"))
    assert what(channel) == ["The mail server offers no safe connection (TLS)."]
    assert post.taken == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_elsewhere_without_tls_gets_nothing(
    serve: Callable[..., tuple[Post, str]],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
) -> None:
    is_far(monkeypatch)
    post, host = serve(login=LOGIN)
    channel = EmailChannel(settings(f"{scheme}://me%40example.com:secret@{host}"), "小明", clock)

    with pytest.raises(TlsRefusedError):
        channel.send(to("aunt"))
    assert post.taken == []


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """A certificate that nobody signed."""
    if not (openssl := shutil.which("openssl")):
        pytest.skip("no openssl here")
    pem = str(tmp_path / "pem")
    options = ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", pem, "-out", f"{pem}.c"]
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", *options]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{pem}.c", pem)
    return context


def test_tls_is_spoken_where_it_is_offered_and_only_here_with_anybody(
    serve: Callable[..., tuple[Post, str]],
    clock: Clock,
    tls: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post, host = serve(tls=tls)
    here = EmailChannel(settings(f"smtp://{host}"), "小明", clock)
    assert here.send(to("aunt")).status is Status.ACCEPTED
    assert isinstance(cast("Any", here)._open.sock, ssl.SSLSocket)  # noqa: SLF001
    here.close()

    is_far(monkeypatch)
    with pytest.raises(TlsRefusedError):
        EmailChannel(settings(f"smtp://{host}"), "小明", clock).send(to("aunt"))
    assert len(post.taken) == 1


def test_tls_from_the_start_is_spoken(
    serve: Callable[..., tuple[Post, str]], clock: Clock, tls: ssl.SSLContext
) -> None:
    post, host = serve(tls=tls, tls_first=True)
    channel = EmailChannel(settings(f"smtps://{host}"), "小明", clock)
    channel.send(to("aunt"))
    channel.close()

    assert len(post.taken) == 1


def test_a_server_that_is_not_there_is_said(clock: Clock) -> None:
    channel = EmailChannel(settings("smtp://127.0.0.1:9"), "小明", clock, 1)

    with pytest.raises(UnreachableError):
        channel.send(to("aunt"))
    assert what(channel) == ["The mail server cannot be reached."]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        (settings(), "KIT_SMTP_URL"),
        (settings("http://example.com"), "KIT_SMTP_URL"),
        (settings("smtp://a..b"), "KIT_SMTP_URL"),
        (settings("smtp://example.com:port"), "KIT_SMTP_URL"),
        (settings("smtp://a%0d%0a:b@example.com"), "KIT_SMTP_URL"),
        (settings("smtp://"), "KIT_SMTP_URL"),
        (settings("smtp://[example.com"), "KIT_SMTP_URL"),
        (settings("smtp://example.com", email_from="a\r\nb@example.com"), "KIT_EMAIL_FROM"),
        (settings("smtp://example.com", email_from="小明@example.com"), "KIT_EMAIL_FROM"),
        (settings("smtp://example.com", "smtp://example.com"), "KIT_IMAP_URL"),
    ],
)
def test_settings_that_cannot_be_used_are_named_before_anything_is_reached(
    clock: Clock, given: Settings, where: str
) -> None:
    channel = EmailChannel(given, "小明", clock)

    assert [problem.where for problem in channel.check()] == [where]
    with pytest.raises(ChannelNotReadyError):
        channel.send(to("aunt"))


def test_a_server_never_shows_who_we_are() -> None:
    server = mail_server.parse("imaps://me%40example.com:se%3Acret@example.com/INBOX", "imap")

    assert server is not None
    assert (server.user, server.password, server.port) == (OWN, "se:cret", 993)
    assert not any(one in repr(server) for one in ("me@", "cret", "example", "INBOX"))


def test_the_stand_in_runs_as_a_process(tmp_path: Path, clock: Clock) -> None:
    stand_in = Path(__file__).parent / "standins" / "mail.py"
    out = tmp_path / "out"
    command = [sys.executable, str(stand_in), "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        port = cast("Any", process.stdout).readline().strip()
        channel = EmailChannel(settings(f"smtp://127.0.0.1:{port}"), "小明", clock)
        receipt = channel.send(to("cut-after-dot"))
        channel.close()
        process.kill()

    assert receipt.status is Status.UNKNOWN
    (line,) = out.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["to"] == "cut-after-dot@example.com"


# --- the mailbox --------------------------------------------------------------------------


def reply(body: str = "好的", sender: str = "aunt@example.com", **headers: str) -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = sender
    mail["Date"] = "Sat, 21 Nov 2026 09:00:00 +0800"
    mail["Message-ID"] = "<r1@mail.example.org>"
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    return bytes(mail)


AUNT = to("aunt")
ID = f"<{AUNT.id}@example.com>"


@pytest.fixture
def hear(clock: Clock) -> Iterator[Callable[..., list[Any]]]:
    boxes: list[Mailbox] = []

    def listen(*mails: bytes, attempts: tuple[Attempt, ...] = (AUNT,)) -> list[Any]:
        box = Mailbox(*mails)
        boxes.append(box)
        url = f"imap://me%40example.com:secret@127.0.0.1:{box.port}/INBOX"
        channel = EmailChannel(settings("smtp://127.0.0.1", url), "小明", clock)
        return list(channel.fetch(NOW - timedelta(days=3), attempts))

    yield listen
    assert [change for box in boxes for change in box.changes] == []
    assert all('ID ("name" "imaplib")' in box.commands for box in boxes)
    for box in boxes:
        box.stop()


def test_without_a_mailbox_nothing_is_heard(channel: EmailChannel) -> None:
    assert list(channel.fetch(NOW, (AUNT,))) == []


def test_a_reply_has_its_sender_words_and_time(hear: Callable[..., list[Any]]) -> None:
    assert hear(reply("好的🦌", "Aunt <Aunt@Example.com>", In_Reply_To=ID)) == [
        Reply(
            channel="email",
            sender=Email("aunt@example.com"),
            text="好的🦌",
            at=datetime(2026, 11, 21, 1, 0, tzinfo=UTC),
            provider_id="<r1@mail.example.org>",
            attempt_id=ID.strip("<>").partition("@")[0],
        )
    ]


def test_the_same_reply_three_times_has_one_id(hear: Callable[..., list[Any]]) -> None:
    assert len({one.provider_id for one in hear(reply(), reply(), reply())}) == 1


def test_a_mail_without_an_id_or_a_sane_date_is_named_by_its_place(
    hear: Callable[..., list[Any]],
) -> None:
    (one,) = hear(reply(Message_ID="", Date="Sat, 21 Nov 2099 09:00:00 +0800"))

    assert (one.provider_id, one.at) == ("imap-77-1", NOW)


@pytest.mark.parametrize("at", ["yesterday", "Sat, 21 Nov 2026 01:00:00 -0000", ""])
def test_a_date_that_cannot_be_read_is_now(hear: Callable[..., list[Any]], at: str) -> None:
    raw = reply().replace(b"Sat, 21 Nov 2026 09:00:00 +0800", at.encode())

    assert [one.at for one in hear(raw)] == [NOW]


def test_a_reply_from_elsewhere_is_known_by_what_it_answers(
    hear: Callable[..., list[Any]],
) -> None:
    earlier = f"<{attempt(7).id}@example.com>"
    theirs = "<8C1E5F0A-1D2B-4C3D-8E4F-5A6B7C8D9E0F@example.com>"

    found = hear(
        reply(sender="work@example.org", References=f"<x@example.org> {ID}"),
        reply(sender="other@example.org", In_Reply_To=earlier),
        reply(sender="third@example.org", In_Reply_To=theirs),
    )
    assert [one.sender for one in found] == ["work@example.org", "other@example.org"]


@pytest.mark.parametrize(
    "headers",
    [
        {"sender": "stranger@example.org"},
        {"sender": OWN, "In_Reply_To": ID},
        {"sender": "not an address", "In_Reply_To": ID},
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"Subject": "自动回复：我不在"},
    ],
)
def test_what_no_person_wrote_to_us_is_no_reply(
    hear: Callable[..., list[Any]], headers: dict[str, str]
) -> None:
    assert hear(reply(**headers)) == []


def test_mail_that_does_not_concern_us_is_not_read(clock: Clock) -> None:
    box = Mailbox(reply(sender="stranger@example.org"), reply())
    url = f"imap://me%40example.com:secret@127.0.0.1:{box.port}"
    list(EmailChannel(settings("smtp://127.0.0.1", url), "小明", clock).fetch(NOW, (AUNT,)))
    box.stop()

    assert [c for c in box.commands if "BODY.PEEK[]" in c] == ["UID FETCH 2 (UID BODY.PEEK[])"]
    assert "UID SEARCH SINCE 20-Nov-2026" in box.commands


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("不想再收", "不想再收"),
        ("\n> 不想再收，回我一声。\n好", "好"),
        ("好\n\nOn Sat, 21 Nov 2026, Li Ming <me@example.com> wrote:\nSTOP", "好"),
        ("ok\n\nOn Sat, Nov 21, 2026 at 10:00 AM Li <me@example.com>\nwrote:\n\nSTOP", "ok"),
        ("好\n小明 <me@example.com> 于2026年11月21日周六\n10:00写道：\n不想再收", "好"),
        ("好\n在 2026-11-21 10:00:00，小明 写道：\n不想再收", "好"),
        ("On Sat Li wrote:\n> END\n\n退订", "退订"),
        ("On Sat Li wrote:\n> 我是小明。\nEND\n\n退订", "退订"),
        ("好\n-----Original Message-----\nSTOP", "好"),
        ("好\n------------------ 原始邮件 ------------------\nSTOP", "好"),
        ("好\n---- 回复的原邮件 ----\nSTOP", "好"),
        ("好\n发件人：小明\nSTOP", "好"),
        ("ok\nFrom: Li Ming\nSent: Saturday\nSTOP", "ok"),
        ("From: now on, stop", "From: now on, stop"),
        ("好\n________________________________\nSTOP", "好"),
        ("x" * 5000, "x" * mail_text.MOST),
    ],
)
def test_our_own_words_are_never_taken_for_theirs(
    hear: Callable[..., list[Any]], body: str, text: str
) -> None:
    assert [one.text for one in hear(reply(body))] == [text]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("退订", "退订"),
        ("STOP", "STOP"),
        ("Re: 我是小明，有件事跟您说明", ""),
        ("回复：STOP", "STOP"),
    ],
)
def test_a_subject_counts_where_there_is_no_text(
    hear: Callable[..., list[Any]], subject: str, text: str
) -> None:
    assert [one.text for one in hear(reply("", Subject=subject))] == [text]


def test_a_mailer_that_asks_for_no_more_is_heard(hear: Callable[..., list[Any]]) -> None:
    asked = reply("Made by a program.", Subject="退订", Auto_Submitted="auto-generated")

    assert [one.text for one in hear(asked)] == ["退订\nMade by a program."]


def raw_reply(kind: str, body: bytes) -> bytes:
    return f"From: aunt@example.com\r\nContent-Type: {kind}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("text/plain; charset=gb2312", "镕好".encode("gb18030"), "镕好"),
        ("text/plain; charset=nonsense", "好".encode(), "好"),
        ("text/plain; charset=utf-8", "好的".encode("gb18030"), "好的"),
        ("text/plain", "好".encode(), "好"),
        ("text/html; charset=utf-8", "<p>别再<b>发</b>了</p>".encode(), "别再发了"),
        (
            "text/html; charset=utf-8",
            (
                b"<style>p{}</style><script>STOP</script><div>ok<br>yes</div>"
                b"<div>On Sat Li wrote:<blockquote>STOP<blockquote>x</blockquote></blockquote>"
            ),
            "ok\nyes",
        ),
        ("text/html", b"On Sat Li wrote:<blockquote>END<p></blockquote><p>a &lt; b", "a < b"),
    ],
)
def test_words_are_read_from_whatever_mailers_make(
    hear: Callable[..., list[Any]], kind: str, body: bytes, text: str
) -> None:
    assert [one.text for one in hear(raw_reply(kind, body))] == [text]


@pytest.mark.parametrize("part", ["<div ", "<a b='", "<!--", "<![CDATA[", "</", "&", "On "])
def test_a_hostile_mail_does_not_keep_us_busy(hear: Callable[..., list[Any]], part: str) -> None:
    began = time.process_time()
    hear(raw_reply("text/html; charset=utf-8", (part * 40_000).encode()))

    assert time.process_time() - began < 5


def test_a_sender_of_very_many_addresses_is_nobodys(
    hear: Callable[..., list[Any]],
) -> None:
    began = time.process_time()
    mail = reply("yes").replace(b"From: ", b"From: a:" + b"b," * 100_000)

    assert hear(mail) == []
    assert time.process_time() - began < 5


def test_of_two_forms_the_plain_one_is_read(hear: Callable[..., list[Any]]) -> None:
    mail = message_from_bytes(reply("plain"), policy=policy.SMTP)
    mail.add_alternative("<p>html</p>", subtype="html")
    mail.add_attachment("file", filename="a.txt")

    assert [one.text for one in hear(bytes(mail))] == ["plain"]


def test_a_broken_mail_is_skipped_and_the_next_is_read(hear: Callable[..., list[Any]]) -> None:
    broken = (
        b"",
        b"\xff\x00: \xfe\r\n\r\n\xff",
        b"From: aunt@example.com\r\nContent-Type: multipart/mixed\r\n\r\nx",
        b"From: aunt@example.com\r\nSubject: =?x?b?!!!?=\r\nContent-Type: ;;;=\r\n\r\n",
        b"From: " + b"(" * 5000 + b"\r\n\r\n",
    )

    assert hear(*broken, reply("好"))[-1].text == "好"


def test_of_a_large_mail_only_the_beginning_is_read(hear: Callable[..., list[Any]]) -> None:
    large = raw_reply("text/plain; charset=utf-8", "好\n> ".encode() + b"x" * 1_100_000)

    assert [one.text for one in hear(large)] == ["好"]


def report(
    original: str = ID,
    status: str = "5.1.1",
    action: str = "failed",
    failed: str = "aunt@example.com",
) -> bytes:
    return (
        "From: MAILER-DAEMON@example.com\r\nMessage-ID: <b1@example.com>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; example.com\r\n\r\n"
        f"Final-Recipient: rfc822; {failed}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"References: <x@example.com>\r\n {ID}\r\nMessage-ID: {original}\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        ("5.1.1", Fault.ADDRESS),
        ("5.2.1", Fault.ADDRESS),
        ("5.2.2", Fault.TRANSIENT),
        ("4.4.7", Fault.TRANSIENT),
        ("5.7.1", Fault.UNCLEAR),
        ("5.1.8", Fault.UNCLEAR),
    ],
)
def test_a_bounce_belongs_to_the_mail_it_returns(
    hear: Callable[..., list[Any]], status: str, fault: Fault
) -> None:
    receipt = Receipt(status=Status.UNDELIVERED, at=NOW, code=status, fault=fault)

    assert hear(report(status=status)) == [(AUNT, receipt)]
    whole = report(status=status).replace(b"text/rfc822-headers", b"message/rfc822")
    assert hear(whole) == [(AUNT, receipt)]


def test_a_bounce_from_where_it_was_forwarded_to_is_unclear(
    hear: Callable[..., list[Any]],
) -> None:
    ((_, receipt),) = hear(report(failed="elsewhere@example.org"))

    assert (receipt.code, receipt.fault) == ("5.1.1", Fault.UNCLEAR)


@pytest.mark.parametrize(
    "bounce",
    [
        report(original="<another@example.com>"),
        report(original=ID.replace("example.com", "example.org")),
        report(action="delayed"),
        report(action="delivered"),
        report().replace(b"delivery-status;", b"disposition-notification;"),
        reply("not delivered", "postmaster@example.com"),
        reply(f"not delivered\nIn-Reply-To: {ID}", "postmaster@example.com"),
        reply(f"Warning: not yet delivered\nMessage-ID: {ID}", "postmaster@example.com"),
    ],
)
def test_what_does_not_say_that_ours_failed_is_no_bounce(
    hear: Callable[..., list[Any]], bounce: bytes
) -> None:
    assert hear(bounce) == []


@pytest.mark.parametrize(
    "sender", ["Mailer-Daemon@example.org", "MAILER-DAEMON", "PostMaster@a.test"]
)
def test_a_plain_bounce_is_undelivered_for_a_reason_nobody_knows(
    hear: Callable[..., list[Any]], sender: str
) -> None:
    raw = reply(f"It failed.\n\nMessage-ID: {ID}\n").replace(b"aunt@example.com", sender.encode())

    ((found, receipt),) = hear(raw)
    assert found == AUNT
    assert (receipt.status, receipt.fault) == (Status.UNDELIVERED, Fault.UNCLEAR)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    box = Mailbox(reply())
    yield box
    box.stop()


def reading(box: Mailbox, clock: Clock, user: str = "me%40example.com:secret") -> EmailChannel:
    url = f"imap://{user}@127.0.0.1:{box.port}"
    return EmailChannel(settings("smtp://127.0.0.1:9", url), "小明", clock)


@pytest.mark.parametrize(
    ("cut", "error"),
    [
        ("CAPABILITY", UnreachableError),
        ("LOGIN", UnreachableError),
        ("EXAMINE", UnreachableError),
        ("SEARCH", UnreachableError),
        ("FETCH", UnreachableError),
    ],
)
def test_a_mailbox_that_breaks_off_is_said(
    box: Mailbox, clock: Clock, cut: str, error: type[ChannelError]
) -> None:
    box.cuts.add(cut)

    with pytest.raises(error) as raised:
        list(reading(box, clock).fetch(NOW, (AUNT,)))
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("user", ["me%40example.com:wrong", "me%40example.com:错"])
def test_a_wrong_password_of_a_mailbox_is_said(box: Mailbox, clock: Clock, user: str) -> None:
    channel = reading(box, clock, user)

    with pytest.raises(CredentialsError):
        list(channel.fetch(NOW, (AUNT,)))
    assert [problem.where for problem in channel.check()] == ["KIT_SMTP_URL", "KIT_IMAP_URL"]


def test_a_mailbox_elsewhere_without_tls_gets_no_password(
    box: Mailbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_far(monkeypatch)

    with pytest.raises(TlsRefusedError):
        list(reading(box, clock).fetch(NOW, (AUNT,)))
    assert not [command for command in box.commands if "LOGIN" in command]


def test_a_mailbox_that_refuses_the_tls_it_offers_gets_no_password(
    box: Mailbox, clock: Clock
) -> None:
    box.capabilities += " STARTTLS"
    box.refused = {"STARTTLS"}

    with pytest.raises(TlsRefusedError):
        list(reading(box, clock).fetch(NOW, (AUNT,)))
    assert not [command for command in box.commands if "LOGIN" in command]


def test_a_mailbox_that_is_not_there_is_said(box: Mailbox, clock: Clock) -> None:
    box.folder = "Other"

    with pytest.raises(MailboxRefusedError):
        list(reading(box, clock).fetch(NOW, (AUNT,)))
    assert reading(box, clock).check()[1].what == "The mail server does not open the mailbox."


def test_a_mailbox_that_answers_is_no_problem(
    box: Mailbox, clock: Clock, serve: Callable[..., tuple[Post, str]]
) -> None:
    url = f"imap://me%40example.com:secret@127.0.0.1:{box.port}"
    channel = EmailChannel(settings(f"smtp://{serve()[1]}", url), "小明", clock)

    assert what(channel) == []


def test_a_mailbox_with_tls_from_the_start_is_read(
    box: Mailbox, clock: Clock, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.tls = tls
    url = f"imaps://me%40example.com:secret@127.0.0.1:{box.port}"
    channel = EmailChannel(settings("smtp://127.0.0.1:9", url), "小明", clock)
    assert [one.text for one in cast("list[Reply]", channel.fetch(NOW, (AUNT,)))] == ["好的"]

    is_far(monkeypatch)
    far = EmailChannel(settings("smtp://127.0.0.1:9", url), "小明", clock)
    with pytest.raises(TlsRefusedError):
        far.fetch(NOW, (AUNT,))


def test_eight_threads_share_one_line_and_every_mail_goes_to_whom_it_is_for(
    channel: EmailChannel, post: Post
) -> None:
    names = [f"n{n}" for n in range(40)]
    attempts = {name: to(name, text=f"to {name}") for name in names}
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(channel.send, attempts.values()))

    assert {receipt.status for receipt in receipts} == {Status.ACCEPTED}
    assert sorted(recipient.partition("@")[0] for recipient, _ in post.taken) == sorted(names)
    for recipient, content in post.taken:
        text = message_from_bytes(content, policy=policy.default).get_content()
        assert text.split() == ["to", recipient.partition("@")[0]]
    assert post.connections == 1
