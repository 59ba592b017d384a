"""Plan and read over: choices become a frozen plan, which is also the dry run."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import plan as planning
from kit import sms, template
from kit.actions.delivery import gone, settle_phone
from kit.channels import CAPABILITIES, Capabilities
from kit.errors import (
    NoContactsError,
    OpenNotAllowedError,
    PriceError,
    SenderMissingError,
)
from kit.model import TOLD_GROUPS, Group, Plan, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.actions.store import Store
    from kit.model import Contact, Message, Skip, SkipReason

_PRICE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,6})?")
_CURRENCY = re.compile("[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the borrower asks of `plan`; what is empty was kept from before, or is the default."""

    channel: str = "phone"
    sender: str = field(default="", repr=False)
    sender_latin: str = field(default="", repr=False)
    language: str = ""
    #: `emergency`, or WHO
    open_to: tuple[str, ...] = field(default=(), repr=False)
    price_per_segment: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A plan in figures."""

    messages: int
    emergency: int
    everyone: int
    #: how many of the messages speak of a loan dispute
    open: int
    segments: int
    skipped: dict[SkipReason, int]
    #: messages that need more segments than their wording promises
    longer: int
    #: in the plan's currency; nothing when no price was given
    cost: Decimal | None


def channels() -> tuple[str, ...]:
    """The channels there are, the default first."""
    return tuple(CAPABILITIES)


def capabilities(channel: str) -> Capabilities:
    """What a channel can do, its pace among it."""
    return CAPABILITIES[channel]


def freeze_plan(store: Store, request: Request) -> Plan:
    """Plan for everybody who is chosen and was not told yet; it replaces the plan before.

    Raises:
        SenderMissingError: there is no name to write from.
        KitError: a wish that cannot be met; nothing is frozen.
    """
    names = {name: _name(store, name, getattr(request, name)) for name in _NAMES}
    if not names["sender"]:
        raise SenderMissingError
    if request.language:
        template.alphabet(request.language)
    price, currency = _price(request)
    can = CAPABILITIES[request.channel]
    with store.alone():
        people = store.book.contacts()
        if not people:
            raise NoContactsError
        wishes = planning.Wishes(
            notice_id=_notice(store, rehearsal=can.rehearsal),
            channel=request.channel,
            hears_replies=can.replies,
            sender=names["sender"],
            sender_latin=names["sender_latin"],
            language=request.language,
            open_to=_open_to(store, people, request.open_to),
        )
        settle_phone(store, wishes.notice_id)
        told = planning.Told.by(store.ledger.standings(wishes.notice_id).values())
        messages, skips = planning.draft(people, wishes, told)
        now = store.clock()
        before = gone(store, request.channel)
        plan = Plan(
            id=uuid.uuid4().hex,
            notice_id=wishes.notice_id,
            channel=request.channel,
            rehearsal=can.rehearsal,
            frozen_at=now,
            finish_at=planning.finish(len(messages), before, now, can.per_hour, can.per_day),
            sender=names["sender"],
            price_per_segment=price,
            currency=currency,
            messages=messages,
            skips=skips,
        )
        with store.changing():
            for setting, name in names.items():
                store.book.set(setting, name)
            store.ledger.freeze(plan)
    return plan


def sender(store: Store) -> str:
    """The name kept for the messages, or an empty text."""
    return store.book.setting("sender")


def longer_in_english(store: Store, request: Request) -> tuple[int, int] | None:
    """Segments of a text with the sender's name as it is, and what it usually takes.

    Nothing when the name is in the alphabet, or when nobody gets such a text.
    """
    name = _name(store, "sender", request.sender)
    if _name(store, "sender_latin", request.sender_latin) or not sms.foreign(name):
        return None
    told = [c for c in store.book.contacts() if c.group in TOLD_GROUPS]
    languages = {
        request.language or template.language_for(number) for c in told for number in c.numbers[:1]
    }
    for language in languages:
        if template.alphabet(language) == "GSM-7":
            words = {"from": name, "check": template.text(language, "check")}
            text = template.notice(
                language, Group.EVERYONE, Tone.NEUTRAL, words, hears_replies=True
            )
            return len(sms.segments(text)), template.most_segments(Group.EVERYONE, Tone.NEUTRAL)
    return None


def open_before(store: Store) -> int:
    """How many messages of the present plan speak of a loan dispute."""
    plan = store.ledger.current_plan()
    return summary(plan).open if plan is not None else 0


def summary(plan: Plan) -> Summary:
    """The figures of a plan."""
    segments = sum(message.segments for message in plan.messages)
    return Summary(
        messages=len(plan.messages),
        emergency=sum(message.group is Group.EMERGENCY for message in plan.messages),
        everyone=sum(message.group is Group.EVERYONE for message in plan.messages),
        open=sum(message.tone is Tone.OPEN for message in plan.messages),
        segments=segments,
        skipped=dict(Counter(skip.reason for skip in plan.skips)),
        longer=sum(planning.over_budget(message) for message in plan.messages),
        cost=Decimal(plan.price_per_segment) * segments if plan.price_per_segment else None,
    )


def preview(store: Store, who: str = "") -> list[tuple[Message | Skip, list[str]]]:
    """The exact text for WHO with its segments, or one of each different text.

    Raises:
        NoPlanError: there is no plan.
        NobodyFoundError, AmbiguousError: WHO is not exactly one person.
    """
    plan = store.current_plan()
    if not who:
        different = {m.text: m for m in reversed(plan.messages)}
        return [(m, sms.segments(m.text)) for m in plan.messages if different[m.text] is m]
    contact = _find(store, who)
    found: list[tuple[Message | Skip, list[str]]] = [
        (m, sms.segments(m.text)) for m in plan.messages if m.contact_id == contact.id
    ]
    return found or [(skip, []) for skip in plan.skips if skip.contact_id == contact.id]


def words_to_ring(store: Store, language: str) -> str:
    """What the borrower may say to those whom no text reaches."""
    return template.render(
        template.text(language, "ring-yourself"), {"from": store.book.setting("sender")}
    )


def _find(store: Store, who: str, position: int = 1) -> Contact:
    from kit import contacts as people

    return people.find(store.book.contacts(), who, store.region, position)


_NAMES = ("sender", "sender_latin")


def _name(store: Store, setting: str, given: str) -> str:
    """The name as given now, or as kept before."""
    return template.sender(given) if given else store.book.setting(setting)


def _notice(store: Store, *, rehearsal: bool) -> str:
    """The store's one notice; a rehearsal has a new one of its own with every plan."""
    notice_id = "" if rehearsal else store.ledger.real_notice()
    if not notice_id:
        notice_id = uuid.uuid4().hex
        store.ledger.open_notice(notice_id, store.clock(), rehearsal=rehearsal)
    return notice_id


def _open_to(store: Store, people: Sequence[Contact], wishes: Sequence[str]) -> frozenset[str]:
    """Ids of those who get the open text; only emergency contacts can."""
    emergency = frozenset(c.id for c in people if c.group is Group.EMERGENCY)
    chosen: set[str] = set()
    for position, who in enumerate(wishes, 1):
        ids = emergency if who == Group.EMERGENCY else {_find(store, who, position).id}
        if not ids <= emergency:
            raise OpenNotAllowedError(position=position)
        chosen |= ids
    return frozenset(chosen)


def _price(request: Request) -> tuple[str, str]:
    if not request.price_per_segment:
        return "", ""
    currency = request.currency.upper() or "CNY"
    if not (_PRICE.fullmatch(request.price_per_segment) and _CURRENCY.fullmatch(currency)):
        raise PriceError
    return request.price_per_segment, currency
