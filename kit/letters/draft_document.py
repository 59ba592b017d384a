"""A draft as a document that can be edited: the draft goes in, the bytes of a .docx come out.

Office Open XML, ISO/IEC 29500. It has headings, lists and tables as a word processor has them, and
tells nothing of who made it, when, or on what computer.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from kit.errors import DocumentMissingError
from kit.letters.draft import BlockKind
from kit.letters.draft_parts import has_amounts, runs, shares, tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    from kit.letters.draft import Block, Draft

#: By script: the fonts of text and of headings, as Windows has them, and the language.
_CHINESE = {
    "Hans": ("SimSun", "Microsoft YaHei", "zh-CN"),
    "Hant": ("PMingLiU", "Microsoft JhengHei", "zh-TW"),
}
_LATIN = ("Times New Roman", "Arial")
#: In centimetres: a page of A4, and what is left free at its sides and ends.
_PAGE, _SIDES, _ENDS = (21.0, 29.7), 2.0, 2.2
_WIDE = _PAGE[0] - 2 * _SIDES
#: How wide and high a picture is at most: its letters are as large as those of a table.
_PICTURE = (8.5, 18.0)
#: In points: how large the letters of a style are, and how much is free above and below.
_STYLES = {
    "Normal": (12, 0, 6),
    "Heading 1": (16, 0, 18),
    "Heading 2": (13, 12, 6),
    "List Bullet": (12, 0, 3),
    "Caption": (10.5, 6, 3),
    "Signature": (12, 0, 3),
    "Table Text": (9, 1, 3),
    "Below Table": (1, 0, 6),
}
_HEADINGS = ("Heading 1", "Heading 2", "Caption")
#: What the library's empty document does not have.
_NEW = ("Signature", "Table Text", "Below Table")
#: Latin letters that stand side by side in a table, and how many the edges of a column take.
_ROOM, _EDGES = 93.0, 2.0
#: How wide such an edge is, in twentieths of a point.
_EDGE = "80"
#: A row that has more may stand on two pages.
_WHOLE = 300
#: More characters the properties of a document do not have.
_LONGEST_TITLE = 255
_GREY = "EFEFEA"
#: Of the library's empty document: what a package needs, and what is of no use within it.
_NEEDED = ("officeDocument", "core-properties")
_USELESS = ("customXml", "stylesWithEffects")


def render(draft: Draft, pictures: Sequence[bytes] = ()) -> bytes:
    """The letter as a document, without the notes; `pictures` (PNG) are those of its drawings.

    Where there are none, the drawings are left out: the tables beside them say the same.

    Raises:
        DocumentMissingError: what makes documents is not installed.
    """
    try:
        import docx
    except ImportError:
        raise DocumentMissingError from None
    shown = tidy(draft)
    made = docx.Document()
    _forget(made)
    _set_styles(made)
    _set_fonts(made, shown.language)
    _set_page(made)
    made.core_properties.title = shown.title[:_LONGEST_TITLE]
    _paragraph(made, shown.title, "Heading 1")
    left = iter(pictures)
    for kind, run in runs(shown.blocks):
        for one in run:
            _ADDING[kind](made, one, left)
        if kind is BlockKind.SIGNATURE:
            _keep_together(made.paragraphs[-len(run) - 1 :])
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def _forget(made: Document) -> None:
    """Take out what the library's empty document says of itself."""
    package: Any = made.part.package
    for rels, is_useless in (
        (package.rels, lambda kind: not kind.endswith(_NEEDED)),
        (made.part.rels, lambda kind: kind.endswith(_USELESS)),
    ):
        for name in [name for name, one in rels.items() if is_useless(one.reltype)]:
            del rels[name]
    _element(made.core_properties).clear()


def _set_styles(made: Document) -> None:
    """How large everything is, and what stands where."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name in _NEW:
        made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = made.styles["Normal"]
    for name, (size, above, below) in _STYLES.items():
        style: Any = made.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor(0, 0, 0)
        style.font.bold = name in _HEADINGS
        form = style.paragraph_format
        form.space_before, form.space_after, form.line_spacing = Pt(above), Pt(below), 1.25
        form.keep_with_next = name in _HEADINGS
    for name, where in (
        ("Heading 1", WD_ALIGN_PARAGRAPH.CENTER),
        ("Signature", WD_ALIGN_PARAGRAPH.RIGHT),
    ):
        made.styles[name].paragraph_format.alignment = where
    # Of any script the same; and a table that fills a page makes no empty one behind it.
    for name, height in (("Table Text", 13), ("Below Table", 1)):
        made.styles[name].paragraph_format.line_spacing = Pt(height)
    for edge in made.styles["Table Grid"].element.xpath(".//w:tblCellMar/*[@w:w > 0]"):
        edge.set(qn("w:w"), _EDGE)


def _set_fonts(made: Document, language: str) -> None:
    """The fonts and the language of everything; a letter in English may quote Chinese."""
    from docx.oxml.ns import qn

    text, heading, chinese = _CHINESE["Hant" if "Hant" in language else "Hans"]
    styles, settings = made.styles.element, made.settings.element
    for one in styles.iter(qn("w:rFonts")):  # a theme has fonts of its own, and they would win
        one.attrib.clear()
    defaults = next(styles.iter(qn("w:rPrDefault")))
    wanted = [(next(defaults.iter(qn("w:rFonts"))), _LATIN[0], text)]
    for name in _HEADINGS:
        properties = made.styles[name].element.get_or_add_rPr()
        wanted.append((properties.get_or_add_rFonts(), _LATIN[1], heading))
    for fonts, latin, font in wanted:
        for name in ("w:ascii", "w:hAnsi", "w:cs"):
            fonts.set(qn(name), latin)
        fonts.set(qn("w:eastAsia"), font)
    for one in (*defaults.iter(qn("w:lang")), *settings.iter(qn("w:themeFontLang"))):
        one.set(qn("w:val"), "en-GB")
        one.set(qn("w:eastAsia"), chinese)


def _set_page(made: Document) -> None:
    """A4, with the number of the page and how many there are at its foot."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    section = made.sections[0]
    section.page_width, section.page_height = map(Cm, _PAGE)
    section.left_margin = section.right_margin = Cm(_SIDES)
    section.top_margin = section.bottom_margin = Cm(_ENDS)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(foot, "PAGE")
    foot.add_run(" / ")
    _field(foot, "NUMPAGES")


