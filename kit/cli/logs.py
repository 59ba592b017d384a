"""`kit evidence import` and `kit evidence collectors`: who rang is shown, the borrower picks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import logs
from kit.actions.exhibits import Handed
from kit.actions.log_files import Ways, read_map, read_zone
from kit.actions.rows import parse_rows
from kit.cli.talk import one_line, talking
from kit.errors import InputError, RowsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from typing import BinaryIO

    from kit.actions.log_files import LogFile
    from kit.actions.logs import Brought, Caller, Taken
    from kit.cli.talk import Talk
    from kit.model import Problem

_PARTLY = 3
#: Numbers that are shown to choose from; the others rang less.
_MOST_SHOWN = 40
_WIDEST_NUMBER = 24


@click.command(
    "import",
    help="Bring in calls and texts that a phone or a carrier wrote down: XML by SMS Backup & "
    "Restore, or CSV. You say which numbers are collectors'; nothing of others is kept.",
    epilog="\b\nExample:\n  kit evidence import calls.xml",
)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True),
    metavar="FILE…",
)
@click.option(
    "--from",
    "numbers",
    multiple=True,
    metavar="NUMBER",
    help="A collector's number, and it is kept; hidden: the calls without a number.",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="FIELD=HEADING",
    help="Which column of a table holds what, such as at=通话时间; it is kept.",
)
@click.option(
    "--zone",
    default="",
    metavar="ZONE",
    help="By whose clock times without a zone are, such as Asia/Shanghai.",
)
@click.option(
    "--year",
    type=click.IntRange(1990, 2099),
    help="Of which year dates without one are, such as 2026.",
)
@click.option("--phone-of", default="", metavar="WHO", help="Whose phone it is, when not yours.")
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def import_(  # noqa: PLR0913 (its options)
    talk: Talk,
    *,
    files: tuple[Path, ...],
    numbers: tuple[str, ...],
    mapped: tuple[str, ...],
    zone: str,
    year: int | None,
    phone_of: str,
    as_json: bool,
) -> int:
    """Show who rang, ask which are collectors', write down what came from them."""
    store = talk.open()
    ways = Ways(columns=read_map(mapped), zone=read_zone(store, zone), year=year)
    handed = [Handed(name=path.name, open=_opening(path), path=path) for path in files]
    is_shown = not numbers and (talk.can_ask or not logs.picked(store))
    if is_shown:
        brought = logs.read(store, handed, ways)
        _say_ways(talk, brought.files)
        numbers = _picked(talk, brought, as_json=as_json)
        if not (numbers or any(one.is_picked for one in brought.callers)):
            return _nothing_taken(talk, brought)
    taken = logs.take(store, handed, numbers, ways, phone_of)
    _print_taken(talk, taken, as_json=as_json)
    if not is_shown:
        _say_ways(talk, taken.files)
    _say_problems(talk, taken.problems)
    if not taken.rows:
        return _nothing_read(talk, taken.problems)
    talk.err("The files still lie where they were: keep them, they are the originals.")
    return _PARTLY if taken.problems else 0


