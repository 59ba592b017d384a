"""Which apps read contacts, or may: a report, a dump or a phone goes in, an audit comes out.

It needs no store, and keeps nothing. A phone is only asked, by `adb`; nothing on it is changed.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, AnyStr

from kit.actions import child
from kit.actions.exhibits import Handed
from kit.actions.guiding import USUAL, facts, today
from kit.actions.sources import shown_name
from kit.audit import package_dump, privacy_report
from kit.audit.package_dump import PERMISSIONS, PackageDump, is_own
from kit.audit.privacy_report import NEAR_S, PrivacyReport
from kit.errors import (
    AdbFailedError,
    AdbMissingError,
    AuditPictureError,
    AuditTakenError,
    AuditUnreadableError,
    AuditUnwrittenError,
    NoPhoneError,
    NothingAuditedError,
    NothingToDrawError,
    PhoneRefusesError,
    SeveralPhonesError,
    reason_of,
)
from kit.model import Audit, AuditForm, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from kit.jurisdiction import Fact
    from kit.settings import Settings

__all__ = ["NEAR_S", "Audit", "AuditForm", "Handed", "is_own"]

#: Bytes by which a file is known for what it is.
_HEAD = 65_536
#: Lines of them that are looked at.
_FIRST_LINES = 200
_BOM = b"\xef\xbb\xbf"
_BLANK = b"\xef\xbb\xbf\xff\xfe\0\r\n\t "
#: Seconds that `adb` may take to say which phones there are, and to list the apps of one.
_SECONDS = 30.0, 120.0
#: Bytes of that list; a phone's has some ten million.
_LONGEST_DUMP = 200_000_000
#: How a phone is called that lets adb in; and how lines begin that are of no phone.
_READY, _NO_ROW = "device", ("*", "List of devices", "adb ")

_EMPTY = "The file is empty. Copy it from the phone once more."
_PACKED = "This is a packed file. Unpack it first, then name the file that was in it."
_WEB_PAGE = "This is a web page."
_BINARY = "This is no text: a picture, perhaps, or a program."

_PACKS = (
    *(b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf\x27\x1c"),
    *(b"\xfd7zXZ", b"BZh"),
)
_PAGES = (b"<!doctype html", b"<html")

#: What stands beside an audit, by the ids of facts: what the rule allows; what to give an app
#: instead of the book; how to take it away.
_RULES = ("app-necessary", "app-191")
_INSTEAD = {
    AuditForm.PRIVACY_REPORT: ("perm-ios-limited",),
    AuditForm.PACKAGE_DUMP: ("perm-xiaomi-mask", "perm-oppo-standin"),
}
_REVOKE = {
    AuditForm.PRIVACY_REPORT: ("perm-ios",),
    AuditForm.PACKAGE_DUMP: ("perm-android",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside an audit: facts, each with its source."""

    rules: tuple[Fact, ...]
    instead: tuple[Fact, ...]
    revoke: tuple[Fact, ...]
    #: in which they are
    language: str
    #: some of them was checked more than twelve months ago
    is_stale: bool


def audit(handed: Handed) -> Audit:
    """All that a report or a dump says; by its content, whatever it is called.

    Raises:
        AuditUnreadableError: it cannot be read to its end.
        NothingAuditedError: it is something else.
    """
    try:
        with handed.open() as stream:
            if not stream.seekable():
                raise AuditUnreadableError(reason=reason_of(OSError(errno.ENODEV, "")))
            return _audit(stream, shown_name(handed.name))
    except OSError as error:
        raise AuditUnreadableError(reason=reason_of(error)) from None


def audit_file(path: Path) -> Audit:
    """The same of a file by its path; what is no file, such as a pipe, is not waited for.

    Raises:
        AuditUnreadableError, NothingAuditedError: as `audit` does.
    """
    return audit(Handed(name=path.name, open=lambda: _opened(path)))


