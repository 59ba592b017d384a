"""The words of the guides: the same in every language, and nothing in them without its fact."""

from __future__ import annotations

import re
from collections import UserDict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

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

from kit import jurisdiction, template
from kit.letters import guide, picture, plain
from kit.letters import page as html
from kit.template import pages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kit.jurisdiction import Fact

#: Of whichever country: what a newcomer adds is held to the same.
PAGES = pages.pages()
LANGUAGES = ["zh-Hans", "zh-Hant", "en"]
TODAY = date(2026, 11, 21)
#: The sentence after which the industry's own rules say that contact must stop.
REFUSAL = {
    "zh-Hans": "我明确拒绝，请不要再联系我",
    "zh-Hant": "我明確拒絕，請不要再聯絡我",
    "en": "I refuse, do not contact me again",
}
#: That nothing is owed; what one said oneself; who may owe without either.
OWES_NOTHING = {
    "zh-Hans": ("就不用您还|不欠这笔钱|不用您来谈", "没答应过还", "夫妻|妻子"),
    "zh-Hant": ("就不用您還|不欠這筆錢|不用您來談", "沒答應過還", "夫妻|太太"),
    "en": (
        "you need not pay|don't owe this money|not for you to settle",
        "promised nothing|never said you would pay",
        "wife|married|Spouse",
    ),
}
#: What an inbox reads, as it stands in the pattern of each language.
PATTERN = {
    "zh-Hans": "【来电记录】 时间： 号码： 自称： 说了什么： 提到欠款： 我已拒绝：",
    "zh-Hant": "【來電紀錄】 時間： 號碼： 自稱： 說了什麼： 提到欠款： 我已拒絕：",
    "en": "[Call record] Time: Number: Said they were: What was said: Named a debt: I refused:",
}
#: On which section the words outside the sections rest; all others on the page as a whole.
RESTS_ON = {"report": "tell", "form": "tell", "letter": "letter"}

every_page = pytest.mark.parametrize("page", PAGES)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def texts(page: str, language: str) -> dict[str, str]:
    return dict(parts(pages.words(page, language)))


def known(page: str) -> jurisdiction.Facts:
    """The facts of the page's country."""
    return jurisdiction.facts(page.partition("-")[2])


def composed(page: str, language: str, today: date = TODAY) -> guide.Guide:
    name, _, code = page.partition("-")
    return guide.compose(name, code, language, today)


def basis(page: str, where: str) -> list[Fact]:
    """The facts on which the text that stands there rests."""
    first, _, rest = where.partition(".")
    section = rest.partition(".")[0] if first == "section" else RESTS_ON.get(first)
    ids = [
        fact
        for one in pages.outline(page)["section"]
        if section in (None, one["id"])
        for fact in one["facts"]
    ]
    return [known(page).by_id[fact] for fact in ids]


@every_page
@every_language
def test_a_page_has_every_section_in_the_order_of_its_outline(page: str, language: str) -> None:
    outline = [one["id"] for one in pages.outline(page)["section"]]

    assert list(pages.words(page, language)["section"]) == outline


@every_page
@every_language
def test_every_language_says_all_that_the_model_says(page: str, language: str) -> None:
    assert list(texts(page, language)) == list(texts(page, "zh-Hans"))
    assert [where for where, text in texts(page, language).items() if not text.strip()] == []


@every_page
@every_language
def test_a_text_leaves_the_same_words_open(page: str, language: str) -> None:
    model = texts(page, "zh-Hans")

    assert {
        where: left_open(text)
        for where, text in texts(page, language).items()
        if left_open(text) != left_open(model[where])
    } == {}


@every_page
@every_language
def test_a_list_has_as_many_items(page: str, language: str) -> None:
    model = texts(page, "zh-Hans")

    assert [
        where for where, text in texts(page, language).items() if items(text) != items(model[where])
    ] == []


@every_page
@every_language
def test_a_guide_can_be_made(page: str, language: str) -> None:
    made = composed(page, language)

    assert made.sections
    assert page.startswith(("me", "checklist")) or (made.short and made.picture)
    assert all(one.facts or one.kind is guide.SectionKind.MENU for one in made.sections)


@every_page
def test_every_section_rests_on_facts_that_are_known(page: str) -> None:
    named = {fact for one in pages.outline(page)["section"] for fact in one["facts"]}

    assert named - set(known(page).by_id) == set()


@every_page
def test_no_section_names_a_fact_twice(page: str) -> None:
    sections = pages.outline(page)["section"]

    assert [one["id"] for one in sections if len(set(one["facts"])) < len(one["facts"])] == []


@every_page
@every_language
def test_an_article_that_is_named_is_of_a_fact_of_its_section(page: str, language: str) -> None:
    without = {
        (where, law, article)
        for where, text in texts(page, language).items()
        for law, article in cited(text)
        if not any(stands_for(law, article, fact) for fact in basis(page, where))
    }

    assert without == set()


@every_page
@every_language
def test_no_article_is_named_without_its_law(page: str, language: str) -> None:
    assert [where for where, text in texts(page, language).items() if named_barely(text)] == []


