"""Which apps read contacts: a report or a list of a phone goes in; the table and picture come out.

The file is read and dropped; what it said stays in memory until somebody locks or brings another.
"""

from __future__ import annotations

from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, render_template, url_for

from kit.actions import auditing, guiding
from kit.errors import AuditError
from kit.web.bringing import alike
from kit.web.desk import desk
from kit.web.guard import LARGEST_UPLOAD, takes_files
from kit.web.uploads import uploads
from kit.words.labels import LABELS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kit.actions.auditing import Audit
    from kit.actions.store import Store
    from kit.model import Access, Permission

pages = Blueprint("auditing", __name__)

#: Rows of one kind, and commands, that stand on the page.
_MOST_ROWS, _MOST_COMMANDS = 100, 30
#: Bytes of a form besides its file.
_ROOM = 1_000_000


class Visit:
    """What the last report or list said."""

    def __init__(self, _: Store) -> None:
        self.found: Audit | None = None
        self.error: AuditError | None = None

    def take(self, handed: auditing.Handed) -> None:
        """Read it; what is none is said."""
        self.found = self.error = None
        try:
            self.found = auditing.audit(handed)
        except AuditError as error:
            self.error = error


@pages.get("/audit")
def show() -> ResponseReturnValue:
    """The form, what the last file said, and the checklist."""
    visit = desk().of(Visit)
    found, error = visit.found, visit.error
    problems = found.problems if found else error.problems if error else ()
    return render_template(
        "audit.html",
        found=found,
        is_report=found is not None and found.form is auditing.AuditForm.PRIVACY_REPORT,
        error=error,
        problems=alike(problems),
        tables=_tables(found) if found else [],
        beside=auditing.beside(found.form) if found else None,
        commands=auditing.commands(found)[:_MOST_COMMANDS] if found else (),
        seconds=auditing.NEAR_S,
        rows=_MOST_ROWS,
        most=LARGEST_UPLOAD - _ROOM,
        labels=LABELS,
        is_own=auditing.is_own,
        law=guiding.facts(guiding.USUAL).language,
        checklist=guiding.make("checklist", guiding.USUAL, desk().session.language).guide,
    )


@pages.post("/audit")
@takes_files
def take() -> ResponseReturnValue:
    """Read the file that was chosen."""
    here, files = desk(), uploads("files")
    if files:
        content = files[0].content
        handed = auditing.Handed(name=files[0].name, open=lambda: BytesIO(content))
        here.of(Visit).take(handed)
    else:
        here.note("No file was chosen.")
    return redirect(url_for("auditing.show"), 303)


@pages.get("/audit/picture.svg")
def picture() -> ResponseReturnValue:
    """What apps have read, day by day."""
    here = desk()
    found = here.of(Visit).found
    if found is None or not found.accesses:
        abort(404)
    drawn = auditing.picture(found, here.say, here.session.language)
    return Response(drawn, mimetype="image/svg+xml")


@pages.get("/audit/<name>")
def download(name: str) -> ResponseReturnValue:
    """The checklist, to be saved."""
    made = guiding.make("checklist", guiding.USUAL, desk().session.language)
    if name not in made.contents:
        abort(404)
    kind = "text/html" if name.endswith(".html") else "text/plain"
    answer = Response(made.contents[name], content_type=f"{kind}; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _tables(found: Audit) -> list[tuple[str, list[Access | Permission]]]:
    """The rows of each kind, contacts first."""
    return [(kind, list(some)) for kind, some in groupby(found.rows, lambda one: one.kind)]
