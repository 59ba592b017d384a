"""What every channel must do. A test module subclasses this for each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid5

from kit.model import E164, NAMESPACE, Attempt, Status

if TYPE_CHECKING:
    from kit.channels import Channel

TEXT = "我是小明。“核实”请{check}。\nEND"
CLAIMED_AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def attempt(number: int = 1, channel: str = "outbox") -> Attempt:
    return Attempt(
        id=str(uuid5(NAMESPACE, f"attempt{number}")),
        message_id=str(uuid5(NAMESPACE, f"message{number}")),
        channel=channel,
        recipient=E164(f"+86138{number:08}"),
        text=TEXT,
        language="zh-Hans",
        n=1,
        claimed_at=CLAIMED_AT,
        until=CLAIMED_AT + timedelta(hours=4),
    )


class ChannelContract:
    """Subclasses give a fixture `channel`, ready to send, with nothing sent."""

    def test_nothing_stands_in_the_way(self, channel: Channel) -> None:
        assert channel.check() == []

    def test_sending_gives_a_receipt_with_a_time_that_has_a_zone(self, channel: Channel) -> None:
        receipt = channel.send(attempt())

        assert receipt.status in (Status.ACCEPTED, Status.HANDED_OVER)
        assert receipt.at.tzinfo is not None

    def test_what_was_never_sent_is_not_found(self, channel: Channel) -> None:
        channel.send(attempt(1))

        assert channel.find(attempt(2)) is None

    def test_what_was_taken_is_found_as_it_was_taken(self, channel: Channel) -> None:
        receipt = channel.send(attempt())
        found = channel.find(attempt())

        if receipt.status is Status.HANDED_OVER:
            assert found is None  # nothing is shown before `handed_over` is recorded
        else:
            assert found == receipt
