"""The ways to tell, side by side: who is chosen goes in, what each channel is for comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit.actions import doctor
from kit.actions.routes import Routes
from kit.channels import CAPABILITIES
from kit.model import TOLD_GROUPS
from kit.plan import takes_messages

if TYPE_CHECKING:
    from kit.actions.routes import Advice
    from kit.actions.store import Store
    from kit.channels import Capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One channel, as it would serve the people who are chosen."""

    channel: str
    can: Capabilities
    #: how many of them it reaches, as far as their addresses tell
    people: int
    #: nothing has to be set up, or something of it is
    is_set_up: bool
    #: what it is set up by, and how, a sentence a step
    settings: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    #: what the provider's rules say of the countries these people are in
    advice: tuple[Advice, ...] = ()


def offers(store: Store) -> list[Offer]:
    """Every channel that reaches people, the default first; nothing is asked of any of them."""
    chosen = [contact for contact in store.book.listed() if contact.group in TOLD_GROUPS]
    without_mobile = [c for c in chosen if not any(map(takes_messages, c.numbers))]
    by_text = len(chosen) - len(without_mobile)
    by_mail = sum(bool(contact.emails) for contact in without_mobile)
    return [
        Offer(
            channel=name,
            can=can,
            people=by_text if can.takes_numbers else by_mail,
            is_set_up=name not in doctor.SETTINGS or doctor.is_set_up(name, store.settings),
            settings=doctor.SETTINGS.get(name, ()),
            steps=doctor.steps(name) if name in doctor.SETTINGS else (),
            advice=tuple(
                Routes(settings=store.settings, channel=name, registered_sender=False).advice(
                    chosen
                )
            ),
        )
        for name, can in CAPABILITIES.items()
        if not can.rehearsal
    ]
