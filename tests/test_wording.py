"""What a contact reads in Chinese is short, and in characters that everybody reads."""

from __future__ import annotations

import pytest
from wording import (
    COMMON,
    MEDIAN_SENTENCE,
    median_length,
    rare,
    sentences,
    share_of_common,
    too_long,
)

from kit import template

CONTRACT = template.contract()
#: With the longest words that may stand in them.
LONGEST = {
    name: template.render(
        template.text("zh-Hans", name),
        {
            "from": "王" * 16,
            "check": "问" * 14,
            "line": template.own_sentence("zh-Hans", "好" * 20),
        },
    )
    for name in CONTRACT["text"]
}
NOTICES = [name for name in CONTRACT["text"] if "check" in CONTRACT["text"][name]["placeholders"]]


@pytest.mark.parametrize("name", NOTICES)
def test_half_of_the_sentences_of_a_message_are_short(name: str) -> None:
    assert len(sentences(LONGEST[name])) >= 8
    assert median_length([LONGEST[name]]) <= MEDIAN_SENTENCE


@pytest.mark.parametrize("name", LONGEST)
def test_no_sentence_of_a_message_is_long(name: str) -> None:
    assert too_long(LONGEST[name]) == []


def test_the_characters_of_the_messages_are_those_that_everybody_reads() -> None:
    texts = [template.text("zh-Hans", name) for name in CONTRACT["text"]]

    assert share_of_common("".join(texts)) >= COMMON


@pytest.mark.parametrize("name", NOTICES)
def test_the_characters_of_each_message_are_too(name: str) -> None:
    assert share_of_common(template.text("zh-Hans", name)) >= COMMON


def test_a_sentence_ends_at_a_stop_and_at_the_end_of_a_line() -> None:
    assert sentences("一。二！三？\n四；五，六：七\n八") == [
        "一",
        "二",
        "三",
        "四",
        "五，六：七",
        "八",
    ]
    assert median_length(["一。二二。", "三三三。"]) == 2
    assert too_long("字" * 45 + "。" + "长" * 46) == ["长" * 46]


def test_a_rare_character_is_one_beyond_level_1() -> None:
    assert rare("我的囍字，in 3 字。轉囡") == ["囍", "轉", "囡"]
    assert share_of_common("我的字囡") == 0.75
    assert share_of_common("no Chinese") == 1
