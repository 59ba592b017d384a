"""Sending by itself and how it went, in a real browser: from a plan to everybody told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from browsing import TARGET, follow, in_each_place, needs_chromium, overflow, targets
from conftest import Clock
from playwright.sync_api import expect
from providers import of_twilio
from shop import person, plan, plan_and_send

from kit.actions import hearing
from kit.actions.store import open_store
from kit.actions.unlocking import Nobody
from kit.model import Group
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Event

    from desks import Served
    from playwright.sync_api import Page
    from standins.twilio import TwilioStandin

    from kit.actions.store import Store

pytestmark = needs_chromium

NUMBERS = [f"+8613800000{n:03}" for n in range(40)]
HOSTILE = [
    '<img src=x onerror="document.title=1">',
    "\u202e反过来 <b>王</b>",
    "名" * 500,
    "👵🏽👨‍👩‍👧‍👦" * 20,
]


class Held(Clock):
    """A clock that can be held: whoever waits for the pace then waits until it is let go."""

    is_held = False

    def rest(self, stopped: Event, seconds: float) -> bool:
        return not stopped.wait(0.01) if self.is_held else super().rest(stopped, seconds)


@pytest.fixture
def clock() -> Held:
    return Held()


@pytest.fixture
def store(server: TwilioStandin, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of this test with Twilio set up."""
    for name, value in of_twilio(server).settings.items():
        monkeypatch.setenv(name, value)
    opened = open_store(load(), Nobody(), clock, clock.rest)
    yield opened
    opened.close()


def go(page: Page, path: str) -> None:
    page.goto(page.url.partition("/")[0] + "//" + page.url.split("/")[2] + path)


def begin(page: Page, tidy: Callable[[Page], list[str]]) -> None:
    """Type the number of the plan back, first a wrong one."""
    go(page, "/send")
    expect(page.get_by_text("Twilio: ready.")).to_be_visible()
    assert tidy(page) == []
    field = page.get_by_label("To begin, type the number 40")
    field.fill("11")
    with page.expect_navigation():
        field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The plan has 40 messages, not 11")
    expect(field).to_be_focused()
    assert tidy(page) == []
    field.fill("40")
    with page.expect_navigation():
        field.press("Enter")


def test_from_a_plan_to_everybody_told_with_live_progress(
    store: Store,
    server: TwilioStandin,
    clock: Held,
    served: Served,
    tidy: Callable[[Page], list[str]],
) -> None:
    store.book.save(person(f"id{n:03}", number) for n, number in enumerate(NUMBERS))
    plan(store, max_per_second=1)
    clock.is_held = True
    page = served(language="en")
    begin(page, tidy)
    expect(page.locator(".lines", has_text="of 40 handed in.")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert tidy(page) == []
    follow(page.get_by_role("button", name="Pause"))
    expect(page.get_by_role("heading", name="Paused")).to_be_visible()
    assert tidy(page) == []
    clock.is_held = False
    follow(page.get_by_role("button", name="Go on sending"))
    expect(page.get_by_role("heading", name="All done")).to_be_visible()

    assert sorted(m["to"] for m in server.messages) == NUMBERS
    assert tidy(page) == []
    follow(page.get_by_role("link", name="Next: how it went"))
    follow(page.get_by_role("button", name="Ask the providers now"))
    expect(page.get_by_role("status").filter(has_text="Nothing new.")).to_be_visible()
    assert tidy(page) == []


def test_without_a_script_the_page_comes_anew_until_it_is_done(
    store: Store, server: TwilioStandin, served: Served
) -> None:
    store.book.save(person(f"id{n:03}", number) for n, number in enumerate(NUMBERS))
    plan(store)
    server.conduct.latency_s = 0.3
    page = served(language="en", script=False)
    go(page, "/send")
    page.get_by_label("To begin, type the number 40").fill("40")
    follow(page.get_by_role("button", name="Send now"))

    expect(page.get_by_role("heading", name="All done")).to_be_visible()
    assert sorted(m["to"] for m in server.messages) == NUMBERS


def everything(store: Store, server: TwilioStandin) -> None:
    """Everything that can have become of people, with names that would break a page."""
    for n, name in enumerate(HOSTILE):
        who = person(f"id{n}", NUMBERS[n], group=Group.EMERGENCY if n == 1 else Group.EVERYONE)
        store.book.save([replace(who, names=(name,))])
    store.book.save([person("landline", "+861055500101"), person("fine", NUMBERS[6])])
    server.script(NUMBERS[0], {"do": "cut"})
    server.script(NUMBERS[1], {"do": "refuse", "code": 30007})
    plan_and_send(store)
    hearing.told(store, "id3")
    server.reply(NUMBERS[2], "<b>你好</b>\u202e")
    server.reply(NUMBERS[6], "KIT1|2026-01-05 14:30|13800000123|某某金融|找你|yn|BC61EEAA")
    server.reply(NUMBERS[3], "退订")
    hearing.sync(store)


def test_hostile_names_break_no_page_and_every_state_is_accessible(
    store: Store, server: TwilioStandin, served: Served, tidy: Callable[[Page], list[str]]
) -> None:
    def holds() -> None:
        for place in in_each_place(page):
            assert (place, tidy(page)) == (place, [])
            assert overflow(page) == 0
            heights = targets(page, "main button, main .button, main summary")
            assert all(height >= TARGET for _, height in heights)

    everything(store, server)
    page = served(language="zh-Hans")
    go(page, "/went")
    for details in page.locator("details").all():
        details.evaluate("one => { one.open = true }")

    assert page.locator("img").count() == 0
    holds()
    for path in ("/went/failed", "/went/replies", "/went/calls"):
        go(page, path)
        holds()


def test_what_could_tell_twice_is_asked_by_keyboard(
    store: Store, server: TwilioStandin, served: Served, tidy: Callable[[Page], list[str]]
) -> None:
    everything(store, server)
    page = served(language="en")
    go(page, "/went")
    again = page.locator("[aria-labelledby=unsure]").get_by_role("button", name="Try again")
    again.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Try again?")).to_be_visible()
    assert tidy(page) == []
    page.get_by_role("link", name="No, leave it").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Perhaps taken, perhaps not: 1")).to_be_visible()
