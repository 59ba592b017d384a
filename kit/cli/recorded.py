"""`kit evidence list`, `save`, `verify` and `remove`: the record as it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import entries, exhibits
from kit.actions.entries import File, Noted
from kit.actions.recording import PROPOSED
from kit.cli.recounting import fields, file_fields, file_line, gap_fields, lines
from kit.cli.talk import talking
from kit.errors import NoIncidentError, RemovalUnconfirmedError

if TYPE_CHECKING:
    from kit.actions.entries import Shown
    from kit.cli.talk import Talk

_PARTLY = 3


@click.command(
    "list",
    help="What was written down, with the files that show it, and what you removed.",
    epilog="\b\nExample:\n  kit evidence list",
)
@click.option("--exhibits", "only_files", is_flag=True, help="The files only.")
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def list_(talk: Talk, *, only_files: bool, as_json: bool) -> None:
    """Print the record."""
    shown = entries.shown(talk.open())
    noted = () if only_files else shown.noted
    files = [*(file for one in shown.noted for file in one.files), *shown.loose]
    loose = files if only_files else shown.loose
    if as_json:
        rows = (map(fields, noted), map(file_fields, loose), map(gap_fields, shown.gaps))
        for row in (row for some in rows for row in some):
            talk.json(row)
        return
    for one in noted:
        _print(talk, one)
    for file in loose:
        talk.show(file_line(talk, file))
    for gap in shown.gaps:
        talk.out(
            "{number}: removed by you on {at} ({what}). The gap stays.",
            number=gap.number,
            at=gap.removed_at,
            what=talk.label(gap.kind),
        )
    _say_what_it_is(talk, shown)


@click.command(
    "save",
    help="Write a kept file out again, unchanged. EXHIBIT is a number or an id, as "
    "`kit evidence list` shows it.",
    epilog="\b\nExample:\n  kit evidence save 2 copy.jpg",
)
@click.argument("exhibit")
@click.argument("to", type=click.Path(path_type=Path))
@talking
def save(talk: Talk, *, exhibit: str, to: Path) -> int:
    """Write the bytes out again."""
    store = talk.open()
    found = entries.find(store, exhibit)
    if not isinstance(found, File):
        raise NoIncidentError
    if exhibits.save(store, found.exhibit, to):
        talk.out("Written: {file}. It lies there readable, outside of the store.", file=to)
        return 0
    talk.out("The file is not as it was kept.")
    return _PARTLY


@click.command(
    "verify",
    help="Look whether anything in the record was changed since it was written down.",
    epilog="\b\nExample:\n  kit evidence verify",
)
@talking
def verify(talk: Talk) -> int:
    """Tell whether the record is whole."""
    store = talk.open()
    faults = entries.faults(store)
    for fault in faults:
        talk.out("{where}: {what}", where=fault.where, what=talk.problem(fault))
    if faults:
        talk.err("The record is not as it was written. Keep a copy of it as it is; ask for help.")
        return 1
    count = entries.count(store)
    talk.out(
        "Whole: no change was found. Entries: {entries}, incidents: "
        "{incidents}, files: {exhibits}, removed by you: {gaps}.",
        entries=count.entries,
        incidents=count.incidents,
        exhibits=count.exhibits,
        gaps=count.gaps,
    )
    return 0


@click.command(
    "remove",
    help="Remove an incident with its files, or one file, for ever; that something stood there "
    "stays visible. ID is a number or an id, as `kit evidence list` shows it.",
    epilog="\b\nExample:\n  kit evidence remove 2 --yes",
)
@click.argument("which", metavar="ID")
@click.option("--yes", "sure", is_flag=True, help="Remove it without being asked.")
@talking
def remove(talk: Talk, *, which: str, sure: bool) -> None:
    """Remove what the borrower wants gone."""
    store = talk.open()
    found = entries.find(store, which)
    if not sure:
        if not talk.can_ask:
            raise RemovalUnconfirmedError
        _say_what_goes(talk, found)
        if not talk.confirm("Remove it for ever? y: yes, Enter: no"):
            talk.err("Nothing was removed.")
            return
    entries.remove(store, found)
    talk.out(
        "Removed. That something stood there stays visible: number {number}.", number=found.number
    )
    if isinstance(found, Noted) and found.incident.source.startswith(PROPOSED):
        talk.err("What the contact reported or wrote stays where it came in; it is not removed.")


def _print(talk: Talk, one: Noted) -> None:
    for line in lines(talk, one.incident, entries.clock(one.incident), one.number):
        talk.show(line)
    for file in one.files:
        talk.show(f"  {file_line(talk, file)}")


def _say_what_it_is(talk: Talk, shown: Shown) -> None:
    if shown.noted:
        talk.err("Each of these is somebody's account. What it means is for others to judge.")
    elif not shown.loose and not shown.gaps:
        talk.err("Nothing was written down yet. To do so: kit evidence add")


def _say_what_goes(talk: Talk, found: Noted | File) -> None:
    if isinstance(found, File):
        talk.show(file_line(talk, found), err=True)
        return
    for line in lines(talk, found.incident, entries.clock(found.incident), found.number):
        talk.show(line, err=True)
    if found.files:
        talk.err("Files that go with it: {count}", count=len(found.files))
