"""What `mutmut run` left in `mutants/` goes in, a table by room comes out; `make mutants`.

A mutant is the code with one thing changed. It is killed when a test fails, or does not end; the
others survive. Exit 1 when fewer than 85 % of a room's mutants are killed, or not all were tried.
Why those that survive do is told in `tests/mutants.md`.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

MUTANTS = Path("mutants")
#: Fewer than that, of a hundred, and a room's tests miss too much.
FEWEST = 85

#: How the tests ended: 1 and 3 as pytest says it, 24 by the time a process may take (SIGXCPU).
KILLED = {1, 3, 24, -24, 36, 152}
#: All tests passed; or none runs the line at all.
SURVIVED = {0, 33}


def by_room() -> dict[str, Counter[str]]:
    """How many mutants of each room were killed, how many survived, how many were not tried."""
    rooms: dict[str, Counter[str]] = {}
    for path in sorted(MUTANTS.glob("kit/**/*.py.meta")):
        room = path.relative_to(MUTANTS / "kit").parts[0].removesuffix(".py.meta")
        counts = rooms.setdefault(room, Counter())
        for ending in json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].values():
            counts["mutants"] += 1
            counts["killed"] += ending in KILLED
            counts["survived"] += ending in SURVIVED
    return rooms


def main() -> int:
    """Print the table, and say whether it will do."""
    rooms = by_room()
    will_do = bool(rooms)
    print("| room | mutants | killed | survived | killed, % |\n|---|---|---|---|---|")  # noqa: T201
    for room, counts in rooms.items():
        all_, killed, survived = (counts[name] for name in ("mutants", "killed", "survived"))
        percent = 100 * killed / all_
        print(f"| `{room}` | {all_} | {killed} | {survived} | {percent:.1f} |")  # noqa: T201
        will_do = will_do and percent >= FEWEST and killed + survived == all_
    return 0 if will_do else 1


if __name__ == "__main__":
    sys.exit(main())
