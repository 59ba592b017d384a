"""What was recorded, as pictures and as one page: the record goes in, files come out.

The drawings (SVG) are always there; the pictures (PNG) where what draws them is installed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit import jurisdiction, private_file
from kit.actions import exhibits, finding, recording, stamping
from kit.errors import (
    NoFactsError,
    PicturesMissingError,
    RecordFolderTakenError,
    RecordUnwrittenError,
    reason_of,
)
from kit.jurisdiction import FactKind
from kit.letters import brief
from kit.letters.timeline import heat, timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kit.actions.store import Store
    from kit.errors import KitError
    from kit.jurisdiction import Fact
    from kit.model import Exhibit, Finding, Incident, Rule

#: The files, the page first.
BRIEF, TIMELINE, HOURS = "brief.html", "timeline.svg", "hours.svg"
#: How a file begins that may be written anew.
_BEGINS = {".svg": b"<svg xmlns=", ".png": b"\x89PNG\r\n\x1a\n", ".html": b"<!DOCTYPE html>"}
_ME = "me"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Files, and why there are no pictures where some were asked for."""

    contents: dict[str, bytes] = field(repr=False)
    missing: KitError | None = None


def shown(store: Store, code: str = "") -> Shown:
    """Everything that was recorded, beside the rules of a country (else the borrower's)."""
    me = store.book.contact(store.book.setting(_ME))
    return Shown(
        incidents=recording.incidents(store),
        exhibits=exhibits.exhibits(store),
        findings=finding.report(store, code).findings,
        facts=facts(code or store.region),
        name=me.name if me else "",
    )


def make(
    store: Store, what: Shown, say: Callable[..., str], language: str, *, draws: bool = False
) -> Made:
    """The page and both drawings; with `draws` the pictures too, where that is possible."""
    marks = _marks(what.findings)
    hours = [fact for fact in what.facts.values() if fact.kind is FactKind.HOURS]
    counted = brief.brief(
        what.incidents, what.exhibits, what.findings, what.facts, _kept(store, what.name)
    )
    texts = {
        BRIEF: brief.render(counted, say, language),
        TIMELINE: timeline(what.incidents, marks, say, language),
        HOURS: heat(what.incidents, hours, say, language),
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


def _marks(findings: Sequence[Finding]) -> dict[str, set[Rule]]:
    """The rules that findings name, by incident."""
    marks: dict[str, set[Rule]] = {}
    for one in findings:
        for incident_id in one.incident_ids:
            marks.setdefault(incident_id, set()).add(one.rule)
    return marks


def _kept(store: Store, name: str) -> brief.Kept:
    entries, head = store.record.head()
    stamps = [one for one in stamping.stamps(store) if one.fits]
    return brief.Kept(
        made_on=store.clock().astimezone().date(),
        name=name,
        entries=entries,
        head=head,
        removed=recording.removed(store),
        stamped_at=stamps[-1].at if stamps else None,
    )
