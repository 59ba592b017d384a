"""Carrier bills and phone exports: which column is what, and what stands in the rows."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from kit.evidence.columns import direction, shown_number
from kit.evidence.table import Table, find_head
from kit.evidence.written_times import read_duration, read_time
from kit.model import IncidentKind, LogRow, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.evidence.table import Head

CHINA = ZoneInfo("Asia/Shanghai")
NUMBER = "13800000123"
MOBILE_BILL = f"""中国某运营商通话详单
客户：小明,,2026年11月
起始时间,通信地点,通信方式,对方号码,通信时长,通信类型,实收通信费(元)
11-01 22:30:05,北京,被叫,{NUMBER},1分23秒,本地,0.00
11-01 22:40:05,北京,主叫,13800000124,5秒,本地,0.00
起始时间,通信地点,通信方式,对方号码,通信时长,通信类型,实收通信费(元)
11-02 07:00:00,北京,被叫,{NUMBER},3秒,本地,0.00
合计,,,,,,1.20
"""


def head_of(text: str, said: Mapping[str, str] | None = None) -> Head | None:
    head = find_head(text.splitlines(keepends=True), (said or {}).values())
    return head.told(said or {}) if head else None


def read(text: str, said: Mapping[str, str] | None = None) -> list[LogRow | Problem]:
    head = head_of(text, said)
    assert head is not None
    assert head.missing == ()
    return list(Table(head, "bill.csv", CHINA).rows(text.splitlines(keepends=True)[head.line :]))


def only(text: str) -> LogRow:
    (found,) = read(text)
    assert isinstance(found, LogRow)
    return found


def test_a_carriers_bill_is_read_below_its_titles_on_every_page() -> None:
    first, second, third = read(MOBILE_BILL)

    assert isinstance(first, LogRow)
    assert isinstance(second, LogRow)
    assert isinstance(third, LogRow)
    assert first.at == datetime(2026, 11, 1, 22, 30, 5, tzinfo=CHINA)
    assert (first.number, first.incoming, first.answered, first.duration_s) == (
        NUMBER,
        True,
        True,
        83,
    )
    assert (second.incoming, third.where) == (False, "bill.csv:7")
    assert '"对方号码":"13800000123"' in first.original


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (
            f"对方号码,呼叫类型,通话日期,通话时间,通话时长(秒)\n{NUMBER},被叫,2026-11-01,08:00:01,83",
            {"number": "对方号码", "direction": "呼叫类型", "date": "通话日期", "time": "通话时间"}
            | {"duration": "通话时长(秒)"},
        ),
        (
            f"通话类型,呼叫类型,对方号码,起始时间,通话时间\n本地,被叫,{NUMBER},20261101080000,83",
            {
                "number": "对方号码",
                "direction": "呼叫类型",
                "at": "起始时间",
                "duration": "通话时间",
            },
        ),
        (
            f"對方號碼\t通話時間\t類型\t時長\n{NUMBER}\t2026/11/1 下午2:30\t來電\t1分",
            {"number": "對方號碼", "direction": "類型", "at": "通話時間", "duration": "時長"},
        ),
        (
            "Name;Phone Number;Date;Type;Duration\nX;(202) 555-0100;Nov 1, 2026 2:30 PM;Missed;0",
            {"number": "Phone Number", "direction": "Type", "at": "Date", "duration": "Duration"},
        ),
        (
            f"通话日期,通话起始时间,通话时长,呼叫类型,对方号码,本机通话地\n2026-11-01,22:30:05,1分23秒,被叫,{NUMBER},北京",
            {"number": "对方号码", "direction": "呼叫类型", "date": "通话日期"}
            | {"time": "通话起始时间", "duration": "通话时长"},
        ),
        (
            f"主叫号码,呼叫类型,通话开始时间,计费时长(秒)\n{NUMBER},被叫,2026-11-01 22:30:05,83",
            {"number": "主叫号码", "direction": "呼叫类型", "at": "通话开始时间"}
            | {"duration": "计费时长(秒)"},
        ),
        (
            f"时间,号码,收/发,内容\n2026-11-01 22:30:05,{NUMBER},收,还钱",
            {"number": "号码", "direction": "收/发", "at": "时间", "text": "内容"},
        ),
    ],
    ids=["split", "both", "traditional", "english", "unicom", "telecom", "texts"],
)
def test_headings_and_cells_together_tell_which_column_is_what(
    table: str, columns: dict[str, str]
) -> None:
    head = head_of(table)

    assert head is not None
    assert dict(head.columns) == columns
    assert head.missing == ()


def test_what_is_said_of_the_columns_counts_more_than_what_is_guessed() -> None:
    said = {"number": "A", "at": "B", "direction": "C"}
    (found,) = read(f"A,B,C\n{NUMBER},2026-11-01 10:00,被叫\n", said)

    assert isinstance(found, LogRow)
    assert found.number == NUMBER
    assert head_of("A,B,C\n") is None


def test_what_no_column_tells_is_named() -> None:
    head = head_of(f"对方号码,通话时间,通话类型\n{NUMBER},2026-11-01 10:00,本地\n")

    assert head is not None
    assert head.missing == ("direction",)
    assert head.unknown({"direction": "方向"}) == ("direction",)


def test_a_heading_without_end_costs_no_time() -> None:
    began = time.process_time()

    assert find_head(["(" * 200_000 + ",时间\n"]) is None
    assert time.process_time() - began < 5


ROW = "对方号码,起始时间,呼叫类型,通话时长,短信内容\n"


@pytest.mark.parametrize("cell", [f"'{NUMBER}", f'"=""{NUMBER}"""', f'="{NUMBER}"', f"{NUMBER}.0"])
def test_what_only_tells_a_spreadsheet_program_something_is_no_number(cell: str) -> None:
    assert only(f"{ROW}{cell},2026-11-01 10:00,被叫,3,").number == NUMBER


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1.38E+10,2026-11-01 10:00,被叫,3,", "shortened a number"),
        (f"{NUMBER},昨天,被叫,3,", "no time that can be read"),
        (f"{NUMBER},2026-13-01 10:00,被叫,3,", "no time that can be read"),
        (f"{NUMBER},11-01 10:00,被叫,3,", "no year"),
        (f"{NUMBER},1/11/2026 10:00,被叫,3,", "the day and which the month"),
        (f"{NUMBER},2026-11-01 10:00,呼转,3,", "came in or went out"),
        (f'"{NUMBER},2026-11-01 10:00,被叫,3,', "quotation marks"),
        (f"{NUMBER}", "no time that can be read"),
        (f'{NUMBER},2026-11-01 10:00,被叫,3,{"x" * 200_000}"', ""),
    ],
)
def test_a_bad_row_costs_itself_and_says_why(row: str, said: str) -> None:
    found = read(f"{ROW}{row}\n{NUMBER},2026-11-02 10:00,被叫,3,\n")
    (why,) = (one.what for one in found if isinstance(one, Problem)) if said else ("",)

    assert said in why
    assert isinstance(found[-1], LogRow)
    assert found[-1].where == "bill.csv:3"


