"""Calls and texts that a phone wrote down: its backup goes in; the borrower picks the collectors'.

The file stays in memory until that is said. Of other people's rows nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from kit.actions import logs, times
from kit.actions.log_files import Ways
from kit.web.bringing import alike
from kit.web.desk import desk
from kit.web.guard import goes_elsewhere, takes_files
from kit.web.noting import MOST, handed
from kit.web.recorded import shown
from kit.words.labels import COLUMNS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kit.actions.exhibits import Handed
    from kit.actions.logs import Brought
    from kit.actions.store import Store

pages = Blueprint("picking", __name__)

#: Numbers that are seen at once, and that can be chosen; the others rang less.
_SEEN, _MOST_SHOWN = 60, 3_000


@dataclass(slots=True)
class Log:
    """What a phone wrote down, while it is asked who of it are collectors."""

    store: Store
    files: tuple[Handed, ...] = ()
    brought: Brought | None = None

    def leave(self) -> None:
        """Drop it."""
        self.files, self.brought = (), None


@pages.before_app_request
def _leave() -> None:
    """Whoever goes on to another page needs the files no more."""
    here = desk()
    if here.is_open and goes_elsewhere("picking"):
        here.of(Log).leave()


@pages.get("/evidence/import")
def show() -> ResponseReturnValue:
    """The form, or who rang."""
    brought = desk().of(Log).brought
    callers = brought.callers if brought else ()
    others = [one for one in callers if not one.is_known or one.is_picked]
    others.sort(key=lambda one: one.is_picked)
    problems = brought.problems if brought else ()
    return render_template(
        "pick.html",
        brought=brought,
        callers=others[:_MOST_SHOWN],
        seen=_SEEN,
        columns=COLUMNS,
        more=max(0, len(others) - _MOST_SHOWN),
        contacts=len(callers) - len(others),
        problems=alike(problems),
        needs_options=any("--" in one.what for one in problems),
        hidden=logs.HIDDEN,
        most=MOST,
        **shown(),
    )


@pages.post("/evidence/import")
@takes_files
def take() -> ResponseReturnValue:
    """Read who rang."""
    here, files = desk(), handed()
    log = here.of(Log)
    log.leave()
    if files:
        log.files, log.brought = files, logs.read(here.store, files, _ways(here.store))
    else:
        here.note("No file was chosen.")
    return redirect(url_for("picking.show"), 303)


@pages.post("/evidence/pick")
def pick() -> ResponseReturnValue:
    """Write down what came from the numbers that were ticked."""
    here = desk()
    log, numbers = here.of(Log), request.form.getlist("number")
    if not log.brought:
        here.note("The files are no longer in memory. Choose them once more.")
        return redirect(url_for("picking.show"), 303)
    if not numbers and not any(one.is_picked for one in log.brought.callers):
        here.note("Nothing was written down: no number was picked as a collector's.")
        return redirect(url_for("picking.show"), 303)
    taken = logs.take(here.store, log.files, numbers, _ways(here.store))
    here.note("{rows} calls and texts read; written down: {new}.", rows=taken.rows, new=taken.new)
    if taken.known:
        here.note("Were there already: {count}.", count=taken.known)
    if taken.removed:
        here.note("Left out, for you removed them before: {count}.", count=taken.removed)
    return redirect(url_for("recorded.show"), 303)


def _ways(store: Store) -> Ways:
    return Ways(zone=times.own(store, store.clock()))
