"""`kit facts`."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

from kit.actions import guiding
from kit.cli.talk import talking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kit.actions.guiding import Fact, Facts
    from kit.cli.talk import Talk


@click.command(
    "facts",
    help="What the guide rests on: law, rules and where to turn, each with its source and the day "
    "it was checked. CODE is a country, cn when it is left out.",
    epilog="\b\nExample:\n  kit facts\n  kit facts cn --about 第五十条",
)
@click.argument("code", default=guiding.USUAL)
@click.option("--about", metavar="WORD", default="", help="Only those in which WORD stands.")
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def facts(talk: Talk, *, code: str, about: str, as_json: bool) -> None:
    """Print the facts."""
    known = guiding.facts(code)
    found = guiding.about(known, about)
    if as_json:
        for fact in found:
            talk.json(_fields(fact, known))
    else:
        _print(talk, known, found)
    if not found:
        talk.err("“{word}” stands in none of them.", word=about)
    if guiding.is_stale(known):
        talk.err(
            "Some of it was checked more than twelve months ago, the oldest on {date}: ask a "
            "lawyer whether it still holds.",
            date=known.checked_on,
        )


def _fields(fact: Fact, known: Facts) -> dict[str, object]:
    """A fact for a program; `None` where there is none."""
    fields = {
        "id": fact.id,
        "kind": fact.kind.value,
        "grade": fact.grade,
        "title": fact.title,
        "statement": fact.statement,
        "quote": fact.quote,
        "language": known.language,
        "instrument": fact.instrument.name[known.language],
        "clause": fact.clause,
        "effective_from": fact.effective_from,
        "effective_to": fact.effective_to,
        "source": fact.source,
        "checked_on": fact.checked_on,
        "limits": fact.limits,
        "phone": fact.phone,
        "url": fact.url,
    }
    return {name: value or None for name, value in fields.items()}


def _print(talk: Talk, known: Facts, found: Iterable[Fact]) -> None:
    """The facts under headings, by what they are about."""
    if known.language[:2] != talk.settings.language[:2]:
        language = talk.label(known.language)
        talk.err("They are in the language of the law: {language}.", language=language)
    for kind, group in groupby(found, lambda fact: fact.kind.value):
        talk.out("[{kind}]", kind=talk.label(kind))
        for fact in group:
            talk.show("")
            talk.show(fact.title)
            for line in lines(talk, fact):
                talk.show(f"  {line}")
        talk.show("")


def lines(talk: Talk, fact: Fact) -> Iterator[str]:
    """What it says, what it does not say, and what it rests on."""
    yield fact.statement
    if fact.quote:
        yield talk.say("In its own words: {quote}", quote=fact.quote)
    if fact.limits:
        yield talk.say("But: {limits}", limits=fact.limits)
    if fact.phone or fact.url:
        yield "  ".join(one for one in (fact.phone, fact.url) if one)
    yield from _basis(talk, fact)
    yield talk.say("{grade}; checked on {date}", grade=talk.label(fact.grade), date=fact.checked_on)


def _basis(talk: Talk, fact: Fact) -> Iterator[str]:
    """The instrument, when it holds, and who published it."""
    named, language = fact.instrument, talk.settings.language
    name = named.name.said(language) or next(iter(named.name.values()))
    if fact.clause:
        space = " " if language.startswith("zh") and fact.clause[0].isascii() else ""
        clause = f"{space}{fact.clause}"
        yield talk.say("Rests on: {instrument}, {clause}", instrument=name, clause=clause)
    else:
        yield talk.say("Rests on: {instrument}", instrument=name)
    if limits := named.limits.said(language):
        yield talk.say("But: {limits}", limits=limits)
    source = fact.own_source or named.source.said(language) or fact.source
    if fact.effective_from and str(fact.effective_from) not in source:
        yield talk.say("In force from {date}", date=fact.effective_from)
    if fact.effective_to:
        yield talk.say("In force until {date}", date=fact.effective_to)
    yield talk.say("Source: {source}", source=source)
