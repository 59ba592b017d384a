"""How easily Chinese is read: a text goes in, its sentences and its rare characters come out."""

from __future__ import annotations

import re
import unicodedata
from statistics import median

#: No sentence is longer, and half of them are as short as that.
LONGEST_SENTENCE = 45
MEDIAN_SENTENCE = 20
#: So many of the characters are of level 1 of GB 2312: the 3755 that everybody reads.
COMMON = 0.99

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
