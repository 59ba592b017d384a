from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.contacts.kinds import kind_of
from kit.model import E164, Contact, ContactKind, Part

MOBILE, LANDLINE = E164("+8613800000001"), E164("+861055500101")
PERSON, SERVICE = ContactKind.PERSON, ContactKind.SERVICE


def contact(*names: str, number: E164 | None = MOBILE, also: str = "", **said: object) -> Contact:
    """One contact of one card."""
    part = Part(where="book.vcf:1", name=names[0] if names else "", **said)  # type: ignore[arg-type]
    return Contact(
        id="id1",
        names=names,
        numbers=(number,) if number else (),
        also=(also,) if also else (),
        parts=(part,),
    )


def kind(*names: str, number: E164 | None = MOBILE, also: str = "", **said: object) -> ContactKind:
    return kind_of(contact(*names, number=number, also=also, **said))[0]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "顺丰快递",
            "中国银行",
            "工商银行",
            "京东客服",
            "4S店",
            "快递",
            "外卖",
            "物业",
            "前台",
            "客服",
        ),
        *(
            "派出所",
            "海底捞火锅",
            "阳光物业",
            "长安牙科",
            "家乐家电维修",
            "和谐家园物业管理处",
            "链家中介",
        ),
        *(
            "新华里装饰有限公司",
            "百福银行信用卡中心",
            "妈妈鱼庄",
            "老公饼店",
            "姐妹花店",
            "A顺丰快递",
        ),
        *("台北銀行", "郑州银行", "借呗", "微粒贷", "服务热线", "美团外卖"),
    ],
)
def test_a_shop_is_a_service_whatever_its_number(name: str) -> None:
    assert kind(name) is SERVICE
    assert kind(name, number=LANDLINE) is SERVICE


@pytest.mark.parametrize(
    "name",
    [
        *(
            "小李快递",
            "张银行",
            "王超市",
            "王伟快递",
            "老王维修",
            "阿杰装修",
            "刘姐家政",
            "张师傅开锁",
        ),
        *("送水小哥", "快递小王", "志远保险", "Tony健身", "李娜医院", "王伟家电维修", "欧阳娜公司"),
        *(
            "李娜 医院",
            "王芳-工商银行",
            "王伟（快递）",
            "王伟-晨光文具送货的",
            "a王超市",
            "Anna Hotel",
        ),
        *(
            "健身房小杨",
            "陈志远公司",
            "妈妈公司",
            "爸爸银行",
            "外婆家",
            "师傅",
            "医生",
            "平安",
            "顺子",
        ),
        *("妈妈", "王伟", "Tom Smith", "김민수", "刘洋（大学同学，住对面宿舍）", "Tom, Acme Ltd"),
    ],
)
def test_whoever_may_be_somebody_is_a_person(name: str) -> None:
    assert kind(name) is PERSON


@pytest.mark.parametrize(
    "name", ["王伟快递", "李娜医院", "小李快递", "张银行", "李娜 银行", "Amy保险"]
)
def test_a_landline_at_work_makes_nobody_a_service(name: str) -> None:
    assert kind(name, number=LANDLINE) is PERSON


@pytest.mark.parametrize("name", ["贝壳", "滴滴", "菜鸟", "天猫", "宜信"])
def test_a_nickname_with_a_mobile_is_no_brand(name: str) -> None:
    assert kind(name) is PERSON
    assert kind(name, number=LANDLINE) is SERVICE


@pytest.mark.parametrize("name", ["小红", "阿强", "李姐", "张师傅"])
def test_who_is_also_called_an_organisation_by_the_card_is_a_person(name: str) -> None:
    assert kind(name, organisation=name) is PERSON


def test_a_shop_called_like_a_person_is_one_by_its_landline() -> None:
    assert kind("金源快递") is PERSON
    assert kind("金源快递", number=LANDLINE) is SERVICE
    assert kind("Grand Hotel", number=LANDLINE) is SERVICE


@pytest.mark.parametrize(
    "number", ["95588", "110", "10086", "4008001234", "8008101234", "1069012345"]
)
def test_whoever_has_only_service_numbers_is_a_service(number: str) -> None:
    found = kind_of(contact("某某", number=None, also=number))

    assert found == (SERVICE, "All its numbers are those of services, which belong to no person.")
    assert kind("某某", also=number) is PERSON
    assert kind("某某", number=LANDLINE, also=number) is PERSON
    assert kind("妈妈", number=None, also=number) is PERSON


def test_a_number_with_an_extension_is_somebody_s_at_work() -> None:
    assert kind("某某", number=None, also="+861055500101;ext=801") is PERSON


def test_an_organisation_without_a_name_is_a_service() -> None:
    found = kind_of(contact("晨光文具", organisation="晨光文具"))

    assert found == (SERVICE, "The card has the name of an organisation, and of no person.")
    assert kind("王伟", organisation="晨光文具") is PERSON
    assert kind("王小明", organisation="王小明") is PERSON
    assert kind("晨光文具", organisation="晨光文具", title="会计") is PERSON
    assert kind("晨光文具", organisation="晨光文具", nicknames=("小刘",)) is PERSON


def test_one_name_of_a_person_is_enough() -> None:
    assert kind("顺丰快递", "李强") is PERSON
    assert kind("顺丰快递", "快递") is SERVICE


def test_who_has_no_name_is_a_person() -> None:
    assert kind() is PERSON
    assert kind("") is PERSON


@given(st.text(max_size=200), st.sampled_from([MOBILE, LANDLINE]))
def test_any_name_has_a_kind_and_a_reason(name: str, number: E164) -> None:
    found, reason = kind_of(contact(name, number=number))

    assert found in ContactKind
    assert reason.endswith(".")


def test_a_hostile_name_costs_no_more_than_its_hundred_characters() -> None:
    assert kind("物业公司" * 24 + "x") is PERSON
    assert kind("物业公司" * 100_000) is SERVICE
