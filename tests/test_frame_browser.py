"""What every page has, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browsing import follow, in_each_place, needs_chromium, overflow, targets
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from desks import Served
    from playwright.sync_api import Page

pytestmark = needs_chromium


def go(shown: Page, path: str) -> None:
    shown.goto(shown.url.partition("//")[0] + "//" + shown.url.split("/")[2] + path)


def hide(shown: Page) -> None:
    """Press the key; wait for the blank page, with its script."""
    with shown.expect_navigation():
        shown.keyboard.press("Escape")
    shown.wait_for_selector("button[aria-label]")


def test_esc_hides_every_page_and_shows_it_again(served: Served) -> None:
    shown = served()
    go(shown, "/help")
    hide(shown)

    expect(shown.locator("body")).to_have_text("")
    assert shown.title().strip("\u200b") == ""
    shown.go_back()
    assert shown.locator(".steps").count() == 0
    shown.wait_for_function("() => performance.now() > 600")
    with shown.expect_navigation(url="**/help"):
        shown.keyboard.press("Escape")
    expect(shown.locator(".steps")).to_be_visible()


def test_esc_in_a_hurry_hides(served: Served) -> None:
    shown = served()
    shown.clock.install(time=0)
    shown.clock.pause_at(1)
    hide(shown)
    for _ in range(2):
        shown.keyboard.press("Escape")

    expect(shown.locator("body")).to_have_text("")


def test_esc_in_a_tab_that_has_not_heard_of_it_hides(served: Served) -> None:
    shown = served()
    other = shown.context.new_page()
    other.goto(shown.url)
    for tab in (shown, other):
        hide(tab)

    expect(other.locator("body")).to_have_text("")


@pytest.mark.parametrize("sign", ["isComposing: true", "keyCode: 229"], ids=["most", "Safari"])
def test_esc_belongs_to_the_input_method_while_it_composes(served: Served, sign: str) -> None:
    shown = served()
    shown.evaluate(
        f"document.dispatchEvent(new KeyboardEvent('keydown', {{key: 'Escape', {sign}}}))"
    )

    expect(shown.locator(".steps")).to_be_visible()


def test_without_script_the_page_is_hidden_by_its_button(served: Served) -> None:
    shown = served(script=False)
    assert "Esc" not in shown.locator("form.hide button").inner_text()
    follow(shown.locator("form.hide button"))
    expect(shown.locator("body")).to_have_text("")
    follow(shown.locator("button"))

    expect(shown.locator(".steps")).to_be_visible()


@pytest.mark.parametrize("page", ["/help", "/choose?ask=nobody&show=services"])
def test_another_language_keeps_the_page(served: Served, page: str) -> None:
    shown = served()
    go(shown, page)
    for language in ("zh-Hant", "en", "zh-Hans"):
        follow(shown.locator(f"button[value={language}]"))
        expect(shown.locator("html")).to_have_attribute("lang", language)
        shown.wait_for_url(f"**{page}")


def test_the_frame_fits_and_everybody_can_use_it(
    served: Served, tidy: Callable[[Page], list[str]]
) -> None:
    shown = served()
    for place in in_each_place(shown):
        assert (place, tidy(shown)) == (place, [])
        assert overflow(shown) == 0
        assert min(min(size) for size in targets(shown, "button, .steps a")) >= 44


@pytest.mark.parametrize("page", ["/import", "/choose", "/read", "/tell", "/went"])
def test_help_at_once_is_one_click_away(served: Served, page: str) -> None:
    shown = served()
    go(shown, page)
    follow(shown.locator("footer a[href*=help]"))

    shown.wait_for_url("**/help#at-once")
    expect(shown.locator("#at-once")).to_contain_text("12356")


def test_the_blank_page_is_one_that_everybody_can_use(
    served: Served, tidy: Callable[[Page], list[str]]
) -> None:
    shown = served()
    hide(shown)

    assert tidy(shown) == []


def test_the_keyboard_reaches_the_content_first(served: Served) -> None:
    shown = served()
    shown.keyboard.press("Tab")

    expect(shown.locator("a[href='#main']")).to_be_focused()
