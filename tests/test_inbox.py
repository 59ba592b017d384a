from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import template
from kit.inbox import meaning
from kit.model import Group, Meaning, Tone

OPT_OUT = [
    *("退订", "退訂", "退定", "T", "t", "TD", "td", "R", "Ｔ", "ＴＤ", "TD退订", "退订T", "拒收"),
    *("退订🙏", "T。", "【退订】", "回复TD", "回T", "“T”", "退订谢谢", "退 订", "退订退订", "取消"),
    *("我要退订", "帮我退订", "怎么退订？", "可以退订吗", "取消订阅", "取消訂閱", "停", "停止"),
    *("不要再发", "不要再发了", "不要再發了", "别发了", "別發了", "别再发了", "别给我发了"),
    *("你别发了", "您以后不要再发了", "能不能别发了", "别发了行吗", "别再给我发短信了", "别发短信"),
    *("不要再给我发短信", "不要再发短信给我", "請不要再發短訊給我", "停止发送", "不要再发这些信息"),
    *(
        "请不要再发了谢谢",
        "不想再收",
        "不想收",
        "不收了",
        "我不想再收到这种短信",
        "不要再傳簡訊給我",
    ),
    *("收到了，不用再发了", "收到了不用再发了", "收到 不用再发了", "好的，别再发了", "别再发给我"),
    *("不用再发了", "不用发了", "别再发了烦死了", "求你别再发了", "不想", "不要", "不用了"),
    *("请不要再联系我", "不要再联系我", "不要再聯繫我", "别联系我", "我明确拒绝，请不要再联系我"),
    *("别再打扰我", "请勿打扰", "勿扰", "别烦我", "别再找我", "不要再打电话给我", "别打了"),
    *("我不想再被打扰", "删除我的号码", "把我的号码删了", "再发就拉黑", "再发我就报警"),
    *("我是他妹妹。不要再发了。", "唔好再發俾我", "不要\n再发", "不要再发😡😡😡"),
    *("STOP", "stop", "Stop.", '"STOP"', "ＳＴＯＰ", "STOPALL", "stop all", "Stop please"),
    *(
        "UNSUBSCRIBE",
        "END",
        "Quit",
        "CANCEL",
        "REVOKE",
        "OPTOUT",
        "opt out",
        "opt-out",
        "Opt me out",
    ),
    *("OK, stop.", "Please stop texting me", "stop texting me", "don't text me again"),
    *("Don’t text me anymore!", "dont text", "do not contact me again", "Do not contact me."),
    *("remove me", "Take me off", "take me off your list", "Remove my number from your list pls"),
    *("I don't want any more messages", "I don't want to receive these texts", "no more texts"),
    *(
        "stop sending me messages",
        "leave me alone",
        "Lose my number",
        "How do I opt out?",
        "no more",
    ),
    *("stop calling me", "Sorry, no thanks", "I refuse, do not contact me again", "stop 退订"),
    *("no más", "No me escribas más", "baja", "darme de baja", "ALTO"),
    *("berhenti", "jangan kirim lagi", "Jangan hubungi saya lagi", "jangan sms saya lagi"),
    *("tama na po", "wag mo na akong i-text", "huwag mo na akong itext", "itigil"),
    *("mat bhejo", "mujhe message mat karo", "sms band karo"),
    # Taiwan
    *("不要再傳", "不要再傳了", "別再傳了", "請不要再傳訊息給我", "別再發", "別再發訊息給我"),
    *("請勿再傳簡訊", "停止傳送", "不用再傳了，謝謝", "不要再寄了", "不要再寄信給我"),
    "不想再收到簡訊",
    *("我不想收到這種訊息", "請不要再聯絡我", "我明確拒絕，請不要再聯絡我", "妳不要再傳了"),
    "拜託不要再傳了",
    *("別再打擾我", "請把我從名單移除", "把我的號碼刪掉", "再傳就封鎖", "再傳我就檢舉"),
    "麻煩不要再傳了",
    # Hong Kong
    *("唔好再發短訊俾我", "唔好再傳訊息畀我", "唔好再send俾我", "唔好再send嘢嚟", "咪再send"),
    "唔好send喇",
    *("唔好再搵我", "唔好再煩我", "唔使再發喇", "唔想再收到", "唔想收", "唔要", "唔使喇"),
    "唔該唔好再send",
    *("唔好意思，唔好再發", "唔好打嚟", "收到，唔使再發喇唔該"),
    # Collectors are spoken of too, but the stop is for us.
    *("有人打電話來催債，你也別再傳了", "收數佬打嚟搵你，唔好再send俾我"),
    *("刚有催收打我电话，你也别再发了", "有人打电话说你欠钱，别再给我发短信了"),
    *("他们打到我公司了，请你不要再联系我", "A collector rang me. Don't text me again."),
]

