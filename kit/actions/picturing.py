"""What was recorded, as pictures and as one page: the record goes in, files come out.

The drawings (SVG) are always there; the pictures (PNG) where what draws them is installed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit import jurisdiction, private_file
from kit.actions import exhibits, finding, people, recording, stamping
from kit.errors import (
    NoFactsError,
    PicturesMissingError,
    RecordFolderTakenError,
    RecordUnwrittenError,
    reason_of,
)
from kit.evidence import accounts
from kit.evidence.rules.reaching import to_others
from kit.jurisdiction import FactKind
from kit.letters import brief
from kit.letters.timeline import heat, timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kit.actions.store import Store
    from kit.errors import KitError
    from kit.evidence.accounts import Told
    from kit.jurisdiction import Fact
    from kit.model import Exhibit, Finding, Incident, Rule

#: The files, the page first.
BRIEF, TIMELINE, HOURS = "brief.html", "timeline.svg", "hours.svg"
#: How a file begins that may be written anew.
_BEGINS = {".svg": b"<svg xmlns=", ".png": b"\x89PNG\r\n\x1a\n", ".html": b"<!DOCTYPE html>"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is put into pictures and on the page; for a copy, what is left of it."""

    incidents: Sequence[Incident] = field(repr=False)
    exhibits: Sequence[Exhibit] = field(default=(), repr=False)
    findings: Sequence[Finding] = ()
    #: by their ids, of the country whose rules are beside it
    facts: Mapping[str, Fact] = field(default_factory=dict)
    #: as the borrower is called; empty: they write it by hand
    name: str = field(default="", repr=False)
    #: names and numbers are pseudonyms already
    is_redacted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Files, and why there are no pictures where some were asked for."""

    contents: dict[str, bytes] = field(repr=False)
    missing: KitError | None = None


def shown(store: Store, code: str = "") -> Shown:
    """Everything that was recorded, beside the rules of a country (else the borrower's)."""
    me = people.oneself(store)
    found = finding.report(store, code)
    return Shown(
        incidents=found.incidents,
        exhibits=exhibits.exhibits(store),
        findings=found.findings,
        facts=facts(code or store.region),
        name=me.name if me else "",
    )


def make(
    store: Store, what: Shown, say: Callable[..., str], language: str, *, draws: bool = False
) -> Made:
    """The page and both drawings; with `draws` the pictures too, where that is possible.

    What several people tell of one call is one, here as in the report.
    """
    calls = accounts.told_once(what.incidents)
    once = [call[0] for call in calls]
    marks = _marks(what.findings, calls)
    hours = [fact for fact in what.facts.values() if fact.kind is FactKind.HOURS]
    others = Counter(accounts.person(call[0]) for call in to_others(calls))
    told = brief.Told(calls=calls, others=tuple(others.values()), exhibits=what.exhibits)
    counted = brief.brief(told, what.findings, what.facts, _kept(store, what))
    texts = {
        BRIEF: brief.render(counted, say, language),
        TIMELINE: timeline(once, marks, say, language),
        HOURS: heat(once, hours, say, language),
    }
    contents = {name: text.encode() for name, text in texts.items()}
    if not draws:
        return Made(contents=contents)
    pictures, missing = _drawn(texts, language)
    return Made(contents={**contents, **pictures}, missing=missing)


def write(store: Store, made: Made, folder: Path) -> None:
    """Write the files, over such files of this store and over nothing else.

    Raises:
        RecordFolderTakenError: the folder has something else by one of the names.
        RecordUnwrittenError: it cannot be written.
    """
    try:
        private_file.make_folder(folder)
        _check_free(store, folder, tuple(made.contents))
        for name in made.contents:
            store.book.remember_written(folder / name, store.clock())
        private_file.write_all(folder, made.contents)
    except OSError as error:
        raise RecordUnwrittenError(reason=reason_of(error)) from None


def _check_free(store: Store, folder: Path, names: Sequence[str]) -> None:
    for name in names:
        path = folder / name
        is_there = path.is_symlink() or path.exists()
        if is_there and not store.wrote(path, _BEGINS[path.suffix]):
            raise RecordFolderTakenError(name=name)


def _drawn(texts: Mapping[str, str], language: str) -> tuple[dict[str, bytes], KitError | None]:
    from kit.actions import drawing

    drawings = {name: text for name, text in texts.items() if name.endswith(".svg")}
    try:
        return {
            name.replace(".svg", ".png"): drawing.draw_svg(text, language)
            for name, text in drawings.items()
        }, None
    except PicturesMissingError as error:
        return {}, error


def facts(code: str) -> dict[str, Fact]:
    """Everything that is known of a country, by id."""
    try:
        return jurisdiction.facts(code).by_id
    except NoFactsError:
        return {}


def _marks(findings: Sequence[Finding], calls: Sequence[Told]) -> dict[str, set[Rule]]:
    """The rules that findings count, by the first account of each call."""
    first = {one.id: call[0].id for call in calls for one in call}
    marks: dict[str, set[Rule]] = {}
    for one in findings:
        for ids in one.counted:
            marks.setdefault(first.get(ids[0], ""), set()).add(one.rule)
    return marks


def _kept(store: Store, what: Shown) -> brief.Kept:
    entries, head = store.record.head()
    stamps = [one for one in stamping.stamps(store) if one.fits]
    return brief.Kept(
        made_on=store.clock().astimezone().date(),
        name=what.name,
        is_redacted=what.is_redacted,
        entries=entries,
        head=head,
        removed=recording.removed(store),
        stamped_at=stamps[-1].at if stamps else None,
    )
