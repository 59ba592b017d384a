"""`kit import`, `kit contacts`, `kit choose`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import people
from kit.cli.talk import talking
from kit.errors import ChoiceMissingError, InputError
from kit.model import Group

if TYPE_CHECKING:
    from kit.actions.people import Imported
    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Contact

_PARTLY = 3
#: Names shown when what was typed is not exactly one.
_MOST_NEAR = 8


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
    found = people.contacts(talk.open(), Group(group) if group else None)
    if as_json:
        for contact in found:
            talk.json(_contact(contact))
    elif found:
        talk.table(_row(talk, contact) for contact in found)
    elif group:
        talk.err("Nobody is in this group yet.")
    else:
        talk.err("The book is empty. Bring one in: kit import contacts.vcf")


@click.command(
    "choose",
    help="Choose whom to tell first, whom to tell too, and whom never. WHO is a name, a number "
    "or an id. Without an option it asks.",
    epilog="\b\nExample:\n  kit choose --emergency 妈妈 --nobody 周经理 --everyone-else",
)
@click.option("--emergency", multiple=True, metavar="WHO", help="Told first.")
@click.option("--everyone", multiple=True, metavar="WHO", help="Told too.")
@click.option("--nobody", multiple=True, metavar="WHO", help="Never told.")
@click.option("--everyone-else", is_flag=True, help="All who are not chosen yet are told too.")
@talking
def choose(
    talk: Talk,
    emergency: tuple[str, ...],
    everyone: tuple[str, ...],
    nobody: tuple[str, ...],
    everyone_else: bool,  # noqa: FBT001
) -> None:
    """Keep the choices."""
    given = ((Group.EMERGENCY, emergency), (Group.EVERYONE, everyone), (Group.NOBODY, nobody))
    wishes = [(group, who) for group, several in given for who in several]
    if wishes or everyone_else:
        counts = people.choose(talk.open(), wishes, everyone_else=everyone_else)
    elif talk.can_ask:
        counts = _interview(talk, talk.open())
    else:
        raise ChoiceMissingError
    talk.table((talk.label(group), str(counts[group])) for group in Group)
    talk.err("This told nobody. Next: kit plan --from NAME")


def _interview(talk: Talk, store: Store) -> dict[Group, int]:
    """Ask, those who will be rung first at the beginning."""
    counts = people.choose(store, [])
    talk.err("Whom did you give the lender as an emergency contact? They will be rung first.")
    talk.err("If telling someone could put you in danger, choose never for them.")
    talk.err(
        "Tell a husband or wife, a guarantor or a co-borrower yourself: a text that says “it has "
        "nothing to do with you” may not be true for them."
    )
    counts = _ask_for(talk, store, Group.EMERGENCY, counts)
    talk.err("")
    talk.err("Who must never get a message? A boss, a customer, an ex, whoever lent you money?")
    counts = _ask_for(talk, store, Group.NOBODY, counts)
    left = people.contacts(store, Group.UNDECIDED)
    if left:
        talk.err("")
        talk.table(_row(talk, contact) for contact in left)
        if talk.confirm("Tell these {count} too? y: yes, Enter: not now", count=len(left)):
            counts = people.choose(store, [], everyone_else=True)
    return counts


def _ask_for(talk: Talk, store: Store, group: Group, counts: dict[Group, int]) -> dict[Group, int]:
    while who := talk.ask("Name, number or id (Enter: no more)"):
        contact, near = people.look_up(store, who)
        if contact is None:
            talk.err("Not exactly one person. Write the whole name, a number or an id.")
            talk.table(_row(talk, one) for one in near[:_MOST_NEAR])
            continue
        counts = people.choose(store, [(group, contact.id)])
        talk.err(
            "{name}: {before} → {after}",
            name=contact.name,
            before=talk.label(contact.group),
            after=talk.label(group),
        )
    return counts


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


def _row(talk: Talk, contact: Contact) -> tuple[str, ...]:
    where = contact.numbers or contact.emails
    more = f" +{len(where) - 1}" if len(where) > 1 else ""
    reach = f"{where[0]}{more}" if where else ""
    shown = reach or talk.say("(nothing to reach them by)")
    return contact.id, contact.name or talk.say("(no name)"), shown, talk.label(contact.group)
