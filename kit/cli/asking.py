"""What happened, one question at a time; each can be left out, and nothing is kept before a yes."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from kit.actions import exhibits, recording, times
from kit.actions.recording import Told
from kit.cli.beginning import dragged
from kit.cli.recounting import lines
from kit.cli.talk import says_no, says_yes
from kit.errors import AmbiguousError, ExhibitError, NotATimeError
from kit.model import IncidentKind

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from kit.actions.store import Store
    from kit.cli.talk import Talk

#: What can be answered instead of the number of a row.
_KINDS = {
    **{f"{n}": kind for n, kind in enumerate(IncidentKind, 1)},
    **{kind.value: kind for kind in IncidentKind},
    "": IncidentKind.CALL,
}


def ask_about(talk: Talk, store: Store, given: dict[str, Any]) -> bool:
    """Ask for what was not given; false when the borrower does not want it written down.

    Who gives an option knows them: then only what cannot be left out is asked.
    """
    asking, asks_all = _Asking(talk, store), not given
    if asks_all:
        talk.err("One question at a time. Enter leaves one out; Ctrl-C keeps nothing.")
    if "kind" not in given:
        given["kind"] = asking.kind()
    if "at" not in given:
        given["at"] = asking.time()
    if not asks_all:
        return True
    asking.the_rest(given)
    return asking.is_wanted(given)


class _Asking:
    """The borrower at the terminal tells of one incident."""

    def __init__(self, talk: Talk, store: Store) -> None:
        self._talk = talk
        self._store = store

    def kind(self) -> str:
        """What it was; a call if nothing else is said."""
        rows = ", ".join(f"{n} {self._talk.label(kind)}" for n, kind in enumerate(IncidentKind, 1))
        while True:
            answer = self.ask("What was it? {rows} (Enter: 1)", rows=rows)
            if kind := _KINDS.get(unicodedata.normalize("NFKC", answer).casefold()):
                return kind.value
            self._talk.err("Please type one of these numbers.")

    def time(self) -> datetime:
        """When it was; asked until it is a time that has passed."""
        while True:
            answer = self.ask(
                "When? Such as 22:30, yesterday 22:30 or 2026-11-01 22:30. Enter: just now"
            )
            if not answer:
                return self._store.clock().replace(microsecond=0)
            try:
                at = recording.told_time(self._store, answer)
            except NotATimeError as error:
                self._talk.error(error)
                continue
            if at <= self._store.clock():
                return at
            self._talk.err("That time is yet to come. Look at the date and the clock once more.")

    def the_rest(self, given: dict[str, Any]) -> None:
        """What else there is to tell."""
        given["to"] = self._who()
        given["number"] = self.ask("From which number, as it was shown? Enter: not known")
        given["said_they_were"] = self.ask("Who did they say they were? Enter: leave out")
        given["said"] = self.ask("What did they say, as close to their words as you can?")
        given["disclosed"] = self.confirm("Was a debt named? y: yes, n: no, Enter: not clear")
        given["refused"] = self.confirm(
            "Were they told not to get in touch again? y: yes, n: no, Enter: not clear"
        )
        given["files"] = self._files()

    def is_wanted(self, given: dict[str, Any]) -> bool:
        """Show what would be written down, and ask."""
        words = {name: value for name, value in given.items() if name != "files"}
        told = Told(**{**words, "kind": IncidentKind(given["kind"])})
        self._talk.err("")
        for line in lines(self._talk, told, told.at.astimezone(times.own(self._store, told.at))):
            self._talk.show(line, err=True)
        self._talk.err("  Files: {count}", count=len(given["files"]))
        return not says_no(self.ask("Write it down? Enter: yes, n: no"))

    def ask(self, sentence: str, /, **facts: object) -> str:
        """One line of answer; what cannot be read is asked again."""
        while True:
            try:
                return self._talk.ask(sentence, **facts)
            except UnicodeDecodeError:
                self._talk.err("That could not be read. Please type it once more.")

    def confirm(self, sentence: str) -> bool | None:
        """Yes or no; nothing where it was left out."""
        while True:
            answer = self.ask(sentence)
            if not answer:
                return None
            if says_yes(answer) or says_no(answer):
                return says_yes(answer)
            self._talk.err("Please type y or n, or press Enter.")

    def _who(self) -> str:
        while True:
            answer = self.ask("Whom did they reach? A contact or plain words; me: yourself")
            try:
                recording.knows(self._store, answer)
            except AmbiguousError as error:
                self._talk.error(error)
            else:
                return answer

    def _files(self) -> tuple[Path, ...]:
        """The files that are dropped into the window, until there are no more."""
        files: list[Path] = []
        while answer := self.ask("A file that shows it? Drop it into this window. Enter: no more"):
            files += [path for path in dragged(answer) if self._is_usable(path, len(files) + 1)]
            self._talk.err("  Files: {count}", count=len(files))
        return tuple(files)

    def _is_usable(self, path: Path, position: int) -> bool:
        """Whether the file can be kept; what was answered is not lost over one that cannot."""
        try:
            exhibits.look(self._store, exhibits.of_file(path), position)
        except ExhibitError as error:
            self._talk.error(error)
            return False
        return True
