"""The chooser in a real browser: by keyboard alone, with many people, hostile names, no script."""

from __future__ import annotations

import re
from statistics import median
from typing import TYPE_CHECKING

import pytest
from browsing import DESKTOP, follow, in_each_place, needs_chromium, overflow
from conftest import card
from pages import HOSTILE
from playwright.sync_api import expect
from test_choose_page import persons

from kit.actions.people import choose as choose_people
from kit.actions.searching import Search, found_in
from kit.model import Group

if TYPE_CHECKING:
    from collections.abc import Callable

    from desks import Served
    from playwright.sync_api import Locator, Page

    from kit.actions.store import Store

pytestmark = needs_chromium

NAMES = ("妈妈", "王小芳", "顺丰快递", "周经理", "李明", "借呗", "吕绿", "Anna Straße", "单雪梅")


@pytest.fixture
def book(store: Store) -> Store:
    store.book.save(persons(NAMES))
    return store


def choose(shown: Page, query: str = "", *, script: bool = True) -> Page:
    """Open the page; with script, when it is ready."""
    shown.goto(re.sub(r"(//[^/]+/).*", rf"\1choose{query}", shown.url))
    if script and shown.locator("#choose").count():
        shown.wait_for_selector("#choose[data-ready]")
    return shown


def names(shown: Page) -> list[str]:
    return shown.locator("#list bdi").all_text_contents()


def said(shown: Page, text: str) -> None:
    shown.locator("#said", has_text=text).wait_for()


def count(shown: Page, group: Group, people: int) -> None:
    expect(shown.locator(f"[data-count={group}]")).to_have_text(str(people))


def row(shown: Page, at: int) -> Locator:
    """The first button of that row."""
    return shown.locator("#list li").nth(at).locator("button").first


def groups(store: Store) -> dict[str, Group]:
    return {contact.name: contact.group for contact in store.book.contacts()}


def test_the_whole_chooser_by_keyboard_alone(served: Served, book: Store) -> None:
    shown = choose(served())
    keys = shown.keyboard
    keys.press("j")
    keys.press("1")
    said(shown, "妈妈：未选择 → 紧急联系人")
    keys.press("j")
    keys.press("2")
    said(shown, "王小芳：未选择 → 也告诉")
    keys.press("/")
    keys.type("zjl")
    expect(shown.locator("#list bdi")).to_have_text(["周经理"])
    keys.press("ArrowDown")
    keys.press("3")
    said(shown, "周经理：未选择 → 不告诉")
    keys.press("3")
    said(shown, "周经理：不告诉 → 未选择")
    keys.press("Control+z")
    said(shown, "周经理：未选择 → 不告诉")
    keys.press("u")
    keys.press("u")
    said(shown, "王小芳：也告诉 → 未选择")

    count(shown, Group.EMERGENCY, 1)
    count(shown, Group.UNDECIDED, len(NAMES) - 1)
    assert groups(book)["妈妈"] is Group.EMERGENCY
    assert list(groups(book).values()).count(Group.UNDECIDED) == len(NAMES) - 1
    shown.locator(".status", has_text="1").wait_for()


def test_only_the_row_one_stands_on_is_in_the_way_of_the_tab_key(
    served: Served, book: Store
) -> None:
    shown = choose(served())
    reached = shown.locator("#list [tabindex='0']")
    expect(reached).to_have_count(3)

    shown.keyboard.press("j")
    shown.keyboard.press("ArrowDown")
    expect(row(shown, 1)).to_be_focused()
    shown.keyboard.press("Shift+Tab")
    shown.keyboard.press("ArrowUp")
    expect(reached).to_have_count(3)
    assert len(groups(book)) == len(NAMES)


def test_the_keys_can_be_switched_off_and_typing_is_typing(served: Served, book: Store) -> None:
    shown = choose(served())
    shown.locator("#text").fill("")
    shown.locator("#text").press_sequentially("u/1j")
    assert shown.locator("#text").input_value() == "u/1j"
    shown.locator("#text").fill("")
    shown.locator("#keys summary").click()
    shown.locator("#keys input").uncheck()
    shown.locator("#list button").first.focus()
    shown.keyboard.press("1")
    shown.keyboard.press("j")

    expect(row(shown, 0)).to_be_focused()
    assert set(groups(book).values()) == {Group.UNDECIDED}


def test_a_range_is_chosen_with_shift_and_undone_in_one_step(served: Served, book: Store) -> None:
    shown = choose(served(viewport=DESKTOP))
    ids = [one.get_attribute("id") for one in shown.locator("#list li").all()]
    shown.locator(f"#{ids[1]} button").nth(1).click()
    shown.locator(f"#{ids[3]} button").nth(1).click(modifiers=["Shift"])
    said(shown, "2 位：也告诉")
    assert list(groups(book).values()).count(Group.EVERYONE) == 3

    shown.keyboard.press("u")
    said(shown, "2 位：未选择")
    assert list(groups(book).values()).count(Group.EVERYONE) == 1


