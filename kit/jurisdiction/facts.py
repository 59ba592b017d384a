"""Law, rules and authorities as facts: the file of a country goes in, facts that hold come out.

The file names each instrument once (a law, a standard, an announcement); each fact names the
instrument it rests on. A file with a fact that could mislead is not used at all: what is wrong is
listed, fact by fact. CONTRIBUTING.md says how to write one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

from kit.errors import FactFileError, NoFactsError
from kit.jurisdiction import files
from kit.jurisdiction.files import ByLanguage, by_language, load_table
from kit.jurisdiction.shapes import misshapen
from kit.model import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

#: After so long a fact must be read again.
_STALE = timedelta(days=365)
#: What a fact of grade C must say in its statement, by the language of the file.
_UNVERIFIED = {"zh-Hans": "未核实", "en": "not verified"}
_REQUIRED = ("title", "statement", "kind", "grade", "instrument", "checked_on")
#: No name before the host, no port, and nothing that one browser reads otherwise than another.
_ADDRESS = re.compile(r"https://([a-z0-9.-]+)(?:/[a-zA-Z0-9._~/?=&%-]*)?")
_DATES = ("checked_on", "effective_from", "effective_to")
#: A pattern beside those of the rules: they were asked who they are and did not say.
UNIDENTIFIED = "unidentified"
_PATTERNS = (*Rule, UNIDENTIFIED)
#: What a fact must have that is counted by.
_NEEDED: dict[str, str] = {Rule.HOURS: "hours", Rule.FREQUENCY: "at_most"}


class FactKind(StrEnum):
    """What a fact is about."""

    LAW = "law"
    LIABILITY = "liability"  #: who owes and who does not
    RULE = "rule"  #: of a regulator, a standard or an association
    HOURS = "hours"  #: when nobody may be rung
    CASE = "case"
    CHANNEL = "channel"  #: where to turn
    ADVICE = "advice"
    NEVER_SAY = "never_say"
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What a fact rests on: a law, a standard, an announcement; said in several languages."""

    name: ByLanguage[str]
    #: what people call it; empty where there is no shorter name
    short: ByLanguage[str]
    issuer: ByLanguage[str]
    #: publisher, or newspaper with date
    source: ByLanguage[str]
    #: what it is not
    limits: ByLanguage[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One statement on which a text may rest, in the language of its file."""

    id: str
    kind: FactKind
    #: `A` the primary text was read, `B` two sources agree, `C` not verified
    grade: str
    title: str
    statement: str
    instrument: Instrument
    #: as the instrument writes it; empty where none was verified
    clause: str = ""
    #: the instrument's own words
    quote: str = ""
    #: what it does not say
    limits: str = ""
    #: empty where the instrument's source is the fact's
    own_source: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    checked_on: date
    phone: str = ""
    url: str = ""
    #: of `HOURS`: `not_from` and `not_to`, `HH:MM`
    hours: dict[str, str] = field(default_factory=dict)
    #: how many calls with the debtor a day, by whether they were `answered` or `unanswered`
    at_most: dict[str, int] = field(default_factory=dict)
    #: the terms that it sets, the first one first: of `days`, `months` or `years`
    within: dict[str, list[int]] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """Publisher, or newspaper with date, in the language of the file."""
        return self.own_source or next(iter(self.instrument.source.values()))

    def in_force(self, day: date) -> bool:
        """Whether it holds on that day."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)

    def is_stale(self, day: date) -> bool:
        """Whether it was checked more than twelve months before that day."""
        return day - self.checked_on > _STALE


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one country."""

    code: str
    #: what the country is called
    name: ByLanguage[str]
    #: in which statements and quotes are
    language: str
    by_id: dict[str, Fact]
    #: which facts what was recorded may bear on, by `Rule` or `UNIDENTIFIED`
    patterns: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.by_id.values())

    @property
    def checked_on(self) -> date:
        """When the oldest of them was checked."""
        return min(fact.checked_on for fact in self)


@cache
def codes() -> tuple[str, ...]:
    """The countries of which facts are known."""
    return tuple(
        sorted(
            path.stem for path in files.FOLDER.glob("*.toml") if b"\n[fact." in path.read_bytes()
        )
    )


@cache
def facts(code: str) -> Facts:
    """What is known of a country, by its ISO 3166 code.

    Raises:
        NoFactsError: nothing is known of it.
        FactFileError: its file says something that could mislead; the problems tell what.
    """
    if code.lower() not in codes():
        raise NoFactsError(code=code, codes=", ".join(codes()))
    try:
        table = load_table(code)
    except (ValueError, RecursionError):  # no TOML, not UTF-8, a number or a list without end
        problem = Problem(where=f"{code}.toml", what="It is no TOML, or says one thing twice.")
        raise FactFileError(code=code, problems=(problem,)) from None
    return read_facts(code.lower(), table)


def read_facts(code: str, table: dict[str, Any]) -> Facts:
    """The facts of a table as it stands in a file.

    Raises:
        FactFileError: something in it could mislead.
    """
    problems = list(misshapen(code, table)) or list(_problems(code, table))
    if problems:
        raise FactFileError(code=code, problems=tuple(problems))
    pack = table["pack"]
    instruments = {name: _instrument(pack, one) for name, one in table["instrument"].items()}
    by_id = {
        name: _fact(name, _dated(table, one), instruments[one["instrument"]])
        for name, one in table["fact"].items()
    }
    problems = list(_conflicts(code, by_id))
    if problems:
        raise FactFileError(code=code, problems=tuple(problems))
    return Facts(
        code=code,
        name=by_language(pack, "name"),
        language=pack["language"],
        by_id=by_id,
        patterns={rule: tuple(names) for rule, names in table.get("pattern", {}).items()},
    )


def _instrument(pack: dict[str, Any], table: dict[str, Any]) -> Instrument:
    own = {key: text for key, text in table.items() if isinstance(text, str)}
    said = {pack["language"]: own, **table}
    return Instrument(
        name=by_language(said, "name"),
        short=by_language(said, "short"),
        issuer=by_language(said, "issuer"),
        source=by_language(said, "source"),
        limits=by_language(said, "limits"),
    )


def _dated(table: dict[str, Any], fact: dict[str, Any]) -> dict[str, Any]:
    """The fact, which holds as long as its instrument where it says nothing else."""
    named = table["instrument"][fact["instrument"]]
    return {key: named[key] for key in _DATES[1:] if key in named} | fact


def _fact(name: str, table: dict[str, Any], instrument: Instrument) -> Fact:
    keys = ("clause", "quote", "limits", "phone", "url", "hours", "at_most", "within", *_DATES[1:])
    return Fact(
        id=name,
        kind=FactKind(table["kind"]),
        grade=table["grade"],
        title=table["title"],
        statement=table["statement"],
        instrument=instrument,
        own_source=table.get("source", ""),
        checked_on=table["checked_on"],
        **{key: table[key] for key in keys if key in table},
    )


def _problems(code: str, table: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong with each fact by itself."""
    pack, instruments = table.get("pack", {}), table.get("instrument", {})
    for name, one in table.get("fact", {}).items():
        named = instruments.get(one.get("instrument"), {})
        for what, facts_ in _faults(one, named, pack):
            yield Problem(where=f"{code}.toml: {name}", what=what, facts=facts_)
    for rule, names in table.get("pattern", {}).items():
        for what, facts_ in _misled(rule, names, table.get("fact", {})):
            yield Problem(where=f"{code}.toml: pattern", what=what, facts=facts_)


def _misled(
    rule: str, names: list[str], facts_: dict[str, Any]
) -> Iterator[tuple[str, dict[str, object]]]:
    """What is wrong with the facts that a pattern names."""
    if rule not in _PATTERNS:
        yield "There is no rule “{rule}”.", {"rule": rule}
    needed = _NEEDED.get(rule)
    for name in names:
        if name not in facts_:
            yield "The fact “{name}” is not in the file.", {"name": name}
        elif needed and not facts_[name].get(needed):
            yield "The fact “{name}” has no “{key}”.", {"name": name, "key": needed}


def _faults(
    one: dict[str, Any], named: dict[str, Any], pack: dict[str, Any]
) -> Iterator[tuple[str, dict[str, object]]]:
    for key in _REQUIRED:
        if not one.get(key):
            yield "It has no “{key}”.", {"key": key}
    if not named:
        yield "The instrument it names is not in the file.", {}
    elif not named.get("name"):
        yield "It has no “{key}”.", {"key": "instrument.name"}
    if not (one.get("source") or named.get("source")):
        yield "It has no source.", {}
    if one.get("kind") not in set(FactKind):
        yield "Its kind is not known.", {}
    yield from _untimely({key: one.get(key, named.get(key)) for key in _DATES})
    yield from _doubtful(one, pack)


def _untimely(dates: dict[str, Any]) -> Iterator[tuple[str, dict[str, object]]]:
    wrong = [key for key, value in dates.items() if value is not None and type(value) is not date]
    for key in wrong:
        yield "Its “{key}” is no date.", {"key": key}
    first, last = dates["effective_from"], dates["effective_to"]
    if not wrong and first and last and last < first:
        yield "It ends before it begins.", {}


def _doubtful(one: dict[str, Any], pack: dict[str, Any]) -> Iterator[tuple[str, dict[str, object]]]:
    unverified = _UNVERIFIED.get(pack["language"], _UNVERIFIED["en"])
    if one.get("grade") not in ("A", "B", "C"):
        yield "Its grade must be A, B or C.", {}
    if one.get("grade") == "C" and unverified not in one.get("statement", ""):
        yield "It is of grade C and does not say “{words}”.", {"words": unverified}
    if "url" in one and _host(one["url"]) not in pack.get("hosts", ()):
        yield "Its address is not on the list of authorities' hosts.", {}
    if one.get("kind") == FactKind.HOURS and set(one.get("hours", ())) != {"not_from", "not_to"}:
        yield "It does not say from when to when.", {}


def _host(url: str) -> str:
    """To whom an address leads; nobody where that could be doubted."""
    found = _ADDRESS.fullmatch(url)
    return found[1] if found else ""


def _conflicts(code: str, by_id: dict[str, Fact]) -> Iterator[Problem]:
    """Facts of one instrument that hold at the same time and differ in what they say."""
    for one, other in combinations(by_id.values(), 2):
        if one.instrument is other.instrument and _overlap(one, other) and _differ(one, other):
            yield Problem(
                where=f"{code}.toml: {other.id}",
                what="It contradicts {other}.",
                facts={"other": one.id},
            )


def _differ(one: Fact, other: Fact) -> bool:
    """Whether they quote the same clause in other words, or name other hours."""
    quoted = bool(one.quote and other.quote and one.clause and one.clause == other.clause)
    timed = bool(one.hours and other.hours)
    return (quoted and one.quote != other.quote) or (timed and one.hours != other.hours)


def _overlap(one: Fact, other: Fact) -> bool:
    first = max(one.effective_from or date.min, other.effective_from or date.min)
    return first <= min(one.effective_to or date.max, other.effective_to or date.max)
