"""The nouns of letters and complaints: what a fact sheet holds, what was sent, what is due."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime


class SheetKey(StrEnum):
    """One line of the fact sheet; asked once, used in every letter."""

    NAME = "name"  #: the borrower's, as they sign
    PHONE = "phone"  #: where the lender reaches the borrower
    ADDRESS = "address"  #: for answers on paper
    LENDER = "lender"  #: the whole name of whoever lent
    LENDER_KIND = "lender_kind"
    AGENT = "agent"  #: who collects for the lender, by their own word
    PRODUCT = "product"  #: the app, the card, the loan
    ACCOUNT = "account"  #: number of the contract or the card's last digits
    BORROWED = "borrowed"
    BORROWED_ON = "borrowed_on"
    REPAID = "repaid"
    OVERDUE_SINCE = "overdue_since"
    CLAIMED = "claimed"  #: what the lender says is owed
    OWED = "owed"  #: what the borrower takes to be owed
    NEW_CREDITOR = "new_creditor"  #: who says that the debt is theirs now
    TOLD_BEFORE = "told_before"  #: what was said to whom before, in plain words
    INCOME = "income"  #: of a month, as all amounts below
    HOUSING = "housing"
    FOOD = "food"
    HEALTH = "health"
    FAMILY = "family"  #: children, parents
    OTHER_EXPENSES = "other_expenses"
    OTHER_DEBTS = "other_debts"
    HARDSHIP = "hardship"  #: why, in plain words
    OFFER = "offer"
    FIRST_ON = "first_on"  #: the day of the first instalment
    RATE = "rate"  #: interest in percent a year on what is still owed
    OFFERED_BY = "offered_by"  #: who offers “debt relief”
    COUNTRY = "country"  #: whose law it is


class LenderKind(StrEnum):
    """What sort of lender it is; by that it is known who watches over it."""

    CARD = "card"  #: a bank, for a credit card
    BANK = "bank"  #: a bank, for another loan
    CONSUMER_FINANCE = "consumer_finance"
    SMALL_LOAN = "small_loan"
    UNLICENSED = "unlicensed"  #: whoever has no licence, as far as the borrower could find out
    UNKNOWN = "unknown"


class FilingEvent(StrEnum):
    """What became of a letter or complaint, by the borrower's word."""

    SENT = "sent"
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"  #: it was not sent after all


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """That a letter or complaint was sent, answered, or not sent after all; never changed."""

    #: such as `stop` or `12378`
    draft: str
    event: FilingEvent
    on: date
    #: to or about whom
    lender: str = field(default="", repr=False)
    #: the number that the other side gave it
    reference: str = field(default="", repr=False)
    noted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What comes next, and by when."""

    #: the letter or complaint that it is about
    body: str
    #: nothing: no day is known for it
    due_on: date | None
    #: one English sentence with placeholders, a key of the catalogues in `kit.words`
    what: str
    facts: Mapping[str, object] = field(default_factory=dict, repr=False)
    #: on which it rests
    fact_ids: tuple[str, ...] = ()
