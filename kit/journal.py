"""The journal: what the kit did goes in as ids, counts and words of ours; a line each comes out.

It says what happened to whoever helps, and lies in the clear: so it takes only the events that are
declared here, and of each only facts of a declared form. None of the forms has room for a name, a
number, an address or a text; what does not fit becomes a question mark. Of a message it has the id
of the attempt, and never that of the message too: whoever had both could try number after number
until one fits.

Two small files of the store's folder, 0600; a disk that takes nothing stops no work. What libraries
log themselves goes nowhere: some of them write down whom they ask, and what.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any

from kit.errors.fault import breakdowns, kind_of
from kit.model import Fault, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

#: The later events, then the earlier ones.
FILES = ("journal.jsonl", "journal.1.jsonl")
#: Bytes of each of them.
LARGEST = 500_000
#: So many more, when whoever was to make room died.
_OVER = 50_000
#: What does not fit.
UNFIT = "?"
CHANNELS = ("phone", "page", "android", "email", "twilio", "outbox", "in_person")
_LOG = logging.getLogger("kit.journal")
_RUN_BYTES = 4
#: No telephone number is so small, and no time of ours so long.
_MOST = 9_999_999
#: Never through a link or into a pipe; and what Windows would make of a line's end.
_APPENDING = os.O_WRONLY | os.O_APPEND | os.O_CREAT
_PLAINLY = sum(getattr(os, f"O_{name}", 0) for name in ("NOFOLLOW", "NONBLOCK", "BINARY"))


class Event(StrEnum):
    """What can have happened."""

    BEGAN = "began"  #: a command
    ENDED = "ended"  #: the command, with its exit code and what stopped it
    ASKED = "asked"  #: the page was asked to change something, or had a fault
    FAULT = "fault"  #: of ours; one for the exception, and one for each that it came of
    IMPORTED = "imported"
    PLANNED = "planned"
    SENDING = "sending"  #: a run began, or went on
    STOPPED = "stopped"  #: a run of the page, by itself
    ANSWERED = "answered"  #: something was said of an attempt
    HEARD = "heard"  #: a channel was asked what came back
    ENQUEUED = "enqueued"  #: a confirmed plan waits for a clinic's workers
    TOOK_BACK = "took back"  #: a worker died; so many messages that it had in hand wait again
    NO_KEY = "no key"  #: a worker leaves a case to others
    IN_THE_WAY = "in the way"  #: of a worker, which goes on
    HELD = "held"  #: a sender that was refused too often
    REACHED = "reached"  #: the database answers again, after so long
    IDLE = "idle"  #: a worker found nothing left to do but what waits for later


def _matches(pattern: str) -> Callable[[object], bool]:
    fits = re.compile(pattern, re.ASCII).fullmatch
    return lambda value: isinstance(value, str) and fits(value) is not None


def _one_of(values: Iterable[str]) -> Callable[[object], bool]:
    known = frozenset(values)
    return lambda value: isinstance(value, str) and value in known


def _is_count(value: object) -> bool:
    return type(value) is int and -_MOST <= value <= _MOST


def _are_places(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_place, value))


is_id = _matches(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
_is_run = _matches(r"[0-9a-f]{8}")
#: A command or a page, as our code calls it: nothing that was typed.
_is_name = _matches(r"[a-z]{1,20}([-_. ][a-z]{1,20}){0,4}")
_is_channel = _one_of(CHANNELS)
_is_status = _one_of(Status)
_is_meaning = _one_of(Fault)
_is_class = _matches(r"[A-Za-z_]+[0-9]?(\.[A-Za-z_]+[0-9]?){0,6}")
_is_place = _matches(r"kit(\.[a-z_]+)*:[0-9]{1,5}")
#: A provider's: what it says in words is not kept.
_is_code = _matches(r"(http )?[0-9]{1,5}|not taken|too late")
_is_time = _matches(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

#: What each event may say, and in which form.
FACTS: Mapping[Event, Mapping[str, Callable[[object], bool]]] = {
    Event.BEGAN: {"command": _is_name},
    Event.ENDED: {"command": _is_name, "code": _is_count, "ms": _is_count, "error": _is_class},
    Event.ASKED: {"page": _is_name, "code": _is_count},
    Event.FAULT: {"error": _is_class, "places": _are_places},
    Event.IMPORTED: dict.fromkeys(("cards", "contacts", "new", "problems"), _is_count),
    Event.PLANNED: {
        "plan": is_id,
        "channel": _is_channel,
        "messages": _is_count,
        "skips": _is_count,
    },
    Event.SENDING: {"plan": is_id, "channel": _is_channel, "problems": _is_count},
    Event.STOPPED: {"plan": is_id, "error": _is_class},
    Event.ANSWERED: {
        "attempt": is_id,
        "channel": _is_channel,
        "status": _is_status,
        "fault": _is_meaning,
        "code": _is_code,
    },
    Event.HEARD: {"channel": _is_channel, "receipts": _is_count, "replies": _is_count},
    Event.ENQUEUED: {"plan": is_id, "messages": _is_count},
    Event.TOOK_BACK: {"count": _is_count},
    Event.NO_KEY: {"case": is_id},
    Event.IN_THE_WAY: {"error": _is_class, "channel": _is_channel},
    Event.HELD: {
        "channel": _is_channel,
        "refused": _is_count,
        "tried": _is_count,
        "code": _is_code,
    },
    Event.REACHED: {"ms": _is_count},
    Event.IDLE: {"later": _is_count},
}
_OF_ALL = {"at": _is_time, "run": _is_run}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal, as it was read and looked at again."""

    at: str
    run: str
    event: Event
    facts: Mapping[str, Any]


