"""What a phone says of its apps: every line is used or named, and nothing is made of it."""

from __future__ import annotations

import io
import json
import time
from datetime import UTC, date, datetime

import pytest
from audits import (
    ANDROID_5,
    ASKS,
    CHAT,
    DUMP,
    GRANTED,
    HEAD,
    HUAWEI,
    LOAN,
    access,
    called,
    older,
    package,
)
from hypothesis import given
from hypothesis import strategies as st

from kit.audit import privacy_report
from kit.audit.package_dump import PackageDump
from kit.audit.privacy_report import LONGEST_LINE, NEAR_S, PrivacyReport
from kit.audit.seen import Seen
from kit.audit.spans import Spans
from kit.model import Access, Permission, Reach


def read(*lines: bytes) -> PrivacyReport:
    report = PrivacyReport("report.ndjson")
    report.read(lines)
    report.read_domains(lines)
    return report


def one(*lines: bytes) -> Access:
    (found,) = read(*lines).accesses()
    return found


def dumped(text: str) -> PackageDump:
    dump = PackageDump("apps.txt")
    dump.read(io.StringIO(text))
    return dump


def of(text: str, kind: str = Reach.CONTACTS) -> Permission:
    (found,) = [each for each in dumped(text).permissions() if each.kind == kind]
    return found


def test_a_beginning_and_its_end_are_one() -> None:
    found = one(access(), access(kind="intervalEnd", at="2026-01-05T22:33:12.813+08:00"))

    assert (found.app, found.kind, found.count) == (LOAN, "contacts", 1)
    assert found.first_at == datetime(2026, 1, 5, 14, 30, 0, 896000, tzinfo=UTC)
    assert found.last_at == datetime(2026, 1, 5, 14, 33, 12, 813000, tzinfo=UTC)
    assert found.days == {date(2026, 1, 5): 1}


@pytest.mark.parametrize(
    "lines",
    [
        [access(kind="intervalEnd")],
        [access(kind="intervalEnd"), access()],
        [access(), access(), access(kind="intervalEnd"), access(kind="intervalEnd")],
        [access(identifier="", kind="intervalBegin"), access(identifier="", kind="intervalEnd")],
        [access(identifier="", kind="intervalEnd")],
    ],
    ids=["only the end", "newest first", "twice in the file", "without an id", "only its end"],
)
def test_one_access_is_one_whatever_halves_there_are(lines: list[bytes]) -> None:
    assert one(*lines).count == 1


def test_what_another_app_or_kind_has_with_the_same_id_is_another_access() -> None:
    found = read(access(), access(app=CHAT), access(category="photos")).accesses()

    assert [(each.app, each.kind, each.count) for each in found] == [
        (CHAT, "contacts", 1),
        (LOAN, "contacts", 1),
        (LOAN, "photos", 1),
    ]


def test_a_name_of_a_service_in_place_of_an_id_joins_nothing() -> None:
    lines = [access(identifier="kTCCServiceAddressBook") for _ in range(3)]

    assert one(*lines).count == 3


def test_the_first_format_of_reports_is_read() -> None:
    found = one(older(), older(identifier="E2", at="2021-06-11T09:00:00Z"))

    assert (found.kind, found.count) == ("contacts", 2)


def test_a_kind_and_keys_that_nobody_knows_are_kept_and_passed_over() -> None:
    found = one(access(category="kitchenSink", futureKey={"a": [1, None]}))

    assert (found.kind, found.count) == ("kitchenSink", 1)


@pytest.mark.parametrize(
    ("at", "first", "is_near"),
    [
        ("2026-01-05T22:29:00.896+08:00", "", True),
        ("2026-01-05T22:29:00.895+08:00", "", False),
        ("2026-01-05T14:36:00.000Z", "", True),
        ("2026-01-05T14:36:00.001Z", "", False),
        ("2026-01-05T14:32:30Z", "", True),
        ("2026-01-09T00:00:00Z", "2026-01-05T14:30:10Z", True),
        ("2026-01-09T00:00:00Z", "2026-01-01T00:00:00Z", False),
        ("yesterday", "", False),
    ],
)
def test_called_near_in_time_is_within_a_minute_of_an_access(
    at: str, first: str, *, is_near: bool
) -> None:
    assert NEAR_S == 60
    end = access(kind="intervalEnd", at="2026-01-05T22:35:00+08:00")
    found = one(called("API.example.", at, first=first), access(), end)

    assert found.domains == (("api.example",) if is_near else ())


def test_an_array_with_an_object_on_each_line_is_read_as_well() -> None:
    end = access(kind="intervalEnd")
    report = read(b"[\n", b"  " + access().strip() + b",\n", end, b"," + end, b"]\n")

    assert [one.count for one in report.accesses()] == [1]
    assert not report.problems


