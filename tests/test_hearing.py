"""What providers and people say, and what follows from it for the next try."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest
from hard import MANY
from postgres import only_in_a_file
from shop import opened, person, plan, plan_and_send, send, statuses
from standins.android import PASSWORD, USER, AndroidPhone
from standins.mail import Mailbox, MailServer, Post
from twilio_account import settings

from kit.actions import hearing, importing, planning, progress, running
from kit.actions.planning import Request
from kit.errors import (
    DisownedError,
    NoAddressError,
    NobodyFoundError,
    NothingToTellError,
    NotToBeTriedError,
    OptOutsLostError,
    PausedError,
    TooManyRequestsError,
)
from kit.model import E164, Answer, Email, Group, Heard, Meaning, Reply, SkipReason, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Clock
    from standins.twilio import TwilioStandin

    from kit.actions.store import Store

pytestmark = pytest.mark.usefixtures("both_stores")
ONE, TWO, THREE = (E164(number) for number in MANY[:3])


@pytest.fixture
def post() -> Iterator[tuple[Post, str]]:
    kept = Post()
    mail = MailServer(kept)
    mail.start()
    yield kept, f"smtp://127.0.0.1:{mail.port}"
    mail.stop()


@pytest.fixture
def shop(
    server: TwilioStandin, phone: AndroidPhone, post: tuple[Post, str], tmp_path: Path, clock: Clock
) -> Iterator[Store]:
    store = opened(
        tmp_path / "home",
        clock,
        settings(server.url),
        android_url=phone.url,
        android_user=USER,
        android_password=PASSWORD,
        smtp_url=post[1],
    )
    yield store
    store.close()


def told(server: TwilioStandin) -> list[str]:
    return [m["to"] for m in server.messages if m["direction"] != "inbound"]


def skips(store: Store) -> list[SkipReason]:
    return [skip.reason for skip in store.current_plan().skips]


class TestOptOuts:
    @pytest.mark.parametrize("other", ["android", "email", "phone"])
    def test_one_heard_on_a_channel_holds_on_all_and_for_every_address(
        self, shop: Store, server: TwilioStandin, other: str
    ) -> None:
        shop.book.save([person("a", ONE, "a@example.com")])
        plan_and_send(shop)
        server.reply(ONE, "退订")
        hearing.sync(shop)
        shop.book.save([person("again", TWO, "a@example.com")], ["a"])

        assert plan(shop, other) == 0
        assert skips(shop) == [SkipReason.OPTED_OUT]

    def test_half_an_emoji_silences_nobody(self, shop: Store, server: TwilioStandin) -> None:
        shop.book.save([person("a", ONE), person("b", TWO)])
        plan_and_send(shop)
        server.reply(ONE, "好的\ud83d")
        server.reply(TWO, "\ude00退订")
        heard = hearing.sync(shop).replies

        assert [one.reply.text for one in heard] == ["好的�", "�退订"]
        assert {one.contact_id for one in heard if one.meaning is Meaning.OPT_OUT} == {"b"}

    def test_one_that_came_before_the_first_message_is_heard_when_sending_begins(
        self, shop: Store, server: TwilioStandin
    ) -> None:
        shop.book.save([person("a", ONE), person("b", TWO)])
        plan(shop)
        server.reply(ONE, "STOP")
        send(shop)

        assert told(server) == [TWO]

    def test_one_by_hand_holds_for_a_number_that_comes_later(self, shop: Store) -> None:
        hearing.stop(shop, "13800000001")
        hearing.stop(shop, "Ma@Example.com")
        shop.book.save([person("a", ONE), person("ma", "ma@example.com")])

        assert plan(shop) == 0
        assert skips(shop) == [SkipReason.OPTED_OUT] * 2

    @pytest.mark.parametrize("who", ["@小明", "小明@", "a b@example.com", "a@ex\udcff", "a@b@c"])
    def test_one_by_hand_for_what_is_no_address_is_refused(self, shop: Store, who: str) -> None:
        with pytest.raises(NobodyFoundError):
            hearing.stop(shop, who)

    def test_one_holds_for_an_address_that_was_somebody_elses_first(
        self, shop: Store, server: TwilioStandin
    ) -> None:
        shop.book.save([person("a", ONE, TWO)])
        plan_and_send(shop)
        server.reply(ONE, "发错人了")
        hearing.sync(shop)
        shop.book.save([person("b", ONE, THREE)])
        hearing.stop(shop, "b")

        assert plan_and_send(shop) != []
        assert told(server) == [ONE, TWO]
        assert SkipReason.OPTED_OUT in skips(shop)

    def test_a_stranger_who_has_the_number_speaks_for_themselves_alone(
        self, shop: Store, server: TwilioStandin
    ) -> None:
        shop.book.save([person("a", ONE, TWO)])
        plan_and_send(shop)
        server.reply(ONE, "发错人了，别再发了")
        server.reply(ONE, "退订")
        hearing.sync(shop)
        send(shop)

        assert told(server) == [ONE, TWO]

    def test_a_held_code_is_not_shown_to_one_who_wants_no_more(self, shop: Store) -> None:
        shop.book.save([person("a", ONE), person("b", TWO), person("c", THREE)])
        plan(shop, "phone")
        frozen = shop.current_plan()
        with running.run(shop, frozen, 3) as run:
            assert [one.may_go for one in run.handing_over()] == [True] * 3
        hearing.stop(shop, "a")
        shop.book.save([person("never", TWO, group=Group.NOBODY)])

        with running.run(shop, frozen, 3) as run:
            again = list(run.handing_over())
            assert {one.contact_id: one.may_go for one in again} == {
                "a": False,
                "b": False,
                "c": True,
            }

    @only_in_a_file
    def test_without_its_key_nothing_is_planned_or_sent(self, shop: Store) -> None:
        shop.book.save([person("a", ONE), person("b", TWO)])
        hearing.stop(shop, "a")
        connection = shop._connection  # noqa: SLF001 (as a damaged file would)
        with connection.writing():
            connection.write("DROP TRIGGER secret_is_kept", {})
            connection.write("DELETE FROM secret", {})
        shop.ledger._opt_outs._keyed._key = b""  # noqa: SLF001 (as after another start)

        with pytest.raises(OptOutsLostError):
            plan(shop)


class TestOneOwnPhone:
    def test_nothing_from_before_the_notice_and_nobody_elses_mail_is_kept(
        self, shop: Store, phone: AndroidPhone, clock: Clock
    ) -> None:
        shop.book.save([person("a", ONE), person("b", TWO)])
        phone.hear(ONE, "别再发了")
        phone.hear(TWO, "打错了")
        phone.hear(THREE, "your code is 1234")
        clock.go(hours=5)

        assert len(plan_and_send(shop, "android")) == 2
        phone.hear(THREE, "催收打电话给我说你欠钱")
        phone.hear(ONE, "T")
        hearing.sync(shop)
        assert [(h.reply.sender, h.meaning) for h in hearing.replies(shop)] == [
            (ONE, Meaning.OPT_OUT)
        ]

    def test_a_wrong_number_stays_wrong_whatever_the_phone_says_later(
        self, shop: Store, phone: AndroidPhone
    ) -> None:
        shop.book.save([person("a", ONE, TWO)])
        plan_and_send(shop, "android")
        phone.hear(ONE, "发错人了")
        for _ in range(2):
            hearing.sync(shop)
        send(shop)

        assert [text.to for text in phone.texts.values()] == [ONE, TWO]


class TestClocks:
    def test_replies_are_heard_after_a_sync_with_a_clock_that_was_ahead(
        self, shop: Store, server: TwilioStandin, clock: Clock
    ) -> None:
        shop.book.save([person("a", ONE)])
        plan_and_send(shop)
        clock.go(days=400)
        hearing.sync(shop)
        clock.go(days=-400, hours=1)
        server.reply(ONE, "退订")

        assert [h.meaning for h in hearing.sync(shop).replies] == [Meaning.OPT_OUT]

    def test_settling_counts_from_the_end_of_the_attempt(
        self, shop: Store, server: TwilioStandin, clock: Clock
    ) -> None:
        shop.book.save([person("a", ONE)])
        plan(shop)
        server.script(ONE, {"do": "cut"})
        send(shop)
        assert statuses(shop) == [Status.UNKNOWN]
        clock.go(seconds=119)
        hearing.sync(shop)
        assert statuses(shop) == [Status.UNKNOWN]
        clock.go(seconds=1)
        hearing.sync(shop)

        assert statuses(shop) == [Status.PLANNED]

    def test_what_slept_between_claim_and_sending_waits_for_the_morning(
        self, shop: Store, server: TwilioStandin, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.book.save([person("a", ONE)])
        plan(shop, hours="08:00-21:00")
        claim = shop.ledger.claim

        def slept(*arguments: object) -> object:
            attempt = claim(*arguments)  # type: ignore[arg-type]  # as they come
            clock.go(hours=12)
            return attempt

        monkeypatch.setattr(shop.ledger, "claim", slept)
        with pytest.raises(Exception, match="quiet time"):
            send(shop)
        monkeypatch.undo()

        assert (told(server), statuses(shop)) == ([], [Status.PLANNED])


class TestByWord:
    def test_what_the_borrower_says_is_not_overridden(
        self, shop: Store, server: TwilioStandin
    ) -> None:
        shop.book.save([person("a", ONE, TWO)])
        plan_and_send(shop)
        hearing.told(shop, "a")
        server.deliver(ONE, "undelivered", 30005)
        server.reply(ONE, "wrong number")
        hearing.sync(shop)
        send(shop)

        assert told(server) == [ONE]

    def test_whoever_was_told_in_person_is_told_also_after_an_import_made_two_one(
        self, shop: Store, server: TwilioStandin
    ) -> None:
        shop.book.save([person("older", ONE), person("newer", TWO)])
        plan(shop)
        hearing.told(shop, "newer")
        shop.book.save([person("older", ONE, TWO)], ["newer"])

        assert plan_and_send(shop) == []
        assert told(server) == []

    def test_an_unknown_message_is_settled_by_word_also_after_an_import_made_two_one(
        self, shop: Store, server: TwilioStandin
    ) -> None:
        shop.book.save([person("older", ONE), person("newer", TWO)])
        plan(shop)
        server.script(TWO, {"do": "store and cut"})
        shop.book.choose({"older": Group.UNDECIDED})
        send(shop)
        shop.book.save([person("older", ONE, TWO)], ["newer"])
        assert Status.UNKNOWN in statuses(shop)
        hearing.told(shop, "older")

        assert Status.UNKNOWN not in statuses(shop)
        assert plan_and_send(shop) == []

    def test_a_rehearsal_in_between_does_not_matter(self, shop: Store) -> None:
        shop.book.save([person("a", ONE)])
        with pytest.raises(NothingToTellError):
            hearing.told(shop, "a")
        plan(shop)
        plan(shop, "outbox")
        hearing.told(shop, "a")

        assert plan(shop) == 0
        assert skips(shop) == [SkipReason.ALREADY_TOLD]

    def test_a_retry_goes_on_at_the_next_address_where_the_first_is_somebody_elses(
        self, shop: Store, server: TwilioStandin
    ) -> None:
        shop.book.save([person("a", ONE, TWO)])
        plan_and_send(shop)
        server.reply(ONE, "发错人了")
        hearing.sync(shop)
        hearing.retry(shop, "a")
        send(shop)

        assert told(server) == [ONE, TWO]
        with pytest.raises(NotToBeTriedError):
            hearing.retry(shop, "a")


class TestSharedAddresses:
    def test_a_mailbox_of_two_people_loses_neither(
        self, shop: Store, server: TwilioStandin, post: tuple[Post, str]
    ) -> None:
        shop.book.save([person("father", "home@example.com"), person("m", ONE, "home@example.com")])
        plan_and_send(shop)

        assert (told(server), len(post[0].taken)) == ([ONE], 1)
        assert plan(shop) == 0
        assert skips(shop) == [SkipReason.ALREADY_TOLD] * 2

    def test_two_entries_of_one_mailbox_get_one_mail(
        self, shop: Store, post: tuple[Post, str]
    ) -> None:
        shop.book.save([person("a", "home@example.com"), person("b", "home@example.com")])
        plan_and_send(shop, "email")
        plan_and_send(shop, "email")

        assert len(post[0].taken) == 1

    def test_capitals_and_marks_make_no_second_mailbox(
        self, shop: Store, book: Callable[..., Path]
    ) -> None:
        from conftest import card

        importing.import_files(
            shop, [book(card("a", email="Ma@例子.CN"), card("b", email="ma@xn--fsqu00a.cn"))]
        )
        emails = {email for contact in shop.book.contacts() for email in contact.emails}

        assert emails == {Email("ma@xn--fsqu00a.cn")}


class TestRefusals:
    def test_a_refusal_nobody_understands_waits_for_a_person_also_in_a_new_plan(
        self, shop: Store, server: TwilioStandin
    ) -> None:
        shop.book.save([person("a", ONE)])
        plan(shop)
        server.script(ONE, {"do": "refuse", "code": 30007})
        send(shop)
        assert plan(shop) == 0
        assert skips(shop) == [SkipReason.UNDELIVERABLE]
        hearing.retry(shop, "a")

        assert len(plan_and_send(shop)) == 1
        assert told(server) == [ONE]

    def test_mail_in_trouble_does_not_stop_the_texts(
        self, shop: Store, server: TwilioStandin, post: tuple[Post, str]
    ) -> None:
        shop.book.save(
            [
                *(person(f"m{n}", f"no-such-user{n}@example.com") for n in range(9)),
                person("a", ONE),
            ]
        )
        post[0].behaviour = "no-such-user"
        plan_and_send(shop)

        assert told(server) == [ONE]
        assert not shop.ledger.is_paused("twilio")

    def test_a_mail_server_that_is_down_does_not_stop_the_texts_either(
        self, shop: Store, server: TwilioStandin, tmp_path: Path, clock: Clock
    ) -> None:
        shop.book.save([person("m", "m@example.com"), person("a", ONE)])
        plan(shop)
        down = opened(tmp_path / "home", clock, settings(server.url), smtp_url="smtp://127.0.0.1:9")
        frozen = down.current_plan()
        with running.run(down, frozen, 2) as run:
            list(run.sending())
            assert [p.where for p in run.problems] == ["KIT_SMTP_URL"]

        assert told(server) == [ONE]
        assert sorted(statuses(down)) == [Status.ACCEPTED, Status.PLANNED]
        assert progress.to_go(down, frozen) == 1
        down.close()

    def test_a_twilio_opt_out_holds_everywhere(self, shop: Store, server: TwilioStandin) -> None:
        shop.book.save([person("a", ONE, "a@example.com")])
        plan(shop)
        server.script(ONE, {"do": "refuse", "code": 21610})
        send(shop)

        assert plan(shop, "email") == plan(shop, "phone") == 0
        assert skips(shop) == [SkipReason.OPTED_OUT]

    def test_a_receipt_that_comes_late_sends_to_the_next_address_and_not_again(
        self, shop: Store, server: TwilioStandin, post: tuple[Post, str]
    ) -> None:
        shop.book.save([person("a", ONE, TWO, "a@example.com")])
        plan_and_send(shop)
        for number in (ONE, TWO):
            server.deliver(number, "undelivered", 30005)
            for _ in range(2):
                hearing.sync(shop)
                send(shop)

        assert (told(server), len(post[0].taken)) == ([ONE, TWO], 1)
        standing = progress.standings(shop)[0]
        assert (standing.channel, standing.recipient) == ("email", "a@example.com")


def test_sync_says_what_changed_and_closes_what_it_opened(
    shop: Store, server: TwilioStandin
) -> None:
    shop.book.save([person("a", ONE), person("b", TWO)])
    plan_and_send(shop)
    server.deliver(ONE)
    server.reply(TWO, "有人打电话给我说你欠钱")
    synced = hearing.sync(shop)

    assert [(s.contact_id, s.status) for s in synced.changed] == [("a", Status.DELIVERED)]
    assert [(h.contact_id, h.meaning) for h in synced.replies] == [("b", Meaning.HARASSED)]
    again = hearing.sync(shop)
    assert (again.changed, again.replies, again.failed, again.unknown) == ([], [], [], 0)


def test_a_run_says_who_has_written_back(shop: Store, server: TwilioStandin) -> None:
    shop.book.save([person("a", ONE), person("b", TWO)])
    plan(shop)
    frozen = shop.current_plan()
    send(shop)
    server.reply(ONE, "收到")

    with running.run(shop, frozen, 2) as run:
        assert [h.meaning for h in run.heard] == [Meaning.OTHER]


def test_no_value_of_a_reply_shows_who_or_what(clock: Clock) -> None:
    reply = Reply(channel="twilio", sender=ONE, text="secret", at=clock(), provider_id="SM1")
    shown = repr(Heard(reply=replace(reply), contact_id="a", meaning=Meaning.OTHER))

    assert ONE not in shown
    assert "secret" not in shown


def test_whoever_lifts_the_cap_of_the_hour_gets_all_of_androids_window() -> None:
    assert planning.pace_of(Request(channel="android")).segments == 24
    assert planning.pace_of(Request(channel="android", max_per_hour=0)).segments == 30


def letter(sender: str, text: str, date: str, answers: str = "") -> bytes:
    head = f"From: {sender}\r\nTo: me@example.com\r\nSubject: hello\r\nDate: {date}\r\n"
    head += f"Message-ID: <{len(text)}@example.net>\r\n"
    head += f"In-Reply-To: {answers}\r\n" if answers else ""
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


class TestMailbox:
    @pytest.fixture
    def box(self) -> Iterator[Mailbox]:
        box = Mailbox()
        yield box
        box.stop()

    @pytest.fixture
    def shop(
        self, server: TwilioStandin, post: tuple[Post, str], box: Mailbox, home: Path, clock: Clock
    ) -> Iterator[Store]:
        url = f"imap://me%40example.com:secret@127.0.0.1:{box.port}/INBOX"
        sender = {"smtp_url": post[1], "imap_url": url, "email_from": "me@example.com"}
        store = opened(home, clock, settings(server.url), **sender)
        yield store
        store.close()

    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        return tmp_path / "home"

    def test_letters_from_before_are_nobodys_business(
        self, shop: Store, box: Mailbox, clock: Clock
    ) -> None:
        box.mails.append(letter("a@example.com", "secret", "Fri, 20 Nov 2026 20:00:00 +0000"))
        box.mails.append(letter("b@example.com", "no thanks", "Sat, 21 Nov 2026 03:00:00 +0000"))
        shop.book.save([person("a", "a@example.com"), person("b", ONE, "b@example.com")])
        plan_and_send(shop, "email")
        clock.go(hours=5)
        hearing.sync(shop)

        assert hearing.replies(shop) == []
        assert plan(shop) == 1

    def test_an_answer_from_another_mailbox_of_theirs_holds_for_the_person(
        self, shop: Store, box: Mailbox, post: tuple[Post, str], clock: Clock
    ) -> None:
        shop.book.save([person("a", "a@example.com", "other@example.com")])
        plan_and_send(shop, "email")
        ours = str(message_from_bytes(post[0].taken[0][1])["Message-ID"])
        clock.go(hours=1)
        date = "Sat, 21 Nov 2026 02:30:00 +0000"
        box.mails.append(letter("alias@example.net", "退订", date, ours))
        hearing.sync(shop)

        assert [h.contact_id for h in hearing.replies(shop)] == ["a"]
        everywhere = [Email(a) for a in ("a@example.com", "other@example.com", "alias@example.net")]
        assert set(shop.ledger.opted_out(everywhere).values()) == {Meaning.OPT_OUT}
        assert len(shop.ledger.opted_out(everywhere)) == 3


class TestAfterTheSecondLook:
    def test_an_opt_out_from_the_persons_other_telephone_holds(
        self, shop: Store, phone: AndroidPhone
    ) -> None:
        shop.book.save([person("a", ONE, TWO)])
        plan_and_send(shop, "android")
        phone.hear(TWO, "退订")
        hearing.sync(shop)

        assert len(shop.ledger.opted_out([ONE, TWO])) == 2

    def test_what_never_left_opens_nobodys_mail(self, shop: Store, phone: AndroidPhone) -> None:
        shop.book.save([person("a", ONE), person("b", TWO)])
        plan(shop, "android")
        phone.faults = {"POST /messages": "503"}
        with pytest.raises(TooManyRequestsError):
            send(shop)
        phone.faults = {}
        phone.hear(ONE, "private")
        hearing.sync(shop)

        assert hearing.replies(shop) == []

    def test_an_opt_out_of_nobodys_address_is_refused_aloud(self, shop: Store) -> None:
        shop.book.save([person("a")])

        with pytest.raises(NoAddressError):
            hearing.stop(shop, "a")

    def test_whoever_was_told_at_a_familys_mailbox_is_told_after_an_import_made_two_one(
        self, shop: Store, server: TwilioStandin
    ) -> None:
        home = "home@example.com"
        shop.book.save([person("older", ONE), person("newer", TWO, home), person("father", home)])
        shop.book.choose({"older": Group.UNDECIDED, "father": Group.UNDECIDED})
        plan(shop)
        server.script(TWO, {"do": "refuse", "code": 21211})
        send(shop)
        shop.book.choose({"older": Group.EVERYONE})
        older = replace(person("older", ONE, TWO), emails=(Email(home),))
        shop.book.save([older], ["newer"])

        assert plan(shop) == 0
        assert told(server) == []

    def test_no_code_is_shown_for_one_who_was_told_otherwise(self, shop: Store) -> None:
        shop.book.save([person("older", TWO), person("newer", ONE)])
        plan(shop, "phone")
        frozen = shop.current_plan()
        with running.run(shop, frozen, 2) as run:
            held = {h.contact_id: h for h in run.handing_over()}
            run.answer(held["older"], Answer.SENT)
        shop.book.save([person("older", TWO, ONE)], ["newer"])

        with running.run(shop, frozen, 2) as run:
            assert [h.may_go for h in run.handing_over()] == [False]

    def test_a_refused_mail_is_not_mailed_again_by_another_plan(self, shop: Store) -> None:
        shop.book.save([person("a", "policy@example.com")])
        plan_and_send(shop, "email")

        assert (plan(shop), plan(shop, "email")) == (0, 0)
        assert skips(shop) == [SkipReason.UNDELIVERABLE]
        hearing.retry(shop, "a")
        assert plan(shop) == 1

    def test_whom_a_plan_took_for_told_is_not_forgotten_when_they_were_not(
        self, shop: Store, server: TwilioStandin, clock: Clock
    ) -> None:
        shop.book.save([person("a", ONE), person("b", TWO)])
        plan(shop)
        server.script(ONE, {"do": "cut"})
        send(shop)
        plan(shop)
        clock.go(minutes=3)
        hearing.sync(shop)

        assert progress.to_go(shop, shop.current_plan()) == 0
        assert progress.left_out(shop, shop.current_plan()) == 1

    def test_a_misread_number_without_another_is_the_borrowers_to_tell(
        self, shop: Store, server: TwilioStandin
    ) -> None:
        shop.book.save([person("a", ONE)])
        plan_and_send(shop)
        server.reply(ONE, "打错了吧")
        hearing.sync(shop)
        with pytest.raises(DisownedError):
            hearing.retry(shop, "a")
        hearing.told(shop, "a")

        assert plan(shop) == 0
        assert skips(shop) == [SkipReason.ALREADY_TOLD]

    def test_dead_mailboxes_stop_the_mail_and_no_text(
        self, shop: Store, server: TwilioStandin, post: tuple[Post, str]
    ) -> None:
        post[0].behaviour = "no-such-user"
        mails = [person(f"m{n}", f"m{n}@example.com", group=Group.EMERGENCY) for n in range(20)]
        shop.book.save([*mails, *(person(f"p{n}", number) for n, number in enumerate(MANY[:20]))])
        plan(shop)
        with pytest.raises(PausedError) as raised:
            send(shop)

        assert raised.value.facts["channel"] == "email"
        assert len(told(server)) == 20
