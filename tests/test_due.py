from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kit import jurisdiction
from kit.letters.due import Matter, Sent, due, sent
from kit.model import Due, Filing, FilingEvent
from kit.words import Words, catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.jurisdiction import Fact, Facts

KNOWN = jurisdiction.facts("cn")
LENDER, OTHER = "示例消费金融有限公司", "示例小额贷款有限公司"
TODAY = date(2026, 11, 21)


def matter(kind: str = "consumer_finance", **more: date | None) -> Matter:
    today = more.pop("today", None) or TODAY
    return Matter(today=today, lender=LENDER, lender_kind=kind, **more)


def was_sent(draft: str, on: date, lender: str = LENDER, answered: date | None = None) -> Sent:
    return Sent(draft=draft, sent_on=on, lender=lender, answered_on=answered)


def days(dues: Sequence[Due]) -> list[tuple[str, str]]:
    return [(one.body, str(one.due_on or "")) for one in dues]


def after(sent_on: date, passed: int, draft: str = "lender", kind: str = "card") -> tuple[Due, ...]:
    """What is due so many days after it was sent."""
    today = sent_on + timedelta(days=passed)
    return due([was_sent(draft, sent_on)], matter(kind, today=today), KNOWN)


def test_nothing_is_due_where_nothing_was_recorded_or_sent() -> None:
    assert due([], matter(), KNOWN) == ()


def test_who_has_only_a_record_turns_to_the_lender_first() -> None:
    first = due([], matter(first=date(2026, 11, 5)), KNOWN)

    assert days(first) == [("lender", ""), ("stop", ""), ("court", "2029-11-05")]


@pytest.mark.parametrize("kind", ["card", "bank", "consumer_finance"])
@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (0, [("lender", "2026-02-14")]),
        (15, [("lender", "2026-02-14")]),
        (16, [("lender", "2026-03-01")]),
        (30, [("lender", "2026-03-01")]),
        (31, [("lender", "2026-03-31")]),
        (60, [("lender", "2026-03-31")]),
        (61, [("12378", ""), ("lender", "")]),
    ],
)
def test_a_lender_has_one_term_after_the_other_and_then_12378_comes_next(
    kind: str, passed: int, expected: list[tuple[str, str]]
) -> None:
    assert days(after(date(2026, 1, 30), passed, kind=kind)) == expected


def test_the_terms_are_those_of_the_facts() -> None:
    longer = replace(KNOWN.by_id["complaint-2020"], within={"days": [20, 40]})
    facts = with_facts(**{"complaint-2020": longer})
    (one,) = due([was_sent("lender", date(2026, 11, 20))], matter("card"), facts)

    assert str(one.due_on) == "2026-12-10"
    assert "within 20 days" in Words("en")(one.what, **one.facts)


def with_facts(**changed: Fact) -> Facts:
    return replace(KNOWN, by_id={**KNOWN.by_id, **changed})


@pytest.mark.parametrize("draft", ["stop", "data", "statement", "hardship"])
def test_a_letter_has_the_term_only_if_it_is_handled_as_a_complaint(draft: str) -> None:
    (one,) = after(date(2026, 11, 1), 3, draft)

    assert days([one]) == [(draft, "2026-11-16")]
    assert "If the lender handles it as a complaint" in one.what


@pytest.mark.parametrize("kind", ["", "unknown"])
def test_for_a_lender_of_unknown_kind_the_term_is_an_if(kind: str) -> None:
    (one,) = after(date(2026, 11, 1), 3, kind=kind)

    assert days([one]) == [("lender", "2026-11-16")]
    assert "If the lender is a bank" in one.what


@pytest.mark.parametrize(
    ("kind", "body"), [("small_loan", "local-finance"), ("unlicensed", "12345")]
)
def test_no_term_is_known_for_lenders_that_the_rule_does_not_name(kind: str, body: str) -> None:
    further, waiting = after(date(2026, 11, 1), 3, kind=kind)

    assert days([further, waiting]) == [(body, ""), ("lender", "")]
    assert "No term for an answer is known" in waiting.what
    assert waiting.fact_ids == ()


