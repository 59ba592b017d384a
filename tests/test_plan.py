from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import plan
from kit.errors import LanguageMissingError
from kit.hours import parse_hours
from kit.model import (
    E164,
    Address,
    Contact,
    Email,
    Fault,
    Group,
    Pace,
    SkipReason,
    Status,
    Tone,
    Try,
)
from kit.plan import Known, Told, Wishes, draft, next_slot, schedule

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def wishes(**more: Any) -> Wishes:  # noqa: ANN401 (whatever a wish is)
    values: dict[str, Any] = {
        "notice_id": "notice",
        "channel": "phone",
        "sender": "小明",
        "now": NOW,
        "last": lambda _: "reply",
        "allows": lambda _, __: True,
        "reaches": lambda _: True,
    }
    return Wishes(**{**values, **more})


def text_wishes(**more: Any) -> Wishes:  # noqa: ANN401 (the same)
    """Of a channel that sends by itself, in hours, and to those without a mobile by mail."""
    values = {"channel": "twilio", "mail_channel": "email", "hours": parse_hours("08:00-21:00")}
    return wishes(**{**values, **more})


def contact(
    id_: str, *numbers: str, group: Group = Group.EVERYONE, emails: tuple[str, ...] = ()
) -> Contact:
    return Contact(
        id=id_,
        names=(id_,),
        numbers=tuple(map(E164, numbers)),
        emails=tuple(map(Email, emails)),
        group=group,
    )


MOTHER = contact("mother", "+8613800000001", group=Group.EMERGENCY)
FRIEND = contact("friend", "+8613800000002", "+861055500101")
ANNA = contact("anna", "+12025550143")


def test_emergency_contacts_come_first() -> None:
    messages, skips = draft([FRIEND, MOTHER, ANNA], wishes(), Known())

    assert [m.contact_id for m in messages] == ["mother", "friend", "anna"]
    assert skips == ()


def test_neutral_is_the_default_and_open_is_chosen() -> None:
    messages, _ = draft([MOTHER, FRIEND], wishes(open_to=frozenset({"mother"})), Known())

    assert [m.tone for m in messages] == [Tone.OPEN, Tone.NEUTRAL]
    assert "借款" in messages[0].text
    assert "借" not in messages[1].text


def test_the_number_decides_the_language_unless_one_is_given() -> None:
    assert [m.language for m in draft([FRIEND, ANNA], wishes(), Known())[0]] == ["zh-Hans", "en"]
    assert {m.language for m in draft([FRIEND, ANNA], wishes(language="en"), Known())[0]} == {"en"}
    with pytest.raises(LanguageMissingError):
        draft([FRIEND], wishes(language="fr"), Known())


def test_a_latin_name_keeps_english_texts_short() -> None:
    ((long,), _), ((short,), _) = (
        draft([ANNA], wishes(sender_latin=latin), Known()) for latin in ("", "Li Ming")
    )

    assert (long.encoding, plan.over_budget(long)) == ("UCS-2", True)
    assert (short.encoding, plan.over_budget(short)) == ("GSM-7", False)


@pytest.mark.parametrize(
    ("someone", "reason"),
    [
        (contact("a", "+8613800000003", group=Group.UNDECIDED), SkipReason.UNDECIDED),
        (contact("a", "+8613800000003", group=Group.NOBODY), SkipReason.NOBODY),
        (contact("a", "+861055500101"), SkipReason.LANDLINE),
        (contact("a", "+861010086"), SkipReason.SERVICE_NUMBER),
        (contact("a", "+864000000000"), SkipReason.SERVICE_NUMBER),
        (replace(contact("a"), also=("95588",)), SkipReason.SERVICE_NUMBER),
        (
            replace(contact("a"), also=("+8613800000002;ext=801",)),
            SkipReason.NO_USABLE_ADDRESS,
        ),
        (contact("a"), SkipReason.NO_USABLE_ADDRESS),
        (contact("a", "+8613800000001"), SkipReason.SAME_NUMBER),
    ],
)
def test_whoever_gets_nothing_is_listed_with_a_reason(someone: Contact, reason: SkipReason) -> None:
    messages, skips = draft([MOTHER, someone], wishes(), Known())

    assert [m.contact_id for m in messages] == ["mother"]
    assert [(s.contact_id, s.reason) for s in skips] == [("a", reason)]


