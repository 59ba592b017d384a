"""What contacts report waits until the borrower takes it, as the account of whoever sent it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import card

from kit.actions import accepting, recording, reporting
from kit.actions.importing import import_files
from kit.errors import FutureIncidentError, NoProposalError, TimeUntoldError
from kit.inbox.line import write_line
from kit.model import (
    E164,
    Account,
    EntryKind,
    Heard,
    IncidentKind,
    Meaning,
    Reply,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from conftest import Kit

    from kit.actions.store import Store

pytestmark = pytest.mark.usefixtures("both_stores")
NUMBER = E164("+8613800000001")
LINE = write_line("KIT1|2026-11-21 09:30|13800000123|某某金融|说要到我单位找人|yn|")
OTHER = write_line("KIT1|2026-11-21 09:40|||问我在哪里|un|")
#: Half an hour before the clock of the tests.
AT = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _mother(store: Store) -> None:
    import_files(store, [io.BytesIO(card("妈妈", NUMBER).encode())])


def reply(store: Store, text: str, **changes: Any) -> None:  # noqa: ANN401 (fields of Reply)
    mother = store.book.contacts()[0].id
    said = Reply(channel="twilio", sender=NUMBER, text=text, at=AT, provider_id="SM1")
    heard = Heard(reply=replace(said, **changes), contact_id=mother, meaning=Meaning.HARASSED)
    with store.changing():
        store.ledger.hear(heard)
        reporting.keep(store, heard)


def test_a_report_that_is_accepted_becomes_an_incident_by_the_contacts_account(
    store: Store,
) -> None:
    reporting.add(store, LINE, "妈妈")
    (waits,) = accepting.waiting(store)
    incident = accepting.accept(store, waits.id[:8])

    assert recording.incidents(store) == [incident]
    assert (incident.kind, incident.at) == (IncidentKind.CALL, AT)
    assert (incident.account, incident.account_of) == (Account.CONTACT, waits.contact_id)
    assert (incident.account_name, incident.to) == ("妈妈", "妈妈")
    assert (incident.contact_id, incident.to_borrower) == (waits.contact_id, False)
    assert (incident.disclosed, incident.refused) == (True, False)
    assert (incident.said_they_were, incident.number) == ("某某金融", "13800000123")
    assert incident.source == f"proposal {waits.id}"
    assert accepting.waiting(store) == []


def test_what_is_declined_waits_no_longer_and_writes_nothing(store: Store) -> None:
    reporting.add(store, f"{LINE}\n{OTHER}", "妈妈")
    first, second = accepting.waiting(store)
    accepting.decline(store, first.id)

    assert [one.id for one in accepting.waiting(store)] == [second.id]
    assert recording.incidents(store) == []
    assert len(reporting.proposals(store)) == 2
    with pytest.raises(NoProposalError):
        accepting.accept(store, first.id)


def test_an_incident_that_was_removed_does_not_come_back_as_a_proposal(store: Store) -> None:
    reporting.add(store, LINE, "妈妈")
    incident = accepting.accept(store, accepting.waiting(store)[0].id)
    recording.remove(store, EntryKind.INCIDENT, incident.id)

    assert accepting.waiting(store) == []
    assert recording.verify(store) == []


def test_a_reply_that_tells_of_a_call_waits_until_it_is_said_when_that_was(store: Store) -> None:
    reply(store, "刚才有人打电话说你欠钱")
    (waits,) = accepting.waiting(store)
    with pytest.raises(TimeUntoldError):
        accepting.accept(store, waits.id)
    assert recording.incidents(store) == []
    earlier = AT - timedelta(hours=2)
    incident = accepting.accept(store, waits.id, at=earlier)

    assert (waits.at, waits.is_time_told) == (AT, False)
    assert (incident.at, incident.said) == (earlier, "刚才有人打电话说你欠钱")
    assert incident.answered is None
    assert json.loads(incident.original)["at_is"] == "the time of the reply, not of the call"
    assert accepting.waiting(store) == []


def test_what_the_borrower_knows_better_is_taken(store: Store) -> None:
    reply(store, "收到催收短信")
    at = AT - timedelta(hours=2)
    (waits,) = accepting.waiting(store)
    incident = accepting.accept(store, waits.id, at=at, kind=IncidentKind.TEXT)

    assert (incident.at, incident.kind) == (at, IncidentKind.TEXT)


def test_a_reply_with_a_report_line_waits_once(store: Store) -> None:
    reply(store, f"你看 {LINE}")
    (waits,) = accepting.waiting(store)

    assert waits.is_time_told


def test_of_somebody_who_is_not_in_the_book_it_stays_an_account(store: Store) -> None:
    reporting.add(store, LINE)
    incident = accepting.accept(store, accepting.waiting(store)[0].id)

    assert (incident.account, incident.account_of, incident.to) == (Account.CONTACT, "", "")
    assert not incident.to_borrower


def test_all_are_taken_or_none(store: Store) -> None:
    reporting.add(store, LINE, "妈妈")
    reply(store, "刚才有人打电话")

    with pytest.raises(FutureIncidentError):
        accepting.take(store, accepting.waiting(store), at=AT + timedelta(days=1))
    assert recording.incidents(store) == []
    assert len(accepting.waiting(store)) == 2


def test_what_was_noted_before_by_another_way_waits_no_longer(store: Store) -> None:
    reporting.add(store, LINE, "妈妈")
    (waits,) = accepting.waiting(store)
    recording.note(store, replace(waits.told, source=""))
    accepting.accept(store, waits.id)

    assert accepting.waiting(store) == []
    assert len(recording.incidents(store)) == 1


class TestCommands:
    @pytest.fixture
    def kit(self, kit_then: Kit) -> Callable[..., Result]:
        kit_then("inbox", "add", "--from", "妈妈", f"{LINE}\n{OTHER}")
        return kit_then

    def test_what_waits_is_listed_taken_and_left_out(self, kit: Callable[..., Result]) -> None:
        lines = kit("evidence", "accept", "--json").stdout.splitlines()
        first, second = map(json.loads, lines)
        shown = kit("evidence", "accept").stdout
        left_out = kit("evidence", "decline", second["id"][:8])
        taken = kit("evidence", "accept", "--all")

        assert (first["number"], first["disclosed"], first["refused"]) == (
            "13800000123",
            True,
            False,
        )
        heading = f"{first['id'][:8]} · 2026-11-21 09:30 · call · 13800000123 → 妈妈"
        assert shown.startswith(f"{heading}\n  They said they were: 某某金融\n")
        assert "Was a debt named? yes\n  Did the contact refuse? no\n" in shown
        assert "说要到我单位找人" in shown
        assert left_out.stdout == "Left out: 1. Nothing was written down.\n"
        assert taken.stdout == "Written down, by the account of whoever sent it: 1.\n"
        assert kit("evidence", "accept").stdout.startswith("Nothing waits.")

    def test_what_stays_of_a_removed_report_is_said(self, kit: Callable[..., Result]) -> None:
        kit("evidence", "accept", "--all")

        removed = kit("evidence", "remove", "1", "--yes")
        assert "What the contact reported or wrote stays where it came in" in removed.stderr

    def test_what_somebody_who_is_in_no_book_told_is_not_the_borrowers_account(
        self, kit: Callable[..., Result]
    ) -> None:
        kit("inbox", "add", write_line("KIT1|2026-11-21 09:20|||说要找我|un|"))
        waits = kit("evidence", "accept").stdout
        kit("evidence", "accept", "--all")
        told = kit("evidence", "list").stdout

        assert waits.count("By the account of: (not in your contacts)") == 1
        assert told.count("By the account of: (not in your contacts)") == 1
        assert "By your own account" not in waits + told

    def test_of_all_those_are_taken_of_which_somebody_said_when_it_was(
        self, kit: Callable[..., Result], store: Store
    ) -> None:
        reply(store, "刚才有人打电话说你欠钱")
        taken = kit("evidence", "accept", "--all")
        (left,) = map(json.loads, kit("evidence", "accept", "--json").stdout.splitlines())

        assert (taken.exit_code, left["is_time_told"]) == (3, False)
        assert "nobody said when it was: 1" in taken.stderr
        assert kit("evidence", "accept", left["id"]).exit_code == 1
        assert kit("evidence", "accept", left["id"], "--at", "2026-11-21 09:10").exit_code == 0

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (("accept", "zzz"), 1),
            (("accept", "--all", "--at", "2026-11-20 10:00"), 2),
            (("accept", "--at", "2026-11-20 10:00"), 2),
            (("decline",), 2),
            (("decline", "zzz"), 1),
        ],
    )
    def test_what_names_no_one_proposal_changes_nothing(
        self, kit: Callable[..., Result], arguments: tuple[str, ...], code: int
    ) -> None:
        assert kit("evidence", *arguments).exit_code == code
        assert len(kit("evidence", "accept", "--json").stdout.splitlines()) == 2


def test_nothing_of_a_proposal_is_in_its_repr(store: Store) -> None:
    reporting.add(store, LINE, "妈妈")

    assert "某某金融" not in repr(accepting.waiting(store))
