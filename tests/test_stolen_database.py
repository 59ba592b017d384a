"""Whoever steals a clinic's database reads of nobody, nor guesses: promise 7 without a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from contracts.ledger import NOW, message, plan, way
from postgres import everything_in

from kit.actions import drafting, hearing, recording, reporting
from kit.actions.recording import Told
from kit.inbox.line import write_line
from kit.model import (
    E164,
    Contact,
    Filing,
    FilingEvent,
    Heard,
    IncidentKind,
    Meaning,
    Part,
    Receipt,
    Reply,
    Status,
)

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Clock
    from postgres import Database

    from kit.actions.store import Store
    from kit.model import Case

NAME, WORDS = "王小芳", "不要再打给我了"
LINE = write_line("KIT1|2026-11-21 09:30|13800000456|某某金融|说要到我单位找人|yn|")
NUMBER = E164("+8613800000001")
ONE = message(1, recipient=NUMBER)


@pytest.fixture
def seeds(a_case: Case, store: Store, clock: Clock, tmp_path: Path) -> set[str]:
    """All that must not be read, of a case in which everything has happened once."""
    assert store.settings.case == a_case.id
    person = Contact(
        id=ONE.contact_id,
        names=(NAME,),
        numbers=(NUMBER,),
        parts=(Part(where=f"{NAME}.vcf:1", organisation="某某大学"),),
    )
    store.book.save([person])
    drafting.fill(store, {"name": "李明"})
    store.book.remember_written(tmp_path / NAME, NOW)
    store.ledger.open_notice("notice", NOW, rehearsal=False)
    frozen = plan(ONE)
    store.ledger.freeze(frozen)
    attempt = store.ledger.claim(frozen, ONE, way(ONE), NOW)
    assert attempt is not None
    # as a channel that lets us choose says the attempt's own id
    receipt = Receipt(status=Status.ACCEPTED, at=NOW, provider_id=f"<{attempt.id}@example.com>")
    store.ledger.record(attempt.id, receipt)
    said = Reply(channel="email", sender=NUMBER, text=WORDS, at=NOW, provider_id="<1@wang.example>")
    heard = Heard(reply=said, contact_id=ONE.contact_id, meaning=Meaning.HARASSED)
    store.ledger.hear(heard)
    reporting.add(store, LINE, NAME)
    (reported,) = store.ledger.proposals()
    call = Told(kind=IncidentKind.CALL, at=clock.now, number="13800000123", to=NAME, said=WORDS)
    recording.add(store, call)
    (incident,) = recording.incidents(store)
    store.record.name_collector("+8613800000123", NOW)
    store.filings.add(
        Filing(
            draft="stop",
            event=FilingEvent.SENT,
            on=NOW.date(),
            lender="示例消费金融有限公司",
            reference="SF0000000001",
            noted_at=NOW,
        )
    )
    hearing.stop(store, ONE.contact_id)
    return {
        *(NAME, WORDS, NUMBER, NUMBER.removeprefix("+86"), ONE.text, "李明", "小明"),
        *("某某大学", "13800000123", "13800000456", "某某金融", "wang.example", str(tmp_path)),
        *(
            "示例消费金融有限公司",
            "SF0000000001",
            attempt.id,
            reported.id,
            reported.report.id,
            incident.id,
        ),
    }


def test_nothing_is_read_in_the_database_that_the_case_keeps(
    seeds: set[str], store: Store, many_cases: Database
) -> None:
    kept = everything_in(store)
    with psycopg.connect(many_cases.admin_url, autocommit=True) as raw:
        names = raw.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname IN ('kit', 'public')"
        ).fetchall()
        stolen = "".join(
            f"{row}" for (name,) in names for row in raw.execute(f"TABLE {name}".encode())
        )

    assert {one for one in seeds if one not in kept} == set()
    assert len(stolen) > len(kept) / 2
    for one in seeds:
        assert one not in stolen
        assert repr(one.encode())[2:-1] not in stolen
