"""`kit contacts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.actions import merging, people
from kit.actions.suggesting import looks, mark
from kit.cli.merging import print_merged, split
from kit.cli.suggesting import (
    ANY,
    look_fields,
    print_under_headings,
    services,
    why_service,
    why_suggested,
    with_suggestion,
)
from kit.cli.talk import talking
from kit.cli.usage import WordedGroup
from kit.model import Group

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kit.actions.store import Store
    from kit.actions.suggesting import Look
    from kit.cli.talk import Talk
    from kit.model import Contact

    Why = Callable[[Talk, Look], str]


@click.group(
    "contacts",
    cls=WordedGroup,
    invoke_without_command=True,
    help="Show who is in the book, and what you chose for them.",
    epilog="\b\nExample:\n  kit contacts --merged\n  kit contacts --group emergency",
)
@click.option(
    "--merged",
    "only_merged",
    is_flag=True,
    help="Those who came of several cards, with the cards and why they are taken to be one person.",
)
@click.option("--group", type=click.Choice([g.value for g in Group]), help="Only this group.")
@click.option(
    "--suggested",
    type=click.Choice([ANY, Group.EMERGENCY.value, Group.NOBODY.value]),
    is_flag=False,
    flag_value=ANY,
    help="Only those who may be emergency contacts, or had better not be told, and why.",
)
@click.option("--services", "only_services", is_flag=True, help="Only shops and services, and why.")
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def contacts(
    talk: Talk,
    *,
    only_merged: bool,
    group: str | None,
    suggested: str | None,
    only_services: bool,
    as_json: bool,
) -> None:
    """Print the contacts."""
    if click.get_current_context().invoked_subcommand:
        return
    store = talk.open()
    chosen = Group(group) if group else None
    if only_merged:
        print_merged(talk, merging.merged(store, chosen), as_json=as_json)
        return
    found, why = _asked_for(looks(store, chosen), suggested, only_services=only_services)
    if as_json:
        for look in found:
            talk.json(_contact(look.contact) | look_fields(talk, look))
    elif found:
        _print(talk, store, found, why)
    else:
        _say_nobody(talk, is_narrowed=why is not None, is_group=group is not None)


contacts.add_command(split)


def _asked_for(
    found: list[Look], suggested: str | None, *, only_services: bool
) -> tuple[list[Look], Why | None]:
    """Those who are to be shown, and what says why they are."""
    if suggested:
        return with_suggestion(found, suggested), why_suggested
    if only_services:
        return services(found), why_service
    return found, None


def _say_nobody(talk: Talk, *, is_narrowed: bool, is_group: bool) -> None:
    if is_narrowed:
        talk.err("Nobody in the book looks like that.")
    elif is_group:
        talk.err("Nobody is in this group yet.")
    else:
        talk.err("The book is empty. Bring one in: kit import contacts.vcf")


def _print(talk: Talk, store: Store, found: Sequence[Look], why: Why | None) -> None:
    """In one table, each with a mark; or under the reasons why they are shown."""
    me = people.oneself(store)
    rows = [_row(talk, look.contact, is_me=look.contact == me) for look in found]
    if why is not None:
        headings = (why(talk, look) for look in found)
        print_under_headings(talk, zip(headings, rows, strict=True))
        talk.err("These are only hints: nothing is chosen by them. To choose: kit choose")
        return
    marks = [mark(look, talk.say) for look in found]
    talk.table([(*row, mark) for row, mark in zip(rows, marks, strict=True)], names=1)
    if any(marks):
        talk.err("The marks are only hints: nothing is chosen by them.")
        talk.err("Why: kit contacts --suggested, kit contacts --services")


def _contact(contact: Contact) -> dict[str, object]:
    return {
        "id": contact.id,
        "name": contact.name,
        "numbers": contact.numbers,
        "also": contact.also,
        "emails": contact.emails,
        "group": contact.group.value,
        "language": people.language(contact),
        "sources": contact.sources,
    }


def _row(talk: Talk, contact: Contact, *, is_me: bool) -> tuple[str, ...]:
    where = contact.numbers or contact.emails
    more = f" +{len(where) - 1}" if len(where) > 1 else ""
    reach = f"{where[0]}{more}" if where else ""
    shown = reach or talk.say("(nothing to reach them by)")
    is_untold_me = is_me and contact.group is Group.NOBODY
    choice = talk.say("yourself") if is_untold_me else talk.label(contact.group)
    return contact.id, contact.name or talk.say("(no name)"), shown, choice
