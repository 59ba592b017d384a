"""A copy of the record to hand on: what is wanted goes in; a zip comes out, in memory only."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, send_file

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
from kit.web.layout import said_of
from kit.web.recorded import shown

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kit.actions.store import Store
    from kit.errors import KitError

pages = Blueprint("passing_on", __name__)

#: Bytes of the files of a copy: it is made in memory.
LARGEST = sealing.LARGEST


@pages.get("/evidence/export")
def show() -> ResponseReturnValue:
    """What can be in a copy."""
    return _form()


@pages.post("/evidence/export")
def take() -> ResponseReturnValue:
    """The copy, to be saved."""
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
    content = _zip(here.store, wish)
    name = "record.zip"
    if passphrase:
        content, name = sealing.sealed(content, passphrase), "record.zip.age"
    return send_file(
        BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name,
    )


def _zip(store: Store, wish: Wish) -> bytes:
    here, stream = desk(), BytesIO()
    code = exporting.write_zip(store, stream, wish, here.say, here.session.language)
    here.note("Code of the copy: {code}", code=code)
    here.note(
        "Write this code down, or send it to somebody: later it shows that nothing was changed."
    )
    return stream.getvalue()


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
