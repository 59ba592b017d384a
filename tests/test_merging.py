"""Who is one person: every rule, and the laws that hold for every book."""

from __future__ import annotations

import cProfile
import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.contacts import differ, gather, reasons, split
from kit.errors import NothingToSplitError
from kit.model import Card, CardNumber, Contact, Email, Group, MergeReason, Part, Relation

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from random import Random

    from kit.contacts import Gathered

IDS = (f"id{n}" for n in itertools.count(1))


def new_id() -> str:
    return next(IDS)


def card(name: str, *numbers: str, line: int = 1, file: str = "book.vcf", **more: object) -> Card:
    email = more.pop("email", "")
    return Card(
        where=f"{file}:{line}",
        version="3.0",
        full_name=name,
        numbers=tuple(
            CardNumber(text=n, types=frozenset({"cell"}), where=f"{file}:{line}") for n in numbers
        ),
        emails=(Email(str(email)),) if email else (),
        **more,  # type: ignore[arg-type]
    )


def gathered(
    cards: Sequence[Card],
    known: Sequence[Contact] = (),
    apart: Collection[tuple[str, str]] = (),
) -> Gathered:
    return gather(cards, known, "CN", new_id, apart)


def together(*cards: Card) -> bool:
    """Whether they are one person, in whatever order they come."""
    counts = {len(gathered(order).contacts) for order in itertools.permutations(cards)}
    assert len(counts) == 1
    return counts == {1}


ONE, TWO, DESK = "13800000001", "13800000002", "010-55500101"
UID = "5f0c2b9e-1d5e-4e0b-9a55-9a7d0cf1a001"

#: Two cards of one person, and why; with a reason left out they are two people.
PAIRS: list[tuple[str, Card, Card, MergeReason | None]] = [
    ("a mobile", card("小王", ONE), card("王明", ONE), MergeReason.SAME_NUMBER),
    ("a landline", card("爸爸", DESK), card("妈妈", DESK), None),
    ("name and landline", card("王明", DESK), card("王 明", DESK), MergeReason.NAME_AND_NUMBER),
    (
        "name and mailbox",
        card("A", email="a@x.test", title="T"),
        card("a", email="A@x.test"),
        MergeReason.NAME_AND_EMAIL,
    ),
    (
        "name and extension",
        card("王明", f"{DESK}-801", organisation="甲"),
        card("王明", f"{DESK}转801", organisation="乙"),
        MergeReason.NAME_AND_NUMBER,
    ),
    ("an extension", card("王明", f"{DESK}-801"), card("李红", f"{DESK}-801"), None),
    ("two extensions", card("王明", f"{DESK}-801"), card("王明", f"{DESK}-802"), None),
    ("the switchboard", card("王明", f"{DESK}-801"), card("王明", DESK), None),
    ("a hot-line", card("客服", "95588"), card("银行", "95588"), None),
    ("a firm's number", card("快递", "4001234567"), card("外卖", "4001234567"), None),
    ("the police", card("派出所", "110"), card("警察", "110"), None),
    ("a UID", card("小王", ONE, uid=UID), card("王明", TWO, uid=UID), MergeReason.SAME_UID),
    ("a counter", card("小王", ONE, uid="17"), card("王明", TWO, uid="17"), None),
    ("a name", card("王伟", ONE), card("王伟", TWO), None),
    ("a firm", card("王伟", ONE, organisation="厂"), card("李红", organisation="厂"), None),
    (
        "two colleagues",
        card("王伟", ONE, organisation="厂"),
        card("王伟", TWO, organisation="厂"),
        None,
    ),
    (
        "a person's firm",
        card("王伟", ONE, organisation="厂"),
        card("王伟", DESK, organisation="厂"),
        MergeReason.NAME_AND_ORGANISATION,
    ),
    (
        "a shop's own name",
        card("厂", ONE, organisation="厂"),
        card("厂", DESK, organisation="厂"),
        None,
    ),
    (
        "a nickname",
        card("王伟", ONE, nicknames=("胖子",)),
        card("王伟", DESK, nicknames=("胖子",)),
        MergeReason.NAME_AND_NICKNAME,
    ),
    ("no name", card("王伟", DESK), card("", DESK), MergeReason.NUMBER_WITHOUT_NAME),
    ("no name, two mobiles", card("王伟", ONE, DESK), card("", TWO, DESK), None),
    ("nothing but a name", card("同学"), card("同学", title="T"), MergeReason.NOTHING_BUT_NAME),
    ("a name and a number", card("同学"), card("同学", ONE), None),
]


