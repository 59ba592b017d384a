"""What the cases of a clinic share: the pace of a sender, and who wants no more of it."""

from __future__ import annotations

import contextlib
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from clinic_line import SENDER, Line, people, planned
from conftest import Clock
from contracts.ledger import NOW, LedgerContract, message, plan, way
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.actions import hearing, planning, tracking
from kit.actions.delivery import Why, deliver
from kit.actions.senders import senders
from kit.actions.store import now, open_store, rest
from kit.actions.unlocking import Nobody
from kit.connector.database_clock import DatabaseClock
from kit.errors import DatabaseGoneError, HeldError, PaceError, StoreUnusableError
from kit.model import (
    E164,
    Fault,
    Meaning,
    Receipt,
    Reply,
    SkipReason,
    Status,
)
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from postgres import Database

    from kit.actions.cases import Clinic
    from kit.actions.store import Store
    from kit.ledger import Ledger
    from kit.model import Case

    Opens = Callable[..., Store]

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
ANOTHER = {"KIT_TWILIO_SENDER": "+12025550101"}
PHONE = {"KIT_ANDROID_URL": "http://127.0.0.1:9", "KIT_ANDROID_USER": "u"}
FIRST = E164("+8613800000001")


def most_within(span: timedelta, moments: Sequence[datetime]) -> int:
    return max(sum(begin <= at < begin + span for at in moments) for begin in moments)


class TestLedgerWithASharedSender(LedgerContract):
    @pytest.fixture
    def store(self, a_case: Case, clock: Clock) -> Iterator[Store]:
        yield from opened(a_case, clock)

    @pytest.fixture
    def ledger(self, store: Store) -> Ledger:
        return store.ledger

    @pytest.fixture
    def other(self, a_case: Case, clock: Clock) -> Iterator[Ledger]:
        yield from (store.ledger for store in opened(a_case, clock))


def opened(case: Case, clock: Clock) -> Iterator[Store]:
    environment = {**os.environ, **SENDER, "KIT_CASE": case.id}
    with contextlib.closing(open_store(load(environment), Nobody(), clock, clock.rest)) as store:
        yield store


def test_two_cases_take_their_slots_of_one_line(case_store: Opens) -> None:
    one, other = case_store(**SENDER).ledger, case_store(**SENDER).ledger
    slots = [ledger.reserve("twilio", NOW, SECOND)[0] for ledger in (one, other, one)]

    assert slots == [NOW, NOW + SECOND, NOW + 2 * SECOND]


def test_another_number_of_the_clinic_has_a_line_of_its_own(case_store: Opens) -> None:
    one = case_store(**SENDER).ledger
    other = case_store(**{**SENDER, "KIT_TWILIO_SENDER": "+12025550101"}).ledger

    assert {ledger.reserve("twilio", NOW, SECOND)[0] for ledger in (one, other)} == {NOW}


def test_what_is_pressed_by_hand_goes_by_each_borrowers_own_number(case_store: Opens) -> None:
    one, other = case_store().ledger, case_store().ledger
    one.hold("phone", NOW, NOW + HOUR)

    assert (one.held_until("phone", NOW), other.held_until("phone", NOW)) == (NOW + HOUR, NOW)


def test_a_provider_that_asks_to_wait_is_left_alone_by_every_case(case_store: Opens) -> None:
    one, other = case_store(**SENDER), case_store(**SENDER)
    frozen, at = planned(other), other.clock()
    one.ledger.hold("twilio", at, at + HOUR)
    one.ledger.pause("twilio", at, paused=True)

    assert other.ledger.is_paused("twilio")
    with pytest.raises(HeldError):
        deliver(other, frozen, frozen.messages[0], {"twilio": Line()})


