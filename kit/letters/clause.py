"""A clause as the law writes it goes in, the same in the reader's language comes out.

第二百九十三条之一 is Article 293-1.
"""

from __future__ import annotations

import re

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = f"[{''.join([*_DIGITS, *_UNITS])}]+"
_PLACE = re.compile(f"第({_NUMBER})(条|款|项)(?:之({_NUMBER}))?")
_ENGLISH = {"条": "Article", "款": "paragraph", "项": "item"}
_TRADITIONAL = str.maketrans("条项", "條項")


def parts(clause: str) -> list[str]:
    """The clauses that a fact names together, one by one."""
    return [part for part in clause.split("、") if part]


def said(clause: str, language: str) -> str:
    """One clause in that language; as it stands where it has another form than we know."""
    if language == "zh-Hans" or _PLACE.sub("", clause):
        return clause
    if language.startswith("zh"):
        return clause.translate(_TRADITIONAL)
    return ", ".join(_english(*found) for found in _PLACE.findall(clause))


def _english(number: str, what: str, inserted: str) -> str:
    after = f"-{_value(inserted)}" if inserted else ""
    return f"{_ENGLISH[what]} {_value(number)}{after}"


def _value(number: str) -> int:
    """What 一千零六十四 comes to; 十二 begins with a one that nobody writes."""
    total = digit = 0
    for character in number:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            total += (digit or 1) * _UNITS[character]
            digit = 0
    return total + digit
