"""Telephone numbers: what people write goes in, E.164 and its kind come out (ITU-T E.164).

`cleaning` makes plain digits and marks of a field, `mainland` knows the numbers of mainland China
that are nobody's, `numbering` asks phonenumbers, `reading` decides, `regions` finds where a book
is from.
"""

from __future__ import annotations

from kit.phone.numbering import (
    REGIONS,
    check_region,
    is_invented,
    is_surely_mobile,
    kind,
    region_of,
    zones,
    zones_of,
)
from kit.phone.reading import Number, before_extension, parse, read
from kit.phone.regions import infer_region

__all__ = [
    "REGIONS",
    "Number",
    "before_extension",
    "check_region",
    "infer_region",
    "is_invented",
    "is_surely_mobile",
    "kind",
    "parse",
    "read",
    "region_of",
    "zones",
    "zones_of",
]
