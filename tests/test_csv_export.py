"""Contacts as Google and Outlook export them to CSV."""

from __future__ import annotations

import io
import json
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.model import Card, Relation
from kit.vcard import csv_export

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Kit = Callable[..., Result]
    Book = Callable[..., Path]

#: Shortened: the real headings go on with addresses, websites and events.
GOOGLE_OLD = (
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Name Prefix,Name Suffix,Nickname,"
    "Birthday,Notes,Photo,Group Membership,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Type,"
    "E-mail 2 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value,"
    "Organization 1 - Type,Organization 1 - Name,Organization 1 - Title,"
    "Relation 1 - Type,Relation 1 - Value\r\n"
)
GOOGLE_NEW = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Name Suffix,Nickname,"
    "File As,Organization Name,Organization Title,Birthday,Notes,Photo,Labels,"
    "E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,"
    "Phone 2 - Label,Phone 2 - Value,Relation 1 - Label,Relation 1 - Value\r\n"
)
OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,"
    "Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Home Phone,Mobile Phone,"
    "Pager,Primary Phone,E-mail Address,E-mail Type,E-mail 2 Address,Categories,Notes,Spouse\r\n"
)
OUTLOOK_CHINESE = (
    "英文称谓,名,中间名,姓,中文称谓,单位,部门,职务,助理的电话,商务传真,商务电话,商务电话 2,"
    "住宅电话,移动电话,寻呼机,主要电话,电子邮件地址,电子邮件类型,电子邮件 2 地址,类别,附注,配偶\r\n"
)
OUTLOOK_TRADITIONAL = "名字,姓氏,公司,職稱,商務電話,住家電話,行動電話,電子郵件地址,類別\r\n"


def read(text: str | bytes, charset: str = "") -> list[Card]:
    data = text if isinstance(text, bytes) else text.encode()
    assert csv_export.is_contacts(data[: csv_export.LONGEST_HEAD])
    table = csv_export.scan(io.BytesIO(data), "contacts.csv")
    assert table is not None
    return list(table.cards(charset))


def numbers(one: Card) -> list[tuple[str, set[str], str]]:
    return [(number.text, set(number.types), number.label) for number in one.numbers]


def test_google_before_2024() -> None:
    row = (
        "王小芳,小芳,,王,,,,芳芳,,一句话,http://x,* myContacts ::: * friends ::: 家人,* ,"
        "xiaofang@example.com,Work,work@example.com,Mobile,138 0000 0004 ::: 13800000005,"
        "妈的新号,010-55500101,,某公司,经理,Spouse,陈志远\r\n"
    )
    (one,) = read(GOOGLE_OLD + row)

    assert (one.where, one.version) == ("contacts.csv:2", "")
    assert (one.full_name, one.name_parts[:2]) == ("王小芳", ("王", "小芳"))
    assert numbers(one) == [
        ("138 0000 0004", {"cell"}, ""),
        ("13800000005", {"cell"}, ""),
        ("010-55500101", set(), "妈的新号"),
    ]
    assert one.emails == ("xiaofang@example.com", "work@example.com")
    assert one.categories == ("friends", "家人")
    assert one.nicknames == ("芳芳",)
    assert (one.organisation, one.title) == ("某公司", "经理")
    assert one.relations == (Relation(kind="spouse", who="陈志远"),)
    assert one.has_note
    assert one.has_photo
    assert one.notes == ()


def test_google_since_2024() -> None:
    row = (
        "小芳,,王,,,,芳芳,,某公司,经理,,,,* myContacts ::: 同事,* Work,a@example.com,"
        "* Mobile,+86 138 0000 0004,Home Fax,010-55500102,母亲,陈女士\r\n"
    )
    (one,) = read(GOOGLE_NEW + row)

    assert (one.full_name, one.name_parts) == ("", ("王", "小芳", "", "", ""))
    assert numbers(one) == [
        ("+86 138 0000 0004", {"cell", "pref"}, ""),
        ("010-55500102", {"home", "fax"}, ""),
    ]
    assert one.categories == ("同事",)
    assert one.relations == (Relation(kind="母亲", who="陈女士"),)
    assert not one.has_note
    assert not one.has_photo


