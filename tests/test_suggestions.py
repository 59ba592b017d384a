from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.contacts.kinship import WORDS, kin
from kit.contacts.oneself import may_be_oneself
from kit.contacts.suggestions import suggestion_for
from kit.model import E164, Contact, Group, Part, Relation, Suggestion

MOBILE = E164("+8613800000001")
EMERGENCY, NOBODY = Group.EMERGENCY, Group.NOBODY
#: Every word of the table; where a blank is often left out, both spellings.
EVERY_WORD = [
    spelled
    for line in WORDS.values()
    for word in line.split()
    for spelled in dict.fromkeys((word.replace("_", ""), word.replace("_", " ")))
]
SHOPS = (
    "鱼庄",
    "饼店",
    "蹄花",
    "洗衣液",
    "超市",
    "快递",
    "火锅",
    "APP",
    "花店",
    " Pizza",
    "的店",
    "牌",
)


def contact(name: str = "某某", number: E164 = MOBILE, id_: str = "id1", **said: object) -> Contact:
    """One contact of one card."""
    part = Part(where="book.vcf:1", name=name, **said)  # type: ignore[arg-type]
    return Contact(id=id_, names=(name,), numbers=(number,), parts=(part,))


def suggested(name: str, **said: object) -> tuple[Group, bool] | None:
    """Group and strength."""
    found = suggestion_for(contact(name, MOBILE, "id1", **said), None)
    return None if found is None else (found.group, found.is_sure)


# --- whom to tell first -----------------------------------------------------------------


@pytest.mark.parametrize("word", EVERY_WORD)
def test_every_word_of_the_table_is_suggested_in_its_whole_form_alone(word: str) -> None:
    found = suggested(word)

    assert kin(word) is not None
    assert found is not None
    assert found[0] is EMERGENCY
    assert [shop for shop in SHOPS if suggested(word + shop) is not None] == []
    assert suggested("王" + word) is None


def test_the_table_has_all_languages_of_the_reference() -> None:
    languages = {language for language, _ in WORDS} - {"pinyin"}

    assert len(languages) == 17
    assert sum(len(line.split()) for line in WORDS.values()) == 608


@pytest.mark.parametrize(
    "name",
    [
        *(
            "妈妈",
            "A妈妈",
            "AAA妈妈",
            "1妈妈",
            "0老婆",
            "ICE妈妈",
            "ICE - Mom",
            "A Mom",
            "我妈",
            "我的妈妈",
        ),
        *(
            "妈妈手机",
            "妈妈新号",
            "妈妈2",
            "老婆2号",
            "妈妈(上海)",
            "妈妈（上海）",
            "妈 妈",
            "妈\u200b妈",
        ),
        *("老婆❤️", "❤老公❤", "1️⃣妈妈", "~爸爸~", "ＭＯＭ", "my mom", "mom & dad", "mẹ yêu", "엄마❤"),
        *("母亲大人", "亲爱的老公", "我家", "ice1", "紧急联系人", "媽媽", "お母さん", "Бабушка"),
    ],
)
def test_what_is_put_around_a_word_changes_nothing(name: str) -> None:
    assert suggested(name) == (EMERGENCY, True)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "先生",
            "太太",
            "夫人",
            "小姐姐",
            "大哥",
            "大姐",
            "老大",
            "老二",
            "宝贝",
            "亲爱的",
            "公公",
            "婆婆",
        ),
        *("妻", "媳妇", "娘", "公", "婆", "朵朵妈妈", "小宇爸爸", "乐乐奶奶", "妈妈单位", "妈妈家"),
        *("Anne", "Son", "Baba", "Mari", "Honey", "叔叔", "오빠", "Ibu", "sos"),
    ],
)
def test_what_may_be_something_else_is_never_plain(name: str) -> None:
    assert suggested(name) == (EMERGENCY, False)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "妈妈鱼庄",
            "外婆家",
            "姥姥家",
            "老公饼店",
            "老妈蹄花",
            "好爸爸洗衣液",
            "太太乐",
            "大姨妈APP",
            "姐妹花店",
        ),
        *(
            "小姐",
            "师傅",
            "老师",
            "医生",
            "张阿姨",
            "李哥",
            "王姐",
            "刘叔",
            "王妈妈",
            "胡叔叔",
            "楼下阿姨",
        ),
        *("Ma", "An", "Nana", "Lola", "Tata", "Ma Lin", "Son Heung", "So N", "Amom", "Mama Mia"),
        *(
            "妈妈（鱼庄）",
            "妈妈(已故)",
            "大家",
            "老家",
            "专家",
            "我",
            "手机",
            "上海",
            "",
            "❤",
            "120",
            "王伟",
        ),
    ],
)
def test_a_false_friend_is_not_suggested(name: str) -> None:
    assert suggested(name) is None


