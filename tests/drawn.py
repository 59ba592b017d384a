"""Pictures, looked at as pixels; and whether any can be drawn on this computer."""

from __future__ import annotations

from importlib.util import find_spec
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from kit import typeset


def _can_draw() -> bool:
    """Found out without the kit: if it drew nothing, its tests would be skipped."""
    if find_spec("typst") is None:
        return False
    import typst

    return not {"Noto Sans CJK SC", *typeset.FONTS["Hans"]}.isdisjoint(typst.Fonts().families())


NEEDS_A_FONT = pytest.mark.skipif(
    not _can_draw(), reason="there is no typst, or no Chinese font, on this computer"
)


def opened(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("L")


def ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Where something is drawn: left, top, right, bottom; the corner is the colour of paper."""
    paper = Image.new("L", image.size, image.getpixel((0, 0)))
    return ImageChops.difference(image, paper).getbbox()
