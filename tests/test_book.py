from __future__ import annotations

from typing import TYPE_CHECKING

from kit.model import E164, Contact, Email, Group, Part

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Clock

    from kit.actions.store import Store

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
