"""The marks of the timeline: a kind or a rule goes in, its shape comes out, each unlike the others.

They differ in shape, not only in colour: they are told apart in grey, and by the colour-blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.letters.svg import INK, tag
from kit.model import IncidentKind, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

#: How wide and high a mark is.
SIZE = 12
#: Filled: by what way. About the middle of the mark.
_KINDS: dict[str, tuple[str, str]] = {
    IncidentKind.CALL: ("#1f5c99", "M0-5.5A5.5 5.5 0 1 1 0 5.5A5.5 5.5 0 1 1 0-5.5Z"),
    IncidentKind.TEXT: ("#7a5200", "M-5-5H5V5H-5Z"),
    IncidentKind.MESSAGE: ("#2a6b4a", "M0-6.3L6.3 0L0 6.3L-6.3 0Z"),
    IncidentKind.VISIT: ("#7d2e5c", "M0-6L6 0H4V5.5H-4V0H-6Z"),
    IncidentKind.POST: ("#4a4a4a", "M-5.5-5.5H5.5V2H1V6H-1V2H-5.5Z"),
}
#: In outline: what is told of it.
_RULES: dict[str, str] = {
    Rule.HOURS: "M2.6-5A5.2 5.2 0 1 0 5.2 2.4A4.6 4.6 0 0 1 2.6-5Z",
    Rule.DISCLOSURE: "M-5.4-4.8H5.4V2.2H0L-3 5.4V2.2H-5.4ZM-2.8-1.3H2.8",
    Rule.AFTER_REFUSAL: "M0-5.3A5.3 5.3 0 1 1 0 5.3A5.3 5.3 0 1 1 0-5.3ZM-3.7-3.7L3.7 3.7",
    Rule.THREAT: "M0-5.6L6 5.2H-6ZM0-1.8V1.6M0 3.2V3.9",
}
#: What of them a picture has, in its order.
KINDS = tuple(_KINDS)
RULES = tuple(_RULES)


def mark(which: str, x: float, y: float) -> str:
    """The mark of a kind or a rule about that point."""
    place = f"translate({x:g} {y:g})"
    if which in _KINDS:
        colour, path = _KINDS[which]
        return tag("path", d=path, fill=colour, transform=place)
    path = _RULES[which]
    return tag("path", d=path, fill="#fff", stroke=INK, stroke_width=1.3, transform=place)


def meaning(which: str, say: Callable[..., str]) -> str:
    """What the mark says, in words."""
    said: dict[str, str] = {
        IncidentKind.CALL: say("a call"),
        IncidentKind.TEXT: say("a text (SMS)"),
        IncidentKind.MESSAGE: say("a message in an app"),
        IncidentKind.VISIT: say("a visit"),
        IncidentKind.POST: say("put up where others see it"),
        Rule.HOURS: say("at hours that a rule keeps free of collecting"),
        Rule.DISCLOSURE: say("by the account: a debt was named to somebody else"),
        Rule.AFTER_REFUSAL: say("by the account: after a refusal"),
        Rule.THREAT: say("by the account: a threat, or words of one"),
    }
    return said[which]
