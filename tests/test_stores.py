"""What goes wrong goes wrong alike, whether the store is a file or a case of a clinic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from contracts.ledger import NOW, message, plan

from kit.connector import Connection
from kit.errors import AlreadyRunningError, BusyError, StoreUnusableError
from kit.model import Contact

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.actions.store import Store

pytestmark = pytest.mark.usefixtures("both_stores")


def in_a_hurry(store: Store) -> None:
    """It waits for nobody."""
    connection = store._connection  # noqa: SLF001 (what it waits for is no business of a store)
    in_a_file = isinstance(connection, Connection)
    connection.rows(
        "PRAGMA busy_timeout = 1"
        if in_a_file
        else "SELECT set_config('lock_timeout', '1ms', false) AS waits"
    )


def test_while_another_program_writes_it_is_busy_and_what_was_read_stays(
    store: Store, reopened: Store
) -> None:
    store.book.set("region", "HK")
    in_a_hurry(reopened)
    with store.changing():
        store.book.set("region", "CN")
        with pytest.raises(BusyError):
            reopened.book.set("region", "TW")
        assert reopened.book.setting("region") == "HK"

    assert reopened.book.setting("region") == "CN"
    reopened.book.set("region", "TW")


def test_what_is_read_stands_still_while_another_program_writes(
    store: Store, reopened: Store
) -> None:
    with store.reading():
        assert store.book.setting("region") == ""
        reopened.book.set("region", "HK")
        with store.reading():
            assert store.book.setting("region") == ""

    assert store.book.setting("region") == "HK"


def test_who_is_at_work_is_alone_and_lets_go_at_once(store: Store, reopened: Store) -> None:
    with store.alone(), pytest.raises(AlreadyRunningError), reopened.alone():
        pytest.fail("two are at work")
    for _ in range(20):
        with store.alone():
            pass
        with reopened.alone(), reopened.copying():
            pass


def test_what_breaks_a_rule_is_refused_and_nothing_of_the_block_stays(store: Store) -> None:
    store.ledger.open_notice("notice", NOW, rehearsal=False)
    store.ledger.freeze(plan())
    broken: list[Callable[[], None]] = [
        lambda: store.ledger.open_notice("notice", NOW, rehearsal=False),
        lambda: store.ledger.freeze(plan(message(1), message(1), id="twice")),
        lambda: store.ledger.freeze(plan(id="of none", notice_id="none")),
        lambda: store.book.keep_apart([("aaa", "nobody")]),
    ]

    def break_one(rule: Callable[[], None]) -> None:
        store.book.save([Contact(id="aaa", names=("妈妈",))])
        rule()

    for rule in broken:
        with pytest.raises(StoreUnusableError) as raised, store.changing():
            break_one(rule)
        assert "妈妈" not in str(raised.value)
        assert raised.value.__cause__ is None

    assert not store.book.has_people()
    assert store.ledger.last_plan_of("notice") == "plan"


def test_a_store_that_was_closed_stays_closed(store: Store, reopened: Store) -> None:
    reopened.close()
    reopened.close()
    with pytest.raises(StoreUnusableError):
        reopened.book.contacts()
    with pytest.raises(StoreUnusableError):
        reopened.book.set("region", "CN")

    assert store.book.setting("region") == ""


@pytest.mark.parametrize("text", ["\x00", "\ufffe🙏" * 5000, "'\"%s %% :name @name", "", "\r\n "])
def test_any_text_comes_back_as_it_was(store: Store, text: str) -> None:
    store.book.set("sender", text)

    assert store.book.setting("sender") == text


def test_half_a_character_is_refused_and_in_no_error(store: Store) -> None:
    with pytest.raises(StoreUnusableError) as raised:
        store.book.set("sender", "妈妈\ud83d")
    with pytest.raises(StoreUnusableError):
        store.book.contact("\ud83d")

    assert (store.book.setting("sender"), raised.value.__cause__) == ("", None)
    assert "妈" not in str(raised.value)
