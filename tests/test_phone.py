from __future__ import annotations

import random
import re
import subprocess
import sys
import unicodedata
from time import process_time
from typing import TYPE_CHECKING

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from number_forms import written

from kit import phone
from kit.errors import (
    DeviceNumberError,
    ExtensionError,
    IncompleteNumberError,
    LettersInNumberError,
    NumberError,
    ShortNumberError,
    UnknownRegionError,
)
from kit.model import E164, Email, NumberKind

if TYPE_CHECKING:
    from collections.abc import Callable

MOTHER = "+8613800000001"
#: The rest of a number that looks like a mobile outside our own range: no file may show one.
ZEROS = "0" * 8
#: Of numbers of North America for fiction: in one piece they could be taken for a mobile of China.
US = "5550143"


def keys(text: str, region: str = "CN") -> list[str]:
    """What makes each number of the field the same as another."""
    return [number.dialled for number in phone.read(text, region)[0]]


SAME_NUMBER = [
    "13800000001",
    "+86 138 0000 0001",
    "0086 138-0000-0001",
    "86 13800000001",
    "1-380-000-0001",
    "+86 (0) 13800000001",
    "１３８００００００" + "０１",
    "\u202a+8613800000001\u202c",
    "138\u00a00000\u00a00001",
    "138\u20110000\u20110001",
    "\ufeff13800000001\u200b",
    "17951 13800000001",
    "tel:+86-138-0000-0001",
    "手机：13800000001",
    "13800000001（微信）",
    "Tel: 138 0000 0001",
    "tel:13800000001;phone-context=+86",
    "%2B8613800000001",
    "17951+8613800000001",
    "手机1:13800000001",
    "手机1 13800000001",
    "Mob: 13800000001",
    "13800000001 (office)",
    "138_0000_0001",
    "13800000001#",
    "*31#13800000001",
    "17951,13800000001",
    "17951 8613800000001",
    "+86+8613800000001",
    "tel:+86%20138%200000%200001",
    "13800000001(661234)",
    "13800000001/661234",
    "13800000001（短号661234）",
    "00 86 13800000001",
    "(0086)13800000001",
    "86+13800000001",
    "(+86)13800000001",
    "+86 013800000001",
    "013800000001",
    "17911013800000001",
    "+861259313800000001",
    "1019386 13800000001",
    "\u202d13800000001\u202c",
    "妈 13800000001",
    "٠٠٨٦١٣٨٠٠٠٠٠٠٠١",
    "tel\\:+86-138-0000-0001",
    "TEL:0086-13800000001",
    "138·0000·0001",
    "138\x000000\x000001",
    "17951008613800000001",
]


@pytest.mark.parametrize("written", SAME_NUMBER)
def test_every_way_of_writing_a_mobile_is_the_same_number(written: str) -> None:
    assert phone.parse(written, "CN") == MOTHER


@pytest.mark.parametrize(
    ("written", "error"),
    [
        ("", NumberError),
        ("妈妈", NumberError),
        ("一三八零零零零零零零一", NumberError),
        ("one three eight", LettersInNumberError),
        ("1-800-FLOWERS", LettersInNumberError),
        ("110", ShortNumberError),
        ("10086", ShortNumberError),
        ("+8610086", ShortNumberError),
        ("95588", ShortNumberError),
        ("96110", ShortNumberError),
        ("106550100012345", ShortNumberError),
        ("5550 0100", IncompleteNumberError),
        ("1380000000", IncompleteNumberError),
        ("138000000012345", IncompleteNumberError),
    ],
)
def test_what_is_no_full_number_is_refused_with_its_reason(
    written: str, error: type[NumberError]
) -> None:
    with pytest.raises(error) as raised:
        phone.parse(written, "CN")

    assert raised.type is error
    assert written not in str(raised.value) or not written


def test_a_number_is_dialled_from_the_region_that_is_given() -> None:
    assert phone.parse("202 555 0143", "US") == "+12025550143"
    assert phone.parse("00 1 202 555 0143", "CN") == "+12025550143"
    assert phone.parse("0086 13800000001", "HK") == MOTHER
    assert phone.parse("+1 406 555 0143", "CN") == f"+1406{US}"  # no device of China's, 1406…
    assert phone.parse("tel:+12025550143;phone-context=+86", "CN") == "+12025550143"
    assert phone.parse("TEL:0086 10 5550 0101", "US") == "+861055500101"


