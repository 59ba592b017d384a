"""Letters and complaints: what can be written, what was sent, and what comes next, as one list."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, url_for

from kit.actions import drafting, filing, guiding, interview
from kit.actions.drafting import SheetKey
from kit.errors import EarlyAnswerError, NoDraftError, NoFilingError, SheetValueError
from kit.model import FilingEvent
from kit.web.asking import known
from kit.web.desk import desk
from kit.web.layout import said_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from kit.errors import KitError

pages = Blueprint("letters", __name__)

#: What is due later than that is folded away.
_SOON = timedelta(days=100)


@pages.get("/letters")
def show() -> ResponseReturnValue:
    """The list."""
    return _list({})


@pages.post("/letters/answered")
def answered() -> ResponseReturnValue:
    """An answer came."""
    form = request.form
    known(form.get("name", ""))
    wrong = noted(FilingEvent.ANSWERED, form)
    return _list({**form.to_dict(), "sentence": wrong}) if wrong else _back()


@pages.post("/letters/taken-back")
def take_back() -> ResponseReturnValue:
    """It was not sent after all."""
    known(request.form.get("name", ""))
    noted(FilingEvent.TAKEN_BACK, {**request.form.to_dict(), "on": ""})
    return _back()


@pages.post("/letters/law")
def law() -> ResponseReturnValue:
    """Whose law it is."""
    code = request.form.get("country", "")
    if code not in guiding.countries():
        abort(404)
    drafting.fill(desk().store, {SheetKey.COUNTRY.value: code})
    return _back()


def noted(event: FilingEvent, form: Mapping[str, str]) -> str:
    """Keep what became of a letter; what is wrong with what was typed, else an empty text."""
    here = desk()
    try:
        day = filing.note(
            here.store,
            form.get("name", ""),
            event,
            form.get("on", ""),
            form.get("reference", ""),
            form.get("lender"),
        )
    except NoFilingError:  # said in another tab
        here.note("That was settled already; nothing more was changed.")
        return ""
    except (SheetValueError, EarlyAnswerError) as error:
        return _day_wrong(error)
    if event is FilingEvent.SENT:
        here.note("Kept: sent on {day}. What comes next stands here.", day=day)
    elif event is FilingEvent.ANSWERED:
        here.note("Kept: answered on {day}.", day=day)
    else:
        here.note("Taken back: it was not sent.")
    return ""


def _day_wrong(error: KitError) -> str:
    problem = next(iter(error.problems), None)
    return desk().say(problem.what, **problem.facts) if problem else said_of(error)[0]


def _back() -> ResponseReturnValue:
    return redirect(url_for("letters.show"), 303)


def _list(wrong: Mapping[str, str]) -> ResponseReturnValue:
    here = desk()
    store, language = here.store, here.session.language
    try:
        code = drafting.country(store)
    except NoDraftError as error:
        return render_template(
            "letters_nowhere.html", sentence=said_of(error)[0], countries=guiding.countries()
        )
    letters = interview.listed(store, code, drafting.letters_of(code), language)
    complaints = interview.listed(store, code, drafting.complaints_of(code), language)
    today, of_law = drafting.today(store), guiding.facts(code)
    sent, lender = filing.sent(store), store.book.sheet().get(SheetKey.LENDER, "")
    return render_template(
        "letters.html",
        wrong=wrong,
        letters=letters,
        complaints=complaints,
        titles={one.draft: one.title for one in (*letters, *complaints)},
        has_record=interview.has_record(store),
        due=filing.due(store),
        facts=of_law.by_id,
        law_language=of_law.language,
        sent=sent,
        sent_on={one.draft: one.sent_on for one in sent if one.lender == lender},
        today=today,
        soon=today + _SOON,
    )
