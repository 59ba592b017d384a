"""Invented people, shops and lists, as somebody has saved them in a phone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from address_books.numbers import Exchange, Spelled, mobile, spelled, two_in_one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from address_books.numbers import Line

NO_NAME = ("", "", "", "", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one card is to say; two cards of one being have the same `who`."""

    who: int
    #: `person`, `service`, `group`, or empty where people would not agree
    kind: str
    #: what may be suggested of them: `emergency`, `doubtful` (never surely), `none`, or empty where
    #: it is not for this name to say
    suggested: str = ""
    full_name: str = field(default="", repr=False)
    #: family, given, additional, prefix, suffix
    name_parts: tuple[str, str, str, str, str] = field(default=NO_NAME, repr=False)
    #: the organisation and its units
    organisation: tuple[str, ...] = field(default=(), repr=False)
    title: str = field(default="", repr=False)
    nickname: str = field(default="", repr=False)
    categories: tuple[str, ...] = field(default=(), repr=False)
    #: what somebody is to this person, and who
    relation: tuple[str, str] | None = field(default=None, repr=False)
    numbers: tuple[Spelled, ...] = field(default=(), repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    uid: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    has_photo: bool = False


_FAMILIES = (
    *"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁",
    *("欧阳", "诸葛", "司马"),
)
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文建国志海燕红波辉鹏飞雪梅晨宇轩浩然"
#: In GBK those of 郑 are letters of Greek or Hebrew too, and 昞 ends in a backslash.
_COMMON = ("王伟", "李娜", "张敏", "郑伟", "郑强", "郑平", "郑英", "李昞")
_ABROAD = (
    "Nguyễn Thị Hoa",
    "田中さくら",
    "김민수",
    "Tom Smith",
    "Anna de Vries",
    "𠮷田健",
    "Ivy🌸陈",
)
_KIN = (
    *(
        "妈妈",
        "爸爸",
        "老妈",
        "老爸",
        "我妈",
        "老婆",
        "老公",
        "姐姐",
        "弟弟",
        "妹妹",
        "爷爷",
        "奶奶",
    ),
    *("外婆", "舅舅", "姑姑", "表哥", "岳父", "岳母", "女儿", "儿子", "丈母娘"),
)
_KIN_DECORATED = ("{0}", "{0}", "{0}", "A{0}", "{0}手机", "{0}新号", "{0}❤", "{0}2")
_DOUBTFUL = (
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
    *("朵朵妈妈", "小宇爸爸", "乐乐奶奶"),
)
_FALSE_FRIENDS = (
    *(
        "妈妈鱼庄",
        "外婆家",
        "老公饼店",
        "老妈蹄花",
        "好爸爸洗衣液",
        "姐妹花店",
        "大姨妈APP",
        "太太乐",
    ),
    *(
        "张阿姨",
        "李哥",
        "王姐",
        "刘叔",
        "小姐",
        "师傅",
        "老师",
        "医生",
        "Ma Lin",
        "Nana",
        "Son Heung",
    ),
)
_PLACES = ("晨光", "和顺", "金源", "长安", "家乐", "东方", "新华里", "百福")
_TRADES = ("文具店", "快递", "物业", "牙科", "家电维修", "超市", "装饰有限公司", "银行信用卡中心")
_UNITS = ("销售部", "财务部", "客服, 售后", "研发; 二组")
_TITLES = ("经理", "会计", "工程师", "Sales, China")
_ADDED = (
    "{0}（同事）",
    "{0} 老同学",
    "{0}, 住楼上",
    "{0}-晨光文具送货的",
    "{0}; 周末勿扰",
    "老{0}",
)
_RELATIONS = (
    *(("mother", "_$!<Mother>!$_"), ("father", "_$!<Father>!$_"), ("spouse", "_$!<Spouse>!$_")),
    ("爱人", "爱人"),
)
LABELS = ("微信", "单位", "老家", "爱人的手机", "周末才开机的那个号码", "小灵通 (旧)")
_CATEGORIES = (("朋友",), ("同事", "篮球"), ("myContacts", "starred"), ("小区, 业主",))
_NOTES = (
    "介绍人老周, 2019年认识",
    "Tel: see below, or ask",
    "第一行\n第二行; 还有\\斜杠",
    "生日 5 月, 爱吃辣, 不喝酒, 住在河边, 有两个孩子, 养了一只叫团团的猫, 周末常去爬山",
    "ok",
)


class People:
    """Gives one entry after another, by the random numbers it is given."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._exchange = Exchange(rng)
        self._known: list[Entry] = []
        self._count = 0
        self._makers: dict[Callable[[], Entry], int] = {
            self._person: 760,
            self._again: 100,
            self._service: 70,
            self._kin: 14,
            self._false_friend: 12,
            self._doubtful: 8,
            self._nameless: 20,
            self._group: 8,
        }

    def __iter__(self) -> Iterator[Entry]:
        makers, weights = list(self._makers), list(self._makers.values())
        while True:
            yield self._rng.choices(makers, weights)[0]()

    def _new(self, kind: str, name: str, *lines: Line, suggested: str = "") -> Entry:
        self._count += 1
        return Entry(
            who=self._count,
            kind=kind,
            suggested=suggested,
            full_name=name,
            name_parts=("", name, "", "", ""),
            numbers=tuple(spelled(line, self._rng) for line in lines),
        )

    def _person(self) -> Entry:
        rng = self._rng
        name, name_parts = self._name()
        entry = self._new("person", name, *self._lines(), suggested="none")
        entry = replace(
            entry,
            name_parts=name_parts,
            organisation=self._employer() if rng.random() < 0.2 else (),
            emails=self._emails() if rng.random() < 0.2 else (),
            nickname="小" + rng.choice(_GIVEN) if rng.random() < 0.06 else "",
            categories=rng.choice(_CATEGORIES) if rng.random() < 0.08 else (),
            relation=self._relation() if rng.random() < 0.02 else None,
            uid=f"{rng.getrandbits(64):016x}" if rng.random() < 0.3 else "",
            note=rng.choice(_NOTES) if rng.random() < 0.1 else "",
            has_photo=rng.random() < 0.43,
        )
        if entry.organisation and rng.random() < 0.5:
            entry = replace(entry, title=rng.choice(_TITLES))
        return self._remember(self._labelled(entry))

    def _name(self) -> tuple[str, tuple[str, str, str, str, str]]:
        rng = self._rng
        if rng.random() < 0.03:
            name = rng.choice(_ABROAD)
            return name, ("", name, "", "", "")
        if rng.random() < 0.06:
            name = rng.choice(_COMMON)
            family, given = name[0], name[1:]
        else:
            family = rng.choice(_FAMILIES)
            given = "".join(rng.choices(_GIVEN, k=rng.choice((1, 2, 2))))
            name = family + given
        if rng.random() < 0.12:
            name = rng.choice(_ADDED).format(name)
            return name, ("", name, "", "", "")
        return name, (family, given, "", "", "")

    def _lines(self) -> list[Line]:
        rng, exchange = self._rng, self._exchange
        lines = [exchange.foreign() if rng.random() < 0.06 else exchange.mobile()]
        if rng.random() < 0.12:
            lines.append(exchange.mobile())
        if rng.random() < 0.1:
            lines.append(exchange.landline())
        if rng.random() < 0.08:
            lines.append(exchange.extension())
        return lines

    def _labelled(self, entry: Entry) -> Entry:
        """Sometimes with a label of one's own, or with a second number in the same field."""
        draw, numbers = self._rng.random(), entry.numbers
        if draw < 0.05:
            labelled = replace(numbers[0], label=self._rng.choice(LABELS))
            return replace(entry, numbers=(labelled, *numbers[1:]))
        line = numbers[0].lines[0]
        if draw < 0.06 and line.kind == "mobile":
            both = two_in_one(line, self._exchange.mobile(), self._rng)
            return replace(entry, numbers=(both, *numbers[1:]))
        return entry

    def _employer(self) -> tuple[str, ...]:
        name = self._rng.choice(_PLACES) + self._rng.choice(_TRADES)
        return (name, self._rng.choice(_UNITS)) if self._rng.random() < 0.3 else (name,)

    def _emails(self) -> tuple[str, ...]:
        return (f"{self._rng.choice(('wang', 'li.na', 'w+z'))}{self._count}@example.com",)

    def _relation(self) -> tuple[str, str]:
        return self._rng.choice(_RELATIONS)[0], self._rng.choice(_KIN) + "的名字"

    def _remember(self, entry: Entry) -> Entry:
        self._known.append(entry)
        return entry

    def _again(self) -> Entry:
        """Somebody who was there before, as another phone has them."""
        if not self._known:
            return self._person()
        before = self._rng.choice(self._known[-500:])
        draw, first = self._rng.random(), before.numbers[0]
        if before.uid and draw < 0.3:
            return replace(before, numbers=(spelled(self._exchange.mobile(), self._rng),))
        if before.emails and draw < 0.6:
            return replace(before, uid="", numbers=(spelled(self._exchange.mobile(), self._rng),))
        if len(first.lines) == 1:
            first = spelled(first.lines[0], self._rng)
        return replace(before, uid="", emails=(), note="", has_photo=False, numbers=(first,))

    def _service(self) -> Entry:
        rng, exchange = self._rng, self._exchange
        name = rng.choice(_PLACES) + rng.choice(_TRADES)
        line = rng.choice((exchange.shared_cost, exchange.short, exchange.landline))()
        entry = self._new("service", name, line, suggested="none")
        if rng.random() < 0.4:
            return replace(entry, full_name="", name_parts=NO_NAME, organisation=(name,))
        return entry

    def _kin(self) -> Entry:
        name = self._rng.choice(_KIN_DECORATED).format(self._rng.choice(_KIN))
        return self._new("person", name, self._exchange.mobile(), suggested="emergency")

    def _false_friend(self) -> Entry:
        name = self._rng.choice(_FALSE_FRIENDS)
        return self._new("", name, self._exchange.mobile(), suggested="none")

    def _doubtful(self) -> Entry:
        name = self._rng.choice(_DOUBTFUL)
        return self._new("person", name, self._exchange.mobile(), suggested="doubtful")

    def _nameless(self) -> Entry:
        """With a number alone, or with N and no FN."""
        entry = self._new("person", "", self._exchange.mobile(), suggested="none")
        entry = replace(entry, numbers=(mobile(entry.numbers[0].lines[0], "plain"),))
        if self._rng.random() < 0.5:
            return replace(entry, name_parts=NO_NAME, kind="")
        return replace(entry, name_parts=(self._rng.choice(_FAMILIES), "小明", "", "", ""))

    def _group(self) -> Entry:
        return self._new("group", self._rng.choice(("家庭", "同事", "Friends")), suggested="none")


def apple_label(kind: str) -> str:
    """How an iPhone calls the relation."""
    return dict(_RELATIONS)[kind]