def test_a_phone_of_the_clinic_keeps_the_caps_of_an_hour_and_of_segments_over_all_cases(
    case_store: Opens, clock: Clock
) -> None:
    stores = [case_store(**PHONE) for _ in range(3)]
    plans = [planned(store, 10, "android") for store in stores]
    line, went = Line(clock), 0
    for n in range(10):
        for store, frozen in zip(stores, plans, strict=True):
            while went == len(line.to):
                with contextlib.suppress(PaceError):
                    deliver(store, frozen, frozen.messages[n], {"android": line})
                clock.go(minutes=went == len(line.to))
            went += 1

    assert most_within(HOUR, line.came_at) == 20
    assert most_within(HOUR / 2, line.came_at) == 24 // plans[0].messages[0].segments
    assert line.came_at[-1] - line.came_at[0] < timedelta(minutes=65)


def test_what_was_not_taken_counts_in_no_case_and_what_is_by_hand_only_in_its_own(
    case_store: Opens,
) -> None:
    one, other = case_store(), case_store()
    by_phone, by_android = message(1), message(2, channel="android")
    for store in (one, other):
        store.ledger.open_notice("notice", NOW, rehearsal=False)
        store.ledger.freeze(plan(by_phone, by_android))
    first = one.ledger.claim(plan(by_phone, by_android), by_android, way(by_android), NOW)
    one.ledger.claim(plan(by_phone, by_android), by_phone, way(by_phone), NOW)
    span = (NOW - HOUR, NOW + HOUR)

    own = ["android", "phone"]
    assert len(one.ledger.gone_since(own, *span, "android")) == 2
    assert len(other.ledger.gone_since(own, *span, "android")) == 1
    assert other.ledger.gone_since(own, *span, "phone") == []
    assert first is not None
    one.ledger.record(first.id, Receipt(status=Status.PLANNED, at=NOW))
    assert other.ledger.gone_since(own, *span, "android") == []
    assert other.ledger.claimed_between("android", *span) == [NOW]
    one.ledger.record(first.id, Receipt(status=Status.DELIVERED, at=NOW))
    assert len(other.ledger.gone_since(own, *span, "android")) == 1


def test_many_cases_at_once_never_pass_the_pace_of_their_sender(case_store: Opens) -> None:
    per_second, line = 20, Line()
    stores = [replace(case_store(**SENDER), clock=now, rest=rest) for _ in range(4)]
    plans = [planned(store, 10, max_per_second=per_second) for store in stores]

    def send(n: int) -> list[object]:
        return [deliver(stores[n], plans[n], m, {"twilio": line}) for m in plans[n].messages]

    began = now()
    with ThreadPoolExecutor(len(stores)) as pool:
        assert sum(map(len, pool.map(send, range(len(stores))))) == 40
    claims = stores[0].ledger.claimed_between("twilio", began, now())

    assert len(line.to) == len(claims) == 40
    assert most_within(SECOND, claims) <= per_second


def test_of_the_pace_of_a_shared_sender_nearly_all_is_used(case_store: Opens, clock: Clock) -> None:
    per_second, line = 10, Line(clock)
    stores = [case_store(**SENDER) for _ in range(3)]
    plans = [planned(store, 16, max_per_second=per_second) for store in stores]
    for n in range(16):
        for store, frozen in zip(stores, plans, strict=True):
            deliver(store, frozen, frozen.messages[n], {"twilio": line})

    assert len(line.to) == 48
    assert most_within(SECOND, line.came_at) <= per_second
    assert 47 / (line.came_at[-1] - line.came_at[0]).total_seconds() >= 0.95 * per_second


def test_a_borrower_who_wants_it_slower_is_not_hurried_by_others(
    case_store: Opens, clock: Clock
) -> None:
    quick, slow, line = case_store(**SENDER), case_store(**SENDER), Line(clock)
    quickly, slowly = planned(quick, 20, max_per_second=10), planned(slow, 2, max_per_second=1)
    for one in quickly.messages[:10]:
        deliver(quick, quickly, one, {"twilio": line})
    for one in slowly.messages:
        deliver(slow, slowly, one, {"twilio": line})

    assert line.came_at[-1] - line.came_at[-2] >= SECOND
    assert line.came_at[-2] - line.came_at[-3] >= SECOND