def test_what_only_marks_a_number_is_no_second_one() -> None:
    assert phone.read("tel\\:13800000001", "CN") == phone.read(MOTHER, "CN")


def test_a_number_has_fifteen_digits_at_most() -> None:
    longest = "+87810" + "0" * 10

    assert phone.parse(longest, "CN") == longest
    with pytest.raises(NumberError):
        phone.parse(longest + "0", "CN")


CARRIERS = (
    *("17900", "17901", "17908", "17909", "17910", "17911", "17931", "17950", "17951", "17968"),
    *("17969", "12593", "10193", "11808"),
)


def test_a_carrier_of_china_may_stand_before_any_number_wherever_it_is_read() -> None:
    assert {phone.parse(f"{code} 13800000001", "CN") for code in CARRIERS} == {MOTHER}
    assert phone.parse("17951 13800000001", "HK") == MOTHER
    assert phone.read("17951+12025550143", "CN") == phone.read("+12025550143", "CN")


def test_a_field_with_two_numbers_is_not_one() -> None:
    with pytest.raises(NumberError):
        phone.parse("13800000001/13800000002", "CN")


@pytest.mark.parametrize("between", ["/", "、", ";", ",", " 或 ", "和", "&", " ", " 爸：", " ::: "])
def test_two_numbers_in_one_field_are_two(between: str) -> None:
    numbers, errors = phone.read(f"13800000001{between}13800000002", "CN")

    assert ([n.e164 for n in numbers], errors) == ([MOTHER, "+8613800000002"], [])


@pytest.mark.parametrize(
    ("written", "numbers", "errors"),
    [
        ("138 0000 0001 138 0000 0002", [MOTHER, "+8613800000002"], 0),
        ("13800000001 13800000002 138 0000 0003", [MOTHER, "+8613800000002", "+8613800000003"], 0),
        ("13800000001 010-55500101", [MOTHER, "+861055500101"], 0),
        ("+86 13800000001 +1 2025550101", [MOTHER, "+12025550101"], 0),
        ("+1 2025550101 +1 2025550102", ["+12025550101", "+12025550102"], 0),
        ("+49 13800000001 +49 13800000002", [], 1),
        ("13800000001 QQ 2025550101", [MOTHER], 1),
        ("QQ 2025550101 13800000001", [MOTHER], 1),
        ("13800000001/12", [MOTHER], 1),
        ("13800000001;5550100", [MOTHER], 1),
        ("5550100;13800000001;5550101", [MOTHER], 2),
        ("tel:13800000001;phone-context=+49", [], 1),
        ("手机13800000001 座机010-55500101", [MOTHER, "+861055500101"], 0),
        ("妈妈13800000001爸爸13800000002", [MOTHER, "+8613800000002"], 0),
        ("微信13800000001 QQ123456789", [MOTHER], 1),
        ("55500102 13800000001", [MOTHER], 1),
        ("2024年13800000001", [MOTHER], 1),
        ("10楼55500108", [], 1),
        ("+49 30 555 0101 02 +49 30 555 0103 04", ["+4930555010102", "+4930555010304"], 0),
        ("+62 812 555 0101 02 +62 812 555 0103", ["+62812555010102", "+628125550103"], 0),
        ("10086", [], 1),
    ],
)
def test_what_is_no_number_beside_one_is_said_and_no_country_code_is_lost(
    written: str, numbers: list[str], errors: int
) -> None:
    found, wrong = phone.read(written, "CN")

    assert ([n.e164 for n in found if n.e164], len(wrong)) == (numbers, errors)


def test_a_number_in_beijing_that_begins_with_6_is_no_sms_port() -> None:
    assert phone.parse("+86 10 6000 0000", "CN") == "+861060000000"
    with pytest.raises(ShortNumberError):
        phone.parse("1065501234", "CN")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+8613800000001", NumberKind.MOBILE),
        ("+12025550143", NumberKind.MOBILE),
        ("+447700900123", NumberKind.MOBILE),
        ("+861055500101", NumberKind.FIXED),
        ("+442079460000", NumberKind.FIXED),
        ("+861010086", NumberKind.SERVICE),
        ("+864000000000", NumberKind.SHARED_COST),
        ("+868000000000", NumberKind.TOLL_FREE),
        (f"+1900{US}", NumberKind.SERVICE),
        (f"+86148{ZEROS}", NumberKind.IOT),
        (f"+86199{ZEROS}", NumberKind.MOBILE),
        (f"+86170{ZEROS}", NumberKind.MOBILE),
        (f"+861349{ZEROS[1:]}", NumberKind.MOBILE),
        ("+861380000000", NumberKind.INVALID),
    ],
)
def test_the_digits_tell_what_a_number_belongs_to(number: str, kind: NumberKind) -> None:
    assert phone.kind(E164(number)) is kind