def test_a_number_of_somebody_who_is_never_told_is_told_under_no_name() -> None:
    never = contact("ex", "+8613800000002", group=Group.NOBODY)
    messages, skips = draft([FRIEND, never], wishes(), Known())

    assert messages == ()
    assert [s.reason for s in skips] == [SkipReason.NOBODY] * 2


def told(contact_id: str, number: str) -> Known:
    return Known(told=Told(frozenset([contact_id]), frozenset([E164(number)])))


def test_whoever_was_told_or_may_have_been_is_left_out() -> None:
    known = told("friend", "+8613800000002")

    assert draft([FRIEND], wishes(), known)[1][0].reason is SkipReason.ALREADY_TOLD


def test_a_number_that_was_told_is_not_told_again_under_another_name() -> None:
    known = told("someone", "+8613800000002")

    assert draft([FRIEND], wishes(), known)[1][0].reason is SkipReason.ALREADY_TOLD


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        (lambda reached: Known(told=reached), SkipReason.ALREADY_TOLD),
        (lambda reached: Known(held=reached), SkipReason.HANDED_OVER),
    ],
)
def test_a_mailbox_that_was_told_or_is_held_is_told_again_only_where_it_is_a_familys(
    of: Callable[[Told], Known], reason: SkipReason
) -> None:
    father, mother, child = (
        contact("father", emails=("home@example.com",)),
        contact("mother", "+8613800000001", emails=("home@example.com",)),
        contact("child", emails=("home@example.com",)),
    )
    known = of(Told(frozenset(["father"]), frozenset([Email("home@example.com")])))
    messages, skips = draft([father, mother, child], text_wishes(), known)

    assert [(m.contact_id, m.others) for m in messages] == [("mother", ())]
    assert [(s.contact_id, s.reason) for s in skips] == [("father", reason), ("child", reason)]
    alone = replace(mother, id="other")
    assert draft([alone], text_wishes(), known)[1][0].reason is reason


def test_only_a_mailbox_a_landline_and_a_number_of_north_america_may_be_a_familys() -> None:
    shared = ["home@example.com", "+861055500101", "+12025550143"]

    assert [a for a in [*shared, "+8613800000001"] if plan.may_be_shared(E164(a))] == shared


def test_a_text_goes_to_a_mailbox_or_to_a_mobile() -> None:
    taking = ["home@example.com", "+8613800000001"]

    assert [a for a in [*taking, "+861055500101"] if plan.takes_messages(E164(a))] == taking


def test_a_person_has_one_message_of_each_notice() -> None:
    once, again, another = (
        draft([MOTHER], wishes(notice_id=notice), Known())[0][0].id for notice in "aab"
    )

    assert once == again != another
    assert once != draft([FRIEND], wishes(notice_id="a"), Known())[0][0].id


def test_an_address_that_another_has_or_may_not_have_gives_way_to_the_next() -> None:
    never = contact("never", emails=("home@example.com",), group=Group.NOBODY)
    one = contact("one", "+12025550143")
    two = contact("two", "+12025550143", "+8613800000001")
    three = contact("three", emails=("home@example.com", "own@example.com"))
    messages, skips = draft([never, one, two, three], text_wishes(), Known())

    assert [(m.contact_id, m.recipient) for m in messages] == [
        ("one", "+12025550143"),
        ("two", "+8613800000001"),
        ("three", "own@example.com"),
    ]
    assert [s.contact_id for s in skips] == ["never"]


def test_one_text_per_group_tone_and_language() -> None:
    hostile = contact("债主老王 {from} <script>", "+8613800000005")
    messages, _ = draft([FRIEND, hostile], wishes(), Known())

    assert len({m.text for m in messages}) == 1
    assert "{" not in messages[0].text


