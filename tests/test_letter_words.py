"""The words of letters and complaints: nothing in them without its fact, and no verdict.

Every draft of every country is walked, letters and complaints alike: what is added is held to it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from wording import (
    COMMON,
    MAINLAND,
    MEDIAN_SENTENCE,
    cited,
    in_english,
    items,
    left_open,
    median_length,
    named_barely,
    parts,
    rung,
    share_of_common,
    stands_for,
    too_long,
    value,
)

from kit import jurisdiction
from kit.evidence import rules
from kit.letters import budget
from kit.letters import draft as letters
from kit.letters.draft import BLANK, SHORT_MOST, BlockKind, Given
from kit.letters.recorded import Recorded
from kit.model import Account, Incident, IncidentKind, LenderKind, Rule, SheetKey
from kit.template import drafts, folder
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.jurisdiction import Fact
    from kit.letters.draft import Draft

LANGUAGES = ["zh-Hans", "zh-Hant", "en"]
TODAY = date(2026, 11, 22)
ORDER = [(country, name) for country in drafts.countries() for name in drafts.names(country)]
DRAFTS = [
    (country, name)
    for country, name in ORDER
    if (folder() / "drafts" / country / f"{name}.toml").exists()
]
#: A sheet with every line filled in; all of it is invented.
FULL = {
    SheetKey.NAME: "李明",
    SheetKey.PHONE: "13800000001",
    SheetKey.ADDRESS: "示例市示例路1号",
    SheetKey.LENDER: "示例消费金融有限公司",
    SheetKey.LENDER_KIND: "consumer_finance",
    SheetKey.AGENT: "示例信息服务有限公司",
    SheetKey.PRODUCT: "示例贷",
    SheetKey.ACCOUNT: "SL-0001",
    SheetKey.BORROWED: "20000.00",
    SheetKey.BORROWED_ON: "2025-09-01",
    SheetKey.REPAID: "6000.00",
    SheetKey.OVERDUE_SINCE: "2026-06-15",
    SheetKey.CLAIMED: "18500.00",
    SheetKey.OWED: "15000.00",
    SheetKey.NEW_CREDITOR: "示例资产管理有限公司",
    SheetKey.TOLD_BEFORE: "2026-10-08打过客服电话，请他们只找我。",
    SheetKey.INCOME: "6000.00",
    SheetKey.HOUSING: "1800.00",
    SheetKey.FOOD: "1200.00",
    SheetKey.HEALTH: "300.00",
    SheetKey.FAMILY: "800.00",
    SheetKey.OTHER_EXPENSES: "200.00",
    SheetKey.OTHER_DEBTS: "500.00",
    SheetKey.HARDSHIP: "2026年5月起工作的时间少了一半。",
    SheetKey.OFFER: "1000.00",
    SheetKey.FIRST_ON: "2026-12-10",
    SheetKey.RATE: "14.6",
    SheetKey.OFFERED_BY: "示例债务优化公司",
    SheetKey.COUNTRY: "cn",
}
#: Names of laws and standards, days, numbers, asides, and what is filled in.
ONE_WORD = (
    r"《[^》]*》|GB/T \d+—\d+|20\d\d ?年( ?\d+ ?月( ?\d+ ?日)?)?|（[^）]*）|\{\w+\}|\d+|"
    r"https?://[\w./]+"
)
#: What is typed at a terminal.
COMMAND = r"\bkit [a-z]+|--[a-z]+"
#: What a draft says by itself: of the record, and of the day.
COUNTED = {"count", "people", "days", "last"}
#: Conditions on what was recorded or sent, and what a part can be.
STATED = set(letters._OF_THE_RECORD)  # noqa: SLF001 (who else knows which there are)
KINDS = {"", "signature", "by_person", letters._NOTE, *letters._BRINGS}  # noqa: SLF001 (the same)
#: Parts whose figures are lines of the sheet.
RECKONED = {"budget", "schedule"}
UNVERIFIED = {"zh-Hans": "未核实", "zh-Hant": "未核實", "en": "not verified"}
#: What nobody but a court or an authority says of somebody; a name of a law is not meant.
VERDICT = (
    "违法|违规|犯罪|非法|涉嫌|罪行|诈骗|敲诈|勒索|黑社会|流氓|寻衅|"
    "違法|違規|非法|涉嫌|詐騙|敲詐|勒索|黑社會|尋釁|"
    r"\b(?:illegal|unlawful|crim|offend|offence|fraud|extort|blackmail|gang)"
)
#: What holds for one sort of lender only, and for which.
OF_ONE_SORT = {
    "《商业银行信用卡业务监督管理办法》": "card",
    "《消费金融公司管理办法》": "consumer_finance",
    "《小额贷款公司监督管理暂行办法》": "small_loan",
}
#: What whoever has no licence does not follow, and how a text says so.
OF_LICENSED = ("GB/T 45251—2025", "《金融机构个人消费类贷款催收工作指引（试行）》")
UNLICENSED = {"zh-Hans": "没有牌照", "zh-Hant": "沒有牌照", "en": "licence"}

every_draft = pytest.mark.parametrize(("country", "name"), DRAFTS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def texts(country: str, name: str, language: str) -> dict[str, str]:
    """Every text of a draft, by where it stands; what it is called is read in a list only."""
    return dict(parts(drafts.words(country, name, language)))


def sent(country: str, name: str, language: str) -> dict[str, str]:
    """What somebody else reads, without the names of laws."""
    read = {
        "title",
        "short",
        "short_alone",
        *(f"part.{one['id']}.text" for one in parts_sent(country, name)),
    }
    return {
        where: re.sub(r"《[^》]*》", "《》", text)
        for where, text in texts(country, name, language).items()
        if where in read
    }


def parts_sent(country: str, name: str) -> list[dict[str, Any]]:
    """The parts that are no notes for the borrower."""
    every: list[dict[str, Any]] = drafts.outline(country, name)["part"]
    return [one for one in every if one.get("kind") != letters._NOTE]  # noqa: SLF001 (the same)


def of_part(where: str) -> str:
    """The id of the part in which the text stands; empty for what stands in none."""
    return where.split(".")[1] if where.startswith("part.") else ""


def named(country: str, name: str, where: str) -> list[str]:
    """The facts on which the text that stands there rests, by their ids."""
    outline = drafts.outline(country, name)
    if where == "notes":
        return list(outline.get("notes", {"facts": []})["facts"])
    part = of_part(where)
    return [fact for one in outline["part"] if part in ("", one["id"]) for fact in one["facts"]]


def basis(country: str, name: str, where: str) -> list[Fact]:
    known = jurisdiction.facts(country).by_id
    return [known[fact] for fact in named(country, name, where)]


def asked(country: str, name: str) -> set[str]:
    outline = drafts.outline(country, name)
    return {*outline["needs"], *outline["uses"]}


def conditions(country: str, name: str) -> list[tuple[str, str, str]]:
    """Every condition: whether it is negated, of what it is, and the values."""
    found = [
        re.fullmatch(r"(!?)([a-z_]+)(?:=([a-z_|]+))?", one)
        for part in drafts.outline(country, name)["part"]
        for one in part.get("when", ())
    ]
    return [one.groups(default="") if one else ("", "", "") for one in found]  # type: ignore[misc]


def reaches(part: dict[str, Any], kind: LenderKind) -> bool:
    """Whether a part can stand in what is sent about a lender of that kind."""
    for one in part.get("when", ()):
        negated, _, values = one.partition("lender_kind=")
        if values and (kind in values.split("|")) is bool(negated):
            return False
    return True


def incident(id_: int, **more: object) -> Incident:
    told: dict[str, Any] = {
        "kind": IncidentKind.CALL,
        "at": datetime(2026, 11, 20, 6, 30, tzinfo=UTC) + timedelta(hours=8 * (id_ % 2)),
        "zones": ("Asia/Shanghai",),
        "number": "010 5550 0101",
        "contact_id": "c1",
        "to": "联系人1",
        "said_they_were": "示例消费金融有限公司",
        "answered": True,
        "account": Account.BORROWER,
        "noted_at": datetime(2026, 11, 21, 2, 0, tzinfo=UTC),
    }
    return Incident(id=f"{id_}", **(told | more))


#: By day somebody refused, by night it went on; a threat, a claim to an office, a post.
TOLD = (
    incident(2, refused=True),
    incident(4, kind=IncidentKind.TEXT, to_borrower=True, contact_id="", to="", threatened=True),
    incident(6, said_they_were="公安局", contact_id="c2", to="联系人2"),
    incident(8, kind=IncidentKind.POST, contact_id="", to="小区的布告栏"),
    incident(9, said="叫他还钱", disclosed=True),
)


def recorded(country: str, say: Words) -> Recorded:
    found = rules.findings(TOLD, jurisdiction.facts(country))
    return Recorded(
        rows=tuple((10 + at, one, (20,) * (at == 0)) for at, one in enumerate(TOLD)),
        rules=frozenset(one.rule.value for one in found),
        findings=tuple(one.said(say) for one in found),
        by_rule={
            rule.value: tuple(one.said(say) for one in found if one.rule is rule) for rule in Rule
        },
        calls=tuple((10 + at,) for at, _ in enumerate(TOLD)),
        count=len(TOLD),
        people=2,
        first="2026-11-20",
        last="2026-11-20",
        filed=("2026-11-12 · 示例消费金融有限公司",),
    )


def composed(
    country: str, name: str, language: str, sheet: dict[SheetKey, str], *, is_recorded: bool = True
) -> Draft:
    say = Words(language)
    given = Given(
        country=country,
        known=jurisdiction.facts(country),
        sheet=sheet,
        recorded=recorded(country, say) if is_recorded else Recorded(),
        today=TODAY,
    )
    return letters.compose(name, given, language, say)


def full(country: str, name: str, language: str, kind: LenderKind) -> Draft:
    """With every line of the sheet filled in."""
    sheet = FULL | {SheetKey.COUNTRY: country, SheetKey.LENDER_KIND: kind.value}
    return composed(country, name, language, sheet)


def smallest(country: str, name: str, language: str) -> Draft:
    """With nothing but what it needs."""
    sheet = {key: FULL[key] for key in map(SheetKey, drafts.outline(country, name)["needs"])}
    is_recorded = letters.states_record(country, name)
    return composed(country, name, language, sheet, is_recorded=is_recorded)


def lines(made: Draft) -> list[str]:
    """What is sent, line by line."""
    shown = [f"# {made.title}"]
    for block in made.blocks:
        mark = {BlockKind.HEADING: "> ", BlockKind.ITEM: "- "}.get(block.kind, "")
        shown += [mark + block.text] if block.text else []
        shown += [" | ".join(cell.replace("\n", "; ") for cell in row) for row in block.rows]
    return shown


def test_every_draft_that_is_listed_has_its_words_in_every_language() -> None:
    lacking = [
        (country, name, language)
        for country, name in ORDER
        for language in LANGUAGES
        if (country, name) not in DRAFTS or language not in drafts.languages(country, name)
    ]

    assert lacking == []


def test_every_draft_that_has_words_is_listed() -> None:
    there = {
        (path.parent.name, path.stem)
        for pattern in ("drafts/*/*.toml", "*/drafts/*/*.toml")
        for path in folder().glob(pattern)
        if path.stem != "order"
    }

    assert there - set(ORDER) == set()


@every_draft
@every_language
def test_the_words_have_every_part_in_the_order_of_the_outline(
    country: str, name: str, language: str
) -> None:
    outline = [one["id"] for one in drafts.outline(country, name)["part"]]

    assert list(drafts.words(country, name, language)["part"]) == outline
    assert len(set(outline)) == len(outline)


@every_draft
def test_a_complaint_has_a_short_version_and_notes_say_to_remember_the_day(
    country: str, name: str
) -> None:
    is_complaint = name in drafts.order(country, "complaints")
    for language, day in zip(LANGUAGES, ("把日期", "把日期", "note the day"), strict=True):
        said = drafts.words(country, name, language)

        assert ("short" in said) is is_complaint
        assert day in said["notes"]


@every_draft
@every_language
def test_no_text_of_a_draft_holds_a_command(country: str, name: str, language: str) -> None:
    """A page shows the same notes to people who type no commands."""
    assert {
        where: found
        for where, text in texts(country, name, language).items()
        if (found := re.findall(COMMAND, text))
    } == {}


@every_draft
@every_language
def test_every_language_says_what_the_model_says(country: str, name: str, language: str) -> None:
    """The same texts, the same words left open, as many items and headings."""

    def shape(text: str) -> tuple[list[str], int, int]:
        return left_open(text), items(text), len(re.findall("^> ", text, re.MULTILINE))

    model, said = texts(country, name, "zh-Hans"), texts(country, name, language)

    assert list(said) == list(model)
    assert {where: shape(text) for where, text in said.items()} == {
        where: shape(text) for where, text in model.items()
    }


@every_draft
def test_no_draft_asks_more_than_twelve_questions(country: str, name: str) -> None:
    outline = drafts.outline(country, name)
    keys = [*outline["needs"], *outline["uses"]]

    assert len(keys) <= 12
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(SheetKey)


@every_draft
def test_a_draft_leaves_open_only_what_it_asks_or_counts(country: str, name: str) -> None:
    """Or what its part is there for: a line that is filled in anyway."""
    parts_of = {one["id"]: one for one in drafts.outline(country, name)["part"]}
    said = asked(country, name) | COUNTED | {"today"}
    if any(one.get("kind") in RECKONED for one in parts_of.values()):
        said |= set(budget.propose(FULL, TODAY).placeholders())
    unsaid = {
        (where, word)
        for where, text in texts(country, name, "zh-Hans").items()
        for word in left_open(text)
        if word not in {*said, *parts_of.get(of_part(where), {}).get("when", ())}
    }

    assert unsaid == set()


@every_draft
def test_a_draft_asks_nothing_that_it_does_not_use(country: str, name: str) -> None:
    outline = drafts.outline(country, name)
    used = {word for text in texts(country, name, "zh-Hans").values() for word in left_open(text)}
    used |= {of for _, of, _ in conditions(country, name)}
    reckons = any(one.get("kind") in RECKONED for one in outline["part"])

    assert reckons or asked(country, name) - used == set()


@every_draft
def test_what_is_counted_stands_only_where_something_was_recorded(country: str, name: str) -> None:
    with_record = {
        one["id"]
        for one in drafts.outline(country, name)["part"]
        if any(when.partition("=")[0] in STATED for when in one.get("when", ()))
    }
    if letters.states_record(country, name):
        return
    for where, text in texts(country, name, "zh-Hans").items():
        assert COUNTED.isdisjoint(left_open(text)) or of_part(where) in with_record


@every_draft
def test_a_condition_is_one_that_can_be_told(country: str, name: str) -> None:
    values_of: dict[str, set[str]] = {
        "lender_kind": set(LenderKind),
        "rule": set(Rule),
        "way": set(IncidentKind),
    }
    for _, of, values in conditions(country, name):
        assert of in STATED | set(SheetKey)
        assert bool(values) is (of in values_of)
        assert set(filter(None, values.split("|"))) <= values_of.get(of, set())
    for part in drafts.outline(country, name)["part"]:
        assert part.get("kind", "") in KINDS
        assert set(part.get("rules", ())) <= set(Rule)


@every_draft
def test_every_part_rests_on_facts_that_are_known_and_in_force(country: str, name: str) -> None:
    outline, known = drafts.outline(country, name), jurisdiction.facts(country).by_id
    for one in [*outline["part"], outline.get("notes", {"facts": []})]:
        assert set(one["facts"]) <= set(known)
        assert len(set(one["facts"])) == len(one["facts"])
        assert [fact for fact in one["facts"] if not known[fact].in_force(TODAY)] == []


@every_draft
@every_language
def test_an_article_that_is_named_is_of_a_fact_of_its_part(
    country: str, name: str, language: str
) -> None:
    without = {
        (where, law, article)
        for where, text in texts(country, name, language).items()
        for law, article in cited(text)
        if not any(stands_for(law, article, fact) for fact in basis(country, name, where))
    }
    bare = [where for where, text in texts(country, name, language).items() if named_barely(text)]

    assert (without, bare) == (set(), [])


@every_draft
@every_language
def test_an_instrument_that_is_named_is_of_a_fact_of_its_part(
    country: str, name: str, language: str
) -> None:
    """So nothing that was superseded is named: no fact rests on it."""

    def names(where: str) -> str:
        instruments = [fact.instrument for fact in basis(country, name, where)]
        both = [[*one.name.values(), *one.short.values()] for one in instruments]
        return "\n".join(said for one in both for said in one)

    without = {
        (where, one)
        for where, text in texts(country, name, language).items()
        for one in re.findall(r"《[^》]+》|GB/T \d+[—-]\d+", text)
        if one.strip("《》") not in names(where)
    }

    assert without == set()


@every_draft
def test_an_article_in_english_is_the_one_in_chinese(country: str, name: str) -> None:
    model = texts(country, name, "zh-Hans")
    both = {
        where: (
            sorted(in_english(text)),
            sorted(value(article.strip("第条")) for _, article in cited(model[where])),
        )
        for where, text in texts(country, name, "en").items()
    }

    assert {where: one for where, one in both.items() if one[0] != one[1]} == {}


@every_draft
@every_language
def test_a_number_to_ring_is_of_a_fact_of_its_part(country: str, name: str, language: str) -> None:
    def rests_on(where: str) -> set[str]:
        said = [f"{fact.phone} {fact.statement}" for fact in basis(country, name, where)]
        return {number for one in said for number in rung(one)}

    without = {
        (where, number)
        for where, text in texts(country, name, language).items()
        for number in rung(re.sub(r"[a-z_]+=\d+", "", text)) - rests_on(where)
    }

    assert without == set()


@every_draft
@every_language
def test_what_is_not_verified_is_said_to_be_where_it_stands(
    country: str, name: str, language: str
) -> None:
    lacking = [
        where
        for where, text in texts(country, name, language).items()
        if of_part(where) or where == "notes"
        if any(fact.grade == "C" for fact in basis(country, name, where))
        if UNVERIFIED[language] not in text
    ]

    assert lacking == []


@every_draft
@every_language
def test_what_is_sent_has_no_verdict(country: str, name: str, language: str) -> None:
    found = {
        where: re.findall(VERDICT, text, re.IGNORECASE)
        for where, text in sent(country, name, language).items()
    }

    assert {where: words for where, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "text", ["你们这样是违法的", "涉嫌犯罪", "構成非法", "This is illegal.", "A crime.", "Fraud!"]
)
def test_a_verdict_is_seen(text: str) -> None:
    assert re.search(VERDICT, text, re.IGNORECASE)


@every_draft
def test_what_holds_for_one_sort_of_lender_stands_only_there(country: str, name: str) -> None:
    known = jurisdiction.facts(country).by_id
    astray = {
        (part["id"], fact, kind.value)
        for part in parts_sent(country, name)
        for fact in part["facts"]
        for sort in [OF_ONE_SORT.get(next(iter(known[fact].instrument.name.values())))]
        if sort
        for kind in LenderKind
        if kind != sort and reaches(part, kind)
    }

    assert astray == set()


@every_draft
@every_language
def test_whoever_has_no_licence_is_not_held_to_the_rules_of_the_licensed(
    country: str, name: str, language: str
) -> None:
    """Such a part is not sent about them, or says that they do not follow it."""
    said = drafts.words(country, name, language)["part"]
    for part in parts_sent(country, name):
        rests_on = "".join(
            next(iter(fact.instrument.name.values()))
            for fact in basis(country, name, f"part.{part['id']}")
        )
        if any(one in rests_on for one in OF_LICENSED) and reaches(part, LenderKind.UNLICENSED):
            assert UNLICENSED[language] in said[part["id"]]["text"], part["id"]


@every_draft
def test_no_sentence_is_hard_to_read(country: str, name: str) -> None:
    """What nobody can make shorter counts as one character; a short version is pressed anyhow."""
    said = [
        re.sub("^[->] ", "", re.sub(ONE_WORD, "某", text), flags=re.MULTILINE)
        for where, text in texts(country, name, "zh-Hans").items()
        if where not in ("short", "short_alone")
    ]

    assert [sentence for text in said for sentence in too_long(text)] == []
    assert median_length(said) <= MEDIAN_SENTENCE
    assert share_of_common("".join(said)) >= COMMON


@every_draft
def test_the_traditional_words_are_those_of_taiwan(country: str, name: str) -> None:
    """But in the names of laws, offices and accounts."""
    names = r"《[^》]*》|「12321受理中心」|個人信息保護"
    said = texts(country, name, "zh-Hant")
    whole = "".join(said.values())
    found = {where: re.findall(MAINLAND, re.sub(names, "", text)) for where, text in said.items()}

    assert whole.encode("big5", "ignore").decode("big5") == whole
    assert {where: words for where, words in found.items() if words} == {}


@every_draft
@every_language
def test_nothing_is_left_blank_that_nobody_was_asked(
    country: str, name: str, language: str
) -> None:
    """What is left out of the sheet is left out of a letter; a blank in a complaint is meant."""
    made = smallest(country, name, language)
    if name in drafts.order(country, "letters"):
        by_hand = {one.text for one in made.blocks if one.kind is BlockKind.SIGNATURE}
        assert [line for line in lines(made) if BLANK in line and line not in by_hand] == []
    assert "{" not in "\n".join([*lines(made), made.short])


@every_draft
def test_the_short_version_fits_where_forms_are_short(country: str, name: str) -> None:
    for kind in LenderKind:
        assert len(full(country, name, "zh-Hans", kind).short) <= SHORT_MOST


@every_draft
@every_language
def test_a_letter_is_signed_by_hand_under_its_date(country: str, name: str, language: str) -> None:
    """But what goes to whoever sells relief has no name, and what a contact files is a form."""
    made = smallest(country, name, language)
    lines_signed = [one.text for one in made.blocks if one.kind is BlockKind.SIGNATURE]
    day = "2026-11-22" if language == "en" else "2026年11月22日"

    if name not in ("debt-relief-answer", "12321"):
        assert BLANK in lines_signed[0]
        assert lines_signed[1:] == ["李明", day]


@every_draft
@every_language
def test_nothing_binds_the_borrower_to_more_than_was_meant(
    country: str, name: str, language: str
) -> None:
    """Nobody can always answer, and a lender's figures are not agreed to unseen."""
    said = "\n".join(lines(full(country, name, language, LenderKind.CARD)))

    assert not re.search(
        r"我会接听|我會接聽|I answer\b|明细为准|明細為準|statement of account counts", said
    )
    if {"owed", "lender"} <= asked(country, name) or name in ("stop", "lender", "12378"):
        assert re.search(r"不表示我同意|does not mean that I agree", said)


@every_draft
@every_language
def test_the_words_are_as_they_were_read_over(
    country: str, name: str, language: str, golden: Callable[[str, str], None]
) -> None:
    """With nothing but what it needs; with everything; then what each sort of lender changes."""
    least = smallest(country, name, language)
    most = full(country, name, language, LenderKind.CARD)
    shown = ["==== smallest", *lines(least), "==== full", most.short, *lines(most)]
    shown += ["==== notes", *(one.text for one in most.notes)]
    for kind in LenderKind:
        made = full(country, name, language, kind)
        every = [*lines(made), *(one.text for one in made.notes)]
        new = [one for one in every if one not in shown]
        shown += [f"==== {kind.value}", *new] if new else []

    golden(f"draft-{country}-{name}-{language}.txt", "\n".join([*filter(None, shown), ""]))
