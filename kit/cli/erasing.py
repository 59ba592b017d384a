"""`kit erase`: everything goes, or only the people; what the kit cannot reach is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.actions import backing_up, erasing, forgetting, restored, retention
from kit.actions.providers import ELSEWHERE
from kit.cli.talk import talking
from kit.errors import (
    EraseNotConfirmedError,
    EraseOptionError,
    FullDiskError,
    KeyBrokenError,
    KeyMissingError,
    StoreGoneError,
    StoreTooNewError,
    StoreUnusableError,
    SystemKeyringError,
    WrongKeyError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kit.actions.erasing import Scope
    from kit.actions.removing import Place
    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Problem

PARTLY = 3
#: No key opens the store, and none will.
_SHUT = (
    *(KeyBrokenError, KeyMissingError, StoreGoneError, StoreTooNewError),
    *(SystemKeyringError, WrongKeyError),
)


@click.command(
    "erase",
    help="Erase everything that the kit keeps and wrote; or with --contacts only the people. First "
    "it shows what goes and what it cannot reach, and asks. In a clinic: of the case in KIT_CASE.",
    epilog="\b\nExample:\n  kit erase --contacts --after 90",
)
@click.option("--contacts", is_flag=True, help="Forget the people, and keep the evidence.")
@click.option(
    "--after",
    metavar="DAYS",
    help="With --contacts: not now, but so many days after the last plan or import; or never.",
)
@click.option("--unopened", is_flag=True, help="The store too whose key or passphrase is lost.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@talking
def erase(talk: Talk, *, contacts: bool, after: str | None, unopened: bool, yes: bool) -> int:
    """Show what goes, ask, erase; list what could not be removed."""
    if (after is not None and not contacts) or (unopened and contacts):
        raise EraseOptionError
    if after is not None:
        return _keep_for(talk, after)
    if contacts:
        return _forget(talk, yes=yes)
    if talk.settings.database_url:
        from kit.cli.case_erasing import erase_case

        return erase_case(talk, talk.settings.case, unopened=unopened, yes=yes)
    return _erase(talk, yes=yes, unopened=unopened)


def _erase(talk: Talk, *, yes: bool, unopened: bool) -> int:
    settings = talk.settings
    if erasing.is_begun(settings) and (talk.is_first_start or erasing.is_unfinished(settings)):
        talk.err("Going on where the last time ended.")
        return _say_left(talk, erasing.finish(settings))
    if talk.is_first_start and not settings.home.exists():
        talk.out("There is nothing to erase.")
        return 0
    if talk.is_first_start:
        return _erase_loose(talk, yes=yes)
    if unopened:
        return _erase_unopened(talk, yes=yes)
    store = _opened(talk)
    if store is None:
        return PARTLY
    _say_scope(talk, erasing.scope(store))
    check(talk, yes=yes)
    if not (yes or talk.confirm("Erase all of this? It cannot be undone. y: yes, Enter: no")):
        raise click.Abort
    return _say_left(talk, erasing.erase(store))


def _erase_unopened(talk: Talk, *, yes: bool) -> int:
    """Erase a store of which nobody knows what it wrote elsewhere."""
    settings = talk.settings
    talk.err("The store in {folder} goes, with its key.", folder=settings.home)
    say_places(talk, erasing.loose_places(settings))
    talk.err("What it wrote elsewhere is not known then, and stays.")
    _say_keys(talk, erasing.others_keys(settings))
    check(talk, yes=yes)
    if not (yes or talk.confirm("Erase it? y: yes, Enter: no")):
        raise click.Abort
    left = erasing.erase_unopened(settings)
    if len(left) > 1:
        return _say_left(talk, left)
    say_left_of(talk, left)
    return PARTLY


def _erase_loose(talk: Talk, *, yes: bool) -> int:
    """Erase what was written before there was a store."""
    places = erasing.loose_places(talk.settings)
    if places:
        talk.err("This goes, for good:")
        say_places(talk, places)
        check(talk, yes=yes)
        if not (yes or talk.confirm("Erase all of this? It cannot be undone. y: yes, Enter: no")):
            raise click.Abort
    return _say_left(talk, erasing.clear(talk.settings))


def _opened(talk: Talk) -> Store | None:
    """The store, with nobody else in it; nothing where the disk does not let it be opened."""
    try:
        return talk.open(alone=True)
    except _SHUT:
        talk.err("To erase a store that nobody can open: kit erase --unopened")
        raise
    except (FullDiskError, StoreUnusableError) as error:
        talk.error(error, with_hint=False)
        talk.out("Not removed:")
        talk.show(f"  {talk.settings.home}")
        talk.err("If it cannot be mended: kit erase --unopened")
        return None


def check(talk: Talk, *, yes: bool) -> None:
    """See that somebody is there to say yes."""
    if not (yes or talk.can_ask):
        raise EraseNotConfirmedError


def _say_scope(talk: Talk, scope: Scope) -> None:
    talk.err("This goes, for good:")
    say_row(
        talk,
        talk.say("People, choices, messages, replies, evidence, letters: {path}", path=scope.home),
    )
    say_places(talk, scope.places)
    if scope.copied_at and scope.places:
        say_row(talk, talk.say(erasing.OF_BOTH, at=scope.copied_at))
    for path in scope.key_files:
        say_row(talk, talk.say("The file with the key: {path}", path=path))
    if scope.messages:
        say_row(
            talk,
            talk.say(
                "At Twilio, which is asked to delete them, messages: {count}", count=scope.messages
            ),
        )
    talk.err("")
    talk.err("This stays; only you can remove it:")
    _say_what_stays(talk, scope)
    talk.err("")
    talk.err(
        "Nobody knows then who was told and who wants no more: whoever begins anew could write to "
        "them again."
    )


def _say_what_stays(talk: Talk, scope: Scope) -> None:
    for path in scope.lying:
        say_row(talk, talk.say("You brought it in, and it lies there still: {path}", path=path))
    for path in scope.gone:
        say_row(talk, talk.say("Not at its place any more; did you move it? {path}", path=path))
    if scope.passphrase_file:
        say_row(talk, talk.say("The file with your passphrase: {path}", path=scope.passphrase_file))
    _say_keys(talk, scope.others_keys)
    elsewhere = dict.fromkeys(ELSEWHERE[one] for one in scope.channels if one in ELSEWHERE)
    for what in (*elsewhere, *erasing.ALWAYS):
        say_row(talk, talk.say(what))


def _say_keys(talk: Talk, others: Sequence[Path]) -> None:
    for path in others:
        said = talk.say("The file with the key, which the kit did not make: {path}", path=path)
        say_row(talk, said)


def say_row(talk: Talk, text: str) -> None:
    """One line of what goes, or stays."""
    talk.show(f"  {text}", err=True)


def say_places(talk: Talk, places: Sequence[Place]) -> None:
    """Where something lies that goes."""
    for place in places:
        say_row(talk, str(place.path))
        if place.others:
            say_row(
                talk,
                talk.say(
                    "Files in it that stay, for they are not of the kit: {count}",
                    count=place.others,
                ),
            )


def _say_left(talk: Talk, left: Sequence[Problem]) -> int:
    """List what could not be removed; the exit code."""
    if not left:
        talk.out("Erased: nothing that the kit remembers is left.")
        return 0
    say_left_of(talk, left)
    talk.err("Everything else is gone. When this is mended: kit erase")
    return PARTLY


def say_left_of(talk: Talk, left: Sequence[Problem]) -> None:
    """What could not be removed, and why."""
    if left:
        talk.out("Not removed:")
    for problem in left:
        talk.show(f"  {problem.where}  {talk.problem(problem)}")


def _forget(talk: Talk, *, yes: bool) -> int:
    if talk.is_first_start and not talk.settings.database_url:
        talk.out("There is nothing to erase.")
        return 0
    store = talk.open()
    scope = forgetting.scope(store)
    if scope.is_empty:
        talk.out("There is nobody to forget.")
        return 0
    talk.err("Forgotten are people, with numbers, choices and texts: {count}", count=scope.people)
    say_row(talk, talk.say("Replies: {count}", count=scope.replies))
    say_places(talk, scope.places)
    _say_what_follows(talk, store, scope)
    check(talk, yes=yes)
    if not (yes or talk.confirm("Forget them? It cannot be undone. y: yes, Enter: no")):
        raise click.Abort
    left = forgetting.forget(store)
    talk.out("Forgotten. Evidence, letters and the fact sheet are there still.")
    say_left_of(talk, left)
    return PARTLY if left else 0


def _say_what_follows(talk: Talk, store: Store, scope: forgetting.Scope) -> None:
    talk.err(
        "What stays of them is a keyed hash of each number that was told or wants no more: "
        "whoever is brought in again is not told again."
    )
    if scope.never:
        talk.err(
            "Never to be told, and that is forgotten too: {count}. Choose anew after an import.",
            count=scope.never,
        )
    if scope.waiting:
        talk.err(
            "Reports you have not decided on: {count}. They stay, and nobody knows whose they are. "
            "To decide first: kit evidence accept",
            count=scope.waiting,
        )
    if scope.held:
        talk.err(
            "Texts in your hands of which you have not said whether they went: {count}. They count "
            "as told then.",
            count=scope.held,
        )
    _say_who_has_them_still(talk, store, scope)


def _say_who_has_them_still(talk: Talk, store: Store, scope: forgetting.Scope) -> None:
    if restored.held_by(store):
        talk.err(
            "This store came from a backup, and what was sent after it is not known yet. Ask "
            "first, while it can be found out: kit sync"
        )
    for path in backing_up.lying(store):
        say_row(
            talk,
            talk.say(
                "A backup that has them still; whoever restores it has them back: {path}",
                path=path,
            ),
        )
    if scope.messages:
        talk.err(
            "At Twilio numbers and texts stay, messages: {count}. Only kit erase asks to delete "
            "them.",
            count=scope.messages,
        )
    if scope.has_record:
        talk.err("Evidence and letters stay as they are, with whoever is named in them.")
        talk.err(
            "A redacted copy finds names by the people there are: if you need one, make it first: "
            "kit evidence export DIR --redacted"
        )
    for path in erasing.lying(store):
        say_row(talk, talk.say("You brought it in, and it lies there still: {path}", path=path))


def _keep_for(talk: Talk, after: str) -> int:
    store = talk.open(forgets=False)
    retention.keep_for(store, after)
    days = retention.kept_for(store)
    if days is None:
        talk.out(
            "People are not forgotten by themselves any more. To forget them: kit erase --contacts"
        )
    else:
        talk.out("People are forgotten {days} days after the last plan or import.", days=days)
    return 0
