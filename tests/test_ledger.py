"""The Ledger on both stores: what every Ledger must do, and that what happened stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from contracts.ledger import NOW, LedgerContract, message, plan, way

from kit.errors import StoreUnusableError

if TYPE_CHECKING:
    from kit.actions.store import Store
    from kit.ledger import Ledger


pytestmark = pytest.mark.usefixtures("both_stores")


class TestLedger(LedgerContract):
    @pytest.fixture
    def ledger(self, store: Store) -> Ledger:
        return store.ledger

    @pytest.fixture
    def other(self, reopened: Store) -> Ledger:
        return reopened.ledger


def test_what_happened_cannot_be_changed(store: Store) -> None:
    store.ledger.open_notice("notice", NOW, rehearsal=False)
    frozen = plan(message(1))
    store.ledger.freeze(frozen)
    store.ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW)

    connection = store._connection  # noqa: SLF001 (as somebody who meddles would)
    with pytest.raises(StoreUnusableError), connection.writing():
        connection.write("UPDATE attempt SET recipient = @r", {"r": "+8613800000009"})
