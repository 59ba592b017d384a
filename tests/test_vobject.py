"""What vobject does wrong by itself, line by line: why its lines are made ready for it."""

from __future__ import annotations

import binascii
import io
import re
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
import vobject
import vobject.base
from vobject.base import ParseError

from kit.vcard import read_cards

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.vcard import Card

NAME, NUMBER = "钱进", "13800000032"


def card(*lines: str, version: str = "2.1") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def ours(text: str) -> Card:
    (one,) = read_cards(io.BytesIO(text.encode()), "book.vcf")
    return one


def theirs(text: str, **options: bool) -> dict[str, Any]:
    """Property by property, the first value that vobject gives."""
    found = vobject.readOne(text, **options)
    return {name: lines[0].value for name, lines in found.contents.items()}


@pytest.mark.parametrize(
    ("line", "cut", "read", "whole"),
    [
        ("FN:老同学, 住楼上", "老同学", lambda c: c.full_name, "老同学, 住楼上"),
        ("TITLE:店长, 夜班", "店长", lambda c: c.title, "店长, 夜班"),
        ("NICKNAME:小马,马马", "小马", lambda c: c.nicknames, ("小马", "马马")),
        ("NOTE:晚上, 八点以后", "晚上", lambda c: c.has_note, True),
        (
            "RELATED;VALUE=text:Reyes, Marisol",
            "Reyes",
            lambda c: [relation.who for relation in c.relations],
            ["Reyes, Marisol"],
        ),
        (
            "TEL:010-55500101,801",
            "010-55500101",
            lambda c: [number.text for number in c.numbers],
            ["010-55500101,801"],
        ),
        (
            "PHOTO:data:image/png;base64,iVBORw0KGgo=",
            "data:image/png;base64",
            lambda c: c.has_photo,
            True,
        ),
    ],
    ids=["FN", "TITLE", "NICKNAME", "NOTE", "RELATED", "TEL", "PHOTO"],
)
@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_a_comma_ends_a_value_for_vobject_and_not_for_us(
    line: str, cut: str, read: Callable[[Card], object], whole: object, version: str
) -> None:
    text = card(line, version=version)

    assert theirs(text)[re.split("[;:]", line)[0].lower()] == cut
    assert read(ours(text)) == whole
    assert ours(text).notes == ()


@pytest.mark.parametrize("encoding", ["8BIT", "7BIT", "8bit", "quoted-printable"])
def test_only_base64_is_base64(encoding: str) -> None:
    anna = card(f"FN;ENCODING={encoding}:Anna", f"TEL:{NUMBER}")
    smith = card(f"FN;ENCODING={encoding}:Smith", f"TEL:{NUMBER}")

    assert isinstance(theirs(anna)["fn"], bytes)
    with pytest.raises(binascii.Error):
        theirs(smith)
    assert (ours(anna).full_name, ours(smith).full_name) == ("Anna", "Smith")


def test_quoted_printable_is_read_in_small_letters() -> None:
    assert ours(card("FN;encoding=quoted-printable:=E9=92=B1")).full_name == "钱"


SOFT = card("FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E9=92=", "=B1", f"TEL:{NUMBER}")
STRAY = card("FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E9=92=B1=", f"TEL:{NUMBER}")


def test_a_soft_break_and_a_stray_equals_sign_are_told_apart_without_being_asked() -> None:
    with pytest.raises(UnicodeDecodeError):
        theirs(SOFT)
    assert theirs(SOFT, allowQP=True)["tel"] == NUMBER
    assert theirs(STRAY)["tel"] == NUMBER
    assert "tel" not in theirs(STRAY, allowQP=True)
    for text in (SOFT, STRAY):
        assert [number.text for number in ours(text).numbers] == [NUMBER]
        assert ours(text).full_name == "钱"


def test_an_encoded_semicolon_parts_no_name() -> None:
    text = card("N;ENCODING=QUOTED-PRINTABLE:Doe=3B Sons;John;;;")

    assert theirs(text)["n"].given == " Sons"
    assert ours(text).name_parts[:2] == ("Doe; Sons", "John")


