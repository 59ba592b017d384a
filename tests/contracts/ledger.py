"""What every Ledger must do, whatever database it stands on. A test module subclasses this."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit.ledger import Ledger, attempt_id
from kit.model import E164, Group, Message, Plan, Receipt, Skip, SkipReason, Status, Tone

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def message(number: int = 1, **more: object) -> Message:
    values: dict[str, Any] = {
        "id": f"message{number}",
        "contact_id": f"contact{number}",
        "recipient": E164(f"+861380000000{number}"),
        "channel": "phone",
        "group": Group.EVERYONE,
        "tone": Tone.NEUTRAL,
        "language": "zh-Hans",
        "text": f"text{number}",
        "encoding": "UCS-2",
        "segments": 1,
    }
    return Message(**{**values, **more})


def plan(*messages: Message, **more: object) -> Plan:
    values: dict[str, Any] = {
        "id": "plan",
        "notice_id": "notice",
        "channel": "phone",
        "rehearsal": False,
        "frozen_at": NOW,
        "finish_at": NOW,
        "sender": "小明",
        "messages": messages,
        "skips": (Skip(contact_id="contact9", reason=SkipReason.LANDLINE),),
    }
    return Plan(**{**values, **more})


class LedgerContract:
    """Subclasses give a fixture `ledger` and a fixture `other`, the same one opened twice."""

    @pytest.fixture(autouse=True)
    def _notice(self, ledger: Ledger) -> None:
        ledger.open_notice("notice", NOW, rehearsal=False)

    def frozen(self, ledger: Ledger, *numbers: int) -> Plan:
        frozen = plan(*map(message, numbers))
        ledger.freeze(frozen)
        return frozen

    def test_a_plan_comes_back_as_it_was_frozen(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 2, 1)

        assert ledger.current_plan() == frozen
        assert ledger.real_notice() == "notice"

    def test_the_last_plan_is_the_current_one(self, ledger: Ledger) -> None:
        self.frozen(ledger, 1)
        ledger.open_notice("rehearsal", NOW, rehearsal=True)
        ledger.freeze(plan(message(3), id="later", notice_id="rehearsal", rehearsal=True))

        current = ledger.current_plan()
        assert current is not None
        assert (current.id, current.rehearsal) == ("later", True)
        assert ledger.real_notice() == "notice"

    def test_a_message_can_be_claimed_once(self, ledger: Ledger, other: Ledger) -> None:
        frozen = self.frozen(ledger, 1)
        attempt = ledger.claim(frozen, frozen.messages[0], (), NOW)

        assert attempt is not None
        assert attempt.id == attempt_id(frozen.messages[0], 1)
        assert ledger.claim(frozen, frozen.messages[0], (), NOW) is None
        assert other.claim(frozen, frozen.messages[0], (), NOW) is None

    def test_a_claim_is_on_its_way_until_something_is_recorded(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1)
        attempt = ledger.claim(frozen, frozen.messages[0], (), NOW)
        assert attempt is not None
        assert ledger.standings("notice")["message1"].status is Status.SENDING
        assert ledger.open_attempts("notice", "phone", Status.SENDING) == [attempt]

        later = NOW + timedelta(minutes=1)
        ledger.record(attempt.id, Receipt(status=Status.ACCEPTED, at=later, provider_id="p1"))
        standing = ledger.standings("notice")["message1"]
        assert (standing.status, standing.at, standing.provider_id) == (
            Status.ACCEPTED,
            later,
            "p1",
        )
        assert ledger.open_attempts("notice", "phone", Status.SENDING) == []

    @pytest.mark.parametrize("status", [s for s in Status if s is not Status.PLANNED])
    def test_only_what_is_planned_can_be_tried_again(self, ledger: Ledger, status: Status) -> None:
        frozen = self.frozen(ledger, 1)
        attempt = ledger.claim(frozen, frozen.messages[0], (), NOW)
        assert attempt is not None
        ledger.record(attempt.id, Receipt(status=status, at=NOW))

        assert ledger.claim(frozen, frozen.messages[0], (), NOW) is None

    def test_every_try_has_an_id_of_its_own(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1)
        first = ledger.claim(frozen, frozen.messages[0], (), NOW)
        assert first is not None
        ledger.record(first.id, Receipt(status=Status.PLANNED, at=NOW))
        second = ledger.claim(frozen, frozen.messages[0], (), NOW)

        assert second is not None
        assert (second.n, second.id != first.id) == (2, True)

    def test_one_recipient_gets_one_message_of_a_notice(self, ledger: Ledger) -> None:
        one, two = message(1), message(2, recipient=E164("+8613800000001"))
        frozen = plan(one, two)
        ledger.freeze(frozen)

        assert ledger.claim(frozen, one, (), NOW) is not None
        assert ledger.claim(frozen, two, (), NOW) is None

    def test_one_person_gets_one_message_however_many_numbers(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1, 2)
        one, two = frozen.messages
        assert ledger.claim(frozen, one, (), NOW) is not None

        merged = (two.recipient, one.recipient)
        assert ledger.claim(frozen, two, merged, NOW) is None

    def test_a_plan_that_was_replaced_claims_nothing(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1)
        ledger.freeze(replace(frozen, id="later"))

        assert ledger.claim(frozen, frozen.messages[0], (), NOW) is None

    def test_a_claim_made_under_an_earlier_plan_keeps_its_text(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1)
        ledger.claim(frozen, frozen.messages[0], (), NOW)
        ledger.freeze(plan(message(1, text="changed"), id="later"))

        assert [a.text for a in ledger.open_attempts("notice", "phone", Status.SENDING)] == [
            "text1"
        ]

    def test_the_pace_counts_what_has_left_by_that_channel(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1, 2, 3)
        attempts = [
            ledger.claim(frozen, m, (), NOW + timedelta(minutes=n))
            for n, m in enumerate(frozen.messages)
        ]
        back = attempts[1]
        assert back is not None
        ledger.record(back.id, Receipt(status=Status.PLANNED, at=NOW))

        before = NOW - timedelta(seconds=1)
        assert ledger.claimed_since("phone", before) == [NOW, NOW + timedelta(minutes=2)]
        assert ledger.claimed_since("phone", NOW) == [NOW + timedelta(minutes=2)]
        assert ledger.claimed_since("outbox", before) == []