PEOPLE = st.lists(
    st.builds(
        contact,
        st.integers(0, 99).map(str),
        st.integers(1, 5).map(lambda n: f"+861380000000{n}"),
        group=st.sampled_from(Group),
    ),
    max_size=12,
    unique_by=lambda c: c.id,
)


@given(PEOPLE, st.sets(st.integers(1, 5)))
def test_planning_is_deterministic_and_gives_no_number_twice(
    people: list[Contact], told: set[int]
) -> None:
    before = Told(frozenset(), frozenset(E164(f"+861380000000{n}") for n in told))
    messages, skips = draft(people, wishes(), Known(told=before))

    assert draft(people, wishes(), Known(told=before)) == (messages, skips)
    assert {m.contact_id for m in messages} | {s.contact_id for s in skips} == {
        c.id for c in people
    }
    assert len({m.recipient for m in messages}) == len(messages)
    assert before.recipients.isdisjoint(m.recipient for m in messages)
    assert {m.group for m in messages} <= {Group.EMERGENCY, Group.EVERYONE}


OWN = Pace(per_hour=20, per_day=100)


def test_the_pace_of_the_hour_and_of_the_day() -> None:
    gone = [(NOW - HOUR / 2, 2)] * 20

    assert next_slot(gone[:19], NOW, OWN, 2) == NOW
    assert next_slot(gone, NOW, OWN, 2) == NOW + HOUR / 2
    assert next_slot([(NOW - 2 * HOUR, 2)] * 100, NOW, OWN, 2) == NOW + 22 * HOUR
    assert next_slot(gone, NOW, Pace(), 2) == NOW


def test_segments_are_counted_over_half_an_hour() -> None:
    pace = Pace(segments=28)
    gone = [(NOW - timedelta(minutes=20 - n), 3) for n in range(9)]

    assert next_slot(gone, NOW, pace, 1) == NOW
    assert next_slot(gone, NOW, pace, 2) == NOW + timedelta(minutes=11)
    assert next_slot(gone, NOW, pace, 5) == NOW + timedelta(minutes=12)
    assert next_slot([], NOW, pace, 40) == NOW


def scheduled(people: list[Contact], pace: Pace, now: datetime = NOW) -> list[datetime]:
    drafted, _ = draft(people, text_wishes(now=now), Known())
    messages, last = schedule(drafted, [], now, parse_hours("08:00-21:00"), pace)
    assert last == max((m.foreseen_at for m in messages), default=now)
    return [m.foreseen_at for m in messages]


def many(count: int, first: str = "+8613800000000") -> list[Contact]:
    return [contact(f"c{n}", f"+{int(first[1:]) + n}") for n in range(count)]


@pytest.mark.parametrize(
    ("count", "hours"), [(0, 0), (1, 0), (20, 0), (21, 1), (100, 4), (101, 24), (121, 25)]
)
def test_the_last_is_foreseen_when_the_pace_allows_it(count: int, hours: int) -> None:
    drafted, _ = draft(many(count), wishes(), Known())

    assert schedule(drafted, [], NOW, parse_hours("00:00-24:00"), OWN)[1] == NOW + hours * HOUR


@pytest.mark.parametrize("count", [0, 1, 15, 16, 20, 21, 30, 99, 100, 101, 150])
def test_what_is_foreseen_never_breaks_the_pace(count: int) -> None:
    times = scheduled(many(count), Pace(per_hour=20, per_day=100, segments=30))

    assert all(later - earlier >= HOUR for earlier, later in zip(times, times[20:], strict=False))
    assert all(
        later - earlier >= timedelta(minutes=30)
        for earlier, later in zip(times, times[15:], strict=False)
    )


PACES = st.builds(
    Pace,
    per_second=st.none() | st.sampled_from([0.001, 0.5, 4.0]),
    per_hour=st.none() | st.integers(1, 3),
    per_day=st.none() | st.integers(1, 5),
    segments=st.none() | st.integers(4, 9),
)
TEN, _ = draft(many(10), wishes(), Known())