@pytest.mark.parametrize(
    ("kind", "turned_to", "expected"),
    [
        ("card", [], "12378"),
        ("card", ["12378"], ""),
        ("bank", [], "12378"),
        ("consumer_finance", [], "12378"),
        ("small_loan", [], "local-finance"),
        ("small_loan", ["local-finance"], "12345"),
        ("small_loan", ["local-finance", "12345"], ""),
        ("unlicensed", [], "12345"),
        ("unlicensed", ["12345"], "platform"),
        ("unknown", [], "12345"),
        ("", [], "12345"),
    ],
)
def test_where_an_answer_does_not_help_the_next_desk_is_the_lenders(
    kind: str, turned_to: list[str], expected: str
) -> None:
    filed = [was_sent("lender", date(2026, 10, 1), answered=date(2026, 10, 9))]
    filed += [was_sent(body, date(2026, 10, 10), answered=TODAY) for body in turned_to]
    dues = due(filed, matter(kind), KNOWN)

    assert [one.body for one in dues] == ([expected] if expected else [])


def test_what_was_answered_waits_for_nothing_more() -> None:
    answered = was_sent("12378", date(2026, 11, 20), answered=TODAY)

    assert due([answered], matter(), KNOWN) == ()
    assert days(due([replace(answered, answered_on=None)], matter(), KNOWN)) == [
        ("12378", "2026-12-05")
    ]


def test_of_another_lender_the_kind_is_not_known_and_each_is_told_apart() -> None:
    filed = [was_sent("lender", TODAY), was_sent("lender", TODAY, OTHER)]
    ours, theirs = due(filed, matter("small_loan"), KNOWN)[1:]

    assert (ours.due_on, ours.facts["lender"]) == (date(2026, 12, 6), OTHER)
    assert (theirs.due_on, theirs.facts["lender"]) == (None, LENDER)


@pytest.mark.parametrize(
    ("last", "until"),
    [
        (date(2026, 8, 31), "2027-02-28"),
        (date(2027, 8, 31), "2028-02-29"),
        (date(2026, 11, 5), "2027-05-05"),
        (date(2026, 6, 30), "2026-12-30"),
    ],
)
def test_a_report_makes_sense_for_six_months_after_the_last_one(last: date, until: str) -> None:
    today = max(TODAY, last)
    dues = due([was_sent("12321", last)], matter(today=today, harassed=last), KNOWN)

    assert days(dues)[0] == ("110", until)


def test_what_was_not_reported_in_six_months_is_said_without_a_day() -> None:
    (one,) = due([], matter(harassed=date(2026, 5, 20)), KNOWN)

    assert days([one]) == [("110", "")]
    assert days(due([], matter(harassed=date(2026, 5, 21)), KNOWN)) == [("110", "2026-11-21")]


@pytest.mark.parametrize(
    ("passed", "until"), [(0, "2026-12-01"), (30, "2026-12-01"), (31, "2026-12-31"), (91, "")]
)
def test_after_a_report_the_case_has_its_terms(passed: int, until: str) -> None:
    reported = date(2026, 11, 1)
    today = reported + timedelta(days=passed)
    dues = due([was_sent("110", reported)], matter(today=today, harassed=reported), KNOWN)

    assert days(dues) == [("110", until)]


def test_what_happens_after_a_report_can_be_reported_too() -> None:
    dues = due([was_sent("110", date(2026, 11, 1))], matter(harassed=date(2026, 11, 2)), KNOWN)

    assert days(dues) == [("110", "2026-12-01"), ("110", "2027-05-02")]


@pytest.mark.parametrize(
    ("first", "until"),
    [
        (date(2024, 2, 29), "2027-02-28"),
        (date(2026, 11, 5), "2029-11-05"),
        (date(2023, 11, 21), "2026-11-21"),
        (date(2023, 11, 20), ""),
    ],
)
def test_a_claim_has_three_years_from_the_first_one(first: date, until: str) -> None:
    dues = due([was_sent("12321", TODAY)], matter(first=first), KNOWN)

    assert [day for body, day in days(dues) if body == "court"] == [until]


def test_a_claim_that_was_brought_has_no_term_more() -> None:
    (one,) = due([was_sent("court", TODAY)], matter(first=TODAY), KNOWN)

    assert days([one]) == [("court", "")]


def test_where_no_fact_is_known_no_day_is_named() -> None:
    nothing = replace(KNOWN, by_id={})
    filed = [was_sent("lender", TODAY), was_sent("110", TODAY)]
    dues = due(filed, matter(first=TODAY, harassed=TODAY), nothing)

    assert days(dues) == [("lender", ""), ("110", "")]
    assert [one.fact_ids for one in dues] == [(), ()]
    assert due([], matter(first=TODAY, harassed=TODAY), nothing) == ()


