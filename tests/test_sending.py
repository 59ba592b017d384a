from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from shop import opened, person, plan, plan_and_send, send, statuses
from standins.twilio import TwilioStandin
from twilio_account import settings

from kit.actions import running
from kit.actions.sending import Breaker, Waiting
from kit.errors import HeldError, PausedError, QuietHoursError, TooManyRequestsError
from kit.model import Receipt, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Clock

    from kit.actions.store import Store

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def server(clock: Clock) -> Iterator[TwilioStandin]:
    with TwilioStandin(clock) as running_:
        yield running_


@pytest.fixture
def shop(server: TwilioStandin, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """The store with its channel set up, and 30 people of one country and two of another."""
    store = opened(tmp_path / "home", clock, settings(server.url))
    numbers = [*(f"+8613800000{n:03}" for n in range(30)), "+12025550143", "+12025550144"]
    store.book.save(person(f"id{n:03}", number) for n, number in enumerate(numbers))
    yield store
    store.close()


def told(server: TwilioStandin) -> list[str]:
    return sorted(message["to"] for message in server.messages)


def test_everybody_is_told_once_by_several_threads(shop: Store, server: TwilioStandin) -> None:
    outcomes = plan_and_send(shop)

    assert len(outcomes) == len(set(told(server))) == len(told(server)) == 32
    assert set(statuses(shop)) == {Status.ACCEPTED}


def test_slots_stand_as_far_apart_as_the_pace_says(shop: Store, server: TwilioStandin) -> None:
    began = shop.clock()
    plan_and_send(shop, max_per_second=2)

    assert len(told(server)) == 32
    assert shop.clock() - began >= timedelta(seconds=31 / 2)


def test_outside_the_hours_a_run_says_when_it_goes_on(
    shop: Store, server: TwilioStandin, clock: Clock
) -> None:
    with pytest.raises(QuietHoursError) as raised:
        plan_and_send(shop, hours="08:00-21:00")  # 10:00 in Shanghai, 21:00 in Washington

    assert len(told(server)) == 30
    assert raised.value.facts == {"at": datetime(2026, 11, 21, 13, 0, tzinfo=UTC), "left": 2}
    clock.now = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
    send(shop)
    assert len(told(server)) == 32


def test_a_run_that_may_wait_waits_for_the_morning(shop: Store, server: TwilioStandin) -> None:
    plan(shop, hours="08:00-21:00")
    steps = send(shop, waits=True)

    assert len(told(server)) == 32
    assert {s.until for s in steps if isinstance(s, Waiting)} == {
        datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
    }


def test_what_lies_at_the_provider_ends_before_the_night(
    shop: Store, server: TwilioStandin, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)  # 20:30 in Shanghai
    with pytest.raises(QuietHoursError):
        plan_and_send(shop, hours="08:00-21:00")

    assert {int(form["ValidityPeriod"]) for form in server.forms} == {30 * 60 - 30}


@pytest.mark.parametrize("minute", [58, 59])
def test_nothing_begins_in_the_last_two_minutes(
    shop: Store, server: TwilioStandin, clock: Clock, minute: int
) -> None:
    clock.now = datetime(2026, 11, 21, 12, minute, 30, tzinfo=UTC)
    plan(shop, hours="08:00-21:00")
    send(shop, waits=True)

    assert shop.clock() >= datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
    assert len(told(server)) == 32


def test_a_run_that_is_asked_to_wait_waits_and_goes_on(shop: Store, server: TwilioStandin) -> None:
    server.script("*", *[{"do": "busy", "retry_after": 7}] * 3)
    began = shop.clock()
    plan_and_send(shop)

    assert len(told(server)) == 32
    assert shop.clock() - began >= timedelta(seconds=7)


def test_a_long_wait_is_said_and_not_waited_for(shop: Store, server: TwilioStandin) -> None:
    server.script("*", *[{"do": "busy", "retry_after": 1800}] * 8)
    with pytest.raises(HeldError):
        plan_and_send(shop)

    assert set(statuses(shop)) <= {Status.PLANNED, Status.ACCEPTED}


def test_a_provider_that_only_ever_asks_to_wait_ends_the_run(
    shop: Store, server: TwilioStandin
) -> None:
    server.script("*", *[{"do": "busy"}] * 400)
    with pytest.raises(TooManyRequestsError):
        plan_and_send(shop)

    assert told(server) == []
    assert set(statuses(shop)) == {Status.PLANNED}


def test_ten_refusals_in_a_row_pause_until_one_goes_through(
    shop: Store, server: TwilioStandin
) -> None:
    server.script("*", *[{"do": "refuse", "code": 21211}] * 25)
    with pytest.raises(PausedError) as raised:
        plan_and_send(shop)
    assert raised.value.facts["code"] == "21211"
    refused = statuses(shop).count(Status.REJECTED)
    server.conduct.script.clear()
    server.script("*", {"do": "refuse", "code": 30007})

    with pytest.raises(PausedError):
        send(shop)
    assert statuses(shop).count(Status.REJECTED) == refused + 1
    send(shop)
    assert statuses(shop).count(Status.ACCEPTED) == 32 - refused - 1


def test_a_fault_of_ours_in_a_thread_leaves_its_message_open_and_is_not_swallowed(
    shop: Store, server: TwilioStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "kit.channels.twilio.TwilioChannel.send", lambda *_: (_ for _ in ()).throw(KeyError)
    )
    with pytest.raises(KeyError):
        plan_and_send(shop)
    monkeypatch.undo()
    shop.clock.go(minutes=3)  # type: ignore[attr-defined]  # the clock of a test
    send(shop)

    assert len(told(server)) == 32
    assert set(statuses(shop)) == {Status.ACCEPTED}


def test_a_run_that_is_broken_off_leaves_nothing_half_done(
    shop: Store, server: TwilioStandin
) -> None:
    plan(shop)
    with running.run(shop, shop.current_plan(), 32) as run:
        steps = run.sending()
        next(steps)
        steps.close()  # type: ignore[attr-defined]  # a generator

    assert len(told(server)) == statuses(shop).count(Status.ACCEPTED) < 32
    assert Status.SENDING not in statuses(shop)
    assert threading.active_count() < 40


def receipts(text: str) -> list[Receipt]:
    known = {"x": Status.REJECTED, ".": Status.ACCEPTED, "?": Status.UNKNOWN}
    return [Receipt(status=known[one], at=NOW) for one in text]


@pytest.mark.parametrize(
    ("answers", "enough_after"),
    [
        ("." * 200, None),
        ("x" * 9 + "." + "x" * 9, None),
        ("x" * 10, 10),
        ("x" * 5 + "?" * 40 + "x" * 5, 50),
        ("..x" * 16 + "..", None),
        (".x." * 16 + ".x", 50),
        ("?" * 100, None),
    ],
)
def test_enough_is_ten_in_a_row_or_a_third_of_fifty(answers: str, enough_after: int | None) -> None:
    breaker = Breaker(tries_one=False)
    enough = [breaker.count(receipt) for receipt in receipts(answers)]

    assert (enough.index(True) + 1 if True in enough else None) == enough_after


def test_after_a_pause_one_refusal_is_enough() -> None:
    assert Breaker(tries_one=True).count(receipts("x")[0])
    assert not Breaker(tries_one=True).count(receipts(".")[0])
