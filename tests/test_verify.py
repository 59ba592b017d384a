"""Whatever is changed in the record, or in a copy of it, is found: by ours, and by `verify.py`."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from conftest import Clock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit import template
from kit.actions import exporting, recording
from kit.actions.exhibits import Handed
from kit.actions.exporting import Wish
from kit.actions.recording import Told
from kit.actions.store import Store, open_store
from kit.actions.unlocking import Nobody
from kit.connector import Connection, key
from kit.ledger.record import Record
from kit.model import EntryKind, IncidentKind
from kit.settings import load
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Tampering = Callable[[Path], object]

AT = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
PROGRAM = template.folder() / "verify.py"
CHAIN = "record/chain.jsonl"


@dataclass
class Made:
    """A record, a copy of it, and its code."""

    store: Store
    folder: Path
    code: str


def file(content: bytes) -> Handed:
    return Handed(name="a.jpg", open=lambda: io.BytesIO(content))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Seven entries: incidents, files, and one that was removed with its file."""
    base = tmp_path_factory.mktemp("record")
    home = {"KIT_HOME": str(base / "home"), "KIT_KEY_FILE": str(base / "home" / "key")}
    store = open_store(load(home), Nobody(), Clock())
    call = Told(kind=IncidentKind.CALL, at=AT, number="138 0000 0123", to="妈妈", said="要找人")
    recording.add(store, call, [file(b"\xff\xd8\xff one")])
    other = recording.add(store, replace(call, at=AT + timedelta(hours=1)), [file(b"\xff\xd8 two")])
    recording.add(store, replace(call, at=AT + timedelta(hours=2), said="还来"))
    recording.remove(store, EntryKind.INCIDENT, other.incident.id)
    recording.add(store, replace(call, at=AT + timedelta(hours=3)), [file(b"\xff\xd8\xff three")])
    copy = exporting.export(store, base / "copy", Wish(), Words("zh-Hans"), "zh-Hans")
    yield Made(store, copy.path, copy.sha256)
    store.close()


