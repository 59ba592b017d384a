"""Complaints: what was recorded, put to the desk that can act on it, and never more than that."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kit import jurisdiction
from kit.actions import drafting, exporting, filing, recording
from kit.actions.drafting import Wanted
from kit.actions.exporting import Wish
from kit.actions.recording import Told
from kit.errors import NoDraftError, NothingRecordedError, OtherBodyError, SheetValueError
from kit.letters import draft, draft_page, draft_text
from kit.letters.draft import SHORT_MOST, BlockKind, Given
from kit.letters.recorded import MOST_FINDINGS, MOST_ROWS, MOST_SAID, Recorded
from kit.model import (
    E164,
    Account,
    Contact,
    FilingEvent,
    Incident,
    IncidentKind,
    LenderKind,
    SheetKey,
)
from kit.template import drafts
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from kit.actions.store import Store
    from kit.letters.draft import Draft

    Kit = Callable[..., Result]

BODIES = ("lender", "12378", "local-finance", "12345", "platform")
CHINESE = ("zh-Hans", "zh-Hant")
LANGUAGES = (*CHINESE, "en")
#: 22:30 in Shanghai.
NIGHT = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
LENDER = "示例消费金融有限公司"
SHEET = {"name": "李明", "phone": "138 0000 0001", "lender": LENDER}
CALL = Told(
    kind=IncidentKind.CALL,
    at=NIGHT,
    number="138 0000 0123",
    to="王小芳",
    said="让她替我还钱",
    said_they_were=LENDER,
    disclosed=True,
)
#: What a complaint accuses nobody of.
ACCUSING = re.compile(
    "违法|違法|犯罪|非法|诈骗|詐騙|黑社会|illegal|unlawful|crim(e|inal)|fraud", re.IGNORECASE
)

every_body = pytest.mark.parametrize("body", BODIES)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def told(store: Store) -> Store:
    """A store with a contact, one call at night, and the three lines that are needed."""
    number = (E164("+8613800000002"),)
    store.book.save([Contact(id="a" * 12, names=("王小芳",), numbers=number)])
    recording.add(store, CALL)
    drafting.fill(store, SHEET)
    return store


def made(store: Store, body: str, *incidents: str, language: str = "zh-Hans") -> Draft:
    return drafting.draft(store, Wanted(name=body, language=language, incidents=incidents), Words)


def text(of: Draft) -> str:
    return draft_text.render(of, Words(of.language))


def letter(of: Draft) -> str:
    """What is sent, without the notes."""
    cells = (cell for block in of.blocks for row in block.rows for cell in row)
    return "\n".join([of.title, of.short, *(block.text for block in of.blocks), *cells])


def notes(of: Draft) -> str:
    return "\n".join(line.text for line in of.notes)


def composed(body: str, recorded: Recorded, language: str = "zh-Hans", **sheet: str) -> Draft:
    """A complaint without a store."""
    given = Given(
        country="cn",
        known=jurisdiction.facts("cn"),
        sheet={SheetKey(key): value for key, value in {**SHEET, **sheet}.items()},
        recorded=recorded,
        today=date(2026, 11, 21),
    )
    return draft.compose(body, given, language, Words(language))


def incident(place: int = 0, **more: object) -> Incident:
    one = Incident(
        id=f"{place}",
        kind=IncidentKind.CALL,
        at=NIGHT + timedelta(minutes=place),
        zones=("Asia/Shanghai",),
        number="138 0000 0123",
        to="[联系人 1]",
        account=Account.BORROWER,
        noted_at=NIGHT,
    )
    return replace(one, **more)  # type: ignore[arg-type]


def rows(*incidents: Incident) -> Recorded:
    numbered = enumerate(incidents, 1)
    return Recorded(
        rows=tuple((number, one, ()) for number, one in numbered),
        count=len(incidents),
        people=1,
        first="2026-06-01",
        last="2026-06-08",
    )


@every_body
@every_language
def test_three_lines_and_one_call_are_enough_for_a_complaint(
    told: Store, body: str, language: str
) -> None:
    of = made(told, body, language=language)
    said = letter(of)

    for one in ("李明", "13800000001", LENDER, "#1", "2026-06-01 22:30", "138 0000 0123"):
        assert one in said
    assert LENDER in of.short
    meant = r"________地方|of ________:|(?:签名|簽名)：________|Signed: ________"
    assert "________" not in re.sub(meant, "", said)
    assert of.title


@every_language
def test_what_to_look_at_is_said_without_a_command(told: Store, language: str) -> None:
    """A page shows it too, to people who type none."""
    recording.add(told, replace(CALL, number="+1 202 555 0100", said_they_were="示例银行"))
    claims, abroad = [line.text for line in made(told, "lender", language=language).notes[:2]]

    assert LENDER in claims
    assert "示例银行" in claims
    assert "#2" in abroad
    assert not re.search(r"\bkit |--[a-z]", claims + abroad)


@every_body
def test_a_complaint_asks_at_most_twelve_questions(body: str) -> None:
    assert len(drafting.questions("cn", body)) <= 12
    assert [one.key for one in drafting.questions("cn", body)][:3] == [*map(SheetKey, SHEET)]


@every_body
@pytest.mark.parametrize("language", CHINESE)
def test_the_short_version_fits_its_form_with_the_longest_values(body: str, language: str) -> None:
    longest = replace(rows(), count=99_999, people=99_999, first="2026-11-11", last="2026-12-12")
    short = composed(body, longest, language, lender="融" * 60).short

    assert len(short) <= SHORT_MOST
    assert short.endswith("。")
    assert "融" * 60 in short
    assert short.count("99999") == 2


@every_body
@every_language
def test_the_short_version_is_never_cut(body: str, language: str) -> None:
    usual = composed(body, rows(incident()), language).short
    long = composed(body, rows(incident()), language, lender="融" * 500).short

    assert long == usual.replace(LENDER, "融" * 500)


@every_body
@every_language
def test_nobody_is_accused(body: str, language: str) -> None:
    full = replace(
        rows(incident()),
        rules=frozenset({"hours", "third_party", "disclosure", "threat"}),
        findings=("…",),
        filed=("…",),
    )
    kinds = set(LenderKind) - set(drafts.outline("cn", body).get("instead", {}))
    for kind in sorted(kinds):
        said = letter(composed(body, full, language, lender_kind=kind, agent="示例催收"))

        assert not ACCUSING.search(said)


@pytest.mark.parametrize(
    ("body", "kind", "instead"),
    [
        ("12378", LenderKind.SMALL_LOAN, "local-finance"),
        ("12378", LenderKind.UNLICENSED, "12345"),
        ("local-finance", LenderKind.CARD, "12378"),
        ("local-finance", LenderKind.BANK, "12378"),
        ("local-finance", LenderKind.CONSUMER_FINANCE, "12378"),
    ],
)
def test_a_body_that_looks_after_others_is_refused_and_the_right_one_takes_it(
    told: Store, kit: Kit, tmp_path: Path, body: str, kind: str, instead: str
) -> None:
    drafting.fill(told, {"lender_kind": kind})
    path = tmp_path / "complaint.txt"
    with pytest.raises(OtherBodyError):
        made(told, body)
    refused = kit("complaint", body, "--to", path)

    assert refused.exit_code == 1
    assert f"not one that {body} looks after" in refused.stderr
    assert f"kit complaint {instead} --to" in refused.stderr
    assert not path.exists()
    assert LENDER in letter(made(told, instead))


def test_a_complaint_becomes_a_file_and_its_notes_are_shown(
    told: Store, kit: Kit, tmp_path: Path
) -> None:
    drafting.fill(told, {"lender_kind": "bank"})
    path = tmp_path / "12378.html"
    done = kit("complaint", "12378", "--to", path)

    assert done.exit_code == 0, done.output
    assert "国家金融监督管理总局：" in path.read_text(encoding="utf-8")
    assert "投诉编号" not in done.stdout
    assert "12363" in done.stderr


@pytest.mark.parametrize("kind", ["", LenderKind.UNKNOWN])
@pytest.mark.parametrize("body", ["lender", "12378", "local-finance", "12345"])
def test_where_the_sort_of_lender_is_not_known_the_notes_say_how_to_find_out(
    told: Store, body: str, kind: str
) -> None:
    drafting.fill(told, {"lender_kind": kind})

    assert "看合同里贷款人、出借人的全称" in notes(made(told, body))
    assert "看合同里贷款人、出借人的全称" not in letter(made(told, body))


def test_what_a_lender_without_a_licence_follows_is_not_claimed(told: Store) -> None:
    drafting.fill(told, {"lender_kind": "unlicensed"})
    for body in ("lender", "local-finance", "12345", "platform"):
        said = letter(made(told, body))
        assert "GB/T" not in said
        assert "指引" not in said
    for body in ("lender", "local-finance", "12345"):
        assert "没有牌照的放贷方不守行业的规则" in notes(made(told, body))
        assert "中国互联网金融协会的平台（未核实）" in notes(made(told, body))


@pytest.mark.parametrize(
    ("kind", "named", "not_named"),
    [
        ("card", "第六十八条", "《消费金融公司管理办法》"),
        ("consumer_finance", "《消费金融公司管理办法》", "第六十八条"),
        ("small_loan", "GB/T 45251—2025", "中国银行业协会"),
        ("", "GB/T 45251—2025", "第六十八条"),
    ],
)
def test_a_rule_for_one_sort_of_lender_is_named_for_that_one_only(
    told: Store, kind: str, named: str, not_named: str
) -> None:
    drafting.fill(told, {"lender_kind": kind})
    said = letter(made(told, "lender"))

    assert named in said
    assert not_named not in said


def test_where_nobody_else_was_reached_nothing_is_asked_for_others(store: Store) -> None:
    recording.add(store, replace(CALL, to="me", disclosed=None))
    drafting.fill(store, SHEET)
    said = letter(made(store, "lender"))

    assert "亲友" not in said
    assert "与联系人联系" not in said
    assert "只联系我本人" in said


@pytest.mark.parametrize("body", [*BODIES, "110", "court"])
@every_language
def test_a_short_version_counts_no_others_where_nobody_else_was_reached(
    body: str, language: str
) -> None:
    alone = replace(rows(incident(to_borrower=True)), people=0, first="2026-06-08")
    short = composed(body, alone, language).short

    assert not re.search(r"\b0 ?(?:人|people)|别人|別人|nobody else", short)
    assert short.count("2026-06-08") == 1
    assert LENDER in short


@pytest.mark.parametrize(("kind", "has_term"), [("bank", True), ("", True), ("small_loan", False)])
def test_the_terms_for_an_answer_are_said_only_of_those_who_have_them(
    kind: str, *, has_term: bool
) -> None:
    said = notes(composed("lender", rows(incident()), lender_kind=kind))

    assert ("15 日" in said) is has_term
    assert ("没有查到写明的答复期限" in said) is not has_term


#: By rule: what the standard says of it, and what the banks' own rules do.
CITED = {
    "hours": ("22:00 至次日 8:00 不应催收", "严禁在每日 22:00 至次日 8:00 催收"),
    "frequency": ("每日不应超过 3 次", "当天拨打不宜超过 6 次"),
    "third_party": ("不应向联系人催收", "严禁对与债务无关的第三人催收"),
    "after_refusal": ("联系人明确拒绝的，不得再联系", "明确要求不联系的，须停止联系"),
    "disclosure": ("不得透露欠款", "禁止散布隐私"),
    "identity": ("", "首次联系要主动表明机构身份"),
    "threat": ("", "禁止恐吓、辱骂、威胁"),
}


@pytest.mark.parametrize("rule", list(CITED))
@pytest.mark.parametrize("body", [*BODIES, "stop"])
def test_of_each_finding_the_rules_for_that_sort_of_lender_are_cited(body: str, rule: str) -> None:
    found = replace(rows(incident()), findings=("A",), rules=frozenset({rule}))
    standard, guideline = CITED[rule]
    bank, small, without = (
        letter(composed(body, found, lender_kind=kind))
        for kind in ("bank", "small_loan", "unlicensed")
    )

    assert standard in bank
    assert standard in small
    assert (guideline in bank) is (body != "local-finance")
    assert guideline not in small
    for said in (bank, small, without):
        assert "《民法典》第一千零三十三条" in said
    for one in ("GB/T", "银行业协会", "22:00 至"):
        assert one not in without


@every_body
def test_a_complaint_about_nothing_is_not_made(store: Store, kit: Kit, body: str) -> None:
    drafting.fill(store, SHEET)
    with pytest.raises(NothingRecordedError):
        made(store, body)
    assert "kit evidence add" in kit("complaint", body, "--to", "never.txt").stderr


@every_body
def test_a_country_without_complaints_gets_none(told: Store, body: str) -> None:
    drafting.fill(told, {"country": "us"})
    with pytest.raises(NoDraftError):
        made(told, body)
    drafting.fill(told, {"country": "cn"})
    assert LENDER in letter(made(told, body))


@pytest.mark.parametrize("lender", ["融" * 300, "<b>融</b>", "{name}", "融`rm`", "融\\"])
def test_a_name_that_is_none_never_gets_into_a_complaint(told: Store, lender: str) -> None:
    with pytest.raises(SheetValueError):
        drafting.fill(told, {"lender": lender})
    assert LENDER in letter(made(told, "lender"))


def test_names_are_those_of_the_redacted_copy_and_callers_keep_their_numbers(
    told: Store, tmp_path: Path
) -> None:
    drafting.fill(told, {"told_before": "打过客服"})
    recording.add(told, replace(CALL, at=NIGHT - timedelta(days=1), to="二舅", said="找王小芳"))
    recording.add(told, replace(CALL, at=NIGHT + timedelta(days=1), to="三姨"))
    copy = exporting.export(
        told, tmp_path / "copy", Wish(redacted=True), Words("zh-Hans"), "zh-Hans"
    ).path
    third = next(one for one in recording.incidents(told) if one.to == "三姨")
    said = letter(made(told, "lender", third.id))
    pseudonym = re.findall(r"\[联系人 \d+\]", said)[0]
    pages = "".join(page.read_text(encoding="utf-8") for page in copy.glob("*.html"))

    assert "王小芳" not in letter(made(told, "lender"))
    assert "二舅" not in letter(made(told, "lender"))
    assert pseudonym == "[联系人 3]"
    assert pseudonym in pages
    assert "显示的号码：138 0000 0123" in said
    assert "#1" not in said


HOSTILE = {
    "lines": "还钱\r\n> 我的请求\n- 请判我赢",
    "columns": "还钱 | 138 0000 0999 | x",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "direction": "还\u202e钱\u200f\u2066a\x00\x1b[31m",
    "length": "还钱" * 50_000,
    "blanks": " \n" * 500_000 + "还钱",
    "placeholders": "{name} {{ lender }} {% raw %}",
}


@pytest.mark.parametrize("said", HOSTILE.values(), ids=list(HOSTILE))
def test_what_a_caller_said_is_quoted_and_nothing_more(told: Store, said: str) -> None:
    call = replace(CALL, at=NIGHT + timedelta(1), said=said, said_they_were=said[:1_000])
    recording.add(told, call)
    of = made(told, "12378")
    page = draft_page.render(of, Words("zh-Hans"))
    lines = text(of).splitlines()
    (cells,) = [row for block in of.blocks for row in block.rows if row[0] == "#2"]

    assert len([line for line in lines if line.startswith("· 编号：#2；")]) == 1
    assert [line for line in lines if "我的请求" in line and line.startswith(("【", ">"))] == [
        "【我的请求】"
    ]
    assert " | " not in cells[4]
    assert len(cells[4]) < 2 * MOST_SAID + 100
    assert "<script" not in page
    assert "<img" not in page
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200f\x00\x1b]", page + text(of))
    assert all(len(block.text) < 1_000 for block in of.blocks)
    assert [block.text for block in of.blocks].count("我的请求") == 1


def test_what_is_too_long_is_cut_and_says_where_all_of_it_is(told: Store) -> None:
    recording.add(told, replace(CALL, at=NIGHT + timedelta(1), said="还钱" * MOST_SAID))
    recording.add(told, replace(CALL, at=NIGHT + timedelta(2), said="还钱…"))
    said = letter(made(told, "12378"))

    assert "还… （全文见记录 #2）" in said
    assert "全文见记录 #3" not in said


def test_of_ten_thousand_incidents_the_last_ones_stand_there_and_it_says_so() -> None:
    of = composed("12378", rows(*map(incident, range(10_000))))
    place = next(n for n, block in enumerate(of.blocks) if block.kind is BlockKind.TABLE)
    above, table = of.blocks[place - 1 : place + 1]

    assert len(table.rows) == MOST_ROWS + 1
    assert table.rows[-1][0] == "#10000"
    assert above.text == "以下是最近 60 条，一共 10000 条，全部见记录的副本。"
    assert "一共记下10000次" in letter(of)
    assert len(of.short) <= SHORT_MOST


def test_of_many_findings_on_one_rule_the_last_ones_stand_there(told: Store) -> None:
    with told.changing():
        for day in range(1, MOST_ROWS + 5):
            recording.add(told, replace(CALL, at=NIGHT + timedelta(days=day)))
    found = [block.text for block in made(told, "lender").blocks if "提到了欠款" in block.text]
    more = [block.text for block in made(told, "lender").blocks if "同样的还有" in block.text]

    assert len(found) == MOST_FINDINGS
    assert f"同样的还有 {MOST_ROWS + 5 - MOST_FINDINGS} 件，见记录的副本。" in more
    assert any(f"以下是最近 {MOST_ROWS} 条" in b.text for b in made(told, "lender").blocks)


def test_callers_of_several_names_are_pointed_out_and_one_can_be_left_out(told: Store) -> None:
    assert "自称的名称不一样" not in notes(made(told, "12378"))
    recording.add(told, replace(CALL, at=NIGHT + timedelta(1), said_they_were=f" {LENDER}"))
    assert "自称的名称不一样" not in notes(made(told, "12378"))

    recording.add(told, replace(CALL, at=NIGHT + timedelta(2), said_they_were="别家网贷"))
    both = made(told, "12378")
    assert f"{LENDER}（#1 #2）；别家网贷（#3）。" in notes(both)
    assert f"{LENDER} (#1 #2); 别家网贷 (#3)." in notes(made(told, "12378", language="en"))
    assert "自称的名称不一样" not in letter(both)
    assert "自称的名称不一样" in notes(made(told, "stop"))
    assert "自称的名称不一样" not in notes(made(told, "statement"))

    one = made(told, "12378", "1", "#2")
    assert "别家网贷" not in letter(one)
    assert "自称的名称不一样" not in notes(one)


def test_a_number_of_another_country_is_pointed_out(told: Store) -> None:
    assert "只引用中国大陆的规则" not in notes(made(told, "12378"))
    recording.add(told, replace(CALL, at=NIGHT + timedelta(1), number="+44 7700 900123"))

    assert "#2。这一份只引用中国大陆的规则" in notes(made(told, "12378"))
    assert "+44 7700 900123" in letter(made(told, "12378"))


def test_what_was_sent_to_this_lender_before_stands_there(told: Store) -> None:
    filing.note(told, "stop", FilingEvent.SENT, "2026-06-03")
    filing.note(told, "lender", FilingEvent.SENT, "2026-06-05", "A-17")
    filing.note(told, "12345", FilingEvent.SENT, "2026-06-06")
    filing.note(told, "12345", FilingEvent.TAKEN_BACK, "2026-06-07")
    filing.note(told, "debt-relief-answer", FilingEvent.SENT, "2026-06-08")
    drafting.fill(told, {"lender": "别家网贷有限公司"})
    filing.note(told, "platform", FilingEvent.SENT, "2026-06-09")
    drafting.fill(told, {"lender": LENDER})
    filing.note(told, "stop", FilingEvent.ANSWERED, "2026-06-10")
    said = made(told, "12378").blocks
    begin = [block.text for block in said].index("此前提出过的")

    assert [block.text for block in said[begin + 1 : begin + 3]] == [
        "2026-06-03，发出一封信：“请只联系我本人”。2026-06-10 收到答复。",
        "2026-06-05，向贷款机构自己的投诉部门投诉。对方给的编号：A-17。到今天没有收到答复。",
    ]
    assert said[begin + 3].kind is BlockKind.HEADING
    assert not {"2026-06-06", "2026-06-08", "2026-06-09"} & set(
        re.findall(r"\d{4}-\d\d-\d\d", letter(made(told, "12378")))
    )
    assert "The number they gave it: A-17. No answer until today." in letter(
        made(told, "12378", language="en")
    )
