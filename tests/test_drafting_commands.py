from __future__ import annotations

import json
import os
import re
import stat
import sys
from typing import TYPE_CHECKING, Any

import pytest
from answering import at_terminal

from kit.actions import drafting
from kit.letters import draft as letters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from click.testing import Result

    Kit = Callable[..., Result]

BODIES = ("lender", "12378", "local-finance", "12345", "12321", "platform", "110", "court")
KINDS = ("stop", "data", "statement", "assignment", "hardship", "debt-relief-answer")
LENDER = "示例消费金融有限公司"
#: What everything can be written from.
SHEET = (
    *("name=李明", "phone=138 0000 0009", f"lender={LENDER}", "new_creditor=示例资产公司"),
    *("offered_by=示例咨询公司", "income=8000", "housing=2000", "food=1500", "owed=12000"),
    *("health=0", "family=0", "other_expenses=0", "other_debts=0", "first_on=2026-12-10"),
)
#: Which sort of lender a complaint is for, where it is not for every one.
KIND_OF = {"local-finance": "small_loan"}


def fill(kit: Kit, *lines: str) -> None:
    done = kit("letter", "facts", *(part for line in lines for part in ("--set", line)))
    assert done.exit_code == 0, done.stderr


def record(kit: Kit, *more: str, at: str = "2026-11-05T22:30+08:00") -> None:
    call = ("--from", "138 0000 0123", "--to", "妈妈", "--said", "让她替我还钱", "--disclosed")
    done = kit("evidence", "add", "--kind", "call", "--at", at, *call, *more)
    assert done.exit_code == 0, done.stderr


@pytest.fixture
def ready(kit_then: Kit) -> Kit:
    """The fact sheet is filled in, and one call is recorded."""
    fill(kit_then, *SHEET)
    record(kit_then, "--threatened")
    return kit_then


def group_of(name: str) -> str:
    return "letter" if name in KINDS else "complaint"


def due(kit: Kit) -> list[dict[str, Any]]:
    return [json.loads(line) for line in kit("complaint", "next", "--json").stdout.splitlines()]


def kept(kit: Kit) -> list[dict[str, Any]]:
    return [json.loads(line) for line in kit("evidence", "list", "--json").stdout.splitlines()]


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize(("group", "names"), [("letter", KINDS), ("complaint", BODIES)])
def test_a_list_has_one_a_line_its_name_first_and_needs_no_store(
    kit: Kit, group: str, names: Sequence[str], language: str, tmp_path: Path
) -> None:
    done = kit(group, "--list", KIT_LANG=language)

    assert (done.exit_code, done.stderr) == (0, "")
    rows = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert [row[0] for row in rows] == list(names)
    assert all(len(row) == 2 for row in rows)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("name", [*KINDS, *BODIES])
def test_each_is_written_named_on_stdout_and_for_its_owner_alone(
    ready: Kit, name: str, tmp_path: Path
) -> None:
    fill(ready, f"lender_kind={KIND_OF.get(name, 'consumer_finance')}")
    to = tmp_path / f"{name}.txt"
    done = ready(group_of(name), name, "--to", to, KIT_LANG="zh-Hans")

    assert done.exit_code == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if str(to) in line] == [done.stdout.strip()]
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert "程序没有寄出任何东西。请您自己核对、签名、寄出。" in done.stderr
    assert re.search(rf"：kit {group_of(name)} sent {name}(?![\w-])", done.stderr)
    assert ("--incident" in done.stderr) is (name in {*BODIES, "stop", "data"})
    assert ("kit evidence export copy --redacted" in done.stderr) is (name in BODIES)
    assert [one.name for one in tmp_path.glob("*.txt")] == [to.name]


@pytest.mark.parametrize("name", [name for name in (*KINDS, *BODIES) if name != "12321"])
def test_without_a_terminal_what_is_missing_is_named_with_what_sets_it(
    kit_then: Kit, name: str, tmp_path: Path
) -> None:
    record(kit_then)
    needs, _ = letters.asks("cn", name)
    done = kit_then(group_of(name), name, "--to", tmp_path / "a.html")

    assert needs
    assert (done.exit_code, done.stdout) == (1, "")
    said = done.stderr.splitlines()
    for key in needs:
        (line,) = [one for one in said if one.startswith(f"{key}  ")]
        assert len(line) > len(key) + 4
    sets = " ".join(f'--set "{key}=…"' for key in needs)
    assert f"Fill it in: kit letter facts {sets}" in said
    assert not (tmp_path / "a.html").exists()


