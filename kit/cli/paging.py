"""The page: `kit send --to`, `kit sync --page`, `kit take-back`, and what is said of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.actions import hearing, paging, progress
from kit.cli.talk import standing_json, talking
from kit.errors import UnsureError

if TYPE_CHECKING:
    from kit.actions.hearing import Retried
    from kit.actions.running import Run
    from kit.actions.store import Store
    from kit.cli.talk import Talk


def make_page(talk: Talk, run: Run) -> int:
    """Write the page, and say how it gets to the phone and back."""
    count = run.make_page(talk.say, talk.settings.language)
    talk.out("The page is written; people on it: {count}. Nothing was sent yet.", count=count)
    talk.err("It holds their names, numbers and texts: give it to nobody, delete it when done.")
    talk.err(
        "Bring it to your phone by cable or Bluetooth; a messenger only if there is no other way, "
        "to yourself, and delete it there afterwards."
    )
    talk.err("Open it there, go from row to row, and press send each time.")
    talk.err("Then tell the kit which rows went, such as: kit sync --page 1-17,20")
    talk.err("What you do not want to send after all: kit take-back")
    return 0


def confirm_rows(talk: Talk, store: Store, rows: str, *, as_json: bool) -> int:
    """What the borrower says of the rows of a page."""
    confirmed = paging.confirm_rows(store, rows)
    if as_json:
        told = set(confirmed.told)
        for standing in progress.standings(store):
            if standing.message_id in told:
                talk.json(standing_json(standing))
        talk.json({"summary": {"changed": len(told), "left": confirmed.left}})
        return 0
    talk.out("Told, by your word: {told}", told=len(confirmed.told))
    if confirmed.known:
        talk.out("Of these rows it was known already: {count}.", count=confirmed.known)
    say_on_page(talk, confirmed.left)
    return 0


@click.command(
    "take-back",
    help="What was handed over to you and not sent is planned again: the rest of a page, say. "
    "With WHO: you said by mistake that this one was told.",
    epilog="\b\nExample:\n  kit take-back",
)
@click.argument("who", required=False, default="")
@talking
def take_back(talk: Talk, who: str) -> int:
    """Plan again what the borrower holds, or what they wrongly said of somebody."""
    store = talk.open()
    if who:
        say_planned_again(talk, hearing.unsay(store, who))
        return 0
    count = len(paging.held(store))
    if count and talk.can_ask and not _is_unsent(talk, count):
        raise UnsureError
    on_page = paging.on_page(store)
    done = paging.take_back(store)
    if not done:
        talk.out("Nothing is in your hands that could be taken back.")
        return 0
    talk.out("Planned again: {count}. This sent nothing. Next: kit send, or kit plan", count=done)
    if on_page:
        talk.err("Delete the page on the phone, and the file: its rows count no more.")
    return 0


def say_planned_again(talk: Talk, done: Retried) -> None:
    """What may come of it, and the next step."""
    if done.perhaps_twice:
        talk.out("If the first one did arrive after all, they will get it twice.")
    if done.in_plan:
        talk.out("Planned again. This sent nothing. Next: kit send")
    else:
        talk.out("They may be told again. This sent nothing. Next: kit plan")


def say_on_page(talk: Talk, count: int) -> None:
    """What of the page nobody has spoken of yet."""
    if count:
        talk.out("On the page, and not confirmed yet: {count}.", count=count)
        talk.out("Those you sent: kit sync --page 1-17,20; the rest: kit take-back")


def say_unwanted_rows(talk: Talk, store: Store) -> None:
    """Who stands on the page and is not to be told any more: the kit cannot take a row back."""
    if rows := paging.unwanted_rows(store):
        talk.out(
            "On the page are rows that must not be sent any more: {rows}.",
            rows=", ".join(map(str, rows)),
        )


def _is_unsent(talk: Talk, count: int) -> bool:
    """Whether the borrower says so: a message taken back that went goes twice."""
    talk.err("Taken back are {count} that you have not confirmed.", count=count)
    return talk.confirm("None of these has been sent? y: none, Enter: I am not sure")
