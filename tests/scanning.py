"""A camera for tests: lines of a terminal go in, what their QR code says comes out."""

from __future__ import annotations

import zxingcpp
from PIL import Image


def scanned(lines: list[str]) -> str:
    """What a camera reads from these terminal lines, white blocks on black."""
    halves = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    rows = [[halves[c][half] for c in line] for line in lines for half in (0, 1)]
    picture = Image.new("L", (len(rows[0]) + 8, len(rows) + 8), 255)
    for y, row in enumerate(rows):
        for x, shade in enumerate(row):
            picture.putpixel((x + 4, y + 4), shade)
    (found,) = zxingcpp.read_barcodes(picture.resize((picture.width * 4, picture.height * 4), 0))
    return str(found.text)
