"""What each person was reached by: what was recorded goes in, a text for each of them comes out.

Whoever was rung files it, so each has their own. A call that several tell of is one. Words stand
here as they were or not at all: what has a name in it, or is long, is copied from the phone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kit import clocks
from kit.letters.recorded import MOST_ROWS, entries, happened, quoted
from kit.model import Account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kit.letters.recorded import Recorded
    from kit.model import Incident

    Say = Callable[..., str]
    #: An incident with its number in the record and those of its files.
    Row = tuple[int, Incident, tuple[int, ...]]

#: Characters of the numbers that a summary names, those that rang most; the table has all.
_MOST_NUMBERS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who was reached, by their pseudonym."""

    who: str
    #: one sentence, for the box of a form
    summary: str = field(repr=False)
    #: a table, its heading first
    rows: tuple[tuple[str, ...], ...] = field(repr=False)


def people(of: Recorded, say: Say) -> Iterator[Person]:
    """Everybody who was reached: first whoever was reached most."""
    row_by_number = {row[0]: row for row in of.rows}
    by_person: dict[str, list[list[Row]]] = {}
    for numbers in of.calls:
        told = [row_by_number[number] for number in numbers]
        by_person.setdefault(_who(told, say), []).append(told)
    for who, calls in sorted(by_person.items(), key=lambda item: -len(item[1])):
        yield Person(who=who, summary=_summary(calls, say), rows=_rows(calls, of.altered, say))


def _who(told: Sequence[Row], say: Say) -> str:
    if told[0][1].to_borrower:
        return say("myself")
    return next((quoted(one.to) for _, one, _ in told if one.to), say("somebody without a name"))


def _summary(calls: Sequence[Sequence[Row]], say: Say) -> str:
    first, last = (f"{clocks.shown(told[0][1]):%Y-%m-%d}" for told in (calls[0], calls[-1]))
    times, numbers = len(calls), _numbers(calls, say)
    summary = (
        say(
            "On {day}: calls and text messages: {times}. Number shown: {numbers}.",
            day=first,
            times=times,
            numbers=numbers,
        )
        if first == last
        else say(
            "From {first} to {last}: calls and text messages: {times}. Number shown: {numbers}.",
            first=first,
            last=last,
            times=times,
            numbers=numbers,
        )
    )
    if len(calls) <= MOST_ROWS:
        return summary
    cut = say("Only the last {most} stand here; the copy of the record has all.", most=MOST_ROWS)
    return f"{summary} {cut}"


def _numbers(calls: Sequence[Sequence[Row]], say: Say) -> str:
    """The numbers that rang most, each once, as many as a form has room for."""
    counted = Counter(map(_caller, calls))
    shown = {_caller(told): _number(told, say) for told in reversed(calls)}
    named = ""
    for caller, _ in counted.most_common():
        longer = ", ".join(filter(None, (named, shown[caller])))
        if len(longer) > _MOST_NUMBERS:
            return f"{named} …"
        named = longer
    return named


def _rows(
    calls: Sequence[Sequence[Row]], altered: frozenset[int], say: Say
) -> tuple[tuple[str, ...], ...]:
    return (
        (say("No."), say("When"), say("Shown as"), say("What happened"), say("Files")),
        *(_row(told, altered, say) for told in calls[-MOST_ROWS:]),
    )


def _row(told: Sequence[Row], altered: frozenset[int], say: Say) -> tuple[str, ...]:
    """One call, by every account of it; what two of them say stands there once."""
    lines = [line for row in told for line in _told(row, altered, say)]
    files = [file for _, _, of_it in told for file in of_it]
    return (
        entries([number for number, _, _ in told]),
        f"{clocks.shown(told[0][1]):%Y-%m-%d %H:%M}",
        _number(told, say),
        "\n".join(dict.fromkeys(lines)),
        entries(files) or "–",
    )


def _told(row: Row, altered: frozenset[int], say: Say) -> list[str]:
    number, told, _ = row
    # Whoever was reached files it, and tells it themselves.
    one = replace(told, account=Account.BORROWER)
    if number not in altered:
        return happened(number, one, say)
    bare = replace(one, said="", said_they_were="")
    copy = say(
        "The words are too long, or have a name, a number or a link in them; they do not stand "
        "here. Whoever was reached fills them in as they were."
    )
    return [*happened(number, bare, say), copy]


def _number(told: Sequence[Row], say: Say) -> str:
    return next((quoted(one.number) for _, one, _ in told if one.number), say("not shown"))


def _caller(told: Sequence[Row]) -> str:
    """Who rang, however the number was written."""
    return next((one.caller or quoted(one.number) for _, one, _ in told if one.number), "")
