"""What a browser sends goes in; its files stay in memory, and come out as uploads."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Request, request

from kit.actions.uploading import Upload

#: A phone may write a file for each contact.
_MOST_PARTS = 20_000


class InMemory(Request):
    """A request whose files never lie on the disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """A place for one file; Werkzeug would take a temporary one for what is large."""
        del total_content_length, content_type, filename, content_length
        return BytesIO()


def uploads(field: str) -> tuple[Upload, ...]:
    """The files that were chosen in this field of the form."""
    request.max_form_parts = _MOST_PARTS
    sent = request.files.getlist(field)
    return tuple(Upload(one.filename, one.read()) for one in sent if one.filename)
