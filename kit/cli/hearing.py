"""`kit sync`, `kit replies`, `kit stop`, `kit told`, `kit retry`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.actions import hearing, people, planning
from kit.actions.restored import ANOTHER
from kit.cli.held import say_known
from kit.cli.paging import confirm_rows, say_planned_again, say_unwanted_rows
from kit.cli.reporting import print_damage, reported, say_kept
from kit.cli.status import standing_rows
from kit.cli.talk import standing_json, talking
from kit.model import Meaning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.actions.hearing import Synced
    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Heard

_PARTLY = 3


@click.command(
    "sync",
    help="Ask the channels what became of the messages and who wrote back. It sends nothing.",
    epilog="\b\nExample:\n  kit sync --page 1-17,20\n  kit sync",
)
@click.option("--page", "rows", metavar="ROWS", help="Rows of the page that you sent: 1-17,20.")
@click.option(
    "--nothing-by",
    "unsent",
    type=click.Choice([*planning.channels(), ANOTHER]),
    multiple=True,
    metavar="WAY",
    help="After a restore: by WAY nothing was sent after the backup, or you have "
    "said `kit told` of everybody who got it. `another`: any way that is not named.",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def sync(talk: Talk, *, rows: str | None, unsent: tuple[str, ...], as_json: bool) -> int:
    """Ask, and print what is new."""
    store = talk.open()
    if rows is not None:
        return confirm_rows(talk, store, rows, as_json=as_json)
    synced = hearing.sync(store, unsent)
    if as_json:
        for standing in synced.changed:
            talk.json(standing_json(standing))
        for heard in synced.replies:
            talk.json(_heard(heard) | reported(talk, store, heard))
        talk.json({"summary": _summary(synced)})
    else:
        _print_synced(talk, store, synced)
    for name, error in synced.failed:
        talk.err("{channel}: could not be asked.", channel=talk.label(name))
        talk.error(error, with_hint=not error.retryable)
        if error.retryable:
            talk.err("Try again a little later: kit sync")
    still = say_known(talk, store, synced.known) if synced.known is not None else False
    return _PARTLY if synced.failed or synced.unknown or still else 0


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
            talk.json(_heard(heard) | reported(talk, store, heard))
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
    store = talk.open()
    hearing.stop(store, who)
    talk.out("Kept. They get nothing more, by any channel, also after another import.")
    say_unwanted_rows(talk, store)


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
    "retry",
    help="WHO is to be tried again: the message failed, or nobody knows what became of it.",
    epilog="\b\nExample:\n  kit retry 二舅",
)
@click.argument("who")
@talking
def retry(talk: Talk, who: str) -> None:
    """Plan a failed message again."""
    say_planned_again(talk, hearing.retry(talk.open(), who))


def _print_synced(talk: Talk, store: Store, synced: Synced) -> None:
    if synced.changed:
        talk.table(standing_rows(talk, store, synced.changed))
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
        talk.show("\n".join(f"  {line}" for line in heard.reply.text.splitlines()))
        print_damage(talk, store, heard)
    if any(heard.meaning is Meaning.HARASSED for heard in everything):
        talk.out("Some tell of calls. Keep these messages: they can become evidence.")
    say_kept(talk, store, everything)


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
    held = {} if synced.known is None else {"held_by": synced.known.unasked}
    return {
        **held,
        "changed": len(synced.changed),
        "replies": len(synced.replies),
        "unknown": synced.unknown,
        "failed": [name for name, _ in synced.failed],
    }
