"""`kit doctor --report`: the report is shown whole, then perhaps saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.actions import help_report
from kit.actions.help_report import shown
from kit.errors import KitError, ReportNotConfirmedError
from kit.errors.fault import kind_of
from kit.settings import NAMES
from kit.words import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kit.actions.doctor import Examined
    from kit.actions.help_report import HelpReport
    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Problem


def show_report(talk: Talk, to: Path | None, *, yes: bool) -> None:
    """Show the report; save it once somebody has seen it.

    Raises:
        ReportNotConfirmedError: nobody is here to see it.
        FileTakenError: something has that name.
    """
    store, shut_by = _opened(talk)
    made = help_report.make(talk.settings, store, shut_by)
    text = "\n".join(_lines(talk, made))
    talk.show(text)
    talk.err("")
    if to is None:
        talk.err("Nothing was saved or sent. To save it: kit doctor --report FILE")
        return
    if not (yes or talk.can_ask):
        raise ReportNotConfirmedError
    if not (yes or talk.confirm("Save this as {path}? y: yes, Enter: no", path=to)):
        raise click.Abort
    help_report.save(talk.settings, f"{text}\n", to)
    talk.err("Saved: {path}. It is sent to nobody; you decide who gets it.", path=to)


def _opened(talk: Talk) -> tuple[Store | None, str]:
    """The store, or the kind of what keeps it shut; none is made for a report."""
    if talk.is_first_start:
        return None, ""
    try:
        return talk.open(forgets=False), ""
    except Exception as error:  # the report is for whoever has a fault
        if isinstance(error, KitError):
            talk.error(error)
        elif isinstance(error, click.Abort):
            raise
        return None, kind_of(type(error))


def _lines(talk: Talk, made: HelpReport) -> Iterator[str]:
    """The report, line by line."""
    say = talk.say
    yield say("A report of the kit {version}, for asking for help.", version=made.version)
    yield say(
        "No name, number, address, text or password is in it; when you did what is. Read it over."
    )
    yield f"{made.at:%Y-%m-%dT%H:%M:%SZ}, Python {made.python}, {made.system}, {made.language}"
    yield say("Libraries: {names}", names=_pairs(made.versions))
    yield say("Settings that are set: {names}", names=", ".join(made.settings))
    yield say("Files of the store, in bytes: {names}", names=_pairs(made.sizes))
    yield say("Other files beside it: {count}", count=made.others)
    yield say("Megabytes free on its disk: {count}", count=made.free)
    yield say("Steps of the store: {names}", names=_pairs(made.steps))
    yield say("In the store: {names}", names=_pairs(made.counts))
    for name, found in made.channels:
        yield from _channel(talk, name, found)
    yield say("The last faults of the kit: {count}", count=len(made.faults))
    yield from (f"  {shown(one)}" for one in made.faults)
    yield say("The last events: {count}", count=len(made.events))
    yield from (f"  {shown(one)}" for one in made.events)
    if made.strange:
        yield say("Lines of the journal that cannot be read: {count}", count=made.strange)


def _pairs(found: Mapping[str, object] | str) -> str:
    if isinstance(found, str):
        return found or "-"
    return ", ".join(f"{name} {value}" for name, value in found.items()) or "-"


def _channel(talk: Talk, name: str, found: Examined | str) -> Iterator[str]:
    channel = talk.label(name)
    if isinstance(found, str):
        yield f"{channel}: {found}"
    elif not found.set_up:
        yield talk.say("{channel}: not set up.", channel=channel)
    elif not found.problems:
        yield talk.say("{channel}: ready.", channel=channel)
    else:
        yield talk.say("{channel}: something stands in the way:", channel=channel)
        yield from (f"  {_unfilled(talk, one)}" for one in found.problems)


def _unfilled(talk: Talk, problem: Problem) -> str:
    """What is wrong in words of ours, without what it is about."""
    where = f"{problem.where}  " if problem.where in NAMES else ""
    known = catalogue("zh-Hans").get(problem.what)
    if known is None:
        return f"{where}?"
    return where + catalogue(talk.settings.language).get(problem.what, problem.what)
