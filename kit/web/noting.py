"""Write down what collectors did: a form goes in, with its files; an entry of the record comes out.

Three taps are enough: this page, what happened, the button. The files stay in memory while
something of the form has to be said again; whoever goes on to another page, or locks, leaves them.
A form that comes when the desk was locked meanwhile waits in memory, and is shown when it is open.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from kit.actions import exhibits, leafing, recording
from kit.actions.exhibits import Handed
from kit.actions.recording import Told
from kit.errors import (
    AmbiguousError,
    ExhibitError,
    FutureIncidentError,
    LedgerError,
    NotATimeError,
)
from kit.model import Account, IncidentKind
from kit.web.desk import desk
from kit.web.guard import (
    LARGEST_UPLOAD,
    goes_elsewhere,
    takes_files,
    waits_when_locked,
)
from kit.web.holding import Held, hold, taken
from kit.web.layout import said_of
from kit.web.uploads import uploads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from kit.actions.recording import Added
    from kit.actions.store import Store
    from kit.model import Contact, Exhibit

pages = Blueprint("noting", __name__)

#: Bytes of a form besides its files.
_ROOM = 1_000_000
MOST = LARGEST_UPLOAD - _ROOM
#: So many people can be chosen by one tap.
_PEOPLE = 8
_ANSWERS = {"yes": True, "no": False}
_ME, _OTHER = "me", "other"


class Draft:
    """The files of a form that has to be sent again."""

    def __init__(self, _: Store) -> None:
        self.leave()

    def keep(self, files: tuple[Handed, ...]) -> None:
        """Keep them for whoever has the key."""
        self.files = files
        self.key = secrets.token_urlsafe() if files else ""

    def leave(self) -> None:
        """Drop them."""
        self.keep(())


class _WrongError(Exception):
    """Something of the form has to be said again."""

    def __init__(self, at: str, sentence: str) -> None:
        super().__init__()
        self.at = at
        self.sentence = sentence


@pages.before_app_request
def _leave() -> None:
    """Whoever goes on to another page needs the files no more."""
    here = desk()
    of_form = request.endpoint in ("noting.add", "noting.stay")
    if here.is_open and goes_elsewhere() and not of_form:
        here.of(Draft).leave()


@pages.get("/evidence/add")
def show() -> ResponseReturnValue:
    """The form: nothing in it but the time and who is asked; or what waited for an open desk."""
    held = taken(request.path)
    if not held:
        return _form({"to": _ME, "by": _ME})
    return _again(held.form, held.files, _gone() if held.form.get("kept") else None)


@pages.get("/evidence/add/stay")
def stay() -> ResponseReturnValue:
    """Whoever types is there."""
    return "", 204


@pages.post("/evidence/add")
@takes_files
@waits_when_locked
def add() -> ResponseReturnValue:
    """Write it down, once, however often it is sent."""
    here, files, form = desk(), handed(), request.form.to_dict()
    if not here.is_open:
        return hold(Held(page=url_for("noting.show"), form=form, files=files))
    try:
        files = _kept(form) + files
        added = recording.add(here.store, _told(here.store, form), files)
    except _WrongError as wrong:
        return _again(form, files, wrong)
    except AmbiguousError as error:
        which = _WrongError("to", here.say("Who of these?"))
        return _again({**form, "to": ""}, files, which, error.candidates)
    except (FutureIncidentError, NotATimeError, LedgerError) as error:
        field = "all" if isinstance(error, LedgerError) else "at"
        return _again(form, files, _WrongError(field, said_of(error)[0]))
    except ExhibitError as error:
        bad = int(str(error.facts["position"]))
        others = (*files[: bad - 1], *files[bad:])
        return _again(form, others, _WrongError("files", said_of(error)[0]))
    _say(added, files)
    return redirect(place(added.incident.id), 303)


def place(incident_id: str) -> str:
    """Where the entry stands in the record."""
    return url_for("recorded.show", of=incident_id, _anchor=f"i-{incident_id}")


def handed() -> tuple[Handed, ...]:
    """The files of the form, with when each was last changed, where a script has said so."""
    sent = uploads("files")
    said = [*request.form.getlist("changed"), *[""] * len(sent)]
    return tuple(
        Handed(
            name=one.name,
            open=lambda content=one.content: BytesIO(content),  # type: ignore[misc]
            changed_at=_changed_at(changed),
        )
        for one, changed in zip(sent, said, strict=False)
    )


def _changed_at(said: str) -> datetime | None:
    """The time of these milliseconds, which a browser has from the file; if it can be one."""
    if not said.isdecimal() or len(said) > len("9999999999999"):
        return None
    return datetime.fromtimestamp(int(said) / 1000, UTC)


def _kept(form: Mapping[str, str]) -> tuple[Handed, ...]:
    """The files that were sent before with the same form."""
    draft, key = desk().of(Draft), form.get("kept", "")
    if key and not secrets.compare_digest(key.encode(), draft.key.encode()):
        raise _gone()
    return draft.files if key else ()


def _gone() -> _WrongError:
    sentence = desk().say("The files are no longer in memory. Choose them once more.")
    return _WrongError("files", sentence)


def _told(store: Store, form: Mapping[str, str]) -> Told:
    """What the form tells."""
    kinds = {kind.value: kind for kind in IncidentKind}
    kind = kinds.get(form.get("kind", ""))
    if kind is None:
        raise _WrongError("kind", desk().say("Choose first what happened."))
    to = form.get("to", "")
    if not to:
        raise _WrongError("to", desk().say("Choose whom they reached."))
    to = form.get("other", "") if to == _OTHER else to
    was_told = form.get("by") == "reached"
    # Opened twice in one minute, the form tells of two calls; sent twice, of one.
    opened, at = form.get("opened", ""), form.get("at", "")
    return Told(
        kind=kind,
        at=recording.read_time(store, opened if at and opened.startswith(at) else at),
        to=to,
        by=to if was_told else "",
        account=Account.CONTACT if was_told and not to.strip() else Account.BORROWER,
        number=form.get("number", ""),
        said_they_were=form.get("said_they_were", ""),
        said=form.get("said", ""),
        answered=_ANSWERS.get(form.get("answered", "")),
        disclosed=_ANSWERS.get(form.get("disclosed", "")),
        refused=_ANSWERS.get(form.get("refused", "")),
        threatened=_ANSWERS.get(form.get("threatened", "")),
        unidentified=_ANSWERS.get(form.get("unidentified", "")),
    )


def say_kept(kept: Sequence[Exhibit], files: Sequence[Handed]) -> None:
    """Say on the next page how many files were kept, and what is odd about one of them."""
    here = desk()
    here.note("Files kept with it, unchanged: {count}.", count=len(kept))
    for exhibit, file in zip(kept, files, strict=True):
        for doubt in exhibits.doubts(exhibit, file):
            here.note(doubt.what, **doubt.facts)


def _say(added: Added, files: Sequence[Handed]) -> None:
    here = desk()
    if added.is_new:
        here.note("Written down. It stands here, with the time at which you wrote it.")
    else:
        here.note("This was there already; it is kept once.")
    if added.exhibits:
        say_kept(added.exhibits, files)


def _again(
    form: Mapping[str, str],
    files: tuple[Handed, ...],
    wrong: _WrongError | None,
    candidates: Sequence[Contact] = (),
) -> ResponseReturnValue:
    """The same form once more, with what is wrong beside its field."""
    draft = desk().of(Draft)
    draft.keep(files)
    return _form({**form, "kept": draft.key}, wrong, len(files), candidates)


def _form(
    typed: Mapping[str, str],
    wrong: _WrongError | None = None,
    files: int = 0,
    candidates: Sequence[Contact] = (),
) -> ResponseReturnValue:
    store = desk().store
    now = recording.by_the_clock(store, store.clock())
    opened = typed.get("opened") or now.isoformat(timespec="seconds")
    return render_template(
        "note.html",
        typed={**typed, "opened": opened, "at": typed.get("at") or opened[:16]},
        wrong=wrong or {},
        files=files,
        kinds=[kind.value for kind in IncidentKind],
        people=_people(store, typed.get("to", "")),
        candidates=candidates,
        most=MOST,
    )


def _people(store: Store, chosen: str) -> list[tuple[str, str]]:
    """Whom one tap chooses; whoever was chosen stays among them."""
    found = leafing.reached(store, _PEOPLE)
    if chosen in ("", _ME, _OTHER, *dict(found)):
        return found
    return [(chosen, leafing.called(store, chosen)), *found]
