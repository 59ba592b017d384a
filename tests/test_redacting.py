"""A copy for others: no name and no number of the book is left in any text of it."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.evidence.redacting import Redactor, fold
from kit.model import (
    E164,
    Account,
    Contact,
    Exhibit,
    Finding,
    Incident,
    IncidentKind,
    Part,
    Relation,
    Rule,
    TakenFrom,
    Unnamed,
)
from kit.words import Words

AT = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
NAMES = ("王小芳（同事）", "Li Wei", "妈妈❤", "王", "买买提·艾力", "小王138", "陈 强", "José")
NUMBERS = ("13800000001", "13800000123", "01055500101", "95588", "110")
PEOPLE = [
    Contact(
        id=f"{n:012}",
        names=(name,),
        numbers=(E164("+8613800000001"),) if n == 0 else (),
        also=("110",) if n == 1 else (),
    )
    for n, name in enumerate(NAMES)
]
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")


def redactor(language: str = "zh-Hans") -> Redactor:
    return Redactor(PEOPLE, "CN", Words(language))


def written(number: str) -> st.SearchStrategy[str]:
    """A number as people write it, or hide it."""
    ways = (
        number,
        f"+86 {number[:3]} {number[3:7]} {number[7:]}",
        "-".join((number[:3], number[3:7], number[7:])).strip("-"),
        " ".join(number),
        number.translate(CIRCLED),
        number.translate(FULL_WIDTH),
        "".join(f"{c}\ufe0f\u20e3" for c in number),
        "\u200b".join(number),
    )
    long = (number.translate(CHINESE), " ".join(number.translate(CHINESE)))
    return st.sampled_from(ways + (long if len(number) > 4 else ()))


def named(name: str) -> st.SearchStrategy[str]:
    """A name as people write it."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)
    forms = (
        name,
        name.upper(),
        wide,
        unicodedata.normalize("NFD", name),
        name.replace(" ", "\u3000"),
    )
    return st.sampled_from(forms)


PIECES = st.lists(
    st.one_of(
        st.sampled_from(NAMES).flatmap(named),
        st.sampled_from(NUMBERS).flatmap(written),
        st.sampled_from(["说", "，打到 ", " and ", "欠了\n", "。", "…", ", ", "2026-06-01 22:30 "]),
        st.text("说他要钱 ab，。!？\n", max_size=4),
    ),
    max_size=6,
)


def left(text: str) -> list[str]:
    """Names and numbers of the book that stand in the text, however they are written."""
    plain = fold(unicodedata.normalize("NFKC", text))
    digits = re.sub(r"[ \-.()/·]", "", plain)
    of_book = [fold(name) for name in NAMES if len(name) > 1]
    names = [
        name
        for name in of_book
        if re.search(rf"(?<![a-z0-9é]){re.escape(name)}(?![a-z0-9é])", plain)
    ]
    runs = re.findall(r"\d+", digits)
    return names + [
        n for n in NUMBERS if any(n == run or (len(n) > 4 and n in run) for run in runs)
    ]


@given(PIECES, st.sampled_from(["、", " ", ""]))
def test_no_name_and_no_number_of_the_book_is_left(pieces: list[str], between: str) -> None:
    text = between.join(pieces)

    assert left(redactor().text(text)) == []


def test_what_is_looked_for_is_found_where_nothing_was_redacted() -> None:
    assert left("ＬＩ　ＷＥＩ说 ①③⑧ 0000 0001") == ["li wei", "13800000001"]


