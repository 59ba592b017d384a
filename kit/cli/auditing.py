"""`kit audit`."""

from __future__ import annotations

from datetime import UTC
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import auditing
from kit.actions.auditing import AuditForm
from kit.cli.facts import lines
from kit.cli.talk import one_line, talking
from kit.errors import AuditFolderError, AuditMissingError, AuditMixedError
from kit.model import Reach
from kit.words.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kit.actions.auditing import Audit
    from kit.actions.guiding import Fact
    from kit.cli.talk import Talk
    from kit.model import Access, Permission, Problem

_PARTLY = 3
#: Rows of one kind and commands that are shown; `--json` has all of the rows.
_MOST_ROWS, _MOST_COMMANDS = 60, 30
_WIDEST_APP, _MOST_DOMAINS = 48, 3
#: Lines that are named of those that could not be read.
_MOST_LINES = 8


@click.command(
    "audit",
    help="Which apps have read your contacts, or may: from an App Privacy Report of an iPhone "
    "(.ndjson), from the list of an Android phone's apps (dumpsys, by adb), or from a phone "
    "itself. It needs no address book.",
    epilog="\b\nExample:\n  kit audit --checklist\n  kit audit report.ndjson",
)
@click.argument(
    "file", required=False, type=click.Path(path_type=Path, exists=True), metavar="FILE"
)
@click.option("--adb", "live", is_flag=True, help="Ask the Android phone on the cable, by adb.")
@click.option("--json", "as_json", is_flag=True, help="One object per line: an app and a kind.")
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw it too, day by day: a name that ends in .svg or .png.",
)
@click.option(
    "--checklist", is_flag=True, help="What to look at before and after borrowing, and why."
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder for the files of the checklist; without it, it is shown here.",
)
@talking
def audit(  # noqa: PLR0913 (its options)
    talk: Talk,
    *,
    file: Path | None,
    live: bool,
    as_json: bool,
    picture: Path | None,
    checklist: bool,
    folder: Path | None,
) -> int:
    """Print the table, and what stands beside it; or the checklist."""
    _check(file is not None, live=live, checklist=checklist)
    if (checklist and as_json) or (folder and not checklist) or (picture and not file):
        raise AuditFolderError
    if checklist:
        return _checklist(talk, folder)
    if picture:
        auditing.check_picture(picture)
    found = auditing.audit_file(file) if file else auditing.audit_phone()
    if as_json:
        for one in found.rows:
            talk.json(_fields(one))
    else:
        _print(talk, found)
    if picture:
        auditing.write_picture(talk.settings, found, picture, talk.say)
        talk.err("Drawn: {name}. Delete it when you need it no more.", name=picture.name)
    _say_problems(talk, found.problems)
    return _PARTLY if found.problems else 0


def _check(is_file: bool, *, live: bool, checklist: bool) -> None:  # noqa: FBT001 (one of three)
    count = is_file + live + checklist
    if not count:
        raise AuditMissingError
    if count > 1:
        raise AuditMixedError


def _checklist(talk: Talk, folder: Path | None) -> int:
    """Show the checklist, or write it."""
    from kit.actions import guiding

    made = guiding.make("checklist", guiding.USUAL, talk.settings.language)
    if folder is None:
        talk.show(made.contents["checklist.txt"].decode().rstrip())
        return 0
    guiding.write(talk.settings, made, folder)
    talk.out("Written: {names}", names=", ".join(made.contents))
    talk.err("It names nobody, but it speaks of borrowing: keep it where only you read it.")
    return 0


def _fields(one: Access | Permission) -> dict[str, object]:
    """An app and a kind, for a program; what the phone does not say is `null`."""
    from kit.model import Access

    if isinstance(one, Access):
        return {
            "app": one.app,
            "kind": one.kind,
            "count": one.count,
            "first_at": one.first_at.astimezone(UTC).isoformat(),
            "last_at": one.last_at.astimezone(UTC).isoformat(),
            "domains": list(one.domains),
        }
    return {
        "app": one.app,
        "kind": one.kind,
        "count": None,
        "first_at": None,
        "last_at": None,
        "domains": [],
        "granted": one.granted,
        "requested": one.requested,
        "flags": list(one.flags),
        "installed": one.installed or None,
        "updated": one.updated or None,
    }


def _print(talk: Talk, found: Audit) -> None:
    """The table, and beside it what is allowed, what is better and how to take it back."""
    if found.form is AuditForm.PRIVACY_REPORT:
        _print_accesses(talk, found.accesses)
    else:
        _print_permissions(talk, found)
    if not (found.accesses or found.permissions):
        return
    beside = auditing.beside(found.form)
    if beside.language[:2] != talk.settings.language[:2]:
        talk.err(
            "They are in the language of the law: {language}.", language=talk.label(beside.language)
        )
    talk.out("[What the rules say of such apps]")
    talk.out("This holds for every app of its kind; what one app did wrong is not for us to say.")
    _print_facts(talk, beside.rules)
    talk.out("[Better than yes or no: give it an empty book]")
    _print_facts(talk, beside.instead)
    talk.out("[Take the permission back]")
    _print_facts(talk, beside.revoke)
    _print_commands(talk, auditing.commands(found))
    if beside.is_stale:
        talk.err("Some of it was checked more than twelve months ago: is there a newer kit?")


