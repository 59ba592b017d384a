"""The fact sheet: what somebody types goes in, the value that a letter uses comes out.

An amount is kept as `12000.00`, a day as `2026-01-05`, a rate as percent a year. What cannot be
used is said to be so; nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING

from kit.errors import SheetValueError
from kit.model import LenderKind, SheetKey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Sheet = Mapping[SheetKey, str]


class Form(StrEnum):
    """What a line of the fact sheet holds."""

    WORDS = "words"  #: a name or a number, as it stands on paper
    SENTENCES = "sentences"  #: plain words, a few lines
    PHONE = "phone"
    AMOUNT = "amount"
    RATE = "rate"
    DAY = "day"
    LENDER_KIND = "lender_kind"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How one line is asked for."""

    key: SheetKey
    form: Form
    #: what it is called; an English sentence, a key of the catalogues
    name: str
    #: what helps to answer, or where to look; may be empty
    help: str = ""
    #: characters at most
    most: int = 60


def _ask(key: SheetKey, form: Form, name: str, help_: str = "", most: int = 60) -> Question:
    return Question(key=key, form=form, name=name, help=help_, most=most)


_LOOK = "The contract in the app has it, or the first text message about the loan."
_MONTHLY = "A month, in yuan; 0 if there is none."
#: Every line, in the order in which it is asked.
QUESTIONS: dict[SheetKey, Question] = {
    one.key: one
    for one in (
        _ask(SheetKey.NAME, Form.WORDS, "Your name, as you sign"),
        _ask(
            SheetKey.PHONE,
            Form.PHONE,
            "Your telephone number",
            "The letter asks them to turn to you, and to nobody else: it must reach you.",
        ),
        _ask(SheetKey.ADDRESS, Form.WORDS, "Your address for answers on paper", most=120),
        _ask(SheetKey.LENDER, Form.WORDS, "The full name of the lender", _LOOK),
        _ask(
            SheetKey.LENDER_KIND,
            Form.LENDER_KIND,
            "What sort of lender it is",
            "Look at the contract: not the app, but the company that paid the money out. If you "
            "cannot tell, choose that you do not know.",
        ),
        _ask(
            SheetKey.AGENT,
            Form.WORDS,
            "The company that collects for the lender",
            "As it called itself; leave it out if nobody said.",
        ),
        _ask(SheetKey.PRODUCT, Form.WORDS, "The app, the card or the loan"),
        _ask(
            SheetKey.ACCOUNT,
            Form.WORDS,
            "The number of the contract, or the last four digits of the card",
        ),
        _ask(SheetKey.BORROWED, Form.AMOUNT, "The amount that was paid out to you"),
        _ask(SheetKey.BORROWED_ON, Form.DAY, "The day on which you borrowed"),
        _ask(SheetKey.REPAID, Form.AMOUNT, "What you have paid back so far"),
        _ask(SheetKey.OVERDUE_SINCE, Form.DAY, "Overdue since"),
        _ask(SheetKey.CLAIMED, Form.AMOUNT, "What they say you owe"),
        _ask(
            SheetKey.OWED,
            Form.AMOUNT,
            "What you still owe, as far as you know",
            "The proposal says that the lender's own statement counts.",
        ),
        _ask(SheetKey.NEW_CREDITOR, Form.WORDS, "Who says that the debt is theirs now"),
        _ask(
            SheetKey.TOLD_BEFORE,
            Form.SENTENCES,
            "What you have already told the lender, and when",
            most=300,
        ),
        _ask(SheetKey.INCOME, Form.AMOUNT, "What comes in", _MONTHLY),
        _ask(SheetKey.HOUSING, Form.AMOUNT, "Rent, water, electricity", _MONTHLY),
        _ask(SheetKey.FOOD, Form.AMOUNT, "Food and what the day needs", _MONTHLY),
        _ask(SheetKey.HEALTH, Form.AMOUNT, "Doctor and medicine", _MONTHLY),
        _ask(SheetKey.FAMILY, Form.AMOUNT, "Children and parents", _MONTHLY),
        _ask(SheetKey.OTHER_EXPENSES, Form.AMOUNT, "What else is necessary", _MONTHLY),
        _ask(SheetKey.OTHER_DEBTS, Form.AMOUNT, "What you pay on other loans", _MONTHLY),
        _ask(
            SheetKey.HARDSHIP,
            Form.SENTENCES,
            "Why it is hard now",
            "A sentence or two, and only what is true; it can be left out.",
            most=300,
        ),
        _ask(
            SheetKey.OFFER,
            Form.AMOUNT,
            "What you can pay each month",
            "Only what you can really keep; left out, it is what is left of your income.",
        ),
        _ask(SheetKey.FIRST_ON, Form.DAY, "The day of the first payment"),
        _ask(
            SheetKey.RATE,
            Form.RATE,
            "Interest that goes on, in percent a year",
            "As the contract or the statement says; left out, the proposal reckons with none.",
        ),
        _ask(SheetKey.OFFERED_BY, Form.WORDS, "Who offers to settle the debt for you"),
        _ask(SheetKey.COUNTRY, Form.COUNTRY, "The country whose law it is"),
    )
}