def test_only_where_mobiles_have_digits_of_their_own_a_number_is_surely_one() -> None:
    mobiles = [MOTHER, f"+86199{ZEROS}", f"+447911{ZEROS[2:]}"]
    others = ["+861055500101", "+8610" + "60000000", "+12025550143", "+1212" + "5557890"]

    assert [n for n in mobiles + others if phone.is_surely_mobile(E164(n))] == mobiles


def test_a_number_tells_its_country_and_where_it_may_be_night() -> None:
    numbers = [E164(MOTHER), E164("+12025550143"), E164(f"+1416{US}")]

    assert [phone.region_of(number) for number in numbers] == ["CN", "US", "CA"]
    assert [phone.zones(number) for number in numbers] == [
        ("Asia/Shanghai",),
        ("America/New_York",),
        ("America/Toronto",),
    ]
    assert phone.zones_of("AQ") == ()  # nobody knows: then nothing is sent by hours


@pytest.mark.parametrize(
    "number",
    [
        *("+8613800000000", "+8613800000999", "+861055500199", "+442079460999", "+61491570159"),
        *("+33639989999", "+12025550143"),
    ],
)
def test_invented_numbers_are_known(number: str) -> None:
    assert phone.is_invented(E164(number))


@pytest.mark.parametrize(
    "address",
    [
        "aunt@example.com",
        "a@b.example.ORG",
        "a@example.net",
        "a@mail.test",
        "a@x.invalid",
        "a@localhost",
    ],
)
def test_a_domain_that_is_reserved_belongs_to_nobody(address: str) -> None:
    assert phone.is_invented(Email(address))


@pytest.mark.parametrize("address", ["example.com@mail.cn", "a@myexample.com", "a@latest"])
def test_a_domain_that_only_looks_reserved_may_be_somebodys(address: str) -> None:
    assert not phone.is_invented(Email(address))


@pytest.mark.parametrize("number", ["+8613800001000", "+861055500200", "+12025560143"])
def test_the_numbers_beside_the_invented_ones_belong_to_people(number: str) -> None:
    assert not phone.is_invented(E164(number))


EXTENSIONS = (
    *("-801", "p801", "P801", "w801", "*801", ",801", ",,801#", ";801", "x801", " x801"),
    *(" ext. 801", " extension 801", "#801", ";ext=801", "(801)", " 801", "~801"),
    *("转801", "轉801", " 转 801", "-转801", "转分机801", "总机转801", "分机801", "分機801"),
    *(
        "转801/",
        "x801,",
        "（分机801）",
        " 分机：801",
        "分机号801",
        "内线801",
        "內線 801",
        "；ext＝801",
        "，８０１",
    ),
)


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("line", ["010-55500101", "(010) 5550-0101", "+86 10 5550 0101"])
def test_an_extension_is_part_of_the_number_however_it_is_written(
    line: str, extension: str
) -> None:
    (number,), (error,) = phone.read(line + extension, "CN")

    assert (number.e164, number.extension) == ("+861055500101", "801")
    assert number.dialled == "+861055500101;ext=801"
    assert number.kind is NumberKind.FIXED
    assert type(error) is ExtensionError
    assert phone.parse(line + extension, "CN") == "+861055500101"


def test_a_number_without_extension_has_none() -> None:
    assert keys("010-5550-0101") == ["+861055500101"]


@pytest.mark.parametrize(
    ("written", "region"),
    [
        ("13800000001转801", "CN"),
        ("13800000001-0801", "CN"),
        ("13800000001,801", "CN"),
        ("13800000001(801)", "CN"),
        ("13800000001X10086", "CN"),
        ("13800000001[0801]", "CN"),
        ("202 555 0143 x801", "US"),
    ],
)
def test_a_mobile_with_an_extension_is_a_service_that_hides_people(
    written: str, region: str
) -> None:
    (number,), (error,) = phone.read(written, region)

    assert number.e164 is None
    assert number.dialled.endswith(f";ext={number.extension}")
    assert type(error) is ExtensionError
    with pytest.raises(ExtensionError):
        phone.parse(written, region)