def _print_accesses(talk: Talk, accesses: Sequence[Access]) -> None:
    say = talk.say
    if accesses:
        talk.out("[What apps have read, by the phone's own report]")
    if not any(one.kind == Reach.CONTACTS for one in accesses):
        talk.out("It does not say that any app has read contacts.")
    head = (say("App"), say("Times"), say("First"), say("Last"), say("Called near in time"))
    for kind, group in groupby(accesses, lambda one: one.kind):
        some = list(group)
        talk.out("[{kind}]", kind=_called(talk, kind))
        rows = [
            (
                one_line(one.app, _WIDEST_APP),
                f"{one.count}",
                f"{one.first_at:%Y-%m-%d %H:%M}",
                f"{one.last_at:%Y-%m-%d %H:%M}",
                _domains(one.domains),
            )
            for one in some[:_MOST_ROWS]
        ]
        _table(talk, [head, *rows], len(some))
    if accesses:
        talk.out(
            "Called near in time: within {seconds} seconds before or after. What was sent there, a "
            "report does not say.",
            seconds=auditing.NEAR_S,
        )
    talk.out(
        "A report goes back seven days at most, and not beyond the day it was switched on. What "
        "was read before does not stand in it, nor how many contacts."
    )
    talk.show("")


def _print_permissions(talk: Talk, found: Audit) -> None:
    say = talk.say
    if found.permissions:
        talk.out("[What apps may read on this phone]")
    else:
        talk.out("No app in it asks for contacts, the call log or texts.")
    head = (say("App"), say("May read it"), say("Installed"))
    for kind, group in groupby(found.permissions, lambda one: one.kind):
        some = list(group)
        talk.out("[{kind}]", kind=_called(talk, kind))
        rows = [
            (
                one_line(one.app, _WIDEST_APP),
                _may(talk, one),
                one.installed[:10],
            )
            for one in some[:_MOST_ROWS]
        ]
        _table(talk, [head, *rows], len(some))
    if found.permissions:
        talk.out("Since when an app may, the list does not say; only when it was installed.")
        talk.out(
            "Nor does it say whether an app has read anything, or whether the phone hands it an "
            "empty book."
        )
    if found.users:
        talk.out(
            "Only the phone's first user (0) was looked at. Left out, such as a work profile or a "
            "second copy of an app: user {users}.",
            users=", ".join(map(str, found.users)),
        )
    talk.show("")


def _may(talk: Talk, one: Permission) -> str:
    if not one.granted:
        return talk.say("asks, but was not given it")
    if auditing.is_own(one):
        return talk.say("it may; the phone's own app")
    return talk.say("it may")


def _table(talk: Talk, rows: Sequence[Sequence[str]], count: int) -> None:
    talk.table(rows, names=0)
    if count > _MOST_ROWS:
        talk.out("And {count} more: --json lists them all.", count=count - _MOST_ROWS)
    talk.show("")


def _print_facts(talk: Talk, facts: Iterable[Fact]) -> None:
    for fact in facts:
        talk.show(f"· {fact.title}")
        for line in lines(talk, fact):
            talk.show(f"  {line}")
    talk.show("")


def _print_commands(talk: Talk, commands: Sequence[str]) -> None:
    """To be copied: the kit runs none of them."""
    if not commands:
        return
    talk.out("Or by cable; copy the line of the app that is to read it no more. We run none:")
    for one in commands[:_MOST_COMMANDS]:
        talk.show(f"  {one}")
    if len(commands) > _MOST_COMMANDS:
        talk.out("For the others write the name of the app in its place.")
    talk.show("")


def _say_problems(talk: Talk, problems: Sequence[Problem]) -> None:
    """What could not be read, each thing once, with its first lines."""
    if not problems:
        return
    talk.err("Please note:")
    by_what: dict[str, list[Problem]] = {}
    for one in problems:
        by_what.setdefault(talk.problem(one), []).append(one)
    for what, some in by_what.items():
        places = [one.where.rpartition(":")[2] if n else one.where for n, one in enumerate(some)]
        more = "" if len(places) <= _MOST_LINES else f" … ({len(places)})"
        talk.err("{where}  {what}", where=", ".join(places[:_MOST_LINES]) + more, what=what)


def _domains(domains: Sequence[str]) -> str:
    more = f" +{len(domains) - _MOST_DOMAINS}" if len(domains) > _MOST_DOMAINS else ""
    return ", ".join(one_line(one, _WIDEST_APP) for one in domains[:_MOST_DOMAINS]) + more


def _called(talk: Talk, kind: str) -> str:
    """What a kind is called; one without a name of ours as the phone calls it."""
    return talk.label(kind) if kind in LABELS else one_line(kind, _WIDEST_APP)
