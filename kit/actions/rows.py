"""Row numbers, as people write them: `1-17,20` goes in, the numbers come out."""

from __future__ import annotations

import re
import unicodedata

from kit.errors import RowsError

_BETWEEN = re.compile(r"[\s,、;。]+")
_DASH = re.compile(r"\s*[-‐-―−~〜至到]\s*")
_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")


def parse_rows(text: str) -> set[int]:
    """The numbers of a list such as `1-17,20`, also with Chinese commas, dashes and digits.

    Raises:
        RowsError: it is no such list.
    """
    plain = _DASH.sub("-", " ".join(unicodedata.normalize("NFKC", text).split()))
    found: set[int] = set()
    for part in filter(None, _BETWEEN.split(plain)):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise RowsError
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last:
            raise RowsError
        found.update(range(first, last + 1))
    if not found:
        raise RowsError
    return found