def test_the_same_one_is_called_the_same_in_every_text() -> None:
    one = redactor()

    assert one.text("王小芳和LI WEI：138 0000 0123") == "[联系人 1]和[联系人 2]：[号码 A]"
    assert one.text("王小芳（同事）") == "[联系人 1]"
    assert one.text("+86-138-0000-0123 与 13800000001") == "[号码 A] 与 [号码 B]"
    assert redactor("en").text("Li Wei 13800000123") == "[contact 1] [number A]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("王", "[联系人 1]"),  # of one character: only where it is all there is
        ("王八蛋", "王八蛋"),
        ("Li Weiwei 说", "Li Weiwei 说"),
        ("2026-06-01 22:30 打来", "2026-06-01 22:30 打来"),
        ("2026-06-01-0101 打来", "[号码 A] 打来"),
        ("一共 3 次，欠 2000 元", "一共 3 次，欠 2000 元"),
        ("欠 50000 元", "欠 [号码 A] 元"),
        ("110105194912310021", "[号码 A]"),  # an ID number that is nobody's
        ("幺三八零零零零零幺二三", "[号码 A]"),
        ("写信到 a.b@example.com，看 https://example.com/x?y=1", "写信到 [邮箱 A]，看 [链接 A]"),
        ("example.cn/pay", "[链接 A]"),
        ("微信图片_13800000123.jpg", "微信图片_[号码 A].jpg"),
        ("", ""),
    ],
)
def test_what_goes_and_what_stays(text: str, shown: str) -> None:
    assert redactor().text(text) == shown


def test_nicknames_relatives_and_the_borrowers_own_name_go_too() -> None:
    part = Part(
        where="a.vcf:1", nicknames=("芳芳",), relations=(Relation(kind="child", who="豆豆"),)
    )
    one = Redactor(
        [Contact(id="a", names=("甲乙",), parts=(part,)), Contact(id="me", names=("小明",))],
        "CN",
        Words("zh-Hans"),
        "me",
    )
    one.learn_borrower("阿明")

    assert one.text("芳芳带着豆豆，找小明、阿明和甲乙") == (
        "[联系人 1]带着[联系人 2]，找[本人]、[本人]和[联系人 1]"
    )


def incident(**given: object) -> Incident:
    told: dict[str, object] = {"account": Account.BORROWER, **given}
    return Incident(
        id="x",
        kind=IncidentKind.CALL,
        at=AT,
        zones=("Asia/Shanghai",),
        noted_at=AT,
        **told,  # type: ignore[arg-type]
    )


def test_two_who_have_one_name_stay_two() -> None:
    one = Redactor(
        [Contact(id="a", names=("小王",)), Contact(id="b", names=("小王（同事）",))],
        "CN",
        Words("zh-Hans"),
    )
    told = [incident(to="小王", contact_id="a"), incident(to="小王（同事）", contact_id="b")]
    told.append(incident(to="小王", account=Account.CONTACT, account_of="b", account_name="小王"))
    for each in told:
        one.learn_incident(each)
    shown = [one.incident(each) for each in told]

    assert [each.to for each in shown] == ["[联系人 1]", "[联系人 2]", "[联系人 3]"]
    assert shown[2].account_name == "[联系人 2]"
    assert one.text("让小王还钱") == "让[联系人 3]还钱"  # nobody can tell which of them


def test_a_finding_calls_everybody_as_the_incident_does() -> None:
    one = Redactor([Contact(id=i, names=("小王",)) for i in "ab"], "CN", Words("zh-Hans"))
    told = incident(to="小王", contact_id="b", number="1234", said="是1234打的，让小王死")
    one.learn_incident(told)
    found = Finding(
        rule=Rule.DISCLOSURE,
        fact_ids=(),
        incident_ids=("x",),
        counted=(("x",),),
        what="{reached} {number} {words} {who}",
        facts={"reached": "小王", "number": "1234", "words": told.said, "who": Unnamed.BORROWER},
    )
    shown, facts = one.incident(told), one.finding(found, [told]).facts

    assert shown.number == "[号码 A]"
    assert (facts["reached"], facts["number"], facts["words"]) == (
        *(shown.to, shown.number, shown.said),
    )
    assert shown.said == "是[号码 A]打的，让[联系人 2]死"
    assert facts["who"] is Unnamed.BORROWER


