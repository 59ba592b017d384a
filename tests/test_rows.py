from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.actions.rows import parse_rows
from kit.errors import RowsError


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1-3,5", {1, 2, 3, 5}),
        (" 1 - 3, 5", {1, 2, 3, 5}),
        ("1，3、4;6", {1, 3, 4, 6}),
        ("1–3 7", {1, 2, 3, 7}),
        ("2至4", {2, 3, 4}),
        ("2到4", {2, 3, 4}),
        ("１，３－４", {1, 3, 4}),
        ("1 - 2；5。", {1, 2, 5}),
        ("1～3", {1, 2, 3}),
        ("2 2 2", {2}),
        ("", None),
        (",", None),
        ("3-1", None),
        ("0-2", None),
        ("all", None),
        ("-3", None),
        ("-", None),
        ("1x", None),
        ("9" * 30, None),
        ("1" + " " * 50_000 + "x", None),
    ],
)
def test_rows_as_people_write_them(text: str, rows: set[int] | None) -> None:
    if rows is None:
        with pytest.raises(RowsError):
            parse_rows(text)
    else:
        assert parse_rows(text) == rows


@given(st.sets(st.integers(1, 999), min_size=1))
def test_any_list_of_rows_reads_back(rows: set[int]) -> None:
    assert parse_rows(",".join(map(str, rows))) == rows
