from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from conftest import card
from hypothesis import given
from hypothesis import strategies as st

from kit.vcard import read_cards, scan

if TYPE_CHECKING:
    from kit.vcard import Card


def read(data: str | bytes) -> list[Card]:
    raw = data if isinstance(data, bytes) else data.encode()
    return list(read_cards(io.BytesIO(raw), "book.vcf"))


def wrapped(*lines: str, version: str = "2.1", end: str = "\r\n") -> str:
    return end.join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


QUOTED = "CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE"


def quoted(text: str) -> str:
    return "".join(f"={byte:02X}" for byte in text.encode())


def test_a_card_has_its_place_its_version_and_its_values() -> None:
    cards = read(card("妈妈", "13800000001") + card("王小芳", "13800000004", version="4.0"))

    assert [(c.where, c.version, c.full_name) for c in cards] == [
        ("book.vcf:1", "3.0", "妈妈"),
        ("book.vcf:6", "4.0", "王小芳"),
    ]
    assert [(n.text, n.where) for n in cards[1].numbers] == [("13800000004", "book.vcf:9")]


def test_escapes_are_undone() -> None:
    (read_card,) = read(wrapped(r"FN:a\, b\; c\\d\ne", version="3.0"))

    assert read_card.full_name == "a, b; c\\d e"


def test_types_are_read_in_every_form() -> None:
    (read_card,) = read(
        wrapped(
            "TEL;CELL;PREF:1",
            "item1.TEL;type=HOME;type=pref:2",
            'TEL;TYPE="voice,cell";PREF=1:3',
            "TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=E5=BE=AE):4",
            "TEL;手机:5",
        )
    )

    assert [sorted(n.types) for n in read_card.numbers] == [
        ["cell", "pref"],
        ["home", "pref"],
        ["cell", "pref", "voice"],
        [],
        [],
    ]
    assert [n.label for n in read_card.numbers] == ["", "", "", "微", "手机"]


def test_a_header_may_be_folded() -> None:
    (read_card,) = read(wrapped("TEL;TYPE=CELL;X-A=1,", "  ;X-B=2", " :13800000001"))

    assert [n.text for n in read_card.numbers] == ["13800000001"]
    assert read_card.notes == ()


def test_what_is_folded_under_a_stray_line_belongs_to_nobody() -> None:
    (read_card,) = read(wrapped("TEL:+1202555010", "微信 abc", " 1", "X-微信:x", " 妈妈", "FN:a"))

    assert [n.text for n in read_card.numbers] == ["+1202555010"]
    assert read_card.full_name == "a"
    assert [str(n) for n in read_card.notes] == [
        "book.vcf:4 Here stands what is not a property of a card; it is left out."
    ]


def test_every_stray_line_is_noted() -> None:
    (read_card,) = read(wrapped("FN:a", "hello", "13800000001", "TEL : 13800000002"))

    assert [n.where for n in read_card.notes] == ["book.vcf:4", "book.vcf:5"]
    assert [n.text for n in read_card.numbers] == ["13800000002"]


def test_the_notes_of_a_card_are_bounded() -> None:
    (read_card,) = read(wrapped("FN:a", *["TEL;CELL"] * 5000))

    assert len(read_card.notes) == 101
    assert str(read_card.notes[-1]).endswith(
        "There is more of this in the card; it is left out too."
    )


def test_a_card_without_begin_is_kept_and_noted() -> None:
    cards = read(wrapped("FN:a") + "VERSION:3.0\r\nFN:b\r\nTEL:13800000002\r\nEND:VCARD\r\n")

    assert [(c.full_name, [n.what for n in c.notes]) for c in cards] == [
        ("a", []),
        ("b", ["The card has no BEGIN; what it has is kept."]),
    ]


def test_what_stands_outside_of_any_card_is_noted() -> None:
    between = read(wrapped("FN:a") + "N:Wang;Fang\r\nEMAIL:w@example.com\r\n" + wrapped("FN:b"))
    after = read(wrapped("FN:a").encode() + "BEGIN:VCARD\nFN:b\n".encode("utf-16"))
    clean = read(wrapped("FN:a") + "\r\n\x1a")

    assert [(c.full_name, len(c.notes)) for c in between] == [("a", 0), ("", 2), ("b", 0)]
    assert "outside of any card" in str(after[-1].notes[0])
    assert [c.notes for c in clean] == [()]


