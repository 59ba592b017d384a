"""One page for the police or a lawyer: what stands on it, and that it is one page."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from browsing import needs_chromium

from kit import jurisdiction
from kit.letters.brief import Brief, Kept, Told, brief, render
from kit.model import (
    Account,
    Exhibit,
    Finding,
    Incident,
    IncidentKind,
    Rule,
    TakenFrom,
)
from kit.words import Words

if TYPE_CHECKING:
    from browsing import Opened

AT = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
HEAD = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
KEPT = Kept(made_on=date(2026, 11, 22), entries=7, head=HEAD)
FACTS = jurisdiction.facts("cn").by_id
LANGUAGES = ["zh-Hans", "zh-Hant", "en"]


def incident(id_: int, to: str = "妈妈", **more: object) -> Incident:
    told: dict[str, object] = {
        "kind": IncidentKind.CALL,
        "at": AT,
        "zones": ("Asia/Shanghai",),
        "number": "138 0000 0123",
        "account": Account.CONTACT,
        "noted_at": AT,
    }
    return Incident(id=f"{id_}", to=to, **(told | more))  # type: ignore[arg-type]


def finding(rule: Rule, *ids: int, facts: tuple[str, ...] = ("gbt-time",)) -> Finding:
    names = tuple(map(str, ids))
    counted = tuple((name,) for name in names)
    return Finding(rule=rule, fact_ids=facts, incident_ids=names, counted=counted, what="")


def exhibit(media_type: str) -> Exhibit:
    return Exhibit(
        id="x",
        sha256="",
        size=1,
        media_type=media_type,
        name="截图.jpg",
        taken_at=None,
        taken_from=TakenFrom.NOWHERE,
        noted_at=AT,
    )


SMALL = [
    incident(1, "", to_borrower=True, account=Account.BORROWER),
    incident(2),
    incident(3, kind=IncidentKind.VISIT, at=AT + timedelta(days=2), number=""),
    incident(4, "单位", account=Account.LOG, number="010 5550 0100"),
]
FOUND = [
    finding(Rule.THREAT, 2),
    finding(Rule.HOURS, 1, 2),
    finding(Rule.HOURS, 4),
    finding(Rule.FREQUENCY, 1, 2, 3, 4),
]


def counted(incidents: list[Incident] = SMALL, found: list[Finding] = FOUND) -> Brief:
    exhibits = [exhibit("image/jpeg"), exhibit("image/png"), exhibit("application/pdf")]
    others = [one.to for one in incidents if not one.to_borrower]
    told = Told(
        calls=[(one,) for one in incidents],
        others=tuple(Counter(others).values()),
        exhibits=exhibits,
    )
    return brief(told, found, FACTS, KEPT)


def said(made: Brief, language: str = "zh-Hans") -> str:
    """The words of the page, without its marks."""
    page = render(made, Words(language), language)
    return " ".join(re.sub("<[^>]+>", " ", page.partition("</style>")[2]).split())


def test_everything_is_counted_once() -> None:
    made = counted()

    assert made.days == (date(2026, 6, 1), date(2026, 6, 3))
    assert (made.own, made.people, made.times) == (1, 2, 3)
    assert made.kinds == {IncidentKind.CALL: 3, IncidentKind.VISIT: 1}
    assert made.numbers == (("138 0000 0123", 2), ("010 5550 0100", 1))
    assert made.hidden == 1
    assert made.exhibits == {"image": 2, "application": 1}


def test_what_weighs_most_is_counted_by_incident_and_by_account() -> None:
    graves = counted().graves

    assert [(one.rule, one.count) for one in graves] == [(Rule.THREAT, 1), (Rule.HOURS, 3)]
    assert graves[1].accounts == {Account.BORROWER: 1, Account.CONTACT: 1, Account.LOG: 1}
    assert [one.id for one in graves[1].facts] == ["gbt-time"]


def test_what_two_people_tell_of_one_call_counts_once_and_by_both() -> None:
    both = incident(1, account=Account.BORROWER), incident(2)
    found = Finding(
        rule=Rule.AFTER_REFUSAL,
        fact_ids=(),
        incident_ids=("0", "1", "2"),
        counted=(("1", "2"),),
        what="",
    )
    made = brief(Told(calls=[both], others=(1,)), [found], FACTS, KEPT)

    assert (made.kinds, made.numbers) == ({IncidentKind.CALL: 1}, (("138 0000 0123", 1),))
    assert [one.count for one in made.graves] == [1]
    assert made.graves[0].accounts == {Account.BORROWER: 1, Account.CONTACT: 1}
    assert "同一个电话有几个人讲的，只算一次。" in said(made)
    assert "只算一次" not in said(counted())


def test_the_page_says_what_was_told_by_whose_account_and_how_to_check_it() -> None:
    words = said(counted())

    for one in (
        "2026-06-01 至 2026-06-03",
        "电话 3，上门 1",
        "借款人本人 1 次；其他 2 人，共 3 次",
        "1 次：据讲，受到威胁，或对方的话里有威胁的字眼",  # what nobody called a threat is none
        "3 次：在有关规则说不应催收的时间",
        "据：借款人本人 1，被联系的人 1，手机或运营商的记录 1",
        "显示为 138 0000 0123 × 2",
        "图片 2，文件及其他 1",
        HEAD,
        "verify.py",
    ):
        assert one in words


def test_a_clause_in_latin_letters_stands_apart_from_the_law() -> None:
    law = Finding(
        rule=Rule.THREAT,
        fact_ids=("in-third-party",),
        incident_ids=("2",),
        counted=(("2",),),
        what="",
    )
    facts = jurisdiction.facts("in").by_id
    made = brief(Told(calls=[(incident(2),)]), [law], facts, KEPT)

    assert "RBI/2022-23/108 para 2" in said(made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_it_does_not_show_is_on_the_same_page(language: str) -> None:
    words, say = said(counted(), language), Words(language)

    for one in (
        "What this does not show",
        "The hashes show that nothing was changed since it was written down, not that it is true.",
        "A number that is shown can be faked: it does not prove who called, nor for whom.",
        "What pictures, recordings and documents say was not judged; they are only kept unchanged.",
        "What nobody wrote down is not here.",
        "No entry was removed.",
    ):
        assert say(one) in words


def test_removed_entries_and_a_timestamp_are_told() -> None:
    made = replace(counted(), kept=replace(KEPT, removed=2, stamped_at=AT))

    assert "借款人删除过 2 条" in said(made)
    assert "2026-06-01 14:30 UTC，时间戳机构确认过" in said(made)
    assert "时间戳" not in said(counted())


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_record_is_a_page_too(language: str) -> None:
    words = said(brief(Told(calls=[]), [], {}, KEPT), language)

    assert Words(language)("Nothing has been written down yet.") in words
    assert Words(language)("No number was written down.") in words


def test_what_somebody_typed_is_text_and_is_cut() -> None:
    hostile = [incident(1, number="<script>\u202e1" + "3" * 500)]
    kept = replace(KEPT, name="<b>李" * 90)
    page = render(brief(Told(calls=[hostile]), [], {}, kept), Words("en"), "en")

    assert "<script>" not in page
    assert "<b>李" not in page
    assert "\u202e" not in page
    assert "3" * 30 not in page


@needs_chromium
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_large_record_is_printed_on_one_page_of_a4(language: str, opened: Opened) -> None:
    everybody = list(Account)
    large = [
        incident(
            one,
            f"人{one % 900}",
            kind=list(IncidentKind)[one % 5],
            at=AT + timedelta(hours=one),
            number=f"+86 138 0000 0{one % 7 + 100} 999 999 999",
            account=everybody[one % 3],
        )
        for one in range(9_999)
    ]
    longest = sorted(FACTS, key=lambda id_: -len(FACTS[id_].instrument.name.said(language) or ""))
    found = [finding(rule, *range(9_999), facts=tuple(longest[:12])) for rule in Rule]
    types = ("image/a", "audio/a", "video/a", "text/a", "application/a")
    kept = replace(KEPT, name="名" * 90, entries=99_999, removed=9_999, stamped_at=AT)
    told = Told(
        calls=[(one, one) for one in large],
        others=(11,) * 900,
        exhibits=[exhibit(one) for one in types * 99],
    )
    made = brief(told, found, FACTS, kept)
    shown = opened(render(made, Words(language), language))
    printed = shown.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
