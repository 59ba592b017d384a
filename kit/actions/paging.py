"""The page: all of a plan is handed over at once; what the borrower says of its rows is recorded.

A row's number is the message's place in the plan. One page is out at a time, so that a number never
means two people.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from kit import phone, private_file
from kit.actions.delivery import deliver, is_wanted, owner, still_to_go, surely_wanted
from kit.actions.progress import waiting
from kit.actions.rows import parse_rows
from kit.channels import CAPABILITIES
from kit.channels.page import PageChannel, Row, document
from kit.errors import (
    NoPageError,
    OtherPageError,
    PageUnwrittenError,
    UnknownRowError,
    UnsureError,
    reason_of,
)
from kit.model import BY_WORD, E164, TAKEN_BACK, Group, Receipt, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kit.actions.store import Store
    from kit.ledger.rows import HandedRow
    from kit.model import Attempt, Plan

_PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What one word about rows has done."""

    #: ids of the messages that are told now
    told: tuple[str, ...]
    #: rows of which that was known already
    known: int
    #: rows of the page that nobody has spoken of yet
    left: int


def make_page(store: Store, plan: Plan, path: Path, say: Callable[..., str], language: str) -> int:
    """Hand over all that the plan has left, and write the page of all that is out; how many rows.

    `say` puts its words into the `language` of the borrower. It is recorded before the file is
    there: run again, it writes the same rows.

    Raises:
        OtherPageError: the page of an earlier plan is still out.
        PageUnwrittenError: the file cannot be written.
    """
    hand_over(store, plan)
    markup, count = page(store, plan, say, language)
    try:
        private_file.write(path, markup)
    except OSError as error:
        raise PageUnwrittenError(reason=reason_of(error)) from None
    return count


def hand_over(store: Store, plan: Plan) -> None:
    """Hand over all that the plan has left, for its page.

    Raises:
        OtherPageError: the page of an earlier plan is still out.
    """
    channels = {_PAGE: PageChannel(store.clock)}
    with store.changing():
        _check_no_other(store, plan)
        for message in waiting(store, plan):
            deliver(store, plan, message, channels)


def page(store: Store, plan: Plan, say: Callable[..., str], language: str) -> tuple[str, int]:
    """The page of all that is out of the plan, and how many rows it has; nothing is written."""
    rows = _rows(store, plan)
    return document(rows, say, language, key=plan.id, pace=plan.pace), len(rows)


def confirm_rows(store: Store, rows: str) -> Confirmed:
    """The borrower has sent these rows of the page, such as `1-17,20`: all are recorded, or none.

    Raises:
        RowsError: that is no list of rows.
        NoPageError: none was made.
        UnknownRowError: the page has no such row.
    """
    wanted = parse_rows(rows)
    with store.alone(), store.changing():
        page = _page(store)
        if not page:
            raise NoPageError
        unknown = sorted(wanted - set(page))
        if unknown:
            raise UnknownRowError(row=unknown[0], last=max(page))
        fresh = [page[number] for number in sorted(wanted) if _is_news(page[number])]
        for row in fresh:
            _confirm(store, row)
    return Confirmed(
        told=tuple(row.message_id for row in fresh),
        known=len(wanted) - len(fresh),
        left=sum(_is_out(row) and number not in wanted for number, row in page.items()),
    )


def take_back(store: Store, seen: str | None = None) -> int:
    """What the borrower holds and has not sent is planned again; how many messages it was.

    `seen` is the `mark` of what they were asked about.

    Raises:
        UnsureError: something else is in their hands now.
    """
    with store.alone(), store.changing():
        out = held(store)
        if out and seen not in (None, mark(out)):
            raise UnsureError
        for attempt in out:
            receipt = Receipt(status=Status.PLANNED, at=store.clock(), code=TAKEN_BACK)
            store.ledger.record(attempt.id, receipt)
    return len(out)


def held(store: Store) -> list[Attempt]:
    """Every text that is in the borrower's hands."""
    notice_id = store.ledger.real_notice()
    return [
        attempt
        for name, can in CAPABILITIES.items()
        if can.by_hand
        for attempt in store.ledger.open_attempts(notice_id, name, Status.HANDED_OVER)
    ]


def mark(attempts: Sequence[Attempt]) -> str:
    """Changes with what is held, and says nothing of it."""
    ids = "".join(sorted(attempt.id for attempt in attempts))
    return hashlib.sha256(ids.encode()).hexdigest()


def on_page(store: Store) -> int:
    """How many rows of the page nobody has spoken of yet."""
    return sum(map(_is_out, _page(store).values()))


def unwanted_rows(store: Store) -> list[int]:
    """Rows that are out whose people want no more, or are never to be told."""
    out = [row for row in _page(store).values() if _is_out(row)]
    sure = surely_wanted(store) if out else set()
    found = []
    for row in out:
        if (row.contact_id, row.recipient) in sure:  # as most are
            continue
        contact = owner(store, row.contact_id, row.recipient)
        if contact is not None and not is_wanted(store, contact, row.recipient):
            found.append(row.position)
    return found


def _check_no_other(store: Store, plan: Plan) -> None:
    """A page of another plan numbers its rows otherwise."""
    if any(_is_out(row) and row.plan_id != plan.id for row in _page(store).values()):
        raise OtherPageError


def _page(store: Store) -> dict[int, HandedRow]:
    return store.ledger.handed_rows(store.ledger.real_notice(), _PAGE)


def _rows(store: Store, plan: Plan) -> list[Row]:
    """What may still go of the rows that are out, in the plan's order."""
    number_by_id = {message.id: number for number, message in enumerate(plan.messages, 1)}
    out = store.ledger.open_attempts(plan.notice_id, _PAGE, Status.HANDED_OVER)
    here = [attempt for attempt in out if attempt.message_id in number_by_id]
    left = still_to_go(store, plan, here)
    rows = [_row(store, plan, number_by_id[one.message_id], one) for one in left]
    return sorted(rows, key=lambda row: row.number)


def _row(store: Store, plan: Plan, number: int, attempt: Attempt) -> Row:
    message = plan.messages[number - 1]
    contact = owner(store, message.contact_id, attempt.recipient)
    return Row(
        number=number,
        name=contact.name if contact is not None else "",
        recipient=cast("E164", attempt.recipient),
        text=attempt.text,
        emergency=message.group is Group.EMERGENCY,
        invented=phone.is_invented(attempt.recipient),
    )


def _is_out(row: HandedRow) -> bool:
    return row.is_last and row.status is Status.HANDED_OVER


def _is_news(row: HandedRow) -> bool:
    """Whether the borrower's word says something that is not known."""
    return row.status is not Status.DELIVERED


def _confirm(store: Store, row: HandedRow) -> None:
    """The row went, also where it had been taken back and tried by another way meanwhile."""
    at = store.clock()
    receipt = Receipt(status=Status.DELIVERED, at=at, code=f"{BY_WORD}page")
    store.ledger.record(row.attempt_id, receipt)
    contact = owner(store, row.contact_id, row.recipient)
    # What the other way said may still change; the borrower's word must not.
    if store.ledger.standing(row.message_id) is not Status.DELIVERED and contact is not None:
        store.ledger.save_told(store.ledger.real_notice(), row.message_id, contact, at)
