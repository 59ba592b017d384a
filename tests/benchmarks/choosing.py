"""How long one waits for each command with 500 people in the book, against importing Click."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measures import Row, best
from benchmarks.starting import KIT, program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PEOPLE = 500
ROUNDS = 3
#: Nobody should have to wait for longer; a figure for two cores.
LONGEST_S = 1.0


def rows() -> list[Row]:
    click = best(program(sys.executable, "-c", "import click"), ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KIT_HOME": folder, "KIT_KEY_FILE": f"{folder}/key"}
        # Once each: the second time there would be less to do.
        times = {name: best(act, 1) for name, act in commands(Path(folder))}
    slowest = max(times.values())
    return [
        *(Row(f"{name} against import click", one / click) for name, one in times.items()),
        Row(f"the slowest of them, in seconds, with {PEOPLE} people", slowest, at_most=LONGEST_S),
    ]


def commands(folder: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each command on the way of somebody who tells by a page."""
    book, sheet, page = (folder / name for name in ("book.vcf", "sheet.csv", "page.html"))
    book.write_text("".join(map(card, range(PEOPLE))), encoding="utf-8")

    yield "kit import", program(KIT, "import", book)
    yield "kit choose --csv", program(KIT, "choose", "--csv", sheet)
    yield "kit choose --from-csv", program(KIT, "choose", "--from-csv", sheet)
    yield "kit choose --everyone-else", program(KIT, "choose", "--everyone-else")
    yield "kit plan", program(KIT, "plan", "--from", "小明")
    yield "kit preview", program(KIT, "preview")
    yield "kit status", program(KIT, "status")
    program(KIT, "plan", "--via", "page")()
    yield "kit send --to", program(KIT, "send", "--to", page, "--yes", str(PEOPLE))
    yield "kit sync --page", program(KIT, "sync", "--page", f"1-{PEOPLE // 2}")
    yield "kit take-back", program(KIT, "take-back")


def card(n: int) -> str:
    lines = ["VERSION:3.0", f"FN:朋友{n}", f"TEL;TYPE=CELL:+8613800000{n:03}"]
    return "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""])