@pytest.mark.parametrize(
    ("one", "other", "reason"), [p[1:] for p in PAIRS], ids=[p[0] for p in PAIRS]
)
def test_two_cards_are_one_person_only_for_a_reason(
    one: Card, other: Card, reason: MergeReason | None
) -> None:
    assert together(one, other) is (reason is not None)
    if reason is not None:
        assert reasons(gathered([one, other]).contacts[0]) == [reason]


def test_a_card_without_a_name_on_a_line_of_two_people_is_nobodys() -> None:
    book = [card("爸爸", DESK), card("妈妈", DESK), card("", DESK)]
    found = {
        tuple(sorted(c.names for c in gathered(o).contacts)) for o in itertools.permutations(book)
    }

    assert found == {((), ("妈妈",), ("爸爸",))}


def test_who_could_be_either_of_two_colleagues_is_neither() -> None:
    desk = card("王伟", DESK, organisation="厂")
    both = [card("王伟", ONE, organisation="厂"), card("王伟", TWO, organisation="厂")]

    for order in itertools.permutations([*both, desk]):
        assert {c.numbers for c in gathered(order).contacts} == {
            ("+8613800000001",),
            ("+8613800000002",),
            ("+861055500101",),
        }


def test_a_uid_that_three_names_have_was_copied() -> None:
    copied = [card(name, f"1380000000{n}", uid=UID) for n, name in enumerate("甲乙丙")]
    first = gathered(copied)

    assert len(first.contacts) == 3
    assert gathered(copied[:1], first.contacts).contacts == first.contacts[:1]


def test_a_list_is_not_a_person_and_has_its_line() -> None:
    result = gathered([card("家人", is_group=True, line=9)])

    assert result.contacts == ()
    assert [str(problem) for problem in result.problems] == [
        "book.vcf:9 This is a list of other cards, not a person; it is left out."
    ]


def test_everything_that_a_card_says_is_kept_as_its_part() -> None:
    relation = Relation(kind="mother", who="王芳")
    written = card(
        "王明",
        ONE,
        f"{DESK}-801",
        "4001234567",
        "95588",
        uid=UID,
        organisation="厂",
        title="工",
        nicknames=("明",),
        categories=("家人",),
        relations=(relation,),
        email="M@x.test",
    )
    (contact,) = gathered([written]).contacts

    assert contact.parts == (
        Part(
            where="book.vcf:1",
            name="王明",
            numbers=("+8613800000001", "+861055500101", "+864001234567"),  # type: ignore[arg-type]
            also=("+861055500101;ext=801", "+864001234567", "95588"),
            emails=(Email("m@x.test"),),
            uid=UID,
            organisation="厂",
            title="工",
            nicknames=("明",),
            categories=("家人",),
            relations=(relation,),
            written=("13800000001", "01055500101801", "4001234567", "95588"),
        ),
    )
    assert contact.numbers == contact.parts[0].numbers
    assert contact.also == contact.parts[0].also


def test_a_merged_contact_says_so_and_twice_the_same_card_does_not() -> None:
    assert differ(gathered([card("小王", ONE), card("王明", ONE, line=2)]).contacts[0])
    twice = gathered([card("小王", ONE), card("小王", ONE, line=2)])

    assert len(twice.contacts) == 1
    assert not differ(twice.contacts[0])
    assert twice.merged == 2
    assert gathered([card("小王", ONE)]).merged == 0


