"""The page of a guide in a real browser, as whoever is rung up uses it."""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from browsing import CLIPBOARDS, PHONE, needs_chromium, overflow, smuggle, targets
from guides import LANGUAGES, guide, own
from playwright.sync_api import expect

from kit.inbox.report import read_reports
from kit.letters.page import render
from kit.template import folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsing import Opened, Scheme
    from playwright.sync_api import Page

    from kit.letters.guide import Guide

pytestmark = needs_chromium

#: How large the brief wants what is tapped; a line of 48 px may be drawn a hair smaller.
THUMB = 47.9
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
CALL = {"when": "2026-05-21T14:30", "number": "13800000123", "who": "某某金融"}
LONG = "说要到我单位找人，还要告诉所有同事。" * 20
FULL = {**CALL, "said": LONG, "who": "某" * 30, "number": "1" * 20, "debt": "u", "refused": "u"}
#: An emoji, halves of one, marks that one does not see, and what other programs take for code.
ODD = "\u202e$& $1 {who}{said} \\ <b>&amp;</b> 👨‍👩‍👧 ＡＢＣ ﬁ \u200bİ ✓"


@cache
def page(language: str = "zh-Hans") -> str:
    return render(guide(language))


def fill(shown: Page, **call: str) -> None:
    for name, value in {**CALL, "said": "说要到我单位找人", **call}.items():
        if name in ("debt", "refused"):
            shown.check(f"input[name=tell-{name}][value={value}]")
        else:
            shown.fill(f"#tell-{name}", value)


def text(shown: Page, name: str) -> str:
    return str(shown.locator(f"#{name}").text_content())


def checksum(line: str) -> str:
    """As whoever reads the line works it out."""
    body = line[: line.rindex("|") + 1]
    folded = unicodedata.normalize("NFKC", body)
    bare = re.sub(r"[\s\u200b-\u200f\u2060\ufeff\x1c-\x1f\x85]", "", folded).lower()
    return f"{zlib.crc32(bare.encode()):08X}"


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


# --- what everybody can read ----------------------------------------------------------------


def as_opened(_: Page) -> None:
    pass


def large(shown: Page) -> None:
    shown.locator("label[for=large]").click()


def plain(shown: Page) -> None:
    shown.locator("label[for=plain]").click()


def filled(shown: Page) -> None:
    fill(shown, **FULL)
    shown.fill("#letter-when", "2199-01-01T00:00")


def in_turn(shown: Page, *states: Callable[[Page], None]) -> Iterator[str]:
    """The page in each state, each from the beginning; a page is opened in the time of two."""
    for state in states:
        shown.reload()
        state(shown)
        yield state.__name__


@pytest.mark.parametrize(("language", "scheme"), [("zh-Hans", "light"), ("en", "dark")])
def test_axe_finds_nothing(
    opened: Opened, tidy: Callable[[Page], list[str]], language: str, scheme: Scheme
) -> None:
    shown = opened(page(language), scheme=scheme)

    for state in in_turn(shown, as_opened, large, plain, filled):
        assert tidy(shown) == [], state


@pytest.mark.parametrize(
    ("whole", "scheme"),
    [(guide(), "dark"), (replace(guide(), is_stale=True), "light"), (own(), "dark")],
    ids=["", "old", "own"],
)
def test_axe_finds_nothing_without_script(
    opened: Opened, tidy: Callable[[Page], list[str]], whole: Guide, scheme: Scheme
) -> None:
    # axe-core is a script itself: the page with its own cut off is what one sees with script off.
    markup = render(whole).split("<script")[0]

    assert tidy(opened(markup, scheme=scheme)) == []


def test_axe_would_find_pale_letters(opened: Opened, tidy: Callable[[Page], list[str]]) -> None:
    shown = opened(page())
    shown.evaluate("document.querySelector('h1').style.color = '#ddd'")

    assert [one.partition(":")[0] for one in tidy(shown)] == ["color-contrast"]


