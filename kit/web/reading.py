"""Read over: every text in full and to whom, the borrower's few own words, a test to oneself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from kit.actions import handing, people, planning, reviewing, steps
from kit.actions.steps import Step
from kit.errors import InputError, SenderMissingError, TypedTwiceError
from kit.model import Form, Group, Tone
from kit.web import wishes
from kit.web.desk import desk
from kit.web.wishes import FIELDS, Wrong, id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from kit.actions.planning import Request
    from kit.actions.store import Store
    from kit.model import E164, Contact, Plan

pages = Blueprint("reading", __name__)

#: Said for a field that was emptied, whatever was kept.
_NONE = "-"


@pages.get("/read")
def show() -> ResponseReturnValue:
    """All that would go out; looking at it writes nothing."""
    return _page()


@pages.post("/read/plan")
def write() -> ResponseReturnValue:
    """Write the texts, with the words as they were typed."""
    typed = {name: request.form[name].strip() for name in FIELDS.values() if name in request.form}
    if typed.get("sender") == "":
        return _page(wishes.wrong(SenderMissingError()), typed)
    words: dict[str, Any] = {name: said or _NONE for name, said in typed.items()}
    return _written(replace(planning.as_before(desk().store), **words), typed)


@pages.post("/read/open")
def disclose() -> ResponseReturnValue:
    """Write the texts, with the loan dispute for those who were ticked and for nobody else."""
    ticked = tuple(request.form.getlist("open"))
    return _written(replace(planning.as_before(desk().store), open_to=ticked), {})


@pages.post("/read/test")
def try_it() -> ResponseReturnValue:
    """The texts as codes for one's own phone; nothing is recorded."""
    store, number = desk().store, request.form.get("number", "")
    try:
        own, is_sure = handing.own_number(store, number)
        again = request.form.get("again", "")
        if not is_sure and not again:
            return _page(number=number, asks_again=True)
        if not is_sure and handing.own_number(store, again)[0] != own:
            raise TypedTwiceError
    except InputError as error:
        wrong = replace(wishes.wrong(error), at="number")
        return _page(wrong, number=number, asks_again="again" in request.form)
    return render_template("oneself.html", number=own, texts=_codes(store, own))


def _codes(store: Store, own: E164) -> list[dict[str, Any]]:
    return [
        {
            "message": message,
            "text": text,
            "code": handing.svg(Form.SMSTO, own, text),
            "other": handing.svg(Form.LINK, own, text),
        }
        for message, text in handing.texts_to_oneself(store, own)
    ]


def _written(wish: Request, typed: Mapping[str, str]) -> ResponseReturnValue:
    done = wishes.freeze(wish)
    if isinstance(done, Wrong):
        return _page(done, typed)
    return redirect(url_for("reading.show"), 303)


def _page(
    wrong: Wrong | None = None, typed: Mapping[str, str] | None = None, **more: object
) -> str:
    store = desk().store
    here = steps.place(store)
    step, plan = here.step, here.plan
    is_new = plan is None or plan.rehearsal
    is_shown = step not in (Step.IMPORT, Step.CHOOSE, Step.PLAN)
    return render_template(
        "read.html",
        step=step,
        plan_id=id_of(plan),
        is_new=is_new,
        wrong=wrong or Wrong(),
        words=_words(store) | dict(typed or {}),
        longer=_longer(store, plan) if is_shown else None,
        **(_read(store, plan) if plan is not None and is_shown else {"plan": None}),
        **more,
    )


def _read(store: Store, plan: Plan) -> dict[str, Any]:
    """All that is read over of a plan."""
    return {
        "plan": plan,
        "figures": planning.summary(plan),
        "review": reviewing.review(store, plan),
        "without": reviewing.without_own_words(store, plan),
        "ring": planning.words_to_ring(store, desk().session.language),
        "emergency": _emergency(store, plan),
        "open_texts": planning.open_texts(store, plan),
    }


def _longer(store: Store, plan: Plan | None) -> tuple[int, int] | None:
    """What the name does to English texts, where it makes one longer."""
    if plan is None or not planning.summary(plan).longer:
        return None
    return planning.longer_in_english(store, planning.like(store, plan))


def _emergency(store: Store, plan: Plan) -> list[tuple[Contact, bool]]:
    """The emergency contacts who get a text, and whether it speaks of the loan dispute."""
    return [
        (contact, message.tone is Tone.OPEN)
        for message in plan.messages
        if message.group is Group.EMERGENCY
        and (contact := people.contact(store, message.contact_id)) is not None
    ]


def _words(store: Store) -> dict[str, str]:
    """What is kept of the words that may be written here, by field."""
    kept = dict.fromkeys(FIELDS.values(), "") | planning.own_words(store)
    name = planning.sender(store) or store.settings.sender
    return kept | {"sender": name, "sender_latin": planning.sender_latin(store)}
