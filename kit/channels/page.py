"""The page: everybody's texts become one HTML file that the borrower taps through on their phone.

What a tap opens is the phone's own SMS app, filled in; the borrower presses send, and says later
which rows went.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, groupby, product
from string import ascii_uppercase
from typing import TYPE_CHECKING

from kit.channels.phone import PhoneChannel, link
from kit.template import html

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kit.model import E164, Pace
    from kit.template.html import Plain


class PageChannel(PhoneChannel):
    """The same phone and thumb; the texts lie in a file, written when all are `handed_over`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person on the page."""

    number: int
    #: empty: nobody knows
    name: str = field(repr=False)
    recipient: E164 = field(repr=False)
    text: str = field(repr=False)
    emergency: bool
    #: the number is one of the invented ones
    invented: bool


def document(
    rows: Sequence[Row],
    say: Callable[..., str],
    language: str,
    *,
    key: str,
    pace: Pace,
) -> str:
    """The whole page; it needs no script and asks nothing of any network.

    `key` is a random id (letters, digits, hyphens) under which the phone's browser keeps the
    ticks.
    """
    letters, per_lot, per_day = _letters(rows), pace.per_hour or 0, pace.per_day or 0
    return html.render(
        "page.html",
        say,
        language=language,
        key=key,
        count=len(rows),
        per_lot=per_lot,
        per_day=per_day,
        texts=[{"letter": letter, "text": text} for text, letter in letters.items()],
        lots=_lots(rows, letters, per_lot or len(rows), per_day or len(rows)),
    )


def _letters(rows: Sequence[Row]) -> dict[str, str]:
    """What each different text is called; one that stands alone needs no name."""
    texts = dict.fromkeys(row.text for row in rows)
    pairs = ("".join(pair) for pair in product(ascii_uppercase, repeat=2))
    names = chain(ascii_uppercase, pairs) if len(texts) > 1 else [""]
    return dict(zip(texts, names, strict=False))


def _lots(
    rows: Sequence[Row], letters: dict[str, str], per_lot: int, per_day: int
) -> list[dict[str, Plain]]:
    """The rows as they are tapped, emergency contacts first; `rest` is what follows a lot."""

    def stint(position: int) -> tuple[int, int]:
        day, today = divmod(position, per_day)
        return day, today // per_lot

    def rest(position: int) -> str:
        (day, lot), then = stint(position), stint(position + 1)
        if position + 1 == len(rows) or (day, lot) == then:
            return ""
        return "hour" if day == then[0] else "day"

    ordered = enumerate(sorted(rows, key=lambda row: not row.emergency))
    lots: list[dict[str, Plain]] = []
    for (emergency, _), lot in groupby(ordered, lambda at: (at[1].emergency, stint(at[0]))):
        members = list(lot)
        shown = [_shown(row, letters[row.text]) for _, row in members]
        lots.append({"emergency": emergency, "rows": shown, "rest": rest(members[-1][0])})
    return lots


def _shown(row: Row, letter: str) -> dict[str, Plain]:
    return {
        "number": row.number,
        "name": row.name,
        "recipient": row.recipient,
        "link": link(row.recipient, row.text),
        "letter": letter,
        "invented": row.invented,
    }
