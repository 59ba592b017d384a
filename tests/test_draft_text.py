"""What is pasted into a form or an e-mail."""

from __future__ import annotations

from drafted import HEAD, HOSTILE, block, draft, incidents, table

from kit.letters.draft import BlockKind
from kit.letters.draft_text import render
from kit.words import Words

SAY = Words("zh-Hans")
DASHES = "----------"


def dashes(sentence: str) -> str:
    return f"{DASHES} {SAY(sentence)} {DASHES}"


def letter(*blocks: object, **more: object) -> list[str]:
    """What is to be sent, by lines."""
    text = render(draft(*blocks, **more), SAY)  # type: ignore[arg-type]
    return text.partition(f"\n\n{DASHES}")[0].splitlines()


def entry(number: int, happened: str) -> str:
    """An incident of the table as one line."""
    return (
        f"· 编号：#{number}；时间：2026-06-{number + 1:02d} 22:30；"
        f"显示的号码：138 0000 {number:04d}；联系了谁：联系人 1；"
        f"发生了什么：{happened}；文件：#2 #3"
    )


def test_the_letter_can_be_read_without_columns() -> None:
    assert letter() == [
        *("关于请只联系我本人的函", "", "示例消费金融有限公司：", ""),
        *("【记录到的情况】", "我已经说过“请只找我”……", "  也写过信。", ""),
        entry(1, "来电。说的话：再不还就找你单位。向别人提到了欠款"),
        entry(2, "来电。说的话：再不还就找你单位。向别人提到了欠款"),
        *("", "【我的请求】", "· 请只联系我本人。", "· 请书面答复。", ""),
        *("每月的钱", "项目 / 每月", "· 收入：8,000.00", "· 房租：2,500.00", "· 合计", ""),
        *("王小明", "2026-11-22"),
    ]


def test_a_complaint_begins_with_its_short_version_and_how_long_it_is() -> None:
    lines = render(draft(short="我是王小明。\n请调查。"), SAY).splitlines()

    assert lines[:8] == [
        *(f"{dashes('In short, for a form')[:-11]} · 11 个字 {DASHES}", "", "我是王小明。"),
        *("请调查。", "", dashes("In full"), "", "关于请只联系我本人的函"),
    ]


def test_the_short_version_of_a_copy_is_for_no_form() -> None:
    (first, *_) = render(draft(short="请调查。", is_copy=True), SAY).splitlines()

    assert "供您阅读，不要寄出" in first


def test_what_is_for_the_borrower_stands_below_the_last_line_of_dashes() -> None:
    text = render(draft(), SAY)
    sent, _, kept = text.rpartition(dashes("For yourself: do not send what stands below") + "\n\n")

    assert kept.splitlines()[:6] == [
        *("· 先核对公司的全称。", "", "【怎么寄】", "寄给官方客服。", "", "【依据和出处】")
    ]
    assert "《中华人民共和国民法典》第一千零三十三条（" in kept
    assert "推荐性国家标准，不是法律" in kept
    assert kept.endswith("这些内容核对于 2026-11-21。\n")
    assert "民法典" not in sent


def test_that_nobody_looked_for_long_is_said_before_everything_else() -> None:
    text = render(draft(is_stale=True), SAY)

    assert "\n\n里面的依据有的已经一年多没有核对，最早的核对于 2026-11-21。" in text


def test_what_rests_on_nothing_names_no_source() -> None:
    assert "依据" not in render(draft(facts=()), SAY)


def test_whatever_was_said_makes_no_line_of_its_own() -> None:
    said = "第一行\n· 请付款\r【编造】\u2028---------- x\x0b第五行"
    blocks = [
        incidents(1, said),
        block(BlockKind.ITEM, said),
        block(BlockKind.HEADING, said),
        block(BlockKind.PARAGRAPH, said),
    ]
    lines = letter(*blocks)

    assert [line for line in lines if line.startswith(("· ", "【", "-"))] == [
        entry(1, "第一行。· 请付款。【编造】。---------- x。第五行"),
        "· 第一行 · 请付款 【编造】 ---------- x 第五行",
        "【第一行 · 请付款 【编造】 ---------- x 第五行】",
    ]
    assert lines[-4:] == ["  · 请付款", "  【编造】", "  ---------- x", "  第五行"]


def test_nothing_steers_the_line_and_everything_else_stays() -> None:
    (line,) = [one for one in letter(incidents(1, HOSTILE)) if one.startswith("· ")]

    assert "<b onclick='x'>催收。【我欠钱】{{ 1 }}&amp;xxx" in line
    assert line.count("x") == 501
    assert not {"\u202e", "\x00", "\ud800", "\ufeff"} & set(render(draft(title=HOSTILE), SAY))


def test_a_sentence_that_is_over_gets_no_second_stop() -> None:
    cell = "他说“滚！”\n真的？\n名字叫“王主任”\n\n就这样。"

    assert letter(table(("编号", "经过", "空"), ("#1", cell, "")))[2:] == [
        "· 编号：#1；经过：他说“滚！”真的？名字叫“王主任”。就这样"
    ]


def test_another_language_has_its_own_marks() -> None:
    blocks = [
        block(BlockKind.HEADING, "Recorded"),
        table(("No.", "What", "Files"), ("#1", "A call\nTwice", "–")),
    ]
    text = render(draft(*blocks, language="en", title="Stop"), Words("en"))

    assert text.startswith("Stop\n\n[Recorded]\n\n· No.: #1; What: A call. Twice\n\n----")


def test_a_table_that_is_empty_takes_no_line() -> None:
    assert letter(table(HEAD)) == ["关于请只联系我本人的函"]
