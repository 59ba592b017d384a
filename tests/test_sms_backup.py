"""Backups of a phone: what the app writes is read; what would harm is not."""

from __future__ import annotations

import io
import json
import tracemalloc
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, cast
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trickle import Trickle

from kit.evidence import sms_backup
from kit.model import IncidentKind, LogRow, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"
#: 2026-11-01 22:30:00.123 in China.
DATE = 1_793_543_400_123
NUMBER = "13800000123"
SMS = f'<sms address="{NUMBER}" date="{DATE}" type="1" body="您好" />'
BOMB = (
    '<!DOCTYPE calls [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><smses><sms body="&c;"/></smses>'
)


def read(content: str | bytes, size: int = 1 << 20) -> list[LogRow | Problem]:
    data = content if isinstance(content, bytes) else content.encode()
    return list(sms_backup.read(cast("BinaryIO", Trickle(data, size)), "sms.xml"))


def smses(*rows: str) -> str:
    return f"{HEADER}<smses count='{len(rows)}'>{''.join(rows)}</smses>"


def call(**fields: str) -> LogRow | Problem:
    row = {"number": NUMBER, "duration": "12", "date": str(DATE), "type": "1", **fields}
    marks = " ".join(f"{name}={quoteattr(value)}" for name, value in row.items())
    (found,) = read(f"{HEADER}<calls count='1'><call {marks} /></calls>")
    return found


def whats(found: list[LogRow | Problem]) -> list[str]:
    return [one.what for one in found if isinstance(one, Problem)]


def rows(found: list[LogRow | Problem]) -> list[LogRow]:
    return [one for one in found if isinstance(one, LogRow)]


@pytest.mark.parametrize(
    ("fields", "incoming", "answered"),
    [
        ({"type": "1"}, True, True),
        ({"type": "1", "duration": "0"}, True, False),
        ({"type": "1", "duration": "null"}, True, None),
        ({"type": "2"}, False, True),
        ({"type": "2", "duration": "0"}, False, False),
        ({"type": "3", "duration": "0"}, True, False),
        ({"type": "4"}, True, False),
        ({"type": "5", "duration": "0"}, True, False),
        ({"type": "6", "duration": "0"}, True, False),
        ({"type": "7", "duration": "0"}, True, True),
    ],
)
def test_a_call_came_in_or_went_out_and_was_answered_or_not(
    fields: dict[str, str], *, incoming: bool, answered: bool | None
) -> None:
    found = call(**fields)

    assert isinstance(found, LogRow)
    assert (found.incoming, found.answered) == (incoming, answered)
    assert found.kind is IncidentKind.CALL
    assert found.at == datetime(2026, 11, 1, 14, 30, 0, 123_000, tzinfo=UTC)
    assert found.where == "sms.xml:1"


@pytest.mark.parametrize(
    "fields",
    [
        *({"number": number} for number in ("", "-1", "-2", "null", "Unknown")),
        *({"presentation": shown} for shown in ("2", "3", "4")),
    ],
)
def test_a_hidden_number_is_no_number(fields: dict[str, str]) -> None:
    found = call(**fields)

    assert isinstance(found, LogRow)
    assert found.number == ""


@pytest.mark.parametrize("date", ["", "0", "-5", "null", "x", "9" * 30, "１２"])
def test_a_row_without_a_time_is_left_out_with_its_place(date: str) -> None:
    found = call(date=date)

    assert isinstance(found, Problem)
    assert (found.where, found.what) == (
        "sms.xml:1",
        "The entry has no time that can be read; it is left out.",
    )


@pytest.mark.parametrize("kind", ["", "8", "null"])
def test_a_row_of_an_unknown_type_is_left_out(kind: str) -> None:
    found = call(type=kind)

    assert isinstance(found, Problem)
    assert found.what == "Whether it came in or went out cannot be told; it is left out."


