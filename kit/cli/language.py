"""Which language this run speaks: settings and terminal go in, a language comes out."""

from __future__ import annotations

import sys
from typing import TextIO

from kit.settings import spoken


def language() -> str:
    """The reader's language, or English where a terminal cannot write Chinese."""
    return spoken() if can_write_chinese() else "en"


def can_write_chinese() -> bool:
    """Whether every terminal that this run speaks to can; files and pipes always get UTF-8."""
    streams: tuple[TextIO | None, ...] = (sys.stdout, sys.stderr)
    return all(can_write("中", one) for one in streams if one is not None and one.isatty())


def can_write(text: str, stream: TextIO) -> bool:
    """Whether the stream's encoding has all of these characters."""
    try:
        text.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
