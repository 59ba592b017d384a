"""Drafts for tests of what is made of them: invented, and each with one block of every kind."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit import jurisdiction
from kit.letters import svg
from kit.letters.draft import Block, BlockKind, Draft
from kit.letters.guide import Line, LineKind

if TYPE_CHECKING:
    from collections.abc import Sequence

LENDER = "示例消费金融有限公司"
FACTS = jurisdiction.facts("cn").by_id
HEAD = ("编号", "时间", "显示的号码", "联系了谁", "发生了什么", "文件")
HAPPENED = "来电\n说的话：再不还就找你单位\n向别人提到了欠款。"
DRAWING = svg.document(
    "budget", "zh-Hans", ("每月", "收入和支出"), (svg.text(20, 40, "收入 8,000.00"), 60)
)
#: What somebody may have said: markup, marks that turn a line round or end it, no end of a word.
HOSTILE = "<b onclick='x'>\u202e催收\u2028【我欠钱】\x00\ud800\ufeff{{ 1 }}&amp;" + "x" * 500


def block(kind: BlockKind, text: str = "", drawing: str = "") -> Block:
    return Block(kind=kind, text=text, drawing=drawing)


def table(*rows: Sequence[str], caption: str = "") -> Block:
    return Block(kind=BlockKind.TABLE, text=caption, rows=tuple(map(tuple, rows)))


def incidents(count: int, happened: str = HAPPENED) -> Block:
    rows = [
        (
            *(f"#{number}", f"2026-06-{number % 28 + 1:02d} 22:30", f"138 0000 {number:04d}"),
            *("联系人 1", happened, "#2 #3"),
        )
        for number in range(1, count + 1)
    ]
    return table(HEAD, *rows)


BUDGET = table(
    *(("项目", "每月"), ("收入", "8,000.00"), ("房租", "2,500.00"), ("合计", "")),
    caption="每月的钱",
)
BLOCKS = (
    block(BlockKind.PARAGRAPH, f"{LENDER}："),
    block(BlockKind.HEADING, "记录到的情况"),
    block(BlockKind.PARAGRAPH, "我已经说过“请只找我”……\n也写过信。"),
    incidents(2),
    block(BlockKind.HEADING, "我的请求"),
    block(BlockKind.ITEM, "请只联系我本人。"),
    block(BlockKind.ITEM, "请书面答复。"),
    BUDGET,
    block(BlockKind.PICTURE, "每月收入和支出", DRAWING),
    block(BlockKind.SIGNATURE, "王小明"),
    block(BlockKind.SIGNATURE, "2026-11-22"),
)
NOTES = (
    Line(kind=LineKind.ITEM, text="先核对公司的全称。"),
    Line(kind=LineKind.SAY, text="怎么寄"),
    Line(kind=LineKind.PARAGRAPH, text="寄给官方客服。"),
)


def draft(*blocks: Block, language: str = "zh-Hans", **more: object) -> Draft:
    """A letter of these blocks; of none: one with a block of every kind."""
    values: dict[str, object] = {
        "name": "stop",
        "language": language,
        "title": "关于请只联系我本人的函",
        "short": "",
        "blocks": blocks or BLOCKS,
        "notes": NOTES,
        "notes_language": language,
        "facts": (FACTS["gbt-contact"], FACTS["cc-1033"]),
        "checked_on": date(2026, 11, 21),
        "is_stale": False,
    }
    return Draft(**(values | more))  # type: ignore[arg-type]
