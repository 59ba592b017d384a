"""`kit letter` and `kit complaint`: a command for each letter and each body, made when used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit.actions import draft_files, drafting
from kit.actions.drafting import Wanted
from kit.cli import questions
from kit.cli.language import language
from kit.cli.talk import talking
from kit.cli.usage import WordedGroup, in_words, loaded
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kit.actions.draft_files import DraftFile
    from kit.actions.drafting import Draft
    from kit.actions.store import Store
    from kit.cli.talk import Talk

#: Whose letters are listed before a store is there.
_USUAL = "cn"
#: Commands beside the letters, and where they are defined.
OF_LETTERS: Mapping[str, str] = {
    "facts": "sheet:facts",
    "sent": "filing:letter_sent",
    "answered": "filing:letter_answered",
    "not-sent": "filing:letter_not_sent",
}
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
        if cmd_name not in (*self.drafts, *self.others):
            return None
        said = in_words(self.defined(cmd_name), Words(language()))
        if cmd_name in self.drafts:
            said.short_help = drafting.title(_USUAL, cmd_name, language())
        return said

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

    @click.command(
        name,
        help="Write it to a file, to check, sign and send it yourself.",
        epilog=f"\b\nExample:\n  kit {_group(name)} {name} --to {name}.html",
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
    draft_files.check_place(store, path)
    if talk.can_ask:
        drafting.check_use(store, wanted)
        _ask_for(talk, store, wanted.name)
    made = drafting.draft(store, wanted, Words)
    copy = drafting.to_read(store, wanted, made, talk.settings.language, Words)
    files = {path: _file(made, path)}
    if copy:
        beside = path.with_name(f"{path.stem}.{copy.language}{path.suffix}")
        files[beside] = _file(copy, beside)
    draft_files.write(store, {path: one.content for path, one in files.items()})
    talk.out("Written: {names}", names=path)
    if copy:
        talk.err("The same for you to read, not to send: {file}", file=beside)
    if missing := files[path].missing:
        what, how = (talk.say(text, **missing.facts) for text in (missing.sentence, missing.hint))
        talk.err("{what} {how}", what=what, how=how)
        talk.err("The document is whole without them: its tables say the same.")
    if path.suffix.lower() == ".docx" and made.short:  # it has the letter alone
        talk.err("In short, for a form")
        talk.show(made.short, err=True)
    _say_of(talk, copy or made)
    _say_commands(talk, store, wanted.name)


def _file(made: Draft, path: Path) -> DraftFile:
    return draft_files.render(made, path.suffix, Words(made.language))


def _ask_for(talk: Talk, store: Store, name: str) -> None:
    """Ask for what the fact sheet lacks; what else it can use is offered."""
    code = drafting.country(store)
    questions.ask_needed(talk, store, drafting.missing(store, code, name))
    there = store.book.sheet()
    others = [one for one in drafting.questions(code, name) if one.key not in there]
    if not others:
        return
    talk.err("It can have these too, if you like:")
    for one in others:
        talk.show(f"  {talk.say(one.name)}", err=True)
    if talk.confirm("Fill them in now? y: yes, Enter: write it as it is"):
        questions.ask_all(talk, store, others)


def _say_of(talk: Talk, made: Draft) -> None:
    """What to look at before it is sent; the notes say what to do then."""
    for line in made.notes:
        talk.show(f"- {line.text}", err=True)
    talk.err("What it says was checked on {date}.", date=made.checked_on)
    if made.is_stale:
        talk.err("That is more than twelve months ago: is there a newer kit?")
    talk.err("Nothing was sent. Check it, sign it and send it yourself.")


def _say_commands(talk: Talk, store: Store, name: str) -> None:
    """How it is done here; the notes, which a page has too, name no command."""
    talk.err("To change what is filled in: kit letter facts")
    if drafting.speaks_of_record(store, name):
        talk.err("Only some of what was recorded: --incident N, more than once")
    if drafting.states_record(store, name):
        talk.err("A copy of the record, names hidden: kit evidence export copy --redacted")
    talk.err("Once it is sent, note it: {command}", command=f"kit {_group(name)} sent {name}")
    if _group(name) == "complaint":
        talk.err("The number they gave it goes behind --reference.")
    talk.err("All that comes next: kit complaint next")


def _group(name: str) -> str:
    return "letter" if name in Letters.drafts else "complaint"
