"""The record: what was written down comes out, the newest first, with its files and its gaps.

A picture is shown as what its bytes are; any other file is only handed out, whatever it is called.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from kit.actions import entries, exhibits, leafing, recording
from kit.errors import ExhibitError, LedgerError, NoIncidentError
from kit.model import EntryKind
from kit.web.desk import desk
from kit.web.guard import takes_files
from kit.web.layout import said_of
from kit.web.noting import MOST, handed, place, say_kept

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from kit.model import Exhibit

pages = Blueprint("recorded", __name__)

#: What is shown on the page; everything else is saved.
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_ANY = "application/octet-stream"
#: Endings under which a file is handed out; a page, a drawing or a program loses its own.
_ENDINGS = {
    *(".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".pdf", ".txt", ".csv", ".zip"),
    *(".mp3", ".m4a", ".aac", ".amr", ".wav", ".ogg", ".opus", ".flac", ".wma"),
    *(".mp4", ".m4v", ".mov", ".3gp", ".avi", ".mkv", ".webm"),
}


@pages.get("/evidence")
def show() -> ResponseReturnValue:
    """Everything, some at a time."""
    number = request.args.get("page", 1, type=int)
    found = leafing.page(desk().store, number, request.args.get("of", ""))
    return render_template("record.html", found=found, **shown())


@pages.get("/evidence/verify")
def verify() -> ResponseReturnValue:
    """Whether anything of it was changed."""
    store = desk().store
    problems = entries.faults(store)
    return render_template("verified.html", problems=problems, count=store.record.head()[0])


@pages.get("/evidence/entry/<incident_id>")
def entry(incident_id: str) -> ResponseReturnValue:
    """One incident, and what can be done with it."""
    return _entry(incident_id)


@pages.post("/evidence/files")
@takes_files
def add_files() -> ResponseReturnValue:
    """Keep files with an incident that stands there."""
    here, files = desk(), handed()
    incident_id = request.form.get("which", "")
    try:
        kept = recording.attach(here.store, incident_id, files)
    except (ExhibitError, LedgerError) as error:
        return _entry(incident_id, said_of(error)[0])
    if not kept:
        return _entry(incident_id, here.say("No file was chosen."))
    say_kept(kept, files)
    return redirect(place(incident_id), 303)


@pages.post("/evidence/remove")
def remove() -> ResponseReturnValue:
    """Remove an incident or a file; asked once before."""
    here, which = desk(), request.form.get("which", "")
    kind = EntryKind.EXHIBIT if request.form.get("kind") == "exhibit" else EntryKind.INCIDENT
    is_file = kind is EntryKind.EXHIBIT
    file = leafing.exhibit(here.store, which) if is_file else None
    told = leafing.one(here.store, file.incident_id if file else which)
    if request.form.get("sure") != "yes" and (told or file):
        return render_template("remove.html", told=told, file=file, which=which, **shown())
    try:
        recording.remove(here.store, kind, which)
    except NoIncidentError:  # tapped twice
        here.note("It is not there any more; nothing more was changed.")
    else:
        here.note("Removed. That something stood there stays visible.")
    return redirect(place(told.incident.id) if file and told else url_for("recorded.show"), 303)


@pages.get("/evidence/exhibit/<exhibit_id>")
def exhibit(exhibit_id: str) -> ResponseReturnValue:
    """The bytes of a file: a picture to be seen, anything else to be saved."""
    found = leafing.exhibit(desk().store, exhibit_id)
    if found is None:
        abort(404)
    is_picture = found.media_type in PICTURES
    answer = Response(_bytes(found), mimetype=found.media_type if is_picture else _ANY)
    if not is_picture:
        name = f"exhibit-{found.sha256[:8]}{_ending(found)}"
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _bytes(found: Exhibit) -> Iterator[bytes]:
    """The bytes; the store is not closed while they go out."""
    here = desk()
    store = here.store

    def pieces() -> Iterator[bytes]:
        with here.answering():
            yield from exhibits.content(store, found.id)

    return pieces()


def _ending(found: Exhibit) -> str:
    """The ending that its own name has, where that makes no page and no program of it."""
    ending = PurePath(found.name).suffix.lower()
    return ending if ending in _ENDINGS else ".bin"


def _entry(incident_id: str, wrong: str = "") -> ResponseReturnValue:
    told = leafing.one(desk().store, incident_id)
    if told is None:
        abort(404)
    return render_template("entry.html", told=told, wrong=wrong, most=MOST, **shown())


def shown() -> dict[str, object]:
    """What every page needs that shows an incident."""
    store = desk().store

    def on_the_clock(at: datetime) -> str:
        return f"{recording.by_the_clock(store, at):%Y-%m-%d %H:%M}"

    return {"pictures": PICTURES, "on_the_clock": on_the_clock}
