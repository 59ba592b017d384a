"""Page 2, the chooser: whom to tell first, whom too, whom never; every press is saved at once.

With script the list's data goes out once and choices come in; without, rows go out page by page.
"""

from __future__ import annotations

import itertools
import json
import re
import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from kit.actions import paging, people, suggesting
from kit.actions.choosing import QUESTIONS, Step, Steps
from kit.actions.listing import Listing, is_folded, sorted_out
from kit.actions.searching import found_in, spelt, written
from kit.actions.suggesting import mark
from kit.model import Group
from kit.web.desk import desk
from kit.web.guard import wants_data

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kit.actions.store import Store
    from kit.actions.suggesting import Look
    from kit.model import Contact
    from kit.words import Words

pages = Blueprint("choosing", __name__)

#: Rows of one page without script, and of a search for oneself.
ROWS, FEW_ROWS = 50, 15
#: More people than this are counted, not named.
MOST_NAMED = 40
#: What the list shows beside the groups.
SERVICES = "services"
_MOST_SITTINGS = 100
_SITTING = re.compile(r"[\w-]{1,32}")
#: Characters of an address in a row.
_WIDEST = 30


class Sittings:
    """What each open page has chosen, by the page's own id, for as long as the store is open."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._steps: dict[str, Steps] = {}

    def steps(self, sitting: str) -> Steps:
        """The steps of that sitting; the oldest sittings are forgotten."""
        steps = self._steps.pop(sitting, None)
        self._steps[sitting] = steps = Steps(self._store) if steps is None else steps
        for oldest in list(self._steps)[:-_MOST_SITTINGS]:
            del self._steps[oldest]
        return steps


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What somebody looks at, as the address or the form says; nonsense is the usual view."""

    asked: Group
    show: str
    page: int
    sitting: str
    #: what is looked for; never in an address
    text: str = field(repr=False)

    @classmethod
    def of_request(cls) -> View:
        """The view that is asked for."""
        said = request.values
        asked, show, sitting = said.get("ask"), said.get("show", ""), said.get("sitting", "")
        return cls(
            asked=next((group for group in QUESTIONS if group == asked), QUESTIONS[0]),
            show=show if show in [*Group, SERVICES] else Group.UNDECIDED.value,
            page=said.get("page", 1, int),
            sitting=sitting if _SITTING.fullmatch(sitting) else secrets.token_urlsafe(9),
            text=request.form.get("text", "").strip(),
        )

    def link(self, **changed: Any) -> str:  # noqa: ANN401 (whatever the view has)
        """The address of the view, or of one beside it."""
        new = replace(self, **changed)
        return url_for(
            "choosing.show", ask=new.asked.value, show=new.show, page=new.page, sitting=new.sitting
        )

    @property
    def steps(self) -> Steps:
        """What was chosen here."""
        return desk().of(Sittings).steps(self.sitting)


@pages.get("/choose")
def show() -> ResponseReturnValue:
    """The list, with what is asked for."""
    return _page(View.of_request())


@pages.post("/choose/search")
def search() -> ResponseReturnValue:
    """Those who are found."""
    return _page(View.of_request())


@pages.get("/choose/people")
def listed() -> ResponseReturnValue:
    """The data of the whole list, for the script."""
    here, view = desk(), View.of_request()
    texts: dict[str, int] = {"": 0}
    found = [_data(look, here.say, texts) for look in Listing(here.store, view.asked).looks]
    data = {"texts": [*texts], "people": found, "undo": bool(view.steps)}
    return Response(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")), mimetype="application/json"
    )


@pages.post("/choose/put")
def put() -> ResponseReturnValue:
    """Put people into a group: one by a button, or several by the script."""
    view = View.of_request()
    ids, _, wished = request.form.get("put", "").partition(":")
    group = next((group for group in Group if group == wished), None)
    return _after(view, Step() if group is None else view.steps.put(ids.split(), group))


@pages.post("/choose/undo")
def undo() -> ResponseReturnValue:
    """Take back what was chosen last on this page."""
    view = View.of_request()
    step = view.steps.undo()
    if step.left and not wants_data():
        desk().note("Chosen elsewhere since, and left as they are: {count}.", count=len(step.left))
    return _after(view, step)


@pages.post("/choose/all")
def put_many() -> ResponseReturnValue:
    """Put many into a group at once, when what is asked for is exactly what was shown."""
    here, view = desk(), View.of_request()
    group = next((g for g in QUESTIONS if g == request.form.get("group")), None)
    if group is None:
        return redirect(view.link(), 303)
    which = request.form.get("which", "")
    many = sorted_out(Listing(here.store, view.asked).many(which, view.text), group)
    chosen = many.others if request.form.get("only") else many.all
    count = request.form.get("count", -1, int)
    if count == len(chosen):
        view.steps.put([look.contact.id for look in chosen], group)
        return redirect(view.link(page=1), 303)
    if count >= 0:
        here.note("The list has changed since; nothing was chosen. Please look again.")
    return render_template(
        "choose_many.html",
        view=view,
        which=which,
        group=group,
        many=many,
        most=MOST_NAMED,
        words=_words(here.say),
    )


