"""One page for the police or a lawyer: what was recorded goes in, counts come out, then a page.

It says what was told, how often and by whose account; and on the same page what it does not show.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, TypeVar

from kit import clocks
from kit.letters.sources import basis
from kit.letters.svg import plain
from kit.model import Account, IncidentKind, Rule
from kit.template import html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from kit.jurisdiction import Fact
    from kit.letters.sources import Source
    from kit.model import Exhibit, Finding, Incident
    from kit.template.html import Plain

_Key = TypeVar("_Key", bound=str)
#: What weighs most, in its order; how many of everything else fit on a page.
_GRAVE = (Rule.THREAT, Rule.DISCLOSURE, Rule.AFTER_REFUSAL, Rule.HOURS)
_MOST_NUMBERS = 5
_MOST_SOURCES = 2
_MOST_CLAUSES = 3
_LONGEST_SOURCE = 68
_LONGEST_NAME = 40
_LONGEST_NUMBER = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of the record as a whole."""

    made_on: date
    #: as the borrower is called; empty: they write it by hand
    name: str = field(default="", repr=False)
    #: how many entries there are, and the hash of the last one
    entries: int
    head: str
    #: how many entries the borrower removed
    removed: int = 0
    #: when an authority put its timestamp on it, the last
    stamped_at: datetime | None = None
    #: names and numbers are pseudonyms already
    is_redacted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told and kept."""

    #: each call, text, visit or post once, in time order, with every account of it
    calls: Sequence[Sequence[Incident]] = field(repr=False)
    #: how often each of the others than the borrower was reached
    others: Sequence[int] = ()
    exhibits: Sequence[Exhibit] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grave:
    """What weighs, by so many accounts."""

    rule: Rule
    #: how often: each call once
    count: int
    accounts: Mapping[Account, int]
    #: what it may bear on
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What stands on the page, counted."""

    kept: Kept
    #: the days on which something happened, each once, in their order
    days: tuple[date, ...]
    kinds: Mapping[IncidentKind, int]
    accounts: Mapping[Account, int]
    #: how often the borrower was reached, how many others, and how often these
    own: int
    people: int
    times: int
    graves: tuple[Grave, ...]
    #: as shown, with how often, the most often first
    numbers: tuple[tuple[str, int], ...] = field(repr=False)
    #: without a number
    hidden: int
    #: by what is before the `/` of the media type
    exhibits: Mapping[str, int]


def brief(told: Told, findings: Sequence[Finding], facts: Mapping[str, Fact], kept: Kept) -> Brief:
    """Count what stands on the page."""
    every = [one for call in told.calls for one in call]
    numbers = Counter(plain(_number(call), _LONGEST_NUMBER) for call in told.calls)
    hidden = numbers.pop("", 0)
    return Brief(
        kept=kept,
        days=tuple(sorted({clocks.shown(call[0]).date() for call in told.calls})),
        kinds=Counter(call[0].kind for call in told.calls),
        accounts=Counter(one.account for one in every),
        own=sum(call[0].to_borrower for call in told.calls),
        people=len(told.others),
        times=sum(told.others),
        graves=_graves({one.id: one.account for one in every}, findings, facts),
        numbers=tuple(numbers.most_common(_MOST_NUMBERS)),
        hidden=hidden,
        exhibits=Counter(one.media_type.partition("/")[0] for one in told.exhibits),
    )


def _number(call: Sequence[Incident]) -> str:
    return next((one.number for one in call if one.number), "")


def render(brief: Brief, say: Callable[..., str], language: str) -> str:
    """The page."""
    kept = brief.kept
    return html.render(
        "record-page.html",
        say,
        language=language,
        made_on=kept.made_on.isoformat(),
        is_redacted=kept.is_redacted,
        name=plain(kept.name, _LONGEST_NAME),
        period=_period(brief),
        ways=_joined(brief.kinds, _ways(say), language),
        own=brief.own,
        people=brief.people,
        times=brief.times,
        accounts=_joined(brief.accounts, _accounts(say), language),
        is_told_twice=sum(brief.accounts.values()) > sum(brief.kinds.values()),
        found=[_found(one, say, language) for one in brief.graves],
        numbers=[{"number": number, "count": count} for number, count in brief.numbers],
        hidden=brief.hidden,
        exhibits=_exhibits(brief.exhibits, say, language),
        entries=kept.entries,
        head=kept.head,
        stamped=_stamped(kept, say),
        removed=_removed(kept.removed, say),
    )


