"""`kit complaint next`, and what became of letters and complaints: sent, answered, not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.actions import filing
from kit.cli.talk import talking
from kit.model import FilingEvent

if TYPE_CHECKING:
    from kit.cli.talk import Talk


def _event(name: str, event: FilingEvent, help_: str) -> click.Command:
    """The command that notes what became of one draft."""

    @click.command(name, help=help_, epilog=f"\b\nExample:\n  kit complaint {name} 12378")
    @click.argument("body")
    @click.option(
        "--on", default="", metavar="DAY", help="The day, such as 2026-01-05; else today."
    )
    @click.option("--reference", default="", metavar="TEXT", help="The number they gave it.")
    @talking
    def run(talk: Talk, *, body: str, on: str, reference: str) -> None:
        filing.note(talk.open(), body, event, on, reference)

    return run


sent = _event("sent", FilingEvent.SENT, "Say that you sent a letter or complaint, and when.")
answered = _event("answered", FilingEvent.ANSWERED, "Say that an answer came, and when.")
not_sent = _event("not-sent", FilingEvent.TAKEN_BACK, "Say that you did not send it after all.")


@click.command(
    "next",
    help="What comes next: who must answer by when, and what to do if they do not.",
    epilog="\b\nExample:\n  kit complaint next",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def next_(talk: Talk, *, as_json: bool) -> None:
    """What is due."""
    for one in filing.due(talk.open()):
        if as_json:
            talk.json({"body": one.body, "due_on": one.due_on, "fact_ids": list(one.fact_ids)})
