"""The page in a real browser, opened from a file as on a phone, with script on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browsing import CLIPBOARDS, TARGET, needs_chromium, overflow, smuggle, targets
from pages import FAMILY, FRIEND, HOSTILE, LANGUAGES, page, row, rows
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsing import Opened, Scheme
    from playwright.sync_api import Page

    from kit.channels.page import Row

pytestmark = needs_chromium

SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


def hostile() -> list[Row]:
    named = [row(n, name=name) for n, name in enumerate(HOSTILE, 1)]
    return [*named, row(98, text="x" * 300), row(99, emergency=True, text=FAMILY)]


@SCRIPT
@pytest.mark.parametrize(("language", "scheme"), [("zh-Hans", "light"), ("en", "dark")])
def test_axe_finds_nothing(
    opened: Opened,
    tidy: Callable[[Page], list[str]],
    language: str,
    scheme: Scheme,
    *,
    script: bool,
) -> None:
    # axe-core is a script itself: the page with its own cut off is what one sees with script off.
    markup = page([*rows(25, emergency=3), *hostile()], language)
    shown = opened(markup if script else markup.split("<script")[0], scheme=scheme)

    assert tidy(shown) == []


@SCRIPT
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("people", [rows(45, emergency=3), hostile()], ids=["tame", "hostile"])
def test_nothing_scrolls_sideways_on_the_smallest_phone_nor_at_twice_the_size(
    opened: Opened, language: str, people: list[Row], *, script: bool
) -> None:
    shown = opened(page(people, language), script=script, scale=2)
    assert overflow(shown) <= 0

    shown.set_viewport_size({"width": 640, "height": 1280})
    shown.evaluate("document.documentElement.style.zoom = 2")
    assert overflow(shown) <= 0


def test_letters_of_twice_the_size_fit_on_the_smallest_phone(opened: Opened) -> None:
    shown = opened(page([*rows(25, emergency=3), *hostile()]))
    shown.evaluate("document.documentElement.style.fontSize = '200%'")

    assert overflow(shown) <= 0


@SCRIPT
def test_whatever_is_tapped_is_large(opened: Opened, *, script: bool) -> None:
    shown = opened(page(rows(25, emergency=3)), script=script)
    tapped = targets(shown, "a, .rows i, button, label")

    assert len(tapped) == (2 * 25 + 25 + 2 if script else 2 * 25)
    assert all(width >= TARGET and height >= TARGET for width, height in tapped)


def test_without_script_there_is_nothing_that_does_nothing(opened: Opened) -> None:
    shown = opened(page(rows(25, emergency=3)), script=False)

    assert shown.locator("input, button").count() == 0
    assert shown.locator("#example").is_visible()
    assert shown.locator("a[href^='sms:']").count() == 25
    assert shown.locator(".text").all_inner_texts() == [FAMILY, FRIEND]


def test_ticks_give_the_rows_to_type_and_survive_a_reload(opened: Opened) -> None:
    shown = opened(page([row(9), *rows(6), row(8, emergency=True)]))
    for number in (1, 2, 3, 5, 8, 9):
        shown.get_by_label(f"{number} 已发送", exact=True).check()
    assert shown.locator("code:visible").all_inner_texts() == ["kit sync --page 1-3,5,8-9"]

    shown.reload()
    assert shown.locator("code:visible").all_inner_texts() == ["kit sync --page 1-3,5,8-9"]

    shown.get_by_label("2 已发送").uncheck()
    assert shown.locator("code:visible").all_inner_texts() == ["kit sync --page 1,3,5,8-9"]


def test_without_a_tick_the_example_stands_there(opened: Opened) -> None:
    shown = opened(page(rows(3)))
    shown.get_by_label("2 已发送").check()
    assert not shown.locator("#example").is_visible()

    shown.get_by_label("2 已发送").uncheck()
    assert shown.locator("code:visible").all_inner_texts() == ["kit sync --page 1-17,20"]


def test_the_browser_keeps_row_numbers_and_nothing_else(opened: Opened) -> None:
    shown = opened(page(rows(3)))
    shown.get_by_label("2 已发送").check()

    assert shown.evaluate("Object.values(localStorage)") == ["[2]"]


@pytest.mark.parametrize(
    "before",
    [
        "Object.defineProperty(window, 'localStorage', { get() { throw Error('refused') } })",
        "localStorage.setItem('kit-5d1c2f0a9b3e4c78', '{nonsense')",
        "localStorage.setItem('kit-5d1c2f0a9b3e4c78', '7')",
    ],
    ids=["refused", "nonsense", "not a list"],
)
def test_ticks_work_where_nothing_is_kept(opened: Opened, before: str) -> None:
    shown = opened(page(rows(3)), before=before)
    shown.get_by_label("2 已发送").check()

    assert shown.locator("code:visible").all_inner_texts() == ["kit sync --page 2"]


@CLIPBOARDS
def test_a_text_is_copied_as_it_is(opened: Opened, before: str) -> None:
    text = f"{FRIEND}\n{before}"  # not what the clipboard may still hold
    shown = opened(page([row(1, text=FAMILY), row(2, text=text)]), before=before)
    shown.get_by_role("button", name="复制这段文字").nth(1).click()
    shown.get_by_role("button", name="已复制").wait_for()

    shown.evaluate("document.body.append(document.createElement('textarea'))")
    shown.locator("textarea").press("ControlOrMeta+V")
    expect(shown.locator("textarea")).to_have_value(text)


def test_what_a_name_might_smuggle_in_is_not_run(opened: Opened) -> None:
    shown = opened(page(rows(1)))
    smuggle(shown)

    assert shown.title() == "要发的短信"
    assert shown.locator("main").is_visible()


def test_a_hostile_name_does_nothing(opened: Opened) -> None:
    shown = opened(page(hostile()))

    assert shown.title() == "要发的短信"
    assert shown.locator("script, img").count() == 1
    assert shown.locator("bdi").count() == len(hostile())
