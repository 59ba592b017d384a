"""`kit erase`: all that the kit keeps and wrote goes; what does not is listed, and tried again."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import bare_environment, card
from shop import opened, person, plan, send
from standins.twilio import ACCOUNT, TOKEN
from twilio_account import WithTwilio, refuse
from twilio_account import settings as twilio_settings

from kit.actions import erasing, hearing, loose, providers, removing
from kit.actions.store import open_store
from kit.actions.unlocking import Nobody
from kit.channels.twilio import Forgot
from kit.connector import system_keyring
from kit.connector.lock import held
from kit.errors import (
    AlreadyRunningError,
    ChannelError,
    CredentialsError,
    ErasedInPartError,
    NonsenseError,
    StoreInUseError,
    UnreachableError,
)
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result
    from conftest import Clock
    from standins.keyring import SystemKeyring
    from standins.twilio import TwilioStandin

    from kit.actions.store import Store
    from kit.channels.twilio import TwilioChannel

    Kit = Callable[..., Result]

ONE, TWO = "+8613800000101", "+8613800000102"


class Gone(BaseException):
    """The process is gone."""


@pytest.fixture
def shop(tmp_path: Path, clock: Clock, server: TwilioStandin) -> Iterator[Store]:
    made = opened(tmp_path / "home", clock, twilio_settings(server.url))
    yield made
    with contextlib.suppress(Exception):
        made.close()


@pytest.fixture
def written(kit: Kit, book: Callable[..., Path], tmp_path: Path) -> Path:
    """A store that has written one of each, beside what somebody else keeps there."""
    out = tmp_path / "out"
    out.mkdir()
    kit("import", book(card("妈妈", "13800000001"), card("爸爸", "13800000002")))
    kit("choose", "--csv", out / "table.csv")
    kit("choose", "--everyone-else")
    kit("evidence", "add", "--kind", "call", "--at", "2026-01-05T22:30+08:00", "--to", "me")
    kit("evidence", "export", out / "copy")
    kit("evidence", "picture", out / "pictures")
    kit("plan", "--via", "outbox", "--from", "小明")
    kit("send", "--to", out / "rehearsal", "--yes", "2")
    (out / "rehearsal" / "mine.txt").write_text("mine")
    return out


def everything(top: Path) -> set[str]:
    return {path.relative_to(top).as_posix() for path in top.rglob("*") if not path.is_dir()}


def test_everything_goes_but_what_is_somebody_elses(
    kit: Kit, written: Path, tmp_path: Path
) -> None:
    asked = kit("erase")
    assert asked.exit_code == 1
    assert "copy" in asked.stderr
    assert (written / "table.csv").exists()

    done = kit("erase", "--yes")

    assert (done.exit_code, done.stdout) == (0, "Erased: nothing that the kit remembers is left.\n")
    assert str(tmp_path / "book.vcf") in done.stderr
    assert "not of the kit: 1" in done.stderr
    assert everything(tmp_path) == {"book.vcf", "out/rehearsal/mine.txt"}
    assert not (tmp_path / "home").exists()
    assert kit("erase", "--yes").stdout == "There is nothing to erase.\n"


def test_whatever_ends_it_the_next_run_brings_it_to_its_end(
    kit: Kit, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every boundary at once: each run removes one thing and is gone."""
    real, left = removing.remove_file, []

    def once(path: Path) -> Iterator[object]:
        was_there = os.path.lexists(path)
        yield from real(path)
        if was_there and not os.path.lexists(path):
            left.append(path)
            raise Gone

    monkeypatch.setattr(removing, "remove_file", once)
    for _ in range(100):
        try:
            code = kit("erase", "--yes").exit_code
        except Gone:
            continue
        break

    assert code == 0
    assert len(left) > 20
    assert everything(tmp_path) == {"book.vcf", "out/rehearsal/mine.txt"}
    assert written.exists()


