"""Which way may a text go: channel, settings and destination go in; yes, no and why come out.

The rules of providers for a country stand in `kit/jurisdictions/`; what is asked here is asked when
a plan is made and once more before each message goes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from kit import jurisdiction, phone
from kit.channels import CAPABILITIES
from kit.model import E164, Address, Tone
from kit.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.jurisdiction import Route
    from kit.model import Contact, Plan
    from kit.settings import Settings
    from kit.template import Last


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What the provider's rules say of one destination country."""

    route: Route
    #: how many people's first number is there
    people: int
    #: whether such a plan may send neutral texts there
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """The rules of one plan's ways."""

    settings: Settings
    channel: str
    #: the borrower says that the sender is registered and that people agreed
    registered_sender: bool

    def channel_for(self, address: Address) -> str:
        """The channel by which something goes to that address."""
        return "email" if is_mail(address) else self.channel

    def reaches(self, address: Address) -> bool:
        """Whether a message there reaches somebody: an invented address needs a stand-in."""
        return not phone.is_invented(address) or _has_invented(
            self.channel_for(address), self.settings
        )

    def allows(self, address: Address, tone: Tone) -> bool:
        """Whether the provider's rules for the country let such a text go there."""
        if self.channel != "twilio" or is_mail(address) or self._is_stand_in:
            return True
        route = jurisdiction.route(phone.region_of(cast("E164", address)))
        return jurisdiction.allows(route, tone, registered_sender=self.registered_sender)

    def permit(self, address: Address, tone: Tone) -> bool:
        """Whether such a text may go there and reaches somebody."""
        return self.reaches(address) and self.allows(address, tone)

    def last(self, address: Address) -> Last:
        """How a message there ends: no reply comes back on a one-way route."""
        channel = self.channel_for(address)
        if CAPABILITIES[channel].replies:
            return "reply"
        region = phone.region_of(cast("E164", address))
        sender = self.settings.twilio_sender
        at_home = sender.startswith("MG") or (
            sender.startswith("+") and phone.region_of(cast("E164", sender)) == region
        )
        return "stop" if at_home and jurisdiction.route(region).two_way else "ring"

    def advice(self, contacts: Iterable[Contact]) -> list[Advice]:
        """What the rules say of every country that these people's first numbers are in."""
        if self.channel != "twilio":
            return []
        counts = Counter(phone.region_of(c.numbers[0]) for c in contacts if c.numbers)
        return [
            Advice(
                route=route,
                people=people,
                allowed=self._is_stand_in
                or jurisdiction.allows(
                    route, Tone.NEUTRAL, registered_sender=self.registered_sender
                ),
            )
            for region, people in counts.most_common()
            for route in [jurisdiction.route(region)]
        ]

    @property
    def _is_stand_in(self) -> bool:
        return is_loopback(self.settings.twilio_base_url)


def channels_of(settings: Settings, plan: Plan) -> list[str]:
    """The plan's channel, and e-mail where some are told by it, or may come to be."""
    now = any(m.channel == "email" for m in plan.messages)
    later = bool(settings.smtp_url) and any(
        is_mail(address) for m in plan.messages for address in m.others
    )
    return list(dict.fromkeys([plan.channel, *(["email"] if now or later else [])]))


def is_mail(address: Address) -> bool:
    """Whether it is an e-mail address and no number."""
    return "@" in address


def _has_invented(channel: str, settings: Settings) -> bool:
    """Whether invented people may get something by that channel."""
    if not CAPABILITIES[channel].by_itself:
        return True
    urls = {
        "twilio": settings.twilio_base_url,
        "android": settings.android_url,
        "email": settings.smtp_url,
    }
    return is_loopback(urls[channel])
