from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import phone
from kit.errors import (
    IncompleteNumberError,
    LettersInNumberError,
    NumberError,
    ShortNumberError,
    UnknownRegionError,
)
from kit.model import E164, Email, NumberKind

MOTHER = "+8613800000001"


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
    "13800000001,801",
    "13800000001转801",
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
    "138 0000 0001-2",
    "13800000001（短号661234）",
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


def test_an_extension_is_not_another_number() -> None:
    assert phone.split("010-55500101,801") == ["010-55500101,801"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+8613800000001", NumberKind.MOBILE),
        ("+12025550143", NumberKind.MOBILE),
        ("+447700900123", NumberKind.MOBILE),
        ("+861055500101", NumberKind.FIXED),
        ("+442079460000", NumberKind.FIXED),
        ("+861010086", NumberKind.SERVICE),
    ],
)
def test_a_hotline_behind_an_area_code_is_not_a_person(number: str, kind: NumberKind) -> None:
    assert phone.kind(E164(number)) is kind


@pytest.mark.parametrize("number", ["+8613800000000", "+8613800000999", "+861055500199"])
def test_invented_numbers_are_known(number: str) -> None:
    assert phone.is_invented(E164(number))


@pytest.mark.parametrize(
    "address", ["aunt@example.com", "a@b.example.ORG", "a@mail.test", "a@x.invalid", "a@localhost"]
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
    ",801 ,,801# ;801 #801 ;ext=801 转801 轉801 p801 -801 (801) *801 "
    "（分机801） 分机：801 转分机801"
)


@pytest.mark.parametrize("extension", [*EXTENSIONS.split(), " x801", " ext. 801", " extension 801"])
def test_an_extension_is_part_of_the_number(extension: str) -> None:
    assert keys(f"010-55500101{extension}") == ["+861055500101;ext=801"]


def test_a_number_without_extension_has_none() -> None:
    assert keys("010-5550-0101") == ["+861055500101"]


@pytest.mark.parametrize("text", ["1" + " " * 60_000 + "z", "1" * 60_000, "1" + "\u0301" * 60_000])
def test_an_endless_number_costs_no_time(text: str) -> None:
    with pytest.raises(NumberError):
        phone.parse(text, "CN")


@given(st.integers(0, 999))
def test_a_parsed_number_parses_to_itself(last: int) -> None:
    number = phone.parse(f"1380000{last:04}", "CN")

    assert phone.parse(number, "CN") == number
    assert phone.parse(number, "US") == number


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_a_number_error(text: str) -> None:
    try:
        number = phone.parse(text, "CN")
    except NumberError:
        return

    assert number.startswith("+")
    assert number[1:].isdecimal()


def test_a_region_has_two_letters() -> None:
    assert phone.check_region("hk") == "HK"
    with pytest.raises(UnknownRegionError):
        phone.check_region("China")
