"""What a borrower may say in their own words, and what of it is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import card

from kit import sms, template
from kit.errors import OwnWordsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Kit = Callable[..., Result]

ANNA = card("Anna", "+1 202 555 0143")


@pytest.fixture
def chosen(kit: Kit, book: Callable[..., Path]) -> Kit:
    """Somebody is chosen whom a plan can reach."""
    people = [("妈妈", 1), ("刘洋（大学同学）", 2), ("王小芳手机", 3), ("顺丰快递", 4), ("我", 5)]
    kit("import", book(*(card(name, f"1380000000{n}") for name, n in people)))
    kit("choose", "--emergency", "妈妈", "--everyone-else", "--me", "我")
    return kit


def texts(kit: Kit, *options: str) -> set[str]:
    """The texts of a plan with these options."""
    done = kit("plan", "--from", "小明", *options, "--json")
    assert done.exit_code == 0, done.stderr
    rows = map(json.loads, done.stdout.splitlines())
    return {row["text"] for row in rows if "text" in row}


def test_a_line_stands_as_a_sentence_before_how_to_check(chosen: Kit) -> None:
    said = texts(chosen, "--line", "我很好，别担心。")

    assert len(said) == 2
    assert all("110。我很好，别担心。核实请打我平时的号码。" in text for text in said)


def test_how_to_check_is_said_in_the_borrowers_words(chosen: Kit) -> None:
    said = texts(chosen, "--check", "问我妈妈的生日")

    assert all("核实请问我妈妈的生日。我不会发短信要钱。" in text for text in said)


def test_own_words_are_kept_shown_and_left_out_when_asked(chosen: Kit) -> None:
    texts(chosen, "--line", "我很好", "--check", "问我妈妈的生日")
    again = chosen("plan")
    without = chosen("plan", "--line", "-", "--check", "-")

    assert "Your own line in every text: 我很好 (without it: --line -)" in again.stdout
    assert "To check, every text says: 问我妈妈的生日 (without it: --check -)" in again.stdout
    assert "Your own line" not in without.stdout
    assert texts(chosen) == {
        text.replace("我很好。", "") for text in texts(chosen, "--line", "我很好")
    }
    assert "我很好" in chosen("preview").stdout


def test_an_english_line_is_followed_by_a_blank(chosen: Kit, book: Callable[..., Path]) -> None:
    chosen("import", book(ANNA, name="anna.vcf"))
    chosen("choose", "--everyone", "Anna")
    said = texts(chosen, "--from-latin", "Li", "--line", "I’m fine", "--check", "ask of our dog")

    assert any("police. I'm fine. To check, ask of our dog. I never" in text for text in said)
    assert any("110。I'm fine。核实请ask of our dog。" in text for text in said)


@pytest.mark.parametrize("option", ["--line", "--check"])
def test_a_text_whose_alphabet_lacks_the_words_goes_without_them_and_this_is_said(
    option: str, chosen: Kit, book: Callable[..., Path]
) -> None:
    chosen("import", book(ANNA, name="anna.vcf"))
    chosen("choose", "--everyone", "Anna")
    done = chosen("plan", "--from", "小明", "--from-latin", "Li", option, "我很好")

    assert "Not in English: it cannot write these words." in done.stdout
    with_words = {text.isascii(): "我很好" in text for text in texts(chosen)}
    assert with_words == {True: False, False: True}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "，",
        "我" * 21,
        "我在3楼",
        "看 a.cn",
        "<b>",
        "{from}",
        "我很好。别担心",
        "🦌",
        "一\n(二)",
    ],
)
def test_a_line_is_a_few_plain_words(line: str) -> None:
    with pytest.raises(OwnWordsError) as raised:
        template.own_words("line", line)

    assert str(raised.value).startswith("--line takes 20 characters at most")


@pytest.mark.parametrize("check", ["", "问" * 15, "打12345", "问我，别问他", "https://"])
def test_how_to_check_is_a_few_plain_words(check: str) -> None:
    with pytest.raises(OwnWordsError):
        template.own_words("check", check)


def test_words_as_long_as_they_may_be_are_taken() -> None:
    assert template.own_words("line", f" {'我' * 20}！") == "我" * 20
    assert template.own_words("check", "问" * 14) == "问" * 14


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--line", "我欠五千元"], "an amount of money"),
        (["--line", "逾期三个月"], "how long something is overdue"),
        (["--line", "招商银行的事"], "the name of a lender"),
        (["--line", "快扫码加我"], "a link or a code to scan"),
        (["--line", "请转账给我"], "a request for a payment or a code"),
        (["--check", "把验证码发我"], "a request for a payment or a code"),
        (["--line", "不回就后果自负"], "a threat"),
        (["--line", "他们这是违法"], "what the law is said to be"),
        (["--line", "打幺三八零零零零零零零一"], "a telephone number"),
        (["--line", "刘洋知道这事"], "the name of somebody in your contacts"),
        (["--check", "问王小芳"], "the name of somebody in your contacts"),
        (["--line", "被人催得紧"], "a word for debts, though some people are not to read of any"),
        (["--from", "招商银行小王"], "the name of a lender"),
        (["--from-latin", "Huabei"], "the name of a lender"),
    ],
)
def test_what_no_message_may_say_is_refused_by_kind(
    options: list[str], reason: str, chosen: Kit
) -> None:
    done = chosen("plan", "--from", "小明", *options)

    assert done.exit_code == 1
    assert done.stderr.splitlines()[0] == (
        f"What you gave for {options[0]} may not stand in a message: {reason}. Nothing was planned."
    )
    assert options[1] not in done.output
    assert chosen("preview").exit_code == 1


def test_what_is_refused_is_not_kept(chosen: Kit) -> None:
    chosen("plan", "--from", "小明", "--line", "请转账给我")

    assert chosen("plan", "--from", "小明").exit_code == 0


def test_a_kept_line_is_read_again_when_somebody_of_that_name_is_new_in_the_book(
    chosen: Kit, book: Callable[..., Path]
) -> None:
    texts(chosen, "--line", "陈志远也好")
    chosen("import", book(card("陈志远", "13800000009"), name="new.vcf"))
    done = chosen("plan")

    assert done.exit_code == 1
    assert "the name of somebody in your contacts" in done.stderr
    assert "--line - leave yours out" in done.stderr
    assert texts(chosen, "--line", "-")


@pytest.mark.parametrize("line", ["小明很好", "我妈妈很好", "顺丰快递来过", "我很好"])
def test_the_borrowers_own_name_relatives_and_shops_are_no_other_persons(
    line: str, chosen: Kit, book: Callable[..., Path]
) -> None:
    chosen("import", book(card("小明", "13800000009"), name="own.vcf"))

    assert texts(chosen, "--line", line)


def test_a_line_may_speak_of_the_dispute_where_everybody_reads_of_it(
    kit: Kit, book: Callable[..., Path]
) -> None:
    kit("import", book(card("妈妈", "13800000001")))
    kit("choose", "--emergency", "妈妈")

    assert texts(kit, "--open", "emergency", "--line", "欠款我自己处理")
    assert kit("plan").exit_code == 1


@pytest.mark.parametrize("letters", [0, 1, 2, 9])
def test_a_line_that_does_not_fit_is_refused_and_by_how_much_it_is_too_long(
    letters: int, kit: Kit, book: Callable[..., Path]
) -> None:
    kit("import", book(card("陈志远", "13800000005")))
    kit("choose", "--everyone-else")
    sender = "王" * (2 + letters)
    done = kit("plan", "--from", sender, "--line", "好" * 20)

    if letters == 0:
        assert done.exit_code == 0
        assert texts(kit, "--from", sender)
        return
    assert done.exit_code == 1
    assert done.stderr.splitlines()[0] == (
        f"Your own line does not fit every text; characters too many: {letters}. "
        "Nothing was planned."
    )
    fitting = texts(kit, "--from", sender, "--line", "好" * (20 - letters))
    assert {len(sms.segments(text)) for text in fitting} == {2}
