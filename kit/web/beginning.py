"""The way in: the link that works once, the first start, the passphrase, hiding and locking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from kit.actions import steps
from kit.actions.steps import Step
from kit.actions.unlocking import Nobody
from kit.errors import PassphraseEmptyError, PassphraseMismatchError, TooSoonError, WrongKeyError
from kit.settings import SPOKEN
from kit.web.desk import desk
from kit.web.guard import cookie_name, opens_when_locked, refused

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kit.errors import KitError, SystemKeyringError

pages = Blueprint("beginning", __name__)

#: What the page that asks says itself.
_WRONG = (WrongKeyError, TooSoonError, PassphraseEmptyError, PassphraseMismatchError)
_PAGES = {
    Step.IMPORT: "bringing.show",
    Step.CHOOSE: "choosing.show",
    Step.PLAN: "reading.show",
    Step.SEND: "telling.show",
    Step.CONFIRM: "went.show",
    Step.DONE: "went.show",
}


@pages.get("/begin/<key>")
def begin(key: str) -> ResponseReturnValue:
    """Take the link, once, and give the cookie for it."""
    cookie = desk().session.begin(key) if request.method == "GET" else ""
    if not cookie:
        return refused(403, "This link was used already, or is not whole. Start kit again.")
    answer = make_response(redirect(url_for("beginning.home"), 303))
    answer.set_cookie(cookie_name(), cookie, httponly=True, samesite="Strict", path="/")
    return answer


@pages.get("/")
def home() -> ResponseReturnValue:
    """The page of the next step."""
    return redirect(url_for(_PAGES[steps.next_step(desk().store)]), 303)


@pages.get("/unlock")
@opens_when_locked
def unlock() -> ResponseReturnValue:
    """What has to be answered before the store opens."""
    here = desk()
    if here.is_open:
        return redirect(url_for("beginning.home"), 303)
    return _ask()


@pages.post("/unlock")
@opens_when_locked
def answer() -> ResponseReturnValue:
    """Open the store with what was answered."""
    here = desk()
    try:
        here.unlock(Typed())
    except AskedError as asked:
        return _ask(asked.what, asked.instead_of)
    except _WRONG as error:
        return _ask("new" if here.is_first_start else "", wrong=error)
    return redirect(desk().session.page, 303)


@pages.post("/lock")
@opens_when_locked
def lock() -> ResponseReturnValue:
    """Lock at once."""
    desk().lock()
    return redirect(url_for("beginning.unlock"), 303)


@pages.post("/hide")
@opens_when_locked
def hide() -> ResponseReturnValue:
    """Put a blank page before every other; only that page takes it away again."""
    session = desk().session
    session.is_hidden = request.form.get("show") != "yes"
    return redirect(session.page, 303)


@pages.post("/language")
@opens_when_locked
def language() -> ResponseReturnValue:
    """Speak another language."""
    wished = request.form.get("language", "")
    if wished in SPOKEN:
        desk().session.language = wished
    return redirect(desk().session.page, 303)


class AskedError(Exception):
    """Something has to be asked first."""

    def __init__(self, what: str, instead_of: SystemKeyringError | None = None) -> None:
        super().__init__()
        self.what = what
        self.instead_of = instead_of


class Typed(Nobody):
    """Answers from the form that was sent."""

    def __init__(self) -> None:
        self._refused: SystemKeyringError | None = None

    def is_shared(self) -> bool:
        """Whether anyone else uses this computer account; nothing is taken for granted."""
        said = request.form.get("shared", "")
        if said not in ("yes", "no"):
            raise AskedError("shared")
        return said == "yes"

    def no_keyring(self, error: SystemKeyringError) -> None:
        """Say why in one sentence; a passphrase will do."""
        self._refused = error

    def new_passphrase(self) -> str:
        """The passphrase, typed the same way twice."""
        if "passphrase" not in request.form:
            raise AskedError("new", self._refused)
        typed = request.form["passphrase"]
        if not typed:
            raise PassphraseEmptyError
        if typed != request.form.get("again"):
            raise PassphraseMismatchError
        return typed

    def passphrase(self) -> str:
        """The passphrase of this store."""
        return request.form.get("passphrase", "")

    def wrong_passphrase(self, left: int) -> None:
        """It is typed anew on the page."""
        del left
        raise WrongKeyError


def _ask(
    what: str = "", instead_of: KitError | None = None, wrong: KitError | None = None
) -> ResponseReturnValue:
    """The question; what the answer to the last one was not, or what a passphrase is instead of."""
    here = desk()
    if not what and here.is_first_start:
        what = "shared"
    elif not what:
        what = "passphrase" if here.asks_passphrase else "again"
    return render_template("unlock.html", what=what, instead_of=instead_of, wrong=wrong)
