"""`kit doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.actions.doctor import SETTINGS, examine
from kit.actions.guiding import worth_knowing
from kit.cli.talk import talking

if TYPE_CHECKING:
    from kit.actions.doctor import Examined
    from kit.cli.talk import Talk

_NOT_READY = 3


@click.command(
    "doctor",
    help="Is everything ready? It looks at settings and channels, and sends nothing to anybody.",
    epilog="\b\nExample:\n  kit doctor",
)
@talking
def doctor(talk: Talk) -> int:
    """Print what is set up, and what stands in the way."""
    store = talk.open()
    talk.out("Scan and send needs nothing: kit plan, then kit send.")
    found = examine(store)
    for one in found:
        talk.show("")
        _print(talk, one)
    if worth := worth_knowing(talk.settings.language):
        talk.show("")
        talk.out("Worth knowing:")
        for problem in worth:
            talk.out("  {where}  {what}", where=problem.where, what=talk.problem(problem))
    return _NOT_READY if any(one.problems for one in found) else 0


def _print(talk: Talk, one: Examined) -> None:
    channel = talk.label(one.channel)
    if not one.set_up:
        names = ", ".join(SETTINGS[one.channel])
        talk.out("{channel}: not set up ({names}).", channel=channel, names=names)
        for number, step in enumerate(one.steps, 1):
            talk.show(f"  {number}. {talk.say(step)}")
        return
    if not one.problems:
        talk.out("{channel}: ready.", channel=channel)
    else:
        talk.out("{channel}: something stands in the way:", channel=channel)
    for problem in (*one.problems, *one.advice):
        talk.out("  {where}  {what}", where=problem.where, what=talk.problem(problem))
