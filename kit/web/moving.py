"""To another computer and back: a sealed backup goes out, and before the first start one comes in.

Both are locked with a passphrase wherever they lie; the page keeps the one that was made until it
is saved, or left.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, send_file, url_for

from kit.actions import backing_up
from kit.errors import (
    BackupDamagedError,
    BackupTooNewError,
    NoBackupError,
    PassphraseEmptyError,
    PassphraseMismatchError,
    WrongPassphraseError,
)
from kit.web.beginning import AskedError, Typed
from kit.web.desk import desk
from kit.web.guard import LARGEST_UPLOAD, goes_elsewhere, opens_when_locked, takes_files
from kit.web.layout import said_of
from kit.web.uploads import uploads

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kit.actions.store import Store
    from kit.errors import KitError

pages = Blueprint("moving", __name__)

#: Room for the rest of a form in the largest body.
_ROOM = 1_000_000
LARGEST = LARGEST_UPLOAD - _ROOM
_NAME = "all.kit"
#: What the page says itself; what else goes wrong has a page of its own.
_WRONG = (
    BackupDamagedError,
    BackupTooNewError,
    NoBackupError,
    PassphraseEmptyError,
    PassphraseMismatchError,
    WrongPassphraseError,
)


class Made:
    """The backup that was made last, until it is saved and left."""

    def __init__(self, _: Store) -> None:
        self.content = b""


@pages.before_app_request
def _leave() -> None:
    """Whoever goes on to another page has saved it, or does not want it."""
    here = desk()
    if here.is_open and goes_elsewhere("moving"):
        here.of(Made).content = b""


@pages.get("/backup")
def show() -> ResponseReturnValue:
    """What a backup is, and the form."""
    return _page()


@pages.post("/backup")
def take() -> ResponseReturnValue:
    """Make one."""
    here = desk()
    if backing_up.size(here.store) > LARGEST:
        return _page(is_large=True)
    try:
        here.of(Made).content = backing_up.sealed(here.store, _typed_twice())
    except _WRONG as error:
        return _page(error)
    return redirect(url_for("moving.show"), 303)


@pages.get("/backup/file")
def copy() -> ResponseReturnValue:
    """The backup, to be saved."""
    content = desk().of(Made).content
    if not content:
        return redirect(url_for("moving.show"), 303)
    return send_file(
        BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=_NAME,
    )


@pages.get("/restore")
@opens_when_locked
def bring() -> ResponseReturnValue:
    """The form for a backup, where there is no store yet; a clinic's has another way in."""
    return _form() if _may_come_in() else _home()


@pages.post("/restore")
@opens_when_locked
@takes_files
def restore() -> ResponseReturnValue:
    """Make the store of it, and open it."""
    here, files = desk(), uploads("file")
    if not _may_come_in():
        return _home()
    try:
        if not files:
            raise NoBackupError
        here.restore(files[0].content, request.form.get("sealed", ""), Typed())
    except AskedError as asked:
        return _form(asked.instead_of)
    except _WRONG as error:
        return _form(error)
    return redirect(url_for("restored.show"), 303)


def _may_come_in() -> bool:
    return desk().is_first_start and not desk().by_workers


def _home() -> ResponseReturnValue:
    return redirect(url_for("beginning.home"), 303)


def _typed_twice() -> str:
    """The passphrase of the backup.

    Raises:
        PassphraseEmptyError, PassphraseMismatchError: it was not typed the same way twice.
    """
    typed = request.form.get("passphrase", "")
    if not typed:
        raise PassphraseEmptyError
    if typed != request.form.get("again"):
        raise PassphraseMismatchError
    return typed


def _page(wrong: KitError | None = None, *, is_large: bool = False) -> ResponseReturnValue:
    return render_template(
        "backup.html",
        is_made=bool(desk().of(Made).content),
        name=_NAME,
        wrong=said_of(wrong) if wrong else (),
        is_large=is_large,
        most=LARGEST // 1_000_000,
    )


def _form(wrong: KitError | None = None) -> ResponseReturnValue:
    return render_template(
        "restore.html", wrong=said_of(wrong) if wrong else (), most=LARGEST // 1_000_000
    )
