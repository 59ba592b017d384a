"""The senders of a clinic: settings go in, and whose number or address each channel uses comes out.

What the borrower sends by hand goes by their own number: no other case has anything to do with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kit.ledger import Ledger

if TYPE_CHECKING:
    from datetime import datetime

    from kit.connector import Database
    from kit.settings import Settings


def senders(settings: Settings) -> dict[str, str]:
    """The account and the sender of each channel that all cases share, by the channel."""
    url = settings.android_url.rstrip("/")
    return {
        "twilio": f"{settings.twilio_account_sid} {settings.twilio_sender}",
        "android": f"{url} {settings.android_user} {settings.android_device}",
        "email": (settings.email_from or _user(settings.smtp_url)).casefold(),
    }


def held(connection: Database, settings: Settings, now: datetime) -> dict[str, datetime]:
    """Until when nothing goes by those of them that were asked to wait, or refused too often."""
    ledger = Ledger(connection)
    until = {channel: ledger.held_until(channel, now) for channel in senders(settings)}
    return {channel: at for channel, at in until.items() if at > now}


def _user(url: str) -> str:
    """Whose account it is; without a password, which may change."""
    try:
        return urlsplit(url).username or ""
    except ValueError:
        return ""