def program() -> Any:  # noqa: ANN401 (a program that is read from a file)
    spec = importlib.util.spec_from_file_location("verify", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFY = program()


def verified(folder: Path) -> tuple[int, str]:
    """What `verify.py` answers, and what it prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        return VERIFY.main([str(folder)]), printed.getvalue()


def chain(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / CHAIN).read_text("utf-8").splitlines()]


def write_chain(folder: Path, entries: list[dict[str, Any]]) -> None:
    text = "".join(f"{VERIFY.canonical(entry)}\n" for entry in entries)
    (folder / CHAIN).write_text(text, encoding="utf-8", newline="")


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write a manifest whose own code is right."""
    rest = {name: value for name, value in manifest.items() if name != "sha256"}
    rest["sha256"] = VERIFY.sha256(VERIFY.canonical(rest))
    (folder / "manifest.json").write_bytes(VERIFY.canonical(rest).encode())


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return found


def mend(folder: Path) -> None:
    """Make the manifest say of every file what it is now, as somebody would who hides a change."""
    told = manifest(folder)
    paths = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    names = [p.relative_to(folder).as_posix() for p in paths]
    told["files"] = [
        {"path": name, "sha256": sha256(p.read_bytes()).hexdigest(), "size": p.stat().st_size}
        for name, p in zip(names, paths, strict=True)
        if name not in VERIFY.BESIDE
    ]
    write_manifest(folder, told)


def change_byte(name: str, place: int, by: int) -> Tampering:
    def tamper(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[place % len(content)] ^= by
        (folder / name).write_bytes(bytes(content))

    return tamper


def put_another(name: str, seed: int) -> Tampering:
    """A file of the same name and size."""

    def tamper(folder: Path) -> None:
        size = (folder / name).stat().st_size
        (folder / name).write_bytes((sha256(b"%d" % seed).digest() * (size // 32 + 1))[:size])

    return tamper


def change_entry(which: int, name: str, *, mends: bool) -> Tampering:
    """A field of an entry, or what it tells; the entry's own hashes mended or not."""

    def tamper(folder: Path) -> None:
        entries = chain(folder)
        told = [e for e in entries if name in e]
        entry = told[which % len(told)]
        entry[name] = entry[name] + 1 if name == "number" else f"{entry[name]}".swapcase() + "x"
        if mends:
            if name == "content":
                entry["digest"] = VERIFY.sha256(entry["content"])
            hashed = {one: entry[one] for one in VERIFY.HASHED}
            entry["hash"] = (
                entry["hash"] if name == "hash" else VERIFY.sha256(VERIFY.canonical(hashed))
            )
        write_chain(folder, entries)

    return tamper


def move_entries(kind: str, one: int, other: int) -> Tampering:
    def tamper(folder: Path) -> None:
        entries = chain(folder)
        one_, other_ = one % len(entries), other % (len(entries) - 1)
        if kind == "remove":
            del entries[one_]
        elif kind == "silence":
            told = [e for e in entries if "content" in e]
            del told[one % len(told)]["content"]
        else:
            moved = entries[one_] if kind == "double" else entries.pop(one_)
            entries.insert(other_ + (other_ >= one_), moved)
        write_chain(folder, entries)

    return tamper


FILES = ("index.html", "incidents.html", CHAIN, "exhibits/0002.jpg", "exhibits/0009.jpg")
FIELDS = ("number", "kind", "at", "digest", "previous", "hash", "content")
SMALL = st.integers(0, 10_000)
#: Found even when the manifest was written anew to hide it.
IN_THE_RECORD = st.one_of(
    st.builds(change_byte, st.sampled_from(FILES[2:]), SMALL, st.integers(1, 255)),
    st.builds(put_another, st.sampled_from(FILES[2:]), SMALL),
    st.builds(change_entry, SMALL, st.sampled_from(FIELDS), mends=st.booleans()),
    st.builds(
        move_entries, st.sampled_from(["remove", "silence", "double", "reorder"]), SMALL, SMALL
    ),
    st.sampled_from(FILES[3:]).map(lambda name: lambda folder: (folder / name).unlink()),
)
ANYWHERE = st.one_of(
    IN_THE_RECORD,
    st.builds(change_byte, st.sampled_from([*FILES, "manifest.json"]), SMALL, st.integers(1, 255)),
    st.builds(put_another, st.sampled_from([*FILES, "manifest.json"]), SMALL),
    st.sampled_from(["more.txt", "exhibits/0001.jpg", "exhibits/0004.jpg", "record/x"]).map(
        lambda name: lambda folder: (folder / name).write_bytes(b"more")
    ),
)


@contextlib.contextmanager
def tampered(made: Made, tamper: Tampering) -> Iterator[Path]:
    folder = made.folder.with_name("tampered")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made.folder, folder)
    tamper(folder)
    yield folder


def test_an_untouched_copy_is_whole_by_the_bare_interpreter(made: Made) -> None:
    bare = [sys.executable, "-I", "-S", str(made.folder / "verify.py")]
    for arguments in ([], [str(made.folder)]):
        done = subprocess.run([*bare, *arguments], check=False, capture_output=True, text=True)

        assert (done.returncode, done.stderr) == (0, "")
        assert made.code in done.stdout
    assert recording.verify(made.store) == []
    assert (made.folder / "verify.py").read_bytes() == PROGRAM.read_bytes()


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tamper=ANYWHERE)
def test_any_change_of_a_copy_is_found(made: Made, tamper: Tampering) -> None:
    with tampered(made, tamper) as folder:
        code, printed = verified(folder)

        assert code == 1, printed


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tamper=IN_THE_RECORD)
def test_a_change_of_the_record_is_found_though_the_manifest_was_made_to_fit(
    made: Made, tamper: Tampering
) -> None:
    with tampered(made, tamper) as folder:
        mend(folder)
        code, printed = verified(folder)

        assert code == 1, printed


def test_what_was_made_to_fit_everywhere_has_another_code(made: Made) -> None:
    with tampered(made, change_byte("index.html", 900, 1)) as folder:
        mend(folder)
        code, printed = verified(folder)

        assert code == 0
        assert made.code not in printed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("head", {"number": 6, "hash": "0" * 64}),
        ("left_out", [3]),
        ("redacted", True),
        ("made_at", "2026-01-01T00:00:00.000000+00:00"),
        ("files", []),
        ("files", None),
        ("left_out", None),
    ],
)
def test_a_changed_manifest_is_found(made: Made, name: str, value: object) -> None:
    with tampered(made, lambda _: None) as folder:
        told = manifest(folder)
        told[name] = value
        (folder / "manifest.json").write_text(VERIFY.canonical(told), encoding="utf-8")

        assert verified(folder)[0] == 1


