"""From what stands in a field to numbers: text and region go in, numbers and refusals come out.

A number that could reach a stranger is worse than none: what may be meant in two ways is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from kit.errors import (
    DeviceNumberError,
    ExtensionError,
    IncompleteNumberError,
    LettersInNumberError,
    NumberError,
    ShortNumberError,
)
from kit.model import E164, NumberKind
from kit.phone import cleaning, mainland, numbering

#: So many fields are remembered: people save a number more than once.
_MOST = 4_000
#: More digits than this are no short number, fewer no number that anybody dials.
_LONGEST_SHORT = 6
_SHORTEST = 3
#: A firm's short number in brackets has as many; an extension has fewer.
_FIRMS_OWN = 5


#: RFC 3966 section 3.
_EXTENSION = ";ext="


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One telephone number as somebody wrote it, with what it belongs to.

    It has no E.164 where a text must not go to the digits alone: a hot-line, a short number, an
    SMS port, a device, and a mobile with an extension, behind which a service hides many people.
    """

    e164: E164 | None = field(default=None, repr=False)
    kind: NumberKind
    #: digits, or empty
    extension: str = field(default="", repr=False)
    #: `+861055500101;ext=801` (RFC 3966), or as it is dialled: `95588`; two numbers are one if
    #: this is the same
    dialled: str = field(repr=False)


def before_extension(dialled: str) -> E164 | None:
    """The number before an extension, if there is one: somebody's desk, and no hot-line."""
    number, extension, _ = dialled.partition(_EXTENSION)
    return E164(number) if extension else None


_Refusal = type[NumberError]

#: Why no text can go to a number of that kind, where that is known without asking further.
_WHY_NOT: dict[NumberKind, _Refusal] = {
    NumberKind.SERVICE: ShortNumberError,
    NumberKind.EMERGENCY: ShortNumberError,
    NumberKind.SMS_PORT: ShortNumberError,
    NumberKind.SHORT: ShortNumberError,
    NumberKind.IOT: DeviceNumberError,
}


def read(text: str, region: str) -> tuple[list[Number], list[NumberError]]:
    """Every number that one field holds, and why a text cannot go to what stands there.

    A hot-line, or a number with an extension, is both: a number, and an error that says so.
    People write two into one field, with a mark, a word or only a blank between them.
    """
    numbers, refusals = _read(text, region)
    return list(numbers), [refusal() for refusal in refusals]


def parse(text: str, region: str) -> E164:
    """The one number in E.164, as dialled from `region` (ISO 3166-1).

    Of a landline the extension is left off.

    Raises:
        NumberError: it is not the full number of one line that can exist; the class says why.
    """
    numbers, refusals = _read(text, region)
    found = [number.e164 for number in numbers if number.e164]
    if len(found) != 1:
        raise refusals[0] if refusals else NumberError
    return found[0]


@lru_cache(_MOST)
def _read(text: str, region: str) -> tuple[tuple[Number, ...], tuple[_Refusal, ...]]:
    if mobile := numbering.plain_mobile(text, region):
        return (_mobile(mobile),), ()
    whole = cleaning.tidy(text)
    if mobile := numbering.plain_mobile(whole, region):
        return (_mobile(mobile),), ()
    numbers: list[Number] = []
    refusals: list[_Refusal] = []
    for part in cleaning.split(whole):
        found, refused = _part(part, region)
        numbers += found
        refusals += [*filter(None, map(_why_not, found)), *refused]
    return tuple(numbers), tuple(refusals)


def _why_not(number: Number) -> _Refusal | None:
    return ExtensionError if number.extension else _WHY_NOT.get(number.kind)


def _part(part: str, region: str) -> tuple[list[Number], list[_Refusal]]:
    refusal: _Refusal | None = None
    for position, reading in enumerate(cleaning.readings(part)):
        number = _number(reading.number, region)
        if isinstance(number, type):
            refusal = refusal or number
        # 5550 0100 is no firm's own 5550 with an extension, but half a number.
        elif number.e164 or not position:
            return _with_digits(number, reading, region)
    found, refused = _one_after_another(part, region)
    return (found, refused) if found else ([], [refusal or NumberError])


