"""The record in a real browser: few taps, files that are dropped, and everybody can use it."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from browsing import DESKTOP, PHONE, follow, in_each_place, needs_chromium, overflow, targets
from conftest import card
from playwright.sync_api import FilePayload, expect

from kit.actions import exhibits, recording
from kit.actions.exhibits import Handed
from kit.actions.recording import Told
from kit.model import IncidentKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from desks import Served
    from playwright.sync_api import Locator, Page

    from kit.actions.store import Store

pytestmark = needs_chromium

MOST_CLICKS = 6
#: To mark a file in the window of the system, and to take it.
IN_THE_WINDOW = 2
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HOSTILE = "<img src=x onerror=alert(1)>" + "长" * 120
#: Has the page have these files, as a mouse or the keyboard brings them.
BRINGS = """([kind, names]) => {
  const held = new DataTransfer();
  names.forEach((name) => held.items.add(new File([name], name, { lastModified: 1e12 })));
  const name = kind === "paste" ? "clipboardData" : "dataTransfer";
  const type = kind === "paste" ? ClipboardEvent : DragEvent;
  const event = new type(kind, { [name]: held, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""


class Thumb:
    """Somebody who taps; every tap is counted."""

    def __init__(self, shown: Page) -> None:
        self.shown = shown
        self.taps = 0

    def tap(self, target: Locator) -> None:
        """Tap on it, where it is seen without scrolling."""
        self.shown.wait_for_load_state()
        expect(target).to_be_in_viewport(ratio=1)
        self.taps += 1
        target.click()

    def follow(self, target: Locator) -> None:
        """The same, where it leads to another page."""
        with self.shown.expect_navigation():
            self.tap(target)


def picture(name: str = "截图.png") -> FilePayload:
    return FilePayload(name=name, mimeType="image/png", buffer=PNG)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_opening_the_page_to_a_call_with_a_screenshot(
    served: Served, store: Store, *, script: bool
) -> None:
    shown = served(script=script, viewport=DESKTOP)
    shown.on("filechooser", lambda _: None)  # the browser hears of it long before the tap
    somebody = Thumb(shown)
    somebody.follow(shown.get_by_role("link", name="催收来了？记一笔"))
    somebody.tap(shown.get_by_text("打来电话"))
    with shown.expect_file_chooser() as chooser:
        somebody.tap(shown.locator("#files"))
    chooser.value.set_files(picture())
    somebody.taps += IN_THE_WINDOW
    somebody.follow(shown.get_by_role("button", name="记下来"))

    expect(shown.get_by_text("已经记下")).to_be_in_viewport()
    seen = shown.locator("main .card img")
    seen.scroll_into_view_if_needed()
    assert seen.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    assert somebody.taps <= MOST_CLICKS
    (kept,) = exhibits.exhibits(store)
    assert (kept.incident_id, kept.size) == (recording.incidents(store)[0].id, len(PNG))
    assert recording.verify(store) == []


def test_three_taps_on_a_phone_write_a_call_down(served: Served, store: Store) -> None:
    shown = served(viewport=PHONE)
    somebody = Thumb(shown)
    somebody.follow(shown.get_by_role("link", name="催收来了？记一笔"))
    somebody.tap(shown.get_by_text("打来电话"))
    somebody.follow(shown.get_by_role("button", name="记下来"))

    expect(shown.get_by_text("已经记下")).to_be_in_viewport()
    assert somebody.taps == 3
    assert recording.incidents(store)[0].to_borrower
    shown.go_back()
    assert shown.locator("[name=kind]:checked").count() == 0


def test_what_is_dropped_and_pasted_comes_together_and_may_be_left_out(
    served: Served, store: Store
) -> None:
    shown = served(viewport=DESKTOP)
    follow(shown.get_by_role("link", name="催收来了？记一笔"))
    expect(shown.locator(".drop.scripted")).to_be_visible()
    shown.evaluate(BRINGS, ["drop", ["a", HOSTILE]])
    shown.evaluate(BRINGS, ["paste", ["b", "c"]])
    shown.locator("#files").set_input_files([picture("d")])
    expect(shown.locator(".chosen bdi")).to_have_text(["a", HOSTILE, "b", "c", "d"])
    shown.locator(".chosen li", has_text="b").last.get_by_role("button").click()
    expect(shown.locator(".chosen bdi")).to_have_text(["a", HOSTILE, "c", "d"])
    shown.evaluate("document.querySelector('.drop').dataset.most = 1e4")
    shown.evaluate(BRINGS, ["drop", ["x" * 10_000]])
    expect(shown.get_by_text("文件太大")).to_be_visible()
    shown.get_by_text("别人", exact=True).click()
    shown.locator("#other").fill("同事")
    shown.get_by_text("有人上门").click()
    follow(shown.get_by_role("button", name="记下来"))

    expect(shown.get_by_text("已经记下")).to_be_visible()
    kept = {one.name: one for one in exhibits.exhibits(store)}
    assert {*kept} == {"a", HOSTILE, "c", "d"}
    assert kept["a"].taken_at
    assert kept["c"].taken_at is None
    assert recording.incidents(store)[0].to == "同事"


def is_seen(picture: Locator) -> None:
    """A picture is asked for when it is near: later it would be gone."""
    picture.scroll_into_view_if_needed()
    picture.evaluate("image => image.decode()")


@pytest.fixture
def faults(tidy: Callable[[Page], list[str]]) -> Callable[[Page], list[object]]:
    """What of a page not everybody could use."""

    def look(shown: Page) -> list[object]:
        shown.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        found: list[object] = []
        for place in in_each_place(shown):
            hit = targets(shown, "main button:visible, main .button, main nav a, main label")
            small = [size for size in hit if min(size) < 44 and size[1] > 30]
            wrong = [*tidy(shown), *small, *filter(None, [overflow(shown)])]
            found += [(place, wrong)] if wrong else []
        return found

    return look


def test_everybody_can_use_every_state_of_it(
    served: Served,
    store: Store,
    people: Callable[..., None],
    faults: Callable[[Page], list[object]],
) -> None:
    people(card("李雷", "13800000003"), card("李雷", "13800000004"))
    shown = served()
    own = shown.url.rpartition("/")[0]
    shown.goto(f"{own}/evidence")
    assert faults(shown) == []
    shown.goto(f"{own}/evidence/add")
    shown.locator("#files").set_input_files([picture(HOSTILE)])
    shown.get_by_text("别人", exact=True).click()
    shown.locator("#other").fill("李雷")
    assert faults(shown) == []
    shown.get_by_text("张贴或发网上").click()
    follow(shown.get_by_role("button", name="记下来"))
    expect(shown.get_by_text("是哪一位？")).to_be_visible()
    assert faults(shown) == []
    hostile = Told(
        kind=IncidentKind.CALL, at=store.clock(), number=HOSTILE, to=HOSTILE, said=HOSTILE * 9
    )
    added = recording.add(store, hostile, [Handed(name=HOSTILE, open=lambda: BytesIO(PNG))])
    others = ("/report", "/export", "/waiting", "/import")
    for path in ("", "/verify", *others, f"/entry/{added.incident.id}"):
        shown.goto(f"{own}/evidence{path}")
        assert faults(shown) == []
    follow(shown.get_by_role("button", name="删除这一条"))
    expect(shown.locator("h1")).to_have_text("删除这一条吗？")
    assert faults(shown) == []
    is_seen(shown.locator("main .card img"))
    follow(shown.get_by_role("button", name="是，删除"))
    expect(shown.locator(".gap")).to_have_count(2)
    assert faults(shown) == []
