"""What was recorded, as a letter states it: incidents and findings go in, rows and counts come out.

Names of people are pseudonyms already: a complaint says whom it was about to whoever asks, not to
everybody who reads it. Numbers of callers stay. An incident is called by its number in the record,
as in the copy of the record; so is a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit import clocks
from kit.model import IncidentKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.model import Incident

#: What each way is called.
_WAYS = {
    IncidentKind.CALL: "A call",
    IncidentKind.TEXT: "A text message",
    IncidentKind.MESSAGE: "A message in an app",
    IncidentKind.VISIT: "Somebody came",
    IncidentKind.POST: "Put up where others see it",
}

#: Rows that a letter has at most, the last ones; the copy of the record has all.
MOST_ROWS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a letter can state."""

    #: the oldest first, each with its number in the record and those of its files
    rows: tuple[tuple[int, Incident, tuple[int, ...]], ...] = field(default=(), repr=False)
    #: what findings there are, by `Rule`
    rules: frozenset[str] = frozenset()
    #: each as a sentence
    findings: tuple[str, ...] = field(default=(), repr=False)
    #: how many calls, texts and visits: what several people tell of one is one
    count: int = 0
    #: how many other people were reached
    people: int = 0
    #: days of the first and last, as a reader sees them
    first: str = ""
    last: str = ""
    #: what was sent before, each as a sentence
    filed: tuple[str, ...] = field(default=(), repr=False)

    def placeholders(self) -> dict[str, str]:
        """What stands for them in words."""
        files = sum(len(files) for _, _, files in self.rows)
        return {
            "count": f"{self.count}",
            "people": f"{self.people}",
            "first": self.first,
            "last": self.last,
            "files": f"{files}",
        }


def table(of: Recorded, say: Callable[..., str]) -> tuple[tuple[str, ...], ...]:
    """The incidents as a table, its heading first."""
    head = ("No.", "When", "Shown as", "Whom they reached", "What happened", "Files")
    shown = of.rows[-MOST_ROWS:]
    return (
        tuple(map(say, head)),
        *(_row(number, one, files, say) for number, one, files in shown),
    )


def _row(
    number: int, one: Incident, files: tuple[int, ...], say: Callable[..., str]
) -> tuple[str, ...]:
    return (
        f"#{number}",
        f"{clocks.shown(one):%Y-%m-%d %H:%M}",
        one.number or say("not shown"),
        say("myself") if one.to_borrower else one.to or say("somebody without a name"),
        "\n".join(_happened(one, say)),
        " ".join(f"#{file}" for file in files) or "–",
    )


def _happened(one: Incident, say: Callable[..., str]) -> list[str]:
    """What happened by the account that was given, in short sentences."""
    said = [say(_WAYS[one.kind])]
    if one.answered is False:
        said = [f"{said[0]} · {say('not answered')}"]
    if one.said_they_were:
        said.append(f"{say('They said they were:')} {one.said_they_were}")
    if one.said:
        said.append(f"{say('What was said:')} {one.said}")
    if one.disclosed:
        said.append(say("A debt was named to somebody else."))
    if one.refused:
        said.append(say("They were told not to get in touch again."))
    if one.threatened:
        said.append(say("There was a threat."))
    if one.unidentified:
        said.append(say("Asked who they are, they did not say."))
    return said