def _with_digits(
    number: Number, reading: cleaning.Reading, region: str
) -> tuple[list[Number], list[_Refusal]]:
    """The number with the digits behind it: an extension, or another, short number."""
    if not reading.digits:
        return [number], []
    if _is_beside(number, reading, region):
        short = _short(reading.digits, region)
        return ([number, short], []) if short else ([number], [IncompleteNumberError])
    return [_with_extension(number, reading.digits)], []


def _with_extension(number: Number, extension: str) -> Number:
    if number.e164 is None:
        return number  # what a hot-line asks for next is nobody's number
    dialled = f"{number.e164}{_EXTENSION}{extension}"
    alone = None if number.kind is NumberKind.MOBILE else number.e164
    return replace(number, e164=alone, extension=extension, dialled=dialled)


def _is_beside(number: Number, reading: cleaning.Reading, region: str) -> bool:
    """Whether the digits are another number: their mark says so, or a mobile stands before them."""
    if "/" in reading.mark or "短" in reading.mark:
        return True
    if number.kind is not NumberKind.MOBILE or not set(reading.mark) <= set(" ,;(["):
        return False
    if "(" in reading.mark and len(reading.digits) >= _FIRMS_OWN:
        return True
    short = _short(reading.digits, region)
    return short is not None and short.kind is not NumberKind.SHORT


def _number(written: str, region: str) -> Number | _Refusal:
    """The number that stands there, with nothing else but words."""
    plain = cleaning.without_labels(written)
    if plain is None:
        return IncompleteNumberError
    if re.search("[A-Za-z]", plain):
        return LettersInNumberError
    digits = re.sub(r"\D", "", plain)
    if not digits:
        return NumberError
    return _of_digits(plain, digits, region)


def _of_digits(plain: str, digits: str, region: str) -> Number | _Refusal:
    is_code = plain[0] in "*#"  # it asks the network for something
    is_mainland = (region == mainland.REGION and "+" not in plain) or "+86" in plain
    if is_mainland and not is_code and (special := mainland.special(plain)):
        return Number(kind=special[0], dialled=special[1])
    if len(digits) <= _LONGEST_SHORT:
        return (plain[0] not in "+*#" and _short(digits, region)) or ShortNumberError
    return _full(plain, region)


def _short(digits: str, region: str) -> Number | None:
    if region == mainland.REGION and (special := mainland.special(digits)):
        return Number(kind=special[0], dialled=special[1])
    kind = numbering.short_kind(digits, region)
    is_one = digits[0] != "0" and (kind is NumberKind.SERVICE or len(digits) >= _SHORTEST)
    return Number(kind=kind, dialled=digits) if is_one or kind is NumberKind.EMERGENCY else None


def _full(plain: str, region: str) -> Number | _Refusal:
    if mobile := numbering.plain_mobile(plain, region):
        return _mobile(mobile)
    found = numbering.full(plain, region)
    if found is None:
        return IncompleteNumberError
    number, kind = found
    if number.startswith("+86") and (special := mainland.special(number)):
        return Number(kind=special[0], dialled=special[1])
    return Number(e164=number, kind=kind, dialled=number)


def _mobile(number: E164) -> Number:
    return Number(e164=number, kind=NumberKind.MOBILE, dialled=number)


def _one_after_another(part: str, region: str) -> tuple[list[Number], list[_Refusal]]:
    """Numbers with only blanks or labels between them; digits are not joined over a label.

    Where numbers have one length, as in China, the shortest beginning that is one is taken.
    Elsewhere only what begins with `+` can be told from what comes before it.
    """
    found: list[Number] = []
    refused: list[_Refusal] = []
    for chunk in cleaning.chunks(part):
        shortest_first = region == mainland.REGION and "+" not in chunk
        words = chunk.split()
        while words:
            number, used = _beginning(words, region, shortest_first=shortest_first)
            if number:
                found.append(number)
            else:
                refused.append(NumberError)
            words = words[used:]
    return found, refused


def _beginning(words: list[str], region: str, *, shortest_first: bool) -> tuple[Number | None, int]:
    """The number with which the words begin, and how many of them were used up."""
    for end in range(1 if shortest_first else len(words), len(words) + 1):
        number = _number(" ".join(words[:end]), region)
        if isinstance(number, Number) and number.e164:
            return number, end
    if not shortest_first:
        return None, len(words)
    # What stands behind a word, as in QQ 2025550101, is that word's and no telephone's.
    return None, 2 if words[0].isalpha() else 1
