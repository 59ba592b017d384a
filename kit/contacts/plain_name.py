"""A name as somebody saved it goes in; it comes out without what people put around names."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Chinese, Japanese and Korean need no blanks between words.
EAST_ASIAN = r"\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
_NEEDLESS_BLANK = re.compile(rf"(?<=[{EAST_ASIAN}]) | (?=[{EAST_ASIAN}])")

#: Typed before a name so that the phone lists it first: A妈妈, AAA妈妈, 1妈妈, ICE Mom. A letter
#: counts only before a blank or another script, since every Latin name begins with one.
_SORTED_FIRST = re.compile(r"^(?:(?:a+|ice)(?= |[^\x00-\u024f])|[01]+(?=\D)) ?")
_OURS = re.compile(r"^(?:我的|我|俺|my |亲爱的|親愛的)(?=.)")
#: Which of somebody's numbers it is, or a title; whose it is stays the same.
_WHICH_NUMBER = re.compile(
    r"(?<=.) ?(?:手机号?|手機號?|电话|電話|座机|座機|新号码?|新號碼?|号码|號碼|微信|移动|联通|电信|"
    r"大人|(?<= )(?:mobile|cell|phone|new)|\d+[号號]?)$"
)
#: Where it rings: somebody else there may take it.
_WHICH_PLACE = re.compile(r"(?<=.) ?(?:家里?|家裡?|单位|單位|老家|(?<= )(?:home|work|office))$")
#: Provinces and large cities: where somebody lives, in brackets behind the name.
CITIES = (
    "北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 "
    "广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 广州 深圳 "
    "成都 杭州 武汉 西安 南京 苏州 郑州 长沙 东莞 佛山 宁波 青岛 沈阳 大连 济南 合肥 福州 厦门 "
    "昆明 南宁 哈尔滨 长春 石家庄 太原 南昌 贵阳 兰州 无锡 温州 泉州 珠海 中山 惠州 海口 乌鲁木齐 "
    "呼和浩特 银川 西宁 拉萨 台北"
)
_CITY_IN_BRACKETS = re.compile(rf"[(\[【](?:{CITIES.replace(' ', '|')})[)\]】]$")
#: No name of interest has more characters.
_LONGEST = 100

#: The characters of our rules that the traditional script has otherwise: each rule stands once.
_SIMPLIFIED = str.maketrans(
    "財務銀貸領導總經長闆師債錢還帳賬業電熱線醫藥廳飯館維護遞賣場網險學園廠機構協會貿團監書處視訊運費氣專櫃髮區駕",
    "财务银贷领导总经长板师债钱还账账业电热线医药厅饭馆维护递卖场网险学园厂机构协会贸团监书处视讯运费气专柜发区驾",
)


def words(name: str) -> str:
    """The name in small letters and plain forms; marks, symbols and emoji are blanks."""
    plain = unicodedata.normalize("NFKC", name[:_LONGEST]).casefold()
    if plain.isalnum():  # as most names are
        return plain
    return _blanked("".join(c for c in plain if not _is_invisible(c)))


def key(name: str) -> str:
    """What two spellings of one name have in common."""
    return _joined(words(name))


def simplified(text: str) -> str:
    """The text with the characters that rules need in the simplified script."""
    return text.translate(_SIMPLIFIED)


def cores(name: str) -> Iterator[tuple[str, bool]]:
    """The key of the whole name, then of what is left without one mark after the other.

    With each comes whether one of these marks was a place where somebody else may answer.
    """
    plain = unicodedata.normalize("NFKC", name[:_LONGEST])
    text = words(_CITY_IN_BRACKETS.sub("", plain.strip()))
    at_a_place = False
    while text:
        yield _joined(text), at_a_place
        text, is_place = _shorter(text)
        at_a_place = at_a_place or is_place


def _shorter(text: str) -> tuple[str, bool]:
    """The text without one mark, and whether that was a place; empty when there is none left."""
    for pattern in (_SORTED_FIRST, _WHICH_NUMBER, _OURS, _WHICH_PLACE):
        shorter = pattern.sub("", text, count=1).strip()
        if shorter != text:
            return shorter, pattern is _WHICH_PLACE
    return "", False


def _joined(text: str) -> str:
    """The words without the blanks that Chinese, Japanese and Korean need not have."""
    return _NEEDLESS_BLANK.sub("", text) if " " in text else text


def _is_invisible(character: str) -> bool:
    """Whether it is a format or control character, or makes the one before look otherwise."""
    is_variant = "\ufe00" <= character <= "\ufe0f"
    return is_variant or unicodedata.category(character) in ("Cf", "Cc", "Me")


def _blanked(text: str) -> str:
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in text)
    return " ".join("".join(kept).split())