def test_a_complaint_of_which_nothing_is_recorded_is_not_written(
    kit_then: Kit, tmp_path: Path
) -> None:
    fill(kit_then, *SHEET)
    done = kit_then("complaint", "12378", "--to", tmp_path / "a.html")

    assert done.exit_code == 1
    assert "Nothing is written down yet" in done.stderr
    assert not (tmp_path / "a.html").exists()


def test_in_another_language_a_copy_to_read_lies_beside_it(ready: Kit, tmp_path: Path) -> None:
    done = ready("letter", "stop", "--to", tmp_path / "stop.txt", KIT_LANG="en")
    copy = tmp_path / "stop.en.txt"

    assert done.stdout == f"Written: {tmp_path / 'stop.txt'}\n"
    assert f"not to send: {copy}" in done.stderr
    assert "(to read, not to send)" in copy.read_text("utf-8").splitlines()[0]
    assert LENDER in copy.read_text("utf-8")
    assert "请只联系我本人" in (tmp_path / "stop.txt").read_text("utf-8")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_the_short_version_is_said_where_the_document_has_the_letter_alone(
    ready: Kit, tmp_path: Path
) -> None:
    ready("evidence", "add", "--kind", "call", "--at", "2026-01-05T22:30+08:00", "--to", "妈妈")
    said = {
        ending: ready("complaint", "12378", "--to", tmp_path / f"a.{ending}").stderr
        for ending in ("docx", "txt")
    }

    assert f"投诉{LENDER}。" in said["docx"]
    assert f"投诉{LENDER}。" not in said["txt"]


def test_a_letter_is_in_the_language_that_is_asked_for(ready: Kit, tmp_path: Path) -> None:
    to = ("--to", tmp_path / "stop.txt")
    done = ready("letter", "stop", *to, "--language", "zh-Hant", KIT_LANG="zh-Hant")
    assert done.exit_code == 0, done.stderr
    assert "聯" in (tmp_path / "stop.txt").read_text("utf-8")
    assert len(list(tmp_path.glob("*.txt"))) == 1

    assert ready("letter", "stop", *to, "--language", "ta").exit_code == 1