@pytest.mark.parametrize(
    ("written", "kind", "dialled"),
    [
        ("110", NumberKind.EMERGENCY, "110"),
        ("119", NumberKind.EMERGENCY, "119"),
        ("120", NumberKind.EMERGENCY, "120"),
        ("122", NumberKind.EMERGENCY, "122"),
        ("+86 110", NumberKind.EMERGENCY, "110"),
        ("10086", NumberKind.SERVICE, "10086"),
        ("+86 10086", NumberKind.SERVICE, "10086"),
        ("0086 95588", NumberKind.SERVICE, "95588"),
        ("95588", NumberKind.SERVICE, "95588"),
        ("95588转1", NumberKind.SERVICE, "95588"),
        ("12345", NumberKind.SERVICE, "12345"),
        ("96110", NumberKind.SERVICE, "96110"),
        ("010-10086", NumberKind.SERVICE, "01010086"),
        ("02010086", NumberKind.SERVICE, "02010086"),
        ("+86 20 10086", NumberKind.SERVICE, "02010086"),
        ("0571-12345", NumberKind.SERVICE, "057112345"),
        ("021-962288", NumberKind.SERVICE, "021962288"),
        ("+86 (0)10 110", NumberKind.SERVICE, "010110"),
        ("021-95588", NumberKind.SERVICE, "02195588"),
        ("106550100012345", NumberKind.SMS_PORT, "106550100012345"),
        ("+86 1065 5010 0012", NumberKind.SMS_PORT, "106550100012"),
        (f"140{ZEROS}", NumberKind.IOT, f"+86140{ZEROS}"),
        (f"+86 146 {ZEROS}", NumberKind.IOT, f"+86146{ZEROS}"),
        (f"148-{ZEROS}", NumberKind.IOT, f"+86148{ZEROS}"),
        (f"149{ZEROS}", NumberKind.IOT, f"+86149{ZEROS}"),
        ("1410000000000", NumberKind.IOT, "+861410000000000"),
        ("1440000000000", NumberKind.IOT, "+861440000000000"),
        ("1064800000000", NumberKind.IOT, "+861064800000000"),
        ("661234", NumberKind.SHORT, "661234"),
        ("661", NumberKind.SHORT, "661"),
    ],
)
def test_what_is_no_persons_is_kept_and_never_a_recipient(
    written: str, kind: NumberKind, dialled: str
) -> None:
    (number,), (error,) = phone.read(written, "CN")

    assert (number.e164, number.kind, number.dialled) == (None, kind, dialled)
    assert type(error) is (DeviceNumberError if kind is NumberKind.IOT else ShortNumberError)


@pytest.mark.parametrize(
    ("written", "region", "kind"),
    [
        ("999", "HK", NumberKind.EMERGENCY),
        ("000", "AU", NumberKind.EMERGENCY),
        ("911", "US", NumberKind.EMERGENCY),
        ("1823", "HK", NumberKind.SERVICE),
        ("+86 10086", "HK", NumberKind.SERVICE),
        ("95588", "HK", NumberKind.SHORT),
        ("4444", "HK", NumberKind.SHORT),
    ],
)
def test_every_region_has_its_own_emergency_and_short_numbers(
    written: str, region: str, kind: NumberKind
) -> None:
    (number,), _ = phone.read(written, region)

    assert (number.e164, number.kind) == (None, kind)


def test_a_hot_line_is_the_same_from_wherever_it_is_dialled() -> None:
    (here,), _ = phone.read("010-10086", "CN")
    (abroad,), _ = phone.read("011 86 10 10086", "US")

    assert abroad == here


