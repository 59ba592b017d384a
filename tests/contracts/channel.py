"""What every channel must do. A test module subclasses this for each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from kit.channels import CAPABILITIES
from kit.model import E164, NAMESPACE, Address, Attempt, Status

if TYPE_CHECKING:
    from kit.channels import Channel

TEXT = "我是小明。“核实”请{check}。\nEND"
#: When the clock of the tests begins, and when the night does.
MORNING = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
NIGHT = MORNING + timedelta(hours=10)


def attempt(number: int = 1, channel: str = "phone", **other: Any) -> Attempt:  # noqa: ANN401  # fields of an attempt
    fields: dict[str, Any] = {
        "id": str(uuid5(NAMESPACE, f"attempt {number}")),
        "message_id": str(uuid5(NAMESPACE, f"message {number}")),
        "channel": channel,
        "recipient": E164(f"+8613800000{number:03}"),
        "text": TEXT,
        "language": "zh-Hans",
        "n": 1,
        "claimed_at": MORNING,
        "until": NIGHT,
    }
    return Attempt(**fields | other)


class ChannelContract:
    """Subclasses give a fixture `channel`, ready to send, with nothing sent."""

    name = "phone"

    def recipient(self, number: int) -> Address:
        return E164(f"+8613800000{number:03}")

    def attempt(self, number: int = 1) -> Attempt:
        return attempt(number, self.name, recipient=self.recipient(number))

    def test_nothing_stands_in_the_way(self, channel: Channel) -> None:
        assert channel.check() == []

    def test_sending_gives_a_receipt_with_a_time_that_has_a_zone(self, channel: Channel) -> None:
        receipt = channel.send(self.attempt())

        assert receipt.status in (Status.ACCEPTED, Status.HANDED_OVER)
        assert receipt.at.tzinfo is not None

    def test_what_was_never_sent_is_not_found(self, channel: Channel) -> None:
        channel.send(self.attempt(1))

        assert channel.find(self.attempt(2)) is None

    def test_what_was_taken_is_found_as_it_was_taken(self, channel: Channel) -> None:
        receipt = channel.send(self.attempt())
        found = channel.find(self.attempt())

        if receipt.status is Status.HANDED_OVER:
            assert found is None  # nothing is shown before `handed_over` is recorded
        elif found is None:
            assert not CAPABILITIES[self.name].can_rule_out  # nothing proves nothing
        else:
            assert found == receipt
