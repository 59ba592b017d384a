"""What every benchmark needs: a row of the table, the best of rounds, a stand-in, one core."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TESTS = Path(__file__).resolve().parent.parent
STANDIN = TESTS / "standins" / "twilio.py"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, and what it may be at most or must be at least; with neither it is for reading."""

    what: str
    value: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_met(self) -> bool:
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    def __str__(self) -> str:
        target = ""
        if self.at_most is not None:
            target = f"(at most {self.at_most:g})"
        if self.at_least is not None:
            target = f"(at least {self.at_least:g})"
        mark = "" if self.is_met else "  <-- missed"
        return f"{self.value:8.2f}  {target:16}  {self.what}{mark}"


def best(action: Callable[[], object], rounds: int) -> float:
    """Seconds of the fastest of several rounds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return min(times)


class Standin:
    """The stand-in for Twilio, in a process of its own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def control(self, **wishes: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        """Tell it how to be, and hear what it has."""
        request = Request(f"{self.url}/_control", json.dumps(wishes).encode())  # noqa: S310  # ours
        with urlopen(request) as answer:  # noqa: S310
            said: dict[str, Any] = json.load(answer)
        return said


@contextlib.contextmanager
def standin() -> Iterator[Standin]:
    """A stand-in on a free port, as long as the block runs."""
    command = [sys.executable, str(STANDIN), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Standin(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.terminate()


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Whatever the block starts shares one core, where the system can pin a process."""
    if sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