def test_what_another_app_called_is_not_this_ones() -> None:
    assert one(access(), called("api.example", "2026-01-05T22:30:01+08:00", app=CHAT)).domains == ()


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (access()[:70], "cut off"),
        (b'{"a": ' + b"[" * 90_000, "cut off"),
        (b"\xff\xd8\xff\xe0 a picture", "none of an App"),
        (b"[1, 2]", "none of an App"),
        (b'{"type": "access"}', "none of an App"),
        (access(app="\u202eevil"), "none of an App"),
        (access(app="\ud800"), "none of an App"),
        (access(at="soon"), "no time"),
        (access(at="0001-01-01T00:00:00+14:00"), "no time"),
        (access(timeStamp=5), "no time"),
        (b'{"a": "' + b"x" * LONGEST_LINE, "longer"),
    ],
)
def test_a_line_that_cannot_be_used_costs_only_itself(line: bytes, what: str) -> None:
    report = read(access(), b"\n", line, access(app=CHAT))

    assert len(report.accesses()) == 2
    (problem,) = report.problems
    assert problem.where == "report.ndjson:3"
    assert what in problem.what


def test_a_million_broken_lines_are_not_a_million_problems() -> None:
    report = PrivacyReport("x")
    report.read(b"{\n" for _ in range(2_000))

    assert len(report.problems) == 101
    assert report.problems[-1].facts == {"count": 1_900}


def test_what_is_beyond_measure_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_MOST_KEPT", "_MOST_SPANS", "_MOST_DOMAINS"):
        monkeypatch.setattr(privacy_report, name, 1)
    at = "2026-01-05T22:30:01+08:00"
    calls = [called(f"{n}.example", at) for n in range(3)]
    report = read(access(), access(app=CHAT), access(identifier="2"), *calls)

    (found,) = report.accesses()
    assert (found.count, found.domains) == (2, ("0.example",))
    assert len(report.problems) == 2


@given(st.lists(st.integers(min_value=-(2**63), max_value=2**63 - 1)))
def test_a_mark_is_new_once(marks: list[int]) -> None:
    seen = Seen()
    news = [seen.add(mark) for mark in [*marks, *marks]]

    assert sum(news) == len({mark % 2**64 or 1 for mark in marks})


def test_marks_beyond_the_last_place_are_still_told_from_those_before() -> None:
    seen = Seen(most=1 << 12)
    new = sum(seen.add(n * 2_654_435_761) for n in range(1, 3_000))

    assert new == 2_999
    assert not any(seen.add(n * 2_654_435_761) for n in range(1, 3_000))
    assert not seen.is_full
    assert all(seen.add(n) for n in range(5_000, 5_100))
    assert seen.is_full
    assert seen.add(9_999)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9))), st.integers(-5, 75))
def test_a_moment_lies_in_a_span_that_was_added_or_in_none(
    added: list[tuple[int, int]], moment: int
) -> None:
    spans = Spans()
    for begin, length in added:
        spans.add(begin, begin + length)

    inside = any(begin <= moment <= begin + length for begin, length in added)
    assert spans.has(moment) == inside
    assert len(spans) <= len(added)


def test_what_is_asked_for_is_told_from_what_was_granted() -> None:
    contacts, texts = of(DUMP), of(DUMP, Reach.SMS)

    assert (contacts.app, contacts.requested, contacts.granted) == (LOAN, True, True)
    assert contacts.flags == ("USER_SET", "USER_SENSITIVE_WHEN_GRANTED")
    assert (contacts.installed, contacts.updated) == ("2026-01-02 10:00:00", "2026-01-03 11:00:00")
    assert (texts.requested, texts.granted) == (True, False)


def test_flags_of_an_old_phone_stand_between_blanks() -> None:
    found = of(HEAD + package("com.example.dialler", ASKS, HUAWEI))

    assert (found.granted, found.flags) == (True, ("SYSTEM_FIXED", "GRANTED_BY_DEFAULT"))


@pytest.mark.parametrize("user", [10, 150])
def test_of_several_users_only_the_first_counts(user: int) -> None:
    denied = GRANTED.replace("granted=true", "granted=false")
    work = f"    User {user}: installed=true\n      firstInstallTime=2020-01-01 00:00:00\n{GRANTED}"
    dump = dumped(HEAD + package(LOAN, ASKS, denied, extra=work))

    assert [each.granted for each in dump.permissions()] == [False, False]
    assert {each.installed for each in dump.permissions()} == {"2026-01-02 10:00:00"}
    assert dump.users == {user}


def test_an_app_that_is_only_in_a_work_profile_is_left_out() -> None:
    text = (HEAD + package(LOAN, ASKS, GRANTED, user="User 10")).replace(
        "    User 10:", "    User 0: installed=false hidden=false\n    User 10:"
    )
    dump = dumped(text)

    assert (dump.permissions(), dump.apps, dump.users) == ((), 1, {10})


