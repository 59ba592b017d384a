"""Page 1, bring in: files go in; what was read of them and what was not comes out.

The files stay in memory while something may be said of them: in which character set they are,
where their numbers are from. Whoever goes on, or locks, leaves them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from kit.actions import importing, merging, people
from kit.actions.uploading import Doubt, Imported, Upload, import_uploads
from kit.errors import UploadError
from kit.web.desk import desk
from kit.web.guard import LARGEST_UPLOAD, goes_elsewhere, takes_files
from kit.web.uploads import uploads
from kit.words.labels import MERGE_REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from kit.actions.store import Store
    from kit.model import Problem

pages = Blueprint("bringing", __name__)

#: Bytes of a form besides its files; a name has at most some hundreds.
_ROOM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What came of files that were brought in."""

    uploads: tuple[Upload, ...] = field(default=(), repr=False)
    #: what has to be said before anything is brought in
    doubts: tuple[Doubt, ...] = ()
    #: what came of them; without their bytes, of files that are no longer spoken of
    done: Imported | None = None
    error: UploadError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Problems that say the same."""

    what: str
    #: the lines, if it is there in lines, by the name of the file
    places: Mapping[str, Sequence[str]]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(max(len(lines), 1) for lines in self.places.values())


class Visit:
    """What came of the last files that were brought in at this desk."""

    def __init__(self, store: Store) -> None:
        self.last = Brought()
        self._store = store
        self._turn = threading.Lock()

    @property
    def is_at_work(self) -> bool:
        """Whether something is being read: that goes on when the desk is locked."""
        return self._turn.locked()

    def bring_in(self, files: tuple[Upload, ...], region: str = "", charset: str = "") -> None:
        """Bring them in, or keep what has to be asked."""
        with self._turn:
            try:
                found = import_uploads(self._store, files, region, charset)
            except UploadError as error:
                self.last = Brought(error=error)
            else:
                self.last = _brought(files, found)

    def leave(self) -> None:
        """Drop the files; what was read of them, and what was not, can still be looked at."""
        self.last = Brought(done=self.last.done)


def _brought(files: tuple[Upload, ...], found: Imported | tuple[Doubt, ...]) -> Brought:
    if isinstance(found, Imported):
        return Brought(uploads=files, done=found)
    return Brought(uploads=files, doubts=found)


@pages.before_app_request
def _leave() -> None:
    """Whoever goes on to another page needs the files no more."""
    here = desk()
    if goes_elsewhere("bringing") and here.is_open:
        here.of(Visit).leave()


@pages.get("/import")
def show() -> ResponseReturnValue:
    """What to do, and what came of it."""
    here = desk()
    last, language = here.of(Visit).last, here.session.language
    return render_template(
        "import.html",
        last=last,
        known=people.count(here.store),
        alike=alike(last.done.problems if last.done else ()),
        region=importing.region_name(here.store.region, language),
        most=LARGEST_UPLOAD - _ROOM,
        ways=people.ways_to_export(language),
        regions=importing.regions(language),
        charsets=importing.CHARSETS,
    )


@pages.post("/import")
@takes_files
def take() -> ResponseReturnValue:
    """Bring in the files that were chosen."""
    here, files = desk(), uploads("files")
    visit = here.of(Visit)
    visit.last = Brought()
    if files:
        visit.bring_in(files)
    else:
        here.note("No file was chosen.")
    return _back(visit)


@pages.post("/import/again")
def again() -> ResponseReturnValue:
    """Read the same files again, by what is now said of them."""
    here = desk()
    visit = here.of(Visit)
    files = tuple(
        replace(one, charset=request.form.get(f"charset-{position}", one.charset))
        for position, one in enumerate(visit.last.uploads)
    )
    if files:
        visit.bring_in(files, request.form.get("region", ""), request.form.get("charset", ""))
    else:
        here.note("The files are no longer in memory. Choose them once more.")
    return _back(visit)


@pages.get("/import/merged")
def merged() -> ResponseReturnValue:
    """Who came of several cards, and why these are taken to be one person's."""
    everybody = merging.merged(desk().store)
    return render_template("merged.html", everybody=everybody, reasons=MERGE_REASONS)


@pages.post("/import/split")
def split() -> ResponseReturnValue:
    """Take apart what is more than one person."""
    here = desk()
    done = merging.split(here.store, request.form.get("who", ""))
    here.note(
        "Taken apart: {count} contacts now, also after another import.", count=len(done.contacts)
    )
    if done.to_choose:
        here.note(
            "Not chosen yet, and told nothing: {count}. The first keeps what you had chosen.",
            count=done.to_choose,
        )
    return redirect(url_for("bringing.merged"), 303)


def alike(problems: Iterable[Problem]) -> list[Alike]:
    """What is wrong, each thing once, with every place, in the order in which they came."""
    found: dict[str, dict[str, list[str]]] = {}
    for problem in problems:
        file, _, line = problem.where.rpartition(":")
        is_line = line.isdecimal()
        what = desk().say(problem.what, **problem.facts)
        places = found.setdefault(what, {}).setdefault(file if is_line else problem.where, [])
        places += [line] if is_line else []
    return [Alike(what=what, places=places) for what, places in found.items()]


def _back(visit: Visit) -> ResponseReturnValue:
    if not desk().is_open:  # locked while it was read
        visit.leave()
    return redirect(url_for("bringing.show"), 303)