WRONG_PERSON = [
    *(
        "发错了",
        "發錯了",
        "打错了",
        "你发错人了",
        "你发错人了吧",
        "您好，打错了",
        "不好意思你打错电话了",
    ),
    *("发错号码了", "是不是发错了", "号码错了", "认错人了", "你找谁？", "你找哪位"),
    *(
        "我不认识你",
        "不认识小明",
        "不认识",
        "我不認識這個人",
        "我不是小明",
        "我不是王小芳",
        "我不是本人",
    ),
    *("你好，我不是你要找的人", "号码不是他的", "这个号码不是他的了", "这个手机号早就不是小明的了"),
    *(
        "换号了",
        "他换号了",
        "这个号码换人了",
        "這個號碼已經換人了",
        "机主换人了",
        "查无此人",
        "非本人",
    ),
    *("wrong number", "Wrong person!", "You have the wrong number", "sorry, wrong number mate"),
    *(
        "I don't know you",
        "I don't know any Li Ming",
        "this is not his number",
        "You’ve got the wrong guy",
    ),
    *(
        "Not his number anymore",
        "número equivocado",
        "salah sambung",
        "salah nomor",
        "wrong number po",
    ),
    # Taiwan
    *("打錯", "打錯了", "傳錯了", "你傳錯人了", "是不是傳錯了", "不好意思，您撥錯電話了"),
    *("號碼錯誤", "寄錯人了"),
    *("我不認識你", "我不認識小明", "我不是小明", "這支號碼不是他的", "這支電話已經換人了"),
    "他換了號碼",
    *("沒有這個人", "我們這裡沒有這個人", "查無此人", "你找誰"),
    # Hong Kong
    *("打錯喇", "send錯", "send錯人喇", "搵錯人", "你搵邊位", "唔識你", "我唔識你", "唔識。"),
    "我唔係小明",
    *("呢個號碼唔係佢嘅", "冇呢個人", "換咗號碼", "佢換咗電話號碼", "係咪搵錯人"),
    # Of two, the first in order.
    *("你打错了，有人打电话给我说你欠钱", "Wrong number. Someone called me about a loan."),
]