def test_a_comma_in_a_name_makes_no_list() -> None:
    text = card("N:Doe, Jr.;John")

    assert theirs(text)["n"].family == ["Doe", " Jr."]
    assert ours(text).name_parts[:2] == ("Doe, Jr.", "John")


PLAIN = card(f"FN:{NAME}", f"TEL:{NUMBER}", version="3.0")
FOLDED = card("FN:钱", " 进", f"TEL:{NUMBER}", version="3.0")


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (PLAIN.replace("END:VCARD", "END:VCARD "), {}),
        ("\0" + PLAIN, {}),
        ("\ufeff" + PLAIN, {}),
        (PLAIN.replace("\r\n", "\r"), {"allowQP": True}),
        (FOLDED.replace("\r\n", "\r\r\n"), {}),
        (PLAIN.rstrip() + PLAIN, {}),
    ],
    ids=["blank after END", "NUL", "mark", "lone CR", "CR CR LF", "END and BEGIN on one line"],
)
def test_what_costs_vobject_the_file_costs_us_nothing(text: str, options: dict[str, bool]) -> None:
    with pytest.raises(ParseError):
        list(vobject.readComponents(text, **options))
    for one in read_cards(io.BytesIO(text.encode())):
        assert (one.full_name, len(one.numbers), one.notes) == (NAME, 1, ())


def test_nothing_that_could_hang_it_ever_reaches_the_expression_of_vobject(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its time doubles with every item of a list in a header without a colon."""
    seen: list[str] = []

    class Watched:
        real = vobject.base.line_re

        def match(self, line: str) -> re.Match[str] | None:
            seen.append(line)
            return self.real.match(line)  # type: ignore[no-any-return]

    monkeypatch.setattr(vobject.base, "line_re", Watched())
    list_of_types = ",".join(["watched"] * 16)
    text = card(
        f"FN:{NAME}",
        f"TEL;TYPE={list_of_types}",
        f"TEL;TYPE=watched;{list_of_types}",
        f"TEL;TYPE=watched;X-A=b:{NUMBER}",
        f"TEL;WATCHED;X-B(C=d,E=f):{NUMBER}",
        'TEL;TYPE="watched:' + NUMBER,
    )

    assert len(ours(text).numbers) == 2
    assert seen
    assert not [
        line for line in seen if not re.match(r"[A-Z-]+(;TYPE=[A-Za-z-]+(,[A-Za-z-]+)*)?:", line)
    ]
    assert max(line.count(",") for line in seen) < 16


class TestPrivacy:
    """Its exceptions and its log hold the line, its exceptions the whole book."""

    text = card(f"FN:{NAME}", f"TEL {NUMBER}", version="3.0")

    def test_an_exception_of_vobject_holds_what_ours_does_not(self) -> None:
        with pytest.raises(ParseError) as raised:
            theirs(self.text)

        assert NUMBER in str(raised.value)
        assert NAME in raised.value.input
        (note,) = ours(self.text).notes
        assert not [word for word in (NAME, NUMBER) if word in f"{note!r} {note}"]

    def test_the_log_of_vobject_holds_what_ours_does_not(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        theirs(self.text, ignoreUnreadable=True)
        assert NUMBER in caplog.text
        caplog.clear()

        assert ours(self.text).full_name == NAME
        assert caplog.text == ""


def test_the_memory_of_vobject_grows_with_the_book_and_ours_does_not() -> None:
    def most(read: Callable[[], object]) -> int:
        tracemalloc.start()
        read()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    photo = "\r\n ".join(["PHOTO;ENCODING=b:", *["A" * 1000] * 60])
    one = card(f"FN:{NAME}", photo, version="3.0")
    small, large = ((one * cards).encode() for cards in (40, 160))

    def read_by_vobject(book: bytes) -> None:
        for _ in vobject.readComponents(io.TextIOWrapper(io.BytesIO(book), "utf-8")):
            pass

    def read_by_us(book: bytes) -> None:
        for _ in read_cards(io.BytesIO(book)):
            pass

    assert most(lambda: read_by_vobject(large)) > 2 * most(lambda: read_by_vobject(small))
    assert most(lambda: read_by_us(large)) < most(lambda: read_by_us(small)) + 500_000