def test_a_small_property_after_a_stray_equals_sign_is_one() -> None:
    (read_card,) = read(wrapped(f"FN;{QUOTED}:{quoted('王')}=", "tel;cell:13800000001"))

    assert (read_card.full_name, len(read_card.numbers)) == ("王", 1)


def test_a_line_of_a_note_after_a_line_break_is_text_whatever_it_looks_like() -> None:
    note = "NOTE;ENCODING=QUOTED-PRINTABLE:Boss=0D=0A="
    (read_card,) = read(wrapped("FN:a", note, "TEL:13800000009=0D=0A=", "FN:Z", "TEL:13800000001"))

    assert read_card.full_name == "a"
    assert [n.text for n in read_card.numbers] == ["13800000001"]


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_line_ends_a_note_that_ends_in_a_line_break(empty: str) -> None:
    note = "NOTE;ENCODING=QUOTED-PRINTABLE:hi=0D=0A="
    (read_card,) = read(wrapped("FN:a", note, empty, "TEL;CELL:13800000001"))

    assert [n.text for n in read_card.numbers] == ["13800000001"]


def test_a_property_in_any_letters_ends_a_name() -> None:
    (read_card,) = read(wrapped("FN;ENCODING=QUOTED-PRINTABLE:a=", "Tel;CELL:13800000001"))

    assert (read_card.full_name, len(read_card.numbers)) == ("a", 1)


def test_folds_of_a_long_quoted_line_cost_no_time() -> None:
    folds = "\n".join(["FN;ENCODING=QUOTED-PRINTABLE:a" + " " * 60_000, *[" "] * 50_000])
    (read_card,) = read(wrapped(folds, "TEL:13800000001", end="\n"))

    assert (read_card.full_name, len(read_card.numbers)) == ("a", 1)


def test_a_label_speaks_for_its_own_line_alone() -> None:
    cards = read(wrapped("FN:José").encode() + wrapped("FN;CHARSET=GBK:郑伟").encode("gbk"))

    assert [c.full_name for c in cards] == ["José", "郑伟"]


def test_a_second_version_begins_another_card() -> None:
    first = wrapped("FN:a", "TEL:13800000001").replace("END:VCARD\r\n", "")
    cards = read(first + wrapped("FN:b", "TEL:13800000002").replace("BEGIN:VCARD\r\n", ""))

    assert [(c.full_name, len(c.numbers)) for c in cards] == [("a", 1), ("b", 1)]


def test_a_damaged_utf_8_name_spoils_nobody_elses() -> None:
    cards = read(
        wrapped("FN:José").encode()
        + wrapped("FN:X").encode().replace(b"X", b"\xe5\xa6\x88\xe5\xa6")
    )

    assert [c.full_name for c in cards] == ["José", "妈�"]
    assert [len(c.notes) for c in cards] == [0, 1]


@pytest.mark.parametrize(
    ("label", "encoding", "name"),
    [
        ("SHIFT_JIS", "cp932", "髙橋"),
        ("BIG5", "cp950", "陳先生"),
        ("BIG5", "big5hkscs", "邨"),
        ("EUC-KR", "cp949", "똠방"),
        ("ISO-8859-1", "latin-1", "Zoë"),
        ("windows-1251", "cp1251", "Иван"),
    ],
)
def test_a_label_is_read_with_the_letters_vendors_added(
    label: str, encoding: str, name: str
) -> None:
    assert read(wrapped(f"FN;CHARSET={label}:{name}").encode(encoding))[0].full_name == name


@pytest.mark.parametrize("label", ["undefined", "idna", "unicode_escape", "utf-16", "rot13"])
def test_a_label_that_makes_no_sense_is_not_followed(label: str) -> None:
    (read_card,) = read(wrapped(f"FN;CHARSET={label}:妈妈\\u0041"))

    assert read_card.full_name == "妈妈\\u0041"


