"""A copy of the record as pages: what it has goes in, files that need nothing else come out.

A cover sheet with an index, every incident as a card, what was recorded beside the rules, and, of
a copy meant for others, what was left out. Nothing here leaves anything out: it is given what it
may show, with pseudonyms where there are to be some.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kit import clocks
from kit.model import Account, Rule
from kit.template import html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from kit.jurisdiction import Fact
    from kit.model import Exhibit, Finding, Incident
    from kit.template.html import Plain

    Say = Callable[..., str]

_MEGABYTE = 1_000_000
#: Characters that begin and end another direction of writing, or carry one over to what follows.
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What is in one copy of the record."""

    language: str
    #: meant for others: names and numbers are pseudonyms already
    is_redacted: bool
    #: by the clock where it is made
    made_at: datetime
    #: how many entries the record has, and the hash of the last one
    entries: int
    head: str
    #: entries that the borrower removed
    gaps: tuple[int, ...] = ()
    #: as the borrower is called; empty: they write it by hand
    borrower: str = field(default="", repr=False)
    #: the oldest first
    incidents: tuple[Incident, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    #: the entry of each incident and exhibit, by its id
    entry_by_id: Mapping[str, int] = field(default_factory=dict)
    #: where each exhibit lies that is in the copy, by its id
    files: Mapping[str, str] = field(default_factory=dict)
    #: incidents of which the row is left out that they were read from
    rows: int = 0
    #: nothing: nobody looked for patterns
    findings: tuple[Finding, ...] | None = None
    #: on what findings rest, by id
    facts: Mapping[str, Fact] = field(default_factory=dict)


def pages(copy: Copy, say: Say) -> dict[str, bytes]:
    """Every page but the index, by its name."""
    made = {"incidents.html": _incidents(copy, say)}
    if copy.findings is not None:
        made["report.html"] = _report(copy, say)
    if copy.is_redacted:
        made["left-out.html"] = _left_out(copy, say)
    return {name: text.encode() for name, text in made.items()}


def index(copy: Copy, say: Say, names: Iterable[str]) -> bytes:
    """The cover sheet, with every page of these names and everything that is in the copy."""
    days = [f"{clocks.shown(one):%Y-%m-%d}" for one in copy.incidents]
    accounts = Counter(one.account for one in copy.incidents)
    text = html.render(
        "record-index.html",
        say,
        **_always(copy),
        borrower=copy.borrower,
        made_at=_when(copy.made_at),
        period={"first": min(days), "last": max(days)} if days else {},
        accounts={one.value: accounts[one] for one in Account},
        left_out=len(copy.exhibits) - len(copy.files),
        gaps=" ".join(f"#{number}" for number in copy.gaps),
        entries=copy.entries,
        head=copy.head,
        pages=list(names),
        incidents=[_incident(one, copy) for one in copy.incidents],
        exhibits=[_exhibit(one, copy) for one in copy.exhibits],
    )
    return text.encode()


def _incidents(copy: Copy, say: Say) -> str:
    belonging: dict[str, list[Plain]] = {}
    for one in copy.exhibits:
        belonging.setdefault(one.incident_id, []).append(_exhibit(one, copy))
    cards = [{**_incident(one, copy), "files": belonging.get(one.id, [])} for one in copy.incidents]
    return html.render("record-incidents.html", say, **_always(copy), incidents=cards)


def _report(copy: Copy, say: Say) -> str:
    """By rule: what was found, then on what it may bear; each fact in full once."""
    shown: set[str] = set()
    rules: list[Plain] = []
    for rule in Rule:
        found = [one for one in copy.findings or () if one.rule is rule]
        if found:
            rests = dict.fromkeys(id_ for one in found for id_ in one.fact_ids)
            rules.append(
                {
                    "rule": rule.value,
                    "findings": [_finding(one, copy, say) for one in found],
                    "facts": [_fact(copy.facts[id_], copy.language) for id_ in rests],
                    "again": [id_ in shown for id_ in rests],
                }
            )
            shown |= rests.keys()
    return html.render("record-report.html", say, **_always(copy), rules=rules)


def _finding(one: Finding, copy: Copy, say: Say) -> dict[str, Plain]:
    facts = {name: _upright(fact) for name, fact in one.facts.items()}
    return {
        "what": replace(one, facts=facts).said(say),
        "incidents": sorted(copy.entry_by_id[id_] for id_ in one.incident_ids),
    }


def _upright(fact: object) -> object:
    """A text without what would turn the sentence around it; anything else as it is."""
    return _TURNS.sub("", fact) if type(fact) is str else fact


def _left_out(copy: Copy, say: Say) -> str:
    return html.render(
        "record-left-out.html",
        say,
        **_always(copy),
        rows=copy.rows,
        entries=len(copy.incidents) + len(copy.exhibits),
        ticked=len(copy.files),
        exhibits=[_exhibit(one, copy) for one in copy.exhibits if one.id not in copy.files],
    )


def _always(copy: Copy) -> dict[str, Plain]:
    return {"language": copy.language, "is_redacted": copy.is_redacted}


def _incident(one: Incident, copy: Copy) -> dict[str, Plain]:
    flags = ("answered", "disclosed", "refused", "threatened", "unidentified")
    texts = ("to", "account_name", "said_they_were", "said", "source", "original")
    return {
        **{name: getattr(one, name) for name in (*flags, *texts)},
        "number": copy.entry_by_id[one.id],
        "when": clocks.exactly(clocks.shown(one)),
        "zone": f"{', '.join(one.zones[:1])} {_offset(clocks.shown(one))}".strip(),
        "kind": one.kind.value,
        "shown": one.number,
        "to_borrower": one.to_borrower,
        "account": one.account.value,
        "noted": _when(one.noted_at.astimezone(clocks.shown(one).tzinfo)),
    }


def _exhibit(one: Exhibit, copy: Copy) -> dict[str, Plain]:
    return {
        "number": copy.entry_by_id[one.id],
        "media_type": one.media_type,
        "size": _size(one.size),
        "name": one.name,
        "taken_at": _taken_at(one, copy),
        "taken_from": one.taken_from.value,
        "received_from": one.received_from,
        "received_by": one.received_by,
        "incident": copy.entry_by_id.get(one.incident_id, 0),
        "file": copy.files.get(one.id, ""),
        "sha256": one.sha256,
    }


def _taken_at(one: Exhibit, copy: Copy) -> str:
    return _when(one.taken_at.astimezone(copy.made_at.tzinfo)) if one.taken_at else ""


def _fact(fact: Fact, language: str) -> dict[str, Plain]:
    names = fact.instrument.name
    return {
        "id": fact.id,
        "title": fact.title,
        "statement": fact.statement,
        "quote": fact.quote,
        "instrument": names.said(language) or next(iter(names.values())),
        "clause": fact.clause,
        "source": fact.source,
        "grade": fact.grade,
        "checked_on": fact.checked_on.isoformat(),
        "limits": fact.limits,
    }


def _when(at: datetime) -> str:
    return f"{clocks.written(at)} {_offset(at)}"


def _offset(at: datetime) -> str:
    return f"UTC{f'{at:%z}'[:3]}:{f'{at:%z}'[3:5]}"


def _size(size: int) -> str:
    if size < _MEGABYTE:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / _MEGABYTE:.1f} MB"
