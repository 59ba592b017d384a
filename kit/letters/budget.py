"""Budget and schedule: the fact sheet goes in, what is left and a schedule that ends come out.

Exact to the cent, in Decimal. A proposal that the figures do not carry is refused, with why, and
with what can be done instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from kit import clocks
from kit.errors import BudgetError
from kit.letters import sheet as lines
from kit.model import LenderKind, Problem, SheetKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kit.letters.sheet import Sheet

    Say = Callable[..., str]

#: Months at most: of a credit card the five years of the fact `cc-card-70`; of another loan what
#: a person can still foresee.
CARD_MOST = 60
OTHERS_MOST = 120
#: What is necessary, in the order in which it is shown.
NECESSARY = (
    *(SheetKey.HOUSING, SheetKey.FOOD, SheetKey.HEALTH, SheetKey.FAMILY),
    SheetKey.OTHER_EXPENSES,
)
_CENT, _YUAN, _NOTHING = Decimal("0.01"), Decimal(1), Decimal(0)
#: A rate in percent a year, by month.
_MONTHLY = Decimal(1200)
_NEXT_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One payment, in yuan."""

    number: int
    due_on: date
    payment: Decimal = field(repr=False)
    interest: Decimal = field(repr=False)
    #: what is owed after it
    left: Decimal = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What comes in and goes out in a month, and how the debt is paid."""

    income: Decimal = field(repr=False)
    #: by the line of the sheet, only those that are filled in; payments on other loans too
    expenses: dict[str, Decimal] = field(repr=False)
    owed: Decimal = field(repr=False)
    #: of a month; the last payment may be less
    payment: Decimal = field(repr=False)
    #: percent a year; nothing: no further interest is reckoned
    rate: Decimal | None = None
    instalments: tuple[Instalment, ...] = field(repr=False)

    @property
    def spent(self) -> Decimal:
        """Everything that goes out in a month."""
        return sum(self.expenses.values(), _NOTHING)

    @property
    def left(self) -> Decimal:
        """What is left of the income."""
        return self.income - self.spent

    @property
    def interest(self) -> Decimal:
        """The interest of all months."""
        return sum((one.interest for one in self.instalments), _NOTHING)

    def placeholders(self) -> dict[str, str]:
        """What stands for it in words."""
        first, last = self.instalments[0], self.instalments[-1]
        return {
            "monthly": money(self.payment),
            "left_over": money(self.left),
            "instalments": f"{len(self.instalments)}",
            "first_due": first.due_on.isoformat(),
            "last_due": last.due_on.isoformat(),
            "last_payment": money(last.payment),
            "interest_sum": money(self.interest),
            "total": money(self.owed + self.interest),
        }


def propose(sheet: Sheet, today: date) -> Proposal:
    """The proposal that the figures carry.

    Raises:
        BudgetError: they carry none; the problem says why.
    """
    income, owed = (lines.amount(sheet, key) for key in (SheetKey.INCOME, SheetKey.OWED))
    if not sheet.get(SheetKey.INCOME):
        raise _refused(
            SheetKey.INCOME,
            "It is not said what comes in each month. Write it down, 0 if nothing does: without "
            "it nothing can be reckoned.",
        )
    if not owed:
        raise _refused(
            SheetKey.OWED,
            "It is not said what you still owe, or it is nothing. If you are not sure, kit "
            "letter statement asks the lender for it.",
        )
    if not any(map(sheet.get, NECESSARY)):
        raise _refused(
            SheetKey.FOOD,
            "It is not said what you need each month. Food, housing, doctors and family come "
            "first: write these down before you promise anything.",
        )
    there = (*NECESSARY, SheetKey.OTHER_DEBTS)
    expenses = {key.value: lines.amount(sheet, key) for key in there if sheet.get(key)}
    payment = _payment(sheet, income - sum(expenses.values(), _NOTHING))
    rate = Decimal(sheet[SheetKey.RATE]) if sheet.get(SheetKey.RATE) else None
    instalments = _schedule(sheet, payment, rate or _NOTHING, _first_on(sheet, today))
    return Proposal(
        income=income,
        expenses=expenses,
        owed=owed,
        payment=instalments[0].payment,
        rate=rate,
        instalments=tuple(instalments),
    )


def budget_table(made: Proposal, say: Say) -> tuple[tuple[str, ...], ...]:
    """Income, expenses and what is left, as a table; its heading first."""
    return (
        (say("A month"), say("Yuan")),
        (say("What comes in"), money(made.income)),
        *((name, money(spent)) for name, spent in expenses(made, say)),
        (say("Goes out in all"), money(made.spent)),
        (say("What is left"), money(made.left)),
        (say("What I propose to pay"), money(made.payment)),
    )


def schedule_table(made: Proposal, say: Say) -> tuple[tuple[str, ...], ...]:
    """Every instalment, as a table; its heading first, its sums last.

    Interest has columns of its own only where some is reckoned.
    """
    split = (say("of it interest"), say("of it principal")) if made.rate is not None else ()
    return (
        (say("No."), say("Due on"), say("To pay"), *split, say("Still owed")),
        *(
            (f"{one.number}", one.due_on.isoformat(), *_paid(made, one), money(one.left))
            for one in made.instalments
        ),
        (say("In all"), "–", *_paid(made, made), money(_NOTHING)),
    )


def expenses(made: Proposal, say: Say) -> Iterator[tuple[str, Decimal]]:
    """Every expense, called as whoever signs the letter calls it."""
    names: dict[str, str] = {
        SheetKey.HOUSING: say("Housing, water, electricity"),
        SheetKey.FOOD: say("Food and daily needs"),
        SheetKey.HEALTH: say("Doctor and medicine"),
        SheetKey.FAMILY: say("Children and parents"),
        SheetKey.OTHER_EXPENSES: say("Other necessary expenses"),
        SheetKey.OTHER_DEBTS: say("Payments on other loans"),
    }
    for key, spent in made.expenses.items():
        yield names[key], spent


def _paid(made: Proposal, one: Instalment | Proposal) -> tuple[str, ...]:
    """What is paid at once or in all, and what of it is interest."""
    whole = one.payment if isinstance(one, Instalment) else one.owed + one.interest
    split = (one.interest, whole - one.interest) if made.rate is not None else ()
    return tuple(map(money, (whole, *split)))


def money(value: Decimal) -> str:
    """An amount as a letter has it."""
    return f"{value:,.2f}"


def _refused(key: SheetKey, what: str, **facts: object) -> BudgetError:
    return BudgetError(problems=(Problem(where=key.value, what=what, facts=facts),))


def _payment(sheet: Sheet, left: Decimal) -> Decimal:
    """What is paid in a month: as offered, else what is left, in whole yuan.

    Raises:
        BudgetError: nothing is left, or less than is offered.
    """
    if left < _YUAN:
        raise _refused(
            SheetKey.INCOME,
            "As much goes out each month as comes in, or more: nothing is left that you could "
            "promise. This happens to many people. Promise nothing now: tell the lender in "
            "writing that you cannot pay at present, ask for more time, and ring 12348, where "
            "advice is free.",
        )
    if not sheet.get(SheetKey.OFFER):
        return left.quantize(_YUAN, ROUND_DOWN).quantize(_CENT)
    offer = lines.amount(sheet, SheetKey.OFFER)
    if not offer:
        raise _refused(
            SheetKey.OFFER,
            "You offer nothing a month: that is no proposal. Tell the lender in writing that you "
            "cannot pay at present, and ring 12348, where advice is free; or write what you can "
            "really keep.",
        )
    if offer > left:
        raise _refused(
            SheetKey.OFFER,
            "You offer {offer} a month, and only {left} is left. Do not promise what you do not "
            "have: offer {left} or less, or leave the offer out.",
            offer=money(offer),
            left=money(left),
        )
    return offer


def _first_on(sheet: Sheet, today: date) -> date:
    """The day of the first payment: as given, else the first of the month after next week.

    Raises:
        BudgetError: the day that was given has passed since.
    """
    given = sheet.get(SheetKey.FIRST_ON)
    if not given:
        return clocks.months_later((today + _NEXT_WEEK).replace(day=1), 1)
    first_on = date.fromisoformat(given)
    if first_on < today:
        raise _refused(
            SheetKey.FIRST_ON,
            "The day of the first payment has passed. Write one that is still to come.",
        )
    return first_on


def _schedule(sheet: Sheet, payment: Decimal, rate: Decimal, first_on: date) -> list[Instalment]:
    """Payments until nothing is owed.

    Raises:
        BudgetError: it would never end, or too late.
    """
    left = lines.amount(sheet, SheetKey.OWED)
    is_card = sheet.get(SheetKey.LENDER_KIND) == LenderKind.CARD
    most = CARD_MOST if is_card else OTHERS_MOST
    _check_ends(payment, _interest(left, rate))
    made: list[Instalment] = []
    while left and len(made) < most:
        interest = _interest(left, rate)
        paid = min(payment, left + interest)
        left -= paid - interest
        made.append(
            Instalment(
                number=len(made) + 1,
                due_on=clocks.months_later(first_on, len(made)),
                payment=paid,
                interest=interest,
                left=left,
            )
        )
    if left:
        raise _too_long(payment, is_card=is_card)
    return made


def _interest(left: Decimal, rate: Decimal) -> Decimal:
    """The interest of a month, to the cent."""
    return (left * rate / _MONTHLY).quantize(_CENT, ROUND_HALF_UP)


def _check_ends(payment: Decimal, interest: Decimal) -> None:
    if payment <= interest:
        raise _refused(
            SheetKey.RATE,
            "The interest of a month, {interest}, is not less than the {payment} that would be "
            "paid: what you owe would never become less. Do not promise that. Ask the lender in "
            "writing to lower or stop the interest first, and ring 12348 to ask whether so much "
            "may be charged.",
            payment=money(payment),
            interest=money(interest),
        )


def _too_long(payment: Decimal, *, is_card: bool) -> BudgetError:
    if is_card:
        return _refused(
            SheetKey.OFFER,
            "With {payment} a month it would take more than {years} years, the longest that a "
            "bank may agree to for a credit card. Offer more only if you really have it. Else ask "
            "the bank to lower interest and fees, and ring 12348, where advice is free.",
            payment=money(payment),
            years=CARD_MOST // 12,
        )
    return _refused(
        SheetKey.OFFER,
        "With {payment} a month it would take more than {years} years: nobody can foresee so "
        "much. Offer more only if you really have it. Else ask the lender to lower interest and "
        "fees, and ring 12348, where advice is free.",
        payment=money(payment),
        years=OTHERS_MOST // 12,
    )
