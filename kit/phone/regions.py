"""Where a book is from: how its numbers are written goes in, a region comes out."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from kit.phone import cleaning, mainland, numbering

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Where borrowers and their relatives are, and whose mobiles look like theirs.
_CANDIDATES = (
    *("CN", "HK", "MO", "TW", "SG", "MY", "TH", "VN", "PH", "ID", "KH", "LA", "MM", "JP", "KR"),
    *("IN", "PK", "BD", "LK", "NP", "AE", "SA", "TR", "EG", "KE", "NG", "GH", "TZ", "UG", "ZA"),
    *("US", "MX", "BR", "CO", "PE", "CL", "GB", "FR", "DE", "IT", "ES", "RU", "UA", "AU", "NZ"),
)
#: Mobiles of the first also look like mobiles of the others, which have many other beginnings:
#: a book without any of these is from the first.
_NARROW = {"TW": {"TH", "VN", "UA"}, "MO": {"HK"}}
#: So many fields are looked at, from all over the book.
_SAMPLE = 250
#: Fewer numbers than this do not tell which beginnings are missing.
_ENOUGH = 20
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
#: A region must have so many times what the next one has.
_CLEARLY = 1.2
#: What looks like a landline of Beijing is a mobile in Korea: so many for each mobile are believed.
_LANDLINES = 4


def infer_region(texts: Iterable[str]) -> str:
    """The region (ISO 3166-1) from which a book's numbers without a country code are dialled.

    A book in which most numbers are mainland China's, with country code or without, is from there.
    Of another, each number without a country code speaks for every region in which a mobile is
    written so; the region wins that has clearly the most, at least half. Where several are about
    equal, the one wins that the country codes in the book name most; where no number lacks its
    code, they alone decide. Otherwise the book does not tell, and the text is empty: a number
    read in the wrong region reaches a stranger.
    """
    by_code, local = _sample(texts)
    if _is_mainland(by_code, local):
        return mainland.REGION
    if not local:
        return _clear_winner(by_code)
    fitting = Counter(
        {
            region: sum(numbering.is_mobile_within(region, digits) for digits in local)
            for region in _CANDIDATES
        }
    )
    ((_, most),) = fitting.most_common(1)
    equals = {region for region, count in fitting.items() if count * _CLEARLY > most}
    if most * 2 < len(local):
        return ""
    return _one_of(equals, by_code, has_many=len(local) >= _ENOUGH)


def _one_of(equals: set[str], by_code: Counter[str], *, has_many: bool) -> str:
    """The one region of several in which the numbers may be at home."""
    if len(equals) == 1:
        return equals.pop()
    for region, wider in _NARROW.items():
        if has_many and region in equals <= {region, *wider}:
            return region
    return _clear_winner(Counter({region: by_code[region] for region in equals}))


def _clear_winner(votes: Counter[str]) -> str:
    best = max(votes, key=votes.__getitem__, default="")
    next_most = max((votes[region] for region in votes if region != best), default=0)
    return best if votes[best] > next_most * _CLEARLY else ""


def _sample(texts: Iterable[str]) -> tuple[Counter[str], list[str]]:
    """How many numbers have the code of each region, and the digits of those without one."""
    everything = list(texts)
    by_code: Counter[str] = Counter()
    local: list[str] = []
    for text in everything[:: max(1, len(everything) // _SAMPLE)]:
        if mainland.mobile(text, is_here=False):
            by_code[mainland.REGION] += 1
            continue
        plain = re.sub(r"[^\d+]", "", cleaning.tidy(text))
        if not _FEWEST_DIGITS <= len(plain.lstrip("+")) <= _MOST_DIGITS:
            continue
        if not plain.startswith("+"):
            local.append(plain)
        elif found := numbering.full(plain, ""):
            by_code[numbering.region_of(found[0])] += 1
    return by_code, local


def _is_mainland(by_code: Counter[str], local: list[str]) -> bool:
    mobiles = by_code[mainland.REGION] + sum(
        numbering.plain_mobile(digits, mainland.REGION) is not None for digits in local
    )
    landlines = min(sum(map(mainland.is_landline, local)), _LANDLINES * mobiles)
    return (mobiles + landlines) * 2 > by_code.total() + len(local)
