"""Exhibits: what is handed over is kept byte by byte, or nothing of it is."""

from __future__ import annotations

import os
import stat
import threading
import tracemalloc
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from postgres import only_in_a_file

from kit.actions import exhibits, recording
from kit.actions.exhibits import Handed
from kit.actions.recording import Told
from kit.errors import (
    EmptyExhibitError,
    ExhibitChangedError,
    ExhibitError,
    ExhibitTooLargeError,
    ExhibitUnreadableError,
    ExportUnwrittenError,
    FileTakenError,
    FullDiskError,
)
from kit.evidence import pictures
from kit.model import IncidentKind, TakenFrom

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    from conftest import Clock

    from kit.actions.store import Store

pytestmark = pytest.mark.usefixtures("both_stores")
CALL = Told(kind=IncidentKind.CALL, at=datetime(2026, 6, 1, 14, 30, tzinfo=UTC))
_TAKEN, _OFFSET, _EXIF, _MAKE = 0x9003, 0x9011, 0x8769, 0x010F


def handed(content: bytes, name: str = "a.bin", **more: Any) -> Handed:  # noqa: ANN401
    return Handed(name=name, open=lambda: BytesIO(content), **more)


def photo(taken: str, offset: str = "", kind: str = "JPEG") -> bytes:
    """A picture with what a camera writes into it."""
    exif = Image.Exif()
    exif[_MAKE] = "Camera"
    of_camera = exif.get_ifd(_EXIF)
    of_camera[_TAKEN] = taken
    if offset:
        of_camera[_OFFSET] = offset
    written = BytesIO()
    Image.new("RGB", (2, 2)).save(written, kind, exif=exif)
    return written.getvalue()


