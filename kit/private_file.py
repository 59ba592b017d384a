"""Files with something personal in them: only their owner may read them; whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO


#: How the name of a file ends that a crash may leave behind; and of what was to make room for it.
UNFINISHED, BEFORE = ".new", ".old"
_LEFT = re.compile(rf"(.+)\.\d+({re.escape(UNFINISHED)}|{re.escape(BEFORE)})", re.DOTALL)


def make_folder(path: Path) -> None:
    """Make the folder, 0700, with what is missing above it; one with something in it stays so.

    Raises:
        OSError: it cannot be made.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(path.iterdir()):
        path.chmod(0o700)


def write(path: Path, content: str | bytes, *, keep: bool = False) -> None:
    """Write a file, 0600, a text in UTF-8; a crash leaves the old file or none.

    With `keep` a file that is there already stays as it is.

    Raises:
        OSError: it cannot be written.
    """
    with _beside(path, content) as unfinished:
        if keep:
            _keep(unfinished, path)
        else:
            unfinished.replace(path)


def append(path: Path, text: str) -> None:
    """Write the text at the end of a file, 0600; two programs do not write over each other.

    Raises:
        OSError: it cannot be written.
    """
    how = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, how, 0o600), "ab") as file:
        file.write(text.encode())
        _keep_on_disk(file)


def write_all(folder: Path, contents: Mapping[str, str | bytes]) -> None:
    """Write files by their names, each as `write` does; a full disk changes none of them.

    Raises:
        OSError: they cannot be written.
    """
    with contextlib.ExitStack() as stack:
        unfinished = {
            folder / name: stack.enter_context(_beside(folder / name, content))
            for name, content in contents.items()
        }
        for path, written in unfinished.items():
            written.replace(path)


@contextlib.contextmanager
def stream(path: Path) -> Iterator[BinaryIO]:
    """A file, 0600, to be written piece by piece; it is there when the block ends, or not at all.

    Raises:
        OSError: it cannot be written.
    """
    unfinished = _unfinished(path)
    try:
        with _new(unfinished) as file:
            yield file
            _keep_on_disk(file)
        unfinished.replace(path)
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()


@contextlib.contextmanager
def filled(path: Path) -> Iterator[Path]:
    """An empty file, 0600, for another to fill; it has that name when the block ends, or is gone.

    Raises:
        FileExistsError: something has the name already; it stays as it is.
        OSError: it cannot be written.
    """
    unfinished = _unfinished(path)
    try:
        with _new(unfinished):
            pass
        yield unfinished
        with unfinished.open("r+b") as file:
            _keep_on_disk(file)
        if not _keep(unfinished, path):
            raise FileExistsError
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()


@contextlib.contextmanager
def folder(path: Path) -> Iterator[Path]:
    """A new folder, 0700, to be filled; it has that name when the block ends, or nothing of it is.

    What had the name before is gone then, and stays as it was where the block fails.

    Raises:
        OSError: it cannot be made.
    """
    import shutil

    unfinished, before = on_the_way(path)
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.mkdir(mode=0o700)
        yield unfinished
        _take_name(unfinished, path, before)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    shutil.rmtree(before, ignore_errors=True)


def on_the_way(path: Path) -> tuple[Path, Path]:
    """Where what is to have that name is written first; and where what has it now makes room."""
    return _unfinished(path), path.with_name(f"{path.name}.{os.getpid()}{BEFORE}")


def left_of(path: Path) -> list[Path]:
    """What a crash left beside a file or folder, on the way to its name."""
    try:
        beside = list(path.parent.iterdir())
    except OSError:
        return []
    return [one for one in beside if (found := _LEFT.fullmatch(one.name)) and found[1] == path.name]


def clear_up(remembered: Collection[Path]) -> None:
    """Remove what a crash left on the way to one of these, and put back what was to make room."""
    import shutil

    for left in remembered:
        found = _LEFT.fullmatch(left.name)
        path = left.with_name(found[1]) if found else left
        if path == left or path not in remembered or left.is_symlink():
            continue
        with contextlib.suppress(OSError):
            if left.suffix == BEFORE and not os.path.lexists(path):
                left.rename(path)
            elif left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()


def _take_name(unfinished: Path, path: Path, before: Path) -> None:
    """Give the folder its name; what has it, if anything does, goes aside."""
    if not path.exists():
        unfinished.rename(path)
        return
    path.rename(before)
    try:
        unfinished.rename(path)
    except OSError:
        before.rename(path)
        raise


@contextlib.contextmanager
def _beside(path: Path, content: str | bytes) -> Iterator[Path]:
    """The content in a file beside the one that it is to become."""
    unfinished = _unfinished(path)
    try:
        with _new(unfinished) as file:
            file.write(content.encode() if isinstance(content, str) else content)
            _keep_on_disk(file)
        yield unfinished
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")


def _new(path: Path) -> BinaryIO:
    # What lies there by that name, a link perhaps, is not to get what only the owner may read.
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _keep_on_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _keep(unfinished: Path, path: Path) -> bool:
    """Give the file its name, unless something has that name; whether it has it now."""
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return False
    except OSError:  # a disk without links, such as a USB stick's
        if os.path.lexists(path):
            return False
        unfinished.replace(path)
    return True
