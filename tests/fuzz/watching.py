"""One input after another, watched: bytes go in; what went wrong comes out, each thing once.

Wrong is: an exception that is no refusal, a value that cannot be kept or said, an input that takes
too long, more memory than there may be.
"""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz.target import look

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.target import Target

#: Seconds of the processor that an input may take.
PATIENCE_S = 2.0
_OURS = f"{Path(__file__).parents[2] / 'kit'}"


@dataclass(slots=True)
class Seen:
    """What became of the inputs so far."""

    inputs: int = 0
    slowest_s: float = 0
    slowest: bytes = b""
    #: by what went wrong and where: the shortest input with which it does
    wrong: dict[str, bytes] = field(default_factory=dict)
    hangs: int = 0


def watch(target: Target, data: bytes, seen: Seen) -> None:
    """Read one input."""
    what, took = _read(target, data)
    if took > PATIENCE_S:  # something may have been made that is made once
        what, took = min((what, took), _read(target, data), key=lambda one: one[1])
    if took > PATIENCE_S and not what:
        what, seen.hangs = f"hang: it takes {took:.1f} s", seen.hangs + 1
    seen.inputs += 1
    if took > seen.slowest_s:
        seen.slowest_s, seen.slowest = took, data
    kept = seen.wrong.get(what)
    if what and (kept is None or len(data) < len(kept)):
        seen.wrong[what] = data


def fault(target: Target, data: bytes) -> str:
    """What goes wrong with that input; nothing where it is read or refused."""
    return _read(target, data)[0]


def _read(target: Target, data: bytes) -> tuple[str, float]:
    began = time.thread_time()
    what = ""
    try:
        try:
            look(target.read(data))
        except target.refuses as refusal:
            look(refusal)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 (what it is, is what we want to know)
        what = _where(error)
    return what, time.thread_time() - began


def _where(error: BaseException) -> str:
    """The exception, and the last place in the kit that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if one.filename.startswith(_OURS)] or frames
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
    return f"{type(error).__name__} at {place}"


def shortened(data: bytes, is_wrong: Callable[[bytes], bool], most: int = 2_000) -> bytes:
    """The shortest part of the bytes that is found within so many tries and is wrong still."""
    size = len(data) // 2
    while size and most > 0:
        at = 0
        while at < len(data) and most > 0:
            shorter = data[:at] + data[at + size :]
            most -= 1
            if is_wrong(shorter):
                data = shorter
            else:
                at += size
        size //= 2
    return data
