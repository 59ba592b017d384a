"""Drafts as files: a letter or complaint goes in, a page, a text or a document comes out.

A file that somebody has edited since is theirs: it is not written over.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kit import private_file
from kit.errors import (
    DocumentMissingError,
    DraftEndingError,
    DraftFolderError,
    DraftUnwrittenError,
    FileTakenError,
    PicturesMissingError,
    reason_of,
)
from kit.letters import draft_page, draft_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kit.actions.store import Store
    from kit.errors import KitError
    from kit.letters.draft import Draft

    Say = Callable[..., str]

#: What a draft can be written as.
ENDINGS = (".html", ".txt", ".docx")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFile:
    """A draft as it is written."""

    content: bytes = field(repr=False)
    #: why it lacks its pictures; nothing where it has them, or there are none
    missing: KitError | None = None


def render(made: Draft, ending: str, say: Say) -> DraftFile:
    """The draft as a file of that ending.

    Raises:
        DraftEndingError: it is none of `ENDINGS`.
        DocumentMissingError: what makes documents is not installed.
    """
    match ending.lower():
        case ".html":
            return DraftFile(content=draft_page.render(made, say).encode())
        case ".txt":
            return DraftFile(content=draft_text.render(made, say).encode())
        case ".docx":
            return _document(made)
        case _:
            raise DraftEndingError


def makes_documents() -> bool:
    """Whether what makes documents (.docx) is installed."""
    return importlib.util.find_spec("docx") is not None


def check_place(store: Store, path: Path) -> None:
    """See that a draft could be written there.

    Raises:
        DraftEndingError, DraftFolderError, FileTakenError: not by that name.
        DocumentMissingError: what makes documents is not installed.
    """
    if path.suffix.lower() not in ENDINGS:
        raise DraftEndingError
    if path.suffix.lower() == ".docx" and not makes_documents():
        raise DocumentMissingError
    _check_free(store, (path,))


def write(store: Store, files: Mapping[Path, bytes]) -> None:
    """Write files, all or none, where nothing else is; what lies there as written makes room.

    Raises:
        FileTakenError: something else has that name, or somebody has edited the file.
        DraftFolderError: there is no such folder.
        DraftUnwrittenError: it cannot be written.
    """
    _check_free(store, files)
    try:
        for path in files:
            store.book.remember_written(path, store.clock())
        private_file.write_all(Path(), {str(path): content for path, content in files.items()})
        for path, content in files.items():
            store.book.set(_mark(path), hashlib.sha256(content).hexdigest())
    except OSError as error:
        raise DraftUnwrittenError(reason=reason_of(error)) from None


def _document(made: Draft) -> DraftFile:
    from kit.actions import sources
    from kit.letters import draft_document

    drawings = [one.drawing for one in made.blocks if one.drawing]
    pictures, missing = _drawn(drawings, made.language)
    content = sources.undated(draft_document.render(made, pictures))
    return DraftFile(content=content, missing=missing)


def _drawn(drawings: Iterable[str], language: str) -> tuple[list[bytes], KitError | None]:
    """The pictures of drawings, or why there are none."""
    from kit.actions import drawing

    try:
        return [drawing.draw_svg(one, language) for one in drawings], None
    except PicturesMissingError as error:
        return [], error


def _check_free(store: Store, paths: Iterable[Path]) -> None:
    try:
        for path in paths:
            if not path.parent.is_dir():
                raise DraftFolderError
            if os.path.lexists(path) and not _is_as_written(store, path):
                raise FileTakenError
    except OSError as error:
        raise DraftUnwrittenError(reason=reason_of(error)) from None


def _is_as_written(store: Store, path: Path) -> bool:
    """Whether it is a file of this store, and nobody has changed it since."""
    if not store.wrote(path, b""):
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == store.book.setting(_mark(path))


def _mark(path: Path) -> str:
    """Under which the digest of what was written there is kept."""
    return f"draft:{hashlib.sha256(os.fsencode(path.absolute())).hexdigest()}"