@pytest.mark.parametrize(
    "header",
    [
        "FN; CHARSET=UTF-8; ENCODING=QUOTED-PRINTABLE",
        'FN;encoding="quoted-printable"',
        "FN;ENCODING=Q",
        "FN;QUOTED-PRINTABLE",
    ],
)
def test_quoted_printable_may_be_announced_in_any_way(header: str) -> None:
    assert read(wrapped(f"{header}:{quoted('妈妈')}"))[0].full_name == "妈妈"


def test_a_note_that_goes_on_with_something_like_a_number_gives_no_number() -> None:
    (read_card,) = read(wrapped("FN:a", "NOTE;ENCODING=QUOTED-PRINTABLE:boss =", "Tel:13800000009"))

    assert read_card.numbers == ()


def test_a_soft_break_keeps_a_blank_that_belongs_to_the_name() -> None:
    (read_card,) = read(wrapped("FN;ENCODING=QUOTED-PRINTABLE:Anna=", " Smith"))

    assert read_card.full_name == "Anna Smith"


def test_a_name_of_which_nothing_is_seen_is_no_name() -> None:
    (read_card,) = read(wrapped("FN:\u200b\u2060\u3164", "N:王;小明;;;"))

    assert read_card.full_name == ""


def test_the_name_of_the_file_cannot_steer_the_terminal() -> None:
    (read_card,) = read_cards(io.BytesIO(wrapped("FN:a").encode()), "x\u202ey\n\x1b[31m.vcf")

    assert read_card.where == "xy [31m.vcf:1"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_the_file_may_be_in_any_of_these_encodings(encoding: str) -> None:
    (read_card,) = read(wrapped("FN:王小芳", "TEL:13800000004").encode(encoding))

    assert read_card.full_name == "王小芳"


def test_greek_in_a_utf_8_book_stays_greek() -> None:
    assert read(wrapped("FN:Γιάννης"))[0].full_name == "Γιάννης"


@pytest.mark.parametrize("label", ["GBK", "UTF-8", "x-nonsense"])
def test_a_wrong_label_does_not_spoil_the_name(label: str) -> None:
    (read_card,) = read(wrapped(f"FN;CHARSET={label}:王小芳").encode("gbk"))

    assert read_card.full_name == "王小芳"


def test_bytes_that_mean_nothing_are_noted_and_the_card_is_kept() -> None:
    (read_card,) = read(wrapped("FN:ab", "TEL:13800000001").encode().replace(b"ab", b"a\xff\xffb"))

    assert [str(n) for n in read_card.notes] == [
        "book.vcf:3 Some characters of a line (FN) cannot be read; they stand as �."
    ]
    assert read_card.numbers


def test_an_inner_card_that_is_not_closed_swallows_nobody() -> None:
    broken = wrapped("FN:外面", "AGENT:", "BEGIN:VCARD", "FN:里面", "TEL:13800000009")
    cards = read(broken + wrapped("FN:b") + wrapped("FN:c"))

    assert [c.full_name for c in cards] == ["外面", "b", "c"]
    assert cards[0].numbers == ()


def test_an_inner_card_may_begin_on_the_line_of_its_agent() -> None:
    (read_card,) = read(
        wrapped("FN:a", "AGENT:BEGIN:VCARD", "TEL:13800000009", "END:VCARD", "TEL:13800000001")
    )

    assert [n.text for n in read_card.numbers] == ["13800000001"]
    assert [n.what for n in read_card.notes] == [
        "Inside the card is another one (AGENT); it is left out."
    ]


def test_inner_cards_may_be_nested() -> None:
    inner = "BEGIN:VCARD\nFN:x\nAGENT:\nBEGIN:VCARD\nFN:y\nEND:VCARD\nTEL:1\nEND:VCARD"
    (read_card,) = read(wrapped("FN:a", "AGENT:", inner, "TEL:13800000001", end="\n"))

    assert (read_card.full_name, [n.text for n in read_card.numbers]) == ("a", ["13800000001"])


