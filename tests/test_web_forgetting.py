"""The page “forget”, by requests: what goes is shown, a word is typed, and then it is gone."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest
from conftest import card
from desks import sit_down

from kit.actions import importing, planning
from kit.actions import people as everybody
from kit.actions.planning import Request
from kit.actions.store import is_first_start, open_store
from kit.actions.unlocking import Nobody
from kit.settings import load

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Clock
    from desks import Client
    from werkzeug.test import TestResponse


def said(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True)).partition("<main")[2]


@pytest.fixture
def full(client: Client, tmp_path: Path) -> Client:
    """A desk with people, a plan and a table."""
    (tmp_path / "book.vcf").write_text(card("妈妈", "13800000001"), encoding="utf-8")
    importing.import_files(client.store, [tmp_path / "book.vcf"])
    everybody.choose(client.store, [], everyone_else=True)
    planning.freeze_plan(client.store, Request(sender="小明"))
    client.store.book.remember_written(tmp_path / "table.csv", client.store.clock(), people=True)
    (tmp_path / "table.csv").write_text("妈妈")
    return client


def test_it_shows_both_ways_and_changes_nothing(full: Client, tmp_path: Path) -> None:
    shown = said(full.get("/forget"))

    for path in (tmp_path / "table.csv", tmp_path / "book.vcf", tmp_path / "home" / "key"):
        assert str(path) in shown
    assert "type: forget" in shown
    assert "type: erase" in shown
    assert full.store.book.has_people()


def test_with_nobody_in_the_book_there_is_one_way(client: Client) -> None:
    shown = said(client.get("/forget"))

    assert "There is nobody to forget." in shown
    assert "type: forget" not in shown


@pytest.mark.parametrize("typed", ["", "no", "forget everything"])
def test_another_word_changes_nothing(full: Client, tmp_path: Path, typed: str) -> None:
    for way in ("people", "everything"):
        assert "That is not the word" in said(full.post(f"/forget/{way}", word=typed))

    assert full.store.book.has_people()
    assert (tmp_path / "table.csv").exists()


def test_the_people_go_and_the_desk_stays(full: Client, tmp_path: Path) -> None:
    answer = full.post("/forget/people", word=" ＦＯＲＧＥＴ ")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/forget")
    assert "Forgotten." in said(full.get("/forget"))
    assert not full.store.book.has_people()
    assert not (tmp_path / "table.csv").exists()


def test_everything_goes_and_what_stays_is_named(full: Client, tmp_path: Path) -> None:
    answer = full.post("/forget/everything", word="erase")

    assert answer.status_code == 200
    assert "Erased" in said(answer)
    assert str(tmp_path / "book.vcf") in said(answer)
    assert [path.name for path in tmp_path.iterdir()] == ["book.vcf"]
    assert is_first_start(load())
    assert full.post("/forget/everything", word="erase").status_code == 401
    assert full.get("/forget").headers["Location"].endswith("/unlock")


def test_what_could_not_be_removed_is_named(full: Client, tmp_path: Path) -> None:
    (tmp_path / "table.csv").unlink()
    (tmp_path / "table.csv").symlink_to(tmp_path / "book.vcf")

    shown = said(full.post("/forget/everything", word="erase"))

    assert "Not all of it" in shown
    assert str(tmp_path / "table.csv") in shown


def test_nothing_goes_while_another_program_has_it_open(full: Client, clock: Clock) -> None:
    other = open_store(load(), Nobody(), clock)
    answer = full.post("/forget/everything", word="erase")
    other.close()

    assert answer.status_code == 409
    assert full.store.book.has_people()


def test_how_long_people_are_kept_can_be_said(full: Client) -> None:
    assert "90 days after" in said(full.get("/forget"))
    full.post("/forget/after", after="never")
    assert "until you say so" in said(full.get("/forget"))
    assert full.post("/forget/after", after="soon").status_code == 400


def test_a_desk_says_a_week_before_that_people_go(full: Client, clock: Clock) -> None:
    full.desk.close()
    clock.go(days=85)
    reader = sit_down(clock, read_only=True)
    reader.desk.open(Nobody())
    reader.enter()
    assert "will be forgotten" not in said(reader.get("/choose"))
    reader.desk.close()

    again = sit_down(clock)
    again.desk.open(Nobody())
    again.enter()
    assert "will be forgotten on" in said(again.get("/choose"))
    again.desk.close()
    clock.go(days=8)
    later = sit_down(clock)
    later.desk.open(Nobody())
    assert not later.store.book.has_people()
    later.enter()
    assert "Files with people in them are there still: 1." in said(later.get("/choose"))
    later.desk.close()
