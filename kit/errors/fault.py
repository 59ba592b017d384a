"""A fault of ours: the exception goes in; where in the code comes out, and nothing else of it."""

from __future__ import annotations

import re
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_FRAMES = 6
#: The folders of a path, on any system.
_LAST = re.compile(r".*[/\\]")


def report(error: BaseException, at: datetime) -> str:
    """One line to ask for help with: when, what kind, where; never a value, a name or a path."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    where = [f"{_LAST.sub('', f.filename)}:{f.lineno} {f.name}" for f in frames]
    return " | ".join([at.isoformat(timespec="seconds"), type(error).__name__, *where])
