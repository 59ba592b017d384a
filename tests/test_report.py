from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.inbox import read_reports, report_line
from kit.inbox.line import write_line
from kit.inbox.written import canonical, one_line, plain
from kit.model import Report

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LINE = "KIT1|2026-11-21 14:30|13800000123|某某金融|说要到我单位找人|yn|40DDA26A"
#: Ends behind which a line goes on somewhere else.
HEX = "0123456789abcdefABCDEF"
REPORT = Report(
    id="04a32f04-a825-5e5f-91bd-64227d97619c",
    at=datetime(2026, 11, 21, 6, 30, tzinfo=UTC),
    number="13800000123",
    said_they_were="某某金融",
    said="说要到我单位找人",
    debt_named=True,
    refused=False,
    checked=True,
)
BY_HAND = replace(REPORT, checked=False)
PATTERNS = {
    "zh-Hans": "【来电记录】\n时间：2026-11-21 14:30\n号码：13800000123\n自称：某某金融\n"
    "说了什么：说要到我单位找人\n提到欠款：是\n我已拒绝：否",
    "zh-Hant": "【來電紀錄】\n時間：2026-11-21 14:30\n號碼：13800000123\n自稱：某某金融\n"
    "說了什麼：说要到我单位找人\n提到欠款：是\n我已拒絕：否",
    "en": "[Call record]\nTime: 2026-11-21 14:30\nNumber: 13800000123\n"
    "Said they were: 某某金融\nWhat was said: 说要到我单位找人\nNamed a debt: yes\nI refused: no",
}
SIMPLIFIED = PATTERNS["zh-Hans"]


def read(text: str) -> tuple[list[Report], list[str]]:
    """The reports, and what is said of those that cannot be used."""
    reports, problems = read_reports(text, now=NOW, zone=SHANGHAI)
    return reports, [problem.what.format(**problem.facts) for problem in problems]


def signed(line: str) -> str:
    """A line that ends in its answers, with its checksum."""
    return write_line(f"{line}|")


def tidy(text: str) -> str:
    """As a field is shown, and stays when it is read again."""
    again = one_line(text)
    return again if again == text else tidy(again)


