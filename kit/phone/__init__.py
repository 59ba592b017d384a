"""Telephone numbers: what people write goes in, E.164 and its kind come out (ITU-T E.164).

The only room that knows phonenumbers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from kit.errors import (
    ExtensionError,
    IncompleteNumberError,
    LettersInNumberError,
    NumberError,
    ShortNumberError,
    UnknownRegionError,
)
from kit.model import E164, Address, NumberKind

#: Ranges that belong to nobody: the ones our own examples use, and those that national plans keep
#: for fiction (Ofcom "numbers for drama use", ACMA, ARCEP, NANPA 555-01xx). First, last, kind.
INVENTED = (
    ("+8613800000000", "+8613800000999", NumberKind.MOBILE),
    ("+861055500100", "+861055500199", NumberKind.FIXED),
    ("+447700900000", "+447700900999", NumberKind.MOBILE),
    ("+442079460000", "+442079460999", NumberKind.FIXED),
    ("+61491570156", "+61491570159", NumberKind.MOBILE),
    ("+33639980000", "+33639989999", NumberKind.MOBILE),
)
#: Mail to these reaches nobody (RFC 2606, RFC 6761).
_RESERVED_DOMAIN = re.compile(
    r".*[@.](?:example\.(?:com|net|org)|test|example|invalid|localhost)\.?", re.IGNORECASE
)
_NANP_FICTION = re.compile(r"\+1[2-9]\d\d55501\d\d")

_KINDS = {
    PhoneNumberType.SHARED_COST: NumberKind.SHARED_COST,
    PhoneNumberType.TOLL_FREE: NumberKind.TOLL_FREE,
    PhoneNumberType.MOBILE: NumberKind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberKind.MOBILE,
    PhoneNumberType.PERSONAL_NUMBER: NumberKind.MOBILE,
    PhoneNumberType.FIXED_LINE: NumberKind.FIXED,
    PhoneNumberType.VOIP: NumberKind.FIXED,
}

#: 110, 10086, 95588, 96110, SMS ports 106…: never one person (China's numbering plan).
_SHORT_CN = re.compile(r"1\d{2,4}|9[56]\d{3,6}|106\d{3,17}")
#: What a field of a card may hold at most; more is no number.
_LONGEST_TEXT = 200
_BETWEEN_NUMBERS = re.compile(r"[/、;,|&\\]|或|和")
#: A comma or semicolon may also begin an extension, which has fewer digits than this.
_FEWEST_DIGITS = 7
_EXTENSION = re.compile(
    r"(?<=\d) ?(?:[,;]* ?[-(]?"
    r"(?:ext(?:ension)?[.=]?|x|转分机|转|轉|分机|分機|内线|內線|短号|#|p|w|~|\*)[:.]?|[,;]+)"
    r" ?\d{1,6}\)?#?$",
    re.IGNORECASE,
)
#: 010-55500101-801 and (801): an extension only where the whole is not a number.
_PERHAPS_EXTENSION = re.compile(r"(?<=\d) ?[-(/] ?\d{1,6}\)?$")
#: What parts numbers that stand one after another: a label, or the `+` of the next.
_CHUNKS = re.compile(r"[^\x00-\x7f]+(?:\d?:|\d (?=\d{7}))?|(?<=\d) ?(?=\+)")
_LABEL_INSIDE = re.compile(r"\d ?[^\x00-\x7f]+ ?\d")
_CONTEXT = re.compile(r";phone-context=(\+\d{1,4})", re.IGNORECASE)
#: Parameters of a tel: address but its extension (RFC 3966 section 3).
_TEL_PARAMETER = re.compile(r";(?!ext=)[a-z-]+=[^;]*", re.IGNORECASE)
#: Dialled before a number to choose a carrier or to hide one's own.
_DIALLED_FIRST = re.compile(r"^(?:(?:17951|12593|17911|10193)[ ,-]?(?=\+|86|1)|\*\d\d#)")
#: What people write beside a number: 手机：, (微信), Mob:, (office).
_LABEL = re.compile(
    r"[(\[]?[^\x00-\x7f]+(?:\d?:|\d (?=\d{7}))|[(\[]?[^\x00-\x7f]+[)\]:]?"
    r"|^(?:tel|mob|mobile|phone|ph|cell|home|office|work|[mtph])[.:]? ?(?=\+?\d[\d -]{6})"
    r"| ?\([a-z ]+\)$",
    re.IGNORECASE,
)
_SHORTEST_SUBSCRIBER_CN = 7
#: Of a number in Beijing, its area code included.
_BEIJING_DIGITS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One telephone number as somebody wrote it, with what it belongs to."""

    #: nothing where it has none: a hot-line, a short number, an SMS port
    e164: E164 | None = field(repr=False)
    kind: NumberKind
    #: digits, or empty
    extension: str = field(default="", repr=False)
    #: `+861055500101;ext=801` (RFC 3966), or as it is dialled: `95588`; two numbers are one if
    #: this is the same
    dialled: str = field(repr=False)


