"""`kit doctor` in a clinic: what it finds of the database and of the workers, and what to do."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from clinic_line import SENDER, planned

from kit.actions import queueing
from kit.actions.store import open_store
from kit.actions.unlocking import Nobody
from kit.clinic import Queue
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from conftest import Clock, Kit
    from postgres import Database

    from kit.actions.cases import Clinic
    from kit.actions.store import Store

#: What is found of a clinic in which nobody did anything yet.
NOTHING_WAITS = {
    "about": "messages",
    **dict.fromkeys(("waiting", "put_off", "in_hand"), 0),
    **dict.fromkeys(("waiting_s", "next_s")),
}


def found(kit: Kit, **environment: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and what is said of each thing; of the stores' steps, those that are wrong."""
    done = kit("doctor", "--json", **environment)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = {
        row["store"] for row in rows if row["about"] == "steps" and row["done"] != row["known"]
    }
    return done.exit_code, {**{row["about"]: row for row in rows}, "steps": wrong}


@pytest.fixture
def waiting(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Store]:
    """A case of which three messages wait for a worker."""
    for name, value in SENDER.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KIT_CASE", clinic.new("小明").id)
    store = open_store(load(), Nobody(), clock, queue=Queue)
    plan = planned(store, 3)
    assert store.queue is not None
    assert queueing.enqueue(store, store.queue, plan) == 3
    monkeypatch.delenv("KIT_CASE")
    yield store
    store.close()


def test_of_a_clinic_that_is_well_it_says_so(kit: Kit, clinic: Clinic) -> None:
    clinic.new("小明")
    code, what = found(kit)
    shown = kit("doctor").stdout

    assert (code, what["steps"], what["messages"]) == (0, set(), NOTHING_WAITS)
    assert what["cases"] == {"about": "cases", "open": 1, "without_key": []}
    assert what["channel"]["set_up"] is False
    assert abs(what["database"]["ahead_s"]) < 30
    assert "The role is right" in shown
    assert "clock is" not in shown
    assert "小明" not in shown


@pytest.mark.usefixtures("waiting")
def test_messages_that_wait_for_nobody_are_said(kit: Kit, database: Database) -> None:
    store_code, what = found(kit)
    beat = "INSERT INTO kit.procrastinate_workers (last_heartbeat) SELECT now() - INTERVAL '{}'"
    database.run(beat.format("1 h"))
    silent = kit("doctor").stdout
    database.run(
        "SET search_path = kit",
        beat.format("2 s"),
        "UPDATE kit.procrastinate_jobs SET scheduled_at = now() + INTERVAL '1 h'",
    )
    _, later = found(kit)

    assert (store_code, what["messages"]["waiting"], what["workers"]["live"]) == (3, 3, 0)
    assert what["messages"]["waiting_s"] >= 0
    assert "Nobody is at work. Start `kit worker`" in silent
    assert "Silent: 1." in silent
    assert 3500 < later["messages"].pop("next_s") <= 3600
    assert later["messages"].items() <= {**NOTHING_WAITS, "put_off": 3}.items()
    assert "tried at once, in its case: kit send" in kit("doctor").stdout
    assert later["workers"]["live"] == later["workers"]["silent"] == 1
    assert 2 <= later["workers"]["heard_s"] < 30


def test_a_sender_that_is_held_and_a_case_without_its_key_are_said(
    kit: Kit, waiting: Store, clinic: Clinic
) -> None:
    lost = clinic.new("小红").id
    clinic.keys.forget(lost)
    now = clinic.connection.now()
    waiting.ledger.hold("twilio", now, now + timedelta(minutes=30))
    code, what = found(kit)
    shown = kit("doctor").stdout

    assert code == 3
    assert what["cases"] == {"about": "cases", "open": 2, "without_key": [lost]}
    assert what["held"]["channel"] == "twilio"
    assert f"{lost}: its key is not in this KIT_HOME" in shown
    assert "nothing goes until" in shown


@pytest.mark.parametrize(
    ("store", "by", "said"), [("base", -1, "kit migrate"), ("queue", 1, "newer version")]
)
def test_tables_of_another_version_are_said_and_nothing_else_is_asked(
    kit: Kit, database: Database, store: str, by: int, said: str
) -> None:
    database.run(f"UPDATE kit.schema_step SET number = number + {by} WHERE store = '{store}'")  # noqa: S608 (our own words)
    code, what = found(kit)
    shown = kit("doctor")

    assert (code, what["steps"], "workers" in what) == (3, {store}, False)
    assert said in shown.output


def test_a_database_that_cannot_be_used_is_said(kit: Kit, database: Database) -> None:
    said = [
        kit("doctor", KIT_DATABASE_URL=url)
        for url in ("postgresql://a:secret@127.0.0.1:1/c", database.url(password="secret"))
    ]
    database.run("DROP SCHEMA kit CASCADE")
    said.append(kit("doctor"))

    assert [one.exit_code for one in said] == [1, 1, 1]
    for one, words in zip(said, ("cannot be reached", "not let in", "kit migrate"), strict=True):
        assert words in one.stderr
        assert "secret" not in one.output


@pytest.mark.usefixtures("waiting")
def test_a_report_of_a_clinic_has_nothing_of_anybodys(
    kit: Kit, clinic: Clinic, database: Database
) -> None:
    case_id = clinic.cases.open()[0]
    for environment in ({}, {"KIT_CASE": case_id}, {"KIT_DATABASE_URL": "postgresql://h/secret"}):
        shown = kit("doctor", "--report", **environment)

        assert shown.exit_code == 0, shown.output
        assert "KIT_DATABASE_URL" in shown.stdout
        for secret in ("小明", "of%20the", "127.0.0.1", database.name, "secret", case_id):
            assert secret not in shown.stdout
