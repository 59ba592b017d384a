"""`kit plan`, `kit preview`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kit.actions import paging, people, planning, reviewing
from kit.actions.planning import Request
from kit.cli.talk import talking
from kit.errors import SenderMissingError
from kit.model import Message, Plan, SkipReason

if TYPE_CHECKING:
    from kit.actions.planning import Summary
    from kit.actions.reviewing import Review
    from kit.actions.routes import Advice
    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Contact


@click.command(
    "plan",
    help="Who gets what: the dry run. It sends nothing; the plan is kept as it is shown.",
    epilog="\b\nExample:\n  kit plan --from 小明",
)
@click.option(
    "--via",
    type=click.Choice(planning.channels()),
    default="phone",
    help="phone: scan and send; page: a file of links for your phone; android, email, twilio: by "
    "itself; outbox: a rehearsal.",
)
@click.option("--from", "sender", metavar="NAME", help="The name friends know you by; it is kept.")
@click.option("--from-latin", metavar="NAME", help="The same in Latin letters, for English texts.")
@click.option(
    "--check",
    metavar="TEXT",
    help="How they can check that it is you, in 14 characters; it is kept. -: as it is usually.",
)
@click.option(
    "--line",
    metavar="TEXT",
    help="A line of your own in every text, 20 characters at most; it is kept. -: none.",
)
@click.option(
    "--open",
    "open_to",
    multiple=True,
    metavar="emergency|WHO",
    help="Emergency contacts who may read that there is a loan dispute; emergency: all.",
)
@click.option("--language", metavar="L", help="The language of all texts, such as zh-Hans or en.")
@click.option("--price-per-segment", metavar="P", help="What one segment costs, such as 0.1.")
@click.option("--currency", metavar="C", help="Three letters; CNY when not given.")
@click.option("--hours", metavar="H", help="By their clock, such as 08:00-21:00.")
@click.option("--max-per-second", type=float, metavar="N", help="Of this channel; 0: no limit.")
@click.option("--max-per-hour", type=int, metavar="N", help="Of your own number; 0: no limit.")
@click.option("--max-per-day", type=int, metavar="N", help="Of your own number; 0: no limit.")
@click.option(
    "--i-have-a-registered-sender-and-consent",
    "registered_sender",
    is_flag=True,
    help="Your sender is registered with the provider, and those people agreed to its texts.",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def plan(talk: Talk, *, as_json: bool, via: str, **wishes: Any) -> None:  # noqa: ANN401
    """Freeze the plan and print it."""
    store = talk.open()
    request = _request(talk, store, via, wishes)
    open_before = planning.open_before(store)
    frozen = planning.freeze_plan(store, request)
    figures = planning.summary(frozen)
    if as_json:
        for message in frozen.messages:
            talk.json(_message(message))
        for skip in frozen.skips:
            talk.json({"contact_id": skip.contact_id, "skipped": skip.reason.value})
        for one in planning.advice(store, frozen):
            talk.json({"route": _route(one)})
        talk.json({"summary": _summary(frozen, figures)})
        return
    _print_plan(talk, store, frozen, figures)
    if open_before and not figures.open:
        talk.err(
            "The plan before spoke of a loan dispute to {count}; this one, "
            "without --open, to nobody.",
            count=open_before,
        )


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
        name = (_name(talk, contact),) if who else ()
        talk.show(" · ".join((*name, *_facts(talk, item))))
        for number, segment in enumerate(segments, 1):
            talk.show(f"{number}/{len(segments)} │ {segment}")
        if len(segments) > 1:
            talk.out("(The phone shows them as one text.)")
        talk.show("")


def _request(talk: Talk, store: Store, via: str, wishes: dict[str, Any]) -> Request:
    """The wishes; asks for what is missing when somebody is there to answer."""
    given = {name: value for name, value in wishes.items() if value not in (None, "", ())}
    given["sender"] = given.get("sender") or talk.settings.sender
    if not given["sender"] and not planning.sender(store):
        given["sender"] = _ask_sender(talk)
    given["sender_latin"] = given.pop("from_latin", "")
    request = Request(channel=via, **given)
    longer = planning.longer_in_english(store, request)
    if longer is None:
        return request
    talk.err(
        "Some of these texts are in English. With your name as it is each takes {segments} "
        "segments instead of {usual}.",
        segments=longer[0],
        usual=longer[1],
    )
    if talk.can_ask:
        given["sender_latin"] = talk.ask("Your name in Latin letters (Enter: leave it as it is)")
    else:
        talk.err("To make it short: --from-latin NAME")
    return Request(channel=via, **given)


def _ask_sender(talk: Talk) -> str:
    if not talk.can_ask:
        raise SenderMissingError
    return talk.ask("The name your friends know you by")


def _print_plan(talk: Talk, store: Store, frozen: Plan, figures: Summary) -> None:
    contact_by_id = {contact.id: contact for contact in people.contacts(store)}
    talk.table(
        (
            _name(talk, contact_by_id.get(message.contact_id)),
            message.recipient,
            *_facts(talk, message),
        )
        for message in frozen.messages
    )
    if frozen.messages:
        talk.show("")
        _print_figures(talk, frozen, figures)
        _print_own_words(talk, store, frozen)
    _print_routes(talk, store, frozen)
    review = reviewing.review(store, frozen)
    _print_unreached_emergency(talk, review)
    _print_skips(talk, store, frozen, contact_by_id)
    _print_ring_yourself(talk, store, review)
    talk.show("")
    if frozen.messages:
        _print_advice(talk, frozen, figures)
    else:
        _say_why_nobody(talk, frozen)


def _say_why_nobody(talk: Talk, frozen: Plan) -> None:
    reasons = {skip.reason for skip in frozen.skips}
    if reasons <= {SkipReason.UNDECIDED, SkipReason.NOBODY}:
        talk.err("Nobody gets a message by this plan. Choose first: kit choose")
    elif SkipReason.HANDED_OVER in reasons:
        talk.err("Those left are in your hands already; what to do with them stands above.")
    elif SkipReason.ALREADY_TOLD in reasons:
        talk.err("Nobody is left to tell by this plan; why stands above. To look: kit status")
    else:
        talk.err("Nobody gets a message by this plan; why stands above. Another way: kit plan")


def _print_advice(talk: Talk, frozen: Plan, figures: Summary) -> None:
    talk.out(
        "Each person you tell knows that something is wrong. You can tell emergency contacts "
        "now and the others when the first call comes."
    )
    can = planning.capabilities(frozen.channel)
    if figures.emergency and figures.everyone and can.by_hand == "one_by_one":
        talk.out("To do so, stop with 0 after the emergency contacts; kit send goes on later.")
    if talk.leads:
        talk.err("Planning sent nothing. These are the texts:")
        talk.show("", err=True)
        return
    talk.err("Planning sent nothing. Read it over: kit preview")
    if frozen.rehearsal:
        talk.err("Then: kit send --to DIR")
    elif can.by_hand == "all_at_once":
        talk.err("Then: kit send --to page.html")
    else:
        talk.err("Then: kit send")


def _print_unreached_emergency(talk: Talk, review: Review) -> None:
    for known in review.unreached:
        name = known or talk.say("(no name)")
        talk.out(
            "Note: no text reaches the emergency contact {name}; tell them yourself.", name=name
        )


def _print_figures(talk: Talk, frozen: Plan, figures: Summary) -> None:
    talk.out("By: {channel}", channel=talk.label(frozen.channel))
    talk.out(
        "Messages: {messages} (segments: {segments}); to emergency contacts {emergency}, to others "
        "{everyone}; that speak of a loan dispute: {open}.",
        messages=figures.messages,
        segments=figures.segments,
        emergency=figures.emergency,
        everyone=figures.everyone,
        open=figures.open,
    )
    if figures.cost is not None:
        talk.out("Cost: {cost} {currency}", cost=f"{figures.cost:f}", currency=frozen.currency)
    _print_pace(talk, frozen)
    if figures.longer:
        talk.out("Longer than usual, because of the name: {count}", count=figures.longer)


def _print_own_words(talk: Talk, store: Store, frozen: Plan) -> None:
    """What is kept of the borrower's own words, lest an old line go out unseen."""
    words = planning.own_words(store)
    if "check" in words:
        talk.out("To check, every text says: {words} (without it: --check -)", words=words["check"])
    if "line" in words:
        talk.out("Your own line in every text: {words} (without it: --line -)", words=words["line"])
    for language in reviewing.without_own_words(store, frozen):
        talk.out("Not in {language}: it cannot write these words.", language=talk.label(language))


