"""The pattern report: the record goes in; what was recorded, and what it may bear on, come out.

It is by the accounts of people and logs, and judges nobody. The incidents are kept without their
rows as they were brought in, and with every number and name once: ten thousand take little memory.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kit import clocks, jurisdiction
from kit.evidence import accounts, contents, rules
from kit.evidence.rules.reaching import is_missed, to_others
from kit.jurisdiction import Fact, Facts
from kit.model import EntryKind, Finding, Group, Incident, IncidentKind, Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from kit.actions.store import Store
    from kit.evidence.accounts import Told
    from kit.jurisdiction import ByLanguage
    from kit.model import E164

__all__ = ["CallsOfDay", "Claimed", "Fact", "Finding", "Reached", "Report", "Rule", "report"]

_NO_CLOCK = "Its time zone is not known on this computer: it is left out where the hour matters."


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsOfDay:
    """The calls of one day that were shown as one number."""

    day: date
    #: as it was shown; empty where it was hidden
    number: str = field(repr=False)
    count: int
    answered: int
    unanswered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What callers said they were, and how often."""

    said_they_were: str = field(repr=False)
    count: int
    #: the numbers they were shown as
    numbers: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Somebody else than the borrower who was contacted, and how often."""

    #: an `Unnamed` where they have no name
    name: str = field(repr=False)
    count: int
    #: calls that nobody answered
    missed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was recorded, beside what it may bear on."""

    #: the code of the country
    code: str
    #: what the country is called; empty where nothing is known of its rules
    country: ByLanguage[str]
    #: in which the facts are
    language: str
    #: the oldest first, without their original rows
    incidents: tuple[Incident, ...] = field(repr=False)
    #: by rule, the oldest first
    findings: tuple[Finding, ...] = field(repr=False)
    #: those that a finding names
    facts: Mapping[str, Fact] = field(repr=False)
    #: on which no rule of the country is known
    without_rule: tuple[Rule, ...]
    #: how often by which way; what several people tell of one call is one
    kinds: Mapping[IncidentKind, int]
    by_day: tuple[CallsOfDay, ...] = field(repr=False)
    claimed: tuple[Claimed, ...] = field(repr=False)
    reached: tuple[Reached, ...] = field(repr=False)
    #: by the clock of whoever was reached; nothing: nothing is recorded
    first: datetime | None
    last: datetime | None
    #: when the oldest of the facts was checked, where that is more than twelve months ago
    stale_since: date | None
    problems: tuple[Problem, ...]

    def of(self, rule: Rule) -> list[Finding]:
        """The findings on one rule."""
        return [one for one in self.findings if one.rule is rule]

    def basis(self, rule: Rule) -> list[Fact]:
        """The facts that findings on one rule name, each once."""
        names = dict.fromkeys(name for one in self.of(rule) for name in one.fact_ids)
        return [self.facts[name] for name in names]


def report(store: Store, code: str = "") -> Report:
    """What was recorded, beside the rules of a country: unless named, the borrower's.

    Raises:
        NoFactsError: nothing is known of the country that was named.
        FactFileError: its file says something that could mislead.
    """
    told = incidents(store)
    calls = accounts.told_once(told)
    known = _facts(store, code)
    found = tuple(rules.beside(calls, known))
    named = {name: known.by_id[name] for one in found for name in one.fact_ids} if known else {}
    today = store.clock().astimezone().date()
    stale = [fact.checked_on for fact in named.values() if fact.is_stale(today)]
    return Report(
        code=known.code if known else store.region.lower(),
        country=known.name if known else jurisdiction.ByLanguage(),
        language=known.language if known else "",
        incidents=told,
        findings=found,
        facts=named,
        without_rule=tuple(one for one in Rule if not (known and known.patterns.get(one))),
        kinds=Counter(call[0].kind for call in calls),
        by_day=_by_day(calls),
        claimed=_claimed(calls),
        reached=_reached(calls),
        first=clocks.shown(told[0]) if told else None,
        last=clocks.shown(told[-1]) if told else None,
        stale_since=min(stale, default=None),
        problems=tuple(
            Problem(where=one.id, what=_NO_CLOCK) for one in told if not clocks.local(one)
        ),
    )