def audit_phone() -> Audit:
    """What the one phone that is connected says of its apps; it is only asked.

    Raises:
        AdbMissingError, NoPhoneError, PhoneRefusesError, SeveralPhonesError: there is none to ask.
        AdbFailedError: it gave no answer.
    """
    adb = child.found("adb")
    if not adb:
        raise AdbMissingError
    _check_one(_asked(adb, "devices", seconds=_SECONDS[0]).decode(errors="replace"))
    printed = _asked(adb, "shell", "dumpsys", "package", seconds=_SECONDS[1])
    try:
        return _of_dump(io.BytesIO(printed), "adb", "utf-8")
    except NothingAuditedError:
        raise AdbFailedError from None


def beside(form: AuditForm) -> Beside:
    """What the rules allow, what to give instead and how to take it away, by facts."""
    known = facts(USUAL)
    rules, instead, revoke = (
        tuple(known.by_id[one] for one in ids) for ids in (_RULES, _INSTEAD[form], _REVOKE[form])
    )
    cited = (*rules, *instead, *revoke)
    return Beside(
        rules=rules,
        instead=instead,
        revoke=revoke,
        language=known.language,
        is_stale=any(fact.is_stale(today()) for fact in cited),
    )


def commands(found: Audit) -> tuple[str, ...]:
    """What takes away what an app was granted, to be copied; nobody runs it here.

    What the phone gave its own apps is left out.
    """
    names = {kind: permission for permission, kind in PERMISSIONS.items()}
    return tuple(
        f"adb shell pm revoke {one.app} {names[one.kind]}"  # type: ignore[index]
        for one in found.permissions
        if one.granted and not is_own(one)
    )


def picture(found: Audit, say: Callable[..., str], language: str) -> str:
    """The accesses by app, day by day, as a drawing (SVG).

    Raises:
        NothingToDrawError: it does not say when something was read.
    """
    from kit.letters.accesses import accesses

    if not found.accesses:
        raise NothingToDrawError
    return accesses(found.accesses, say, language)


def check_picture(path: Path) -> None:
    """See, before anything is read, that a picture can have that name.

    Raises:
        AuditPictureError: its ending is of no picture.
        AuditTakenError: something has the name.
    """
    if path.suffix.lower() not in (".svg", ".png"):
        raise AuditPictureError
    if os.path.lexists(path):
        raise AuditTakenError


def write_picture(settings: Settings, found: Audit, path: Path, say: Callable[..., str]) -> None:
    """Write the drawing, as SVG or as PNG, and over nothing.

    Raises:
        NothingToDrawError, AuditPictureError, AuditTakenError: as above.
        PicturesMissingError: what makes a PNG of it is not on this computer.
        AuditUnwrittenError: it cannot be written.
    """
    from kit import private_file
    from kit.actions import drawing, loose

    check_picture(path)
    language = settings.language
    drawn = picture(found, say, language)
    is_png = path.suffix.lower() == ".png"
    content = drawing.draw_svg(drawn, language) if is_png else drawn.encode()
    try:
        loose.remember(settings, [path])
        private_file.write(path, content, keep=True)
        if path.read_bytes() != content:
            raise AuditTakenError
    except OSError as error:
        raise AuditUnwrittenError(reason=reason_of(error)) from None


def _opened(path: Path) -> BinaryIO:
    """The file, be it by a link; what is none is not opened, for it may have no end."""
    waits_not = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, os.O_RDONLY | waits_not)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise OSError(errno.EISDIR if stat.S_ISDIR(mode) else errno.ENODEV, "")
    return os.fdopen(descriptor, "rb")


def _audit(stream: BinaryIO, where: str) -> Audit:
    from kit.vcard.window import utf_16_of

    start = stream.read(_HEAD)
    encoding = utf_16_of(start)
    text = start.decode(encoding, "replace").encode() if encoding else start
    if what := _what_else(text):
        raise NothingAuditedError(problems=(Problem(where=where, what=what),))
    if _is_report(text):
        return _of_report(stream, where, encoding)
    return _of_dump(stream, where, encoding or _charset(start))