def tidy(text: str) -> str:
    """Full-width forms made plain, invisible marks removed, `00` written as `+`."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).replace("%2B", "+")
    plain = plain.replace("%20", " ").replace("\\:", ":").replace("_", "-")
    categories = ((c, unicodedata.category(c)) for c in plain)
    plain = "".join("-" if cat == "Pd" else c for c, cat in categories if cat not in ("Cf", "Cc"))
    plain = re.sub("^tel:", "", " ".join(plain.split()), flags=re.IGNORECASE)
    context = _CONTEXT.search(plain)
    plain = _TEL_PARAMETER.sub("", plain)
    if context and not plain.startswith("+"):
        plain = context[1] + plain
    plain = _DIALLED_FIRST.sub("", re.sub(r"^00(?=[1-9])", "+", plain))
    return re.sub(r"^\+86 ?(?=\+86)", "", plain)


def read(text: str, region: str) -> tuple[list[Number], list[NumberError]]:
    """Every number that one field holds, and why one of them cannot be used as it is written.

    A hot-line or a number with an extension is both: a number, and an error that says why no
    text can go there. People write two into one field, with a mark, a word or only a blank
    between them.
    """
    numbers: list[Number] = []
    errors: list[NumberError] = []
    for part in split(text):
        try:
            e164, extension = _with_extension(part, region)
        except ShortNumberError as error:
            digits = re.sub(r"\D", "", tidy(part))
            numbers.append(Number(e164=None, kind=NumberKind.SERVICE, dialled=digits))
            errors.append(error)
        except NumberError as error:
            found, rest = _one_after_another(part, region)
            numbers += [_plain(one) for one in found]
            errors += rest if found else [error]
        else:
            numbers.append(_plain(e164, extension))
            errors += [ExtensionError()] if extension else []
    return numbers, errors


def _plain(e164: E164, extension: str = "") -> Number:
    dialled = f"{e164};ext={extension}" if extension else e164
    return Number(e164=e164, kind=kind(e164), extension=extension, dialled=dialled)


def split(text: str) -> list[str]:
    """The parts of a field that are long enough to be numbers, tidied, or the whole."""
    whole = tidy(text)
    parts = [part.strip() for part in _BETWEEN_NUMBERS.split(whole)]
    are_numbers = all(sum(map(str.isdigit, part)) >= _FEWEST_DIGITS for part in parts)
    return parts if are_numbers else [whole]


def _one_after_another(text: str, region: str) -> tuple[list[E164], list[NumberError]]:
    """Numbers with only blanks or labels between them; digits are not joined over a label.

    Where numbers have one length, as in China, the shortest beginning that is one is taken.
    Elsewhere only what begins with `+` can be told from what comes before it.
    """
    found: list[E164] = []
    errors: list[NumberError] = []
    for chunk in _CHUNKS.split(text):
        words = chunk.split()
        start = 0
        while start < len(words):
            ends = range(start + 1, len(words) + 1) if region == "CN" and "+" not in chunk else ()
            for end in (*ends, len(words)):
                try:
                    found.append(_parse(" ".join(words[start:end]), region))
                except NumberError:
                    continue
                start = end
                break
            else:
                errors.append(NumberError())
                # What stands behind a word, as in QQ 2025550101, is that word's and no telephone's.
                skipped = 2 if words[start].isalpha() else 1
                start = start + skipped if ends else len(words)
    return found, errors


def parse(text: str, region: str) -> E164:
    """The number in E.164, as dialled from `region` (ISO 3166-1); an extension is left off.

    Raises:
        NumberError: it is not the full number of a line that can exist; the class says why.
    """
    return _with_extension(text, region)[0]


def _with_extension(text: str, region: str) -> tuple[E164, str]:
    whole = tidy(text).removesuffix("#")
    surely = _EXTENSION.sub("", whole)
    try:
        return _parse(surely, region), re.sub(r"\D", "", whole[len(surely) :])
    except IncompleteNumberError:
        perhaps = _PERHAPS_EXTENSION.sub("", surely)
        if perhaps == surely:
            raise
        return _parse(perhaps, region), re.sub(r"\D", "", surely[len(perhaps) :])


def _parse(written: str, region: str) -> E164:
    if _LABEL_INSIDE.search(written):
        raise IncompleteNumberError
    plain = _LABEL.sub(" ", written)
    if re.search("[A-Za-z]{2}", plain):
        raise LettersInNumberError
    digits = re.sub(r"\D", "", plain)
    if not digits:
        raise NumberError
    if _is_short(digits, region) and not _is_beijing(plain, digits):
        raise ShortNumberError
    return _full(plain, digits, region)


def _full(plain: str, digits: str, region: str) -> E164:
    if plain.startswith("+") and is_invented(E164("+" + digits)):
        return E164("+" + digits)
    try:
        parsed = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        raise IncompleteNumberError from None
    number = E164(phonenumbers.format_number(parsed, PhoneNumberFormat.E164))
    if not (phonenumbers.is_valid_number(parsed) or is_invented(number)):
        raise IncompleteNumberError
    return number


def _is_short(digits: str, region: str) -> bool:
    national = digits.removeprefix("86") if region == "CN" else digits
    return len(digits) <= 6 or (region == "CN" and _SHORT_CN.fullmatch(national) is not None)  # noqa: PLR2004


def _is_beijing(plain: str, digits: str) -> bool:
    """+86 10 6… looks like an SMS port, 106…, once its country code is taken off."""
    national = digits.removeprefix("86")
    with_code = plain.startswith("+") or digits != national
    return with_code and len(national) == _BEIJING_DIGITS and national.startswith("10")


@cache
def kind(number: E164) -> NumberKind:
    """What the number belongs to."""
    for first, last, kind_ in INVENTED:
        if len(number) == len(first) and first <= number <= last:
            return kind_
    parsed = phonenumbers.parse(number)
    found = _KINDS.get(phonenumbers.number_type(parsed), NumberKind.SERVICE)
    if found is NumberKind.FIXED and _is_hotline(parsed):
        return NumberKind.SERVICE
    return found


def _is_hotline(parsed: phonenumbers.PhoneNumber) -> bool:
    """Area code and a short number, such as 010-10086: a hot-line, not a household."""
    if parsed.country_code != 86:  # noqa: PLR2004
        return False
    national = phonenumbers.national_significant_number(parsed)
    area = phonenumbers.length_of_geographical_area_code(parsed)
    return len(national) - area < _SHORTEST_SUBSCRIBER_CN


@cache
def is_surely_mobile(number: E164) -> bool:
    """Whether the digits alone tell that it is one person's; in North America they do not."""
    if is_invented(number):
        return kind(number) is NumberKind.MOBILE and not number.startswith("+1")
    return phonenumbers.number_type(phonenumbers.parse(number)) == PhoneNumberType.MOBILE


