"""Reading and importing a book of 5,000 cards, against the library itself and the plain bytes.

The timed books are whole: one damaged line can hold the bare library for minutes. Damaged ones are
read in `recognising`. All files stand in a temporary folder, for their numbers may be somebody's.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from collections import deque
from pathlib import Path

import address_books
import vobject
from benchmarks import recognising
from benchmarks.measures import Row, best

from kit.vcard import read_cards

SEED, CARDS = 5000, 5_000
ROUNDS = 3
MEGABYTE = 1 << 20
KIT = Path(sys.executable).with_name("kit")

#: A child says how much memory it had at most, in kilobytes; its parent's does not count.
_SAY_PEAK = """
try:
    with open("/proc/self/status") as status:
        print(next(line for line in status if line.startswith("VmHWM")).split()[1])
except OSError:
    import resource
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
_READ = """
import sys
from kit.vcard import read_cards
with open(sys.argv[1], "rb") as file:
    for card in read_cards(file):
        pass
"""
_READ_BARE = """
import sys, vobject
with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
    try:
        for card in vobject.readComponents(file):
            pass
    except Exception:
        pass
"""


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [
            *speed(folder),
            *memory(folder / "photos.vcf"),
            *linear(),
            whole_import(folder / "photos.vcf", folder),
            *recognising.rows(),
        ]


def speed(folder: Path) -> list[Row]:
    """Leaves `photos.vcf` in the folder, for what comes after."""
    return [
        *_with_photos(folder / "photos.vcf"),
        *_without_photos(folder / "plain.vcf"),
        *_whole_file(folder / "iphone.vcf"),
    ]


def _with_photos(path: Path) -> list[Row]:
    texts = list(_written(path, photos=True).texts())
    ours, bare, floor = side_by_side(path, texts)
    megabytes = path.stat().st_size / 1e6
    return [
        Row(f"times bare vobject with photos, {megabytes:.0f} MB", bare / ours, at_least=20),
        Row("times the time to find every colon, with photos", ours / floor, at_most=8),
        Row("seconds with photos", ours),
    ]


def _without_photos(path: Path) -> list[Row]:
    texts = list(_written(path, photos=False).texts())
    ours, bare, floor = side_by_side(path, texts)
    megabytes = path.stat().st_size / 1e6
    return [
        Row(f"times bare vobject without photos, {megabytes:.1f} MB", bare / ours, at_least=8),
        Row("times the time to find every colon, without photos", ours / floor),
        Row("seconds without photos", ours),
    ]


def _whole_file(path: Path) -> list[Row]:
    """The library as its manual has it, on the one part of the book that it survives."""
    _written(path, photos=True, cards=CARDS * 3 // 10, mix={"iphone": 100})
    ours, bare = best(lambda: read(path), ROUNDS), best(lambda: read_components(path), 1)
    return [Row("times readComponents, an iPhone's 1,500 cards with photos", bare / ours)]


def side_by_side(path: Path, texts: list[str]) -> tuple[float, float, float]:
    """Ours, the library card by card, and the floor; in turn, so that a busy machine is fair."""
    actions = (lambda: read(path), lambda: read_one_by_one(texts), lambda: find_colons(path))
    rounds = [[best(action, 1) for action in actions] for _ in range(ROUNDS)]
    ours, bare, floor = map(min, *rounds)
    return ours, bare, floor


def _written(
    path: Path, *, photos: bool, cards: int = CARDS, mix: dict[str, int] | None = None
) -> address_books.Book:
    book = address_books.make(SEED, cards, photos=photos, damage=0, mix=mix)
    book.write(path)
    return book


def read(path: Path) -> None:
    with path.open("rb") as file:
        deque(read_cards(file), maxlen=0)


def read_one_by_one(texts: list[str]) -> None:
    """Every card handed over by itself, so that one that fails costs no other."""
    for text in texts:
        with contextlib.suppress(Exception):
            vobject.readOne(text, allowQP=True)


def read_components(path: Path) -> None:
    with path.open(encoding="utf-8") as file:
        deque(vobject.readComponents(file), maxlen=0)


def find_colons(path: Path) -> None:
    """What no reader can be faster than: every byte is read, every colon found."""
    with path.open("rb") as file:
        while block := file.read(MEGABYTE):
            found = block.find(b":")
            while found >= 0:
                found = block.find(b":", found + 1)


def memory(photos: Path) -> list[Row]:
    """Megabytes above those of an interpreter that does nothing."""
    ten_times = photos.with_name("ten-times.vcf")
    with ten_times.open("wb") as file:
        for _ in range(10):
            file.write(photos.read_bytes())
    nothing = _peak("", photos)
    gigabytes = ten_times.stat().st_size / 1e9
    found = [
        Row("MB of memory, with photos", _peak(_READ, photos) - nothing, at_most=40),
        Row(f"MB of memory, {gigabytes:.2f} GB", _peak(_READ, ten_times) - nothing, at_most=40),
        Row("MB of memory of readComponents, with photos", _peak(_READ_BARE, photos) - nothing),
    ]
    ten_times.unlink()
    return found


def _peak(program: str, path: Path) -> float:
    """Megabytes that a child had at most."""
    command = [sys.executable, "-c", program + _SAY_PEAK, str(path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(said.stdout) / 1024


def linear() -> list[Row]:
    """The thousand is the beginning of the hundred thousand."""
    book = address_books.make(SEED + 1, 100_000, damage=0)
    thousand, every = b"".join(book.pieces[:1_000]), book.data
    small = best(lambda: deque(read_cards(io.BytesIO(thousand)), maxlen=0), 10)
    large = best(lambda: deque(read_cards(io.BytesIO(every)), maxlen=0), ROUNDS)
    return [Row("times the time for 1,000 cards, for 100,000", large / small, at_most=120)]


def whole_import(path: Path, folder: Path) -> Row:
    """Read, numbers, people, suggestions, the encrypted store: a process of its own each time."""
    homes = iter(range(ROUNDS))

    def run() -> None:
        home = folder / f"home-{next(homes)}"
        environment = {**os.environ, "KIT_HOME": str(home), "KIT_KEY_FILE": str(home / "key")}
        done = subprocess.run(
            [KIT, "import", path], env=environment, capture_output=True, check=False
        )
        if done.returncode not in (0, 3):  # 3: done, and there is something to read
            raise RuntimeError(done.stderr.decode())

    return Row("seconds of kit import, with photos", best(run, ROUNDS), at_most=3)
