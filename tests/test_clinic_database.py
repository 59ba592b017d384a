from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.actions.store import Store


def test_two_cases_of_a_clinic_have_books_of_their_own(case_store: Callable[..., Store]) -> None:
    one, other = case_store("小明"), case_store("小红")
    one.book.set("region", "CN")

    assert (one.book.setting("region"), other.book.setting("region")) == ("CN", "")
