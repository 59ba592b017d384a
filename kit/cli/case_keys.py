"""`kit case keys`, and `kit backup` and `kit restore` in a clinic: its keys, by a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import case_keys
from kit.actions.case_keys import KeysFile
from kit.cli.backing_up import new_passphrase, unlock
from kit.cli.talk import talking
from kit.cli.usage import Misused

if TYPE_CHECKING:
    from kit.cli.talk import Talk

_FILE = click.Path(path_type=Path)


@click.command(
    "keys",
    help="Bring the keys of all cases to another machine, or keep a copy: they are in KIT_HOME and "
    "nowhere else, and without them nobody can read a case. The file is locked with a passphrase "
    "of its own.",
    epilog="\b\nExample:\n  kit case keys --to cases.keys",
)
@click.option("--to", "to", type=_FILE, metavar="FILE", help="Write them into FILE.")
@click.option(
    "--from", "from_", type=_FILE, metavar="FILE", help="Add those in FILE to the ones here."
)
@talking
def keys(talk: Talk, *, to: Path | None, from_: Path | None) -> None:
    """Write them, or add them."""
    if to is not None and from_ is None:
        write_to(talk, to)
    elif from_ is not None and to is None:
        add_from(talk, from_)
    else:
        raise Misused(talk.say("Say which: kit case keys --to FILE, or kit case keys --from FILE"))


def write_to(talk: Talk, file: Path) -> None:
    """Write the keys that are here, and say what else a copy of a clinic needs."""
    written, count = case_keys.write(talk.settings, talk.answers, file, new_passphrase(talk))
    talk.out("Written: {names}", names=written)
    talk.err("It holds the clinic's own key and those of its cases ({count}), locked.", count=count)
    talk.err(
        "It holds nothing of the cases: they are in the database, of which pg_dump makes a copy."
    )
    talk.err(
        "Keep it apart from copies of the database: with both, and the passphrase, all is read."
    )


def add_from(talk: Talk, file: Path) -> None:
    """Add the keys that are missing here."""
    found = KeysFile(file)
    unlock(talk, found)
    new = case_keys.add(talk.settings, talk.answers, found)
    talk.out("Keys of cases in it: {count}; new here: {new}.", count=found.cases, new=new)
