"""Talking with the person at the terminal: results on stdout, talk on stderr, questions there."""

from __future__ import annotations

import json
import shutil
import sys
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from kit.actions import retention
from kit.actions.store import Store, is_first_start, open_store
from kit.actions.unlocking import Nobody
from kit.cli.language import language
from kit.cli.noted import noted
from kit.clinic import Queue
from kit.errors import AmbiguousError, KitError
from kit.errors.fault import report
from kit.settings import Settings, load
from kit.words import Words
from kit.words.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kit.actions.unlocking import Answers
    from kit.model import Problem, Standing

#: Columns between two cells of a table, and those that a name has at least.
_GAP = 2
#: The same sentence is said so often; how many more there are is counted.
_MOST_ALIKE = 5
_NARROWEST_NAME = 12
#: More characters than that fit no line.
_LONGEST_LINE = 500
_YES = ("y", "yes", "是", "是的", "好", "好的")
_NO = ("n", "no", "不", "不是", "否")


class Talk:
    """Says things in the reader's language, without control or direction marks."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.say = Words(settings.language)
        #: the steps follow by themselves: no command needs to be named for the next one
        self.leads = False
        self._store: Store | None = None
        self._answers: Answers | None = None

    def out(self, sentence: str, /, **facts: object) -> None:
        """A result."""
        self.show(self.say(sentence, **facts))

    def err(self, sentence: str, /, **facts: object) -> None:
        """Talk."""
        self.show(self.say(sentence, **facts), err=True)

    def show(self, text: str, *, err: bool = False) -> None:
        """A result, or talk, that is not a sentence of ours."""
        click.echo(_harmless(text), err=err)

    def json(self, value: dict[str, Any]) -> None:
        """One object on one line; what could steer a terminal stands escaped, to be read alike."""
        line = json.dumps(value, ensure_ascii=False, default=str)
        if not line.isprintable():
            line = "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)
        click.echo(line)

    def label(self, value: str) -> str:
        """What an enum value is called."""
        return self.say(LABELS[value])

    def table(self, rows: Iterable[Sequence[str]], *, names: int = 0) -> None:
        """Rows in columns; in a window too narrow for them the column of names gives way."""
        lines = [[" ".join(_harmless(cell).splitlines()) for cell in row] for row in rows]
        widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
        if widths and self.can_show:
            over = sum(widths) + _GAP * (len(widths) - 1) - shutil.get_terminal_size().columns
            if over > 0:
                widths[names] = min(widths[names], max(widths[names] - over, _NARROWEST_NAME))
        for line in lines:
            cells = (
                padded(cell if width(cell) <= columns else one_line(cell, columns), columns)
                for cell, columns in zip(line, widths, strict=True)
            )
            click.echo((" " * _GAP).join(cells).rstrip())

    def problems(self, problems: Sequence[Problem]) -> None:
        """Every problem on a line, with file and line."""
        for problem in problems:
            self.err("{where}  {what}", where=problem.where, what=self.problem(problem))

    def many_problems(self, problems: Sequence[Problem]) -> None:
        """Every problem on a line; where many are alike, the first of them and how many more."""
        seen: Counter[str] = Counter()
        for problem in problems:
            what = self.problem(problem)
            seen[what] += 1
            if seen[what] <= _MOST_ALIKE:
                self.problems((problem,))
        for what, count in seen.items():
            if count > _MOST_ALIKE:
                self.err(
                    "And {count} more of these (--json lists them all): {what}",
                    count=count - _MOST_ALIKE,
                    what=what,
                )

    def problem(self, problem: Problem) -> str:
        """What is wrong, in words."""
        return self.say(problem.what, **problem.facts)

    def error(self, error: KitError, *, with_hint: bool = True) -> None:
        """What went wrong and what to do next."""
        facts = {name: self._named(name, fact) for name, fact in error.facts.items()}
        self.err(error.sentence, **facts)
        if isinstance(error, AmbiguousError):
            for contact in error.candidates:
                self.err(
                    "  {id}  …{digits}  {source}",
                    id=contact.id,
                    digits=contact.numbers[0][-4:] if contact.numbers else "",
                    source=next(iter(contact.sources), ""),
                )
        self.problems(error.problems)
        if error.hint and with_hint:
            self.err(error.hint, **facts)
        if isinstance(error.__cause__, KitError):
            self.error(error.__cause__)

    def _named(self, name: str, fact: object) -> object:
        """The fact; a channel or a language by what it is called."""
        has_label = name in ("channel", "language")
        is_label = has_label and isinstance(fact, str) and fact in LABELS
        return self.label(str(fact)) if is_label else fact

    def fault(self, error: BaseException) -> None:
        """A fault of ours: where in the code, and nothing of what it was about."""
        self.err("This is a fault of the kit, not yours.")
        self.err(
            "If you ask for help, send this: {report}", report=report(error, datetime.now(UTC))
        )
        self.err("What else may help, without anything personal: kit doctor --report")

    @property
    def is_first_start(self) -> bool:
        """Whether there is no store yet."""
        return is_first_start(self.settings)

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer."""
        return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))

    @property
    def can_show(self) -> bool:
        """Whether somebody sees what is shown."""
        return self.can_ask and sys.stdout is not None and sys.stdout.isatty()

    def ask(self, sentence: str, /, **facts: object) -> str:
        """One line of answer; an empty one is an empty text."""
        answer: str = click.prompt(
            _harmless(self.say(sentence, **facts)), default="", show_default=False, err=True
        )
        return answer.strip()

    def confirm(self, sentence: str, /, **facts: object) -> bool:
        """Yes in some form; everything else is no."""
        return says_yes(self.ask(sentence, **facts))

    def key(self) -> str:
        """One key, pressed; nothing for a function key, or for several at once."""
        pressed = click.getchar()
        return unicodedata.normalize("NFKC", pressed) if len(pressed) == 1 else ""

    @property
    def answers(self) -> Answers:
        """Who answers what opens the store: whoever is there, asked once; or nobody."""
        if self._answers is None:
            from kit.cli.unlocking import AtTerminal

            self._answers = AtTerminal(self) if self.can_ask else Nobody()
        return self._answers

    def open(self, *, alone: bool = False, forgets: bool = True) -> Store:
        """The store, opened once; asks what no setting says.

        `alone`: with nobody else in it. `forgets`: it is the time at which people are forgotten.
        """
        if self._store is not None:
            return self._store
        first = self.is_first_start
        store = self._store = open_store(self.settings, self.answers, alone=alone, queue=Queue)
        if forgets and not alone:
            self._say_who_is_forgotten(store)
        if first and self.settings.key_file is not None:
            self.err("The key lies in a file beside the store: it protects nothing on this disk.")
        return store

    def close(self) -> None:
        """Let go of the store, if it was opened."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _say_who_is_forgotten(self, store: Store) -> None:
        """Forget people when it is time; it is said a week before."""
        told = retention.when_opened(store)
        if told.forgotten:
            self.err(
                "The people in your book were forgotten, as was said. Evidence is there still."
            )
        if told.files:
            self.err(
                "Files with people in them are there still: {count}. To remove them: kit erase "
                "--contacts",
                count=told.files,
            )
        if told.on is not None:
            self.err("The people in your book will be forgotten on {on}.", on=told.on)
            self.err("To keep them: kit erase --contacts --after never")


def talking(command: Callable[..., int | None]) -> Callable[..., None]:
    """Give a command its `Talk` as first argument; the number it returns is the exit code."""

    def run(**options: Any) -> None:  # noqa: ANN401 (whatever options the command has)
        context = click.get_current_context()
        talk = context.find_object(Talk)
        if talk is not None:  # within another command
            _run(command, context, talk, options)
            return
        context.obj = talk = Talk(replace(load(), language=language()))
        context.call_on_close(talk.close)
        with noted(context, talk.settings.home):
            _run(command, context, talk, options)

    run.__name__ = command.__name__
    return run


def _run(
    command: Callable[..., int | None], context: click.Context, talk: Talk, options: dict[str, Any]
) -> None:
    code = command(talk, **options)
    if code:
        context.exit(code)


def says_yes(answer: str) -> bool:
    """Whether the answer is a yes in some form."""
    return _plain(answer) in _YES


def says_no(answer: str) -> bool:
    """Whether the answer is a no in some form."""
    return _plain(answer) in _NO


def _plain(answer: str) -> str:
    """Small letters, also where an input method made them wide."""
    return unicodedata.normalize("NFKC", answer).lower()


def width(text: str) -> int:
    """Columns that the text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) == "Cf"
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def one_line(text: str, columns: int) -> str:
    """The text without what could steer a terminal, cut to that many columns."""
    plain = " ".join(_harmless(text[:_LONGEST_LINE]).split())
    if width(plain) <= columns:
        return plain
    while plain and width(plain) >= columns:
        plain = plain[:-1]
    return f"{plain}…"


def standing_json(standing: Standing) -> dict[str, object]:
    """Where a message stands, for a program."""
    return {
        "message_id": standing.message_id,
        "contact_id": standing.contact_id,
        "recipient": standing.recipient,
        "channel": standing.channel,
        "status": standing.status.value,
        "provider_id": standing.provider_id,
        "code": standing.code,
        "at": standing.at.isoformat(),
    }


def padded(text: str, columns: int) -> str:
    """The text with blanks up to that many columns."""
    return text + " " * (columns - width(text))


def _harmless(text: str) -> str:
    """The text without what could steer a terminal; line ends stay."""
    if text.isprintable():  # nothing that steers is
        return text
    return "".join(c for c in text if c == "\n" or not _steers(c))


def _steers(character: str) -> bool:
    return unicodedata.category(character) == "Cc" or character in _DIRECTION_MARKS


_DIRECTION_MARKS = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