def test_cards_that_moved_in_the_file_do_not_pile_up() -> None:
    book = [card("小王", ONE, line=1), card("王明", ONE, line=9)]
    first = gathered(book).contacts
    moved = gathered([card("小王", ONE, line=101), card("王明", ONE, line=109)], first).contacts

    assert moved[0].sources == ("book.vcf:101", "book.vcf:109")


def test_a_new_state_of_a_card_takes_the_place_of_the_old_one() -> None:
    first = gathered([card("小王", ONE, uid=UID)]).contacts
    named = gathered([card("王明", ONE, TWO, uid=UID, line=7)], first).contacts
    renumbered = gathered([card("王明", "13800000003", uid=UID, line=7)], named).contacts

    assert [p.name for p in named[0].parts] == ["王明"]
    assert len(renumbered[0].parts) == 2  # they may have been told by what it no longer has
    assert len(renumbered[0].numbers) == 3


def test_two_files_of_one_name_do_not_lose_one_anothers_facts() -> None:
    first = gathered([card("小王", ONE, organisation="厂")]).contacts
    other = gathered([card("王明", ONE, TWO)], first).contacts
    (again,) = gathered([card("小王", ONE, organisation="厂")], other).contacts

    assert sorted(p.name for p in again.parts) == ["小王", "王明"]
    assert len(again.numbers) == 2


def test_merging_with_somebody_takes_over_who_they_are_kept_apart_from() -> None:
    known = gathered([card("甲", ONE), card("乙", TWO), card("丙", "13800000003")]).contacts
    a, b, c = (one.id for one in known)
    result = gathered([card("丁", TWO, "13800000003")], known, [(a, c)])

    assert result.merged_away == (c,)
    assert result.apart == ((a, b),)


def test_a_bridge_between_people_kept_apart_goes_to_one_of_them_whatever_the_order() -> None:
    known = gathered([card("甲", ONE), card("乙", TWO)]).contacts
    apart = [(known[0].id, known[1].id)]
    bridges = [card("丙", ONE, TWO, line=5), card("丁", ONE, TWO, line=6)]
    for order in itertools.permutations(bridges):
        result = gathered(order, known, apart)
        assert result.merged_away == ()
        assert {len(contact.parts) for contact in result.contacts} == {3}


def test_a_split_gives_each_name_its_own_and_the_one_who_was_told_keeps_the_id() -> None:
    (both,) = gathered([card("爸爸", ONE), card("妈妈", ONE, TWO), card("", TWO, line=3)]).contacts
    first, second = split(both, both.numbers[1:], new_id)

    assert (first.id, first.names, len(first.parts)) == (both.id, ("妈妈",), 2)
    assert second.names == ("爸爸",)
    assert [c.names for c in split(both, (), new_id)] == [("爸爸",), ("妈妈",)]


def test_a_split_of_one_name_gives_each_number_its_own() -> None:
    book = [card("王伟", ONE, uid=UID), card("王伟", TWO, uid=UID), card("王伟", uid=UID, line=3)]
    apart = split(gathered(book).contacts[0], (), new_id)

    assert [(c.numbers, len(c.parts)) for c in apart] == [
        (("+8613800000001",), 2),
        (("+8613800000002",), 1),
    ]


@pytest.mark.parametrize("book", [[card("王伟", ONE)], [card("王伟", ONE), card("王伟", ONE, TWO)]])
def test_what_is_one_person_by_all_its_cards_is_not_split(book: list[Card]) -> None:
    with pytest.raises(NothingToSplitError):
        split(gathered(book).contacts[0], (), new_id)


