"""A restored store sends nothing before it is known what the other one sent after the backup."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest
from conftest import card, no_passphrase
from providers import Provider, of_android, of_twilio
from standins.android import AndroidPhone
from standins.mail import Mailbox
from standins.twilio import TwilioStandin

from kit.actions import handing, hearing, paging, progress, restored, running
from kit.actions.delivery import Why, deliver, way
from kit.actions.store import open_store
from kit.channels.phone import PhoneChannel
from kit.errors import RestoredError
from kit.model import Answer, Email, Meaning
from kit.settings import load
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result
    from conftest import Clock

    from kit.actions.store import Store

PEOPLE = 8
AT_ONCE = 3
#: A mail server on this computer, where nobody listens.
MAIL = {"KIT_SMTP_URL": "smtp://127.0.0.1:1", "KIT_EMAIL_FROM": "me@example.com"}


class Two:
    """The same borrower before two computers, of which the second has a backup of the first."""

    def __init__(self, kit: Callable[..., Result], folder: Path) -> None:
        self.kit = kit
        self.folder = folder
        self.second = {
            "KIT_HOME": str(folder / "second"),
            "KIT_KEY_FILE": str(folder / "second/key"),
            "KIT_SEAL_PASSPHRASE": "口令",
        }

    def plan(self, provider: Provider, book: Callable[..., Path]) -> None:
        """A plan that lets a few go in an hour."""
        assert self.kit("import", book(*provider.cards(PEOPLE))).exit_code == 0
        self.kit("choose", "--everyone-else")
        self.replan(provider)

    def replan(self, provider: Provider, **where: str) -> None:
        pace = ("--hours", "00:00-24:00", "--max-per-hour", str(AT_ONCE), "--max-per-second", "0")
        said = self.kit("plan", "--via", provider.channel, "--from", "小明", *pace, **where)
        assert said.exit_code == 0, said.output

    def back_up(self) -> None:
        path = self.folder / "all.kit"
        assert self.kit("backup", path, KIT_SEAL_PASSPHRASE="口令").exit_code == 0

    def restore(self) -> None:
        said = self.kit("restore", self.folder / "all.kit", **self.second)
        assert said.exit_code == 0, said.output

    def on_second(self, *arguments: str | Path) -> Result:
        return self.kit(*arguments, **self.second)

    def ask(self, *arguments: str) -> Result:
        """Ask on the second, and say that by any other way nothing went."""
        return self.on_second("sync", "--nothing-by", "another", *arguments)

    def open_second(self, clock: Clock) -> contextlib.closing[Store]:
        return contextlib.closing(open_store(load(), no_passphrase, clock, clock.rest))


@pytest.fixture
def two(kit_then: Callable[..., Result], tmp_path: Path) -> Two:
    return Two(kit_then, tmp_path)


@pytest.fixture(params=["twilio", "android"])
def provider(
    request: pytest.FixtureRequest, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Provider]:
    with contextlib.ExitStack() as stack:
        if request.param == "twilio":
            made = of_twilio(stack.enter_context(TwilioStandin(clock)))
        else:
            phone = stack.enter_context(AndroidPhone(clock))
            phone.at_once = True
            made = of_android(phone)
        for name, value in {**made.settings, "KIT_SETTLE_S": "0"}.items():
            monkeypatch.setenv(name, value)
        yield made


def test_what_the_other_one_sent_after_the_backup_is_sent_to_nobody_again(
    two: Two, provider: Provider, book: Callable[..., Path], clock: Clock
) -> None:
    two.plan(provider, book)
    two.back_up()
    clock.go(minutes=10)
    assert two.kit("send", "--yes", str(PEOPLE)).exit_code == 3
    assert provider.taken().total() == AT_ONCE
    two.restore()

    refused = two.on_second("send", "--yes", str(PEOPLE))
    assert (refused.exit_code, "came from a backup of" in refused.stderr) == (1, True)
    asked = two.ask()
    assert (asked.exit_code, provider.taken().total()) == (0, AT_ONCE)
    assert "Sent after the backup" in asked.stdout
    for _ in range(3):
        clock.go(hours=1, minutes=1)
        two.on_second("send", "--yes", str(PEOPLE))
    assert sorted(provider.taken().values()) == [1] * PEOPLE
    assert two.on_second("status", "--json").stdout.count("planned") == 0


def test_as_long_as_the_other_one_goes_on_it_is_asked_again_and_again(
    two: Two, provider: Provider, book: Callable[..., Path], clock: Clock
) -> None:
    two.plan(provider, book)
    two.back_up()
    two.restore()
    assert two.ask().exit_code == 0
    two.kit("send", "--yes", str(PEOPLE))
    two.on_second("send", "--yes", str(PEOPLE))  # which finds them, and sends to others

    clock.go(hours=1, minutes=1)
    two.on_second("send", "--yes", str(PEOPLE))
    assert provider.taken().total() == 2 * AT_ONCE
    assert max(provider.taken().values()) == 1


def test_a_plan_made_on_both_of_them_since_is_one_notice(
    two: Two, provider: Provider, book: Callable[..., Path], clock: Clock
) -> None:
    assert two.kit("import", book(*provider.cards(PEOPLE))).exit_code == 0
    two.kit("choose", "--everyone-else")
    two.back_up()
    two.restore()
    two.replan(provider)
    two.kit("send", "--yes", str(PEOPLE))
    clock.go(hours=2)
    two.replan(provider, **two.second)

    assert two.on_second("send", "--yes", str(PEOPLE)).exit_code == 1
    assert two.ask().exit_code == 0
    two.on_second("send", "--yes", str(PEOPLE))
    assert provider.taken().total() == 2 * AT_ONCE
    assert max(provider.taken().values()) == 1


def test_who_is_forgotten_on_the_second_and_brought_in_again_is_not_told_twice(
    two: Two, provider: Provider, book: Callable[..., Path], clock: Clock
) -> None:
    two.plan(provider, book)
    two.back_up()
    two.restore()
    two.kit("send", "--yes", str(PEOPLE))
    forgot = two.on_second("erase", "--contacts", "--yes")
    assert "Ask first, while it can be found out: kit sync" in forgot.stderr
    two.on_second("import", book(*provider.cards(PEOPLE)))
    two.on_second("choose", "--everyone-else")
    two.replan(provider, **two.second)

    asked = two.ask()  # a phone knows ids alone, and these are others
    by_word = provider.channel == "android"
    assert (asked.exit_code, "--nothing-by" in asked.stderr) == (3 if by_word else 0, by_word)
    clock.go(hours=2)
    two.on_second("send", "--yes", str(PEOPLE))
    assert provider.taken().total() == (AT_ONCE if by_word else 2 * AT_ONCE)
    assert max(provider.taken().values()) == 1


def test_another_plan_after_the_restoring_asks_again_by_itself(
    two: Two, provider: Provider, book: Callable[..., Path], clock: Clock
) -> None:
    two.plan(provider, book)
    two.back_up()
    two.restore()
    assert two.ask().exit_code == 0
    two.kit("send", "--yes", str(PEOPLE))  # the other one goes on all the same

    clock.go(minutes=10)
    two.replan(provider, **two.second)
    for _ in range(3):
        clock.go(hours=1, minutes=1)
        two.on_second("send", "--yes", str(PEOPLE))
    assert sorted(provider.taken().values()) == [1] * PEOPLE


def test_a_provider_that_cannot_be_asked_holds_it_until_the_borrower_says_so(
    two: Two, book: Callable[..., Path], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TwilioStandin(clock) as server:
        for name, value in of_twilio(server).settings.items():
            monkeypatch.setenv(name, value)
        two.plan(of_twilio(server), book)
        two.back_up()
        two.restore()
        server.stop()
        asked = two.on_second("sync")
        assert asked.exit_code == 3
        assert "kit sync --nothing-by twilio" in asked.stderr
        with server.again():
            assert two.on_second("send", "--yes", str(PEOPLE)).exit_code == 1
            assert server.requests["create"] == 0
        server.stop()
        two.ask("--nothing-by", "twilio")
        with server.again():
            assert two.on_second("send", "--yes", str(PEOPLE)).exit_code == 3
            assert server.requests["create"] == AT_ONCE


def test_what_went_another_way_since_is_asked_for_or_needs_a_yes(
    two: Two, book: Callable[..., Path], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AndroidPhone(clock) as android, TwilioStandin(clock) as server:
        by_phone = Provider("phone", lambda: pytest.fail("nobody is sent anything"))
        two.plan(by_phone, book)
        two.back_up()
        for one in (of_android(android), of_twilio(server)):
            for name, value in one.settings.items():
                monkeypatch.setenv(name, value)
        two.replan(of_twilio(server))
        two.kit("send", "--yes", str(PEOPLE))
        two.restore()
        two.replan(of_android(android), **two.second)

        asked = two.on_second("sync")  # Twilio too, which no plan here has ever named
        assert f"written down now: {AT_ONCE}." in asked.stdout
        assert "another phone" in asked.stderr
        assert two.on_second("send", "--yes", str(PEOPLE)).exit_code == 1
        assert two.ask().exit_code == 0
        two.on_second("send", "--yes", str(PEOPLE))
        assert android.texts
        assert {text.to for text in android.texts.values()}.isdisjoint(of_twilio(server).taken())


def test_who_answered_the_other_ones_mail_wants_no_more_here_either(
    two: Two, book: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = (
        b"From: n1@example.com\r\nTo: me@example.com\r\nSubject: Re: hi\r\n"
        b"Date: Sat, 21 Nov 2026 02:00:00 +0000\r\nMessage-ID: <1@phone>\r\n"
        b"In-Reply-To: <6ba7b810-9dad-51d1-80b4-00c04fd430c8@example.com>\r\n\r\nSTOP"
    )
    mailbox = Mailbox(stop)
    for name, value in MAIL.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KIT_IMAP_URL", f"imap://me%40example.com:secret@127.0.0.1:{mailbox.port}")
    two.plan(Provider("email", lambda: pytest.fail("nobody is sent anything")), book)
    two.back_up()
    two.restore()

    two.on_second("sync")
    mailbox.stop()
    for name, value in two.second.items():
        monkeypatch.setenv(name, value)
    with contextlib.closing(open_store(load(), no_passphrase)) as store:
        wanted = [Email(f"n{n}@example.com") for n in range(PEOPLE)]
        assert store.ledger.opted_out(wanted) == {wanted[1]: Meaning.OPT_OUT}


@pytest.mark.parametrize("channel", ["phone", "page", "email"])
def test_where_nobody_can_be_asked_the_borrower_is(
    two: Two, book: Callable[..., Path], clock: Clock, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    for name, value in MAIL.items():
        monkeypatch.setenv(name, value)
    two.plan(Provider(channel, lambda: pytest.fail("nobody is sent anything")), book)
    two.back_up()
    two.restore()
    for name, value in two.second.items():
        monkeypatch.setenv(name, value)

    asked = two.kit("sync", "--json")
    assert json.loads(asked.stdout.splitlines()[-1])["summary"]["held_by"] == [channel, "another"]
    with two.open_second(clock) as store:
        plan = store.current_plan()
        assert {way(store, plan, m, clock()) for m in plan.messages} == {Why.RESTORED}
        outcome = deliver(store, plan, plan.messages[0], {channel: PhoneChannel(clock)})
        assert outcome.why is Why.RESTORED
        assert progress.left_out(store, plan) == 0
        place = two.folder / "page.html" if channel == "page" else None
        with pytest.raises(RestoredError), running.run(store, plan, PEOPLE, place):
            pytest.fail("it runs")
    two.kit("told", "n0")
    assert two.kit("sync", "--nothing-by", channel).exit_code == 3
    assert two.kit("sync", "--nothing-by", "another").exit_code == 0
    with two.open_second(clock) as store:
        assert restored.held_by(store) == []
        found = [way(store, plan, m, clock()) for m in plan.messages]
    assert found.count(Why.TOLD) == 1
    assert Why.RESTORED not in found


def test_a_text_in_the_hands_of_the_borrower_is_not_shown_again_either(
    two: Two, book: Callable[..., Path], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.plan(Provider("phone", lambda: pytest.fail("nobody is sent anything")), book)
    with contextlib.closing(open_store(load(), no_passphrase, clock)) as first:
        plan = first.current_plan()
        next(handing.handing_over(first, plan))
    two.back_up()
    two.restore()
    for name, value in two.second.items():
        monkeypatch.setenv(name, value)

    with two.open_second(clock) as store:
        (held,) = handing.held(store, plan)
        assert not held.may_go
        assert paging.page(store, plan, Words("en"), "en")[1] == 0
        handing.answer(store, held, Answer.SENT)
        assert hearing.nothing_by(store, ["phone", "another"]) == []
        assert not list(handing.held(store, plan))


def test_a_rehearsal_needs_to_ask_and_nobodys_word(
    two: Two, book: Callable[..., Path], tmp_path: Path
) -> None:
    assert two.kit("import", book(card("n0", "13800000001"))).exit_code == 0
    two.kit("choose", "--everyone-else")
    two.kit("plan", "--via", "outbox", "--from", "小明")
    two.back_up()
    two.restore()
    out = str(tmp_path / "out")

    assert two.on_second("send", "--to", out, "--yes", "1").exit_code == 1
    assert two.on_second("sync").exit_code == 0
    assert two.on_second("send", "--to", out, "--yes", "1").exit_code == 0


def test_what_the_other_one_could_not_deliver_goes_to_the_next_address(
    two: Two, clock: Clock, book: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with TwilioStandin(clock) as server:
        for name, value in {**of_twilio(server).settings, "KIT_SETTLE_S": "0"}.items():
            monkeypatch.setenv(name, value)
        two.kit("import", book(card("n0", "13800000001", "13800000002")))
        two.kit("choose", "--everyone-else")
        two.replan(of_twilio(server))
        two.back_up()
        two.kit("send", "--yes", "1")
        server.deliver(server.messages[0]["sid"], "undelivered", 30006)
        two.restore()

        two.ask()
        two.on_second("send", "--yes", "1")
        assert [message["to"] for message in server.messages] == [
            "+8613800000001",
            "+8613800000002",
        ]


def test_a_store_that_is_nobodys_copy_is_never_held(store: Store) -> None:
    assert restored.held_by(store) == []
    hearing.nothing_by(store, ["phone"])
    assert hearing.sync(store).known is None
    assert store.copies.ever_asked() == set()
