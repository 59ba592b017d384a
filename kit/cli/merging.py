"""`kit contacts --merged` and `kit contacts split`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.actions import merging
from kit.cli.talk import talking
from kit.words.labels import MERGE_REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.actions.merging import Merged
    from kit.cli.talk import Talk
    from kit.model import Contact, Part


def print_merged(talk: Talk, everybody: Sequence[Merged], *, as_json: bool) -> None:
    """Each contact with its cards, and why these are taken to be one person's."""
    if as_json:
        for one in everybody:
            talk.json(_merged(one))
        return
    for one in everybody:
        name = one.contact.name or talk.say("(no name)")
        why = " + ".join(talk.say(MERGE_REASONS[reason]) for reason in one.reasons)
        talk.out("{id}  {name}: {why}", id=one.contact.id, name=name, why=why)
        talk.table(_card(talk, part) for part in one.contact.parts)
    if everybody:
        talk.err(
            "If each is one person, there is nothing to do. If one is not, take it apart: "
            "kit contacts split WHO"
        )
    else:
        talk.err("Nobody here came of several cards that say different things.")


@click.command(
    "split",
    help="WHO is more than one person: take the contact apart, one for each name, or else for each "
    "number. No import brings them together again.",
    epilog="\b\nExample:\n  kit contacts split 王小芳",
)
@click.argument("who")
@talking
def split(talk: Talk, who: str) -> None:
    """Take a contact apart."""
    done = merging.split(talk.open(), who)
    talk.out("These are contacts of their own now, also after another import:")
    talk.table([_contact(talk, one) for one in done.contacts], names=1)
    if done.to_choose:
        talk.err(
            "Not chosen yet, and told nothing: {count}. The first keeps what you had chosen.",
            count=done.to_choose,
        )
        talk.err("Next: kit choose, then kit plan")


def _card(talk: Talk, part: Part) -> tuple[str, ...]:
    reach = dict.fromkeys((*part.numbers, *part.also, *part.emails))
    return ("", part.where, part.name or talk.say("(no name)"), ", ".join(reach))


def _contact(talk: Talk, contact: Contact) -> tuple[str, ...]:
    reach = next(iter((*contact.numbers, *contact.also, *contact.emails)), "")
    shown = reach or talk.say("(nothing to reach them by)")
    return contact.id, contact.name or talk.say("(no name)"), shown, talk.label(contact.group)


def _merged(one: Merged) -> dict[str, object]:
    return {
        "id": one.contact.id,
        "name": one.contact.name,
        "reasons": [reason.value for reason in one.reasons],
        "parts": [
            {
                "where": part.where,
                "name": part.name,
                "numbers": part.numbers,
                "also": part.also,
                "emails": part.emails,
            }
            for part in one.contact.parts
        ],
    }