@pytest.mark.parametrize("written", ["4000000000", "400-000-0000", "+86 800 000 0000"])
def test_a_firms_number_is_a_number_but_no_persons(written: str) -> None:
    (number,), errors = phone.read(written, "CN")

    assert number.e164
    assert number.kind in (NumberKind.SHARED_COST, NumberKind.TOLL_FREE)
    assert errors == []


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("13800000001\n13800000002", [MOTHER, "+8613800000002"]),
        ("13800000001\\n13800000002", [MOTHER, "+8613800000002"]),
        ("tel:13800000001,tel:13800000002", [MOTHER, "+8613800000002"]),
        ("妈/13800000001/爸/13800000002", [MOTHER, "+8613800000002"]),
        ("010-55500101转801/13800000001", ["+861055500101;ext=801", MOTHER]),
        ("13800000001;010-55500101,801", [MOTHER, "+861055500101;ext=801"]),
        ("13800000001;10086", [MOTHER, "10086"]),
        ("13800000001 95588", [MOTHER, "95588"]),
        ("13800000001/661234", [MOTHER, "661234"]),
        ("13800000001(66123)", [MOTHER, "66123"]),
        ("010-55500101(66123)", ["+861055500101;ext=66123"]),
        ("010-55500101转801234", ["+861055500101;ext=801234"]),
        ("13800000001（短号661234）", [MOTHER, "661234"]),
        ("010-55500101(短号6101)", ["+861055500101", "6101"]),
        ("10086/95588", ["10086", "95588"]),
        ("110、120", ["110", "120"]),
        ("10086/95588/110", ["10086", "95588", "110"]),
        ("95588,1", ["95588"]),
        ("13800000001\t13800000002 妈", [MOTHER, "+8613800000002"]),
        ("13800000001,", [MOTHER]),
        ("010/55500101", ["+861055500101"]),
    ],
)
def test_several_numbers_in_one_field_are_parted_and_no_extension(
    written: str, found: list[str]
) -> None:
    assert keys(written) == found
    assert phone.read(written, "CN")[0] == [phone.read(one, "CN")[0][0] for one in found]


@pytest.mark.parametrize(
    ("written", "region"),
    [
        ("400-CALL-NOW", "CN"),
        ("138O0000001", "CN"),
        ("1380000000l", "CN"),
        ("13800000001X", "CN"),  # so an identity number may end
        ("妈13800000001X", "CN"),
        ("1380000000113800000002", "CN"),
        ("+138 0000 0001", "CN"),
        ("+138-0000-0001", "CN"),
        (f"+199 {ZEROS[:4]} {ZEROS[:4]}", "CN"),
        ("+135x2345x6789".replace("x", " "), "CN"),
        ("86+135234567", "CN"),
        ("13800000001-13800000002", "CN"),
        ("13800000001转13800000002", "HK"),
        ("5550 0100", "CN"),
        ("5550 0100", "US"),
        ("0086 1380000000", "HK"),
        ("0086 1380000000", "US"),
        ("13800000001", "HK"),
        ("*21*13800000001#", "CN"),
        ("*123#", "CN"),
        ("#13800", "CN"),
        ("0123", "CN"),
        ("12", "CN"),
    ],
)
def test_what_could_reach_a_stranger_is_refused_with_a_reason(written: str, region: str) -> None:
    numbers, errors = phone.read(written, region)

    assert numbers == []
    assert errors


@pytest.mark.parametrize("text", ["1" + " " * 60_000 + "z", "1" * 60_000, "1" + "\u0301" * 60_000])
def test_an_endless_number_costs_no_time(text: str) -> None:
    with pytest.raises(NumberError):
        phone.parse(text, "CN")


@given(st.integers(0, 999))
def test_a_parsed_number_parses_to_itself(last: int) -> None:
    number = phone.parse(f"1380000{last:04}", "CN")

    assert phone.parse(number, "CN") == number
    assert phone.parse(number, "US") == number


#: What fields are made of: digits, what stands between them, and words of every kind.
PIECES = st.lists(
    st.sampled_from(
        [
            *("0", "1", "3", "8", "00", "86", "+86", "+", "-", "(", ")", "/", ",", ";", ":", "#"),
            *(
                "*",
                ".",
                " ",
                "\n",
                "、",
                "转",
                "分机",
                "短号",
                "ext",
                "p",
                "妈",
                "\u202a",
                "８",
                "٣",
            ),
            *("13800000001", "010", "0100", "5550", "10086", "17951", "95588", "106", "148"),
            *("tel:", ";ext=", ";phone-context=+86", "\u00a0"),
        ]
    ),
    max_size=12,
).map("".join)


