"""The fact sheet as a short interview: a letter's name goes in, its questions come out.

Only what was changed on the page is kept, so that a page that was left open in another tab does
not undo what was said since. All that is wrong is said at once, each beside its field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, url_for

from kit.actions import drafting, interview
from kit.actions.drafting import SheetKey, Wanted
from kit.errors import BudgetError, KitError, LedgerError
from kit.model import LenderKind
from kit.web.desk import desk
from kit.web.guard import waits_when_locked
from kit.web.holding import Held, hold, taken
from kit.web.layout import said_of
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from kit.actions.drafting import Question

pages = Blueprint("asking", __name__)

#: Before the name of a field: what stood in it when the page was shown.
_WAS = "was-"


@pages.get("/letters/facts")
@pages.get("/letters/<name>/facts")
def show(name: str = "") -> ResponseReturnValue:
    """What a letter asks; or the whole fact sheet. What waited for an open desk stands in it."""
    questions = _questions(name)
    held = taken(request.path)
    if held:
        return _form(name, held.form, _wrong(name, held.form))
    there = desk().store.book.sheet()
    shown = {one.key.value: _shown(there.get(one.key, "")) for one in questions}
    return _form(name, {**shown, **{f"{_WAS}{key}": text for key, text in shown.items()}}, {})


@pages.post("/letters/facts")
@pages.post("/letters/<name>/facts")
@waits_when_locked
def keep(name: str = "") -> ResponseReturnValue:
    """Keep what was changed, if all of it can be used."""
    here, form = desk(), request.form.to_dict()
    if not here.is_open:
        return hold(Held(page=request.path, form=form))
    wrong = _wrong(name, form)
    if wrong:
        return _form(name, form, wrong)
    try:
        drafting.fill(here.store, _changed(name, form))
    except LedgerError as error:
        return _form(name, form, {"all": said_of(error)[0]})
    if name:
        return redirect(url_for("drafting.show", name=name), 303)
    here.note("Kept. Every letter says it so from now on.")
    return redirect(url_for("letters.show"), 303)


def known(name: str) -> str:
    """The country whose letters they are; a name that none of them has ends here.

    Raises:
        NoDraftError: there are no letters for the country.
    """
    code = drafting.country(desk().store)
    if not interview.is_known(code, name):
        abort(404)
    return code


def _questions(name: str) -> tuple[Question, ...]:
    if name:
        return drafting.questions(known(name), name)
    return tuple(one for some in interview.groups().values() for one in some)


def _changed(name: str, form: Mapping[str, str]) -> dict[str, str]:
    """What is another than it was when the page was shown."""
    keys = [one.key.value for one in _questions(name)]
    return {
        key: form[key]
        for key in keys
        if key in form and form[key].split() != form.get(f"{_WAS}{key}", "").split()
    }


def _wrong(name: str, form: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by its field: what cannot be used, and what is needed and left out."""
    here, changed = desk(), _changed(name, form)
    faults = drafting.faults(here.store, changed)
    found = {key: here.say(one.what, **one.facts) for key, one in faults.items()}
    there = here.store.book.sheet()
    for one in interview.asked(known(name), name).needs if name else ():
        if not changed.get(one.key.value, there.get(one.key, "")).strip():
            found[one.key.value] = here.say("It cannot be made without this.")
    return found


def _shown(value: str) -> str:
    """A value as somebody would type it: `12000`, not `12000.00`."""
    return value.removesuffix(".00")


def _form(name: str, typed: Mapping[str, str], wrong: Mapping[str, str]) -> ResponseReturnValue:
    here = desk()
    refusal = None if wrong else _refusal(name)
    refused = (
        {one.where: here.say(one.what, **one.facts) for one in refusal.problems} if refusal else {}
    )
    keys = [one.key.value for one in _questions(name)]
    shown = {
        "name": name,
        "typed": typed,
        "was": _WAS,
        "wrong": wrong,
        "first_wrong": next((key for key in keys if key in wrong), ""),
        "kinds": [kind.value for kind in LenderKind],
    }
    if not name:
        opened = {*wrong, request.args.get("open", "name")}
        filled_in = {key for key, text in typed.items() if text}
        return render_template(
            "facts.html", groups=interview.groups(), opened=opened, filled_in=filled_in, **shown
        )
    code = known(name)
    return render_template(
        "ask.html",
        title=drafting.title(code, name, here.session.language),
        asked=interview.asked(code, name),
        keys=keys,
        has_figures=_has_figures(name),
        lacks_record=interview.lacks_record(here.store, code, name),
        refused=refused,
        **shown,
    )


def _has_figures(name: str) -> bool:
    """Whether it reckons with what comes in and goes out."""
    return bool(name) and any(one.key is SheetKey.INCOME for one in _questions(name))


def _refusal(name: str) -> KitError | None:
    """Why the figures that stand in the fact sheet carry no proposal, if they carry none."""
    if not _has_figures(name):
        return None
    try:
        drafting.draft(desk().store, Wanted(name=name), Words)
    except BudgetError as error:
        return error
    except KitError:
        return None  # what is missing is asked here, the rest is said where the letter is shown
    return None
