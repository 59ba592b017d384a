"""Every rule of the pattern report, with a table of cases at its edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from kit import jurisdiction
from kit.evidence import rules
from kit.evidence.accounts import told_once
from kit.model import E164, Account, Finding, Incident, IncidentKind, Rule
from kit.words import Words

CN = jurisdiction.facts("cn")
SHANGHAI = ("Asia/Shanghai",)
NUMBER = "138 0000 0123"
OTHER = "138 0000 0124"
NOON = "2026-06-01T12:00:00+08:00"


def told(at: str = NOON, /, *, number: str = NUMBER, to: str = "妈妈", **more: Any) -> Incident:  # noqa: ANN401 (its fields)
    """An incident as somebody tells it."""
    said = {"number": number, "to": to, **more}
    one = Incident(
        id=str(uuid5(NAMESPACE_URL, f"{at} {said}")),
        kind=IncidentKind.CALL,
        at=datetime.fromisoformat(at).astimezone(UTC),
        zones=SHANGHAI,
        number=number,
        caller=E164("+86" + number.replace(" ", "")) if number else None,
        to=to,
        account=Account.BORROWER,
        noted_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    return replace(one, **more)


def to_me(at: str = NOON, /, **more: Any) -> Incident:  # noqa: ANN401 (its fields)
    return told(at, to="我", **{"to_borrower": True, "answered": True, **more})


def found(rule: Rule, *incidents: Incident, code: str = "cn") -> list[Finding]:
    every = rules.findings(incidents, jurisdiction.facts(code))
    return [one for one in every if one.rule is rule]


def minutes_apart(count: int, one: Incident, minutes: int = 10) -> list[Incident]:
    """The same again and again."""
    return [
        replace(one, id=f"{one.id}-{n}", at=one.at + timedelta(minutes=minutes * n))
        for n in range(count)
    ]


class TestHours:
    @pytest.mark.parametrize(
        ("at", "is_barred"),
        [
            ("2026-06-01T21:59:59+08:00", False),
            ("2026-06-01T22:00:00+08:00", True),
            ("2026-06-01T23:59:59+08:00", True),
            ("2026-06-02T00:00:00+08:00", True),
            ("2026-06-02T07:59:59+08:00", True),
            ("2026-06-02T08:00:00+08:00", False),
            ("2026-06-01T14:00:00+00:00", True),  # the same moment as 22:00 there
            ("2026-06-01T23:00:00+09:00", True),
            ("2026-06-01T22:59:59+09:00", False),
        ],
    )
    def test_the_clock_of_whoever_was_reached_decides(self, at: str, *, is_barred: bool) -> None:
        assert bool(found(Rule.HOURS, told(at))) is is_barred

    @pytest.mark.parametrize(
        ("at", "zones", "is_barred"),
        [
            ("2026-06-01T22:30:00+09:00", ("+09:00",), True),
            ("2026-06-01T22:30:00+08:00", ("+09:00",), True),
            ("2026-06-01T21:30:00+08:00", ("+09:00",), True),
            ("2026-06-01T07:30:00+08:00", ("+09:00",), False),
            ("2026-06-01T22:30:00-05:00", ("-05:00",), True),
            ("2026-06-01T12:30:00-05:00", ("-05:00",), False),
            ("2026-06-01T22:30:00+08:00", ("Europe/Berlin",), False),
            # New York puts its clocks forward on 8 March and back on 1 November 2026.
            ("2026-03-08T01:59:59-05:00", ("America/New_York",), True),
            ("2026-03-09T11:59:59+00:00", ("America/New_York",), True),
            ("2026-03-09T12:00:00+00:00", ("America/New_York",), False),
            ("2026-03-07T12:59:59+00:00", ("America/New_York",), True),
            ("2026-11-02T02:59:59+00:00", ("America/New_York",), False),
            ("2026-11-02T03:00:00+00:00", ("America/New_York",), True),
            # A number that may be in several zones: only what is night in all of them.
            ("2026-06-01T22:30:00-04:00", ("America/New_York", "America/Los_Angeles"), False),
            ("2026-06-02T01:00:00-04:00", ("America/New_York", "America/Los_Angeles"), True),
            ("2026-06-01T22:30:00+08:00", ("Nowhere/At_All",), False),
            ("2026-06-01T22:30:00+08:00", ("Asia/Shanghai", "+99:00"), False),
            ("2026-06-01T22:30:00+08:00", (), False),
        ],
    )
    def test_it_must_be_night_by_every_clock_that_may_be_theirs(
        self, at: str, zones: tuple[str, ...], *, is_barred: bool
    ) -> None:
        assert bool(found(Rule.HOURS, told(at, zones=zones))) is is_barred

    @pytest.mark.parametrize(
        ("kind", "counts"),
        [(kind, kind is not IncidentKind.POST) for kind in IncidentKind],
    )
    def test_everything_but_a_post_reaches_somebody(
        self, kind: IncidentKind, *, counts: bool
    ) -> None:
        assert bool(found(Rule.HOURS, told("2026-06-01T22:30+08:00", kind=kind))) is counts

    def test_a_missed_call_rang_all_the_same(self) -> None:
        assert found(Rule.HOURS, told("2026-06-01T22:30+08:00", answered=False))

    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            (IncidentKind.CALL, "有一次来电，在 22:00 到 08:00 之间。"),
            (IncidentKind.TEXT, "有一条短信，"),
            (IncidentKind.MESSAGE, "有一条聊天消息，"),
            (IncidentKind.VISIT, "有一次上门，"),
        ],
    )
    def test_once_it_is_said_what_it_was(self, kind: IncidentKind, words: str) -> None:
        (one,) = found(Rule.HOURS, told("2026-06-01T22:30+08:00", kind=kind, number=""))

        assert words in one.said(Words("zh-Hans"))
        assert "号码" not in one.said(Words("zh-Hans"))

    def test_a_night_a_number_and_those_who_tell_of_it_are_one_finding(self) -> None:
        night = [
            told("2026-06-01T22:00+08:00"),
            told("2026-06-01T23:50+08:00", to="爸爸"),
            told("2026-06-02T07:59+08:00"),
        ]
        others = [
            told("2026-06-02T22:00+08:00"),
            told("2026-06-01T22:00+08:00", number=OTHER),
            told("2026-06-01T22:00+08:00", number=""),
            told("2026-06-01T22:05+08:00", account=Account.CONTACT, account_name="妈妈"),
        ]
        every = [one.incident_ids for one in found(Rule.HOURS, *others, *night)]

        assert tuple(one.id for one in night) in every
        assert sorted(map(len, every)) == [1, 1, 1, 1, 3]

    def test_the_finding_says_who_tells_it_how_many_and_by_which_clock(self) -> None:
        (one,) = found(Rule.HOURS, *minutes_apart(3, told("2026-06-01T23:00+09:00")))

        assert one.fact_ids == ("gbt-time", "cba-time")
        assert one.said(Words("zh-Hans")) == (
            "据借款人本人提供的情况，同一夜里 22:00 到 08:00 之间（按被联系的人当地时间）"
            "有 3 次来电、短信或上门，第一次在 2026-06-01 22:00，最后一次在 2026-06-01 22:20。"
            f"显示的号码：{NUMBER}。"
        )

    @pytest.mark.parametrize(
        ("day", "fact_ids"),
        [
            ("2025-02-27", ()),
            ("2025-02-28", ("gbt-time",)),
            ("2026-01-29", ("gbt-time",)),
            ("2026-01-30", ("gbt-time", "cba-time")),
        ],
    )
    def test_only_what_held_on_that_day_is_named(self, day: str, fact_ids: tuple[str, ...]) -> None:
        names = [one.fact_ids for one in found(Rule.HOURS, told(f"{day}T23:00+08:00"))]

        assert names == [fact_ids][: len(fact_ids)]

    @pytest.mark.parametrize(
        ("code", "at", "fact_ids"),
        [
            ("in", "2026-12-31T19:00:00+05:30", ()),
            ("in", "2026-12-31T19:01:00+05:30", ("in-hours",)),
            ("in", "2027-01-01T07:59:59+05:30", ("in-hours-2027",)),
            ("in", "2027-01-01T08:00:00+05:30", ()),
            ("ph", "2026-06-01T22:00:59+05:30", ()),
            ("ph", "2026-06-01T05:59:59+05:30", ("ph-hours",)),
            ("id", "2026-06-01T20:01:00+05:30", ("id-hours",)),
            ("mx", "2026-06-01T06:59:59+05:30", ("mx-hours",)),
            ("us", "2026-06-01T03:00:00+05:30", ()),
        ],
    )
    def test_a_country_has_its_own_hours(
        self, code: str, at: str, fact_ids: tuple[str, ...]
    ) -> None:
        ids = [one.fact_ids for one in found(Rule.HOURS, told(at, zones=("+05:30",)), code=code)]

        assert ids == [fact_ids][: len(fact_ids)]


class TestFrequency:
    @pytest.mark.parametrize(("calls", "findings"), [(3, 0), (4, 1), (5, 1)])
    def test_the_fourth_answered_call_of_a_day_is_one_too_many(
        self, calls: int, findings: int
    ) -> None:
        every = found(Rule.FREQUENCY, *minutes_apart(calls, to_me()))

        assert len(every) == findings
        assert [(one.fact_ids, one.facts["count"]) for one in every] == (
            [(("gbt-freq",), calls)] * findings
        )

    @pytest.mark.parametrize(("calls", "findings"), [(6, 0), (7, 1)])
    def test_the_seventh_unanswered_call_of_a_day_is_one_too_many(
        self, calls: int, findings: int
    ) -> None:
        every = found(Rule.FREQUENCY, *minutes_apart(calls, to_me(answered=False)))

        assert [(one.fact_ids, len(one.incident_ids)) for one in every] == (
            [(("cba-freq",), calls)] * findings
        )

    @pytest.mark.parametrize(
        "calls",
        [
            minutes_apart(20, told(answered=True)),  # to somebody else there is no number
            minutes_apart(20, told(answered=False)),
            minutes_apart(20, to_me(answered=None)),  # nobody knows
            minutes_apart(20, to_me(number="")),  # hidden: they may be several
            minutes_apart(20, to_me(kind=IncidentKind.TEXT)),
            [*minutes_apart(3, to_me()), *minutes_apart(6, to_me(answered=False))],
            [*minutes_apart(3, to_me()), *minutes_apart(3, to_me(number=OTHER))],
            minutes_apart(4, to_me("2026-06-01T23:40+08:00")),  # two of them after midnight
            minutes_apart(4, to_me("2025-02-27T12:00+08:00")),  # before there was a rule
            minutes_apart(20, to_me(zones=("Nowhere/At_All",))),
        ],
    )
    def test_what_is_not_counted(self, calls: list[Incident]) -> None:
        assert found(Rule.FREQUENCY, *calls) == []

    def test_a_day_is_the_same_however_its_clock_is_called(self) -> None:
        calls = minutes_apart(4, to_me())
        mixed = [*calls[:2], *(replace(one, zones=("+08:00",)) for one in calls[2:])]

        assert len(found(Rule.FREQUENCY, *mixed)) == 1

    def test_a_day_must_be_one_by_every_clock(self) -> None:
        two = ("America/New_York", "America/Los_Angeles")
        night = minutes_apart(4, to_me("2026-06-01T23:50:00-04:00", zones=two))
        day = minutes_apart(4, to_me("2026-06-01T15:50:00-04:00", zones=two))

        assert found(Rule.FREQUENCY, *night) == []
        assert len(found(Rule.FREQUENCY, *day)) == 1

    def test_two_accounts_of_one_call_are_one_call(self) -> None:
        calls = minutes_apart(3, to_me())
        log = [
            replace(
                one,
                id=f"log-{one.id}",
                at=one.at + timedelta(seconds=119),
                account=Account.LOG,
                source="calls.xml:1",
            )
            for one in calls
        ]

        assert found(Rule.FREQUENCY, *calls, *log) == []
        (one,) = found(Rule.FREQUENCY, *minutes_apart(4, to_me()), *log)
        assert (one.facts["count"], len(one.incident_ids)) == (4, 7)


class TestAccountsOfOneCall:
    def test_what_two_people_tell_of_one_call_is_one_finding_of_each_rule(self) -> None:
        one = told(
            "2026-06-01T22:30+08:00",
            disclosed=True,
            unidentified=True,
            said="我是公安局的，泼油漆",
        )
        other = replace(
            one,
            id="other",
            at=one.at + timedelta(minutes=1),
            account=Account.CONTACT,
            account_name="妈妈",
            said="提到公安局，说要泼油漆",
        )
        every = rules.findings([one, other], CN)

        assert [(two.rule, two.counted) for two in every] == [
            (Rule.HOURS, ((one.id, "other"),)),
            (Rule.THIRD_PARTY, ((one.id, "other"),)),
            (Rule.DISCLOSURE, ((one.id, "other"),)),
            (Rule.IDENTITY, ((one.id,),)),
            (Rule.IDENTITY, ((one.id, "other"),)),
            (Rule.THREAT, ((one.id, "other"),)),
        ]
        assert "据几方提供的情况，2026-06-01 22:30，" in every[2].said(Words("zh-Hans"))

    def test_only_whoever_tells_of_it_is_named(self) -> None:
        one = told(disclosed=True)
        other = replace(one, id="other", account=Account.LOG, disclosed=None)
        (found_,) = found(Rule.DISCLOSURE, one, other)

        assert (found_.incident_ids, found_.facts["who"]) == ((one.id,), "the borrower")

    @pytest.mark.parametrize(
        ("names", "people"),
        [
            (["妈妈", "妈 妈"], 1),  # written down before the book was there
            (["妈妈", "爸爸"], 2),
            (["妈妈", ""], 1),
        ],
    )
    def test_a_name_that_one_contact_has_is_that_contact(
        self, names: list[str], people: int
    ) -> None:
        first = told(to=names[0], contact_id="c1")
        (one,) = found(Rule.THIRD_PARTY, first, told("2026-06-02T12:00+08:00", to=names[1]))

        assert one.facts["people"] == people

    def test_a_name_that_two_contacts_have_is_nobody_s(self) -> None:
        (one,) = found(
            Rule.THIRD_PARTY,
            told(to="王伟", contact_id="c1"),
            told("2026-06-02T12:00+08:00", to="王伟", contact_id="c2"),
            told("2026-06-03T12:00+08:00", to="王伟"),
        )

        assert one.facts["people"] == 3

    @pytest.mark.parametrize(
        ("more", "seconds", "calls"),
        [
            ({"account": Account.LOG, "source": "a.xml:7"}, 0, 1),
            ({"account": Account.LOG, "source": "a.xml:7"}, 120, 1),
            ({"account": Account.LOG, "source": "a.xml:7"}, 121, 2),
            ({"account": Account.CONTACT, "account_name": "妈妈"}, 60, 1),
            ({"account": Account.CONTACT, "number": "", "caller": None}, 60, 1),
            ({"account": Account.LOG, "number": OTHER, "caller": E164("+8613800000124")}, 60, 2),
            ({"account": Account.LOG, "to": "爸爸"}, 60, 2),
            ({"account": Account.LOG, "answered": False}, 60, 2),
            ({"account": Account.LOG, "kind": IncidentKind.TEXT}, 60, 2),
            ({}, 1, 2),  # one account tells of each call once
        ],
    )
    def test_they_differ_little_and_come_from_others(
        self, more: dict[str, Any], seconds: int, calls: int
    ) -> None:
        one = told(answered=True)
        other = replace(one, id="other", at=one.at + timedelta(seconds=seconds), **more)

        assert len(told_once([one, other])) == calls

    def test_two_logs_of_the_same_calls_are_matched_one_to_one(self) -> None:
        first = minutes_apart(3, told(account=Account.LOG, source="phone.xml:1"), minutes=1)
        second = [replace(one, id=f"b{one.id}", source="bill.csv:1") for one in first]
        in_order = sorted([*first, *second], key=lambda one: one.at)

        assert [len(call) for call in told_once(in_order)] == [2, 2, 2]
        assert len(told_once(first)) == 3


class TestThirdParty:
    def test_everybody_but_the_borrower_is_counted_once_each(self) -> None:
        (one,) = found(
            Rule.THIRD_PARTY,
            told(to="妈妈", contact_id="c1"),
            told("2026-06-02T12:00+08:00", to="老妈", contact_id="c1", answered=False),
            told("2026-06-02T13:00+08:00", to="单位 同事"),
            told("2026-06-02T14:00+08:00", to="单位同事", kind=IncidentKind.TEXT),
            told("2026-06-02T15:00+08:00", to="", contact_id="c2"),
            told("2026-06-02T16:00+08:00", to=""),  # nobody knows who it was
            told("2026-06-02T17:00+08:00", to="业主群", kind=IncidentKind.POST),
            to_me("2026-06-02T18:00+08:00"),
        )

        assert one.fact_ids == ("gbt-contact", "cba-third")
        assert {name: one.facts[name] for name in ("people", "times", "missed")} == {
            "people": 3,
            "times": 5,
            "missed": 1,
        }
        assert len(one.incident_ids) == 5

    def test_with_the_borrower_alone_there_is_none(self) -> None:
        assert found(Rule.THIRD_PARTY, to_me(), told(to="")) == []


class TestDisclosure:
    @pytest.mark.parametrize(
        ("one", "findings"),
        [
            (told(disclosed=True), 1),
            (told(disclosed=True, kind=IncidentKind.POST, to=""), 1),
            (told(disclosed=False), 0),
            (told(disclosed=None), 0),
            (to_me(disclosed=True), 0),
        ],
    )
    def test_a_debt_was_named_to_somebody_else(self, one: Incident, findings: int) -> None:
        assert len(found(Rule.DISCLOSURE, one)) == findings

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({}, "据借款人本人提供的情况，2026-06-01 12:00，对方向妈妈提到了欠款。"),
            ({"account": Account.CONTACT, "account_name": "妈妈"}, "据妈妈提供的情况，"),
            ({"account": Account.CONTACT}, "据一位没写名字的人提供的情况，"),
            ({"account": Account.LOG}, "据手机或运营商提供的情况，"),
            ({"to": ""}, "对方向一位没写名字的人提到了欠款"),
            ({}, f"提到了欠款。显示的号码：{NUMBER}。"),
            ({"to": "", "kind": IncidentKind.POST}, "对方向看得到的人提到了欠款"),
            ({"to": "{who}"}, "对方向{who}提到了欠款"),
        ],
    )
    def test_it_is_said_by_whose_account(self, more: dict[str, Any], words: str) -> None:
        (one,) = found(Rule.DISCLOSURE, told(disclosed=True, **more))

        assert one.fact_ids == ("gbt-contact", "cba-third", "cba-ban", "cc-1032")
        assert words in one.said(Words("zh-Hans"))


class TestAfterRefusal:
    REFUSED = told(refused=True, said_they_were="某某金融")

    @pytest.mark.parametrize(
        ("seconds", "more", "findings"),
        [
            (-1, {}, 0),
            (0, {}, 0),
            (1, {}, 1),
            (1, {"answered": False}, 1),
            (1, {"kind": IncidentKind.TEXT}, 1),
            (1, {"kind": IncidentKind.POST}, 0),
            (1, {"number": ""}, 1),
            (1, {"to": "爸爸"}, 0),
            (1, {"to": ""}, 0),
            (1, {"to": "我", "to_borrower": True}, 0),
            (1, {"said_they_were": "某某 金融"}, 1),
            (1, {"said_they_were": "某某金融公司"}, 1),
            (1, {"said_they_were": "另外一家"}, 0),
            (60, {"account": Account.LOG}, 0),  # another account of the same call
            (121, {"account": Account.LOG}, 1),
        ],
    )
    def test_only_what_came_later_to_the_same_person(
        self, seconds: int, more: dict[str, Any], findings: int
    ) -> None:
        at = (self.REFUSED.at + timedelta(seconds=seconds)).isoformat()

        assert len(found(Rule.AFTER_REFUSAL, told(at, **more), self.REFUSED)) == findings

    def test_it_says_how_often_and_how_often_by_the_same_number(self) -> None:
        later = [
            told("2026-06-02T12:00+08:00"),
            told("2026-06-03T12:00+08:00", number=OTHER, answered=False),
            told("2026-06-04T12:00+08:00", number=""),
        ]
        (one,) = found(Rule.AFTER_REFUSAL, *later, self.REFUSED)

        assert one.fact_ids == ("gbt-contact", "cba-third", "cc-1033")
        assert one.incident_ids == (self.REFUSED.id, *(two.id for two in later))
        assert one.said(Words("zh-Hans")) == (
            "据借款人本人提供的情况，2026-06-01 12:00，妈妈说了不要再联系。"
            "在那以后又记下 3 次联系，最后一次在 2026-06-04 12:00。"
            "其中 1 次是没有接通的电话。1 次显示的号码和拒绝那次相同。"
        )

    def test_what_led_up_to_it_is_not_counted(self) -> None:
        later = told("2026-06-02T12:00+08:00")
        (one,) = found(Rule.AFTER_REFUSAL, self.REFUSED, later)

        assert one.incident_ids == (self.REFUSED.id, later.id)
        assert one.counted == ((later.id,),)
        assert "没有接通" not in one.said(Words("zh-Hans"))

    def test_a_refusal_that_nothing_came_after_is_not_the_first(self) -> None:
        other = replace(self.REFUSED, id="b", at=self.REFUSED.at + timedelta(days=1))
        other = replace(other, said_they_were="另外一家")
        later = told("2026-06-03T12:00+08:00", said_they_were="另外一家")
        (one,) = found(Rule.AFTER_REFUSAL, self.REFUSED, other, later)

        assert one.counted == ((later.id,),)
        assert one.facts["when"] == "2026-06-02 12:00"

    def test_a_second_refusal_is_itself_a_contact_after_the_first(self) -> None:
        again = told("2026-06-02T12:00+08:00", refused=True)
        (one,) = found(Rule.AFTER_REFUSAL, self.REFUSED, again)

        assert one.facts["times"] == 1

    def test_the_borrower_owes_and_may_be_rung_again(self) -> None:
        refused = to_me(refused=True)

        assert found(Rule.AFTER_REFUSAL, refused, *minutes_apart(3, to_me())) == []


class TestIdentity:
    @pytest.mark.parametrize(
        ("more", "fact_ids"),
        [
            ({"said_they_were": "公安局"}, [("cba-identity", "cba-ban")]),
            ({"said": "我这里是法院"}, [("cba-identity", "cba-ban")]),
            ({"unidentified": True}, [("cba-identity",)]),
            ({"said_they_were": "某某金融"}, []),
            ({"said": "去法院起诉你"}, []),
            ({"unidentified": False}, []),
            ({}, []),
        ],
    )
    def test_an_authority_or_nobody(
        self, more: dict[str, Any], fact_ids: list[tuple[str, ...]]
    ) -> None:
        assert [one.fact_ids for one in found(Rule.IDENTITY, told(**more))] == fact_ids


class TestThreat:
    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"threatened": True}, "有人受到威胁"),
            ({"threatened": True, "said": "打断你的腿"}, "有人受到威胁"),
            ({"said": "不还就打断你的腿"}, "“打断你的腿”"),
            ({"said": "不还钱会上征信"}, None),
            ({"threatened": False}, None),
        ],
    )
    def test_somebody_says_so_or_the_words_do(
        self, more: dict[str, Any], words: str | None
    ) -> None:
        every = found(Rule.THREAT, told(**more))

        assert [one.fact_ids for one in every] == [("cba-ban", "psl-50")][: len(every)]
        assert [words in one.said(Words("zh-Hans")) for one in every if words] == (
            [True] if words else []
        )
        assert bool(every) is bool(words)


def test_without_facts_what_needs_no_rule_is_found_and_names_none() -> None:
    every = rules.findings(
        [
            told("2026-06-01T23:00+08:00", disclosed=True, refused=True, threatened=True),
            told("2026-06-02T23:00+08:00", unidentified=True),
            *minutes_apart(9, to_me()),
        ],
        None,
    )

    assert {one.rule for one in every} == set(Rule) - {Rule.HOURS, Rule.FREQUENCY}
    assert {one.fact_ids for one in every} == {()}


def test_no_finding_says_that_a_rule_was_broken() -> None:
    every = rules.findings(
        [
            told(
                "2026-06-01T23:00+08:00",
                disclosed=True,
                refused=True,
                threatened=True,
                unidentified=True,
                said="我是公安局的，泼油漆",
            ),
            told("2026-06-02T23:00+08:00", said="泼油漆"),
            *minutes_apart(4, to_me()),
            *minutes_apart(7, to_me(answered=False)),
        ],
        CN,
    )
    languages = ("zh-Hans", "zh-Hant", "en")
    said = [one.said(Words(language)) for one in every for language in languages]

    assert {one.rule for one in every} == set(Rule)
    assert [text for text in said if not text.startswith(("据", "據", "By the account of"))] == []
    verdicts = (
        "违法",
        "違法",
        "违反",
        "違反",
        "犯罪",
        "illegal",
        "broke",
        "violat",
        "骚扰",
        "騷擾",
    )
    assert [text for text in said if any(one in text for one in verdicts)] == []


@pytest.mark.parametrize("code", ["cn", "in", "id", "mx", "ph"])
def test_a_pattern_names_facts_that_hold_some_day(code: str) -> None:
    known = jurisdiction.facts(code)
    named = {name for names in known.patterns.values() for name in names}
    days = (date(2026, 11, 21), date(2027, 1, 1))

    assert named
    assert [name for name in named if not any(map(known.by_id[name].in_force, days))] == []
    assert {one.id for one in known if one.hours} == set(known.patterns["hours"])
