"""`kit plan`, `kit preview`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kit.actions import people, planning
from kit.actions.planning import Request
from kit.cli.talk import talking
from kit.errors import SenderMissingError
from kit.model import Message, Plan, SkipReason

if TYPE_CHECKING:
    from kit.actions.planning import Summary
    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Contact

#: People whom only the borrower's own call reaches.
_RING = (SkipReason.LANDLINE,)


@click.command(
    "plan",
    help="Who gets what: the dry run. It sends nothing; the plan is kept as it is shown.",
    epilog="\b\nExample:\n  kit plan --from 小明",
)
@click.option("--via", type=click.Choice(planning.channels()), default="phone", help="The channel.")
@click.option("--from", "sender", metavar="NAME", help="The name friends know you by; it is kept.")
@click.option("--from-latin", metavar="NAME", help="The same in Latin letters, for English texts.")
@click.option(
    "--open",
    "open_to",
    multiple=True,
    metavar="emergency|WHO",
    help="Emergency contacts who may read that there is a loan dispute.",
)
@click.option("--language", metavar="L", help="The language of all texts, such as zh-Hans or en.")
@click.option("--price-per-segment", metavar="P", help="What one segment costs, such as 0.1.")
@click.option("--currency", metavar="C", help="Three letters; CNY when not given.")
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def plan(talk: Talk, *, as_json: bool, via: str, **wishes: Any) -> None:  # noqa: ANN401
    """Freeze the plan and print it."""
    store = talk.open()
    request = _request(talk, store, via, wishes)
    frozen = planning.freeze_plan(store, request)
    figures = planning.summary(frozen)
    if as_json:
        for message in frozen.messages:
            talk.json(_message(message))
        for skip in frozen.skips:
            talk.json({"contact_id": skip.contact_id, "skipped": skip.reason.value})
        talk.json({"summary": _summary(frozen, figures)})
        return
    _print_plan(talk, store, frozen, figures)


@click.command(
    "preview",
    help="The exact text for WHO, with its segments; without WHO one of each different text.",
    epilog="\b\nExample:\n  kit preview 妈妈",
)
@click.argument("who", required=False, default="")
@talking
def preview(talk: Talk, who: str) -> None:
    """Print texts as they will arrive."""
    store = talk.open()
    names = {contact.id: contact for contact in people.contacts(store)}
    for item, segments in planning.preview(store, who):
        if not isinstance(item, Message):
            talk.out("Gets nothing: {reason}", reason=talk.label(item.reason))
            continue
        contact = names.get(item.contact_id)
        talk.show(_heading(talk, item, contact if who else None))
        for number, segment in enumerate(segments, 1):
            talk.show(f"{number}/{len(segments)} │ {segment}")
        talk.show("")


def _request(talk: Talk, store: Store, via: str, wishes: dict[str, Any]) -> Request:
    """The wishes; asks for what is missing when somebody is there to answer."""
    given = {name: value for name, value in wishes.items() if value}
    given["sender"] = given.get("sender") or talk.settings.sender
    if not given["sender"] and not planning.sender(store):
        given["sender"] = _ask_sender(talk)
    given["sender_latin"] = given.pop("from_latin", "")
    request = Request(channel=via, **given)
    if not planning.needs_latin_name(store, request):
        return request
    if talk.can_ask:
        latin = talk.ask("Your name in Latin letters for English texts (Enter: keep it, at a cost)")
        return Request(channel=via, **{**given, "sender_latin": latin})
    talk.err("English texts hold your name as it is and take more segments; see --from-latin.")
    return request


def _ask_sender(talk: Talk) -> str:
    if not talk.can_ask:
        raise SenderMissingError
    return talk.ask("The name your friends know you by")


def _print_plan(talk: Talk, store: Store, frozen: Plan, figures: Summary) -> None:
    contact_by_id = {contact.id: contact for contact in people.contacts(store)}
    talk.table(
        (
            _name(talk, contact_by_id[message.contact_id]),
            message.recipient,
            talk.label(message.group),
            talk.label(message.tone),
            message.language,
            talk.say(
                "{count} segments {encoding}", count=message.segments, encoding=message.encoding
            ),
        )
        for message in frozen.messages
    )
    talk.show("")
    _print_figures(talk, frozen, figures)
    _print_skips(talk, frozen, contact_by_id)
    _print_ring_yourself(talk, store, frozen, contact_by_id)
    if frozen.messages:
        talk.show("")
        talk.out(
            "Each person you tell knows that something is wrong. You can tell emergency contacts "
            "now and the others when the first call comes."
        )
        talk.err("Nothing has been sent. Read it over: kit preview. Then: kit send")
    else:
        talk.err("Nobody in this plan. Choose first: kit choose")


def _print_figures(talk: Talk, frozen: Plan, figures: Summary) -> None:
    talk.out("By: {channel}", channel=talk.label(frozen.channel))
    talk.out(
        "{messages} messages, {segments} segments: {emergency} to emergency contacts, {everyone} "
        "to others; {open} speak of a loan dispute.",
        messages=figures.messages,
        segments=figures.segments,
        emergency=figures.emergency,
        everyone=figures.everyone,
        open=figures.open,
    )
    if figures.cost is not None:
        talk.out("Cost: {cost} {currency}", cost=figures.cost, currency=frozen.currency)
    if figures.longer:
        talk.out(
            "{count} need more segments than usual, because of the name.", count=figures.longer
        )
    pace = planning.pace(frozen.channel)
    if pace.per_hour and frozen.messages:
        talk.out(
            "At {per_hour} an hour and {per_day} a day, so that your number is not locked, "
            "the last goes at {at}.",
            per_hour=pace.per_hour,
            per_day=pace.per_day,
            at=frozen.finish_at,
        )


def _print_skips(talk: Talk, frozen: Plan, contact_by_id: dict[str, Contact]) -> None:
    if not frozen.skips:
        return
    talk.show("")
    talk.out("Get nothing ({count}):", count=len(frozen.skips))
    talk.table(
        ("", _name(talk, contact_by_id[skip.contact_id]), talk.label(skip.reason))
        for skip in frozen.skips
    )


def _print_ring_yourself(
    talk: Talk, store: Store, frozen: Plan, contact_by_id: dict[str, Contact]
) -> None:
    ring = [contact_by_id[skip.contact_id] for skip in frozen.skips if skip.reason in _RING]
    if not ring:
        return
    talk.show("")
    talk.out("Ring these yourself:")
    talk.table(("", _name(talk, contact), " ".join(contact.numbers)) for contact in ring)
    talk.out("You can say: {words}", words=planning.words_to_ring(store, talk.settings.language))


def _name(talk: Talk, contact: Contact) -> str:
    return contact.name or talk.say("(no name)")


def _heading(talk: Talk, message: Message, contact: Contact | None) -> str:
    facts = [
        _name(talk, contact) if contact else "",
        talk.label(message.group),
        talk.label(message.tone),
        message.language,
        talk.say("{count} segments {encoding}", count=message.segments, encoding=message.encoding),
    ]
    return " · ".join(filter(None, facts))


def _message(message: Message) -> dict[str, object]:
    return {
        "contact_id": message.contact_id,
        "recipient": message.recipient,
        "channel": message.channel,
        "group": message.group.value,
        "tone": message.tone.value,
        "language": message.language,
        "text": message.text,
        "encoding": message.encoding,
        "segments": message.segments,
    }


def _summary(frozen: Plan, figures: Summary) -> dict[str, object]:
    return {
        "channel": frozen.channel,
        "rehearsal": frozen.rehearsal,
        "messages": figures.messages,
        "emergency": figures.emergency,
        "everyone": figures.everyone,
        "open": figures.open,
        "segments": figures.segments,
        "longer": figures.longer,
        "skipped": {reason.value: count for reason, count in figures.skipped.items()},
        "cost": None if figures.cost is None else str(figures.cost),
        "currency": frozen.currency or None,
        "frozen_at": frozen.frozen_at.isoformat(),
        "finish_at": frozen.finish_at.isoformat(),
    }
