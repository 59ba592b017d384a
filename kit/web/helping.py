"""Step 6: the guide for whoever is rung, the borrower's own page, and where there is help at once.

They are made when they are looked at, and written nowhere; what is wanted is downloaded.
"""

from __future__ import annotations

import threading
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request, send_file

from kit.actions import drawing, guiding
from kit.web.desk import desk

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from flask.typing import ResponseReturnValue

    from kit.actions.guiding import Made
    from kit.actions.store import Store

pages = Blueprint("helping", __name__)

_TYPES = {"html": "text/html", "txt": "text/plain", "png": "image/png"}


class Pictures:
    """The guide with its pictures, drawn once: it takes seconds."""

    def __init__(self, _: Store) -> None:
        self._turn = threading.Lock()
        self._made: dict[tuple[str, str], Made] = {}

    def of(self, code: str, language: str) -> Made:
        """The guide of a country in a language; what could not be drawn is tried again."""
        with self._turn:
            made = self._made.get((code, language)) or guiding.make("contacts", code, language)
            self._made = {} if made.missing else {(code, language): made}
            return made


@pages.get("/help")
def show() -> ResponseReturnValue:
    """The page."""
    return _page(guiding.make("contacts", *_wanted(), draws=False), is_drawn=False)


@pages.get("/help/pictures")
def pictures() -> ResponseReturnValue:
    """The page with the pictures, or why there are none."""
    return _page(desk().of(Pictures).of(*_wanted()), is_drawn=True)


@pages.get("/help/sources")
def sources() -> ResponseReturnValue:
    """What all of it rests on."""
    made = guiding.make("contacts", *_wanted(), draws=False)
    return render_template("sources.html", guides=(made, _own()))


@pages.get("/help/<name>")
def download(name: str) -> ResponseReturnValue:
    """One file, to be saved."""
    made = _with_file(name)
    if name not in made.contents:
        if made.missing is not None:
            raise made.missing
        abort(404)
    kind = _TYPES[name.rpartition(".")[2]]
    content = BytesIO(made.contents[name])
    return send_file(content, mimetype=kind, as_attachment=True, download_name=name)


def _with_file(name: str) -> Made:
    if name in drawing.NAMES:
        return desk().of(Pictures).of(*_wanted())
    if name.startswith("for-me."):
        return _own()
    return guiding.make("contacts", *_wanted(), draws=False)


def _page(made: Made, *, is_drawn: bool) -> ResponseReturnValue:
    code, language = _wanted()
    return render_template(
        "help.html",
        made=made,
        own=_own(),
        short=made.contents["short.txt"].decode().strip(),
        full=made.contents["full.txt"].decode().strip(),
        is_drawn=is_drawn,
        runs=_runs,
        countries=guiding.countries(),
        wanted={"jurisdiction": code, "language": language},
    )


def _own() -> Made:
    """The borrower's own page, in the language that they read here."""
    return guiding.make("me", _wanted()[0], desk().session.language)


def _wanted() -> tuple[str, str]:
    """Whose law, and in which language; contacts read what is spoken there."""
    code = request.args.get("jurisdiction") or guiding.USUAL
    return code, request.args.get("language") or guiding.facts(code).language


def _runs(lines: Iterable[Any]) -> list[tuple[str, list[str]]]:
    """Lines of one kind that follow each other, together."""
    runs = groupby(lines, key=lambda line: line.kind)
    return [(kind, [line.text for line in run]) for kind, run in runs]
