"""What is said of a restored store: what was found that the other one sent, and what holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.actions import hearing, restored

if TYPE_CHECKING:
    from kit.actions.asking_again import Known
    from kit.actions.store import Store
    from kit.cli.talk import Talk


def say_known(talk: Talk, store: Store, known: Known) -> bool:
    """What is known of the other store now; whether something still holds this one."""
    if known.found:
        talk.out(
            "Sent after the backup, and written down now: {count}.",
            count=known.found,
        )
    left = known.unasked
    if left and talk.can_ask:
        left = _asked_of_the_borrower(talk, store, known)
    for name in left:
        _say_held(talk, store, name)
    return bool(left)


def say_held(talk: Talk, store: Store) -> None:
    """That nothing goes out yet, and what to do."""
    if restored.held_by(store):
        talk.err(
            "This store came from a backup of {at}. Nothing is sent before you have asked: "
            "kit sync",
            at=store.copies.made_at,
        )


def _asked_of_the_borrower(talk: Talk, store: Store, known: Known) -> list[str]:
    """Their word on each way that nobody can be asked about; what still holds the store."""
    for name in known.unasked:
        if restored.can_rule_out(store, name):
            continue
        talk.err(
            "{channel}: nobody can be asked what was sent after the backup of {at}.",
            channel=talk.label(name),
            at=known.made_at,
        )
        talk.err("Whoever got it from there: kit told WHO. Then nobody is told twice.")
        if talk.confirm(
            "Did nothing else go that way since then? y: nothing, Enter: I am not sure"
        ):
            hearing.nothing_by(store, [name])
    return restored.held_by(store)


def _say_held(talk: Talk, store: Store, name: str) -> None:
    talk.err("Nothing is sent from here yet, because of: {channel}.", channel=talk.label(name))
    if restored.can_rule_out(store, name):
        talk.err(
            "It is asked by: kit sync. If it is gone for good: kit sync --nothing-by {way}",
            way=name,
        )
        return
    talk.err("Nobody can be asked there. Whoever got it after the backup: kit told WHO")
    talk.err("Then, if nothing else went that way: kit sync --nothing-by {way}", way=name)