def test_the_row_is_kept_as_it_stood() -> None:
    found = call(contact_name="(Unknown)")

    assert isinstance(found, LogRow)
    assert found.original == (
        f'{{"contact_name":"(Unknown)","date":"{DATE}","duration":"12","number":"{NUMBER}",'
        '"type":"1"}'
    )


def test_of_numbers_that_are_not_wanted_the_row_is_not_given_along() -> None:
    stream = io.BytesIO(smses(SMS).encode())
    (found,) = sms_backup.read(stream, "sms.xml", lambda _: False)

    assert isinstance(found, LogRow)
    assert (found.number, found.original) == (NUMBER, "")


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("&#55357;&#56832;", "😀"),
        ("&#xD83D;&#xde00;!", "😀!"),
        ("a&#55357;", "a�"),
        ("&#56832;b&#55357;c", "�b�c"),
        ("&#55357;&#55357;&#56832;", "�😀"),
        ("&#0;&#1;&#xFFFE;&#x110000;&#99999999;", "�����"),
        ("\x01\x1f", "��"),
        ("&#10;&#60;&#38;&lt;&amp;&quot;", '\n<&<&"'),
        ("您&#22909;", "您好"),
        ("null", ""),
    ],
)
def test_what_the_app_writes_that_is_no_xml_is_read(written: str, text: str, size: int) -> None:
    found = read(smses(SMS.replace("您好", written)), size)

    assert [row.text for row in rows(found)] == [text]
    assert whats(found) == []


def as_the_app_writes(text: str) -> str:
    """Every character beyond the first plane as two references, markup as references."""
    units = text.encode("utf-16-be", "surrogatepass")
    codes = [units[i] << 8 | units[i + 1] for i in range(0, len(units), 2)]
    return "".join(
        chr(code) if 0x20 <= code < 0xD800 and chr(code) not in "<>&\"'" else f"&#{code};"
        for code in codes
    )


@given(
    text=st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=30),
    size=st.integers(1, 40),
)
def test_whatever_was_said_is_read_as_it_was_said(text: str, size: int) -> None:
    found = read(smses(SMS.replace("您好", as_the_app_writes(f"x{text}"))), size)

    assert [row.text for row in rows(found)] == [f"x{text}"]


def mms(data: str = "", box: int = 1, sender: str = NUMBER) -> str:
    return (
        f'<mms date="{DATE}" msg_box="{box}" address="13800000001~{NUMBER}"><parts>'
        f'<part ct="application/smil" text="&lt;smil/&gt;" />'
        f'<part ct="image/jpeg" data="{data}" /><part ct="text/plain" text="看这个" />'
        '</parts><addrs><addr address="13800000001" type="151" charset="106" />'
        f'<addr address="{sender}" type="137" charset="106" /></addrs></mms>'
    )


def test_of_an_mms_the_sender_and_the_text_are_read() -> None:
    first, second, third = rows(read(smses(mms(), mms(sender="insert-address-token"), mms(box=2))))

    assert (first.number, first.text, first.incoming) == (NUMBER, "看这个", True)
    assert second.number == ""
    assert not third.incoming


@pytest.mark.parametrize("size", [40, 65_535, 65_536, 65_537, 300_000])
@pytest.mark.parametrize("step", [50_000, 1 << 20])
def test_of_a_picture_its_length_and_digest_are_kept(size: int, step: int) -> None:
    data = ("QUJD" * size)[:size]
    (found,) = rows(read(smses(mms(data)), step))
    part = json.loads(found.original)["parts"][1]

    assert part == {
        "ct": "image/jpeg",
        "data_length": size,
        "data_sha256": sha256(data.encode()).hexdigest(),
    }


def test_a_text_that_looks_like_a_picture_breaks_nothing() -> None:
    body = f"""<sms address="{NUMBER}" date="{DATE}" type="1" body=' data="{"A" * 99_999}' />"""
    first, second = rows(read(smses(body, SMS)))

    assert first.number == second.number == NUMBER
    assert second.text == "您好"


