"""Choosing line by line, as a state and in a real terminal; and which contact is oneself."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING, Any

import pytest
from conftest import card, leave

from kit.actions import people
from kit.actions.choosing import ROWS, Choosing, Step
from kit.cli.talk import width
from kit.errors import NoContactsError
from kit.model import E164, Contact, Email, Group, Part

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from kit.actions.store import Store

    Kit = Callable[..., Result]
    Book = Callable[..., Path]


def person(id_: str, name: str, number: str = "", email: str = "") -> Contact:
    return Contact(
        id=id_,
        names=(name,) if name else (),
        numbers=(E164(number),) if number else (),
        emails=(Email(email),) if email else (),
        parts=(Part(where="book.vcf:1"),),
    )


FAMILY = [
    person("id001", "妈妈", "+8613800000001"),
    person("id002", "Ａnna Li", "+12025550143", "anna@example.com"),
    person("id003", "王 小芳", "+8613800000003"),
    person("id004", "前台", "+861055500101"),
]


@pytest.fixture
def sitting(store: Store) -> Choosing:
    store.book.save(FAMILY)
    sitting = Choosing(store)
    sitting.begin()
    return sitting


def groups(store: Store) -> list[Group]:
    return [contact.group for contact in store.book.contacts()]


def found(sitting: Choosing, text: str) -> list[str]:
    return [contact.id for _, contact in sitting.search(text)]


# --- the state --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("1", ["id001"]),
        ("4，2-3", ["id002", "id003", "id004"]),
        ("0", []),
        ("5", []),
        ("1 5", []),
        ("138", []),
        ("妈", []),
        ("", []),
    ],
)
def test_rows_are_those_on_the_screen_all_or_none(
    sitting: Choosing, text: str, ids: list[str]
) -> None:
    assert [contact.id for contact in sitting.rows(text)] == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("妈", ["id001"]),
        ("anna", ["id002"]),
        ("ＡＮＮＡ　ＬＩ", ["id002"]),
        ("王小", ["id003"]),
        ("EXAMPLE.com", ["id002"]),
        ("138 0000", ["id001", "id003"]),
        ("０００３", ["id003"]),
        ("+86 138-0000-0001", ["id001"]),
        ("0086 13800000001", ["id001"]),
        ("010 5550 0101", ["id004"]),
        ("wxf", ["id003"]),
        ("ＷａｎｇＸＦ", []),
        ("Wang Xiao'fang", ["id003"]),
        ("xiaof", ["id003"]),
        ("an", ["id002"]),
        ("mm", ["id001"]),
        ("李四", []),
        ("\u200b", []),
        ("\udce5", []),
    ],
)
def test_a_search_finds_names_numbers_and_addresses_however_they_are_typed(
    sitting: Choosing, text: str, ids: list[str]
) -> None:
    assert found(sitting, text) == ids


def test_whoever_is_called_so_comes_before_whoever_only_sounds_so(store: Store) -> None:
    store.book.save([person("id001", "李娜"), person("id002", "Lina"), person("id003", "林娜")])

    assert found(Choosing(store), "lina") == ["id002", "id001"]
    assert found(Choosing(store), "ln") == ["id001", "id003"]


def test_every_step_can_be_undone_over_all_questions(sitting: Choosing, store: Store) -> None:
    store.book.choose({"id002": Group.EVERYONE})
    before = groups(store)
    sitting.put(sitting.rows("1-2"))
    sitting.go_on()
    found(sitting, "妈妈")
    sitting.put(sitting.rows("1"))
    sitting.go_on()
    sitting.put(sitting.undecided)
    assert groups(store) == [Group.NOBODY, Group.EMERGENCY, Group.EVERYONE, Group.EVERYONE]

    assert [c.contact.id for c in sitting.undo().changes] == ["id003", "id004"]
    assert sitting.group is Group.EVERYONE
    sitting.undo()
    assert (sitting.group, groups(store)[0]) == (Group.NOBODY, Group.EMERGENCY)
    sitting.undo()
    assert (sitting.group, groups(store)) == (Group.EMERGENCY, before)
    assert not sitting.can_undo


def test_undo_without_a_step_asks_the_first_question_again(sitting: Choosing) -> None:
    sitting.go_on()

    assert sitting.undo() == Step()
    assert sitting.group is Group.EMERGENCY


def test_somebody_in_another_group_moves_and_in_the_same_one_stays(sitting: Choosing) -> None:
    (first,) = sitting.put(sitting.rows("1")).changes
    assert (first.before, first.after) == (Group.UNDECIDED, Group.EMERGENCY)
    assert sitting.put(sitting.rows("1")).changes == ()
    sitting.go_on()
    found(sitting, "妈妈")
    (moved,) = sitting.put(sitting.rows("1")).changes

    assert (moved.before, moved.after) == (Group.EMERGENCY, Group.NOBODY)


def test_rows_keep_their_numbers_until_another_list_is_shown(
    sitting: Choosing, store: Store
) -> None:
    sitting.put(sitting.rows("1"))
    sitting.put(sitting.rows("2"))

    assert groups(store)[:3] == [Group.EMERGENCY, Group.EMERGENCY, Group.UNDECIDED]


def test_more_rows_follow_and_then_the_list_begins_anew(store: Store) -> None:
    store.book.save([person(f"id{n:03}", f"n{n}") for n in range(ROWS + 2)])
    sitting = Choosing(store)

    assert [n for n, _ in sitting.begin()] == list(range(1, ROWS + 1))
    assert sitting.rows(str(ROWS + 1)) == []
    assert [n for n, _ in sitting.more()] == [ROWS + 1, ROWS + 2]
    sitting.put(sitting.rows(f"1 {ROWS + 2}"))
    (number, contact), *_ = sitting.more()
    assert (number, contact.id) == (1, "id001")


def test_whoever_left_the_book_meanwhile_is_no_change(sitting: Choosing, store: Store) -> None:
    store.book.save([], merged_away=["id001"])

    step = sitting.put(sitting.rows("1 2"))

    assert [change.contact.id for change in step.changes] == ["id002"]
    assert step.gone == 1


def test_what_was_chosen_elsewhere_since_is_not_undone(sitting: Choosing, store: Store) -> None:
    sitting.put(sitting.rows("1 2"))
    store.book.choose({"id001": Group.NOBODY})
    step = sitting.undo()

    assert [change.contact.id for change in step.changes] == ["id002"]
    assert [contact.id for contact in step.left] == ["id001"]
    assert groups(store)[:2] == [Group.NOBODY, Group.UNDECIDED]
    assert sitting.undo() == Step()


def test_an_empty_book_has_nobody_to_choose(store: Store) -> None:
    with pytest.raises(NoContactsError):
        Choosing(store)


# --- oneself ----------------------------------------------------------------------------


def test_oneself_is_never_told_never_listed_and_known_by_number(
    kit: Kit, book: Book, store: Store
) -> None:
    kit("import", book(card("妈妈", "13800000001"), card("我", "13800000009", "13800000010")))
    result = kit("choose", "--me", "我", "--everyone-else")

    assert result.exit_code == 0
    assert groups(store) == [Group.EVERYONE, Group.NOBODY]
    assert "yourself" in kit("contacts").stdout.splitlines()[1]
    assert people.is_own(store, E164("+8613800000010"))
    assert not people.is_own(store, E164("+8613800000001"))
    assert found(Choosing(store), "我") == []


def test_oneself_is_known_after_an_import_that_knows_more(
    kit: Kit, book: Book, store: Store
) -> None:
    kit("import", book(card("我", "13800000009")))
    kit("choose", "--me", "13800000009")
    kit("import", book(card("本人", "13800000009", "13800000011"), name="newer.vcf"))

    assert people.is_own(store, E164("+8613800000011"))
    assert groups(store) == [Group.NOBODY]


def test_oneself_who_left_the_book_is_not_known_any_more(store: Store) -> None:
    store.book.save(FAMILY)
    assert people.oneself(store) is None
    people.choose(store, [], me="妈妈")
    store.book.save([], merged_away=["id001"])

    assert people.oneself(store) is None
    assert not people.is_own(store, E164("+8613800000001"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--emergency", "妈妈", "--me", "妈妈"), "given for two groups"),
        (("--emergency", "妈妈", "--me", "没有"), "WHO number 2 is nobody"),
        (("--me", "妈妈", "--nobody", "没有"), "WHO number 1 is nobody"),
    ],
)
def test_a_wrong_choice_beside_oneself_changes_nothing(
    kit: Kit, store: Store, arguments: tuple[str, ...], sentence: str
) -> None:
    store.book.save(FAMILY)
    result = kit("choose", *arguments)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert set(groups(store)) == {Group.UNDECIDED}
    assert people.oneself(store) is None


# --- in a terminal ----------------------------------------------------------------------

PROMPT = "go on): "


def say(child: Any, *lines: str) -> str:  # noqa: ANN401 (pexpect has no types)
    """Type each line at its prompt; what was shown before the last one."""
    for line in lines:
        child.expect(r"\): |undo: ")
        child.sendline(line)
    return str(child.before)


def ended(child: Any) -> str:  # noqa: ANN401 (pexpect has no types)
    child.expect("Next: kit plan --from NAME|Cancelled")
    shown = str(child.before + child.after)
    child.expect("\r\n")
    return shown


def test_three_questions_one_after_another(store: Store, terminal: Callable[..., Any]) -> None:
    store.book.save(FAMILY)
    child = terminal("choose")
    child.expect_exact("They are often rung first.")
    child.expect_exact("danger, choose never")
    child.expect_exact("husband or wife")
    say(child, "1")
    child.expect_exact("妈妈: not chosen yet → emergency contact")
    say(child, "")
    child.expect_exact("Who must never get a message?")
    say(child, "王小")
    child.expect_exact("Found: 1")
    say(child, "1")
    child.expect_exact("王 小芳: not chosen yet → never tell")
    say(child, "")
    child.expect_exact("Tell these 2 too?")
    say(child, "maybe")
    child.expect_exact("Nobody has that in name")
    say(child, "是")
    child.expect_exact("Ａnna Li: not chosen yet → everyone else")
    say(child, "")

    assert "everyone else      2" in ended(child)
    assert groups(store) == [Group.EMERGENCY, Group.EVERYONE, Group.NOBODY, Group.EVERYONE]


def test_some_of_the_rest_are_told_and_the_others_are_not(
    store: Store, terminal: Callable[..., Any]
) -> None:
    store.book.save(FAMILY)
    child = terminal("choose")
    say(child, "", "", "anna", "1", "no")

    assert "everyone else      1" in ended(child)
    assert groups(store).count(Group.UNDECIDED) == len(FAMILY) - 1


def test_not_now_leaves_the_rest_undecided(store: Store, terminal: Callable[..., Any]) -> None:
    store.book.save(FAMILY)
    child = terminal("choose")
    say(child, "1", "", "", "")

    assert "This told nobody" in ended(child)
    assert groups(store) == [Group.EMERGENCY, *[Group.UNDECIDED] * 3]


def test_several_at_once_are_chosen_named_and_undone(
    store: Store, terminal: Callable[..., Any]
) -> None:
    store.book.save(FAMILY)
    child = terminal("choose")
    say(child, "１、３－４")
    child.expect_exact("前台: not chosen yet → emergency contact")
    say(child, "", "0")
    child.expect_exact("前台: emergency contact → not chosen yet")
    child.expect_exact("They are often rung first.")
    say(child, "0")
    child.expect_exact("There is nothing left to undo.")

    assert set(groups(store)) == {Group.UNDECIDED}


def test_what_matches_nothing_chooses_nobody(store: Store, terminal: Callable[..., Any]) -> None:
    store.book.save(FAMILY)
    child = terminal("choose")
    say(child, "1-99")
    child.expect_exact("Nobody has that")
    say(child, "1")
    child.expect_exact("Found")

    assert set(groups(store)) == {Group.UNDECIDED}


HOSTILE = [
    person("aaaaaaaaaaa1", "王" * 300, "+8613800000001"),
    person("aaaaaaaaaaa2", "王" * 301, "+8613800000001"),
    person("aaaaaaaaaaa3", "a\nb\r\x1b[31mc\u202e\t" + "y" * 90, "+8613800000003"),
    person("aaaaaaaaaaa4", "", "", "somebody.with.a.long.address@mail.example.com"),
    person("aaaaaaaaaaa5", ""),
]


@pytest.mark.parametrize(("columns", "language"), [(40, "zh-Hans"), (40, "en"), (80, "en")])
def test_every_row_fits_one_line_whatever_the_names_are(
    store: Store, terminal: Callable[..., Any], columns: int, language: str
) -> None:
    store.book.save(HOSTILE)
    child = terminal("choose", columns=columns, TERM="dumb", NO_COLOR="1", KIT_LANG=language)
    shown = []
    for answer in ("王王", "0", "example", "+"):
        child.expect(r"[)）]: ")
        shown += [line for line in child.before.split("\r\n") if re.match(r"\d  ", line)]
        child.sendline(answer)
    child.expect(r"[)）]: ")

    assert len(shown) >= 7
    assert all(width(line) < columns for line in shown)
    assert not re.search("[\x00-\x08\x1b\u202e]", "".join(shown))
    assert all("aaaaaaaaaaa" in line for line in shown if "王" in line)
    assert not any("aaaaaaaaaaa" in line for line in shown if "王" not in line)


def test_two_of_one_name_are_told_apart_by_their_numbers(
    store: Store, terminal: Callable[..., Any]
) -> None:
    store.book.save([person(f"id00{n}", "王伟", f"+861380000000{n}") for n in (1, 2)])
    child = terminal("choose")
    assert "id00" not in say(child, "2")
    child.expect_exact("王伟 …0002: not chosen yet → emergency contact")

    child.expect_exact(PROMPT)
    assert groups(store) == [Group.UNDECIDED, Group.EMERGENCY]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on Windows")
def test_a_kill_loses_no_choice(store: Store, terminal: Callable[..., Any]) -> None:
    store.book.save(FAMILY)
    child = terminal("choose")
    say(child, "1", "", "2")
    child.expect_exact("never tell")
    child.kill(signal.SIGKILL)
    child.wait()

    assert groups(store) == [Group.EMERGENCY, Group.UNDECIDED, Group.NOBODY, Group.UNDECIDED]


@pytest.mark.parametrize("stop", ["\x03", "\x04"])
def test_stopping_keeps_what_was_chosen(
    store: Store, terminal: Callable[..., Any], stop: str
) -> None:
    store.book.save(FAMILY)
    child = terminal("choose")
    say(child, "1")
    child.expect_exact(PROMPT)
    leave(child, stop)

    assert "Cancelled" in child.before
    assert groups(store)[0] is Group.EMERGENCY


def test_a_terminal_that_knows_no_chinese_is_no_fault(
    store: Store, terminal: Callable[..., Any]
) -> None:
    store.book.save(FAMILY)
    child = terminal("choose", TERM="dumb", PYTHONIOENCODING="ascii")
    say(child, "妈妈", "", "", "")

    assert "This told nobody" in ended(child)
    assert set(groups(store)) == {Group.UNDECIDED}