@EVERY_LANGUAGE
def test_nothing_scrolls_sideways_on_the_smallest_phone_nor_at_twice_the_size(
    opened: Opened, language: str
) -> None:
    shown = opened(page(language))

    for state in in_turn(shown, large, filled):
        assert overflow(shown) <= 0, state

        shown.set_viewport_size({"width": 640, "height": 1280})
        shown.evaluate("document.documentElement.style.zoom = 2")
        assert overflow(shown) <= 0, state

        shown.evaluate("document.documentElement.style.zoom = 1")
        shown.set_viewport_size({"width": 320, "height": 640})
        shown.evaluate("document.documentElement.style.fontSize = '200%'")
        assert overflow(shown) <= 0, state


@SCRIPT
@EVERY_LANGUAGE
def test_whatever_is_tapped_is_large(opened: Opened, language: str, *, script: bool) -> None:
    shown = opened(page(language), script=script)
    tapped = targets(shown, "a, button, label.mode, input:not(.mode):not([type=radio]), textarea")
    radios = targets(shown, "fieldset label")

    assert len(tapped) > 2 * len(guide().callers)
    assert all(height >= THUMB for _, height in [*tapped, *radios])
    assert all(width >= THUMB for width, _ in tapped)
    assert len(radios) == (6 if script else 0)


# --- the telephone is ringing ---------------------------------------------------------------


@SCRIPT
def test_the_first_screen_has_the_sentence_and_what_callers_say(
    opened: Opened, *, script: bool
) -> None:
    shown = opened(page(), script=script, viewport=PHONE)
    sizes = {
        name: float(
            shown.locator(name).first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
        )
        for name in ("h1", "h2", ".say", "p", "li")
    }
    links = targets(shown, ".links a")
    seen = [
        box
        for one in shown.locator("#menu a").all()
        if (box := one.bounding_box()) and box["y"] + box["height"] <= PHONE["height"]
    ]

    assert max(sizes, key=lambda name: sizes[name]) == ".say"
    assert shown.locator("h1").bounding_box()
    assert len(seen) >= 3
    assert len(links) > len(guide().callers)


def there_and_back(shown: Page, caller: str, *, is_whole: bool) -> None:
    """A tap on what the caller says, and one back."""
    shown.locator(f"#menu a[href='#{caller}']").click()
    shown.wait_for_url(f"**#{caller}")
    expect(shown.locator(f"#{caller} .say")).to_be_in_viewport()  # once the next frame is drawn
    answer = shown.locator(f"#{caller} .say").bounding_box()
    assert answer
    assert 0 <= answer["y"] < PHONE["height"] / 2, caller
    assert not is_whole or answer["y"] + answer["height"] <= PHONE["height"], caller
    shown.locator(f"#{caller} .back a").click()
    expect(shown.locator("#menu h2")).to_be_in_viewport()
    top = shown.locator("#menu h2").bounding_box()
    assert top
    assert 0 <= top["y"] < PHONE["height"] / 2, caller


@pytest.mark.parametrize(
    ("language", "script"), [("zh-Hans", False), ("zh-Hant", True), ("en", True)]
)
def test_one_tap_leads_to_the_answer_to_any_caller(
    opened: Opened, language: str, *, script: bool
) -> None:
    shown = opened(page(language), script=script, viewport=PHONE)

    for state in in_turn(shown, as_opened, large, plain):
        for caller in guide(language).callers:
            there_and_back(shown, caller.id, is_whole=state != "large")


@SCRIPT
def test_large_letters_and_plain_reading_need_no_script(opened: Opened, *, script: bool) -> None:
    shown = opened(page(), script=script)
    detail = [one.id for one in guide().sections if one.detail]

    def size() -> float:
        found = shown.locator("header p").evaluate("one => getComputedStyle(one).fontSize")
        return float(found.removesuffix("px"))

    before = size()
    large(shown)
    assert size() >= 1.4 * before
    plain(shown)
    hidden = [*(f"#{name}" for name in detail), "#sources", ".basis", ".links .detail"]
    assert detail
    assert all(shown.locator(name).first.is_hidden() for name in hidden)
    assert all(shown.locator(f"#{one.id} .means").is_visible() for one in guide().callers)
    plain(shown)
    assert all(shown.locator(name).first.is_visible() for name in hidden)


