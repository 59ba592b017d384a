"""An App Privacy Report of a million lines: which apps have read contacts, and what they called.

The baseline is the parser of JSON, which reads the same lines twice and is asked for nothing.
Memory is of a process of its own, interpreter and all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from audits import access, called
from benchmarks.delivering import peak_mb
from benchmarks.measures import Row, best

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = 1_000_000
#: One in so many lines says what was called.
CALLS = 4
APPS, DOMAINS, DAYS = 120, 400, 7
ROUNDS = 2


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        report = Path(name) / "report.ndjson"
        with report.open("wb") as file:
            file.writelines(lines())
        alone = best(lambda: parse_alone(report), ROUNDS)
        read = _itself(report)
        size = report.stat().st_size / 1e6
    assert read["count"] == LINES * (CALLS - 1) // CALLS // 2
    return [
        Row(f"MB of memory, a report of a million lines ({size:.0f} MB)", read["mb"], at_most=100),
        Row("times the parser of JSON alone, twice over", read["seconds"] / alone, at_most=6),
        Row("seconds to read it", read["seconds"]),
        Row("domains that were called near in time", read["domains"]),
    ]


def lines() -> Iterator[bytes]:
    """Accesses, each with its end, and between them what was called; every id is another."""
    for n in range(LINES // (2 * CALLS)):
        app = f"com.example.app{n % APPS:03}"
        at = f"2026-01-{n % DAYS + 1:02}T{n % 24:02}:{n // 24 % 60:02}:{n % 60:02}.000+08:00"
        for part in range(CALLS - 1):
            identifier = f"{n:024}-{part:011}"
            yield access(app, identifier, "intervalBegin", at)
            yield access(app, identifier, "intervalEnd", at)
        for part in range(2):
            yield called(f"d{(n + part) % DOMAINS}.example", at, app)


def parse_alone(path: Path) -> None:
    for _ in range(2):
        with path.open("rb") as file:
            for line in file:
                json.loads(line)


def _itself(report: Path) -> dict[str, float]:
    """What it took in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.auditing", str(report)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(path: Path) -> None:
    from kit.actions.auditing import audit_file

    started = time.perf_counter()
    found = audit_file(path)
    took = {
        "seconds": time.perf_counter() - started,
        "mb": peak_mb(),
        "count": sum(one.count for one in found.accesses),
        "domains": len({domain for one in found.accesses for domain in one.domains}),
    }
    print(json.dumps(took))  # noqa: T201 (what whoever started it reads)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