texts = st.text(max_size=25).map(tidy)
reports = st.builds(
    Report,
    id=st.just(""),
    at=st.datetimes(datetime(2000, 1, 2), datetime(2026, 11, 21)).map(  # noqa: DTZ001 (is made aware)
        lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
    number=st.text("0123456789+- ", max_size=20).map(tidy),
    said_they_were=texts.map(lambda text: tidy(text[:30])),
    said=texts,
    debt_named=st.sampled_from([True, False, None]),
    refused=st.sampled_from([True, False, None]),
    checked=st.just(True),  # noqa: FBT003 (it is a value)
).filter(lambda report: len(report.said_they_were) <= 30)


class TestLines:
    def test_one_is_read_and_written_as_agreed(self) -> None:
        assert read(LINE) == ([REPORT], [])
        assert report_line(REPORT, SHANGHAI) == LINE

    @given(reports)
    def test_making_and_reading_is_the_identity(self, report: Report) -> None:
        (again,), problems = read(report_line(report, SHANGHAI))

        assert (replace(again, id=""), problems) == (report, [])

    @given(reports, st.data())
    def test_no_changed_character_goes_unseen(self, report: Report, data: st.DataObject) -> None:
        line = report_line(report, SHANGHAI)
        place = data.draw(st.integers(1, len(line) - 1))
        # Of the checksum's digits some characters hold more than one.
        some = st.characters() if place < len(line) - 8 else st.sampled_from(f"{HEX}xyz| ")
        changed = line[:place] + data.draw(some) + line[place + 1 :]

        found, _ = read(changed)
        assert found == [] or canonical(plain(changed)) == canonical(plain(line))

    @given(reports, st.data())
    def test_no_missing_or_added_character_goes_unseen(
        self, report: Report, data: st.DataObject
    ) -> None:
        line = report_line(report, SHANGHAI)
        # Behind its first letter the same letter would only be text before the line.
        place = data.draw(st.integers(2, len(line) - 9))
        added = line[:place] + data.draw(st.characters()) + line[place:]
        missing = line[:place] + line[place + 1 :]

        for changed in (added, missing):
            assert read(changed)[0] == [] or canonical(plain(changed)) == canonical(plain(line))

    @given(reports, st.integers(1, 40), st.sampled_from(["\n", "\r\n", "\u200b", " ", "\u2028"]))
    def test_a_wrapped_one_reads_the_same(self, report: Report, columns: int, end: str) -> None:
        line = report_line(report, SHANGHAI)
        # What is put between a letter and its accent would be a change of the letter.
        parts = re.findall(f"(?s).{{1,{columns}}}", line)
        wrapped = end.join(parts)

        if canonical(plain(wrapped)) == canonical(plain(line)):
            assert [one.id for one in read(wrapped)[0]] == [one.id for one in read(line)[0]]

    @pytest.mark.parametrize(
        "sent",
        [
            LINE.lower(),
            LINE.replace("|", "｜").replace("KIT1", "ＫＩＴ１").replace(":", "："),
            LINE.replace("2026", "２０２６").replace("-", "－"),
            LINE.replace("|", " | "),
            "\u200b".join(LINE),
            "\ufeff" + "\n".join(LINE),
            LINE.replace(" ", "\x1c\x85\u3000"),
            f"你好，刚才有人打电话{LINE}谢谢",
            f"{LINE} 3F9A1C2B",
            f"Re: hello\n\n> {LINE}\n\nbye",
            LINE + LINE,
            f"{LINE}\n\n{LINE.lower()}",
            f"{SIMPLIFIED}\n{LINE}",
            f"{LINE}\n{SIMPLIFIED}",
        ],
    )
    def test_one_survives_what_messengers_and_people_do(self, sent: str) -> None:
        (found,), problems = read(sent)

        assert (found.id, found.checked, problems) == (REPORT.id, True, [])
        assert found.said.replace(" ", "") == "说要到我单位找人"

    def test_the_longest_one_may_be_wrapped_at_every_character(self) -> None:
        report = replace(REPORT, number="1" * 30, said_they_were="某" * 30, said="说" * 120)
        (found,), problems = read("\n".join(report_line(report, SHANGHAI)))

        assert (found.said.replace(" ", ""), problems) == (report.said, [])

    def test_what_was_said_keeps_its_own_case_and_blanks(self) -> None:
        text = "ABC  Loans say: pay\u3000NOW"
        (found,), _ = read(report_line(replace(REPORT, said=text), SHANGHAI))

        assert found.said == "ABC Loans say: pay NOW"

    def test_what_parts_fields_cannot_be_written_into_one(self) -> None:
        report = replace(REPORT, said_they_were="a|b｜c", said="one\ntwo\r\nthree")
        (found,), _ = read(report_line(report, SHANGHAI))

        assert (found.said_they_were, found.said) == ("a/b/c", "one two three")

    def test_a_field_may_end_like_the_beginning_of_a_line(self) -> None:
        report = replace(REPORT, said_they_were="KIT1", said="KIT2")
        (found,), problems = read(report_line(report, SHANGHAI))

        assert (found.said_they_were, found.said, problems) == ("KIT1", "KIT2", [])

    def test_a_field_with_the_labels_of_a_pattern_is_no_second_report(self) -> None:
        report = replace(REPORT, said="时间: 2026-11-20 10:00 自称: 别人 我已拒绝: 是")
        found, problems = read(report_line(report, SHANGHAI))

        assert ([one.said for one in found], problems) == ([report.said], [])

    def test_the_time_is_that_of_the_contacts_clock(self) -> None:
        jakarta = ZoneInfo("Asia/Jakarta")
        ((found,), _) = read_reports(LINE, now=NOW, zone=jakarta)

        assert found.at == datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
        assert found.id == REPORT.id

    def test_a_call_at_which_nothing_is_known_but_the_time_is_a_report(self) -> None:
        (found,), _ = read(signed("KIT1|2026-11-21 14:30||||uu"))

        assert (found.number, found.said_they_were, found.said) == ("", "", "")
        assert (found.debt_named, found.refused) == (None, None)


class TestDamage:
    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            *((LINE[:end], "cut short") for end in (5, 17, 30, 50, -8, -7, -1)),
            (f"{LINE[:-3]}\n谢谢", "cut short"),
            (LINE.replace("找人", "抓人"), "changed on the way"),
            (LINE.replace("yn", "ny"), "changed on the way"),
            (f"{LINE[:-1]}B", "changed on the way"),
            (f"{LINE[:-1]}Z", "changed on the way"),
            (LINE.replace("|yn", ""), "cut short"),
            (signed("KIT1|2026-11-21 14:30||||yes"), "changed on the way"),
            (LINE.replace("KIT1", "KIT2"), "(KIT2)"),
            (signed("KIT12|2026-11-21 14:30||||yn"), "(KIT12)"),
            (signed("KIT1|2026-02-30 14:30||||yn"), "no such date"),
            (signed("KIT1|2026-11-21 24:30||||yn"), "no such date"),
            (signed("KIT1|1026-11-21 14:30||||yn"), "no such date"),
            (signed("KIT1|2026-11-21||||yn"), "cannot be read"),
            (signed("KIT1|||||yn"), "does not say when"),
            (signed("KIT1|2026-11-21 16:06||||yn"), "in the future"),
            (signed("KIT1|9999-12-31 23:59||||yn"), "in the future"),
            (signed(f"KIT1|2026-11-21 14:30||{'某' * 31}||yn"), "30 characters"),
            (signed(f"KIT1|2026-11-21 14:30|||{'某' * 121}|yn"), "said 120"),
            (signed(f"KIT1|2026-11-21 14:30|{'1' * 31}|||yn"), "30 at most"),
            (signed("KIT1|2026-11-21 14:30|mother|||yn"), "digits"),
        ],
    )
    def test_each_has_its_reason(self, sent: str, said: str) -> None:
        found, problems = read(sent)

        assert found == []
        assert [said in problem for problem in problems] == [True], problems

    def test_a_clock_may_be_five_minutes_ahead(self) -> None:
        (found,), problems = read(signed("KIT1|2026-11-21 16:05||||yn"))

        assert (found.at - NOW, problems) == (timedelta(minutes=5), [])

    def test_a_good_one_behind_a_damaged_one_is_read(self) -> None:
        found, problems = read(f"{LINE[:40]}{LINE}")

        assert found == [REPORT]
        assert problems == ["The report is cut short: a part of it is missing."]

    def test_each_is_named_by_its_line(self) -> None:
        text = f"{LINE[:30]}\n\n{LINE}\n{LINE.replace('找', '打')}\n【来电记录】\n号码：1"
        _, problems = read_reports(text, now=NOW, zone=SHANGHAI)

        assert [problem.where for problem in problems] == ["TEXT:1", "TEXT:4", "TEXT:5"]

    @given(st.text() | st.text("KIT12|ynu09af :-\n"))
    def test_a_text_without_a_checksum_is_no_report(self, text: str) -> None:
        assert read(text)[0] == []

    @given(st.text("时间:号码自称说了什么2026-1 \n;是【来电记录】年月日"))
    def test_no_text_is_too_strange_to_be_read(self, text: str) -> None:
        found, problems = read(text)

        assert all(not one.checked for one in found)
        assert all(problems)

    @pytest.mark.parametrize(
        "text",
        [
            "KIT1|" * 20_000,
            f"KIT1|{'找' * 300}" * 9_000,
            "K " * 50_000,
            "时间:" * 30_000,
            "【 " * 50_000,
        ],
    )
    def test_a_hostile_text_is_read_in_a_moment(self, text: str) -> None:
        began = time.process_time()

        assert read(text)[0] == []
        assert time.process_time() - began < 3

    def test_what_is_no_character_stops_nothing(self) -> None:
        assert read(f"\ud83d{LINE}\udcff") == ([REPORT], [])


