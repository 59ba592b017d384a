"""`kit letter` and `kit complaint`: a command for each letter and each body, made when used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit.actions import drafting
from kit.actions.drafting import Wanted
from kit.cli.language import language
from kit.cli.talk import talking
from kit.cli.usage import WordedGroup, in_words, loaded
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kit.cli.talk import Talk

#: Whose letters are listed before a store is there.
_USUAL = "cn"
#: Commands beside the letters, and where they are defined.
OF_LETTERS: Mapping[str, str] = {"facts": "sheet:facts", "sent": "filing:sent"}
OF_COMPLAINTS: Mapping[str, str] = {
    "next": "filing:next_",
    "sent": "filing:sent",
    "answered": "filing:answered",
    "not-sent": "filing:not_sent",
}


class DraftGroup(WordedGroup):
    """Has a command for each draft, beside its own."""

    drafts: Sequence[str] = ()
    others: Mapping[str, str] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every command: the drafts first."""
        return [*self.drafts, *self.others]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, its help in the reader's language."""
        is_there = cmd_name in (*self.drafts, *self.others)
        return in_words(self.defined(cmd_name), Words(language())) if is_there else None

    def defined(self, name: str) -> click.Command:
        """The command of that name, in English."""
        return loaded(self.others[name]) if name in self.others else _command(name)


class Letters(DraftGroup):
    """The letters."""

    drafts = drafting.letters_of(_USUAL)
    others = OF_LETTERS


class Complaints(DraftGroup):
    """The complaints."""

    drafts = drafting.complaints_of(_USUAL)
    others = OF_COMPLAINTS


def _listing(names: Sequence[str]) -> Any:  # noqa: ANN401 (a callback of Click's)
    @talking
    def show(talk: Talk, **_: object) -> None:
        """One a line, the name first."""
        rows = [(name, drafting.title(_USUAL, name, talk.settings.language)) for name in names]
        talk.table(rows, names=1)

    def listed(context: click.Context, _: click.Parameter, is_wanted: bool) -> None:  # noqa: FBT001
        if is_wanted and not context.resilient_parsing:
            with context:
                show()
            context.exit()

    return listed


def _list_option(names: Sequence[str]) -> Callable[[Any], Any]:
    return click.option(
        "--list",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_listing(names),
        help="Every one on a line, its name first.",
    )


@click.group(
    "letter",
    cls=Letters,
    help="Letters to the lender and to whoever collects for it, from the fact sheet and the "
    "record. You check, sign and send them yourself.",
    epilog="\b\nExample:\n  kit letter --list",
)
@_list_option(Letters.drafts)
def letter() -> None:
    """Start of every letter."""


@click.group(
    "complaint",
    cls=Complaints,
    help="Complaints to whoever can act on them: what was recorded, never a verdict. You check "
    "and file them yourself.",
    epilog="\b\nExample:\n  kit complaint --list",
)
@_list_option(Complaints.drafts)
def complaint() -> None:
    """Start of every complaint."""


def _command(name: str) -> click.Command:
    """The command that writes one draft."""
    group = "letter" if name in Letters.drafts else "complaint"

    @click.command(
        name,
        help="Write it to a file, to check, sign and send it yourself.",
        epilog=f"\b\nExample:\n  kit {group} {name} --to {name}.html",
    )
    @click.option(
        "--to",
        "path",
        type=click.Path(path_type=Path),
        metavar="FILE",
        required=True,
        help="The file; .html, .txt, or .docx to edit it.",
    )
    @click.option("--language", default="", metavar="L", help="Its language; else that of the law.")
    @click.option(
        "--incident",
        "incidents",
        multiple=True,
        metavar="N",
        help="Only this incident, by its number; more than once.",
    )
    @talking
    def run(talk: Talk, *, path: Path, language: str, incidents: Sequence[str]) -> None:
        wanted = Wanted(name=name, language=language, incidents=tuple(incidents))
        _write(talk, wanted, path)

    return run


def _write(talk: Talk, wanted: Wanted, path: Path) -> None:
    """Write the draft, and the same in the borrower's language beside it where that is another."""
    store = talk.open()
    made = drafting.draft(store, wanted, Words)
    files = {path: drafting.contents(made, path.suffix, Words(made.language))}
    drafting.write(store, files)
    for line in made.notes:
        talk.show(line.text, err=True)
