"""The Book on both stores: people, choices and what was set come back as they were."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kit.errors import StoreUnusableError
from kit.model import (
    E164,
    Contact,
    ContactKind,
    Email,
    Group,
    Impression,
    Part,
    SheetKey,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Clock

    from kit.actions.store import Store

pytestmark = pytest.mark.usefixtures("both_stores")
MOTHER = Contact(
    id="aaa",
    names=("妈妈", "{from}'\";--"),
    numbers=(E164("+8613800000001"),),
    emails=(Email("ma@example.com"),),
    parts=(Part(where="book.vcf:1"),),
)
FRIEND = Contact(id="bbb", names=("小王",))


def test_contacts_come_back_as_they_were_and_in_their_order(store: Store, reopened: Store) -> None:
    store.book.save([FRIEND, MOTHER])

    assert reopened.book.contacts() == [FRIEND, MOTHER]
    assert reopened.book.contact("aaa") == MOTHER
    assert reopened.book.contact("zzz") is None


def test_saving_again_changes_and_keeps_the_place(store: Store) -> None:
    store.book.save([FRIEND, MOTHER])
    store.book.save([Contact(id="bbb", names=("王明",))])

    assert [c.name for c in store.book.contacts()] == ["王明", "妈妈"]


def test_what_became_part_of_another_is_gone(store: Store) -> None:
    store.book.save([FRIEND, MOTHER])
    store.book.save([MOTHER], merged_away=["bbb"])

    assert store.book.contacts() == [MOTHER]


def test_a_choice_is_kept(store: Store) -> None:
    store.book.save([FRIEND, MOTHER])
    store.book.choose({"aaa": Group.EMERGENCY})

    assert [c.group for c in store.book.contacts()] == [Group.UNDECIDED, Group.EMERGENCY]


def test_settings_are_kept_and_replaced(store: Store) -> None:
    assert store.book.setting("sender") == ""
    store.book.set("sender", "小明")
    store.book.set("sender", "李明")

    assert store.book.setting("sender") == "李明"


def test_files_that_were_written_are_remembered_once(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    store.book.remember_written(tmp_path / "rehearsal", clock())
    store.book.remember_written(tmp_path / "rehearsal", clock())

    assert store.book.written() == [tmp_path / "rehearsal"]


def test_an_address_has_its_owners_and_whoever_is_never_told(store: Store) -> None:
    number = MOTHER.numbers[0]
    store.book.save([MOTHER, replace(FRIEND, numbers=(number, number))])
    assert store.book.owners(number) == ["aaa", "bbb"]
    assert not store.book.is_refused(number)
    store.book.choose({"bbb": Group.NOBODY})

    assert store.book.is_refused(number)
    assert store.book.ids(Group.NOBODY, Group.EMERGENCY) == {"bbb"}
    assert store.book.addresses() == {"aaa": [number, Email("ma@example.com")], "bbb": [number]}
    store.book.save([replace(FRIEND, numbers=())])
    assert (store.book.owners(number), store.book.is_refused(number)) == (["aaa"], False)


def test_who_was_taken_apart_stays_so_once_in_either_order(store: Store) -> None:
    store.book.save([FRIEND, MOTHER])
    for pair in (("bbb", "aaa"), ("aaa", "bbb")):
        store.book.keep_apart([pair])
    assert store.book.apart() == [("aaa", "bbb")]
    store.book.save([], merged_away=["bbb"])

    assert store.book.apart() == []
    with pytest.raises(StoreUnusableError):
        store.book.keep_apart([("aaa", "nobody")])


def test_a_look_goes_when_the_contact_or_ones_own_card_changes(store: Store) -> None:
    look = Impression(kind=ContactKind.PERSON, because="像家人：妈", suggestion=None)
    store.book.save([FRIEND, MOTHER])
    changes: list[Callable[[], None]] = [
        lambda: store.book.save([MOTHER]),
        lambda: store.book.set("me", "bbb"),
        lambda: store.book.save([FRIEND]),
        lambda: store.book.set("region", "CN"),
    ]
    left = []
    for change in changes:
        store.book.keep_looks("1", {"aaa": look, "bbb": look})
        change()
        left.append(sorted(store.book.looks("1")))

    assert left == [["bbb"], [], [], ["aaa", "bbb"]]
    assert (store.book.looks("1")["aaa"], store.book.looks("2")) == (look, {})


def test_the_fact_sheet_is_filled_in_and_emptied(store: Store) -> None:
    store.book.fill_sheet({SheetKey.NAME: "李明", SheetKey.PHONE: "138 0000 0001"})
    store.book.fill_sheet({SheetKey.NAME: "", SheetKey.PHONE: "138 0000 0002"})

    assert store.book.sheet() == {SheetKey.PHONE: "138 0000 0002"}


def test_who_is_forgotten_leaves_nothing_and_only_these_settings_go(store: Store) -> None:
    store.book.save([FRIEND, MOTHER])
    store.book.keep_apart([("aaa", "bbb")])
    for name in ("me", "region"):
        store.book.set(name, "aaa")
    store.book.forget_people(["me"])

    assert (store.book.has_people(), store.book.apart(), store.book.addresses()) == (False, [], {})
    assert [store.book.setting(one) for one in ("me", "region")] == ["", "aaa"]


def test_a_file_is_remembered_whatever_its_name_until_it_is_gone(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    odd = Path(os.fsdecode(bytes(tmp_path) + b"/\xff\xe5"))
    store.book.remember_written(odd, clock())
    store.book.remember_written(tmp_path, clock(), people=True)
    store.book.remember_brought_in([odd, odd], clock())

    assert store.book.written() == [tmp_path, odd]
    assert store.book.written(people=True) == [tmp_path]
    store.book.forget_written([odd])
    assert (store.book.written(), store.book.brought_in()) == ([tmp_path], [odd])


def test_a_change_that_is_broken_off_leaves_the_book_as_it_was(store: Store) -> None:
    store.book.save([MOTHER])
    with contextlib.suppress(KeyboardInterrupt), store.changing():
        store.book.save([FRIEND], merged_away=["aaa"])
        store.book.set("region", "HK")
        assert store.book.contacts() == [FRIEND]
        raise KeyboardInterrupt

    assert (store.book.contacts(), store.book.setting("region")) == ([MOTHER], "")
