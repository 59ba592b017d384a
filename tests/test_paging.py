"""The page as the ledger sees it: handed over at once, brought back row by row, never doubled."""

from __future__ import annotations

import json
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import card

from kit.actions.handing import answer, handing_over
from kit.model import Answer, Receipt, Status, Way

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from conftest import Clock

    from kit.actions.store import Store

    Kit = Callable[..., Result]
    Book = Callable[..., Path]

PEOPLE = [card(f"朋友{n}", f"138000000{n:02}") for n in range(1, 26)]
COUNT = len(PEOPLE)
KILL_AT = Path(__file__).parent / "kill_at.py"
BOUNDARIES = [
    f"{act}:{moment}"
    for act in ("claim", "record", "bytes")
    for moment in ("before", "unsaved", "after")
    if (act, moment) != ("bytes", "unsaved")
]


@pytest.fixture
def page(kit_then: Kit, book: Book, tmp_path: Path) -> Path:
    """25 people, the last of them an emergency contact, and their page."""
    kit_then("import", book(*PEOPLE))
    kit_then("choose", "--emergency", "朋友25", "--everyone-else")
    kit_then("plan", "--via", "page", "--from", "小明")
    path = tmp_path / "page.html"
    assert kit_then("send", "--to", path, "--yes", str(COUNT)).exit_code == 0
    return path


def statuses(kit: Kit) -> list[str]:
    return re.findall(r'"status": "(\w+)"', kit("status", "--json").stdout)


def planned(kit: Kit, via: str) -> tuple[list[str], list[str]]:
    """Whom a plan by that channel would tell, and why it leaves out the others."""
    lines = [json.loads(line) for line in kit("plan", "--via", via, "--json").stdout.splitlines()]
    told = [line["recipient"] for line in lines if "recipient" in line]
    return told, [line["skipped"] for line in lines if "skipped" in line]


def test_the_page_hands_everybody_over_and_is_private(
    page: Path, kit_then: Kit, store: Store
) -> None:
    assert statuses(kit_then) == ["handed_over"] * COUNT
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert page in store.book.written()


def test_the_plan_says_how_the_page_is_made_and_how_long_sending_takes(
    kit_then: Kit, book: Book
) -> None:
    kit_then("import", book(*PEOPLE))
    kit_then("choose", "--everyone-else")
    planned = kit_then("plan", "--via", "page", "--from", "小明")

    assert "Then: kit send --to page.html" in planned.output
    assert "At most 20 an hour and 100 a day" in planned.output


@pytest.mark.usefixtures("page")
def test_rows_are_numbered_as_in_the_plan_and_told_by_the_borrowers_word(kit_then: Kit) -> None:
    done = kit_then("sync", "--page", "1-17,20")

    assert done.exit_code == 0
    assert "Told, by your word: 18" in done.stdout
    assert "not confirmed yet: 7." in done.stdout
    rows = [json.loads(line) for line in kit_then("status", "--json").stdout.splitlines()]
    told = [n for n, row in enumerate(rows, 1) if row["status"] == "delivered"]
    assert told == [*range(1, 18), 20]
    assert rows[0]["recipient"] == "+8613800000025"


@pytest.mark.usefixtures("page")
def test_a_row_that_is_not_there_changes_nothing(kit_then: Kit) -> None:
    refused = kit_then("sync", "--page", "1-17,26")

    assert refused.exit_code == 1
    assert "The page has no row 26; the last one is 25. Nothing was changed." in refused.stderr
    assert statuses(kit_then) == ["handed_over"] * COUNT


@pytest.mark.usefixtures("page")
def test_the_same_rows_said_twice_are_told_once(kit_then: Kit) -> None:
    kit_then("sync", "--page", "3")
    again = kit_then("sync", "--page", "3,4")

    assert "Told, by your word: 1" in again.stdout
    assert "known already: 1." in again.stdout
    assert statuses(kit_then).count("delivered") == 2


@pytest.mark.usefixtures("page")
def test_what_is_said_of_rows_is_given_to_programs_too(kit_then: Kit) -> None:
    lines = [
        json.loads(line) for line in kit_then("sync", "--page", "1,2", "--json").stdout.splitlines()
    ]

    assert [line["status"] for line in lines[:-1]] == ["delivered", "delivered"]
    assert lines[-1] == {"summary": {"changed": 2, "left": 23}}


@pytest.mark.usefixtures("page")
def test_what_is_taken_back_is_planned_and_goes_by_another_way(kit_then: Kit) -> None:
    kit_then("sync", "--page", "1-20")
    back = kit_then("take-back")

    assert back.exit_code == 0
    assert "Planned again: 5." in back.stdout
    assert statuses(kit_then) == ["delivered"] * 20 + ["planned"] * 5
    told, why = planned(kit_then, "phone")
    assert len(told) == 5
    assert why == ["already_told"] * 20
    assert "Nothing is in your hands" in kit_then("take-back").stdout


