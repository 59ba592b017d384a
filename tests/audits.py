"""Reports of an iPhone and lists of an Android phone for the tests: invented apps, real shapes."""

from __future__ import annotations

import json

LOAN, CHAT = "com.example.loan", "com.example.chat"


def access(
    app: str = LOAN,
    identifier: str = "B0848F17-B581-42C4-AF98-EC5CB2181A61",
    kind: str = "intervalBegin",
    at: str = "2026-01-05T22:30:00.896+08:00",
    category: str = "contacts",
    **more: object,
) -> bytes:
    """One line of an access, as iOS 15 and later write it."""
    accessor = {"identifier": app, "identifierType": "bundleID"}
    row = {"accessor": accessor, "category": category, "identifier": identifier, "kind": kind}
    return json.dumps({**row, "timeStamp": at, "type": "access", **more}).encode() + b"\n"


def older(
    app: str = LOAN, at: str = "2021-06-10T09:00:00.000+08:00", identifier: str = "E1"
) -> bytes:
    """The same as the first reports had it."""
    row = {
        "accessor": {"identifier": app, "identifierType": "bundleID"},
        "identifier": identifier,
        "kind": "event",
        "stream": "com.apple.privacy.accounting.stream.tcc",
        "tccService": "kTCCServiceAddressBook",
        "timestamp": at,
        "version": 3,
    }
    return json.dumps(row).encode() + b"\n"


def called(domain: str, at: str, app: str = LOAN, first: str = "") -> bytes:
    """One line of what an app called."""
    row = {
        "bundleID": app,
        "context": "",
        "domain": domain,
        "domainOwner": "",
        "domainType": 2,
        "firstTimeStamp": first or at,
        "hits": 2,
        "initiatedType": "AppInitiated",
        "timeStamp": at,
        "type": "networkActivity",
    }
    return json.dumps(row).encode() + b"\n"


def package(name: str, asked: str, granted: str, *, user: str = "User 0", extra: str = "") -> str:
    """One package of a dump: what it asks for, and what a user gave it."""
    return (
        f"  Package [{name}] (1a2b3c4):\n"
        "    userId=10123\n"
        f"    pkg=Package{{5d6e7f {name}}}\n"
        "    firstInstallTime=2026-01-02 10:00:00\n"
        "    lastUpdateTime=2026-01-03 11:00:00\n"
        "    requested permissions:\n"
        f"{asked}"
        "    install permissions:\n"
        "      android.permission.INTERNET: granted=true\n"
        f"    {user}: ceDataInode=1234 installed=true hidden=false stopped=false\n"
        "      gids=[3003]\n"
        "      runtime permissions:\n"
        f"{granted}{extra}"
    )


ASKS = (
    "      android.permission.INTERNET\n"
    "      android.permission.READ_CONTACTS\n"
    "      android.permission.READ_SMS: restricted=true\n"
)
GRANTED = (
    "        android.permission.READ_CONTACTS: granted=true, flags=[ USER_SET|"
    "USER_SENSITIVE_WHEN_GRANTED]\n"
    "        android.permission.READ_SMS: granted=false, flags=[ USER_SET]\n"
)
#: As an old phone writes it.
HUAWEI = (
    "        android.permission.READ_CONTACTS: granted=true, flags=[ SYSTEM_FIXED "
    "GRANTED_BY_DEFAULT ]\n"
)
#: What Android 5 prints of an app: it asks at its installation, and has everything.
ANDROID_5 = (
    f"  Package [{LOAN}] (3d5205d5):\n"
    "    userId=10062 gids=[3003, 1028]\n"
    "    firstInstallTime=2016-03-25 21:13:06\n"
    "    User 0:  installed=true hidden=false stopped=false notLaunched=false enabled=0\n"
    "    User 10:  installed=true hidden=false stopped=false notLaunched=false enabled=0\n"
    "    grantedPermissions:\n"
    "      android.permission.READ_CONTACTS\n"
    "      android.permission.INTERNET\n"
)
HEAD = "Database versions:\n  Internal:\n    sdkVersion=34\n\nPackages:\n"
DUMP = HEAD + package(LOAN, ASKS, GRANTED)
