"""Scan and send in a real browser: keys, the phone's camera, no script, hostile names."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from browsing import (
    CLIPBOARDS,
    DESKTOP,
    PHONE,
    TARGET,
    follow,
    in_each_place,
    needs_chromium,
    overflow,
    targets,
)
from conftest import card
from PIL import Image
from playwright.sync_api import expect
from scanning import read
from shop import statuses

from kit.actions import people as everybody
from kit.actions import planning
from kit.actions.planning import Request
from kit.model import Group, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsing import Scheme
    from desks import Served
    from playwright.sync_api import Page, ViewportSize

    from kit.actions.store import Store
    from kit.model import Message

pytestmark = needs_chromium

NAMES = ["妈妈", "王小芳", "老房东"]
HOSTILE = [
    "<script>document.title='x'</script><img src=x onerror=alert(1)>\"'&amp;{{ 7*7 }}",
    "\u202emoc.live\u202c \u2066abc",
    "王" * 500,
    "W" * 500,
    "👨‍👩‍👧‍👦" * 40,
    "a" + "\u0301" * 80,
]
#: Time stands still for the page's script until a test lets it go.
STILL = "window.now = 0; performance.now = () => window.now"
#: Longer than a key is taken for one that came too late.
LONG = "now += 700"


def plan(store: Store, people: Callable[..., None], *names: str, **wishes: object) -> list[Message]:
    """A plan for people of these names, the first an emergency contact."""
    people(*(card(name, f"1380000000{n}") for n, name in enumerate(names)))
    first = store.book.contacts()[0].id
    everybody.choose(store, [(Group.EMERGENCY, first)], everyone_else=True)
    wished = Request(sender="小明", **wishes)  # type: ignore[arg-type]
    return list(planning.freeze_plan(store, wished).messages)


def go(shown: Page, path: str) -> None:
    shown.goto("/".join([*shown.url.split("/")[:3], path]))


def begin(shown: Page) -> Page:
    """The page with the first code on it; its time stands still."""
    shown.context.add_init_script(STILL)
    go(shown, "scan")
    follow(shown.locator("button[value=all]"))
    expect(shown.locator(".answers")).to_be_visible()
    return shown


def press(shown: Page, key: str) -> None:
    """Press a key when the code has been there for long enough; wait for the page after it."""
    shown.wait_for_load_state()  # the page's script listens
    shown.evaluate(LONG)
    with shown.expect_navigation():
        shown.keyboard.press(key)


def who(shown: Page) -> str:
    return shown.locator("h1").inner_text()


def camera(shown: Page) -> str:
    """What the phone's camera reads from the window."""
    return read(Image.open(io.BytesIO(shown.screenshot(full_page=True))))


def smsto(message: Message) -> str:
    return f"SMSTO:{message.recipient}:{message.text}"


@pytest.mark.parametrize(
    ("viewport", "scheme", "scale"),
    [(PHONE, "light", 1), (PHONE, "dark", 1), (PHONE, "dark", 2), (DESKTOP, "dark", 1)],
    ids=["360", "360 dark", "360 dark, twice as fine", "1280 dark"],
)
def test_a_camera_reads_the_text_from_every_code(
    store: Store,
    people: Callable[..., None],
    served: Served,
    viewport: ViewportSize,
    scheme: Scheme,
    scale: float,
) -> None:
    (message,) = plan(store, people, "妈妈")
    shown = begin(served(viewport=viewport, scheme=scheme, scale=scale))
    assert camera(shown) == smsto(message)
    assert min(targets(shown, ".code")[0]) >= 300

    press(shown, "4")
    assert camera(shown).startswith("sms:+8613800000000?&body=%E6%88%91")
    follow(shown.locator("button[value=wechat]"))
    follow(shown.locator("[data-key='4']"))
    assert camera(shown) == message.text


def test_the_longest_text_is_read_too_from_the_smallest_code(
    store: Store, people: Callable[..., None], served: Served
) -> None:
    longest = {"check": "好" * 14, "line": "好" * 10, "open_to": ("emergency",)}
    people(card("妈妈", "13800000000"))
    everybody.choose(store, [(Group.EMERGENCY, "妈妈")])
    request = Request(sender="王" * 16, **longest)  # type: ignore[arg-type]
    (message,) = planning.freeze_plan(store, request).messages
    shown = begin(served())
    assert camera(shown) == smsto(message)

    press(shown, "4")
    assert camera(shown).startswith("sms:+8613800000000?&body=")


def test_everybody_is_told_with_one_key_each(
    store: Store, people: Callable[..., None], served: Served
) -> None:
    plan(store, people, *NAMES)
    shown = begin(served())
    seen = []
    for key in "113":
        seen.append(who(shown))
        expect(shown.locator("h1")).to_be_focused()
        press(shown, key)

    assert seen == NAMES
    assert statuses(store) == [Status.DELIVERED, Status.DELIVERED, Status.PLANNED]
    press(shown, "9")
    assert who(shown) == "老房东"
    assert shown.locator("svg").count() == 0
    press(shown, "2")
    follow(shown.locator("button[value=later]"))
    expect(shown.locator(".code")).to_be_visible()
    press(shown, "0")
    assert shown.locator("svg").count() == 0
    assert statuses(store)[2] is Status.HANDED_OVER


