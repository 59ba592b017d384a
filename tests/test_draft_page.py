"""A letter as a page: what stands on it, on a phone and on paper."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import TYPE_CHECKING

import pytest
from browsing import PHONE, needs_chromium, overflow
from drafted import BLOCKS, DRAWING, HOSTILE, block, draft, incidents, table
from playwright.sync_api import expect

from kit.letters.draft import BlockKind
from kit.letters.draft_page import render
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsing import Opened
    from playwright.sync_api import Page

SAY = Words("zh-Hans")


def body(page: str) -> str:
    return page.partition("</style>")[2]


def test_it_loads_nothing_and_runs_nothing() -> None:
    page = render(draft(short="短"), SAY)

    assert re.findall(r"(?:src|href)=\"(?!data:image/svg\+xml;base64,)", page) == []
    assert not re.search(r"<script|<link|<object| on\w+=| style=|url\(", page)


def test_each_page_is_in_the_language_it_is_asked_for_in() -> None:
    for language in ("zh-Hans", "en", "zh-Hans"):
        say = Words(language)

        assert say("What it rests on") in render(draft(), say)


def test_the_letter_is_apart_from_what_is_for_the_borrower() -> None:
    around, _, letter = render(draft(short="请调查。"), SAY).partition("<main>")

    for one in ("先核对公司的全称。", "第一千零三十三条", "2026-11-21", ">请调查。<", "4 个字"):
        assert one in around
        assert one not in letter
    assert "有点长" not in around


def test_the_short_version_of_a_copy_is_for_no_form() -> None:
    around, _, _ = render(draft(short="请调查。", is_copy=True), SAY).partition("<main>")

    assert "供您阅读，不要寄出" in around


def test_a_letter_has_no_short_version() -> None:
    page = body(render(draft(), SAY))

    assert page.count("<aside") == 1
    assert "个字" not in page


@pytest.mark.parametrize(("language", "is_said"), [("zh-Hans", True), ("en", False)])
def test_a_short_version_that_is_not_short_says_so(language: str, is_said: bool) -> None:
    page = render(draft(short="x" * 201, language=language), SAY)

    assert ("表格放不下，就删掉一些" in page) is is_said


def test_that_nobody_looked_for_long_is_said() -> None:
    assert "已经一年多没有核对" in render(draft(is_stale=True), SAY)
    assert "已经一年多没有核对" not in render(draft(), SAY)


def test_a_table_names_its_columns_and_its_rows() -> None:
    page = body(render(draft(), SAY))

    assert page.count('<th scope="col"') == 6 + 2
    assert page.count('<th scope="row"') == 2 + 3
    assert "<caption>每月的钱</caption>" in page
    # One without a caption is called by the heading above it.
    assert re.findall('role="region" aria-label="([^"]*)"', page) == ["记录到的情况", "每月的钱"]


def test_only_a_table_with_long_lines_becomes_cards_on_a_phone() -> None:
    sums = table(("一", "二", "三", "四", "五", "六"), ("1", *["1,200.00"] * 5))

    assert 'class="cards"' in body(render(draft(incidents(1)), SAY))
    assert 'class="cards"' not in body(render(draft(sums), SAY))


def test_items_and_the_signature_are_one_block_each() -> None:
    main = render(draft(), SAY).partition("<main>")[2]

    assert main.count("<ul>") == 1
    assert main.count("<li>") == 2
    assert re.search(r'<div class="signature">\s*<p>王小明</p>\s*<p>2026-11-22</p>\s*</div>', main)


def test_a_drawing_is_shown_as_it_was_drawn() -> None:
    page = body(render(draft(), SAY))
    found = re.search(r'<img src="data:image/svg\+xml;base64,([^"]*)" alt="([^"]*)">', page)

    assert found
    assert b64decode(found[1]).decode() == DRAWING
    assert found[2] == "每月收入和支出"


def test_every_value_is_text() -> None:
    everywhere = [block(kind, HOSTILE) for kind in BlockKind]
    blocks = [*everywhere, table((HOSTILE, HOSTILE), (HOSTILE, HOSTILE), caption=HOSTILE)]
    page = body(render(draft(*blocks, title=HOSTILE, short=HOSTILE), SAY))

    assert "<b " not in page
    assert "&lt;b onclick=&#39;x&#39;&gt;催收" in page
    assert "{{ 1 }}&amp;amp;xxx" in page
    assert not {"\u202e", "\x00", "\ud800", "\ufeff"} & set(page)


@needs_chromium
def test_everybody_can_read_it_on_a_phone_and_only_the_letter_is_printed(
    opened: Opened, tidy: Callable[[Page], list[str]]
) -> None:
    more = [incidents(3, HOSTILE), block(BlockKind.PARAGRAPH, "x" * 500)]
    shown = opened(render(draft(*BLOCKS, *more, short="x" * 500), SAY), viewport=PHONE)

    assert overflow(shown) == 0
    assert tidy(shown) == []
    expect(shown.get_by_role("img", name="每月收入和支出")).to_be_visible()
    assert shown.evaluate("document.images[0].naturalWidth") > 0
    shown.set_viewport_size({"width": 800, "height": 1000})
    assert overflow(shown) == 0
    assert tidy(shown) == []
    shown.emulate_media(media="print")
    expect(shown.get_by_role("complementary")).to_have_count(0)
    expect(shown.get_by_role("heading", level=1)).to_be_visible()
