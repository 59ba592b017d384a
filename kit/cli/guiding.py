"""`kit guide`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import guiding
from kit.cli.talk import talking
from kit.errors import GuideFolderMissingError

if TYPE_CHECKING:
    from kit.actions.guiding import Made
    from kit.cli.talk import Talk
    from kit.errors import KitError

_PARTLY = 3


@click.command(
    "guide",
    help="Write the guide for whoever is rung: what to say, what never to say, where to turn. It "
    "names nobody, and needs no address book.",
    epilog="\b\nExample:\n  kit guide --to guide --for me\n  kit guide --to guide",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder for its files; it is made where there is none.",
)
@click.option(
    "--for",
    "whom",
    type=click.Choice(("contacts", "me")),
    default="contacts",
    help="For your contacts, or what you do yourself.",
)
@click.option(
    "--jurisdiction", "code", metavar="CODE", default=guiding.USUAL, help="Whose law; cn."
)
@click.option("--language", metavar="L", help="Its language, such as en; else that of the law.")
@talking
def guide(talk: Talk, *, folder: Path | None, whom: str, code: str, language: str | None) -> int:
    """Write it, and say what is to be known of it."""
    if folder is None:
        raise GuideFolderMissingError
    if language is None:  # contacts read what is spoken there, the borrower what they read here
        of_reader = talk.settings.language
        language = guiding.facts(code).language if whom == "contacts" else of_reader
    made = guiding.make(whom, code, language)
    left = guiding.write(talk.settings, made, folder)
    talk.out("Written: {names}", names=", ".join(made.contents))
    if whom == "contacts":
        _say_how(talk, has_pictures=made.missing is None)
    else:
        talk.err("It is for you alone: it speaks of the loan. Delete it when you need it no more.")
    _say_of(talk, made)
    if made.missing is None:
        return 0
    _say_missing(talk, made.missing)
    if left:
        names = ", ".join(left)
        talk.err("Not of this guide, so do not hand them on: {names}", names=names)
    return _PARTLY


def _say_missing(talk: Talk, error: KitError) -> None:
    """On one line: why there are no pictures, and how there will be."""
    what, how = (talk.say(text, **error.facts) for text in (error.sentence, error.hint))
    talk.err("{what} {how}", what=what, how=how)


def _say_how(talk: Talk, *, has_pictures: bool) -> None:
    if has_pictures:
        talk.err("In WeChat: first the words of short.txt, or share.png; for more, guide.html.")
    else:
        talk.err("In WeChat: first the words of short.txt; for more, guide.html.")
    talk.err("It names nobody: one guide fits everybody, and may be handed on.")
    talk.err(
        "But it speaks of collecting debts, as the texts do not unless you chose so: whoever is "
        "to know nothing of a loan must not get it."
    )
    talk.err("When somebody sends back a line that begins with KIT1: kit inbox add -")


def _say_of(talk: Talk, made: Made) -> None:
    """When it was checked, and the other languages there are."""
    talk.err("What it says was checked on {date}.", date=made.guide.checked_on)
    if made.guide.is_stale:
        talk.err("That is more than twelve months ago: is there a newer kit? The guide says so.")
    if made.languages:
        others = ", ".join(made.languages)
        talk.err("It is there in other languages too (--language): {languages}", languages=others)
