"""What a process may use: limits go in, and the system holds it to them as far as it can.

Windows knows none of them.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Linux gives the memory of what crashes to whoever collects it, though no byte of it may be
#: written; to nobody, where it is one byte (core(5), do_coredump).
_NO_CORE = 1 if sys.platform == "linux" else 0


def limit(memory: int, seconds: int) -> None:
    """Bound what this process may use, once and for all: it reads what strangers wrote."""
    _set({"RLIMIT_AS": memory, "RLIMIT_CPU": seconds, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": _NO_CORE})


def leave_no_core() -> None:
    """Leave no copy of the memory on the disk, should this process crash or what it starts."""
    _set({"RLIMIT_CORE": _NO_CORE})


def _set(limits: Mapping[str, int]) -> None:
    try:
        import resource
    except ImportError:
        return
    for name, most in limits.items():
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        most_there = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(OSError, ValueError):  # a Mac bounds no memory
            resource.setrlimit(kind, (most_there, most_there))
