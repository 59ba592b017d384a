"""Each bad input: one clear message, the right exit code, nothing lost, nobody told by mistake."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import bounded
import pytest
from click.testing import CliRunner
from conftest import bare_environment, card

from kit.cli import cli

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    Kit = Callable[..., Result]
    Book = Callable[..., Path]

GOOD = card("妈妈", "13800000001")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "The file is empty."),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 100, "This is a picture"),
        (b"%PDF-1.7 \n", "This is a PDF"),
        (b"\0" * 1000, "The file is empty."),
        (b"hello\n", "There is no contact in this file"),
    ],
    ids=["empty", "photo", "pdf", "zeros", "text"],
)
def test_a_file_that_is_no_address_book(kit: Kit, book: Book, content: bytes, what: str) -> None:
    result = kit("import", book(content))

    assert result.exit_code == 1
    (line,) = (line for line in result.stderr.splitlines() if "book.vcf" in line)
    assert line.startswith(f"book.vcf  {what}")
    assert kit("contacts", "--json").stdout == ""


def test_one_unreadable_file_costs_only_itself(kit: Kit, book: Book, tmp_path: Path) -> None:
    result = kit("import", tmp_path / "gone.vcf", tmp_path, book(GOOD))

    assert result.exit_code == 3
    assert "gone.vcf  The file cannot be read: there is no such file." in result.stderr
    assert "1 contacts" in result.stdout


def test_a_book_in_utf_16(kit: Kit, book: Book) -> None:
    assert kit("import", book(GOOD.encode("utf-16"))).exit_code == 0
    assert "妈妈" in kit("contacts").stdout


def test_200_megabytes_of_one_line_take_little_memory(kit: Kit, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    path = tmp_path / "huge.vcf"
    with path.open("wb") as file:
        file.write(b"BEGIN:VCARD\nFN:a\nTEL:13800000001\nNOTE:")
        for _ in range(200):
            file.write(b"A" * 1_000_000)
        file.write(b"\nEND:VCARD\n")

    done = subprocess.run(
        [sys.executable, "-m", "kit", "import", path],
        check=False,
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (400_000_000,) * 2),
    )
    assert done.returncode == 0
    assert "1 contacts" in kit("import", path).stdout


def test_a_photo_of_10_megabytes_on_one_line_costs_nothing(kit: Kit, tmp_path: Path) -> None:
    path = tmp_path / "photo.vcf"
    photo = b"PHOTO;ENCODING=b;TYPE=JPEG:" + b"/9j/" * 2_500_000 + b"\r\n"
    path.write_bytes(GOOD.encode().replace(b"END:", photo + b"END:") + card("Bo").encode())
    done = bounded.bring_in(path)

    assert done.returncode == 0, done.stderr
    assert "2 contacts" in done.stdout
    assert "+8613800000001" in kit("contacts").stdout


def test_a_header_of_a_megabyte_costs_its_line(kit: Kit, tmp_path: Path) -> None:
    path = tmp_path / "header.vcf"
    header = b"TEL;TYPE=" + b"a," * 500_000 + b":13800000009\r\n"
    path.write_bytes(GOOD.encode().replace(b"END:", header + b"END:") + card("Bo").encode())
    done = bounded.bring_in(path)

    assert done.returncode == 3
    assert done.stderr.count("header.vcf:5 ") == 1
    assert "2 contacts" in done.stdout
    assert "妈妈" in kit("contacts").stdout


def test_300_000_empty_cards_are_said_in_a_few_lines(kit: Kit, tmp_path: Path) -> None:
    path = tmp_path / "empty.vcf"
    path.write_bytes(b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n" * 300_000 + GOOD.encode())
    done = bounded.bring_in(path, seconds=60, megabytes=800)

    assert done.returncode == 3
    assert "300001 cards read; 1 contacts" in done.stdout
    assert done.stderr.count("The card has no name, number or address; it is left out.") == 6
    assert "And 299995 more of these" in done.stderr
    assert "妈妈" in kit("contacts").stdout


def test_a_database_is_no_address_book_and_the_rest_is_read(
    kit: Kit, book: Book, tmp_path: Path
) -> None:
    import sqlite3

    path = tmp_path / "contacts2.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE raw_contacts (display_name)")
        connection.execute("INSERT INTO raw_contacts VALUES ('王小芳')")
    connection.close()
    result = kit("import", path, book(GOOD))

    assert result.exit_code == 3
    assert "contacts2.db  This is a database, no exported address book." in result.stderr
    assert "妈妈" in kit("contacts").stdout


def test_a_name_that_looks_like_something_else_stays_a_name(kit: Kit, book: Book) -> None:
    hostile = "{from}<script>\x1b[31m\u202egnp.exe {check} \\n %s ${HOME}"
    kit("import", book(card(hostile, "13800000002")))
    kit("choose", "--everyone-else")
    shown = "".join(
        kit(*command).output
        for command in (("contacts",), ("plan", "--from", "小明"), ("preview",), ("status",))
    )

    assert "{from}<script>[31mgnp.exe {check}" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    (text,) = {line.split(" │ ")[1] for line in kit("preview").stdout.splitlines() if "1/2" in line}
    assert "script" not in text


def test_a_number_in_letters_has_a_line(kit: Kit, book: Book) -> None:
    result = kit("import", book(card("小王", "一三八零零"), card("Bo", "ONE-THREE-EIGHT")))

    assert "book.vcf:4  This is not a telephone number." in result.stderr
    assert "book.vcf:9  The number has letters in it." in result.stderr


def test_a_wrong_passphrase_opens_and_changes_nothing(kit: Kit, book: Book, tmp_path: Path) -> None:
    right = {"KIT_KEY_FILE": "", "KIT_PASSPHRASE": "对的口令"}
    assert kit("import", book(GOOD), **right).exit_code == 0
    before = (tmp_path / "home" / "kit.db").read_bytes()

    wrong = kit("contacts", KIT_KEY_FILE="", KIT_PASSPHRASE="错的口令")
    assert wrong.exit_code == 1
    assert "does not open this store" in wrong.stderr
    assert (tmp_path / "home" / "kit.db").read_bytes() == before

    (tmp_path / "pass").write_text("对的口令\n", encoding="utf-8")
    by_file = kit("contacts", KIT_KEY_FILE="", KIT_PASSPHRASE_FILE=str(tmp_path / "pass"))
    assert "妈妈" in by_file.stdout


def test_a_store_without_its_key_says_which_setting_is_missing(
    kit: Kit, book: Book, tmp_path: Path
) -> None:
    kit("import", book(GOOD))

    assert "KIT_KEY_FILE" in kit("contacts", KIT_KEY_FILE="").stderr
    other = kit("contacts", KIT_KEY_FILE=str(tmp_path / "no-such-key"))
    assert other.exit_code == 1
    assert "key file is not" in other.stderr
    assert not (tmp_path / "no-such-key").exists()


def test_a_locked_store_with_nobody_there_names_the_settings(kit: Kit, book: Book) -> None:
    first = kit("import", book(GOOD), KIT_KEY_FILE="")
    assert first.exit_code == 1
    assert "KIT_PASSPHRASE" in first.stderr
    gone = kit("contacts", KIT_KEY_FILE="", KIT_PASSPHRASE_FILE="/no/such/file")
    assert "KIT_PASSPHRASE_FILE names cannot be read" in gone.stderr
    endless = kit("contacts", KIT_KEY_FILE="", KIT_PASSPHRASE_FILE="/dev/zero")
    assert endless.exit_code == 1


def test_a_home_that_cannot_be_made_is_said(kit: Kit, book: Book, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = kit("import", book(GOOD), KIT_HOME=str(tmp_path / "file" / "home"))

    assert result.exit_code == 1
    assert "cannot be read or written" in result.stderr


FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.argv = ["kit", *sys.argv[2:]]
from kit.cli import main
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="no file size limit on Windows")
@pytest.mark.parametrize("room", [10, 3_000, 60_000])
def test_a_full_disk_is_said_and_loses_nothing(kit: Kit, book: Book, room: int) -> None:
    path = book(GOOD)
    full = subprocess.run(
        [sys.executable, "-c", FULL, str(room), "import", path],
        check=False,
        capture_output=True,
        text=True,
        env=bare_environment(),
    )

    assert full.returncode == 1
    assert "disk is full" in full.stderr
    assert "Traceback" not in full.stderr
    assert kit("import", path).exit_code == 0
    assert "妈妈" in kit("contacts").stdout


@pytest.mark.skipif(os.name == "nt", reason="no file size limit on Windows")
def test_a_disk_that_fills_up_while_sending_is_gone_on_with(
    kit: Kit, book: Book, tmp_path: Path
) -> None:
    kit("import", book(*(card(f"n{n}", f"1380000000{n}") for n in range(8))))
    kit("choose", "--everyone-else")
    kit("plan", "--via", "outbox", "--from", "小明")
    send = ["send", "--to", str(tmp_path / "out"), "--yes", "8"]
    full = subprocess.run(
        [sys.executable, "-c", FULL, "70000", *send],
        check=False,
        capture_output=True,
        text=True,
        env=bare_environment(),
    )

    assert full.returncode == 1
    assert "disk is full" in full.stderr
    assert kit(*send).exit_code == 0
    assert len(list((tmp_path / "out").glob("*.txt"))) == 8


#: One process, in which a small disk is mounted; it is shut, or filled, and opened again.
SHUT = """
import gc, os, pathlib, subprocess, sys
from click.testing import CliRunner
from kit.cli import cli
disk, mood = pathlib.Path(sys.argv[1]), sys.argv[2]
def mount(*words):
    gc.collect()
    if subprocess.run(["mount", *words]).returncode:
        sys.exit(99)
