from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
from conftest import card
from hard import MANY, Hard, objects, replan, skipped, statuses
from standins.mail import Mailbox, MailServer, Post
from standins.twilio import ACCOUNT, NUMBER, TOKEN, TwilioStandin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result
    from conftest import Clock

    Kit = Callable[..., Result]
    Book = Callable[..., Path]
    Tell = Callable[..., int]

OWN = "me@example.com"


def mails(*addresses: str) -> list[str]:
    """People whom mail alone reaches; whoever has several addresses has them in one text."""
    return [
        "\r\n".join(
            [
                "BEGIN:VCARD",
                "VERSION:3.0",
                f"FN:friend{n}",
                *(f"EMAIL:{one}@example.com" for one in address.split()),
                "END:VCARD",
                "",
            ]
        )
        for n, address in enumerate(addresses)
    ]


def letter(sender: str, text: str, kind: str = "plain", subject: str = "Re: hi") -> bytes:
    return (
        f"From: {sender}@example.com\r\nTo: {OWN}\r\nSubject: {subject}\r\n"
        f"Date: Sat, 21 Nov 2026 01:00:00 +0000\r\nMessage-ID: <{sender}@phone>\r\n"
        f"Content-Type: text/{kind}; charset=utf-8\r\n\r\n{text}"
    ).encode()