ROW = (
    ",小芳,,王,,某公司,财务部,经理,{assistant},010-55500102,010-55500101,010-55500103,"
    "010-55500104,13800000004,,13800000004,a@example.com,SMTP,b@example.com,家人;同事,备注,陈志远"
)


@pytest.mark.parametrize("headings", [OUTLOOK, OUTLOOK_CHINESE])
@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk"]
)
def test_outlook_in_english_and_chinese_in_every_character_set(headings: str, charset: str) -> None:
    (one,) = read((headings + ROW.format(assistant="")).encode(charset))

    assert one.name_parts[:2] == ("王", "小芳")
    assert (one.organisation, one.title) == ("某公司", "经理")
    assert numbers(one) == [
        ("010-55500102", {"work", "fax"}, ""),
        ("010-55500101", {"work"}, ""),
        ("010-55500103", {"work"}, ""),
        ("010-55500104", {"home"}, ""),
        ("13800000004", {"cell"}, ""),
        ("13800000004", {"pref"}, ""),
    ]
    assert one.emails == ("a@example.com", "b@example.com")
    assert one.categories == ("家人", "同事")
    assert one.relations == (Relation(kind="spouse", who="陈志远"),)
    assert one.has_note
    assert one.notes == ()


@pytest.mark.parametrize("charset", ["big5", "utf-8"])
def test_outlook_in_traditional_chinese(charset: str) -> None:
    row = "小芳,王,某公司,經理,,010-55500101,13800000004,a@example.com,家人\r\n"
    (one,) = read((OUTLOOK_TRADITIONAL + row).encode(charset))

    assert one.name_parts[:2] == ("王", "小芳")
    assert [number.text for number in one.numbers] == ["010-55500101", "13800000004"]


def test_the_number_of_an_assistant_is_nobodys_own_and_is_noted() -> None:
    (one,) = read(OUTLOOK + ROW.format(assistant="13800000009"))

    assert "13800000009" not in [number.text for number in one.numbers]
    assert [note.what for note in one.notes] == [
        "The number of an assistant is not this person's; it is left out."
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_other_delimiters_are_known_by_the_headings(delimiter: str) -> None:
    text = "First Name,Last Name,Mobile Phone\n小芳,王,13800000004\n".replace(",", delimiter)

    assert [number.text for number in read(text)[0].numbers] == ["13800000004"]


@pytest.mark.parametrize(
    "name",
    [
        '=HYPERLINK("http://example.com","x")',
        "+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd",
        "-2+3",
        "{from}",
        "'=1+1",
    ],
)
def test_a_formula_in_a_name_is_a_name(kit: Kit, book: Book, name: str) -> None:
    cell = name.replace('"', '""')
    path = book(f'Name,Phone 1 - Value\n"{cell}",13800000004\n', name="contacts.csv")

    assert kit("import", path).exit_code == 0
    (contact,) = map(json.loads, kit("contacts", "--json").stdout.splitlines())
    assert contact["name"] == name


def test_a_number_that_a_spreadsheet_wrote_as_a_formula_is_read(kit: Kit, book: Book) -> None:
    kit("import", book('Name,Phone 1 - Value\nBo,"=""13800000004"""\n', name="contacts.csv"))

    assert "+8613800000004" in kit("contacts", "--json").stdout


def test_a_number_that_a_spreadsheet_shortened_is_left_out_with_a_reason() -> None:
    (one,) = read("Name,Phone 1 - Value\nBo,1.38E+10\n")

    assert one.numbers == ()
    assert one.notes[0].where == "contacts.csv:2"
    assert "such as 1.38E+10" in one.notes[0].what


def test_quotes_and_line_breaks_inside_cells_and_lines_are_counted_as_in_the_file() -> None:
    text = 'Name,Notes,Phone 1 - Value\r\n"王, ""小芳""","一\r\n二\r\n",1\r\n\r\n妈妈,,2\r\n'
    first, second = read(text)

    assert (first.full_name, first.where) == ('王, "小芳"', "contacts.csv:2")
    assert (second.full_name, second.where) == ("妈妈", "contacts.csv:6")


def test_a_row_whose_quotes_do_not_fit_costs_only_itself() -> None:
    rows = ["a,1", '"b,2', "c,3", '"d" x,4', "e,5", 'f "g",6']
    cards = read("Name,Phone 1 - Value\n" + "\n".join(rows) + "\n")

    assert [one.full_name for one in cards] == ["a", "", "c", "", "e", 'f "g"']
    assert [(note.where, note.what) for one in cards for note in one.notes] == [
        (f"contacts.csv:{line}", "The quotation marks of this row do not fit; it is left out.")
        for line in (3, 5)
    ]


def test_what_is_not_used_has_a_line_and_a_reason(kit: Kit, book: Book) -> None:
    text = (
        "Name,Notes,E-mail 1 - Value,Phone 1 - Value\n"
        ",only a note,,\n"
        "a,,not an address,10086\n"
        "b,,,13800000004,more,\n"
        ",,,\n"
    )
    result = kit("import", "--json", book(text, name="contacts.csv"))

    assert [(p["where"], p["what"]) for p in json.loads(result.stdout)["problems"]] == [
        ("contacts.csv:2", "The card has no name, number or address; it is left out."),
        ("contacts.csv:3", "What stands as an e-mail address is none; it is left out."),
        ("contacts.csv:3", "This is a short or service number, not a person's."),
        (
            "contacts.csv:4",
            "The row has more cells than there are headings; what stands beyond is left out.",
        ),
    ]
    assert json.loads(result.stdout)["cards"] == 3


def test_utf_8_that_is_damaged_in_one_place_is_still_utf_8() -> None:
    rows = "".join(f"王小芳{n},{n}\n" for n in range(20))
    data = ("Name,Phone 1 - Value\n" + rows).encode()
    cards = read(data.replace("王".encode(), b"\xe7\x8e", 1))

    assert cards[1].full_name == "王小芳1"
    assert [note.where for one in cards for note in one.notes] == ["contacts.csv:2"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Date,Amount\n1,2\n",
        "Name,Amount\n1,2\n",
        "Phone 1 - Value\n1\n",
        "编号,姓名,号码或邮箱,选择\n",
        '"Name\nPhone 1 - Value',
        "\0\0\0",
    ],
)
def test_what_has_no_headings_of_contacts_is_no_export_of_contacts(text: str) -> None:
    assert not csv_export.is_contacts(text.encode())


