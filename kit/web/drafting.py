"""One letter or complaint: its name goes in; it comes out as it will be, to be saved and signed.

Nothing is sent from here, and nothing written: what is wanted is downloaded. Which incidents it
leaves out stays in memory, also while the desk is locked; what is recorded later stands in it.
"""

from __future__ import annotations

from io import BytesIO
from itertools import count, groupby
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for

from kit.actions import draft_files, drafting, filing, guiding, interview, recording
from kit.actions.drafting import SheetKey, Wanted
from kit.errors import BudgetError, DraftIncompleteError, NothingRecordedError, OtherBodyError
from kit.model import FilingEvent
from kit.web.asking import known
from kit.web.desk import desk
from kit.web.letters import noted
from kit.web.recorded import shown
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask.typing import ResponseReturnValue

    from kit.actions.drafting import Block, Draft, Line
    from kit.actions.filing import Sent
    from kit.actions.store import Store

pages = Blueprint("drafting", __name__)

#: Why a letter cannot be made as the fact sheet and the record stand.
_NOT_NOW = (BudgetError, DraftIncompleteError, NothingRecordedError, OtherBodyError)
#: So many incidents can be ticked off; what is older is stated too.
MOST = 100
#: So many notes are shown where there are more than twice as many.
_FIRST = 4
_TYPES = {
    "html": "text/html",
    "txt": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@pages.get("/letters/<name>")
def show(name: str) -> ResponseReturnValue:
    """The letter as it will be; or first what it asks."""
    return _page(name, {})


@pages.post("/letters/<name>/stated")
def state(name: str) -> ResponseReturnValue:
    """Choose which incidents it states."""
    code, form = known(name), request.form
    if interview.states_record(code, name) and not form.getlist("ticked"):
        desk().note("Nothing was changed: it has to state something. Tick one at least.")
    else:
        left_out = _left_out(name) | {*form.getlist("offered")}
        desk().session.left_out[name] = left_out - {*form.getlist("ticked")}
    to = url_for("drafting.show", name=name, language=form.get("language") or None)
    return redirect(f"{to}#stated", 303)


@pages.post("/letters/<name>/sent")
def sent(name: str) -> ResponseReturnValue:
    """It was sent."""
    known(name)
    form = {**request.form.to_dict(), "name": name}
    sentence = noted(FilingEvent.SENT, form)
    if sentence:
        return _page(name, {**form, "sentence": sentence})
    return redirect(url_for("letters.show"), 303)


@pages.get("/letters/<name>/save/<kind>")
def save(name: str, kind: str) -> ResponseReturnValue:
    """The letter as a file, to be saved."""
    known(name)
    if kind not in _TYPES:
        abort(404)
    made = _made_if(name)
    if made is None:
        return redirect(url_for("drafting.show", name=name), 303)
    is_copy = made.language != guiding.facts(known(name)).language
    file = draft_files.render(made, f".{kind}", Words(made.language))
    return send_file(
        BytesIO(file.content),
        mimetype=_TYPES[kind],
        as_attachment=True,
        download_name=f"{name}.{made.language}.{kind}" if is_copy else f"{name}.{kind}",
    )


@pages.get("/letters/<name>/picture/<int:number>")
def picture(name: str, number: int) -> ResponseReturnValue:
    """A picture of the letter, such as that of the budget."""
    known(name)
    made = _made_if(name)
    drawings = [one.drawing for one in made.blocks if one.drawing] if made else []
    if number >= len(drawings):
        abort(404)
    return Response(drawings[number], mimetype="image/svg+xml")


def _left_out(name: str) -> frozenset[str]:
    return desk().session.left_out.get(name, frozenset())


def _made(name: str, notes_in: str = "") -> Draft:
    """The letter; in another language than that of the law it is only to be read."""
    here, code, asked = desk(), known(name), request.args.get("language", "")
    language = guiding.facts(code).language
    is_copy = asked != language and asked in interview.languages(code, name)
    wanted = Wanted(
        name=name,
        language=asked if is_copy else language,
        incidents=_stated(name),
        notes_in=notes_in,
    )
    made = drafting.draft(here.store, wanted, Words)
    return drafting.copied(made, Words) if is_copy else made


def _stated(name: str) -> tuple[str, ...] | None:
    """The incidents that it states; where all were left out, none."""
    left_out = _left_out(name)
    if not left_out:
        return ()
    told = recording.incidents(desk().store)
    return tuple(one.id for one in told if one.id not in left_out) or None


def _made_if(name: str) -> Draft | None:
    """The letter; nothing where it cannot be made, which its page says."""
    try:
        return _made(name)
    except _NOT_NOW:
        return None


def _page(name: str, wrong: Mapping[str, str]) -> ResponseReturnValue:
    here, code = desk(), known(name)
    if drafting.missing(here.store, code, name):
        return redirect(url_for("asking.show", name=name), 303)
    title = drafting.title(code, name, here.session.language)
    try:
        made = _made(name, notes_in=here.session.language)
    except BudgetError:
        return redirect(url_for("asking.show", name=name), 303)
    except NothingRecordedError:
        return render_template(
            "draft_empty.html",
            title=title,
            name=name,
            asks=drafting.questions(code, name),
            has_record=interview.has_record(here.store),
            choices=interview.choices(here.store, code, name, MOST),
            left_out=_left_out(name),
            **shown(),
        )
    except OtherBodyError as error:
        instead = str(error.facts["instead"])
        titles = {one: drafting.title(code, one, here.session.language) for one in (name, instead)}
        return render_template("draft_other.html", titles=titles, name=name, instead=instead)
    return render_template(
        "draft.html",
        name=name,
        title=title,
        made=made,
        asks=drafting.questions(code, name),
        parts=_parts(made),
        **_noted(made),
        makes_documents=draft_files.makes_documents(),
        law_language=guiding.facts(code).language,
        written_in=interview.languages(code, name),
        choices=interview.choices(here.store, code, name, MOST),
        left_out=_left_out(name),
        lender=here.store.book.sheet().get(SheetKey.LENDER, ""),
        was_sent=_was_sent(here.store, name),
        today=drafting.today(here.store),
        wrong=wrong,
        **shown(),
    )


def _parts(made: Draft) -> list[tuple[str, list[tuple[int, Block]]]]:
    """Its blocks, those of one kind that follow each other together; pictures have numbers."""
    pictures = count()
    numbered = [(next(pictures) if one.drawing else 0, one) for one in made.blocks]
    runs = groupby(numbered, key=lambda one: one[1].kind.value)
    return [(kind, list(run)) for kind, run in runs]


def _noted(made: Draft) -> dict[str, object]:
    """The notes: the first of them, and where there are many the others behind them."""
    notes = made.notes
    most = _FIRST if len(notes) > 2 * _FIRST else len(notes)
    return {"first": _runs(notes[:most]), "more": _runs(notes[most:])}


def _runs(notes: Iterable[Line]) -> list[tuple[str, list[str]]]:
    """Notes of one kind that follow each other, together."""
    runs = groupby(notes, key=lambda one: one.kind.value)
    return [(kind, [one.text for one in run]) for kind, run in runs]


def _was_sent(store: Store, name: str) -> Sent | None:
    """When it was sent to the lender of the fact sheet, if it was."""
    lender = store.book.sheet().get(SheetKey.LENDER, "")
    found = [one for one in filing.sent(store) if (one.draft, one.lender) == (name, lender)]
    return found[0] if found else None