def is_invented(address: Address) -> bool:
    """Whether it belongs to nobody: ours for examples, kept for fiction, or a reserved domain."""
    if "@" in address:
        return _RESERVED_DOMAIN.fullmatch(address) is not None
    return _is_fiction(address)


def _is_fiction(number: Address) -> bool:
    return _NANP_FICTION.fullmatch(number) is not None or any(
        len(number) == len(first) and first <= number <= last for first, last, _ in INVENTED
    )


def check_region(region: str) -> str:
    """The region in upper case.

    Raises:
        UnknownRegionError: phonenumbers has no numbering plan for it.
    """
    if region.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise UnknownRegionError(region=region)
    return region.upper()


@cache
def region_of(number: E164) -> str:
    """The country or territory of the number (ISO 3166-1), or an empty text."""
    parsed = phonenumbers.parse(number)
    region = phonenumbers.region_code_for_number(parsed)
    return region or phonenumbers.region_code_for_country_code(parsed.country_code or 0) or ""


@cache
def zones(number: E164) -> tuple[str, ...]:
    """The IANA time zones in which the number may be, the country's where no more is known."""
    from phonenumbers import timezone

    parsed = phonenumbers.parse(number)
    for found in (
        timezone.time_zones_for_number(parsed),
        timezone.time_zones_for_geographical_number(parsed),
    ):
        if timezone.UNKNOWN_TIMEZONE not in found:
            return tuple(found)
    return ()


@cache
def zones_of(region: str) -> tuple[str, ...]:
    """The IANA time zones of a country (ISO 3166-1)."""
    from phonenumbers import timezone

    code = phonenumbers.country_code_for_region(region)
    found = timezone.time_zones_for_geographical_number(
        phonenumbers.PhoneNumber(country_code=code, national_number=1)
    )
    return () if timezone.UNKNOWN_TIMEZONE in found else tuple(found)
