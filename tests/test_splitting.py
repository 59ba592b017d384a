"""A contact that was more than one person: shown, taken apart, kept apart, told once each."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import card
from shop import plan, statuses

from kit import contacts
from kit.actions import (
    choosing,
    delivery,
    hearing,
    importing,
    merging,
    paging,
    people,
    progress,
    running,
)
from kit.actions.delivery import Why
from kit.channels.phone import PhoneChannel
from kit.errors import AlreadyRunningError, NothingToSplitError
from kit.model import Answer, Card, CardNumber, Group, SkipReason, Status
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from click.testing import Result

    from kit.actions.store import Store
    from kit.model import Contact

    Book = Callable[..., Path]
    Kit = Callable[..., Result]

pytestmark = pytest.mark.usefixtures("both_stores")
FATHER, MOTHER = "13800000002", "13800000001"
UID = "5f0c2b9e-1d5e-4e0b-9a55-9a7d0cf1a001"
ONE, TWO = f"+86{FATHER}", f"+86{MOTHER}"


def with_uid(name: str, number: str, line: int) -> Card:
    where = f"book.vcf:{line}"
    numbers = (CardNumber(text=number, types=frozenset(), where=where),)
    return Card(where=where, version="3.0", full_name=name, numbers=numbers, uid=UID)


#: Father and mother, by one program's mistake one card.
OF_ONE_UID = (with_uid("爸爸", FATHER, 1), with_uid("妈妈", MOTHER, 9))


def of_one_number() -> list[str]:
    """Father and mother have one telephone, and she has her own too."""
    return [card("爸爸", FATHER), card("妈妈", FATHER, MOTHER)]


def gathered(store: Store, cards: Sequence[Card]) -> None:
    """What an import does once the cards are read."""
    known = store.book.contacts()
    done = contacts.gather(cards, known, "CN", people.new_id, store.book.apart())
    store.book.save(done.contacts, done.merged_away)
    store.book.keep_apart(done.apart)


def brought_in(store: Store, book: Path | Sequence[Card], group: Group = Group.EVERYONE) -> Contact:
    if isinstance(book, Path):
        importing.import_files(store, [book])
    else:
        gathered(store, book)
    (contact,) = store.book.contacts()
    people.choose(store, [(group, contact.id)])
    return contact


def everybody(store: Store) -> dict[str, Contact]:
    return {contact.name: contact for contact in store.book.contacts()}


def scan(store: Store, *answers: Answer) -> list[str]:
    """The names that are shown, each answered so; the last one may stay on the phone."""
    frozen, seen, left = store.current_plan(), [], iter(answers)
    with running.run(store, frozen, len(frozen.messages)) as run:
        for handover in run.handing_over():
            seen.append(handover.name)
            if (said := next(left, None)) is None:
                break
            run.answer(handover, said)
    return seen


def objects(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_import_says_how_many_were_put_together_and_where_that_is_seen(
    kit: Kit, book: Book
) -> None:
    alone = kit("import", book(card("二舅", "13800000009"), card("二舅", "13800000009")))
    assert "--merged" not in alone.stderr

    same = [card("郑伟", "13800000011"), card("郑伟", "13800000011", "13800000012")]
    said = kit("import", book(*same)).stderr
    assert "Put together from several cards: 1.\n" in said
    both = kit("import", book(*same, *of_one_number())).stderr
    assert "Put together from several cards: 2; of these with different names: 1." in both
    assert "kit contacts --merged" in both
    first, second = objects(kit("contacts", "--merged", "--json"))
    assert (first["name"], second["name"]) == ("爸爸", "郑伟")


def test_who_was_brought_together_is_shown_with_the_cards_and_the_reason(
    kit: Kit, book: Book
) -> None:
    kit("import", book(*of_one_number(), card("二舅", "13800000009"), card("二舅", "13800000009")))
    (merged,) = objects(kit("contacts", "--merged", "--json"))
    shown = kit("contacts", "--merged").output

    assert merged.pop("id")
    assert merged == {
        "name": "爸爸",
        "reasons": ["same_number"],
        "parts": [
            {"where": "book.vcf:1", "name": "爸爸", "numbers": [ONE], "also": [], "emails": []},
            {
                "where": "book.vcf:6",
                "name": "妈妈",
                "numbers": [ONE, TWO],
                "also": [],
                "emails": [],
            },
        ],
    }
    for part in ("the same mobile number", "book.vcf:6", f"{ONE}, {TWO}", "kit contacts split WHO"):
        assert part in shown
    assert objects(kit("contacts", "--merged", "--json", "--group", "nobody")) == []
    assert (
        "Nobody here came of several cards"
        in kit("contacts", "--merged", "--group", "nobody").output
    )


def test_an_import_counts_the_cards_that_went_to_one_person(store: Store, book: Book) -> None:
    file = book(*of_one_number(), card("二舅", "13800000009"))

    assert importing.import_files(store, [file]).merged == 2
    assert importing.import_files(store, [file]).merged == 2


def test_a_contact_is_taken_apart_by_its_number_and_the_next_step_is_said(
    kit: Kit, book: Book
) -> None:
    kit("import", book(*of_one_number()))
    kit("choose", "--emergency", "爸爸")
    done = kit("contacts", "split", MOTHER)

    assert done.exit_code == 0
    assert "Not chosen yet, and told nothing: 1." in done.output
    assert "Next: kit choose, then kit plan" in done.output
    assert [(c["name"], c["numbers"], c["group"]) for c in objects(kit("contacts", "--json"))] == [
        ("爸爸", [ONE], "emergency"),
        ("妈妈", [ONE, TWO], "undecided"),
    ]
    again = kit("contacts", "split", "妈妈")
    assert (again.exit_code, "kit contacts --merged" in again.output) == (1, True)


def test_importing_the_same_book_after_a_split_changes_nothing(store: Store, book: Book) -> None:
    file = book(*of_one_number())
    merging.split(store, brought_in(store, file).id)
    before = store.book.contacts()
    for _ in range(2):
        done = importing.import_files(store, [file])
        assert store.book.contacts() == before
        assert (done.contacts, done.new, done.merged) == (2, 0, 0)


def test_what_one_uid_made_one_stays_apart(store: Store) -> None:
    merging.split(store, brought_in(store, OF_ONE_UID).id)
    before = store.book.contacts()
    gathered(store, OF_ONE_UID)

    assert store.book.contacts() == before


def test_a_later_card_joins_people_kept_apart_only_by_the_name(store: Store, book: Book) -> None:
    contact = brought_in(store, book(*of_one_number()))
    merging.split(store, contact.id)
    importing.import_files(store, [book(card("爸爸", FATHER, email="ba@x.test"), name="later.vcf")])

    assert {name: len(c.parts) for name, c in everybody(store).items()} == {"爸爸": 2, "妈妈": 1}


def test_who_is_taken_apart_again_is_kept_apart_from_all(store: Store, book: Book) -> None:
    file = book(card("甲", FATHER), card("乙", FATHER), card("乙", FATHER, MOTHER, uid=UID))
    merging.split(store, brought_in(store, file).id)
    importing.import_files(store, [book(card("乙", MOTHER), card("丙", MOTHER), name="later.vcf")])
    merging.split(store, next(c.id for c in store.book.contacts() if "丙" in c.names))

    ids = [contact.id for contact in store.book.contacts()]
    assert set(store.book.apart()) == {tuple(sorted(p)) for p in itertools.combinations(ids, 2)}


def test_nothing_is_taken_apart_while_somebody_sends(store: Store, reopened: Store) -> None:
    contact = brought_in(store, OF_ONE_UID)
    plan(store, "phone")
    frozen = store.current_plan()
    with running.run(store, frozen, 1), pytest.raises(AlreadyRunningError):
        merging.split(reopened, contact.id)


def test_one_card_is_not_taken_apart(store: Store, book: Book) -> None:
    contact = brought_in(store, book(card("爸爸", FATHER, MOTHER)))

    with pytest.raises(NothingToSplitError):
        merging.split(store, contact.id)


def test_who_was_told_keeps_the_id_though_another_card_comes_first(store: Store) -> None:
    contact = brought_in(store, [with_uid("爸爸", "010-55500101", 1), with_uid("妈妈", MOTHER, 9)])
    plan(store, "phone")
    scan(store, Answer.SENT)

    assert [c.name for c in merging.split(store, contact.id).contacts] == ["妈妈", "爸爸"]
    assert everybody(store)["妈妈"].id == contact.id


def test_who_was_told_keeps_the_id_and_the_other_is_told_once(store: Store, book: Book) -> None:
    contact = brought_in(store, book(card("爸爸", MOTHER), card("妈妈", FATHER, MOTHER)))
    plan(store, "phone")
    assert scan(store, Answer.SENT) == ["爸爸"]
    told = store.ledger.told(store.ledger.real_notice())[1]
    first, second = merging.split(store, contact.id).contacts
    people.choose(store, [(Group.EVERYONE, second.id)])
    plan(store, "phone")

    assert told <= {*first.numbers}
    assert (first.id, second.name) == (contact.id, "妈妈")
    assert scan(store, Answer.SENT) == ["妈妈"]
    assert [s.recipient for s in progress.standings(store)] == [ONE, TWO]
    plan(store, "phone")
    assert scan(store) == []


def test_a_plan_of_before_tells_who_kept_the_id_by_their_own_number(store: Store) -> None:
    contact = brought_in(store, OF_ONE_UID)
    plan(store, "phone")
    frozen = store.current_plan()
    assert [(m.recipient, m.others) for m in frozen.messages] == [(ONE, (TWO,))]
    merging.split(store, contact.id)
    assert scan(store, Answer.SENT) == ["爸爸"]

    channels = {"phone": PhoneChannel(store.clock)}
    outcome = delivery.deliver(store, frozen, frozen.messages[0], channels)
    assert outcome.why is Why.TOLD
    assert store.ledger.told(frozen.notice_id)[1] == {ONE}


def test_a_plan_of_before_sends_nothing_to_the_other_one_and_says_so(store: Store) -> None:
    contact = brought_in(store, [with_uid("爸爸", "010-55500101", 1), with_uid("妈妈", MOTHER, 9)])
    plan(store, "phone")
    frozen = store.current_plan()
    merging.split(store, contact.id)

    assert delivery.way(store, frozen, frozen.messages[0], store.clock()) is Why.FAILED
    assert scan(store) == []
    assert progress.left_out(store, frozen) == 1


def test_what_is_held_on_the_page_stays_with_who_keeps_the_id(
    store: Store, book: Book, tmp_path: Path
) -> None:
    contact, words = brought_in(store, book(*of_one_number())), Words("en")
    plan(store, "page")
    with running.run(store, store.current_plan(), 1, tmp_path / "page.html") as run:
        assert run.make_page(words, "en") == 1
    split = merging.split(store, contact.id).contacts
    (tmp_path / "page.html").unlink()
    with running.run(store, store.current_plan(), 1, tmp_path / "page.html") as run:
        assert run.make_page(words, "en") == 1

    assert "爸爸" in (tmp_path / "page.html").read_text("utf-8")
    assert paging.confirm_rows(store, "1").told
    assert statuses(store) == [Status.DELIVERED]
    assert split[0].id == contact.id


def test_two_people_with_one_telephone_are_told_there_once(store: Store, book: Book) -> None:
    contact = brought_in(store, book(card("爸爸", FATHER), card("妈妈", FATHER, uid=UID)))
    _, second = merging.split(store, contact.id).contacts
    people.choose(store, [(Group.EVERYONE, second.id)])
    plan(store, "phone")
    assert [skip.reason for skip in store.current_plan().skips] == [SkipReason.SAME_NUMBER]
    scan(store, Answer.SENT)
    plan(store, "phone")

    assert store.current_plan().messages == ()
    assert {s.reason for s in store.current_plan().skips} == {SkipReason.ALREADY_TOLD}


def test_who_shares_a_telephone_is_told_by_their_own(store: Store, book: Book) -> None:
    contact = brought_in(store, book(*of_one_number()))
    _, second = merging.split(store, contact.id).contacts
    people.choose(store, [(Group.EVERYONE, second.id)])
    plan(store, "phone")

    assert [m.recipient for m in store.current_plan().messages] == [ONE, TWO]
    assert scan(store, Answer.SENT, Answer.SENT) == ["爸爸", "妈妈"]
    assert statuses(store) == [Status.DELIVERED] * 2


def test_nobody_stays_nobody_in_every_part(store: Store, book: Book) -> None:
    contact = brought_in(store, book(*of_one_number()), Group.NOBODY)
    split = merging.split(store, contact.id)

    assert [c.group for c in split.contacts] == [Group.NOBODY] * 2
    assert split.to_choose == 0
    people.choose(store, [(Group.EVERYONE, split.contacts[1].id)])
    plan(store, "phone")
    assert [m.recipient for m in store.current_plan().messages] == [TWO]
    assert store.book.is_refused(store.book.contacts()[0].numbers[0])


def test_what_one_of_two_is_said_to_be_told_is_not_said_of_the_other(
    store: Store, book: Book
) -> None:
    contact = brought_in(store, book(*of_one_number()))
    _, second = merging.split(store, contact.id).contacts
    people.choose(store, [(Group.EVERYONE, second.id)])
    plan(store, "phone")
    scan(store, Answer.SENT, Answer.SENT)
    hearing.unsay(store, second.id)

    assert {s.contact_id: s.status for s in progress.standings(store)} == {
        contact.id: Status.DELIVERED,
        second.id: Status.PLANNED,
    }


def test_who_left_the_book_leaves_no_pair(store: Store) -> None:
    contact = brought_in(store, OF_ONE_UID)
    first, second = merging.split(store, contact.id).contacts
    assert store.book.apart() == [tuple(sorted((first.id, second.id)))]
    store.book.save([], merged_away=[second.id])

    assert store.book.apart() == []


def test_an_address_found_to_be_a_strangers_is_in_no_part(store: Store, book: Book) -> None:
    contact = brought_in(store, book(*of_one_number()))
    without = contacts.without(contact, contact.numbers[0])

    assert [part.numbers for part in without.parts] == [(), (TWO,)]
    assert without.numbers == (TWO,)


def test_choosing_shows_both(store: Store) -> None:
    merging.split(store, brought_in(store, OF_ONE_UID).id)

    rows: Sequence[tuple[int, Contact]] = choosing.Choosing(store).begin()
    assert [contact.name for _, contact in rows] == ["妈妈"]
