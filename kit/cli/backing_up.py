"""`kit backup`, `kit restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from kit.actions import backing_up
from kit.actions.backing_up import Backup
from kit.actions.unlocking import Nobody
from kit.cli.recounting import size
from kit.cli.talk import talking
from kit.cli.unlocking import AtTerminal
from kit.errors import BackupPassphraseMissingError, WrongPassphraseError

if TYPE_CHECKING:
    from kit.cli.talk import Talk

_TRIES = 3


class Locked(Protocol):
    """A backup that was looked at."""

    def unlock(self, passphrase: str) -> None:
        """Look at all of it."""
        ...


@click.command(
    "backup",
    help="Write a copy of all that the kit holds into FILE, locked with a passphrase of its own: "
    "to move to another computer, or for the day when this one is gone. In a clinic: of the keys "
    "of its cases, as kit case keys does; of the cases pg_dump makes one.",
    epilog="\b\nExample:\n  kit backup all.kit",
)
@click.argument("file", type=click.Path(path_type=Path))
@talking
def backup(talk: Talk, file: Path) -> None:
    """Write it, and say what it has and what it lacks; of a clinic, its keys."""
    if talk.settings.database_url:
        from kit.cli.case_keys import write_to

        write_to(talk, file)
        return
    store = talk.open()
    made = backing_up.back_up(store, file, new_passphrase(talk))
    talk.out("Written: {names}", names=made)
    talk.err(
        "It holds everybody, all that was sent and heard, and the evidence ({size}), locked.",
        size=size(made.stat().st_size),
    )
    talk.err("It lacks the key of this store: where it is restored, it gets a new one.")
    talk.err("It lacks the passwords of mail servers and providers: they are settings.")
    talk.err("It lacks files that were written elsewhere: pages, letters, copies.")
    talk.err("Without its passphrase nobody can open it. On the other computer: kit restore FILE")
    talk.err("Once it is restored there, send from there only: two computers could tell twice.")


@click.command(
    "restore",
    help="Make the store of a backup, where there is none yet. Nothing is sent from it before "
    "`kit sync` has asked what the other computer sent meanwhile. In a clinic: add the keys in "
    "FILE.",
    epilog="\b\nExample:\n  kit restore all.kit",
)
@click.argument("file", type=click.Path(path_type=Path))
@talking
def restore(talk: Talk, file: Path) -> None:
    """Look at the backup, unlock it, and make the store of it; of a clinic, its keys."""
    if talk.settings.database_url:
        from kit.cli.case_keys import add_from

        add_from(talk, file)
        return
    found = Backup(file, talk.settings)
    unlock(talk, found)
    restored = found.restore(AtTerminal(talk) if talk.can_ask else Nobody())
    talk.out(
        "Restored as it was at {at}: {people} contacts, {entries} entries of the record.",
        at=restored.made_at,
        people=restored.people,
        entries=restored.entries,
    )
    if talk.settings.key_file is not None:
        talk.err("The key lies in a file beside the store: it protects nothing on this disk.")
    talk.err("Whatever the other computer did after that is not in it. Stop sending there.")
    talk.err(
        "Whoever was forgotten after that is in it again. To forget them: kit erase --contacts"
    )
    talk.err("Not in it: passwords of mail servers and providers. Set them again as settings.")
    talk.err("Nothing is sent from here before you have asked: kit sync")


def new_passphrase(talk: Talk) -> str:
    """What locks the backup: from the settings, or typed twice.

    Raises:
        BackupPassphraseMissingError: nobody is there to type it.
        PassphraseMismatchError, PassphraseEmptyError: it was not typed the same way twice.
    """
    if talk.settings.seal_passphrase.strip():
        return talk.settings.seal_passphrase
    if not talk.can_ask:
        raise BackupPassphraseMissingError
    talk.err("The backup gets a passphrase of its own. Keep it apart from the backup.")
    return AtTerminal(talk).new_passphrase()


def unlock(talk: Talk, found: Locked) -> None:
    """Unlock it with the passphrase of the settings, or with one that is typed; three tries.

    Raises:
        BackupPassphraseMissingError: nobody is there to type it.
        WrongPassphraseError, BackupDamagedError: it does not open, or not whole.
    """
    if talk.settings.seal_passphrase.strip():
        found.unlock(talk.settings.seal_passphrase)
        return
    if not talk.can_ask:
        raise BackupPassphraseMissingError
    for left in reversed(range(_TRIES)):
        try:
            found.unlock(AtTerminal(talk).secret("Passphrase of the backup"))
        except WrongPassphraseError:
            if not left:
                raise
            talk.err("The passphrase is not right. Tries left: {left}", left=left)
        else:
            return
