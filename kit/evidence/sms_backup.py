"""Backups of an Android phone: a stream of XML goes in, calls and texts come out, one by one.

The app is SMS Backup & Restore; its files are `calls` and `smses`. Nothing is held but the row
that is being read. Entities and declarations are refused: no backup has any, attacks do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from kit.evidence.backup_text import BackupText, digested
from kit.evidence.chain import canonical
from kit.model import IncidentKind, LogRow, Problem

#: Whether the row itself is given along, by the number it has.
Wanted = Callable[[str], bool]

#: Characters that may be read without an element or text coming of them.
_LONGEST_TOKEN = 8_000_000
#: Parts and addresses of one MMS that are looked at, and characters in them.
_MOST_PARTS = 500

_ROOTS = ("calls", "smses")
#: Call types (android.provider.CallLog.Calls): came in, and whether somebody spoke; nothing: by
#: its duration.
_CALL_TYPES: Mapping[str, tuple[bool, bool | None]] = {
    "1": (True, None),
    "2": (False, None),
    "3": (True, False),  # missed
    "4": (True, False),  # voicemail
    "5": (True, False),  # rejected
    "6": (True, False),  # blocked
    "7": (True, True),  # answered on another device
}
#: Message types (android.provider.Telephony.TextBasedSmsColumns): 1 is the inbox.
_INBOX, _MESSAGE_TYPES = "1", frozenset("123456")
#: Presentations of a number that is not shown: restricted, unknown, payphone.
_HIDING = ("2", "3", "4")
_HIDDEN = ("", "-1", "-2", "-3", "unknown", "private", "anonymous")
#: Who sent an MMS (OMA-MMS From), and what stands there for one's own number.
_FROM, _ONESELF = "137", "insert-address-token"
_NULL = "null"
_SEVERAL = "~"
_MOST_DIGITS = 14
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_NOT_ONE = "This is no backup of calls or texts by SMS Backup & Restore."
_DECLARES = "The file declares entities, as no backup does and attacks do; nothing of it was used."
_CUT_OFF = "The file ends too early; what stands before that is used. Copy it from the phone anew."
_BROKEN = "From here on the file is damaged; what stands before that is used."
_TOO_LONG = "What stands here is longer than any real entry; nothing after it is used."
_NO_TIME = "The entry has no time that can be read; it is left out."
_NO_WAY = "Whether it came in or went out cannot be told; it is left out."
_UNREAD = "Some characters in the file cannot be read; they stand as �."


def read(
    stream: BinaryIO, name: str, wanted: Wanted = lambda _: True
) -> Iterator[LogRow | Problem]:
    """Every call and text, in the order of the file, and what is wrong with it.

    `name` is what the file is called; of which numbers a row is given along, `wanted` says.
    """
    from defusedxml.expatreader import DefusedExpatParser

    rows, text = _Rows(name, wanted), BackupText(stream)
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(rows)
    parser.setErrorHandler(rows)
    what = ""
    for piece in text:
        what = _fed(rows, parser.feed, piece)
        yield from rows.taken()
        if what:
            break
    what = what or _fed(rows, parser.close)
    if text.is_damaged:
        yield Problem(where=name, what=_UNREAD)
    if what:
        yield Problem(where=rows.where if rows.number else name, what=what)


def _fed(rows: _Rows, feed: Callable[..., None], *piece: str) -> str:
    """Read on; why it goes no further, or nothing."""
    from defusedxml.common import DefusedXmlException

    rows.unanswered += sum(map(len, piece))
    try:
        feed(*piece)
    except DefusedXmlException:
        return _DECLARES
    except _WrongRootError:
        return _NOT_ONE
    except _NoXmlError:
        if not rows.is_begun:
            return _NOT_ONE
        return _BROKEN if piece else _CUT_OFF
    return _TOO_LONG if rows.unanswered > _LONGEST_TOKEN else ""


class _NoXmlError(Exception):
    """It is no XML from there on."""


class _WrongRootError(Exception):
    """It is XML of something else."""


class _Rows:
    """Takes what the reader of XML finds, as `xml.sax` calls it; keeps the rows of it."""

    def __init__(self, name: str, wanted: Wanted) -> None:
        #: of the row that is being read; 1 is the first
        self.number = 0
        self.is_begun = False
        #: characters that nothing came of yet
        self.unanswered = 0
        self._name = name
        self._wanted = wanted
        self._depth = 0
        self._found: list[LogRow | Problem] = []
        self._mms: dict[str, str] | None = None
        self._parts: list[dict[str, Any]] = []
        self._addresses: list[dict[str, str]] = []
        self._room = _LONGEST_TOKEN

    @property
    def where(self) -> str:
        """The place of the row that is being read."""
        return f"{self._name}:{self.number}"

    def taken(self) -> list[LogRow | Problem]:
        """What was found since the last time."""
        found, self._found = self._found, []
        return found

    def startElement(self, tag: str, attributes: Any) -> None:  # noqa: N802, ANN401 (as SAX has it)
        """The root, a row, or a part of an MMS."""
        self.unanswered = 0
        self._depth += 1
        if self._depth == 1:
            if tag not in _ROOTS:
                raise _WrongRootError
            self.is_begun = True
        elif self._depth == 2:  # noqa: PLR2004 (right below the root)
            self.number += 1
            self._start_row(tag, dict(attributes.items()))
        elif self._mms is not None:
            self._add(tag, dict(attributes.items()))

    def endElement(self, tag: str) -> None:  # noqa: N802 (as SAX has it)
        """An MMS is complete when it ends."""
        self.unanswered = 0
        self._depth -= 1
        if self._depth == 1 and tag == "mms" and self._mms is not None:
            self._found.append(self._of_mms(self._mms))
            self._mms, self._parts, self._addresses = None, [], []

    def characters(self, _: str) -> None:
        """Text between elements says nothing."""
        self.unanswered = 0

    def processingInstruction(self, *_: str) -> None:  # noqa: N802 (as SAX has it)
        """How a browser would show the file."""

    def startDocument(self) -> None:  # noqa: N802 (as SAX has it)
        """Nothing was found yet."""

    def endDocument(self) -> None:  # noqa: N802 (as SAX has it)
        """Everything was found."""

    def fatalError(self, _: object) -> None:  # noqa: N802 (as SAX has it)
        """It is no XML from here on; the reader's own words may hold some of it."""
        raise _NoXmlError from None

    def _start_row(self, tag: str, row: dict[str, str]) -> None:
        if tag == "call":
            self._found.append(self._of_call(row))
        elif tag == "sms":
            self._found.append(self._of_sms(row))
        elif tag == "mms":
            self._mms, self._room = row, _LONGEST_TOKEN

    def _add(self, tag: str, fields: dict[str, Any]) -> None:
        """A part or an address of the MMS, as long as there is room for it."""
        if "data" in fields:
            size, digest = digested(fields.pop("data"))
            fields |= {"data_length": size, "data_sha256": digest}
        self._room -= sum(len(str(value)) for value in fields.values())
        if self._room > 0 and len(self._parts) + len(self._addresses) < _MOST_PARTS:
            if tag == "part":
                self._parts.append(fields)
            elif tag == "addr":
                self._addresses.append(fields)

    def _of_call(self, row: dict[str, str]) -> LogRow | Problem:
        at, way = _time(row), _CALL_TYPES.get(row.get("type", ""))
        if at is None or way is None:
            return self._problem(_NO_TIME if at is None else _NO_WAY)
        incoming, answered = way
        duration = _whole_number(row.get("duration", ""))
        if answered is None and duration is not None:
            answered = duration > 0
        number = "" if row.get("presentation") in _HIDING else _number(row.get("number", ""))
        return LogRow(
            where=self.where,
            kind=IncidentKind.CALL,
            at=at,
            number=number,
            incoming=incoming,
            answered=answered,
            duration_s=duration,
            original=canonical(row) if self._wanted(number) else "",
        )

    def _of_sms(self, row: dict[str, str]) -> LogRow | Problem:
        at, kind = _time(row), row.get("type", "")
        if at is None or kind not in _MESSAGE_TYPES:
            return self._problem(_NO_TIME if at is None else _NO_WAY)
        number = _number(row.get("address", ""))
        return LogRow(
            where=self.where,
            kind=IncidentKind.TEXT,
            at=at,
            number=number,
            incoming=kind == _INBOX,
            text=_said(row.get("body", "")),
            original=canonical(row) if self._wanted(number) else "",
        )

    def _of_mms(self, row: dict[str, str]) -> LogRow | Problem:
        at, box = _time(row), row.get("msg_box", "")
        if at is None or box not in _MESSAGE_TYPES:
            return self._problem(_NO_TIME if at is None else _NO_WAY)
        number = self._sender(row) if box == _INBOX else _number(row.get("address", ""))
        texts = (_said(one.get("text", "")) for one in self._parts if one.get("ct") == "text/plain")
        whole = {**row, "parts": self._parts, "addrs": self._addresses}
        return LogRow(
            where=self.where,
            kind=IncidentKind.TEXT,
            at=at,
            number=number,
            incoming=box == _INBOX,
            text="\n".join(filter(None, texts)),
            original=canonical(whole) if self._wanted(number) else "",
        )

    def _sender(self, row: dict[str, str]) -> str:
        """Who sent it; the address of the row may be that of everybody in a group."""
        senders = (one.get("address", "") for one in self._addresses if one.get("type") == _FROM)
        found = next((_number(one) for one in senders if one != _ONESELF), "")
        address = row.get("address", "")
        return found or ("" if _SEVERAL in address else _number(address))

    def _problem(self, what: str) -> Problem:
        return Problem(where=self.where, what=what)


def _time(row: Mapping[str, str]) -> datetime | None:
    """Milliseconds since 1970, in UTC; 0 is no time."""
    milliseconds = _whole_number(row.get("date", ""))
    return _EPOCH + timedelta(milliseconds=milliseconds) if milliseconds else None


def _whole_number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS else None


def _number(text: str) -> str:
    """As it was shown; empty where it was not."""
    plain = text.strip()
    return "" if plain.casefold() in (*_HIDDEN, _NULL) else plain


def _said(text: str) -> str:
    return "" if text == _NULL else text
