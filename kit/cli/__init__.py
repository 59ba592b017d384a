"""The command line: words and options go in, actions are called, plain sentences come out.

Commands are loaded when they are used, so that `kit --version` costs no more than Click.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import kit
from kit.cli.language import can_write_chinese, language
from kit.cli.noted import FAULT, say_no_more_than_where
from kit.cli.usage import Context, explain, in_words, loaded
from kit.errors import CancelledError, KitError, NoMemoryError, OutputError, reason_of
from kit.settings import Settings
from kit.words import Words

if TYPE_CHECKING:
    from kit.cli.talk import Talk

#: Command, and where it is defined.
COMMANDS = {
    "serve": "serving:serve",
    "begin": "beginning:begin",
    "import": "importing:import_",
    "contacts": "people:contacts",
    "choose": "choosing:choose",
    "plan": "planning:plan",
    "preview": "planning:preview",
    "send": "telling:send",
    "status": "status:status",
    "sync": "hearing:sync",
    "replies": "hearing:replies",
    "inbox": "reporting:inbox",
    "evidence": "evidence:evidence",
    "letter": "drafting:letter",
    "complaint": "drafting:complaint",
    "stop": "hearing:stop",
    "told": "hearing:told",
    "take-back": "paging:take_back",
    "retry": "hearing:retry",
    "guide": "guiding:guide",
    "facts": "facts:facts",
    "audit": "auditing:audit",
    "erase": "erasing:erase",
    "backup": "backing_up:backup",
    "restore": "backing_up:restore",
    "key": "rekeying:key",
    "doctor": "doctor:doctor",
    "migrate": "cases:migrate",
    "case": "cases:case",
    "worker": "working:worker",
}

#: Where nothing else can be written, English.
_NOT_SHOWN = (
    "This terminal cannot write Chinese: names, texts and QR codes may be unreadable in it.\n"
    "Set LANG to a UTF-8 locale such as zh_CN.UTF-8, open a new terminal, and run kit again."
)


class KitGroup(click.Group):
    """Loads commands on demand; the one place where errors become what a person sees."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every command, in the order of the way."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, its help in the reader's language."""
        if cmd_name not in COMMANDS:
            return None
        return in_words(command(cmd_name), Words(language()))

    def get_help(self, ctx: click.Context) -> str:
        """The list of commands, in the reader's language."""
        return click.Group.get_help(in_words(self, Words(language())), ctx)

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 (as Click has it)
        """Run a command; say what went wrong and leave with its exit code."""
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (nothing else may show it)
            code = _say_why(error)
        sys.exit(code)


def _say_why(error: BaseException) -> int:
    """Say what went wrong; the exit code."""
    if isinstance(error, click.ClickException):
        explain(_talk(), error)
        return error.exit_code
    if isinstance(error, click.Abort | KeyboardInterrupt):
        error = CancelledError()
    elif isinstance(error, MemoryError):
        error = NoMemoryError()
    elif isinstance(error, OSError):
        error = OutputError(reason=reason_of(error))
    if isinstance(error, KitError):
        _talk().error(error)
        return error.exit_code
    _talk().fault(error)
    return FAULT


def command(name: str) -> click.Command:
    """The command of that name, as its module defines it."""
    return loaded(COMMANDS[name])


@click.group(
    "kit",
    cls=KitGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="When collectors ring everyone in a borrower's address book: tell your contacts first.",
    epilog="\b\nExample:\n"
    "  kit import contacts.vcf\n  kit choose\n  kit plan --from 小明\n"
    "  kit preview\n  kit send\n  kit status",
)
@click.version_option(kit.__version__, prog_name="kit", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Start of every command; of `kit` alone, the page."""
    if not can_write_chinese():
        click.echo(_NOT_SHOWN, err=True)
    if context.invoked_subcommand is None:
        from kit.cli.beginning import open_or_say
        from kit.cli.talk import talking

        talking(open_or_say)()


def main() -> None:
    """Start the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A name that the terminal cannot write must not end the program; a pipe gets UTF-8.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    say_no_more_than_where()
    cli(prog_name="kit")


def _talk() -> Talk:
    """Who says what went wrong, be it a setting."""
    from kit.cli.talk import Talk

    return Talk(Settings(home=Path(), language=language()))