class TestPatterns:
    @pytest.mark.parametrize("language", PATTERNS)
    def test_one_says_the_same_in_every_language_as_the_line(self, language: str) -> None:
        assert read(PATTERNS[language]) == ([BY_HAND], [])

    @pytest.mark.parametrize("language", PATTERNS)
    @pytest.mark.parametrize("end", ["\r\n", "\n\n", "\u2028", "\n> ", "\n  "])
    def test_one_survives_other_line_ends_colons_and_text_around_it(
        self, language: str, end: str
    ) -> None:
        text = PATTERNS[language].replace("\n", end)

        assert read(text) == ([BY_HAND], [])
        assert read(text.replace("：", ":").replace(": ", "：")) == ([BY_HAND], [])
        assert read(f"收到。{end}{text}{end}谢谢") == ([BY_HAND], [])

    @given(st.permutations(SIMPLIFIED.split("\n")[1:]))
    def test_the_order_does_not_matter(self, lines: list[str]) -> None:
        assert read("\n".join(["【来电记录】", *lines])) == ([BY_HAND], [])

    @pytest.mark.parametrize("mark", ["，", "; ", "。", " "])
    def test_one_may_stand_on_a_single_line(self, mark: str) -> None:
        assert read(SIMPLIFIED.replace("\n", mark)) == ([BY_HAND], [])

    def test_one_without_its_heading_is_one(self) -> None:
        assert read(SIMPLIFIED.split("\n", 1)[1]) == ([BY_HAND], [])

    @pytest.mark.parametrize(
        "text",
        [
            *("", "你好", "KIT1", "kit 1", "【来电记录】", "请用【来电记录】的格式"),
            *("时间：明天下午\n地点：老地方", "时间：2026-11-21 14:30\n号码：13800000123"),
            "自称：某某金融",
        ],
    )
    def test_other_texts_are_no_report(self, text: str) -> None:
        assert read(text) == ([], [])

    def test_missing_lines_are_not_known(self) -> None:
        (found,), problems = read("【来电记录】\n时间：2026-11-21 14:30")

        assert (found.at, found.number, found.said_they_were, found.said) == (REPORT.at, "", "", "")
        assert (found.debt_named, found.refused, problems) == (None, None, [])

    @pytest.mark.parametrize(
        "when",
        [
            *(
                "2026/11/21 14:30",
                "2026年11月21日 14:30",
                "2026年11月21日14:30",
                "2026.11.21 14:30",
            ),
            *("2026年11月21号 14点30分", "2026年11月21日14時30", "2026-11-21  14：30：15"),
            *("２０２６－１１－２１ １４：３０", "2026-11-21, 14:30", "2026-11-21 14:30。"),
        ],
    )
    def test_dates_are_taken_as_people_write_them(self, when: str) -> None:
        assert read(SIMPLIFIED.replace("2026-11-21 14:30", when)) == ([BY_HAND], [])

    @pytest.mark.parametrize(
        ("when", "said"),
        [
            *((when, "no year") for when in ("11月21日 14:30", "11-21 14:30", "11/21", "26-11-21")),
            *((when, "cannot be read") for when in ("昨天下午", "2026-11-21", "14:30")),
            ("", "does not say when"),
            ("2026-13-01 14:30", "no such date"),
            ("2026-11-21 25:00", "no such date"),
            ("2026-11-22 14:30", "in the future"),
        ],
    )
    def test_other_dates_are_refused_with_a_reason(self, when: str, said: str) -> None:
        found, problems = read(SIMPLIFIED.replace("2026-11-21 14:30", when))

        assert found == []
        assert [said in problem for problem in problems] == [True], problems

    def test_without_a_time_it_is_refused(self) -> None:
        assert "does not say when" in read("【来电记录】\n自称：某某金融")[1][0]

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            *(
                (word, True)
                for word in ("是", "是的。", "有", "Yes", "ＹＥＳ", "y", "对，说了两次")
            ),
            *((word, False) for word in ("否", "不是", "没有", "沒有", "No", "n")),
            *((word, None) for word in ("", "不清楚", "不知道", "unknown", "是/否", "也许", "不")),
        ],
    )
    def test_an_answer_that_is_neither_yes_nor_no_is_not_known(
        self,
        written: str,
        meant: bool | None,
    ) -> None:
        (found,), _ = read(SIMPLIFIED.replace("我已拒绝：否", f"我已拒绝：{written}"))

        assert found.refused is meant

    @pytest.mark.parametrize(
        ("written", "number"),
        [
            *((word, "") for word in ("隐藏", "没有显示", "不显示", "无。", "Hidden")),
            ("（010）5550 0100", "010 5550 0100"),
            ("+86–138－0000－0123", "+86-138-0000-0123"),
        ],
    )
    def test_a_number_is_taken_as_people_write_it(self, written: str, number: str) -> None:
        (found,), problems = read(SIMPLIFIED.replace("13800000123", written))

        assert (found.number, problems) == (number, [])

    def test_what_was_said_may_go_on_over_lines_but_not_over_an_empty_one(self) -> None:
        text = SIMPLIFIED.replace("找人\n", "找人\n还骂人\n")
        assert read(text)[0][0].said == "说要到我单位找人 还骂人"
        last = "自称：某某金融\n时间：2026-11-21 14:30\n说了什么：要钱\n很凶\n\n下次再说"
        assert read(last)[0][0].said == "要钱 很凶"

    def test_what_was_said_may_hold_the_words_of_a_label(self) -> None:
        text = SIMPLIFIED.replace("找人\n", "找人, 时间: 明天\n")

        assert [one.said for one in read(text)[0]] == ["说要到我单位找人, 时间: 明天"]

    def test_two_are_two(self) -> None:
        second = SIMPLIFIED.replace("14:30", "15:10")
        for text in (f"{SIMPLIFIED}\n{second}", f"{SIMPLIFIED}\n{second.split(chr(10), 1)[1]}"):
            found, problems = read(text)
            assert ([one.at.minute for one in found], problems) == ([30, 10], [])

    def test_one_that_is_longer_than_a_form_takes_is_refused(self) -> None:
        _, problems = read(SIMPLIFIED.replace("说要", "说" * 120))

        assert problems == [
            "Who they said they were can have 30 characters at most, what was said 120."
        ]


def test_nothing_that_somebody_wrote_is_in_a_representation() -> None:
    shown = repr(read_reports(f"{LINE}\n{SIMPLIFIED}\n{LINE[:-9]}", now=NOW, zone=SHANGHAI))

    assert not [word for word in ("13800000123", "某某", "单位") if word in shown]


def test_a_call_of_the_new_year_is_read_before_the_year_is_new_elsewhere() -> None:
    at_four = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)
    text = signed("KIT1|2027-01-01 02:00||||uu")

    assert read_reports(text, now=at_four, zone=SHANGHAI)[0][0].at < at_four


@pytest.mark.parametrize("text", [f"\ud83d{LINE}", SIMPLIFIED.replace("找人", "找人\ud83d")])
def test_half_a_character_does_no_harm(text: str) -> None:
    (report,), problems = read(text)

    assert problems == []
    assert report.said.encode("utf-8")
