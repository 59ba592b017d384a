"""What contacts reported waits here: the borrower takes it into the record, or does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from kit.actions import accepting, people
from kit.errors import NoProposalError
from kit.web.desk import desk
from kit.web.recorded import shown

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("waiting", __name__)

#: So many stand on the page; when these are done, the next.
_MOST = 40


@pages.get("/evidence/waiting")
def show() -> ResponseReturnValue:
    """What waits, the oldest first."""
    store = desk().store
    found = accepting.waiting(store)
    some = [(one, people.contact(store, one.contact_id)) for one in found[:_MOST]]
    return render_template("waiting.html", some=some, count=len(found), **shown())


@pages.post("/evidence/accept")
def accept() -> ResponseReturnValue:
    """Take it into the record."""
    here = desk()
    try:
        accepting.accept(here.store, request.form.get("which", ""))
    except NoProposalError:  # tapped twice
        _say_settled()
    else:
        here.note("Written down, by the account of whoever sent it: {count}.", count=1)
    return redirect(url_for("waiting.show"), 303)


@pages.post("/evidence/decline")
def decline() -> ResponseReturnValue:
    """Leave it out."""
    here = desk()
    try:
        accepting.decline(here.store, request.form.get("which", ""))
    except NoProposalError:  # tapped twice
        _say_settled()
    else:
        here.note("Left out: {count}. Nothing was written down.", count=1)
    return redirect(url_for("waiting.show"), 303)


def _say_settled() -> None:
    desk().note("That was settled already; nothing more was changed.")
