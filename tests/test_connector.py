from __future__ import annotations

import json
import os
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from kit.connector import Connection, key, named_queries
from kit.connector.lock import held
from kit.errors import (
    AlreadyRunningError,
    BusyError,
    FullDiskError,
    KeyBrokenError,
    KeyMissingError,
    StoreTooNewError,
    StoreUnusableError,
    WrongKeyError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = bytes(range(32))
#: What it costs outside of tests, which make it cheap.
COST = key._SCRYPT  # noqa: SLF001


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    opened = Connection(tmp_path / "kit.db", KEY)
    yield opened
    opened.close()


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    folder = tmp_path / "schema"
    folder.mkdir()
    (folder / "001.sql").write_text("CREATE TABLE thing (text TEXT);\n")
    return folder


def test_what_is_written_is_there_and_cannot_be_read_without_the_key(
    connection: Connection, schema: Path, tmp_path: Path
) -> None:
    connection.bring_up_to_date("things", schema)
    with connection.writing():
        connection.write("INSERT INTO thing VALUES (:text)", {"text": "妈妈"})
    connection.close()

    assert Connection(tmp_path / "kit.db", KEY).rows("SELECT text FROM thing") == [{"text": "妈妈"}]
    assert "妈妈".encode() not in (tmp_path / "kit.db").read_bytes()
    with pytest.raises(WrongKeyError):
        Connection(tmp_path / "kit.db", bytes(32))


def test_a_block_that_fails_leaves_nothing(connection: Connection, schema: Path) -> None:
    connection.bring_up_to_date("things", schema)

    def stopped_half_way() -> None:
        with connection.writing():
            connection.write("INSERT INTO thing VALUES (:text)", {"text": "a"})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped_half_way()

    assert connection.rows("SELECT text FROM thing") == []


def test_a_full_disk_is_said_and_loses_nothing(connection: Connection, schema: Path) -> None:
    connection.bring_up_to_date("things", schema)
    with connection.writing():
        connection.write("INSERT INTO thing VALUES (:text)", {"text": "kept"})
    connection.rows("PRAGMA max_page_count = 3")
    with pytest.raises(FullDiskError), connection.writing():
        connection.write("INSERT INTO thing VALUES (:text)", {"text": "x" * 50_000})

    assert connection.rows("SELECT text FROM thing") == [{"text": "kept"}]


def test_closing_waits_for_whoever_is_in_it(connection: Connection, schema: Path) -> None:
    connection.bring_up_to_date("things", schema)
    begun = threading.Event()

    def close() -> None:
        begun.set()
        connection.close()

    closing = threading.Thread(target=close)
    with connection.writing():
        closing.start()
        begun.wait()
        for number in range(2000):
            connection.write("INSERT INTO thing VALUES (:text)", {"text": str(number)})
    closing.join()

    with pytest.raises(StoreUnusableError):
        connection.rows("SELECT 1")


def test_schema_steps_run_once_and_in_order(
    connection: Connection, schema: Path, tmp_path: Path
) -> None:
    connection.bring_up_to_date("things", schema)
    (schema / "002.sql").write_text("ALTER TABLE thing ADD COLUMN more TEXT;\n")
    connection.bring_up_to_date("things", schema)
    connection.bring_up_to_date("things", schema)
    assert connection.rows("SELECT text, more FROM thing") == []

    (schema / "002.sql").unlink()
    with pytest.raises(StoreTooNewError):
        Connection(tmp_path / "kit.db", KEY).bring_up_to_date("things", schema)


def test_a_store_that_somebody_else_holds_is_busy(
    connection: Connection, schema: Path, tmp_path: Path
) -> None:
    connection.bring_up_to_date("things", schema)
    other = Connection(tmp_path / "kit.db", KEY)
    other.rows("PRAGMA busy_timeout = 1")
    with connection.writing(), pytest.raises(BusyError), other.writing():
        pytest.fail("two are writing")
    other.close()


def test_a_store_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnusableError):
        Connection(tmp_path / "file" / "kit.db", KEY)


