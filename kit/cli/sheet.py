"""`kit letter facts`: the fact sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.actions import drafting
from kit.actions.drafting import SheetKey
from kit.cli.talk import talking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.cli.talk import Talk


@click.command(
    "facts",
    help="The fact sheet: what letters and complaints say of you, the lender and the money.",
    epilog='\b\nExample:\n  kit letter facts --set "name=李明" --set "lender=示例消费金融有限公司"',
)
@click.option("--set", "lines", multiple=True, metavar="KEY=VALUE", help="Fill a line in.")
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def facts(talk: Talk, *, lines: Sequence[str], as_json: bool) -> None:
    """Fill it in, or show it."""
    store = talk.open()
    typed = dict(line.partition("=")[::2] for line in lines)
    drafting.fill(store, typed)
    there = store.book.sheet()
    for key in SheetKey:
        if as_json:
            talk.json({"key": key.value, "value": there.get(key, "")})