def kit(*words):
    done = CliRunner().invoke(cli, words)
    print(words[0], done.exit_code, *done.stderr.splitlines())
    return done
mount("-t", "tmpfs", "-o", "size=3m", "none", disk)
kit("import", f"{disk.parent}/book.vcf")
kit("choose", "--everyone-else")
kit("plan", "--via", "outbox", "--from", "小明")
print("---")
if mood == "read-only":
    mount("-o", "remount,ro", disk)
else:
    with (disk / "filler").open("wb", 0) as filler:
        try:
            while True:
                filler.write(bytes(4096))
        except OSError:
            pass
for words in sys.argv[3:]:
    kit(*words.split())
print("---")
if mood == "read-only":
    mount("-o", "remount,rw", disk)
else:
    (disk / "filler").unlink()
kit("send", "--to", f"{disk.parent}/out", "--yes", "8")
print(kit("status").stdout)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small disk")
@pytest.mark.parametrize(
    ("mood", "said"), [("full", "The disk is full"), ("read-only", "copy the folder KIT_HOME")]
)
def test_a_home_on_a_disk_that_takes_nothing_is_said_and_loses_nothing(
    book: Book, tmp_path: Path, mood: str, said: str
) -> None:
    (tmp_path / "disk").mkdir()
    book(*(card(f"n{n}", f"1380000000{n}") for n in range(8)))
    home = {"KIT_HOME": f"{tmp_path}/disk/home", "KIT_KEY_FILE": f"{tmp_path}/disk/home/key"}
    commands = (
        *("contacts", "import book.vcf", "choose --nobody n1", "plan --via page", "told n2"),
        *(f"send --to {tmp_path}/out --yes 8", "backup b.kit", f"key --file {tmp_path}/other"),
        *("evidence add --kind call --at 2026-06-01T10:00 --to me", "erase --contacts --yes"),
    )
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", SHUT, tmp_path / "disk", mood, *commands],  # noqa: S607
        cwd=tmp_path,
        env={**bare_environment(), **home, "KIT_SEAL_PASSPHRASE": "一二三四五六"},
        capture_output=True,
        check=False,
        text=True,
    )
    if done.returncode in (1, 99) and "---" not in done.stdout:
        pytest.skip("no disk may be mounted here")
    _, shut, after = done.stdout.split("---\n")

    assert shut.count(said) == len(commands), done.stdout + done.stderr
    assert {line.split()[1] for line in shut.splitlines()} == {"1"}
    assert after.startswith("send 0")
    assert len(list((tmp_path / "out").iterdir())) == 8
    assert not (tmp_path / "b.kit").exists()


