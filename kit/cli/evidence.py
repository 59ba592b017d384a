"""`kit evidence`: its commands, loaded when they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.cli.language import language
from kit.cli.usage import WordedGroup, in_words, loaded
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Command, and where it is defined.
COMMANDS: Mapping[str, str] = {
    "add": "noting:add",
    "attach": "noting:attach",
    "list": "recorded:list_",
    "save": "recorded:save",
    "remove": "recorded:remove",
    "import": "logs:import_",
    "collectors": "logs:collectors",
    "accept": "accepting:accept",
    "decline": "accepting:decline",
    "report": "finding:report",
    "picture": "picturing:picture",
    "export": "exporting:export",
    "timestamp": "stamping:timestamp",
    "verify": "recorded:verify",
}


class EvidenceGroup(WordedGroup):
    """Loads its commands on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every command, in the order of the way."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, its help in the reader's language."""
        if cmd_name not in COMMANDS:
            return None
        return in_words(command(cmd_name), Words(language()))


def command(name: str) -> click.Command:
    """The command of that name, as its module defines it."""
    return loaded(COMMANDS[name])


@click.group(
    "evidence",
    cls=EvidenceGroup,
    help="Write down what collectors did, keep what shows it, and see whether anything changed.",
    epilog="\b\nExample:\n  kit evidence list",
)
def evidence() -> None:
    """Start of every command about evidence."""