def test_a_press_again_takes_the_choice_back(served: Served, book: Store) -> None:
    shown = choose(served())
    button = shown.locator("#list button").first
    button.click()
    said(shown, "→ 紧急联系人")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    said(shown, "→ 未选择")

    expect(button).to_have_attribute("aria-pressed", "false")
    assert groups(book)["妈妈"] is Group.UNDECIDED


def test_what_was_chosen_under_another_question_can_be_undone(served: Served, book: Store) -> None:
    shown = choose(served())
    shown.locator("#list button").first.click()
    said(shown, "→ 紧急联系人")
    follow(shown.locator(".main.next"))
    expect(shown.locator("h1")).to_contain_text("永远不要告诉")
    shown.wait_for_selector("#choose[data-ready]")
    shown.keyboard.press("u")
    said(shown, "妈妈：紧急联系人 → 未选择")

    assert groups(book)["妈妈"] is Group.UNDECIDED


def test_shops_are_folded_and_can_be_chosen(served: Served, book: Store) -> None:
    shown = choose(served())
    assert "顺丰快递" not in names(shown)
    shown.locator("#services summary").click()
    shown.locator("#services button", has_text="也告诉").click()
    said(shown, "顺丰快递")

    assert groups(book)["顺丰快递"] is Group.EVERYONE


QUERIES = [
    *(
        "妈",
        "wxf",
        "WangXiao",
        "xiao'fang",
        "小芳 ",
        "ｗｘｆ",
        "lvlv",
        "lülü",
        "lu",
        "STRASSE",
        "straße",
    ),
    *(
        "sxm",
        "dxm",
        "shanxue",
        "0002",
        "138 0000 0004",
        "+86138",
        "0086 13800000005",
        "0",
        "-",
        "()",
    ),
    *("８", "an", "a", "1", "wxf1", "\u200b", "x\u202ex", "%", ".", "\\", "[", "ΟΔΟΣ", "ς", " "),
]


def test_the_script_finds_whom_the_server_finds(served: Served, book: Store) -> None:
    more = (
        "ΟΔΌΣ",
        "оксана",
        "Ａｎｎａ　Ｌｉ",
        "王\u200b小\u202e芳",
        "a\u00adb",
        "小王88",
        *HOSTILE,
    )
    book.book.save([*persons(NAMES), *persons([*NAMES, *more])[len(NAMES) :]])
    shown = choose(served())
    order = shown.evaluate("fetch('/choose/people').then((a) => a.json()).then((d) => d.people)")
    by_id = {contact.id: contact for contact in book.book.contacts()}
    listed = [by_id[one[0]] for one in order]
    for query in QUERIES:
        shown.locator("#text").fill(query)
        found = shown.locator("#list li").evaluate_all("(all) => all.map((one) => one.id)")
        if query.strip():
            assert found == [f"p-{one.id}" for one in found_in(listed, query)], query


def test_where_nobody_is_found_nobody_is_said_to_be_chosen(served: Served, book: Store) -> None:
    shown = choose(served())
    none = shown.locator("#none")
    shown.locator("#text").fill("没有这个人")
    expect(none).to_have_text("这里没有人。")
    choose_people(book, [], everyone_else=True)
    choose(shown)
    expect(none).to_have_text(re.compile("^每个人都选好了"))


def test_what_is_typed_is_folded_as_the_server_folds_it(served: Served, book: Store) -> None:
    ranges = ((0x21, 0x17F), (0x1E6, 0x250), (0x386, 0x460), (0xFF01, 0xFF5F))
    letters = [chr(n) for first, end in ranges for n in range(first, end) if not chr(n).isspace()]
    book.book.save(persons(letters))
    shown = choose(served())
    missed = shown.evaluate(
        """(letters) => letters.filter((one) => {
            const input = document.querySelector("#text");
            input.value = one;
            input.dispatchEvent(new Event("input"));
            return document.querySelector("#none").hidden === false;
        })""",
        letters,
    )

    search = Search(book.book.contacts())
    found = {one for one in letters if search(one)}
    assert set(letters) - set(missed) == found
    assert len(found) > 500


def test_all_who_were_found_are_chosen_after_a_look(served: Served, book: Store) -> None:
    shown = choose(served())
    shown.locator("#text").fill("138")
    follow(shown.locator("#found button", has_text="也告诉"))
    expect(shown.locator(".alarm")).to_contain_text("周经理")
    follow(shown.locator("form.many button").first)
    shown.wait_for_selector("#choose[data-ready]")

    chosen = {name for name, group in groups(book).items() if group is Group.EVERYONE}
    assert chosen == set(NAMES) - {"周经理", "借呗", "顺丰快递"}
    shown.keyboard.press("u")
    said(shown, "6 位：未选择")
    assert set(groups(book).values()) == {Group.UNDECIDED}


