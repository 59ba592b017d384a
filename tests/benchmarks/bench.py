"""Every benchmark, as ratios against a named baseline in the same run; `make bench` prints them.

    python -m benchmarks.bench [starting] [importing] [backups] [auditing] [choosing] [pacing]
                                [comparing] [delivering] [painting] [searching] [showing] [finding]

Exit 1 when a figure misses its target. Nothing here is part of the tests, but that `pacing` is
driven by one of them.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks import (
    auditing,
    backups,
    choosing,
    comparing,
    delivering,
    finding,
    importing,
    pacing,
    painting,
    searching,
    showing,
    starting,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measures import Row

PARTS: dict[str, tuple[str, Callable[[], list[Row]]]] = {
    "starting": ("Start and planning", starting.rows),
    "importing": ("An address book of 5,000 cards, and who is in it", importing.rows),
    "backups": ("A phone's backup of 500 MB", backups.rows),
    "auditing": ("An App Privacy Report of a million lines", auditing.rows),
    "choosing": ("Every command with 500 people", choosing.rows),
    "pacing": ("Android's 30 segments in 30 minutes, by a simulated clock", pacing.rows),
    "comparing": ("The same book through a bad day at Twilio, four ways", comparing.rows),
    "painting": ("The guide on a slow phone", painting.rows),
    "searching": ("The chooser with 10,000 people, in a browser", searching.rows),
    "showing": ("Every page with 10,000 people, half of them told", showing.rows),
    "finding": ("The pattern report over 10,000 incidents", finding.rows),
    "delivering": ("Delivery with no limit and no latency, on one core", delivering.rows),
}


def main(wanted: list[str]) -> int:
    rows: list[Row] = []
    for name in wanted or PARTS:
        title, part = PARTS[name]
        print(f"\n{title}", flush=True)  # noqa: T201 (a table is its result)
        some = part()
        print(*some, sep="\n", flush=True)  # noqa: T201
        rows += some
    return int(not all(row.is_met for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
