"""`kit doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions.doctor import SETTINGS, examine
from kit.actions.guiding import worth_knowing
from kit.cli.help_report import show_report
from kit.cli.talk import talking

if TYPE_CHECKING:
    from kit.actions.doctor import Examined
    from kit.cli.talk import Talk

_NOT_READY = 3


@click.command(
    "doctor",
    help="Is everything ready? It looks at settings and channels, and sends nothing to anybody.",
    epilog="\b\nExample:\n  kit doctor\n  kit doctor --report",
)
@click.option(
    "--report",
    is_flag=False,
    flag_value="",
    metavar="[FILE]",
    help="A report for asking for help, without anything personal: shown, then saved.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@talking
def doctor(talk: Talk, *, report: str | None, yes: bool) -> int:
    """Print what is set up, and what stands in the way; or a report of it."""
    if report is not None:
        show_report(talk, Path(report) if report else None, yes=yes)
        return 0
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
