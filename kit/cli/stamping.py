"""`kit evidence timestamp`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import stamping
from kit.cli.talk import talking

if TYPE_CHECKING:
    from kit.cli.talk import Talk


@click.command(
    "timestamp",
    help="Ask a timestamp authority (RFC 3161) to confirm that the record stands so now. Only a "
    "digest leaves this computer: nobody can read from it what you wrote down.",
    epilog="\b\nExample:\n  kit evidence timestamp --authority https://timestamp.example/tsa",
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
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def timestamp(talk: Talk, *, url: str, certificate: Path | None, as_json: bool) -> None:
    """Ask, keep the answer, and print the time."""
    store = talk.open()
    talk.err("Only a digest (SHA-256) of the record leaves this computer.")
    made = stamping.stamp(store, url, certificate)
    if as_json:
        fields = {"number": made.number, "hash": made.hash, "at": made.at.isoformat()}
        talk.json({**fields, "authority": made.authority, "fits": made.fits})
        return
    talk.out(
        "Confirmed: {count} entries stood so at {at}, by the authority's clock.",
        count=made.number,
        at=made.at,
    )
    if certificate is None:
        talk.err(
            "Whose signature it is was not checked: with --certificate FILE it is. The answer is "
            "kept with the record, and can be checked later."
        )