@pytest.mark.parametrize(
    "path",
    ["../outside.txt", "/etc/passwd", "a/../../outside.txt", "..\\outside.txt", "C:x", "", 7],
)
def test_a_path_that_leads_out_of_the_folder_is_never_followed(made: Made, path: object) -> None:
    with tampered(made, lambda _: None) as folder:
        (folder.parent / "outside.txt").write_bytes(b"outside")
        told = manifest(folder)
        sum_ = sha256(b"outside").hexdigest()
        told["files"].append({"path": path, "sha256": sum_, "size": 7})
        write_manifest(folder, told)

        assert verified(folder)[0] == 1


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("name", ["exhibits/0002.jpg", CHAIN, "manifest.json", "exhibits"])
def test_a_link_in_the_place_of_a_file_is_a_fault(made: Made, name: str) -> None:
    with tampered(made, lambda _: None) as folder:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        path.symlink_to(made.folder / name)

        assert verified(folder)[0] == 1


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000, b'{"files":7,"sha256":""}']
)
@pytest.mark.parametrize("name", ["manifest.json", CHAIN])
def test_what_cannot_be_read_is_a_fault_and_no_fault_of_the_program(
    made: Made, name: str, content: bytes
) -> None:
    with tampered(made, lambda folder: (folder / name).write_bytes(content)) as folder:
        if name == CHAIN:
            mend(folder)
        code, printed = verified(folder)

        assert code == 1
        assert " / " in printed


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "record/._chain.jsonl"])
def test_what_a_system_leaves_in_a_folder_is_no_fault(made: Made, name: str) -> None:
    with tampered(made, lambda folder: (folder / name).write_bytes(b"x")) as folder:
        assert verified(folder)[0] == 0