def test_a_csv_too_large_for_contacts_is_not_read() -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"x" * size

    assert csv_export.scan(Endless(), "contacts.csv") is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("charset", "names", "surely"),
    [
        ("gb18030", "王小芳 妈妈 陈志远 林老师", True),
        ("big5", "王小芳 媽媽 陳志遠 林老師", True),
        ("shift_jis", "山田太郎 母 佐藤", True),
        ("euc_kr", "엄마 김철수", False),
    ],
)
def test_under_english_headings_the_characters_have_a_vote(
    charset: str, names: str, *, surely: bool
) -> None:
    rows = "".join(f"{name},1\n" for name in names.split())
    table = csv_export.scan(io.BytesIO(f"Name,Phone 1 - Value\n{rows}".encode(charset)))

    assert table is not None
    assert (table.doubt == ()) is surely
    if surely:
        assert table.charset == charset
    assert names.split() == [one.full_name for one in table.cards(charset)]
    assert all(
        sample.texts == tuple(names.split()) for sample in table.doubt if sample.charset == charset
    )


@given(st.binary(max_size=400) | st.text('ab,"\n\r;王', max_size=400).map(str.encode))
def test_any_bytes_below_the_headings_give_cards_and_no_exception(rest: bytes) -> None:
    data = b"Name,Phone 1 - Value,Phone 2 - Value\n" + rest
    table = csv_export.scan(io.BytesIO(data))

    assert table is not None
    lines = [int(one.where.split(":")[1]) for one in table.cards()]
    assert lines == sorted(set(lines))


@pytest.mark.parametrize("row", ['"a,b\n', 'a,"\n', '"""\n', 'x"y""\n', '"\n\n\n'])
def test_rows_whose_quotes_never_fit_cost_no_more_than_their_length(row: str) -> None:
    def seconds(times: int) -> float:
        start = time.process_time()
        read("Name,Phone 1 - Value\n" + row * times)
        return time.process_time() - start

    seconds(10)
    few, many = seconds(2_000), seconds(20_000)

    assert many < few * 40 + 0.5
