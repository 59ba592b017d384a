"""`kit evidence list`, `save`, `verify` and `remove`: the record as it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import entries, exhibits
from kit.actions.entries import File, Noted
from kit.cli.talk import talking
from kit.errors import NoIncidentError, RemovalUnconfirmedError
from kit.model import Account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kit.actions.entries import Gap, Shown
    from kit.actions.recording import Told
    from kit.cli.talk import Talk
    from kit.model import Incident

_PARTLY = 3
_THOUSAND = 1000


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
        rows = (map(_fields, noted), map(_file_fields, loose), map(_gap_fields, shown.gaps))
        for row in (row for some in rows for row in some):
            talk.json(row)
        return
    for one in noted:
        _print(talk, one)
    for file in loose:
        talk.show(_file_line(talk, file))
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
        "Whole: nothing was changed since it was written down. Entries: {entries}, incidents: "
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


def _print(talk: Talk, one: Noted) -> None:
    for line in lines(talk, one.incident, entries.clock(one.incident), one.number):
        talk.show(line)
    for file in one.files:
        talk.show(f"  {_file_line(talk, file)}")


def _say_what_it_is(talk: Talk, shown: Shown) -> None:
    if shown.noted:
        talk.err("Each of these is somebody's account. What it means is for others to judge.")
    elif not shown.loose and not shown.gaps:
        talk.err("Nothing was written down yet. To do so: kit evidence add")


def lines(
    talk: Talk, told: Incident | Told, at: datetime, number: int | None = None
) -> Iterator[str]:
    """What somebody tells, in plain words; the first line is its heading."""
    yield " · ".join(
        (
            *(() if number is None else (f"{number}",)),
            _clock(at),
            talk.label(told.kind),
            f"{_plain(told.number) or talk.say('(no number shown)')} → {_whom(talk, told)}",
        )
    )
    if told.said_they_were:
        yield talk.say("  They said they were: {name}", name=_plain(told.said_they_were))
    if told.said:
        yield talk.say("  What was said: {words}", words=_plain(told.said))
    yield from _answers(talk, told)
    yield _by_whom(talk, told)


def say_kept(talk: Talk, file: File) -> None:
    """Say which file was kept."""
    talk.show(_file_line(talk, file), err=True)


def _say_what_goes(talk: Talk, found: Noted | File) -> None:
    if isinstance(found, File):
        say_kept(talk, found)
        return
    for line in lines(talk, found.incident, entries.clock(found.incident), found.number):
        talk.show(line, err=True)
    if found.files:
        talk.err("Files that go with it: {count}", count=len(found.files))


def _answers(talk: Talk, told: Incident | Told) -> Iterator[str]:
    """What is known of it, and is yes or no."""
    said = {True: talk.say("yes"), False: talk.say("no")}
    if told.answered is not None:
        yield talk.say("  Did somebody answer? {answer}", answer=said[told.answered])
    if told.disclosed is not None:
        yield talk.say("  Was a debt named? {answer}", answer=said[told.disclosed])
    if told.refused is not None:
        yield talk.say("  Did the contact refuse? {answer}", answer=said[told.refused])
    if told.threatened is not None:
        yield talk.say("  Was somebody threatened? {answer}", answer=said[told.threatened])
    if told.unidentified:
        yield talk.say("  Asked who they are, they did not say.")


def _by_whom(talk: Talk, told: Incident | Told) -> str:
    if told.account is Account.LOG:
        return talk.say("  As the phone or the carrier wrote it down.")
    name = getattr(told, "account_name", "") or getattr(told, "by", "")
    if name:
        return talk.say("  By the account of: {name}", name=_plain(name))
    return talk.say("  By your own account.")


def _whom(talk: Talk, told: Incident | Told) -> str:
    if getattr(told, "to_borrower", False):
        return talk.say("you")
    return _plain(told.to) or talk.say("(nobody said whom)")


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at.second else f"{at:%Y-%m-%d %H:%M}"


def _plain(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def _file_line(talk: Talk, file: File) -> str:
    exhibit = file.exhibit
    facts = [
        talk.say("{number}: file {name}", number=file.number, name=_plain(exhibit.name)),
        exhibit.media_type,
        _size(exhibit.size),
    ]
    if exhibit.taken_at:
        taken = talk.say(
            "{at} ({origin})", at=exhibit.taken_at, origin=talk.label(exhibit.taken_from)
        )
        facts.append(taken)
    if exhibit.received_from or exhibit.received_by:
        handed = " · ".join(filter(None, (exhibit.received_from, exhibit.received_by)))
        facts.append(talk.say("handed over: {how}", how=_plain(handed)))
    return " · ".join(facts)


def _size(size: int) -> str:
    for unit in ("B", "kB"):
        if size < _THOUSAND:
            return f"{size} {unit}"
        size = round(size / _THOUSAND)
    return f"{size} MB"


def _fields(one: Noted) -> dict[str, object]:
    incident = one.incident
    return {
        "id": incident.id,
        "number": one.number,
        "kind": incident.kind.value,
        "at": entries.clock(incident).isoformat(),
        "zones": list(incident.zones),
        "from": incident.number,
        "caller": incident.caller,
        "to": incident.to,
        "to_borrower": incident.to_borrower,
        "contact_id": incident.contact_id or None,
        "said_they_were": incident.said_they_were,
        "said": incident.said,
        "disclosed": incident.disclosed,
        "refused": incident.refused,
        "answered": incident.answered,
        "threatened": incident.threatened,
        "unidentified": incident.unidentified,
        "account": incident.account.value,
        "account_of": incident.account_of or None,
        "account_name": incident.account_name,
        "noted_at": incident.noted_at.isoformat(),
        "source": incident.source,
        "exhibits": [_file_fields(file) for file in one.files],
    }


def _file_fields(file: File) -> dict[str, object]:
    exhibit = file.exhibit
    return {
        "id": exhibit.id,
        "number": file.number,
        "kind": "exhibit",
        "incident_id": exhibit.incident_id or None,
        "name": exhibit.name,
        "sha256": exhibit.sha256,
        "size": exhibit.size,
        "media_type": exhibit.media_type,
        "taken_at": exhibit.taken_at.isoformat() if exhibit.taken_at else None,
        "taken_from": exhibit.taken_from.value,
        "received_from": exhibit.received_from,
        "received_by": exhibit.received_by,
    }


def _gap_fields(gap: Gap) -> dict[str, object]:
    return {
        "id": None,
        "number": gap.number,
        "kind": "removed",
        "was": gap.kind.value,
        "removed_at": gap.removed_at.isoformat(),
    }
