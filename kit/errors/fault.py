"""A fault of ours: the exception goes in; where in the code comes out, and nothing else of it.

No message, no argument, no variable, no path and no line of anybody else's code: any of them may
hold a name or a number.
"""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from types import TracebackType

_FRAMES = 6
#: An exception, and what it came of.
_EXCEPTIONS = 4
#: A class that was made while the program ran; what it is called may be anything.
_MADE = "Exception"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """What kind of exception, and which lines of our code it passed."""

    kind: str
    places: tuple[str, ...]


def breakdowns(error: BaseException) -> list[Breakdown]:
    """The exception, then what it came of."""
    return [
        Breakdown(kind=kind_of(type(one)), places=tuple(_places(one.__traceback__)))
        for one in _chain(error)
    ]


def kind_of(kind: type[BaseException]) -> str:
    """What the class is called, if it is called so in the code of a module."""
    found = getattr(sys.modules.get(kind.__module__), kind.__qualname__, None)
    if found is not kind:
        return _MADE
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def report(error: BaseException, at: datetime) -> str:
    """One line to ask for help with: when, which version, what kind, where."""
    said = [f"{one.kind} {' '.join(one.places)}".strip() for one in breakdowns(error)]
    return " | ".join([at.isoformat(timespec="seconds"), f"kit {__version__}", *said])


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, then what it came of, and so on; some of them."""
    one: BaseException | None = error
    for _ in range(_EXCEPTIONS):
        if one is None:
            return
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _places(trace: TracebackType | None) -> list[str]:
    """Module and line of our own code, as it went, the last of them."""
    names = ((f.f_globals.get("__name__"), line) for f, line in traceback.walk_tb(trace))
    ours = [f"{name}:{line}" for name, line in names if f"{name}.".startswith("kit.")]
    return ours[-_FRAMES:]
