"""What Click says by itself, in our words: help pages and wrong usage go in, sentences come out."""

from __future__ import annotations

import copy
import importlib
import re
from functools import singledispatch
from typing import TYPE_CHECKING

import click

from kit.cli.language import language
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from kit.cli.talk import Talk


def in_words(command: click.Command, say: Words) -> click.Command:
    """A copy of the command with its help in the reader's language."""
    said = copy.copy(command)
    said.context_class = Context
    said.help = say(command.help or "")
    first = _FIRST_SENTENCE.match(said.help)  # in a list of commands Click would cut it anywhere
    said.short_help = first[0] if first else None
    said.epilog = (command.epilog or "").replace("Example:", say("Example:"))
    said.options_metavar = say("[OPTIONS]")
    if isinstance(said, click.Group):
        said.subcommand_metavar = say("COMMAND [ARGS]...")
    said.params = [copy.copy(parameter) for parameter in command.params]
    for parameter in said.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = say(parameter.help)
    return click.help_option("-h", "--help", help=say("Show this message and exit."))(said)


class HelpFormatter(click.HelpFormatter):
    """Lays a help page out under headings of ours; a Chinese character is two columns wide."""

    def __init__(self, say: Words, width: int | None, max_width: int | None) -> None:
        super().__init__(width=width, max_width=max_width)
        self.say = say

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line that shows how the command is written."""
        super().write_usage(prog, args, prefix or self.say("Usage: "))

    def write_heading(self, heading: str) -> None:
        """The name of a section."""
        ours = {"Options": self.say("Options:"), "Commands": self.say("Commands:")}
        self.write(f"{ours.get(heading, heading)}\n")

    def write_text(self, text: str) -> None:
        """A paragraph; an example stays as it is."""
        is_example = text.startswith("\b")
        super().write_text(text if is_example else _folded(text, self.width - self.current_indent))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Options or commands, each with what it is for."""
        required = self.say("[required]")
        rows = [(term, text.replace("[required]", required)) for term, text in rows]
        first = min(max(len(term) for term, _ in rows), col_max) + col_spacing
        left = self.width - first - self.current_indent
        folded = [(term, _folded(text, left)) for term, text in rows]
        super().write_dl(folded, col_max, col_spacing)


class Context(click.Context):
    """Where a command runs: its help pages are ours, and an error in its usage knows it."""

    def make_formatter(self) -> click.HelpFormatter:
        """Who lays out the help page."""
        return HelpFormatter(Words(language()), self.terminal_width, self.max_content_width)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> bool | None:
        """Leave; Click does not note everywhere which command an error belongs to."""
        if isinstance(exc_value, click.UsageError) and exc_value.ctx is None:
            exc_value.ctx = self
        return super().__exit__(exc_type, exc_value, tb)


class Misused(click.UsageError):
    """Options that do not go together; the message is said in the reader's language already."""


_FIRST_SENTENCE = re.compile(r".*?(?:。|\.(?=\s|$))", re.DOTALL)


def loaded(place: str) -> click.Command:
    """The command that is defined there, such as `noting:add`."""
    module, _, attribute = place.partition(":")
    found: click.Command = getattr(importlib.import_module(f"kit.cli.{module}"), attribute)
    return found


class WordedGroup(click.Group):
    """A command with commands of its own; their help is in the reader's language."""

    context_class = Context

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        found = super().get_command(ctx, cmd_name)
        return in_words(found, Words(language())) if found is not None else None


def explain(talk: Talk, error: click.ClickException) -> None:
    """Say what is wrong with the command as it was typed, and where to read how it goes."""
    _explain(error, talk)
    if isinstance(error, click.UsageError) and error.ctx is not None:
        talk.err("Nothing was done. How it is used: {command} -h", command=error.ctx.command_path)


@singledispatch
def _explain(error: click.ClickException, talk: Talk) -> None:  # noqa: ARG001 (its type tells)
    """What is wrong, by the kind of error; Click's own message is English and is never shown."""
    talk.err("This command is not understood as it is written.")