@pytest.mark.usefixtures("page")
def test_what_a_plan_left_out_as_handed_over_is_not_forgotten_when_taken_back(
    kit_then: Kit,
) -> None:
    kit_then("sync", "--page", "1-20")
    kit_then("plan")
    assert "On the page, and not confirmed yet: 5." in kit_then("status").stdout
    kit_then("take-back")
    status = kit_then("status")

    assert "Everybody you chose has been dealt with." not in status.stderr
    assert "Next: who gets what: kit plan" in status.stderr
    assert "Left out, because something changed since the plan: 5." in kit_then("send").stderr


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("via", ["phone", "page", "email"])
def test_another_plan_leaves_out_what_is_handed_over_and_says_so(kit_then: Kit, via: str) -> None:
    told, why = planned(kit_then, via)

    assert told == []
    assert why == ["handed_over"] * COUNT
    assert "because they are in your hands already: 25." in kit_then("plan", "--via", via).output


@pytest.mark.usefixtures("page")
def test_whoever_was_handed_over_is_not_told_under_another_name(kit_then: Kit, book: Book) -> None:
    kit_then("import", book(card("老同学", "13800000003", "13800000103")))
    kit_then("choose", "--everyone-else")

    told, _ = planned(kit_then, "phone")

    assert told == []


def test_the_page_made_twice_is_the_same_page(page: Path, kit_then: Kit) -> None:
    first = page.read_text("utf-8")
    again = kit_then("send", "--to", page, "--yes", str(COUNT))

    assert again.exit_code == 0
    assert page.read_text("utf-8") == first
    assert statuses(kit_then) == ["handed_over"] * COUNT


def test_a_page_made_again_leaves_out_who_was_told_or_wants_no_more(
    page: Path, kit_then: Kit
) -> None:
    kit_then("sync", "--page", "1-10")
    kit_then("stop", "朋友12")
    kit_then("choose", "--nobody", "朋友13")
    kit_then("send", "--to", page, "--yes", str(COUNT))

    rows = [int(n) for n in re.findall(r"sms:\+86138000000(\d\d)", page.read_text("utf-8"))]
    assert rows == [n for n in range(10, 25) if n not in (12, 13)]


def test_a_file_that_is_not_ours_is_not_overwritten(
    kit_then: Kit, book: Book, tmp_path: Path
) -> None:
    mine = tmp_path / "diary.html"
    mine.write_text("mine")
    kit_then("import", book(*PEOPLE[:1]))
    kit_then("choose", "--everyone-else")
    kit_then("plan", "--via", "page", "--from", "小明")
    refused = kit_then("send", "--to", mine, "--yes", "1")

    assert refused.exit_code == 1
    assert "There is a file of that name already" in refused.stderr
    assert mine.read_text() == "mine"
    assert statuses(kit_then) == ["planned"]


def test_the_page_does_not_overwrite_the_spreadsheet(
    kit_then: Kit, book: Book, tmp_path: Path
) -> None:
    sheet = tmp_path / "contacts.csv"
    kit_then("import", book(*PEOPLE[:1]))
    kit_then("choose", "--csv", sheet)
    kit_then("choose", "--everyone-else")
    kit_then("plan", "--via", "page", "--from", "小明")
    edited = sheet.read_bytes()

    assert kit_then("send", "--to", sheet, "--yes", "1").exit_code == 1
    assert sheet.read_bytes() == edited


def test_two_who_became_one_person_stand_on_the_page_once(
    page: Path, kit_then: Kit, book: Book
) -> None:
    kit_then("import", book(card("朋友3", "13800000003", "13800000004")))
    kit_then("send", "--to", page, "--yes", str(COUNT))
    rows = re.findall(r"sms:\+86138000000(\d\d)", page.read_text("utf-8"))

    assert len(rows) == COUNT - 1
    assert len({"03", "04"} & set(rows)) == 1


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("status", [Status.HANDED_OVER, Status.SENDING])
def test_a_row_that_went_is_told_for_good_whatever_the_other_way_says_later(
    kit_then: Kit, store: Store, status: Status
) -> None:
    from kit.actions.delivery import still_to_go

    kit_then("take-back")
    kit_then("plan", "--via", "phone")
    plan = store.current_plan()
    message = plan.messages[0]
    way = Way(
        channel="phone",
        recipient=message.recipient,
        addresses=frozenset([message.recipient]),
        until=store.clock(),
        segments=1,
    )
    attempt = store.ledger.claim(plan, message, way, store.clock())
    assert attempt is not None
    if status is Status.HANDED_OVER:
        store.ledger.record(attempt.id, Receipt(status=status, at=store.clock()))
    kit_then("sync", "--page", "1")

    assert still_to_go(store, plan, [attempt]) == []
    store.ledger.record(attempt.id, Receipt(status=Status.PLANNED, at=store.clock()))
    assert statuses(kit_then) == ["delivered"] + ["planned"] * (COUNT - 1)


