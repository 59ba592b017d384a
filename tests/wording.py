"""What a text says, and how easily it is read: a text goes in, what is tested of it comes out.

Its sentences and its rare characters; the articles that it names, the numbers that it has rung, and
what it leaves open.
"""

from __future__ import annotations

import re
import unicodedata
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kit.jurisdiction import Fact

#: No sentence is longer, and half of them are as short as that.
LONGEST_SENTENCE = 45
MEDIAN_SENTENCE = 20
#: So many of the characters are of level 1 of GB 2312: the 3755 that everybody reads.
COMMON = 0.99

ARTICLE = r"[第][零一二三四五六七八九十百千]+[条條](?:之[一二三四五六七八九十])?"
CITED = rf"《([^》]+)》((?:{ARTICLE}、?)+)"
#: Numbers that nobody rings: of articles, of standards, dates and years, days and times.
NOT_RUNG = (
    r"Articles? \d+(?:(?:, | and )\d+)*|GB/T \d+[—-]\d+|\d{4}-\d{2}-\d{2}|"
    r"(?<!\d)20\d\d(?!\d)|\d+:\d{2}"
)
#: Words of the mainland that Taiwan says otherwise; 微信 and 公安 have no other name.
MAINLAND = "短信|屏幕|软件|軟件|默認|鏈接|登錄|數據|程序|賬|菜單|發送|視頻|網絡|保存|信息|質量|水平"

_ENDS = re.compile(r"[。！？；\n]+")
#: The first bytes of level 1 in the encoding of GB 2312.
_LEVEL_1 = range(0xB0, 0xD8)


def sentences(text: str) -> list[str]:
    """The sentences, without what ends them; a line's end ends one too."""
    return [sentence for part in _ENDS.split(text) if (sentence := part.strip())]


def median_length(texts: list[str]) -> float:
    """Half of the sentences of these texts are no longer."""
    return median(len(sentence) for text in texts for sentence in sentences(text))


def too_long(text: str) -> list[str]:
    """The sentences that nobody takes in at once."""
    return [sentence for sentence in sentences(text) if len(sentence) > LONGEST_SENTENCE]


def rare(text: str) -> list[str]:
    """Every Chinese character, as often as it stands there, that is not of level 1 of GB 2312."""
    return [character for character in _chinese(text) if not _is_common(character)]


def share_of_common(text: str) -> float:
    """How many of the Chinese characters are of level 1 of GB 2312, of 1."""
    return 1 - len(rare(text)) / max(len(_chinese(text)), 1)


def _chinese(text: str) -> list[str]:
    return [c for c in text if unicodedata.name(c, "").startswith("CJK UNIFIED")]


def _is_common(character: str) -> bool:
    try:
        return character.encode("gb2312")[0] in _LEVEL_1
    except UnicodeEncodeError:
        return False


def parts(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a page, by where it stands."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from parts(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def cited(text: str) -> list[tuple[str, str]]:
    """Every article that is named, with its law."""
    return [
        (law, article)
        for law, articles in re.findall(CITED, text)
        for article in re.findall(ARTICLE, articles)
    ]


def in_english(text: str) -> list[int]:
    """Every article that is named in English, by its number."""
    named = re.findall(r"Articles? \d+(?:(?:, | and )\d+)*", text)
    return [int(number) for one in named for number in re.findall(r"\d+", one)]


def named_barely(text: str) -> bool:
    """Whether it names an article without its law, or in digits."""
    is_bare = len(re.findall(ARTICLE, text)) != len(cited(text))
    return is_bare or bool(re.search(r"\d\s*[条條]|第\s*\d", text))


def stands_for(law: str, article: str, fact: Fact) -> bool:
    """Whether the fact is of that article of that law, in whichever script."""
    names = {fact.instrument.name["zh-Hans"], fact.instrument.name["zh-Hant"]}
    clauses = re.findall(ARTICLE, fact.clause)
    return article.replace("條", "条") in clauses and any(law in name for name in names)


def rung(text: str) -> set[str]:
    """The numbers that a reader could ring."""
    return set(re.findall(r"(?<![\d.])(?:0\d{2}-)?\d{3,6}(?![\d:])", re.sub(NOT_RUNG, "", text)))


def value(numeral: str) -> int:
    """What a Chinese numeral below ten thousand says."""
    total, digit = 0, 0
    for character in numeral:
        if character in "十百千":
            total += (digit or 1) * 10 ** ("十百千".index(character) + 1)
            digit = 0
        else:
            digit = "零一二三四五六七八九".index(character)
    return total + digit


def left_open(text: str) -> list[str]:
    """The words that somebody fills in."""
    return sorted(re.findall(r"\{([^{}]*)\}", text))


def items(text: str) -> int:
    """How many lines are items of a list."""
    return sum(line.startswith("- ") for line in text.splitlines())