@given(PACES, st.lists(st.integers(1, 4), max_size=10), st.lists(st.integers(0, 90), max_size=6))
def test_in_no_hour_half_hour_or_day_does_more_go_than_the_pace_allows(
    pace: Pace, sizes: list[int], minutes_ago: list[int]
) -> None:
    messages = [replace(m, segments=size) for m, size in zip(TEN, sizes, strict=False)]
    gone = sorted((NOW - timedelta(minutes=minutes), 3) for minutes in minutes_ago)
    planned, _ = schedule(messages, gone, NOW, parse_hours("00:00-24:00"), pace)
    went = [*gone, *((m.foreseen_at, m.segments) for m in planned)]

    assert went == sorted(went, key=lambda one: one[0])
    for at, _ in went[len(gone) :]:
        hour, half, day = (
            [size for then, size in went if at - window < then <= at]
            for window in (HOUR, HOUR / 2, 24 * HOUR)
        )
        assert pace.per_hour is None or len(hour) <= pace.per_hour
        assert pace.per_day is None or len(day) <= pace.per_day
        assert pace.segments is None or sum(half) <= pace.segments


def test_messages_stand_a_little_further_apart_than_the_second_needs() -> None:
    first, second, third = scheduled(many(3), Pace(per_second=4))

    assert timedelta(seconds=0.25) < second - first == third - second < timedelta(seconds=0.26)
    assert set(scheduled(many(3), Pace())) == {NOW}


def test_nothing_is_foreseen_for_the_night() -> None:
    evening = datetime(2026, 11, 21, 12, 57, tzinfo=UTC)  # 20:57 in Shanghai
    times = scheduled(many(3), Pace(per_hour=1), evening)

    morning = evening + timedelta(hours=11, minutes=3)
    assert times == [evening, morning, morning + HOUR]


def test_whoever_has_day_goes_before_whoever_has_night() -> None:
    morning = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)  # 8:30 in Shanghai, 19:30 in Washington
    people = [contact("anna", "+12025550143"), *many(2)]
    times = scheduled(people, Pace(per_hour=1), morning)

    assert [t - morning for t in times] == [timedelta(), HOUR, 2 * HOUR]
    late = morning + 3 * HOUR
    assert scheduled(people, Pace(), late) == [late + timedelta(hours=9.5), late, late]


def test_where_all_have_day_they_go_in_the_order_of_the_plan() -> None:
    morning = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
    one, two = many(2)

    times = scheduled([one, ANNA, two], Pace(per_hour=1), morning)
    assert [t - morning for t in times] == [timedelta(), HOUR, 2 * HOUR]


def test_whoever_has_a_common_hour_only_in_spring_is_foreseen_for_spring() -> None:
    both = contact("both", "+12025550143", "+447700900123")
    hours = parse_hours("08:00-12:10")  # there are four hours between them, not five, in March
    spring = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
    messages, _ = draft([both], text_wishes(hours=hours, now=spring), Known())

    assert schedule(messages, [], spring - 60 * plan.DAY, hours, Pace())[1] == spring


def test_who_is_put_off_comes_last_and_who_is_dropped_never() -> None:
    people = [ANNA, *many(3)]
    messages, _ = draft(people, text_wishes(), Known())
    line, hours = plan.Line(messages), parse_hours("00:00-24:00")
    first = line.pop(NOW, hours)
    assert first is not None
    line.put_off(first)
    line.drop(lambda message: message.contact_id == "c1")

    left = [message.contact_id for _ in range(len(line)) if (message := line.pop(NOW, hours))]
    assert (first.contact_id, left) == ("anna", ["c0", "c2", "anna"])


def test_where_no_hour_is_day_a_person_is_skipped() -> None:
    hours = parse_hours("03:00-03:30")
    both = contact("both", "+8613800000001", "+12025550143")
    _, skips = draft([both], text_wishes(hours=hours), Known())

    assert [s.reason for s in skips] == [SkipReason.ALWAYS_QUIET]
    assert draft([both], text_wishes(hours=parse_hours("00:00-24:00")), Known())[1] == ()