def _graves(
    accounts: Mapping[str, Account], findings: Sequence[Finding], facts: Mapping[str, Fact]
) -> tuple[Grave, ...]:
    """What weighs, most first; `accounts` are by the ids of incidents."""
    graves = []
    for rule in _GRAVE:
        found = [one for one in findings if one.rule is rule]
        counted = [ids for one in found for ids in one.counted]
        named = dict.fromkeys(id_ for one in found for id_ in one.fact_ids if id_ in facts)
        if counted:
            by = Counter(accounts[id_] for ids in counted for id_ in ids if id_ in accounts)
            rests = tuple(facts[id_] for id_ in named)
            graves.append(Grave(rule=rule, count=len(counted), accounts=by, facts=rests))
    return tuple(graves)


def _period(brief: Brief) -> dict[str, Plain]:
    days = [day.isoformat() for day in brief.days]
    return {"first": days[0], "last": days[-1], "days": len(days)} if days else {}


def _found(grave: Grave, say: Callable[..., str], language: str) -> dict[str, Plain]:
    what = {
        Rule.THREAT: say("{count} times: a threat, or words of one", count=grave.count),
        Rule.DISCLOSURE: say(
            "{count} times: a debt was named to somebody else than the borrower",
            count=grave.count,
        ),
        Rule.AFTER_REFUSAL: say(
            "{count} times: after somebody had refused further contact", count=grave.count
        ),
        Rule.HOURS: say(
            "{count} times: at hours that a rule keeps free of collecting", count=grave.count
        ),
    }[grave.rule]
    named = basis(grave.facts, language)[:_MOST_SOURCES]
    comma = "；" if language.startswith("zh") else "; "
    return {
        "what": what,
        "accounts": say(
            "by the account of: {whom}", whom=_joined(grave.accounts, _accounts(say), language)
        ),
        "basis": comma.join(_source(one, say, language) for one in named),
    }


def _source(one: Source, say: Callable[..., str], language: str) -> str:
    comma = "、" if language.startswith("zh") else ", "
    clauses = comma.join(one.clauses[:_MOST_CLAUSES])
    space = "" if language.startswith("zh") and not clauses[:1].isascii() else " "
    said = plain(one.name, _LONGEST_SOURCE) + (f"{space}{clauses}" if clauses else "")
    return said if one.is_verified else say("{name} (not verified)", name=said)


def _joined(
    counted: Mapping[_Key, int], names: Mapping[_Key, str], language: str, rest: str = ""
) -> str:
    """How many of each, in the order of the names; what has none is counted as the rest."""
    shown = [(names[one], counted[one]) for one in names if counted.get(one)]
    left = sum(count for one, count in counted.items() if one not in names)
    shown += [(rest, left)] if left else []
    comma = "，" if language.startswith("zh") else ", "
    return comma.join(f"{name} {count}" for name, count in shown)


def _ways(say: Callable[..., str]) -> dict[IncidentKind, str]:
    return {
        IncidentKind.CALL: say("calls"),
        IncidentKind.TEXT: say("texts (SMS)"),
        IncidentKind.MESSAGE: say("messages in apps"),
        IncidentKind.VISIT: say("visits"),
        IncidentKind.POST: say("put up where others see it"),
    }


def _accounts(say: Callable[..., str]) -> dict[Account, str]:
    return {
        Account.BORROWER: say("the borrower"),
        Account.CONTACT: say("people who were reached"),
        Account.LOG: say("what a phone or a carrier recorded"),
    }


def _exhibits(counted: Mapping[str, int], say: Callable[..., str], language: str) -> str:
    if not counted:
        return say("No pictures, recordings or documents are kept with it.")
    names = {
        "image": say("pictures"),
        "audio": say("recordings"),
        "video": say("videos"),
        "text": say("texts and logs"),
    }
    kinds = _joined(counted, names, language, say("documents and other files"))
    return say("Kept unchanged, each with its hash (SHA-256): {kinds}", kinds=kinds)


def _stamped(kept: Kept, say: Callable[..., str]) -> str:
    if kept.stamped_at is None:
        return ""
    at = f"{kept.stamped_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return say("A timestamp authority confirmed the record at {at} (RFC 3161).", at=at)


def _removed(count: int, say: Callable[..., str]) -> str:
    if not count:
        return say("No entry was removed.")
    return say("The borrower removed {count} entries; their gaps can be seen.", count=count)