def rows(store: Store) -> int:
    """Everything that the record has, bytes of exhibits too."""
    tables = ("record_entry", "record_content", "record_part", "record_head")
    ask = store._connection.rows  # noqa: SLF001 (what lies in the file is what is tested)
    return sum(ask(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in tables)  # noqa: S608


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(
    ("taken", "offset", "at"),
    [
        ("2026:10:31 22:30:05", "+07:00", datetime(2026, 10, 31, 15, 30, 5, tzinfo=UTC)),
        ("2026:10:31 22:30:05", "", datetime(2026, 10, 31, 14, 30, 5, tzinfo=UTC)),
        ("2026:10:31 22:30:05", "nonsense", datetime(2026, 10, 31, 14, 30, 5, tzinfo=UTC)),
        ("2026:10:31 22:30:05", ".5", datetime(2026, 10, 31, 14, 30, 5, tzinfo=UTC)),
    ],
)
def test_a_picture_says_when_it_was_taken(
    store: Store, kind: str, taken: str, offset: str, at: datetime
) -> None:
    kept, _ = exhibits.keep(store, handed(photo(taken, offset, kind), changed_at=store.clock()))

    assert (kept.taken_at, kept.taken_from) == (at, TakenFrom.EXIF)


@pytest.mark.parametrize(
    "taken", ["0000:00:00 00:00:00", "1999:12:31 00:00:00", "2031:01:01 00:00:00"]
)
def test_a_camera_whose_clock_was_wrong_is_not_believed(store: Store, taken: str) -> None:
    changed = datetime(2026, 1, 2, tzinfo=UTC)
    by_file, _ = exhibits.keep(store, handed(photo(taken), changed_at=changed))
    by_nothing, _ = exhibits.keep(store, handed(photo(taken, "+08:00")))

    assert (by_file.taken_at, by_file.taken_from) == (changed, TakenFrom.FILE)
    assert (by_nothing.taken_at, by_nothing.taken_from) == (None, TakenFrom.NOWHERE)


@pytest.mark.parametrize("seconds", [2.0**38, -(2.0**38), 2.0**70, float("nan")])
def test_a_file_whose_date_no_calendar_has_is_kept_without_one(seconds: float) -> None:
    assert exhibits._date(seconds) is None  # noqa: SLF001 (few disks have such dates)


def test_a_hostile_picture_costs_little_and_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    whole = photo("2026:10:31 22:30:05")
    for place in range(2, len(whole), 5):
        pictures.taken_at(BytesIO(whole[:place]), UTC)
        pictures.taken_at(BytesIO(whole[:place] + b"\xff" * 40 + whole[place:]), UTC)
    # A table of 65,535 entries, each a text of 4 GB; and boxes that lead back to themselves.
    tables = b"II*\0\x08\0\0\0\xff\xff" + b"\x0f\x01\x02\0\xff\xff\xff\xff\0\0\0\0" * 65_535
    boxes = b"\0\0\0\x14ftypheic\0\0\0\0heic" + b"\0\0\0\x01skip" + bytes(7) + b"\x08"

    assert pictures.taken_at(BytesIO(tables), UTC) is None
    assert pictures.taken_at(BytesIO(boxes), UTC) is None
    assert capfd.readouterr() == ("", "")


class _Gone(BytesIO):
    """A stream that ends in the middle, as a cable that is pulled."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise OSError(5, "")
        return super().read(10 if size else 0)


def _vanishing() -> Callable[[], BinaryIO]:
    """A file that is there when it is looked at, and gone when it is copied."""
    opened: list[BinaryIO] = []

    def open_() -> BinaryIO:
        if opened:
            raise FileNotFoundError(2, "")
        opened.append(BytesIO(b"some"))
        return opened[0]

    return open_


def _growing() -> Callable[[], BinaryIO]:
    """A recording that goes on while it is copied."""
    written = [b"some"]

    def open_() -> BinaryIO:
        written.append(b" more")
        return BytesIO(b"".join(written))

    return open_


@pytest.mark.parametrize(
    ("open_", "error"),
    [
        (lambda: BytesIO(b""), EmptyExhibitError),
        (lambda: _Gone(b"x" * 100), ExhibitUnreadableError),
        (_vanishing(), ExhibitUnreadableError),
        (_growing(), ExhibitChangedError),
    ],
    ids=["empty", "cut", "vanishing", "growing"],
)
def test_of_what_cannot_be_read_whole_nothing_stays(
    store: Store, open_: Callable[[], BinaryIO], error: type[ExhibitError]
) -> None:
    with pytest.raises(error) as raised:
        recording.add(store, CALL, [handed(b"whole"), Handed(name="b", open=open_)])

    assert raised.value.facts["position"] == 2
    assert rows(store) == 0


def test_what_is_too_large_is_refused_before_it_is_read(store: Store, tmp_path: Path) -> None:
    recorded = tmp_path / "long.wav"
    with recorded.open("wb") as file:
        file.truncate(4_000_000_000)

    with pytest.raises(ExhibitTooLargeError):
        recording.add(store, CALL, [exhibits.of_file(recorded)])
    with pytest.raises(ExhibitTooLargeError):
        exhibits.keep(store, Handed(name="x", open=lambda: pytest.fail("read"), size=4_000_000_000))
    assert rows(store) == 0


def test_what_does_not_say_its_size_is_refused_when_it_is_too_large(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exhibits, "LARGEST", 1000)

    with pytest.raises(ExhibitTooLargeError):
        recording.add(store, CALL, [handed(bytes(1001))])
    assert rows(store) == 0
    assert recording.add(store, CALL, [handed(bytes(1000))]).exhibits[0].size == 1000


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("folder", "it is a folder"),
        ("gone", "there is no such file"),
        ("dangling", "there is no such file"),
        ("pipe", "it is a device, no file"),
        ("/dev/zero", "it is a device, no file"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="no such things on Windows")
def test_what_is_no_file_is_refused_by_what_it_is(
    store: Store, tmp_path: Path, name: str, reason: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ExhibitUnreadableError) as raised:
        recording.add(store, CALL, [exhibits.of_file(tmp_path / name)])
    assert raised.value.facts["reason"] == reason
    assert rows(store) == 0


@only_in_a_file
def test_a_disk_that_fills_up_while_a_file_is_copied_keeps_nothing_of_it(store: Store) -> None:
    recording.add(store, CALL)
    before = rows(store)
    pages = store._connection.rows("PRAGMA page_count")[0]["page_count"]  # noqa: SLF001
    store._connection.rows(f"PRAGMA max_page_count = {pages + 20}")  # noqa: SLF001

    with pytest.raises(FullDiskError):
        recording.attach(store, recording.incidents(store)[0].id, [handed(bytes(3_000_000))])
    assert rows(store) == before
    assert recording.verify(store) == []
    store._connection.rows("PRAGMA max_page_count = 1000000000")  # noqa: SLF001
    recording.attach(store, recording.incidents(store)[0].id, [handed(bytes(3_000_000))])
    assert recording.verify(store) == []


@pytest.mark.parametrize(
    ("name", "kept_as", "is_said"),
    [
        ("IMG_1.jpg", "IMG_1.jpg", False),
        ("/a/../b/IMG_1.jpg", "IMG_1.jpg", False),
        ("C:\\fake\\IMG_1.jpg", "IMG_1.jpg", False),
        ("a\x1b[2J\nb.jpg", "a[2Jb.jpg", True),
        ("photo\u202egpj.jpg", "photogpj.jpg", True),
        ("\udcff.jpg", ".jpg", True),
        ("长" * 500 + ".jpg", "长" * 150 + "长" * 8 + ".jpg", True),
    ],
)
def test_a_name_is_kept_as_far_as_it_can_be_shown(
    store: Store, name: str, kept_as: str, is_said: bool
) -> None:
    file = handed(b"\xff\xd8\xff", name)
    kept, _ = exhibits.keep(store, file)

    assert kept.name == kept_as
    assert bool(exhibits.doubts(kept, file)) == is_said


def test_a_page_that_is_called_a_picture_is_kept_and_said_to_be_a_page(store: Store) -> None:
    file = handed(b"<html>", "proof.jpg")
    kept, _ = exhibits.keep(store, file)
    (doubt,) = exhibits.doubts(kept, file)

    assert kept.media_type == "text/html"
    assert doubt.what.startswith("It is no picture")
    assert b"".join(exhibits.content(store, kept.id)) == b"<html>"


def test_the_bytes_come_out_again_for_their_owner_only(store: Store, tmp_path: Path) -> None:
    content = os.urandom(2_500_000)
    kept, _ = exhibits.keep(store, handed(content))
    out = tmp_path / "copy.bin"

    assert exhibits.save(store, kept, out)
    assert out.read_bytes() == content
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out in store.book.written()
    with pytest.raises(FileTakenError):
        exhibits.save(store, kept, out)
    with pytest.raises(ExportUnwrittenError):
        exhibits.save(store, kept, tmp_path / "no folder" / "copy.bin")


def test_a_long_recording_never_lies_in_the_memory_as_a_whole(store: Store) -> None:
    content = os.urandom(30_000_000)
    kept, _ = exhibits.keep(store, handed(content))
    tracemalloc.start()
    for _ in exhibits.content(store, kept.id):
        pass
    list(exhibits.changed(store))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 10_000_000


def test_two_who_add_at_once_make_one_whole_chain(
    store: Store, reopened: Store, clock: Clock
) -> None:
    def add(to: Store, begin: int) -> None:
        for number in range(begin, begin + 10):
            at = clock.now.replace(minute=number, hour=0)
            told = Told(kind=IncidentKind.TEXT, at=at, said="x")
            recording.add(to, told, [handed(b"%d" % number)])

    others = threading.Thread(target=add, args=(reopened, 10))
    others.start()
    add(store, 20)
    others.join()

    assert recording.verify(store) == []
    assert store.record.head()[0] == 40


@only_in_a_file
def test_a_damaged_record_is_told_and_not_stumbled_over(store: Store) -> None:
    added = recording.add(store, CALL, [handed(b"one"), handed(b"two")])
    change = store._file()._raw.execute  # noqa: SLF001 (somebody has the key)
    change("DROP TRIGGER record_content_stays")
    change("UPDATE record_content SET content = 'not JSON' WHERE number = 2")
    change("DROP TRIGGER record_part_stays")
    change("UPDATE record_part SET bytes = x'00' WHERE number = 3")

    assert [(one.where, one.what) for one in recording.verify(store)] == [
        ("#2", "What the entry tells was changed."),
        ("#3", "The file is not as it was kept."),
    ]
    assert added.is_new