def test_a_second_send_while_one_runs_is_refused(kit: Kit, book: Book, tmp_path: Path) -> None:
    from kit.connector.lock import held

    kit("import", book(GOOD))
    kit("choose", "--everyone-else")
    kit("plan", "--via", "outbox", "--from", "小明")
    with held(tmp_path / "home" / "at-work.lock"):
        result = kit("send", "--to", tmp_path / "out", "--yes", "1")

    assert result.exit_code == 1
    assert "Another `kit` is at work" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_store_that_is_empty_or_gone_is_never_taken_for_a_new_one(
    kit: Kit, book: Book, tmp_path: Path
) -> None:
    kit("import", book(GOOD))
    store = tmp_path / "home" / "kit.db"
    store.write_bytes(b"")
    emptied = kit("import", book(GOOD))
    store.unlink()
    removed = kit("import", book(GOOD))

    assert (emptied.exit_code, removed.exit_code) == (1, 1)
    assert "it is empty or gone" in emptied.stderr
    assert "it is empty or gone" in removed.stderr


def test_a_damaged_lock_file_is_not_taken_for_a_running_program(
    kit: Kit, book: Book, tmp_path: Path
) -> None:
    kit("import", book(GOOD))
    (tmp_path / "home" / "at-work.lock").write_bytes(b"not a lock" * 1000)
    result = kit("plan", "--from", "小明")

    assert result.exit_code == 1
    assert "lock file beside the store cannot be used" in result.stderr