def _field(where: Paragraph, what: str) -> None:
    """A number that the word processor works out."""
    field = _xml("w:fldSimple", instr=what)
    field.append(where.add_run("1").element)
    _element(where).append(field)


def _paragraph(where: Any, text: str, style: str) -> Paragraph:  # noqa: ANN401 (a page, or a cell)
    made: Paragraph = where.add_paragraph(style=style)
    _say(made, text)
    return made


def _say(where: Paragraph, text: str) -> None:
    """Marks that Latin and Chinese share, such as quotes, stand as wide as Chinese ones."""
    from docx.oxml.ns import qn

    run = where.add_run(text)
    if any(one > "\u2e7f" for one in text):
        run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")


def _heading(made: Document, block: Block, _: Iterator[bytes]) -> None:
    heading = _paragraph(made, block.text, "Heading 2")
    if block.begins_page:
        heading.paragraph_format.page_break_before = True


def _text(made: Document, block: Block, _: Iterator[bytes]) -> None:
    _paragraph(made, block.text, "Normal")


def _item(made: Document, block: Block, _: Iterator[bytes]) -> None:
    _paragraph(made, block.text, "List Bullet")


def _signature(made: Document, block: Block, _: Iterator[bytes]) -> None:
    _paragraph(made, block.text, "Signature")


def _keep_together(signature: Sequence[Paragraph]) -> None:
    """What is signed and the signature stand on one page, with room to sign between them."""
    from docx.shared import Pt

    signature[1].paragraph_format.space_before = Pt(30)
    for one in signature[:-1]:
        one.paragraph_format.keep_with_next = True


def _picture(made: Document, block: Block, left: Iterator[bytes]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    picture = next(left, b"") if block.drawing else b""
    if not picture:
        return
    shape = made.add_picture(BytesIO(picture), width=Cm(_PICTURE[0]))
    if shape.height > Cm(_PICTURE[1]):
        shape.width = Cm(_PICTURE[1] * shape.width / shape.height)
        shape.height = Cm(_PICTURE[1])
    made.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    next(iter(_element(made.paragraphs[-1]).iter("{*}docPr"))).set("descr", block.text)


def _table(made: Document, block: Block, _: Iterator[bytes]) -> None:
    """Its first row stands on every page, with what leads to it; only a long row is broken."""
    made.paragraphs[-1].paragraph_format.keep_with_next = True
    if block.text:
        _paragraph(made, block.text, "Caption")
    table = made.add_table(len(block.rows), len(block.rows[0]), "Table Grid")
    table.autofit = False
    _set_columns(table, block.rows)
    for row, texts in zip(table.rows, block.rows, strict=True):
        if sum(map(len, texts)) <= _WHOLE:
            _element(row).get_or_add_trPr().append(_xml("w:cantSplit"))
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].style = "Table Text"
            _say(cell.paragraphs[0], text)
    _element(table.rows[0]).get_or_add_trPr().append(_xml("w:tblHeader"))
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
        shade = _xml("w:shd", val="clear", color="auto", fill=_GREY)
        _element(cell).get_or_add_tcPr().append(shade)
    made.add_paragraph(style="Below Table")


def _set_columns(table: Table, rows: Sequence[Sequence[str]]) -> None:
    """How wide they are; sums stand at the right."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    widths = [_WIDE * one for one in shares(rows, _ROOM, _EDGES)]
    amounts = has_amounts(rows)
    for column, width, is_amount in zip(table.columns, widths, amounts, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
            if is_amount:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _xml(name: str, **attributes: str) -> Any:  # noqa: ANN401 (the library's own)
    """An element that the library has no word for."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _element(of: Any) -> Any:  # noqa: ANN401 (the library's own)
    """Its XML, where the library has no word for what is wanted."""
    return of._element  # noqa: SLF001


_ADDING: dict[BlockKind, Callable[[Document, Block, Iterator[bytes]], None]] = {
    BlockKind.HEADING: _heading,
    BlockKind.PARAGRAPH: _text,
    BlockKind.ITEM: _item,
    BlockKind.TABLE: _table,
    BlockKind.PICTURE: _picture,
    BlockKind.SIGNATURE: _signature,
}
