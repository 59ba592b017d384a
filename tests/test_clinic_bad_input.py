"""A clinic's database that is lost, slow, full or another's: clear answers, and nobody lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from clinic_line import SENDER
from conftest import bare_environment
from office import people

from kit import journal
from kit.errors import (
    BusyError,
    DatabaseFullError,
    DatabaseGoneError,
    DatabaseReadsOnlyError,
    DatabaseRefusedError,
    SchemaOldError,
    StoreUnusableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Kit
    from office import Office
    from postgres import Database
    from standins.twilio import TwilioStandin

    from kit.actions.cases import Clinic
    from kit.actions.store import Store

FAKETIME = shutil.which("faketime")
#: What PostgreSQL may answer (its appendix A), and what we make of it.
ANSWERS = {
    "08006": DatabaseGoneError,
    "25006": DatabaseReadsOnlyError,
    "40001": BusyError,
    "40P01": BusyError,
    "42501": DatabaseRefusedError,
    "42P01": SchemaOldError,
    "53100": DatabaseFullError,
    "53200": DatabaseGoneError,
    "53300": DatabaseGoneError,
    "55P03": BusyError,
    "57014": BusyError,
    "57P01": DatabaseGoneError,
    "57P03": DatabaseGoneError,
    "XX001": StoreUnusableError,
}
#: The first two tries to write fail with that answer.
FAULTY = """
CREATE FUNCTION kit.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('kit.faults') <= 2 THEN RAISE EXCEPTION '王小芳' USING ERRCODE = '{code}'; END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""


def noted(home: str) -> list[tuple[str, dict[str, object]]]:
    """What the journal has: the event, and what it says."""
    return [(one.event.value, dict(one.facts)) for one in journal.read(Path(home))[0]]


def test_every_answer_of_the_database_has_a_meaning_and_none_of_its_words(clinic: Clinic) -> None:
    connection = clinic.connection
    for code, error in ANSWERS.items():
        sql = f"DO $$ BEGIN RAISE EXCEPTION '王小芳 13800000001' USING ERRCODE = '{code}'; END $$"
        with pytest.raises(error) as raised, connection.writing():
            connection.write(sql, {})

        assert type(raised.value) is error, code
        assert raised.value.__cause__ is None
        assert "王小芳" not in f"{raised.value!r}{raised.value.facts}"
    assert clinic.cases.all() == []


def test_a_database_that_only_reads_is_said(kit: Kit, database: Database, clinic: Clinic) -> None:
    database.run(f"ALTER DATABASE {database.name} SET default_transaction_read_only = on")
    done = kit("case", "new", "小明")

    assert (done.exit_code, "only lets us read" in done.stderr) == (1, True)
    assert clinic.cases.all() == []


def test_who_stands_still_with_a_senders_row_holds_up_the_others_for_a_while_only(
    case_store: Callable[..., Store],
) -> None:
    stopped, other = case_store(**SENDER), case_store(**SENDER)
    line, at = stopped._connection, stopped.clock()  # noqa: SLF001 (a machine that is suspended)
    (row,) = line.rows("SELECT current_setting('idle_in_transaction_session_timeout') AS kept_to")

    def stand_still() -> None:
        with stopped.changing():
            line.write("SET LOCAL idle_in_transaction_session_timeout = '50ms'", {})
            stopped.ledger.take_turn("twilio", at)
            other.ledger.reserve("twilio", at, timedelta(seconds=1))

    with pytest.raises(DatabaseGoneError):
        stand_still()
    assert row == {"kept_to": "1min"}
    assert stopped.ledger.reserve("twilio", at, timedelta(0))[0] == at + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("table", "code", "said"),
    [("attempt", "40P01", "try again in a moment"), ("receipt", "53100", "disk is full")],
)
def test_what_cannot_be_written_is_not_sent_and_what_was_sent_is_not_sent_again(
    office: Office, twilio: TwilioStandin, table: str, code: str, said: str
) -> None:
    case = office.case(*people(3))
    office.send(case, 3)
    office.database.run(
        "CREATE SEQUENCE kit.faults",
        "GRANT USAGE ON kit.faults TO kit_app",
        FAULTY.format(code=code),
        f"CREATE TRIGGER fails BEFORE INSERT ON kit.{table} "
        "FOR EACH ROW EXECUTE FUNCTION kit.fail()",
    )
    words = office.work("--threads", "2")

    assert said in words
    assert "王小芳" not in words
    assert len({m["to"] for m in twilio.messages}) == len(twilio.messages) == 3
    assert office.statuses(case) == ["accepted"] * 3


