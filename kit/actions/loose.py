"""What is written with no store open: paths go in, and come out for whoever erases.

A guide needs no store, and a key file lies there before there is one. So their places stand in a
list of their own in the home, as digits: the list is read by the kit, and by nobody in passing.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from kit import private_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.settings import Settings

#: The list, a place on a line.
LIST = "written.txt"


def remember(settings: Settings, paths: Iterable[Path]) -> None:
    """Remember what is about to be written; a home that takes nothing forbids nobody a guide."""
    known = remembered(settings)
    new = [one for path in paths if (one := path.absolute()) not in known]
    lines = "".join(f"{os.fsencode(one).hex()}\n" for one in new)
    with contextlib.suppress(OSError):
        private_file.make_folder(settings.home)
        private_file.append(settings.home / LIST, lines)


def remembered(settings: Settings) -> tuple[Path, ...]:
    """Every place in the list; a line that was torn is none."""
    try:
        lines = (settings.home / LIST).read_text(encoding="ascii", errors="replace").split()
    except OSError:
        return ()
    found = []
    for line in lines:
        with contextlib.suppress(ValueError):
            found.append(Path(os.fsdecode(bytes.fromhex(line))))
    return tuple(found)
