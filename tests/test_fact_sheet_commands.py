from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from answering import at_terminal

from kit.model import LenderKind, SheetKey
from kit.words import Words
from kit.words.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    Kit = Callable[..., Result]

NAME, LENDER = "王小芳", "示例消费金融有限公司"


def lines(kit: Kit, *options: str) -> dict[str, str]:
    """The fact sheet as a program reads it."""
    shown = [
        json.loads(line) for line in kit("letter", "facts", "--json", *options).stdout.splitlines()
    ]
    assert [set(one) for one in shown] == [{"key", "value"}] * len(shown)
    return {one["key"]: one["value"] for one in shown}


def test_every_fact_is_one_object_in_order_also_when_empty(kit: Kit) -> None:
    assert lines(kit) == {key.value: "" for key in SheetKey}
    assert list(lines(kit)) == list(SheetKey)


def test_what_is_set_is_kept_and_tidied(kit: Kit) -> None:
    typed = (
        f"name= {NAME} ",
        "borrowed=１．２万",
        "borrowed_on=2026年1月5日",
        "phone=138 0000 0001",
    )
    done = kit("letter", "facts", *(part for one in typed for part in ("--set", one)))

    assert done.exit_code == 0
    assert done.stdout == ""
    assert "Kept: name, borrowed, borrowed_on, phone" in done.stderr
    kept = {key: value for key, value in lines(kit).items() if value}
    assert kept == {
        "name": NAME,
        "phone": "13800000001",
        "borrowed": "12000.00",
        "borrowed_on": "2026-01-05",
    }


def test_a_line_with_nothing_after_its_sign_is_emptied(kit: Kit) -> None:
    kit("letter", "facts", "--set", f"name={NAME}", "--set", f"lender={LENDER}")

    assert kit("letter", "facts", "--set", "name=").exit_code == 0
    assert (lines(kit)["name"], lines(kit)["lender"]) == ("", LENDER)


def test_a_value_may_have_the_sign_in_it_and_a_key_be_typed_in_chinese(kit: Kit) -> None:
    kit("letter", "facts", "--set", "account=A=1", "--set", "Product\uff1d示例贷")

    assert (lines(kit)["account"], lines(kit)["product"]) == ("A=1", "示例贷")


@pytest.mark.parametrize(
    ("wrong", "exit_code", "said"),
    [
        ("nmae=王小芳", 2, "Did you mean name, income?"),
        ("王小芳=name", 2, "The fact sheet has no such line"),
        ("王小芳", 2, "is no KEY=VALUE"),
        ("borrowed=王小芳", 1, "Write the amount in digits"),
        ("borrowed=-5", 1, "cannot be less than nothing"),
        ("borrowed_on=2070-01-01", 1, "yet to come"),
        ("lender_kind=王小芳", 1, "card, bank, consumer_finance"),
        ("lender=" + "王小芳" * 100, 1, "60 characters at most"),
        ("lender=<b>王小芳</b>", 1, "that no name has"),
        ("country=王小芳", 1, "two letters"),
    ],
)
def test_of_several_lines_all_are_kept_or_none_and_no_error_repeats_them(
    kit: Kit, wrong: str, exit_code: int, said: str
) -> None:
    done = kit("letter", "facts", "--set", f"lender={LENDER}", "--set", wrong)

    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert said in done.stderr
    assert NAME not in done.stderr
    assert set(lines(kit).values()) == {""}


def test_all_that_is_wrong_is_said_at_once(kit: Kit) -> None:
    wrong = ("income=-5", "borrowed_on=2070-01-01", "lender_kind=信用", f"name={NAME}")
    done = kit("letter", "facts", *(part for one in wrong for part in ("--set", one)))

    assert done.exit_code == 1
    assert "income, borrowed_on, lender_kind" in done.stderr
    for said in ("cannot be less than nothing", "yet to come", "  1 a bank, for a credit card"):
        assert said in done.stderr
    assert set(lines(kit).values()) == {""}


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("kind", list(LenderKind))
def test_a_sort_of_lender_is_said_by_its_value_or_its_name(
    kit: Kit, kind: LenderKind, language: str
) -> None:
    for typed in (kind.value, kind.value.upper(), Words(language)(LABELS[kind])):
        kit("letter", "facts", "--set", "lender_kind=")
        kit("letter", "facts", "--set", f"lender_kind={typed}", KIT_LANG=language)
        assert lines(kit)["lender_kind"] == kind


def test_without_a_terminal_the_sheet_is_shown_with_what_is_empty(kit: Kit) -> None:
    typed = ("borrowed=12000", "lender_kind=card", "told_before=电话里说过\n不要找我家里人")
    kit("letter", "facts", *(part for one in typed for part in ("--set", one)))
    done = kit("letter", "facts", KIT_LANG="zh-Hans")

    assert done.exit_code == 0
    shown = done.stdout.splitlines()
    assert len(shown) == len(SheetKey)
    assert "实际到手的金额（borrowed）：12,000.00" in shown
    assert "贷款方是哪一类（lender_kind）：银行，信用卡" in shown
    assert "您的姓名（和签名一致）（name）：–" in shown
    assert any(line.endswith("电话里说过 不要找我家里人") for line in shown)
    assert f"已填 3 项，共 {len(SheetKey)} 项。" in done.stderr
    assert "kit letter facts --set" in done.stderr


def test_for_one_letter_only_its_lines_are_shown_what_it_needs_first(kit: Kit) -> None:
    asked = list(lines(kit, "--for", "assignment"))

    assert asked[:4] == ["name", "phone", "lender", "new_creditor"]
    assert "income" not in asked
    assert list(lines(kit, "--for", "12378"))[:3] == ["name", "phone", "lender"]


def test_for_a_letter_that_is_none_near_ones_are_named(kit: Kit) -> None:
    done = kit("letter", "facts", "--for", "stpo", "--set", f"name={NAME}")

    assert done.exit_code == 2
    assert "Did you mean stop?" in done.stderr
    assert lines(kit)["name"] == ""


def test_at_a_terminal_it_asks_line_by_line_and_keeps_each(
    kit_then: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit_then("letter", "facts", "--set", f"name={NAME}", "--set", "address=示例路1号")
    answers = {key: [""] for key in SheetKey}
    answers |= {
        SheetKey.PHONE: ["十三八", "138 0000 0001"],
        SheetKey.ADDRESS: ["－"],
        SheetKey.LENDER_KIND: ["9", "３"],
        SheetKey.BORROWED: ["12,000"],
    }
    typed = [one for key in SheetKey for one in answers[key]]
    done = at_terminal(kit_then, monkeypatch, typed, "letter", "facts")

    assert done.exit_code == 0, done.output
    assert f"Your name, as you sign (name): {NAME}" in done.stdout
    assert "  3 a consumer finance company" in done.stderr
    assert "Write the number with digits only" in done.stderr
    kept = {key: value for key, value in lines(kit_then).items() if value}
    assert kept == {
        "name": NAME,
        "phone": "13800000001",
        "lender_kind": "consumer_finance",
        "borrowed": "12000.00",
    }


def test_a_day_that_has_passed_is_no_first_payment(kit_then: Kit) -> None:
    done = kit_then("letter", "facts", "--set", "first_on=2026-11-20")
    assert (done.exit_code, "That day has passed" in done.stderr) == (1, True)
    assert kit_then("letter", "facts", "--set", "first_on=2026-12-20").exit_code == 0
