"""Pictures of text, by typst: a template and plain values go in, the bytes of a PNG come out.

So does a drawing (SVG) that is there already. A value is text and never markup. It is set in a
font of this computer that has every character of it: typst itself draws an empty box where a
character is missing, and says nothing.
"""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from kit.errors import NoFontError, NoTypesetterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from typst import Fonts

#: Pixels of a picture for each point of its template.
PIXELS = 3
_COLOURS = 256

#: By script, the best first: of Linux, Windows, macOS, and what people install. PingFang is not
#: among them: since macOS 15 it has no outlines, and would be drawn as nothing at all.
FONTS = {
    "Hans": (
        *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN"),
        *("Microsoft YaHei", "Hiragino Sans GB", "Heiti SC", "HarmonyOS Sans SC", "MiSans"),
        *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "DengXian", "SimHei", "Droid Sans Fallback"),
        *("Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "SimSun", "AR PL UMing CN"),
    ),
    "Hant": (
        *("Noto Sans CJK TC", "Noto Sans TC", "Source Han Sans TC", "Source Han Sans TW"),
        *("Noto Sans CJK HK", "Microsoft JhengHei", "Heiti TC", "HarmonyOS Sans TC"),
        *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback"),
        *("Noto Serif CJK TC", "Source Han Serif TC", "Songti TC", "PMingLiU", "AR PL UMing TW"),
    ),
    "Latn": ("Noto Sans", "Segoe UI", "Helvetica Neue", "Arial", "DejaVu Sans", "Libertinus Serif"),
}

#: What holds in every picture. A long word may break anywhere, an address nowhere; no last line
#: is one character of Chinese. `parts` ends each part at one of the marks.
_ALWAYS = r"""
#set page(height: auto)
#let regions = ("zh-Hans": "cn", "zh-Hant": "tw", "zh-Hant-HK": "hk")
#set text(
  font: sys.inputs.font,
  fallback: false,
  lang: sys.inputs.language.split("-").first(),
  region: regions.at(sys.inputs.language, default: none),
)
#let joined(with) = found => found.text.clusters().join(with)
#let tidy(value) = if type(value) == str {
  value
    .replace(regex("[!-~]{24,}"), joined(sym.zws))
    .replace(regex("\p{Han}{2,3}[^\p{Han}!-~\s]{0,3}$"), joined(sym.wj))
    .replace(".", "." + sym.wj)
} else if type(value) == array {
  value.map(tidy)
} else if type(value) == dictionary {
  value.pairs().map(((name, one)) => (name, tidy(one))).to-dict()
} else {
  value
}
#let parts(said, marks) = {
  let part = "[^" + marks + "]*[" + marks + "]+”*|[^" + marks + "]+"
  said.matches(regex(part)).map(found => found.text)
}
#let values = tidy(json(bytes(sys.inputs.values)))
"""

#: A drawing names its fonts once, for all of it.
_FONT_OF_ALL = re.compile(r'font-family="[^"]*"')
_HAN = re.compile("[\u3400-\u9fff]")
_DRAWING = b"""
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.drawing), format: "svg")
"""
#: Characters that a font for Chinese may lack: neither Latin nor Chinese, nor their punctuation.
_RARE = re.compile("[^\n -~\u00a0-\u00ff\u2010-\u2026\u3001-\u30ff\u3400-\u9fff\uff01-\uff5e]+")


def check() -> None:
    """Whether what draws is there at all.

    Raises:
        NoTypesetterError: it is not.
    """
    try:
        import PIL.Image  # noqa: F401 (used at the end; what is missing is said at once)
        import typst  # noqa: F401
    except ImportError:
        raise NoTypesetterError from None


def drawn(drawing: str, *, language: str) -> bytes:
    """The picture of an SVG; a character that no font has is drawn as 〓, as printers do.

    Raises:
        NoTypesetterError: typst is not installed.
        NoFontError: no font of this computer has all the other characters.
    """
    check()
    import typst

    known = typst.Fonts()
    # What a font lacks another one has, and it may be one that draws nothing.
    language = "zh-Hans" if _script(language) == "Latn" and _HAN.search(drawing) else language
    for shown in (drawing, _RARE.sub("〓", drawing)):
        for font in _fonts(language, known.families()):
            inputs = {"drawing": _FONT_OF_ALL.sub(f'font-family="{font}"', shown, count=1)}
            if _has_all(_DRAWING, known, inputs, "a-2b"):
                return _small(_set(_DRAWING, known, inputs, format="png", ppi=72.0 * PIXELS))
    raise NoFontError(fonts=", ".join(FONTS[_script(language)][:3]))


def picture(template: str, values: Mapping[str, object], *, language: str) -> bytes:
    """The picture that a typst template makes of `values`, in the language's writing.

    Raises:
        NoTypesetterError: typst is not installed.
        NoFontError: no font of this computer has all the characters.
        typst.TypstError: the template cannot be set: a fault of ours.
    """
    check()
    import typst

    source = (_ALWAYS + template).encode()
    known = typst.Fonts()
    for font in _fonts(language, known.families()):
        inputs = {"font": font, "language": language, "values": json.dumps(values)}
        if _has_all(source, known, inputs):
            return _small(_set(source, known, inputs, format="png", ppi=72.0 * PIXELS))
    raise NoFontError(fonts=", ".join(FONTS[_script(language)][:3]))


def _fonts(language: str, installed: list[str]) -> Iterator[str]:
    """The fonts to try, the best first; a text in English may quote Chinese."""
    script = _script(language)
    wanted = FONTS[script] if script != "Latn" else FONTS["Latn"] + FONTS["Hans"]
    known = {name.casefold() for name in installed}
    return (name for name in wanted if name.casefold() in known)


def _script(language: str) -> str:
    """The script of a language, ISO 15924."""
    return next((one for one in ("Hans", "Hant") if one in language), "Latn")


def _has_all(source: bytes, known: Fonts, inputs: dict[str, str], standard: str = "a-2u") -> bool:
    """Whether every character has a glyph: PDF/A-2u, ISO 19005-2, does not allow one without.

    PDF/A-2b does not either, but lets several characters be one glyph, as in Hindi. What cannot be
    set at all is a fault of ours, and no lack of the font's.
    """
    import typst

    try:
        _set(source, known, inputs, format="pdf", pdf_standards=standard)
    except typst.TypstError:
        _set(source, known, inputs, format="pdf")
        return False
    return True


def _set(source: bytes, known: Fonts, inputs: dict[str, str], **form: Any) -> bytes:  # noqa: ANN401 (typst's own)
    import typst

    made: bytes
    made, warnings = typst.compile_with_warnings(
        source, font_paths=known, sys_inputs=inputs, **form
    )
    if warnings:
        raise warnings[0]
    return made


def _small(png: bytes) -> bytes:
    """The same picture in few colours: a third as large, and text looks no different."""
    from PIL import Image

    small = BytesIO()
    drawn = Image.open(BytesIO(png)).convert("RGB")
    coverage = Image.Quantize.MAXCOVERAGE
    drawn.quantize(_COLOURS, method=coverage, dither=Image.Dither.NONE).save(small, "PNG")
    return small.getvalue()
