"""What every page has: where one stands, what was sent, words; and what errors become."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import render_template

from kit import journal
from kit.actions import progress, restored
from kit.errors import (
    AuditError,
    ChannelError,
    DraftError,
    InputError,
    KitError,
    LedgerError,
    LockedError,
)
from kit.errors.fault import report
from kit.settings import SPOKEN
from kit.web.desk import desk
from kit.web.guard import refused, too_large, wants_data
from kit.words.labels import LABELS

if TYPE_CHECKING:
    from typing import Any

    from flask import Flask
    from flask.typing import ResponseReturnValue

#: The six steps: the page of each, and what it is called.
STEPS = (
    ("bringing.show", "Bring in"),
    ("choosing.show", "Choose"),
    ("reading.show", "Read over"),
    ("telling.show", "Tell"),
    ("went.show", "How it went"),
    ("helping.show", "Help"),
)
_STATUS: tuple[tuple[type[KitError], int], ...] = (
    (LockedError, 401),
    (InputError, 400),
    (DraftError, 400),
    (AuditError, 400),
    (ChannelError, 502),
    (LedgerError, 500),
    (KitError, 409),
)


def prepare(app: Flask) -> None:
    """Give every template what it shows, and every error its page."""
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.context_processor(_everywhere)
    app.register_error_handler(KitError, _wrong)
    app.register_error_handler(404, _nowhere)
    app.register_error_handler(405, _nowhere)
    app.register_error_handler(413, _too_large)
    app.register_error_handler(Exception, _fault)


def _everywhere() -> dict[str, Any]:
    here = desk()
    return {
        "say": here.say,
        "label": here.label,
        "problem": lambda one: here.say(one.what, **one.facts),
        "desk": here,
        "language": here.session.language,
        "languages": SPOKEN,
        "steps": STEPS,
        "held_by": lambda: restored.held_by(here.store) if here.is_open else [],
        "tally": lambda: progress.tally(here.store),
        "notes": here.session.notes if here.is_open else [],
    }


def said_of(error: KitError) -> tuple[str, str]:
    """What went wrong, and what to do next where that is no command; else an empty text."""
    say = desk().say
    facts = {name: _named(name, fact) for name, fact in error.facts.items()}
    # What a command would do next, a page shows by its own links.
    hint = "" if "kit " in error.hint or not error.hint else say(error.hint, **facts)
    return say(error.sentence, **facts), hint


def _wrong(error: KitError) -> ResponseReturnValue:
    status = next(code for kind, code in _STATUS if isinstance(error, kind))
    here = desk()
    sentence, hint = said_of(error)
    if wants_data():
        return {"error": sentence, "hint": hint}, status
    cause = error.__cause__ if isinstance(error.__cause__, KitError) else None
    found = {
        "sentence": sentence,
        "hint": hint,
        "problems": [*error.problems, *(cause.problems if cause else ())],
        "cause": here.say(cause.sentence, **cause.facts) if cause else "",
    }
    return render_template("wrong.html", **found), status


def _named(name: str, fact: object) -> object:
    """The fact; a channel or a language by what it is called."""
    is_label = name in ("channel", "language") and fact in LABELS
    return desk().label(str(fact)) if is_label else fact


def _nowhere(_: Exception) -> ResponseReturnValue:
    return refused(404, "There is no such page.")


def _too_large(_: Exception) -> ResponseReturnValue:
    return too_large()


def _fault(error: Exception) -> ResponseReturnValue:
    """A fault of ours: where in the code, and nothing of what it was about."""
    journal.fault(error)
    said = report(error, datetime.now(UTC))
    return render_template("fault.html", report=said), 500
