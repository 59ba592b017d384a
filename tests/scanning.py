"""A camera for tests: lines or a picture of a terminal go in, what their QR code says comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyte
import zxingcpp
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from pathlib import Path

#: Pixels of one cell of a terminal, half as wide as high.
_CELL = (8, 16)
#: Which part of its cell a block fills (Unicode, Block Elements), from the upper edge.
_BLOCKS = {"█": (0, 16), "▀": (0, 8), "▄": (8, 16)}
#: Colours of a dark and of a light terminal, as usual ones have them.
DARK = {"default": "#d4d4d4", "ground": "#1e1e1e", "black": "#0c0c0c", "brightwhite": "#f2f2f2"}
LIGHT = {"default": "#3b3b3b", "ground": "#ffffff", "black": "#2e3436", "brightwhite": "#eeeeec"}


def scanned(lines: list[str]) -> str:
    """What a camera reads from these terminal lines, white blocks on black."""
    halves = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    rows = [[halves[c][half] for c in line] for line in lines for half in (0, 1)]
    picture = Image.new("L", (len(rows[0]) + 8, len(rows) + 8), 255)
    for y, row in enumerate(rows):
        for x, shade in enumerate(row):
            picture.putpixel((x + 4, y + 4), shade)
    return read(picture.resize((picture.width * 4, picture.height * 4), 0))


def read(picture: Image.Image) -> str:
    """What a camera reads from the one code of a picture; many read none that is inverted."""
    (found,) = zxingcpp.read_barcodes(picture, try_invert=False)
    return str(found.text)


def in_file(path: Path) -> str:
    """What a camera reads from a picture in a file."""
    with Image.open(path) as picture:
        return read(picture)


def screen_of(output: str, columns: int, lines: int) -> pyte.Screen:
    """What a terminal of that size shows after these bytes."""
    screen = pyte.Screen(columns, lines)
    pyte.Stream(screen).feed(output)
    return screen


def screenshot(screen: pyte.Screen, colours: dict[str, str]) -> Image.Image:
    """The screen as a picture; a character that is no block is a bar, which reads as nothing."""
    across, down = _CELL
    size = (screen.columns * across, screen.lines * down)
    picture = Image.new("RGB", size, colours["ground"])
    draw = ImageDraw.Draw(picture)
    for y in range(screen.lines):
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            left, top = x * across, y * down
            ground = colours["ground" if cell.bg == "default" else cell.bg]
            draw.rectangle((left, top, left + across - 1, top + down - 1), ground)
            if cell.data.strip():
                upper, lower = _BLOCKS.get(cell.data, (4, 12))
                bar = (left, top + upper, left + across - 1, top + lower - 1)
                draw.rectangle(bar, colours[cell.fg])
    return picture