def test_beside_an_organisation_a_word_is_not_plain() -> None:
    assert suggested("妈妈", organisation="妈妈鱼庄") == (EMERGENCY, False)
    assert suggested("太太", organisation="晨光文具") == (EMERGENCY, False)


def test_a_nickname_counts_like_a_name() -> None:
    assert suggested("王秀英", nicknames=("妈妈",)) == (EMERGENCY, True)


@pytest.mark.parametrize(
    "category", ["家人", "家庭", "亲人", "紧急联系人", "ICE", "Family", "emergency"]
)
def test_a_group_for_family_or_emergencies_is_a_reason(category: str) -> None:
    assert suggested("王秀英", categories=("小区", category)) == (EMERGENCY, True)
    assert suggested("王秀英", categories=("小区", category + "楼")) is None
    assert suggested("顺丰快递", categories=(category,)) is None


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("爱人", (EMERGENCY, False)),
        ("老婆", (EMERGENCY, False)),
        ("爱人的手机", None),
        ("家", None),
    ],
)
def test_the_label_of_a_number_is_a_weak_reason(
    label: str, expected: tuple[Group, bool] | None
) -> None:
    assert suggested("王秀英", labels=(label,)) == expected


# --- the borrower's own card ------------------------------------------------------------


def me(*relations: tuple[str, str]) -> Contact:
    """The borrower's own card."""
    said = tuple(Relation(kind=kind, who=who) for kind, who in relations)
    return contact("我", E164("+8613800000009"), "me", relations=said)


@pytest.mark.parametrize(
    ("who", "is_sure"),
    [
        *(
            ("王秀英", False),
            ("王 秀英", False),
            ("138 0000 0001", True),
            ("tel:+8613800000001", True),
        ),
        *(("urn:uuid:AB-1", True), ("ab-1", True)),
    ],
)
@pytest.mark.parametrize("kind", ["mother", "_$!<Mother>!$_", "spouse", "妈妈", "kin", "emergency"])
def test_whom_the_own_card_calls_family_is_suggested(kind: str, who: str, is_sure: bool) -> None:
    found = suggestion_for(contact("王秀英", uid="ab-1"), me((kind, who)))

    assert found is not None
    assert (found.group, found.is_sure) == (EMERGENCY, is_sure)


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        *(
            ("mother", "王秀"),
            ("mother", "0001"),
            ("mother", ""),
            ("friend", "王秀英"),
            ("mother", "📞"),
        ),
        *(("mother", "138 0000 0002"), ("colleague", "王秀英"), ("mother", "李13800000001")),
    ],
)
def test_somebody_else_or_no_relative_is_not_suggested(kind: str, who: str) -> None:
    assert suggestion_for(contact("王秀英"), me((kind, who))) is None


def test_a_relation_on_somebody_else_s_card_says_nothing() -> None:
    of_li = (Relation(kind="spouse", who="王秀英"), Relation(kind="mother", who="13800000001"))
    li = contact("李四", E164("+8613800000004"), "li", relations=of_li)
    wang = contact("王秀英", relations=(Relation(kind="spouse", who="李四"),))

    assert suggestion_for(wang, None) is None
    assert suggestion_for(wang, me()) is None
    assert suggestion_for(li, me()) is None


def test_the_superior_on_the_own_card_had_better_not_be_told() -> None:
    wang = contact("王秀英")

    assert suggestion_for(wang, me(("manager", "13800000001"))) == Suggestion(
        group=NOBODY,
        reason="Your own card says that they are your superior, by number or card.",
        is_sure=True,
    )
    assert suggestion_for(contact("老板", id_="me"), contact("老板", id_="me")) is None


