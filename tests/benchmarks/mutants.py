"""What `mutmut run` left in `mutants/` goes in, a table by room comes out; `make mutants`.

A mutant is the code with one thing changed. A test notices it by failing, or by not ending; the
others survive. Exit 1 when fewer than 85 % of a room's mutants are noticed, or not all were tried.
Why those that survive do is told in `tests/mutants.md`. On a computer that is short of time a test
may seem not to end: `mutmut run NAME` tries one mutant again.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

MUTANTS = Path("mutants")
#: Fewer than that, of a hundred, and a room's tests miss too much.
FEWEST = 85

#: How the tests ended: as pytest says it, or by the time a process may take (SIGXCPU); 33: no test.
ENDINGS = {1: "killed", 3: "killed", 24: "no end", -24: "no end", 0: "survived", 33: "survived"}


def by_room() -> dict[str, Counter[str]]:
    """How many mutants each room has, and how they ended."""
    rooms: dict[str, Counter[str]] = {}
    for path in sorted(MUTANTS.glob("kit/**/*.py.meta")):
        room = path.relative_to(MUTANTS / "kit").parts[0].removesuffix(".py.meta")
        counts = rooms.setdefault(room, Counter())
        for ending in json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].values():
            counts[ENDINGS.get(ending, "not tried")] += 1
    return rooms


def main() -> int:
    """Print the table, and say whether it will do."""
    rooms = by_room()
    print("| room | mutants | killed | no end | survived | noticed, % |")  # noqa: T201
    print("|---|---|---|---|---|---|")  # noqa: T201
    for room, counts in rooms.items():
        endings = " | ".join(str(counts[name]) for name in ("killed", "no end", "survived"))
        print(f"| `{room}` | {counts.total()} | {endings} | {noticed(counts):.1f} |")  # noqa: T201
    will_do = rooms and all(
        noticed(counts) >= FEWEST and not counts["not tried"] for counts in rooms.values()
    )
    return 0 if will_do else 1


def noticed(counts: Counter[str]) -> float:
    """How many of a hundred were noticed."""
    return 100 * (counts["killed"] + counts["no end"]) / counts.total()


if __name__ == "__main__":
    sys.exit(main())
