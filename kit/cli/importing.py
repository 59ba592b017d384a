"""`kit import`: what is named is read; what came of it, and what was not used, is said."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import importing, people
from kit.cli.language import language
from kit.cli.oneself import ask_which_is_you
from kit.cli.talk import one_line, talking
from kit.errors import InputError
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kit.actions.importing import Imported
    from kit.actions.store import Store
    from kit.cli.talk import Talk

_PARTLY = 3
_STANDARD_INPUT = Path("-")
#: Columns for the names by which a character set is chosen.
_WIDEST_SAMPLE = 60


class _WithWays(click.Command):
    """A command whose help also says how phones export their address book."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it does, what it takes, and where that comes from."""
        super().format_help_text(ctx, formatter)
        spoken = language()
        say = Words(spoken)
        taken = say(
            "It reads .vcf files, a folder or a zip of them, contacts that Google or Outlook "
            "exported as CSV, and standard input (-)."
        )
        where = say(
            "On the phone, look in Contacts or Settings for import/export, and export the address "
            "book as a .vcf file."
        )
        unsure = say("How it may go, not verified; what your phone shows is right:")
        with formatter.indentation():
            for text in (taken, where, unsure, *people.ways_to_export(spoken)):
                formatter.write_paragraph()
                formatter.write_text(text)


@click.command(
    "import",
    cls=_WithWays,
    help="Bring in an exported address book (.vcf). Nobody is told by this.",
    epilog="\b\nExample:\n  kit import contacts.vcf",
)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE…",
)
@click.option(
    "--region",
    default="",
    metavar="CN",
    help="Where numbers without a country code are dialled, such as CN or HK; it is kept.",
)
@click.option(
    "--charset",
    default="",
    metavar="NAME",
    help="In which character set the files are, where names come out wrong: utf-8, gbk, big5, "
    "shift_jis, euc-kr or utf-16.",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def import_(
    talk: Talk,
    files: tuple[Path, ...],
    region: str,
    charset: str,
    as_json: bool,  # noqa: FBT001
) -> int:
    """Read the files; list what was not used."""
    done = bring_in(talk, talk.open(), files, region, charset)
    if as_json:
        talk.json(_imported(talk, done))
        _say_region(talk, done)
    else:
        print_imported(talk, done)
    if not done.cards:
        return InputError.exit_code
    ask_which_is_you(talk, talk.open())
    talk.err("This told nobody. Next: kit choose")
    return _PARTLY if done.problems else 0


def bring_in(
    talk: Talk, store: Store, files: Sequence[Path], region: str = "", charset: str = ""
) -> Imported:
    """Import the files; the character set is asked for where it is in doubt."""
    stdin = sys.stdin.buffer if sys.stdin else io.BytesIO()
    named = [stdin if file == _STANDARD_INPUT else file for file in files]

    def decide(name: str, texts: Mapping[str, tuple[str, ...]]) -> str:
        return _ask_charset(talk, name, texts)

    return importing.import_files(store, named, region, charset, decide)


def print_imported(talk: Talk, done: Imported) -> None:
    """What was read, and what of it was not used."""
    if not done.cards:
        talk.many_problems(done.problems)
        return
    talk.out(
        "{cards} cards read; {contacts} contacts, {new} of them new.",
        cards=done.cards,
        contacts=done.contacts,
        new=done.new,
    )
    _say_put_together(talk, done)
    _say_region(talk, done)
    if done.problems:
        talk.err("Please note ({count}):", count=len(done.problems))
        talk.many_problems(done.problems)
    talk.err("What you exported still lies where it was; delete it when you need it no more.")


def _say_put_together(talk: Talk, done: Imported) -> None:
    """How many are made of several cards, which may be wrong, and where that is seen."""
    if done.several_names:
        talk.err(
            "Put together from several cards: {count}; of these with different names: {names}.",
            count=done.put_together,
            names=done.several_names,
        )
    elif done.put_together:
        talk.err("Put together from several cards: {count}.", count=done.put_together)
    if done.put_together:
        talk.err("To see whether each is one person: kit contacts --merged")


def _say_region(talk: Talk, done: Imported) -> None:
    """Where numbers without a country code were taken to be, when nobody has said it."""
    if done.cards and not done.is_region_said:
        talk.err(
            "Numbers without a country code are read as numbers of {region}.",
            region=importing.region_name(done.region, talk.settings.language),
        )
        talk.err("If they are not, import again with the region, such as --region HK.")


def _ask_charset(talk: Talk, name: str, texts: Mapping[str, tuple[str, ...]]) -> str:
    """The character set in which the names read right; with nobody there, the likeliest."""
    charsets = tuple(texts)
    if not talk.can_ask:
        talk.err(
            "{where}: in which character set it is, is not certain; {charset} was taken. If names "
            "come out wrong: --charset {other}",
            where=name,
            charset=charsets[0],
            other=charsets[1 % len(charsets)],
        )
        return charsets[0]
    talk.err("{where}: its names can be read in more than one way. Which one is right?", where=name)
    for number, (charset, names) in enumerate(texts.items(), 1):
        sample = one_line(" / ".join(names), _WIDEST_SAMPLE)
        talk.show(f"  {number}  {sample}  ({charset})", err=True)
    while True:
        answer = talk.ask("Number of the right line (Enter: 1)") or "1"
        if answer.isdecimal() and 1 <= int(answer) <= len(charsets):
            return charsets[int(answer) - 1]


def _imported(talk: Talk, done: Imported) -> dict[str, object]:
    problems = [{"where": p.where, "what": talk.problem(p)} for p in done.problems]
    return {
        "cards": done.cards,
        "contacts": done.contacts,
        "new": done.new,
        "merged": done.merged,
        "people": done.people,
        "services": done.services,
        "charset": ", ".join(done.charsets),
        "region": done.region,
        "kinds": done.kinds,
        "problems": problems,
    }
