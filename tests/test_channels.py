from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from contracts.channel import TEXT, ChannelContract, attempt
from scanning import scanned

from kit import template
from kit.channels import CAPABILITIES, phone
from kit.channels.outbox import OutboxChannel
from kit.channels.phone import PhoneChannel
from kit.errors import OutboxError
from kit.model import E164, Group, Tone

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Clock


class TestPhone(ChannelContract):
    @pytest.fixture
    def channel(self, clock: Clock) -> PhoneChannel:
        return PhoneChannel(clock)


class TestOutbox(ChannelContract):
    name = "outbox"

    @pytest.fixture
    def channel(self, clock: Clock, tmp_path: Path) -> OutboxChannel:
        channel = OutboxChannel(tmp_path / "out", clock)
        channel.check()
        return channel

    def test_a_file_holds_number_and_text_and_is_named_by_nobody(
        self, channel: OutboxChannel, tmp_path: Path
    ) -> None:
        receipt = channel.send(attempt())
        (path,) = (tmp_path / "out").iterdir()

        assert path.name == receipt.provider_id == f"{attempt().id}.txt"
        assert path.read_text(encoding="utf-8") == f"+8613800000001（示例号码）\n\n{TEXT}\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_a_folder_that_cannot_be_written_to_is_said(self, tmp_path: Path, clock: Clock) -> None:
        (tmp_path / "file").write_text("")
        channel = OutboxChannel(tmp_path / "file", clock)

        assert [p.what for p in channel.check()] == ["The folder cannot be made: {reason}."]
        with pytest.raises(OutboxError):
            channel.send(attempt())


def test_a_rehearsal_reaches_nobody_and_the_phone_is_slow() -> None:
    assert CAPABILITIES["outbox"].rehearsal
    for name in ("phone", "android"):
        pace = CAPABILITIES[name].pace
        assert (pace.per_hour, pace.per_day) == (20, 100)
    assert next(iter(CAPABILITIES)) == "phone"


@pytest.mark.parametrize("language", template.languages())
@pytest.mark.parametrize(
    ("group", "tone"),
    [
        (Group.EVERYONE, Tone.NEUTRAL),
        (Group.EMERGENCY, Tone.NEUTRAL),
        (Group.EMERGENCY, Tone.OPEN),
    ],
)
def test_the_code_of_every_notice_reads_back_and_fits_in_80_columns(
    language: str, group: Group, tone: Tone
) -> None:
    letter = "王" if template.alphabet(language) == "UCS-2" else "W"
    words = {"from": letter * 16, "check": "y" * 14}
    text = template.notice(language, group, tone, words, last="reply")
    lines = phone.code(E164("+8613800000001"), text)

    assert scanned(lines) == f"SMSTO:+8613800000001:{text}"
    assert max(map(len, lines)) <= 80
    assert len(lines) + 5 <= 46  # the window that the README asks for
