"""Plan and read over: choices become a frozen plan, which is also the dry run."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import journal, jurisdiction, sms, template
from kit import plan as planning
from kit.actions.delivery import gone, told
from kit.actions.hearing import settle_phone
from kit.actions.routes import Routes
from kit.channels import CAPABILITIES, MOST_SEGMENTS, Capabilities
from kit.errors import (
    NoContactsError,
    OpenNotAllowedError,
    PaceLimitError,
    PriceError,
    SenderMissingError,
)
from kit.hours import USUAL, parse_hours
from kit.model import TOLD_GROUPS, Group, Meaning, Pace, Plan, SkipReason, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from kit.actions.routes import Advice
    from kit.actions.store import Store
    from kit.model import Contact, Message, Skip

_PRICE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,6})?")
_CURRENCY = re.compile("[A-Z]{3}")
#: A pace above this is a slip of the finger.
_FASTEST = 100_000
#: A slower one is counted by the hour: with a message in hand nobody waits for longer.
_SLOWEST_PER_SECOND = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the borrower asks of `plan`; what is empty was kept from before, or is the default."""

    channel: str = "phone"
    sender: str = field(default="", repr=False)
    sender_latin: str = field(default="", repr=False)
    #: as are the borrower's own words: `-`: none, whatever was kept
    check: str = field(default="", repr=False)
    line: str = field(default="", repr=False)
    language: str = ""
    #: `emergency`, or WHO
    open_to: tuple[str, ...] = field(default=(), repr=False)
    price_per_segment: str = ""
    currency: str = ""
    #: by the recipient's clock, such as `08:00-21:00`
    hours: str = USUAL
    #: nothing: the channel's own pace; 0: no limit
    max_per_second: float | None = None
    max_per_hour: int | None = None
    max_per_day: int | None = None
    #: the sender is registered with the provider, and people agreed to get texts from it
    registered_sender: bool = False


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


def languages() -> tuple[str, ...]:
    """The languages that texts are written in."""
    return template.languages()


def capabilities(channel: str) -> Capabilities:
    """What a channel can do, its pace among it."""
    return CAPABILITIES[channel]


def freeze_plan(store: Store, request: Request) -> Plan:
    """Plan for everybody who is chosen and was not told yet; it replaces the plan before.

    Raises:
        SenderMissingError: there is no name to write from.
        KitError: a wish that cannot be met; nothing is frozen.
    """
    from kit.actions import wording  # its patterns take longer to make than a command to start

    words = _words(store, request)
    if not words["sender"]:
        raise SenderMissingError
    if request.language:
        template.alphabet(request.language)
    price, currency = _price(request)
    hours, pace = parse_hours(request.hours), pace_of(request)
    can = CAPABILITIES[request.channel]
    with store.alone():
        store.check_case(to_send=False)
        people = store.book.contacts()
        if not people:
            raise NoContactsError
        now = store.clock()
        wishes = _wishes(store, request, words, people, now)
        wishes = replace(wishes, notice_id=notice(store, rehearsal=can.rehearsal))
        settle_phone(store, wishes.notice_id)
        messages, skips = planning.draft(people, wishes, _known(store, wishes, people))
        wording.refuse_unfit(store, words, messages)
        before = gone(store, request.channel)
        messages, finish_at = planning.schedule(messages, before, now, hours, pace)
        plan = Plan(
            id=uuid.uuid4().hex,
            notice_id=wishes.notice_id,
            channel=request.channel,
            rehearsal=can.rehearsal,
            frozen_at=now,
            finish_at=finish_at,
            sender=words["sender"],
            price_per_segment=price,
            currency=currency,
            hours=str(hours),
            pace=pace,
            registered_sender=request.registered_sender,
            messages=messages,
            skips=skips,
        )
        with store.changing():
            for setting, said in words.items():
                store.book.set(setting, said)
            store.ledger.freeze(plan)
    sizes = {"messages": len(plan.messages), "skips": len(plan.skips)}
    journal.note(journal.Event.PLANNED, plan=plan.id, channel=plan.channel, **sizes)
    return plan


def as_before(store: Store, channel: str = "") -> Request:
    """What makes the present plan once more, or one like it by another channel.

    Whoever is no emergency contact any more is no longer told of the loan dispute; a rehearsal
    becomes a plan for real; another channel has its own pace.
    """
    plan = store.ledger.current_plan()
    if plan is None:
        return Request(channel=channel) if channel else Request()
    return like(store, plan, channel)


