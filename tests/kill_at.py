"""Run the command line and die by SIGKILL at one boundary: kill_at.py BOUNDARY TIME ARGUMENTS…

BOUNDARY is an act and a moment, such as `claim:before`; TIME is which one of them. The acts: a
message is claimed, its bytes leave this computer, the answer is recorded; a part of an exhibit, or
an entry of the record, is written. What is claimed, recorded or written is `unsaved` until its
transaction is on the disk.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.cli import main
from kit.connector import Connection
from kit.ledger import Ledger
from kit.ledger.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Where an act happens. Bytes leave by `socket`, whatever library writes them; a file of the
#: outbox is there with its name.
ACTS: dict[str, tuple[tuple[type, str], ...]] = {
    "claim": ((Ledger, "claim"),),
    "bytes": ((socket.socket, "sendall"), (socket.socket, "send"), (Path, "replace")),
    "record": ((Ledger, "record"),),
    "part": ((Record, "save_part"),),
    "entry": ((Record, "append"),),
}
#: What only the piece has that holds the text: Twilio's form, SMSGate's JSON, a mail's end.
MARKS = (b"Body=", b'"textMessage"', b"\r\n.\r\n")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Death:
    """Waits for one moment of one act."""

    def __init__(self, boundary: str, time: int) -> None:
        self.act, _, self.moment = boundary.partition(":")
        self.time = time
        self.calls = itertools.count(1)
        #: the act is done; death comes when it is on the disk
        self.is_due = False

    def arm(self) -> None:
        for owner, name in ACTS[self.act]:
            setattr(owner, name, self.around(getattr(owner, name)))
        if self.act != "bytes" and self.moment == "after":
            Connection.writing = self.after_commit(Connection.writing)  # type: ignore[method-assign]

    def around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def deadly(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 (whatever it gives)
            is_last = self.is_it(arguments[1]) and next(self.calls) == self.time
            if is_last and self.moment == "before":
                die()
            self.is_due = self.is_due or (is_last and self.act != "bytes")
            answer = real(*arguments, **named)
            if is_last and (self.act == "bytes" or self.moment == "unsaved"):
                die()
            return answer

        return deadly

    def is_it(self, argument: object) -> bool:
        """Whether this call is one of the message itself, and not of what is around it."""
        if self.act != "bytes" or isinstance(argument, Path):
            return True
        return any(mark in bytes(argument) for mark in MARKS)  # type: ignore[call-overload]

    def after_commit(self, real: Callable[..., Any]) -> Callable[..., Any]:
        @contextlib.contextmanager
        def writing(connection: Connection) -> Iterator[None]:
            with real(connection):
                yield
            if self.is_due and not connection._raw.in_transaction:  # noqa: SLF001 (who else knows)
                die()

        return writing


if __name__ == "__main__":
    Death(sys.argv[1], int(sys.argv[2])).arm()
    sys.argv = ["kit", *sys.argv[3:]]
    main()
