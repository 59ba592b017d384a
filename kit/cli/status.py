"""`kit status`: where every message stands, what the borrower holds, and the next step."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from kit.actions import paging, planning, progress, queueing, steps, tracking
from kit.actions.steps import Step
from kit.cli.held import say_held
from kit.cli.paging import say_on_page, say_unwanted_rows
from kit.cli.talk import standing_json, talking
from kit.model import BY_WORD, Meaning, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.actions.store import Store
    from kit.actions.tracking import Tracked
    from kit.cli.talk import Talk
    from kit.model import Standing

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
            talk.json(standing_json(standing))
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
    say_held(talk, store)
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
    elif step is Step.SEND:
        _say_how_to_send(talk, store)
    elif step is Step.DONE:
        talk.err("Everybody you chose has been dealt with.")


def _say_how_to_send(talk: Talk, store: Store) -> None:
    if in_line := len(queueing.in_hand(store)):
        talk.out("For a worker wait: {count}. `kit worker` sends them.", count=in_line)
    elif planning.capabilities(store.current_plan().channel).writes:
        talk.err("Next: kit send --to page.html")
    else:
        talk.err("Next: kit send")


def _print_standings(talk: Talk, store: Store, standings: list[Standing]) -> None:
    real = [s for s in standings if not progress.is_rehearsal(s)]
    rehearsed = [s for s in standings if progress.is_rehearsal(s)]
    rows = standing_rows(talk, store, real)
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
    say_on_page(talk, on_page)
    say_unwanted_rows(talk, store)
    if rehearsed and talk.leads:
        talk.out("Rehearsed: {count}. It reached nobody.", count=len(rehearsed))
    elif rehearsed:
        talk.show("")
        talk.out("Rehearsal (it reached nobody):")
        talk.table(standing_rows(talk, store, rehearsed))


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


def standing_rows(talk: Talk, store: Store, standings: Sequence[Standing]) -> list[tuple[str, ...]]:
    """Each of them as a row: who, where, how it stands, since when, why."""
    return [_row(talk, tracked) for tracked in tracking.track(store, standings)]


def _row(talk: Talk, tracked: Tracked) -> tuple[str, ...]:
    contact, standing = tracked.contact, tracked.standing
    name = contact.name if contact else ""
    if not name:
        was_forgotten = contact is None and not standing.recipient
        name = talk.say("(not in your contacts)") if was_forgotten else talk.say("(no name)")
    where = standing.recipient or talk.label(standing.channel)
    when = "" if standing.status is Status.PLANNED else talk.say("{at}", at=standing.at)
    return name, where, talk.label(tracked.label), when, _why(talk, tracked)


def _why(talk: Talk, tracked: Tracked) -> str:
    """What the provider's code means for the borrower, and the code."""
    meaning = talk.label(tracked.meaning) if tracked.meaning else ""
    if tracked.standing.status not in _FAILED or tracked.meaning == Meaning.WRONG_PERSON:
        return meaning
    return " ".join(filter(None, (meaning, tracked.standing.code)))
