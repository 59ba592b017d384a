"""`kit choose`: by name, by spreadsheet, or line by line in the terminal.

Lines and no full-screen prompt: so it works in a narrow window, without colour or UTF-8, with a
screen reader, on Windows, and with Chinese input methods, which show what they compose in the line.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit.actions import people, suggesting
from kit.actions.suggesting import mark
from kit.cli.oneself import ask_which_is_you
from kit.cli.paging import say_unwanted_rows
from kit.cli.rows import lines, reach, shown_name
from kit.cli.suggesting import name_unwanted, say_who_is_told
from kit.cli.talk import says_no, says_yes, talking
from kit.errors import ChoiceMissingError, ChoiceMixedError
from kit.model import Group
from kit.settings import SPOKEN
from kit.words import Words
from kit.words.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.actions.choosing import Choosing, Step
    from kit.actions.spreadsheet import Labels
    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Contact

_MORE, _UNDO = "+", "0"
#: Columns of a name where it is not in a row.
_WIDEST_NAME = 24
#: More changes at once are counted, not named.
_MOST_NAMED = 40


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
@click.option("--me", metavar="WHO", help="The contact that is yourself; never told.")
@click.option(
    "--csv",
    "new_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write everybody to a spreadsheet, to choose there.",
)
@click.option(
    "--from-csv",
    "edited_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Read the choices back from the spreadsheet.",
)
@talking
def choose(talk: Talk, *, new_file: Path | None, edited_file: Path | None, **wishes: Any) -> None:  # noqa: ANN401
    """Keep the choices."""
    ways = [new_file is not None, edited_file is not None, any(wishes.values())]
    if sum(ways) > 1:
        raise ChoiceMixedError
    if not any(ways) and not talk.can_ask:
        raise ChoiceMissingError
    store = talk.open()
    if new_file is not None:
        _write(talk, store, new_file)
        return
    if edited_file is not None:
        _read(talk, store, edited_file)
    elif any(wishes.values()):
        _choose(talk, store, **wishes)
    else:
        _interview(talk, store)
    counts = Counter(contact.group for contact in people.contacts(store))
    talk.table((talk.label(group), str(counts[group])) for group in Group)
    say_unwanted_rows(talk, store)
    _say_next(talk, store)


def _say_next(talk: Talk, store: Store) -> None:
    from kit.actions import planning

    if talk.leads:
        talk.err("This told nobody.")
    elif talk.settings.sender or planning.sender(store):
        talk.err("This told nobody. Next: kit plan")
    else:
        talk.err("This told nobody. Next: kit plan --from NAME")


def _choose(
    talk: Talk, store: Store, *, everyone_else: bool, me: str | None, **groups: Sequence[str]
) -> None:
    order = (Group.EMERGENCY, Group.EVERYONE, Group.NOBODY)
    wishes = [(group, who) for group in order for who in groups[group]]
    unnamed = set(people.choose(store, wishes, everyone_else=everyone_else, me=me or ""))
    if unnamed:
        told = suggesting.looks(store, Group.EVERYONE)
        say_who_is_told(talk, [look for look in told if look.contact.id in unnamed])


# --- line by line -----------------------------------------------------------------------


def _interview(talk: Talk, store: Store) -> None:
    """Ask, those who are often rung first at the beginning."""
    from kit.actions.choosing import Choosing

    ask_which_is_you(talk, store)
    sitting = Choosing(store)
    asked = None
    while (group := sitting.group) is not None:
        if group is not asked:
            _ask_anew(talk, group, is_first=asked is None)
            if group is Group.EVERYONE:
                name_unwanted(talk, [sitting.look(contact) for contact in sitting.undecided])
            _show_rows(talk, sitting, sitting.begin())
            asked = group
        answer = _answer(talk, sitting)
        if answer == _UNDO:
            _undo(talk, sitting)
        elif answer == _MORE:
            _show_rows(talk, sitting, sitting.more())
        elif group is Group.EVERYONE:
            _tell_the_rest(talk, sitting, answer)
        else:
            _take(talk, sitting, answer)


def _ask_anew(talk: Talk, group: Group, *, is_first: bool) -> None:
    """The question, with what has to be known before the first."""
    talk.err("")
    if group is Group.EMERGENCY:
        talk.err("Whom did you give the lender as an emergency contact? They are often rung first.")
    if group is Group.NOBODY:
        talk.err("Who must never get a message? A boss, a customer, an ex, whoever lent you money?")
    if is_first:
        talk.err("If telling someone could put you in danger, choose never for them.")
        talk.err(
            "Tell a husband or wife, a guarantor or a co-borrower yourself: a text that says “it "
            "has nothing to do with you” may not be true for them."
        )
        talk.err(
            "Type part of a name, its pinyin or a number to look for somebody, and the numbers of "
            "rows to choose them, such as 1 3-5. Each choice is kept at once."
        )


def _answer(talk: Talk, sitting: Choosing) -> str:
    """One line of answer, full-width forms made plain; what cannot be read matches nothing."""
    left = len(sitting.undecided)
    try:
        if sitting.group is not Group.EVERYONE:
            answer = talk.ask("Name, number or rows (+: more, 0: undo, Enter: go on)")
        elif left:
            answer = talk.ask(
                "Tell these {count} too? y: all, rows: only those, Enter: not now "
                "(+: more, 0: undo)",
                count=left,
            )
        else:
            answer = talk.ask("Everybody is chosen. Enter: done, 0: undo")
    except UnicodeDecodeError:
        answer = "\ufffd"
    return unicodedata.normalize("NFKC", answer)


def _take(talk: Talk, sitting: Choosing, answer: str) -> None:
    """Rows that stand on the screen are chosen; anything else is looked for."""
    if not answer:
        sitting.go_on()
    elif chosen := sitting.rows(answer):
        _say_step(talk, sitting, sitting.put(chosen))
    else:
        _show_rows(talk, sitting, sitting.search(answer))


def _tell_the_rest(talk: Talk, sitting: Choosing, answer: str) -> None:
    left = sitting.undecided
    if left and says_yes(answer):
        _say_step(talk, sitting, sitting.put(left))
    elif not answer or says_yes(answer) or says_no(answer):
        sitting.go_on()
    else:
        _take(talk, sitting, answer)


def _undo(talk: Talk, sitting: Choosing) -> None:
    if sitting.can_undo:
        step = sitting.undo()
        _say_step(talk, sitting, step)
        if step.left:
            talk.err("Chosen elsewhere since, and left as they are: {count}.", count=len(step.left))
    else:
        talk.err("There is nothing left to undo.")
        sitting.undo()


def _say_step(talk: Talk, sitting: Choosing, step: Step) -> None:
    """Who came from where to where; many at once are counted."""
    changes = step.changes
    named = changes if len(changes) <= _MOST_NAMED else ()
    for change in named:
        talk.err(
            "{name}: {before} → {after}",
            name=_full_name(talk, sitting, change.contact),
            before=talk.label(change.before),
            after=talk.label(change.after),
        )
    if not changes:
        talk.err("Nothing was changed.")
    elif not named:
        talk.err("{count} people: {after}", count=len(changes), after=talk.label(changes[0].after))


def _show_rows(talk: Talk, sitting: Choosing, rows: Sequence[tuple[int, Contact]]) -> None:
    """These rows of the list, and how many it has."""
    if rows:
        _head(talk, sitting, rows[0][0], rows[-1][0])
        ends = [_end(talk, sitting, contact) for _, contact in rows]
        for line in lines(talk, rows, ends):
            talk.show(line, err=True)
    elif sitting.is_search:
        talk.err("Nobody has that in name, number or e-mail; no row on the screen has it either.")
    elif sitting.group is not Group.EVERYONE:
        talk.err("Everybody is chosen already. To change somebody, look for them.")


def _head(talk: Talk, sitting: Choosing, first: int, last: int) -> None:
    """What the rows are, and which of them where these are not all."""
    total = sitting.found
    is_all = last - first + 1 == total
    if sitting.is_search and is_all:
        talk.err("Found: {total}", total=total)
    elif sitting.is_search:
        talk.err("Found, {first} to {last} of {total}:", first=first, last=last, total=total)
    elif is_all:
        talk.err("Not chosen yet: {total}", total=total)
    else:
        talk.err(
            "Not chosen yet, {first} to {last} of {total}:", first=first, last=last, total=total
        )


def _end(talk: Talk, sitting: Choosing, contact: Contact) -> str:
    """What stands behind somebody: what was chosen, where others are in the list, and a mark."""
    choice = talk.label(contact.group) if sitting.is_search else ""
    return "  ".join(filter(None, (choice, mark(sitting.look(contact), talk.say))))


def _full_name(talk: Talk, sitting: Choosing, contact: Contact) -> str:
    """The name; with it the end of the number, where the name may be another's too."""
    name = shown_name(talk, contact, _WIDEST_NAME)
    is_enough = name == contact.name and sitting.is_only(contact)
    return name if is_enough else f"{name} {reach(talk, contact, is_narrow=True)}"