def test_a_text_may_go_over_several_lines() -> None:
    found = only('对方号码,发送时间,收发,短信内容\n106900000000,2026-11-01 10:00,收,"还钱\n不然"\n')

    assert (found.kind, found.text, found.answered) == (IncidentKind.TEXT, "还钱\n不然", None)


def test_the_rest_of_a_file_tells_which_number_of_a_date_is_the_day() -> None:
    table = "number,date,direction\n1380000,{},in\n1380000,13/11/2026 10:00,in\n"
    first, _ = read(table.format("1/11/2026 10:00"))

    assert isinstance(first, LogRow)
    assert first.at == datetime(2026, 11, 1, 10, tzinfo=CHINA)


def test_only_times_without_a_zone_are_by_somebodys_clock() -> None:
    head = head_of("number,timestamp,direction\n138,1793543400123,in\n")
    assert head is not None
    table = Table(head, "x.csv", CHINA)
    (row,) = table.rows(["138,2026-11-01T22:30:00+08:00,in\n"])

    assert isinstance(row, LogRow)
    assert (row.at, table.is_by_zone) == (datetime(2026, 11, 1, 14, 30, tzinfo=UTC), False)
    assert list(table.rows(["138,2026-11-01 22:30,in\n"]))
    assert table.is_by_zone


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-01 14:30:05", (14, 30, 5)),
        ("2026/11/1 14:30", (14, 30, 0)),
        ("2026.11.01 08:00", (8, 0, 0)),
        ("2026年11月1日 下午2:30", (14, 30, 0)),
        ("2026年11月01日 14时30分05秒", (14, 30, 5)),
        ("２０２６年１１月１日　凌晨12:30", (0, 30, 0)),
        ("20261101143005", (14, 30, 5)),
        ("20261101 14:30:05", (14, 30, 5)),
        ("11-01 14:30:05", (14, 30, 5)),
        ("11月1日 14:30", (14, 30, 0)),
        ("Nov 1, 2026 2:30:05 PM", (14, 30, 5)),
        ("1 Nov 2026 12:30 a.m.", (0, 30, 0)),
        ("Sun, 01 Nov 2026 14:30:05", (14, 30, 5)),
    ],
)
def test_a_time_is_read_however_a_log_writes_it(text: str, at: tuple[int, int, int]) -> None:
    found = read_time(text, 2026).at(None, UTC)

    assert found == datetime(2026, 11, 1, *at, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "2026-02-30 10:00", "2026-11-01 24:10", "99:99", "1"),
        *("9999-12-31 23:30 -05:00", "99991231233000", "0001-01-01 00:30"),  # elsewhere in no year
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_time(text, 2026).at(None, UTC) is None