@_explain.register(click.UsageError)
def _usage(error: click.UsageError, talk: Talk) -> None:
    # Click raises the bare class for two things only.
    if type(error) is not click.UsageError or error.ctx is None:
        talk.err("This command is not understood as it is written.")
    else:
        talk.err("There is more after {command} than belongs there.", command=_command(error))
        talk.err('A name with a space in it needs straight quotation marks, such as "Li Wei".')


@_explain.register(click.exceptions.NoArgsIsHelpError)
def _no_arguments(error: click.UsageError, talk: Talk) -> None:
    talk.show(error.message, err=True)  # the help page, which is ours


@_explain.register(Misused)
def _misused(error: Misused, talk: Talk) -> None:
    talk.show(error.message, err=True)


@_explain.register(click.NoSuchCommand)
def _no_such_command(error: click.NoSuchCommand, talk: Talk) -> None:
    talk.err("There is no command {name}.", name=error.command_name)
    if error.ctx is not None and isinstance(error.ctx.command, click.Group):
        from difflib import get_close_matches

        names = error.ctx.command.list_commands(error.ctx)
        _did_you_mean(talk, get_close_matches(error.command_name, names))


@_explain.register(click.NoSuchOption)
def _no_such_option(error: click.NoSuchOption, talk: Talk) -> None:
    talk.err("{command} has no option {option}.", command=_command(error), option=error.option_name)
    _did_you_mean(talk, error.possibilities or ())


@_explain.register(click.BadOptionUsage)
def _bad_option_usage(error: click.BadOptionUsage, talk: Talk) -> None:
    parameters = error.ctx.command.params if error.ctx else []
    option = next((one for one in parameters if error.option_name in one.opts), None)
    if error.ctx and isinstance(option, click.Option) and not option.is_flag:
        talk.err(
            "Something is missing after {option}: {option} {value}",
            option=error.option_name,
            value=option.make_metavar(error.ctx),
        )
    else:
        talk.err("{option} takes nothing after it.", option=error.option_name)


@_explain.register(click.MissingParameter)
def _missing_parameter(error: click.MissingParameter, talk: Talk) -> None:
    talk.err("{parameter} is missing.", parameter=_parameter(error))


@_explain.register(click.BadParameter)
def _bad_parameter(error: click.BadParameter, talk: Talk) -> None:
    parameter, kind = _parameter(error), error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        choices = ", ".join(map(str, kind.choices))
        talk.err("{parameter} can be one of these: {choices}", parameter=parameter, choices=choices)
    elif isinstance(kind, click.IntRange):
        talk.err(
            "{parameter} must be a whole number from {least} to {most}.",
            parameter=parameter,
            least=kind.min,
            most=kind.max,
        )
    elif kind is click.INT:
        talk.err("{parameter} must be a whole number, such as 30.", parameter=parameter)
    elif kind is click.FLOAT:
        talk.err("{parameter} must be a number, such as 0.5.", parameter=parameter)
    elif isinstance(kind, click.Path):
        talk.err("What {parameter} names is not there or cannot be read.", parameter=parameter)
    else:
        talk.err("What was given for {parameter} cannot be used.", parameter=parameter)


def _did_you_mean(talk: Talk, likely: Sequence[str]) -> None:
    if likely:
        talk.err("Did you mean {likely}?", likely=", ".join(likely))


def _command(error: click.UsageError) -> str:
    return error.ctx.command_path if error.ctx else "kit"


def _parameter(error: click.BadParameter) -> str:
    """What is typed for it: the longest name of an option, an argument's name in capitals."""
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    return error.param.human_readable_name if error.param else _command(error)


#: What must not be torn apart: a word with the marks around it, or one Chinese character.
_PIECE = re.compile(r"[“（「]*(?:[!-~]+|.)[，。、；：？！…）”」]*\s*", re.DOTALL)


def _folded(text: str, columns: int) -> str:
    """The text in lines of so many columns, marked so that Click leaves them as they are."""
    from kit.cli.talk import width

    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and width(lines[-1]) + width(piece.rstrip()) > columns:
            lines.append("")
        lines[-1] += piece
    return "\b\n" + "\n".join(line.rstrip() for line in lines)
