"""`kit doctor` in a clinic: its database and its workers."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from kit.errors import CaseKeyMissingError, SchemaOldError, StoreTooNewError

if TYPE_CHECKING:
    from kit.cli.talk import Talk
    from kit.clinic.checkup import Found, Inside
    from kit.clinic.queue import Waiting

#: Clocks that are less apart are as good as one.
_APART = timedelta(seconds=30)


def look_at_clinic(talk: Talk, *, as_json: bool) -> Found:
    """Say how database and workers do.

    Where no case was named, the channels are looked at with the first: all cases have the same.
    """
    from kit.clinic.checkup import examine

    found = examine(talk.settings, talk.answers)
    inside = found.inside
    if not talk.settings.case and inside and inside.with_key:
        talk.settings = replace(talk.settings, case=inside.with_key[0])
    if as_json:
        _show_json(talk, found)
        return found
    _database(talk, found)
    if inside is not None:
        _inside(talk, inside)
    talk.show("")
    return found


def _database(talk: Talk, found: Found) -> None:
    talk.out(
        "The database answers: PostgreSQL {version}, in {ms} ms, {size} MB.",
        version=found.version,
        ms=found.ms,
        size=found.megabytes,
    )
    talk.out("The role is right: it owns nothing, and sees one case.")
    if found.is_new:
        talk.error(StoreTooNewError())
    elif found.is_old:
        talk.error(SchemaOldError())
    for store, (done, known) in found.steps.items():
        if done != known:
            talk.out(
                "  {store}: {done} steps, this version knows {known}.",
                store=store,
                done=done,
                known=known,
            )
    if abs(found.ahead) > _APART:
        talk.out(
            "This computer's clock is {seconds} seconds apart from the database's. The clinic goes "
            "by the database's; set this one right all the same.",
            seconds=round(abs(found.ahead).total_seconds()),
        )


def _inside(talk: Talk, inside: Inside) -> None:
    workers, line = inside.workers, inside.line
    talk.out("Open cases: {count}.", count=inside.cases)
    for case_id in inside.without_key:
        talk.out("  {id}: its key is not in this KIT_HOME.", id=case_id)
    if inside.without_key:
        talk.out(CaseKeyMissingError.hint)
    talk.out("At work: {count}.", count=workers.live)
    if workers.heard_s is not None:
        talk.out("  Last heard of: {seconds} seconds ago.", seconds=round(workers.heard_s))
    if workers.silent:
        talk.out(
            "  Silent: {count}. The next worker sees to what they had in hand.",
            count=workers.silent,
        )
    _line(talk, line)
    if not inside.is_served:
        talk.out("Nobody is at work. Start `kit worker` on one machine or several.")
    for channel, until in inside.held.items():
        talk.out(
            "By {channel} nothing goes until {at}: it asked to wait, or refused too often. Look at "
            "why: kit status.",
            channel=talk.label(channel),
            at=until,
        )


def _line(talk: Talk, line: Waiting) -> None:
    talk.out(
        "Messages: {waiting} wait, {put_off} were put off, {in_hand} are in hand.",
        waiting=line.waiting,
        put_off=line.put_off,
        in_hand=line.in_hand,
    )
    if line.waiting_s is not None:
        talk.out("  The first waits for {seconds} seconds.", seconds=round(line.waiting_s))
    if line.next_s is not None:
        talk.out(
            "  The first that was put off is tried again in {seconds} seconds.",
            seconds=round(line.next_s),
        )
        talk.out(
            "  Was what stood in the way mended? Then it is tried at once, in its case: kit send"
        )


def _show_json(talk: Talk, found: Found) -> None:
    talk.json(
        {
            "about": "database",
            "version": found.version,
            "ms": found.ms,
            "megabytes": found.megabytes,
            "ahead_s": round(found.ahead.total_seconds(), 1),
        }
    )
    for store, (done, known) in found.steps.items():
        talk.json({"about": "steps", "store": store, "done": done, "known": known})
    if (inside := found.inside) is None:
        return
    talk.json({"about": "cases", "open": inside.cases, "without_key": inside.without_key})
    talk.json({"about": "workers", **asdict(inside.workers)})
    talk.json({"about": "messages", **asdict(inside.line)})
    for channel, until in inside.held.items():
        talk.json({"about": "held", "channel": channel, "until": until.isoformat()})
