"""The page “forget” in a real browser: it reads well everywhere, and after the word all is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsing import follow, in_each_place, needs_chromium, overflow
from conftest import card
from playwright.sync_api import expect

from kit.actions import planning
from kit.actions.people import choose
from kit.actions.planning import Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from desks import Served
    from playwright.sync_api import Page

    from kit.actions.store import Store

pytestmark = needs_chromium


def test_everything_is_erased_and_the_last_page_says_what_stays(
    served: Served,
    store: Store,
    people: Callable[..., None],
    tidy: Callable[[Page], list[str]],
    tmp_path: Path,
) -> None:
    people(card("妈妈" * 60, "13800000001"))
    choose(store, [], everyone_else=True)
    planning.freeze_plan(store, Request(sender="小明"))
    store.close()
    shown = served()

    follow(shown.locator("footer a[href*=forget]"))
    for place in in_each_place(shown):
        assert (place, tidy(shown), overflow(shown)) == (place, [], 0)
    shown.locator("#everything").fill("不")
    follow(shown.get_by_role("button", name="全部删除"))
    expect(shown.locator("#wrong")).to_contain_text("什么都没有删")
    shown.locator("#everything").fill("全部删除")
    follow(shown.get_by_role("button", name="全部删除"))

    expect(shown.locator("h1")).to_contain_text("删好了")
    assert (tidy(shown), overflow(shown)) == ([], 0)
    assert not (tmp_path / "home").exists()