def test_with_one_number_that_may_be_anywhere_it_is_always_night() -> None:
    satellite = "+8703" + "0" * 8
    both = contact("both", "+8613800000001", satellite)

    assert [s.reason for s in draft([both], text_wishes(), Known())[1]] == [SkipReason.ALWAYS_QUIET]
    dead = Known(dead=frozenset([E164(satellite)]))
    assert [m.zones for m in draft([both], text_wishes(), dead)[0]] == [("Asia/Shanghai",)]


def test_numbers_come_first_then_mail() -> None:
    (message,), _ = draft(
        [contact("a", "+8613800000001", "+8613800000002", emails=("a@example.com",))],
        text_wishes(),
        Known(),
    )

    assert (message.channel, message.recipient) == ("twilio", "+8613800000001")
    assert message.others == ("+8613800000002", "a@example.com")


def test_mail_is_for_those_without_a_mobile_number() -> None:
    people = [
        contact("both", "+8613800000001", emails=("a@example.com",)),
        contact("mail", "+861055500101", emails=("b@example.com",)),
    ]
    messages, skips = draft(people, text_wishes(channel="email"), Known())

    assert [(m.channel, m.recipient, m.zones) for m in messages] == [
        ("email", "b@example.com", ("Asia/Shanghai",))
    ]
    assert [(s.contact_id, s.reason) for s in skips] == [("both", SkipReason.HAS_MOBILE)]
    assert [m.channel for m in draft(people, text_wishes(), Known())[0]] == ["twilio", "email"]
    assert draft(people, wishes(), Known())[1][0].reason is SkipReason.LANDLINE


def test_a_mail_is_in_the_language_of_the_persons_first_number() -> None:
    people = [
        contact("en", "+442079460000", emails=("a@example.com",)),
        contact("cn", "+861055500101", emails=("b@example.com",)),
        contact("none", emails=("c@example.com",)),
        contact("text", "+442079460000", "+8613800000001"),  # a text: of the number it goes to
    ]
    messages, _ = draft(people, text_wishes(), Known())

    assert [m.language for m in messages] == ["en", "zh-Hans", "zh-Hans", "zh-Hans"]


def test_an_opt_out_of_any_address_holds_for_the_person() -> None:
    person = contact("a", "+8613800000001", emails=("a@example.com",))
    known = Known(opted_out=frozenset([Email("a@example.com")]))

    assert draft([person], text_wishes(), known)[1][0].reason is SkipReason.OPTED_OUT


def test_an_address_that_takes_no_message_gives_way_to_the_next() -> None:
    person = contact("a", "+8613800000001", "+8613800000002")
    dead = frozenset(map(E164, person.numbers))

    (message,), _ = draft([person], text_wishes(), Known(dead=frozenset([person.numbers[0]])))
    assert (message.recipient, message.others) == (person.numbers[1], ())
    assert draft([person], text_wishes(), Known(dead=dead))[1][0].reason is (
        SkipReason.UNDELIVERABLE
    )


def test_a_barred_route_and_an_invented_address_are_left_out_with_that_reason() -> None:
    person = contact("a", "+8613800000001")

    for name, reason in (
        ("allows", SkipReason.ROUTE_BARRED),
        ("reaches", SkipReason.INVENTED_NUMBER),
    ):
        asked = text_wishes(**{name: lambda *_: False})
        assert draft([person], asked, Known())[1][0].reason is reason


def test_a_route_may_be_barred_for_what_an_open_text_says() -> None:
    def allows(address: Address, tone: Tone) -> bool:
        return tone is Tone.NEUTRAL or not address.startswith("+86")

    people = [contact(c.id, *c.numbers, group=Group.EMERGENCY) for c in (MOTHER, FRIEND, ANNA)]
    asked = wishes(allows=allows, open_to=frozenset({"mother", "anna"}))
    messages, skips = draft(people, asked, Known())

    assert [m.contact_id for m in messages] == ["friend", "anna"]
    assert [s.reason for s in skips] == [SkipReason.ROUTE_BARRED]


