"""What every Ledger must do, whatever database it stands on. A test module subclasses this."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit.ledger import Ledger, attempt_id
from kit.ledger.proposals import proposal_id
from kit.model import (
    E164,
    OPEN_STATUSES,
    RETRIED,
    Address,
    Contact,
    Email,
    Fault,
    Group,
    Heard,
    Meaning,
    Message,
    Pace,
    Plan,
    Proposal,
    Receipt,
    Reply,
    Report,
    Skip,
    SkipReason,
    Status,
    Tone,
    Way,
)

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


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
        "zones": ("Asia/Shanghai",),
        "foreseen_at": NOW,
    }
    return Message(**{**values, **more})


def proposal(contact_id: str) -> Proposal:
    report = Report(
        id="report",
        at=NOW,
        number="13800000123",
        said_they_were="某某金融",
        said="找你",
        debt_named=True,
        refused=False,
        checked=True,
    )
    return Proposal(
        id=proposal_id(report.id, contact_id),
        report=report,
        caller=E164("+8613800000123"),
        contact_id=contact_id,
        heard_by="borrower",
        heard_at=NOW,
    )


def plan(*messages: Message, **more: object) -> Plan:
    values: dict[str, Any] = {
        "id": "plan",
        "notice_id": "notice",
        "channel": "phone",
        "rehearsal": False,
        "frozen_at": NOW,
        "finish_at": NOW,
        "sender": "小明",
        "hours": "08:00-21:00",
        "pace": Pace(per_second=2.5, per_day=100),
        "messages": messages,
        "skips": (Skip(contact_id="contact9", reason=SkipReason.LANDLINE),),
    }
    return Plan(**{**values, **more})


def way(message: Message, *addresses: Address) -> Way:
    return Way(
        channel=message.channel,
        recipient=message.recipient,
        addresses=frozenset(addresses),
        until=NOW + timedelta(hours=4),
        segments=message.segments,
    )


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
        attempt = ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW)

        assert attempt is not None
        assert attempt.id == attempt_id("message1", E164("+8613800000001"), 1)
        assert ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW) is None
        assert other.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW) is None

    def test_a_claim_is_on_its_way_until_something_is_recorded(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1)
        attempt = ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW)
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

    @pytest.mark.parametrize("status", OPEN_STATUSES)
    def test_what_may_have_reached_somebody_is_not_tried_again(
        self, ledger: Ledger, status: Status
    ) -> None:
        frozen = self.frozen(ledger, 1)
        attempt = ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW)
        assert attempt is not None
        ledger.record(attempt.id, Receipt(status=status, at=NOW))

        assert ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW) is None

    def test_every_try_has_an_id_of_its_own(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1)
        first = ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW)
        assert first is not None
        ledger.record(first.id, Receipt(status=Status.PLANNED, at=NOW))
        second = ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW)

        assert second is not None
        assert (second.n, second.id != first.id) == (2, True)

    def test_one_recipient_gets_one_message_of_a_notice(self, ledger: Ledger) -> None:
        one, two = message(1), message(2, recipient=E164("+8613800000001"))
        frozen = plan(one, two)
        ledger.freeze(frozen)

        assert ledger.claim(frozen, one, way(one), NOW) is not None
        assert ledger.claim(frozen, two, way(two), NOW) is None

    def test_one_person_gets_one_message_however_many_numbers(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1, 2)
        one, two = frozen.messages
        assert ledger.claim(frozen, one, way(one), NOW) is not None

        merged = (two.recipient, one.recipient)
        assert ledger.claim(frozen, two, way(two, *merged), NOW) is None

    def test_a_plan_that_was_replaced_claims_nothing(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1)
        ledger.freeze(replace(frozen, id="later"))

        assert ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW) is None

    def test_a_claim_made_under_an_earlier_plan_keeps_its_text(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1)
        ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW)
        ledger.freeze(plan(message(1, text="changed"), id="later"))

        assert [a.text for a in ledger.open_attempts("notice", "phone", Status.SENDING)] == [
            "text1"
        ]

    def test_the_pace_counts_what_has_left_by_that_channel(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1, 2, 3)
        attempts = [
            ledger.claim(frozen, m, way(m), NOW + timedelta(minutes=n))
            for n, m in enumerate(frozen.messages)
        ]
        back = attempts[1]
        assert back is not None
        ledger.record(back.id, Receipt(status=Status.PLANNED, at=NOW))

        before, last = NOW - timedelta(seconds=1), (NOW + timedelta(minutes=2), 1)
        assert ledger.gone_since(["phone"], before, LATER) == [(NOW, 1), last]
        assert ledger.gone_since(["outbox", "phone"], NOW, LATER) == [last]
        assert ledger.gone_since(["outbox"], before, LATER) == []

    def test_what_was_claimed_in_a_second_counts_whatever_became_of_it(
        self, ledger: Ledger, other: Ledger
    ) -> None:
        frozen = self.frozen(ledger, 1, 2, 3)
        moments = [NOW + timedelta(seconds=n) for n in range(3)]
        for one, at in zip(frozen.messages, moments, strict=True):
            attempt = ledger.claim(frozen, one, way(one), at)
            assert attempt is not None
            ledger.record(attempt.id, Receipt(status=Status.PLANNED, at=at))

        assert other.claimed_between("phone", NOW, moments[1]) == [moments[1]]
        assert other.claimed_between("phone", NOW, moments[2]) == moments[1:]
        assert other.claimed_between("outbox", NOW, moments[2]) == []

    def test_a_failed_try_has_used_up_the_pace_too(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1)
        first = ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW)
        assert first is not None
        ledger.record(first.id, Receipt(status=Status.UNDELIVERED, at=NOW))
        ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW)

        assert len(ledger.gone_since(["phone"], NOW - timedelta(hours=1), LATER)) == 2

    def test_a_second_try_knows_what_the_provider_calls_the_first(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1)
        first = ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW)
        assert first is not None
        failed = Receipt(
            status=Status.UNDELIVERED, at=NOW, provider_id="p1", fault=Fault.TRANSIENT, code="3"
        )
        ledger.record(first.id, failed)
        ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW)

        (second,) = ledger.open_attempts("notice", "phone", Status.SENDING)
        assert (second.n, second.earlier, second.provider_id) == (2, ("p1",), "")
        assert [(t.status, t.fault) for t in ledger.tries("message1")] == [
            (Status.UNDELIVERED, Fault.TRANSIENT),
            (Status.SENDING, None),
        ]

    def test_slots_of_a_pace_are_given_out_once(self, ledger: Ledger, other: Ledger) -> None:
        second = timedelta(seconds=1)

        slots = [one.reserve("twilio", NOW, second)[0] for one in (ledger, other, ledger)]
        assert slots == [NOW, NOW + second, NOW + 2 * second]
        assert ledger.reserve("email", NOW, second) == (NOW, NOW)

    def test_nothing_leaves_while_a_channel_is_held(self, ledger: Ledger) -> None:
        ledger.hold("twilio", NOW, NOW + timedelta(seconds=30))
        ledger.hold("twilio", NOW, NOW + timedelta(seconds=10))
        later = NOW + timedelta(seconds=30)

        assert ledger.reserve("twilio", NOW, timedelta()) == (later, later)
        assert ledger.held_until("twilio", NOW) == later
        assert ledger.held_until("twilio", later) == later

    def test_no_hold_is_longer_than_an_hour(self, ledger: Ledger) -> None:
        ledger.hold("twilio", NOW, NOW + timedelta(hours=7))

        assert ledger.held_until("twilio", NOW) == NOW + timedelta(hours=1)
        assert ledger.held_until("twilio", NOW - timedelta(hours=1)) == NOW - timedelta(hours=1)

    def test_a_claim_of_tomorrow_counts_as_of_now(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1, 2)
        for message_, at in zip(
            frozen.messages, (timedelta(hours=5), timedelta(days=9)), strict=True
        ):
            ledger.claim(frozen, message_, way(message_), NOW + at)

        assert ledger.gone_since(["phone"], NOW - timedelta(days=1), NOW) == [(NOW, 1)]

    def test_what_is_tried_again_by_request_has_used_up_the_pace(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1)
        attempt = ledger.claim(frozen, frozen.messages[0], way(frozen.messages[0]), NOW)
        assert attempt is not None
        ledger.record(attempt.id, Receipt(status=Status.PLANNED, at=NOW, code=RETRIED))

        assert ledger.gone_since(["phone"], NOW - timedelta(hours=1), LATER) == [(NOW, 1)]

    def test_a_clock_that_was_set_back_holds_nothing_for_ever(self, ledger: Ledger) -> None:
        ledger.reserve("twilio", NOW + timedelta(days=400), timedelta(seconds=1))

        assert ledger.reserve("twilio", NOW, timedelta(seconds=1)) == (NOW, NOW)

    def test_a_pause_is_kept_until_it_is_lifted(self, ledger: Ledger, other: Ledger) -> None:
        ledger.pause("twilio", NOW, paused=True)
        ledger.reserve("twilio", NOW, timedelta())
        assert other.is_paused("twilio")
        ledger.pause("twilio", NOW, paused=False)

        assert not other.is_paused("twilio")
        assert not other.is_paused("android")

    def test_an_opt_out_is_kept_as_a_hash_only(self, ledger: Ledger, other: Ledger) -> None:
        one, two, three = E164("+8613800000001"), Email("a@example.com"), E164("+8613800000002")
        assert ledger.opted_out([one]) == {}
        ledger.opt_out([one], Meaning.WRONG_PERSON, "twilio", NOW)
        ledger.opt_out([one, two], Meaning.OPT_OUT, "twilio", NOW)
        ledger.opt_out([one], Meaning.WRONG_PERSON, "twilio", NOW)

        assert other.opted_out([one, two, three]) == {one: Meaning.OPT_OUT, two: Meaning.OPT_OUT}

    def test_a_reply_is_heard_once(self, ledger: Ledger) -> None:
        reply = Reply(
            channel="twilio",
            sender=E164("+8613800000001"),
            text="退订🙏",
            at=NOW,
            provider_id="SM1",
        )
        heard = Heard(reply=reply, contact_id="", meaning=Meaning.OPT_OUT)

        assert [ledger.hear(heard), ledger.hear(heard)] == [True, False]
        assert ledger.replies() == [heard]

    def test_a_proposal_is_kept_once_for_each_who_sent_it(
        self, ledger: Ledger, other: Ledger
    ) -> None:
        unsaid, mother, father = (proposal(who) for who in ("", "mother", "father"))
        again = replace(mother, heard_by="twilio", heard_at=LATER)

        assert [ledger.propose(one) for one in (unsaid, unsaid, mother)] == [True, False, True]
        assert [ledger.propose(one) for one in (again, unsaid, father)] == [False, False, True]
        assert other.proposals() == [mother, father]

    def test_proposals_come_in_the_order_of_the_calls(self, ledger: Ledger) -> None:
        report = replace(proposal("").report, id="late", at=LATER, debt_named=None, refused=None)
        late = replace(proposal(""), id="late", report=report, caller=None)
        for one in (late, proposal("")):
            ledger.propose(one)

        assert ledger.proposals() == [proposal(""), late]

    def test_whoever_was_told_in_person_is_told(self, ledger: Ledger) -> None:
        frozen = self.frozen(ledger, 1)
        number = E164("+8613800000009")
        ledger.save_told("notice", "message9", Contact(id="contact9", numbers=(number,)), NOW)

        assert frozen.id == ledger.last_plan_of("notice")
        assert ledger.standing("message9") is Status.DELIVERED
        assert ledger.told("notice") == (frozenset({"contact9"}), frozenset({number}))
        assert ledger.messages_to("notice", [number]) == ["message9"]
