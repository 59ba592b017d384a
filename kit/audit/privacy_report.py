"""The App Privacy Report of an iPhone (NDJSON): its lines go in, what each app has read comes out.

The lines are read twice: for what was read, then for what was called near in time, which may stand
anywhere. Keys that are not known are passed over, and so is what makes one array of the lines. A
beginning and its end have one identifier and are one; also where the other half is missing, or a
line stands there twice. When something was read is by the clock of the phone.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from kit.audit.noted import Noted
from kit.audit.seen import Seen
from kit.audit.spans import Spans
from kit.model import Access, Reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kit.model import Problem

#: Called near in time is: within so many seconds of an access, before or after.
NEAR_S = 60
#: Bytes of a line; none of a report has as many.
LONGEST_LINE = 100_000
#: Apps and kinds, spans of time, days and domains that are held; a phone has far fewer.
_MOST_KEPT, _MOST_SPANS, _MOST_DAYS, _MOST_DOMAINS = 5_000, 100_000, 1_000, 50_000
#: Accesses of which one half was read.
_MOST_OPEN = 20_000
#: Characters of an app, a kind, a domain.
_LONGEST_NAME = 255

_LONG = "This line is longer than any of a report; it is left out."
_BROKEN = "This line is cut off or damaged; it is left out."
_FOREIGN = "This line is none of an App Privacy Report; it is left out."
_NO_TIME = "This line has no time that can be read; it is left out."
_MANY = "There are more apps in it than a phone has: those that came last are left out."
_LARGE = "It is so large that what stands in it twice may be counted twice."
_WIDE = "There is so much in it that not every domain called near in time is listed."

#: What older reports call a kind.
_SERVICES = {
    "kTCCServiceAddressBook": Reach.CONTACTS,
    "kTCCServicePhotos": Reach.PHOTOS,
    "kTCCServiceCamera": Reach.CAMERA,
    "kTCCServiceMicrophone": Reach.MICROPHONE,
    "kTCCServiceMediaLibrary": Reach.MEDIA,
    "kTCCServiceScreenCapture": Reach.SCREEN,
}
_SERVICE = "kTCCService"
_STREAM = ".stream."
_NETWORK = "networkActivity"
#: Around the objects of an array, each on its line.
_AROUND = b"[,] \t\r\n"
_BEGIN, _END = "intervalBegin", "intervalEnd"
_Row: TypeAlias = dict[str, Any]
_Key: TypeAlias = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class _Kept:
    """What is held of one app and one kind."""

    count: int = 0
    #: ends that no identifier joins to a beginning
    loose_ends: int = 0
    loose_begins: int = 0
    first: datetime
    last: datetime
    days: Counter[date] = field(default_factory=Counter, repr=False)
    spans: Spans = field(default_factory=Spans)
    domains: set[str] = field(default_factory=set, repr=False)

    def lasts(self, at: datetime) -> None:
        """It was at work at that time too."""
        self.first, self.last = min(self.first, at), max(self.last, at)


class PrivacyReport:
    """One report, read line by line; `where` is what it is called in a problem."""

    def __init__(self, where: str) -> None:
        #: lines that were of a report
        self.rows = 0
        self._noted = Noted(where)
        self._seen = Seen()
        self._kept: dict[_Key, _Kept] = {}
        #: by its mark, which half of an access was read, and when
        self._open: dict[int, tuple[str, float]] = {}
        self._spans = self._domains = 0

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The lines that could not be used."""
        return self._noted.problems()

    def read(self, lines: Iterable[bytes]) -> None:
        """Take what was read, and when; of a line that is too long, its beginning is enough."""
        for number, line in enumerate(lines, 1):
            if not line.strip(_AROUND):
                continue
            if what := self._take(line):
                self._noted.line(number, what)
            else:
                self.rows += 1

    def read_domains(self, lines: Iterable[bytes]) -> None:
        """The same lines once more: take what was called near in time."""
        if not any(len(one.spans) for one in self._kept.values()):
            return
        by_app: dict[str, list[_Kept]] = {}
        for (app, _), one in self._kept.items():
            by_app.setdefault(app, []).append(one)
        for line in lines:
            if b'"domain' not in line or len(line) >= LONGEST_LINE:
                continue
            row = _row(line)
            if row is not None and _is_call(row):
                self._call(row, by_app.get(_app(row), []))

    def accesses(self) -> tuple[Access, ...]:
        """What each app has read: contacts first, and of a kind first what was read most often."""
        found = [
            Access(
                app=app,
                kind=kind,
                count=one.count + max(one.loose_begins, one.loose_ends),
                first_at=one.first,
                last_at=one.last,
                days=dict(sorted(one.days.items())),
                domains=tuple(sorted(one.domains)),
            )
            for (app, kind), one in self._kept.items()
        ]
        found.sort(key=lambda one: (one.kind != Reach.CONTACTS, one.kind, -one.count, one.app))
        return tuple(found)

    def _take(self, line: bytes) -> str:
        """Take one line; what is wrong with it, if anything is."""
        if len(line) >= LONGEST_LINE:
            return _LONG
        row = _row(line)
        if row is None:
            return _BROKEN if line.lstrip(_AROUND)[:1] == b"{" else _FOREIGN
        app, kind = _app(row), _kind(row)
        if app and _is_call(row):
            return ""
        if not (app and kind):
            return _FOREIGN
        at = _time(row.get("timeStamp") or row.get("timestamp"))
        if at is None:
            return _NO_TIME
        self._access((app, kind), row, at)
        return ""

    def _access(self, key: _Key, row: _Row, at: datetime) -> None:
        one = self._kept.get(key)
        if one is None:
            if len(self._kept) >= _MOST_KEPT:
                self._noted.whole(_MANY)
                return
            one = self._kept[key] = _Kept(first=at, last=at)
        one.lasts(at)
        half, identifier = row.get("kind"), row.get("identifier")
        is_new = True
        if isinstance(identifier, str) and identifier and not identifier.startswith(_SERVICE):
            mark = hash((key, identifier))
            is_new = self._is_new(mark, half)
            one.count += is_new
            self._near(one, at, self._other_half(mark, half, at.timestamp()))
        else:
            is_new = half != _END
            one.loose_begins += is_new
            one.loose_ends += not is_new
            self._near(one, at, None)
        day = at.date()
        if is_new and (day in one.days or len(one.days) < _MOST_DAYS):
            one.days[day] += 1

    def _is_new(self, mark: int, half: object) -> bool:
        if not self._seen.is_full:
            return self._seen.add(mark)
        self._noted.whole(_LARGE)
        return self._seen.add(mark) and half != _END

    def _other_half(self, mark: int, half: object, moment: float) -> float | None:
        """When the other half of the access was, where that was read before."""
        if half not in (_BEGIN, _END):
            return None
        there = self._open.get(mark)
        if there and there[0] != half:
            del self._open[mark]
            return there[1]
        if not there and len(self._open) < _MOST_OPEN:
            self._open[mark] = str(half), moment
        return None

    def _near(self, one: _Kept, at: datetime, other: float | None) -> None:
        """What is called around that time, and since the other half, is called near in time."""
        moment = at.timestamp()
        begin, end = sorted((moment, moment if other is None else other))
        if self._spans >= _MOST_SPANS:
            self._noted.whole(_WIDE)
            return
        before = len(one.spans)
        one.spans.add(begin - NEAR_S, end + NEAR_S)
        self._spans += len(one.spans) - before

    def _call(self, row: _Row, of_app: list[_Kept]) -> None:
        domain = row["domain"].lower().rstrip(".")
        moments = [at.timestamp() for at in _times(row)]
        for one in of_app:
            if domain not in one.domains and any(map(one.spans.has, moments)):
                if self._domains >= _MOST_DOMAINS:
                    self._noted.whole(_WIDE)
                    return
                one.domains.add(domain)
                self._domains += 1


