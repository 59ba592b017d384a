"""A backup of 500 MB, as an Android phone writes it: read, and what collectors sent written down.

The baseline is expat, which reads the same XML and is asked for nothing. Seconds are the
processor's: what else the computer does counts little. Memory is of a process of its own,
interpreter and all.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.delivering import peak_mb
from benchmarks.measures import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTE = 1 << 20
SIZE_MB = 500
SEED = 8
#: Milliseconds since 1970: the first call, and what is between two rows.
FIRST, STEP = 1_764_000_000_000, 61_007
#: Of a thousand rows so many are MMS with a picture, which are half of the bytes.
PICTURES, PICTURE = 1, 200_000
#: So many numbers write; of these so many are collectors'.
NUMBERS, COLLECTORS = 200, 10
ROUNDS = 2


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        backup = folder / "sms.xml"
        entries = write(backup, SIZE_MB)
        alone = min(parse_alone(backup) for _ in range(ROUNDS))
        read = _itself("read", folder, backup)
        take = _itself("take", folder, backup)
        size = backup.stat().st_size / 1e6
    return [
        Row(f"MB of memory, a backup of {size:.0f} MB shown", read["peak_mb"], at_most=150),
        Row(f"MB of memory, {take['new']:.0f} of it written down", take["peak_mb"], at_most=150),
        Row("times expat alone, to show who rang", read["seconds"] / alone, at_most=8),
        Row("times expat alone, to write down what collectors sent", take["seconds"] / alone),
        Row("seconds to show who rang", read["seconds"]),
        Row("thousand entries in it", entries / 1_000),
    ]


def write(path: Path, megabytes: int) -> int:
    """Texts and MMS until there are so many megabytes; how many they are."""
    chance, written, count = random.Random(SEED), 0, 0  # noqa: S311 (no secret)
    pictures = [_picture(chance) for _ in range(8)]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<smses>\n")
        for row in _entries(chance, pictures):
            written += file.write(row)
            count += 1
            if written > megabytes * MEGABYTE:
                break
        file.write("</smses>\n")
    return count


def _entries(chance: random.Random, pictures: list[str]) -> Iterator[str]:
    at = FIRST
    while True:
        at += STEP // 4
        number = f"138{chance.randrange(NUMBERS):08}"
        if chance.randrange(1_000) < PICTURES:
            yield (
                f'  <mms date="{at}" msg_box="1" address="{number}" sub="null"><parts>'
                f'<part seq="0" ct="image/jpeg" text="null" data="{chance.choice(pictures)}" />'
                '<part seq="1" ct="text/plain" text="您好 &#55357;&#56832;" /></parts><addrs>'
                f'<addr address="{number}" type="137" charset="106" /></addrs></mms>\n'
            )
            continue
        yield (
            f'  <sms protocol="0" address="{number}" date="{at}" type="1" subject="null" '
            f'body="您好，这是第 {at % 9973} 条短信，请尽快联系我们 &#55357;&#56832;" toa="null" '
            'sc_toa="null" service_center="null" read="1" status="-1" locked="0" '
            f'date_sent="{at}" sub_id="1" readable_date="2026-01-01 10:00:00" '
            'contact_name="(Unknown)" />\n'
        )


def _picture(chance: random.Random) -> str:
    import base64

    return base64.b64encode(chance.randbytes(PICTURE + chance.randrange(PICTURE))).decode()


def parse_alone(path: Path) -> float:
    """Seconds in which every mark of the XML is looked at, and nothing is done with it."""
    from xml.parsers import expat

    parser, started = expat.ParserCreate(), time.process_time()
    with path.open("rb") as file:
        while lines := file.readlines(MEGABYTE):
            # The halves of pairs are no XML.
            parser.Parse(b"".join(lines).replace(b"&#55357;&#56832;", b"&#127344;"))
    return time.process_time() - started


def _itself(what: str, folder: Path, backup: Path) -> dict[str, float]:
    environment = {**os.environ, "KIT_HOME": f"{folder}/{what}", "KIT_KEY_FILE": f"{folder}/key"}
    command = [sys.executable, "-m", "benchmarks.backups", what, str(backup)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    said: dict[str, float] = json.loads(done.stdout)
    return said


# --- in a process of its own --------------------------------------------------------------


def measure(what: str, backup: Path) -> dict[str, float]:
    """Seconds and memory of showing who rang, or of taking what one number sent."""
    from kit.actions import logs
    from kit.actions.exhibits import Handed
    from kit.actions.log_files import Ways, read_zone
    from kit.actions.store import open_store
    from kit.actions.unlocking import Nobody
    from kit.settings import load

    store = open_store(load(), Nobody())
    files = [Handed(name=backup.name, open=lambda: backup.open("rb"))]
    ways = Ways(zone=read_zone(store))
    started, new = time.process_time(), 0
    if what == "read":
        assert logs.read(store, files, ways).rows
    else:
        new = logs.take(store, files, [f"138{n:08}" for n in range(COLLECTORS)], ways).new
        assert new
    seconds = time.process_time() - started
    store.close()
    return {"seconds": seconds, "peak_mb": peak_mb(), "new": new}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))  # noqa: T201 (its result)
