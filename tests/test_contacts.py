from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import contacts
from kit.contacts import Gathered, find, gather, shown_name
from kit.errors import AmbiguousError, NobodyFoundError
from kit.model import E164, Card, CardNumber, Contact, Email, Group

if TYPE_CHECKING:
    from collections.abc import Sequence


def card(name: str, *numbers: str, line: int = 1, email: str = "", **more: str) -> Card:
    return Card(
        where=f"book.vcf:{line}",
        version="3.0",
        full_name=name,
        numbers=tuple(
            CardNumber(
                text=n, types=frozenset(more.get("types", "cell").split()), where=f"b:{line}"
            )
            for n in numbers
        ),
        emails=(Email(email),) if email else (),
    )


def gathered(cards: Sequence[Card], known: Sequence[Contact] = ()) -> Gathered:
    ids = (f"id{n}" for n in itertools.count(len(known) + 1))
    return gather(cards, known, "CN", lambda: next(ids))


def test_cards_that_share_a_mobile_are_one_person() -> None:
    result = gathered(
        [
            card("小王", "13800000001"),
            card("王明", "+86 138 0000 0001", "13800000002"),
            card("王总", "13800000002", line=3),
            card("别人", "13800000003"),
        ]
    )

    first, second = result.contacts
    assert first.names == ("小王", "王明", "王总")
    assert first.numbers == ("+8613800000001", "+8613800000002")
    assert first.sources == ("book.vcf:1", "book.vcf:3")
    assert second.names == ("别人",)


def test_father_and_mother_may_share_a_landline() -> None:
    result = gathered(
        [
            card("爸爸", "010-55500101", "13800000002"),
            card("妈妈", "010-55500101", "13800000001"),
            card("妈妈", "01055500101"),
        ]
    )

    assert [c.names for c in result.contacts] == [("爸爸",), ("妈妈",)]


def test_no_name_is_longer_than_a_screen_can_show() -> None:
    (contact,) = gathered([card("超" * 10_000, "13800000001")]).contacts

    assert contact.names == ("超" * 100,)


def test_an_address_joins_only_with_the_name() -> None:
    result = gathered(
        [
            card("爸", "13800000001", email="home@example.com"),
            card("妈", "13800000002", email="home@example.com"),
            card("吴婷", "13800000003", email="wu@example.com"),
            card("吴婷", email="Wu@Example.com"),
        ]
    )

    assert [c.names for c in result.contacts] == [("爸",), ("妈",), ("吴婷",)]


def test_a_bare_name_joins_only_bare_names() -> None:
    result = gathered([card("老同学"), card("老同学"), card("老同学", "13800000004")])

    assert [c.numbers for c in result.contacts] == [(), ("+8613800000004",)]


def test_a_shared_line_abroad_makes_nobody_one_and_the_pocket_comes_first() -> None:
    def at_home(name: str, cell: str, line: int) -> Card:
        home = CardNumber(text="+1 202 555 0100", types=frozenset({"home", "pref"}), where="b:1")
        pocket = CardNumber(text=cell, types=frozenset({"cell"}), where="b:2")
        return Card(where=f"b:{line}", version="3.0", full_name=name, numbers=(home, pocket))

    book = [at_home("Dad", "+12025550101", 1), at_home("Mom", "+12025550102", 5)]
    first = gathered(book).contacts

    assert [c.numbers[0] for c in first] == ["+12025550101", "+12025550102"]
    assert [c.id for c in gathered(book, first).contacts] == [c.id for c in first]


def test_a_home_number_that_somebody_else_gives_as_theirs_stays_shared() -> None:
    home = CardNumber(text="+1 202 555 0105", types=frozenset({"home"}), where="b:1")
    father = Card(where="b:1", version="3.0", full_name="Father", numbers=(home,))
    book = [father, card("Mother", "+1 202 555 0105", types="", line=5)]
    first = gathered(book).contacts

    assert len(first) == 2
    assert gathered(book, first).contacts == first


