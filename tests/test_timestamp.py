"""Timestamps, from an authority on this computer that signs as `openssl ts` does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from standins.authority import Authority

from kit.actions import entries, recording, stamping
from kit.actions.recording import Told
from kit.channels import timestamp
from kit.errors import (
    AuthorityAddressError,
    AuthorityMissingError,
    AuthorityRefusedError,
    AuthorityUnreachableError,
    CertificateError,
    NotATimestampError,
    NothingToStampError,
    TimestampsMissingError,
    TimestampUnverifiedError,
)
from kit.evidence import chain
from kit.model import EntryKind, IncidentKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

    from kit.actions.store import Store

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl")
SEALED = b"what was recorded"


@pytest.fixture(scope="module")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl")
    with Authority(tmp_path_factory.mktemp("authority") / "one") as made:
        yield made


@pytest.fixture
def authority(openssl: Authority) -> Authority:
    openssl.conduct = "well"
    openssl.asked.clear()
    return openssl


@pytest.fixture
def recorded(store: Store) -> Store:
    """A record with one entry."""
    recording.add(
        store, Told(kind=IncidentKind.CALL, at=store.clock() - timedelta(hours=3), to="妈妈")
    )
    return store


def test_a_timestamp_names_the_digest_and_nothing_else_leaves(authority: Authority) -> None:
    token = timestamp.ask(authority.url, SEALED, authority.root.read_bytes())

    assert token.digest == sha256(SEALED).hexdigest()
    assert timestamp.read(token.der) == token
    assert sha256(SEALED).digest() in authority.asked[0]
    assert len(authority.asked[0]) < 90
    assert SEALED not in authority.asked[0]


@pytest.mark.parametrize(
    ("conduct", "error"),
    [
        ("other", NotATimestampError),
        ("garbage", NotATimestampError),
        ("empty", NotATimestampError),
        ("large", NotATimestampError),
        ("refuses", AuthorityRefusedError),
        ("fails", AuthorityRefusedError),
        ("elsewhere", AuthorityRefusedError),
        ("never", AuthorityUnreachableError),
        ("drips", AuthorityUnreachableError),
    ],
)
def test_what_is_no_timestamp_of_the_record_is_not_kept(
    conduct: str,
    error: type[Exception],
    authority: Authority,
    recorded: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority.conduct = conduct
    if error is AuthorityUnreachableError:  # as long as the other answers take at most
        monkeypatch.setattr(timestamp, "PATIENCE_S", 0.5)
    with pytest.raises(error):
        stamping.stamp(recorded, authority.url)

    assert recorded.record.head()[0] == 1
    assert stamping.stamps(recorded) == []


def test_an_answer_to_an_earlier_question_is_none(authority: Authority, recorded: Store) -> None:
    first = stamping.stamp(recorded, authority.url)
    again = timestamp.ask(authority.url, SEALED)

    assert len(set(authority.asked)) == 2
    assert timestamp.read(first.token).nonce != again.nonce


def test_who_signed_is_looked_at_where_a_certificate_is_given(
    authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other")
    other.server.server_close()
    both = authority.root.read_bytes() + (authority.folder / "tsa.pem").read_bytes()

    assert timestamp.ask(authority.url, SEALED, both).digest
    with pytest.raises(TimestampUnverifiedError):
        timestamp.ask(authority.url, SEALED, other.root.read_bytes())


@pytest.mark.parametrize("given", [b"-----BEGIN CERTIFICATE-----\nAAAA", b"hello", b"\x30\x03"])
def test_what_is_no_certificate_is_said_before_anything_is_asked(
    given: bytes, authority: Authority
) -> None:
    with pytest.raises(CertificateError):
        timestamp.ask(authority.url, SEALED, given)

    assert authority.asked == []


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/tsa", "ftp://example.com", "file:///etc/passwd", "example.com", "//"),
        *("https://", "https://example.com:99999/", "https://a b/", "https://[::1", "时间戳"),
        *("http://127.0.0.1.example.com/", "https://example.com/\r\nX: y"),
    ],
)
def test_it_is_asked_by_a_safe_connection_only(url: str) -> None:
    with pytest.raises(AuthorityAddressError):
        timestamp.ask(url, SEALED)


def test_nobody_there_is_said(authority: Authority, tmp_path: Path) -> None:
    gone = Authority(tmp_path / "gone")
    gone.server.server_close()

    assert authority.url != gone.url
    with pytest.raises(AuthorityUnreachableError):
        timestamp.ask(gone.url, SEALED)


def test_a_timestamp_is_an_entry_of_the_record(authority: Authority, recorded: Store) -> None:
    number, head = recorded.record.head()
    made = stamping.stamp(recorded, authority.url, authority.root)

    assert (made.number, made.hash, made.fits) == (number, head, True)
    assert (made.where, recorded.record.head()[0]) == (2, 2)
    assert timestamp.read(made.token).digest == head
    assert recording.verify(recorded) == []
    assert stamping.faults(recorded) == []


def test_openssl_itself_verifies_what_was_kept(
    authority: Authority, recorded: Store, tmp_path: Path
) -> None:
    made = stamping.stamp(recorded, authority.url)
    (tmp_path / "token").write_bytes(made.token)
    line = f"ts -verify -digest {made.hash} -token_in -in token -CAfile {authority.root}"
    done = subprocess.run(
        ["openssl", *line.split()],  # noqa: S607
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Verification: OK" in done.stdout + done.stderr


def test_each_timestamp_stands_for_the_entry_it_was_made_for(
    authority: Authority, recorded: Store
) -> None:
    first = stamping.stamp(recorded, authority.url)
    second = stamping.stamp(recorded, authority.url)

    assert [one.number for one in stamping.stamps(recorded)] == [1, 2]
    assert first.hash != second.hash


@pytest.mark.parametrize("change", ["hash", "at", "token", "number"])
def test_a_timestamp_that_does_not_fit_is_a_fault(
    change: str, authority: Authority, recorded: Store
) -> None:
    stamping.stamp(recorded, authority.url)
    kept = next(recorded.record.contents(EntryKind.TIMESTAMP))
    told = json.loads(kept.content)
    told[change] = {
        "hash": "0" * 64,
        "at": "2020-01-01T00:00:00.000000+00:00",
        "token": told["token"][:-8],
        "number": 2,
    }[change]
    recording.write(recorded, EntryKind.TIMESTAMP, "changed", chain.canonical(told))

    assert [one.where for one in stamping.faults(recorded)] == ["#3"]


def test_a_timestamp_that_cannot_be_read_is_a_fault_and_stops_nobody(
    authority: Authority, recorded: Store
) -> None:
    stamping.stamp(recorded, authority.url)
    change = recorded._file()._raw.execute  # noqa: SLF001 (somebody has the key)
    change("DROP TRIGGER record_content_stays")
    change("UPDATE record_content SET content = '{}' WHERE kind = 'timestamp'")

    assert [one.what for one in entries.faults(recorded)] == [
        "What the entry tells was changed.",
        "What is kept cannot be read: it was changed.",
    ]


def test_without_what_reads_it_a_timestamp_still_has_to_name_the_hash(
    authority: Authority, recorded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stamping.stamp(recorded, authority.url)
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)

    assert stamping.stamps(recorded) == [made]
    with pytest.raises(TimestampsMissingError):
        stamping.stamp(recorded, authority.url)


def test_an_empty_record_or_no_authority_asks_nobody(authority: Authority, store: Store) -> None:
    with pytest.raises(NothingToStampError):
        stamping.stamp(store, authority.url)
    with pytest.raises(AuthorityMissingError):
        stamping.stamp(store)

    assert authority.asked == []


def test_the_command_says_what_leaves_and_prints_the_time(
    authority: Authority, recorded: Store, kit: Callable[..., Result]
) -> None:
    done = kit("evidence", "timestamp", KIT_TIMESTAMP_AUTHORITY=authority.url)

    assert done.exit_code == 0, done.output
    assert "Only a digest (SHA-256)" in done.stderr
    assert "1 entries stood so at" in done.stdout
    assert [one.authority for one in stamping.stamps(recorded)] == [authority.url]
    assert kit("evidence", "timestamp").exit_code == 2
