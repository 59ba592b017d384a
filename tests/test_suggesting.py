"""What contacts look like, at the command line and in a real terminal; and which one is oneself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conftest import card, end

from kit import __version__
from kit.actions import people, suggesting
from kit.actions.choosing import Choosing
from kit.model import E164, Contact, ContactKind, Group, Part, Relation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from kit.actions.store import Store

    Kit = Callable[..., Result]
    Book = Callable[..., Path]


def person(id_: str, name: str, number: str) -> Contact:
    part = Part(where="book.vcf:1", name=name)
    return Contact(id=id_, names=(name,), numbers=(E164(number),), parts=(part,))


NAMES = ("王小芳", "顺丰快递", "太太", "周经理", "妈妈", "借呗")
PEOPLE = [person(f"id{n}", name, f"+861380000000{n}") for n, name in enumerate(NAMES, 1)]
ME = person("id7", "我", "+8613800000007")


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


# --- looks ------------------------------------------------------------------------------


def test_everybody_has_a_look_and_nobody_is_changed_by_it(store: Store, reopened: Store) -> None:
    store.book.save(PEOPLE)
    looks = suggesting.looks(store)

    kinds = [look.kind for look in looks]
    assert kinds.count(ContactKind.SERVICE) == 2
    assert [look.suggestion and look.suggestion.group.value for look in looks] == [
        *(None, None, "emergency", "nobody", "emergency", "nobody"),
    ]
    assert reopened.book.contacts() == PEOPLE


def test_a_look_that_is_kept_is_the_one_that_would_be_worked_out(store: Store) -> None:
    store.book.save(PEOPLE)
    worked_out = suggesting.looks(store)
    suggesting.keep_looks(store)

    assert len(store.book.looks(__version__)) == len(PEOPLE)
    assert suggesting.looks(store) == worked_out


def test_a_look_is_kept_only_until_what_it_rests_on_changes(store: Store) -> None:
    store.book.save([*PEOPLE, ME])
    suggesting.keep_looks(store)
    store.book.save([replace(PEOPLE[4], names=("妈妈鱼庄",))])
    assert suggesting.looks(store)[4].suggestion is None

    suggesting.keep_looks(store)
    people.choose(store, [], me="id7")
    assert store.book.looks(__version__) == {}

    suggesting.keep_looks(store)
    sister = Relation(kind="sister", who="+8613800000001")
    store.book.save([replace(ME, parts=(replace(ME.parts[0], relations=(sister,)),))])
    suggested = suggesting.looks(store)[0].suggestion
    assert suggested is not None
    assert suggested.group is Group.EMERGENCY


def test_another_version_has_other_rules(store: Store) -> None:
    store.book.save(PEOPLE)
    suggesting.keep_looks(store)

    assert store.book.looks("0") == {}


def test_what_is_settled_is_not_suggested_again(store: Store) -> None:
    store.book.save(PEOPLE)
    store.book.choose({"id5": Group.NOBODY, "id3": Group.EMERGENCY, "id4": Group.EVERYONE})
    found = {look.contact.id: look.open_suggestion for look in suggesting.looks(store)}

    assert found["id5"] is None
    assert found["id3"] is None
    assert found["id4"] is not None


def test_one_s_own_card_says_who_is_family_once_it_is_known(kit: Kit, store: Store) -> None:
    relation = Relation(kind="mother", who="王小芳")
    own = replace(ME, parts=(Part(where="book.vcf:9", name="我", relations=(relation,)),))
    store.book.save([own, PEOPLE[0]])
    assert kit("contacts", "--suggested").stdout == ""
    kit("choose", "--me", "我")

    assert "somebody of this name is family" in kit("contacts", "--suggested").stdout


# --- kit contacts -----------------------------------------------------------------------


def test_the_table_has_a_mark(kit: Kit, store: Store) -> None:
    store.book.save(PEOPLE)
    lines = kit("contacts").stdout.splitlines()
    marks = [line.split("not chosen yet")[1].strip() for line in lines]

    assert "only hints: nothing is chosen" in kit("contacts").stderr
    assert marks == [
        *("", "looks like a shop or service", "perhaps family", "better not told"),
        *("looks like family", "better not told"),
    ]


def test_the_table_in_chinese_has_the_marks_too(kit: Kit, store: Store) -> None:
    store.book.save(PEOPLE)
    shown = kit("contacts", KIT_LANG="zh-Hans").stdout

    assert [
        shown.count(mark) for mark in ("像是家人", "可能是家人", "像是店铺或服务", "最好别告诉")
    ] == [
        *(1, 1, 1, 2),
    ]


def test_who_is_suggested_is_listed_under_the_reason(kit: Kit, store: Store) -> None:
    store.book.save(PEOPLE)
    shown = kit("contacts", "--suggested").stdout
    only_nobody = kit("contacts", "--suggested", "nobody").stdout

    assert (
        "Consider “emergency contact”: The whole name is a word for a mother or a father.\n  id5"
        in shown
    )
    assert "Consider “emergency contact”, not certain: The whole name may be" in shown
    assert shown.index("妈妈") < shown.index("太太") < shown.index("周经理")
    assert only_nobody in shown
    assert "妈妈" not in only_nobody
    assert "王小芳" not in shown
    assert "only hints: nothing is chosen" in kit("contacts", "--suggested").stderr
    kit("choose", "--nobody", "周经理", "--nobody", "借呗")
    nothing = kit("contacts", "--suggested", "nobody")
    assert (nothing.stdout, nothing.stderr) == ("", "Nobody in the book looks like that.\n")


def test_services_are_listed_under_the_reason(kit: Kit, store: Store) -> None:
    store.book.save(PEOPLE)
    shown = kit("contacts", "--services").stdout.splitlines()

    assert shown[0] == "The name is that of a shop, a service or an organisation."
    assert [name for line in shown for name in NAMES if name in line] == ["顺丰快递", "借呗"]


def test_a_program_gets_kind_group_reason_and_strength(kit: Kit, store: Store) -> None:
    store.book.save(PEOPLE)
    found = {one["name"]: one for one in objects(kit("contacts", "--json"))}

    assert [one["kind"] for one in found.values()] == [
        *("person", "service", "person", "person", "person", "service"),
    ]
    assert found["王小芳"]["suggested"] is None
    assert found["太太"]["suggested"] == {
        "group": "emergency",
        "reason": "The whole name may be a word for a relative, and may be something else.",
        "is_sure": False,
    }
    only = objects(kit("contacts", "--suggested", "emergency", "--json"))
    assert [one["name"] for one in only] == ["妈妈", "太太"]


# --- kit choose -------------------------------------------------------------------------


def test_everyone_else_takes_everybody_and_says_who_had_better_not_be(
    kit: Kit, store: Store
) -> None:
    store.book.save(PEOPLE)
    result = kit("choose", "--emergency", "妈妈", "--everyone-else")

    groups = [contact.group for contact in store.book.contacts()]
    assert groups.count(Group.EVERYONE) == 5
    assert "Of those chosen now, 2 look as if they had better not be" in result.stderr
    assert "kit contacts --suggested nobody" in result.stderr
    assert "Of those chosen now, 1 look like shops" in result.stderr
    assert "kit choose --nobody WHO" in result.stderr
    assert not any(name in result.stderr for name in NAMES)
    assert "look" not in kit("choose", "--everyone-else").stderr


def test_whoever_was_named_is_not_doubted(kit: Kit, store: Store) -> None:
    store.book.save(PEOPLE)
    wishes = [word for name in ("周经理", "借呗", "顺丰快递") for word in ("--everyone", name)]

    assert "look" not in kit("choose", *wishes, "--everyone-else").stderr


def test_the_likely_ones_are_asked_for_first_and_nobody_is_chosen(store: Store) -> None:
    store.book.save(PEOPLE)
    sitting = Choosing(store)
    orders = []
    while sitting.group is not None:
        orders.append([contact.name for _, contact in sitting.begin()])
        sitting.go_on()

    first, second, third = orders
    assert first == ["妈妈", "太太", "王小芳", "周经理", "顺丰快递", "借呗"]
    assert second[:2] == third[:2] == ["周经理", "借呗"]
    assert {contact.group for contact in store.book.contacts()} == {Group.UNDECIDED}


# --- oneself ----------------------------------------------------------------------------


def test_with_nobody_there_nothing_is_asked_or_assumed(kit: Kit, book: Book, store: Store) -> None:
    result = kit("import", book(card("我", "13800000007"), card("妈妈", "13800000001")))

    assert "One of the contacts may be yourself. If so: kit choose --me WHO" in result.stderr
    assert people.oneself(store) is None
    kit("choose", "--me", "我")
    again = kit("import", book(card("本人", "13800000008"), name="newer.vcf"))
    assert "yourself" not in again.stderr


def test_where_nobody_looks_like_oneself_nothing_is_said(kit: Kit, book: Book) -> None:
    assert "yourself" not in kit("import", book(card("妈妈", "13800000001"))).stderr
    signed = kit("import", book(card("李小明", "13800000008"), name="b.vcf"), KIT_FROM="小明")
    assert "One of the contacts may be yourself" in signed.stderr


OWN = "(Enter: none of them): "


def test_after_an_import_one_is_asked_which_contact_one_is(
    terminal: Callable[..., Any], book: Book, store: Store
) -> None:
    path = str(book(card("我", "13800000007"), card("妈妈", "13800000001")))
    child = terminal("import", path)
    child.expect_exact("Which of these is you?")
    child.expect_exact("1  我  +8613800000007")
    child.expect_exact(OWN)
    child.sendline("１")
    child.expect_exact("我: yourself, never told.")
    child.expect_exact("Next: kit choose")

    own = people.oneself(store)
    assert own is not None
    assert (own.name, own.group) == ("我", Group.NOBODY)


def test_one_s_own_card_is_looked_for_by_name_or_number(
    terminal: Callable[..., Any], store: Store
) -> None:
    store.book.save([*PEOPLE, ME])
    child = terminal("choose")
    child.expect_exact("1  我")
    for typed, seen in (
        ("没有这个人", "Nobody has that"),
        ("99", "Nobody has that"),
        ("小芳", "1  王小芳"),
    ):
        child.expect_exact(OWN)
        child.sendline(typed)
        child.expect_exact(seen)
    child.expect_exact(OWN)
    child.sendline("1")
    child.expect_exact("王小芳: yourself, never told.")
    child.expect_exact("They are often rung first.")
    child.expect_exact("go on): ")

    own = people.oneself(store)
    assert own is not None
    assert own.name == "王小芳"


def test_none_of_them_is_an_answer_and_is_not_asked_again(
    terminal: Callable[..., Any], store: Store
) -> None:
    store.book.save([*PEOPLE, ME])
    child = terminal("choose")
    child.expect_exact(OWN)
    child.sendline("")
    child.expect_exact("They are often rung first.")
    child.expect_exact("go on): ")
    end(child)
    child = terminal("choose")
    child.expect_exact("They are often rung first.")

    assert "Which of these" not in child.before
    assert people.oneself(store) is None
    assert {contact.group for contact in store.book.contacts()} == {Group.UNDECIDED}


def test_before_all_the_rest_are_told_the_unwanted_are_named(
    terminal: Callable[..., Any], store: Store
) -> None:
    store.book.save(PEOPLE)
    child = terminal("choose")
    child.expect(r"1  妈妈 .*looks like family")
    for _ in range(2):
        child.expect_exact("go on): ")
        child.sendline("")
    child.expect_exact("Please look: these had perhaps better not be told (2):")
    child.expect_exact("周经理: The name is that of a boss")
    child.expect_exact("借呗: The name is that of a lender")
    child.expect_exact("Shops or services among them: 1.")
    child.expect_exact("Tell these 6 too?")

    assert {contact.group for contact in store.book.contacts()} == {Group.UNDECIDED}
