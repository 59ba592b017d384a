"""What no outgoing text may say is caught, however it is written; what only looks so is not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import get_args

import pytest
from test_template import CONTRACT, LANGUAGES, NOTICES

from kit import template
from kit.errors import LEAKS
from kit.model import Group, Tone
from kit.template.lint import Leak, leaks

#: Legal words for {from} and {check}: the longest, and such as could be taken for something else.
SENDERS = (
    *("小明", "王" * 16, "王万元", "白条", "李一元", "陈百万", "买买提·艾力", "钱多多", "黄金条"),
    *("Li Ming", "W" * 16, "O'Brien", "Anne-Marie", "Owen Lawson", "Sue Bond", "Bill Law"),
)
CHECKS = (
    *(
        "打我平时的号码",
        "问" * 14,
        "问我妈妈的生日",
        "問我小時候住哪裡",
        "问我第一条狗的名字",
        "视频见一面",
    ),
    *("ring my number", "ask of our dog", "W" * 14),
)

#: The examples of GB 11643 itself, which belong to nobody.
ID_NUMBER = "11010519491231002X"

CAUGHT: dict[Leak, tuple[str, ...]] = {
    Leak.AMOUNT: (
        "我欠了五千块",
        "一共￥3000",
        "¥ 300 就好",
        "三块钱",
        "五万元",
        "欠他十二万",
        "还差3.5w",
        "大约两万多",
        "上万元的事",
        "8000元人民币",
        "一千贰佰元",
        "５０００元",
        "５ 千 元",
        "欠5000",
        "壹萬圓",
        "三千塊錢",
        "新臺幣五萬",
        "5000 yuan",
        "RMB 3,000",
        "HK$300",
        "three thousand dollars",
        "I owe 5000",
        "20 bucks",
        "伍仟塊",
        "三千多块",
        "五，千，块",
        "叁萬",
        "三W",
        "五千RMB",
        "五千大洋",
        "五千软妹币",
        "三千蚊",
        "卅万元",
    ),
    Leak.OVERDUE: (
        "逾期30天",
        "逾期一个月",
        "逾 期 三 十 天",
        "逾-期-三十天",
        "已经逾期了两个多月",
        "逾期好几期",
        "拖欠三个月",
        "三个月没还款",
        "90天未还",
        "逾期M3",
        "逾期三個月",
        "欠了半年",
        "逾\u200b期3天",
        "逾\u0301期3天",
        "逾\u20dd期3天",
        "three m.o.n.t.h.s overdue",
        "30 days overdue",
        "three months past due",
        "overdue by a week",
        "two months behind on my payments",
    ),
    Leak.LENDER: (
        "工商银行的事",
        "招商銀行",
        "某某村镇银行",
        "马上消费金融",
        "京东金融",
        "玖富小贷",
        "拍拍贷",
        "宜人貸",
        "快乐贷",
        "花呗",
        "借 呗",
        "微粒贷",
        "白条欠了些",
        "用了白条",
        "京东白条",
        "度小满",
        "国泰世华银行",
        "國泰世華銀行",
        "匯豐銀行",
        "分期乐",
        "美团月付",
        "Huabei",
        "J i e b e i",
        "Bank of Beijing",
        "Ping An Bank",
        "QuickCash Microloan Ltd",
        "花唄",
        "花，呗",
        "招行那边",
        "平安普惠",
        "趣店",
    ),
    Leak.ID_NUMBER: (
        f"我的身份证{ID_NUMBER}",
        f"身份证号：{ID_NUMBER.lower()}",
        "身份證440524188001010014",
        "110105 19491231 002X",
        "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "440524 18800101 0014",
        "号码130503670401001",
        "130503 670401 001",
        f"ID {ID_NUMBER}.",
        f"my ID card is {ID_NUMBER}",
    ),
    Leak.LINK: (
        "https://example.org",
        "见 www.example.com",
        "example.cn/abc",
        "ｅｘａｍｐｌｅ．ｃｏｍ",
        "example。com",
        "a@example.org",
        "192.0.2.7",
        "扫码加我",
        "扫 一 扫",
        "扫下面的码",
        "掃描下面的條碼",
        "見二維碼",
        "二维码",
        "点击下面",
        "打开链接",
        "點這裡",
        "scan the QR code",
        "click here",
        "see the link",
        "h t t p s",
        "example點com",
        "baidu dot com",
        "長按識別",
        "扫一下码",
        "wwwexamplecom",
    ),
    Leak.REQUEST: (
        "请转账",
        "请转 账",
        "请转.账",
        "请您先打款给我",
        "把验证码发我",
        "验证码告诉我一下",
        "加微信转五百",
        "给我转点钱",
        "借我点钱",
        "能不能借钱",
        "帮我还一下",
        "替我垫上",
        "转我支付宝",
        "發個紅包給我，請先轉帳",
        "請把驗證碼傳過來，告訴我驗證碼",
        "跟你借點錢",
        "请扫码付款",
        "收款码",
        "打到我卡上，打到这张银行卡",
        "please transfer the money",
        "can you pay for now",
        "lend me some money",
        "send me the code",
        "tell me your PIN",
        "pay me back",
        "验，证，码发我",
        "转，账，给，我",
        "转帐给我",
        "发我六位数",
        "收到的数字告诉我",
        "红包发我",
        "帮我充话费",
        "急需用钱",
        "打钱来",
        "send money",
        "we need some money",
        "help me pay",
    ),
    Leak.THREAT: (
        "否则我去你单位",
        "後果自負",
        "我会告你",
        "我要起诉你",
        "曝光你",
        "把你的照片公开",
        "走着瞧",
        "你小心点",
        "别怪我",
        "让你后悔",
        "不然就告你",
        "上门找你",
        "不会放过你",
        "我會告你",
        "法庭上見",
        "pay or else",
        "you will regret it",
        "I'll sue you",
        "we will expose you",
        "face the consequences",
        "last warning",
        "弄、死、你",
        "杀了你",
        "去死",
        "你会后悔",
        "去你公司闹",
        "kill you",
        "you will die",
    ),
    Leak.LEGAL_CLAIM: (
        "他们违法",
        "違法的事",
        "这是犯罪",
        "要判刑的",
        "会坐牢",
        "依法处理",
        "法律规定不许",
        "民法典第三条",
        "第五百五十二条",
        "第50条",
        "第 五 十 条",
        "第三条第二款",
        "刑事責任",
        "this is illegal",
        "the law says so",
        "against the law",
        "they will go to prison",
        "it is a crime",
        "Article 50",
        "section 2 of the Privacy Act",
        "坐，牢",
        "连带责任",
        "你必须还",
    ),
    Leak.TELEPHONE: (
        "打 13800000001",
        "138 0000 0001",
        "138-0000-0001",
        "１３８００００００００１",
        "+86 138 0000 0001",
        "010-55500101",
        "400-000-0000",
        "拨95588",
        "打12345",
        "打119",
        "幺三八零零零零零零零一",
        "請撥 +12025550143",
        "call 911",
        "ring 95588",
        "+1 202 555 0143",
        "dial 5550143",
    ),
}

INNOCENT: dict[Leak, tuple[str, ...]] = {
    Leak.AMOUNT: (
        "王万元",
        "万一有事",
        "千万别担心",
        "13:00 见",
        "三块蛋糕",
        "一块儿走",
        "元旦回家",
        "公元2026年",
        "三单元四楼",
        "一元二次方程",
        "十万火急",
        "两万步",
        "一圆梦想",
        "萬一有事",
        "三元桥见",
        "五千米",
        "Yuan Li at 13:00",
        "a million thanks",
        "5k run",
        "the dollar store",
        "第一条狗",
        "三万英尺",
        "一个大洋彼岸",
        "千刀万剐",
        "五点见",
        "廿四节气",
    ),
    Leak.OVERDUE: (
        "逾期不候",
        "三个月没见",
        "30天后回来",
        "图书逾期了",
        "住了一年",
        "欠你一个拥抱",
        "过期的牛奶",
        "三個月沒回家",
        "逾期的書",
        "一天没还车",
        "long overdue visit",
        "I am two days late",
        "30 days in May",
        "a month ago",
    ),
    Leak.LENDER: (
        "贷款",
        "网贷",
        "房贷和车贷",
        "我在银行上班",
        "去银行排队",
        "手机银行",
        "网上银行",
        "一家银行",
        "学金融的",
        "消费金融",
        "白条鱼",
        "打白条",
        "姓白，叫白条",
        "金条",
        "没有钱花",
        "你还呗",
        "借貸",
        "銀行門口",
        "the bank",
        "river bank",
        "bank of the river",
        "a loan",
        "food bank",
        "手工行业",
        "招行李员",
        "交行道树",
    ),
    Leak.ID_NUMBER: (
        "110105194912310021",
        "123456789012345678",
        "订单20261121000000001",
        "999999999999999",
        "000000000000000",
        "13800000001",
        "2026-11-21 13:00",
        "一二三四五",
        "4405241880010100142222",
        "130503991301001",
        "order 1101051949123100",
        "ID card lost",
    ),
    Leak.LINK: (
        "3.5公斤",
        "13.00",
        "2026.11.21",
        "二维动画",
        "扫地",
        "扫墓回来",
        "环节",
        "连接不上",
        "點菜",
        "網球",
        "Mr.Li",
        "at 7 p.m. today",
        "e.g. my brother",
        "the missing link",
        "I am home.See you",
        "打110。I'm fine",
        "三点到家",
        "commute",
    ),
    Leak.REQUEST: (
        "别转账",
        "別轉帳",
        "别给验证码",
        "不要把验证码给别人",
        "我不会发短信要钱",
        "我不會傳簡訊要錢",
        "请不要转账",
        "切勿付款",
        "别答应替我还",
        "有人让您转账，请挂断",
        "打给我",
        "打我平时的号码",
        "想確認是我，請打給我",
        "帮我还书",
        "把照片转给我",
        "拒绝付款就好",
        "pay nothing",
        "give no code",
        "never send money",
        "don't send me money",
        "I never ask for money by text",
        "please ring me",
        "pay attention",
        "please do not pay",
        "一分钱都别给",
        "别打钱",
        "号码发我",
        "充电话没人接",
        "垫一下肚子",
        "I never send money",
    ),
    Leak.THREAT: (
        "受威胁打110",
        "受到威脅請報警",
        "我会告诉你",
        "我告诉您一声",
        "曝光过度",
        "小心台阶",
        "不客气，应该的",
        "走着去",
        "别担心",
        "有人威胁您就报警",
        "没完没了",
        "後悔沒早說",
        "If threatened, call the police",
        "something else or elsewhere",
        "Aunt Sue and you",
        "I will tell you",
        "I'll report to you",
        "笑死我了",
        "忙死了",
        "你等着我回来",
        "去你家吃饭",
        "it will not kill you",
    ),
    Leak.LEGAL_CLAIM: (
        "第一条狗",
        "第十条消息",
        "三条鱼",
        "没办法",
        "方法很多",
        "依法国时间",
        "学法律的",
        "想法不同",
        "犯困",
        "犯罪小说",
        "第三條路",
        "無法回覆",
        "my mother-in-law",
        "on the lawn",
        "a lawyer",
        "law school",
        "crime novels",
        "an article about cats",
        "责任在我",
    ),
    Leak.TELEPHONE: (
        "打110",
        "打12348",
        "2026-11-21",
        "20261121",
        "13:00-14:30",
        "12000步",
        "房号1204",
        "第110天",
        "一九九八年",
        "3.1415926",
        "打３次",
        "請打110",
        "call the police (110 in mainland China)",
        "call at 13:00",
        "10,000 steps",
        "in 2026",
    ),
}


def cases(table: dict[Leak, tuple[str, ...]]) -> list[tuple[Leak, str]]:
    return [(kind, text) for kind, texts in table.items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), cases(CAUGHT))
def test_what_no_text_may_say_is_caught(kind: Leak, text: str) -> None:
    assert kind in leaks(text)


@pytest.mark.parametrize(("kind", "text"), cases(INNOCENT))
def test_what_only_looks_so_is_not(kind: Leak, text: str) -> None:
    assert kind not in leaks(text)


def test_every_kind_has_cases_and_false_alarms_in_both_scripts_and_in_english() -> None:
    by_words = set(Leak) - {Leak.NAME, Leak.DEBT}

    for table in (CAUGHT, INNOCENT):
        assert set(table) == by_words
        for texts in table.values():
            assert len(texts) >= 10
            assert any(text.isascii() for text in texts)
            assert any(not text.isascii() for text in texts)


def test_every_kind_has_words_for_the_borrower() -> None:
    assert set(LEAKS) == set(Leak)


#: What people would really write about themselves.
NATURAL = """
我很好，别担心
换了新号码，这是我
最近电话可能打不通
有事打我家里电话
我爸妈身体都好
晚点给您打电话
这几天信号不好
下班后给你回电话
最近手机出了点问题
我在老家，一切平安
有空一起吃饭
陌生电话别接就好
谢谢大家关心
给大家添麻烦了
对不起，打扰您了
不用回复，知道就好
我会自己处理好
请不要担心我
别信陌生人的话
陌生电话不用理
真的是我本人发的
想确认就视频看看
这条是我本人写的
我没有出事
我没有生病，人很好
孩子也很好
工作照常
我还在原来的公司
春节回家看大家
下个月请大家喝茶
改天当面解释
我在处理，请放心
骗子很多，多留心
您忙，不用管
老师好，打扰了
同学们好久不见
我手机没丢
号码没换，还是这个
家里都好，勿念
请别告诉我妈，她血压高
我妈身体不好，请别打扰她
千万别加陌生人微信
有人加微信别通过
别点陌生短信
遇到麻烦找警察
晚上八点后找我
一直在北京，没走
我人在上海，平安
我会一个一个打电话
万分抱歉
一切都会好的
多谢理解
感谢您一直帮我
我愛大家
我很好，請別擔心
家裡都好，請放心
最近電話可能打不通
謝謝大家關心
對不起，打擾您了
陌生電話不用理會
有空再聚
真的是我本人傳的
改天當面解釋
多謝體諒
我冇事，唔使擔心
遲啲再傾
我搬了家，電話沒換
過年回去看大家
I am fine, thank you
All is well at home
Please do not worry
Call me any time
Sorry for the bother
See you at New Year
It is really me
Same number as ever
I am safe and well
Thank you for caring
Ring my home phone
Talk to you soon
Do not tell my mum
Love to you all
No need to answer
Hope you are well
I will explain later
Miss you all
Ask me in person
妈妈的手机坏了
我等着您的电话
要小心陌生人
打你们电话是骗子
小心骗子，别上当
我老婆知道，可以问她
问我老公也行
我在工地上班
我去医院照顾我爸
我辞职了，在家
我离婚了，别问
别和他们多说
挂掉就行
把他们拉黑就好
我一个月后回来
两万里路也要回家
三万英尺外想你们
我在银行工作
我换工作了，还在成都
有人乱说，别信
都是误会
报警也可以
我已经报警了
警察已经知道了
我已找了律师
律师在帮我
法院没有找我
我没做坏事
我还活着，别怕
我还好
我还在
还是老样子
还没吃饭
还有件事
十块石头
一块去吃饭
两块钟表
"""


@pytest.mark.parametrize("line", NATURAL.strip().splitlines())
def test_a_line_that_anybody_would_write_may_go(line: str) -> None:
    own = template.own_words("line", line)

    assert leaks(own, never=template.never_neutral()) == ()


def test_a_kind_says_nothing_of_what_was_found() -> None:
    assert leaks(f"逾期30天，欠五千元，{ID_NUMBER}") == (Leak.AMOUNT, Leak.OVERDUE, Leak.ID_NUMBER)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("别告诉王小芳", "王小芳"),
        ("别告诉王 小 芳", "王小芳"),
        ("别告诉王\u200b小芳", " 王小芳"),
        ("問老陳就好", "老陳"),
        ("問老陳就好", "老 陳"),
        ("Ask Li Wei first", "li wei"),
        ("ask ＬＩ ＷＥＩ", "Li Wei"),
        ("ask O’Brien", "O'Brien"),
        ("问买买提·艾力", "买买提·艾力"),
        ("ask Bo", "BO"),
        ("阿明知道", "阿明"),
    ],
)
def test_a_name_of_the_book_is_caught(text: str, name: str) -> None:
    assert leaks(text, names=["赵敏", name]) == (Leak.NAME,)
    assert leaks(text) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("问我妈妈的生日", "王小芳"),
        ("王家的小芳", "王小芳"),
        ("我很好", "好"),
        ("我很好", ""),
        ("I am better", "Bett"),
        ("ask me of Linda", "Lin"),
        ("a wedding", "Wed"),
        ("小王知道", "老王"),
        ("我搬家了", "王家"),
        ("我搬家了", "搬"),
    ],
)
def test_a_name_counts_whole_and_from_two_characters_on(text: str, name: str) -> None:
    assert leaks(text, names=[name]) == ()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "我欠了很多",
            "欠 债",
            "别催我",
            "我借了钱",
            "有纠纷",
            "我欠了很多錢",
            "被催收",
            "擔保人是我",
        ),
        *("my debts", "a debtor", "they lend", "guaranteed", "l o a n", "I owe him", "collectors"),
    ],
)
def test_a_word_for_debts_is_caught_where_a_text_is_neutral(text: str) -> None:
    assert Leak.DEBT in leaks(text, never=template.never_neutral())


@pytest.mark.parametrize(
    "text",
    [
        "我很好",
        "我搬家了",
        "問我家狗",
        "崔姐知道",
        "in the flowers",
        "Owen",
        "a blend",
        "lobe",
        "Lena",
    ],
)
def test_other_words_are_no_words_for_debts(text: str) -> None:
    assert leaks(text, never=template.never_neutral()) == ()


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("可处一千元以下罚款", "处五日以下拘留或者一千元以下罚款"),
        ("《民法典》第五百五十二条", "《中华人民共和国民法典》第五百五十二条"),
        ("打12321举报", "12321"),
        ("法律规定可以删除", "法律规定"),
        ("Article 50", "Article 50 of that law"),
    ],
)
def test_what_a_fact_says_has_its_source(text: str, clause: str) -> None:
    assert leaks(text) != ()
    assert leaks(text, clauses=[clause]) == ()


def test_a_fact_excuses_no_other_number_and_no_threat() -> None:
    assert leaks("打1232", clauses=["12321"]) == (Leak.TELEPHONE,)
    assert leaks("后果自负", clauses=["后果自负"]) == (Leak.THREAT,)


def test_the_hotlines_are_those_of_the_facts_of_the_messages() -> None:
    data = tomllib.loads((template.folder() / "lint.toml").read_text(encoding="utf-8"))
    path = Path(template.__file__).parent.parent / "jurisdictions" / "cn.toml"
    facts = tomllib.loads(path.read_text(encoding="utf-8"))["fact"]
    named = {fact for text in CONTRACT["text"].values() for fact in text["facts"]}

    for number in data["hotlines"]:
        assert any(number in facts[one]["statement"] for one in named)


def test_a_traditional_character_of_the_patterns_has_one_simplified() -> None:
    data = tomllib.loads((template.folder() / "lint.toml").read_text(encoding="utf-8"))

    assert len(data["traditional"]) == len(data["simplified"]) == len(set(data["traditional"]))
    assert set(data["traditional"]) & set(data["simplified"]) == set()
    patterns = "".join(p for rule in data["leak"].values() for p in rule["patterns"])
    assert set(data["traditional"]) & set(patterns) == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CONTRACT["text"])
@pytest.mark.parametrize("sender", SENDERS)
def test_every_text_passes_with_any_legal_words(language: str, name: str, sender: str) -> None:
    template.sender(sender)
    for check in CHECKS:
        words = {"from": sender, "check": template.own_words("check", check), "line": ""}
        text = template.render(template.text(language, name), words)
        assert leaks(text) == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("group", "tone"), NOTICES)
@pytest.mark.parametrize("last", get_args(template.Last))
def test_every_notice_passes_as_it_goes_out(
    language: str, group: Group, tone: Tone, last: template.Last
) -> None:
    never = template.never_neutral() if tone is Tone.NEUTRAL else ()
    for sender in SENDERS:
        words = {
            "from": sender,
            "check": template.text(language, "check"),
            "line": "我很好，别担心",
        }
        text = template.notice(language, group, tone, words, last=last)
        assert leaks(text, never=never) == ()


@pytest.mark.parametrize("kind", CAUGHT)
def test_a_leak_is_found_wherever_it_stands_in_a_finished_text(kind: Leak) -> None:
    words = {"from": "小明", "check": template.text("zh-Hans", "check")}
    for said in CAUGHT[kind]:
        text = template.notice(
            "zh-Hans", Group.EVERYONE, Tone.NEUTRAL, {**words, "line": said}, last="reply"
        )
        assert kind in leaks(text)
