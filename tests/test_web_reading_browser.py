"""Read over and tell in a real browser: a hostile book, script on and off, by keyboard."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from browsing import TARGET, follow, in_each_place, needs_chromium, overflow, targets
from conftest import card
from pages import HOSTILE
from PIL import Image
from playwright.sync_api import expect
from scanning import read

from kit.actions.people import choose
from kit.actions.planning import Request, as_before, freeze_plan, keep_sender
from kit.model import Group

if TYPE_CHECKING:
    from collections.abc import Callable

    from desks import Served
    from playwright.sync_api import Page

    from kit.actions.store import Store

pytestmark = needs_chromium

SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


def hostile_cards() -> list[str]:
    names = [name.replace(",", r"\,").replace(";", r"\;") for name in HOSTILE if name]
    emoji = "👩‍👩‍👧‍👦" * 40
    return [card(name, f"138000001{n:02}") for n, name in enumerate([*names, emoji], 1)]


@pytest.fixture
def hostile(store: Store, people: Callable[..., None]) -> Store:
    """Names that want to be something else: some told first, some too, some left out."""
    people(
        *hostile_cards(),
        card("妈妈", "13800000001"),
        card("<b>外婆</b>", "01055500101"),
        card("Ann", "+12025550101"),
        card("<i>老李</i>", "13800000005"),
    )
    everybody = store.book.contacts()
    first = [(Group.EMERGENCY, c.id) for c in everybody[::2]]
    choose(store, [*first, *((Group.EVERYONE, c.id) for c in everybody[1:-1:2])])
    return store


@pytest.fixture
def planned(hostile: Store) -> Store:
    keep_sender(hostile, "小明")
    freeze_plan(hostile, Request())
    return hostile


def go(page: Page, path: str) -> Page:
    at = urlsplit(page.url)
    page.goto(f"{at.scheme}://{at.netloc}{path}")
    return page


def unfold(page: Page) -> Page:
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    return page


def is_fit(page: Page, tidy: Callable[[Page], list[str]]) -> bool:
    """Nothing that axe finds, nothing that scrolls sideways, nothing too small for a thumb."""
    page.wait_for_load_state()
    for _ in in_each_place(page):
        assert tidy(page) == []
        assert overflow(page) <= 0
        heights = [height for _, height in targets(page, "main button, main .button, main summary")]
        assert min(heights) >= TARGET
    return True


def test_every_state_is_fit_for_everybody(
    served: Served, planned: Store, tidy: Callable[[Page], list[str]]
) -> None:
    page = served()
    assert is_fit(unfold(go(page, "/read")), tidy)
    page.locator("#line").fill("欠了三千块")
    follow(page.get_by_role("button", name="重新写好短信"))
    expect(page.locator("#line-wrong")).to_be_visible()
    assert is_fit(page, tidy)

    unfold(go(page, "/read")).locator("#number").fill("+46701740605")
    follow(page.get_by_role("button", name="显示二维码"))
    assert is_fit(page, tidy)
    page.locator("#again").fill("+46701740605")
    follow(page.get_by_role("button", name="显示二维码"))
    assert is_fit(unfold(page), tidy)

    assert is_fit(unfold(go(page, "/tell")), tidy)
    follow(page.locator("section#page").get_by_role("button", name="用这种方式"))
    follow(page.get_by_role("button", name="做好这个网页"))
    assert is_fit(unfold(page), tidy)
    assert planned.ledger.current_plan() is not None


def test_before_anything_is_planned_the_pages_are_fit(
    served: Served, store: Store, people: Callable[..., None], tidy: Callable[[Page], list[str]]
) -> None:
    page = served()
    for path in ("/read", "/tell"):
        assert is_fit(go(page, path), tidy)
    people(card("妈妈", "13800000001"))
    for path in ("/read", "/tell"):
        assert is_fit(go(page, path), tidy)
    choose(store, [(Group.EMERGENCY, "妈妈")])
    for path in ("/read", "/tell"):
        assert is_fit(go(page, path), tidy)


@SCRIPT
def test_a_name_and_two_clicks_lead_to_the_first_button_of_scan_and_send(
    served: Served, hostile: Store, *, script: bool
) -> None:
    page = served(script=script)
    page.wait_for_url("**/read")
    page.locator("#sender").fill("小明")
    follow(page.get_by_role("button", name="写好短信"))
    follow(page.get_by_role("link", name="下一步：告诉"))
    first = page.get_by_role("button", name=re.compile("先只告诉紧急联系人"))

    expect(first).to_be_visible()
    assert first.get_attribute("value") == "emergency"
    assert hostile.ledger.current_plan() is not None


def test_by_keyboard_only_the_texts_are_written_and_read(served: Served, hostile: Store) -> None:
    page = served()
    page.wait_for_url("**/read")
    page.locator("#sender").focus()
    page.keyboard.type("小明")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".bubble").first).to_be_visible()
    summary = page.locator("summary", has_text="先在自己的手机上试一试")
    summary.focus()
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#number")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#number")).to_be_focused()
    assert hostile.ledger.current_plan() is not None


def test_names_are_shown_as_they_are_and_do_nothing(served: Served, planned: Store) -> None:
    page = unfold(go(served(), "/read"))
    names = {c.name for c in planned.book.contacts()}

    assert set(page.locator("main bdi.personal").all_inner_texts()) >= {
        " ".join(name.split()) for name in names if "外婆" in name or "script" in name
    }
    assert page.locator("main b, main i, main img, main script").count() == 0
    assert page.title() == "读一遍"


def test_words_that_want_to_be_markup_are_refused_and_shown_as_typed(
    served: Served, planned: Store
) -> None:
    page = unfold(go(served(), "/read"))
    before = planned.ledger.current_plan()
    typed = "\"><img src=x onerror=document.title='x'>{{ 7*7 }}"
    page.locator("#check").fill(typed)
    follow(page.get_by_role("button", name="重新写好短信"))

    expect(page.locator("#check")).to_have_value(typed[:60])
    assert page.locator("main img").count() == 0
    assert planned.ledger.current_plan() == before


def test_a_camera_reads_the_test_in_the_dark(served: Served, planned: Store) -> None:
    page = go(served(scheme="dark", scale=2), "/read")
    unfold(page).locator("#number").fill("13800000999")
    follow(page.get_by_role("button", name="显示二维码"))
    picture = page.locator(".code").first.screenshot()
    said = read(Image.open(BytesIO(picture)))
    text = page.locator(".bubble").first.text_content()

    assert said == f"SMSTO:+8613800000999:{text}"
    assert text is not None
    assert text.startswith("【测试】我是小明。")
    assert planned.ledger.standings(planned.ledger.real_notice()) == {}


def test_in_front_of_others_names_and_numbers_are_blurred(served: Served, planned: Store) -> None:
    page = unfold(go(served(incognito=True), "/read"))
    blurred = page.locator("main .names bdi").evaluate_all(
        "found => found.every(one => getComputedStyle(one).filter.startsWith('blur'))"
    )

    assert blurred is True
    assert as_before(planned).channel == "phone"


@SCRIPT
def test_the_page_of_links_is_saved_by_the_browser(
    served: Served, planned: Store, *, script: bool
) -> None:
    page = go(served(script=script), "/tell")
    follow(page.locator("section#page").get_by_role("button", name="用这种方式"))
    follow(page.get_by_role("button", name="做好这个网页"))
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载网页").click()
    told = planned.ledger.current_plan()

    assert told is not None
    assert saved.value.suggested_filename == "page.html"
    assert saved.value.path().read_text(encoding="utf-8").count('href="sms:') == len(told.messages)
