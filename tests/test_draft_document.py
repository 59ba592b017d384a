"""A letter as a document that can be edited (.docx): read back, and opened by a word processor."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm
from drafted import BUDGET, DRAWING, HAPPENED, HOSTILE, block, draft, incidents, table
from drawn import NEEDS_A_FONT
from PIL import Image

from kit.actions import draft_files
from kit.errors import DocumentMissingError, NoTypesetterError
from kit.letters.draft import BlockKind
from kit.letters.draft_document import render
from kit.words import Words

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document

    from kit.letters.draft import Draft

needs_an_office = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")),
    reason="there is no LibreOffice on this computer",
)
SAY = Words("zh-Hans")


def read(made: Draft, *pictures: bytes) -> Document:
    return docx.Document(BytesIO(render(made, pictures)))


def xml(of: Any) -> Any:  # noqa: ANN401 (the library's own)
    return of._element  # noqa: SLF001


def png() -> bytes:
    content = BytesIO()
    Image.new("RGB", (560, 60), "white").save(content, "PNG")
    return content.getvalue()


def test_a_letter_has_headings_lists_and_tables() -> None:
    made = read(draft())

    assert [(one.style and one.style.name, one.text) for one in made.paragraphs if one.text] == [
        ("Heading 1", "关于请只联系我本人的函"),
        ("Normal", "示例消费金融有限公司："),
        ("Heading 2", "记录到的情况"),
        ("Normal", "我已经说过“请只找我”……\n也写过信。"),
        ("Heading 2", "我的请求"),
        ("List Bullet", "请只联系我本人。"),
        ("List Bullet", "请书面答复。"),
        ("Caption", "每月的钱"),
        ("Signature", "王小明"),
        ("Signature", "2026-11-22"),
    ]
    assert [[cell.text for cell in row.cells] for row in made.tables[1].rows] == [
        *(["项目", "每月"], ["收入", "8,000.00"], ["房租", "2,500.00"], ["合计", ""])
    ]
    assert made.tables[0].cell(1, 4).text == HAPPENED


def test_it_is_a_page_of_a4_with_its_number() -> None:
    section = read(draft()).sections[0]

    fields = [one.get(qn("w:instr")) for one in xml(section.footer).iter(qn("w:fldSimple"))]

    assert section.page_width == pytest.approx(Cm(21), rel=0.001)
    assert section.page_height == pytest.approx(Cm(29.7), rel=0.001)
    assert fields == ["PAGE", "NUMPAGES"]


def test_the_heading_of_a_table_stands_on_every_page_and_its_columns_fit() -> None:
    made = read(draft(incidents(60), BUDGET))
    for shown in made.tables:
        rows = [xml(row) for row in shown.rows]

        assert [len(row.findall(f".//{qn('w:tblHeader')}")) for row in rows] == [
            1,
            *[0] * (len(rows) - 1),
        ]
        assert sum(one.width or 0 for one in shown.columns) == pytest.approx(Cm(17), rel=0.01)
        assert [one.width for one in shown.rows[1].cells] == [one.width for one in shown.columns]
    numbers, words = (made.tables[0].columns[place].width or 0 for place in (0, 4))
    assert words > 3 * numbers


def test_only_a_row_that_is_long_is_broken_between_pages() -> None:
    made = read(draft(table(("编号", "经过"), ("#1", "短"), ("#2", "长" * 400))))
    whole = [bool(xml(row).findall(f".//{qn('w:cantSplit')}")) for row in made.tables[0].rows]

    assert whole == [True, True, False]


def test_sums_stand_at_the_right_and_so_does_the_signature() -> None:
    made = read(draft())
    right = WD_ALIGN_PARAGRAPH.RIGHT

    aligned = [[cell.paragraphs[0].alignment for cell in row.cells] for row in made.tables[1].rows]
    assert aligned == [[None, right]] * 4
    assert made.styles["Signature"].paragraph_format.alignment == right


@pytest.mark.parametrize(
    ("language", "font", "chinese"),
    [
        ("zh-Hans", "SimSun", "zh-CN"),
        ("zh-Hant", "PMingLiU", "zh-TW"),
        ("en", "SimSun", "zh-CN"),
    ],
)
def test_chinese_has_a_chinese_font_and_its_language(
    language: str, font: str, chinese: str
) -> None:
    made = read(draft(language=language))
    styles = made.styles.element
    defaults = next(styles.iter(qn("w:rPrDefault")))

    fonts = next(defaults.iter(qn("w:rFonts")))
    assert fonts.get(qn("w:eastAsia")) == font
    assert next(defaults.iter(qn("w:lang"))).get(qn("w:eastAsia")) == chinese
    # The fonts of a theme would win over it.
    every: list[Any] = [*styles.iter(qn("w:rFonts"))]
    assert not [name for one in every for name in one.attrib if "Theme" in name]


def test_quotes_within_chinese_are_as_wide_as_chinese() -> None:
    (run,) = [p.runs[0] for p in read(draft()).paragraphs if "“" in p.text]

    assert [one.get(qn("w:hint")) for one in xml(run).iter(qn("w:rFonts"))] == ["eastAsia"]


def test_it_tells_nothing_of_who_made_it_and_when() -> None:
    content = draft_files.render(draft(), ".docx", SAY).content
    archive = ZipFile(BytesIO(content))
    core = archive.read("docProps/core.xml").decode()

    assert re.sub("<[^>]*>", "", core).strip() == "关于请只联系我本人的函"
    assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert not [name for name in archive.namelist() if re.search("thumbnail|custom|app", name)]
    assert draft_files.render(draft(), ".docx", SAY).content == content


def test_whatever_was_said_is_text_of_its_own_cell() -> None:
    blocks = [block(kind, HOSTILE) for kind in BlockKind if kind is not BlockKind.TABLE]
    made = read(draft(*blocks, incidents(1, HOSTILE), title=HOSTILE))
    shown = "<b onclick='x'>催收\n【我欠钱】{{ 1 }}&amp;" + "x" * 500

    assert made.tables[0].cell(1, 4).text == shown
    assert made.paragraphs[0].text == shown.replace("\n", " ")


def test_nobody_signs_a_page_that_has_nothing_else() -> None:
    signed = (block(BlockKind.SIGNATURE, "王小明"), block(BlockKind.SIGNATURE, "2026-11-22"))
    made = read(draft(block(BlockKind.ITEM, "前面。"), block(BlockKind.ITEM, "最后。"), *signed))
    kept = {one.text: bool(one.paragraph_format.keep_with_next) for one in made.paragraphs[1:]}

    assert kept == {"前面。": False, "最后。": True, "王小明": True, "2026-11-22": False}


def test_what_leads_to_a_table_stands_on_its_page() -> None:
    made = read(
        draft(block(BlockKind.PARAGRAPH, "前面。"), block(BlockKind.PARAGRAPH, "下面："), BUDGET)
    )
    kept = {one.text: one.paragraph_format.keep_with_next for one in made.paragraphs}

    assert kept["下面："]
    assert not kept["前面。"]


def test_a_picture_is_as_large_as_its_words_and_says_what_it_shows() -> None:
    made = read(draft(), png())
    (shape,) = made.inline_shapes

    assert (shape.width, shape.height) == (Cm(8.5), pytest.approx(Cm(8.5) * 60 / 560, abs=1))
    assert [one.get("descr") for one in made.element.iter("{*}docPr")] == ["每月收入和支出"]


def test_a_high_picture_stays_on_its_page() -> None:
    content = BytesIO()
    Image.new("RGB", (100, 400), "white").save(content, "PNG")
    (shape,) = read(draft(), content.getvalue()).inline_shapes

    assert (shape.width, shape.height) == (Cm(4.5), Cm(18))


@NEEDS_A_FONT
def test_the_drawing_becomes_a_picture_of_the_document() -> None:
    made = docx.Document(BytesIO(draft_files.render(draft(), ".docx", SAY).content))

    assert len(made.inline_shapes) == 1
    assert draft_files.render(draft(), ".docx", SAY).missing is None


def test_without_what_draws_the_tables_stand_alone_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    letter = draft(BUDGET, block(BlockKind.PICTURE, "每月", DRAWING))
    file = draft_files.render(letter, ".docx", SAY)
    made = docx.Document(BytesIO(file.content))

    assert (len(made.tables), len(made.inline_shapes)) == (1, 0)
    assert isinstance(file.missing, NoTypesetterError)
    assert draft_files.render(letter, ".html", SAY).missing is None


def test_without_the_library_it_says_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)

    with pytest.raises(DocumentMissingError):
        draft_files.render(draft(), ".docx", SAY)


@needs_an_office
def test_a_word_processor_shows_every_character_of_it(tmp_path: Path) -> None:
    letter = draft(incidents(40), incidents(1, "催收" * 900 + "x" * 500 + "完"))
    (tmp_path / "letter.docx").write_bytes(render(letter))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    convert = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", f"{tmp_path}"]
    subprocess.run([*convert, f"{tmp_path / 'letter.docx'}"], check=True, capture_output=True)
    read_it = ["pdftotext", "-raw", f"{tmp_path / 'letter.pdf'}", "-"]
    text = subprocess.run(read_it, check=True, capture_output=True, text=True).stdout
    pages = text.rstrip("\f\n").split("\f")

    assert len(pages) > 4
    assert all("发生了什么" in page for page in pages[:-1])
    assert text.count("向别人提到了欠款。") == 40
    assert all(f"138 0000 {number:04d}" in text for number in range(1, 41))
    assert text.count("收") == 900
    assert text.count("x") == 500