@pytest.mark.parametrize("ending", [".html", ".HTML", ".txt", ".docx"])
def test_its_ending_says_what_it_becomes(ready: Kit, ending: str, tmp_path: Path) -> None:
    to = tmp_path / f"stop{ending}"
    begins = {".html": b"<!", ".docx": b"PK"}.get(ending.lower(), "关于".encode())

    assert ready("letter", "stop", "--to", to, KIT_LANG="zh-Hans").exit_code == 0
    assert to.read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("to", "exit_code", "said"),
    [
        ("stop.pdf", 2, "end in .html, .txt or .docx"),
        ("stop", 2, "end in .html, .txt or .docx"),
        ("nowhere/stop.html", 1, "There is no such folder"),
        ("mine.txt", 1, "There is a file of that name already"),
        ("link.txt", 1, "There is a file of that name already"),
        ("nothing.txt", 1, "There is a file of that name already"),
        ("folder.txt", 1, "There is a file of that name already"),
    ],
)
def test_nothing_is_written_where_it_does_not_belong(
    ready: Kit, to: str, exit_code: int, said: str, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to(mine)
    (tmp_path / "nothing.txt").symlink_to(tmp_path / "not-there")
    (tmp_path / "folder.txt").mkdir()
    before = set(tmp_path.iterdir())
    done = ready("letter", "stop", "--to", tmp_path / to)

    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert said in done.stderr
    assert mine.read_text("utf-8") == "mine"
    assert set(tmp_path.iterdir()) == before


def test_a_letter_makes_room_for_the_next_unless_somebody_has_edited_it(
    ready: Kit, tmp_path: Path
) -> None:
    to = tmp_path / "stop.txt"
    again = ("letter", "stop", "--to", to)
    assert ready(*again).exit_code == 0
    fill(ready, "name=李小明")
    assert ready(*again).exit_code == 0
    assert "李小明" in to.read_text("utf-8")

    to.write_text("edited", encoding="utf-8")
    assert ready(*again).exit_code == 1
    assert to.read_text("utf-8") == "edited"


def test_a_letter_that_could_not_be_written_is_still_not_somebody_elses(
    ready: Kit, tmp_path: Path
) -> None:
    to = tmp_path / "stop.txt"
    again = ("letter", "stop", "--to", to)
    assert ready(*again).exit_code == 0
    in_the_way = tmp_path / f"stop.txt.{os.getpid()}.new"
    in_the_way.mkdir()
    fill(ready, "name=李小明")
    assert ready(*again).exit_code == 1
    in_the_way.rmdir()

    assert ready(*again).exit_code == 0
    assert "李小明" in to.read_text("utf-8")


def test_of_two_files_none_is_written_where_one_cannot_be(ready: Kit, tmp_path: Path) -> None:
    (tmp_path / "stop.en.html").write_text("mine", encoding="utf-8")

    assert ready("letter", "stop", "--to", tmp_path / "stop.html").exit_code == 1
    assert not (tmp_path / "stop.html").exists()


def test_only_the_incidents_that_are_named_are_stated(ready: Kit, tmp_path: Path) -> None:
    record(ready, at="2026-11-07T12:00+08:00")
    to = ("complaint", "12378", "--to", tmp_path / "a.txt")
    assert ready(*to, "--incident", "2").exit_code == 0
    text = (tmp_path / "a.txt").read_text("utf-8")

    assert ("2026-11-07 12:00" in text, "2026-11-05 22:30" in text) == (True, False)
    assert "妈妈" not in text
    assert ready(*to, "--incident", "9").exit_code == 1
    (second,) = [one for one in kept(ready) if "11-07" in one["at"]]
    for named in ("#2", "２", " 2 ", second["id"], second["id"][:8].upper()):
        assert ready(*to, "--incident", named).exit_code == 0, named
        assert (tmp_path / "a.txt").read_text("utf-8") == text


@pytest.mark.parametrize("name", BODIES)
def test_from_an_empty_sheet_to_a_complaint_it_takes_twelve_answers_at_most(
    kit_then: Kit, monkeypatch: pytest.MonkeyPatch, name: str, tmp_path: Path
) -> None:
    record(kit_then)
    needs, uses = letters.asks("cn", name)
    answers = {
        "name": "李明",
        "phone": "138 0000 0009",
        "lender": LENDER,
        "lender_kind": KIND_OF.get(name, "1"),
        "told_before": "说过",
    }
    typed = [answers.get(key, "") for key in needs]
    typed += ["y", *(answers.get(key, "") for key in uses)] if uses else []
    to = tmp_path / "a.txt"
    done = at_terminal(kit_then, monkeypatch, typed, "complaint", name, "--to", to)

    assert done.exit_code == 0, done.output
    assert len(typed) <= 12
    assert "李明" in to.read_text("utf-8") or "name" not in (*needs, *uses)


def test_what_is_needed_is_asked_until_it_is_there_and_the_rest_only_offered(
    kit_then: Kit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(kit_then, "name=李明")
    typed = ["", "-", "abc", "138 0000 0009", LENDER, ""]
    to = tmp_path / "a.txt"
    done = at_terminal(kit_then, monkeypatch, typed, "letter", "stop", "--to", to)

    assert done.exit_code == 0, done.output
    assert done.stderr.count("Without this it cannot be written.") == 2
    assert "It can have these too" in done.stderr
    assert LENDER in to.read_text("utf-8")


def test_who_has_nothing_recorded_is_asked_nothing(
    kit_then: Kit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    to = ("--to", tmp_path / "a.txt")

    assert at_terminal(kit_then, monkeypatch, [], "complaint", "110", *to).exit_code == 1


@pytest.mark.parametrize("wrong", [("--language", "ja"), ("--incident", "9")])
def test_who_asked_for_what_is_not_there_is_asked_nothing(
    kit_then: Kit, monkeypatch: pytest.MonkeyPatch, wrong: Sequence[str], tmp_path: Path
) -> None:
    record(kit_then)
    to = ("--to", tmp_path / "a.txt")

    assert at_terminal(kit_then, monkeypatch, [], "complaint", "110", *to, *wrong).exit_code == 1


def test_who_cannot_have_a_document_is_asked_nothing(
    kit_then: Kit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    to = ("--to", tmp_path / "a.docx")
    done = at_terminal(kit_then, monkeypatch, [], "letter", "stop", *to)

    assert (done.exit_code, "is not installed" in done.stderr) == (1, True)


def test_the_help_of_a_letter_is_in_one_language(kit: Kit) -> None:
    shown = kit("letter", "stop", "-h", KIT_LANG="zh-Hans").stdout

    assert "[必须写]" in shown
    assert "required" not in shown


@pytest.mark.parametrize(("group", "name"), [("letter", "stpo"), ("complaint", "1237")])
def test_a_draft_that_is_none_is_wrong_usage_with_near_ones(
    kit: Kit, group: str, name: str
) -> None:
    for command in ((group, name), (group, "sent", name), (group, "answered", name)):
        done = kit(*command)
        assert done.exit_code == 2
        assert {"stpo": "stop", "1237": "12378"}[name] in done.stderr
    assert due(kit) == []


def test_what_comes_next_is_one_object_a_line(ready: Kit) -> None:
    fill(ready, "lender_kind=consumer_finance")
    found = due(ready)

    assert [list(one) for one in found] == [["body", "due_on", "what", "fact_ids"]] * 4
    assert [(one["body"], one["due_on"]) for one in found] == [
        ("lender", None),
        ("stop", None),
        ("110", "2027-05-05"),
        ("court", "2029-11-05"),
    ]
    assert found[2]["fact_ids"] == ["psl-25", "ch-110"]
    assert "{" not in "".join(one["what"] for one in found)


def test_what_was_sent_and_answered_is_noted_with_what_comes_next(ready: Kit) -> None:
    fill(ready, "lender_kind=consumer_finance")
    sent = ready("complaint", "sent", "lender", "--on", "2026-11-20", "--reference", "TS-1")
    assert (sent.exit_code, sent.stdout.endswith("sent on 2026-11-20.\n")) == (0, True)
    assert "2026-12-05  Sent on 2026-11-20." in sent.stderr
    assert due(ready)[0]["due_on"] == "2026-12-05"

    answered = ready("complaint", "answered", "lender")
    assert "answered on 2026-11-21" in answered.stdout
    assert due(ready)[0]["body"] == "12378"
    assert "12378" in ready("complaint", "next", KIT_LANG="zh-Hans").stdout.splitlines()[0]

    assert ready("complaint", "not-sent", "lender").exit_code == 0
    assert due(ready)[0]["body"] == "lender"


def test_a_letter_is_noted_by_its_own_command(ready: Kit) -> None:
    assert ready("letter", "sent", "stop").exit_code == 0
    assert due(ready)[0]["body"] == "stop"
    assert ready("letter", "answered", "stop").exit_code == 0
    assert ready("letter", "not-sent", "stop").exit_code == 0
    assert due(ready)[0]["body"] == "lender"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("sent", "12378", "--on", "2026-11-22"), "yet to come"),
        (("sent", "12378", "--on", "next week"), "on  Write the day as"),
        (("sent", "12378", "--on", "昨天\udcff"), "cannot be read"),
        (("sent", "12378", "--reference", "9" * 61), "60 characters at most"),
        (("answered", "12378"), "not known that this was sent"),
        (("not-sent", "12378"), "not known that this was sent"),
        (("answered", "lender", "--on", "2026-11-01"), "before it was sent"),
    ],
)
def test_what_cannot_be_so_is_not_noted(ready: Kit, command: Sequence[str], said: str) -> None:
    ready("complaint", "sent", "lender", "--on", "2026-11-20")
    before = due(ready)
    done = ready("complaint", *command)

    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert due(ready) == before


def test_a_day_of_nothing_that_can_be_seen_is_today(ready: Kit) -> None:
    for typed in ("", " ", "\u200b"):
        done = ready("complaint", "sent", "12378", "--on", typed)
        assert (done.exit_code, "sent on 2026-11-21" in done.stdout) == (0, True), typed


def test_what_was_sent_before_is_stated_by_its_day_however_it_was_noted(
    ready: Kit, tmp_path: Path
) -> None:
    ready("letter", "sent", "stop", "--on", "2026-11-20")
    ready("complaint", "sent", "lender", "--on", "2026-11-10")
    to = tmp_path / "a.txt"
    ready("complaint", "12378", "--to", to)
    text = to.read_text("utf-8")

    assert 0 < text.index("2026-11-10") < text.index("2026-11-20")


def test_two_lenders_are_told_apart(ready: Kit) -> None:
    ready("complaint", "sent", "lender", "--on", "2026-11-10")
    one = ready("complaint", "next").stdout
    fill(ready, "lender=示例小额贷款有限公司")
    ready("complaint", "sent", "lender", "--on", "2026-11-20")
    both = ready("complaint", "next").stdout

    assert LENDER not in one
    assert [name in both for name in (LENDER, "示例小额贷款有限公司")] == [True, True]
    assert [one["due_on"] for one in due(ready)][:2] == ["2026-11-25", "2026-12-05"]


def test_where_nothing_is_due_it_says_what_to_do(kit: Kit) -> None:
    done = kit("complaint", "next")

    assert (done.exit_code, done.stdout) == (0, "")
    assert "kit evidence add" in done.stderr


def test_another_country_has_no_drafts_and_says_so(kit_then: Kit, tmp_path: Path) -> None:
    fill(kit_then, *SHEET, "country=us")
    done = kit_then("letter", "stop", "--to", tmp_path / "a.html")

    assert done.exit_code == 1
    assert "There are some for: cn" in done.stderr
    assert kit_then("complaint", "next").exit_code == 1
    fill(kit_then, "country=cn")


def test_the_names_are_those_that_a_program_may_use() -> None:
    assert drafting.letters_of("cn") == KINDS
    assert drafting.complaints_of("cn") == BODIES
