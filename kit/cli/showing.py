"""One text on the screen: as a code, as a picture, or to be copied, as far as the terminal can."""

from __future__ import annotations

import contextlib
import shutil
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import handing
from kit.actions.picture import picture
from kit.cli.language import can_write
from kit.cli.talk import width
from kit.model import Form

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kit.actions.picture import Picture
    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import E164

#: Columns of a window that nobody has made larger.
_USUAL_COLUMNS = 80
#: What ends a run whose window was closed; Windows knows no hang-up.
_ENDS = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
#: The last digits of a number, which are compared by eye.
_COMPARED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A text, and whom it is for."""

    name: str = field(default="", repr=False)
    recipient: E164 = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """What stands between heading and keys."""

    code: Sequence[str] = field(default=(), repr=False)
    #: what is missing, where the picture is, the text
    words: Sequence[str] = field(default=(), repr=False)
    link: str = field(default="", repr=False)
    #: what to do with it
    how: Sequence[str] = field(default=(), repr=False)


class Screen:
    """The terminal, the form in which texts are shown there, and the picture beside it."""

    def __init__(self, talk: Talk, app: str, beside: Picture | None) -> None:
        self._talk = talk
        self._app = app
        self._picture = beside
        self._turn = 0

    @property
    def _form(self) -> Form:
        forms = handing.FORMS[self._app]
        return forms[self._turn % len(forms)]

    def turn(self) -> None:
        """Show texts in another form from now on."""
        self._turn += 1

    def clear(self) -> None:
        """Take away what was shown, so that nobody scans a code whose turn is over."""
        if self._picture is not None:
            self._picture.clear()
        if self._talk.settings.dumb:
            self._talk.show("")
        else:
            click.clear()

    def show(self, shown: Shown | None, above: Sequence[str], below: Sequence[str]) -> None:
        """These lines, a text in its form between them; without a text the lines alone."""
        self.clear()
        body = _Body() if shown is None else self._body(shown, [*above, *below])
        for line in above:
            self._talk.show(line)
        for line in body.code:
            click.secho(line, fg="bright_white", bg="black")
        for line in body.words:
            self._talk.show(line)
        if body.link:
            self._show_link(body.link)
        for line in (*body.how, *below):
            self._talk.show(line)

    def _show_link(self, link: str) -> None:
        """A link to press; where a terminal has none, it is some hundred characters of nothing."""
        if self._talk.settings.dumb or not sys.stdout.isatty():
            self._talk.show(link)
            return
        words = self._talk.say("If this computer can send texts: press here (not in every window)")
        click.echo(f"\x1b]8;;{link}\x1b\\{words}\x1b]8;;\x1b\\")

    def _body(self, shown: Shown, around: Sequence[str]) -> _Body:
        """The text in the form whose turn it is, or in another where the terminal cannot."""
        form = self._form
        if form is Form.COPY:
            return self._to_copy(shown)
        words, how = self._in_picture(shown, form), [self._how(form, shown)]
        code = handing.code(form, shown.recipient, shown.text)
        missing = self._missing(code, [*around, *words, *how])
        if not missing:
            return _Body(code=code, words=words, how=how)
        if self._picture is not None:
            return _Body(words=[missing, *words], how=how)
        if form is Form.LINK:  # three times as long in Chinese, and there is another way
            self.turn()
            return self._body(shown, around)
        other = self._talk.say("As a picture: kit send --picture code.png. Or copy the text:")
        return self._to_copy(shown, missing, other)

    def _in_picture(self, shown: Shown, form: Form) -> list[str]:
        """Write the picture, and say where it is and how not to take it for another's."""
        if self._picture is None:
            return []
        self._picture.show(form, shown.recipient, shown.text)
        say, file = self._talk.say, self._picture.path
        if form is Form.TEXT:
            return [say("The code is in {file}. Open it anew each time.", file=file)]
        return [
            say(
                "The code is in {file}. Open it anew each time: "
                "the number on the phone must end in {digits}.",
                file=file,
                digits=shown.recipient[-_COMPARED:],
            )
        ]

    def _to_copy(self, shown: Shown, *why: str) -> _Body:
        """What gets the text into the phone without a code."""
        how, text = [self._how(Form.COPY, shown)], shown.text
        if not can_write(text, sys.stdout):
            text = self._talk.say("This terminal cannot write this text.")
        if self._app != "sms":
            return _Body(words=[*why, text], how=how)
        link = handing.link(shown.recipient, shown.text)
        return _Body(words=[*why, shown.recipient, text], link=link, how=how)

    def _how(self, form: Form, shown: Shown) -> str:
        """What to do with what is shown."""
        say, name = self._talk.say, shown.name or shown.recipient
        if form is Form.TEXT:
            return say(
                "Scan it: the phone shows the text. In WeChat look for {name}, "
                "send it there, then a key here:",
                name=name,
            )
        if form is not Form.COPY:
            return say(
                "Scan with the phone's camera (not a messenger), press send there, then a key here:"
            )
        if self._app == "wechat":
            return say(
                "In WeChat look for {name}, send them this text, then a key here:", name=name
            )
        return say("Send this text to this number from the phone, then a key here:")

    def _missing(self, code: Sequence[str], around: Sequence[str]) -> str:
        """What the terminal lacks for this code, as a sentence; empty: nothing."""
        say, settings = self._talk.say, self._talk.settings
        if settings.no_colour or settings.dumb:
            return say("This terminal shows no colours (NO_COLOR, TERM=dumb); a code needs them.")
        if not can_write("".join(code), sys.stdout):
            return say("This terminal cannot write the blocks that a code is made of.")
        size, columns = shutil.get_terminal_size(), width(code[0])
        lines = len(code) + _rows(around, max(columns, size.columns)) + 1
        if columns <= size.columns and (lines <= size.lines or not sys.stdout.isatty()):
            return ""
        if columns > max(_USUAL_COLUMNS, size.columns):
            return say(
                "This text is too long for a code in a usual window: "
                "it needs {columns} columns and {lines} lines.",
                columns=columns,
                lines=lines,
            )
        return say(
            "The window is too small for the code ({columns} columns, {lines} lines). "
            "Let it fill the screen, or make the letters smaller (often Ctrl and -), "
            "and press Enter.",
            columns=columns,
            lines=lines,
        )


@contextlib.contextmanager
def screen(talk: Talk, store: Store, app: str, file: str | None) -> Iterator[Screen]:
    """The screen of a run, with the picture when a file is named for it.

    Raises:
        FileTakenError, PictureError: the file cannot be used.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(_ended_as_by_ctrl_c())
        beside = stack.enter_context(picture(store, Path(file))) if file else None
        yield Screen(talk, app, beside)


@contextlib.contextmanager
def _ended_as_by_ctrl_c() -> Iterator[None]:
    """Whoever closes the window ends the run as by Ctrl-C, so that no picture is left behind."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in _ENDS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def filled(parts: Sequence[str], gap: str = "   ") -> list[str]:
    """The parts side by side on as few lines as they need; none is broken unless it must be."""
    columns = shutil.get_terminal_size().columns
    lines: list[str] = []
    for part in parts:
        if lines and width(lines[-1] + gap + part) <= columns:
            lines[-1] += gap + part
        else:
            lines.append(part)
    return lines


def _rows(lines: Sequence[str], columns: int) -> int:
    """How many rows of the window the lines take."""
    return sum(max(1, -(-width(line) // columns)) for line in lines)
