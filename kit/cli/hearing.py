"""`kit status`, `kit sync`, `kit replies`, `kit stop`, `kit told`, `kit take-back`, `kit retry`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from kit.actions import hearing, paging, people, planning, progress, steps
from kit.actions.steps import Step
from kit.cli.talk import talking
from kit.errors import UnsureError
from kit.model import BY_WORD, Fault, Group, Meaning, SkipReason, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kit.actions.hearing import Synced
    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Contact, Heard, Standing

_PARTLY = 3
#: Faults that tell the borrower more than the code does.
_SAID = (Fault.TRANSIENT, Fault.ADDRESS, Fault.SENDER, Fault.UNCLEAR, Fault.OPT_OUT)
_FAILED = (Status.REJECTED, Status.UNDELIVERED)


@click.command(
    "status",
    help="Where you stand: what became of every message, and the next step.",
    epilog="\b\nExample:\n  kit status",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def status(talk: Talk, as_json: bool) -> None:  # noqa: FBT001
    """Print where every message stands."""
    store = talk.open()
    if as_json:
        for standing in progress.standings(store):
            talk.json(_standing(standing))
        return
    print_status(talk, store)


def print_status(talk: Talk, store: Store) -> None:
    """Where one stands, and the next step."""
    standings = progress.standings(store)
    if standings:
        _print_standings(talk, store, standings)
    else:
        talk.out("There is no plan yet. Nobody has been told anything.")
    if standings and talk.leads:
        talk.err("One by one: kit status")
    _say_next(talk, store)


def say_nothing_is_there(talk: Talk) -> None:
    """Where one stands before the first start."""
    talk.out("There is no plan yet. Nobody has been told anything.")
    talk.err("Next: bring in your address book: kit import contacts.vcf")


def _say_next(talk: Talk, store: Store) -> None:
    step = steps.next_step(store)
    left = steps.undecided(store)
    if left and step not in (Step.IMPORT, Step.CHOOSE):
        talk.err("Not chosen yet, and told nothing: {count}. kit choose", count=left)
    if step is Step.IMPORT:
        talk.err("Next: bring in your address book: kit import contacts.vcf")
    elif step is Step.CHOOSE:
        talk.err("Next: choose whom to tell: kit choose")
    elif step is Step.PLAN:
        talk.err("Next: who gets what: kit plan")
    elif step is Step.SEND and planning.capabilities(store.current_plan().channel).writes:
        talk.err("Next: kit send --to page.html")
    elif step is Step.SEND:
        talk.err("Next: kit send")
    elif step is Step.DONE:
        talk.err("Everybody you chose has been dealt with.")


@click.command(
    "sync",
    help="Ask the channels what became of the messages and who wrote back. It sends nothing.",
    epilog="\b\nExample:\n  kit sync --page 1-17,20\n  kit sync",
)
@click.option("--page", "rows", metavar="ROWS", help="Rows of the page that you sent: 1-17,20.")
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def sync(talk: Talk, *, rows: str | None, as_json: bool) -> int:
    """Ask, and print what is new."""
    store = talk.open()
    if rows is not None:
        return _confirm_rows(talk, store, rows, as_json=as_json)
    synced = hearing.sync(store)
    if as_json:
        for standing in synced.changed:
            talk.json(_standing(standing))
        for heard in synced.replies:
            talk.json(_heard(heard))
        talk.json({"summary": _summary(synced)})
    else:
        _print_synced(talk, store, synced)
    for name, error in synced.failed:
        talk.err("{channel}: could not be asked.", channel=talk.label(name))
        talk.error(error, with_hint=not error.retryable)
        if error.retryable:
            talk.err("Try again a little later: kit sync")
    return _PARTLY if synced.failed or synced.unknown else 0


@click.command(
    "replies",
    help="What people wrote back, and what each asks of you.",
    epilog="\b\nExample:\n  kit replies",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def replies(talk: Talk, as_json: bool) -> None:  # noqa: FBT001
    """Print every reply."""
    store = talk.open()
    everything = hearing.replies(store)
    if as_json:
        for heard in everything:
            talk.json(_heard(heard))
        return
    if not everything:
        talk.out("Nobody has written back yet. To ask: kit sync")
        return
    _print_replies(talk, store, everything)


@click.command(
    "stop",
    help="WHO wants no more: they get nothing, by any channel, ever.",
    epilog="\b\nExample:\n  kit stop 二舅",
)
@click.argument("who")
@talking
def stop(talk: Talk, who: str) -> None:
    """Keep an opt-out that came by word of mouth."""
    hearing.stop(talk.open(), who)
    talk.out("Kept. They get nothing more, by any channel, also after another import.")


@click.command(
    "told",
    help="You told WHO yourself, or know that the text arrived: they get nothing more of this.",
    epilog="\b\nExample:\n  kit told 外婆家饭店",
)
@click.argument("who")
@talking
def told(talk: Talk, who: str) -> None:
    """Keep that somebody was told."""
    hearing.told(talk.open(), who)
    talk.out("Kept as told. This sent nothing.")


@click.command(
    "take-back",
    help="What was handed over to you and not sent is planned again: the rest of a page, say.",
    epilog="\b\nExample:\n  kit take-back",
)
@talking
def take_back(talk: Talk) -> int:
    """Plan again what the borrower holds."""
    store = talk.open()
    count = len(paging.held(store))
    if count and talk.can_ask and not _is_unsent(talk, count):
        raise UnsureError
    on_page = paging.on_page(store)
    done = paging.take_back(store)
    if not done:
        talk.out("Nothing is in your hands that could be taken back.")
        return 0
    talk.out("Planned again: {count}. This sent nothing. Next: kit send, or kit plan", count=done)
    if on_page:
        talk.err("Delete the page on the phone, and the file: its rows count no more.")
    return 0


@click.command(
    "retry",
    help="WHO is to be tried again: the message failed, or nobody knows what became of it.",
    epilog="\b\nExample:\n  kit retry 二舅",
)
@click.argument("who")
@talking
def retry(talk: Talk, who: str) -> None:
    """Plan a failed message again."""
    done = hearing.retry(talk.open(), who)
    if done.perhaps_twice:
        talk.out("If the first one did arrive after all, they will get it twice.")
    if done.in_plan:
        talk.out("Planned again. This sent nothing. Next: kit send")
    else:
        talk.out("They may be told again. This sent nothing. Next: kit plan")


def _confirm_rows(talk: Talk, store: Store, rows: str, *, as_json: bool) -> int:
    """What the borrower says of the rows of a page."""
    confirmed = paging.confirm_rows(store, rows)
    if as_json:
        told = set(confirmed.told)
        for standing in progress.standings(store):
            if standing.message_id in told:
                talk.json(_standing(standing))
        talk.json({"summary": {"changed": len(told), "left": confirmed.left}})
        return 0
    talk.out("Told, by your word: {told}", told=len(confirmed.told))
    if confirmed.known:
        talk.out("Of these rows it was known already: {count}.", count=confirmed.known)
    _say_on_page(talk, confirmed.left)
    return 0


def _say_on_page(talk: Talk, count: int) -> None:
    """What of the page nobody has spoken of yet."""
    if count:
        talk.out("On the page, and not confirmed yet: {count}.", count=count)
        talk.out("Those you sent: kit sync --page 1-17,20; the rest: kit take-back")


def _is_unsent(talk: Talk, count: int) -> bool:
    """Whether the borrower says so: a message taken back that went goes twice."""
    talk.err("Taken back are {count} that you have not confirmed.", count=count)
    return talk.confirm("None of these has been sent? y: none, Enter: I am not sure")


def _print_synced(talk: Talk, store: Store, synced: Synced) -> None:
    if synced.changed:
        talk.table(_rows(talk, store, synced.changed))
    if synced.replies:
        _print_replies(talk, store, synced.replies)
    if not (synced.changed or synced.replies or synced.failed):
        talk.out("Nothing new.")
    if synced.unknown:
        talk.err("Not known yet: {count}. Ask again a little later.", count=synced.unknown)
        talk.err("Where nobody can be asked: kit told WHO, or kit retry WHO")


def _print_replies(talk: Talk, store: Store, everything: Sequence[Heard]) -> None:
    names = {contact.id: contact.name for contact in people.contacts(store)}
    for heard in everything:
        name = names.get(heard.contact_id) or talk.say("(not in your contacts)")
        when = talk.say("{at}", at=heard.reply.at)
        talk.show(" · ".join((name, heard.reply.sender, when, talk.label(heard.meaning))))
        talk.show(f"  {heard.reply.text}")
    if any(heard.meaning is Meaning.HARASSED for heard in everything):
        talk.out("Some tell of calls. Keep these messages: they can become evidence.")


def _heard(heard: Heard) -> dict[str, object]:
    return {
        "contact_id": heard.contact_id or None,
        "channel": heard.reply.channel,
        "sender": heard.reply.sender,
        "text": heard.reply.text,
        "at": heard.reply.at.isoformat(),
        "meaning": heard.meaning.value,
    }


def _summary(synced: Synced) -> dict[str, object]:
    return {
        "changed": len(synced.changed),
        "replies": len(synced.replies),
        "unknown": synced.unknown,
        "failed": [name for name, _ in synced.failed],
    }


def _print_standings(talk: Talk, store: Store, standings: list[Standing]) -> None:
    real = [s for s in standings if not progress.is_rehearsal(s)]
    rehearsed = [s for s in standings if progress.is_rehearsal(s)]
    rows = _rows(talk, store, real)
    if not talk.leads:
        talk.table(rows)
    _print_count(talk, real)
    planned = sum(label == talk.label(Status.PLANNED) for _, _, label, *_ in rows)
    if talk.leads and planned:
        talk.out("Still to go: {count}.", count=planned)
    on_page = paging.on_page(store)
    if held := sum(s.status is Status.HANDED_OVER for s in real) - on_page:
        talk.out(
            "Not confirmed yet: {held}. The next scan and send asks about them first.", held=held
        )
    _say_on_page(talk, on_page)
    if rehearsed and talk.leads:
        talk.out("Rehearsed: {count}. It reached nobody.", count=len(rehearsed))
    elif rehearsed:
        talk.show("")
        talk.out("Rehearsal (it reached nobody):")
        talk.table(_rows(talk, store, rehearsed))


def _rows(talk: Talk, store: Store, standings: Sequence[Standing]) -> list[tuple[str, ...]]:
    everybody = people.contacts(store)
    by_address: dict[str, Contact] = {a: c for c in everybody for a in (*c.numbers, *c.emails)}
    by_id = {contact.id: contact for contact in everybody}
    unwanted = progress.opted_out(store)
    return [
        _row(talk, by_id.get(s.contact_id) or by_address.get(s.recipient), s, unwanted)
        for s in standings
    ]


def _print_count(talk: Talk, real: Sequence[Standing]) -> None:
    count = Counter(s.status for s in real)
    by_word = sum(s.status is Status.DELIVERED and s.code.startswith(BY_WORD) for s in real)
    arrived = count[Status.DELIVERED] - by_word
    if by_word or not (arrived or count[Status.ACCEPTED]):
        talk.out("Told, by your word: {told}", told=by_word)
    if arrived:
        talk.out("Arrived, by the provider's receipts: {count}", count=arrived)
    if taken := count[Status.ACCEPTED]:
        talk.out("Handed in, and not confirmed yet: {count}. To ask: kit sync", count=taken)
    by_itself = [s for s in real if progress.can_be_asked(s)]
    if unknown := sum(s.status in (Status.UNKNOWN, Status.SENDING) for s in by_itself):
        talk.out(
            "Perhaps taken, perhaps not: {count}. Nobody is told twice on a guess; kit sync asks.",
            count=unknown,
        )
        talk.out("Where nobody can be asked: kit told WHO, or kit retry WHO")
    if failed := count[Status.REJECTED] + count[Status.UNDELIVERED]:
        talk.out("Did not arrive: {count}. Tell them by another way: kit plan", count=failed)
    if late := count[Status.EXPIRED]:
        talk.out("Too old to go now: {count}. Plan again for them: kit plan", count=late)


def _row(
    talk: Talk, contact: Contact | None, standing: Standing, unwanted: Collection[str]
) -> tuple[str, ...]:
    name = contact.name if contact and contact.name else talk.say("(no name)")
    waits = standing.status is Status.PLANNED
    status = standing.status.value
    where = standing.recipient or talk.label(standing.channel)
    if waits and contact is not None and contact.group is Group.NOBODY:
        status = Group.NOBODY.value
    elif waits and contact is not None and contact.id in unwanted:
        status = SkipReason.OPTED_OUT.value
    elif progress.is_rehearsal(standing) and standing.status is Status.ACCEPTED:
        status = "rehearsed"
    when = "" if waits else talk.say("{at}", at=standing.at)
    why = _why(talk, standing) if standing.status in _FAILED else ""
    return name, where, talk.label(status), when, why


def _why(talk: Talk, standing: Standing) -> str:
    """What the provider's code means for the borrower, and the code."""
    if standing.code == Meaning.WRONG_PERSON:
        return talk.label(Meaning.WRONG_PERSON)
    meaning = talk.label(standing.fault) if standing.fault in _SAID else ""
    return " ".join(filter(None, (meaning, standing.code)))


def _standing(standing: Standing) -> dict[str, object]:
    return {
        "message_id": standing.message_id,
        "contact_id": standing.contact_id,
        "recipient": standing.recipient,
        "channel": standing.channel,
        "status": standing.status.value,
        "provider_id": standing.provider_id,
        "code": standing.code,
        "at": standing.at.isoformat(),
    }