def test_what_is_too_much_is_left_out_with_a_line() -> None:
    many = wrapped("FN:a", *["TEL:13800000001"] * 2500)
    long = wrapped("FN:" + "a" * 60_000, " " + "b" * 60_000, "TEL:13800000001")

    assert [str(n) for c in read(many + long) for n in c.notes] == [
        "book.vcf:1 The card has too many lines; the rest of them are left out.",
        "book.vcf:2507 A line (FN) is too long; the rest of it is left out.",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "TEL;TYPE=" + ",".join("a" * 60),
        "TEL;" + "TYPE=a;" * 100,
        "TEL;" + "X=" + "a" * 5000 + ":13800000001",
        "FN;" + '"' * 3999 + ":a",
    ],
)
def test_a_hostile_header_costs_its_line_and_never_hangs(line: str) -> None:
    (read_card,) = read(wrapped(line, "TEL:13800000001"))

    assert [n.where for n in read_card.notes] == ["book.vcf:3"]
    assert [n.text for n in read_card.numbers] == ["13800000001"]


def test_control_and_direction_marks_are_taken_out_of_names_and_nothing_else() -> None:
    (read_card,) = read(wrapped("FN:\u202e{from}\x1b[31m<script>\u2066 👨‍👩‍👧\u200f"))

    assert read_card.full_name == "{from}[31m<script> 👨‍👩‍👧"


def test_a_line_break_in_a_name_is_a_space() -> None:
    assert read(wrapped(r"FN:妈\n妈", version="3.0"))[0].full_name == "妈 妈"
    assert read(wrapped(f"FN;{QUOTED}:=E5=A6=88=0D=0A=E5=A6=88"))[0].full_name == "妈 妈"


def test_an_email_that_is_none_is_noted() -> None:
    (read_card,) = read(wrapped("FN:a", "EMAIL:wu@example.com", "EMAIL:not one"))

    assert read_card.emails == ("wu@example.com",)
    assert [n.where for n in read_card.notes] == ["book.vcf:5"]


def test_one_endless_line_is_read_in_bounded_memory() -> None:
    class Endless(io.RawIOBase):
        left = 20_000_000

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            size = min(len(buffer), self.left)
            buffer[:size] = b"A" * size
            self.left -= size
            return size

    assert list(read_cards(Endless())) == []  # type: ignore[arg-type]


def test_no_note_holds_a_value() -> None:
    (read_card,) = read(wrapped("FN:妈妈", "TEL 13800000001", "EMAIL:妈妈", "xx"))

    assert read_card.notes
    assert not any("妈" in str(n) or "138" in str(n) for n in read_card.notes)


def test_what_vobject_cannot_read_costs_one_line_and_its_words_are_thrown_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def raising(text: str, **_: object) -> object:
        raise UnicodeError(text)

    monkeypatch.setattr("kit.vcard.grammar.stringToTextValues", raising)
    (read_card,) = read(card("妈妈", "13800000001", email=r"ma\;@example.com"))

    assert (read_card.full_name, len(read_card.numbers), read_card.emails) == ("妈妈", 1, ())
    assert [str(n) for n in read_card.notes] == [
        "book.vcf:5 A line (EMAIL) is damaged and is left out."
    ]
    assert caplog.text == ""


@given(st.binary(max_size=300))
def test_any_bytes_give_cards_and_never_an_exception(data: bytes) -> None:
    inside = b"BEGIN:VCARD\nFN:a\n" + data + b"\nEND:VCARD\n"

    assert all(c.where.startswith("book.vcf:") for c in read(data))
    assert read(inside)


HEADERS = st.sampled_from(
    ["FN", "N", "TEL;CELL", "ORG", "EMAIL", "X-A", f"FN;{QUOTED}", "TEL;TYPE=a"]
)
VALUES = st.text(alphabet=';,:\\=\n"AB妈1 ', max_size=12)


@given(st.lists(st.tuples(HEADERS, VALUES), max_size=6))
def test_any_lines_give_exactly_one_card(lines: list[tuple[str, str]]) -> None:
    body = [f"{header}:{value}" for header, value in lines]

    assert len(read(wrapped(*body))) == 1


def test_one_letter_among_digits_is_a_word_of_an_extension() -> None:
    chinese = "".join(wrapped(f"FN:王小芳{n}") for n in range(3)).encode()
    anna = wrapped("FN:Anna", "TEL;WORK:010-55500101转801").encode("gbk")

    assert [n.text for n in read(chinese + anna)[-1].numbers] == ["010-55500101转801"]


