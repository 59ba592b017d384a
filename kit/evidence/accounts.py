"""Accounts of the same call: incidents go in; each call once, with everybody who tells of it."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from kit.model import Account, IncidentKind, Unnamed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kit.model import Incident

    #: One call, text, visit or post, by one account or more.
    Told = tuple[Incident, ...]

#: Two accounts of one call differ by no more: clocks differ, and people round.
_APART = timedelta(minutes=2)

_SHOWN = "Number shown: {number}."


def told_once(incidents: Iterable[Incident]) -> list[Told]:
    """Each of them once, in time order; several accounts of one call stand together.

    By one account two calls within a minute are two: it tells of each call once.
    """
    found: list[list[Incident]] = []
    near: dict[str, list[list[Incident]]] = {}
    for one in _recognised(sorted(incidents, key=lambda one: one.at)):
        if one.kind is not IncidentKind.CALL:
            found.append([one])
            continue
        whom = person(one)
        calls = [call for call in near.get(whom, ()) if one.at - call[0].at <= _APART]
        near[whom] = calls
        known = next((call for call in calls if _is_same(call, one)), None)
        if known is None:
            calls.append(known := [])
            found.append(known)
        known.append(one)
    return [tuple(call) for call in found]


def _recognised(incidents: Sequence[Incident]) -> Iterator[Incident]:
    """Whoever was told of by a name that one contact alone has is that contact."""
    named: dict[str, set[str]] = {}
    for one in incidents:
        if one.contact_id and one.to:
            named.setdefault(plain(one.to), set()).add(one.contact_id)
    alone = {name: next(iter(ids)) for name, ids in named.items() if len(ids) == 1}
    for one in incidents:
        is_told = one.to_borrower or one.contact_id or not one.to
        known = "" if is_told or not alone else alone.get(plain(one.to), "")
        yield replace(one, contact_id=known) if known else one


def number(told: Iterable[Incident]) -> str:
    """The number it was shown as, in one way of writing; empty where none was shown."""
    return next((shown for one in told if (shown := one.caller or one.number)), "")


def shown_as(told: Iterable[Incident]) -> str:
    """The number it was shown as, as it was told; empty where none was."""
    return next((one_line(one.number) for one in told if one.number), "")


def shown_too(told: Iterable[Incident]) -> tuple[str, ...]:
    """The sentence on the number, where one was shown."""
    return (_SHOWN,) if shown_as(told) else ()


def answered(told: Iterable[Incident]) -> bool | None:
    """Whether somebody spoke, by whoever says so; no two accounts of a call differ in it."""
    return next((one.answered for one in told if one.answered is not None), None)


def person(one: Incident) -> str:
    """Who was reached, as far as two incidents can be told to be of one person; else empty."""
    if one.to_borrower:
        return Unnamed.BORROWER
    return one.contact_id or plain(one.to)


def teller(told: Iterable[Incident]) -> str:
    """By whose account it is, as a finding says it."""
    names = {_named(one) for one in told}
    return names.pop() if len(names) == 1 else Unnamed.SEVERAL


def tellers(told: Iterable[Incident]) -> frozenset[tuple[str, ...]]:
    """Those by whose account it is, to be compared."""
    return frozenset((one.account, one.account_of or one.account_name) for one in told)


def reached(told: Iterable[Incident]) -> str:
    """What whoever was reached is called."""
    every = tuple(told)
    names = (Unnamed.BORROWER if one.to_borrower else one.to for one in every)
    is_post = every[0].kind is IncidentKind.POST
    return next(filter(None, names), Unnamed.PUBLIC if is_post else Unnamed.CONTACT)


def ids(told: Iterable[Incident]) -> tuple[str, ...]:
    """The ids of the incidents, each once."""
    return tuple(dict.fromkeys(one.id for one in told))


def one_line(text: str) -> str:
    """Words as they are quoted: on one line, so that they look like nothing of ours."""
    return " ".join(text.split())


def plain(text: str) -> str:
    """A name as it is compared: however it was typed."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _named(one: Incident) -> str:
    if one.account is Account.CONTACT:
        return one.account_name or Unnamed.CONTACT
    return Unnamed.LOG if one.account is Account.LOG else Unnamed.BORROWER


def _is_same(call: Sequence[Incident], one: Incident) -> bool:
    """Whether somebody else tells of that call, and nothing they say contradicts it."""
    both = (*call, one)
    answers = {told.answered for told in both} - {None}
    numbers = {number([told]) for told in both} - {""}
    return _source(one) not in map(_source, call) and len(answers) <= 1 and len(numbers) <= 1


def _source(one: Incident) -> tuple[str, ...]:
    """Who tells it; of logs, which file."""
    if one.account is Account.LOG:
        return one.account, one.source.rpartition(":")[0]
    return one.account, one.account_of or one.account_name
