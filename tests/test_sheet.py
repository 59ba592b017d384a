"""The fact sheet: what people type, and the value or the sentence that comes of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.errors import SheetValueError
from kit.letters import sheet
from kit.letters.sheet import QUESTIONS, Form
from kit.model import SheetKey

TODAY = date(2026, 11, 22)
IN_DIGITS = "Write the amount in digits, such as 12000 or 1.2万."
NEGATIVE = "An amount cannot be less than nothing."
TWO_DECIMALS = "An amount has two decimals at most."
TOO_MUCH = "That is too much to be right. Write the amount in yuan."
A_YEAR = "Write the rate in percent a year, such as 14.6."
TOO_LOW = "That is hardly a rate of a year."
AS_A_DAY = "Write the day as 2026-01-05."
NO_SUCH_DAY = "There is no such day. Look at the calendar once more."
NO_NAME = "It has a character in it that no name has, such as < or {{."


def read(key: SheetKey, text: str) -> str:
    return sheet.read(key, text, TODAY)


def refused(key: SheetKey, text: str) -> str:
    """The sentence with which it is refused; it names the line."""
    with pytest.raises(SheetValueError) as caught:
        read(key, text)
    (problem,) = caught.value.problems
    assert problem.where == key.value
    return problem.what


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12000", "12000.00"),
        ("12000.5", "12000.50"),
        ("12,000", "12000.00"),
        ("1,234,567.89", "1234567.89"),
        ("12 000", "12000.00"),
        ("12\u00a0000", "12000.00"),
        ("１２０００", "12000.00"),
        ("１２，０００．５０", "12000.50"),
        ("　１２０００　元", "12000.00"),
        ("1.2万", "12000.00"),
        ("1.2万元", "12000.00"),
        ("1.2 万 元", "12000.00"),
        ("1.2萬", "12000.00"),
        ("1.234567万", "12345.67"),
        ("¥12000", "12000.00"),
        ("￥ 12,000.00", "12000.00"),
        ("人民币12000元整", "12000.00"),
        ("RMB 12000", "12000.00"),
        ("12000 CNY", "12000.00"),
        ("12000块钱", "12000.00"),
        ("007", "7.00"),
        ("0", "0.00"),
        ("1000000000", "1000000000.00"),
        ("12\u200b000", "12000.00"),
        ("", ""),
        (" \n\t\u200b", ""),
    ],
)
def test_an_amount_is_kept_to_the_cent(typed: str, kept: str) -> None:
    assert read(SheetKey.OWED, typed) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        *((one, IN_DIGITS) for one in ("一万二", "一万", "1万2", "1万2千", "3千", "5k", "两百")),
        *((one, IN_DIGITS) for one in ("1,23,456", "1,2000", "12,34", "1,2,3", "0,500", ",500")),
        *((one, IN_DIGITS) for one in ("1,234 567", "1 234,567", "12 34", "12.000,50", "1.2.3")),
        *((one, IN_DIGITS) for one in (".5", "5.", "1e5", "0x10", "NaN", "Infinity", "1_000")),
        *((one, IN_DIGITS) for one in ("约12000", "12000多", "10000-12000", "100\n200", "50%")),
        *((one, IN_DIGITS) for one in ("12²", "①②", "١٢٠٠", "½", "12000元/月", "=1+1", "<b>5</b>")),
        *(
            (one, NEGATIVE)
            for one in ("-100", "−100", "－１００", "-¥100", "¥-100", "负100", "- 1万")
        ),
        *((one, TWO_DECIMALS) for one in ("1.234", "1.200", "0.001", "1.2345678万")),
        (f"1.{'0' * 40}1万", TWO_DECIMALS),
        *((one, TOO_MUCH) for one in ("1000000000.01", "100001万", "13800000000", "9" * 5000)),
    ],
)
def test_what_is_no_amount_is_refused_with_how_to_write_it(typed: str, said: str) -> None:
    assert refused(SheetKey.INCOME, typed) == said


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("14.6", "14.6"),
        ("14.6%", "14.6"),
        ("１４．６％", "14.6"),
        ("14.60 %", "14.6"),
        ("0", "0"),
        ("100", "100"),
        ("1000", "1000"),
    ],
)
def test_a_rate_is_kept_in_percent_a_year(typed: str, kept: str) -> None:
    assert read(SheetKey.RATE, typed) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        *((one, A_YEAR) for one in ("万分之五", "14,6", "-1", "1000.1", "1e3", "NaN", "1_4")),
        *((one, A_YEAR) for one in ("14.6%%", "9" * 5000, "1.1234567", "0.05%/日", "abc", "²")),
        *((one, TOO_LOW) for one in ("0.146", "0.05%", "0.99")),
    ],
)
def test_what_is_no_yearly_rate_is_refused(typed: str, said: str) -> None:
    assert refused(SheetKey.RATE, typed).startswith(said)


@pytest.mark.parametrize(
    "typed",
    [
        *("2026-01-05", "2026-1-5", "2026/1/5", "2026.1.5", "2026年1月5日", "2026 年 1 月 5 号"),
        *("２０２６年０１月０５日", "20260105", "2026–01–05", "2026 - 1 - 5"),
    ],
)
def test_a_day_is_read_year_first_however_it_is_written(typed: str) -> None:
    assert read(SheetKey.OVERDUE_SINCE, typed) == "2026-01-05"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        *(
            (one, AS_A_DAY)
            for one in ("5/1/2026", "26-1-5", "昨天", "2026", "2026-1", "2026 01 05")
        ),
        *((one, AS_A_DAY) for one in ("2026-01-05 10:00", "١٤٤٧-٠١-٠٥", "2026-1-5\n2026-1-6")),
        *((one, NO_SUCH_DAY) for one in ("2026-02-30", "2025-02-29", "2026-13-01", "20260431")),
        *((one, NO_SUCH_DAY) for one in ("0000-01-01", "2026-00-10")),
        ("1999-12-31", "That is too long ago to be right. Look at the date once more."),
        ("2026-11-23", "That day is yet to come. Look at the date once more."),
        ("9999-12-31", "That day is yet to come. Look at the date once more."),
    ],
)
def test_what_is_no_day_that_has_been_is_refused(typed: str, said: str) -> None:
    assert refused(SheetKey.BORROWED_ON, typed) == said


def test_the_first_payment_is_today_or_later_and_not_after_a_year() -> None:
    assert read(SheetKey.FIRST_ON, "2026-11-22") == "2026-11-22"
    assert read(SheetKey.FIRST_ON, "2027-11-23") == "2027-11-23"
    assert refused(SheetKey.FIRST_ON, "2026-11-21").startswith("That day has passed.")
    assert refused(SheetKey.FIRST_ON, "2027-11-24").startswith("That is more than a year away.")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0000 0000", "13800000000"),
        ("+86 138-0000-0000", "+86138-0000-0000"),
        ("１３８００００００００", "13800000000"),
        ("(010) 5550 0100", "(010)55500100"),
    ],
)
def test_a_telephone_number_loses_its_spaces(typed: str, kept: str) -> None:
    assert read(SheetKey.PHONE, typed) == kept


@pytest.mark.parametrize(
    "typed", ["打我微信", "138", "1" * 16, "138\n0000\n0000", "13800000000；2"]
)
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    assert refused(SheetKey.PHONE, typed).startswith("Write the number with digits only")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  示例消费金融\n有限公司 ", "示例消费金融 有限公司"),
        ("\u202e示例\u2066消费\u2069金融\x00\x1b公司\u200b", "示例消费金融公司"),
        ("Zoe\u0301", "Zo\u00e9"),
        ("甲 & 乙 “金融” (北京)", "甲 & 乙 “金融” (北京)"),
        ("李" * 60, "李" * 60),
        ("王\U0002ebf0\ue863", "王\U0002ebf0\ue863"),
    ],
)
def test_a_name_is_kept_as_it_stands_on_paper(typed: str, kept: str) -> None:
    assert read(SheetKey.LENDER, typed) == kept


@pytest.mark.parametrize("typed", ["<b>公司</b>", "{name}", "[链接](x)", "a\\b", "`ls`"])
def test_markup_is_no_name(typed: str) -> None:
    assert refused(SheetKey.LENDER, typed) == NO_NAME


def test_what_a_terminal_could_not_read_is_refused_and_never_left_out() -> None:
    garbled = "李明".encode("gbk").decode("utf-8", "surrogateescape")

    for key in (SheetKey.NAME, SheetKey.HARDSHIP, SheetKey.INCOME, SheetKey.BORROWED_ON):
        assert refused(key, garbled).startswith("It has characters in it that cannot be read")


def test_a_name_of_three_hundred_characters_is_refused() -> None:
    assert refused(SheetKey.LENDER, "示" * 300) == "That is too long: {most} characters at most."


def test_sentences_keep_their_lines_and_whatever_signs_they_have() -> None:
    assert read(SheetKey.HARDSHIP, "失业了 <3\r\n\n  { 妈妈住院 }") == "失业了 <3\n{ 妈妈住院 }"
    assert refused(SheetKey.HARDSHIP, "难" * 301).startswith("That is too long")


@pytest.mark.parametrize("typed", ["cn,hk", "中国", "chn", "c", "cn hk"])
def test_a_country_is_one_by_two_letters(typed: str) -> None:
    assert refused(SheetKey.COUNTRY, typed).startswith("Write one country")


def test_the_sort_of_lender_is_one_of_those_there_are() -> None:
    assert read(SheetKey.LENDER_KIND, " Card ") == "card"
    assert refused(SheetKey.LENDER_KIND, "银行") == "It can be one of these: {choices}"


def test_an_amount_of_the_sheet_is_exact_and_nought_where_it_is_left_out() -> None:
    assert sheet.amount({SheetKey.OWED: "0.10"}, SheetKey.OWED) == Decimal("0.10")
    assert sheet.amount({}, SheetKey.OWED) == 0


@settings(max_examples=40)
@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_however_an_amount_is_written_it_is_the_same(value: Decimal) -> None:
    written = [f"{value:.2f}", f"{value:,.2f}", f"¥{value:,.2f}元", f"{value / 10_000:f}万"]
    wide = "".join(chr(ord(one) + 0xFEE0) for one in f"{value:,.2f}")

    assert {read(SheetKey.OWED, one) for one in [*written, wide]} == {f"{value:.2f}"}


@settings(max_examples=60)
@given(st.sampled_from(list(SheetKey)), st.text(max_size=80))
def test_whatever_is_typed_is_read_alike_twice_or_refused(key: SheetKey, text: str) -> None:
    try:
        kept = read(key, text)
    except SheetValueError:
        return

    assert read(key, kept) == kept
    assert len(kept) <= max(QUESTIONS[key].most, 30)


@settings(max_examples=30)
@given(st.dates(TODAY - timedelta(9000), TODAY))
def test_a_day_that_is_kept_is_read_again(day: date) -> None:
    lines = [key for key, one in QUESTIONS.items() if one.form is Form.DAY]

    assert read(lines[0], day.isoformat()) == day.isoformat()
    assert read(lines[0], f"{day:%Y%m%d}") == day.isoformat()