def test_without_script_there_is_nothing_that_does_nothing(opened: Opened) -> None:
    shown = opened(page(), script=False)

    assert shown.locator("button:visible, textarea:visible, input:visible").count() == 2
    assert shown.locator("input.mode").count() == 2
    assert shown.locator("#tell-pattern").is_visible()
    assert "________" in text(shown, "letter-text")


# --- on paper ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "scheme"), [("zh-Hans", "light"), ("zh-Hant", "dark"), ("en", "dark")]
)
def test_printed_it_is_one_page(opened: Opened, language: str, scheme: Scheme) -> None:
    shown = opened(render(replace(guide(language), is_stale=True)), scheme=scheme)

    for state in in_turn(shown, as_opened, large, plain, filled):
        assert pages_of(shown.pdf(prefer_css_page_size=True)) == 1, state
        assert pages_of(shown.pdf(format="A4")) == 1, state


def test_a_second_page_would_be_counted(opened: Opened) -> None:
    shown = opened(page())
    shown.evaluate("document.querySelector('h1').style.marginTop = '200mm'")

    assert pages_of(shown.pdf(prefer_css_page_size=True)) == 2


@EVERY_LANGUAGE
def test_paper_has_what_is_said_and_the_answers_black_on_white(
    opened: Opened, language: str
) -> None:
    whole = guide(language)
    shown = opened(render(whole), scheme="dark")
    shown.locator("#menu a").first.click()
    shown.emulate_media(media="print")
    colours = shown.evaluate(
        """() => [...document.querySelectorAll("main *")]
            .filter(one => one.offsetParent && one.textContent.trim())
            .map(one => getComputedStyle(one))
            .map(style => style.color + " on " + style.backgroundColor)"""
    )

    for section in whole.sections:
        assert shown.locator(f"#{section.id}").is_visible() == section.paper
    for caller in whole.callers:
        assert shown.locator(f"#{caller.id}").inner_text().split() == [
            *caller.title.split(),
            *caller.answer.split(),
        ]
    assert set(colours) == {"rgb(0, 0, 0) on rgba(0, 0, 0, 0)"}
    assert shown.locator("a:visible, .form:visible, .mode:visible, button:visible").count() == 0


# --- the forms --------------------------------------------------------------------------------


def test_the_form_makes_the_line_for_the_borrower(opened: Opened) -> None:
    shown = opened(page())
    fill(shown, debt="y", refused="n")

    assert text(shown, "tell-line") == (
        "KIT1|2026-05-21 14:30|13800000123|某某金融|说要到我单位找人|yn|565422CE"
    )


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({}, ["13800000123", "某某金融", "说要到我单位找人", "uu"]),
        ({"debt": "u", "refused": "y"}, ["13800000123", "某某金融", "说要到我单位找人", "uy"]),
        ({"who": "", "said": "", "number": ""}, ["", "", "", "uu"]),
        (
            {"who": " 甲|乙｜丙 ", "said": "一\n二\t三"},
            ["13800000123", "甲/乙/丙", "一 二 三", "uu"],
        ),
        (
            {"number": "＋86（138）0000-0123转5"},
            ["+86138 0000-01235".replace(" ", ""), "某某金融", "说要到我单位找人", "uu"],
        ),
        ({"number": "没有显示"}, ["", "某某金融", "说要到我单位找人", "uu"]),
        ({"said": ODD}, ["13800000123", "某某金融", ODD, "uu"]),
    ],
)
def test_every_line_holds_what_was_typed_and_its_checksum(
    opened: Opened, typed: dict[str, str], fields: list[str]
) -> None:
    shown = opened(page())
    fill(shown, **typed)
    line = text(shown, "tell-line")

    assert line.split("|") == ["KIT1", "2026-05-21 14:30", *fields, checksum(line)]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", ""),
        ("说要到我单位找人", "说要到我单位找人"),
        ("一|二\n三", "一/二 三"),
        (f"KIT1|{ODD}", None),
        (LONG, None),
    ],
)
def test_the_borrower_can_read_every_line(opened: Opened, said: str, kept: str | None) -> None:
    shown = opened(page())
    fill(shown, debt="y", said=said)
    reports, problems = read_reports(
        f"你看：{text(shown, 'tell-line')} 谢谢",
        now=datetime(2026, 11, 21, tzinfo=UTC),
        zone=ZoneInfo("Asia/Shanghai"),
    )

    assert problems == []
    (report,) = reports
    assert report.checked
    assert report.at == datetime(2026, 5, 21, 6, 30, tzinfo=UTC)
    assert (report.number, report.said_they_were) == ("13800000123", "某某金融")
    assert (report.debt_named, report.refused) == (True, None)
    assert kept is None or report.said == kept