@pytest.mark.parametrize("number", ["95", "1234", "（12）", "1-2-3", "95588", "①②"])
def test_a_number_as_it_was_shown_goes_however_short_it_is(number: str) -> None:
    assert redactor().incident(incident(number=number)).number == "[号码 A]"


def test_a_name_or_number_that_is_learned_later_goes_from_a_text_that_was_read_before() -> None:
    one = redactor()
    told = "欧阳示例 打了 4077"

    assert one.text(told) == told
    one.learn("欧阳示例")
    assert one.text(told) == "[联系人 1]打了 4077"
    one.learn_incident(incident(number="4077"))
    assert one.text(told) == "[联系人 1]打了 [号码 A]"


def test_people_are_known_by_their_given_name_too() -> None:
    book = ["王小芳（同事）", "李经理", "张阿姨", "阿小明", "陈建国"]
    people = [Contact(id=f"{n}", names=(name,)) for n, name in enumerate(book)]
    one = Redactor(people, "CN", Words("zh-Hans"))

    assert one.text("小芳也跑不掉，找建国") == "[联系人 1]也跑不掉，找[联系人 2]"
    assert one.text("你们经理和阿姨说小明") == "你们经理和阿姨说小明"


@pytest.mark.parametrize("saved", ["二舅张建国", "张建国妈妈", "房东张建国", "張建國同學"])
def test_people_are_known_by_the_name_beside_what_they_are(saved: str) -> None:
    one = Redactor([Contact(id="0", names=(saved,))], "CN", Words("zh-Hans"))
    said = "你是張建國的外甥，叫建國还钱" if "國" in saved else "你是张建国的外甥，叫建国还钱"

    assert one.text(said) == "你是[联系人 1]的外甥，叫[联系人 1]还钱"


@pytest.mark.parametrize("saved", ["王阿姨", "李二舅", "马上快递", "金融中介", "妈妈"])
def test_what_stands_beside_is_no_name_by_itself(saved: str) -> None:
    one = Redactor([Contact(id="0", names=(saved,))], "CN", Words("zh-Hans"))

    assert one.text("二舅和阿姨马上找金融公司") == "二舅和阿姨马上找金融公司"


def test_an_incident_keeps_nothing_that_names_anybody() -> None:
    one = redactor()
    incident = Incident(
        id="x",
        kind=IncidentKind.CALL,
        at=AT,
        zones=("Asia/Shanghai",),
        number="138 0000 0123",
        caller=E164("+8613800000123"),
        contact_id="000000000000",
        to="公司前台的老陈",
        said="要公司前台的老陈转告 Li Wei",
        account=Account.CONTACT,
        account_of="000000000001",
        account_name="Li Wei",
        noted_at=AT,
        source="王小芳.xml:3",
        original="<sms address='13800000123'/>",
    )
    one.learn_incident(incident)
    shown = one.incident(incident)

    assert (shown.number, shown.caller) == ("[号码 A]", None)
    assert shown.said == f"要{shown.to}转告 {shown.account_name}"
    assert {shown.id, shown.contact_id, shown.account_of, shown.source, shown.original} == {""}


def test_an_exhibit_keeps_no_name_of_a_file_that_names_anybody() -> None:
    one = redactor()
    one.learn("二舅")
    shown = one.exhibit(
        Exhibit(
            id="x",
            sha256="0" * 64,
            size=1,
            media_type="image/jpeg",
            name="王小芳 13800000123.jpg",
            taken_at=None,
            taken_from=TakenFrom.NOWHERE,
            incident_id="y",
            received_from="二舅",
            received_by="微信，二舅的号",
            noted_at=AT,
        )
    )

    assert shown.name == "[联系人 1] [号码 A].jpg"
    assert shown.received_by == f"微信，{shown.received_from}的号"
    assert shown.id == shown.incident_id == ""


def test_long_texts_without_a_blank_take_no_time() -> None:
    text = "a." * 50_000 + "1" * 50_000 + "-" * 50_000

    assert len(redactor().text(text)) < len(text)