@pytest.mark.parametrize(
    ("chosen", "after"),
    [
        (Group.NOBODY, [Group.NOBODY, Group.NOBODY]),
        (Group.EMERGENCY, [Group.EMERGENCY, Group.UNDECIDED]),
        (Group.EVERYONE, [Group.EVERYONE, Group.UNDECIDED]),
    ],
)
def test_who_is_never_told_is_never_told_in_part(chosen: Group, after: list[Group]) -> None:
    parts = (Part(where="b:1", name="爸爸"), Part(where="b:2", name="妈妈"))
    both = Contact(id="x", names=("爸爸", "妈妈"), parts=parts, group=chosen)

    assert [c.group for c in split(both, (), new_id)] == after


NAMES = st.sampled_from(["", "爸爸", "妈妈", "王伟", "Wang Wei"])
MOBILES = st.integers(0, 5).map(lambda n: f"1380000000{n}")
OTHERS = st.sampled_from([DESK, f"{DESK}-801", f"{DESK}-802", "95588", "4001234567", "12"])
UIDS = st.sampled_from(["", "", UID, "u-1-abcdef", "17"])
ADDRESSES = st.sampled_from(["", "", "a@x.test", "b@x.test"])
FIRMS = st.sampled_from(["", "", "厂", "王伟"])


@st.composite
def books(draw: st.DrawFn) -> list[Card]:
    return [
        card(
            draw(NAMES),
            *draw(st.lists(MOBILES | OTHERS, max_size=3, unique=True)),
            line=line,
            uid=draw(UIDS),
            email=draw(ADDRESSES),
            organisation=draw(FIRMS),
            is_group=draw(st.integers(0, 9)) == 0,
        )
        for line in range(1, draw(st.integers(0, 9)) + 1)
    ]


def by_place(contacts: Sequence[Contact]) -> dict[str, str]:
    return {part.where: c.id for c in contacts for part in c.parts}


def who_is_together(contacts: Sequence[Contact]) -> set[frozenset[str]]:
    return {frozenset(c.sources) for c in contacts}


def mobiles(contacts: Sequence[Contact]) -> list[str]:
    return [n for c in contacts for n in c.numbers if n.startswith("+86138")]


@given(books())
def test_every_card_is_in_one_contact_or_has_its_line(book: list[Card]) -> None:
    result = gathered(book)
    used = [part.where for contact in result.contacts for part in contact.parts]

    assert len(used) == len(set(used))
    assert {c.where for c in book} - set(used) <= {problem.where for problem in result.problems}


@given(books())
def test_no_mobile_is_in_two_contacts_and_none_is_lost(book: list[Card]) -> None:
    found = mobiles(gathered(book).contacts)

    assert len(found) == len(set(found))
    people = [c for c in book if not c.is_group]
    written = {f"+86{n.text}" for c in people for n in c.numbers if n.text.startswith("138")}
    assert set(found) == written


@given(books(), st.randoms(use_true_random=False))
def test_the_order_of_the_cards_does_not_change_who_is_together(
    book: list[Card], random: Random
) -> None:
    other = random.sample(book, len(book))

    assert who_is_together(gathered(book).contacts) == who_is_together(gathered(other).contacts)


@given(books())
def test_importing_again_and_again_changes_nothing(book: list[Card]) -> None:
    first = gathered(book)
    again = gathered(book, first.contacts)

    assert again.contacts == first.contacts
    assert (again.merged_away, again.new, again.merged) == ((), 0, first.merged)
    assert gathered(book, again.contacts).contacts == first.contacts


@given(books())
def test_whom_two_cards_make_one_has_a_reason(book: list[Card]) -> None:
    for contact in gathered(book).contacts:
        assert bool(reasons(contact)) == (len(contact.parts) > 1)
        assert MergeReason.EARLIER not in reasons(contact) or contact.parts[0].uid


