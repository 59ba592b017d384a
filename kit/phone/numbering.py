"""Numbering plans: digits and a region go in, E.164, kinds and time zones come out.

The only module that knows phonenumbers. What belongs to whom by its carrier or its place of issue
is never asked: both are wrong after a move, and nobody's business.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType, shortnumberinfo

from kit.errors import UnknownRegionError
from kit.model import E164, Address, NumberKind
from kit.phone import mainland

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
    PhoneNumberType.UNKNOWN: NumberKind.INVALID,
}

#: `+` and 15 digits (ITU-T E.164).
_LONGEST = 16
#: So many numbers are remembered: those of a large book, and no more.
_MOST = 20_000


def full(plain: str, region: str) -> tuple[E164, NumberKind] | None:
    """The number as dialled from the region, and its kind; nothing where no line can have it."""
    if mainland.lacks_code(plain):
        return None
    try:
        parsed = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        return None
    number = E164(phonenumbers.format_number(parsed, PhoneNumberFormat.E164))
    kind_ = _invented_kind(number) or _kind(parsed)
    can_be = kind_ is not NumberKind.INVALID or is_invented(number)
    is_number = can_be and not parsed.extension and len(number) <= _LONGEST
    return (number, kind_) if is_number else None


def plain_mobile(text: str, region: str) -> E164 | None:
    """A mainland mobile, as most are written: what needs no numbering plan of the world."""
    national = mainland.mobile(text, is_here=region == mainland.REGION)
    return E164(f"+86{national}") if national and _is_mobile(national) else None


def _is_mobile(national: str) -> bool:
    return _is_mobile_head(national[: mainland.HEAD])


@lru_cache(_MOST)
def _is_mobile_head(head: str) -> bool:
    """Whether mainland numbers that begin so are mobiles."""
    number = int(head.ljust(mainland.MOBILE_DIGITS, "0"))
    parsed = phonenumbers.PhoneNumber(country_code=mainland.CODE, national_number=number)
    return phonenumbers.number_type(parsed) == PhoneNumberType.MOBILE


@lru_cache(_MOST)
def _mobiles_of(region: str) -> tuple[str, re.Pattern[str]]:
    """What is dialled before a mobile from within the region, and what mobiles look like."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    if plan is None or plan.mobile is None or example is None:
        raise UnknownRegionError(region=region)
    written = phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)
    national = phonenumbers.national_significant_number(example)
    trunk = re.sub(r"\D", "", written).removesuffix(national)
    # In India the 0 is for calls to another circle; people save ten digits.
    trunk = "" if region == "IN" else trunk
    return trunk, re.compile(plan.mobile.national_number_pattern or "")


def is_mobile_within(region: str, digits: str) -> bool:
    """Whether a mobile is written so in that region, without country code."""
    trunk, mobiles = _mobiles_of(region)
    return digits.startswith(trunk) and mobiles.fullmatch(digits, len(trunk)) is not None


def short_kind(digits: str, region: str) -> NumberKind:
    """What a number of a few digits belongs to."""
    if shortnumberinfo.is_emergency_number(digits, region):
        return NumberKind.EMERGENCY
    code = phonenumbers.country_code_for_region(region)
    parsed = phonenumbers.PhoneNumber(country_code=code, national_number=int(digits))
    known = shortnumberinfo.is_valid_short_number_for_region(parsed, region)
    return NumberKind.SERVICE if known else NumberKind.SHORT


@lru_cache(_MOST)
def kind(number: E164) -> NumberKind:
    """What the number belongs to."""
    if invented := _invented_kind(number):
        return invented
    if number.startswith("+86") and (special := mainland.special(number)):
        return special[0]
    if plain_mobile(number, ""):
        return NumberKind.MOBILE
    return _kind(phonenumbers.parse(number))


def _kind(parsed: phonenumbers.PhoneNumber) -> NumberKind:
    return _KINDS.get(phonenumbers.number_type(parsed), NumberKind.SERVICE)


def _invented_kind(number: Address) -> NumberKind | None:
    for first, last, kind_ in INVENTED:
        if len(number) == len(first) and first <= number <= last:
            return kind_
    return None


@lru_cache(_MOST)
def is_surely_mobile(number: E164) -> bool:
    """Whether the digits alone tell that it is one person's; in North America they do not."""
    if is_invented(number):
        return kind(number) is NumberKind.MOBILE and not number.startswith("+1")
    if plain_mobile(number, ""):
        return True
    return phonenumbers.number_type(phonenumbers.parse(number)) == PhoneNumberType.MOBILE


def is_invented(address: Address) -> bool:
    """Whether it belongs to nobody: ours for examples, kept for fiction, or a reserved domain."""
    if "@" in address:
        return _RESERVED_DOMAIN.fullmatch(address) is not None
    return (_invented_kind(address) or _NANP_FICTION.fullmatch(address)) is not None


#: Every region that has a numbering plan (ISO 3166-1).
REGIONS = frozenset(phonenumbers.SUPPORTED_REGIONS)


def check_region(region: str) -> str:
    """The region in upper case.

    Raises:
        UnknownRegionError: phonenumbers has no numbering plan for it.
    """
    if region.upper() not in REGIONS:
        raise UnknownRegionError(region=region)
    return region.upper()


@lru_cache(_MOST)
def region_of(number: E164) -> str:
    """The country or territory of the number (ISO 3166-1), or an empty text."""
    parsed = phonenumbers.parse(number)
    region = phonenumbers.region_code_for_number(parsed)
    return region or phonenumbers.region_code_for_country_code(parsed.country_code or 0) or ""


@lru_cache(_MOST)
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


@lru_cache(_MOST)
def zones_of(region: str) -> tuple[str, ...]:
    """The IANA time zones of a country (ISO 3166-1)."""
    from phonenumbers import timezone

    code = phonenumbers.country_code_for_region(region)
    found = timezone.time_zones_for_geographical_number(
        phonenumbers.PhoneNumber(country_code=code, national_number=1)
    )
    return () if timezone.UNKNOWN_TIMEZONE in found else tuple(found)
