"""What was recorded, as a letter states it: incidents and findings go in, rows and counts come out.

Names of people are pseudonyms already: a complaint says whom it was about to whoever asks, not to
everybody who reads it. Numbers of callers stay. An incident is called by its number in the record,
as in the copy of the record; so is a file. What somebody typed is quoted only as far as there is
room for it, and without what would look like a line, a column or a direction of ours.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kit import clocks
from kit.model import Account, IncidentKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

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
#: Findings that it has of one rule at most, the last ones.
MOST_FINDINGS = 10
#: Characters of what was said, of a name, and files of one incident that are shown.
MOST_SAID, MOST_NAME, MOST_FILES = 120, 40, 8
_CUT = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a letter can state."""

    #: the oldest first, each with its number in the record and those of its files
    rows: tuple[tuple[int, Incident, tuple[int, ...]], ...] = field(default=(), repr=False)
    #: what findings there are, by `Rule`
    rules: frozenset[str] = frozenset()
    #: each as a sentence
    findings: tuple[str, ...] = field(default=(), repr=False)
    #: the same, by `Rule`
    by_rule: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    #: of each call the numbers of every account of it
    calls: tuple[tuple[int, ...], ...] = ()
    #: those whose words are not here as they were: a name was in them, or they are too long
    altered: frozenset[int] = frozenset()
    #: how many calls, texts and visits: what several people tell of one is one
    count: int = 0
    #: how many other people were reached
    people: int = 0
    #: days of the first and last, as a reader sees them
    first: str = ""
    last: str = ""
    #: what was sent before, each as a sentence
    filed: tuple[str, ...] = field(default=(), repr=False)
    #: for the borrower: what to look at before it is sent, each as a sentence
    warnings: tuple[str, ...] = field(default=(), repr=False)

    def placeholders(self, language: str) -> dict[str, str]:
        """What stands for them in words of that language."""
        return {
            "count": f"{self.count}",
            "people": f"{self.people}",
            "days": self._days(is_chinese=language.startswith("zh")),
            "last": self.last,
        }

    def _days(self, *, is_chinese: bool) -> str:
        """From the first day to the last, which may be the same."""
        if self.first == self.last:
            return self.first if is_chinese else f"on {self.first}"
        both = (self.first, self.last)
        return "至".join(both) if is_chinese else "from {} to {}".format(*both)


def quoted(text: str, most: int = MOST_NAME) -> str:
    """What somebody typed, on one line and no longer than that; `…` stands for the rest."""
    one_line = " ".join(text[: 4 * most].split())
    plain = "".join(c for c in one_line if unicodedata.category(c) not in ("Cc", "Cf"))
    shown = plain.replace("|", "｜")
    is_whole = len(text) <= 4 * most and len(shown) <= most
    return shown if is_whole else f"{shown[: most - 1]}{_CUT}"


def only(of: Recorded, rules: Iterable[str]) -> Recorded:
    """The same with the findings of these rules alone."""
    return replace(of, findings=tuple(one for rule in rules for one in of.by_rule.get(rule, ())))


def left_out(of: Recorded, say: Callable[..., str]) -> str:
    """That the table has not all of it, where it has not."""
    if len(of.rows) <= MOST_ROWS:
        return ""
    return say(
        "Below are the last {count} of {all}; the copy of the record has all of them.",
        count=MOST_ROWS,
        all=len(of.rows),
    )


def table(of: Recorded, say: Callable[..., str]) -> tuple[tuple[str, ...], ...]:
    """The incidents as a table, its heading first."""
    head = (
        say("No."),
        say("When"),
        say("Shown as"),
        say("Whom they reached"),
        say("What happened"),
        say("Files"),
    )
    return head, *(_row(*one, say) for one in of.rows[-MOST_ROWS:])


def _row(
    number: int, one: Incident, files: tuple[int, ...], say: Callable[..., str]
) -> tuple[str, ...]:
    return (
        f"#{number}",
        f"{clocks.shown(one):%Y-%m-%d %H:%M}",
        quoted(one.number) or say("not shown"),
        say("myself") if one.to_borrower else quoted(one.to) or say("somebody without a name"),
        "\n".join(happened(number, one, say)),
        entries(files) or "–",
    )


def entries(numbers: Sequence[int]) -> str:
    """Numbers in the record, the first of them where there are many."""
    more = f" {_CUT}" if len(numbers) > MOST_FILES else ""
    return " ".join(f"#{number}" for number in numbers[:MOST_FILES]) + more


def happened(number: int, one: Incident, say: Callable[..., str]) -> list[str]:
    """What happened by the account that was given, in short sentences."""
    said = [say(_WAYS[one.kind])]
    if one.answered is False:
        said = [f"{said[0]} · {say('not answered')}"]
    if one.said_they_were:
        said.append(_after(say("They said they were:"), quoted(one.said_they_were)))
    if one.said:
        said.append(_after(say("What was said:"), _words(number, one.said, say)))
    if one.disclosed:
        said.append(say("A debt was named to somebody else."))
    if one.refused:
        said.append(say("They were told not to get in touch again."))
    if one.threatened:
        said.append(say("There was a threat."))
    if one.unidentified:
        said.append(say("Asked who they are, they did not say."))
    return [*said, *_by_whom(one, say)]


def _by_whom(one: Incident, say: Callable[..., str]) -> Iterator[str]:
    """By whose account it is, where it is not the borrower's."""
    if one.account is Account.LOG:
        yield say("As a phone or a carrier wrote it down.")
    elif one.account is Account.CONTACT:
        who = quoted(one.account_name) or say("somebody without a name")
        yield say("By the account of {who}.", who=who)


def _after(label: str, text: str) -> str:
    """What follows a colon; a Chinese one has its own room."""
    return f"{label}{text}" if label.endswith("：") else f"{label} {text}"


def _words(number: int, text: str, say: Callable[..., str]) -> str:
    shown = quoted(text, MOST_SAID)
    if len(quoted(text, 2 * MOST_SAID)) <= MOST_SAID:
        return shown
    return f"{shown} {say('(in full in the record: #{number})', number=number)}"
