"""The fact sheet: what somebody types goes in, the value that a letter uses comes out.

An amount is kept as `12000.00`, a day as `2026-01-05`, a rate as percent a year. What cannot be
used is said to be so; nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from kit.errors import SheetValueError
from kit.model import LenderKind, Problem, SheetKey

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
        _ask(
            SheetKey.OTHER_EXPENSES,
            Form.AMOUNT,
            "What else is necessary",
            "Travel, telephone; and doctor, children and parents where you did not write these by "
            "themselves. A month, in yuan; 0 if there is none.",
        ),
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
#: How far off they may be: what is promised for later than that nobody can know.
_MOST_AHEAD = timedelta(days=366)
_FIRST_YEAR = 2000
#: 2026-1-5, 2026年1月5日, 20260105: the year stands first, so that nothing is mistaken.
_DAY = re.compile(
    r"([0-9]{4}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2}) ?[日号號]?"
    r"|([0-9]{4})([0-9]{2})([0-9]{2})"
)
#: 1,200 or 1 200 and 1.2万; what stands before or behind it is said of money.
_BEFORE = r"(?:(?:rmb|cny|人民[币幣]|¥) ?)?"
_AMOUNT = re.compile(
    rf"{_BEFORE}"
    r"([1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)|[0-9]+)(?:\.([0-9]+))? ?([万萬])? ?"
    r"(?:[元圆圓]整?|块钱?|塊錢?|yuan|rmb|cny)?"
)
#: Below nothing, whatever the sign stands before.
_NEGATIVE = re.compile(rf"{_BEFORE}[-负負] ?{_BEFORE}[0-9].*")
#: Two decimals; behind 万 four places more.
_MOST_DECIMALS = {"": 2, "万": 6, "萬": 6}
_RATE = re.compile(r"([0-9]+(?:\.[0-9]{1,6})?) ?%?")
#: E.164 has fifteen digits at most.
_NUMBER = re.compile(r"\+?(?:[()./-]*[0-9]){5,15}[()./-]*")
_MOST_AMOUNT = Decimal(1_000_000_000)
_MOST_RATE = Decimal(1000)
#: Whoever writes less means a share of one, or the rate of a month or a day.
_LEAST_RATE = Decimal(1)
_CENT = Decimal("0.01")
#: What steers or is not seen; a rare character that Python does not know is part of a name.
_STEERING = ("Cc", "Cf")
#: What no name on paper has.
_MARKUP = frozenset("<>{}[]`\\")


def read(key: SheetKey, text: str, today: date) -> str:
    """What was typed for a line, as it is kept; empty: it is left out.

    Raises:
        SheetValueError: it cannot be used; the problem says why.
    """
    if any(unicodedata.category(c) == "Cs" for c in text):  # bytes of another encoding
        raise _unusable(key, "It has characters in it that cannot be read. Type it once more.")
    typed = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _STEERING)
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", typed).splitlines())
    tidy = "\n".join(line for line in lines if line)
    if not tidy:
        return ""
    question = QUESTIONS[key]
    if question.form in (Form.WORDS, Form.SENTENCES):
        return _words(question, tidy)
    plain = _plain(tidy)
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
    return SheetValueError(Problem(where=key.value, what=what, facts=facts))


def _plain(tidy: str) -> str:
    """With full-width digits and signs as usual ones; ² and ① stay what they are, no digits."""
    narrow = (
        unicodedata.normalize("NFKC", one)
        if unicodedata.decomposition(one).startswith("<wide>")
        else one
        for one in tidy
    )
    return re.sub("[−–—]", "-", "".join(narrow)).casefold()


def _amount(key: SheetKey, plain: str) -> str:
    found = _AMOUNT.fullmatch(plain)
    if not found and _NEGATIVE.fullmatch(plain):
        raise _unusable(key, "An amount cannot be less than nothing.")
    if not found:
        raise _unusable(key, "Write the amount in digits, such as 12000 or 1.2万.")
    whole, decimals, ten_thousands = (part or "" for part in found.groups())
    if len(decimals) > _MOST_DECIMALS[ten_thousands]:
        raise _unusable(key, "An amount has two decimals at most.")
    value = Decimal(f"{re.sub('[ ,]', '', whole)}.{decimals}")
    value *= 10_000 if ten_thousands else 1
    if value > _MOST_AMOUNT:
        raise _unusable(key, "That is too much to be right. Write the amount in yuan.")
    return f"{value:.2f}"


def _rate(key: SheetKey, plain: str) -> str:
    found = _RATE.fullmatch(plain)
    value = Decimal(found[1]) if found else _MOST_RATE + 1
    if value > _MOST_RATE:
        raise _unusable(key, "Write the rate in percent a year, such as 14.6.")
    if 0 < value < _LEAST_RATE:
        raise _unusable(
            key,
            "That is hardly a rate of a year. Write it in percent a year, such as 14.6: the rate "
            "of a month times 12, that of a day times 365.",
        )
    return f"{value.normalize():f}"


def _day(key: SheetKey, plain: str, today: date) -> str:
    found = _DAY.fullmatch(plain)
    if not found:
        raise _unusable(key, "Write the day as 2026-01-05.")
    try:
        day = date(*(int(part) for part in found.groups() if part))
    except ValueError:
        raise _unusable(key, "There is no such day. Look at the calendar once more.") from None
    if key in _AHEAD:
        return _ahead(key, day, today)
    if day > today:
        raise _unusable(key, "That day is yet to come. Look at the date once more.")
    if day.year < _FIRST_YEAR:
        raise _unusable(key, "That is too long ago to be right. Look at the date once more.")
    return day.isoformat()


def _ahead(key: SheetKey, day: date, today: date) -> str:
    if day < today:
        raise _unusable(key, "That day has passed. Write one that is still to come.")
    if day > today + _MOST_AHEAD:
        raise _unusable(key, "That is more than a year away. Write a day that is nearer.")
    return day.isoformat()


def _phone(key: SheetKey, plain: str) -> str:
    number = plain.replace(" ", "")
    if "\n" in plain or not _NUMBER.fullmatch(number):
        raise _unusable(key, "Write the number with digits only, such as 138 0000 0000.")
    return number


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
