"""`kit case erase`, and `kit erase` in a clinic: all of one case goes; what stays is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.actions import cases, erasing
from kit.actions.case_erasing import Erasing
from kit.actions.providers import ELSEWHERE
from kit.actions.store import rest
from kit.cli.erasing import PARTLY, check, say_left_of, say_places, say_row
from kit.cli.talk import talking
from kit.clinic import Queue
from kit.errors import CaseKeyMissingError

if TYPE_CHECKING:
    from kit.actions.case_erasing import Scope
    from kit.cli.talk import Talk


@click.command(
    "erase",
    help="Erase a case: all that the database has of it, the files written for it on this machine, "
    "and its key. It is closed first. It shows what goes and what stays, and asks.",
    epilog="\b\nExample:\n  kit case erase --yes",
)
@click.argument("id_", metavar="[ID]", required=False)
@click.option("--unopened", is_flag=True, help="A case too whose key is lost.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@talking
def erase(talk: Talk, *, id_: str | None, unopened: bool, yes: bool) -> int:
    """Show what goes, ask, erase; list what could not be removed."""
    return erase_case(talk, id_ or talk.settings.case, unopened=unopened, yes=yes)


def erase_case(talk: Talk, id_: str, *, unopened: bool, yes: bool) -> int:
    """The same, of that case; the exit code."""
    with cases.open_clinic(talk.settings, talk.answers) as clinic:
        found = Erasing(clinic, id_, Queue, rest)
        _say_what_goes(talk, found, id_, unopened=unopened)
        check(talk, yes=yes)
        if not (yes or talk.confirm("Erase all of this? It cannot be undone. y: yes, Enter: no")):
            raise click.Abort
        left = found.erase(unopened=unopened)
    if not left:
        talk.out("Erased: the database has nothing of this case any more.")
        return 0
    say_left_of(talk, left)
    talk.err("Everything else is gone. When this is mended: kit case erase {id}", id=id_)
    return PARTLY


def _say_what_goes(talk: Talk, found: Erasing, id_: str, *, unopened: bool) -> None:
    if found.is_gone:
        talk.err(
            "What is left of case {id}: its key, if it is here; the database has nothing of it any "
            "more.",
            id=id_,
        )
        return
    talk.err("This goes, for good:")
    say_row(talk, talk.say("All that the database has of case {id}, and its key", id=id_))
    if unopened:
        talk.err("What it wrote elsewhere is not known then, and stays.")
        return
    try:
        _say_scope(talk, found.scope(), id_)
    except CaseKeyMissingError:
        talk.err("To erase a case whose key is lost: kit case erase ID --unopened")
        raise


def _say_scope(talk: Talk, scope: Scope, id_: str) -> None:
    say_places(talk, scope.places)
    if scope.messages:
        said = "At Twilio, which is asked to delete them, messages: {count}"
        say_row(talk, talk.say(said, count=scope.messages))
    talk.err("")
    talk.err("This stays; only you can remove it:")
    for path in scope.lying:
        say_row(talk, talk.say("You brought it in, and it lies there still: {path}", path=path))
    for path in scope.gone:
        say_row(talk, talk.say("Not on this machine; perhaps on another one: {path}", path=path))
    say_row(
        talk,
        talk.say(
            "Its key on other machines, and in files of `kit case keys --to`: until they are gone "
            "too, an older copy of the database can be read with it. On each machine: kit case "
            "erase {id}",
            id=id_,
        ),
    )
    say_row(
        talk,
        talk.say(
            "Keyed hashes of those who wrote to the clinic's own number that they want no more; "
            "nobody can tell of which case they were."
        ),
    )
    elsewhere = dict.fromkeys(ELSEWHERE[one] for one in scope.channels if one in ELSEWHERE)
    for what in (*elsewhere, *erasing.ALWAYS):
        say_row(talk, talk.say(what))
