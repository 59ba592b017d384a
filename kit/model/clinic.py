"""What a clinic works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One borrower's case in a clinic's database."""

    #: random, given once
    id: str
    name: str = field(repr=False)
    opened_at: datetime
    closed_at: datetime | None
    paused: bool
    #: when it was closed to go on elsewhere
    moved_out_at: datetime | None = None