def test_a_key_pressed_too_soon_was_meant_for_the_one_before(
    store: Store, people: Callable[..., None], served: Served
) -> None:
    plan(store, people, *NAMES)
    shown = begin(served())
    press(shown, "1")
    for moment in (0, 300, 599):
        shown.evaluate(f"now = {moment}")
        shown.keyboard.press("1")
    press(shown, "2")

    assert who(shown) == "老房东"
    assert statuses(store) == [Status.DELIVERED, Status.PLANNED, Status.HANDED_OVER]


def test_a_second_click_meets_no_button(
    store: Store, people: Callable[..., None], served: Served
) -> None:
    plan(store, people, *NAMES)
    shown = begin(served())
    hit = """(time) => {
        const button = document.querySelector(".answers button");
        button.style.animation = "none";
        button.getBoundingClientRect();
        button.style.animation = "";
        for (const one of button.getAnimations()) { one.pause(); one.currentTime = time; }
        const box = button.getBoundingClientRect();
        const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return there.closest("button") === button;
    }"""
    shown.locator(".answers button").first.scroll_into_view_if_needed()

    assert [shown.evaluate(hit, time) for time in (0, 300, 599, 700)] == [False] * 3 + [True]


def test_a_digit_of_full_width_is_the_same_digit(
    store: Store, people: Callable[..., None], served: Served
) -> None:
    plan(store, people, *NAMES)
    shown = begin(served())
    shown.evaluate(LONG)
    with shown.expect_navigation():
        shown.evaluate(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '１', bubbles: true}))"
        )

    assert statuses(store)[0] is Status.DELIVERED


#: A key that is no answer, where it is pressed.
NO_ANSWERS = """() => {
    const field = document.createElement("input");
    document.body.append(field);
    const press = (where, event) =>
        where.dispatchEvent(new KeyboardEvent("keydown", {bubbles: true, ...event}));
    press(document.body, {key: "1", isComposing: true});
    press(document.body, {key: "1", repeat: true});
    press(document.body, {key: "1", ctrlKey: true});
    press(document.body, {key: "1", altKey: true});
    press(document.body, {key: "1", metaKey: true});
    for (const key of ["a", "5", "F1", "Enter", " "]) press(document.body, {key});
    press(field, {key: "1"});
}"""


def test_what_is_no_answer_answers_nothing(
    store: Store, people: Callable[..., None], served: Served
) -> None:
    plan(store, people, *NAMES)
    shown = begin(served())
    shown.evaluate(LONG)
    shown.evaluate(NO_ANSWERS)
    press(shown, "2")

    assert who(shown) == "王小芳"
    assert statuses(store) == [Status.PLANNED, Status.HANDED_OVER, Status.PLANNED]


def test_without_script_every_button_works_and_no_key_is_named(
    store: Store, people: Callable[..., None], served: Served
) -> None:
    plan(store, people, *NAMES)
    shown = served(script=False)
    go(shown, "scan")
    follow(shown.locator("button[value=all]"))
    expect(shown.locator(".answers kbd").first).to_be_hidden()
    follow(shown.locator("button[value=sent]"))
    follow(shown.locator("[data-key='4']"))
    follow(shown.locator("[data-key='4']"))
    expect(shown.locator("[data-copies]").first).to_be_hidden()
    assert shown.locator("#number").inner_text() == "+8613800000001"
    for button in (
        "[data-key='9']",
        *("button[value=not_now]", "button[value=never]", "[data-key='0']", "main button.main"),
    ):
        follow(shown.locator(button))

    assert who(shown) == "老房东"
    assert statuses(store) == [Status.PLANNED, Status.PLANNED, Status.HANDED_OVER]


def test_by_the_keyboard_alone_with_tab_and_enter(
    store: Store, people: Callable[..., None], served: Served
) -> None:
    plan(store, people, *NAMES)
    shown = begin(served())
    expect(shown.locator("h1")).to_be_focused()
    shown.keyboard.press("Tab")
    expect(shown.locator("button[value=sent]")).to_be_focused()
    with shown.expect_navigation():
        shown.keyboard.press("Enter")

    assert who(shown) == "王小芳"
    assert statuses(store)[0] is Status.DELIVERED


def test_back_and_again_shows_how_it_is_now(
    store: Store, people: Callable[..., None], served: Served
) -> None:
    plan(store, people, *NAMES)
    shown = begin(served())
    press(shown, "1")
    shown.go_back()
    expect(shown.locator("main")).not_to_contain_text("妈妈")
    go(shown, "scan")

    assert who(shown) == "王小芳"
    assert statuses(store) == [Status.DELIVERED, Status.HANDED_OVER, Status.PLANNED]


