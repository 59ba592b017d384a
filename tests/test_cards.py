"""The address books of `tests/cards`: one file for every way in which real ones are written.

What becomes of their people is in `test_cards_to_people`.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import vobject
from conftest import EXAMPLES, bare_environment
from trickle import Trickle

from kit.vcard import read_cards, scan

if TYPE_CHECKING:
    from kit.vcard import Card

CARDS = Path(__file__).parent / "cards"

#: These are no vCards by their standards, or vobject cannot read them; every other file can be
#: read by both.
DAMAGED = {
    "android",
    "agent-with-a-number-of-its-own",
    "bare-chinese-parameter",
    "big5-without-a-label",
    "calendar-between-cards",
    "carelessly-written-headers",
    "card-without-begin",
    "card-without-end",
    "charset-that-does-not-exist",
    "commas-not-escaped",
    "cut-inside-a-photo",
    "damaged-lines-with-names-and-numbers",
    "end-and-begin-on-one-line",
    "end-with-a-trailing-blank",
    "extensions-in-every-form",
    "folded-inside-a-character",
    "gbk-labelled-utf-8",
    "gbk-name-that-is-also-utf-8",
    "gbk-then-utf-8-with-a-mark",
    "header-of-sixty-types-without-a-colon",
    "korean-that-may-be-chinese",
    "nul-before-begin",
    "old-mac-lone-cr",
    "old-phone",
    "photo-damaged",
    "photo-not-folded",
    "samsung-export",
    "samsung-label-broken-inside-the-header",
    "shift-jis-without-a-label",
    "soft-break-followed-by-an-empty-line",
    "stray-equals-sign-before-a-number",
    "utf-16-big-endian-with-a-mark",
    "utf-16-little-endian-with-a-mark",
    "utf-16-little-endian-without-a-mark",
    "utf-8-with-a-mark-then-gbk-with-a-mark",
}
FILES = sorted([*CARDS.glob("*.vcf"), *EXAMPLES.glob("*.vcf")])
#: vobject's regular expression needs years for it.
HANGS_VOBJECT = "header-of-sixty-types-without-a-colon"


def raw(name: str) -> bytes:
    return (CARDS / f"{name}.vcf").read_bytes()


def read(data: str | bytes) -> list[Card]:
    """The cards of a file of `tests/cards`, or of these bytes."""
    return list(read_cards(io.BytesIO(raw(data) if isinstance(data, str) else data), "book.vcf"))


def said(cards: list[Card]) -> list[tuple[str, list[str]]]:
    """Name and numbers of every card."""
    return [(card.full_name, [number.text for number in card.numbers]) for card in cards]


def noted(cards: list[Card]) -> list[int]:
    """How many notes every card has."""
    return [len(card.notes) for card in cards]


def labels(card: Card) -> list[tuple[str, str, set[str]]]:
    return [(number.text, number.label, set(number.types)) for number in card.numbers]


# Case 1


def test_an_android_soft_break_inside_a_character_spoils_no_value() -> None:
    trainer, friend = read("android-soft-break-inside-a-character")

    assert said([trainer]) == [("健身房小杨（晨光店）", ["1-380-000-0020"])]
    assert trainer.name_parts == ("", "健身房小杨（晨光店）", "", "", "")
    assert friend.organisation == "晨光文具办公用品商店 行政部"
    assert friend.title == "仓库管理员兼送货司机"
    assert noted([trainer, friend]) == [0, 0]


# Case 2


def test_a_stray_equals_sign_swallows_no_number() -> None:
    mother, friend, boss = read("stray-equals-sign-before-a-number")

    assert said([mother, friend, boss]) == [
        ("妈妈", ["13800000001", "010-55500101"]),
        ("王小芳", ["13800000004"]),
        ("周经理", ["13800000007"]),
    ]
    assert (friend.title, friend.emails, boss.has_note) == ("店长", ("fang@example.com",), True)


# Case 3


def test_an_empty_line_after_a_soft_break_neither_ends_a_name_nor_swallows_a_number() -> None:
    trainer, neighbour = read("soft-break-followed-by-an-empty-line")

    assert said([trainer, neighbour]) == [
        ("健身房小杨教练A1", ["1-380-000-0020"]),
        ("楼下阿姨", ["1-380-000-0015"]),
    ]
    assert trainer.name_parts == ("", "健身房小杨教练A1", "", "", "")
    assert trainer.emails == ("yang@example.com",)


# Case 4


def test_a_label_of_a_samsung_telephone_is_read_also_across_a_break_in_the_header() -> None:
    broken, whole = read("samsung-label-broken-inside-the-header")

    assert labels(broken) == [
        ("138-0000-0005", "大学同学的哥哥的手机", set()),
        ("1-380-000-0006", "", {"cell"}),
    ]
    assert labels(whole) == [
        ("13800000008", "微信", set()),
        ("13800000009", "老公的新号", set()),
    ]
    assert noted([broken, whole]) == [0, 0]


# Case 5


def test_a_bare_chinese_parameter_is_a_label() -> None:
    (card,) = read("bare-chinese-parameter")

    assert labels(card) == [
        ("13800000011", "手机", set()),
        ("13800000012", "爱人", {"cell"}),
        ("010-55500102", "", {"home"}),
    ]


# Case 6


def test_a_gbk_name_that_is_also_utf_8_is_read_as_its_file_is_written() -> None:
    scanned = scan(io.BytesIO(raw("gbk-name-that-is-also-utf-8")))

    assert (scanned.charset, scanned.doubt) == ("gb18030", ())
    assert [(c.full_name, c.organisation) for c in scanned.cards()] == [
        ("郭建国", ""),
        ("郑伟", ""),
        ("太太", ""),
        ("爷爷", "晨光文具 行政部"),
        ("侄女", ""),
    ]


# Case 7


@pytest.mark.parametrize(
    "name", ["gbk-then-utf-8-with-a-mark", "utf-8-with-a-mark-then-gbk-with-a-mark"]
)
def test_a_file_joined_from_two_exports_is_read_in_both_their_characters(name: str) -> None:
    cards = read(name)

    assert sorted(said(cards)) == sorted(
        [
            ("王小芳", ["13800000004"]),
            ("孙浩", ["13800000017"]),
            ("楼下阿姨", ["13800000015"]),
            ("罗文", ["13800000031"]),
            ("郑伟", ["13800000027"]),
            ("胡叔叔", ["13800000029"]),
            ("高飞", ["13800000014"]),
        ]
    )
    assert noted(cards) == [0] * 7


# Case 8


def test_gbk_that_is_labelled_utf_8_is_read_as_gbk() -> None:
    assert said(read("gbk-labelled-utf-8")) == [
        ("王小芳", ["13800000004"]),
        ("林老师", ["13800000016"]),
        ("钱进", ["13800000032"]),
    ]


def test_a_charset_that_does_not_exist_costs_nothing_and_a_cut_character_is_noted() -> None:
    cards = read("charset-that-does-not-exist")

    assert said(cards) == [
        ("王小芳", ["13800000004"]),
        ("林老师", ["13800000016"]),
        ("钱\ufffd", ["13800000032"]),
    ]
    assert [note.where for note in cards[2].notes] == ["book.vcf:14"]


@pytest.mark.parametrize(
    ("name", "charset", "names"),
    [
        ("big5-without-a-label", "big5", ["陳小姐", "媽媽", "林雅婷", "黃俊傑"]),
        ("shift-jis-without-a-label", "shift_jis", ["髙橋さくら", "お母さん", "山田太郎", "ソ能"]),
    ],
)
def test_characters_without_a_label_are_told_by_what_people_write(
    name: str, charset: str, names: list[str]
) -> None:
    scanned = scan(io.BytesIO(raw(name)))

    assert (scanned.charset, scanned.doubt) == (charset, ())
    assert [card.full_name for card in scanned.cards()] == names


def test_where_nobody_can_tell_the_characters_somebody_is_asked() -> None:
    scanned = scan(io.BytesIO(raw("korean-that-may-be-chinese")))
    korean = [sample for sample in scanned.doubt if sample.charset == "euc_kr"]

    assert korean[0].texts[:3] == ("김 민수", "김민수", "엄마")
    assert [card.full_name for card in scanned.cards("euc_kr")] == ["김민수", "엄마", "박지영"]


# Case 9


@pytest.mark.parametrize(
    "name",
    [
        "utf-16-little-endian-with-a-mark",
        "utf-16-little-endian-without-a-mark",
        "utf-16-big-endian-with-a-mark",
    ],
)
def test_utf_16_is_read_with_and_without_its_mark(name: str) -> None:
    scanned = scan(io.BytesIO(raw(name)), "book.vcf")
    cards = list(scanned.cards())

    assert scanned.charset.startswith("utf-16")
    assert said(cards) == [("吴婷婷", ["138 0000 0018"]), ("小鹿🦌", ["138 0000 0012"])]
    assert [(c.where, len(c.notes)) for c in cards] == [("book.vcf:1", 0), ("book.vcf:8", 0)]
    assert cards[0].emails == ("wu@example.com",)


# Case 10


def test_a_character_cut_by_folding_is_whole_again() -> None:
    (card,) = read("folded-inside-a-character")

    assert card.full_name == "刘洋2（大学同学，住对面宿舍，毕业以后在晨光文具做仓管，常常一起打球）"
    assert card.name_parts[1] == card.full_name.removeprefix("刘")
    assert card.organisation == "晨光文具办公用品商店建国路分店二楼办公室负责采购和送货的那个部门"
    assert [(text, label) for text, label, _ in labels(card)] == [
        ("138 0000 0006", ""),
        ("138 0000 0005", "他哥哥的手机，晚上八点以后才打得通，白天请打前面的那个号码"),
    ]
    assert noted([card]) == [0]


# Case 11


def test_cr_cr_lf_ends_a_line_also_in_a_folded_photo() -> None:
    cards = read("cr-cr-lf-with-a-folded-photo")

    assert said(cards) == [
        ("小鹿（隔壁宿舍的同学，会弹吉他，常常和我们一起吃晚饭的那个）", ["13800000012"]),
        ("高飞", ["13800000014"]),
    ]
    assert [(c.has_photo, len(c.notes)) for c in cards] == [(True, 0), (False, 0)]


# Case 12


def test_a_lone_cr_ends_a_line() -> None:
    cards = read("old-mac-lone-cr")

    assert said(cards) == [
        (
            "刘洋2（大学同学，住对面宿舍，毕业以后在晨光文具做仓管，常常一起打球）",
            ["13800000006"],
        ),
        ("王小芳", ["13800000004"]),
    ]
    assert [(c.has_photo, len(c.notes)) for c in cards] == [(True, 0), (False, 0)]


# Case 13


def test_cards_without_a_line_break_between_them_are_told_apart() -> None:
    cards = read("end-and-begin-on-one-line")

    assert [(c.where, c.full_name, len(c.numbers)) for c in cards] == [
        ("book.vcf:1", "孙浩", 1),
        ("book.vcf:5", "吴婷婷", 1),
        ("book.vcf:9", "朱军", 1),
        ("book.vcf:13", "高飞", 1),
    ]


@pytest.mark.parametrize(
    "between",
    [
        *("", ",", ";", " ", "\t", "\0", "\\n", "<br>", "\ufeff", "\u200b", "\u2028", "-----"),
        "END:VCARDBEGIN:VCARD",
    ],
)
@pytest.mark.parametrize("version", ["VERSION:3.0\n", ""])
def test_whatever_stands_between_end_and_begin_two_people_stay_two(
    between: str, version: str
) -> None:
    first = f"BEGIN:VCARD\n{version}FN:孙浩\nTEL:13800000017\nEND:VCARD"
    second = f"BEGIN:VCARD\n{version}FN:高飞\nTEL:13800000014\nEND:VCARD\n"
    cards = said(read((first + between + second).encode()))

    assert (cards[0], cards[-1]) == (("孙浩", ["13800000017"]), ("高飞", ["13800000014"]))


def test_an_end_without_a_line_of_its_own_ends_its_card() -> None:
    glued = raw("end-with-a-trailing-blank").replace(b"\r\nEND:VCARD \r\n", b"END:VCARD")

    assert said(read(glued)) == [("孙浩", ["13800000017"]), ("吴婷婷", ["13800000018"])]


# Case 14


@pytest.mark.parametrize(
    "name", ["end-with-a-trailing-blank", "lower-case-begin-and-end", "nul-before-begin"]
)
def test_begin_and_end_may_be_written_carelessly(name: str) -> None:
    cards = read(name)

    assert said(cards) == [("孙浩", ["13800000017"]), ("吴婷婷", ["13800000018"])]
    assert [(c.where, c.version, len(c.notes)) for c in cards] == [
        ("book.vcf:1", "3.0", 0),
        ("book.vcf:6", "3.0", 0),
    ]


def test_what_stands_between_cards_is_none() -> None:
    cards = read("calendar-between-cards")

    assert said(cards) == [("孙浩", ["13800000017"]), ("朱军", ["13800000019"])]
    assert sum(noted(cards)) > 0


def test_headers_may_be_written_carelessly() -> None:
    (card,) = read("carelessly-written-headers")

    assert labels(card) == [(f"1380000003{n}", "", {"cell"}) for n in range(2, 7)]
    assert (card.full_name, card.organisation) == ("钱进", "晨光文具")
    assert (card.emails, card.notes) == (("qian@example.com",), ())


# Case 15


@pytest.mark.parametrize(("name", "second"), [("card-without-end", 6), ("card-without-begin", 6)])
def test_a_card_without_its_begin_or_end_is_kept_and_noted(name: str, second: int) -> None:
    cards = read(name)

    assert said(cards) == [
        ("孙浩", ["13800000017"]),
        ("吴婷婷", ["13800000018"]),
        ("朱军", ["13800000019"]),
    ]
    assert noted(cards) == [0, 1, 0]
    assert cards[1].notes[0].where == f"book.vcf:{second}"


def test_a_file_cut_inside_a_photo_loses_no_card() -> None:
    whole, cut = read("cut-inside-a-photo")

    assert said([whole, cut]) == [("孙浩", ["13800000017"]), ("朱军", ["13800000019"])]
    assert cut.has_photo
    assert noted([whole, cut]) == [0, 1]


# Case 16


def test_a_photo_that_is_not_folded_hides_no_number() -> None:
    cards = read("photo-not-folded")

    assert said(cards) == [
        ("朱军", ["13800000019"]),
        ("高飞", ["13800000014"]),
        ("孙浩", ["13800000017"]),
    ]
    assert [c.has_photo for c in cards] == [True, True, True]


def test_a_damaged_photo_costs_no_more_than_itself() -> None:
    assert said(read("photo-damaged")) == [
        ("朱军", ["13800000019"]),
        ("高飞", ["13800000014"]),
        ("孙浩", ["13800000017"]),
    ]


@pytest.mark.parametrize("between", ["", "\r\n ", "\r\n"], ids=["one line", "folded", "unfolded"])
def test_a_photo_of_ten_megabytes_is_never_held(between: str) -> None:
    base64 = between.join(["A" * 76] * 140_000)
    before, after = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN:a\r\nPHOTO;ENCODING=BASE64:", "\r\n\r\n"
    tail = "TEL;CELL:13800000001\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:b\r\nEND:VCARD\r\n"
    stream = io.BytesIO(f"{before}{base64}{after}{tail}".encode())
    tracemalloc.start()
    cards = list(read_cards(stream))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert said(cards) == [("a", ["13800000001"]), ("b", [])]
    assert [c.has_photo for c in cards] == [True, False]
    assert most < 8_000_000


# Case 17


@pytest.mark.parametrize("name", ["photo-as-data-uri", "photo-url-folded-at-colons"])
def test_a_photo_that_is_a_uri_gives_no_number_and_hides_none(name: str) -> None:
    cards = read(name)

    assert [len(c.numbers) for c in cards] == [1, 1]
    assert "999" not in "".join(number.text for card in cards for number in card.numbers)
    assert [(c.has_photo, len(c.notes)) for c in cards] == [(True, 0), (True, 0)]


# Case 18


def test_the_number_of_an_agent_is_not_that_of_the_person_it_acts_for() -> None:
    cards = read("agent-with-a-number-of-its-own")

    assert said(cards) == [
        ("周经理", ["13800000007"]),
        ("钱进", ["13800000032"]),
        ("林老师", ["13800000016"]),
    ]
    assert [c.emails for c in cards] == [(), ("qian@example.com",), ()]
    assert [c.has_photo for c in cards] == [False, False, False]
    assert noted(cards) == [1, 1, 0]


# Case 19


def test_commas_that_nobody_escaped_cut_nothing() -> None:
    friend, doe = read("commas-not-escaped")

    assert said([friend]) == [
        ("老同学, 住楼上", ["010-55500101,801", "010-55500102,,802#", "13800000030"])
    ]
    assert friend.name_parts[0] == "老同学, 住楼上"
    assert (friend.title, friend.organisation) == ("店长, 夜班", "晨光, 文具 行政, 采购")
    assert friend.has_note
    assert (doe.full_name, doe.name_parts[:2]) == ("John Doe, Jr.", ("Doe, Jr.", "John"))


# Case 20


def test_a_header_without_a_colon_costs_its_line() -> None:
    cards = read(HANGS_VOBJECT)

    assert said(cards) == [
        ("张丽", ["13800000011"]),
        ("李强", ["13800000010"]),
        ("钱进", ["13800000032"]),
    ]
    assert [[note.where for note in card.notes] for card in cards] == [
        ["book.vcf:4"],
        ["book.vcf:10"],
        ["book.vcf:16"],
    ]


@pytest.mark.parametrize(
    "header",
    [
        "TEL;TYPE=" + "a," * 2_000_000,
        "TEL;" + "X=y;" * 1_000_000 + ":13800000009",
        'TEL;X="' + "a:" * 2_000_000,
        'TEL;X=""' * 500_000,
        "TEL;X-CUSTOM(" * 300_000,
        "a." * 2_000_000 + "TEL:13800000009",
        "TEL;X=1;\r\n " * 400_000,
        "FN;ENCODING=QUOTED-PRINTABLE:" + "=\r\n" * 600_000,
        "\r" * 2_000_000,
    ],
    ids=lambda header: repr(header[:12]),
)
def test_a_header_of_megabytes_is_passed_over_in_time_that_grows_with_its_length(
    header: str,
) -> None:
    book = f"BEGIN:VCARD\r\n{header}\r\n\r\nTEL:13800000001\r\nEND:VCARD\r\n"
    program = "import sys; from kit.vcard import read_cards; c, = read_cards(sys.stdin.buffer);"
    done = subprocess.run(
        [sys.executable, "-c", program + "print(*(number.text for number in c.numbers))"],
        input=book.encode(),
        capture_output=True,
        check=True,
        env=bare_environment(),
        timeout=120,  # what is not linear takes hours
    )

    assert done.stdout.split() == [b"13800000001"]


# Case 21


def test_a_card_of_an_organisation_has_no_name() -> None:
    cards = read("organisation-without-a-name")

    assert [(c.full_name, c.name_parts, c.organisation) for c in cards] == [
        ("", ("", "", "", "", ""), "晨光银行"),
        ("", ("", "", "", "", ""), "晨光文具 前台"),
    ]
    assert [(c.is_group, c.has_photo, len(c.notes)) for c in cards] == [
        (False, True, 0),
        (False, False, 0),
    ]


def test_a_list_of_cards_is_no_person() -> None:
    cards = read("group-card-without-a-number")

    assert [(c.full_name, c.is_group) for c in cards] == [
        ("家人", True),
        ("同学", True),
        ("妈妈", False),
    ]


# The telephones


def test_what_an_iphone_exports_is_read_whole() -> None:
    card, mother = read("iphone-export")

    assert (card.name_parts[:2], card.nicknames) == (("王", "小明"), ("小明",))
    assert (card.organisation, card.title) == ("晨光文具 行政部", "仓管, 夜班")
    assert labels(card) == [
        ("+86 138 0000 0041", "", {"cell", "voice", "pref"}),
        ("138 0000 0042", "爱人", set()),
        ("010-5550 0101", "", {"home", "voice"}),
    ]
    assert [(r.kind, r.who) for r in card.relations] == [
        ("spouse", "张丽"),
        ("father", "王建国"),
        ("大姨", "李芳"),
    ]
    assert (card.uid, card.revision) == (
        "7c1d9a54-8f0e-4b53-9a61-0d6f1a2b3c41",
        "2026-11-01T08:00:00Z",
    )
    assert (card.has_note, card.has_photo, card.notes) == (True, True, ())
    assert (mother.has_note, mother.has_photo, mother.relations) == (False, False, ())


def test_what_android_exports_is_read_whole() -> None:
    friend, mother, anna = read("aosp-export")

    assert (friend.nicknames, friend.organisation) == (("芳芳",), "晨光文具 行政部")
    assert (friend.title, friend.has_note, friend.has_photo) == ("店长", True, True)
    assert [(r.kind, r.who) for r in mother.relations] == [("spouse", "王建国"), ("大姨", "李芳")]
    assert [(r.kind, r.who) for r in anna.relations] == [("brother", "Tom Smith")]
    assert noted([friend, mother, anna]) == [0, 0, 0]


def test_what_other_androids_add_of_their_own_costs_nothing() -> None:
    oppo = read("coloros-export")
    (samsung,) = read("samsung-export")

    assert said(oppo) == [
        ("陈志远", ["138 0000 0005"]),
        ("二舅", ["13800000009", "+8613800000010"]),
    ]
    assert [(c.has_photo, len(c.notes)) for c in oppo] == [(True, 0), (False, 0)]
    assert labels(samsung)[2] == ("13800000022", "孩子学校", set())
    assert (samsung.nicknames, samsung.notes) == (("燕子",), ())


def test_what_google_exports_is_read_whole() -> None:
    card, doctor = read("google-export")

    assert (card.nicknames, card.title, card.has_note) == (("小马",), "司机", True)
    assert labels(card)[1] == ("138 0000 0052", "室友", set())
    assert [(r.kind, r.who) for r in card.relations] == [("sister", "马小燕")]
    assert card.categories == ("myContacts", "starred")
    assert doctor.name_parts == ("Reyes", "Marisol", "", "Dr.", "")


def test_what_carddav_exports_is_read_whole() -> None:
    wife, husband = read("davx5-export")
    (cloud,) = read("nextcloud-export")

    assert wife.uid == "urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8af"
    assert wife.revision == "20261101T080000Z"
    assert (wife.nicknames, wife.categories) == (("燕子", "小马"), ("家人", "同学, 宿舍"))
    assert [(r.kind, r.who) for r in wife.relations] == [
        ("spouse", "徐峰"),
        ("emergency", "urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8b0"),
    ]
    assert wife.numbers[1].text.endswith("+86-10-5550-0104;ext=801")
    assert (husband.has_photo, [r.kind for r in husband.relations]) == (True, ["mother"])
    assert cloud.categories == ("紧急联系人",)
    assert {(r.kind, r.who) for r in cloud.relations} == {
        ("manager", "周经理"),
        ("emergency", "王芳"),
    }


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("X-SPOUSE:Zhang Li", "spouse"),
        ("X-EVOLUTION-SPOUSE:Zhang Li", "spouse"),
        ("X-EVOLUTION-MANAGER:Zhang Li", "manager"),
        ("X-EVOLUTION-ASSISTANT:Zhang Li", "assistant"),
        ("X-KADDRESSBOOK-X-SpousesName:Zhang Li", "spouse"),
        ("X-KADDRESSBOOK-X-ManagersName:Zhang Li", "manager"),
        ("X-KADDRESSBOOK-X-AssistantsName:Zhang Li", "assistant"),
        ("X-MS-SPOUSE;N=1:Zhang Li", "spouse"),
        ("X-MS-MANAGER:Zhang Li", "manager"),
        ("X-MS-ASSISTANT:Zhang Li", "assistant"),
        ("X-WAB-SPOUSE:Zhang Li", "spouse"),
        ("X-MANAGER:Zhang Li", "manager"),
        ("X-ASSISTANT:Zhang Li", "assistant"),
        ("X-MANAGERSNAME:Zhang Li", "manager"),
        ("RELATED;TYPE=Mother;VALUE=text:Zhang Li", "mother"),
        ("X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Zhang Li;8;;;;;;;;;;;;;", "mother"),
        ("X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Zhang Li;0;Aunt;;;;;;;;;;;;", "aunt"),
    ],
)
def test_a_relation_is_read_as_every_program_writes_it(line: str, kind: str) -> None:
    (card,) = read(f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:a\r\n{line}\r\nEND:VCARD\r\n".encode())

    assert [(r.kind, r.who) for r in card.relations] == [(kind, "Zhang Li")]


# As vobject reads it


def _plain(value: object) -> str:
    """The text on one line without marks that turn the direction: we leave them out of all."""
    text = " ".join(value) if isinstance(value, list) else str(value)
    return " ".join(text.replace("\u202a", "").replace("\u202c", "").split())


def _as_vobject_reads(card: Any) -> dict[str, object]:  # noqa: ANN401 (vobject has no types)
    def values(name: str) -> list[object]:
        return [line.value for line in card.contents.get(name, [])]

    names = [n for n in values("n") if str(n).strip()]
    parts = ("family", "given", "additional", "prefix", "suffix")
    return {
        "FN": next(map(_plain, values("fn")), ""),
        "N": tuple(_plain(getattr(names[0], part)) if names else "" for part in parts),
        "TEL": [_plain(value) for value in values("tel")],
        "EMAIL": [_plain(value) for value in values("email")],
        "ORG": next(map(_plain, values("org")), ""),
        "TITLE": next(map(_plain, values("title")), ""),
        "NICKNAME": list(map(_plain, values("nickname"))),
        "CATEGORIES": [_plain(one) for many in values("categories") for one in _each(many)],
        "UID": next(map(_plain, values("uid")), ""),
    }


def _each(many: object) -> list[object]:
    return many if isinstance(many, list) else [many]


def _as_we_read(card: Card, *, has_nickname: bool) -> dict[str, object]:
    return {
        "FN": card.full_name,
        "N": card.name_parts,
        # vobject ends a value at its first comma, which is where a number pauses.
        "TEL": [_plain(number.text).partition(",")[0] for number in card.numbers],
        "EMAIL": list(card.emails),
        "ORG": card.organisation,
        "TITLE": card.title,
        # And so it has one nickname only; that of an X-ANDROID-CUSTOM it does not know.
        "NICKNAME": list(card.nicknames[:1]) if has_nickname else [],
        "CATEGORIES": list(card.categories),
        "UID": card.uid,
    }


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.stem not in DAMAGED], ids=lambda path: path.stem
)
def test_a_well_formed_card_reads_as_vobject_reads_it(path: Path) -> None:
    book = path.read_bytes()
    theirs = list(vobject.readComponents(book.decode(), allowQP=True))
    ours = read(book)

    assert len(ours) == len(theirs)
    for card, other in zip(ours, theirs, strict=True):
        has_nickname = "nickname" in other.contents
        assert _as_we_read(card, has_nickname=has_nickname) == _as_vobject_reads(other), card.where


@pytest.mark.parametrize("name", sorted(DAMAGED - {HANGS_VOBJECT}))
def test_bare_vobject_loses_or_garbles_every_damaged_file(name: str) -> None:
    path = next(path for path in FILES if path.stem == name)
    text = path.read_bytes().decode("utf-8", "replace")
    try:
        theirs = [_as_vobject_reads(c) for c in vobject.readComponents(text, allowQP=True)]
    except Exception:  # noqa: BLE001 (it raises what it likes)
        return

    assert [(c["FN"], c["TEL"]) for c in theirs] != said(read(path.read_bytes()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_card_that_goes_in_comes_out(path: Path) -> None:
    """AGENTs aside, and the one card whose BEGIN is missing."""
    book = path.read_bytes().replace(b"\0", b"").upper()
    apart = {"agent-with-a-number-of-its-own": -2, "card-without-begin": 1}

    assert len(read(path.read_bytes())) == book.count(b"BEGIN:VCARD") + apart.get(path.stem, 0)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_read_does_not_depend_on_how_much_is_read_at_a_time(path: Path) -> None:
    trickle = Trickle(path.read_bytes(), 7)

    assert list(read_cards(trickle, "book.vcf")) == read(path.read_bytes())  # type: ignore[arg-type]
