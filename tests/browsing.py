"""A page in a real browser, opened from a file as on a phone; fixtures for the tests that do so."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Literal, Protocol

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator


Scheme = Literal["light", "dark"]

CHROMIUM = shutil.which("chromium") or ""
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="there is no chromium on this computer")

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
NARROW = ViewportSize(width=320, height=640)
#: How long a page may take: on a busy computer, drawing the pictures takes a minute.
_PATIENCE_MS = 120_000
#: Where a page is looked at: on a phone by day and at a desk by night.
PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=800)
PLACES: tuple[tuple[ViewportSize, Scheme], ...] = ((PHONE, "light"), (DESKTOP, "dark"))
#: A thumb hits what is at least this high and wide.
TARGET = 44
#: What passes need not be written out, which takes as long as finding it.
_ONLY_VIOLATIONS = {"resultTypes": ["violations"], "selectors": False}


#: What a page finds where it is to copy: a clipboard, none, or one that refuses.
CLIPBOARDS = pytest.mark.parametrize(
    "before",
    [
        "",
        "Object.defineProperty(navigator, 'clipboard', { value: undefined })",
        "navigator.clipboard.writeText = () => Promise.reject(Error('refused'))",
    ],
    ids=["clipboard", "none", "refused"],
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all; every page is opened in a context of its own, which knows of no other."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=_PATIENCE_MS)
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        yield started
        started.close()


def looking(
    browser: Browser, viewport: ViewportSize, scheme: Scheme, scale: float, *, script: bool
) -> BrowserContext:
    """A window of its own; only a page that hangs makes it wait as long as it would."""
    context = browser.new_context(
        viewport=viewport,
        java_script_enabled=script,
        color_scheme=scheme,
        device_scale_factor=scale,
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(_PATIENCE_MS)
    return context


class Opened(Protocol):
    """Opens a page; `before` is a script that runs before the page's own."""

    def __call__(
        self,
        markup: str,
        *,
        script: bool = True,
        scheme: Scheme = "light",
        scale: float = 1,
        before: str = "",
        viewport: ViewportSize = NARROW,
    ) -> Page: ...


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Every page is asked at the end what it asked for, what went wrong and what it said aloud."""
    heard: list[str] = []
    path = tmp_path / "page.html"
    contexts = []

    def open_it(
        markup: str,
        *,
        script: bool = True,
        scheme: Scheme = "light",
        scale: float = 1,
        before: str = "",
        viewport: ViewportSize = NARROW,
    ) -> Page:
        path.write_text(markup, encoding="utf-8")
        context = looking(browser, viewport, scheme, scale, script=script)
        contexts.append(context)
        context.add_init_script(f"if (location.protocol === 'file:') {{ {before} }}")
        context.on("request", lambda request: heard.append(request.url))
        context.on("weberror", lambda error: heard.append(str(error.error)))
        context.on("dialog", lambda dialog: heard.append(dialog.message))
        shown = context.new_page()
        shown.goto(path.as_uri())
        return shown

    yield open_it
    for context in contexts:
        context.close()
    assert set(heard) == {path.as_uri()}


@pytest.fixture
def tidy() -> Callable[[Page], list[str]]:
    """What axe-core finds."""

    from axe_playwright_python.sync_playwright import Axe

    def violations(shown: Page) -> list[str]:
        shown.wait_for_load_state()
        found = Axe().run(shown, options=_ONLY_VIOLATIONS).response["violations"]
        return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]

    return violations


def in_each_place(shown: Page) -> Iterator[str]:
    """The same page in every place; what it was asked and told already stays."""
    for viewport, scheme in PLACES:
        shown.set_viewport_size(viewport)
        shown.emulate_media(color_scheme=scheme)
        yield f"{viewport['width']} {scheme}"


def follow(target: Locator) -> None:
    """Click on what leads to another page; wait until that one is there, with its script."""
    target.page.wait_for_load_state()
    with target.page.expect_navigation():
        target.click()


def overflow(shown: Page) -> int:
    """By how many pixels one could scroll sideways."""
    shown.wait_for_load_state()
    wide: int = shown.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide


def targets(shown: Page, selector: str) -> list[tuple[float, float]]:
    """Width and height of each of them."""
    shown.wait_for_load_state()
    boxes = shown.locator(selector).evaluate_all(
        """all => all.filter(one => one.getClientRects().length)
            .map(one => one.getBoundingClientRect()).map(box => [box.width, box.height])"""
    )
    return [(width, height) for width, height in boxes]


def smuggle(shown: Page) -> None:
    """Put in what the page must not run and not obey."""
    shown.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'smuggled'";
            const style = document.createElement("style");
            style.textContent = "main { display: none }";
            document.body.append(script, style);
        }"""
    )
