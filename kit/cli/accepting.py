"""`kit evidence accept` and `kit evidence decline`: what contacts reported, taken or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from kit.actions import accepting, people, recording
from kit.cli import recounting
from kit.cli.talk import talking
from kit.errors import OneProposalError, ProposalMissingError
from kit.model import IncidentKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.actions.accepting import Waiting
    from kit.actions.store import Store
    from kit.cli.talk import Talk

#: Characters of an id that are shown; they are enough to name it.
_SHOWN_ID = 8
_PARTLY = 3


@click.command(
    "accept",
    help="Take what contacts reported as incidents, by their account; without an ID it lists "
    "what waits.",
    epilog="\b\nExample:\n  kit evidence accept --all",
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="All that wait.")
@click.option("--at", "at", default="", metavar="TIME", help="When it was, where you know better.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in IncidentKind]),
    help="What it was, when it was no call.",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def accept(
    talk: Talk,
    *,
    ids: tuple[str, ...],
    everything: bool,
    at: str,
    kind: str | None,
    as_json: bool,
) -> int:
    """Make incidents of proposals, or list them."""
    store = talk.open()
    if not ids and not everything:
        if at or kind:
            raise OneProposalError
        _list(talk, store, as_json=as_json)
        return 0
    found = accepting.waiting(store) if everything else accepting.named(store, ids)
    changes: dict[str, object] = {"at": recording.told_time(store, at)} if at else {}
    changes |= {"kind": IncidentKind(kind)} if kind else {}
    if changes and len(found) != 1:
        raise OneProposalError
    untold = [one for one in found if everything and not at and not one.is_time_told]
    incidents = accepting.take(store, [one for one in found if one not in untold], **changes)
    if as_json:
        for one in incidents:
            talk.json({"incident_id": one.id, "source": one.source})
    else:
        talk.out("Written down, by the account of whoever sent it: {count}.", count=len(incidents))
    if untold:
        talk.err(
            "Left waiting, for nobody said when it was: {count}. "
            "Ask them, and say it: kit evidence accept ID --at TIME",
            count=len(untold),
        )
    return _PARTLY if untold else 0


@click.command(
    "decline",
    help="Do not take what a contact reported; it waits no longer, and the report itself stays.",
    epilog="\b\nExample:\n  kit evidence decline 5f0c2a1b",
)
@click.argument("ids", nargs=-1, metavar="ID...")
@talking
def decline(talk: Talk, *, ids: tuple[str, ...]) -> None:
    """Leave proposals out."""
    if not ids:
        raise ProposalMissingError
    accepting.decline(talk.open(), *ids)
    talk.out("Left out: {count}. Nothing was written down.", count=len(ids))


def _list(talk: Talk, store: Store, *, as_json: bool) -> None:
    """What waits."""
    found = accepting.waiting(store)
    if as_json:
        for one in found:
            talk.json(_fields(one))
    elif found:
        _print(talk, store, found)
        talk.err(
            "To take them: kit evidence accept ID, or --all; "
            "to leave one out: kit evidence decline ID"
        )
    else:
        talk.out("Nothing waits. What contacts report: kit sync, or kit inbox add -")


def _print(talk: Talk, store: Store, found: Sequence[Waiting]) -> None:
    """Each as it would stand in the record, with the id that names it."""
    names = {one.id: one.name or talk.say("(no name)") for one in people.contacts(store)}
    for one in found:
        name = names.get(one.contact_id) or talk.say("(not in your contacts)")
        told = replace(one.told, to=name, by=name)
        heading, *rest = recounting.lines(talk, told, recording.by_the_clock(store, one.at))
        talk.show(f"{one.id[:_SHOWN_ID]} · {heading}")
        for line in rest:
            talk.show(line)
        if not one.is_time_told:
            talk.out("  Nobody said when it was: this is the time of the reply.")


def _fields(one: Waiting) -> dict[str, object]:
    return {
        "id": one.id,
        "contact_id": one.contact_id or None,
        "at": one.at.isoformat(),
        "is_time_told": one.is_time_told,
        "number": one.told.number,
        "said_they_were": one.told.said_they_were,
        "said": one.told.said,
        "disclosed": one.told.disclosed,
        "refused": one.told.refused,
    }
