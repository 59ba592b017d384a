"""`kit` alone, and `kit begin`: one step after the other for as long as one likes."""

from __future__ import annotations

import contextlib
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import click

from kit.actions import people, planning, steps
from kit.actions.steps import Step
from kit.cli.importing import bring_in, print_imported
from kit.cli.oneself import ask_which_is_you
from kit.cli.serving import open_page
from kit.cli.status import print_status, say_nothing_is_there
from kit.cli.talk import talking
from kit.errors import SenderError

if TYPE_CHECKING:
    from kit.actions.store import Store
    from kit.cli.talk import Talk

#: What is run for a step; the plan is read over at once.
_COMMANDS = {Step.CHOOSE: ("choose",), Step.PLAN: ("plan", "preview"), Step.SEND: ("send",)}


def open_or_say(talk: Talk) -> None:
    """`kit` alone: open the page; where nobody is there, say where one stands."""
    if talk.can_ask:
        open_page(talk)
    else:
        _say_where(talk)


@click.command(
    "begin",
    help="The way without a browser: step by step in this terminal, up to the sending.",
    epilog="\b\nExample:\n  kit begin",
)
@talking
def begin(talk: Talk) -> None:
    """Go on step by step up to the sending; where nobody is there, say where one stands."""
    if talk.can_ask:
        _lead(talk)
    else:
        _say_where(talk)


def _say_where(talk: Talk) -> None:
    if talk.is_first_start and not talk.settings.gives_key:
        say_nothing_is_there(talk)
    else:
        print_status(talk, talk.open())


def _lead(talk: Talk) -> None:
    """One step after the other; the sending says itself how to go on."""
    if talk.is_first_start:
        _say_where_it_lies(talk)
    store = talk.open()
    talk.leads = True
    _ask_name(talk, store)
    before = None
    while before is not Step.SEND:
        step = steps.next_step(store)
        goes_nowhere = step is before or (step not in _COMMANDS and step is not Step.IMPORT)
        if goes_nowhere or (before is None and step is not Step.IMPORT):
            print_status(talk, store)
        if step is before or not _goes_on(talk, store, step, before):
            return
        _do(talk, store, step)
        before = step


def _say_where_it_lies(talk: Talk) -> None:
    if talk.settings.database_url:
        talk.err(
            "One question at a time. All of it lies encrypted in the clinic's database; the keys "
            "stay here."
        )
        talk.err("Nobody gets a message before you send it yourself.")
        return
    talk.err("One question at a time. All of it stays on this computer.")
    talk.err("No text goes out before you press send on your phone yourself.")


def _goes_on(talk: Talk, store: Store, step: Step, before: Step | None) -> bool:
    """Whether the next step is done now: what follows a step goes without asking, but sending."""
    if step is Step.IMPORT:
        return True
    if step not in _COMMANDS or (step is Step.SEND and not _is_one_by_one(store)):
        return False
    if step is Step.SEND and before is not None:
        talk.err("None of this sent anything. Next: send, one person at a time.")
    is_asked = before is None and step is not Step.SEND  # which asks for the count
    if is_asked and talk.ask("Enter: go on with it now; 0: not now"):
        talk.err("Whenever you want to go on: kit begin")
        return False
    return True


def _is_one_by_one(store: Store) -> bool:
    """Whether sending needs nothing but the borrower: no place to write to, and no setting up."""
    return planning.capabilities(store.current_plan().channel).by_hand == "one_by_one"


def _do(talk: Talk, store: Store, step: Step) -> None:
    if step is Step.IMPORT:
        _bring_in(talk, store)
        return
    from kit.cli import command

    context = click.get_current_context()
    for name in _COMMANDS[step]:
        context.invoke(command(name))


def _ask_name(talk: Talk, store: Store) -> None:
    """The borrower's name for friends, once; without one the plan will ask."""
    if planning.sender(store) or talk.settings.sender:
        return
    while name := talk.ask("The name your friends know you by"):
        try:
            planning.keep_sender(store, name)
        except SenderError as error:
            talk.error(error)
        else:
            return


def _bring_in(talk: Talk, store: Store) -> None:
    """How to export the book, and where the file is."""
    talk.err(
        "On the phone, look in Contacts or Settings for import/export, and export the address book "
        "as a .vcf file."
    )
    talk.err("How it may go, not verified; what your phone shows is right:")
    for way in people.ways_to_export(talk.settings.language):
        talk.show(f"  {way}", err=True)
    talk.err("Then bring the file to this computer, by cable or Bluetooth.")
    while answer := talk.ask("Where is the .vcf file? Drag it into this window (Enter: later)"):
        done = bring_in(talk, store, dragged(answer))
        print_imported(talk, done)
        if done.cards:
            ask_which_is_you(talk, store)
            talk.err("This told nobody.")
            return


def dragged(text: str) -> list[Path]:
    """The files that a terminal writes when they are dropped into it: quoted, escaped, or a URL."""
    if os.path.lexists(_path(text)):
        return [_path(text)]
    try:
        words = shlex.split(text, posix=os.name != "nt")
    except ValueError:
        words = [text]
    return [_path(word.strip("'\"")) for word in words]


def _path(word: str) -> Path:
    if word.startswith("file://"):
        return Path(unquote(urlsplit(word).path))
    with contextlib.suppress(RuntimeError):  # a name after ~ that nobody here has
        return Path(word).expanduser()
    return Path(word)
