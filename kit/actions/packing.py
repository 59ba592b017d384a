"""Files of one copy: names and bytes go in; a folder, a zip or a sealed zip comes out, or nothing.

The last file is the manifest: every other one with its size and sha256, and a sha256 of its own.
`verify.py`, which looks at all of it again, is in every copy and not in the manifest.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from kit import private_file, template
from kit.actions import sealing, sources
from kit.evidence import chain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import BinaryIO

VERIFY, MANIFEST = "verify.py", "manifest.json"
_KIT = "contact-notification-kit"
#: What systems put into every folder that somebody looks at.
_DROPPINGS = (".DS_Store", "Thumbs.db", "desktop.ini", "._")
#: A manifest beyond that is none of ours.
_LARGEST_MANIFEST = 50_000_000


class Pack:
    """Takes one file after the other, and knows what it took."""

    def __init__(self, new: Callable[[str], AbstractContextManager[IO[bytes]]]) -> None:
        self._new = new
        self._files: list[dict[str, object]] = []

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file, piece by piece."""
        counted, size = sha256(), 0
        with self._new(name) as file:
            for piece in pieces:
                counted.update(piece)
                size += len(piece)
                file.write(piece)
        self._files.append({"path": name, "sha256": counted.hexdigest(), "size": size})

    def close(self, values: Mapping[str, object]) -> str:
        """Write the manifest, with these values in it, and `verify.py`; the manifest's sha256."""
        files = sorted(self._files, key=lambda one: str(one["path"]))
        rest = {**values, "files": files, "made_with": _KIT}
        code = sha256(chain.canonical(rest).encode()).hexdigest()
        manifest = chain.canonical({**rest, "sha256": code})
        program = (template.folder() / VERIFY).read_bytes()
        for name, content in ((MANIFEST, manifest.encode()), (VERIFY, program)):
            with self._new(name) as file:
                file.write(content)
        return code


@contextmanager
def to_folder(path: Path) -> Iterator[Pack]:
    """A folder; it is there when the block ends, in place of an earlier copy, or nothing of it is.

    Raises:
        OSError: it cannot be written.
    """
    with private_file.folder(path) as folder:

        def new(name: str) -> AbstractContextManager[BinaryIO]:
            (folder / name).parent.mkdir(mode=0o700, exist_ok=True)
            return private_file.stream(folder / name)

        yield Pack(new)


@contextmanager
def to_zip(stream: BinaryIO) -> Iterator[Pack]:
    """A zip, written to the stream as it grows."""
    with sources.new_zip(stream) as archive:
        yield Pack(lambda name: archive.open(name, "w", force_zip64=True))


@contextmanager
def to_file(path: Path, passphrase: str) -> Iterator[Pack]:
    """A zip in a file, sealed where there is a passphrase; whole when the block ends, or not there.

    Raises:
        OSError: it cannot be written.
    """
    if not passphrase:
        with private_file.stream(path) as stream, to_zip(stream) as pack:
            yield pack
        return
    content = BytesIO()
    with to_zip(content) as pack:
        yield pack
    private_file.write(path, sealing.sealed(content.getvalue(), passphrase))


def is_ours(folder: Path) -> bool:
    """Whether the folder holds a copy and nothing else, so that another may take its place."""
    names = listed(folder)
    try:
        return bool(names) and set(_files(folder)) <= names
    except OSError:
        return False


def listed(folder: Path) -> set[str]:
    """The files of the copy that the folder holds, by its manifest; none where it holds none."""
    try:
        manifest = folder / MANIFEST
        if manifest.is_symlink() or manifest.stat().st_size > _LARGEST_MANIFEST:
            return set()
        told: Any = json.loads(manifest.read_bytes())
        names = {one["path"] for one in told["files"]} | {MANIFEST, VERIFY}
        return names if told["made_with"] == _KIT else set()
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return set()


def is_dropping(name: str) -> bool:
    """Whether systems put such a file into every folder that somebody looks at."""
    return name.startswith(_DROPPINGS)


def _files(folder: Path) -> Iterator[str]:
    """Every file in the folder, links too, but for what systems leave there."""
    for top, folders, names in os.walk(folder):
        inside = folder.__class__(top)
        links = [name for name in folders if (inside / name).is_symlink()]
        for name in (*names, *links):
            if not is_dropping(name):
                yield (inside / name).relative_to(folder).as_posix()