def test_a_term_that_is_not_in_force_any_more_is_not_counted() -> None:
    ended = replace(KNOWN.by_id["complaint-2020"], effective_to=date(2026, 11, 20))
    dues = due([was_sent("lender", TODAY)], matter(), with_facts(**{"complaint-2020": ended}))

    assert days(dues)[-1] == ("lender", "")


def test_what_can_be_done_now_comes_before_what_has_a_day() -> None:
    filed = [was_sent("stop", date(2026, 8, 1)), was_sent("12321", TODAY)]
    dues = due(filed, matter(first=date(2026, 7, 1), harassed=date(2026, 7, 2)), KNOWN)

    assert days(dues) == [
        ("12378", ""),
        ("110", "2027-01-02"),
        ("court", "2029-07-01"),
        ("stop", ""),
        ("12321", ""),
    ]


def filing(draft: str, event: FilingEvent, day: int, lender: str = LENDER, ref: str = "") -> Filing:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    on = date(2026, 11, day)
    return Filing(draft=draft, event=event, on=on, lender=lender, reference=ref, noted_at=at)


def test_what_was_noted_last_of_a_letter_is_how_it_stands() -> None:
    stands = sent(
        [
            filing("stop", FilingEvent.SENT, 1),
            filing("stop", FilingEvent.SENT, 3, ref="A1"),
            filing("lender", FilingEvent.SENT, 4),
            filing("lender", FilingEvent.SENT, 4, OTHER),
            filing("lender", FilingEvent.TAKEN_BACK, 5, OTHER),
            filing("stop", FilingEvent.ANSWERED, 9),
            filing("data", FilingEvent.ANSWERED, 9),
        ]
    )

    assert [(one.draft, one.sent_on.day, one.lender) for one in stands] == [
        ("stop", 3, LENDER),
        ("lender", 4, LENDER),
    ]
    assert (stands[0].reference, stands[0].answered_on) == ("A1", date(2026, 11, 9))


def test_sent_once_more_after_an_answer_it_waits_again() -> None:
    events = (FilingEvent.SENT, FilingEvent.ANSWERED, FilingEvent.SENT)
    (one,) = sent([filing("stop", event, day) for day, event in enumerate(events, 1)])

    assert (one.sent_on.day, one.answered_on) == (3, None)


def everything_due() -> list[Due]:
    """Whatever can be said, once."""
    found: dict[str, Due] = {}
    for kind in ("card", "small_loan", "unlicensed", ""):
        for passed in (0, 20, 100):
            on = TODAY - timedelta(days=passed)
            filed = [was_sent(name, on) for name in ("lender", "12378", "stop", "110", "12345")]
            for some in ([], *([one] for one in filed), filed):
                for first in (on, date(2020, 1, 1)):
                    about = matter(kind, first=first, harassed=first)
                    found.update({one.what: one for one in due(some, about, KNOWN)})
    return list(found.values())


DUES = everything_due()


def said(one: Due, language: str) -> str:
    return catalogue(language).get(one.what, one.what)


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_every_number_to_ring_stands_in_a_fact_that_is_named(language: str) -> None:
    named = 0
    for one in DUES:
        facts = [KNOWN.by_id[name] for name in one.fact_ids]
        stated = " ".join(f"{fact.title}{fact.statement}{fact.limits}" for fact in facts)
        numbers = re.findall(r"(?<!\d)1[12]\d{1,3}(?!\d)", said(one, language))
        assert [number for number in numbers if number not in stated] == []
        named += len(numbers)
    assert named >= 4


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "not verified"), ("zh-Hans", "未核实"), ("zh-Hant", "未核實")],
)
def test_what_is_not_verified_says_so(language: str, words: str) -> None:
    doubtful = [one for one in DUES if any(KNOWN.by_id[name].grade == "C" for name in one.fact_ids)]

    assert {one.body for one in doubtful} == {"12345", "platform"}
    assert [one.body for one in doubtful if words not in said(one, language)] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "about this day"), ("zh-Hans", "大约到这一天"), ("zh-Hant", "大約到這一天")],
)
def test_every_day_is_said_to_be_approximate(language: str, words: str) -> None:
    dated = [one for one in DUES if one.due_on]

    assert len(dated) >= 8
    assert [one.what for one in dated if words not in said(one, language)] == []
