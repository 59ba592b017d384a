"""A case that sends by the clinic's own number, to a provider that takes everything at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kit.actions import planning
from kit.model import E164, Contact, Fault, Group, Receipt, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kit.actions.store import Store
    from kit.model import Attempt, Plan, Problem

#: The clinic's own number at Twilio; it is nobody's.
SENDER = {"KIT_TWILIO_SENDER": "+12025550100", "KIT_TWILIO_BASE_URL": "http://127.0.0.1:9"}


@dataclass
class Line:
    """A provider that takes everything at once, and knows when each came."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    came_at: list[datetime] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    fault: Fault | None = None

    def close(self) -> None:
        """Nothing is open."""

    def check(self) -> list[Problem]:
        return []

    def send(self, attempt: Attempt) -> Receipt:
        self.came_at.append(self.clock())
        self.to.append(attempt.recipient)
        status = Status.REJECTED if self.fault else Status.ACCEPTED
        return Receipt(status=status, at=self.clock(), provider_id=attempt.id, fault=self.fault)

    def find(self, attempt: Attempt) -> Receipt | None:
        raise NotImplementedError

    def fetch(self, since: datetime, attempts: Sequence[Attempt]) -> Iterable[Any]:
        raise NotImplementedError


def people(count: int, first: int = 1) -> list[Contact]:
    return [
        Contact(
            id=f"{n:012x}",
            names=(f"n{n}",),
            numbers=(E164(f"+8613800000{n:03}"),),
            group=Group.EVERYONE,
        )
        for n in range(first, first + count)
    ]


def planned(store: Store, count: int = 1, channel: str = "twilio", **more: Any) -> Plan:  # noqa: ANN401
    store.book.save(people(count))
    wish = {"channel": channel, "sender": "小明", "hours": "00:00-24:00", **more}
    return planning.freeze_plan(store, planning.Request(**wish))
