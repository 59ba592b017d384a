"""`kit migrate` and `kit case`: a clinic's database, and the cases in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import cases, moving
from kit.cli.backing_up import new_passphrase, unlock
from kit.cli.case_erasing import erase
from kit.cli.case_keys import keys
from kit.cli.talk import talking
from kit.cli.usage import Misused, WordedGroup

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from kit.actions.cases import Clinic
    from kit.cli.talk import Talk
    from kit.model import Case


@click.command(
    "migrate",
    help="Make a clinic's database, or bring it up to this version. It connects by "
    "KIT_DATABASE_ADMIN_URL, and makes the role kit_app for all other commands.",
    epilog="\b\nExample:\n  kit migrate",
)
@click.option(
    "--restored",
    is_flag=True,
    help="It was set back, as a disk or a virtual machine is. What came from a dump is noticed.",
)
@talking
def migrate(talk: Talk, *, restored: bool) -> None:
    """Run the steps that are missing."""
    from kit.clinic.schema import tables

    steps = cases.migrate(talk.settings, tables(), restored=restored)
    talk.out("The database is ready ({steps} steps).", steps=sum(steps.values()))
    if restored:
        talk.err("Nothing is sent from any case before kit sync has asked what went since.")


@click.group(
    "case",
    cls=WordedGroup,
    help="A clinic's cases: one for each borrower.",
    epilog="\b\nExample:\n  kit case list",
    no_args_is_help=True,
)
def case() -> None:
    """The group of commands."""


@case.command(
    "new", help="A new case for a borrower.", epilog="\b\nExample:\n  kit case new 小明 --json"
)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@talking
def new(talk: Talk, *, name: str, as_json: bool) -> None:
    """Make it, with a key of its own."""
    with _clinic(talk) as clinic:
        made = clinic.new(name)
    _show(talk, made, as_json=as_json)
    talk.err("To work on it: set KIT_CASE to {id}", id=made.id)
    talk.err("Keep a copy of its key, which only KIT_HOME has: kit case keys --to FILE")


@case.command(
    "list", help="Every case, the oldest first.", epilog="\b\nExample:\n  kit case list --json"
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def list_(talk: Talk, *, as_json: bool) -> None:
    """Show them."""
    with _clinic(talk) as clinic:
        for one in clinic.cases.all():
            _show(talk, one, as_json=as_json, has_key=one.id in clinic.keys.here())


@case.command(
    "close",
    help="Close a case: nothing goes from it any more. Its record stays, to be read and exported.",
    epilog="\b\nExample:\n  kit case close",
)
@click.argument("id_", metavar="[ID]", required=False)
@talking
def close(talk: Talk, *, id_: str | None) -> None:
    """Close it, once what is being claimed has been claimed."""
    with _clinic(talk) as clinic:
        clinic.close(id_ or talk.settings.case)
    talk.out("The case is closed; nothing goes from it any more.")


@case.command(
    "pause",
    help="Pause a case: nothing goes from it until it goes on.",
    epilog="\b\nExample:\n  kit case pause",
)
@click.argument("id_", metavar="[ID]", required=False)
@talking
def pause(talk: Talk, *, id_: str | None) -> None:
    """Pause it, once what is being claimed has been claimed."""
    with _clinic(talk) as clinic:
        clinic.pause(id_ or talk.settings.case, paused=True)
    talk.out("The case is paused; nothing goes from it until `kit case resume`.")


@case.command(
    "resume",
    help="Let a case that was paused go on.",
    epilog="\b\nExample:\n  kit case resume",
)
@click.argument("id_", metavar="[ID]", required=False)
@talking
def resume(talk: Talk, *, id_: str | None) -> None:
    """Let it go on."""
    with _clinic(talk) as clinic:
        clinic.pause(id_ or talk.settings.case, paused=False)
    talk.out("The case goes on.")


@case.command(
    "move",
    help="Make a case of FILE, a backup of the store on somebody's own computer. Nothing is sent "
    "from it before `kit sync` has asked what that computer sent meanwhile. With --out: close the "
    "case ID, and write all of it into FILE, which `kit restore` opens on such a computer.",
    epilog="\b\nExample:\n  kit case move all.kit --name 小明",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("id_", metavar="[ID]", required=False)
@click.option("--out", is_flag=True, help="Out of the clinic, into FILE.")
@click.option("--name", default="", help="What the case is called; else as the borrower signs.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@talking
def move(talk: Talk, file: Path, *, id_: str | None, out: bool, name: str, as_json: bool) -> None:
    """Move it in or out; what went is never sent again."""
    if out:
        _move_out(talk, file, id_ or talk.settings.case)
        return
    if id_:
        raise Misused(talk.say("An ID is only for --out: what comes in is a new case."))
    found = moving.Backup(file)
    with _clinic(talk) as clinic:
        unlock(talk, found)
        moved = found.move_in(clinic, name)
    _show(talk, moved.case, as_json=as_json)
    talk.err(
        "It is as it was at {at}: {people} contacts, {entries} entries of the record.",
        at=moved.found.made_at,
        people=moved.found.people,
        entries=moved.found.entries,
    )
    talk.err("To work on it: set KIT_CASE to {id}", id=moved.case.id)
    talk.err("Keep a copy of its key, which only KIT_HOME has: kit case keys --to FILE")
    talk.err("Whatever the other computer did after that is not in it. Stop sending there.")
    talk.err("Nothing is sent from here before you have asked: kit sync")


def _move_out(talk: Talk, file: Path, case_id: str) -> None:
    with _clinic(talk) as clinic:
        path = moving.move_out(clinic, case_id, file, new_passphrase(talk))
    talk.out("Written: {names}", names=path)
    talk.err("The case is closed; nothing goes from it any more.")
    talk.err("Without its passphrase nobody can open it. On the other computer: kit restore FILE")


case.add_command(erase)
case.add_command(keys)


def _clinic(talk: Talk) -> AbstractContextManager[Clinic]:
    return cases.open_clinic(talk.settings, talk.answers)


def _show(talk: Talk, one: Case, *, as_json: bool, has_key: bool = True) -> None:
    if as_json:
        talk.json(
            {
                "id": one.id,
                "name": one.name,
                "opened_at": one.opened_at.isoformat(),
                "closed_at": one.closed_at.isoformat() if one.closed_at else None,
                "paused": one.paused,
                "has_key": has_key,
            }
        )
        return
    state = ""
    if one.closed_at:
        state = talk.say("closed")
    elif one.paused:
        state = talk.say("paused")
    talk.show("  ".join(filter(None, (one.id, one.name, state))))
    if not has_key:
        talk.err("Its key is not in this KIT_HOME: {id}", id=one.id)
