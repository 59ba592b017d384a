"""What every error is: a sentence, its facts, what to do next and an exit code."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from kit.model import Problem

#: What the system says of a file, in words that `kit.words` knows.
REASONS = {
    errno.ENOENT: "there is no such file",
    errno.EACCES: "access is not allowed",
    errno.EPERM: "access is not allowed",
    errno.EISDIR: "it is a folder",
    errno.ENODEV: "it is a device, no file",
    errno.ELOOP: "it is a link that leads nowhere",
    errno.EIO: "the disk cannot read it any more",
    errno.ENOTDIR: "it is not a folder",
    errno.EEXIST: "something else has that name",
    errno.ENOSPC: "the disk is full",
    errno.EFBIG: "the disk is full",
    errno.ENAMETOOLONG: "its name is too long",
    errno.EROFS: "the disk is write-protected",
}


def reason_of(error: OSError) -> str:
    """Why the system refused a file, without its name."""
    return REASONS.get(error.errno or 0, f"error {error.errno}")


class KitError(Exception):
    """Something went wrong."""

    exit_code: ClassVar[int] = 1
    #: what to do next; may be empty
    hint: ClassVar[str] = ""

    def __init__(self, *, problems: tuple[Problem, ...] = (), **facts: object) -> None:
        super().__init__()
        self.problems = problems
        self.facts = facts

    @property
    def sentence(self) -> str:
        """The English sentence with its placeholders."""
        return " ".join((self.__doc__ or "").split())

    def __str__(self) -> str:
        return self.sentence.format(**self.facts)
