"""When a picture was taken: its bytes go in, the time that its camera wrote into it comes out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from datetime import tzinfo
    from typing import BinaryIO

#: What may hold such a time.
TYPES = frozenset(
    f"image/{kind}" for kind in ("jpeg", "png", "tiff", "webp", "heic", "heif", "avif", "jxl")
)
#: So much of a picture is read at most, in so many pieces: a hostile one costs no more.
_MOST_BYTES, _MOST_READS = 16_000_000, 50_000
_AT = "EXIF DateTimeOriginal"
_OFFSET = "EXIF OffsetTimeOriginal"


class _TooMuchError(Exception):
    """The picture asks for more than it may."""


class _Bounded:
    """A stream of which only so much is read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._bytes, self._reads = _MOST_BYTES, _MOST_READS

    def read(self, size: int = -1) -> bytes:
        self._reads -= 1
        if self._reads < 0 or self._bytes <= 0:
            raise _TooMuchError
        piece = self._stream.read(min(size, self._bytes) if size >= 0 else self._bytes)
        self._bytes -= len(piece)
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def taken_at(stream: BinaryIO, zone: tzinfo) -> datetime | None:
    """When the picture was taken, as its camera wrote it; nothing where that is not known.

    A camera that does not say by which clock means the one where it is: `zone`.
    """
    try:
        tags = _tags(stream)
        at = datetime.strptime(f"{tags[_AT]}".strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        return _placed(at, f"{tags.get(_OFFSET, '')}".strip("\0 "), zone)
    except Exception:  # noqa: BLE001 (whatever a hostile picture makes of it)
        return None


def _tags(stream: BinaryIO) -> dict[str, Any]:
    """What its camera wrote into the picture."""
    import exifread
    from exifread.exif_log import get_logger

    get_logger().disabled = True  # it tells where the picture was taken
    bounded = cast("BinaryIO", _Bounded(stream))
    return exifread.process_file(bounded, details=False, extract_thumbnail=False)


def _placed(at: datetime, offset: str, zone: tzinfo) -> datetime:
    """The time with its zone: the camera's own, where it says one that there is."""
    try:
        told = datetime.fromisoformat(f"{at.isoformat()}{offset}")
    except ValueError:
        told = at
    return told if told.tzinfo else at.replace(tzinfo=zone)