#: Days that may be to come.
_AHEAD = frozenset({SheetKey.FIRST_ON})
_FIRST_YEAR, _LAST_YEARS = 2000, 50
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
#: 1,200 and 1.2万; what stands before or behind it is said of money.
_AMOUNT = re.compile(
    r"(?:rmb|cny|[¥￥])?(-?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(万|萬)?(?:元|块|塊|yuan)?"
)
#: E.164 has fifteen digits at most.
_NUMBER = re.compile(r"\+?(?:[()./-]*[0-9]){5,15}[()./-]*")
_MOST_AMOUNT = Decimal(1_000_000_000)
_MOST_RATE = Decimal(1000)
_CENT = Decimal("0.01")
#: What no name on paper has.
_MARKUP = frozenset("<>{}[]`\\")


def read(key: SheetKey, text: str, today: date) -> str:
    """What was typed for a line, as it is kept; empty: it is left out.

    Raises:
        SheetValueError: it cannot be used; the problem says why.
    """
    typed = "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", typed).splitlines())
    tidy = "\n".join(line for line in lines if line)
    if not tidy:
        return ""
    question = QUESTIONS[key]
    if question.form in (Form.WORDS, Form.SENTENCES):
        return _words(question, tidy)
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", tidy)).casefold()
    if question.form is Form.DAY:
        return _day(key, plain, today)
    return _READERS[question.form](key, plain)


def amount(sheet: Sheet, key: SheetKey) -> Decimal:
    """An amount of the sheet, in yuan with two decimals; nought where it is left out."""
    return Decimal(sheet.get(key, "0")).quantize(_CENT)


def shown(key: SheetKey, value: str) -> str:
    """A value as a letter has it: thousands of an amount are set apart."""
    return f"{Decimal(value):,.2f}" if value and QUESTIONS[key].form is Form.AMOUNT else value


def _unusable(key: SheetKey, what: str, **facts: object) -> SheetValueError:
    return SheetValueError(key=key.value, what=what, **facts)


def _amount(key: SheetKey, plain: str) -> str:
    found = _AMOUNT.fullmatch(plain)
    if not found:
        raise _unusable(key, "Write the amount in digits, such as 12000 or 1.2万.")
    minus, whole, rest, ten_thousands = found.groups()
    if minus:
        raise _unusable(key, "An amount cannot be less than nothing.")
    value = Decimal(whole.replace(",", "") + (rest or "")) * (10_000 if ten_thousands else 1)
    if value > _MOST_AMOUNT:
        raise _unusable(key, "That is too much to be right. Write the amount in yuan.")
    if value != value.quantize(_CENT):
        raise _unusable(key, "An amount has two decimals at most.")
    return f"{value:.2f}"


def _rate(key: SheetKey, plain: str) -> str:
    try:
        value = Decimal(plain.removesuffix("%"))
    except InvalidOperation:
        raise _unusable(key, "Write the rate in percent a year, such as 14.6.") from None
    if not value.is_finite() or not 0 <= value <= _MOST_RATE:
        raise _unusable(key, "Write the rate in percent a year, such as 14.6.")
    return f"{value.normalize():f}"


def _day(key: SheetKey, plain: str, today: date) -> str:
    found = _DAY.fullmatch(plain)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or not _FIRST_YEAR <= day.year <= today.year + _LAST_YEARS:
        raise _unusable(key, "Write the day as 2026-01-05.")
    if key in _AHEAD and day < today:
        raise _unusable(key, "That day has passed. Write one that is still to come.")
    if key not in _AHEAD and day > today:
        raise _unusable(key, "That day is yet to come. Look at the date once more.")
    return day.isoformat()


def _phone(key: SheetKey, plain: str) -> str:
    if not _NUMBER.fullmatch(plain):
        raise _unusable(key, "Write the number with digits only, such as 138 0000 0000.")
    return plain


def _kind(key: SheetKey, plain: str) -> str:
    try:
        return LenderKind(plain).value
    except ValueError:
        choices = ", ".join(LenderKind)
        raise _unusable(key, "It can be one of these: {choices}", choices=choices) from None


def _country(key: SheetKey, plain: str) -> str:
    if not re.fullmatch("[a-z]{2}", plain):
        raise _unusable(key, "Write one country by its two letters, such as cn.")
    return plain


def _words(question: Question, tidy: str) -> str:
    key, most = question.key, question.most
    is_name = question.form is Form.WORDS
    said = tidy.replace("\n", " ") if is_name else tidy
    if len(said) > most:
        raise _unusable(key, "That is too long: {most} characters at most.", most=most)
    if is_name and not _MARKUP.isdisjoint(said):
        raise _unusable(key, "It has a character in it that no name has, such as < or {{.")
    return said


_READERS: dict[Form, Callable[[SheetKey, str], str]] = {
    Form.AMOUNT: _amount,
    Form.RATE: _rate,
    Form.PHONE: _phone,
    Form.LENDER_KIND: _kind,
    Form.COUNTRY: _country,
}