@pytest.mark.parametrize(
    ("arguments", "sentence", "code"),
    [
        (("send", "--yes", "1"), "The page needs a file to be written to.", 1),
        (("send", "--to", "nowhere/page.html", "--yes", "2"), "The plan has 1 messages", 1),
        (("sync", "--page", "1"), "No page was made yet", 1),
        (("sync", "--page", "1-x"), "Rows are written such as 1-17,20", 2),
        (("sync", "--page", "0"), "Rows are written such as 1-17,20", 2),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    kit_then: Kit, book: Book, arguments: tuple[str, ...], sentence: str, code: int
) -> None:
    kit_then("import", book(*PEOPLE[:1]))
    kit_then("choose", "--everyone-else")
    kit_then("plan", "--via", "page", "--from", "小明")
    refused = kit_then(*arguments)

    assert refused.exit_code == code
    assert sentence in refused.stderr
    assert statuses(kit_then) == ["planned"]


def test_a_page_that_cannot_be_written_is_made_when_it_can(
    kit_then: Kit, book: Book, tmp_path: Path
) -> None:
    kit_then("import", book(*PEOPLE[:1]))
    kit_then("choose", "--everyone-else")
    kit_then("plan", "--via", "page", "--from", "小明")
    folder = tmp_path / "usb"
    failed = kit_then("send", "--to", folder / "page.html", "--yes", "1")
    folder.mkdir()
    made = kit_then("send", "--to", folder / "page.html", "--yes", "1")

    assert failed.exit_code == 1
    assert "there is no such file" in failed.stderr
    assert made.exit_code == 0
    assert "sms:+8613800000001" in (folder / "page.html").read_text("utf-8")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on Windows")
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_kill_while_the_page_is_made_loses_and_doubles_nobody(
    kit: Kit, book: Book, tmp_path: Path, boundary: str
) -> None:
    kit("import", book(*PEOPLE[:3]))
    kit("choose", "--everyone-else")
    kit("plan", "--via", "page", "--from", "小明")
    path = tmp_path / "page.html"
    send = ("send", "--to", str(path), "--yes", "3")
    died = subprocess.run([sys.executable, KILL_AT, boundary, "1", *send], check=False)
    half_written = path.exists() and "sms:" not in path.read_text("utf-8")

    assert died.returncode == -signal.SIGKILL
    assert set(statuses(kit)) in ({"planned"}, {"handed_over"})
    assert not (path.exists() and "planned" in statuses(kit))
    assert not half_written
    assert kit(*send).exit_code == 0
    assert statuses(kit) == ["handed_over"] * 3
    assert path.read_text("utf-8").count('href="sms:') == 3


@pytest.mark.usefixtures("page")
def test_one_page_at_a_time_so_that_a_row_is_one_person(
    kit_then: Kit, book: Book, tmp_path: Path
) -> None:
    kit_then("import", book(card("新朋友", "13800000101")))
    kit_then("choose", "--everyone-else")
    kit_then("plan", "--via", "page")
    refused = kit_then("send", "--to", tmp_path / "second.html", "--yes", "1")

    assert refused.exit_code == 1
    assert "An earlier page is still out" in refused.stderr
    assert not (tmp_path / "second.html").exists()
    assert "Told, by your word: 1" in kit_then("sync", "--page", "25").stdout
    kit_then("take-back")
    assert kit_then("send", "--to", tmp_path / "second.html", "--yes", "1").exit_code == 0
    kit_then("sync", "--page", "1")
    rows = [json.loads(line) for line in kit_then("status", "--json").stdout.splitlines()]
    assert [r["recipient"] for r in rows if r["status"] == "delivered"] == [
        "+8613800000101",
        "+8613800000024",
    ]


@pytest.mark.usefixtures("page")
def test_a_row_that_was_sent_though_taken_back_is_told_after_all(kit_then: Kit) -> None:
    kit_then("take-back")
    kit_then("sync", "--page", "2")
    told, why = planned(kit_then, "phone")

    assert len(told) == COUNT - 1
    assert why == ["already_told"]


@pytest.mark.usefixtures("page")
def test_a_row_that_was_sent_is_told_though_another_way_had_it_meanwhile(
    kit_then: Kit, store: Store
) -> None:
    kit_then("take-back")
    kit_then("plan", "--via", "phone")
    first = next(handing_over(store, store.current_plan()))
    answer(store, first, Answer.NOT_NOW)

    assert "Told, by your word: 1" in kit_then("sync", "--page", "1").stdout
    assert statuses(kit_then).count("delivered") == 1
    told, why = planned(kit_then, "phone")
    assert len(told) == COUNT - 1
    assert why == ["already_told"]


@pytest.mark.usefixtures("page")
def test_told_in_person_settles_a_row(kit_then: Kit) -> None:
    kit_then("told", "朋友7")

    assert statuses(kit_then).count("delivered") == 1
    assert "known already: 1." in kit_then("sync", "--page", "8").stdout


@pytest.mark.usefixtures("page")
def test_what_the_borrower_sent_counts_for_the_pace_from_when_they_say_so(
    kit_then: Kit, clock: Clock, store: Store
) -> None:
    from kit.actions.delivery import gone

    assert gone(store, "phone") == []
    clock.go(hours=30)
    kit_then("sync", "--page", "1-20")

    assert [at for at, _ in gone(store, "phone")] == [clock.now] * 20
    assert len(gone(store, "twilio")) == 0


@pytest.mark.usefixtures("page")
def test_status_says_what_to_do_with_the_page(kit_then: Kit) -> None:
    shown = kit_then("status").stdout

    assert "On the page, and not confirmed yet: 25." in shown
    assert "The next scan and send asks" not in shown


def test_a_row_said_by_mistake_can_be_said_back(page: Path, kit_then: Kit) -> None:
    kit_then("sync", "--page", "1-3")
    back = kit_then("take-back", "朋友2")

    assert back.exit_code == 0
    assert "they will get it twice" in back.stdout
    assert statuses(kit_then)[:4] == ["delivered", "delivered", "planned", "handed_over"]
    kit_then("send", "--to", page, "--yes", str(COUNT))
    assert "sms:+8613800000002?" in page.read_text("utf-8")
    assert "sms:+8613800000001?" not in page.read_text("utf-8")


@pytest.mark.usefixtures("page")
def test_a_row_is_said_back_although_another_row_of_the_same_person_is_out(
    kit_then: Kit, book: Book
) -> None:
    kit_then("import", book(card("朋友2", "13800000002", "13800000003")))
    kit_then("sync", "--page", "3")
    back = kit_then("take-back", "朋友2")

    assert back.exit_code == 0
    assert statuses(kit_then)[:4] == ["handed_over", "handed_over", "planned", "handed_over"]


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("command", [("stop", "朋友3"), ("choose", "--nobody", "朋友3")])
def test_who_wants_no_more_is_named_by_row_while_the_page_is_out(
    kit_then: Kit, command: tuple[str, ...]
) -> None:
    said = "On the page are rows that must not be sent any more: 4."

    assert said not in kit_then("status").stdout
    assert said in kit_then(*command).stdout
    assert said in kit_then("status").stdout


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("minutes", [2, 30, 60])
def test_a_clock_set_back_holds_up_no_page(
    kit_then: Kit, clock: Clock, tmp_path: Path, minutes: int
) -> None:
    kit_then("take-back")
    clock.go(minutes=-minutes)
    then = clock.now
    kit_then("plan", "--via", "page")
    made = kit_then("send", "--to", tmp_path / "again.html", "--yes", str(COUNT))

    assert made.exit_code == 0
    assert clock.now == then


@pytest.mark.usefixtures("page")
def test_only_the_borrowers_own_word_can_be_taken_back(kit_then: Kit) -> None:
    refused = kit_then("take-back", "朋友2")

    assert refused.exit_code == 1
    assert "It is not your word alone that they were told" in refused.stderr
    assert statuses(kit_then) == ["handed_over"] * COUNT
    kit_then("told", "朋友2")
    assert kit_then("take-back", "朋友2").exit_code == 0
    assert kit_then("retry", "朋友3").exit_code == 1
    assert statuses(kit_then).count("planned") == 1


def test_who_is_on_the_page_is_not_shown_a_second_time_under_another_number(
    kit_then: Kit, book: Book, store: Store, tmp_path: Path
) -> None:
    kit_then("import", book(*PEOPLE[:2]))
    kit_then("choose", "--everyone-else")
    kit_then("plan", "--via", "phone", "--from", "小明")
    assert next(handing_over(store, store.current_plan())).may_go
    kit_then("plan", "--via", "page")
    assert kit_then("send", "--to", tmp_path / "page.html", "--yes", "1").exit_code == 0
    kit_then("plan", "--via", "phone")
    kit_then("import", book(card("朋友1", "13800000001", "13800000002")))
    asked = next(handing_over(store, store.current_plan()))

    assert asked.held_before
    assert not asked.may_go
