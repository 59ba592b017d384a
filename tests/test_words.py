from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sentences import sentences

from kit import template, words
from kit.settings import SPOKEN
from kit.words import Words, catalogue

CATALOGUES = sorted(path.stem for path in Path(words.__file__).parent.glob("*.toml"))
#: Words of the mainland, for which Taiwan and Hong Kong have others.
MAINLAND = (
    "短信|信息|屏幕|软件|軟件|文件夾|服務器|用戶名|默認|鏈接|運行|登錄|郵箱|二維碼|數據|程序|"
    "賬號|回車|菜單|字符|端口|導入|導出|發送|窗口|攝像|視頻|博客|微信|公安|網絡|保存"
)


def test_every_language_the_program_speaks_but_english_has_a_catalogue() -> None:
    assert {*CATALOGUES, "en"} == set(SPOKEN)


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_sentence_of_the_program_is_in_the_catalogue(language: str) -> None:
    assert sentences() - set(catalogue(language)) == set()


@pytest.mark.parametrize("language", CATALOGUES)
def test_the_catalogue_has_nothing_that_is_no_longer_said(language: str) -> None:
    assert set(catalogue(language)) - sentences() == set()


@pytest.mark.parametrize("language", CATALOGUES)
def test_the_catalogues_can_be_read_side_by_side(language: str) -> None:
    assert list(catalogue(language)) == list(catalogue("zh-Hans"))


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_translation_has_the_same_placeholders(language: str) -> None:
    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    said = catalogue(language).items()

    assert [key for key, text in said if placeholders(text) != placeholders(key)] == []


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_catalogue_names_the_same_commands_options_and_settings(language: str) -> None:
    def named(text: str) -> list[str]:
        return sorted(re.findall(r"kit [a-z-]+|--[a-z-]+|[A-Z]+_[A-Z_]+|\d[\d:,-]*", text))

    said, known = catalogue(language), catalogue("zh-Hans")

    assert [key for key in known if named(said[key]) != named(known[key])] == []


def traditional() -> dict[str, str]:
    """Every text in the traditional script, by its sentence or its language and name."""
    texts = {
        f"{language}/{name}": template.text(language, name)
        for language in ("zh-Hant", "zh-Hant-HK")
        for name in template.contract()["text"]
    }
    return texts | catalogue("zh-Hant")


def test_the_traditional_script_has_no_simplified_character() -> None:
    # Big5 has no simplified ones; it lacks Hong Kong's 裏, and � stands for what cannot be read.
    texts = {key: re.sub("[裏�]", "", text) for key, text in traditional().items()}
    written = {key: text.encode("big5", "ignore").decode("big5") for key, text in texts.items()}

    assert [key for key, text in texts.items() if written[key] != text] == []


def test_the_traditional_script_has_no_word_of_the_mainland() -> None:
    assert [key for key, text in traditional().items() if re.search(MAINLAND, text)] == []


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