def _row(line: bytes) -> _Row | None:
    """The object that the line is; nothing where it is none."""
    try:
        row = json.loads(line.strip(_AROUND))
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _is_call(row: _Row) -> bool:
    """Whether it says what an app called."""
    sort = row.get("type", "" if "accessor" in row else _NETWORK)
    return sort == _NETWORK and bool(_name(row.get("domain")))


def _app(row: _Row) -> str:
    accessor = row.get("accessor")
    of_accessor = accessor.get("identifier") if isinstance(accessor, dict) else accessor
    return _name(of_accessor) or _name(row.get("bundleID"))


def _kind(row: _Row) -> str:
    """What was read, by the name that reports give it now."""
    if kind := _name(row.get("category")):
        return kind
    if service := _name(row.get("tccService")):
        return _SERVICES.get(service) or service.removeprefix(_SERVICE)
    _, stream, kind = _name(row.get("stream")).rpartition(_STREAM)
    return kind if stream else ""


def _name(value: object) -> str:
    """A name that can be shown, or nothing."""
    if not isinstance(value, str) or len(value) > _LONGEST_NAME:
        return ""
    return value if value.isprintable() else ""


def _times(row: _Row) -> Iterator[datetime]:
    """When it was called first and last; of those between, a report says nothing."""
    for name in ("firstTimeStamp", "timeStamp", "timestamp"):
        if at := _time(row.get(name)):
            yield at


def _time(value: object) -> datetime | None:
    """The time with its zone, or nothing; one without a zone is by UTC."""
    if not isinstance(value, str) or len(value) > _LONGEST_NAME:
        return None
    try:
        at = datetime.fromisoformat(value)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at