def _print_pace(talk: Talk, frozen: Plan) -> None:
    """How fast, in which hours, and when it is done."""
    if frozen.pace.per_hour and frozen.pace.per_day:
        talk.out(
            "At most {per_hour} an hour and {per_day} a day, so that your number is not locked; "
            "the last can go at {at}.",
            per_hour=frozen.pace.per_hour,
            per_day=frozen.pace.per_day,
            at=frozen.finish_at,
        )
    elif not frozen.rehearsal:
        talk.out("The last can go at {at}.", at=frozen.finish_at)
    if planning.capabilities(frozen.channel).by_itself:
        talk.out("Messages go only {hours} by the clock of who gets them.", hours=frozen.hours)


def _print_routes(talk: Talk, store: Store, frozen: Plan) -> None:
    """What the provider's rules say of every country, before anybody pays."""
    advice = planning.advice(store, frozen)
    language = talk.settings.language
    for one in advice:
        route = one.route
        answer = "route_open" if route.answer == "open" else route.answer.value
        talk.show("")
        talk.out(
            "To {region} ({people}): {answer}.",
            region=route.name.said(language) or route.region,
            people=one.people,
            answer=talk.label(answer),
        )
        talk.show(f"  {route.statement.said(language)}")
        for detail in route.details.said(language) or ():
            talk.show(f"  · {detail}")
        if quiet := route.quiet.said(language):
            talk.out("  Hours: {quiet}", quiet=quiet)
        if route.known:
            talk.out(
                "  Source: {source}; checked on {date}.",
                source=route.source.said(language) or "",
                date=route.checked_on,
            )
        if not one.allowed:
            talk.out("  Nothing goes there by this plan.")
        elif route.answer == "content_barred":
            talk.out("  The terms and the carrier may still stop it.")
    if advice:
        talk.show("")
        talk.show(planning.rule_everywhere(language))
        talk.out("Free, from the number they know: kit plan --via phone, or --via android")


