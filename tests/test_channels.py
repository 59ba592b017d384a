from __future__ import annotations

import stat
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from contracts.channel import TEXT, ChannelContract, attempt
from PIL import Image
from scanning import in_file, scanned

from kit import template
from kit.channels import CAPABILITIES, phone
from kit.channels.outbox import OutboxChannel
from kit.channels.phone import PhoneChannel
from kit.errors import OutboxError
from kit.model import E164, Form, Group, Tone

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


#: As long as a number can be (E.164), under a country code that nobody has.
LONGEST = E164("+999000000000000")


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
    lines = phone.code(phone.content(Form.SMSTO, LONGEST, text))

    assert scanned(lines) == f"SMSTO:{LONGEST}:{text}"
    assert max(map(len, lines)) <= 80
    assert len(lines) + 5 <= 46  # the window that the README asks for


def test_the_link_says_number_and_text_as_android_and_iphone_take_it() -> None:
    text = "我是小明: 100% & “不要”? #1"
    link = phone.link(LONGEST, text)
    path, _, query = link.removeprefix("sms:").partition("?")

    assert link.isascii()
    assert query.startswith("&body=")
    assert (path, parse_qs(query)) == (LONGEST, {"body": [text]})
    assert scanned(phone.code(phone.content(Form.LINK, LONGEST, text))) == link


@pytest.mark.parametrize("form", [Form.SMSTO, Form.LINK, Form.TEXT])
def test_a_picture_of_a_code_is_about_600_pixels_wide_and_its_owners_alone(
    tmp_path: Path, form: Form
) -> None:
    said, path = phone.content(form, LONGEST, "我是小明。" * 25), tmp_path / "code.png"
    phone.write_picture(path, said)

    assert in_file(path) == said
    with Image.open(path) as picture:
        assert 500 <= picture.width == picture.height <= 700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
