"""`kit letter facts`: the fact sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.actions import drafting
from kit.cli import questions
from kit.cli.talk import talking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.actions.drafting import Question
    from kit.actions.store import Store
    from kit.cli.talk import Talk


@click.command(
    "facts",
    help="The fact sheet: what letters and complaints say of you, the lender and the money. "
    "Without an option it asks, line by line.",
    epilog='\b\nExample:\n  kit letter facts --set "name=李明" --set "lender=示例消费金融有限公司"',
)
@click.option(
    "--for", "name", metavar="NAME", default="", help="Only what this letter or complaint has."
)
@click.option(
    "--set",
    "lines",
    multiple=True,
    metavar="KEY=VALUE",
    help="Fill a line in; more than once. With nothing after = it is emptied.",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def facts(talk: Talk, *, name: str, lines: Sequence[str], as_json: bool) -> None:
    """Fill it in, ask for it, or show it."""
    typed = questions.typed(talk, lines)
    store = talk.open()
    asked = _questions(store, name)
    questions.fill(talk, store, typed)
    if as_json:
        there = store.book.sheet()
        for one in asked:
            talk.json({"key": one.key.value, "value": there.get(one.key, "")})
        return
    if typed:
        talk.err("Kept: {keys}", keys=", ".join(typed))
        return
    _show(talk, store, asked)
    if talk.can_ask:
        questions.ask_all(talk, store, asked)
    else:
        talk.err("To fill a line in: kit letter facts --set KEY=VALUE")


def _questions(store: Store, name: str) -> tuple[Question, ...]:
    """What a draft asks, what it needs first; without a name, every line."""
    if not name:
        return drafting.every_question()
    code = drafting.country(store)
    drafting.check_name(code, name)
    return drafting.questions(code, name)


def _show(talk: Talk, store: Store, asked: Sequence[Question]) -> None:
    """Every line with what it is called and what stands there."""
    there = store.book.sheet()
    for one in asked:
        value = questions.shown(talk, one.key, there.get(one.key, ""))
        talk.out(
            "{name} ({key}): {value}", name=talk.say(one.name), key=one.key, value=value or "–"
        )
    count = sum(one.key in there for one in asked)
    talk.err("Lines that are filled in: {count} of {all}.", count=count, all=len(asked))
