"""Bring in what a page was given: uploads go in, `Imported` comes out, or who has to be asked.

Whatever somebody sends is read in a process of its own (`upload_reader`), by the code that reads
files, with limits of time and memory. Only values come back (`upload_wire`). Windows limits the
time and the answer, not the memory.
"""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from threading import Event, Thread, Timer
from typing import TYPE_CHECKING, cast

from kit.actions import upload_reader
from kit.actions.child import started
from kit.actions.importing import Imported, bring_in, checked
from kit.actions.sources import Upload
from kit.actions.upload_wire import Answer, Doubt, NonsenseError, question
from kit.errors import LargeUploadError, SlowUploadError, UploadError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from kit.actions.child import Process
    from kit.actions.reading import Read
    from kit.actions.store import Store

__all__ = ["Doubt", "Imported", "Limits", "Upload", "import_uploads", "read_uploads"]

#: Bytes of a line of the answer: one card.
_LONGEST_LINE = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What reading the uploads of one import may take."""

    seconds: float = 120
    #: bytes of memory, where the system can limit them
    memory: int = 1_000_000_000
    #: bytes of what was read, as it comes back; a card is some 500
    answer: int = 100_000_000


USUAL = Limits()


def import_uploads(
    store: Store,
    uploads: Sequence[Upload],
    region: str = "",
    charset: str = "",
    limits: Limits = USUAL,
) -> Imported | tuple[Doubt, ...]:
    """Bring the uploads into the Book as `import_files` does with files.

    Where the character set of some is in doubt, nothing is brought in, and the doubts come back:
    ask, and come again with `replace(upload, charset=…)`. `charset` is for all of them, in doubt or
    not.

    Raises:
        UploadError: one of them could not be read to its end; nothing was brought in.
        UnknownRegionError: the region has no numbering plan.
        UnknownCharsetError: address books are not in that character set.
    """
    region, charset = checked(region, charset)
    read = read_uploads(uploads, charset, limits)
    return read if isinstance(read, tuple) else bring_in(store, read, region)


def read_uploads(
    uploads: Sequence[Upload], charset: str = "", limits: Limits = USUAL
) -> Read | tuple[Doubt, ...]:
    """The first half of it, which needs no store: for `importing.bring_in`.

    Raises:
        UploadError: one of them could not be read to its end.
    """
    answer = Answer()
    try:
        error = _asked(uploads, charset, limits, answer)
    except OSError:  # there is no room for one more process
        error = UploadError
    if error:
        raise error(where=uploads[min(answer.done, len(uploads) - 1)].where)
    return tuple(answer.doubts) or answer.read


def _asked(
    uploads: Sequence[Upload], charset: str, limits: Limits, answer: Answer
) -> type[UploadError] | None:
    """Have the uploads read; why there is no whole answer."""
    if not uploads:
        return None
    with _started(limits) as child, _ended_after(child, limits.seconds) as late:
        feeding = Thread(target=_feed, args=(child, question(uploads, charset)), daemon=True)
        feeding.start()
        error = _taken(cast("BinaryIO", child.stdout), limits.answer, answer)
        if error:
            child.kill()
        child.wait()
        feeding.join()
    if late.is_set():
        return SlowUploadError
    if child.returncode == upload_reader.OUT_OF_MEMORY:
        return LargeUploadError
    return error or (None if answer.done == len(uploads) else UploadError)


def _started(limits: Limits) -> Process:
    return started(upload_reader.__name__, str(limits.memory), str(math.ceil(limits.seconds)))


@contextlib.contextmanager
def _ended_after(child: Process, seconds: float) -> Iterator[Event]:
    """The process does not outlive the block, nor so many seconds; whether they have passed."""
    late = Event()

    def end() -> None:
        late.set()
        child.kill()

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        timer.join()
        child.kill()


def _feed(child: Process, asked: Iterator[bytes | memoryview]) -> None:
    """Write the question; one that has ended reads no more of it."""
    with contextlib.suppress(OSError), cast("BinaryIO", child.stdin) as pipe:
        for block in asked:
            pipe.write(block)


def _taken(stream: BinaryIO, most: int, answer: Answer) -> type[UploadError] | None:
    """Take the answer to its end; why it cannot be taken."""
    while line := stream.readline(_LONGEST_LINE):
        most -= len(line)
        if most < 0 or len(line) == _LONGEST_LINE:
            return LargeUploadError
        try:
            answer.take(line)
        except NonsenseError:
            return UploadError
    return None
