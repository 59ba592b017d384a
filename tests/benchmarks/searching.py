"""The chooser with 10,000 people in a real browser, against the same list with every row in it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from html import escape
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import address_books
from benchmarks.measures import Row
from browsing import CHROMIUM, DESKTOP, QUIET
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

#: So many cards are about ten thousand people.
SEED, CARDS = 10_000, 11_200
ROUNDS = 3
KIT = Path(sys.executable).with_name("kit")
TYPED = ["w", "wx", "wxf", "", "1", "13", "138", "", "王", "王小", "", "l", "li", "lim", "limi"]
#: What a page does that has every row already: those that do not match are hidden.
_NAIVE = """<script>
const rows = [...document.querySelectorAll("li")];
document.querySelector("input").addEventListener("input", (event) => {
  for (const row of rows) row.hidden = !row.textContent.includes(event.target.value);
});
</script>"""
_TYPE = """(typed) => typed.map((text) => {
    const input = document.querySelector("input[type=search]#text");
    const started = performance.now();
    input.value = text;
    input.dispatchEvent(new Event("input"));
    document.body.getBoundingClientRect();
    return performance.now() - started;
})"""


def rows() -> list[Row]:
    """Without a browser there is nothing to measure."""
    if not CHROMIUM:
        return []
    with (
        tempfile.TemporaryDirectory() as folder,
        _server(Path(folder)) as (link, pid),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        ours, naive = _side_by_side(browser, link, Path(folder) / "naive.html")
        browser.close()
        megabytes = _peak(pid)
    return [
        Row("times as fast to open as a file with every row in it", naive[0] / ours[0]),
        Row("times as fast to a keystroke", naive[1] / ours[1], at_least=5),
        Row("seconds until the chooser is ready, 10,000 people", ours[0], at_most=1.5),
        Row("milliseconds to a keystroke, the median", ours[1], at_most=50),
        Row("MB of memory of the server", megabytes, at_most=250),
    ]


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[tuple[str, int]]:
    """The program itself with a full book: its link, and its process."""
    home = folder / "home"
    environment = {**os.environ, "KIT_HOME": str(home), "KIT_KEY_FILE": str(home / "key")}
    book = folder / "book.vcf"
    address_books.make(SEED, CARDS, photos=False, damage=0).write(book)
    subprocess.run([KIT, "import", book], env=environment, capture_output=True, check=False)
    command = [str(KIT), "serve", "--no-open"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.terminate()


def _side_by_side(
    browser: Browser, link: str, naive: Path
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Seconds to open and milliseconds to a keystroke, ours and the naive page's, in turn."""
    page = browser.new_page(viewport=DESKTOP)
    page.goto(link)
    address = f"{link.partition('/begin/')[0]}/choose"
    page.goto(address)
    naive.write_text(_every_row(page), encoding="utf-8")
    found = [
        (_measured(page, address, "#choose[data-ready]"), _measured(page, naive.as_uri(), "main"))
        for _ in range(ROUNDS)
    ]
    ours, others = zip(*found, strict=True)
    return min(ours), min(others)


def _measured(page: Page, address: str, ready: str) -> tuple[float, float]:
    started = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(ready)
    page.evaluate("document.body.getBoundingClientRect()")
    seconds = time.perf_counter() - started
    return seconds, median(page.evaluate(_TYPE, TYPED))


def _every_row(page: Page) -> str:
    """The same people with the same buttons, all at once, and the words to search in."""
    data: dict[str, Any] = page.evaluate("fetch('/choose/people').then((answer) => answer.json())")
    buttons = "".join(f"<button>{word}</button>" for word in ("紧急联系人", "也告诉", "不告诉"))
    items = "".join(
        f"<li><p><b>{escape(one[1])}</b> {escape(one[2])}"
        f"<i hidden>{escape(one[8] + one[9])}</i></p><p>{buttons}</p></li>"
        for one in data["people"]
    )
    return (
        "<!DOCTYPE html><html lang='zh-Hans'><meta charset='utf-8'><title>.</title><main>"
        f"<input type='search' id='text'><ul>{items}</ul></main>{_NAIVE}</html>"
    )


def _peak(pid: int) -> float:
    """Megabytes that the process had at most, where the system tells."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
