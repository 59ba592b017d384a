"""What the pages ask of a plan: wishes go in; the frozen plan, or why there is none, comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import request

from kit.actions import planning
from kit.errors import (
    AlreadyRunningError,
    AmbiguousError,
    HoursError,
    InputError,
    LanguageMissingError,
    LeakError,
    LineTooLongError,
    NobodyFoundError,
    NotAllowedError,
    OpenNotAllowedError,
    OwnWordsError,
    PaceLimitError,
    PlanReplacedError,
    PriceError,
    SenderError,
    SenderMissingError,
)
from kit.web.desk import desk

if TYPE_CHECKING:
    from kit.actions.planning import Request
    from kit.errors import KitError
    from kit.model import Plan

#: What may be written on a page, by what the command line calls it.
FIELDS = {"--from": "sender", "--from-latin": "sender_latin", "--check": "check", "--line": "line"}
#: The fields that other errors belong to.
_AT: dict[type[KitError], str] = {
    LineTooLongError: "line",
    OpenNotAllowedError: "open",
    NobodyFoundError: "open",
    AmbiguousError: "open",
    HoursError: "hours",
    PaceLimitError: "pace",
    PriceError: "price",
    LanguageMissingError: "language",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What cannot be: a sentence, beside the field it belongs to; without one, above all."""

    at: str = ""
    sentence: str = field(default="", repr=False)


def freeze(wish: Request) -> Plan | Wrong:
    """The plan made anew, unless another took the place of the one that was looked at."""
    store = desk().store
    open_before = planning.open_before(store)
    try:
        if request.form.get("plan", "") != id_of(store.ledger.current_plan()):
            raise PlanReplacedError
        frozen = planning.freeze_plan(store, wish)
    except (InputError, NotAllowedError) as error:
        return wrong(error)
    if open_before and not planning.summary(frozen).open:
        desk().note("No text speaks of the loan dispute any more.")
    return frozen


def id_of(plan: Plan | None) -> str:
    """What a form says of the plan that was looked at."""
    return plan.id if plan is not None else ""


def wrong(error: KitError) -> Wrong:
    """What is wrong, in the words of a page, and where."""
    if isinstance(error, SenderError | SenderMissingError):
        at = _whose_name()
    else:
        at = _AT.get(type(error), FIELDS.get(str(error.facts.get("option")), ""))
    return Wrong(at=at, sentence=_sentence(error))


def _sentence(error: KitError) -> str:
    """The error's own sentence, unless it speaks of options and commands."""
    say, facts = desk().say, error.facts
    if isinstance(error, LeakError):
        return say("This may not stand in a message: {reason}.", **facts)
    if isinstance(error, OwnWordsError):
        return say("At most {most} characters, and no digit, link or markup.", **facts)
    if isinstance(error, LineTooLongError):
        return say("This does not fit every text; characters too many: {count}.", **facts)
    if isinstance(error, PaceLimitError):
        return say("A pace is a number, and 0 means no limit.")
    return _of_others(error)


def _of_others(error: KitError) -> str:
    say = desk().say
    if isinstance(error, AlreadyRunningError):
        return say(
            "Texts are going out just now, here or in another window, so all stays as it is. "
            "Wait until that is done, or stop it first."
        )
    if isinstance(error, PlanReplacedError):
        return say("The texts were written anew meanwhile, in another window. These are the new.")
    if isinstance(error, OpenNotAllowedError | NobodyFoundError | AmbiguousError):
        return say("Somebody you ticked is no emergency contact any more. Nothing was changed.")
    return say(error.sentence, **error.facts)


def _whose_name() -> str:
    """Which of the two spellings of the name is wrong: the one that is not kept."""
    kept, typed = planning.sender(desk().store), request.form.get("sender", "").strip()
    return "sender_latin" if typed and typed == kept else "sender"