def test_an_error_of_sqlite_does_not_pass_the_door(connection: Connection) -> None:
    with pytest.raises(StoreUnusableError) as raised:
        connection.rows("SELECT '妈妈' FROM nowhere")

    assert "妈妈" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_every_query_has_a_name(tmp_path: Path) -> None:
    (tmp_path / "queries.sql").write_text("-- one --\nSELECT 1\n\n-- two --\nSELECT 2\n")

    assert named_queries(tmp_path / "queries.sql") == {"one": "SELECT 1", "two": "SELECT 2"}


def test_the_lock_is_for_one_and_is_let_go(tmp_path: Path) -> None:
    with held(tmp_path / "lock"), pytest.raises(AlreadyRunningError), held(tmp_path / "lock"):
        pytest.fail("two hold the lock")
    with held(tmp_path / "lock"):
        pass


def test_a_key_file_is_made_once_and_only_when_it_may_be(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key"
    with pytest.raises(KeyMissingError):
        key.from_file(path, make=False)
    made = key.from_file(path, make=True)

    assert len(made) == 32
    assert key.from_file(path, make=True) == made
    path.write_text("not a key")
    with pytest.raises(KeyBrokenError):
        key.from_file(path, make=True)
    path.write_text("abcd")
    with pytest.raises(KeyBrokenError):
        key.from_file(path, make=False)


def test_what_is_no_key_file_stays_as_it_is_and_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "photo"
    with path.open("wb") as file:
        file.truncate(10_000_000_000)
    path.chmod(0o644)

    with pytest.raises(KeyBrokenError):
        key.from_file(path, make=True)
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_passphrase_costs_whoever_guesses_it_much_time_and_128_mb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key, "_SCRYPT", COST)
    key.from_passphrase("長い合言葉", tmp_path / "salt.json")
    kept = json.loads((tmp_path / "salt.json").read_text())

    assert kept["kdf"] == "scrypt"
    assert kept["n"] >= 2**17
    assert 128 * kept["n"] * kept["r"] >= 128_000_000


def test_a_passphrase_gives_the_same_key_with_the_same_salt(tmp_path: Path) -> None:
    salt = tmp_path / "salt.json"
    made = key.from_passphrase("長い合言葉", salt)

    assert key.from_passphrase("長い合言葉", salt) == made
    assert key.from_passphrase("別", salt) != made
    salt.write_text("{}")
    with pytest.raises(KeyBrokenError):
        key.from_passphrase("長い合言葉", salt)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_a_folder_of_others_keeps_its_mode_and_an_empty_one_becomes_private(
    tmp_path: Path,
) -> None:
    (tmp_path / "empty").mkdir(mode=0o755)
    (tmp_path / "full").mkdir(mode=0o755)
    (tmp_path / "full" / "theirs").write_text("")
    Connection(tmp_path / "empty" / "kit.db", KEY).close()
    Connection(tmp_path / "full" / "kit.db", KEY).close()

    assert stat.S_IMODE((tmp_path / "empty").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "full").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "full" / "kit.db").stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_only_the_owner_may_read_what_is_written(connection: Connection, tmp_path: Path) -> None:
    key.from_file(tmp_path / "home" / "key", make=True)
    files = [tmp_path / "kit.db", tmp_path / "home" / "key", *tmp_path.glob("kit.db-*")]

    assert connection.rows("SELECT 1 AS one")
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700


def test_what_a_block_reads_stands_still_while_another_program_writes(
    connection: Connection, schema: Path, tmp_path: Path
) -> None:
    connection.bring_up_to_date("things", schema)
    other = Connection(tmp_path / "kit.db", KEY)
    with connection.reading():
        assert connection.rows("SELECT text FROM thing") == []
        with other.writing():
            other.write("INSERT INTO thing VALUES (:text)", {"text": "x"})
        with connection.reading():
            assert connection.rows("SELECT text FROM thing") == []
    other.close()

    assert connection.rows("SELECT text FROM thing") == [{"text": "x"}]
