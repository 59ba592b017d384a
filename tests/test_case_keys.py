"""The keys of a clinic: another machine gets them, another clinic's are refused, one is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import card

from kit.actions import cases
from kit.actions.unlocking import Nobody
from kit.errors import AnotherClinicError, ClinicKeyMissingError
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from postgres import Database

    from kit.actions.cases import Clinic

    Kit = Callable[..., Result]

LOCKED = {"KIT_SEAL_PASSPHRASE": "口令"}


@pytest.fixture
def other(tmp_path: Path) -> dict[str, str]:
    """Another machine, with an empty KIT_HOME."""
    home = tmp_path / "other machine"
    return {"KIT_HOME": str(home), "KIT_KEY_FILE": str(home / "key"), **LOCKED}


@pytest.fixture
def case_id(database: Database, kit: Kit) -> str:
    """A case that was made on the first machine."""
    assert database.name
    return str(json.loads(kit("case", "new", "小明", "--json").stdout)["id"])


def test_a_case_is_served_on_another_machine_once_the_keys_are_there(
    kit: Kit, case_id: str, other: dict[str, str], tmp_path: Path
) -> None:
    file, here = tmp_path / "cases.keys", {"KIT_CASE": case_id}
    doctor = kit("doctor", **other, **here)
    before = kit("status", **other, **here)
    assert kit("case", "keys", "--to", file, **LOCKED).exit_code == 0
    added = kit("case", "keys", "--from", file, **other)
    second = json.loads(kit("case", "new", "小红", "--json", **other).stdout)["id"]
    listed = [json.loads(line) for line in kit("case", "list", "--json").stdout.splitlines()]

    assert "its keys are not in this KIT_HOME" in doctor.output
    assert before.exit_code == 1
    assert "kit case keys --from FILE" in before.stderr
    assert added.exit_code == 0, added.output
    assert kit("status", **other, **here).exit_code == 0
    assert {one["id"]: one["has_key"] for one in listed} == {case_id: True, second: False}
    assert [one["name"] for one in listed] == ["小明", "小红"]


def test_keys_that_are_there_stay_and_those_that_came_since_are_added(
    kit: Kit, case_id: str, other: dict[str, str], tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    kit("backup", first, **LOCKED)
    kit("restore", first, **other)
    kit("case", "new", "小红")
    kit("case", "keys", "--to", second, **LOCKED)

    assert "2" in kit("case", "keys", "--from", second, **other).stdout
    assert kit("case", "keys", "--from", first, **other).exit_code == 0
    assert kit("status", KIT_CASE=case_id, **other).exit_code == 0


def test_keys_that_another_clinic_made_are_refused_by_the_database_and_by_the_home(
    kit: Kit, case_id: str, other: dict[str, str], tmp_path: Path, database: Database
) -> None:
    theirs = tmp_path / "theirs"
    with database.another() as elsewhere:
        there = {**other, "KIT_DATABASE_URL": elsewhere.url()}
        kit("case", "new", "小红", **there)
        kit("case", "keys", "--to", theirs, **there)
    asked = kit("doctor", **other)
    refused = kit("case", "list", **other)
    into_ours = kit("case", "keys", "--from", theirs, **LOCKED)
    empty = {**other, "KIT_HOME": f"{other['KIT_HOME']} 2", "KIT_KEY_FILE": str(tmp_path / "k")}
    into_empty = kit("case", "keys", "--from", theirs, **empty)

    for said in (refused, into_ours, into_empty):
        assert said.exit_code == 1
        assert "another clinic's" in said.stderr
    assert "another clinic's" in asked.output
    assert kit("status", KIT_CASE=case_id).exit_code == 0
    assert kit("case", "keys", "--from", theirs, **empty).exit_code == 1


def test_two_homes_that_were_made_apart_never_serve_one_database(
    database: Database, tmp_path: Path
) -> None:
    def opens(name: str) -> None:
        home = {"KIT_HOME": str(tmp_path / name), "KIT_KEY_FILE": str(tmp_path / f"{name}.key")}
        with cases.open_clinic(load({**home, "KIT_DATABASE_URL": database.url()}), Nobody()):
            pass

    opens("one")
    with pytest.raises(ClinicKeyMissingError):
        opens("other")
    with database.another() as elsewhere:
        home = {"KIT_HOME": str(tmp_path / "other"), "KIT_KEY_FILE": str(tmp_path / "other.key")}
        with cases.open_clinic(load({**home, "KIT_DATABASE_URL": elsewhere.url()}), Nobody()):
            pass
    with pytest.raises(AnotherClinicError):
        opens("other")
    opens("one")


def test_by_what_a_clinic_is_known_cannot_be_changed(database: Database, case_id: str) -> None:
    import psycopg

    assert case_id
    for change in ("UPDATE kit.this_clinic SET key_hash = 'x'", "DELETE FROM kit.this_clinic"):
        with pytest.raises(psycopg.errors.RaiseException):
            database.run(change)


def test_the_home_of_a_clinic_is_not_erased_with_the_keys_of_its_cases(
    kit: Kit, case_id: str
) -> None:
    said = kit("erase", "--yes", KIT_DATABASE_URL="", KIT_CASE="")

    assert "The keys of a clinic's cases are here: 1. Nothing was erased." in said.stderr
    assert said.exit_code == 1
    assert kit("status", KIT_CASE=case_id).exit_code == 0


@pytest.mark.parametrize("content", [b"", b"x" * 5000])
def test_what_is_no_file_of_keys_or_opens_by_no_passphrase_adds_nothing(
    kit: Kit, case_id: str, tmp_path: Path, content: bytes
) -> None:
    file, wrong = tmp_path / "cases.keys", tmp_path / "wrong"
    kit("case", "keys", "--to", file, **LOCKED)
    wrong.write_bytes(content or file.read_bytes()[:-1])

    assert case_id
    assert kit("case", "keys", "--from", wrong, **LOCKED).exit_code == 1
    assert kit("case", "keys", "--from", file, KIT_SEAL_PASSPHRASE="x").exit_code == 1
    assert kit("case", "keys", "--to", file, **LOCKED).exit_code == 1
    assert kit("case", "keys").exit_code == 2
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("key", [5, 10_000_000_000, "text", b"short", None])
def test_a_file_with_what_is_no_key_adds_nothing(
    kit: Kit, clinic: Clinic, other: dict[str, str], tmp_path: Path, key: object
) -> None:
    clinic.new("小明")
    raw = clinic.keys._connection._raw  # noqa: SLF001 (no key of ours is like that)
    raw.execute("ALTER TABLE case_key RENAME TO real")
    raw.execute("CREATE TABLE case_key AS SELECT * FROM real")
    raw.execute("INSERT INTO case_key VALUES ('case', ?)", [key])
    kit("case", "keys", "--to", tmp_path / "cases.keys", **LOCKED)
    added = kit("case", "keys", "--from", tmp_path / "cases.keys", **other)

    assert added.exit_code == 1
    assert "not as it was written" in added.stderr


def test_a_file_of_keys_holds_nothing_that_can_be_read_without_its_passphrase(
    kit: Kit, case_id: str, tmp_path: Path
) -> None:
    file = tmp_path / "cases.keys"
    kit("case", "keys", "--to", file, **LOCKED)

    assert case_id.encode() not in file.read_bytes()
    assert not file.read_bytes().startswith(b"SQLite")


def test_a_case_whose_key_is_lost_says_so_everywhere_and_loses_nothing(
    kit: Kit, case_id: str, tmp_path: Path, book: Callable[..., Path]
) -> None:
    file = tmp_path / "cases.keys"
    kit("case", "keys", "--to", file, **LOCKED)
    kit("import", book(card("王阿姨", "13800000001")), KIT_CASE=case_id)
    with cases.open_clinic(load(), Nobody()) as clinic:
        clinic.keys.forget(case_id)
    said = [kit(word, KIT_CASE=case_id) for word in ("status", "send", "contacts")]
    listed, worked = kit("case", "list"), kit("worker", "--until-idle")
    kit("case", "keys", "--from", file, **LOCKED)

    for one in (*said, worked):
        assert "key" in one.stderr
    assert {one.exit_code for one in said} == {1}
    assert worked.exit_code == 0
    assert "小明" in listed.stdout
    assert case_id in listed.stderr
    assert kit("contacts", "--json", KIT_CASE=case_id).stdout