def test_two_first_starts_at_once_make_one_store(kit: Kit, book: Book) -> None:
    path = book(GOOD)
    command = [sys.executable, "-m", "kit", "import", str(path)]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
    talk = [process.communicate()[1] for process in both]

    assert [process.returncode for process in both] == [0] * 4, talk
    assert kit("contacts", "--json").stdout.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
@pytest.mark.parametrize("redirection", ["<&-", ">/dev/full", "| head -n 0"])
@pytest.mark.parametrize("command", ["choose", "send", "contacts"])
def test_a_closed_or_full_stream_is_no_fault_of_ours(
    kit: Kit, book: Book, redirection: str, command: str
) -> None:
    kit("import", book(GOOD))
    shell = f"{sys.executable} -m kit {command} {redirection}"
    done = subprocess.run(shell, shell=True, capture_output=True, check=False, text=True)  # noqa: S602

    assert done.returncode in (0, 1)
    assert "fault of the kit" not in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_pasted_without_end_is_refused(kit: Kit, book: Book) -> None:
    kit("import", book(GOOD))
    done = CliRunner().invoke(cli, ["inbox", "add", "-"], input="y\n" * 600_000)

    assert done.exit_code == 1
    assert "The text is too long" in done.stderr


def test_too_little_memory_is_no_fault_of_ours(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("kit.cli.people.people.contacts", full)
    done = kit("contacts")
    assert done.exit_code == 1
    assert "too little memory" in done.stderr


def test_a_folder_whose_name_is_in_no_encoding_is_remembered(
    kit: Kit, book: Book, tmp_path: Path
) -> None:
    kit("import", book(GOOD))
    kit("choose", "--everyone-else")
    kit("plan", "--via", "outbox", "--from", "小明")
    folder = os.fsdecode(os.fsencode(tmp_path) + b"/out\xff")

    assert kit("send", "--to", folder, "--yes", "1").exit_code == 0
    assert len(list(Path(folder).iterdir())) == 1


def test_wrong_usage_is_exit_2(kit: Kit) -> None:
    assert kit("import").exit_code == 2
    assert kit("send", "--yes", "many").exit_code == 2
    assert kit("contacts", "--group", "friends").exit_code == 2
    assert kit("nonsense").exit_code == 2