def test_a_folder_that_is_no_copy_is_not_called_changed(made: Made, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nothing", made.folder / "verify.py"):
        code, printed = verified(folder)

        assert code == 1
        assert printed.startswith("manifest.json: ")
        assert "Changed" not in printed


def as_on_windows(name: str) -> Tampering:
    """Line ends, or a mark at the beginning, as an editor there writes them."""
    return lambda folder: (folder / name).write_bytes(
        (folder / name).read_bytes().replace(b"\n", b"\r\n")
        if name != "manifest.json"
        else b"\xef\xbb\xbf" + (folder / name).read_bytes()
    )


def swap(one: str, other: str) -> Tampering:
    def tamper(folder: Path) -> None:
        contents = (folder / one).read_bytes(), (folder / other).read_bytes()
        (folder / other).write_bytes(contents[0])
        (folder / one).write_bytes(contents[1])

    return tamper


def rename(one: str, other: str) -> Tampering:
    return lambda folder: (folder / one).rename(folder / other)


def tell_twice(folder: Path) -> None:
    text = (folder / "manifest.json").read_text("utf-8")
    (folder / "manifest.json").write_text(text[:-1] + ',"format":1}', "utf-8")


@pytest.mark.parametrize(
    "tamper",
    [
        *(as_on_windows(name) for name in ("index.html", CHAIN, "manifest.json")),
        swap("exhibits/0002.jpg", "exhibits/0009.jpg"),
        *(rename("index.html", name) for name in ("Index.html", "more.html", "record/index.html")),
        *(rename("exhibits/0002.jpg", f"exhibits/{name}.jpg") for name in ("2", "0003", "+2")),
        tell_twice,
    ],
)
def test_what_happens_to_files_on_their_way_is_found(made: Made, tamper: Tampering) -> None:
    with tampered(made, tamper) as folder:
        assert verified(folder)[0] == 1


@pytest.mark.parametrize("name", ["2.jpg", "+2.jpg", "２.jpg", "0004.jpg", "0002", "x/0002.jpg"])
def test_no_file_can_be_slipped_in_among_the_exhibits(made: Made, name: str) -> None:
    with tampered(made, lambda folder: (folder / "exhibits/x").mkdir()) as folder:
        (folder / "exhibits" / name).write_bytes(b"x")
        mend(folder)
        code, printed = verified(folder)

        assert code == 1, printed


def test_the_program_is_plain_enough_for_an_old_python() -> None:
    tree = ast.parse(PROGRAM.read_text("utf-8"), feature_version=(3, 8))
    named = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    modules = {a.name for n in named if isinstance(n, ast.Import) for a in n.names}
    modules |= {n.module or "" for n in named if isinstance(n, ast.ImportFrom)}

    assert modules == {"__future__", "hashlib", "json", "os", "pathlib", "sys", "typing"}
    assert len(PROGRAM.read_text("utf-8").splitlines()) < 200


# The store, changed by somebody who has its key.

INCIDENTS, EXHIBITS, EVERY = (1, 5, 8), (2, 9), range(1, 10)


def update(table: str, column: str, value: str, number: int) -> list[str]:
    return [f"UPDATE record_{table} SET {column} = {value} WHERE number = {number}"]  # noqa: S608


def delete(tables: tuple[str, ...], number: int) -> list[str]:
    return [f"DELETE FROM record_{table} WHERE number = {number}" for table in tables]  # noqa: S608


def reorder(one: int, other: int) -> list[str]:
    """Two entries change places, with all that they tell."""
    return [
        statement
        for table in ("entry", "content", "part")
        for before, now in ((one, "-1"), (other, f"{one}"), (-1, f"{other}"))
        for statement in update(table, "number", now, before)
    ]


def insert(number: int, like: int) -> list[str]:
    """An entry at that place, forged after another one; those behind it make room."""
    like += like >= number
    told = "kind, at, digest, previous, hash FROM record_entry WHERE number"
    return [
        *(
            f"UPDATE record_{table} SET number = {now} WHERE number {which}"  # noqa: S608
            for table in ("entry", "content", "part")
            for now, which in (("-number - 1", f">= {number}"), ("-number", "< 0"))
        ),
        f"INSERT INTO record_entry SELECT {number}, {told} = {like}",
    ]


def stray(number: int, like: int) -> list[str]:
    """What is forged after another entry, under a number that tells of nothing or of that."""
    told = f"SELECT {number}, kind, 'x', content FROM record_content WHERE number = {like}"  # noqa: S608
    return [
        f"INSERT OR IGNORE INTO record_content {told}",
        f"INSERT INTO record_part VALUES ({number}, 7, x'00')",  # noqa: S608
    ]


STATEMENTS = st.one_of(
    st.builds(
        update, st.just("part"), st.just("bytes"), st.just("x'ff'"), st.sampled_from(EXHIBITS)
    ),
    st.builds(delete, st.just(("part",)), st.sampled_from(EXHIBITS)),
    st.builds(stray, st.sampled_from((0, *EVERY, 99)), st.sampled_from((*INCIDENTS, *EXHIBITS))),
    st.builds(
        update,
        st.just("content"),
        st.just("content"),
        st.sampled_from(
            [
                *("replace(content, '0', '1')", "content || ' '", "'{}'", "'x'", "x'00'"),
                "replace(hex(zeroblob(50000)), '0', '[')",
            ]
        ),
        st.sampled_from((*INCIDENTS, *EXHIBITS)),
    ),
    st.builds(
        update,
        st.just("content"),
        st.sampled_from(["id", "kind"]),
        st.sampled_from(["'5'", "'x'"]),
        st.sampled_from((*INCIDENTS, 6, 7, *EXHIBITS)),
    ),
    st.builds(
        update,
        st.just("entry"),
        st.sampled_from(["kind", "at", "digest", "previous", "hash"]),
        st.sampled_from(["'x'", "'2026-06-01T00:00:00.000000+00:00'"]),
        st.sampled_from(EVERY),
    ),
    st.builds(delete, st.just(("part", "content", "entry")), st.sampled_from(EVERY)),
    st.builds(delete, st.just(("content",)), st.sampled_from((1, 2, 5, 6, 7, 8, 9))),
    st.builds(reorder, st.sampled_from((1, 5)), st.sampled_from((2, 8, 9))),
    st.builds(insert, st.integers(1, 10), st.sampled_from(EVERY)),
    st.builds(update, st.just("head"), st.just("number"), st.sampled_from(["8", "10"]), st.just(9)),
    st.builds(update, st.just("head"), st.just("hash"), st.just("'x'"), st.just(9)),
    st.just(["DELETE FROM record_head"]),
)


class _BackError(Exception):
    """Nothing of it is to stay."""


def found_in(store: Store, raw: Connection, statements: list[str]) -> list[str]:
    """What ours finds after these statements; nothing of them stays."""
    found: list[str] = []
    with contextlib.suppress(_BackError), raw.writing():
        triggers = raw.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        drops = [f"DROP TRIGGER {one['name']}" for one in triggers if "record" in one["name"]]
        for statement in [*drops, *statements]:
            raw.write(statement, {})
        found += map(str, recording.verify(replace(store, record=Record(raw))))
        raise _BackError
    return found


@pytest.fixture(scope="module")
def raw(made: Made) -> Iterator[Connection]:
    """The same file, opened by somebody who has the key and keeps to no rule."""
    assert made.store.settings.key_file is not None
    opened = Connection(
        made.store.home / "kit.db", key.from_file(made.store.settings.key_file, make=False)
    )
    opened.write("PRAGMA foreign_keys = off", {})
    yield opened
    opened.close()


def test_an_untouched_store_is_whole(made: Made, raw: Connection) -> None:
    assert found_in(made.store, raw, []) == []


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(statements=STATEMENTS)
def test_any_change_of_the_store_is_found(
    made: Made, raw: Connection, statements: list[str]
) -> None:
    assert found_in(made.store, raw, statements) != []
    assert recording.verify(made.store) == []


def test_an_entry_far_away_is_told_at_once(made: Made, raw: Connection) -> None:
    found = found_in(made.store, raw, update("entry", "number", "9000000000000000000", 9))

    assert any("#9-#8999999999999999999" in one for one in found)
    assert len(found) < 10