class WithMail(Hard):
    @pytest.fixture
    def post(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
        taken = Post()
        server = MailServer(taken)
        server.start()
        monkeypatch.setenv("KIT_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
        monkeypatch.setenv("KIT_EMAIL_FROM", OWN)
        yield taken
        server.stop()

    @pytest.fixture
    def mailbox(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
        box = Mailbox()
        monkeypatch.setenv("KIT_IMAP_URL", f"imap://me%40example.com:secret@127.0.0.1:{box.port}")
        yield box
        box.stop()


def got(post: Post) -> list[str]:
    return [recipient.partition("@")[0] for recipient, _ in post.taken]


class TestSending(WithMail):
    def test_a_server_that_refuses_starttls_gets_nothing(
        self, kit: Kit, tell: Tell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        post = Post(behaviour="refuse-starttls")
        server = MailServer(post, tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        server.start()
        monkeypatch.setenv("KIT_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
        tell("email", mails("aunt", "uncle"))
        sent = kit("send", "--yes", "2")
        server.stop()

        assert (sent.exit_code, post.taken) == (1, [])
        assert "KIT_SMTP_URL  The mail server offers no safe connection (TLS)." in sent.stderr
        assert statuses(kit) == ["planned"] * 2

    def test_one_refused_recipient_costs_nobody_else(
        self, kit: Kit, tell: Tell, post: Post
    ) -> None:
        tell("email", mails("aunt", "no-such-user", "uncle"))
        sent = kit("send", "--yes", "3")

        assert sent.exit_code == 3
        assert "Refused or not delivered: 1." in sent.stdout
        assert statuses(kit) == ["accepted", "rejected", "accepted"]
        assert got(post) == ["aunt", "uncle"]

    def test_whom_a_new_plan_tries_again_is_planned_and_not_refused(
        self, kit: Kit, tell: Tell, post: Post, clock: Clock
    ) -> None:
        tell("email", mails("554-after-dot", "aunt"))
        kit("send", "--yes", "2")
        assert "the provider gives only a code 554 5.7.1" in kit("status").stdout
        clock.go(minutes=1)
        assert (replan(kit, "email"), skipped(kit, "email")) == (
            0,
            ["undeliverable", "already_told"],
        )
        assert "kit plan" in kit("retry", "friend0").stdout
        clock.go(minutes=1)
        assert replan(kit, "email") == 1

        assert statuses(kit) == ["planned", "accepted"]
        post.behaviour = "quite well"
        sent = kit("send", "--yes", "1")
        assert (sent.exit_code, statuses(kit)) == (0, ["accepted", "accepted"])
        assert "Refused" not in sent.stdout

    def test_a_mail_has_no_segments(self, kit: Kit, tell: Tell, post: Post) -> None:
        tell("email", mails("aunt"))
        shown = kit("plan", "--via", "email", "--from", "小明").stdout.splitlines()[0]

        assert (shown.endswith("e-mail"), "segments" in shown) == (True, False)
        assert kit("preview").stdout.count("1/1 │ ") == 1
        assert "The phone shows them as one text." not in kit("preview").stdout
        assert post.taken == []

    def test_a_refused_address_gives_way_to_the_next(
        self, kit: Kit, tell: Tell, post: Post
    ) -> None:
        tell("email", mails("no-such-user aunt"))

        assert kit("send", "--yes", "1").exit_code == 0
        assert got(post) == ["aunt"]

    def test_one_who_is_put_off_holds_up_nobody(self, kit: Kit, tell: Tell, post: Post) -> None:
        """Greylisting, or a full mailbox: later, and everybody else now."""
        tell("email", mails("450", "aunt", "451", "uncle", "452"))
        sent = kit("send", "--yes", "5")

        assert sent.exit_code == 3
        assert "Refused or not delivered: 3." in sent.stdout
        assert sorted(got(post)) == ["aunt", "uncle"]
        assert statuses(kit) == ["rejected", "accepted", "rejected", "accepted", "rejected"]
        assert "may work later 450" in kit("status").stdout

    def test_a_line_lost_after_the_text_is_settled_by_a_word_alone(
        self, kit: Kit, tell: Tell, post: Post, clock: Clock
    ) -> None:
        tell("email", mails("cut-after-dot", "cut-before-storing", "aunt"))
        sent = kit("send", "--yes", "3")
        assert sent.exit_code == 3
        assert "Perhaps taken, perhaps not: 2." in sent.stdout
        for _ in range(2):
            clock.go(hours=1)
            synced = kit("sync")
            assert synced.exit_code == 3
            assert "kit told WHO, or kit retry WHO" in synced.stderr
            kit("send", "--yes", "3")
        assert statuses(kit) == ["unknown", "unknown", "accepted"]
        assert replan(kit, "email") == 0
        assert replan(kit, "phone") == 0

        assert kit("told", "friend0").exit_code == 0
        retried = kit("retry", "friend1")
        assert "they will get it twice" in retried.stdout
        assert "Next: kit plan" in retried.stdout
        assert replan(kit, "email") == 1
        kit("send", "--yes", "1")
        assert sorted(got(post)) == ["aunt", "cut-after-dot"]

    def test_a_retry_within_the_plan_goes_with_the_next_send(
        self, kit: Kit, tell: Tell, post: Post
    ) -> None:
        tell("email", mails("aunt"))
        post.behaviour = "cut-before-storing"
        kit("send", "--yes", "1")
        post.behaviour = ""

        assert "Next: kit send" in kit("retry", "friend0").stdout
        assert kit("send", "--yes", "1").exit_code == 0
        assert (got(post), statuses(kit)) == (["aunt"], ["accepted"])

    def test_mail_is_the_last_resort_of_whoever_has_a_number(
        self, kit: Kit, book: Book, post: Post, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with TwilioStandin(clock) as server:
            monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
            monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
            monkeypatch.setenv("KIT_TWILIO_SENDER", NUMBER)
            monkeypatch.setenv("KIT_TWILIO_BASE_URL", server.url)
            for number in MANY[:2]:
                server.script(number, {"do": "refuse", "code": 21211})
            kit("import", book(card("friend0", *MANY[:2], email="aunt@example.com")))
            kit("choose", "--everyone-else")
            assert replan(kit, "twilio") == 1
            assert kit("send", "--yes", "1").exit_code == 0

            (row,) = objects(kit("status", "--json"))
            assert (row["channel"], row["status"]) == ("email", "accepted")
            assert (got(post), server.messages) == (["aunt"], [])
            assert (server.requests["create"], replan(kit, "phone")) == (2, 0)


class TestReplies(WithMail):
    def told(self, kit: Kit, tell: Tell, *who: str) -> None:
        count = tell("email", mails(*who))
        assert kit("send", "--yes", str(count)).exit_code == 0

    @pytest.mark.parametrize(
        ("text", "kind", "meaning"),
        [
            ("退订🙏", "plain", "opt_out"),
            ("<html><style>p{}</style><p>退订</p><br>", "html", "opt_out"),
            ("好的，知道了\r\n\r\n> 不想再收，回我一声。\r\n> 退订\r\n", "plain", "other"),
            ("<p>ok</p><blockquote>STOP</blockquote>", "html", "other"),
            ("ok\r\n\r\nOn Sat, 21 Nov 2026 me wrote:\r\n> STOP\r\n", "plain", "other"),
            ("有人打电话给我，说你欠钱不还", "plain", "harassed"),
        ],
    )
    @pytest.mark.usefixtures("post")
    def test_a_reply_means_what_they_wrote_and_not_what_they_quote(
        self, kit: Kit, tell: Tell, mailbox: Mailbox, text: str, kind: str, meaning: str
    ) -> None:
        self.told(kit, tell, "aunt")
        mailbox.mails += [letter("aunt", text, kind)] * 3
        assert kit("sync").exit_code == 0
        kit("sync")

        assert [reply["meaning"] for reply in objects(kit("replies", "--json"))] == [meaning]
        assert skipped(kit, "email") == ["opted_out" if meaning == "opt_out" else "already_told"]
        assert mailbox.changes == []

    def test_what_came_while_no_mailbox_was_set_is_heard_later(
        self, kit: Kit, tell: Tell, post: Post, mailbox: Mailbox, clock: Clock
    ) -> None:
        self.told(kit, tell, "aunt")
        mailbox.mails.append(letter("aunt", "退订"))
        assert kit("sync", KIT_IMAP_URL="").exit_code == 0
        clock.go(days=9)
        kit("sync", KIT_IMAP_URL="")
        kit("sync")

        assert [reply["meaning"] for reply in objects(kit("replies", "--json"))] == ["opt_out"]
        assert got(post) == ["aunt"]

    @pytest.mark.usefixtures("post")
    def test_a_mailbox_that_does_not_open_is_said_and_tried_again(
        self, kit: Kit, tell: Tell, mailbox: Mailbox
    ) -> None:
        self.told(kit, tell, "aunt")
        mailbox.mails.append(letter("aunt", "退订"))
        mailbox.cuts.add("EXAMINE")
        failed = kit("sync")
        assert (failed.exit_code, failed.stdout) == (3, "")
        assert "Try again a little later: kit sync" in failed.stderr
        assert "kit send" not in failed.stderr

        mailbox.cuts.clear()
        assert kit("sync").exit_code == 0
        assert skipped(kit, "phone") == ["opted_out"]

    def test_an_opt_out_by_mail_holds_for_the_number_too(
        self, kit: Kit, tell: Tell, post: Post, mailbox: Mailbox, book: Book
    ) -> None:
        self.told(kit, tell, "aunt")
        mailbox.mails.append(letter("aunt", "不要再发了"))
        kit("sync")
        kit("import", book(card("friend0", MANY[0], email="aunt@example.com"), name="new.vcf"))
        kit("choose", "--everyone-else")

        for via in ("phone", "twilio", "android", "email", "outbox"):
            assert skipped(kit, via) == ["opted_out"]
        assert got(post) == ["aunt"]