def test_one_file_after_another_gives_what_both_at_once_give() -> None:
    one, two = card("A", "+1 202 555 0101"), card("B", "+1 202 555 0101", line=2)
    together = gathered([one, two]).contacts
    apart = gathered([two], gathered([one]).contacts).contacts

    assert [c.numbers for c in apart] == [c.numbers for c in together]
    assert len(apart) == 1


def test_importing_again_brings_together_no_more_than_the_first_time() -> None:
    book = [
        card("爸爸", "01055500100"),
        card("妈妈", "01055500100", "13800000001"),
        card("爸爸", "13800000001"),
    ]
    first = gathered(book).contacts

    assert len(first) == 1
    assert gathered(book, first).contacts == first


def test_a_common_name_alone_never_makes_two_people_one() -> None:
    assert len(gathered([card("王伟", "13800000001"), card("王伟", "13800000002")]).contacts) == 2


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        (("王", "小明", "", "", ""), "王小明"),
        (("金", "철수", "", "", ""), "金철수"),
        (("Smith", "Anna", "Mary", "Dr", "PhD"), "Dr Anna Mary Smith PhD"),
        (("", "妈妈", "", "", ""), "妈妈"),
        (("王", "", "", "", "老师"), "王老师"),
    ],
)
def test_a_name_is_put_together_as_its_language_does(
    parts: tuple[str, str, str, str, str], shown: str
) -> None:
    assert shown_name(Card(where="", version="3.0", name_parts=parts)) == shown


def test_the_name_is_fn_before_n_before_org() -> None:
    everything = Card(where="", version="", full_name="F", organisation="O")

    assert shown_name(everything) == "F"
    assert shown_name(Card(where="", version="", organisation="O")) == "O"


def test_the_number_that_takes_texts_comes_first() -> None:
    result = gathered([card("爸爸", "010-55500101", "13800000002")])

    assert result.contacts[0].numbers == ("+8613800000002", "+861055500101")


def test_every_number_that_is_not_used_has_a_line_and_a_reason() -> None:
    result = gathered([card("移动", "10086"), card("钱进", "1380000", line=2), card("", line=3)])

    assert [(p.where, p.what) for p in result.problems] == [
        ("b:1", "This is a short or service number, not a person's."),
        ("b:2", "The number is not complete or does not exist; is the area code missing?"),
        ("book.vcf:3", "The card has no name, number or address; it is left out."),
    ]
    assert [c.name for c in result.contacts] == ["移动", "钱进"]


def test_what_no_text_can_reach_is_kept_as_it_is_dialled() -> None:
    book = [card("客服", "010-55500101转801", "400 000 0000", "95588", "13800000001转802")]
    first = gathered(book).contacts

    assert first[0].numbers == ("+861055500101", "+864000000000")
    assert first[0].also == (
        *("+861055500101;ext=801", "+864000000000", "95588"),
        "+8613800000001;ext=802",
    )
    assert gathered(book, first).contacts == first


def test_importing_again_updates_and_never_duplicates() -> None:
    first = gathered([card("小王", "13800000001"), card("妈妈", "13800000002")]).contacts
    again = gathered([card("王明", "13800000001", "13800000009", line=7)], first)

    (changed,) = again.contacts
    assert again.new == 0
    assert changed.id == first[0].id
    assert changed.names == ("王明", "小王")
    assert changed.numbers == ("+8613800000001", "+8613800000009")


def test_a_card_without_a_name_is_not_a_second_person() -> None:
    book = [card("王", "010-55500101"), card("", "010-55500101", line=2)]
    first = gathered(book).contacts

    assert len(first) == 1
    assert gathered(book[1:], first).contacts[0].id == first[0].id


def test_a_book_that_hangs_together_in_one_chain_costs_no_memory() -> None:
    book = [
        card(f"n{n % 2}", "13800000000", line=n, email=f"e{n}@example.com") for n in range(3000)
    ]

    assert len(gathered(book).contacts) == 1