class Endless(io.RawIOBase):
    """A backup with a picture of so many megabytes, which are nowhere at once."""

    def __init__(self, megabytes: int) -> None:
        before, _, after = smses(mms("�")).partition("�")
        block = b"QUJD" * 250_000
        self._pieces = self._all(before.encode(), [block] * megabytes, after.encode())

    @staticmethod
    def _all(before: bytes, blocks: list[bytes], after: bytes) -> Iterator[bytes]:
        yield before
        yield from blocks
        yield after

    def read(self, _: int = -1) -> bytes:
        return next(self._pieces, b"")


def test_a_huge_attribute_takes_no_memory() -> None:
    tracemalloc.start()
    (found,) = sms_backup.read(cast("BinaryIO", Endless(60)), "sms.xml")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert isinstance(found, LogRow)
    assert json.loads(found.original)["parts"][1]["data_length"] == 60_000_000
    assert peak < 20_000_000


@pytest.mark.parametrize(
    "hostile",
    [
        BOMB,
        '<!DOCTYPE smses [<!ENTITY x SYSTEM "file:///x">]><smses><sms body="&x;"/></smses>',
        '<!DOCTYPE smses SYSTEM "http://example.invalid/x.dtd"><smses/>',
    ],
    ids=["billion laughs", "external entity", "external DTD"],
)
def test_what_declares_entities_is_refused_as_a_whole(hostile: str) -> None:
    assert whats(read(hostile)) == [
        "The file declares entities, as no backup does and attacks do; nothing of it was used."
    ]


@pytest.mark.parametrize(
    "other", ["<html><body/></html>", "<a/>", "hello", '{"calls": []}', "<smses", HEADER, ""]
)
def test_what_is_no_backup_is_said_to_be_none(other: str) -> None:
    assert whats(read(other)) == ["This is no backup of calls or texts by SMS Backup & Restore."]


@pytest.mark.parametrize("missing", [1, 9, 20, 60])
def test_of_a_file_that_is_cut_off_the_beginning_is_used(missing: int) -> None:
    found = read(smses(SMS, SMS)[:-missing])

    assert rows(found)
    assert whats(found) == [
        "The file ends too early; what stands before that is used. Copy it from the phone anew."
    ]


def test_of_a_file_that_is_damaged_the_beginning_is_used() -> None:
    found = read(smses(SMS, "<sms date=1>", SMS))

    assert [row.where for row in rows(found)] == ["sms.xml:1"]
    assert [str(one) for one in found[1:]] == [
        "sms.xml:1 From here on the file is damaged; what stands before that is used."
    ]


def test_an_entry_longer_than_any_ends_the_reading() -> None:
    found = read(smses(SMS, f"<!--{'a' * 9_000_000}-->", SMS))

    assert len(rows(found)) == 1
    assert whats(found) == [
        "What stands here is longer than any real entry; nothing after it is used."
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + smses(SMS).encode(),
        smses(SMS).encode("utf-16"),
        smses(SMS).encode("utf-16-le"),
        smses(SMS).encode("utf-16-be"),
        smses(SMS).encode("gb18030"),
        smses(SMS).replace("UTF-8", "GB18030").encode("gb18030"),
        smses(SMS).replace("UTF-8", "rot13").encode(),
    ],
    ids=["bom", "utf-16", "utf-16-le", "utf-16-be", "not what it says", "gb18030", "nonsense"],
)
@pytest.mark.parametrize("size", [3, 1 << 20])
def test_a_file_in_another_character_set_is_read(data: bytes, size: int) -> None:
    found = read(data, size)

    assert [row.text for row in rows(found)] == ["您好"]
    assert whats(found) == []


def test_bytes_that_mean_nothing_cost_only_themselves() -> None:
    data = smses(SMS.replace("您好", "您*好")).encode().replace(b"*", b"\xff\xff")
    found = read(data)

    assert [row.text for row in rows(found)] == ["您��好"]
    assert whats(found) == ["Some characters in the file cannot be read; they stand as �."]


def test_nothing_personal_is_in_the_repr_of_a_row() -> None:
    assert NUMBER not in repr(read(smses(SMS)))