def test_the_borrowers_own_words_stand_where_the_alphabet_of_the_text_has_them() -> None:
    def text(someone: Contact, **own: str) -> str:
        return draft([someone], wishes(sender_latin="Li Ming", **own), Known())[0][0].text

    chinese = text(FRIEND, check="问我小名", line="谢谢大家")
    assert "谢谢大家。核实请问我小名。" in chinese
    assert "核实请打我平时的号码。" in text(FRIEND)
    english = text(ANNA, check="ask my cat's name", line="Thank you")
    assert "Thank you. To check, ask my cat's name." in english
    assert text(ANNA, check="问我小名", line="谢谢大家") == text(ANNA)


def test_addresses_with_different_endings_get_the_one_that_is_true_of_both() -> None:
    person = contact("a", "+8613800000001", "+12025550143")
    asked = text_wishes(last=lambda address: "stop" if address.startswith("+1") else "reply")

    assert "打我电话" in draft([person], asked, Known())[0][0].text
    alike = text_wishes(last=lambda _: "stop")
    assert draft([person], alike, Known())[0][0].text.endswith("回复T。")


ADDRESSES = (E164("+8613800000001"), E164("+8613800000002"), Email("a@example.com"))


def tried(
    status: Status, fault: Fault | None = None, address: int = 0, minutes_ago: int = 60
) -> Try:
    return Try(
        attempt_id=f"{status} {address}",
        plan_id="plan",
        channel="twilio",
        recipient=ADDRESSES[address],
        status=status,
        fault=fault,
        code="",
        provider_id="",
        at=NOW - timedelta(minutes=minutes_ago),
    )


DEAD = tried(Status.UNDELIVERED, Fault.ADDRESS)


@pytest.mark.parametrize(
    ("tries", "goes_to"),
    [
        ([], 0),
        ([tried(Status.PLANNED)], 0),
        ([tried(Status.UNKNOWN)], None),
        ([tried(Status.ACCEPTED)], None),
        ([tried(Status.HANDED_OVER)], None),
        ([tried(Status.REJECTED, Fault.ADDRESS)], 1),
        ([tried(Status.REJECTED, Fault.SENDER)], 1),
        ([DEAD, tried(Status.UNKNOWN, address=1)], None),
        ([DEAD, tried(Status.PLANNED, address=1)], 1),
        ([DEAD, tried(Status.UNDELIVERED, Fault.ADDRESS, 1)], 2),
        ([DEAD, *(tried(Status.REJECTED, Fault.ADDRESS, n) for n in (1, 2))], None),
        ([tried(Status.REJECTED, Fault.OPT_OUT)], None),
        ([tried(Status.REJECTED, Fault.UNCLEAR)], None),
        ([tried(Status.REJECTED)], None),
        ([tried(Status.UNDELIVERED, Fault.TRANSIENT, minutes_ago=30)], 0),
        ([tried(Status.UNDELIVERED, Fault.TRANSIENT, minutes_ago=29)], None),
        ([tried(Status.UNDELIVERED, Fault.TRANSIENT)] * 2, None),
        ([replace(DEAD, plan_id="an earlier plan")], 0),
    ],
)
def test_the_next_try_goes_where_the_tries_before_leave_room(
    tries: list[Try], goes_to: int | None
) -> None:
    (message,), _ = draft(
        [contact("a", *ADDRESSES[:2], emails=ADDRESSES[2:])], text_wishes(), Known()
    )

    expected = None if goes_to is None else ADDRESSES[goes_to]
    assert plan.next_address(message, tries, "plan", NOW) == expected


def test_an_address_that_turned_out_to_be_somebody_elses_gives_way_to_the_next() -> None:
    (message,), _ = draft([contact("a", *ADDRESSES[:2])], wishes(), Known())

    assert plan.next_address(message, [], "plan", NOW, ADDRESSES[:1]) == ADDRESSES[1]
    assert plan.next_address(message, [], "plan", NOW, ADDRESSES[:2]) is None


def test_a_message_is_too_late_72_hours_after_the_foreseen_moment() -> None:
    (message,), _ = draft([MOTHER], wishes(), Known())

    assert not plan.too_late(message, NOW + 72 * HOUR)
    assert plan.too_late(message, NOW + 72 * HOUR + timedelta(seconds=1))