def test_an_old_window_changes_nothing_and_is_told_so(
    store: Store, people: Callable[..., None], served: Served
) -> None:
    plan(store, people, *NAMES)
    shown = begin(served())
    old = shown.context.new_page()
    old.goto(shown.url)
    press(shown, "1")
    press(old, "3")

    assert who(old) == who(shown) == "王小芳"
    expect(old.locator(".note")).to_contain_text("已经记下了")
    assert statuses(store) == [Status.DELIVERED, Status.HANDED_OVER, Status.PLANNED]


@CLIPBOARDS
def test_number_and_text_are_copied_or_marked(
    store: Store, people: Callable[..., None], served: Served, before: str
) -> None:
    (message,) = plan(store, people, "妈妈")
    shown = served()
    shown.context.add_init_script(before)
    begin(shown)
    press(shown, "4")
    press(shown, "4")
    for place, meant in (("number", message.recipient), ("text", message.text)):
        shown.locator(f"[data-copies={place}]").click()
        expect(shown.locator(f"[data-copies={place}] + [role=status]")).not_to_be_empty()
        if before:
            assert shown.evaluate("getSelection().toString()") == meant
        else:
            assert shown.evaluate("navigator.clipboard.readText()") == meant


@pytest.fixture
def holds(tidy: Callable[[Page], list[str]]) -> Callable[[Page, str], None]:
    """What every state of the page keeps to."""

    def look(shown: Page, state: str) -> None:
        for place in in_each_place(shown):
            assert (state, place, tidy(shown)) == (state, place, [])
            assert overflow(shown) <= 0
            assert min(min(size) for size in targets(shown, "main button, main .button")) >= TARGET

    return look


class TestEveryState:
    """Everybody can use it, and it fits."""

    def test_from_the_beginning_to_a_stop(
        self,
        store: Store,
        people: Callable[..., None],
        served: Served,
        holds: Callable[[Page, str], None],
    ) -> None:
        plan(store, people, *NAMES)
        shown = served()
        go(shown, "scan")
        holds(shown, "begin")
        begin(shown)
        holds(shown, "code")
        press(shown, "4")
        press(shown, "4")
        holds(shown, "text")
        press(shown, "0")
        holds(shown, "stopped")
        follow(shown.locator("main button.main"))
        expect(shown.locator(".alarm")).to_be_visible()
        holds(shown, "held before")

    def test_from_an_answer_to_the_end(
        self,
        store: Store,
        people: Callable[..., None],
        served: Served,
        holds: Callable[[Page, str], None],
    ) -> None:
        plan(store, people, *NAMES[:2], max_per_hour=1)
        shown = begin(served())
        press(shown, "2")
        press(shown, "9")
        holds(shown, "slip")
        press(shown, "0")
        press(shown, "1")
        holds(shown, "later")
        follow(shown.locator("button[value=later]"))
        expect(shown.locator("main .calm")).to_be_visible()
        holds(shown, "enough")
        everybody.choose(store, [(Group.NOBODY, "妈妈")])
        go(shown, "scan")
        holds(shown, "over")


def test_a_hostile_name_is_a_name_and_leaves_the_code_its_place(
    store: Store, people: Callable[..., None], served: Served
) -> None:
    messages = plan(store, people, *HOSTILE)
    shown = begin(served())
    for contact, message in zip(store.book.contacts(), messages, strict=True):
        assert shown.locator("h1 bdi").text_content() == contact.name
        assert shown.locator("h1 *").count() == 1
        assert shown.title() == "扫码发送"
        assert overflow(shown) <= 0
        assert targets(shown, "h1")[0][1] < 100
        assert camera(shown) == smsto(message)
        press(shown, "1")

    assert statuses(store) == [Status.DELIVERED] * len(HOSTILE)


def test_what_others_must_not_see_is_blurred_and_the_code_behind_a_button(
    store: Store, people: Callable[..., None], served: Served
) -> None:
    (message,) = plan(store, people, "妈妈")
    shown = begin(served(incognito=True))
    expect(shown.locator(".code")).to_be_hidden()
    blurred = shown.evaluate(
        "[...document.querySelectorAll('.personal')].map(one => getComputedStyle(one).filter)"
    )
    assert len(blurred) >= 2
    assert all(one.startswith("blur") for one in blurred)
    shown.locator(".veil summary").click()

    assert camera(shown) == smsto(message)


def test_the_page_is_light(store: Store, people: Callable[..., None], served: Served) -> None:
    plan(store, people, *NAMES)
    shown = begin(served())
    press(shown, "4")
    origin = shown.url.rpartition("/")[0]
    sizes = [
        len(shown.content()),
        *(
            len(shown.request.get(f"{origin}/static/{name}").body())
            for name in ("page.css", "page.js", "scan.css", "scan.js", "copy.js", "icon.svg")
        ),
    ]

    assert sum(sizes) < 60_000