def test_two_tabs_each_undo_their_own(served: Served, book: Store) -> None:
    one = choose(served())
    other = one.context.new_page()
    other.goto(one.url)
    other.wait_for_selector("#choose[data-ready]")
    one.locator("#p-id001 button").nth(0).click()
    said(one, "妈妈")
    other.locator("#p-id002 button").nth(1).click()
    said(other, "王小芳")
    other.locator("#p-id001 button").nth(2).click()
    said(other, "不告诉")
    one.keyboard.press("u")
    said(one, "后来在别处又选过、保持不动的：1 位")
    expect(one.locator("#undo button")).to_be_disabled()

    other.reload()
    other.wait_for_selector("#choose[data-ready]")
    count(other, Group.NOBODY, 1)
    other.keyboard.press("u")
    said(other, "妈妈：不告诉 → 紧急联系人")
    assert groups(book)["王小芳"] is Group.EVERYONE


def test_without_script_the_same_is_done_by_forms(served: Served, book: Store) -> None:
    shown = choose(served(script=False), script=False)
    follow(shown.locator("#p-id001 button").first)
    expect(shown.locator("#said")).to_contain_text("紧急联系人")
    shown.locator("#text").fill("wxf")
    follow(shown.locator("#search button"))
    assert names(shown) == ["王小芳"]
    follow(shown.locator("#p-id002 button").nth(2))
    assert names(shown) == ["王小芳"]
    assert groups(book)["王小芳"] is Group.NOBODY
    follow(shown.locator("#undo button"))

    assert groups(book)["王小芳"] is Group.UNDECIDED
    assert groups(book)["妈妈"] is Group.EMERGENCY


def test_hostile_names_are_names(served: Served, store: Store) -> None:
    store.book.save(persons(HOSTILE))
    shown = choose(served())
    title = shown.title()
    assert set(names(shown)) == {*HOSTILE, "（没有名字）"} - {""}
    for one in shown.locator("#list li").all():
        one.locator("button").nth(1).click()
    count(shown, Group.EVERYONE, len(HOSTILE))

    assert shown.title() == title
    assert overflow(shown) <= 0
    assert shown.locator("main img, main script").count() == 0


def test_names_and_numbers_are_blurred_where_others_see(served: Served, book: Store) -> None:
    shown = choose(served(incognito=True))
    shown.keyboard.press("j")
    shown.keyboard.press("1")
    said(shown, "妈妈")
    bare = shown.evaluate(
        """() => {
            document.querySelectorAll(".personal, template").forEach((one) => one.remove());
            return document.body.textContent;
        }"""
    )

    assert not [name for name in NAMES if name in bare]
    assert "…0" not in bare
    assert len(groups(book)) == len(NAMES)


def test_for_reading_only_the_list_is_searched_and_nothing_pressed(
    served: Served, book: Store
) -> None:
    shown = choose(served(read_only=True))
    shown.keyboard.press("j")
    shown.keyboard.press("1")
    shown.locator("#text").fill("wxf")

    expect(shown.locator("#list bdi")).to_have_text(["王小芳"])
    expect(shown.locator("#choose button:visible")).to_have_count(0)
    assert set(groups(book).values()) == {Group.UNDECIDED}


STATES = ["?ask=emergency", "?ask=everyone", "?show=nobody", "found", "many", "empty"]


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    served: Served,
    tidy: Callable[[Page], list[str]],
    people: Callable[..., None],
    state: str,
) -> None:
    if state != "empty":
        people(*(card(one, f"138000000{n:02}") for n, one in enumerate(("我", *NAMES))))
    shown = choose(served(), state if "?" in state else "")
    if state in ("found", "many"):
        shown.locator("#text").fill("138")
    if state == "many":
        follow(shown.locator("#found button").first)
    elif state != "empty":
        shown.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        shown.keyboard.press("j")
        shown.keyboard.press("2")

    for place in in_each_place(shown):
        assert (place, tidy(shown)) == (place, [])
        assert overflow(shown) <= 0


def test_ten_thousand_people_are_searched_while_one_types(served: Served, store: Store) -> None:
    surnames, given = "王李张刘陈杨赵黄周吴", "芳娜敏静丽强磊军洋勇"
    every = [f"{a}{b}{c}" for a in surnames for b in given for c in given] * 10
    store.book.save(persons(every))
    shown = choose(served(viewport=DESKTOP))
    assert shown.locator("#list li").count() <= 60
    times = shown.evaluate(
        """(queries) => queries.map((query) => Math.min(...[1, 2, 3, 4, 5].map(() => {
            const input = document.querySelector("#text");
            const started = performance.now();
            input.value = query;
            input.dispatchEvent(new Event("input"));
            document.body.getBoundingClientRect();
            return performance.now() - started;
        })))""",
        ["w", "wf", "wfn", "王", "王芳", "1", "13", "138", "1380", "", "z", "zhang", "zhangli"],
    )

    assert median(times) < 50
    assert shown.locator("#list li").count() <= 60
