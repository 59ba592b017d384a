"""A channel by Twilio that is open to the stand-in, for the modules that test it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from contracts.channel import MORNING, attempt
from standins.twilio import ACCOUNT, NUMBER, TOKEN, TwilioStandin

from kit.channels.twilio import TwilioChannel
from kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Clock
    from standins import twilio as standin

    from kit.model import Attempt, Receipt, Reply

FIRST = attempt().recipient
HOUR = timedelta(hours=1)


def settings(url: str, **other: str) -> Settings:
    return Settings(
        home=Path(),
        language="en",
        **{  # type: ignore[arg-type]  # every one of these is a text
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "twilio_sender": NUMBER,
            "twilio_base_url": url,
            **other,
        },
    )


def opened(server: TwilioStandin, clock: Clock, **other: str) -> TwilioChannel:
    return TwilioChannel(settings(server.url, **other), clock, timeouts=(5, 5))


def refuse(code: int | None, status: int = 400) -> standin.Step:
    return {"do": "refuse", "code": code, "status": status}


def fetched(channel: TwilioChannel, *attempts: Attempt) -> list[tuple[Attempt, Receipt] | Reply]:
    return list(channel.fetch(MORNING, attempts))


class WithTwilio:
    """Test classes that inherit this have a stand-in and a channel to it."""

    @pytest.fixture
    def server(self, clock: Clock) -> Iterator[TwilioStandin]:
        with TwilioStandin(clock) as running:
            yield running

    @pytest.fixture
    def twilio(self, server: TwilioStandin, clock: Clock) -> TwilioChannel:
        return opened(server, clock)
