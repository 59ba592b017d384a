"""The hardship proposal: exact, it ends, it asks no more than what is left, or it is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kit import jurisdiction
from kit.errors import BudgetError
from kit.letters import draft
from kit.letters.budget import CARD_MOST, OTHERS_MOST, budget_table, propose, schedule_table
from kit.letters.budget_picture import described, picture
from kit.letters.draft import BLANK, BlockKind, Draft, Given
from kit.letters.recorded import Recorded
from kit.model import LenderKind, SheetKey
from kit.words import Words, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

TODAY = date(2026, 11, 22)
LANGUAGES = ["zh-Hans", "zh-Hant", "en"]
FACTS = jurisdiction.facts("cn")
SVG = "{http://www.w3.org/2000/svg}"
SHEET = {
    "name": "李明",
    "phone": "13800000001",
    "lender": "示例消费金融有限公司",
    "income": "6500.00",
    "housing": "1800.00",
    "food": "1500.00",
    "health": "300.00",
    "other_expenses": "0.00",
    "other_debts": "600.00",
    "owed": "4000.00",
}


def sheet(**lines: str) -> dict[SheetKey, str]:
    """The sheet of everybody here, with other lines; an empty one is left out."""
    return {SheetKey(key): value for key, value in (SHEET | lines).items() if value}


def amount(low: int, high: int) -> st.SearchStrategy[Decimal]:
    """Yuan with cents."""
    return st.integers(low, high).map(lambda cents: Decimal(cents) / 100)


@st.composite
def figures(draw: st.DrawFn) -> dict[SheetKey, str]:
    """Figures of which most carry a proposal."""
    food, left = draw(amount(0, 500_000)), draw(amount(100, 1_000_000))
    owed = draw(amount(1, 3_000_000))
    return sheet(
        income=f"{food + 2_700 + left:.2f}",
        food=f"{food:.2f}",
        owed=f"{owed:.2f}",
        rate=draw(st.sampled_from(["", "0", "3.45", "14.6", "24", "35.999", "300"])),
        offer=draw(st.sampled_from(["", f"{left:.2f}", f"{left / 2 + 1:.2f}"])),
        lender_kind=draw(st.sampled_from(list(LenderKind))).value,
        first_on=(TODAY + timedelta(draw(st.integers(0, 366)))).isoformat(),
    )


@settings(max_examples=150)
@given(figures())
def test_a_proposal_is_exact_ends_and_asks_no_more_than_what_is_left(
    lines: dict[SheetKey, str],
) -> None:
    try:
        made = propose(lines, TODAY)
    except BudgetError:
        assume(False)  # noqa: FBT003 (it is how Hypothesis is asked for another)
    paid = made.instalments
    owed = Decimal(lines[SheetKey.OWED])

    assert sum(one.payment - one.interest for one in paid) == owed
    assert paid[-1].left == 0
    assert [one.number for one in paid] == list(range(1, len(paid) + 1))
    assert len(paid) <= (CARD_MOST if lines[SheetKey.LENDER_KIND] == "card" else OTHERS_MOST)
    assert {one.payment for one in paid[:-1]} <= {made.payment}
    assert 0 < paid[-1].payment <= made.payment <= made.left
    assert made.left == made.income - sum(made.expenses.values())
    assert made.payment <= Decimal(lines.get(SheetKey.OFFER, "Infinity"))
    rate = Fraction(lines.get(SheetKey.RATE, "0"))
    for before, one in zip([owed, *(one.left for one in paid)], paid, strict=False):
        assert one.interest == half_up(Fraction(before) * rate / 1200)
        assert one.payment > one.interest
        assert one.left == before + one.interest - one.payment
    for one in paid:
        assert all(value == value.quantize(Decimal("0.01")) for value in (one.payment, one.left))


def half_up(exact: Fraction) -> Decimal:
    """To the cent, reckoned another way."""
    return Decimal((exact * 200 + 1) // 2) / 100


@given(st.dates(TODAY, TODAY + timedelta(366)))
@settings(max_examples=40)
def test_payments_are_due_on_the_same_day_of_each_month_or_its_last(first: date) -> None:
    paid = propose(sheet(owed="99000.00", first_on=first.isoformat()), TODAY).instalments
    days = [one.due_on for one in paid]

    assert days[0] == first
    assert [day.year * 12 + day.month for day in days] == [
        first.year * 12 + first.month + month for month in range(len(days))
    ]
    for day in days:
        is_last = (day + timedelta(1)).day == 1
        assert day.day == first.day or (is_last and day.day < first.day)


def test_the_thirty_first_is_the_last_day_of_a_shorter_month() -> None:
    made = propose(sheet(owed="30000.00", first_on="2027-01-31"), TODAY)

    assert [f"{one.due_on:%m-%d}" for one in made.instalments[:4]] == [
        *("01-31", "02-28", "03-31", "04-30")
    ]
    assert date(2028, 2, 29) in [one.due_on for one in made.instalments]


@pytest.mark.parametrize(
    ("today", "first"),
    [
        ("2026-11-22", "2026-12-01"),
        ("2026-11-23", "2026-12-01"),
        ("2026-11-24", "2027-01-01"),
        ("2026-12-31", "2027-02-01"),
    ],
)
def test_left_out_the_first_day_is_that_of_the_month_after_next_week(
    today: str, first: str
) -> None:
    made = propose(sheet(), date.fromisoformat(today))

    assert made.instalments[0].due_on.isoformat() == first


def test_left_out_the_offer_is_what_is_left_in_whole_yuan() -> None:
    assert propose(sheet(income="6500.99"), TODAY).payment == Decimal("2300.00")
    assert propose(sheet(income="6500.99", offer="2300.99"), TODAY).payment == Decimal("2300.99")


def test_one_payment_may_be_enough_and_is_no_more_than_what_is_owed() -> None:
    made = propose(sheet(owed="900.00", rate="6.06"), TODAY)

    assert [(one.payment, one.interest) for one in made.instalments] == [
        (Decimal("904.55"), Decimal("4.55"))
    ]
    assert made.payment == Decimal("904.55")


HELP = "12348"
LESS_LEFT = "As much goes out each month as comes in, or more: nothing is left"


@pytest.mark.parametrize(
    ("lines", "key", "said"),
    [
        ({"income": ""}, "income", "It is not said what comes in each month."),
        ({"income": "0.00"}, "income", LESS_LEFT),
        ({"income": "4200.00"}, "income", LESS_LEFT),
        ({"income": "4200.99"}, "income", LESS_LEFT),
        ({"other_debts": "9000.00"}, "income", LESS_LEFT),
        ({"owed": ""}, "owed", "It is not said what you still owe, or it is nothing."),
        ({"owed": "0.00"}, "owed", "It is not said what you still owe, or it is nothing."),
        (
            {"housing": "", "food": "", "health": "", "other_expenses": ""},
            "food",
            "It is not said what you need each month.",
        ),
        ({"offer": "0.00"}, "offer", "You offer nothing a month"),
        ({"offer": "2300.01"}, "offer", "You offer 2,300.01 a month, and only 2,300.00 is left."),
        ({"first_on": "2026-11-21"}, "first_on", "The day of the first payment has passed."),
        (
            {"owed": "46000.00", "rate": "60"},
            "rate",
            "The interest of a month, 2,300.00, is not less than the 2,300.00 that would be paid",
        ),
        (
            {"owed": "1000000000.00", "rate": "1000"},
            "rate",
            "The interest of a month, 833,333,333.33, is not less than the 2,300.00",
        ),
        (
            {"owed": "6000.01", "offer": "100.00", "lender_kind": "card"},
            "offer",
            "With 100.00 a month it would take more than 5 years, the longest that a bank may",
        ),
        (
            {"owed": "12000.01", "offer": "100.00", "lender_kind": "bank"},
            "offer",
            "With 100.00 a month it would take more than 10 years: nobody can foresee",
        ),
        ({"owed": "45999.00", "rate": "60"}, "offer", "With 2,300.00 a month it would take"),
    ],
)
def test_what_the_figures_do_not_carry_is_refused_with_why(
    lines: dict[str, str], key: str, said: str
) -> None:
    with pytest.raises(BudgetError) as caught:
        propose(sheet(**lines), TODAY)

    (problem,) = caught.value.problems
    assert problem.where == key
    assert problem.what.format(**problem.facts).startswith(said)
    assert all(problem.what in catalogue(language) for language in ("zh-Hans", "zh-Hant"))


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ({"owed": "6000.00", "offer": "100.00", "lender_kind": "card"}, 60),
        ({"owed": "12000.00", "offer": "100.00", "lender_kind": "bank"}, 120),
        ({"owed": "0.01"}, 1),
        ({"income": "4201.00", "owed": "100.00"}, 100),
    ],
)
def test_what_is_just_carried_is_proposed(lines: dict[str, str], count: int) -> None:
    assert len(propose(sheet(**lines), TODAY).instalments) == count


def test_five_years_and_where_to_ring_are_as_the_facts_say() -> None:
    said = [one for one in catalogue("zh-Hans") if one.startswith(("As much", "With {payment}"))]

    assert f"最长不超过 {CARD_MOST // 12} 年" in FACTS.by_id["cc-card-70"].statement
    assert FACTS.by_id["ch-12348"].phone == HELP
    assert len(said) == 3
    assert all(HELP in sentence for sentence in said)


def test_figures_of_a_person_are_in_no_repr() -> None:
    assert not {"6500", "4000", "2300"} & set(repr(propose(sheet(), TODAY)).split("'"))
    assert "6500" not in repr(propose(sheet(), TODAY))


def test_tables_and_picture_look_as_they_were_looked_at(
    golden: Callable[[str, str], None],
) -> None:
    made = propose(sheet(rate="14.6", offer="1200.00"), TODAY)
    plain = propose(sheet(owed="30000.00", income="30000.00", offer="12000.50"), TODAY)
    said = [
        " | ".join(row)
        for language in LANGUAGES
        for table in (budget_table, schedule_table)
        for one in (made, plain)
        for row in ((f"[{language}]",), *table(one, Words(language)))
    ]

    golden("budget.txt", "\n".join(said) + "\n")
    golden("budget.svg", picture(made, Words("zh-Hans"), "zh-Hans") + "\n")


@pytest.mark.parametrize("lines", [{"rate": "14.6"}, {}], ids=["interest", "none"])
def test_the_schedule_has_every_row_and_its_sums(lines: dict[str, str]) -> None:
    made = propose(sheet(owed="99000.00", **lines), TODAY)
    head, *rows, sums = schedule_table(made, Words("en"))

    assert len(rows) == len(made.instalments)
    assert {len(row) for row in (head, *rows, sums)} == {6 if lines else 4}
    for place in range(2, len(head) - 1):
        column = [Decimal(row[place].replace(",", "")) for row in rows]
        assert f"{sum(column):,.2f}" == sums[place]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lines", [{}, {"food": "4099.99", "offer": "0.01", "owed": "0.01"}])
def test_every_bar_is_as_wide_as_its_share_and_stands_where_the_one_before_ended(
    lines: dict[str, str], language: str
) -> None:
    made = propose(sheet(housing="", health="", other_debts="", **lines), TODAY)
    root = ET.fromstring(picture(made, Words(language), language))  # noqa: S314 (ours)
    bars = [one for one in root.iter(f"{SVG}rect") if one.get("stroke")]
    income, food, left, offered = ((float(b.get("x", 0)), float(b.get("width", 0))) for b in bars)

    assert income == (12, 536)
    assert food[1] == pytest.approx(536 * float(made.expenses["food"]) / 6500, abs=0.01)
    assert sum(food) == pytest.approx(sum(income), abs=0.01)
    assert sum(left) == pytest.approx(food[0], abs=0.01)
    assert offered[0] == 12
    assert 0 < offered[1] <= left[1]
    assert root.findtext(f"{SVG}title")
    assert root.findtext(f"{SVG}desc") == described(made, Words(language))


def letter(language: str = "zh-Hans", **lines: str) -> Draft:
    made_of = Given(
        country="cn", known=FACTS, sheet=sheet(**lines), recorded=Recorded(), today=TODAY
    )
    return draft.compose("hardship", made_of, language, Words(language))


def text(of: Draft) -> str:
    return "\n".join(block.text for block in of.blocks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_says_what_was_reckoned_and_leaves_nothing_open(language: str) -> None:
    made = letter(language, rate="14.6", offer="1200.00", hardship="失业了", account="尾号 0001")
    said = text(made)
    kinds = [block.kind for block in made.blocks]

    for figure in ("1,200.00", "2,300.00", "2026-12-01", "2027-03-01", "4,109.94", "109.94"):
        assert figure in said
    assert said.count(BLANK) == 1  # where it is signed
    assert "失业了" in said
    assert kinds.count(BlockKind.TABLE) == 2
    assert [one.drawing[:4] for one in made.blocks if one.kind is BlockKind.PICTURE] == ["<svg"]
    assert kinds[-1] is BlockKind.TABLE


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_letter_about_a_card_names_the_rule_of_cards(language: str) -> None:
    def cites(made: Draft) -> tuple[bool, bool]:
        named = any(word in text(made) for word in ("第七十条", "第七十條"))
        return named, "cc-card-70" in [fact.id for fact in made.facts]

    assert cites(letter(language, lender_kind="card")) == (True, True)
    for kind in ("", *(one.value for one in LenderKind if one is not LenderKind.CARD)):
        assert cites(letter(language, lender_kind=kind)) == (False, False)


def test_the_letter_reckons_no_interest_that_nobody_named() -> None:
    without, with_some = text(letter()), text(letter(rate="14.6"))

    assert "没有计算以后的利息和费用" in without
    assert "年利率" not in without
    assert "按年利率 14.6% 估算" in with_some
    assert "没有计算" not in with_some


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_settles_no_amount_and_promises_nothing(
    language: str,
) -> None:
    said = text(letter(language))
    open_, only = {
        "zh-Hans": ("这个数要等核对以后才能定", "签订协议以前，以上只是我的建议"),
        "zh-Hant": ("這個數目要等核對以後才能定", "簽訂協議以前，以上只是我的建議"),
        "en": ("settled only once it has been checked", "it is only my proposal"),
    }[language]

    assert open_ in said
    assert only in said


def test_of_a_proposal_that_is_not_carried_no_file_is_written(
    kit: Callable[..., Result], tmp_path: Path
) -> None:
    path = tmp_path / "hardship.html"
    lines: list[Any] = [f"--set={key}={value}" for key, value in SHEET.items()]
    kit("letter", "facts", *lines, "--set=offer=2300.01")
    refused = kit("letter", "hardship", "--to", str(path))

    assert refused.exit_code == 1
    assert "only 2,300.00 is left" in refused.stderr
    assert not path.exists()

    kit("letter", "facts", "--set=offer=2,300")
    assert kit("letter", "hardship", "--to", str(path)).exit_code == 0
    assert "2,300.00" in path.read_text(encoding="utf-8")