HARASSED = [
    *(
        "有人打电话给我说你欠钱",
        "刚才有人打电话来催债",
        "接到催收电话",
        "今天有人打电话骂我",
        "他们打到我公司了",
    ),
    *(
        "收到催收短信",
        "收到催收發來的短信",
        "他们打我妈电话了",
        "有催收打我电话",
        "刚接到一个催收的电话",
    ),
    *(
        "有人打電話給我說你欠錢",
        "有个人打电话问我你在哪",
        "他们又打来骂我了",
        "催收找到我家了",
        "陌生人打电话说你欠钱",
    ),
    *(
        "有人打电话给我说你欠钱，是真的吗？",
        "催收威胁我了",
        "有人发短信给我说你不还钱",
        "有人打电话骂我，我就挂了",
    ),
    *("他们别再打我电话就好", "催收一直打电话给我，别再打了", "someone called me about your loan"),
    # Taiwan
    *("有人打電話來催", "有人打電話來催了", "有人打電話來催繳", "有人打電話來討債", "接到催收電話"),
    *("剛剛有人打來說你欠錢", "討債公司打給我", "有討債公司打來", "有人傳簡訊給我說你欠錢"),
    "收到催債簡訊",
    *("有人來我家討債", "他們打到我公司了", "有人打來罵我", "陌生人打電話問你在哪裡"),
    "地下錢莊的人打來我家",
    # Hong Kong
    *("有人打嚟話你欠錢", "有人打電話嚟追數", "有收數佬打嚟", "財務公司打嚟搵我", "收數公司打俾我"),
    *("收到追數電話", "佢哋打嚟我公司", "有人打電話俾我話你借咗錢", "有人打嚟鬧我"),
    *("a collector rang my mother", "Got a call saying you owe money", "They called my boss today"),
    *("people keep calling me about you", "I got some texts from a debt collector"),
    *(
        "the collectors won't stop",
        "Somebody threatened my dad",
        "an unknown number texted me about you",
    ),
]

OTHER = [
    *("", " ", "🙏", "👍👍", "。。。", "？", "1", "N", "n"),
    *(
        "收到",
        "好的",
        "知道了",
        "ok",
        "OK!",
        "谢谢",
        "你是谁",
        "你是谁啊？",
        "哪位",
        "who is this?",
    ),
    *(
        "别停",
        "别停下来",
        "t恤",
        "T恤还在你那",
        "不要再发生这种事",
        "别发愁",
        "别发火",
        "别担心",
        "加油",
    ),
    *(
        "我让他们别发了",
        "他们别再打电话就好",
        "告诉他们别再发了",
        "我跟他们说了，别再发了",
        "叫他们不要再联系我",
    ),
    *("怎样退订他们的短信？", "怎么退订那些垃圾广告", "已经退订了他们的", "他们让我回复TD"),
    *(
        "我会说“我明确拒绝，请不要再联系我”",
        "我会说：我明确拒绝，请不要再联系我",
        "我就说我明确拒绝，请不要再联系我",
    ),
    *("“我明确拒绝，请不要再联系我”这句话我记住了", "只说“我明确拒绝，请不要再联系我”，对吧"),
    *("别找我借钱", "不要转账给他们", "你不要收他们的钱", "不用联系他们", "别给他们发你的住址"),
    *(
        "他们打错了",
        "打错电话的",
        "是打错电话的",
        "我发错了，不好意思",
        "你换号了吗",
        "换号吧",
        "你不认识我了？",
    ),
    *(
        "我不认识他们",
        "不认识的号码打来的",
        "我不是故意的",
        "我不是说了吗",
        "我不是很明白",
        "我不是担保人",
    ),
    *(
        "如果有人打电话给我怎么办",
        "放心，有人打电话我就挂",
        "没有人打电话给我",
        "有人打电话给你吗",
        "还没人打我电话",
    ),
    *(
        "有人找我吃饭，你来吗",
        "我妈打电话给你了",
        "有空打我电话",
        "我打你电话了",
        "拒绝他们",
        "取消不了",
    ),
    # Taiwan and Hong Kong
    *("你是誰？", "哪位", "收到", "謝謝你告訴我", "加油", "別擔心", "保重", "有事打給我"),
    "我打錯字",
    *("如果有人打電話來怎麼辦", "有人打電話給你嗎", "有人打電話來的話你要我說什麼"),
    "沒有人打電話來催",
    *("不要轉帳給他們", "叫他們不要再傳了", "我不認識他們", "我不是保證人", "不要傳出去"),
    "還沒有人打來",
    *("我會說「我明確拒絕，請不要再聯絡我」", "只說「我明確拒絕，請不要再聯絡我」，對嗎"),
    *("你係邊個？", "邊位", "唔使擔心", "唔好擔心", "唔好俾錢佢哋", "我唔識佢哋", "我唔識用"),
    "點算好",
    *("如果有人打嚟點算", "冇人打嚟", "不用寄東西來", "別寄了"),
    *("有人欠你錢，要去討債嗎", "不用發郵件給我", "叫佢哋唔好再打嚟"),
    *("我同佢哋講咗唔好再發", "得閒打俾我"),
    *("stop this bill", "STOP them!", "Don't stop", "end of the month", "the end", "I quit my job"),
    *(
        "TD Bank called me",
        "cancel my meeting, I'm coming",
        "cancel my meeting",
        "I told them to stop",
    ),
    *("I told them: do not contact me again", 'I will say "I refuse, do not contact me again"'),
    *(
        "tell them to stop texting me",
        "They said: stop texting me",
        "don't worry",
        "don't send money",
    ),
    *("they called the wrong number", "they have the wrong number", "I don't know them"),
    *("I don't know what to do", "if someone calls me I will hang up", "nobody called me"),
    *("Did someone call you?", "call me", "I will call you later", "stop by tonight", "T-shirt"),
    *("Take me off guard", "trend", "tend", "no", "No problem", "I know you"),
]

