"""`kit evidence timestamp`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import stamping
from kit.cli.talk import talking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.actions.stamping import Stamp
    from kit.cli.talk import Talk


@click.command(
    "timestamp",
    help="Ask a timestamp authority (RFC 3161) to confirm that the record stands so now. Only a "
    "digest leaves this computer: nobody can read from it what you wrote down.",
    epilog="\b\nExample:\n  kit evidence timestamp --authority https://timestamp.example/tsa\n"
    "  kit evidence timestamp --list",
)
@click.option(
    "--authority", "url", default="", metavar="URL", help="Whom to ask; KIT_TIMESTAMP_AUTHORITY."
)
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The authority's certificates: its answer must be signed by them.",
)
@click.option("--list", "lists", is_flag=True, help="Only show the timestamps that are kept.")
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def timestamp(
    talk: Talk, *, url: str, certificate: Path | None, lists: bool, as_json: bool
) -> None:
    """Ask, keep the answer, and print the time; or print what is kept."""
    store = talk.open()
    if lists:
        _list(talk, stamping.stamps(store), as_json=as_json)
        return
    talk.err("Only a digest (SHA-256) of the record leaves this computer.")
    made = stamping.stamp(store, url, certificate)
    _list(talk, [made], as_json=as_json)
    if certificate is None:
        talk.err(
            "Whose signature it is was not checked: with --certificate FILE it is. The answer is "
            "kept with the record, and can be checked later."
        )


def _list(talk: Talk, found: Sequence[Stamp], *, as_json: bool) -> None:
    if not found and not as_json:
        talk.out("No timestamp is kept yet.")
    for one in found:
        if as_json:
            fields = {"number": one.number, "hash": one.hash, "at": one.at.isoformat()}
            talk.json({**fields, "authority": one.authority, "fits": one.fits})
        elif one.fits:
            talk.out(
                "Confirmed: {count} entries stood so at {at}, by the authority's clock.",
                count=one.number,
                at=one.at,
            )
        else:
            talk.out("The timestamp is not of the entry that it was made for.")