@given(st.text(max_size=40) | PIECES, st.sampled_from(["CN", "HK", "US", "DE"]))
def test_any_text_is_numbers_and_refusals(text: str, region: str) -> None:
    numbers, errors = phone.read(text, region)

    assert numbers or errors
    assert all(isinstance(error, NumberError) for error in errors)
    for number in numbers:
        assert number.e164 is None or re.fullmatch(r"\+[1-9]\d{6,14}", number.e164, re.ASCII)
        assert re.fullmatch(r"\+?\d{3,20}(;ext=\d{1,6})?", number.dialled, re.ASCII)
        assert number.e164 or errors
        if number.e164 and "context" not in text.casefold():  # RFC 3966 puts the code behind
            # No digit is made up, left out or moved.
            assert str(phonenumbers.parse(number.e164).national_number) in digits(text)


def digits(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(c)) for c in plain if c.isdecimal())


@given(st.text(max_size=40) | PIECES)
def test_what_is_shown_of_a_number_reads_as_the_same_number(text: str) -> None:
    for number in phone.read(text, "CN")[0]:
        assert phone.read(number.dialled, "CN")[0] == [number]
        if number.e164 and not number.extension:
            assert [phone.parse(number.e164, region) for region in ("CN", "HK", "US")] == (
                [number.e164] * 3
            )


def test_every_spelling_of_china_gives_the_same_key_and_the_bare_library_does_not() -> None:
    forms = list(written(6_721, seed=5))

    assert [text for text, key in forms if keys(text) != [key]] == []
    assert sum(bare(text) != key for text, key in forms) > len(forms) / 2
    single = [(text, key) for text, key in forms if "ext" not in key]
    assert sum(bare(text) != key for text, key in single) > len(single) / 20


def bare(text: str) -> str:
    """What phonenumbers alone makes of it."""
    try:
        parsed = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return ""
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return f"{number};ext={parsed.extension}" if parsed.extension else number


def test_the_short_way_for_mobiles_knows_no_other_than_the_library() -> None:
    """Every first five digits that a mobile may have, with six others behind them."""
    chance = random.Random(5)  # noqa: S311
    texts = [f"{head}{chance.randrange(10**6):06}" for head in range(13_000, 20_000)]
    mobiles = [text for text in texts if phone.read(text, "CN")[0][:1] == [mobile(text)]]

    assert len(mobiles) > 4_000
    assert mobiles == [
        text for text in texts if phonenumbers.is_valid_number(phonenumbers.parse(text, "CN"))
    ]


def mobile(digits: str) -> phone.Number:
    number = E164(f"+86{digits}")
    return phone.Number(e164=number, kind=NumberKind.MOBILE, dialled=number)


def test_a_plain_mobile_costs_less_than_half_of_what_the_library_takes() -> None:
    texts = [f"+86 138 0000 {number:04} {' ' * copy}" for number in range(1000) for copy in (0, 1)]

    assert seconds(lambda text: phone.read(text, "CN"), texts) * 2 < seconds(bare, texts)


def seconds(work: Callable[[str], object], texts: list[str]) -> float:
    begun = process_time()
    for text in texts:
        work(text)
    return process_time() - begun