def test_damage_in_one_line_has_no_vote_on_the_others() -> None:
    book = (wrapped("FN:冯波文") + wrapped("FN:郑强")).encode("gbk")
    damaged = (
        wrapped("FN:a", "TEL:13800000001").encode().replace(b"1380", b"\xff\xf0\x80\x81\xe8\xff")
    )

    assert [c.full_name for c in read(book + damaged * 3)][:2] == ["冯波文", "郑强"]


@pytest.mark.parametrize("name", ["莫睿珺", "陳強", "徐強"])
def test_a_gbk_name_that_is_utf_8_of_nobodys_letters_is_read_as_gbk(name: str) -> None:
    others = "".join(wrapped(f"FN:{one}") for one in ("郭建国", "王小芳", "冯波文", "林志远"))
    cards = read((others + wrapped(f"FN:{name}")).encode("gbk"))

    assert cards[-1].full_name == name
    assert cards[-1].notes == ()


def test_private_letters_in_a_utf_8_book_stay_what_they_are() -> None:
    cards = read(wrapped("FN:王小芳") + wrapped("FN:小明\ue8ec") + wrapped("FN:ꐏꐝ"))

    assert [c.full_name for c in cards] == ["王小芳", "小明\ue8ec", "ꐏꐝ"]


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (["丁博璟"], "gbk"),
        (["姜淼军", "毛璟"], "gbk"),
        (["馮紅紅"], "gbk"),
        (["孫強豔"], "gbk"),
        (["Мария Иванова", "папа", "мама", "Сергей"], "cp1251"),
    ],
)
def test_another_set_is_never_taken_unasked_on_little_evidence(
    names: list[str], encoding: str
) -> None:
    book = "".join(wrapped(f"FN:{name}") for name in names).encode(encoding)

    assert "gb18030" in [sample.charset for sample in scan(io.BytesIO(book)).doubt]


@pytest.mark.parametrize(
    ("names", "charset"),
    [
        (["张伟", "李娜", "妈妈"], "gb18030"),
        (["郑强", "王小芳", "张总"], "gb18030"),
        (["陳怡君", "林志豪", "黃俊傑"], "big5"),
        (["田中太郎", "お母さん", "鈴木一郎"], "shift_jis"),
    ],
)
def test_nobody_is_asked_about_an_ordinary_small_book(names: list[str], charset: str) -> None:
    scanned = scan(
        io.BytesIO("".join(wrapped(f"FN:{name}") for name in names).encode(charset)), "book.vcf"
    )

    assert (scanned.charset, scanned.doubt) == (charset, ())
    assert [c.full_name for c in scanned.cards()] == names


@pytest.mark.parametrize(
    "line", ["VERSION:{}", "REV:{}", "TEL;{}:1", "TEL;TYPE={}:1", "{}:{}", "{}"]
)
@pytest.mark.parametrize("secret", ["张伟机密", "Wang", "13800000004"])
def test_no_representation_and_no_note_holds_what_a_damaged_line_says(
    line: str, secret: str
) -> None:
    said = repr(read(wrapped("FN:a", line.format(secret, secret)).replace("VERSION:2.1\r\n", "")))

    assert secret[:4].lower() not in said.lower()


@pytest.mark.parametrize(
    "names",
    [
        ["José 2"],
        ["王小明", "André 2"],
        ["Ali·Khan", "N°5", "3º andar"],
        ["Müller & Söhne GmbH®"],
        ["Franc\u0327ois", "é 2"],
        ["Иван Петров", "мама", "мама mts", "дед"],
        ["Γιώργος", "μαμα home"],
    ],
)
def test_a_book_of_accents_or_another_script_in_utf_8_is_no_gbk(names: list[str]) -> None:
    scanned = scan(io.BytesIO("".join(wrapped(f"FN:{name}") for name in names).encode()))

    assert (scanned.charset, scanned.doubt) == ("utf-8", ())
    assert [c.full_name for c in scanned.cards()] == names


def test_a_header_that_is_folded_before_its_colon_loses_no_number() -> None:
    (one,) = read(wrapped("TEL;CELL:13800000001", "TEL;CELL", " :13800000002", "TEL;CELL"))

    assert [n.text for n in one.numbers] == ["13800000001", "13800000002"]
    assert [str(n) for n in one.notes] == [
        "book.vcf:6 A line has no colon or too long a header; it is left out."
    ]
