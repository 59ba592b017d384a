"""The command line: words and options go in, actions are called, plain sentences come out.

Commands are loaded when they are used, so that `kit --version` costs no more than Click.
"""

from __future__ import annotations

import copy
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import kit
from kit.errors import CancelledError, KitError, OutputError, reason_of
from kit.settings import Settings, spoken
from kit.words import Words

if TYPE_CHECKING:
    from kit.cli.talk import Talk

#: Command, and where it is defined.
COMMANDS = {
    "import": "people:import_",
    "contacts": "people:contacts",
    "choose": "people:choose",
    "plan": "planning:plan",
    "preview": "planning:preview",
    "send": "telling:send",
    "status": "hearing:status",
    "sync": "hearing:sync",
    "replies": "hearing:replies",
    "stop": "hearing:stop",
    "told": "hearing:told",
    "take-back": "hearing:take_back",
    "retry": "hearing:retry",
    "doctor": "doctor:doctor",
}

_FAULT = 70


class KitGroup(click.Group):
    """Loads commands on demand; the one place where errors become what a person sees."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every command, in the order of the way."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, its help in the reader's language."""
        if cmd_name not in COMMANDS:
            return None
        return _in_words(command(cmd_name), Words(spoken()))

    def get_help(self, ctx: click.Context) -> str:
        """The list of commands, in the reader's language."""
        return click.Group.get_help(_in_words(self, Words(spoken())), ctx)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (as Click has it)
        """Run the command; say what went wrong and leave with its exit code."""
        try:
            return super().invoke(ctx)
        except KitError as error:
            _talk().error(error)
            ctx.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            _talk().error(CancelledError())
            ctx.exit(CancelledError.exit_code)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except OSError as error:
            _talk().error(OutputError(reason=reason_of(error)))
            ctx.exit(OutputError.exit_code)
        except Exception as error:  # noqa: BLE001 (a fault of ours must not show what it holds)
            _talk().fault(error)
            ctx.exit(_FAULT)


def command(name: str) -> click.Command:
    """The command of that name, as its module defines it."""
    module, _, attribute = COMMANDS[name].partition(":")
    found: click.Command = getattr(importlib.import_module(f"kit.cli.{module}"), attribute)
    return found


@click.group(
    cls=KitGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="When collectors ring everyone in a borrower's address book: tell your contacts first.",
    epilog="\b\nExample:\n"
    "  kit import contacts.vcf\n  kit choose\n  kit plan --from 小明\n"
    "  kit preview\n  kit send\n  kit status",
)
@click.version_option(kit.__version__, prog_name="kit")
@click.pass_context
def cli(context: click.Context) -> None:
    """Start of every command; of `kit` alone, the way itself."""
    if context.invoked_subcommand is None:
        from kit.cli.beginning import begin
        from kit.cli.talk import talking

        talking(begin)()


def main() -> None:
    """Start the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A name that the terminal cannot write must not end the program; a pipe gets UTF-8.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    cli(prog_name="kit")


def _talk() -> Talk:
    """Who says what went wrong, be it a setting."""
    from kit.cli.talk import Talk

    return Talk(Settings(home=Path(), language=spoken()))


def _in_words(command: click.Command, say: Words) -> click.Command:
    """A copy of the command with its help in the reader's language."""
    said = copy.copy(command)
    said.help = say(command.help or "")
    said.epilog = (command.epilog or "").replace("Example:", say("Example:"))
    said.params = [copy.copy(parameter) for parameter in command.params]
    for parameter in said.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = say(parameter.help)
    return said
