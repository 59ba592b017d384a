from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import plan
from kit.errors import LanguageMissingError
from kit.model import E164, Contact, Group, SkipReason, Standing, Status, Tone
from kit.plan import Told, Wishes, draft, finish, next_slot

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def wishes(
    language: str = "", sender_latin: str = "", open_to: frozenset[str] = frozenset()
) -> Wishes:
    return Wishes(
        notice_id="notice",
        channel="phone",
        hears_replies=True,
        sender="小明",
        sender_latin=sender_latin,
        language=language,
        open_to=open_to,
    )


def contact(id_: str, *numbers: str, group: Group = Group.EVERYONE) -> Contact:
    return Contact(id=id_, names=(id_,), numbers=tuple(map(E164, numbers)), group=group)


MOTHER = contact("mother", "+8613800000001", group=Group.EMERGENCY)
FRIEND = contact("friend", "+8613800000002", "+861055500101")
ANNA = contact("anna", "+12025550143")


def standing(contact_id: str, recipient: str, status: Status) -> Standing:
    return Standing(
        message_id=plan.message_id(contact_id, "notice"),
        contact_id=contact_id,
        recipient=E164(recipient),
        channel="phone",
        status=status,
        provider_id="",
        at=NOW,
    )


def test_emergency_contacts_come_first() -> None:
    messages, skips = draft([FRIEND, MOTHER, ANNA], wishes(), Told())

    assert [m.contact_id for m in messages] == ["mother", "friend", "anna"]
    assert skips == ()


def test_neutral_is_the_default_and_open_is_chosen() -> None:
    messages, _ = draft([MOTHER, FRIEND], wishes(open_to=frozenset({"mother"})), Told())

    assert [m.tone for m in messages] == [Tone.OPEN, Tone.NEUTRAL]
    assert "借款" in messages[0].text
    assert "借" not in messages[1].text


def test_the_number_decides_the_language_unless_one_is_given() -> None:
    assert [m.language for m in draft([FRIEND, ANNA], wishes(), Told())[0]] == ["zh-Hans", "en"]
    assert {m.language for m in draft([FRIEND, ANNA], wishes(language="en"), Told())[0]} == {"en"}
    with pytest.raises(LanguageMissingError):
        draft([FRIEND], wishes(language="fr"), Told())


def test_a_latin_name_keeps_english_texts_short() -> None:
    ((long,), _), ((short,), _) = (
        draft([ANNA], wishes(sender_latin=latin), Told()) for latin in ("", "Li Ming")
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
        (contact("a"), SkipReason.NO_USABLE_ADDRESS),
        (contact("a", "+8613800000001"), SkipReason.SAME_NUMBER),
    ],
)
def test_whoever_gets_nothing_is_listed_with_a_reason(someone: Contact, reason: SkipReason) -> None:
    messages, skips = draft([MOTHER, someone], wishes(), Told())

    assert [m.contact_id for m in messages] == ["mother"]
    assert [(s.contact_id, s.reason) for s in skips] == [("a", reason)]


def test_a_number_of_somebody_who_is_never_told_is_told_under_no_name() -> None:
    never = contact("ex", "+8613800000002", group=Group.NOBODY)
    messages, skips = draft([FRIEND, never], wishes(), Told())

    assert messages == ()
    assert [s.reason for s in skips] == [SkipReason.NOBODY] * 2


@pytest.mark.parametrize("status", [s for s in Status if s not in ("planned", "handed_over")])
def test_whoever_was_told_or_may_have_been_is_left_out(status: Status) -> None:
    told = Told.by([standing("friend", "+8613800000002", status)])

    assert draft([FRIEND], wishes(), told)[1][0].reason is SkipReason.ALREADY_TOLD


@pytest.mark.parametrize("status", [Status.PLANNED, Status.HANDED_OVER])
def test_what_has_not_left_is_planned_again(status: Status) -> None:
    told = Told.by([standing("friend", "+8613800000002", status)])

    assert [m.contact_id for m in draft([FRIEND], wishes(), told)[0]] == ["friend"]


def test_a_number_that_was_told_is_not_told_again_under_another_name() -> None:
    told = Told.by([standing("someone", "+861055500101", Status.DELIVERED)])

    assert draft([FRIEND], wishes(), told)[1][0].reason is SkipReason.ALREADY_TOLD


def test_one_text_per_group_tone_and_language() -> None:
    hostile = contact("债主老王 {from} <script>", "+8613800000005")
    messages, _ = draft([FRIEND, hostile], wishes(), Told())

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
    messages, skips = draft(people, wishes(), before)

    assert draft(people, wishes(), before) == (messages, skips)
    assert {m.contact_id for m in messages} | {s.contact_id for s in skips} == {
        c.id for c in people
    }
    assert len({m.recipient for m in messages}) == len(messages)
    assert before.recipients.isdisjoint(m.recipient for m in messages)
    assert {m.group for m in messages} <= {Group.EMERGENCY, Group.EVERYONE}


def test_the_pace_of_the_hour_and_of_the_day() -> None:
    gone = [NOW - HOUR / 2] * 20

    assert next_slot(gone[:19], NOW, 20, 100) == NOW
    assert next_slot(gone, NOW, 20, 100) == NOW + HOUR / 2
    assert next_slot([NOW - 2 * HOUR] * 100, NOW, 20, 100) == NOW + 22 * HOUR
    assert next_slot(gone, NOW, None, None) == NOW


@pytest.mark.parametrize(
    ("count", "hours"), [(0, 0), (1, 0), (20, 0), (21, 1), (100, 4), (101, 24), (121, 25)]
)
def test_the_finish_time_is_what_the_pace_allows(count: int, hours: int) -> None:
    assert finish(count, [], NOW, 20, 100) == NOW + hours * HOUR


@given(st.integers(0, 300))
def test_the_finish_time_never_breaks_the_pace(count: int) -> None:
    gone: list[datetime] = []
    at = NOW
    for _ in range(count):
        at = next_slot(gone, at, 20, 100)
        gone.append(at)

    assert all(later - earlier >= HOUR for earlier, later in zip(gone, gone[20:], strict=False))
    assert finish(count, [], NOW, 20, 100) == at
