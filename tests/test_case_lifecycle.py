"""A case is paused, goes on, and is closed: what it refuses, and that it does so at once."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import pytest
from clinic_line import SENDER, Line, people, planned
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.actions import hearing, planning, running
from kit.actions.delivery import deliver
from kit.errors import CaseClosedError, CaseMissingError, CasePausedError
from kit.model import Meaning, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Clock, Kit
    from postgres import Database

    from kit.actions.cases import Clinic
    from kit.actions.store import Store
    from kit.model import Attempt, Receipt

    Opens = Callable[..., Store]


@dataclass
class Stopping(Line):
    """Somebody does something to the case when the third text comes."""

    then: Callable[[], object] = lambda: None

    def send(self, attempt: Attempt) -> Receipt:
        if len(self.to) == 2:
            self.then()
        return super().send(attempt)


def test_a_case_that_is_closed_while_sending_stops_at_once(
    case_store: Opens, clinic: Clinic, clock: Clock
) -> None:
    store = case_store(**SENDER)
    frozen = planned(store, 6)
    line = Stopping(clock, then=lambda: clinic.close(store.settings.case))
    for message in frozen.messages[:3]:
        deliver(store, frozen, message, {"twilio": line})
    with pytest.raises(CaseClosedError):
        deliver(store, frozen, frozen.messages[3], {"twilio": line})

    assert len(line.to) == 3
    assert set(store.ledger.statuses(frozen.notice_id).values()) == {Status.ACCEPTED}


def test_when_the_closing_is_done_nobody_claims_any_more(
    case_store: Opens, clinic: Clinic, clock: Clock
) -> None:
    store, line = case_store(**SENDER), Line(clock)
    frozen = planned(store, 30)
    again = [case_store(clinic.case(store.settings.case), **SENDER) for _ in range(3)]
    begun = threading.Event()

    def send(n: int) -> int:
        for position in count(n, 3):
            try:
                deliver(again[n], frozen, frozen.messages[position], {"twilio": line})
            except CaseClosedError:
                return position
            begun.set()
        raise AssertionError

    with ThreadPoolExecutor(3) as pool:
        threads = [pool.submit(send, n) for n in range(3)]
        assert begun.wait(60)
        clinic.close(store.settings.case)
        claimed = len(store.ledger.statuses(frozen.notice_id))
        assert [one.result() for one in threads]

    assert 0 < claimed < 30
    assert len(store.ledger.statuses(frozen.notice_id)) == claimed == len(line.to)


def test_who_closes_waits_until_what_is_being_claimed_is_claimed(
    case_store: Opens, clinic: Clinic
) -> None:
    store, done = case_store(), threading.Event()

    def close() -> None:
        clinic.close(store.settings.case)
        done.set()

    thread = threading.Thread(target=close)
    with store.changing():
        store.check_case()
        thread.start()
        assert not done.wait(0.3)
    thread.join(60)

    assert done.is_set()
    with pytest.raises(CaseClosedError):
        store.check_case()


def test_a_paused_case_takes_no_slot_of_the_sender_and_goes_on_where_it_was(
    case_store: Opens, clinic: Clinic, clock: Clock
) -> None:
    store, line = case_store(**SENDER), Line(clock)
    frozen = planned(store, 2)
    clinic.pause(store.settings.case, paused=True)
    for message in frozen.messages:
        with pytest.raises(CasePausedError):
            deliver(store, frozen, message, {"twilio": line})
    clinic.pause(store.settings.case, paused=False)
    for message in frozen.messages:
        deliver(store, frozen, message, {"twilio": line})

    assert line.came_at[0] == frozen.frozen_at
    assert line.to == [message.recipient for message in frozen.messages]


def test_a_pause_holds_up_no_other_case(case_store: Opens, clinic: Clinic, clock: Clock) -> None:
    paused, other = case_store(**SENDER), case_store(**SENDER)
    frozen = planned(other)
    clinic.pause(paused.settings.case, paused=True)

    assert deliver(other, frozen, frozen.messages[0], {"twilio": Line(clock)}).receipt


def test_a_closed_case_plans_nothing_and_is_still_heard(case_store: Opens, clinic: Clinic) -> None:
    store = case_store()
    frozen = planned(store, 2, "phone")
    clinic.close(store.settings.case)
    with pytest.raises(CaseClosedError):
        planning.freeze_plan(store, planning.Request(channel="phone", sender="小明"))
    with pytest.raises(CaseClosedError), running.run(store, frozen, 2):
        pass
    hearing.stop(store, people(1)[0].numbers[0])

    assert store.ledger.opted_out(people(1)[0].numbers).popitem()[1] is Meaning.OPT_OUT
    assert store.current_plan() == frozen


def test_a_paused_case_is_planned_and_not_begun(case_store: Opens, clinic: Clinic) -> None:
    store = case_store()
    clinic.pause(store.settings.case, paused=True)
    frozen = planned(store, 2, "phone")
    with pytest.raises(CasePausedError), running.run(store, frozen, 2):
        pass


def test_a_store_on_ones_own_computer_is_of_no_case(store: Store) -> None:
    store.check_case()


def test_a_case_that_is_gone_from_the_database_sends_nothing(
    case_store: Opens, database: Database
) -> None:
    store = case_store()
    database.run("UPDATE kit.clinic_case SET closed_at = opened_at", "DELETE FROM kit.clinic_case")
    with pytest.raises(CaseMissingError):
        store.check_case()


def test_what_is_not_there_and_what_is_closed_cannot_be_paused(clinic: Clinic) -> None:
    closed = clinic.close(clinic.new("小明").id)
    for paused in (True, False):
        with pytest.raises(CaseClosedError):
            clinic.pause(closed.id, paused=paused)
    again = clinic.close(closed.id)
    for id_ in ("", "x", "0" * 8 + "-0000-0000-0000-" + "0" * 12):
        with pytest.raises(CaseMissingError):
            clinic.close(id_)
        with pytest.raises(CaseMissingError):
            clinic.pause(id_, paused=True)

    assert closed.closed_at is not None
    assert again == closed


@given(steps=st.lists(st.sampled_from(["pause", "resume", "close", "send"]), max_size=8))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_done_to_a_case_it_sends_only_while_it_is_open(
    case_store: Opens, clinic: Clinic, clock: Clock, steps: list[str]
) -> None:
    store, line = case_store(**SENDER), Line(clock)
    frozen = planned(store, 8)
    left, is_open, is_closed = iter(frozen.messages), True, False
    for step in steps:
        sent = len(line.to)
        refusal = CaseClosedError if is_closed else CasePausedError
        with contextlib.suppress(refusal):
            if step == "send":
                deliver(store, frozen, next(left), {"twilio": line})
            elif step == "close":
                clinic.close(store.settings.case)
            else:
                clinic.pause(store.settings.case, paused=step == "pause")
        is_closed = is_closed or step == "close"
        is_open = not is_closed and (step == "resume" or (is_open and step != "pause"))
        assert len(line.to) - sent == (step == "send" and is_open)


def test_the_commands_work_on_the_case_that_is_said_or_set(
    kit: Kit, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = clinic.new("小明"), clinic.new("小红")
    monkeypatch.setenv("KIT_CASE", one.id)
    assert kit("case", "pause").exit_code == 0
    assert kit("case", "pause", other.id).exit_code == 0
    assert kit("case", "resume").exit_code == 0
    assert kit("case", "close", other.id).exit_code == 0
    refused = kit("case", "resume", other.id)
    missing = kit("case", "close", "nobody")

    (there,) = [case for case in clinic.cases.all() if case.id == one.id]
    assert (there.paused, there.closed_at) == (False, None)
    assert clinic.case(other.id).closed_at is not None
    assert (refused.exit_code, missing.exit_code) == (1, 1)
    assert "This case is closed" in refused.stderr
    assert "小" not in refused.output + missing.output
    assert f"{other.id}  小红  closed\n" in kit("case", "list").stdout


def test_a_case_has_a_name_and_a_database(
    kit: Kit, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    nameless = kit("case", "new", "  ")
    monkeypatch.setenv("KIT_CASE", clinic.new("小明").id)
    monkeypatch.delenv("KIT_DATABASE_URL")
    nowhere = kit("status")

    assert (nameless.exit_code, "A case needs a name" in nameless.stderr) == (1, True)
    assert (nowhere.exit_code, "no database is set" in nowhere.stderr) == (1, True)
    assert len(clinic.cases.all()) == 1
