"""`kit evidence export`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit.actions import exporting, sealing
from kit.actions.exporting import Wish
from kit.cli.recounting import size
from kit.cli.talk import talking
from kit.errors import SealPassphraseMissingError, TickedError

if TYPE_CHECKING:
    from kit.actions.exporting import Listed
    from kit.cli.talk import Talk


@click.command(
    "export",
    help="Write a copy of the record into the folder DIR: every incident, every exhibit unchanged, "
    "and verify.py, which shows whether anything was changed later.",
    epilog="\b\nExample:\n  kit evidence export for-the-lawyer --redacted\n"
    "  kit evidence export record-copy",
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--redacted",
    is_flag=True,
    help="For others: pseudonyms for names and numbers, and no exhibit but those of --with.",
)
@click.option(
    "--with",
    "ticked",
    metavar="EXHIBIT",
    multiple=True,
    help="With --redacted: an exhibit that is to be in it, as it is; its id, or its entry.",
)
@click.option(
    "--hide",
    "hidden",
    metavar="NAME",
    multiple=True,
    help="With --redacted: a name that is to go too, such as a nickname or your own.",
)
@click.option("--zip", "as_zip", is_flag=True, help="One file, DIR.zip.")
@click.option(
    "--seal",
    is_flag=True,
    help="One file, DIR.zip.age, that only a passphrase opens; any age program reads it.",
)
@talking
def export(talk: Talk, *, folder: Path, seal: bool, **wanted: Any) -> None:  # noqa: ANN401 (options)
    """Say what is in the copy, write it, and say how it is verified."""
    wish = Wish(**wanted)
    if (wish.ticked or wish.hidden) and not wish.redacted:
        raise TickedError
    store = talk.open()
    there = exporting.listed(store, wish)
    _list(talk, there, wish)
    if seal:
        sealing.check(there.size)
        wish = replace(wish, passphrase=_passphrase(talk))
    made = exporting.export(store, folder, wish, talk.say, talk.settings.language)
    talk.out("Written: {names}", names=made.path)
    talk.out("Code of the copy: {code}", code=made.sha256)
    talk.err(
        "Write this code down, or send it to somebody: later it shows that nothing was changed."
    )
    if seal:
        talk.err(
            "To open it: age --decrypt -o copy.zip {file} (the program is at age-encryption.org)",
            file=made.path.name,
        )
    if wish.as_zip or seal:
        talk.err("To verify: unpack it, then in its folder: python verify.py")
    else:
        talk.err("To verify, in that folder: python verify.py")
    if wish.redacted:
        talk.err("Read it over before you give it away: a program does not know every name.")
        talk.err("If you find one, export once more, with: --hide NAME")
    elif not seal:
        talk.err("It holds every name and number. Give it only to whom you trust with them.")


def _list(talk: Talk, there: Listed, wish: Wish) -> None:
    """What is in the copy, before any of it is written."""
    talk.err(
        "In the copy: {incidents} incidents, {exhibits} exhibits ({size}).",
        incidents=there.incidents,
        exhibits=there.exhibits,
        size=size(there.size),
    )
    if there.removed:
        talk.err("Removed entries show as gaps: {count}.", count=there.removed)
    if wish.redacted:
        talk.err(
            "Left out: names, numbers, the rows of phones and carriers; exhibits: {count}.",
            count=there.left_out,
        )
        if not (there.knows_borrower or wish.hidden):
            talk.err("The kit does not know your own name. If somebody said it, add: --hide NAME")


def _passphrase(talk: Talk) -> str:
    """What opens the sealed copy: from the settings, or typed twice.

    Raises:
        SealPassphraseMissingError: nobody is there to type it.
        PassphraseMismatchError, PassphraseEmptyError: it was not typed the same way twice.
    """
    if talk.settings.seal_passphrase.strip():
        return talk.settings.seal_passphrase
    if not talk.can_ask:
        raise SealPassphraseMissingError
    from kit.cli.unlocking import AtTerminal

    talk.err("The copy gets a passphrase of its own. Tell it by another way than the copy goes.")
    return AtTerminal(talk).new_passphrase()
