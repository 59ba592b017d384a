"""A copy of the record to hand on: what is wanted goes in; a zip comes out, in memory only.

It is shown with its code, and saved from there; whoever goes on to another page, or locks, leaves
it. Its name says whether it has names in it, so that nobody gives the wrong one away.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, send_file, url_for

from kit.actions import exhibits, exporting, leafing, sealing
from kit.actions.exporting import Wish
from kit.errors import (
    NoIncidentError,
    PassphraseEmptyError,
    PassphraseMismatchError,
    SealMissingError,
    SealTooLargeError,
)
from kit.web.desk import desk
from kit.web.guard import goes_elsewhere
from kit.web.layout import said_of
from kit.web.recorded import shown

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kit.actions.store import Store
    from kit.errors import KitError

pages = Blueprint("passing_on", __name__)

#: Bytes of the files of a copy: it is made in memory.
LARGEST = sealing.LARGEST


class Copy:
    """The copy that was made last, until it is saved and left."""

    def __init__(self, _: Store) -> None:
        self.leave()

    def keep(self, content: bytes, name: str, code: str) -> None:
        """Keep it for whoever saves it."""
        self.content, self.name, self.code = content, name, code

    def leave(self) -> None:
        """Drop it."""
        self.keep(b"", "", "")


@pages.before_app_request
def _leave() -> None:
    """Whoever goes on to another page has saved it, or does not want it."""
    here = desk()
    if here.is_open and goes_elsewhere("passing_on"):
        here.of(Copy).leave()


@pages.get("/evidence/export")
def show() -> ResponseReturnValue:
    """What can be in a copy."""
    return _form()


@pages.post("/evidence/export")
def take() -> ResponseReturnValue:
    """Make the copy."""
    here, form = desk(), request.form
    wish = Wish(
        redacted=form.get("whom") != "me",
        ticked=tuple(form.getlist("ticked")) if form.get("whom") != "me" else (),
        as_zip=True,
    )
    try:
        passphrase = _passphrase()
        size = exporting.listed(here.store, wish).size
        if passphrase:
            sealing.check(size)
    except (NoIncidentError, PassphraseEmptyError, PassphraseMismatchError, SealMissingError) as no:
        return _form(no)
    except SealTooLargeError:
        size = LARGEST + 1
    if size > LARGEST:
        return _form(None, is_large=True)
    stream = BytesIO()
    code = exporting.write_zip(here.store, stream, wish, here.say, here.session.language)
    content = stream.getvalue()
    name = f"record-{'for-others' if wish.redacted else 'with-names'}.zip"
    if passphrase:
        content, name = sealing.sealed(content, passphrase), f"{name}.age"
    here.of(Copy).keep(content, name, code)
    return redirect(url_for("passing_on.show"), 303)


@pages.get("/evidence/export/copy")
def copy() -> ResponseReturnValue:
    """The copy, to be saved."""
    made = desk().of(Copy)
    if not made.content:
        return redirect(url_for("passing_on.show"), 303)
    return send_file(
        BytesIO(made.content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=made.name,
    )


def _passphrase() -> str:
    """What seals the copy; empty: it is not sealed.

    Raises:
        PassphraseEmptyError, PassphraseMismatchError: it was not typed the same way twice.
    """
    if request.form.get("sealed") != "yes":
        return ""
    typed = request.form.get("passphrase", "")
    if not typed:
        raise PassphraseEmptyError
    if typed != request.form.get("again"):
        raise PassphraseMismatchError
    return typed


def _form(wrong: KitError | None = None, *, is_large: bool = False) -> ResponseReturnValue:
    store = desk().store
    return render_template(
        "pass_on.html",
        made=desk().of(Copy),
        there=exporting.listed(store, Wish()),
        files=exhibits.exhibits(store),
        at_by_incident=leafing.times(store),
        typed=request.form,
        ticked=request.form.getlist("ticked"),
        wrong=said_of(wrong) if wrong else (),
        is_large=is_large,
        most=LARGEST // 1_000_000,
        **shown(),
    )
