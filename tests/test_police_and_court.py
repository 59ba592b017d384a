"""What 12321, the police and a court are told: what was recorded, and no more than that."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from kit.actions import drafting, recording
from kit.actions.drafting import Wanted
from kit.actions.exhibits import Handed
from kit.actions.recording import Told
from kit.errors import NothingRecordedError
from kit.letters import draft_document, draft_page
from kit.letters.draft import SHORT_MOST, BlockKind
from kit.letters.recorded import MOST_ROWS, MOST_SAID
from kit.model import E164, Account, Contact, IncidentKind
from kit.template import drafts
from kit.words import Words

if TYPE_CHECKING:
    from kit.actions.drafting import Draft
    from kit.actions.store import Store

BODIES = ("12321", "110", "court")
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
AT = datetime(2026, 6, 1, 4, 30, tzinfo=UTC)
#: Numbers of callers, and the names and number of a contact.
CALLER, OTHER = "138 0000 0123", "010 5550 0101"
NAMED = ("王小芳", "芳芳", "二舅", "13800000001", "138 0000 0001")
#: What nobody but a court or an authority says of somebody; names of laws are taken out before.
VERDICT = (
    "违法|犯罪|罪行|涉嫌|非法|诈骗|敲诈|黑社会|違法|詐騙|敲詐|黑社會|"
    r"\b(?:illegal|unlawful|crim|fraud|extort|guilty)"
)
ARTICLE_1167 = {"zh-Hans": "第一千一百六十七条", "zh-Hant": "第一千一百六十七條", "en": "1167"}

every_language = pytest.mark.parametrize("language", LANGUAGES)
every_body = pytest.mark.parametrize("body", BODIES)


@pytest.fixture
def sheet(store: Store) -> Store:
    """A fact sheet with what the three need, and contacts in the book."""
    number = (E164("+8613800000001"),)
    store.book.save([Contact(id="a" * 12, names=("王小芳", "芳芳"), numbers=number)])
    drafting.fill(store, {"name": "张三", "phone": "13800000900", "lender": "示例消费金融有限公司"})
    return store


def told(store: Store, hours: float = 0, **more: object) -> None:
    """Note one incident: a call to a contact at noon that says nothing of note."""
    said = {"kind": IncidentKind.CALL, "number": CALLER, "to": "王小芳", "said": "请转告"}
    at = AT + timedelta(hours=hours)
    recording.add(store, Told(**{**said, "at": at, **more}))  # type: ignore[arg-type]


def made(store: Store, body: str, language: str = "zh-Hans", *incidents: str) -> Draft:
    return drafting.draft(store, Wanted(name=body, language=language, incidents=incidents), Words)


def sent(draft: Draft) -> str:
    """All that somebody else reads, without the names of laws."""
    cells = ("\n".join(cell for row in one.rows for cell in row) for one in draft.blocks)
    texts = "\n".join([draft.title, draft.short, *(one.text for one in draft.blocks), *cells])
    return _without_laws(texts)


def words(body: str, part: str) -> str:
    """The last words of a part, without the names of laws, up to what is filled in."""
    text: str = drafts.words("cn", body, "zh-Hans")["part"][part]["text"]
    last = text.strip().splitlines()[-1].removeprefix("- ")
    return _without_laws(last).partition("{")[0]


def has(store: Store, body: str, part: str) -> bool:
    return words(body, part) in sent(made(store, body))


def _without_laws(text: str) -> str:
    return re.sub(r"《[^》]*》", "", text)


@every_body
def test_nothing_is_said_of_nothing(sheet: Store, body: str) -> None:
    with pytest.raises(NothingRecordedError):
        made(sheet, body)


def test_a_visit_is_nothing_for_12321(sheet: Store) -> None:
    told(sheet, kind=IncidentKind.VISIT)

    assert "有人上门" in sent(made(sheet, "110"))
    with pytest.raises(NothingRecordedError):
        made(sheet, "12321")


def test_one_quiet_call_to_a_contact_brings_no_element_but_where_the_number_is_from(
    sheet: Store,
) -> None:
    told(sheet)
    there = [
        part
        for part in ("threat", "pestering", "disclosure", "public", "identity", "numbers", "apart")
        if has(sheet, "110", part)
    ]

    assert there == ["numbers"]


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"threatened": True}, "threat"),
        ({"said": "再不还就打断他的腿"}, "threat"),
        ({"disclosed": True}, "disclosure"),
        ({"said_they_were": "市公安局"}, "identity"),
        ({"unidentified": True}, "identity"),
        ({"kind": IncidentKind.POST, "to": ""}, "public"),
    ],
)
def test_an_element_stands_in_the_statement_where_it_was_recorded(
    sheet: Store, more: dict[str, object], part: str
) -> None:
    told(sheet, to="我")
    assert not has(sheet, "110", part)

    told(sheet, 1, **more)
    assert has(sheet, "110", part)


def test_twice_is_not_again_and_again(sheet: Store) -> None:
    told(sheet)
    told(sheet, 1)
    assert not has(sheet, "110", "pestering")

    told(sheet, 2)
    assert has(sheet, "110", "pestering")
    assert has(sheet, "110", "apart")


def test_an_element_lists_the_findings_that_bear_on_it(sheet: Store) -> None:
    told(sheet, disclosed=True)
    told(sheet, 1, threatened=True)
    texts = [_without_laws(one.text) for one in made(sheet, "110").blocks]
    first = next(i for i, text in enumerate(texts) if words("110", "threat") in text)

    assert [one for one in texts if "受到威胁" in one] == [texts[first + 1]]
    assert "提到了欠款" not in texts[first + 1]


@every_language
def test_article_1167_stands_only_beside_a_threat(sheet: Store, language: str) -> None:
    told(sheet, disclosed=True)
    quiet = made(sheet, "court", language)
    told(sheet, 1, threatened=True)
    threatened = made(sheet, "court", language)

    shown = ["\n".join(block.text for block in one.blocks) for one in (quiet, threatened)]
    assert [ARTICLE_1167[language] in one for one in shown] == [False, True]
    assert [any(fact.id == "cc-1167" for fact in one.facts) for one in (quiet, threatened)] == [
        False,
        True,
    ]


def test_a_claim_is_of_what_was_recorded(sheet: Store) -> None:
    told(sheet)
    assert has(sheet, "court", "claim-none")
    assert not has(sheet, "court", "claim-calm")
    assert not has(sheet, "court", "claim-privacy")

    told(sheet, 1, disclosed=True)
    told(sheet, 2, to="我")
    assert not has(sheet, "court", "claim-none")
    assert has(sheet, "court", "claim-calm")
    assert has(sheet, "court", "claim-privacy")


@every_language
def test_mental_harm_is_claimed_only_where_it_is_serious(sheet: Store, language: str) -> None:
    told(sheet)
    serious = {
        "zh-Hans": "造成严重精神损害的，才",
        "zh-Hant": "造成嚴重精神損害的，才",
        "en": "Only for s",
    }

    assert serious[language] in sent(made(sheet, "court", language))


@every_body
@every_language
def test_no_contact_is_named_and_every_caller_is(sheet: Store, body: str, language: str) -> None:
    told(sheet, said="叫王小芳还钱，不然找二舅 13800000001", disclosed=True, by="芳芳")
    told(sheet, 1, to="二舅", number=OTHER, threatened=True)
    told(sheet, 2, kind=IncidentKind.TEXT, said="芳芳：请回电", refused=True)
    text = sent(made(sheet, body, language))

    assert [name for name in NAMED if name in text] == []
    assert CALLER in text
    assert OTHER in text
    assert not re.search(VERDICT, text, re.IGNORECASE)


def test_whoever_was_reached_has_a_part_of_their_own(sheet: Store) -> None:
    told(sheet)
    told(sheet, 1, kind=IncidentKind.TEXT, said="第一条短信，原样")
    told(sheet, 2, to="二舅", number=OTHER)
    told(sheet, 3, to="我")
    told(sheet, 4, kind=IncidentKind.MESSAGE)  # of an app: nothing for 12321
    blocks = made(sheet, "12321").blocks
    tables = [one.rows[1:] for one in blocks if one.kind is BlockKind.TABLE]

    assert [one.text for one in blocks if one.kind is BlockKind.HEADING] == [
        "[联系人 1]",
        "[联系人 2]",
        "我本人",
    ]
    assert [[row[0] for row in rows] for rows in tables] == [["#1", "#2"], ["#3"], ["#4"]]
    assert "第一条短信，原样" in tables[0][1][3]
    assert tables[1][0][2] == OTHER


def test_a_call_that_two_tell_of_stands_there_once(sheet: Store) -> None:
    told(sheet)
    told(sheet, by="王小芳", said="说要找我的单位")
    (table,) = [one for one in made(sheet, "12321").blocks if one.rows]
    (row,) = table.rows[1:]

    assert row[0] == "#1 #2"
    assert "请转告" in row[3]
    assert "说要找我的单位" in row[3]


@pytest.mark.parametrize("said", ["芳芳，请回电", "回电 010 5550 0102", "长" * (MOST_SAID + 1)])
def test_words_stand_there_as_they_were_or_not_at_all(sheet: Store, said: str) -> None:
    told(sheet, kind=IncidentKind.TEXT, said=said)
    text = sent(made(sheet, "12321"))

    assert "这里没有照录" in text
    assert said[:2] not in text
    assert "[号码" not in text


def test_whose_account_it_is_stands_beside_what_happened(sheet: Store) -> None:
    told(sheet)
    told(sheet, 1, by="芳芳")
    told(sheet, 2, account=Account.LOG)
    tables = [next(one.rows for one in made(sheet, body).blocks if one.rows) for body in BODIES]

    for rows in tables[1:]:
        assert ["据" in row[4] for row in rows[1:]] == [False, True, True]
        assert "据[联系人 1]所说。" in rows[2][4]
    assert not [row for row in tables[0] if "据" in row[3]]  # whoever was rung files it themselves


def test_a_file_is_named_by_its_number(sheet: Store) -> None:
    picture = Handed(name="截图.jpg", open=lambda: BytesIO(b"\xff\xd8\xff"))
    call = Told(kind=IncidentKind.CALL, at=AT, number=CALLER, to="王小芳", said="请转告")
    recording.add(sheet, call, [picture])

    for body in BODIES:
        table = next(one.rows for one in made(sheet, body).blocks if one.rows)
        assert (table[1][0], table[1][-1]) == ("#1", "#2")


def test_what_has_no_room_in_a_part_is_said_to_be_missing(sheet: Store) -> None:
    for n in range(MOST_ROWS + 1):
        told(sheet, n)
    blocks = made(sheet, "12321").blocks
    (rows,) = [one.rows for one in blocks if one.rows]

    assert len(rows) == 1 + MOST_ROWS
    assert f"只列最近 {MOST_ROWS} 次" in blocks[1].text


@pytest.mark.parametrize("body", ["110", "court"])
def test_the_longest_values_leave_the_short_version_short(body: str) -> None:
    longest = {
        **dict.fromkeys(("name", "lender", "agent", "product", "account"), "示" * 60),
        **dict.fromkeys(("first", "last"), "2026-11-22"),
        "days": "从2026-11-22到2026-11-22",
        **dict.fromkeys(("count", "people", "files"), "99999"),
    }
    for language in ("zh-Hans", "zh-Hant"):
        short = drafts.words("cn", body, language)["short"].strip()

        assert len(short.format(**longest)) <= SHORT_MOST


def test_the_sentence_of_one_person_is_short_whoever_rang(sheet: Store) -> None:
    for n in range(12):
        told(sheet, n, number=f"138 0000 01{n:02}")
    blocks = made(sheet, "12321").blocks

    assert "…" in blocks[1].text
    assert len(blocks[1].text) <= SHORT_MOST
    assert len(made(sheet, "12321").short) <= SHORT_MOST


def test_a_number_is_named_once_however_it_was_written(sheet: Store) -> None:
    told(sheet, number="138 0000 0123")
    told(sheet, 1, number="+8613800000123")

    assert "显示的号码：138 0000 0123。" in made(sheet, "12321").blocks[1].text


def test_each_person_begins_a_page_that_can_be_given_to_them(sheet: Store) -> None:
    told(sheet)
    told(sheet, 1, to="二舅")
    draft = made(sheet, "12321")
    pages = [one for one in draft.blocks if one.kind is BlockKind.HEADING]

    assert [one.begins_page for one in pages] == [False, True]
    assert draft_page.render(draft, Words("zh-Hans")).count('<h2 class="page">') == 1
    made_of = draft_document.render(draft)
    assert ZipFile(BytesIO(made_of)).read("word/document.xml").count(b"w:pageBreakBefore") == 1


def test_only_what_was_chosen_is_told(sheet: Store) -> None:
    told(sheet, threatened=True)
    told(sheet, 1, number=OTHER)

    text = sent(made(sheet, "110", "zh-Hans", "2"))
    assert OTHER in text
    assert CALLER not in text
    assert words("110", "threat") not in text


@every_language
def test_the_police_are_asked_for_a_receipt_and_for_reasons(sheet: Store, language: str) -> None:
    told(sheet)
    draft = made(sheet, "110", language)
    asked = {"psl-50", "psl-56", "psl-90", "psl-118", "psl-25", "police-receipt"}

    assert asked <= {fact.id for fact in draft.facts}
    assert "回执" in sent(draft) or "回執" in sent(draft)


@every_language
def test_danger_comes_before_a_statement(sheet: Store, language: str) -> None:
    told(sheet)

    assert "110" in made(sheet, "110", language).notes[0].text


@every_language
def test_an_outline_says_that_it_is_no_claim(sheet: Store, language: str) -> None:
    told(sheet)
    draft = made(sheet, "court", language)

    for first in (draft.blocks[0].text, draft.notes[0].text):
        assert re.search(
            "不是(?:写好的)?起诉状|不是(?:寫好的)?起訴狀|not a (?:finished )?claim", first
        )
        assert "12348" in first
