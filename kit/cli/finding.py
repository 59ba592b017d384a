"""`kit evidence report`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.actions import finding
from kit.actions.finding import Rule
from kit.cli import facts
from kit.cli.talk import talking
from kit.model import IncidentKind, Unnamed
from kit.words.labels import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kit.actions.finding import Finding, Report
    from kit.cli.talk import Talk


@click.command(
    "report",
    help="What was recorded, beside the rules it may bear on, each with its source. It goes by the "
    "accounts of people and logs, and judges nobody.",
    epilog="\b\nExample:\n  kit evidence report\n  kit evidence report --jurisdiction cn --json",
)
@click.option(
    "--jurisdiction",
    "code",
    metavar="CODE",
    default="",
    help="The country whose rules are shown, such as cn; otherwise that of your own number.",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def report(talk: Talk, *, code: str, as_json: bool) -> None:
    """Print the pattern report."""
    found = finding.report(talk.open(), code)
    if as_json:
        for one in found.findings:
            talk.json(_fields(talk, one))
    elif found.incidents:
        _print(talk, found)
    else:
        talk.out("There is nothing to report on yet.")
    talk.problems(found.problems)
    if found.stale_since:
        talk.err(
            "Some of it was checked more than twelve months ago, the oldest on {date}: ask a "
            "lawyer whether it still holds.",
            date=found.stale_since,
        )


def _fields(talk: Talk, one: Finding) -> dict[str, object]:
    return {
        "rule": one.rule.value,
        "fact_ids": list(one.fact_ids),
        "incident_ids": list(one.incident_ids),
        "what": one.said(talk.say),
    }


def _print(talk: Talk, found: Report) -> None:
    """What was recorded, what it may bear on, and what it does not show."""
    _recorded(talk, found)
    _tables(talk, found)
    numbers = {name: number for number, name in enumerate(found.facts, 1)}
    for rule in Rule:
        if found.of(rule):
            _beside(talk, found, rule, numbers)
    _nothing(talk, found)
    if numbers:
        _in_full(talk, found, numbers)
    _limits(talk)


def _recorded(talk: Talk, found: Report) -> None:
    talk.out("[What was recorded]")
    talk.out(
        "{count} in all, from {first} to {last}.",
        count=sum(found.kinds.values()),
        first=f"{found.first:%Y-%m-%d %H:%M}",
        last=f"{found.last:%Y-%m-%d %H:%M}",
    )
    if country := found.country.said(talk.settings.language):
        talk.out("The rules beside it are those of {country}.", country=country)
    talk.show("")


def _tables(talk: Talk, found: Report) -> None:
    """By which way, calls by number and day, others who were contacted, who they said they were."""
    say = talk.say
    hidden = say("(no number shown)")
    shown, times = say("Number shown"), say("Times")
    missed = say("Unanswered")
    ways = [(say("By which way"), times)] + [
        (talk.label(kind), str(found.kinds[kind])) for kind in IncidentKind if kind in found.kinds
    ]
    _table(talk, ways)
    days = [(say("Day"), shown, say("Calls"), say("Answered"), missed)] + [
        (str(one.day), one.number or hidden, *map(str, (one.count, one.answered, one.unanswered)))
        for one in found.by_day
    ]
    _table(talk, days, names=1)
    people = [(say("Contacted, not the borrower"), times, missed)] + [
        (_name(talk, one.name), str(one.count), str(one.missed)) for one in found.reached
    ]
    _table(talk, people)
    claimed = [(say("They said they were"), times, shown)] + [
        (one.said_they_were, str(one.count), ", ".join(one.numbers) or hidden)
        for one in found.claimed
    ]
    _table(talk, claimed)


def _table(talk: Talk, rows: Sequence[Sequence[str]], *, names: int = 0) -> None:
    """Rows under their headings; nothing where there are only headings."""
    if len(rows) > 1:
        talk.table(rows, names=names)
        talk.show("")


def _name(talk: Talk, name: str) -> str:
    return talk.say(name) if isinstance(name, Unnamed) else name


def _beside(talk: Talk, found: Report, rule: Rule, numbers: Mapping[str, int]) -> None:
    """The findings on one rule, and by their titles the facts they may bear on."""
    talk.out("[{kind}]", kind=talk.say(RULES[rule]))
    for one in found.of(rule):
        talk.show("· " + one.said(talk.say))
    if basis := found.basis(rule):
        talk.out("What it may bear on, with its source further down:")
    else:
        talk.out("No rule on this that held at that time is known to the kit for this country.")
    for fact in basis:
        talk.show(f"  [{numbers[fact.id]}] {fact.title}")
    talk.show("")


def _in_full(talk: Talk, found: Report, numbers: Mapping[str, int]) -> None:
    """The facts that findings name, each once, by their numbers."""
    talk.out("[What it may bear on]")
    if found.language[:2] != talk.settings.language[:2]:
        language = talk.label(found.language)
        talk.err("They are in the language of the law: {language}.", language=language)
    for name, number in numbers.items():
        fact = found.facts[name]
        talk.show(f"[{number}] {fact.title}")
        for line in facts.lines(talk, fact):
            talk.show(f"    {line}")
    talk.show("")


def _nothing(talk: Talk, found: Report) -> None:
    """The rules without a finding, and why there is none."""
    missing = [rule for rule in Rule if not found.of(rule)]
    counted = (Rule.HOURS, Rule.FREQUENCY)
    unknown = [rule for rule in missing if rule in counted and rule in found.without_rule]
    none = [rule for rule in missing if rule not in unknown]
    if none:
        talk.out("Nothing that could be counted is recorded on:")
        _list(talk, none)
    if unknown:
        talk.out("The kit knows no rule for this country, and counted nothing, on:")
        _list(talk, unknown)


def _list(talk: Talk, rules: Sequence[Rule]) -> None:
    for rule in rules:
        talk.show(f"· {talk.say(RULES[rule])}")
    talk.show("")


def _limits(talk: Talk) -> None:
    talk.out("[What this does not show]")
    talk.out("These are accounts of people, and logs; nobody has examined whether they are true.")
    talk.out("A number shown can be faked: it does not show who really called.")
    talk.out("Nothing here says that a rule was broken. That is for the authorities and courts.")
    talk.out("What is not recorded may have happened all the same.")
    talk.out(
        "Several accounts of one call count once; where it is not known whether a call was "
        "answered, or whom it reached, it is left out of the counts that depend on it."
    )
