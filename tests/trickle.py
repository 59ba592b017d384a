"""A stream that gives little at a time."""

from __future__ import annotations

import io


class Trickle(io.RawIOBase):
    """Gives at most so many bytes a read, as a slow disk or a pipe does."""

    def __init__(self, data: bytes, size: int) -> None:
        self._left = memoryview(data)
        self._size = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._left[: min(self._size, len(buffer))]
        buffer[: len(piece)] = piece
        self._left = self._left[len(piece) :]
        return len(piece)
