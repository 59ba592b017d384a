"""Texts in the borrower's hands, as two pages hear of them: rows that went, what did not."""

from __future__ import annotations

from flask import request

from kit.actions import paging
from kit.web.desk import desk


def confirm(typed: str) -> None:
    """These rows of the page were sent.

    Raises:
        RowsError: that is no list of rows.
        UnknownRowError, NoPageError: there are no such rows.
    """
    here = desk()
    confirmed = paging.confirm_rows(here.store, typed)
    here.note("Told, by your word: {told}", told=len(confirmed.told))
    if confirmed.known:
        here.note("Of these rows it was known already: {count}.", count=confirmed.known)


def take_back() -> None:
    """What was not sent is planned again.

    Raises:
        UnsureError: something else is held by now than what was asked about.
    """
    here = desk()
    was_on_page = paging.on_page(here.store)
    count = paging.take_back(here.store, request.form.get("held", ""))
    if count:
        here.note("Taken back and planned again: {count}. This sent nothing.", count=count)
    else:
        here.note("Nothing is in your hands that could be taken back.")
    if was_on_page:
        here.note("Delete the page on the phone, and the file: its rows count no more.")