def like(store: Store, plan: Plan, channel: str = "") -> Request:
    """The same of that plan."""
    wished = channel or (plan.channel if not plan.rehearsal else "phone")
    emergency = store.book.ids(Group.EMERGENCY)
    is_open = [m.contact_id for m in plan.messages if m.tone is Tone.OPEN]
    request = Request(
        channel=wished,
        language=_language_asked_for(plan),
        open_to=tuple(one for one in is_open if one in emergency),
        price_per_segment=plan.price_per_segment,
        currency=plan.currency,
        hours=plan.hours,
        registered_sender=plan.registered_sender,
    )
    if wished != plan.channel:
        return request
    return replace(
        request,
        max_per_second=plan.pace.per_second or 0,
        max_per_hour=plan.pace.per_hour or 0,
        max_per_day=plan.pace.per_day or 0,
    )


def _language_asked_for(plan: Plan) -> str:
    """The language of all texts, where it is not the one that their numbers would get."""
    languages = {m.language for m in plan.messages}
    usual = {template.language_for(m.recipient) for m in plan.messages if not is_mail(m)}
    return languages.pop() if len(languages) == 1 and usual - languages else ""


def reads_the_same(plan: Plan, before: Plan | None) -> bool:
    """Whether the same people get the same texts as by the plan before."""
    return before is not None and _read(plan) == _read(before)


def _read(plan: Plan) -> set[tuple[str, str, str]]:
    return {(m.contact_id, m.recipient, m.text) for m in plan.messages}


def open_texts(store: Store, plan: Plan) -> list[Message]:
    """What emergency contacts would read who are told of the loan dispute, each text once.

    By the plan's channel; nothing is kept, and it tells nobody.
    """
    request = replace(like(store, plan), open_to=(Group.EMERGENCY,))
    ids = [m.contact_id for m in plan.messages if m.group is Group.EMERGENCY]
    people = [contact for contact in map(store.book.contact, ids) if contact is not None]
    wishes = _wishes(store, request, _words(store, request), people, store.clock())
    messages, _ = planning.draft(people, wishes, planning.Known())
    return list({m.text: m for m in messages if m.tone is Tone.OPEN}.values())


def advice(store: Store, plan: Plan) -> list[Advice]:
    """What the provider's rules say of the countries in a plan."""
    routes = Routes(
        settings=store.settings, channel=plan.channel, registered_sender=plan.registered_sender
    )
    ids = {m.contact_id for m in plan.messages}
    ids |= {s.contact_id for s in plan.skips if s.reason is SkipReason.ROUTE_BARRED}
    return routes.advice(c for c in store.book.listed() if c.id in ids)


def rule_everywhere(language: str) -> str:
    """What the provider says of texts to any country, with who says it."""
    return jurisdiction.everywhere().said(language) or ""


def _wishes(
    store: Store,
    request: Request,
    words: Mapping[str, str],
    people: Sequence[Contact],
    now: datetime,
) -> planning.Wishes:
    """What is wanted of the plan, but for the notice it belongs to."""
    can = CAPABILITIES[request.channel]
    routes = Routes(
        settings=store.settings,
        channel=request.channel,
        registered_sender=request.registered_sender,
    )
    mail = not can.takes_numbers
    return planning.Wishes(
        notice_id="",
        channel=request.channel,
        mail_channel="email" if can.by_itself and (store.settings.smtp_url or mail) else "",
        sender=words["sender"],
        sender_latin=words["sender_latin"],
        check=words["check"],
        line=words["line"],
        language=request.language,
        open_to=_open_to(store, people, request.open_to),
        hours=parse_hours(request.hours) if can.by_itself else None,
        region=store.region,
        now=now,
        last=routes.last,
        allows=routes.allows,
        reaches=routes.reaches,
    )


def _known(store: Store, wishes: planning.Wishes, people: Sequence[Contact]) -> planning.Known:
    said = store.ledger.opted_out({a for c in people for a in planning.addresses(c)})
    ways = {wishes.channel, wishes.mail_channel} - {""}
    wrong = {address for address, meaning in said.items() if meaning is Meaning.WRONG_PERSON}
    return planning.Known(
        told=planning.Told(*told(store, wishes.notice_id)),
        held=planning.Told(*store.ledger.held(wishes.notice_id, _held_elsewhere(wishes.channel))),
        opted_out=frozenset(said) - wrong,
        dead=frozenset(wrong).union(*(store.ledger.dead(wishes.notice_id, name) for name in ways)),
    )


def _held_elsewhere(channel: str) -> set[str]:
    """The channels whose texts in the borrower's hands this one does not ask about first."""
    by_hand = {name for name, can in CAPABILITIES.items() if can.by_hand}
    asks_first = CAPABILITIES[channel].by_hand == "one_by_one"
    return by_hand - {channel} if asks_first else by_hand


