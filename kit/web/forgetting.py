"""Forget: a word that is typed goes in; the people go, or everything, and what stays is shown.

What was erased has no page to go back to: the answer to the form is the last page there is.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from kit.actions import backing_up, erasing, forgetting, providers, restored, retention
from kit.web.desk import desk

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kit.model import Problem

pages = Blueprint("forgetting", __name__)


@pages.get("/forget")
def show() -> ResponseReturnValue:
    """What goes by either way, and what stays."""
    return _page()


@pages.post("/forget/people")
def people() -> ResponseReturnValue:
    """Forget the people, once the word was typed."""
    here = desk()
    if not _is_typed(here.say("forget")):
        return _page(wrong="people")
    left = forgetting.forget(here.store)
    here.note("Forgotten. Evidence, letters and the fact sheet are there still.")
    for one in left:
        _note_left(one)
    return redirect(url_for("forgetting.show"), 303)


@pages.post("/forget/after")
def after() -> ResponseReturnValue:
    """Keep people for so long, or until somebody says so."""
    here = desk()
    retention.keep_for(here.store, request.form.get("after", ""))
    here.note("Kept: from now on it is so.")
    return redirect(url_for("forgetting.show"), 303)


@pages.post("/forget/everything")
def everything() -> ResponseReturnValue:
    """Erase everything, once the word was typed."""
    here = desk()
    if not _is_typed(here.say("erase")):
        return _page(wrong="everything")
    stays = erasing.scope(here.store)
    left = here.erase()
    return render_template("erased.html", left=left, scope=stays, elsewhere=_elsewhere(stays))


def _page(wrong: str = "") -> ResponseReturnValue:
    store = desk().store
    stays = erasing.scope(store)
    return render_template(
        "forget.html",
        wrong=wrong,
        scope=stays,
        people=forgetting.scope(store),
        elsewhere=_elsewhere(stays),
        days=retention.kept_for(store),
        usual=retention.USUAL_DAYS,
        never=retention.NEVER,
        due=retention.due(store),
        backups=backing_up.lying(store),
        is_held=bool(restored.held_by(store)),
        of_both=erasing.OF_BOTH,
    )


def _elsewhere(scope: erasing.Scope) -> list[str]:
    """What the kit cannot reach, each sentence once."""
    known = providers.ELSEWHERE
    said = [known[one] for one in scope.channels if one in known]
    return list(dict.fromkeys((*said, *erasing.ALWAYS)))


def _is_typed(word: str) -> bool:
    typed = unicodedata.normalize("NFKC", request.form.get("word", ""))
    return typed.strip().casefold() == word.casefold()


def _note_left(problem: Problem) -> None:
    here = desk()
    what = here.say(problem.what, **problem.facts)
    here.note("Not removed: {where} {what}", where=problem.where, what=what)
