"""`kit doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions.doctor import SETTINGS, examine
from kit.actions.guiding import worth_knowing
from kit.cli.checkup import look_at_clinic
from kit.cli.help_report import show_report
from kit.cli.talk import talking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.actions.doctor import Examined
    from kit.cli.talk import Talk
    from kit.model import Problem

_NOT_READY = 3


@click.command(
    "doctor",
    help="Is everything ready? It looks at settings and channels, and sends nothing to anybody.",
    epilog="\b\nExample:\n  kit doctor\n  kit doctor --json\n  kit doctor --report",
)
@click.option(
    "--report",
    is_flag=False,
    flag_value="",
    metavar="[FILE]",
    help="A report for asking for help, without anything personal: shown, then saved.",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@talking
def doctor(talk: Talk, *, report: str | None, as_json: bool, yes: bool) -> int:
    """Print what is set up, and what stands in the way; or a report of it."""
    if report is not None:
        show_report(talk, Path(report) if report else None, yes=yes)
        return 0
    clinic = look_at_clinic(talk, as_json=as_json) if talk.settings.database_url else None
    has_store = clinic is None or (clinic.inside is not None and bool(talk.settings.case))
    found = examine(talk.open(forgets=clinic is None)) if has_store else []
    (_print_json if as_json else _print_all)(talk, found, worth_knowing(talk.settings.language))
    is_well = clinic is None or clinic.is_well
    return 0 if is_well and not any(one.problems for one in found) else _NOT_READY


def _print_all(talk: Talk, found: Sequence[Examined], worth: Sequence[Problem]) -> None:
    talk.out("Scan and send needs nothing: kit plan, then kit send.")
    for one in found:
        talk.show("")
        _print(talk, one)
    if worth:
        talk.show("")
        talk.out("Worth knowing:")
        for problem in worth:
            talk.out("  {where}  {what}", where=problem.where, what=talk.problem(problem))


def _print_json(talk: Talk, found: Sequence[Examined], worth: Sequence[Problem]) -> None:
    for one in found:
        talk.json(
            {
                "about": "channel",
                "channel": one.channel,
                "set_up": one.set_up,
                "problems": [_as_json(talk, problem) for problem in one.problems],
                "advice": [_as_json(talk, problem) for problem in one.advice],
            }
        )
    for problem in worth:
        talk.json({"about": "worth knowing", **_as_json(talk, problem)})


def _as_json(talk: Talk, problem: Problem) -> dict[str, object]:
    return {"where": problem.where, "what": talk.problem(problem)}


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
