"""A store made by an earlier version opens in this one, with all that is in it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from contracts.ledger import proposal, way

import kit
from kit import contacts
from kit.book import Book
from kit.connector import Connection
from kit.errors import StoreUnusableError
from kit.ledger import Ledger
from kit.model import Card, CardNumber, Meaning, Pace, Part, Receipt, Status

SOURCE = Path(kit.__file__).parent
KEY = b"k" * 32
AT = "2026-11-21T02:00:00.000000+00:00"
#: What the first version wrote for one person who was told and one who was not.
FIRST = f"""
INSERT INTO notice VALUES ('notice', 0, '{AT}');
INSERT INTO plan VALUES (1, 'plan', 'notice', 'phone', '小明', '', '', '{AT}', '{AT}');
INSERT INTO message VALUES ('plan', 1, 'm1', 'c1', '+8613800000001', 'phone', 'everyone',
    'neutral', 'zh-Hans', 'text', 'UCS-2', 2);
INSERT INTO message VALUES ('plan', 2, 'm2', 'c2', '+8613800000002', 'phone', 'everyone',
    'neutral', 'zh-Hans', 'text', 'UCS-2', 2);
INSERT INTO attempt VALUES ('a1', 'notice', 'plan', 'm1', 'c1', 1, '+8613800000001', 'phone',
    '{AT}');
INSERT INTO receipt VALUES (1, 'a1', 'delivered', '', 'borrower:sent', '{AT}');
INSERT INTO contact VALUES ('c1', 1, '["a", "b"]', '["+8613800000001"]', '["a@example.com"]',
    '["book.vcf:1"]', 'nobody');
INSERT INTO contact VALUES ('c2', 2, '["c"]', '["+8613800000002"]', '[]',
    '["book.vcf:5", "book.vcf:9"]', 'everyone');
INSERT INTO contact VALUES ('c3', 3, '["d"]', '["+8613800000003"]', '[]', '[]', 'everyone');
"""  # noqa: S608 (rows of ours)


@pytest.fixture
def store_of_the_first_version(tmp_path: Path) -> Path:
    path = tmp_path / "kit.db"
    connection = Connection(path, KEY)
    for room in ("book", "ledger"):
        steps = tmp_path / room
        steps.mkdir()
        shutil.copy(SOURCE / room / "schema" / "001.sql", steps)
        connection.bring_up_to_date(room, steps)
    with connection.writing():
        for statement in FIRST.split(";\n"):
            connection.write(statement, {})
    connection.close()
    return path


def test_what_the_first_version_kept_is_read_and_goes_on(store_of_the_first_version: Path) -> None:
    connection = Connection(store_of_the_first_version, KEY)
    book, ledger = Book(connection), Ledger(connection)
    plan = ledger.current_plan()

    assert plan is not None
    assert (plan.hours, plan.pace, plan.registered_sender) == (
        "00:00-24:00",
        Pace(per_hour=20, per_day=100),
        False,
    )
    assert [m.foreseen_at for m in plan.messages] == [datetime.fromisoformat(AT)] * 2
    assert ledger.told("notice") == (frozenset({"c1"}), frozenset({plan.messages[0].recipient}))
    assert (ledger.standings("notice")["m1"].status, book.owners(plan.messages[0].recipient)) == (
        Status.DELIVERED,
        ["c1"],
    )
    assert book.is_refused(book.contacts()[0].emails[0])
    now = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    assert ledger.claim(plan, plan.messages[0], way(plan.messages[0]), now) is None
    attempt = ledger.claim(plan, plan.messages[1], way(plan.messages[1]), now)
    assert attempt is not None
    ledger.record(attempt.id, Receipt(status=Status.ACCEPTED, at=now))
    ledger.opt_out([attempt.recipient], Meaning.OPT_OUT, "borrower", now)
    connection.close()


def test_where_people_came_from_is_kept_as_their_cards(store_of_the_first_version: Path) -> None:
    connection = Connection(store_of_the_first_version, KEY)
    first, second, third = Book(connection).contacts()
    connection.close()

    assert first.parts == (
        Part(where="book.vcf:1", name="a", numbers=first.numbers, emails=first.emails),
        Part(where="book.vcf:1", name="b"),
    )
    assert second.parts == (
        Part(where="book.vcf:5", name="c", numbers=second.numbers),
        Part(where="book.vcf:9"),
    )
    assert (third.parts, third.sources) == ((Part(where="", name="d", numbers=third.numbers),), ())
    written = CardNumber(text="13800000003", types=frozenset(), where="book.vcf:1")
    card = Card(where="book.vcf:1", version="", full_name="d", numbers=(written,), organisation="o")
    again = contacts.gather([card], [first, second, third], "CN", str).contacts
    assert [(c.id, c.sources, len(c.parts)) for c in again] == [("c3", ("book.vcf:1",), 2)]


def test_a_store_of_the_first_version_takes_proposals(store_of_the_first_version: Path) -> None:
    connection = Connection(store_of_the_first_version, KEY)
    ledger = Ledger(connection)

    assert ledger.proposals() == []
    assert ledger.propose(proposal("c1"))
    assert ledger.proposals() == [proposal("c1")]
    connection.close()


@pytest.mark.parametrize("table", ["attempt", "receipt", "opt_out", "reply", "proposal"])
def test_what_happened_still_cannot_be_changed_or_removed(
    store_of_the_first_version: Path, table: str
) -> None:
    connection = Connection(store_of_the_first_version, KEY)
    ledger = Ledger(connection)
    ledger.opt_out(["a@example.com"], Meaning.OPT_OUT, "email", datetime.now(UTC))  # type: ignore[list-item]
    ledger.propose(proposal("c1"))
    with connection.writing():
        reply = "INSERT INTO reply VALUES (1, 'email', 'p', 's', '', 't', 'other', '')"
        connection.write(reply, {})

    columns = {"opt_out": "hash", "reply": "text", "receipt": "code", "proposal": "said"}
    column = columns.get(table, "channel")
    for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 'x'"):  # noqa: S608 (a table of ours)
        with pytest.raises(StoreUnusableError), connection.writing():
            connection.write(sql, {})
    connection.close()
