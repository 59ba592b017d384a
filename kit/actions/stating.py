"""What a letter states: the record and the filings go in, what was recorded comes out, as said.

People have the pseudonyms of the redacted copy of the record, so that both can be read side by
side; the numbers of callers stay. What the borrower is to look at is said beside it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from kit import clocks, phone
from kit.actions import entries, exhibits, exporting, finding
from kit.errors import LanguageMissingError
from kit.evidence import accounts, rules
from kit.evidence.rules.reaching import to_others
from kit.letters import draft, due
from kit.letters import recorded as letters
from kit.letters.recorded import MOST_FINDINGS, Recorded, quoted
from kit.model import EntryKind, IncidentKind, SheetKey
from kit.template import drafts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kit.actions.store import Store
    from kit.evidence.redacting import Redactor
    from kit.jurisdiction import Facts
    from kit.letters.due import Sent
    from kit.model import Exhibit, Finding, Incident, Rule

    Say = Callable[..., str]

#: Incidents of a finding in which the names are that it says; many tell of one caller only.
_MOST_LOOKED = 60
#: Names that callers gave themselves, as many as a warning lists.
_MOST_CLAIMS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What the letter is about, and what the record calls it."""

    #: the oldest first
    incidents: tuple[Incident, ...] = field(repr=False)
    #: by id: the numbers in the record of incidents, and of each one's files
    entries: Mapping[str, int]
    files: Mapping[str, tuple[int, ...]]
    #: by id, with pseudonyms
    shown: Mapping[str, Incident] = field(repr=False)
    redactor: Redactor = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Which incidents a letter is about."""

    #: by number or id; empty: all of them; nothing: none of them
    which: tuple[str, ...] | None = ()
    #: by `IncidentKind`; none: all
    ways: frozenset[str] = frozenset()
    #: who speaks to the borrower, and in which language
    warned_in: tuple[Say, str]


def recorded(store: Store, known: Facts, about: About, say: Say, language: str) -> Recorded:
    """What was recorded of it.

    Raises:
        NoIncidentError: one that was named is none.
    """
    kept = _kept(store, about, say)
    calls = accounts.told_once(kept.incidents)
    found = tuple(rules.beside(calls, known))
    said = {rule.value: tuple(_findings(found, rule, kept, say)) for rule in _rules(found)}
    return Recorded(
        rows=tuple(
            (kept.entries[one.id], kept.shown[one.id], kept.files.get(one.id, ()))
            for one in kept.incidents
        ),
        rules=frozenset(said),
        findings=tuple(chain.from_iterable(said.values())),
        by_rule=said,
        calls=tuple(tuple(kept.entries[one.id] for one in call) for call in calls),
        altered=frozenset(kept.entries[one.id] for one in kept.incidents if _is_altered(one, kept)),
        count=len(calls),
        people=len({accounts.person(call[0]) for call in to_others(calls)}),
        first=_day(kept.incidents[:1]),
        last=_day(kept.incidents[-1:]),
        filed=tuple(_filed(store, known.code, say, language)),
        warnings=tuple(_warnings(kept, known, *about.warned_in)),
    )


def _kept(store: Store, about: About, say: Say) -> _Kept:
    by_id = numbers(store)
    ids = chosen(by_id, about.which)
    ways = about.ways or frozenset(IncidentKind)
    told = finding.incidents(store)
    every = exhibits.exhibits(store)
    # Who is learned first has the first pseudonym: all are, as in the copy of the record.
    redactor = exporting.redactor_of(store, told, every, say)
    shown = {one.id: _shown(redactor, one) for one in told}
    return _Kept(
        incidents=tuple(one for one in told if one.id in ids and one.kind in ways),
        entries=by_id,
        files=_files(store, every),
        shown=shown,
        redactor=redactor,
    )


def _shown(redactor: Redactor, one: Incident) -> Incident:
    """The incident with pseudonyms; whoever rang has none."""
    return replace(redactor.incident(one), number=one.number, caller=one.caller)


def _files(store: Store, every: Iterable[Exhibit]) -> dict[str, tuple[int, ...]]:
    """The numbers of the files of each incident."""
    numbers = {one.id: one.number for one in store.record.contents(EntryKind.EXHIBIT)}
    found: dict[str, list[int]] = {}
    for one in every:
        found.setdefault(one.incident_id, []).append(numbers[one.id])
    return {id_: tuple(sorted(of)) for id_, of in found.items()}


def numbers(store: Store) -> dict[str, int]:
    """Every incident by its id, with its number in the record."""
    return {one.id: one.number for one in store.record.contents(EntryKind.INCIDENT)}


def chosen(numbers: Mapping[str, int], which: Iterable[str] | None) -> set[str]:
    """The ids of the incidents that were named by number or id; of none: all; of nothing: nothing.

    Raises:
        NoIncidentError: one is none.
    """
    if which is None:
        return set()
    return {entries.id_of(numbers, one) for one in which} or set(numbers)


def _day(incidents: Iterable[Incident]) -> str:
    return next((f"{clocks.shown(one):%Y-%m-%d}" for one in incidents), "")


def _rules(found: Iterable[Finding]) -> Iterable[Rule]:
    """The rules on which there are findings, each once."""
    return dict.fromkeys(one.rule for one in found)


def _findings(found: Iterable[Finding], rule: Rule, kept: _Kept, say: Say) -> Iterator[str]:
    """The findings on a rule as sentences; of many the last ones."""
    told = {one.id: one for one in kept.incidents}
    of_rule = [one for one in found if one.rule is rule]
    for one in of_rule[-MOST_FINDINGS:]:
        named = (replace(told[id_], said="") for id_ in one.incident_ids[:_MOST_LOOKED])
        yield _said(one, kept.redactor, named, say)
    more = len(of_rule) - MOST_FINDINGS
    if more > 0:
        yield say("{count} more like these stand in the copy of the record.", count=more)


def _is_altered(one: Incident, kept: _Kept) -> bool:
    """Whether a letter has not the words as they were told."""
    shown = kept.shown[one.id]
    return (
        quoted(shown.said, letters.MOST_SAID) != one.said
        or quoted(shown.said_they_were) != one.said_they_were
    )


def _said(one: Finding, redactor: Redactor, told: Iterable[Incident], say: Say) -> str:
    """A finding with pseudonyms, and with the number of the caller."""
    shown = redactor.finding(one, told)
    facts = {
        name: quoted(fact, letters.MOST_SAID) if type(fact) is str else fact
        for name, fact in {**shown.facts, **_number_of(one)}.items()
    }
    return replace(shown, facts=facts).said(say)


def _number_of(one: Finding) -> dict[str, object]:
    return {name: fact for name, fact in one.facts.items() if name == "number"}


def _filed(store: Store, code: str, say: Say, language: str) -> Iterator[str]:
    """What was sent to the lender or about it before, the oldest first, each as a sentence."""
    lender = store.book.sheet().get(SheetKey.LENDER, "")
    for one in sorted(due.sent(store.filings.all()), key=lambda one: one.sent_on):
        if one.lender == lender and _concerns_lender(code, one.draft):
            yield _sentence_of(one, code, say, language)


def _concerns_lender(code: str, name: str) -> bool:
    if name not in drafts.names(code) or not drafts.languages(code, name):
        return False
    needs, _ = draft.asks(code, name)
    return SheetKey.LENDER in needs


def _sentence_of(one: Sent, code: str, say: Say, language: str) -> str:
    called = _called(code, one.draft, language)
    what = (
        say("{day}: complained to: {called}.", day=one.sent_on, called=called)
        if one.draft in drafts.order(code, "complaints")
        else say("{day}: wrote a letter: “{called}”.", day=one.sent_on, called=called)
    )
    parts = [what]
    if one.reference:
        parts.append(say("The number they gave it: {number}.", number=quoted(one.reference)))
    parts.append(
        say("Answered on {day}.", day=one.answered_on)
        if one.answered_on
        else say("No answer until today.")
    )
    return "".join(parts) if language.startswith("zh") else " ".join(parts)


def _called(code: str, name: str, language: str) -> str:
    """What a draft is called in that language, or in that of the law."""
    try:
        words = drafts.words(code, name, language)
    except LanguageMissingError:
        words = drafts.words(code, name, drafts.languages(code, name)[0])
    return str(words["called"])


def _warnings(kept: _Kept, known: Facts, say: Say, language: str) -> Iterator[str]:
    """What the borrower is to look at, in what was recorded, before it is sent."""
    claims = _claims(kept)
    if len(claims) > 1:
        between, called = ("；", "{}（{}）") if language.startswith("zh") else ("; ", "{} ({})")
        shown = between.join(
            called.format(name, letters.entries(numbers))
            for name, numbers in list(claims.items())[:_MOST_CLAIMS]
        )
        yield say(
            "Callers gave different names: {claims}. Leave out what another lender did: choose "
            "only what belongs here.",
            claims=shown,
        )
    abroad = [
        kept.entries[one.id]
        for one in kept.incidents
        if one.caller and phone.region_of(one.caller) != known.code.upper()
    ]
    if abroad:
        yield say(
            "Shown with a number of another country: {entries}. This cites the rules of {country} "
            "only; and a number that is shown can be forged.",
            entries=letters.entries(abroad),
            country=known.name.said(language) or known.code,
        )


def _claims(kept: _Kept) -> dict[str, list[int]]:
    """Who callers said they were, the most frequent first: as they are shown, with numbers."""
    by_name: dict[str, list[Incident]] = {}
    for one in kept.incidents:
        if one.said_they_were:
            by_name.setdefault(accounts.plain(one.said_they_were), []).append(one)
    counted = Counter({name: len(told) for name, told in by_name.items()})
    return {
        quoted(kept.shown[by_name[name][0].id].said_they_were): [
            kept.entries[one.id] for one in by_name[name]
        ]
        for name, _ in counted.most_common()
    }