@EVERY_LANGUAGE
def test_what_is_too_long_is_cut_where_it_must_fit(opened: Opened, language: str) -> None:
    shown = opened(page(language))
    fill(shown, **{**FULL, "who": "\ufdfa" * 30, "said": f"{LONG}👨‍👩‍👧" * 2})
    line, short = text(shown, "tell-line"), text(shown, "tell-short")
    folded = unicodedata.normalize("NFKC", line).split("|")

    assert len(folded[3]) <= 30
    assert 100 < len(folded[4]) <= 120
    assert line.split("|")[4].endswith("…")
    assert line.endswith(checksum(line))
    assert len(short) <= 200
    assert LONG[:10] in short
    assert "…" in short
    assert LONG in text(shown, "tell-full")


@EVERY_LANGUAGE
def test_the_texts_are_those_of_the_guide_filled_in(opened: Opened, language: str) -> None:
    whole = guide(language)
    shown = opened(render(whole))
    fill(shown, debt="y", refused="u", said="{when}{debt}$&")
    values = {
        "when": "2026-05-21 14:30",
        "number": "13800000123",
        "who": "某某金融",
        "said": "{when}{debt}$&",
        "debt": whole.form["yes"],
        "refused": whole.form["unsure"],
    }

    assert text(shown, "tell-short") == whole.report["short"].format(**values)
    assert text(shown, "tell-full") == whole.report["full"].format(**values)


def test_what_is_not_filled_in_is_said_to_be_so_and_without_a_time_there_is_no_line(
    opened: Opened,
) -> None:
    shown = opened(page())

    assert text(shown, "tell-full").count("（没有填）") == 6
    assert text(shown, "tell-line") == "什么时候：（没有填）"
    assert shown.locator("[data-copies=tell-line]").is_hidden()
    fill(shown)
    assert shown.locator("[data-copies=tell-line]").is_visible()


@pytest.mark.parametrize("form", ["tell", "letter"])
def test_a_time_that_is_still_to_come_is_refused(opened: Opened, form: str) -> None:
    shown = opened(page())
    message = shown.locator(f"#{form}-future")
    assert message.is_hidden()

    shown.fill(f"#{form}-when", "2199-01-01T00:00")
    assert message.is_visible()
    assert message.inner_text() == guide().form["future"]
    assert "KIT1" not in text(shown, "tell-line")
    assert "2199" not in shown.locator("main").inner_text()

    shown.fill(f"#{form}-when", "2026-05-21T14:30")
    assert message.is_hidden()
    assert "2026-05-21 14:30" in shown.locator(f"#{form}").inner_text()


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("2026-5-1 8:05", "2026-05-01 08:05"),
        ("2026年5月1日 20：30", "2026-05-01 20:30"),
        ("２０２６／０５／０１　２０：３０", "2026-05-01 20:30"),
        ("2026-02-30 08:00", ""),
        ("2026-05-01 24:00", ""),
        ("1998-05-01 20:00", ""),
        ("昨天下午", ""),
    ],
)
def test_where_the_time_is_only_a_line_of_text_it_is_read_all_the_same(
    opened: Opened, typed: str, time: str
) -> None:
    shown = opened(page())
    shown.evaluate("document.getElementById('tell-when').type = 'text'")
    fill(shown, when=typed)

    assert text(shown, "tell-line").split("|")[1:2] == ([time] if time else [])


