"""What people write back: `replies` tells what a reply asks of us, `report` reads reports of calls.

Texts go in; meanings, reports and problems come out.
"""

from __future__ import annotations

from kit.inbox import replies
from kit.inbox.report import own_words, read_reports, report_line
from kit.model import Meaning

__all__ = ["meaning", "read_reports", "report_line"]


def meaning(text: str) -> Meaning:
    """What a reply asks of us; what a caller said, in a report, is no wish of who reports it."""
    own = own_words(text)
    found = replies.meaning(own)
    reports = own != text
    return Meaning.HARASSED if reports and found is Meaning.OTHER else found
