"""What a file is: its first bytes go in, its media type (RFC 6838) comes out, whatever its name."""

from __future__ import annotations

#: Bytes that are looked at.
HEAD = 4096

_BEGINS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
_UNKNOWN = "application/octet-stream"


def media_type(head: bytes) -> str:
    """The media type by how the file begins."""
    return next((kind for begins, kind in _BEGINS if head.startswith(begins)), _UNKNOWN)
