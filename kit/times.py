"""Times as stores keep them: aware UTC goes in, text of one length comes out, and back."""

from __future__ import annotations

from datetime import datetime


def written(at: datetime) -> str:
    """One length, so that text sorts as time does."""
    return at.isoformat(timespec="microseconds")


def read(text: str) -> datetime:
    """A time, as it was written."""
    return datetime.fromisoformat(text)
