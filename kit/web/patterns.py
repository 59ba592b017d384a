"""The pattern report: what was recorded comes out, beside the rules it may bear on, and drawn."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, render_template

from kit.actions import finding, picturing
from kit.model import Rule
from kit.web.desk import desk
from kit.words.labels import RULES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kit.actions.store import Store

pages = Blueprint("patterns", __name__)

#: So many findings on one rule are seen at once, and stand on the page; all are in a copy.
_FIRST, _MOST = 4, 60
_TYPES = {
    picturing.TIMELINE: "image/svg+xml",
    picturing.HOURS: "image/svg+xml",
    picturing.BRIEF: "text/html",
}


class Drawn:
    """The drawings of the record as it stands now, made once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = threading.Lock()
        self._of: object = None
        self._made: dict[str, bytes] = {}

    def file(self, name: str, language: str) -> bytes:
        """One of them."""
        with self._turn:
            now = (self._store.record.head(), self._store.region, language)
            if self._of != now:
                shown = picturing.shown(self._store)
                self._made = picturing.make(self._store, shown, desk().say, language).contents
                self._of = now
            return self._made[name]


@pages.get("/evidence/report")
def show() -> ResponseReturnValue:
    """The report."""
    found = finding.report(desk().store)
    rules = {rule: RULES[rule] for rule in Rule}
    return render_template("patterns.html", found=found, rules=rules, first=_FIRST, most=_MOST)


@pages.get("/evidence/drawn/<name>")
def drawn(name: str) -> ResponseReturnValue:
    """A drawing; or the one page, to be saved."""
    if name not in _TYPES:
        abort(404)
    content = desk().of(Drawn).file(name, desk().session.language)
    answer = Response(content, mimetype=_TYPES[name])
    if name == picturing.BRIEF:
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
