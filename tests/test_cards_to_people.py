"""From the address books of `tests/cards` to people, numbers and what is suggested."""

from __future__ import annotations

import io
import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit import phone
from kit.contacts import gather
from kit.contacts.suggestions import suggestion_for
from kit.model import Group
from kit.vcard import read_cards

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from click.testing import Result

    from kit.model import Contact
    from kit.vcard import Card

    Kit = Callable[..., Result]

CARDS = Path(__file__).parent / "cards"


def read(name: str) -> list[Card]:
    return list(read_cards(io.BytesIO((CARDS / f"{name}.vcf").read_bytes()), f"{name}.vcf"))


def gathered(cards: list[Card]) -> tuple[Contact, ...]:
    ids = (f"id{n}" for n in itertools.count())
    return gather(cards, (), "CN", lambda: next(ids)).contacts


def keys(text: str) -> list[tuple[str | None, str]]:
    """What makes two numbers one."""
    return [(number.e164, number.extension) for number in phone.read(text, "CN")[0]]


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


# Case 21


def test_a_list_of_cards_is_nobody_to_tell() -> None:
    cards = read("group-card-without-a-number")

    assert [contact.name for contact in gathered(cards)] == ["妈妈"]


# Case 22


def test_ten_spellings_of_one_mobile_over_five_cards_are_one_person_with_one_number() -> None:
    cards = read("ten-spellings-of-one-mobile")
    spellings = [number.text for card in cards[:5] for number in card.numbers]
    one, other = gathered(cards)

    assert len(set(spellings)) == 10
    assert {key for text in spellings for key in keys(text)} == {("+8613800000021", "")}
    assert (one.numbers, len(one.names), len(one.sources)) == (("+8613800000021",), 5, 5)
    assert (other.name, other.numbers) == ("别人", ("+8613800000022",))


# Case 23


def test_an_extension_is_the_same_however_it_is_written() -> None:
    written = [number.text for card in read("extensions-in-every-form") for number in card.numbers]

    assert [keys(text) for text in written] == [[("+861055500101", "801")]] * 7
    assert keys("010-55500102,,802#") == [("+861055500102", "802")]


def test_two_numbers_in_one_field_are_two_and_no_extension() -> None:
    cards = read("two-numbers-in-one-field")

    assert [keys(card.numbers[0].text) for card in cards] == [
        [("+8613800000005", ""), ("+8613800000006", "")],
        [("+8613800000008", ""), ("+8613800000009", "")],
        [("+8613800000010", ""), ("+8613800000011", "")],
    ]


# Case 24


def test_what_is_nobodys_number_is_never_a_recipient(kit: Kit) -> None:
    kit("import", CARDS / "numbers-that-are-nobodys.vcf")
    kit("choose", "--everyone-else")
    planned = objects(kit("plan", "--via", "outbox", "--from", "小明", "--json"))

    assert [line["recipient"] for line in planned if "recipient" in line] == ["+8613800000014"]


# Case 25


def test_a_word_for_a_relative_is_a_suggestion_only_as_the_whole_name() -> None:
    contacts = gathered(read("kinship-words-and-false-friends"))
    suggested = {contact.name: suggestion_for(contact, None) for contact in contacts}

    assert {name for name, one in suggested.items() if one and one.is_sure} == {"妈妈"}
    assert {name for name, one in suggested.items() if one and not one.is_sure} == {"朵朵妈妈"}
    assert {one.group for one in suggested.values() if one} == {Group.EMERGENCY}


def test_a_relation_is_a_suggestion_only_on_the_borrowers_own_card() -> None:
    """李四 names 张三 as a spouse: that says something of nobody but 李四."""
    contacts = {c.name: c for c in gathered(read("kinship-words-and-false-friends"))}
    spouse, other = contacts["张三"], contacts["妈妈"]

    assert suggestion_for(spouse, None) is None
    assert suggestion_for(spouse, other) is None
    of_oneself = suggestion_for(spouse, contacts["李四"])
    assert of_oneself is not None
    assert of_oneself.group is Group.EMERGENCY


def test_what_an_import_suggests_is_not_chosen(kit: Kit) -> None:
    kit("import", CARDS / "kinship-words-and-false-friends.vcf")

    assert {line["group"] for line in objects(kit("contacts", "--json"))} == {"undecided"}


def test_a_damaged_book_leaves_no_name_and_no_number_in_what_is_said_of_it(
    kit: Kit, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    book = CARDS / "damaged-lines-with-names-and-numbers.vcf"
    told = kit("import", book), kit("import", "--json", book)
    everything = "".join(result.stdout + result.stderr for result in told)
    everything += "".join(str(result.exception) for result in told) + caplog.text
    everything += "".join(capfd.readouterr())

    assert told[0].exit_code == 3
    assert "damaged-lines-with-names-and-numbers.vcf:4" in everything
    assert [word for word in ("钱", "13800", "000032", "=E9") if word in everything] == []
