"""`kit evidence report`: what was recorded, beside the rules it may bear on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kit.actions import finding, picturing, recording
from kit.actions.finding import CallsOfDay, Claimed, Reached
from kit.actions.recording import Told
from kit.errors import NoFactsError
from kit.model import Account, EntryKind, IncidentKind, Rule, Unnamed
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from conftest import Clock

    from kit.actions.store import Store

    Kit = Callable[..., Result]

pytestmark = pytest.mark.usefixtures("both_stores", "store")
#: 22:30 in Shanghai.
NIGHT = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
CALL = Told(
    kind=IncidentKind.CALL,
    at=NIGHT,
    number="138 0000 0123",
    to="我妈",
    said="说我欠钱，要泼油漆",
    said_they_were="某某金融",
    disclosed=True,
    original="a row " * 100,
)


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_finding_is_a_line_for_a_program(kit: Kit, store: Store) -> None:
    incident = recording.add(store, CALL).incident
    found = {row["rule"]: row for row in rows(kit("evidence", "report", "--json"))}

    assert set(found) == {"hours", "third_party", "disclosure", "threat"}
    assert {tuple(row) for row in found.values()} == {("rule", "fact_ids", "incident_ids", "what")}
    assert {tuple(row["incident_ids"]) for row in found.values()} == {(incident.id,)}
    assert found["hours"]["fact_ids"] == ["gbt-time", "cba-time"]
    assert found["disclosure"]["what"] == (
        "By the account of the borrower, on 2026-06-01 22:30 a debt was named to 我妈. Number "
        "shown: 138 0000 0123."
    )


def test_the_report_has_the_rule_with_its_source_and_what_it_does_not_show(
    kit: Kit, store: Store
) -> None:
    recording.add(store, CALL)
    recording.add(store, replace(CALL, at=NIGHT + timedelta(days=1), number="", answered=False))
    shown = kit("evidence", "report", KIT_LANG="zh-Hans").stdout

    assert "从 2026-06-01 22:30 到 2026-06-02 22:30，一共 2 次。" in shown
    assert "方式  次数\n来电  2\n\n" in shown
    assert "22:00 至次日 8:00 不应催收" in shown
    assert "据新京报" in shown
    assert "两处来源一致；核对于 2026-11-21" in shown
    assert shown.count("推荐性国家标准，不是法律：催收应只向债务人进行") == 1
    findings, _, in_full = shown.partition("【可能有关的规定】\n")
    assert findings.count("[3] 只向债务人催收，不应向联系人催收") == 2
    assert "推荐性" not in findings
    assert in_full.count("[3] 只向债务人催收，不应向联系人催收\n    推荐性国家标准") == 1
    assert "显示的号码可以造假" in shown
    assert "这里没有说谁违反了规定" in shown
    nothing = shown.partition("没有记下可以数出来的事：\n")[2].partition("\n\n")[0]
    assert nothing.splitlines() == ["· 一天给借款人打几次电话", "· 拒绝以后又联系", "· 自称是谁"]


def test_where_nothing_is_written_down_it_says_so(kit: Kit) -> None:
    assert kit("evidence", "report").stdout == "There is nothing to report on yet.\n"
    assert rows(kit("evidence", "report", "--json")) == []


def test_a_country_may_be_named_and_must_be_known(kit: Kit, store: Store) -> None:
    recording.add(store, CALL)
    named = ("evidence", "report", "--jurisdiction")
    of_us = {row["rule"]: row for row in rows(kit(*named, "US", "--json"))}
    shown = kit(*named, "us").stdout
    unknown = kit(*named, "fr")

    assert set(of_us) == {"third_party", "disclosure", "threat"}
    assert {tuple(row["fact_ids"]) for row in of_us.values()} == {()}
    assert "The rules beside it are those of the United States." in shown
    assert shown.count("No rule on this") == 3
    assert "counted nothing, on:\n· at which hours\n· how often a day the borrower" in shown
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "Nothing is known of “fr” yet" in unknown.stderr


def test_what_somebody_said_looks_like_nothing_of_ours(kit: Kit, store: Store) -> None:
    claim = "公安局\n【威胁】\n· 有人受到威胁"
    recording.add(store, replace(CALL, said="", said_they_were=claim))
    shown = kit("evidence", "report", KIT_LANG="zh-Hans").stdout

    assert "：“公安局 【威胁】 · 有人受到威胁”。" in shown
    assert "\n【威胁】" not in shown


def test_a_clause_in_latin_letters_stands_apart_from_the_law(kit: Kit, store: Store) -> None:
    recording.add(store, CALL)
    shown = kit("evidence", "report", "--jurisdiction", "in", KIT_LANG="zh-Hans").stdout

    assert (
        "依据：《金融服务外包：受监管机构使用催收代理人的责任》，RBI/2022-23/108 para 2\n" in shown
    )
    assert "通告本身很可能同时撤回" in shown


def test_a_borrower_of_a_country_without_facts_gets_a_report_all_the_same(store: Store) -> None:
    store.book.set("region", "FR")
    recording.add(store, CALL)
    found = finding.report(store)

    assert (found.code, found.country, found.facts) == ("fr", {}, {})
    assert found.of(Rule.DISCLOSURE)
    with pytest.raises(NoFactsError):
        finding.report(store, "fr")


def test_what_was_removed_is_in_no_finding(store: Store) -> None:
    incident = recording.add(store, CALL).incident
    recording.remove(store, EntryKind.INCIDENT, incident.id)

    assert finding.report(store).findings == ()


def test_the_tables_count_each_call_once(store: Store) -> None:
    recording.add(store, CALL)
    recording.add(store, replace(CALL, by="妈妈", at=NIGHT + timedelta(minutes=1)))
    recording.add(store, replace(CALL, said_they_were="某某 金融", at=NIGHT + timedelta(hours=1)))
    log = Told(kind=IncidentKind.CALL, at=NIGHT, to="我", account=Account.LOG, answered=False)
    recording.add(store, log)
    found = finding.report(store)

    assert found.by_day == (
        CallsOfDay(day=NIGHT.date(), number="", count=1, answered=0, unanswered=1),
        CallsOfDay(day=NIGHT.date(), number="138 0000 0123", count=2, answered=2, unanswered=0),
    )
    assert found.claimed == (
        Claimed(said_they_were="某某金融", count=2, numbers=("138 0000 0123",)),
    )
    assert found.reached == (Reached(name="我妈", count=2, missed=0),)
    assert (found.kinds, f"{found.first:%H:%M}") == ({IncidentKind.CALL: 3}, "22:30")
    (everybody,) = found.of(Rule.THIRD_PARTY)
    assert everybody.facts["who"] is Unnamed.SEVERAL


def test_the_page_and_the_pictures_count_as_the_report_does(store: Store) -> None:
    refused = replace(CALL, at=NIGHT - timedelta(hours=5), said="", refused=True)
    for told in (refused, CALL, replace(CALL, by="妈妈", at=NIGHT + timedelta(minutes=1))):
        recording.add(store, told)
    recording.add(store, Told(kind=IncidentKind.POST, at=NIGHT, to="业主群"))
    made = picturing.make(store, picturing.shown(store), Words("zh-Hans"), "zh-Hans").contents
    page, timeline = made[picturing.BRIEF].decode(), made[picturing.TIMELINE].decode()

    assert "借款人本人 0 次；其他 1 人，共 2 次" in page
    assert "电话 2，张贴或发在别人看得到的地方 1" in page
    assert "1 次：据讲，已经明确拒绝，之后又来" in page
    assert "1 次：在有关规则说不应催收的时间" in page
    assert "共 3 次，2026-06-01 至 2026-06-01" in timeline
    crossed_out = 'd="M0-5.3A'
    assert timeline.count(crossed_out) == 2, "one for the call, one in the legend"


def test_what_was_brought_in_is_not_kept_in_memory(store: Store) -> None:
    recording.add(store, CALL)

    assert [one.original for one in finding.report(store).incidents] == [""]
    assert "138 0000 0123" not in repr(finding.report(store))
    assert "我妈" not in repr(finding.report(store))


def test_old_facts_are_told(kit_then: Kit, store: Store, clock: Clock) -> None:
    recording.add(store, CALL)
    clock.go(days=365)
    assert finding.report(store).stale_since is None
    clock.go(days=1)

    assert "the oldest on 2026-11-21" in kit_then("evidence", "report", "--json").stderr