@pytest.mark.parametrize("page", ["guide-cn", "me-cn", "checklist-cn"])
def test_an_article_in_english_is_the_one_in_chinese_beside_it(page: str) -> None:
    named = {
        where: (
            in_english(text),
            [value(article.strip("第条")) for _, article in cited(text)],
        )
        for where, text in texts(page, "en").items()
    }

    assert {where: both for where, both in named.items() if both[0] != both[1]} == {}
    assert sum(len(english) for english, _ in named.values()) > 0


@pytest.mark.parametrize(
    ("numeral", "number"),
    [("十五", 15), ("五十", 50), ("五百五十二", 552), ("一千零六十四", 1064), ("七十", 70)],
)
def test_a_chinese_numeral_is_read(numeral: str, number: int) -> None:
    assert value(numeral) == number


@every_page
@every_language
def test_a_number_to_ring_is_of_a_fact_of_its_section(page: str, language: str) -> None:
    def rests_on(where: str) -> set[str]:
        said = [f"{fact.phone} {fact.statement}" for fact in basis(page, where)]
        return {number for one in said for number in rung(one)}

    without = {
        where: rung(text) - rests_on(where)
        for where, text in texts(page, language).items()
        if not rung(text) <= rests_on(where)
    }

    assert without == {}


def test_a_number_to_ring_is_seen_and_a_year_is_not() -> None:
    text = "2026年，GB/T 45251—2025：打110，或010-12300。Article 685. 22:00, 2026-11-21 14:30"

    assert rung(text) == {"110", "010-12300"}


@every_page
@every_language
def test_what_is_not_verified_is_said_to_be(page: str, language: str) -> None:
    """Once for each fact that is not; and nothing else is."""
    facts = known(page).by_id
    said = pages.words(page, language)
    marked = {
        name: "".join(words.values()).count(said["label"]["unverified"])
        for name, words in said["section"].items()
    }
    doubtful = {
        one["id"]: sum(facts[fact].grade == "C" for fact in one["facts"])
        for one in pages.outline(page)["section"]
    }

    assert marked == doubtful


@every_page
@every_language
def test_a_guide_names_no_number_of_a_person_and_no_date(page: str, language: str) -> None:
    found = [
        where
        for where, text in texts(page, language).items()
        if where != "report.example" and re.search(r"\d{7}|\+\d|\d{4}-\d\d-\d\d|@", text)
    ]

    assert found == []


@every_page
@every_language
def test_a_guide_leaves_open_only_what_its_reader_fills_in(page: str, language: str) -> None:
    left_open = {
        where
        for where, text in texts(page, language).items()
        if "{" in text and where.partition(".")[0] not in ("report", "letter")
    }

    assert left_open == {"label.checked"}


@every_page
@every_language
def test_an_address_is_of_an_authority(page: str, language: str) -> None:
    hosts = set(jurisdiction.files.load_table(known(page).code)["pack"]["hosts"])
    text = "\n".join(texts(page, language).values())

    assert set(re.findall(r"[a-z0-9.-]+\.(?:cn|com|org)\b", text)) <= hosts
    assert "//" not in text


@every_language
def test_the_first_thing_to_say_is_the_refusal(language: str) -> None:
    words = texts("guide-cn", language)

    for where in ("section.now.text", "short", "picture"):
        assert REFUSAL[language] in words[where]


@every_language
def test_who_is_told_to_owe_nothing_is_told_of_a_promise_and_of_a_marriage(language: str) -> None:
    """A promise binds without any signature, and a debt may be both spouses' own."""
    owes, promise, marriage = OWES_NOTHING[language]
    told = [text for text in texts("guide-cn", language).values() if re.search(owes, text)]

    assert len(told) == 5
    for text in told:
        lines = [line for line in text.splitlines() if re.search(owes, line)]
        assert all(re.search(promise, line) for line in lines)
        assert re.search(marriage, text)


@every_language
def test_who_must_not_send_the_letter_is_told_first(language: str) -> None:
    """The letter says of its sender what a guarantor or a spouse may not say."""
    said = pages.words("guide-cn", language)["section"]["letter"]["text"]
    first = next(line for line in said.splitlines() if line.startswith("- "))

    assert "12348" in first
    assert re.search(OWES_NOTHING[language][2], first)


@every_language
def test_a_transfer_without_notice_is_no_way_out_of_a_debt(language: str) -> None:
    said = pages.words("me-cn", language)["section"]["call"]["text"]
    still = {"zh-Hans": "钱还是欠", "zh-Hant": "錢還是欠", "en": "you still owe"}[language]

    assert [still in line for line in said.splitlines() if "五百四十六" in line] == [True]


def test_a_front_desk_and_a_family_come_before_what_explains() -> None:
    """Ten calls a day leave no time to look for the tenth link."""
    told = [one["id"] for one in pages.outline("guide-cn")["section"]]

    assert told[told.index("caller-other") + 1 :][:2] == ["desk", "family"]