class _InFile(logging.Handler):
    """Appends to the file, as long as there is a store beside it."""

    def __init__(self, home: Path, made: str) -> None:
        super().__init__()
        self.run = os.urandom(_RUN_BYTES).hex()
        self._made = home / made
        self._file, self._earlier = (home / name for name in FILES)

    def emit(self, record: logging.LogRecord) -> None:
        """Append one line; no disk that is full or read-only stops anything."""
        with contextlib.suppress(OSError):
            if self._made.exists():
                self._append(f"{record.getMessage()}\n".encode("ascii"))

    def _append(self, line: bytes) -> None:
        descriptor = os.open(self._file, _APPENDING | _PLAINLY, 0o600)
        end = 0
        try:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.write(descriptor, line)  # one call: what two programs write does not mix
                end = os.lseek(descriptor, 0, os.SEEK_CUR)
        finally:
            os.close(descriptor)
        # whose line it was makes room, and nobody else: two would throw the earlier events away
        if end - len(line) <= LARGEST < end or end > LARGEST + _OVER:
            self._file.replace(self._earlier)


def keep(home: Path, made: str) -> None:
    """From now on what this process does is written down in the folder, in which `made` lies."""
    stop()
    _LOG.setLevel(logging.INFO)
    _LOG.addHandler(_InFile(home, made))


def stop() -> None:
    """Write nothing down any more."""
    for one in list(_LOG.handlers):
        _LOG.removeHandler(one)


def note(event: Event, **facts: object) -> None:
    """Something happened; a fact that is nothing is left out."""
    for handler in _LOG.handlers:
        if isinstance(handler, _InFile):
            _LOG.info("%s", line(event, handler.run, facts))


def fault(error: BaseException) -> None:
    """The kit itself was wrong."""
    for one in breakdowns(error):
        note(Event.FAULT, error=one.kind, places=list(one.places))


def line(event: Event, run: str, facts: Mapping[str, object]) -> str:
    """An event as it is written; a fact without the declared form is a question mark."""
    said = {
        name: _plain(fact) if FACTS[event].get(name, _never)(_plain(fact)) else UNFIT
        for name, fact in facts.items()
        if fact is not None
    }
    unknown = said.keys() - FACTS[event]
    kept = {name: said[name] for name in said if name not in unknown}
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
    return json.dumps(
        {"at": at, "run": run, "event": event.value, **kept, **({UNFIT: UNFIT} if unknown else {})}
    )


def read(home: Path) -> tuple[list[Entry], int]:
    """The entries in the order in which they were written, and how many lines are none.

    Whatever stands there was perhaps not written by this program: it is looked at like anything
    that is to be written.
    """
    entries: list[Entry] = []
    strange = 0
    for name in reversed(FILES):
        for one in _lines(home / name):
            found = _entry(one)
            entries += [found] if found else []
            strange += found is None
    return entries, strange


def quiet() -> None:
    """Let what libraries log go nowhere; at the end of it Python would show it on the screen."""
    root = logging.getLogger()
    if not any(isinstance(one, logging.NullHandler) for one in root.handlers):
        root.addHandler(logging.NullHandler())


def hush(*names: str) -> None:
    """Let these loggers not even say what they would log: it has names and numbers."""
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _never(_: object) -> bool:
    return False


def _plain(fact: object) -> object:
    """A value of an enum as it is called; a class of exceptions too."""
    if isinstance(fact, Enum):
        return fact.value
    return kind_of(fact) if isinstance(fact, type) else fact


def _lines(path: Path) -> list[bytes]:
    with contextlib.suppress(OSError):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                return file.read(2 * LARGEST).splitlines()
    return []


def _entry(raw: bytes) -> Entry | None:
    """The entry of a line, if it is one."""
    try:
        said = json.loads(raw)
        event = Event(said.pop("event"))
        at, run = said.pop("at"), said.pop("run")
        is_one = all(FACTS[event][name](fact) or fact == UNFIT for name, fact in said.items())
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not (is_one and _OF_ALL["at"](at) and _OF_ALL["run"](run)):
        return None
    return Entry(at=at, run=run, event=event, facts=said)
