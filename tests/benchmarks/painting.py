"""How soon the guide is seen on a slow phone, against its words with nothing else on the page."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measures import Row
from browsing import CHROMIUM, QUIET
from guides import guide
from pages import Read
from playwright.sync_api import ViewportSize, sync_playwright

from kit.letters.page import render

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROUNDS = 15
#: How many times slower than this computer the phone is.
SLOWED = 6
PHONE = ViewportSize(width=360, height=740)
_FIRST_PAINT = """() => new Promise(tell => new PerformanceObserver(seen => {
    for (const one of seen.getEntriesByName("first-contentful-paint")) tell(one.startTime)
}).observe({type: "paint", buffered: true}))"""


def rows() -> list[Row]:
    """Without a browser there is nothing to measure."""
    if not CHROMIUM:
        return []
    markup = render(guide())
    words = "".join(f"<p>{line}" for line in Read(markup).of("main")[0].split("\n") if line)
    bare = f"<!DOCTYPE html><html lang='zh-Hans'><meta charset='utf-8'><title>.</title>{words}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        # In turn, so that other work on this computer slows both.
        rounds = [(_seconds(browser, markup), _seconds(browser, bare)) for _ in range(ROUNDS)]
        browser.close()
    page, baseline = (min(times) for times in zip(*rounds, strict=True))
    return [
        Row("first paint of guide.html against its words alone", page / baseline, 3),
        Row(f"seconds to it on a processor slowed {SLOWED}-fold", page, 1),
    ]


def _seconds(browser: Browser, markup: str) -> float:
    """From opening the file to the first text on the screen."""
    with tempfile.TemporaryDirectory() as folder, browser.new_context(viewport=PHONE) as context:
        path = Path(folder) / "page.html"
        path.write_text(markup, encoding="utf-8")
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        page.goto(path.as_uri())
        return float(page.evaluate(_FIRST_PAINT)) / 1000