def test_a_browser_of_ten_years_ago_makes_the_same_texts(opened: Opened) -> None:
    call = {"who": f"{ODD} 𠮷", "said": f"{LONG}👨‍👩‍👧"}
    old = "delete Array.from; navigator.clipboard.writeText = 0"
    lines = []
    for before in ("", old):
        shown = opened(render(guide()), before=before)
        fill(shown, **call)
        lines.append([text(shown, f"tell-{name}") for name in ("line", "short", "full")])
        shown.locator("button[data-copies=tell-full]").click()
        shown.get_by_role("button", name="已复制").wait_for()

    assert lines[0] == lines[1]


def test_the_script_is_such_as_old_browsers_read() -> None:
    script = (folder() / "guide.js").read_text(encoding="utf-8")

    assert re.findall(r"=>|`|\b(?:let|const|class|async|await)\b(?= )|\?\.|\.\.\.", script) == []


def test_a_browser_that_cannot_fold_characters_offers_the_texts_and_no_line(
    opened: Opened,
) -> None:
    shown = opened(page(), before="delete String.prototype.normalize")
    fill(shown)

    assert shown.locator("#tell-line").is_hidden()
    assert "说要到我单位找人" in text(shown, "tell-short")
    assert "13800000123" in text(shown, "tell-full")


def test_the_letter_is_filled_in_as_one_types(opened: Opened) -> None:
    shown = opened(page())
    typed = {
        "company": "某某公司{name}",
        "when": "2026-05-21T14:30",
        "number": "13800000123",
        "who": "某某金融",
        "mine": "13800000456",
        "name": "王小芳",
    }
    assert text(shown, "letter-text").count("________") == 6
    for name, value in typed.items():
        shown.fill(f"#letter-{name}", value)
    values = {**typed, "when": "2026-05-21 14:30", "date": "TODAY"}

    filled_in = re.sub(r"\d{4}-\d\d-\d\d$", "TODAY", text(shown, "letter-text"))
    assert filled_in == guide().letter.format(**values)


def test_nothing_that_is_typed_is_kept(opened: Opened) -> None:
    shown = opened(page())
    fill(shown, debt="y")
    shown.fill("#letter-name", "王小芳")
    before = shown.url
    shown.press("#tell-who", "Enter")
    kept = shown.evaluate(
        """async () => [localStorage.length, sessionStorage.length, document.cookie,
            (await indexedDB.databases()).length, history.state, window.name]"""
    )

    assert kept == [0, 0, "", 0, None, ""]
    assert shown.url == before
    shown.reload()
    assert shown.locator("#tell-who, #tell-said, #letter-name").evaluate_all(
        "all => all.map(one => one.value)"
    ) == ["", "", ""]
    assert shown.locator("input[type=radio]:checked").count() == 0


@CLIPBOARDS
@pytest.mark.parametrize("name", ["tell-pattern", "tell-line", "tell-full", "letter-text"])
def test_a_text_is_copied_as_it_is(opened: Opened, before: str, name: str) -> None:
    shown = opened(page(), before=before)
    fill(shown, said=f"说要到我单位找人 {before[:20]} {name}")
    button = shown.locator(f"[data-copies={name}]")
    expect(button).to_have_text("复制")
    button.click()
    shown.get_by_role("button", name="已复制").wait_for()
    wanted = text(shown, name)

    shown.evaluate("document.body.append(document.createElement('textarea'))")
    shown.locator("body > textarea").press("ControlOrMeta+V")
    expect(shown.locator("body > textarea")).to_have_value(wanted)


def test_after_a_change_nothing_says_that_it_is_copied(opened: Opened) -> None:
    shown = opened(page())
    fill(shown)
    shown.locator("[data-copies=tell-full]").click()
    shown.get_by_role("button", name="已复制").wait_for()
    shown.fill("#tell-said", "又打来了")

    expect(shown.get_by_role("button", name="已复制")).to_have_count(0)


def test_what_words_might_smuggle_in_is_not_run(opened: Opened) -> None:
    shown = opened(page())
    smuggle(shown)

    assert shown.title() == guide().title
    assert shown.locator("main").is_visible()
