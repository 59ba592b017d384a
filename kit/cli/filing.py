"""`kit complaint next`, and what became of letters and complaints: sent, answered, not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.actions import drafting, filing
from kit.cli.talk import talking
from kit.model import FilingEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kit.actions.filing import Due
    from kit.actions.store import Store
    from kit.cli.talk import Talk

_HELP = {
    FilingEvent.SENT: "Say that you sent a letter or complaint, and when.",
    FilingEvent.ANSWERED: "Say that an answer came, and when.",
    FilingEvent.TAKEN_BACK: "Say that you did not send it after all.",
}
_NAMES = {
    FilingEvent.SENT: "sent",
    FilingEvent.ANSWERED: "answered",
    FilingEvent.TAKEN_BACK: "not-sent",
}


def _dated(command: Callable[..., None]) -> Callable[..., None]:
    on = click.option(
        "--on", default="", metavar="DAY", help="The day, such as 2026-01-05; else today."
    )
    reference = click.option(
        "--reference", default="", metavar="TEXT", help="The number they gave it."
    )
    return on(reference(command))


def _event(event: FilingEvent, example: str, argument: str) -> click.Command:
    """The command that notes what became of one draft."""

    def run(talk: Talk, *, body: str, on: str = "", reference: str = "") -> None:
        store = talk.open()
        day = filing.note(store, body, event, on, reference)
        name = drafting.title(drafting.country(store), body, talk.settings.language)
        match event:
            case FilingEvent.SENT:
                talk.out("Noted: {name}, sent on {day}.", name=name, day=day)
            case FilingEvent.ANSWERED:
                talk.out("Noted: {name}, answered on {day}.", name=name, day=day)
            case FilingEvent.TAKEN_BACK:
                talk.out("Noted: {name} was not sent after all.", name=name)
        _say_next(talk, store, body)

    has_day = event is not FilingEvent.TAKEN_BACK
    noted = talking(run)
    named = click.argument("body", metavar=argument)(_dated(noted) if has_day else noted)
    epilog = f"\b\nExample:\n  kit {example.replace('*', _NAMES[event])}"
    return click.command(_NAMES[event], help=_HELP[event], epilog=epilog)(named)


sent = _event(FilingEvent.SENT, "complaint * 12378", "BODY")
answered = _event(FilingEvent.ANSWERED, "complaint * 12378", "BODY")
not_sent = _event(FilingEvent.TAKEN_BACK, "complaint * 12378", "BODY")
letter_sent = _event(FilingEvent.SENT, "letter * stop", "KIND")
letter_answered = _event(FilingEvent.ANSWERED, "letter * stop", "KIND")
letter_not_sent = _event(FilingEvent.TAKEN_BACK, "letter * stop", "KIND")


@click.command(
    "next",
    help="What comes next: who must answer by when, and what to do if they do not.",
    epilog="\b\nExample:\n  kit complaint next",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def next_(talk: Talk, *, as_json: bool) -> None:
    """What is due."""
    store = talk.open()
    dues = filing.due(store)
    if as_json:
        for one in dues:
            talk.json(
                {
                    "body": one.body,
                    "due_on": one.due_on,
                    "what": talk.say(one.what, **one.facts),
                    "fact_ids": list(one.fact_ids),
                }
            )
    elif dues:
        _show(talk, store, dues)
        talk.err("No holidays are reckoned with: take every day as approximate.")
    else:
        talk.err("Nothing is due. To write down what happened: kit evidence add")


def _say_next(talk: Talk, store: Store, body: str) -> None:
    """What is due for that one; else the first that is."""
    dues = filing.due(store)
    about = [one for one in dues if one.body == body] or dues[:1]
    for one in about:
        talk.show(_line(talk, one), err=True)
    talk.err("All that comes next: kit complaint next")


def _show(talk: Talk, store: Store, dues: Sequence[Due]) -> None:
    """Each with its day and name; to whom, where there are several lenders."""
    code = drafting.country(store)
    lenders = {str(one.facts["lender"]) for one in dues if "lender" in one.facts}
    for one in dues:
        name = drafting.title(code, one.body, talk.settings.language)
        lender = str(one.facts.get("lender", "")) if len(lenders) > 1 else ""
        talk.show(" · ".join(part for part in (one.body, name, lender) if part))
        talk.show(f"  {_line(talk, one)}")


def _line(talk: Talk, one: Due) -> str:
    what = talk.say(one.what, **one.facts)
    return f"{one.due_on}  {what}" if one.due_on else what