TABLE = [
    *((text, Meaning.OPT_OUT) for text in OPT_OUT),
    *((text, Meaning.WRONG_PERSON) for text in WRONG_PERSON),
    *((text, Meaning.HARASSED) for text in HARASSED),
    *((text, Meaning.OTHER) for text in OTHER),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_a_reply_has_its_meaning(text: str, expected: Meaning) -> None:
    assert meaning(text) is expected


def test_a_long_friendly_letter_is_read_and_not_sorted() -> None:
    letter = (
        "小明你好，你的短信我收到了，别太难过，我们都在。我会照你说的做，要是他们打来，我就跟他们讲："
        "“不要再发，请不要再联系我”，然后把号码记下来给你。周末回家吃饭吧，妈妈也想你了。"
    )

    assert meaning(letter) is Meaning.OTHER


@pytest.mark.parametrize("language", template.languages())
@pytest.mark.parametrize("group", [Group.EMERGENCY, Group.EVERYONE])
def test_our_own_message_sent_back_asks_nothing(language: str, group: Group) -> None:
    assert meaning(template.text(language, f"{group}-{Tone.NEUTRAL}")) is Meaning.OTHER


@pytest.mark.parametrize("language", template.languages())
def test_what_our_texts_ask_for_is_understood(language: str) -> None:
    word = re.search("[A-Z]+", template.text(language, "last-stop").removeprefix("Reply "))

    assert word is not None
    assert meaning(word[0]) is Meaning.OPT_OUT
    assert meaning(template.text(language, "unsubscribe")) is Meaning.OPT_OUT


@pytest.mark.parametrize(
    "piece", ["退订", "不要", "好的", "stop ", "t ", "ok ", "x", "，", "‘", "ﷺ", "打我"]
)
def test_a_text_of_ten_thousand_signs_takes_no_time(piece: str) -> None:
    began = time.process_time()
    meaning((piece * 10_000)[:10_000])

    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "piece",
    [
        "好的",
        "了了吧",
        "哈",
        "谢谢你",
        "类似的",
        "不要再",
        "我们",
        "嗯",
        "ok ",
        "谢谢",
        "有人",
        "他们打",
        "got a ",
        "他们说",
        "不是不",
    ],
)
def test_a_text_just_short_enough_takes_no_time(piece: str) -> None:
    began = time.process_time()
    for length in range(1, 40):
        meaning(piece * length + "x")

    assert time.process_time() - began < 1


@given(st.text(max_size=200))
def test_every_text_has_a_meaning(text: str) -> None:
    assert meaning(text) in Meaning


@given(st.sampled_from(TABLE), st.text(" \t\n.,!?。，！？…、~～*·'’\"“”【】（）🙏👍🏽", max_size=8))
def test_marks_and_blanks_around_a_reply_change_nothing(
    row: tuple[str, Meaning], around: str
) -> None:
    text, expected = row

    assert meaning(around + text + around) is expected