def test_a_zone_that_is_written_is_kept() -> None:
    assert read_time("2026-11-01 14:30 UTC+8").zone == timezone(timedelta(hours=8))
    assert read_time("2026-11-01T14:30:05.123Z").zone == UTC
    assert read_time("1793543400").at(None, CHINA) == datetime(2026, 11, 1, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("1分23秒", 83), ("00:01:23", 83), ("01:23", 83), ("83", 83), ("83秒", 83)),
        *(("1小时2分3秒", 3723), ("1h 2m 3s", 3723), ("2 min", 120), ("1:02:03", 3723)),
        *(("0'1'23", 83), ("1′23″", 83), ("1m23s", 83), ("0h1m23s", 83), ("20.5", 20)),
        *(("3'20\"", 200), ("0", 0), ("1分钟", 60), ("", None), ("x", None), ("-1", None)),
    ],
)
def test_a_duration_is_read_however_a_bill_writes_it(text: str, seconds: int | None) -> None:
    assert read_duration(text) == seconds


def test_a_bare_number_is_minutes_where_the_heading_says_so() -> None:
    assert read_duration("2", "通话时长(分钟)") == 120
    assert read_duration("2", "时长(秒)") == 2


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *((word, (True, None)) for word in ("被叫", "国内被叫", "呼入", "來電", "Incoming", "in")),
        *((word, (False, None)) for word in ("主叫", "呼出", "撥出", "Outgoing call", "sent")),
        *((word, (True, False)) for word in ("未接", "未接来电", "Missed", "拒接", "Voicemail")),
        *((word, (False, False)) for word in ("呼出未接", "去电(未接)", "Outgoing, declined")),
        *((word, (True, False)) for word in ("来电未接听", "被叫未接", "未接听")),
        *((word, None) for word in ("呼转", "本地", "", "主叫/被叫", "未接通")),
    ],
)
def test_a_word_tells_whether_a_call_came_in(
    said: str, meant: tuple[bool, bool | None] | None
) -> None:
    assert direction(said) == meant


@pytest.mark.parametrize("cell", ["", "-1", "未知号码", "Private", "隱藏號碼", "null"])
def test_a_number_that_was_hidden_is_none(cell: str) -> None:
    assert shown_number(cell) == ""
