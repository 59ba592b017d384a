"""A case is erased: in the database, on disks, at Twilio; and its key, so that no dump opens."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from clinic_line import planned
from conftest import card
from office import people
from psycopg import sql as quoted

from kit.actions import retention
from kit.actions.case_erasing import Erasing
from kit.actions.store import rest
from kit.clinic import Queue
from kit.connector.postgres import SCHEMA
from kit.errors import AlreadyRunningError, CaseInHandError, CaseKeyMissingError, CaseMissingError
from kit.model import Group

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from conftest import Clock
    from office import Office
    from postgres import Database
    from standins.twilio import TwilioStandin

    from kit.actions.cases import Clinic
    from kit.actions.store import Store

    Kit = Callable[..., Result]


SHEET = ("--set", "name=小明", "--set", "phone=13800000919", "--set", "lender=示例消费金融有限公司")


def arrived(twilio: TwilioStandin) -> None:
    for message in twilio.messages:
        twilio.deliver(message["sid"])


def rows_of(database: Database, case_id: str) -> set[str]:
    """The tables in which anything names the case, in whatever column."""
    with psycopg.connect(database.admin_url, autocommit=True) as raw:
        names = raw.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", [SCHEMA]
        ).fetchall()
        return {
            name
            for (name,) in names
            if raw.execute(
                quoted.SQL("SELECT FROM {}.{} AS x WHERE x::TEXT LIKE %s").format(
                    quoted.Identifier(SCHEMA), quoted.Identifier(name)
                ),
                [f"%{case_id}%"],
            ).rowcount
        }


def lived(office: Office, tmp_path: Path, twilio: TwilioStandin) -> str:
    """A case with all that a case may have; of its messages one is still in the queue."""
    id_ = office.case(card("王阿姨", "13800000001"), card("李叔", "13800000002"), first="王阿姨")
    told = ("--kind", "call", "--at", "2026-01-05T22:30+08:00", "--said", "周六照旧吃饺子")
    office.run(id_, "evidence", "add", *told, "--to", "王阿姨")
    office.run(id_, "letter", "facts", *SHEET)
    office.run(id_, "letter", "stop", "--to", tmp_path / "stop.txt")
    office.run(id_, "choose", "--csv", tmp_path / "table.csv")
    office.send(id_, 2)
    office.work()
    arrived(twilio)
    twilio.reply("+8613800000001", "退订")
    office.run(id_, "sync")
    office.run(id_, "plan", "--via", "twilio", "--from", "小明", "--hours", "00:00-24:00")
    return id_


def test_of_a_case_that_is_erased_nothing_is_left_anywhere(
    office: Office, twilio: TwilioStandin, tmp_path: Path, database: Database, clinic: Clinic
) -> None:
    id_, other = lived(office, tmp_path, twilio), office.case(*people(1, begin=50))
    office.send(other, 1)
    assert len(rows_of(database, id_)) > 20
    assert len(twilio.messages) == 3
    done = office.kit("case", "erase", id_, "--yes")

    assert done.exit_code == 0, done.output
    assert rows_of(database, id_) == set()
    assert not list(tmp_path.glob("stop.txt")) + list(tmp_path.glob("table.csv"))
    assert twilio.messages == []
    assert id_ not in clinic.keys.here()
    assert [one.id for one in clinic.cases.all()] == [other]
    assert office.statuses(other) == ["planned"]
    assert "Nothing is left to do." in office.work()
    assert office.kit("status", KIT_CASE=id_).exit_code == 1
    assert office.kit("case", "erase", id_, "--yes").exit_code == 1


def test_who_wanted_no_more_of_the_clinic_gets_nothing_after_the_case_is_gone(
    office: Office, twilio: TwilioStandin, tmp_path: Path
) -> None:
    office.kit("case", "erase", lived(office, tmp_path, twilio), "--yes")
    again = office.case(card("王阿姨", "13800000001"), card("赵姐", "13800000003"))
    office.send(again, 1)
    office.work()

    assert [one["to"] for one in twilio.messages] == ["+8613800000003"]


def test_erase_is_of_the_case_in_kit_case_and_leaves_all_other_keys(
    office: Office, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = clinic.new("小明"), clinic.new("小红")
    monkeypatch.setenv("KIT_CASE", first.id)

    assert office.kit("erase").exit_code == 1
    assert {one.id for one in clinic.cases.all()} == {first.id, second.id}
    assert office.kit("erase", "--yes").exit_code == 0
    assert {one.id for one in clinic.cases.all()} == {second.id}
    assert office.kit("status", KIT_CASE=second.id).exit_code == 0


def test_what_ended_an_erasing_half_way_is_brought_to_its_end(
    case_store: Callable[..., Store], clinic: Clinic, database: Database
) -> None:
    closed, without_rows = case_store(), case_store()
    for store in (closed, without_rows):
        clinic.close(store.settings.case)
    without_rows.erase_case()
    for store in (closed, without_rows):
        id_ = store.settings.case
        assert id_ in clinic.keys.here()
        assert Erasing(clinic, id_, Queue, rest).erase() == []
        assert (rows_of(database, id_), id_ in clinic.keys.here()) == (set(), False)
        with pytest.raises(CaseMissingError):
            Erasing(clinic, id_, Queue, rest)


@pytest.mark.parametrize("id_", ["", "x"])
def test_what_is_no_case_is_not_erased_and_the_clinics_own_key_stays(
    clinic: Clinic, id_: str
) -> None:
    with pytest.raises(CaseMissingError):
        Erasing(clinic, id_, Queue, rest)

    assert clinic.keys.here() == {""}


def test_a_case_is_erased_only_when_no_worker_that_lives_has_any_of_it_in_hand(
    case_store: Callable[..., Store], clinic: Clinic, database: Database, clock: Clock
) -> None:
    id_ = case_store().settings.case
    database.run(
        "INSERT INTO kit.procrastinate_workers DEFAULT VALUES",
        "INSERT INTO kit.procrastinate_jobs (queue_name, task_name, status, worker_id)"
        " SELECT clinic_case.id::TEXT, 'deliver', 'doing', worker.id"
        " FROM kit.clinic_case, kit.procrastinate_workers AS worker",
    )
    with pytest.raises(CaseInHandError):
        Erasing(clinic, id_, Queue, clock.rest).erase()
    assert clinic.case(id_).closed_at is not None
    database.run("UPDATE kit.procrastinate_workers SET last_heartbeat = now() - INTERVAL '1 hour'")
    Erasing(clinic, id_, Queue, clock.rest).erase()

    assert rows_of(database, id_) == set()


def test_an_open_case_is_erased_by_no_sql(clinic: Clinic, database: Database) -> None:
    clinic.new("小明")
    with pytest.raises(psycopg.errors.RaiseException):
        database.run("DELETE FROM kit.clinic_case")


def test_a_case_whose_key_is_lost_is_erased_when_that_is_said(
    office: Office, clinic: Clinic, database: Database
) -> None:
    id_ = office.case(*people(2))
    clinic.keys.forget(id_)
    with pytest.raises(CaseKeyMissingError):
        Erasing(clinic, id_, Queue, rest).erase()
    refused = office.kit("case", "erase", id_, "--yes")

    assert "--unopened" in refused.stderr
    assert "clinic_case" in rows_of(database, id_)
    assert office.kit("case", "erase", id_, "--unopened", "--yes").exit_code == 0
    assert rows_of(database, id_) == set()


def test_what_twilio_could_not_be_asked_is_said_and_asked_once_more(
    office: Office, twilio: TwilioStandin, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = office.case(*people(1))
    office.send(id_, 1)
    office.work()
    with monkeypatch.context() as gone:
        gone.setenv("KIT_TWILIO_BASE_URL", "http://127.0.0.1:9")
        said = office.kit("case", "erase", id_, "--yes")

    assert said.exit_code == 3
    assert "Twilio" in said.stdout
    assert rows_of(database, id_) == set()
    assert len(twilio.messages) == 1
    arrived(twilio)
    assert office.kit("case", "erase", id_, "--yes").exit_code == 0
    assert office.kit("case", "erase", id_, "--yes").exit_code == 1
    assert twilio.messages == []


def test_the_people_of_one_case_are_forgotten_and_those_of_another_stay(office: Office) -> None:
    one, other = office.case(*people(2)), office.case(*people(3))

    assert office.run(one, "erase", "--contacts", "--yes").exit_code == 0
    assert office.run(one, "contacts", "--json").stdout == ""
    assert len(office.run(other, "contacts", "--json").stdout.splitlines()) == 3
    assert office.run(other, "erase", "--contacts", "--after", "never").exit_code == 0
    assert office.run(one, "status").exit_code == 0


def test_people_of_a_case_are_forgotten_when_it_is_time(
    case_store: Callable[..., Store], clock: Clock
) -> None:
    store = case_store()
    planned(store, 2)
    retention.keep_for(store, "1")
    clock.now += timedelta(days=10)
    assert retention.when_opened(store).on is not None
    clock.now += timedelta(days=8)
    told = retention.when_opened(store)

    assert told.forgotten
    assert not store.book.ids(*Group)


@pytest.mark.usefixtures("twilio")
def test_nobody_is_forgotten_while_a_worker_has_a_message_in_hand(
    office: Office, database: Database
) -> None:
    id_ = office.case(*people(2))
    office.send(id_, 2)
    database.run(
        "SET search_path = kit",
        "INSERT INTO kit.procrastinate_workers DEFAULT VALUES",
        "UPDATE kit.procrastinate_jobs SET status = 'doing',"
        " worker_id = (SELECT id FROM kit.procrastinate_workers)",
    )
    said = office.kit("erase", "--contacts", "--yes", KIT_CASE=id_)

    assert said.exit_code == AlreadyRunningError.exit_code
    assert len(office.run(id_, "contacts", "--json").stdout.splitlines()) == 2