@settings(max_examples=100)
@given(books(), books(), st.randoms(use_true_random=False))
def test_what_was_taken_apart_stays_apart_and_loses_nothing(
    book: list[Card], later: list[Card], random: Random
) -> None:
    everybody = list(gathered(book).contacts)
    pairs: list[tuple[str, str]] = []
    for contact in random.sample(everybody, len(everybody)):
        try:
            apart = split(contact, contact.numbers, new_id)
        except NothingToSplitError:
            continue
        assert sorted(p.where for c in apart for p in c.parts) == sorted(contact.sources)
        assert set(contact.numbers) == {n for c in apart for n in c.numbers}
        everybody = [*(c for c in everybody if c is not contact), *apart]
        pairs += itertools.combinations([c.id for c in apart], 2)
    again = gathered(book, everybody, pairs)

    assert again.merged_away == ()
    assert {c.id: c for c in again.contacts} == {c.id: c for c in everybody if c.parts}
    moved = [card_of(c, file="later.vcf") for c in later]
    result = gathered(moved, everybody, pairs)
    now = {c.id: c for c in everybody} | {c.id: c for c in result.contacts}
    left = {id_ for id_ in now if id_ not in result.merged_away}
    kept = {pair for pair in pairs if set(pair) <= left} | set(result.apart)
    assert all(one != other for one, other in kept)
    assert {n for c in everybody for n in c.numbers} <= {
        n for id_ in left for n in now[id_].numbers
    }
    assert by_place(again.contacts) == by_place(everybody)


def card_of(one: Card, *, file: str) -> Card:
    line = one.where.rpartition(":")[2]
    numbers = [number.text for number in one.numbers]
    email = one.emails[0] if one.emails else ""
    return card(
        one.full_name,
        *numbers,
        line=int(line),
        file=file,
        uid=one.uid,
        email=email,
        organisation=one.organisation,
        is_group=one.is_group,
    )


def test_a_hostile_book_costs_no_more_than_its_size() -> None:
    def work(size: int) -> int:
        book = [
            *(card("王伟", f"1380000{n:04}", organisation="厂", line=n) for n in range(size)),
            *(card(f"n{n}", DESK, line=size + n) for n in range(size)),
            *(
                card("", f"139{n:08}", f"139{n + 1:08}", uid=UID, line=2 * size + n)
                for n in range(size)
            ),
        ]
        profile = cProfile.Profile()
        profile.runcall(gather, book, (), "CN", new_id)
        return sum(entry.callcount for entry in profile.getstats())

    assert work(2_000) < 15 * work(200)


def test_a_card_that_is_read_again_in_another_region_is_the_same_person() -> None:
    book = [card("陈大文", "13800000001"), card("李明", "202-555-0143", line=2)]
    first = gather(book, (), "CN", new_id)
    again = gather(book, first.contacts, "US", new_id)

    assert [c.id for c in again.contacts] == [c.id for c in first.contacts]
    assert [c.numbers for c in again.contacts] == [("+8613800000001",), ("+12025550143",)]
    assert len(again.contacts[1].parts) == 1


def test_a_wrong_region_takes_nobodys_number_away() -> None:
    book = [card("陈大文", "13800000001"), card("王芳", "13800000002", line=2)]
    first = gather(book, (), "CN", new_id).contacts
    wrong = gather(book, first, "HK", new_id).contacts
    right = gather(book, wrong, "CN", new_id).contacts

    assert [c.numbers for c in wrong] == [c.numbers for c in first]
    assert right == first


def test_a_name_that_was_garbled_is_gone_when_the_card_is_read_rightly() -> None:
    first = gather([card("֣ΰ", "13800000001")], (), "CN", new_id)
    again = gather([card("郑伟", "13800000001")], first.contacts, "CN", new_id)

    assert [c.names for c in again.contacts] == [("郑伟",)]


def test_many_names_of_one_number_cost_no_more_than_their_size_once_more() -> None:
    def work(size: int) -> int:
        book = [card(f"n{n}", ONE, line=n) for n in range(size)]
        known = gathered(book).contacts
        profile = cProfile.Profile()
        profile.runcall(lambda: [gathered(book, known), *map(reasons, known)])
        return sum(entry.callcount for entry in profile.getstats())

    assert work(1_000) < 15 * work(100)
