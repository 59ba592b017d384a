"""Words of an office and of a threat: what must be found, and what only looks so."""

from __future__ import annotations

import pytest

from kit.evidence import heard

OFFICES = [
    "我是公安局的",
    "我这里是法院",
    "这里是朝阳区人民法院",
    "您好，我们是某某市公安局经侦支队",
    "我是朝阳派出所的王警官",
    "本人是检察院的工作人员",
    "他自称是警察",
    "对方说他是司法局的",
    "冒充公安机关",
    "我们是街道政府的",
    "我这边是中国人民银行征信中心",
    "我這裡是法院",
    "我是檢察官",
    "對方自稱警員",
    "我哋係警署",
    "This is the police",
    "I'm calling from the district court.",
    "He said he is a police officer",
    "she claimed to be from the prosecutor's office",
    "we are law enforcement",
]
NO_OFFICES = [
    "",
    "我要报警",
    "去法院起诉你",
    "法院见",
    "我们会去法院起诉你",
    "再不还就法院见",
    "我不是公安局的",
    "你以为我是公安局的吗",
    "我说我是警察，他就挂了",
    "我是来告诉你，公安局会找你",
    "我们是受法院委托的",
    "我是法院指定的调解员",
    "我是在法院门口等你",
    "这是法院传票",
    "我是起诉科的，法院已经立案",
    "我是你家属，法院的电话是多少",
    "我们是法务部的",
    "我是律师",
    "我是公安县的",
    "說是法院已經判了",
    "這是法院傳票",
    "我們是受法院委託的",
    "你再打我就報警",
    "I will call the police",
    "I'm going to the police",
    "we are taking you to court",
    "this is about the court case",
    "this is not the police",
    "we are filing a court case",
]
SAID_THEY_WERE = ["公安局", "某某派出所民警", "法院执行局", "检察院", "朝阳法院", "police officer"]
NO_OFFICES_THEY_WERE = [
    *("", "某某金融", "律师", "法务部", "起诉部", "调解中心", "某某银行公安路支行", "不是警察"),
    *("受法院委托的公司", "food court"),
]
THREATS = [
    "打断腿",
    "不还钱弄死你",
    "打断你的腿",
    "打斷你的腿",
    "上门找你家人麻烦",
    "給你家人找麻煩，去你家鬧",
    "P图群发",
    "把你的照片P图群发给通讯录",
    "泼油漆",
    "潑油漆",
    "今晚去你家泼红漆",
    "小心你的孩子",
    "小心你女儿",
    "去你单位闹",
    "到你家里闹",
    "让你丢了工作",
    "裸照发给你所有朋友",
    "爆你通讯录",
    "爆通讯录",
    "让全村都知道你欠钱",
    "让你所有亲友知道",
    "砸你家",
    "卸你一条腿",
    "杀你全家",
    "要你狗命",
    "讓你全家不得安寧",
    "曝光你",
    "I'll kill you",
    "we will break your legs",
    "we will hurt your family",
    "we'll burn down your house",
    "we will post your photos everywhere",
    "I will get you fired",
]
NO_THREATS = [
    "",
    "不还钱会上征信",
    "我们会起诉你",
    "我们会发律师函",
    "法院会强制执行，冻结你的银行卡",
    "我们会安排人上门核实",
    "麻烦你转告他",
    "找你家人，麻烦转告一下",
    "找你家人麻烦转告一下",
    "打你电话不接",
    "打死我也不信",
    "打死也不还",
    "我们不会打断你的腿",
    "他们会不会泼油漆",
    "要你命令他还钱",
    "给你添麻烦了",
    "再不还，后果自负",
    "你要承担法律责任",
    "会列入失信被执行人名单",
    "让你家人知道情况",
    "请保存好通讯录",
    "小心诈骗",
    "到单位核实工作情况",
    "杀毒软件",
    "砍价",
    "we will sue you",
    "this hurts your credit score",
    "do not break your contract",
    "we won't hurt you",
    "this app is killing time",
    "send the documents to the court",
]


@pytest.mark.parametrize("said", OFFICES)
def test_who_says_they_are_of_an_authority_is_heard(said: str) -> None:
    assert heard.office("", said)


@pytest.mark.parametrize("said", NO_OFFICES)
def test_an_authority_that_is_only_named_is_nobody_s_claim(said: str) -> None:
    assert heard.office("", said) == ""


def test_what_they_said_they_were_is_kept_as_it_was_told() -> None:
    assert [heard.office(one, "") for one in SAID_THEY_WERE] == SAID_THEY_WERE
    assert [one for one in NO_OFFICES_THEY_WERE if heard.office(one, "")] == []


@pytest.mark.parametrize("said", THREATS)
def test_words_of_a_threat_are_found(said: str) -> None:
    assert heard.threat(said)


@pytest.mark.parametrize("said", NO_THREATS)
def test_words_that_are_lawful_or_harmless_are_no_threat(said: str) -> None:
    assert heard.threat(said) == ""


def test_the_words_are_those_that_were_said() -> None:
    assert heard.threat("再不還，就打斷你的腿！") == "打斷你的腿"
    assert heard.office("", "你好，我是檢察官王某") == "我是檢察官"


def test_a_text_without_end_is_read_in_no_time() -> None:
    assert heard.threat("让你的" * 50_000) == ""
    assert heard.office("", "我是" * 50_000 + "i am a " * 20_000) == ""
