from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from conftest import card, no_passphrase
from hard import AMERICAN, MANY, Hard, objects, people, replan, skipped, statuses
from standins.android import PASSWORD, USER, AndroidPhone
from standins.twilio import ACCOUNT, NUMBER, TOKEN, TwilioStandin

from kit.actions import delivery, planning, progress, running
from kit.actions.planning import Request
from kit.actions.store import Store, open_store
from kit.errors import QuietHoursError
from kit.model import E164, Contact, Group, Receipt, Status, Tone
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result
    from conftest import Clock

    from kit.model import Attempt

    Kit = Callable[..., Result]
    Book = Callable[..., object]
    Tell = Callable[..., int]

FAST = ("--max-per-second", "1000")
#: In parts, for it looks like a mobile of China.
ANYWHERE = f"+1{500}5550100"
NEW_YORK, SHANGHAI = ZoneInfo("America/New_York"), ZoneInfo("Asia/Shanghai")


@pytest.fixture
def server(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[TwilioStandin]:
    with TwilioStandin(clock) as running_:
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
        monkeypatch.setenv("KIT_TWILIO_SENDER", NUMBER)
        monkeypatch.setenv("KIT_TWILIO_BASE_URL", running_.url)
        yield running_


@pytest.fixture
def store(server: TwilioStandin, clock: Clock) -> Iterator[Store]:
    assert server.url
    opened = open_store(load(), no_passphrase, clock, clock.rest)
    yield opened
    opened.close()


def got(server: TwilioStandin) -> list[str]:
    return sorted(message["to"] for message in server.messages)


def hour_of(form: dict[str, str], at: datetime, zone: ZoneInfo) -> float:
    """By their clock, the hour at which a text may at the latest still leave the provider."""
    local = (at + timedelta(seconds=int(form["ValidityPeriod"]))).astimezone(zone)
    return local.hour + local.minute / 60


class TestHours(Hard):
    def test_at_night_send_says_when_it_goes_on(
        self, kit: Kit, tell: Tell, server: TwilioStandin, clock: Clock
    ) -> None:
        tell("twilio", people(AMERICAN), *FAST)
        sent = kit("send", "--yes", "1")

        assert (sent.exit_code, server.forms) == (3, [])
        assert "`kit send` goes on from" in sent.stderr
        assert "`kit send --wait` waits for it" in sent.stderr
        clock.now = datetime(2026, 11, 21, 8, 0, tzinfo=NEW_YORK).astimezone(UTC)
        assert kit("send", "--yes", "1").exit_code == 0
        assert got(server) == [AMERICAN]

    def test_with_wait_it_waits_for_the_morning(
        self, kit: Kit, tell: Tell, server: TwilioStandin, clock: Clock
    ) -> None:
        tell("twilio", people(AMERICAN, MANY[0]), *FAST)
        sent = kit("send", "--yes", "2", "--wait")

        assert sent.exit_code == 0
        assert sent.stderr.count("Waiting; it goes on at") == 1
        assert clock.now.astimezone(NEW_YORK).hour == 8
        assert got(server) == [AMERICAN, MANY[0]]

    @pytest.mark.usefixtures("server")
    def test_a_number_in_no_known_zone_is_left_out_and_two_zones_both_have_day(
        self, kit: Kit, tell: Tell, clock: Clock
    ) -> None:
        """+1 500 may be anywhere from Guam to Newfoundland, +1 208 is in two zones."""
        tell("twilio", people(ANYWHERE, "+12085550143"))
        assert skipped(kit, "twilio") == []
        assert skipped(kit, "twilio", "--hours", "09:00-18:00") == ["always_quiet"]
        clock.now = datetime(2026, 11, 21, 8, 30, tzinfo=ZoneInfo("America/Boise"))

        assert replan(kit, "twilio", "--hours", "08:00-18:00") == 1
        assert kit("send", "--yes", "1").exit_code == 3
        clock.go(hours=1)
        assert kit("send", "--yes", "1").exit_code == 0

    def test_what_was_not_sent_in_time_expires_and_is_planned_again(
        self, kit: Kit, tell: Tell, server: TwilioStandin, clock: Clock
    ) -> None:
        tell("twilio", people(*MANY[:2]), *FAST)
        clock.go(hours=73)
        assert statuses(kit) == ["expired"] * 2
        sent = kit("send", "--yes", "2")

        assert "Left out, because something changed since the plan: 2." in sent.stderr
        assert "everybody in this plan has been dealt with" not in sent.stdout
        assert server.forms == []
        assert "Plan again for them: kit plan" in kit("status").stdout
        assert replan(kit, "twilio", *FAST) == 2
        assert kit("send", "--yes", "2").exit_code == 0
        assert got(server) == MANY[:2]


def planned(store: Store, *numbers: str, hours: str = "08:00-21:00") -> int:
    store.book.save(
        [Contact(id=number, numbers=(E164(number),), group=Group.EVERYONE) for number in numbers]
    )
    wishes = Request(sender="小明", channel="twilio", hours=hours, max_per_second=1000)
    return len(planning.freeze_plan(store, wishes).messages)


def test_a_laptop_that_slept_over_the_evening_sends_nothing_at_night(
    store: Store, server: TwilioStandin, clock: Clock
) -> None:
    count = planned(store, *MANY[:40])
    plan = store.current_plan()

    def lid_closed_after_the_first(run: running.Run) -> None:
        for _ in run.sending():
            clock.now = datetime(2026, 11, 21, 23, 0, tzinfo=SHANGHAI).astimezone(UTC)

    with running.run(store, plan, count) as run, pytest.raises(QuietHoursError) as raised:
        lid_closed_after_the_first(run)

    assert len(server.messages) <= 9  # what the threads had taken before
    morning = datetime(2026, 11, 22, 8, 0, tzinfo=SHANGHAI)
    assert raised.value.facts["at"] == morning
    assert progress.to_go(store, plan) == count - len(server.messages)


@pytest.mark.parametrize("hours", [-30, -5, 20, 24 * 2 + 12])
def test_a_clock_that_jumps_never_sends_at_night_nor_twice(
    store: Store, server: TwilioStandin, clock: Clock, hours: float
) -> None:
    count = planned(store, *MANY[:20])
    plan = store.current_plan()
    for _ in range(6):
        try:
            with running.run(store, plan, count) as run:
                for step in run.sending():
                    assert isinstance(step, delivery.Outcome)
                    if len(server.messages) < 12:
                        break
        except QuietHoursError:
            assert not 8 <= clock.now.astimezone(SHANGHAI).hour < 21
        clock.go(hours=hours)
        hours = -hours

    assert len(set(got(server))) == len(server.messages)


@pytest.mark.parametrize("day", [datetime(2026, 11, 1), datetime(2027, 3, 14)])  # noqa: DTZ001
def test_daylight_saving_moves_the_morning_and_the_evening(
    store: Store, server: TwilioStandin, clock: Clock, day: datetime
) -> None:
    """The clocks of New York change at two o'clock in that night."""
    clock.now = (day - timedelta(hours=1)).replace(tzinfo=NEW_YORK).astimezone(UTC)
    count = planned(store, AMERICAN)
    with running.run(store, store.current_plan(), count) as run:
        list(run.sending(waits=True))

    sent_at = clock.now.astimezone(NEW_YORK)
    assert (sent_at.date(), sent_at.hour, sent_at.minute) == (day.date(), 8, 0)
    clock.now = day.replace(hour=20, tzinfo=NEW_YORK).astimezone(UTC)
    planned(store, "+12125550150")
    with running.run(store, store.current_plan(), 1) as run:
        list(run.sending())
    assert 20.9 < hour_of(server.forms[-1], clock.now, NEW_YORK) < 21
    clock.now = day.replace(hour=21, tzinfo=NEW_YORK).astimezone(UTC)
    planned(store, "+12125550151")
    with running.run(store, store.current_plan(), 1) as run, pytest.raises(QuietHoursError):
        list(run.sending())


class Recording:
    """A channel that would send; it only notes to whom."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.sent: list[str] = []

    def send(self, attempt: Attempt) -> Receipt:
        self.sent.append(attempt.recipient)
        return Receipt(status=Status.ACCEPTED, at=self.clock())


def test_a_plan_for_a_stand_in_sends_nothing_to_the_real_provider(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither to invented numbers nor, were they real, to a country whose rules bar it."""
    count = planned(store, MANY[0], AMERICAN, "+447700900001", hours="00:00-24:00")
    plan = store.current_plan()
    monkeypatch.setenv("KIT_TWILIO_BASE_URL", "")
    real = open_store(load(), no_passphrase, clock, clock.rest)
    channel = Recording(clock)
    for invented in (True, False):
        monkeypatch.setattr("kit.phone.is_invented", lambda _, so=invented: so)
        for message in plan.messages:
            delivery.deliver(real, plan, message, {"twilio": channel})  # type: ignore[dict-item]
    real.close()

    assert count == 3
    assert {message.tone for message in plan.messages} == {Tone.NEUTRAL}
    assert channel.sent == ["+447700900001"]


class TestPhoneOffline(Hard):
    @pytest.fixture
    def phone(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[AndroidPhone]:
        with AndroidPhone(clock) as running_:
            monkeypatch.setenv("KIT_ANDROID_URL", running_.url)
            monkeypatch.setenv("KIT_ANDROID_USER", USER)
            monkeypatch.setenv("KIT_ANDROID_PASSWORD", PASSWORD)
            yield running_

    def test_a_phone_that_is_offline_for_a_day_texts_each_once_in_the_end(
        self, kit: Kit, tell: Tell, phone: AndroidPhone, clock: Clock
    ) -> None:
        phone.online = False
        tell("android", people(*MANY[:3]))
        assert kit("send", "--yes", "3").exit_code == 0
        clock.go(hours=24)
        phone.work()  # its time is over
        phone.online = True
        assert kit("sync").exit_code == 0
        assert statuses(kit) == ["undelivered"] * 3
        assert {row["code"] for row in objects(kit("status", "--json"))} == {"TTL expired"}
        clock.go(minutes=31)
        assert kit("send", "--yes", "3").exit_code == 0
        phone.work()
        kit("sync")
        kit("send", "--yes", "3")
        phone.work()

        assert sorted(phone.texts[id_].to for id_ in phone.left) == MANY[:3]

    def test_a_second_day_offline_is_not_hidden(
        self, kit: Kit, tell: Tell, phone: AndroidPhone, clock: Clock
    ) -> None:
        phone.online = False
        tell("android", people(MANY[0]))
        for _ in range(3):
            kit("send", "--yes", "1")
            clock.go(hours=24)
            phone.work()
            kit("sync")
        again = kit("send", "--yes", "1")

        assert again.exit_code == 3
        assert "Refused or not delivered: 1." in again.stdout
        assert kit("retry", "friend0").exit_code == 0
        assert phone.left == []

    def test_wrong_credentials_and_a_page_of_somebody_else_are_named(
        self, kit: Kit, tell: Tell, phone: AndroidPhone
    ) -> None:
        tell("android", people(MANY[0]))
        wrong = kit("send", "--yes", "1", KIT_ANDROID_PASSWORD="no")
        assert wrong.exit_code == 1
        assert "The phone does not accept this user name and password." in wrong.stderr
        phone.faults = {"GET /devices": "html", "GET /device": "html"}
        assert "is not SMSGate, or has no phone." in kit("send", "--yes", "1").stderr

        assert (phone.texts, statuses(kit)) == ({}, ["planned"])

    def test_a_reply_that_the_phone_lists_three_times_is_one(
        self, kit: Kit, tell: Tell, phone: AndroidPhone, book: Book
    ) -> None:
        phone.at_once = True
        tell("android", people(*MANY[:2]))
        kit("send", "--yes", "2")
        phone.hear(MANY[0], "退订🙏", times=3)
        phone.hear("+12125550199", "谁啊")  # private: nobody who was told
        phone.hear("+12125550198", "T")  # somebody told may have two telephones
        kit("sync")
        kit("sync")

        heard = objects(kit("replies", "--json"))
        assert [(reply["meaning"], bool(reply["contact_id"])) for reply in heard] == [
            ("opt_out", True)
        ]
        kit("import", book(card("second telephone", "+12125550198")))
        kit("choose", "--everyone-else")
        assert (replan(kit, "android"), skipped(kit, "android").count("opted_out")) == (0, 2)