def _facts(store: Store, code: str) -> Facts | None:
    """What is known of the country; of the borrower's own it may be nothing."""
    if not code and store.region.lower() not in jurisdiction.codes():
        return None
    return jurisdiction.facts(code or store.region)


def incidents(store: Store) -> tuple[Incident, ...]:
    """Every incident that was not removed, the oldest first, as small as it can be."""
    once: dict[str, str] = {}
    callers: dict[E164 | None, E164 | None] = {}
    zones: dict[tuple[str, ...], tuple[str, ...]] = {}
    found = []
    for kept in store.record.contents(EntryKind.INCIDENT):
        one = contents.read_incident(kept.content)
        found.append(
            replace(
                one,
                original="",
                zones=zones.setdefault(one.zones, one.zones),
                number=once.setdefault(one.number, one.number),
                caller=callers.setdefault(one.caller, one.caller),
                contact_id=once.setdefault(one.contact_id, one.contact_id),
                to=once.setdefault(one.to, one.to),
                said_they_were=once.setdefault(one.said_they_were, one.said_they_were),
                account_of=once.setdefault(one.account_of, one.account_of),
                account_name=once.setdefault(one.account_name, one.account_name),
            )
        )
    found.sort(key=lambda one: one.at)
    return tuple(known_again(store, found))


def known_again(store: Store, told: Sequence[Incident]) -> Iterator[Incident]:
    """The same, as of who is in the book now: who was forgotten and brought in again is one.

    They are known by the name, if one contact alone has it; else they stay apart.
    """
    there = set(store.book.ids(*Group))
    gone = {one.contact_id for one in told} | {one.account_of for one in told}
    gone -= {"", *there}
    if not (gone and there):
        yield from told
        return
    ids_by_name: dict[str, set[str]] = {}
    for contact in store.book.contacts():
        for name in contact.names:
            ids_by_name.setdefault(accounts.plain(name), set()).add(contact.id)

    def known(id_: str, name: str) -> str:
        ids = ids_by_name.get(accounts.plain(name), set())
        return next(iter(ids)) if id_ in gone and len(ids) == 1 else id_

    for one in told:
        reached, teller = known(one.contact_id, one.to), known(one.account_of, one.account_name)
        yield replace(one, contact_id=reached, account_of=teller)


def _by_day(calls: Iterable[Told]) -> tuple[CallsOfDay, ...]:
    """Calls per number and day, by the clock of whoever was reached."""
    counts: dict[tuple[date, str], Counter[bool | None]] = {}
    shown: dict[str, str] = {}
    for call in calls:
        if call[0].kind is IncidentKind.CALL:
            number = accounts.number(call)
            shown.setdefault(number, accounts.shown_as(call))
            count = counts.setdefault((clocks.day(call[0]), number), Counter())
            count[accounts.answered(call)] += 1
    return tuple(
        CallsOfDay(
            day=day,
            number=shown[number],
            count=count.total(),
            answered=count[True],
            unanswered=count[False],
        )
        for (day, number), count in sorted(counts.items())
    )


def _claimed(calls: Iterable[Told]) -> tuple[Claimed, ...]:
    """Who callers said they were, the most frequent first; however it was typed, it is one."""
    found: dict[str, dict[str, list[Incident]]] = {}
    for call in calls:
        for one in call:
            if one.said_they_were:
                claims = found.setdefault(accounts.plain(one.said_they_were), {})
                claims.setdefault(call[0].id, []).append(one)
    return tuple(
        Claimed(
            said_they_were=accounts.one_line(next(iter(claims.values()))[0].said_they_were),
            count=len(claims),
            numbers=tuple(dict.fromkeys(filter(None, map(accounts.shown_as, claims.values())))),
        )
        for claims in sorted(found.values(), key=len, reverse=True)
    )


def _reached(calls: Iterable[Told]) -> tuple[Reached, ...]:
    """Everybody else than the borrower who was contacted, the most frequent first."""
    found: dict[str, list[Told]] = {}
    for call in to_others(calls):
        found.setdefault(accounts.person(call[0]), []).append(call)
    return tuple(
        Reached(
            name=accounts.reached(one for call in told for one in call),
            count=len(told),
            missed=sum(map(is_missed, told)),
        )
        for told in sorted(found.values(), key=len, reverse=True)
    )
