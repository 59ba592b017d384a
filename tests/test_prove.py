"""`make prove` in small, so that every change is held to the promise."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import bare_environment

PROVE = Path(__file__).parent / "benchmarks" / "prove.py"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on Windows")
def test_a_failing_provider_and_kills_lose_and_double_nobody() -> None:
    done = subprocess.run(
        [sys.executable, PROVE, "--messages", "300", "--kills", "8"],
        capture_output=True,
        check=False,
        text=True,
        env=bare_environment(),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    count = {what: int(number.replace(",", "")) for number, what in rows}
    assert count["kills"] == 8
    assert count["unknown, met"] > 8
    assert count["messages taken"] > 250
