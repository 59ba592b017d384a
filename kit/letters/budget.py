"""Budget and schedule: the fact sheet goes in, what is left and a schedule that ends come out.

Exact to the cent, in Decimal. A proposal that the figures do not carry is refused, with why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from decimal import Decimal

    from kit.letters.sheet import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One payment, in yuan."""

    number: int
    due_on: date
    payment: Decimal
    interest: Decimal
    #: what is owed after it
    left: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What comes in and goes out in a month, and how the debt is paid."""

    income: Decimal
    #: by the line of the sheet
    expenses: dict[str, Decimal]
    owed: Decimal
    instalments: tuple[Instalment, ...]


def propose(sheet: Sheet, today: date) -> Proposal:
    """The proposal that the figures carry.

    Raises:
        BudgetError: they carry none; the problem says why.
    """
    raise NotImplementedError


def budget_table(made: Proposal, say: Callable[..., str]) -> tuple[tuple[str, ...], ...]:
    """Income, expenses and what is left, as a table; its heading first."""
    raise NotImplementedError


def schedule_table(made: Proposal, say: Callable[..., str]) -> tuple[tuple[str, ...], ...]:
    """Every instalment, as a table; its heading first."""
    raise NotImplementedError
