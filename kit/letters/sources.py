"""What a text rests on: facts go in, each instrument once with its clauses and source comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kit.errors import FactFileError
from kit.letters import clause
from kit.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from kit.jurisdiction import ByLanguage, Fact, Facts, Instrument

#: What stands around and between the words of a source.
_CHINESE = {"comma": "、", "clause": "{}{}", "source": "{}（{}）", "semicolon": "；"}
_OTHER = {"comma": ", ", "clause": "{}, {}", "source": "{} ({})", "semicolon": "; "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One instrument as a reader sees it, in their language."""

    name: str
    clauses: tuple[str, ...]
    #: publisher, or newspaper with date
    source: str
    #: what it is not
    limits: str
    is_verified: bool


def sources(facts: Iterable[Fact], language: str) -> tuple[Source, ...]:
    """Everything that the facts rest on; what is not verified comes last."""
    found = _by_instrument(facts, language, lambda named: named.name)
    return tuple(sorted(found, key=lambda one: not one.is_verified))


def basis(facts: Iterable[Fact], language: str) -> tuple[Source, ...]:
    """The same as it stands below a text, by the names that people use."""
    return _by_instrument(facts, language, lambda named: named.short or named.name)


def written(found: Iterable[Source], language: str, doubt: str) -> Iterator[str]:
    """Each as a line: its name, clauses and publisher; `doubt` where it is not verified."""
    marks = _CHINESE if language.startswith("zh") else _OTHER
    for one in found:
        cited = marks["comma"].join(one.clauses)
        name = marks["clause"].format(one.name, cited) if cited else one.name
        known = ("" if one.is_verified else doubt, one.source, one.limits)
        said = marks["semicolon"].join(text.rstrip("。.") for text in known if text)
        yield marks["source"].format(name, said)


def _by_instrument(
    facts: Iterable[Fact], language: str, name_of: Callable[[Instrument], ByLanguage[str]]
) -> tuple[Source, ...]:
    clauses: dict[tuple[str, bool], dict[str, None]] = {}
    instruments: dict[tuple[str, bool], Instrument] = {}
    for fact in facts:
        key = _said(name_of(fact.instrument), language), fact.grade != "C"
        instruments.setdefault(key, fact.instrument)
        named = (clause.said(part, language) for part in clause.parts(fact.clause))
        clauses.setdefault(key, {}).update(dict.fromkeys(named))
    return tuple(
        Source(
            name=name,
            clauses=tuple(clauses[name, is_verified]),
            source=_said(named.source, language),
            limits=named.limits.said(language) or "",
            is_verified=is_verified,
        )
        for (name, is_verified), named in instruments.items()
    )


def _said(names: ByLanguage[str], language: str) -> str:
    return names.said(language) or next(iter(names.values()))


def check_rest(parts: Iterable[Mapping[str, Any]], known: Facts, today: date) -> None:
    """See that all on which the parts of a text rest is known and in force.

    Raises:
        FactFileError: something is not.
    """
    problems = [
        Problem(where=f"{known.code}.toml: {name}", what=what)
        for part in parts
        for name in part["facts"]
        for what in [_fault(known.by_id.get(name), today)]
        if what
    ]
    if problems:
        raise FactFileError(code=known.code, problems=tuple(problems))


def _fault(fact: Fact | None, today: date) -> str:
    if fact is None:
        return "A text rests on it, and it is not in the file."
    return "" if fact.in_force(today) else "A text rests on it, and it is not in force."