# --- by spreadsheet ---------------------------------------------------------------------


def _write(talk: Talk, store: Store, file: Path) -> None:
    from kit.actions import spreadsheet

    count = spreadsheet.write(store, file, _labels(talk.say))
    talk.err(
        "{count} people stand in the spreadsheet, with names and numbers: keep it from others, "
        "and delete it when you are done.",
        count=count,
    )
    talk.err("This told nobody. Next: edit the last column, save it as CSV, then:")
    talk.err("  kit choose --from-csv {file}", file=f'"{file}"' if " " in str(file) else file)


def _read(talk: Talk, store: Store, file: Path) -> None:
    from kit.actions import spreadsheet

    languages = (talk.say, *map(Words, SPOKEN))
    done = spreadsheet.read(store, file, [_labels(say) for say in languages])
    talk.problems(done.notes)
    talk.out("Choices changed: {count}.", count=done.changed)
    if done.emptied:
        talk.err(
            "Cells that are empty: {count}. These people are not chosen; a “never tell” stays.",
            count=done.emptied,
        )
    if done.missing:
        talk.err(
            "People who are not in the spreadsheet: {count}. Their choice stays as it was.",
            count=done.missing,
        )
    talk.err("The spreadsheet holds names and numbers; delete it when you need it no more.")


def _labels(say: Words) -> Labels:
    from kit.actions.spreadsheet import Labels

    groups = {group: say(LABELS[group]) for group in Group}
    columns = {
        "id": say("id"),
        "name": say("name"),
        "numbers": say("number or e-mail"),
        "choice": say("choice ({emergency} / {everyone} / {nobody} / {undecided})", **groups),
    }
    return Labels(columns=columns, groups=groups)