@pytest.mark.parametrize(
    "name",
    ["我", "自己", "本人", "A本人", "me", "My Number", "机主", "我的号码", "我2", "小明", "李小明"],
)
def test_who_may_be_oneself_is_known_by_the_name(name: str) -> None:
    assert may_be_oneself(contact(name), "小明")


@pytest.mark.parametrize(
    "name", ["我妈", "我的妈妈", "小明妈妈", "明", "欧阳李小明", "Mei", "", "❤", "王小芳", "自己人"]
)
def test_who_is_called_otherwise_is_not_oneself(name: str) -> None:
    assert not may_be_oneself(contact(name), "小明")
    assert not may_be_oneself(contact("Ming Li"), "Li Ming")
    assert may_be_oneself(contact("Li Ming"), "Ming")
    assert not may_be_oneself(contact(name), "")


# --- whom not to tell -------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *(
            "老板",
            "领导",
            "老总",
            "王总",
            "李建国总",
            "董事长",
            "周经理",
            "冯经理（晨光）",
            "HR",
            "HR小张",
            "公司hr",
        ),
        *("人事部", "上司", "主管", "Boss", "my boss", "王姐 领导", "老闆", "總經理"),
        *(
            "前妻",
            "前夫小刘",
            "老王前妻",
            "前任",
            "前男友",
            "小红（前女友）",
            "ex-wife",
            "My ex",
            "元カレ",
            "전남친",
        ),
        *(
            "借呗",
            "招商银行信用卡",
            "催收",
            "债主老王",
            "高利贷",
            "贷款催收小李",
            "debt collector",
            "銀行",
        ),
    ],
)
def test_who_had_better_not_be_told_is_suggested(name: str) -> None:
    assert suggested(name) == (NOBODY, True)


@pytest.mark.parametrize(
    "name",
    [
        "王芳-工商银行",
        "小李贷款",
        "欠钱的老李",
        "Mike Banks",
        "王主任",
        "李校长",
        "京东客服",
        "金融街小王",
        "水果店老板",
        "超市老板",
        "建行客户经理",
        "招行小李",
        "车贷小王",
        "360借条",
    ],
)
def test_what_speaks_of_it_only_is_not_plain(name: str) -> None:
    assert suggested(name) == (NOBODY, False)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "老板娘",
            "Alex",
            "Rex",
            "Chris",
            "Henry",
            "前台小妹",
            "汇总表",
            "何老师",
            "班长",
            "王总监的猫",
            "以前同事",
            "前任房东",
            "李建行",
            "水果店老板娘",
        ),
        *("Bankole", "Loana", "exit", "hrbt 王", "明前茶客"),
    ],
)
def test_who_is_called_alike_is_not_suggested(name: str) -> None:
    assert suggested(name) is None


def test_not_to_tell_wins_over_family() -> None:
    assert suggested("前妻", categories=("家人",)) == (NOBODY, True)
    assert suggested("妈妈", nicknames=("老板",)) == (NOBODY, True)
    assert suggested("前妈妈") is None


def test_a_hot_line_of_banks_alone_is_a_weak_reason() -> None:
    alone = Contact(id="id1", names=("某某",), also=("95588",), parts=(Part(where="b:1"),))
    beside = Contact(id="id1", names=("某某",), also=("95588",), numbers=(MOBILE,))

    assert suggestion_for(alone, None) == Suggestion(
        group=NOBODY,
        reason="All its numbers are hot-lines of a kind that banks have.",
        is_sure=False,
    )
    assert suggestion_for(beside, None) is None


# --- always -----------------------------------------------------------------------------


@given(
    st.one_of(st.text(max_size=30), st.sampled_from(EVERY_WORD)),
    st.sampled_from(Group),
)
def test_a_suggestion_changes_no_choice_and_repeats_nothing(name: str, chosen: Group) -> None:
    one = Contact(id="id1", names=(name,), numbers=(MOBILE,), group=chosen)
    found = suggestion_for(one, None)

    assert one.group is chosen
    assert found is None or (found.group in (EMERGENCY, NOBODY) and found.reason.endswith("."))


def test_a_hostile_name_or_own_card_costs_little() -> None:
    many = me(*[("mother", str(n)) for n in range(200_000)])

    assert kin("我的" * 100_000) is None
    assert suggestion_for(contact("妈" * 100_000), many) is None
