"""What is asked for letters, and what each can state: the store goes in, what is still open out.

What was typed is looked at whole before anything of it is kept, so that all that is wrong is said
at once.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit.actions import drafting, entries
from kit.errors import LanguageMissingError
from kit.evidence import contents
from kit.letters import draft as letters
from kit.letters.sheet import QUESTIONS
from kit.model import EntryKind, IncidentKind, SheetKey
from kit.template import drafts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.actions.entries import Noted
    from kit.actions.store import Store
    from kit.letters.sheet import Question

#: The whole fact sheet, by what it is about.
GROUPS: dict[str, tuple[SheetKey, ...]] = {
    "you": (SheetKey.NAME, SheetKey.PHONE, SheetKey.ADDRESS),
    "lender": (
        *(SheetKey.LENDER, SheetKey.LENDER_KIND, SheetKey.AGENT),
        *(SheetKey.PRODUCT, SheetKey.ACCOUNT),
    ),
    "loan": (
        *(SheetKey.BORROWED, SheetKey.BORROWED_ON, SheetKey.REPAID, SheetKey.OVERDUE_SINCE),
        *(SheetKey.CLAIMED, SheetKey.OWED, SheetKey.NEW_CREDITOR, SheetKey.TOLD_BEFORE),
    ),
    "month": (
        *(SheetKey.INCOME, SheetKey.HOUSING, SheetKey.FOOD, SheetKey.HEALTH, SheetKey.FAMILY),
        *(SheetKey.OTHER_EXPENSES, SheetKey.OTHER_DEBTS, SheetKey.HARDSHIP),
    ),
    "offer": (SheetKey.OFFER, SheetKey.FIRST_ON, SheetKey.RATE, SheetKey.OFFERED_BY),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One letter or complaint, as it stands in a list."""

    #: such as `stop` or `12378`
    draft: str
    title: str
    #: how many questions are left before it can be made
    lacks: int
    #: it states what was recorded, and nothing was of which it speaks
    lacks_record: bool
    #: whoever looks after that sort of lender, where this body does not; else empty
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a draft asks."""

    needs: tuple[Question, ...]
    uses: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Which incidents a draft can state."""

    #: the newest first
    noted: tuple[Noted, ...]
    #: how many older ones there are, which it states too
    more: int


def is_known(code: str, name: str) -> bool:
    """Whether there is a letter or complaint of that name."""
    return name in drafts.names(code)


def listed(store: Store, code: str, names: Iterable[str], language: str) -> list[Offered]:
    """These letters or complaints, each with what it still lacks."""
    there = store.book.sheet()
    return [
        Offered(
            draft=name,
            title=drafting.title(code, name, language),
            lacks=len(drafting.missing(store, code, name)),
            lacks_record=lacks_record(store, code, name),
            instead=letters.instead(code, name, there),
        )
        for name in names
    ]


def has_record(store: Store) -> bool:
    """Whether anything was written down."""
    return any(True for _ in store.record.contents(EntryKind.INCIDENT))


def states_record(code: str, name: str) -> bool:
    """Whether it says what was recorded, and is nothing without."""
    return letters.states_record(code, name)


def lacks_record(store: Store, code: str, name: str) -> bool:
    """Whether it states what was recorded, and nothing was of which it speaks."""
    if not letters.states_record(code, name):
        return False
    ways, told = letters.ways(code, name), store.record.contents(EntryKind.INCIDENT)
    return not any(not ways or contents.read_incident(one.content).kind in ways for one in told)


def asked(code: str, name: str) -> Asked:
    """What a draft needs of the fact sheet, and what else it can use."""
    needs, uses = letters.asks(code, name)
    return Asked(
        needs=tuple(QUESTIONS[key] for key in needs), uses=tuple(QUESTIONS[key] for key in uses)
    )


def groups() -> dict[str, tuple[Question, ...]]:
    """Every question of the fact sheet but that for the country, by what it is about."""
    return {name: tuple(QUESTIONS[key] for key in keys) for name, keys in GROUPS.items()}


def languages(code: str, name: str) -> tuple[str, ...]:
    """The languages in which there is that draft."""
    return drafts.languages(code, name)


def makes_documents() -> bool:
    """Whether what makes documents (.docx) is installed."""
    return importlib.util.find_spec("docx") is not None


def nearest(code: str, name: str, language: str) -> str:
    """The one of them that a reader reads; empty: none."""
    try:
        return drafts.nearest(code, name, language)
    except LanguageMissingError:
        return ""


def choices(store: Store, code: str, name: str, most: int) -> Choices:
    """The incidents among which the borrower can choose: those of which it speaks."""
    if not letters.speaks_of_record(code, name):
        return Choices(noted=(), more=0)
    ways = letters.ways(code, name) or frozenset(IncidentKind)
    noted = [one for one in reversed(entries.shown(store).noted) if one.incident.kind in ways]
    return Choices(noted=tuple(noted[:most]), more=max(0, len(noted) - most))
