"""`kit key`: where the key of the store is, and another one instead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import rekeying
from kit.actions.unlocking import KeyHome, Nobody
from kit.cli.talk import talking
from kit.cli.unlocking import AtTerminal
from kit.cli.usage import Misused

if TYPE_CHECKING:
    from kit.cli.talk import Talk


@click.command(
    "key",
    help="Where the key of the store is. With an option: lock the store with a new key, which is "
    "to be there; the old one opens nothing any more.",
    epilog="\b\nExample:\n  kit key",
)
@click.option("--passphrase", "kind", flag_value=KeyHome.PASSPHRASE, help="A new passphrase.")
@click.option("--keyring", "kind", flag_value=KeyHome.KEYRING, help="The system's keyring.")
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A new key file, FILE; set KIT_KEY_FILE to it afterwards.",
)
@talking
def key(talk: Talk, *, kind: str | None, file: Path | None) -> None:
    """Say where it is, or change it."""
    if kind is not None and file is not None:
        raise Misused(talk.say("One of them at a time: --passphrase, --keyring, --file."))
    store = talk.open()
    if kind is None and file is None:
        _say_where(talk, rekeying.home(talk.settings).kind)
        talk.err("To change it: kit key --passphrase, or kit key --keyring")
        return
    before = rekeying.home(talk.settings)
    wanted = KeyHome(kind) if kind is not None else KeyHome.FILE
    was_file = rekeying.home(talk.settings).kind is KeyHome.FILE
    rekeying.change(store, AtTerminal(talk) if talk.can_ask else Nobody(), wanted, file)
    talk.out("The store has a new key; the old one opens nothing any more.")
    _say_where(talk, wanted)
    if before.kind is KeyHome.FILE:
        talk.err(
            "The old key file is there still, and opens older copies of the store: {path}. Delete "
            "it, unless another store needs it.",
            path=before.place,
        )
    if file is not None:
        talk.err("Set KIT_KEY_FILE to that file now, or the next start does not find the key.")
    if was_file:
        talk.err("The old key file still lies there. It opens only copies made before: delete it.")
    talk.err("Backups that were made before keep the passphrase that they have.")


def _say_where(talk: Talk, kind: KeyHome) -> None:
    if kind is KeyHome.PASSPHRASE:
        talk.out("A passphrase opens this store. If you forget it, nobody can open it.")
    elif kind is KeyHome.KEYRING:
        talk.out("The system's keyring has the key: whoever uses this computer account has it.")
    else:
        talk.out("A key file opens this store (KIT_KEY_FILE): it protects nothing on this disk.")
