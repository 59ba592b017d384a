"""After a restore: what is not known yet of the other computer; it is asked, or the borrower is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from kit.actions import hearing, restored
from kit.web.desk import desk

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("restored", __name__)


@pages.get("/restored")
def show() -> ResponseReturnValue:
    """What holds the store back."""
    store = desk().store
    held = restored.held_by(store)
    return render_template(
        "restored.html",
        made_at=store.copies.made_at,
        askable=[name for name in held if restored.can_rule_out(store, name)],
        by_word=[name for name in held if not restored.can_rule_out(store, name)],
    )


@pages.post("/restored/ask")
def ask() -> ResponseReturnValue:
    """Ask the providers."""
    here = desk()
    synced = hearing.sync(here.store)
    for name, error in synced.failed:
        here.note("{channel}: could not be asked.", channel=here.label(name))
        here.note(error.sentence, **error.facts)
    if synced.known is not None and synced.known.found:
        here.note(
            "Sent after the backup, and written down now: {count}.",
            count=synced.known.found,
        )
    return redirect(url_for("restored.show"), 303)


@pages.post("/restored/word")
def word() -> ResponseReturnValue:
    """The borrower says that nothing more went by a way."""
    hearing.nothing_by(desk().store, request.form.getlist("way"))
    return redirect(url_for("restored.show"), 303)
