"""Is everything ready: settings go in; what is set up, and what stands in the way, comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit.actions.opening import open_channel

if TYPE_CHECKING:
    from kit.actions.store import Store
    from kit.model import Problem
    from kit.settings import Settings

#: What each channel that needs setting up is set up by.
SETTINGS = {
    "android": ("KIT_ANDROID_URL", "KIT_ANDROID_USER", "KIT_ANDROID_PASSWORD"),
    "email": ("KIT_SMTP_URL", "KIT_IMAP_URL"),
    "twilio": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "KIT_TWILIO_SENDER"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One channel as it is found."""

    channel: str
    #: something of it is set
    set_up: bool
    problems: tuple[Problem, ...] = ()
    #: what stops nothing and should be known
    advice: tuple[Problem, ...] = ()
    #: how it is set up, a sentence a step
    steps: tuple[str, ...] = ()


def examine(store: Store) -> list[Examined]:
    """Look at every channel that needs setting up; nothing is sent to anybody."""
    return [examine_one(store, name) for name in SETTINGS]


def examine_one(store: Store, name: str) -> Examined:
    """Look at one of them."""
    if not is_set_up(name, store.settings):
        return Examined(channel=name, set_up=False, steps=steps(name))
    channel = open_channel(store, name)
    try:
        problems = tuple(channel.check())
    finally:
        channel.close()
    return Examined(
        channel=name, set_up=True, problems=problems, advice=_advice(name, store.settings)
    )


def is_set_up(name: str, settings: Settings) -> bool:
    """Whether something of the channel is set; nothing is asked of it."""
    said = {
        "android": settings.android_url,
        "email": settings.smtp_url,
        "twilio": settings.twilio_account_sid,
    }
    return bool(said[name])


def steps(name: str) -> tuple[str, ...]:
    """How the channel is set up, a sentence a step."""
    if name == "android":
        from kit.channels.android import setup_steps
    elif name == "email":
        from kit.channels.email import setup_steps
    else:
        from kit.channels.twilio import setup_steps
    return setup_steps()


def _advice(name: str, settings: Settings) -> tuple[Problem, ...]:
    if name == "android":
        from kit.channels.android import advice
    elif name == "email":
        from kit.channels.email import advice
    else:
        return ()
    return tuple(advice(settings))