def test_a_process_that_is_killed_leaves_a_store_that_only_erase_opens(
    kit: Kit, written: Path, tmp_path: Path
) -> None:
    program = (
        "import os, signal\n"
        "from kit.actions import erasing\n"
        "erasing._home = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from kit.cli import main\n"
        "main()"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, "erase", "--yes"],
        env=bare_environment(),
        capture_output=True,
        check=False,
    )

    assert killed.returncode == -9
    assert "kit erase" in kit("contacts").stderr
    with pytest.raises(ErasedInPartError):
        open_store(load(), Nobody())
    assert kit("erase").exit_code == 0
    assert everything(tmp_path) == {"book.vcf", "out/rehearsal/mine.txt"}
    assert written.exists()


def test_what_cannot_be_removed_is_listed_and_tried_again(
    kit: Kit, written: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real, table = Path.unlink, written / "table.csv"

    def refused(path: Path, *, missing_ok: bool = False) -> None:
        if path == table:
            raise PermissionError(13, "no")
        real(path, missing_ok=missing_ok)

    with monkeypatch.context() as shut:
        shut.setattr(Path, "unlink", refused)
        for _ in range(2):
            done = kit("erase", "--yes")
            assert done.exit_code == 3
            assert done.stdout.splitlines()[1:] == [
                f"  {table}  It cannot be removed: access is not allowed."
            ]
            assert everything(tmp_path / "home") == {"left.json"}
        kit("contacts")  # begins anew, and the list is not lost
    assert kit("erase", "--yes").exit_code == 0

    assert everything(tmp_path) == {"book.vcf", "out/rehearsal/mine.txt"}


def test_no_link_is_followed(kit: Kit, written: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    shutil.move(written / "copy", theirs)
    (written / "copy").symlink_to(theirs)
    (written / "table.csv").unlink()
    (written / "table.csv").symlink_to(theirs / "index.html")
    before = everything(theirs)

    done = kit("erase", "--yes")

    assert done.exit_code == 3
    assert done.stdout.count("There is a link") == 2
    assert everything(theirs) == before
    for name in ("copy", "table.csv"):
        (written / name).unlink()
    assert kit("erase", "--yes").exit_code == 0


@pytest.mark.usefixtures("written")
def test_a_rehearsal_that_a_link_led_to_goes_where_it_lies(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    kit("plan", "--via", "outbox")
    assert kit("send", "--to", tmp_path / "link", "--yes", "2").exit_code == 0
    assert len(everything(tmp_path / "disk")) == 2
    (tmp_path / "link").unlink()

    assert kit("erase", "--yes").exit_code == 0
    assert not (tmp_path / "disk").exists()


def test_a_link_within_a_folder_is_somebody_elses(kit: Kit, written: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "0001.jpg").write_text("theirs")
    (written / "copy" / "exhibits").symlink_to(theirs)

    assert kit("erase", "--yes").exit_code == 0
    assert everything(theirs) == {"0001.jpg"}
    assert (written / "copy" / "exhibits").is_symlink()


def test_what_a_crash_left_beside_a_file_goes_too(kit: Kit, written: Path) -> None:
    (written / "table.csv.123.new").write_text("妈妈")
    (written / "copy.77.new" / "exhibits").mkdir(parents=True)
    (written / "copy.77.new" / "exhibits" / "x").write_text("妈妈")
    (written / "table.csv.mine").write_text("mine")

    assert kit("erase", "--yes").exit_code == 0
    assert everything(written) == {"rehearsal/mine.txt", "table.csv.mine"}


def test_a_folder_of_which_nothing_is_known_is_left_and_said(kit: Kit, written: Path) -> None:
    (written / "copy" / "manifest.json").unlink()

    done = kit("erase", "--yes")

    assert done.exit_code == 3
    assert str(written / "copy") in done.stdout
    shutil.rmtree(written / "copy")
    assert kit("erase", "--yes").exit_code == 0


def test_what_is_no_longer_at_its_place_is_named(kit: Kit, written: Path, tmp_path: Path) -> None:
    (written / "table.csv").rename(tmp_path / "moved.csv")

    done = kit("erase", "--yes")

    assert done.exit_code == 0
    assert f"did you move it? {written / 'table.csv'}" in done.stderr


def test_nothing_goes_while_another_program_has_the_store_open(
    kit: Kit, store: Store, reopened: Store, written: Path
) -> None:
    reopened.close()
    busy = kit("erase", "--yes")

    assert busy.exit_code == 1
    assert "Ctrl-C" in busy.stderr
    assert (written / "table.csv").exists()
    with pytest.raises(StoreInUseError), contextlib.closing(open_store(load(), Nobody())) as other:
        erasing.erase(other)
    assert store.book.contacts()
    with store.alone(), pytest.raises(AlreadyRunningError):
        erasing.erase(store)
    assert erasing.erase(store) == []


def test_a_backup_goes_with_all_that_restoring_and_guessing_leave(
    kit: Kit, written: Path, tmp_path: Path
) -> None:
    kit("backup", written / "all.kit", KIT_SEAL_PASSPHRASE="口令")
    (written / "all.kit.999.new").write_bytes(b"half of one")
    home = tmp_path / "home"
    for name in ("in-passing.kit", "restoring.db", "restoring.db-wal", "wrong-tries.json"):
        (home / name).write_bytes(b"left")

    done = kit("erase", "--yes")
    assert (done.exit_code, str(written / "all.kit") in done.stderr) == (0, True)
    assert everything(tmp_path) == {"book.vcf", "out/rehearsal/mine.txt"}
    assert not home.exists()


def test_a_restoring_that_ended_goes_and_one_that_is_under_way_does_not(
    kit: Kit, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "restoring.db").write_bytes(b"half a store")
    with held(home / "at-work.lock"):
        assert kit("erase", "--yes").exit_code == 1
    assert (home / "restoring.db").exists()

    assert kit("erase", "--yes").exit_code == 0
    assert not home.exists()


def test_what_needs_no_store_is_remembered_and_goes(kit: Kit, tmp_path: Path) -> None:
    out = tmp_path / "out"
    kit("guide", "--for", "me", "--to", out)
    kit("audit", "--checklist", "--to", out / "checklist")
    (out / "mine.txt").write_text("mine")
    asked = kit("erase")
    assert (asked.exit_code, str(out / "for-me.html") in asked.stderr) == (1, True)
    assert (out / "for-me.html").exists()

    assert kit("erase", "--yes").exit_code == 0
    assert everything(tmp_path) == {"out/mine.txt"}
    assert not (tmp_path / "home").exists()


def test_a_guide_goes_with_a_store_and_with_one_that_nobody_opens(
    kit: Kit, written: Path, tmp_path: Path
) -> None:
    kit("guide", "--for", "me", "--to", written / "me")
    assert str(written / "me" / "for-me.html") in kit("erase").stderr
    (tmp_path / "home" / "key").unlink()

    assert kit("erase", "--unopened", "--yes").exit_code == 3
    assert not (written / "me" / "for-me.html").exists()
    assert not (tmp_path / "home").exists()


class TestKeys:
    def test_a_key_file_of_the_kit_goes_when_it_is_the_key_no_more_too(
        self, kit: Kit, written: Path, tmp_path: Path
    ) -> None:
        changed = kit("key", "--passphrase", KIT_NEW_PASSPHRASE="口令")
        assert str(tmp_path / "home" / "key") in changed.stderr

        assert kit("erase", "--yes", KIT_PASSPHRASE="口令").exit_code == 0
        assert everything(tmp_path) == {"book.vcf", "out/rehearsal/mine.txt"}
        assert written.exists()

    def test_a_key_file_that_somebody_else_made_stays_and_is_named(
        self, kit: Kit, book: Callable[..., Path], tmp_path: Path
    ) -> None:
        key = tmp_path / "their-key"
        key.write_text("ab" * 32)
        kit("import", book(card("妈妈", "13800000001")), KIT_KEY_FILE=str(key))

        done = kit("erase", "--yes", KIT_KEY_FILE=str(key))
        assert (done.exit_code, f"did not make: {key}" in done.stderr) == (0, True)
        assert everything(tmp_path) == {"book.vcf", "their-key"}

    def test_a_passphrase_leaves_no_salt(
        self, kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, book: Callable[..., Path]
    ) -> None:
        (tmp_path / "key").write_text("of another store")
        monkeypatch.setenv("KIT_PASSPHRASE", "口令")
        monkeypatch.delenv("KIT_KEY_FILE")
        kit("import", book(card("妈妈", "13800000001")))
        assert (tmp_path / "home" / "salt.json").exists()

        # a key file that is set meanwhile is not this store's
        assert kit("erase", "--yes", KIT_KEY_FILE=str(tmp_path / "key")).exit_code == 0
        assert everything(tmp_path) == {"book.vcf", "key"}

    def test_the_entry_in_the_keyring_goes(
        self, kit: Kit, ring: SystemKeyring, tmp_path: Path
    ) -> None:
        self._begun()
        assert ring.entries

        assert kit("erase", "--yes").exit_code == 0
        assert ring.entries == {}
        assert not (tmp_path / "home").exists()

    @pytest.mark.parametrize("mood", ["silent", "locked", "full", "absent"])
    def test_a_keyring_that_does_not_forget_is_asked_again(
        self,
        kit: Kit,
        ring: SystemKeyring,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        mood: str,
    ) -> None:
        self._begun()
        with monkeypatch.context() as then:
            real = erasing._begin  # noqa: SLF001 (the moment at which it changes)

            def begin(*arguments: object) -> None:
                real(*arguments)  # type: ignore[arg-type]
                ring.becomes(mood)

            then.setattr(erasing, "_begin", begin)
            done = kit("erase", "--yes")
        assert done.exit_code == 3
        assert "opens nothing any more" in done.stdout
        assert "kit.db" not in everything(tmp_path / "home")

        ring.becomes("open")
        assert kit("erase", "--yes").exit_code == 0
        assert ring.entries == {}
        assert not (tmp_path / "home").exists()

    def test_every_key_goes_that_a_change_of_the_key_has_made(
        self, kit: Kit, ring: SystemKeyring, tmp_path: Path
    ) -> None:
        home = tmp_path / "home"
        self._begun()
        for name in ("next-keyring.json", "old-keyring.json"):
            system_keyring.new_key(home / name)
        made = tmp_path / "next-key"
        loose.remember(load(), [made])
        made.write_text("of nobody")
        (home / "next-file.json").write_text(json.dumps({"file": str(made)}))
        (home / "next-salt.json").write_text("{}")
        assert len(ring.entries) == 3

        done = kit("erase", "--yes")
        assert (done.exit_code, str(made) in done.stderr) == (0, True)
        assert (ring.entries, made.exists(), home.exists()) == ({}, False, False)

    def _begun(self) -> None:
        class Alone(Nobody):
            def is_shared(self) -> bool:
                return False

        open_store(load(), Alone()).close()

    def test_a_store_that_nobody_can_open_can_be_erased(
        self, kit: Kit, written: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "home" / "key").unlink()

        shut = kit("erase", "--yes")
        assert shut.exit_code == 1
        assert "--unopened" in shut.stderr
        assert (tmp_path / "home" / "kit.db").exists()

        done = kit("erase", "--unopened", "--yes")
        assert done.exit_code == 3
        assert "is not known" in done.stdout
        assert not (tmp_path / "home").exists()
        assert (written / "table.csv").exists()

    def test_nobody_takes_a_store_from_under_whoever_sends(
        self, kit: Kit, written: Path, tmp_path: Path
    ) -> None:
        with held(tmp_path / "home" / "at-work.lock"):
            assert kit("erase", "--unopened", "--yes").exit_code == 1
        assert (tmp_path / "home" / "kit.db").exists()
        assert written.exists()

    def test_of_a_damaged_store_it_says_how_it_can_go(self, kit: Kit, tmp_path: Path) -> None:
        kit("contacts")
        store = tmp_path / "home" / "kit.db"
        pages = bytearray(store.read_bytes())
        for page in range(3 * 4096, len(pages), 4096):
            pages[page : page + 99] = bytes(99)
        store.write_bytes(pages)

        damaged = kit("erase", "--yes")
        assert (damaged.exit_code, "--unopened" in damaged.stderr) == (3, True)
        assert kit("erase", "--unopened", "--yes").exit_code == 3
        assert not store.parent.exists()

    def test_a_file_that_a_setting_takes_for_the_key_stays(
        self, kit: Kit, written: Path, tmp_path: Path
    ) -> None:
        photo = tmp_path / "photo.jpg"
        photo.write_bytes(b"mine" * 1000)
        done = kit("erase", "--unopened", "--yes", KIT_KEY_FILE=str(photo))

        assert done.exit_code == 3
        assert photo.read_bytes() == b"mine" * 1000
        assert not (tmp_path / "home" / "kit.db").exists()
        assert written.exists()

    def test_other_things_in_its_folder_stay(self, kit: Kit, written: Path, tmp_path: Path) -> None:
        (tmp_path / "home" / "photo.jpg").write_text("mine")

        assert kit("erase", "--yes").exit_code == 0
        assert everything(tmp_path / "home") == {"photo.jpg"}
        assert written.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small disk")
@pytest.mark.parametrize("mood", ["full", "read-only"])
def test_a_disk_without_room_is_emptied_and_one_that_is_shut_is_listed(
    tmp_path: Path, mood: str
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    fill = f"dd if=/dev/zero of={disk}/filler bs=4096 2>/dev/null"
    shut = f"mount -o remount,ro {disk}"
    script = f"""
        mount -t tmpfs -o size=3m none {disk} || exit 99
        {sys.executable} -m kit import {tmp_path}/book.vcf >/dev/null 2>&1
        {sys.executable} -m kit choose --csv {disk}/table.csv >/dev/null 2>&1
        {fill if mood == "full" else shut}
        {sys.executable} -m kit erase --yes; echo "code $?"; ls -A {disk}
    """
    (tmp_path / "book.vcf").write_text(card("妈妈", "13800000001"), encoding="utf-8")
    home = {"KIT_HOME": f"{disk}/home", "KIT_KEY_FILE": f"{disk}/home/key"}
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],  # noqa: S607
        env={**bare_environment(), **home},
        capture_output=True,
        check=False,
        text=True,
    )
    if done.returncode in (1, 99) and "code" not in done.stdout:
        pytest.skip("no disk may be mounted here")

    said = done.stdout.splitlines()
    if mood == "full":
        assert said[-2:] == ["code 0", "filler"]
    else:
        assert "code 3" in said
        assert f"  {disk}/home" in said


class TestTwilioForgets(WithTwilio):
    def test_a_message_is_deleted_and_one_that_is_gone_is_no_fault(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        sid = server.reply(ONE, "好")

        assert twilio.forget(sid) is Forgot.DELETED
        assert twilio.forget(sid) is Forgot.ABSENT
        assert server.messages == []

    def test_where_it_is_not_deleted_its_text_goes(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        sid = server.reply(ONE, "好")
        server.conduct.forgets = [refuse(20009, 409)]

        assert twilio.forget(sid) is Forgot.EMPTIED
        assert [m["body"] for m in server.messages] == [""]

    def test_what_is_on_its_way_is_refused(
        self, shop: Store, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        shop.book.save([person("a", ONE)])
        plan(shop)
        send(shop)

        assert twilio.forget(server.messages[0]["sid"]) is Forgot.REFUSED

    @pytest.mark.parametrize(
        ("step", "error"),
        [
            ({"do": "cut"}, UnreachableError),
            ({"do": "fail", "status": 503}, UnreachableError),
            ({"do": "do and cut"}, UnreachableError),
            ({"do": "html"}, NonsenseError),
            ({"do": "say", "status": 404, "body": "<html>"}, NonsenseError),
            ({"do": "tear"}, UnreachableError),
            ({"do": "huge"}, NonsenseError),
            (refuse(20003, 401), CredentialsError),
        ],
    )
    def test_an_answer_that_cannot_be_had_is_no_yes(
        self,
        twilio: TwilioChannel,
        server: TwilioStandin,
        step: dict[str, object],
        error: type[ChannelError],
    ) -> None:
        sid = server.reply(ONE, "好")
        server.conduct.forgets = [step]

        with pytest.raises(ChannelError) as raised:
            twilio.forget(sid)
        assert isinstance(raised.value, (error, UnreachableError))
        twilio.forget(sid)
        assert server.messages == []


class TestProviders:
    @pytest.fixture
    def told(self, shop: Store, server: TwilioStandin) -> Store:
        """Two were told, one of them without an answer, and one wrote back."""
        shop.book.save([person("a", ONE), person("b", TWO)])
        server.script(TWO, {"do": "store and cut"})
        plan(shop)
        send(shop)
        server.reply(ONE, "好")
        for message in server.messages:
            server.deliver(message["sid"])
        return shop

    def test_every_message_and_reply_is_deleted_there(
        self, told: Store, server: TwilioStandin
    ) -> None:
        hearing.sync(told)

        assert erasing.scope(told).messages == 3
        assert erasing.erase(told) == []
        assert server.messages == []

    def test_what_nobody_knows_the_name_of_is_looked_for(
        self, told: Store, server: TwilioStandin
    ) -> None:
        assert erasing.erase(told) == []
        assert [m["direction"] for m in server.messages] == ["inbound"]  # never fetched

    def test_what_another_account_sent_is_not_gone_because_this_one_has_it_not(
        self, told: Store, server: TwilioStandin
    ) -> None:
        hearing.sync(told)
        assert providers.held(told).accounts == (ACCOUNT,)
        told.book.set("twilio_accounts", f"AC-other {ACCOUNT}")
        of_other = server.messages.pop()["sid"]

        (left,) = erasing.erase(told)
        assert left.facts == {"account": "AC-other", "count": 1}
        assert server.messages == []

        held_there = providers.Held(ids=(of_other,), accounts=(ACCOUNT,))
        asked = providers.ask(told.settings, held_there, told.clock, told.rest)
        assert asked == providers.Asked()

    def test_who_asks_to_wait_is_waited_for(
        self, told: Store, server: TwilioStandin, clock: Clock
    ) -> None:
        server.conduct.forgets = [{"do": "busy", "retry_after": 30}] * 2
        before = clock.now

        assert erasing.erase(told) == []
        assert (clock.now - before).total_seconds() == 60

    def test_what_could_not_be_asked_is_asked_by_the_next_run(
        self, told: Store, server: TwilioStandin, kit: Kit, tmp_path: Path
    ) -> None:
        hearing.sync(told)
        server.conduct.forgets = [{"do": "take"}, {"do": "cut"}]

        (left,) = erasing.erase(told)
        assert left.facts == {"count": 2}
        assert everything(tmp_path / "home") == {"left.json"}
        assert "+86" not in (tmp_path / "home" / "left.json").read_text()

        account = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
        more = {"KIT_TWILIO_BASE_URL": server.url, "KIT_TWILIO_SENDER": "+12025550100"}
        nobody = kit("erase")
        assert nobody.exit_code == 3
        assert "TWILIO_AUTH_TOKEN" in nobody.stdout
        done = kit("erase", **account, **more)
        assert done.exit_code == 0, done.output
        assert server.messages == []
        assert not (tmp_path / "home").exists()