@click.command(
    "collectors",
    help="The numbers that you picked as collectors'.",
    epilog="\b\nExample:\n  kit evidence collectors",
)
@click.option(
    "--forget", metavar="NUMBER", help="It is none after all; what was written down stays."
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def collectors(talk: Talk, *, forget: str | None, as_json: bool) -> None:
    """List the numbers, or forget one."""
    store = talk.open()
    if forget is not None:
        logs.forget(store, forget)
        talk.out("Forgotten: it is picked no longer. What was written down before stays.")
        return
    found = store.record.collectors()
    for number in found:
        if as_json:
            talk.json({"number": number})
        else:
            talk.show(number)
    if not found and not as_json:
        talk.out("No number was picked yet. To pick some: kit evidence import FILE")


def _opening(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")


def _picked(talk: Talk, brought: Brought, *, as_json: bool) -> tuple[str, ...]:
    """The numbers that the borrower picks of those that rang; nobody is picked for them."""
    offered = [one for one in brought.callers if not (one.is_known or one.is_picked)]
    shown = offered[:_MOST_SHOWN] if talk.can_ask else offered
    if as_json:
        for one in offered:
            talk.json(_fields(one))
    else:
        _print_callers(talk, shown)
    if hidden := sum(one.is_known and not one.is_picked for one in brought.callers):
        talk.err(
            "Numbers in your contacts are not listed: {count}. "
            "If one of them is a collector's: --from NUMBER",
            count=hidden,
        )
    if not talk.can_ask or not offered:
        return ()
    talk.err("These numbers are not in your contacts; who rang most comes first.")
    if len(offered) > len(shown):
        talk.err("And {count} more that rang less.", count=len(offered) - len(shown))
    return tuple(shown[row - 1].number or logs.HIDDEN for row in _asked(talk, len(shown)))


def _asked(talk: Talk, last: int) -> list[int]:
    """The rows that are picked; asked until they are rows, or nothing."""
    while answer := talk.ask("Which of them are collectors'? Such as 1,3-5 (Enter: none)"):
        try:
            rows = parse_rows(answer)
        except RowsError:
            rows = set()
        if rows and max(rows) <= last:
            return sorted(rows)
        talk.err("Write the numbers that stand at the left, such as 1,3-5.")
    return []


def _nothing_taken(talk: Talk, brought: Brought) -> int:
    """Why nothing was written down, and how it is."""
    _say_problems(talk, brought.problems)
    if not brought.rows:
        return _nothing_read(talk, brought.problems)
    talk.err("Nothing was written down: no number was picked as a collector's.")
    if not talk.can_ask:
        talk.err("Pick them, such as: kit evidence import FILE --from NUMBER")
    return _PARTLY if brought.problems else 0


def _nothing_read(talk: Talk, problems: Sequence[Problem]) -> int:
    """There is no row; if it was not said why, that there is none."""
    if not problems:
        talk.err("There is no call and no text in it.")
    return InputError.exit_code


def _print_callers(talk: Talk, callers: Sequence[Caller]) -> None:
    """Each number with how often it came in, and when."""
    if not callers:
        return
    rows = []
    for row, one in enumerate(callers, 1):
        number = one_line(one.number, _WIDEST_NUMBER) or talk.say("(no number shown)")
        count = talk.say(
            "calls {calls}, of them not answered {missed}; texts {texts}",
            calls=one.calls,
            missed=one.missed,
            texts=one.texts,
        )
        rows.append((f"{row}", number, count, f"{_day(one.first)} – {_day(one.last)}"))
    talk.table(rows, names=1)


def _day(at: datetime | None) -> str:
    return f"{at.astimezone():%Y-%m-%d}" if at else ""


def _say_problems(talk: Talk, problems: Sequence[Problem]) -> None:
    """What of the files could not be read."""
    if problems:
        talk.err("Please note ({count}):", count=len(problems))
        talk.many_problems(problems)


def _say_ways(talk: Talk, files: Sequence[LogFile]) -> None:
    """How the files were read."""
    for file in files:
        _say_columns(talk, file)


def _say_columns(talk: Talk, file: LogFile) -> None:
    """Which column was taken for what, and by whose clock its times are."""
    if file.head and not file.head.missing:
        pairs = ", ".join(f"{one}={heading}" for one, heading in file.head.columns.items())
        talk.err("{where}: columns were read so: {columns}", where=file.called, columns=pairs)
        talk.err("If one is wrong, say it, such as --map at=HEADING")
    if file.is_by_zone:
        talk.err(
            "{where}: its times have no zone; they are read by the clock of {zone}.",
            where=file.called,
            zone=file.ways.zone,
        )


def _print_taken(talk: Talk, taken: Taken, *, as_json: bool) -> None:
    """What was written down."""
    if as_json:
        problems = [{"where": p.where, "what": talk.problem(p)} for p in taken.problems]
        counted = {name: getattr(taken, name) for name in ("rows", "new", "known", "removed")}
        talk.json({**counted, "unseen": taken.unseen, "problems": problems})
        return
    if not taken.rows:
        return
    talk.out("{rows} calls and texts read; written down: {new}.", rows=taken.rows, new=taken.new)
    if taken.known:
        talk.out("Were there already: {count}.", count=taken.known)
    if taken.removed:
        talk.out("Left out, for you removed them before: {count}.", count=taken.removed)
    if taken.new:
        talk.err("To read them over: kit evidence list")
    for number in taken.unseen:
        talk.err("{number}: nothing came in from it here.", number=number)
    if any(number != logs.HIDDEN for number in taken.unseen):
        talk.err("If it was mistyped: kit evidence collectors --forget NUMBER")


def _fields(one: Caller) -> dict[str, object]:
    return {
        "number": one.number,
        "calls": one.calls,
        "missed": one.missed,
        "texts": one.texts,
        "first": one.first.isoformat() if one.first else None,
        "last": one.last.isoformat() if one.last else None,
    }