def test_a_dump_with_its_headings_in_another_language_says_the_same() -> None:
    words = {
        "Packages:": "软件包：",
        "  Package [": "  软件包 [",
        "requested permissions:": "请求的权限：",
        "install permissions:": "安装权限：",
        "runtime permissions:": "运行时权限：",
        "User 0:": "用户 0：",
        "granted=": "已授予=",
    }
    text = DUMP
    for english, other in words.items():
        text = text.replace(english, other)

    assert dumped(text).permissions() == dumped(DUMP).permissions()


def test_an_older_self_of_an_app_and_the_permission_itself_are_no_apps() -> None:
    permission = (
        "  Permission [android.permission.READ_CONTACTS] (8f):\n    sourcePackage=android\n"
    )
    declared = package("android", "      android.permission.READ_CONTACTS: prot=dangerous\n", "")
    older_self = package(LOAN, ASKS, GRANTED.replace("granted=true", "granted=false"))
    text = f"{permission}{DUMP}{declared}Hidden system packages:\n{older_self}"

    assert dumped(text).permissions() == dumped(DUMP).permissions()


def test_what_is_granted_to_a_user_that_several_apps_share_is_granted_to_each() -> None:
    app = package("com.example.dialler", ASKS, "", extra="").replace(
        "    userId=10123\n", "    sharedUser=SharedUserSetting{9f8e com.example.uid/10010}\n"
    )
    shared = f"Shared users:\n  SharedUser [com.example.uid] (9f8e):\n    User 0:\n{GRANTED}"
    (contacts, texts) = dumped(f"{HEAD}{app}{shared}").permissions()

    assert (contacts.granted, texts.granted) == (True, False)


def test_an_app_for_an_old_system_has_what_it_was_installed_with() -> None:
    text = (HEAD + package(LOAN, ASKS, "")).replace(
        "INTERNET: granted=true", "READ_CONTACTS: granted=true"
    )

    assert of(text).granted


def test_up_to_android_5_an_app_has_all_that_its_list_says() -> None:
    found = of("Packages:\n" + ANDROID_5)

    assert (found.app, found.requested, found.granted) == (LOAN, True, True)


@pytest.mark.parametrize("flag", ["REVOKED_COMPAT", "REVOKE_ON_UPGRADE"])
def test_what_was_taken_from_an_old_app_it_may_not_read_though_it_is_called_granted(
    flag: str,
) -> None:
    found = of(DUMP.replace("USER_SET|", f"USER_SET|{flag}|"))

    assert (found.requested, found.granted) == (True, False)
    assert flag in found.flags


def test_what_a_list_that_was_cut_off_does_not_say_is_not_taken_for_a_no() -> None:
    shared = "    sharedUser=SharedUserSetting{9f8e com.example.uid/10010}\n"
    apps = package(CHAT, ASKS, "").replace("    userId=10123\n", shared)
    whole = package("com.example.whole", ASKS, "")
    cut = package(LOAN, ASKS, GRANTED).partition("    User 0:")[0]
    dump = dumped(HEAD + apps + whole + cut)

    assert {each.app for each in dump.permissions()} == {"com.example.whole"}
    (problem,) = dump.problems
    assert "cut off" in problem.what


def test_contacts_come_first_and_of_them_what_may_be_read() -> None:
    none = GRANTED.replace("granted=true", "granted=false")
    own = package("com.example.a", ASKS, HUAWEI)
    text = HEAD + own + package("com.example.b", ASKS, none) + package(LOAN, ASKS, GRANTED)

    found = [each.app for each in dumped(text).permissions() if each.kind == Reach.CONTACTS]
    assert found == [LOAN, "com.example.a", "com.example.b"]
    assert [each.kind for each in dumped(text).permissions()] == ["contacts"] * 3 + ["sms"] * 3


@pytest.mark.parametrize(
    "line",
    ["{}x", "a{}x", "  User 0{}x", "  android.permission.READ_SMS:{}x", "x [com.example]{}x"],
)
def test_a_line_made_to_be_slow_is_not(line: str) -> None:
    """A pattern that tries every way would take minutes for these, not less than a second."""
    text = "".join(line.format(" " * 3_900) + "\n" for _ in range(200))
    started = time.process_time()
    dumped(f"{DUMP}{text}")

    assert time.process_time() - started < 2


@given(st.binary(max_size=300))
def test_no_bytes_end_the_reading_of_a_report(line: bytes) -> None:
    report = read(line, access())

    assert report.rows >= 1


@given(st.text(max_size=200).map(lambda text: json.dumps(text)[1:-1]))
def test_no_line_ends_the_reading_of_a_dump(line: str) -> None:
    dump = dumped(f"{DUMP}{line}\n")

    assert dump.apps >= 1