@pages.post("/choose/me")
def be() -> ResponseReturnValue:
    """Keep which contact is the borrower, or that nobody of those who are offered is."""
    store, view = desk().store, View.of_request()
    chosen = request.form.get("me")
    if chosen and store.book.contact(chosen) is not None:
        people.choose(store, [], me=chosen)
        suggesting.keep_looks(store)
    elif chosen == "":
        suggesting.refuse_oneself(store, suggesting.perhaps_oneself(store))
    return _page(view) if request.form.get("mine") else redirect(view.link(), 303)


# --- what goes out ----------------------------------------------------------------------


def _page(view: View) -> ResponseReturnValue:
    """The whole page, with the rows that are shown without script."""
    here = desk()
    listing = Listing(here.store, view.asked)
    shown = _shown(listing, view)
    last = max(-(-len(shown) // ROWS), 1)
    view = replace(view, page=min(max(view.page, 1), last))
    first = (view.page - 1) * ROWS
    return render_template(
        "choose.html",
        view=view,
        listing=listing,
        counts=listing.counts,
        sure=listing.many("sure"),
        total=len(shown),
        first=first,
        last_page=last,
        rows=[_row(look, here.say) for look in shown[first : first + ROWS]],
        words=_words(here.say),
        last=_last(here.store, view.steps),
        questions=QUESTIONS,
        following=_following(view.asked),
        unwanted=_unwanted_rows(here.say, here.store),
        me=people.oneself(here.store),
        perhaps_me=_perhaps_me(here.store, listing),
        end=lambda contact: _end(contact, here.say),
    )


def _shown(listing: Listing, view: View) -> list[Look]:
    if view.text:
        return listing.found(view.text)
    return listing.services if view.show == SERVICES else listing.of(Group(view.show))


def _following(asked: Group) -> Group | None:
    """The question after this one."""
    return dict(itertools.pairwise(QUESTIONS)).get(asked)


def _last(store: Store, steps: Steps) -> dict[str, Any]:
    """The last step that was taken here: how many people, and who if it was one."""
    count = len(steps.last)
    for id_, (before, after) in steps.last.items():
        contact = store.book.contact(id_) if count == 1 else None
        name = contact.name if contact is not None else ""
        return {"count": count, "name": name, "before": before, "after": after}
    return {"count": 0}


def _perhaps_me(store: Store, listing: Listing) -> list[Contact]:
    """Who may be the borrower: by a search of theirs, or as the cards are called."""
    typed = request.form.get("mine", "").strip()
    everybody = (look.contact for look in listing.looks)
    if typed:
        return found_in(everybody, typed)[:FEW_ROWS]
    return suggesting.perhaps_oneself(store, everybody)[:FEW_ROWS]


def _after(view: View, step: Step) -> ResponseReturnValue:
    """What has changed, for the script; else the page that was looked at."""
    here = desk()
    if not wants_data():
        return _page(view) if view.text else redirect(view.link(), 303)
    return {
        "changes": [(c.contact.id, c.before.value, c.after.value) for c in step.changes],
        "left": [(contact.id, contact.group.value) for contact in step.left],
        "gone": step.gone,
        "undo": bool(view.steps),
        "unwanted": _unwanted_rows(here.say, here.store),
        "status": render_template("status.html"),
    }


def _unwanted_rows(say: Words, store: Store) -> str:
    """What must not be sent any more of a page that is out."""
    rows = ", ".join(map(str, paging.unwanted_rows(store)))
    return (
        say("On the page are rows that must not be sent any more: {rows}.", rows=rows)
        if rows
        else ""
    )


def _words(say: Words) -> dict[str, str]:
    """What each group is called on a button, and what shops are called."""
    return {
        Group.EMERGENCY.value: say("emergency contact"),
        Group.EVERYONE.value: say("tell too"),
        Group.NOBODY.value: say("never tell"),
        Group.UNDECIDED.value: say("not chosen yet"),
        SERVICES: say("shops and services"),
    }


def _row(look: Look, say: Words) -> dict[str, str]:
    return {
        "id": look.contact.id,
        "name": look.contact.name,
        "end": _end(look.contact, say),
        "group": look.contact.group.value,
        "mark": mark(look, say),
        "why": _why(look, say),
    }


def _data(look: Look, say: Words, texts: dict[str, int]) -> list[object]:
    """One person for the script; a mark is as it would be for somebody who is not chosen."""
    unchosen = look
    if look.contact.group is not Group.UNDECIDED:
        unchosen = replace(look, contact=replace(look.contact, group=Group.UNDECIDED))
    said = mark(unchosen, say), _why(unchosen, say)
    one = look.suggestion
    return [
        look.contact.id,
        look.contact.name,
        _end(look.contact, say),
        look.contact.group.value,
        one.group.value if one is not None else "",
        int(is_folded(unchosen)),
        *(texts.setdefault(text, len(texts)) for text in said),
        written(look.contact),
        spelt(look.contact),
    ]


def _why(look: Look, say: Words) -> str:
    one = look.open_suggestion
    if one is not None:
        return say(one.reason)
    return say(look.because) if look.is_service else ""


def _end(contact: Contact, say: Words) -> str:
    """The end of the number, or the beginning of the address."""
    if contact.numbers:
        return f"…{contact.numbers[0][-4:]}"
    if contact.emails:
        return contact.emails[0][:_WIDEST]
    return say("(nothing to reach them by)")