def test_importing_twice_keeps_every_order() -> None:
    book = [
        card("A", "13800000003", "010-55500101", line=1),
        card("B", "010-55500102", "010-55500101", line=2),
        card("B", "13800000003", line=3),
    ]
    first = gathered(book).contacts

    assert first[0].sources == ("book.vcf:1", "book.vcf:2", "book.vcf:3")
    assert gathered(book, first).contacts == first


def test_a_merge_keeps_the_older_one_and_nobody_wins() -> None:
    known = [
        Contact(id="old", names=("a",), numbers=(E164("+8613800000001"),), group=Group.EVERYONE),
        Contact(id="new", names=("b",), numbers=(E164("+8613800000002"),), group=Group.NOBODY),
    ]
    result = gathered([card("c", "13800000001", "13800000002")], known)

    assert [(c.id, c.group) for c in result.contacts] == [("old", Group.NOBODY)]
    assert result.merged_away == ("new",)


def test_a_choice_survives_an_import() -> None:
    known = [
        Contact(id="1", names=("a",), numbers=(E164("+8613800000001"),)),
        Contact(id="2", numbers=(E164("+8613800000002"),), group=Group.EMERGENCY),
    ]

    assert gathered([card("a", "13800000001")], known).contacts[0].group is Group.UNDECIDED
    assert gathered([card("b", "13800000002")], known).contacts[0].group is Group.EMERGENCY


PEOPLE = [
    Contact(id="aaa111", names=("妈妈",), numbers=(E164("+8613800000001"),)),
    Contact(id="bbb222", names=("王伟", "Wang Wei"), numbers=(E164("+8613800000002"),)),
    Contact(id="ccc333", names=("王伟",), emails=(Email("wei@example.com"),)),
]


@pytest.mark.parametrize(
    ("who", "id_"),
    [
        ("妈妈", "aaa111"),
        ("138 0000 0002", "bbb222"),
        ("wang wei", "bbb222"),
        ("ccc333", "ccc333"),
        ("wei@example.com", "ccc333"),
    ],
)
def test_who_is_a_name_a_number_or_an_id(who: str, id_: str) -> None:
    assert find(PEOPLE, who).id == id_


def test_an_ambiguous_name_is_refused_with_the_candidates() -> None:
    with pytest.raises(AmbiguousError) as raised:
        find(PEOPLE, "王伟", position=3)

    assert [c.id for c in raised.value.candidates] == ["bbb222", "ccc333"]
    assert "王伟" not in str(raised.value) + repr(raised.value)


@pytest.mark.parametrize("who", ["", " ", "李四", "13800000009"])
def test_nobody_is_found_for_what_is_not_there(who: str) -> None:
    with pytest.raises(NobodyFoundError):
        find(PEOPLE, who)


NUMBERS = st.lists(
    st.integers(0, 9).map(lambda n: f"1380000000{n}"), min_size=1, max_size=3, unique=True
)


@given(st.lists(NUMBERS, max_size=8))
def test_no_mobile_is_in_two_contacts_and_none_is_lost(book: list[list[str]]) -> None:
    result = gathered([card("x", *numbers, line=n) for n, numbers in enumerate(book)])
    all_numbers = [n for c in result.contacts for n in c.numbers]

    assert len(all_numbers) == len(set(all_numbers))
    assert set(all_numbers) == {"+86" + n for numbers in book for n in numbers}


@given(st.lists(NUMBERS, max_size=6))
def test_importing_the_same_book_twice_changes_nothing(book: list[list[str]]) -> None:
    cards = [card("x", *numbers, line=n) for n, numbers in enumerate(book)]
    first = gathered(cards).contacts

    assert gathered(cards, first) == Gathered(first, (), 0, ())


def test_the_module_never_chooses() -> None:
    assert all(c.group is Group.UNDECIDED for c in gathered([card("妈妈", "13800000001")]).contacts)
    assert contacts.gather([], [], "CN", str).contacts == ()