def _what_else(start: bytes) -> str:
    """What it is, if it is neither, by how it begins; nothing when it may be one."""
    if len(start) < _HEAD and not start.strip(_BLANK):
        return _EMPTY
    if start.startswith(_PACKS):
        return _PACKED
    if start.lstrip(_BLANK).lower().startswith(_PAGES):
        return _WEB_PAGE
    return _BINARY if 0 in start else ""


def _is_report(start: bytes) -> bool:
    """Whether one of the first lines is an object of JSON; the very first may be cut off."""
    first = start.removeprefix(_BOM).splitlines()[:_FIRST_LINES]
    return any(line.lstrip(b"[, \t").startswith(b"{") for line in first)


def _charset(start: bytes) -> str:
    """Of a dump; its headings may be Chinese, in either of two character sets."""
    try:
        start[: start.rfind(b"\n") + 1].decode()
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _of_report(stream: BinaryIO, where: str, encoding: str) -> Audit:
    report = PrivacyReport(where)
    stream.seek(0)
    report.read(_lines(stream, encoding, privacy_report.LONGEST_LINE))
    stream.seek(0)
    report.read_domains(_lines(stream, encoding, privacy_report.LONGEST_LINE))
    if not report.rows:
        raise NothingAuditedError(problems=_first_of_each(report.problems))
    return Audit(
        form=AuditForm.PRIVACY_REPORT,
        accesses=report.accesses(),
        problems=report.problems,
    )


def _first_of_each(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Where nothing could be used, a line of each sort says enough."""
    return tuple({one.what: one for one in reversed(problems)}.values())[::-1]


def _of_dump(stream: BinaryIO, where: str, encoding: str) -> Audit:
    dump = PackageDump(where)
    stream.seek(0)
    is_wide = encoding.startswith("utf-16")
    lines = _lines(stream, encoding if is_wide else "", package_dump.LONGEST_LINE)
    charset = "utf-8" if is_wide else encoding
    dump.read(line.decode(charset, "replace") for line in lines)
    if not dump.apps:
        raise NothingAuditedError(problems=dump.problems)
    return Audit(
        form=AuditForm.PACKAGE_DUMP,
        permissions=dump.permissions(),
        problems=dump.problems,
        users=sorted(dump.users),
    )


def _lines(stream: BinaryIO, encoding: str, longest: int) -> Iterator[bytes]:
    """The lines, each cut to so many bytes; `encoding` where it is one of wide characters."""
    if encoding:
        text = io.TextIOWrapper(stream, encoding, errors="replace", newline="\n")
        try:
            yield from (line.encode() for line in _cut(text.readline, longest))
        finally:
            text.detach()
        return
    if stream.read(len(_BOM)) != _BOM:
        stream.seek(0)
    yield from _cut(stream.readline, longest)


def _cut(readline: Callable[[int], AnyStr], longest: int) -> Iterator[AnyStr]:
    """Lines of at most so much; what goes beyond is read and dropped."""
    while line := readline(longest):
        yield line
        while len(line) == longest and not line[-1:].isspace():
            line = readline(longest)


def _asked(adb: str, *words: str, seconds: float) -> bytes:
    """What adb prints; nobody waits longer for it than so many seconds."""
    try:
        printed = child.answer(adb, *words, seconds=seconds, most=_LONGEST_DUMP)
    except OSError:
        printed = None
    if printed is None:
        raise AdbFailedError
    return printed


def _check_one(printed: str) -> None:
    """See that exactly one phone is connected, and lets adb in."""
    rows = [line.split() for line in printed.splitlines() if not line.startswith(_NO_ROW)]
    states = [row[1] for row in rows if len(row) > 1]
    if not states:
        raise NoPhoneError
    if len(states) > 1:
        raise SeveralPhonesError(count=len(states))
    if states[0] != _READY:
        raise PhoneRefusesError