def pace_of(request: Request) -> Pace:
    """The channel's pace, or what the borrower says instead; 0 lifts a cap.

    Raises:
        PaceLimitError: it is no pace.
    """
    asked = (request.max_per_second, request.max_per_hour, request.max_per_day)
    if any(most is not None and not 0 <= most < _FASTEST for most in asked):
        raise PaceLimitError
    if request.max_per_second and request.max_per_second < _SLOWEST_PER_SECOND:
        raise PaceLimitError
    usual = CAPABILITIES[request.channel].pace
    if usual.segments and request.max_per_hour == 0:
        usual = replace(usual, segments=MOST_SEGMENTS)
    names = ("per_second", "per_hour", "per_day")
    said = {name: most or None for name, most in zip(names, asked, strict=True) if most is not None}
    return replace(usual, **said)  # type: ignore[arg-type]


def sender(store: Store) -> str:
    """The name kept for the messages, or an empty text."""
    return store.book.setting("sender")


def sender_latin(store: Store) -> str:
    """The same name in Latin letters as it is kept, or an empty text."""
    return store.book.setting("sender_latin")


def keep_sender(store: Store, name: str) -> None:
    """Keep the name that friends know the borrower by.

    Raises:
        SenderError: it is none that may stand in a text.
    """
    with store.changing():
        store.book.set("sender", template.sender(name))


def longer_in_english(store: Store, request: Request) -> tuple[int, int] | None:
    """Segments of a text with the sender's name as it is, and what it usually takes.

    Nothing when the name is in the alphabet, or when nobody gets such a text.
    """
    name = _name(store, "sender", request.sender)
    if _name(store, "sender_latin", request.sender_latin) or not sms.foreign(name):
        return None
    told = [c for c in store.book.listed() if c.group in TOLD_GROUPS]
    languages = {
        request.language or template.language_for(number) for c in told for number in c.numbers[:1]
    }
    for language in languages:
        if template.alphabet(language) == "GSM-7":
            words = {"from": name, "check": template.text(language, "check")}
            text = template.notice(language, Group.EVERYONE, Tone.NEUTRAL, words, last="reply")
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
        return [(m, pieces(m)) for m in plan.messages if different[m.text] is m]
    contact = _find(store, who)
    found: list[tuple[Message | Skip, list[str]]] = [
        (m, pieces(m)) for m in plan.messages if m.contact_id == contact.id
    ]
    return found or [(skip, []) for skip in plan.skips if skip.contact_id == contact.id]


def is_mail(message: Message) -> bool:
    """Whether it goes as a mail, which has no segments."""
    return not CAPABILITIES[message.channel].takes_numbers


def pieces(message: Message) -> list[str]:
    """What a text arrives as."""
    return [message.text] if is_mail(message) else sms.segments(message.text)


def words_to_ring(store: Store, language: str) -> str:
    """What the borrower may say to those whom no text reaches."""
    return template.render(
        template.text(language, "ring-yourself"), {"from": store.book.setting("sender")}
    )


def _find(store: Store, who: str) -> Contact:
    from kit import contacts as people

    return people.find(store.book.contacts(), who, store.region)


def own_words(store: Store) -> dict[str, str]:
    """What the borrower said in their own words, by placeholder, as it is kept."""
    kept = {placeholder: store.book.setting(placeholder) for placeholder in template.OWN}
    return {placeholder: said for placeholder, said in kept.items() if said}


def _words(store: Store, request: Request) -> dict[str, str]:
    """What the texts are to say, by setting: as given now, or as kept before."""
    words = {name: _name(store, name, getattr(request, name)) for name in _NAMES}
    for placeholder in template.OWN:
        given = getattr(request, placeholder)
        kept = store.book.setting(placeholder) if not given else ""
        is_said = given and given != _NONE
        words[placeholder] = template.own_words(placeholder, given) if is_said else kept
    return words


_NAMES = ("sender", "sender_latin")
#: Given for words of the borrower's own that are to go.
_NONE = "-"


def _name(store: Store, setting: str, given: str) -> str:
    """The name as given now, or as kept before; the one in Latin letters may go."""
    if given == _NONE and setting == "sender_latin":
        return ""
    return template.sender(given) if given else store.book.setting(setting)


def notice(store: Store, *, rehearsal: bool) -> str:
    """The store's one notice; a rehearsal has a new one of its own with every plan."""
    notice_id = "" if rehearsal else store.ledger.real_notice()
    if not notice_id:
        notice_id = uuid.uuid4().hex
        store.ledger.open_notice(notice_id, store.clock(), rehearsal=rehearsal)
    return notice_id


def _open_to(store: Store, people: Sequence[Contact], wishes: Sequence[str]) -> frozenset[str]:
    """Ids of those who get the open text; only emergency contacts can."""
    from kit import contacts

    emergency = frozenset(c.id for c in people if c.group is Group.EMERGENCY)
    chosen: set[str] = set()
    for position, who in enumerate(wishes, 1):
        all_of_them = who == Group.EMERGENCY
        ids = emergency if all_of_them else {contacts.find(people, who, store.region, position).id}
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
