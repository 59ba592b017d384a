"""Run the command line and die by SIGKILL at one boundary: kill_at.py BOUNDARY TIME ARGUMENTS…

BOUNDARY is a function and a side, such as `claim:before`; TIME is which call of it.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from kit.channels.outbox import OutboxChannel
from kit.cli import main
from kit.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

OWNERS: dict[str, type] = {"claim": Ledger, "record": Ledger, "send": OutboxChannel}


def arm(boundary: str, time: int) -> None:
    name, _, side = boundary.partition(":")
    real: Callable[..., Any] = getattr(OWNERS[name], name)
    calls = 0

    def deadly(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == time and side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(*arguments)
        if calls == time and side == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(OWNERS[name], name, deadly)


if __name__ == "__main__":
    arm(sys.argv[1], int(sys.argv[2]))
    sys.argv = ["kit", *sys.argv[3:]]
    main()