def test_who_wants_no_more_of_the_clinics_number_gets_nothing_in_any_case(
    case_store: Opens, clock: Clock
) -> None:
    one, other = case_store(**SENDER), case_store(**SENDER)
    plans, line = [planned(one, 2), planned(other, 2)], Line(clock, fault=Fault.OPT_OUT)
    deliver(one, plans[0], plans[0].messages[0], {"twilio": line})
    line.fault = None
    said = [deliver(other, plans[1], m, {"twilio": line}) for m in plans[1].messages]

    assert [outcome.why for outcome in said] == [Why.UNWANTED, None]
    assert [c.id for c in tracking.overview(other).opted_out] == [people(1)[0].id]
    assert planned(other, 2).skips[0].reason is SkipReason.OPTED_OUT
    assert other.ledger.tries(plans[1].messages[0].id) == []
    assert other.book.contact(people(1)[0].id) == people(1)[0]


def test_a_reply_that_wants_no_more_holds_for_the_address_that_wrote_it(
    case_store: Opens, clock: Clock
) -> None:
    one, other = case_store(**SENDER), case_store(**SENDER)
    second = E164("+8613800000002")
    one.book.save([replace(people(1)[0], numbers=(FIRST, second))])
    notice = planning.notice(one, rehearsal=False)
    reply = Reply(channel="twilio", provider_id="SM1", sender=FIRST, text="退订", at=clock())
    hearing._hear(one, notice, reply)  # noqa: SLF001 (as `listen` does for each)

    assert one.ledger.opted_out([FIRST, second]) == dict.fromkeys((FIRST, second), Meaning.OPT_OUT)
    assert other.ledger.opted_out([FIRST, second]) == {FIRST: Meaning.OPT_OUT}


def test_what_is_said_in_person_or_to_a_borrowers_own_number_stays_in_its_case(
    case_store: Opens, clock: Clock
) -> None:
    one, other = case_store(**SENDER), case_store(**SENDER)
    planned(one, 2)
    hearing.stop(one, FIRST)
    second = people(2)[1].numbers[0]
    one.ledger.opt_out([second], Meaning.OPT_OUT, "phone", clock(), [second])

    assert len(one.ledger.opted_out([FIRST, second])) == 2
    assert other.ledger.opted_out([FIRST, second]) == {}


def test_a_wrong_number_in_one_case_is_nobodys_in_another(case_store: Opens) -> None:
    one, other = case_store(**SENDER), case_store(**SENDER)
    one.ledger.opt_out([FIRST], Meaning.WRONG_PERSON, "twilio", NOW)

    assert other.ledger.opted_out([FIRST]) == {}


def test_one_number_in_two_books_gets_one_notice_from_each(case_store: Opens, clock: Clock) -> None:
    stores, line = [case_store(**SENDER), case_store(**SENDER)], Line(clock)
    for store in stores:
        frozen = planned(store)
        for _ in range(2):
            deliver(store, frozen, frozen.messages[0], {"twilio": line})

    assert line.to == [FIRST, FIRST]


def test_an_opt_out_of_the_clinic_cannot_be_taken_back_and_says_nothing(
    case_store: Opens, database: Database
) -> None:
    store = case_store(**SENDER)
    store.ledger.opt_out([FIRST], Meaning.OPT_OUT, "twilio", NOW, [FIRST])
    connection = store._connection  # noqa: SLF001 (as somebody who meddles would)
    for sql in ("DELETE FROM clinic_opt_out", "UPDATE clinic_opt_out SET hash = ''"):
        with pytest.raises(StoreUnusableError), connection.writing():
            connection.write(sql, {})
    (row,) = connection.rows("SELECT * FROM clinic_opt_out")

    assert set(row) == {"hash", "at"}
    assert row["hash"] != hashlib.sha256(FIRST.encode()).hexdigest()
    assert FIRST.lstrip("+") not in str(row)
    assert database.name