@pytest.mark.parametrize("times", [2, 4])
def test_what_is_done_with_does_not_stay_in_hand_when_that_cannot_be_written(
    office: Office, twilio: TwilioStandin, times: int
) -> None:
    case = office.case(*people(3))
    office.send(case, 3)
    office.database.run(
        f"CREATE SEQUENCE kit.faults MINVALUE -9 START {3 - times}",
        "GRANT USAGE ON kit.faults TO kit_app",
        FAULTY.format(code="40P01"),
        "CREATE TRIGGER fails BEFORE DELETE ON kit.procrastinate_jobs "
        "FOR EACH ROW EXECUTE FUNCTION kit.fail()",
    )
    office.work("--threads", "1")

    assert office.jobs("id") == []
    assert len({m["to"] for m in twilio.messages}) == len(twilio.messages) == 3
    assert office.statuses(case) == ["accepted"] * 3


def test_a_database_that_is_lost_and_comes_back_loses_and_doubles_nobody(
    office: Office, twilio: TwilioStandin, postgres: Database
) -> None:
    case = office.case(*people(8))
    office.send(case, 8)
    twilio.conduct.latency_s = 0.2
    name, home = office.database.name, os.environ["KIT_HOME"]

    def lose_it() -> None:
        postgres.run(
            f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",  # noqa: S608 (our own words)
        )
        gone = "kit.errors.clinic.DatabaseGoneError"
        while ("in the way", {"error": gone}) not in noted(home):
            pass
        postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    thread = office.at_the_first(twilio, lose_it)
    words = office.work("--threads", "2")
    thread.join()

    assert "cannot be reached" in words
    assert "The database answers again." in words
    assert "reached" in {event for event, _ in noted(home)}
    assert len({m["to"] for m in twilio.messages}) == len(twilio.messages) == 8
    assert office.statuses(case) == ["accepted"] * 8


@pytest.mark.parametrize(
    ("store", "by", "said"), [("ledger", 1, "newer version"), ("queue", -1, "kit migrate")]
)
def test_a_worker_whose_tables_become_another_versions_says_so_and_ends(
    office: Office, twilio: TwilioStandin, store: str, by: int, said: str
) -> None:
    case = office.case(*people(4))
    office.send(case, 4)
    twilio.conduct.latency_s = 0.3
    change = (
        f"UPDATE kit.schema_step SET number = number + {{}} WHERE store = '{store}' "  # noqa: S608 (our own words)
        f"AND number = (SELECT max(number) FROM kit.schema_step WHERE store = '{store}')"
    )
    thread = office.at_the_first(twilio, lambda: office.database.run(change.format(by)))
    ended = office.kit("worker", "--threads", "1")
    thread.join()

    assert (ended.exit_code, said in ended.stderr) == (1, True)
    assert 0 < len(twilio.messages) < 4
    assert office.kit("worker").exit_code == 1
    office.database.run(change.format(-by))
    office.work()
    assert len({m["to"] for m in twilio.messages}) == len(twilio.messages) == 4
    assert office.statuses(case) == ["accepted"] * 4


def test_a_case_that_is_closed_while_a_worker_sends_keeps_the_rest(
    office: Office, twilio: TwilioStandin, clinic: Clinic
) -> None:
    case = office.case(*people(6))
    office.send(case, 6)
    twilio.conduct.latency_s = 0.3
    thread = office.at_the_first(twilio, lambda: clinic.close(case))
    office.work("--threads", "2")
    thread.join()

    gone = len(twilio.messages)
    assert 0 < gone < 6
    assert sorted(office.statuses(case)) == ["accepted"] * gone + ["planned"] * (6 - gone)


def test_a_case_whose_key_is_lost_is_said_so_by_every_command(kit: Kit, clinic: Clinic) -> None:
    case = clinic.new("小明").id
    clinic.keys.forget(case)
    for command in ("status", "sync", "doctor", "contacts", "plan"):
        done = kit(command, KIT_CASE=case)

        assert done.exit_code == 1, command
        assert "The key of this case is not in KIT_HOME" in done.stderr
    assert kit("case", "close", case).exit_code == 0


@pytest.mark.skipif(FAKETIME is None, reason="faketime is not installed")
@pytest.mark.parametrize("apart", ["-10m", "+10m"])
def test_a_worker_whose_clock_is_minutes_apart_goes_by_the_databases(
    office: Office, twilio: TwilioStandin, apart: str
) -> None:
    case = office.case(*people(2))
    office.send(case, 2)
    # somebody else lives and has the other in hand, until its heart stops
    office.database.run(
        "SET search_path = kit",
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())",
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = 1 "
        "WHERE id = (SELECT min(id) FROM procrastinate_jobs)",
    )
    began = datetime.now(UTC)
    worker = [sys.executable, "-m", "kit", "worker", "--until-idle"]
    done = subprocess.run(
        [str(FAKETIME), "-f", apart, *worker],
        env={**bare_environment(), **os.environ, "KIT_HEARTBEAT_S": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "fell silent" in done.stderr
    assert len({m["to"] for m in twilio.messages}) == len(twilio.messages) == 2
    with closing(office.store(case)) as store:
        claims = store.ledger.claimed_between("twilio", began, datetime.now(UTC))
    assert len(claims) == 2
    # the first heartbeat that was missed is the database's: nobody was taken for dead at once
    assert claims[1] - began > timedelta(seconds=3)
