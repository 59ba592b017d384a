"""What a country's law and its providers' rules say: a country goes in, facts and routes come out.

They are data, `kit/jurisdictions/<code>.toml`: `facts` reads law, rules and authorities, each with
its source, grade and date; `routes` what texting there allows.
"""

from __future__ import annotations

from kit.jurisdiction.facts import UNIDENTIFIED, Fact, FactKind, Facts, Instrument, codes, facts
from kit.jurisdiction.files import ByLanguage
from kit.jurisdiction.routes import Route, RouteAnswer, allows, everywhere, exports, route

__all__ = [
    "UNIDENTIFIED",
    "ByLanguage",
    "Fact",
    "FactKind",
    "Facts",
    "Instrument",
    "Route",
    "RouteAnswer",
    "allows",
    "codes",
    "everywhere",
    "exports",
    "facts",
    "route",
]