#: What may happen to either case; a step is a case, an address, and what is done.
STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 1]),
        st.sampled_from([one.numbers[0] for one in people(3)]),
        st.sampled_from(["heard", "in person", "wrong"]),
    ),
    max_size=6,
)


@given(steps=STEPS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_case_learns_only_what_was_said_to_the_clinics_own_sender(
    case_store: Opens, steps: list[tuple[int, E164, str]]
) -> None:
    ledgers = [case_store(**ANOTHER).ledger, case_store(**ANOTHER).ledger]
    everywhere = [one.numbers[0] for one in people(3)]
    known = set(ledgers[0].opted_out(everywhere))
    own: list[set[E164]] = [set(), set()]
    for case, address, done in steps:
        meaning = Meaning.WRONG_PERSON if done == "wrong" else Meaning.OPT_OUT
        by = "borrower" if done == "in person" else "twilio"
        ledgers[case].opt_out([address], meaning, by, NOW, [address] * (done != "wrong"))
        own[case].add(address)
        known |= {address} if done == "heard" else set()

    for ledger, said in zip(ledgers, own, strict=True):
        assert set(ledger.opted_out(everywhere)) == known | said


@pytest.mark.parametrize("ahead", [timedelta(minutes=-7), timedelta(minutes=7)])
def test_a_machine_whose_clock_is_minutes_apart_goes_by_the_databases(ahead: timedelta) -> None:
    here = Clock()

    def seconds() -> float:
        return here().timestamp()

    clock = DatabaseClock(lambda: here() + ahead, seconds, seconds)
    here.go(seconds=5)

    assert clock() == here() + ahead


def test_a_clock_that_was_set_is_noticed_and_one_that_is_not_answered_goes_on() -> None:
    there, here, counted = Clock(), Clock(), Clock()
    answers = iter([there, there])

    def ask() -> datetime:
        if (answer := next(answers, None)) is None:
            raise DatabaseGoneError
        return answer()

    clock = DatabaseClock(ask, lambda: counted().timestamp(), lambda: here().timestamp())
    began = there()
    here.go(hours=1)  # it was set, or slept without counting
    there.go(minutes=2)
    assert clock() == began + timedelta(minutes=2)
    counted.go(minutes=1)
    here.go(minutes=1)
    assert clock() == began + timedelta(minutes=3)


def test_a_store_of_a_case_goes_by_the_databases_clock(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIT_CASE", clinic.new("小明").id)
    store = open_store(load(), Nobody())
    apart = abs(store.clock() - now())
    store.close()

    assert isinstance(store.clock, DatabaseClock)
    assert apart < timedelta(seconds=30)


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ({"KIT_SMTP_URL": "smtps://a:x@h"}, {"KIT_SMTP_URL": "smtps://a:y@h"}, True),
        ({"KIT_EMAIL_FROM": "A@example.org"}, {"KIT_EMAIL_FROM": "a@example.org"}, True),
        ({"KIT_SMTP_URL": "smtps://a:x@h"}, {"KIT_SMTP_URL": "smtps://b:x@h"}, False),
        ({"KIT_ANDROID_URL": "http://h/"}, {"KIT_ANDROID_URL": "http://h"}, True),
        ({"KIT_ANDROID_DEVICE": "1"}, {"KIT_ANDROID_DEVICE": "2"}, False),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, {"TWILIO_ACCOUNT_SID": "AC2"}, False),
        ({"TWILIO_AUTH_TOKEN": "1"}, {"TWILIO_AUTH_TOKEN": "2"}, True),
    ],
)
def test_a_sender_is_an_account_and_its_number_and_no_secret(
    one: dict[str, str], other: dict[str, str], *, are_one: bool
) -> None:
    assert (senders(load(one)) == senders(load(other))) is are_one
