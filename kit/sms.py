"""The length of a text message: a text goes in, its encoding and segments come out.

3GPP TS 23.038 section 6.2.1 (the alphabet), 3GPP TS 23.040 section 9.2.3.24.1 (concatenation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.model import Encoding

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Each takes an escape and a septet, which may not be parted.
_EXTENDED = frozenset("\f^{}\\[~]|€")

#: Units that fit in a message alone, and in each segment of a longer one.
_ROOM: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}


def encoding(text: str) -> Encoding:
    """The smaller alphabet if the whole text can be written in it."""
    return "GSM-7" if all(c in _BASIC or c in _EXTENDED for c in text) else "UCS-2"


def foreign(text: str) -> str:
    """The characters that GSM-7 cannot write, each once, in order."""
    return "".join(dict.fromkeys(c for c in text if c not in _BASIC and c not in _EXTENDED))


def segments(text: str) -> list[str]:
    """The text as the network cuts it: packed, not divided; no character is ever parted."""
    alphabet = encoding(text)
    width = _width(alphabet)
    alone, each = _ROOM[alphabet]
    if sum(width(c) for c in text) <= alone:
        return [text]
    return _pack(text, width, each)


def _pack(text: str, width: Callable[[str], int], room: int) -> list[str]:
    packed: list[str] = []
    start = used = 0
    for position, character in enumerate(text):
        if used + width(character) > room:
            packed.append(text[start:position])
            start, used = position, 0
        used += width(character)
    return [*packed, text[start:]]


#: The first character that UTF-16 writes as two code units.
_BEYOND_ONE_UNIT = "\U00010000"


def _width(alphabet: Encoding) -> Callable[[str], int]:
    if alphabet == "GSM-7":
        return lambda character: 2 if character in _EXTENDED else 1
    return lambda character: 2 if character >= _BEYOND_ONE_UNIT else 1
