"""`kit import` and `kit contacts`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import people
from kit.cli.talk import talking
from kit.errors import InputError
from kit.model import Group

if TYPE_CHECKING:
    from kit.actions.people import Imported
    from kit.cli.talk import Talk
    from kit.model import Contact

_PARTLY = 3


@click.command(
    "import",
    help="Bring in an exported address book (.vcf). Nobody is told by this.",
    epilog="\b\nExample:\n  kit import contacts.vcf",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--region",
    default="",
    metavar="CN",
    help="Where numbers without a country code are dialled, such as CN or HK; it is kept.",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def import_(talk: Talk, files: tuple[Path, ...], region: str, as_json: bool) -> int:  # noqa: FBT001
    """Read the files; list what was not used."""
    done = people.import_files(talk.open(), files, region)
    if as_json:
        talk.json(_imported(talk, done))
    else:
        print_imported(talk, done)
    if not done.cards:
        return InputError.exit_code
    talk.err("This told nobody. Next: kit choose")
    return _PARTLY if done.problems else 0


def print_imported(talk: Talk, done: Imported) -> None:
    """What was read, and what of it was not used."""
    if not done.cards:
        talk.problems(done.problems)
        return
    talk.out(
        "{cards} cards read; {contacts} contacts, {new} of them new.",
        cards=done.cards,
        contacts=done.contacts,
        new=done.new,
    )
    if done.problems:
        talk.err("Please note ({count}):", count=len(done.problems))
        talk.problems(done.problems)
    if done.cards:
        talk.err("The .vcf file still lies where it was; delete it when you need it no more.")


@click.command(
    "contacts",
    help="Show who is in the book, and what you chose for them.",
    epilog="\b\nExample:\n  kit contacts --group emergency",
)
@click.option("--group", type=click.Choice([g.value for g in Group]), help="Only this group.")
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def contacts(talk: Talk, group: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Print the contacts."""
    store = talk.open()
    found = people.contacts(store, Group(group) if group else None)
    if as_json:
        for contact in found:
            talk.json(_contact(contact))
    elif found:
        me = people.oneself(store)
        rows = (_row(talk, contact, is_me=contact == me) for contact in found)
        talk.table(rows, names=1)
    elif group:
        talk.err("Nobody is in this group yet.")
    else:
        talk.err("The book is empty. Bring one in: kit import contacts.vcf")


def _imported(talk: Talk, done: Imported) -> dict[str, object]:
    problems = [{"where": p.where, "what": talk.problem(p)} for p in done.problems]
    return {
        "cards": done.cards,
        "contacts": done.contacts,
        "new": done.new,
        "problems": problems,
    }


def _contact(contact: Contact) -> dict[str, object]:
    return {
        "id": contact.id,
        "name": contact.name,
        "numbers": contact.numbers,
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
