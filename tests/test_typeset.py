from __future__ import annotations

import sys

import pytest
from drawn import NEEDS_A_FONT, ink, opened

from kit import typeset
from kit.errors import NoFontError, NoTypesetterError

typst = pytest.importorskip("typst")
pytestmark = NEEDS_A_FONT

#: Ten characters fit on a line.
TEMPLATE = """
#set page(width: 220pt, margin: 10pt)
#set text(size: 20pt)
#values.said
"""


def drawn(said: str, language: str = "zh-Hans") -> bytes:
    return typeset.picture(TEMPLATE, {"said": said}, language=language)


def test_a_picture_has_three_pixels_for_each_point() -> None:
    image = opened(drawn("我明确拒绝"))

    assert image.width == 660
    left, _, right, _ = ink(image) or (0, 0, 0, 0)
    assert right - left == pytest.approx(5 * 20 * 3, abs=12)


def test_the_same_values_give_the_same_bytes() -> None:
    assert drawn("我明确拒绝") == drawn("我明确拒绝")
    assert drawn("我明确拒绝") != drawn("我明确答应")


@pytest.mark.parametrize(
    ("markup", "meaning"),
    [
        ("#panic()", ""),
        ("#(1 + 1)", "2"),
        ("#import sys: inputs", ""),
        ("$x$", "x"),
        ("*强*", "强"),
        ("_a_", "a"),
        ("= 题", "题"),
        ("- 条", "条"),
        ("`x`", "x"),
        ("甲 // 乙", "甲"),
        ("甲 /* 乙 */", "甲"),
        ("@见", ""),
        ("甲 <b>", "甲"),
        (r"甲\u{4e00}", "甲一"),
        ("甲~乙", "甲 乙"),
        ("--", "–"),
        ('"}', ""),
        ("{said}", "said"),
    ],
)
def test_a_value_is_never_markup(markup: str, meaning: str) -> None:
    assert drawn(markup) not in (drawn(meaning), drawn(""))


@pytest.mark.parametrize("unknown", ["\U0010ffff", "\ufdd0", "\0"])
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "zh-Hant-HK", "en"])
def test_a_character_that_no_font_has_is_refused_and_not_drawn_as_a_box(
    unknown: str, language: str
) -> None:
    with pytest.raises(NoFontError):
        drawn(f"您{unknown}好", language)


def test_no_other_font_fills_in() -> None:
    """This character is in a font for mathematics that typst brings along."""
    with pytest.raises(NoFontError):
        drawn("您\U0001d538好")


def test_a_text_in_english_may_quote_chinese() -> None:
    quoted = drawn("Say: 我明确拒绝", "en")

    assert quoted != drawn("Say: 我明确答应", "en")


def test_each_script_has_its_own_shapes() -> None:
    assert drawn("直骨，", "zh-Hans") != drawn("直骨，", "zh-Hant")


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "zh-Hant-HK"])
def test_without_a_chinese_font_the_error_names_some(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_typst_alone = typst.Fonts(include_system_fonts=False)
    monkeypatch.setattr(typst, "Fonts", lambda: with_typst_alone)

    with pytest.raises(NoFontError) as caught:
        drawn("您好", language)
    assert "Noto Sans CJK" in str(caught.value.facts["fonts"])


@pytest.mark.parametrize("part", ["typst", "PIL.Image"])
def test_without_the_extra_the_error_says_how_to_get_it(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, part, None)

    with pytest.raises(NoTypesetterError) as caught:
        drawn("您好")
    assert "[pictures]" in caught.value.hint


@pytest.mark.parametrize(
    ("template", "fault"),
    [("#values.nothing", "TypstError"), ('#text(font: "Nowhere")[x]', "TypstWarning")],
)
def test_a_template_with_a_fault_makes_no_picture(template: str, fault: str) -> None:
    with pytest.raises(getattr(typst, fault)):
        typeset.picture(template, {}, language="zh-Hans")


@pytest.mark.parametrize("word", ["x" * 80, "#" * 80, "我" * 29])
def test_no_word_leaves_the_picture(word: str) -> None:
    left, _, right, bottom = ink(opened(drawn(word))) or (0, 0, 0, 0)

    assert left >= 10 * typeset.PIXELS - 3
    assert right <= (220 - 10) * typeset.PIXELS + 3
    assert bottom > 60 * typeset.PIXELS, "it takes several lines"


@pytest.mark.parametrize(
    "said", ["一二三四五六七八九十。", "一二三四五六七八九十百", "一二三四五六七八九十百。”"]
)
def test_no_last_line_is_one_character(said: str) -> None:
    image = opened(drawn(said))
    second = image.crop((0, 38 * typeset.PIXELS, *image.size))

    left, _, right, _ = ink(second) or (0, 0, 0, 0)
    assert right - left > 1.5 * 20 * typeset.PIXELS


def test_an_address_is_not_broken() -> None:
    """Beside other words it begins a line of its own."""
    beside, alone = opened(drawn("请看网站 www.12321.cn")), opened(drawn("www.12321.cn"))
    line = 38 * typeset.PIXELS
    below = ink(beside.crop((0, line, *beside.size))) or (0, 0, 0, 0)
    whole = ink(alone) or (0, 0, 0, 0)

    assert below[2] - below[0] == whole[2] - whole[0]


def test_a_sentence_is_taken_apart_at_its_marks_and_loses_nothing() -> None:
    template = TEMPLATE.replace("#values.said", '#parts(values.said, "，。").join("/")')

    def taken(said: str) -> bytes:
        return typeset.picture(template, {"said": said}, language="zh-Hans")

    assert taken("，一，“二。”三") == drawn("，/一，/“二。”/三")
    assert taken("一") == drawn("一")
