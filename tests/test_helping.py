"""Step 6 of the page: what is shown and handed out is what `kit guide` writes."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING

import pytest
from browsing import CLIPBOARDS, DESKTOP, follow, in_each_place, needs_chromium, overflow
from desks import sit_down
from drawn import NEEDS_A_FONT
from playwright.sync_api import expect

from kit.actions import guiding
from kit.actions.unlocking import Nobody

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from conftest import Clock
    from desks import Client, Served
    from playwright.sync_api import Page

    Tidy = Callable[[Page], list[str]]

TEXTS = ["guide.html", "short.txt", "full.txt"]
MINE = ["for-me.html", "for-me.txt"]
TYPES = {"html": "text/html; charset=utf-8", "txt": "text/plain; charset=utf-8"}
#: Bytes of a page over the wire.
LARGEST_PAGE = 60_000


pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """What draws is not there."""
    monkeypatch.setitem(sys.modules, "typst", None)


def body(client: Client, path: str = "/help") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def help_page(page: Page) -> Page:
    """The page of the step, on the way there by its link."""
    follow(page.locator("nav.steps a").last)
    return page


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(("whom", "names"), [("contacts", TEXTS), ("me", MINE)])
def test_what_is_downloaded_is_what_the_command_writes(
    client: Client, kit: Callable[..., Result], tmp_path: Path, whom: str, names: list[str]
) -> None:
    kit("guide", "--to", tmp_path, "--for", whom)
    for name in names:
        answer = client.get(f"/help/{name}")

        assert answer.data == (tmp_path / name).read_bytes()
        assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert answer.headers["Content-Type"] == TYPES[name.partition(".")[2]]
        assert answer.headers["Cache-Control"] == "no-store"


def test_it_says_what_the_command_says_of_handing_it_on(client: Client) -> None:
    page = body(client)

    assert "whoever is to know nothing of a loan must not get it" in page
    assert "In WeChat: first the words of short.txt, or share.png; for more, guide.html." in page
    assert "What it says was checked on 2026-11-21." in page
    assert "more than twelve months" not in page


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_contacts_read_the_language_of_the_law_and_the_borrower_their_own(
    client: Client, language: str
) -> None:
    client.post("/language", language=language)
    page = body(client)

    assert guiding.make("contacts", "cn", "zh-Hans", draws=False).guide.short in page
    assert guiding.make("me", "cn", language).guide.lead in page


def test_another_language_and_another_country_may_be_asked_for(client: Client) -> None:
    links = body(client)
    asked = client.get("/help/short.txt?jurisdiction=CN&language=zh-Hant").get_data(as_text=True)

    assert "/help?jurisdiction=cn&language=zh-Hant" in links
    assert asked.strip() in body(client, "/help?language=zh-Hant")
    assert asked != client.get("/help/short.txt").get_data(as_text=True)
    for wrong in ("language=fr", "jurisdiction=fr", "language=../en", "jurisdiction=../cn"):
        answer = client.get(f"/help?{wrong}")
        assert answer.status_code == 400
        assert "there " in answer.get_data(as_text=True)


def test_a_file_that_there_is_not_is_not_found(client: Client) -> None:
    for name in ("guide.htm", "for-me.png", "for-me.", "..%2fpyproject.toml", "share.jpg"):
        assert client.get(f"/help/{name}").status_code == 404


@pytest.mark.usefixtures("undrawn")
def test_without_what_draws_there_is_the_reason_and_all_the_rest(client: Client) -> None:
    page = body(client, "/help/pictures")

    assert "The pictures were not made: what draws them is not installed." in page
    assert "pipx install" in page
    assert "<img" not in page
    assert "In WeChat: first the words of short.txt; for more, guide.html." in page
    assert client.get("/help/share.png").status_code == 400


@NEEDS_A_FONT
def test_pictures_are_drawn_once_and_when_they_could_not_be_tried_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "typst", None)
        assert client.get("/help/share.png").status_code == 400
    first = client.get("/help/share.png")
    monkeypatch.setitem(sys.modules, "typst", None)  # drawn again, it would fail

    assert first.data.startswith(b"\x89PNG")
    assert first.headers["Content-Type"] == "image/png"
    assert client.get("/help/share.png").data == first.data
    assert client.get("/help/long.png").data.startswith(b"\x89PNG")
    assert body(client, "/help/pictures").count("<img") == 2


def test_help_at_once_is_what_the_borrowers_own_page_says_and_no_more(client: Client) -> None:
    _, _, rest = body(client).partition('id="at-once"')
    at_once, _, _ = rest.partition("</section>")
    sections = guiding.make("me", "cn", "en").guide.sections
    urgent = [one for one in sections if one.urgent]

    assert [one.id for one in urgent] == ["danger", "advice", "care"]
    for one in sections:
        assert (f"<h3>{one.title}</h3>" in at_once) == one.urgent
    assert [line.text for one in urgent for line in one.lines if line.text not in at_once] == []
    assert all(number in at_once for number in ("110", "12348", "12356"))


def test_what_it_rests_on_is_listed_as_in_the_plain_texts(client: Client) -> None:
    page = body(client, "/help/sources")
    texts = [client.get(f"/help/{name}").get_data(as_text=True) for name in ("full.txt", MINE[1])]
    listed = [line for text in texts for line in text.rpartition("\n\n")[2].splitlines()[1:]]

    assert len(listed) > 20
    assert [line for line in listed if f"<p>{line}</p>" not in page] == []
    assert '/help/sources?jurisdiction=cn&language=zh-Hans"' in body(client)


def test_old_facts_are_said_to_be_old(clock: Clock) -> None:
    clock.now = datetime(2028, 1, 1, tzinfo=UTC)
    later = sit_down(clock)
    later.desk.open(Nobody())
    later.enter()
    page = body(later)
    later.desk.close()

    assert "That is more than twelve months ago" in page
    assert guiding.make("me", "cn", "en").guide.labels["stale"] in page


def test_what_contacts_send_back_has_its_place_in_step_5(client: Client) -> None:
    assert "a line that begins with KIT1" in body(client)
    assert 'href="/went">To step 5' in body(client)


def test_a_window_for_reading_only_hands_it_out_too(clock: Clock) -> None:
    reader = sit_down(clock, read_only=True, incognito=True)
    reader.desk.open(Nobody())
    reader.enter()

    assert reader.get("/help").status_code == reader.get("/help/short.txt").status_code == 200
    reader.desk.close()


@needs_chromium
@pytest.mark.parametrize("draws", [True, False], ids=["draws", "cannot draw"])
def test_everybody_can_use_every_state_of_it(
    served: Served,
    tidy: Tidy,
    monkeypatch: pytest.MonkeyPatch,
    *,
    draws: bool,
) -> None:
    def holds(state: str) -> None:
        for place in in_each_place(page):
            assert (state, place, tidy(page)) == (state, place, [])
            assert overflow(page) == 0

    if not draws:
        monkeypatch.setitem(sys.modules, "typst", None)
    page = help_page(served())
    if draws:
        holds("folded")
        for folded in page.locator("summary").all():
            folded.click()
        holds("unfolded")
    follow(page.locator("a[data-working]"))
    page.wait_for_url("**/help/pictures*")
    holds("pictures")
    if draws:
        follow(page.locator("a[href*='/help/sources']"))
        holds("sources")


@needs_chromium
@NEEDS_A_FONT
def test_the_pictures_are_seen(served: Served) -> None:
    page = help_page(served(script=False))
    follow(page.locator("a[href*='/help/pictures']"))

    for name in ("share.png", "long.png"):
        image = page.locator(f"img[src*='{name}']")
        image.scroll_into_view_if_needed()
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1080
        assert image.get_attribute("alt")


@needs_chromium
def test_what_takes_seconds_says_so_and_is_asked_for_once(served: Served) -> None:
    page = help_page(served())
    page.evaluate("addEventListener('click', (event) => { event.preventDefault(); })")
    link = page.locator("a[data-working]")
    link.click()

    expect(page.get_by_text("正在画，请等几秒钟。")).to_be_visible()
    assert link.evaluate("link => link.parentElement.nextElementSibling.role") == "status"
    assert not link.evaluate(
        "link => link.dispatchEvent(new MouseEvent('click', {cancelable: true}))"
    )


@needs_chromium
@CLIPBOARDS
def test_words_are_copied_by_a_button(served: Served, before: str) -> None:
    page = help_page(served(viewport=DESKTOP))
    words = page.locator("#short").inner_text()
    page.evaluate(f"() => {{ {before} }}")
    page.locator("button[data-copies=short]").click()

    page.get_by_text("已复制。").wait_for()
    pasted = page.context.new_page()
    pasted.set_content("<textarea></textarea>")
    pasted.locator("textarea").press("Control+v")
    expect(pasted.locator("textarea")).not_to_have_value("")
    assert pasted.locator("textarea").input_value().split() == words.split()


@needs_chromium
def test_words_that_cannot_be_copied_are_marked(served: Served) -> None:
    page = help_page(served())
    page.evaluate(
        "navigator.clipboard.writeText = () => Promise.reject(Error('refused'));"
        "document.execCommand = () => false"
    )
    page.locator("button[data-copies=short]").click()

    page.get_by_text("已选中，请按 Ctrl+C 复制。").wait_for()
    assert page.evaluate("getSelection().toString()") == page.locator("#short").inner_text()


@needs_chromium
def test_without_script_the_words_can_be_marked_and_saved(served: Served) -> None:
    page = help_page(served(script=False))
    with page.expect_download() as started:
        page.locator("a[href*='short.txt']").click()

    expect(page.locator("button[data-copies]:visible")).to_have_count(0)
    saved = started.value.path().read_text("utf-8").strip()
    assert page.locator("#short").inner_text() == saved


def test_the_page_is_small(client: Client) -> None:
    client.post("/language", language="zh-Hans")

    assert len(client.get("/help").data) < LARGEST_PAGE / 1.5
