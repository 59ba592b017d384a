"""What people write back: `replies` tells what a reply asks of us, `report` reads reports of calls.

Texts go in; meanings, reports and problems come out.
"""

from __future__ import annotations

from kit.inbox.replies import meaning
from kit.inbox.report import read_reports, report_line

__all__ = ["meaning", "read_reports", "report_line"]
