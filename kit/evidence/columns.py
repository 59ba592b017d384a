"""Which column of a table of calls holds what: headings and some rows go in, fields come out.

A heading alone is not believed: in one bill 通话时间 is when it was, in another how long it took.
What the cells below it cannot be, it is not.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from kit.evidence.written_times import read_duration, read_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: What a column can hold; `date` and `time` stand for `at` where a table has them apart.
FIELDS = ("number", "direction", "at", "date", "time", "duration", "text", "kind")

#: Headings, without blanks and brackets, the likelier first.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    name: tuple(headings.split())
    for name, headings in {
        "number": (
            "对方号码 对方号 对端号码 对方电话号码 对方电话 对端电话 通话号码 "
            "来电号码 联系号码 电话号码 手机号码 手机号 号码 电话 對方號碼 對方電話 "
            "通話號碼 來電號碼 電話號碼 手機號碼 號碼 電話 number phonenumber "
            "othernumber otherparty callernumber callerid caller contactnumber "
            "address sender from phone msisdn 主叫号码 主叫號碼"
        ),
        "direction": (
            "呼叫类型 通信方式 通话方式 呼叫方式 主被叫 主叫/被叫 呼叫方向 通话方向 "
            "收发类型 收发 收/发 方向 通话类型 通信类型 状态 类型 呼叫類型 通話方式 "
            "通話方向 收發 通話類型 狀態 類型 direction calltype calldirection type "
            "status"
        ),
        "at": (
            "起始时间 通话起始时间 通话开始时间 呼叫开始时间 开始时间 起始日期时间 "
            "日期时间 通话时间 通信时间 呼叫时间 发送时间 收发时间 接收时间 "
            "短信时间 发生时间 时间 通话日期 日期 起始時間 通話起始時間 "
            "通話開始時間 開始時間 日期時間 通話時間 呼叫時間 傳送時間 發送時間 "
            "接收時間 時間 通話日期 datetime date/time dateandtime timestamp "
            "starttime callstarttime startedat calltime calldate messagedate "
            "receivedat sentat time date"
        ),
        "date": (
            "通话日期 通信日期 呼叫日期 起始日期 日期 通話日期 date calldate startdate messagedate"
        ),
        "time": (
            "通话时间 起始时间 通话起始时间 通话开始时间 开始时间 呼叫时间 时间 "
            "通話時間 通話開始時間 開始時間 時間 time calltime starttime"
        ),
        "duration": (
            "通话时长 通信时长 呼叫时长 计费时长 时长 通话秒数 持续时间 通话时间 通話時長 "
            "通話時間 時長 持續時間 通話秒數 duration callduration "
            "durationinseconds durationseconds length talktime"
        ),
        "text": (
            "短信内容 信息内容 消息内容 内容 正文 簡訊內容 訊息內容 內容 text "
            "message body content messagetext messagebody"
        ),
        "kind": (
            "业务类型 信息类型 记录类型 通信类型 通话类型 类别 类型 業務類型 "
            "訊息類型 記錄類型 通話類型 類別 類型 kind category service servicetype "
            "recordtype messagetype type"
        ),
    }.items()
}

_UNANSWERED = (
    *("未接", "拒接", "拒绝", "拒絕", "拦截", "攔截"),
    *("missed", "rejected", "declined", "blocked", "voicemail", "unanswered"),
)
#: Of a call that went out.
_NOT_CONNECTED = "未接通"
#: What is no word of those that follow, though it holds one.
_NOT_ANSWERED = re.compile("未接[通听聽]?|未被接[听聽]")
_IN = (
    *("被叫", "呼入", "来电", "來電", "接入", "已接", "接听", "接聽", "接收", "收件", "收到"),
    *("incoming", "inbound", "received", "terminating"),
)
_OUT = (
    *("主叫", "呼出", "去电", "去電", "拨出", "撥出", "拨打", "撥打", "已拨", "已撥"),
    *("发送", "發送", "傳送", "发件", "發件", "发出", "發出", "寄件"),
    *("outgoing", "outbound", "sent", "dialed", "dialled", "originating"),
)
#: Words so short that they stand alone.
_IN_ALONE, _OUT_ALONE = ("in", "收", "mt"), ("out", "发", "發", "mo")
_OF_TEXTS = ("短信", "彩信", "短彩", "簡訊", "訊息", "sms", "mms", "text", "message", "imessage")
_OF_CALLS = ("通话", "通話", "语音", "語音", "call", "voice")
_BY_TEXT = (
    "发送",
    "發送",
    "傳送",
    "接收",
    "收件",
    "发件",
    "發件",
    "寄件",
    "sent",
    "收",
    "发",
    "發",
)

#: What is longer is none; an open bracket is looked for its end from each of many.
_LONGEST_HEADING = 200
_BRACKETS = re.compile(r"[(（\[].*?[)）\]]")
_NUMBER = re.compile(r"[+(]?\d[\d\s*xX()+.-]{1,30}")
_SHORTENED = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.IGNORECASE)
#: As spreadsheet programs are told that digits are text, or write them as a fraction.
_QUOTED = re.compile(r"=?\"(.*)\"|'(.*)|(\+?\d{3,})\.0", re.DOTALL)
_HIDDEN = (
    *("-1", "-2", "-3", "-", "--", "null", "unknown", "private", "anonymous", "withheld", "hidden"),
    *("restricted", "未知", "未知号码", "未知號碼", "私人号码", "私人號碼", "隐藏号码", "隱藏號碼"),
    *("无", "無", "无号码", "無號碼", "不显示号码", "未顯示號碼"),
)


def plain(heading: str) -> str:
    """The heading in small letters, without blanks and what stands in brackets."""
    text = unicodedata.normalize("NFKC", heading[:_LONGEST_HEADING]).casefold()
    return re.sub(r"[\s_\ufeff]", "", _BRACKETS.sub("", text)).strip("\"':：")


def is_heading(text: str) -> bool:
    """Whether a table of calls may have a column that is called so."""
    wanted = plain(text)
    return any(wanted in known for known in _HEADINGS.values())


def guess(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """The heading of each field that the table has, as far as headings and rows tell."""
    names = [plain(heading) for heading in headings]
    found: dict[str, str] = {}
    for field in FIELDS:
        if "at" in found and field in ("date", "time"):
            continue
        for known in _HEADINGS[field]:
            index = names.index(known) if known in names else -1
            is_free = index >= 0 and headings[index] not in found.values()
            if is_free and _fits(field, [row[index] for row in rows if index < len(row)]):
                found[field] = headings[index]
                break
    return found


def cleaned(cell: str) -> str:
    """A cell without what only tells a spreadsheet program that its digits are text."""
    text = cell.strip().strip("\t")
    if match := _QUOTED.fullmatch(text):
        text = next(part for part in match.groups() if part is not None)
    return text.strip()


def is_shortened(cell: str) -> bool:
    """Whether a spreadsheet program has rounded the number: 1.38E+10."""
    return _SHORTENED.fullmatch(cell) is not None


def shown_number(cell: str) -> str:
    """The number as it was shown; empty where it was hidden."""
    text = cleaned(cell)
    return "" if text.casefold() in _HIDDEN else text


def direction(text: str) -> tuple[bool, bool | None] | None:
    """Whether it came in, and whether that says somebody spoke; nothing: the text tells neither."""
    said = unicodedata.normalize("NFKC", text).casefold().strip()
    is_unanswered = any(word in said.replace(_NOT_CONNECTED, "") for word in _UNANSWERED)
    rest = _NOT_ANSWERED.sub("", said)
    ways = {way for way, words in ((True, _IN), (False, _OUT)) if any(w in rest for w in words)}
    ways |= {way for way, words in ((True, _IN_ALONE), (False, _OUT_ALONE)) if said in words}
    if is_unanswered and not ways:  # a call that was missed came in
        return True, False
    return (ways.pop(), False if is_unanswered else None) if len(ways) == 1 else None


def is_of_texts(kind: str) -> bool | None:
    """Whether a kind says that it is a text, not a call; nothing: it says neither."""
    said = kind.casefold()
    if any(word in said for word in _OF_TEXTS):
        return True
    return False if any(word in said for word in _OF_CALLS) else None


def is_way_of_texts(way: str) -> bool:
    """Whether only texts come in, or go out, by that word."""
    return any(word in way.casefold() for word in _BY_TEXT)


def _fits(field: str, cells: Sequence[str]) -> bool:
    """Whether at least half of these cells can be what the field holds."""
    filled = [cell for one in cells if (cell := cleaned(one))]
    if field == "text" or not filled:
        return True
    return sum(map(_TESTS[field], filled)) * 2 >= len(filled)


def _is_number(cell: str) -> bool:
    fits = _NUMBER.fullmatch(cell) or is_shortened(cell) or not shown_number(cell)
    has_clock = read_time(cell).clock is not None
    return bool(fits) and (not has_clock or cell.isdigit())


def _has_date(cell: str) -> bool:
    return read_time(cell, 2000, is_day_first=True).date is not None


def _has_clock(cell: str) -> bool:
    return read_time(cell).clock is not None


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "number": _is_number,
    "direction": lambda cell: direction(cell) is not None,
    "at": lambda cell: _has_date(cell) and _has_clock(cell),
    "date": _has_date,
    "time": _has_clock,
    "duration": lambda cell: read_duration(cell) is not None,
    "kind": lambda cell: is_of_texts(cell) is not None,
}
