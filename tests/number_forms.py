"""Numbers as people in China write them, each with what it is: invented, and the same by seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How one mainland mobile is written; `a`, `b` and `c` are its three, four and four digits.
MOBILES = (
    *("{a}{b}{c}", "{a} {b} {c}", "{a}-{b}-{c}", "{a}.{b}.{c}", "{a}·{b}·{c}", "{a}_{b}_{c}"),
    *("+86{a}{b}{c}", "+86 {a} {b} {c}", "+86-{a}-{b}-{c}", "(+86){a}{b}{c}", "(+86) {a}{b}{c}"),
    *("0086{a}{b}{c}", "0086 {a}{b}{c}", "0086-{a}-{b}-{c}", "(0086){a}{b}{c}", "00 86 {a}{b}{c}"),
    *("86{a}{b}{c}", "86 {a}{b}{c}", "86-{a}{b}{c}", "86+{a}{b}{c}", "+86+86{a}{b}{c}"),
    *("+86 (0) {a}{b}{c}", "+86(0){a}{b}{c}", "+86 0{a}{b}{c}", "0{a}{b}{c}", "00860{a}{b}{c}"),
    *("{carrier}{a}{b}{c}", "{carrier}0{a}{b}{c}", "{carrier}86{a}{b}{c}", "{carrier} {a}{b}{c}"),
    *("{carrier}+86{a}{b}{c}", "{carrier}-{a}-{b}-{c}", "+86{carrier}{a}{b}{c}"),
    *("{carrier}0086{a}{b}{c}", "*31#{a}{b}{c}", "{a}{b}{c}#"),
    *("tel:+86-{a}-{b}-{c}", "tel:{a}{b}{c};phone-context=+86", "tel:+86{a}{b}{c};type=cell"),
    *("妈{a}{b}{c}", "妈 {a}{b}{c}", "手机:{a}{b}{c}", "手机：{a} {b} {c}", "手機 {a}-{b}-{c}"),
    *("{a}{b}{c}(微信)", "{a}{b}{c}（微信）", "{a}{b}{c} 微信同号", "(妈){a}{b}{c}"),
    *(
        "手机1:{a}{b}{c}",
        "Mob: {a}{b}{c}",
        "Tel: +86 {a} {b} {c}",
        "{a}{b}{c} (office)",
        "%2B86{a}{b}{c}",
    ),
    *("\u202a+86{a}{b}{c}\u202c", "\u202d{a}{b}{c}\u202c", "\u200e{a}{b}{c}", "{a}\u200b{b}{c}"),
    *("\ufeff{a}{b}{c}", "{a}\u00a0{b}\u00a0{c}", "{a}\u2011{b}\u2011{c}", "{a}\u2212{b}\u2013{c}"),
)
#: How a landline is written; `area` has no 0, `d` and `e` are two times four digits.
LANDLINES = (
    *("0{area}-{d}{e}", "0{area} {d} {e}", "0{area}{d}{e}", "(0{area}){d}{e}", "(0{area}) {d}-{e}"),
    *("+86 {area} {d} {e}", "+86-{area}-{d}{e}", "+86 (0){area} {d}{e}", "+860{area}{d}{e}"),
    *("0086-{area}-{d}{e}", "86-{area}-{d}{e}", "17951 0{area}{d}{e}", "座机:0{area}-{d}{e}"),
    *("0{area}\u2011{d}{e}", "0{area}\u00a0{d}\u00a0{e}", "总机 0{area}-{d}-{e}"),
)
EXTENSIONS = (
    *("-{x}", "p{x}", "P{x}", "w{x}", "*{x}", ",{x}", ",,{x}#", ";{x}", "x{x}", " x{x}"),
    *(
        " ext. {x}",
        "ext{x}",
        " extension {x}",
        "#{x}",
        "转{x}",
        "轉{x}",
        " 转 {x}",
        "-转{x}",
        "转分机{x}",
    ),
    *("分机{x}", "分機{x}", "分机号:{x}", "（分机{x}）", "内线{x}", "內線 {x}", ";ext={x}"),
    *("({x})", "，{x}", "；ext＝{x}", "（{x}）", " {x}", "总机转{x}"),
)
CARRIERS = ("17951", "12593", "10193", "17911")
_WIDE = str.maketrans("0123456789+-() ", "０１２３４５６７８９＋－（）　")


def written(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """So many texts, each with the key that it must have; every style comes again and again."""
    chance = random.Random(seed)  # noqa: S311
    styles = [
        *((style, "") for style in MOBILES),
        *((style, "") for style in LANDLINES),
        *((style, extension) for style in LANDLINES for extension in EXTENSIONS),
    ]
    for number in range(count):
        style, extension = styles[number % len(styles)]
        digits = _mobile(chance) if "{a}" in style else _landline(chance)
        inner = str(chance.randrange(1, 10_000)) if extension else ""
        carrier = chance.choice(CARRIERS)
        text = style.format(carrier=carrier, **digits) + extension.format(x=inner)
        key = "+86" + "".join(digits.values()) + (f";ext={inner}" if inner else "")
        yield (text.translate(_WIDE) if chance.random() < 1 / 20 else text), key


def _mobile(chance: random.Random) -> dict[str, str]:
    return {"a": "138", "b": "0000", "c": f"{chance.randrange(1000):04}"}


def _landline(chance: random.Random) -> dict[str, str]:
    return {"area": "10", "d": "5550", "e": f"{chance.randrange(100, 200):04}"}