@every_language
def test_a_caller_has_an_answer_what_it_means_and_what_to_mind(language: str) -> None:
    callers = [one["id"] for one in pages.outline("guide-cn")["section"] if one["kind"] == "caller"]
    said = pages.words("guide-cn", language)["section"]

    assert {tuple(said[one]) for one in callers} == {("title", "answer", "means", "never")}


def test_no_answer_promises_denies_or_threatens_anything() -> None:
    """It must be true whoever says it: a stranger, a guarantor, a husband or a wife."""
    said = pages.words("guide-cn", "zh-Hans")["section"]
    answers = [words["answer"] for words in said.values() if "answer" in words]

    assert len(answers) == 14
    for one in answers:
        assert not re.search("我不是|我没有签|与我无关|我来还|我会还|尽快|举报|起诉|告你|报警", one)


def test_what_an_english_reader_says_aloud_is_the_chinese_answer() -> None:
    english = pages.words("guide-cn", "en")["section"]
    for name, words in pages.words("guide-cn", "zh-Hans")["section"].items():
        if "answer" in words and name != "caller-link":
            assert english[name]["answer"].endswith(f"({words['answer']})")
    for page in ("guide-cn", "me-cn"):
        spoken = [
            line.removeprefix("> ")
            for words in pages.words(page, "zh-Hans")["section"].values()
            for line in words.get("text", "").splitlines()
            if line.startswith("> ")
        ]
        text = "\n".join(texts(page, "en").values())
        assert [one for one in spoken if one not in text] == []


@every_language
def test_the_pattern_of_a_call_has_the_words_that_an_inbox_reads(language: str) -> None:
    assert (
        " ".join(texts("guide-cn", language)["report.pattern"].split("\n")).strip()
        == (PATTERN[language])
    )


@every_language
def test_the_short_complaint_leaves_room_for_what_was_said(language: str) -> None:
    fixed = re.sub(r"\{\w+\}", "", texts("guide-cn", language)["report.short"])

    assert len(fixed) <= {"en": 130}.get(language, 80)


@every_page
@pytest.mark.parametrize("language", ["zh-Hant", "en"])
def test_a_reader_from_elsewhere_is_told_whose_law_it_is(page: str, language: str) -> None:
    assert known(page).name[language] in pages.words(page, language)["lead"]


@every_page
def test_no_sentence_is_hard_to_read(page: str) -> None:
    said = list(texts(page, "zh-Hans").values())
    plain = [re.sub("^[->] ", "", text, flags=re.MULTILINE) for text in said]

    assert [sentence for text in plain for sentence in too_long(text)] == []
    assert median_length(plain) <= MEDIAN_SENTENCE
    assert share_of_common("".join(plain)) >= COMMON


@every_page
def test_the_traditional_guide_has_no_simplified_character(page: str) -> None:
    text = "".join(texts(page, "zh-Hant").values())

    assert text.encode("big5", "ignore").decode("big5") == text


@every_page
def test_the_traditional_guide_has_no_word_of_the_mainland(page: str) -> None:
    """But in the names of its laws, offices and accounts."""
    names = r"《[^》]*》|「12321受理中心」"
    said = {where: re.sub(names, "", text) for where, text in texts(page, "zh-Hant").items()}

    assert {where: re.findall(MAINLAND, text) for where, text in said.items()} == {
        where: [] for where in said
    }


@every_page
def test_every_language_of_the_messages_has_the_page(page: str) -> None:
    for language in template.languages():
        assert pages.words(page, language)


@every_page
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_as_they_were_read_over(
    page: str, language: str, golden: Callable[[str, str], None]
) -> None:
    made = composed(page, language)
    named = {"label": made.labels, "form": made.form, "report": made.report}
    words = [
        f"{kind}, {key}: {said}" for kind, all_of in named.items() for key, said in all_of.items()
    ]

    golden(f"{page}-{language}.txt", "\n".join([plain.short(made), plain.full(made), *words, ""]))


class Read(UserDict[str, str]):
    """Words that remember which of them were asked for."""

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__(words)
        self.unread = set(words)

    def __getitem__(self, name: str) -> str:
        self.unread.discard(name)
        return super().__getitem__(name)


@every_page
@every_language
def test_every_label_stands_somewhere(page: str, language: str) -> None:
    made = composed(page, language, date(2028, 1, 1))
    words = [Read(one) for one in (made.labels, made.form, made.report)]
    labels, form, report = words
    read = replace(made, labels=labels, form=form, report=report)
    html.render(read)
    plain.full(read)
    if page.startswith("guide"):
        picture.long_values(read)

    assert [one.unread for one in words] == [set(), set(), set()]


def test_a_guide_is_as_old_as_the_oldest_fact_it_rests_on() -> None:
    cn, old = jurisdiction.facts("cn"), date(2025, 1, 1)
    facts = cn.by_id | {"cc-552": replace(cn.by_id["cc-552"], checked_on=old)}
    outline, words = pages.outline("guide-cn"), pages.words("guide-cn", "zh-Hans")
    made = guide.assemble(outline, words, replace(cn, by_id=facts), language="zh-Hans", today=TODAY)

    assert (made.checked_on, made.is_stale) == (old, True)