def test_neither_places_nor_carriers_of_numbers_are_ever_loaded() -> None:
    program = (
        "import sys\n"
        "from kit import phone\n"
        "phone.read('010-55500101;13800000001;10086', 'CN')\n"
        "phone.infer_region(['202 555 0143', '+44 7700 900123'])\n"
        "phone.zones('+8613800000001')\n"
        "print([m for m in sys.modules if 'geo' in m or 'carrier' in m])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )

    assert done.stdout == "[]\n"


def test_a_number_is_never_seen_in_a_log() -> None:
    (number,), (error,) = phone.read("010-55500101转801", "CN")

    assert not re.search(r"\d{3}", f"{number!r} {error!r} {error}")


CN_BOOK = [f"138{n:08}" for n in range(60)] + ["010-55500101"] * 30 + ["5550 0101"] * 8
HK_LOCAL = [f"{head}{n:06}" for head in (51, 54, 62, 66, 91, 96) for n in range(20)]
TW_LOCAL = [f"09{head}-{n:06}" for head in (12, 21, 33, 55, 78) for n in range(20)]
KE_LOCAL = [f"07{head} {n:06}" for head in (10, 22, 41, 90) for n in range(20)]
BEIJING_LOCAL = [f"010-5550{n:04}" for n in range(100)]
US_WITH_1 = [f"1-{head}-555-01{n:02}" for head in (415, 617, 312) for n in range(20)]
#: What no region's mobiles look like, as short and as long as a number may be.
NOBODYS = [*(f"555{n:04}" for n in range(10)), *(f"{n:015}" for n in range(10))]


@pytest.mark.parametrize(
    ("book", "region"),
    [
        (CN_BOOK, "CN"),
        ([f"+86 {number}" for number in CN_BOOK[:60]] + HK_LOCAL[:40], "CN"),
        ([f"1-380-000-{n:04}" for n in range(50)], "CN"),
        ([f"0086138{n:08}" for n in range(50)], "CN"),
        (BEIJING_LOCAL + CN_BOOK[:30], "CN"),
        (HK_LOCAL, "HK"),
        (HK_LOCAL + [f"0086138{n:08}" for n in range(100)], "HK"),
        (HK_LOCAL[::6] + NOBODYS, "HK"),
        ([f"138{n:08}" for n in range(250)] + HK_LOCAL * 10 + ["妈妈"] * 50, "HK"),
        ([f"+86 {number}" for number in CN_BOOK[:11]] + ["+44 7700 900123"] * 10, "CN"),
        (TW_LOCAL[::5], "TW"),
        (["+44 7700 900123"], "GB"),
        ([f"6{head}{n:06}" for head in (2, 3, 5, 6) for n in range(20)], "MO"),
        ([f"{head}{n:06}" for head in (81, 85, 87, 91, 97, 98) for n in range(20)], "SG"),
        (TW_LOCAL, "TW"),
        (TW_LOCAL + ["+84 90 000 0000"] * 3, "TW"),
        ([f"{head}{n:08}" for head in (98, 97, 63, 70, 88) for n in range(20)], "IN"),
        ([f"0917{n:07}" for n in range(40)], "PH"),
        ([f"{head} 1234 {n:04}" for head in (55, 33, 81) for n in range(20)], "MX"),
        ([f"0803{n:07}" for n in range(40)] + [f"0813{n:07}" for n in range(40)], "NG"),
        ([f"0812{n:07}" for n in range(40)] + [f"0857{n:08}" for n in range(40)], "ID"),
        ([f"({head}) 555-01{n:02}" for head in (202, 212, 415, 617) for n in range(20)], "US"),
        (KE_LOCAL + ["+254 722 000000"] * 3, "KE"),
        (["+44 7700 900123"] * 5 + ["+86 13800000001"], "GB"),
    ],
)
def test_a_book_tells_from_where_its_numbers_are_dialled(book: list[str], region: str) -> None:
    assert phone.infer_region(book) == region
    assert phone.infer_region(reversed(book)) == region


@pytest.mark.parametrize(
    "book",
    [
        [],
        ["妈妈", "10086"],
        KE_LOCAL,  # as well Tanzania's or South Africa's
        BEIJING_LOCAL,  # as well Korea's mobiles
        ["+44 7700 900123", "+1 202 555 0143"],
        [f"1234{n:04}" for n in range(50)],
        [*HK_LOCAL[::6], *NOBODYS, "5550100"],
        TW_LOCAL[5::5],  # nineteen: too few to tell from Thailand's
        US_WITH_1,  # each looks like a mobile of mainland China, and none is one
    ],
)
def test_a_book_that_does_not_tell_is_from_nowhere(book: list[str]) -> None:
    assert phone.infer_region(book) == ""


@given(st.lists(st.text(max_size=20) | PIECES, max_size=20))
def test_any_book_is_from_a_region_or_from_none(book: list[str]) -> None:
    region = phone.infer_region(book)

    assert region == "" or region == phone.check_region(region)


def test_a_region_has_two_letters() -> None:
    assert phone.check_region("hk") == "HK"
    with pytest.raises(UnknownRegionError, match="China"):
        phone.check_region("China")


@pytest.mark.parametrize("before", ["+86 10 ", "+8610", "(+86)10 ", "010-", "86 10 "])
@pytest.mark.parametrize("between", ["", " ", "-"])
def test_a_desk_in_beijing_whose_number_begins_with_6_is_no_sms_port(
    before: str, between: str
) -> None:
    numbers, _ = phone.read(f"{before}6000{between}{ZEROS[:4]}-1114", "CN")

    desk = f"+86106000{ZEROS[:4]};ext=1114"
    assert [(n.dialled, n.kind) for n in numbers] == [(desk, NumberKind.FIXED)]
