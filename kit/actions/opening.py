"""Open a channel: its name and the settings go in, the way out comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from kit.actions.store import Store
    from kit.channels import Channel


def open_channel(store: Store, name: str, folder: Path | None = None) -> Channel:
    """The channel of that name; nothing is sent or asked yet.

    `folder` is where a rehearsal writes.
    """
    settings, clock = store.settings, store.clock
    if name == "outbox" and folder is not None:
        from kit.channels.outbox import OutboxChannel

        return OutboxChannel(folder, clock)
    if name == "android":
        from kit.channels.android import AndroidChannel

        return AndroidChannel(settings, clock)
    if name == "email":
        from kit.channels.email import EmailChannel

        return EmailChannel(settings, store.book.setting("sender"), clock)
    if name == "twilio":
        from kit.channels.twilio import TwilioChannel

        return TwilioChannel(settings, clock)
    if name == "page":
        from kit.channels.page import PageChannel

        return PageChannel(clock)
    from kit.channels.phone import PhoneChannel

    return PhoneChannel(clock)
