"""`kit evidence add` and `kit evidence attach`: what happened, and the files that show it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit.actions import entries, exhibits, recording, times
from kit.actions.recording import Told
from kit.cli.asking import ask_about
from kit.cli.recounting import file_line
from kit.cli.talk import talking
from kit.errors import IncidentMissingError, NoIncidentError
from kit.model import IncidentKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from kit.actions.exhibits import Handed
    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Exhibit, Incident


def _handed(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how files came."""
    by = click.option(
        "--handed-by",
        default="",
        metavar="WHO",
        help="Who handed the files over; you if not given.",
    )
    how = click.option(
        "--handed-how", default="", metavar="TEXT", help="How, such as by WeChat on 2 November."
    )
    return by(how(command))


@click.command(
    "add",
    help="Write down a call, text, message, visit or post, with the files that show it. WHO is a "
    "contact or plain words; me is yourself. Without an option it asks.",
    epilog="\b\nExample:\n  kit evidence add --kind call --at 2026-01-05T22:30+08:00 "
    '--from "138 0000 0123" --to 妈妈 --said "让她替我还钱" --disclosed',
)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in IncidentKind]),
    help="call; text: an SMS; message: in a messenger; visit; post: put up where others see it.",
)
@click.option(
    "--at",
    metavar="TIME",
    help="When, such as 2026-11-01T22:30+08:00; without a zone by your own clock.",
)
@click.option("--from", "number", metavar="NUMBER", help="The number, as it was shown.")
@click.option("--to", metavar="WHO", help="Who was reached.")
@click.option("--as", "said_they_were", metavar="NAME", help="Who they said they were.")
@click.option("--said", metavar="TEXT", help="What was said, as close to the words as you can.")
@click.option("--by", metavar="WHO", help="Whose account it is; yours if not given.")
@click.option(
    "--disclosed/--not-disclosed",
    default=None,
    help="A debt was named to somebody else than you, or was not.",
)
@click.option(
    "--refused/--not-refused",
    default=None,
    help="Whoever was reached refused further contact, or did not.",
)
@click.option("--answered/--missed", default=None, help="Somebody answered the call, or nobody.")
@click.option("--threatened", is_flag=True, default=None, help="Somebody was threatened.")
@click.option(
    "--unidentified", is_flag=True, default=None, help="Asked who they are, they did not say."
)
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A picture, a recording or any file that shows it; it is copied unchanged.",
)
@_handed
@talking
def add(talk: Talk, **wishes: Any) -> None:  # noqa: ANN401 (whatever options it has)
    """Write one incident down."""
    given = {name: wish for name, wish in wishes.items() if wish not in (None, "", ())}
    is_whole = "kind" in given and "at" in given
    if not is_whole and not talk.can_ask:
        raise IncidentMissingError
    store = talk.open()
    if "at" in given:
        given["at"] = _time(talk, store, given["at"])
    if not is_whole and not ask_about(talk, store, given):
        talk.err("Nothing was written down.")
        return
    _add(talk, store, given)


@click.command(
    "attach",
    help="Keep more files for what was written down. INCIDENT is a number or an id, as "
    "`kit evidence list` shows it.",
    epilog="\b\nExample:\n  kit evidence attach 1 screenshot.jpg",
)
@click.argument("incident")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_handed
@talking
def attach(
    talk: Talk, *, incident: str, files: Sequence[Path], handed_by: str, handed_how: str
) -> None:
    """Keep files for an incident."""
    store = talk.open()
    found = entries.find(store, incident)
    if not isinstance(found, entries.Noted):
        raise NoIncidentError
    handed = [exhibits.of_file(file, _whole(handed_by), _whole(handed_how)) for file in files]
    kept = recording.attach(store, found.incident.id, handed)
    _say_files(talk, store, handed, kept)


def _add(talk: Talk, store: Store, given: dict[str, Any]) -> None:
    """Write it down, and say what came of it."""
    words: dict[str, Any] = {
        name: _whole(wish) if isinstance(wish, str) else wish for name, wish in given.items()
    }
    by, how = words.pop("handed_by", ""), words.pop("handed_how", "")
    handed = [exhibits.of_file(file, by, how) for file in words.pop("files", ())]
    told = Told(**{**words, "kind": IncidentKind(given["kind"])})
    done = recording.add(store, told, handed)
    talk.show(done.incident.id)
    number = entries.number(store, done.incident)
    if done.is_new:
        talk.err("Written down as number {number}. Nobody was told.", number=number)
        _say_unknown(talk, done.incident)
    else:
        talk.err("This was there already, as number {number}; it is kept once.", number=number)
    _say_files(talk, store, handed, done.exhibits)


def _say_unknown(talk: Talk, incident: Incident) -> None:
    """Say where WHO is nobody in the book, for it may be mistyped."""
    is_reached_known = incident.to_borrower or incident.contact_id
    unknown = {
        "" if is_reached_known else incident.to,
        "" if incident.account_of else incident.account_name,
    }
    for name in sorted(unknown - {""}):
        talk.err("“{name}” is nobody in your contacts; it is kept as you typed it.", name=name)


def _say_files(talk: Talk, store: Store, handed: Sequence[Handed], kept: Sequence[Exhibit]) -> None:
    """Say which files were kept, and what is odd about one of them."""
    if not kept:
        return
    for one, exhibit in zip(handed, kept, strict=True):
        found = entries.File(number=entries.number(store, exhibit), exhibit=exhibit)
        talk.show(file_line(talk, found), err=True)
        talk.problems(exhibits.doubts(exhibit, one))
    talk.err("Kept unchanged. The files still lie where they were, too.")


def _time(talk: Talk, store: Store, text: str) -> datetime:
    at = recording.told_time(store, text)
    if not times.says_zone(text):
        talk.err(
            "The time says no zone: it is taken by your own clock, {at}.",
            at=f"{at:%Y-%m-%d %H:%M} (UTC{at:%z})",
        )
    return at


def _whole(text: str) -> str:
    """The text without halves of characters, which a terminal may hand over."""
    return text.encode("utf-8", "replace").decode()
