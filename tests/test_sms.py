from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import sms


@pytest.mark.parametrize(
    ("text", "encoding", "segments"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("€" * 80, "GSM-7", 1),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 3),  # the pair does not fit in the first
        ("您" * 70, "UCS-2", 1),
        ("您" * 71, "UCS-2", 2),
        ("您" * 134, "UCS-2", 2),
        ("您" * 135, "UCS-2", 3),
        ("您" * 66 + "🦌" + "您" * 66, "UCS-2", 3),  # nor does this one
        ("\U00010000" * 35, "UCS-2", 1),  # the first that takes two code units
        ("\U00010000" * 36, "UCS-2", 2),
        ("“quotes”", "UCS-2", 1),
    ],
)
def test_a_text_is_packed_not_divided(text: str, encoding: str, segments: int) -> None:
    assert sms.encoding(text) == encoding
    assert len(sms.segments(text)) == segments


LATIN, ANY = (st.sampled_from(letters) for letters in ("abcé€[]{}\n", "a€\n您好，。🦌🏠"))
TEXTS = st.text(LATIN, min_size=140, max_size=400) | st.text(ANY, min_size=60, max_size=200)


@given(TEXTS)
def test_segments_join_to_the_text_and_fit(text: str) -> None:
    segments = sms.segments(text)
    room = 153 if sms.encoding(text) == "GSM-7" else 67
    width = {
        "GSM-7": lambda c: 2 if c in "€[]{}" else 1,
        "UCS-2": lambda c: len(c.encode("utf-16-be")) // 2,
    }
    alphabet = sms.encoding(text)

    assert "".join(segments) == text
    if len(segments) > 1:
        widths = [list(map(width[alphabet], segment)) for segment in segments]
        assert all(0 < sum(each) <= room for each in widths)
        assert all(sum(each) + after[0] > room for each, after in pairwise(widths))


def test_characters_outside_gsm_7_are_named_once() -> None:
    assert sms.foreign("Li 明明 “x”") == "明“”"
    assert sms.foreign("Li Ming") == ""
