"""Scan and send: one person at a time is handed over; what the borrower says is recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from kit import phone, template
from kit import plan as planning
from kit.actions import people
from kit.actions.delivery import deliver, gone, owner, still_to_go
from kit.actions.progress import waiting
from kit.channels import phone as channel
from kit.hours import parse_hours
from kit.model import BY_WORD, E164, TAKEN_BACK, Answer, Form, Group, Receipt, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from kit.actions.store import Store
    from kit.model import Attempt, Message, Plan

#: The channel whose texts are handed over one by one.
PHONE = "phone"
#: The app on the phone that sends, and the forms in which a text gets there, the first one first.
FORMS = {"sms": (Form.SMSTO, Form.LINK, Form.COPY), "wechat": (Form.COPY, Form.TEXT)}
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One person whose text the borrower holds on the phone now."""

    attempt: Attempt
    contact_id: str
    #: the name shown, or empty
    name: str = field(repr=False)
    #: what was chosen for them when the code was shown
    group: Group
    #: the number is one of the invented ones
    invented: bool
    #: it was already held when the last run ended
    held_before: bool
    #: it is quiet time where they are: a warning, the thumb is the borrower's
    quiet: bool
    #: the text may still go like this
    may_go: bool
    #: the segments of a text that needs more than its wording promises, else 0
    too_many_segments: int
    #: left after this one
    left: int
    #: gone by all ways of one's own number, this one among them, and the most that may
    last_hour: int
    per_hour: int | None
    last_day: int
    per_day: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the borrower said of one text, and what was chosen for the contact before."""

    handover: Handover
    answer: Answer
    group_before: Group | None


def handing_over(
    store: Store, plan: Plan, only: Collection[str] | None = None
) -> Iterator[Handover]:
    """One person at a time for scan and send; each is to be answered before the next.

    Those whom the borrower held when the last run ended come first: nobody else knows whether
    they were told. `handed_over` is on the disk before a code is given out. With `only`, which are
    ids of messages, nobody else is begun.

    Raises:
        PaceError: enough for this hour or this day.
    """
    channels = {plan.channel: channel.PhoneChannel(store.clock)}
    held_ids = {attempt.message_id for attempt in _held(store)}
    fresh = [
        m for m in waiting(store, plan) if m.id not in held_ids and (only is None or m.id in only)
    ]
    yield from held(store, plan, len(fresh))
    for position, message in enumerate(fresh, 1):
        outcome = deliver(store, plan, message, channels)
        if outcome.attempt is not None:
            left = len(fresh) - position
            yield _handover(store, plan, outcome.attempt, left, held_before=False)


def held(store: Store, plan: Plan, fresh: int = 0) -> Iterator[Handover]:
    """Those whose text the borrower holds, the longest held first; `fresh` more come after them.

    Of whom another window has spoken when their turn comes is left out.
    """
    attempts = _held(store)
    for position, attempt in enumerate(attempts, 1):
        left = len(attempts) - position + fresh
        if _is_asked(store, attempt):
            yield _handover(store, plan, attempt, left, held_before=True)


def find(store: Store, plan: Plan, attempt_id: str) -> Handover | None:
    """The text of that attempt, if it is held, or was and nothing went instead."""
    notice_id = store.ledger.real_notice()
    last = store.ledger.open_attempts(notice_id, PHONE, Status.HANDED_OVER, Status.PLANNED)
    found = next((one for one in last if one.id == attempt_id), None)
    return _handover(store, plan, found, 0, held_before=True) if found is not None else None


def answer(
    store: Store, handover: Handover, said: Answer, instead_of: Said | None = None
) -> Said | None:
    """Record what the borrower says of a text they held; `never` also moves the contact.

    `instead_of` is what they said of it by mistake, a moment ago; the last word counts. Nothing,
    and nothing has changed, when another window or program has spoken of that text meanwhile. But
    what was taken back and went all the same did go.
    """
    with store.changing():
        is_asked = _is_asked(store, handover.attempt, instead_of)
        if not is_asked and not (said is Answer.SENT and _is_taken_back(store, handover.attempt)):
            return None
        contact = owner(store, handover.contact_id, handover.attempt.recipient)
        before = contact.group if contact is not None else None
        if instead_of is not None and instead_of.answer is Answer.NEVER:
            before = instead_of.group_before
        if contact is not None and before is not None:
            group = Group.NOBODY if said is Answer.NEVER else before
            store.book.choose({contact.id: group})
        status = Status.DELIVERED if said is Answer.SENT else Status.PLANNED
        receipt = Receipt(status=status, at=store.clock(), code=f"{BY_WORD}{said}")
        store.ledger.record(handover.attempt.id, receipt)
    return Said(handover=handover, answer=said, group_before=before)


def put_off(store: Store, plan: Plan, said: Sequence[Said]) -> list[str]:
    """The ids of the messages that were left for later, and may be shown again."""
    later = {one.handover.attempt.message_id for one in said if one.answer is Answer.NOT_NOW}
    return [message.id for message in waiting(store, plan) if message.id in later]


def code(form: Form, recipient: E164, text: str) -> list[str]:
    """The QR code of that form, as lines for a terminal: light on dark."""
    return channel.code(channel.content(form, recipient, text))


def svg(form: Form, recipient: E164, text: str) -> str:
    """The QR code of that form, as markup for a page: black on white whatever the page is."""
    return channel.svg(channel.content(form, recipient, text))


def link(recipient: E164, text: str) -> str:
    """The `sms:` link of a text."""
    return channel.link(recipient, text)


def texts_to_oneself(store: Store, recipient: E164) -> list[tuple[Message, str]]:
    """The different messages of the plan, each with its text marked as a test.

    Of the language that one's own number would get, if the plan has any in it. It tells nobody
    else, and is not recorded.

    Raises:
        NoPlanError: there is no plan.
    """
    plan = store.current_plan()
    spoken = template.language_for(recipient)
    first: dict[str, Message] = {}
    for message in plan.messages:
        first.setdefault(message.text, message)
    own = [m for m in first.values() if m.language == spoken] or list(first.values())
    return [(m, template.text(m.language, "test") + m.text) for m in own]


def own_number(store: Store, number: str) -> tuple[E164, bool]:
    """A number as E.164, and whether it is surely no stranger's: on one's own card, or invented.

    Raises:
        NumberError: that is not a telephone number.
    """
    parsed = phone.parse(number, store.region)
    return parsed, phone.is_invented(parsed) or people.is_own(store, parsed)


def _held(store: Store) -> list[Attempt]:
    """For real, also when a rehearsal was planned since."""
    return store.ledger.open_attempts(store.ledger.real_notice(), PHONE, Status.HANDED_OVER)


def _is_asked(store: Store, attempt: Attempt, instead_of: Said | None = None) -> bool:
    """Whether that text is held, or what was said of it last is what is to be corrected."""
    last = store.ledger.tries(attempt.message_id)[-1]
    if instead_of is not None:
        return (last.attempt_id, last.code) == (attempt.id, f"{BY_WORD}{instead_of.answer}")
    return (last.attempt_id, last.status) == (attempt.id, Status.HANDED_OVER)


def _is_taken_back(store: Store, attempt: Attempt) -> bool:
    """Whether that text was taken back, and not tried again."""
    last = store.ledger.tries(attempt.message_id)[-1]
    return (last.attempt_id, last.code) == (attempt.id, TAKEN_BACK)


def _handover(
    store: Store, plan: Plan, attempt: Attempt, left: int, *, held_before: bool
) -> Handover:
    recipient = cast("E164", attempt.recipient)
    contact_id = store.ledger.told_at(store.ledger.real_notice(), recipient)[0].contact_id
    contact = owner(store, contact_id, recipient)
    hours = parse_hours(plan.hours)
    now, before = store.clock(), gone(store, plan.channel)
    message = next((m for m in plan.messages if m.id == attempt.message_id), None)
    is_longer = message is not None and planning.over_budget(message)
    return Handover(
        attempt=attempt,
        contact_id=contact_id,
        name=contact.name if contact is not None else "",
        group=contact.group if contact is not None else Group.UNDECIDED,
        invented=phone.is_invented(recipient),
        held_before=held_before,
        quiet=not hours.allow(phone.zones(recipient), now),
        may_go=not plan.rehearsal and bool(still_to_go(store, plan, [attempt])),
        too_many_segments=message.segments if message is not None and is_longer else 0,
        left=left,
        last_hour=sum(at > now - _HOUR for at, _ in before),
        per_hour=plan.pace.per_hour,
        last_day=len(before),
        per_day=plan.pace.per_day,
    )