def _print_skips(talk: Talk, store: Store, frozen: Plan, contact_by_id: dict[str, Contact]) -> None:
    if not frozen.skips:
        return
    talk.show("")
    talk.out("Get nothing ({count}):", count=len(frozen.skips))
    rows = (
        ("", _name(talk, contact_by_id.get(skip.contact_id)), talk.label(skip.reason))
        for skip in frozen.skips
    )
    talk.table(rows, names=1)
    held = sum(skip.reason is SkipReason.HANDED_OVER for skip in frozen.skips)
    if held:
        talk.out("Left out, because they are in your hands already: {count}.", count=held)
        _say_how_to_settle(talk, store)


def _say_how_to_settle(talk: Talk, store: Store) -> None:
    """What to do with what the borrower holds: rows of a page, or one of scan and send."""
    if paging.on_page(store):
        talk.out("Those you sent: kit sync --page 1-17,20; the rest: kit take-back")
    else:
        talk.out("If it was sent: kit told WHO; if not: kit take-back")


def _print_ring_yourself(talk: Talk, store: Store, review: Review) -> None:
    if not review.to_ring:
        return
    talk.show("")
    talk.out("Ring these yourself, if you decide to tell them (only a landline):")
    rows = (("", _name(talk, contact), " ".join(contact.numbers)) for contact in review.to_ring)
    talk.table(rows, names=1)
    talk.out("You can say: {words}", words=planning.words_to_ring(store, talk.settings.language))


def _name(talk: Talk, contact: Contact | None) -> str:
    return contact.name if contact and contact.name else talk.say("(no name)")


def _facts(talk: Talk, message: Message) -> tuple[str, ...]:
    return (
        talk.label(message.group),
        talk.label(message.tone),
        talk.label(message.language),
        talk.label("email") if planning.is_mail(message) else _segments(talk, message),
    )


def _segments(talk: Talk, message: Message) -> str:
    return talk.say(
        "segments: {count} ({encoding})", count=message.segments, encoding=message.encoding
    )


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
        "cost": None if figures.cost is None else f"{figures.cost:f}",
        "currency": frozen.currency or None,
        "frozen_at": frozen.frozen_at.isoformat(),
        "finish_at": frozen.finish_at.isoformat(),
        "hours": frozen.hours,
        "max_per_second": frozen.pace.per_second,
        "max_per_hour": frozen.pace.per_hour,
        "max_per_day": frozen.pace.per_day,
    }


def _route(one: Advice) -> dict[str, object]:
    return {
        "region": one.route.region,
        "answer": one.route.answer.value,
        "people": one.people,
        "allowed": one.allowed,
        "source": one.route.source.said("en") or "",
        "checked_on": one.route.checked_on.isoformat() if one.route.checked_on else None,
    }
