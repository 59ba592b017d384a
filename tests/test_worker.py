"""Workers of a clinic: what waits is sent once, by whichever of them, whatever becomes of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import psycopg
import pytest
from conftest import bare_environment
from office import AT_ANY_HOUR, FAST, claimed, people

from kit.actions import queueing
from kit.actions.case_stores import CaseStores
from kit.actions.opening import open_channel
from kit.actions.store import rest
from kit.actions.working import Ways, Work
from kit.clinic import Queue, Watch, schema
from kit.clinic.minding import Minding
from kit.errors import KitError, PausedError, SchemaOldError, StoreTooNewError
from kit.model import Status
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from conftest import Clock
    from office import Office
    from postgres import Database
    from standins.twilio import TwilioStandin

    from kit.actions.cases import Clinic
    from kit.actions.store import Store
    from kit.clinic.minding import Voice
    from kit.model import Plan

    Kit = Callable[..., Result]


def test_send_puts_messages_in_the_queue_and_a_worker_sends_each_once(
    office: Office, twilio: TwilioStandin
) -> None:
    cases = [office.case(*people(3)), office.case(*people(2, begin=10))]
    said = [office.send(cases[0], 3).stdout, office.send(cases[1], 2).stdout]
    again = office.send(cases[0], 3).stdout

    assert "For a worker wait: 3." in said[0]
    assert said[0] == again
    assert twilio.messages == []
    assert "Nothing is left to do." in office.work()
    assert sorted(m["to"] for m in twilio.messages) == sorted(
        f"+86138000{n:05}" for n in (0, 1, 2, 10, 11)
    )
    assert office.statuses(cases[0]) == ["accepted"] * 3
    assert office.jobs("id") == []


def test_emergency_contacts_of_all_cases_go_first_and_then_cases_take_turns(
    office: Office, twilio: TwilioStandin
) -> None:
    large, small = office.case(*people(6), first="n0"), office.case(*people(3), first="n2")
    office.send(large, 6)
    office.send(small, 3)

    turns = ["large" if id_ == large else "small" for id_ in office.jobs("queue_name")]
    assert turns == ["large", "small", "large", "small", "large", "small", *["large"] * 3]
    assert twilio.messages == []


def test_what_is_enqueued_again_and_again_comes_after_its_own_case(office: Office) -> None:
    one, other = office.case(*people(1)), office.case(*people(1))
    with closing(office.store(one)) as store, store.changing():
        assert store.queue is not None
        for ids in (["a", "b"], ["c", "a"]):
            store.queue.add("plan", ids, first=False)
    with closing(office.store(other)) as store, store.changing():
        assert store.queue is not None
        store.queue.add("plan", ["x", "y", "z"], first=False)

    assert office.jobs("args ->> 'message_id'") == ["a", "x", "b", "y", "c", "z"]


@pytest.mark.usefixtures("twilio")
def test_the_queue_and_the_ledger_are_one_transaction(office: Office) -> None:
    with closing(office.store(office.case(*people(2)))) as store:
        queue = store.queue
        assert queue is not None

        def half() -> None:
            with store.changing():
                assert queueing.enqueue(store, queue, store.current_plan()) == 2
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            half()
        assert not queueing.in_hand(store)


def test_a_new_plan_takes_the_place_of_what_waits(office: Office, twilio: TwilioStandin) -> None:
    case = office.case(*people(3))
    office.send(case, 3)
    office.run(case, "choose", "--nobody", "n1")
    office.run(case, "plan", "--via", "twilio", "--from", "小明", *AT_ANY_HOUR, *FAST)
    office.send(case, 2)

    assert len(office.jobs("id")) == 2
    office.work()
    assert len(twilio.messages) == 2


def test_a_new_plan_leaves_in_line_what_is_still_to_be_asked_about(
    office: Office, twilio: TwilioStandin
) -> None:
    case = office.case(*people(2))
    office.send(case, 2)
    with closing(office.store(case)) as store:
        open_channel(store, "twilio").send(claimed(store))
    office.run(case, "plan", "--via", "twilio", "--from", "小明", *AT_ANY_HOUR, *FAST)
    office.send(case, 1)

    office.work()

    assert office.statuses(case) == ["accepted"] * 2
    assert len(twilio.messages) == 2


def test_what_nobody_answered_and_nobody_has_in_hand_is_asked_about_without_a_sync(
    office: Office, twilio: TwilioStandin
) -> None:
    case = office.case(*people(2))
    office.send(case, 2)
    with closing(office.store(case)) as store:
        open_channel(store, "twilio").send(claimed(store))
    office.database.run("SET search_path = kit", "DELETE FROM procrastinate_jobs")

    office.work()

    assert office.statuses(case) == ["accepted"] * 2
    assert len(twilio.messages) == 2


@pytest.mark.usefixtures("twilio")
def test_every_case_is_looked_through_now_and_then_though_nothing_came_back(
    office: Office, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = office.case(*people(1))
    office.send(case, 1)
    voice = cast("Voice", SimpleNamespace(reached=lambda: None))
    stores = CaseStores(clinic, rest, Queue)
    minding = Minding(Watch(clinic.connection), stores, load(), voice)

    def in_line_at(seconds: float) -> int:
        monkeypatch.setattr("kit.clinic.minding.monotonic", lambda: seconds)
        minding.look()
        return Watch(clinic.connection).waiting([case])

    with closing(stores):
        assert in_line_at(0) == 1
        office.database.run("SET search_path = kit", "DELETE FROM procrastinate_jobs")
        assert [in_line_at(seconds) for seconds in (30, 700)] == [0, 1]


def test_a_list_that_cannot_be_read_holds_up_no_other_message(
    office: Office, twilio: TwilioStandin
) -> None:
    case = office.case(*people(2))
    office.send(case, 2)
    with closing(office.store(case)) as store:
        open_channel(store, "twilio").send(claimed(store))
    twilio.conduct.reads = [{"do": "html"}] * 2  # the account, and the list

    said = office.work("--threads", "1")

    assert "Twilio answered something that is not an answer" in said
    assert sorted(office.statuses(case)) == ["accepted", "unknown"]


def test_who_stood_still_after_the_claim_lets_nothing_go(
    office: Office, twilio: TwilioStandin, clock: Clock
) -> None:
    case = office.case(*people(1))
    office.send(case, 1)
    with closing(office.store(case, clock)) as store:
        plan = store.current_plan()
        work = Work(Ways(timedelta()), threading.Event(), lambda _: None)

        assert work.on(store, case, plan.id, plan.messages[0].id) == clock.now

        assert store.ledger.standing(plan.messages[0].id) is Status.PLANNED
        assert twilio.requests["create"] == 0


def test_what_a_worker_may_still_let_go_is_not_ruled_out(
    office: Office, twilio: TwilioStandin, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIT_HEARTBEAT_S", "60")
    monkeypatch.setenv("KIT_SETTLE_S", "120")
    case = office.case(*people(1))
    office.send(case, 1)
    with closing(office.store(case, clock)) as store:
        plan, attempt = store.current_plan(), claimed(store)
        work = Work(Ways(timedelta(seconds=180)), threading.Event(), lambda _: None)
        clock.now += timedelta(seconds=179)

        at = work.on(store, case, plan.id, plan.messages[0].id)

        assert at == attempt.claimed_at + timedelta(seconds=180 + 120)
        assert store.ledger.standing(attempt.message_id) is Status.UNKNOWN
        assert twilio.requests["create"] == 0


@pytest.mark.parametrize(("taken", "tries"), [(True, 1), (False, 2)])
def test_what_a_dead_worker_claimed_is_asked_about_and_never_sent_on_a_guess(
    office: Office, twilio: TwilioStandin, *, taken: bool, tries: int
) -> None:
    case = office.case(*people(1))
    office.send(case, 1)
    with closing(office.store(case)) as store:
        plan = store.current_plan()
        message = plan.messages[0]
        attempt = claimed(store)
        if taken:
            open_channel(store, "twilio").send(attempt)
        office.database.run(
            "SET search_path = kit",
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - INTERVAL '1 h')",
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = 1",
        )

        said = office.work()

        assert "A worker fell silent; what it had in hand is seen to: 1." in said
        assert len(twilio.messages) == 1
        assert len(store.ledger.tries(message.id)) == tries
        assert store.ledger.standing(message.id) is Status.ACCEPTED


def test_a_worker_that_is_killed_loses_and_doubles_nobody(
    office: Office, twilio: TwilioStandin
) -> None:
    case = office.case(*people(6))
    office.send(case, 6)
    twilio.conduct.latency_s = 1
    killed = subprocess.Popen(
        [sys.executable, "-m", "kit", "worker", "--threads", "3"],
        env={**bare_environment(), **os.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while len(twilio.messages) < 2:
        assert killed.poll() is None
    killed.kill()
    killed.wait()
    twilio.conduct.latency_s = 0
    office.work()

    assert len({m["to"] for m in twilio.messages}) == len(twilio.messages) == 6
    assert office.statuses(case) == ["accepted"] * 6


def test_sync_leaves_alone_what_a_worker_has_in_hand(office: Office, twilio: TwilioStandin) -> None:
    case = office.case(*people(1))
    office.send(case, 1)
    with closing(office.store(case)) as store:
        claimed(store)
        office.database.run(
            "SET search_path = kit", "UPDATE procrastinate_jobs SET status = 'doing'"
        )

        office.run(case, "sync")

        assert office.statuses(case) == ["sending"]
        assert twilio.messages == []


@pytest.mark.parametrize("by", ["sync", "the worker"])
def test_what_is_planned_again_waits_again_without_another_send(
    office: Office, twilio: TwilioStandin, by: str
) -> None:
    twilio.script("+8613800000000", {"do": "refuse", "code": 21211})
    case = office.case(*people(2))
    office.send(case, 2)
    office.work()
    assert sorted(office.statuses(case)) == ["accepted", "rejected"]

    office.run(case, "retry", "n0")
    if by == "sync":
        office.run(case, "sync")
        assert len(office.jobs("id")) == 1
    office.work()

    assert office.statuses(case) == ["accepted"] * 2


def test_nothing_waits_of_a_plan_that_nobody_confirmed(
    office: Office, twilio: TwilioStandin
) -> None:
    case = office.case(*people(2))
    office.run(case, "sync")

    office.work()

    assert twilio.messages == []
    assert office.statuses(case) == ["planned"] * 2


def test_nothing_goes_from_a_case_that_is_paused_until_it_goes_on(
    office: Office, twilio: TwilioStandin
) -> None:
    paused, other = office.case(*people(2)), office.case(*people(1, begin=10))
    office.send(paused, 2)
    office.send(other, 1)
    office.run(paused, "case", "pause")

    office.work()
    assert [m["to"] for m in twilio.messages] == ["+8613800000010"]

    office.run(paused, "case", "resume")
    office.work()
    assert len(twilio.messages) == 3


def test_nothing_goes_from_a_case_that_is_closed(office: Office, twilio: TwilioStandin) -> None:
    case = office.case(*people(2))
    office.send(case, 2)
    office.run(case, "case", "close")

    office.work()

    assert twilio.messages == []
    assert office.jobs("id") == []


def test_a_case_whose_key_is_elsewhere_is_left_and_the_others_are_served(
    office: Office, twilio: TwilioStandin, clinic: Clinic
) -> None:
    lost, other = office.case(*people(2)), office.case(*people(1, begin=10))
    office.send(lost, 2)
    office.send(other, 1)
    clinic.keys.forget(lost)

    said = office.work()

    assert f"Case {lost} is left to other workers" in said
    assert [m["to"] for m in twilio.messages] == ["+8613800000010"]
    assert office.jobs("queue_name") == [lost] * 2


def test_a_worker_that_is_told_to_end_finishes_what_is_on_its_way_and_leaves_the_rest(
    office: Office, twilio: TwilioStandin
) -> None:
    case = office.case(*people(5))
    office.send(case, 5)
    twilio.conduct.latency_s = 0.5

    def end_it() -> None:
        while not twilio.messages:
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=end_it).start()
    ended = office.kit("worker", "--threads", "2")

    assert ended.exit_code == 0
    statuses = office.statuses(case)
    assert statuses.count("accepted") == len(twilio.messages) <= 2
    assert statuses.count("planned") == 5 - len(twilio.messages)
    assert office.jobs("status::text") == ["todo"] * (5 - len(twilio.messages))


def test_a_sender_that_is_refused_ten_times_is_held_for_all_cases(
    office: Office, twilio: TwilioStandin
) -> None:
    twilio.script("*", *[{"do": "refuse", "code": 21211}] * 20)
    cases = [office.case(*people(8)), office.case(*people(8, begin=10))]
    for case in cases:
        office.send(case, 8)

    said = office.work("--threads", "1")

    assert "refused too many (10 of the last 10" in said
    assert "for later wait: 6." in said
    assert twilio.requests["create"] == 10


def test_two_workers_together_run_into_a_wall_hardly_further_than_one(
    office: Office, twilio: TwilioStandin
) -> None:
    twilio.script("*", *[{"do": "refuse", "code": 21211}] * 13)
    case = office.case(*people(15))
    heard: list[KitError] = []
    with closing(office.store(case)) as one, closing(office.store(case)) as other:
        plan = one.current_plan()
        confirm(one, plan)
        works = [Work(Ways(timedelta(hours=9)), threading.Event(), heard.append) for _ in range(2)]

        def turn(n: int) -> tuple[int, int, bool]:
            """One message, by one worker after the other: tries, what was said, and the pause."""
            works[n % 2].on((one, other)[n % 2], case, plan.id, plan.messages[n].id)
            return twilio.requests["create"], len(heard), one.ledger.is_paused("twilio")

        so_far = [turn(n) for n in range(12)]
        assert so_far[9:] == [(10, 0, False), (11, 1, True), (11, 1, True)]
        assert [type(error) for error in heard] == [PausedError]
        # after the hour a refusal of one is enough, and one that is taken ends it
        for n, after in ((12, (12, 2, True)), (13, (13, 3, True)), (14, (14, 3, False))):
            office.database.run("UPDATE kit.sender_pace SET held_until = next_at")
            assert turn(n) == after


def confirm(store: Store, plan: Plan) -> None:
    assert store.queue is not None
    queueing.enqueue(store, store.queue, plan)


def test_a_message_that_was_put_in_line_but_never_confirmed_is_not_sent(
    office: Office, twilio: TwilioStandin
) -> None:
    case = office.case(*people(1))
    with closing(office.store(case)) as store, store.changing():
        plan = store.current_plan()
        assert store.queue is not None
        store.queue.add(plan.id, [one.id for one in plan.messages], first=False)

    office.work()

    assert twilio.requests["create"] == 0
    office.send(case, 1)
    office.work()
    assert twilio.requests["create"] == 1


def test_at_night_a_message_is_put_off_to_the_morning(
    office: Office, twilio: TwilioStandin, clock: Clock
) -> None:
    case = office.case(*people(1), hours=("--hours", "08:00-21:00"))
    clock.now = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    with closing(office.store(case, clock)) as store:
        plan = store.current_plan()
        confirm(store, plan)
        heard: list[KitError] = []
        work = Work(Ways(timedelta(seconds=30)), threading.Event(), heard.append)

        at = work.on(store, case, plan.id, plan.messages[0].id)

    assert (at, heard) == (datetime(2026, 11, 22, 0, 0, tzinfo=UTC), [])
    assert twilio.requests["create"] == 0


@pytest.mark.usefixtures("twilio")
def test_a_case_sees_only_its_own_in_the_queue(office: Office, clinic: Clinic) -> None:
    one, other = office.case(*people(2)), office.case(*people(1))
    office.send(one, 2)
    with closing(office.store(other)) as store:
        assert not queueing.in_hand(store)
        with psycopg.connect(office.database.url()) as raw:
            raw.execute("SELECT set_config('kit.case', %s, false)", [other])
            assert raw.execute("SELECT count(*) FROM kit.procrastinate_jobs").fetchone() == (0,)
    assert clinic.cases.served() == [one, other]


@pytest.mark.parametrize(("steps", "error"), [(1, StoreTooNewError), (-1, SchemaOldError)])
def test_tables_of_another_version_of_the_queue_are_not_worked_on(
    clinic: Clinic, database: Database, steps: int, error: type[Exception]
) -> None:
    sign = "+" if steps > 0 else "-"
    database.run(f"UPDATE kit.schema_step SET number = number {sign} 1 WHERE store = 'queue'")  # noqa: S608 (our own words)

    with pytest.raises(error):
        schema.check(Watch(clinic.connection))
