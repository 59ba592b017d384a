from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sentences import sentences

from kit.words import Words, catalogue


def test_every_sentence_of_the_program_is_in_the_catalogue() -> None:
    assert sentences() - set(catalogue("zh-Hans")) == set()


def test_the_catalogue_has_nothing_that_is_no_longer_said() -> None:
    assert set(catalogue("zh-Hans")) - sentences() == set()


@pytest.mark.parametrize("sentence", sorted(catalogue("zh-Hans")))
def test_a_translation_has_the_same_placeholders(sentence: str) -> None:
    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    assert placeholders(catalogue("zh-Hans")[sentence]) == placeholders(sentence)


def test_a_fact_is_never_read_as_a_sentence() -> None:
    say = Words("zh-Hans")

    assert say("Gets nothing: {reason}", reason="{reason}") == "不会收到短信：{reason}"
    assert say("{left} after this one", left="told") == "后面还有 told 位"


def test_a_reason_is_said_in_the_language_and_a_time_as_the_clock_has_it() -> None:
    say = Words("zh-Hans")

    assert say("The file cannot be read: {reason}.", reason="it is a folder") == (
        "这个文件读不了：它是文件夹。"
    )
    assert say("{at}", at=datetime(2026, 11, 21, 16, 5, tzinfo=UTC)) == (
        f"{datetime(2026, 11, 21, 16, 5, tzinfo=UTC).astimezone():%Y-%m-%d %H:%M}"
    )


def test_english_needs_no_catalogue() -> None:
    assert Words("en")("Gets nothing: {reason}", reason="x") == "Gets nothing: x"
