"""Remove: places that the store remembers go in; what could not be removed, and why, comes out.

No link is followed. A file that lies at its place goes, whoever has edited it since, for it holds
what is personal; of a folder only our own files go. What cannot be removed is said, each with why.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import private_file
from kit.actions import packing
from kit.errors import reason_of
from kit.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: A message of a rehearsal, by the id of its attempt.
_REHEARSED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.txt")
#: On the way to its name, or making room: nobody else calls a file so.
_UNNAMED = re.compile(
    rf"(.+)\.\d+({re.escape(private_file.UNFINISHED)}|{re.escape(private_file.BEFORE)})", re.DOTALL
)

_LINK = "There is a link by that name now: it was left as it is, and so was what it leads to."
_DEVICE = "There is something by that name now that is neither file nor folder: it was left."
_OTHERS = "Nothing in this folder is known to be of the kit: its {count} files were left."
_REFUSED = "It cannot be removed: {reason}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A remembered place as it is now."""

    path: Path
    #: what goes: files, then folders from within
    files: tuple[Path, ...]
    folders: tuple[Path, ...] = ()
    #: files in it that are somebody else's, and stay
    others: int = 0
    #: why what lies there stays, and nobody can tell that it is none of ours
    foreign: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether nothing lies there any more."""
        return not (self.files or self.folders or self.foreign)


def is_unnamed(path: Path) -> bool:
    """Whether it is what a crash leaves on the way to a name, which is there only then."""
    return bool(_UNNAMED.fullmatch(path.name))


def look(path: Path) -> Place:
    """What lies at the place; nothing is touched."""
    left = tuple(one for beside in private_file.left_of(path) for one in _within(beside))
    try:
        mode = path.lstat().st_mode
    except OSError:
        return Place(path=path, files=left)
    if stat.S_ISDIR(mode):
        return _folder(path, left)
    if stat.S_ISREG(mode):
        return Place(path=path, files=(*left, path))
    return Place(path=path, files=left, foreign=_LINK if stat.S_ISLNK(mode) else _DEVICE)


def remove(places: Iterable[Place]) -> Iterator[Problem]:
    """Remove what is ours of each place; what stays, and why."""
    for place in places:
        for file in place.files:
            yield from remove_file(file)
        for folder in place.folders:
            yield from remove_file(folder)
        if place.foreign:
            facts = {"count": place.others}
            yield Problem(where=str(place.path), what=place.foreign, facts=facts)


def remove_file(path: Path) -> Iterator[Problem]:
    """Remove a file or an empty folder; one that is gone is no fault."""
    try:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        yield Problem(where=str(path), what=_REFUSED, facts={"reason": reason_of(error)})


def _folder(path: Path, left: tuple[Path, ...]) -> Place:
    """Of a folder what is ours: a copy of the record, a rehearsal; its manifest goes last."""
    inside = [one for one in _within(path) if one != path]
    plain = [one for one in inside if not _is_folder(one)]
    if is_unnamed(path):
        ours = set(plain)
    else:
        listed = packing.listed(path)
        ours = {one for one in plain if _is_ours(one, path, listed)}
    others = [one for one in plain if one not in ours and not packing.is_dropping(one.name)]
    files = sorted(ours if others else plain, key=lambda one: one.name == packing.MANIFEST)
    kept = {above for one in others for above in one.parents}
    folders = [one for one in (*inside, path) if _is_folder(one) and one not in kept]
    unknown = _OTHERS if others and not ours else ""
    return Place(
        path=path,
        files=(*left, *files),
        folders=tuple(folders),
        others=len(others),
        foreign=unknown,
    )


def _is_ours(file: Path, folder: Path, listed: set[str]) -> bool:
    """Whether a file of a folder is of a copy or a rehearsal, or on the way to be."""
    name = file.relative_to(folder).as_posix()
    found = _UNNAMED.fullmatch(name)
    whole = found[1] if found else name
    is_plain = stat.S_ISREG(file.lstat().st_mode)
    return is_plain and (whole in listed or bool(_REHEARSED.fullmatch(whole)))


def _within(path: Path) -> Iterator[Path]:
    """Everything in a folder from within, then itself; links are not followed."""
    if _is_folder(path):
        for top, folders, names in os.walk(path, topdown=False):
            here = path.__class__(top)
            yield from (here / name for name in names)
            yield from (here / name for name in folders if (here / name).is_symlink())
            if here != path:
                yield here
    yield path


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
