"""`kit evidence picture`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import picturing
from kit.cli.talk import talking

if TYPE_CHECKING:
    from kit.cli.talk import Talk
    from kit.errors import KitError

_PARTLY = 3


@click.command(
    "picture",
    help="Write the record as pictures, by day and by hour, and one page for the police or a "
    "lawyer, into the folder DIR. They name people: show them only to whom you trust.",
    epilog="\b\nExample:\n  kit evidence picture pictures --png\n  kit evidence picture pictures",
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--png", "draws", is_flag=True, help="As PNG too, to send by phone.")
@click.option("--jurisdiction", "code", metavar="CODE", default="", help="Whose rules, such as cn.")
@talking
def picture(talk: Talk, *, folder: Path, draws: bool, code: str) -> int:
    """Write them, and say what they are."""
    store = talk.open()
    what = picturing.shown(store, code)
    made = picturing.make(store, what, talk.say, talk.settings.language, draws=draws)
    picturing.write(store, made, folder)
    talk.out("Written: {names}", names=", ".join(made.contents))
    talk.err("Open brief.html in a browser: printed, it is one page for the police or a lawyer.")
    talk.err("They show accounts, not proof, and name people: give them only to whom you trust.")
    if made.missing is None:
        return 0
    _say_missing(talk, made.missing)
    return _PARTLY


def _say_missing(talk: Talk, error: KitError) -> None:
    what, how = (talk.say(text, **error.facts) for text in (error.sentence, error.hint))
    talk.err("{what} {how}", what=what, how=how)
