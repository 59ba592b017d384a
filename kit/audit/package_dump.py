"""What `adb shell dumpsys package` prints: its lines go in, what each app may read comes out.

Only the names of packages and permissions, and `granted=`, are read, not the headings, which some
phones translate; up to Android 5 there is no `granted=`, and its heading says it. Of several users
only user 0 counts. What an app asks for is one thing, what it was granted another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.audit.noted import Noted
from kit.model import Permission, Reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kit.model import Problem

#: The permissions that are looked at, contacts first.
PERMISSIONS = {
    "android.permission.READ_CONTACTS": Reach.CONTACTS,
    "android.permission.READ_CALL_LOG": Reach.CALL_LOG,
    "android.permission.READ_SMS": Reach.SMS,
}
#: Characters of a line; what is longer is cut, for nothing that is looked at is.
LONGEST_LINE = 4_000
#: Apps that are held; a phone has a few hundred.
_MOST_APPS = 20_000
_MOST_FLAGS, _MOST_USERS = 40, 100

#: Flags of a permission that the phone gave its own apps: taking it away may break them.
_OWN = {"SYSTEM_FIXED", "GRANTED_BY_DEFAULT", "POLICY_FIXED"}
#: Flags of one that was taken from an old app, which goes on believing that it has it.
_TAKEN_BACK = {"REVOKED_COMPAT", "REVOKE_ON_UPGRADE"}

_MANY = "There are more apps in it than a phone has: those that came last are left out."
_CUT = "The list was cut off: what an app was given does not stand in it; that app is left out."

#: `Package [com.example.app] (1a2b3c):`, whatever the first word is; a shared user looks alike.
_BLOCK = re.compile(
    r"\s*+([^\[\]:]{1,40}?)\s*+\[([A-Za-z][\w.]{0,254})\]\s*\([0-9a-fA-F]+\)\s*[:\uff1a]"
)
_SHARED = "SharedUser"
_SHARED_BY = re.compile(r"\s*sharedUser=\w+\{[0-9a-f]+ ([\w.]+)/")
#: `    User 0: ceDataInode=… installed=true …`, whatever the word is.
_USER = re.compile(r"\s{2,}[^\W\d]{1,20}\s*(\d{1,6})\s*[:\uff1a](\s*|\s.*=.*)")
_NOT_INSTALLED = re.compile(r"\binstalled=false\b")
_PERMISSION = re.compile(
    r"\s*(android\.permission\.READ_(?:CONTACTS|CALL_LOG|SMS))\s*+(?:[:\uff1a,]\s*+(.*))?"
)
#: Up to Android 5, above the permissions that an app has.
_ALL_GRANTED = re.compile(r"\s*grantedPermissions\s*:")
#: How it goes on where a package says what the permission is.
_DECLARED = "prot="
_GRANTED = re.compile(r"(?<!\w)(?!restricted)[^\W\d]+\s*=\s*(true|false)(?!\w)")
_FLAGS = re.compile(r"\[([^\[\]]*)\]")
_FLAG = re.compile(r"[A-Z][A-Z0-9_]{0,60}")
_DATED = re.compile(r"\s*(firstInstallTime|lastUpdateTime)=(\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?)")


@dataclass(slots=True)
class _Grant:
    is_granted: bool
    flags: tuple[str, ...]


@dataclass(slots=True)
class _App:
    """What is held of one app, or of a user that several apps share."""

    package: str = field(repr=False)
    is_shared: bool
    shared_by: str = ""
    requested: set[str] = field(default_factory=set)
    #: at its installation, as older phones and older apps have it
    installed_with: dict[str, _Grant] = field(default_factory=dict)
    granted: dict[str, _Grant] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    #: user 0 has it
    is_there: bool = True
    #: what users gave it was reached
    is_whole: bool = False

    def grant(self, permission: str, shared: _App | None) -> _Grant:
        """What user 0 gave it."""
        for one in (self, shared):
            for given in (one.granted, one.installed_with) if one else ():
                if permission in given:
                    return given[permission]
        return _Grant(is_granted=False, flags=())


class PackageDump:
    """One dump, read line by line; `where` is what it is called in a problem."""

    def __init__(self, where: str) -> None:
        #: users that were left out
        self.users: set[int] = set()
        self._noted = Noted(where)
        self._apps: dict[tuple[bool, str], _App] = {}
        self._here: _App | None = None
        self._user: int | None = None
        #: whether what follows was granted, every line of it
        self._granted = False

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is to be known of it."""
        return self._noted.problems()

    @property
    def apps(self) -> int:
        """How many apps it has."""
        return sum(not shared for shared, _ in self._apps)

    def read(self, lines: Iterable[str]) -> None:
        """Take what each app asks for, and what user 0 gave it."""
        for line in lines:
            cut = line[:LONGEST_LINE].rstrip()
            if found := _BLOCK.match(cut):
                self._begin(found[2], is_shared=found[1] == _SHARED)
            elif self._here:
                self._take(self._here, cut)
        self._leave_out_cut()

    def permissions(self) -> tuple[Permission, ...]:
        """What each app asks for or was granted: contacts first, the phone's own last."""
        found = [one for app in self._apps.values() if not app.is_shared for one in self._of(app)]
        kinds = list(PERMISSIONS.values())
        found.sort(
            key=lambda one: (kinds.index(Reach(one.kind)), not one.granted, is_own(one), one.app)
        )
        return tuple(found)

    def _of(self, app: _App) -> Iterator[Permission]:
        shared = self._apps.get((True, app.shared_by))
        for permission, kind in PERMISSIONS.items():
            asked = {*app.requested, *app.installed_with, *app.granted}
            if not app.is_there or permission not in asked:
                continue
            grant = app.grant(permission, shared)
            yield Permission(
                app=app.package,
                kind=kind,
                requested=permission in app.requested,
                granted=grant.is_granted,
                flags=grant.flags,
                installed=app.dates.get("firstInstallTime", ""),
                updated=app.dates.get("lastUpdateTime", ""),
            )

    def _begin(self, name: str, *, is_shared: bool) -> None:
        """Another app; what comes twice is its older self, as the phone was made with it."""
        self._here = self._user = None
        self._granted = False
        key = (is_shared, name)
        if key in self._apps:
            return
        if len(self._apps) >= _MOST_APPS:
            self._noted.whole(_MANY)
            return
        self._here = self._apps[key] = _App(package=name, is_shared=is_shared)

    def _leave_out_cut(self) -> None:
        """The app in which the list ended, or whose shared user it does not have."""
        for app in self._apps.values():
            is_last = app is self._here and not app.is_whole
            is_alone = bool(app.shared_by) and (True, app.shared_by) not in self._apps
            if (is_last or is_alone) and not (app.granted or app.installed_with or app.is_shared):
                self._noted.whole(_CUT)
                app.requested.clear()

    def _take(self, app: _App, line: str) -> None:
        if found := _PERMISSION.fullmatch(line):
            self._permission(app, found[1], found[2] or "")
        elif _ALL_GRANTED.fullmatch(line):
            self._user, self._granted, app.is_whole = None, True, True
        elif found := _USER.fullmatch(line):
            self._begin_user(app, int(found[1]), found[2])
        elif self._user in (None, 0) and (found := _DATED.match(line)):
            app.dates.setdefault(found[1], found[2])
        elif found := _SHARED_BY.match(line):
            app.shared_by = found[1]

    def _begin_user(self, app: _App, user: int, rest: str) -> None:
        self._user, self._granted, app.is_whole = user, False, True
        is_there = not _NOT_INSTALLED.search(rest)
        if user == 0:
            app.is_there = is_there
        elif is_there and len(self.users) < _MOST_USERS:
            self.users.add(user)

    def _permission(self, app: _App, permission: str, rest: str) -> None:
        granted = _GRANTED.search(rest)
        if granted is None:
            if self._user is None and not rest.startswith(_DECLARED):
                app.requested.add(permission)
                if self._granted:
                    app.installed_with[permission] = _Grant(is_granted=True, flags=())
        elif self._user in (None, 0):
            given = app.installed_with if self._user is None else app.granted
            flags = _flags(rest)
            is_granted = granted[1] == "true" and _TAKEN_BACK.isdisjoint(flags)
            given[permission] = _Grant(is_granted, flags)


def is_own(permission: Permission) -> bool:
    """Whether the phone gave it to an app of its own."""
    return not _OWN.isdisjoint(permission.flags)


def _flags(rest: str) -> tuple[str, ...]:
    """The flags, between which stand bars or blanks."""
    found = _FLAGS.search(rest)
    return tuple(_FLAG.findall(found[1])[:_MOST_FLAGS]) if found else ()
