"""What a provider's rules allow: a country goes in, the advice on texting there comes out.

The rules are data, `kit/jurisdictions/<code>.toml`, each with its source and the day it was
checked; `routes.toml` has what holds everywhere. The provider is Twilio.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from kit.jurisdiction.files import ByLanguage, by_language, load_table
from kit.model import Tone

if TYPE_CHECKING:
    from datetime import date


class RouteAnswer(StrEnum):
    """Whether a text may take the route to a country."""

    OPEN = "open"  #: no rule against it is known
    NEEDS_REGISTERED_SENDER = "needs_registered_sender"
    CONTENT_BARRED = "content_barred"  #: loans, or what people write to each other, are barred


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What the provider's rules say of one country."""

    #: ISO 3166-1
    region: str
    answer: RouteAnswer
    #: what the country is called
    name: ByLanguage[str]
    #: whether people can reply, with a number of that country
    two_way: bool
    statement: ByLanguage[str]
    details: ByLanguage[tuple[str, ...]]
    #: what is said of hours; without a language, nothing is
    quiet: ByLanguage[str]
    #: publisher and page
    source: ByLanguage[str]
    #: `A` or `B`; empty where no rule is known
    grade: str
    checked_on: date | None
    #: whether we know a rule at all
    known: bool


@cache
def route(region: str) -> Route:
    """The route to a country; one whose rules we do not know is open, and its advice says so."""
    found = load_table(region).get("routes", {}).get("twilio")
    rule: dict[str, Any] = found or load_table("routes")["unknown"]
    return Route(
        region=region.upper(),
        answer=RouteAnswer(rule["answer"]),
        name=by_language(rule, "name"),
        two_way=rule["two_way"],
        statement=by_language(rule, "statement"),
        details=ByLanguage((one, tuple(d)) for one, d in by_language(rule, "details").items()),
        quiet=by_language(rule, "quiet"),
        source=by_language(rule, "source"),
        grade=rule.get("grade", ""),
        checked_on=rule.get("checked_on"),
        known=found is not None,
    )


@cache
def everywhere() -> ByLanguage[str]:
    """What holds for every country."""
    return by_language(load_table("routes")["everywhere"], "statement")


def allows(rule: Route, tone: Tone, *, registered_sender: bool) -> bool:
    """Whether a message of that tone may go; `registered_sender` is what the borrower says."""
    if rule.answer is RouteAnswer.OPEN:
        return True
    barred = rule.answer is RouteAnswer.CONTENT_BARRED and tone is Tone.OPEN
    return registered_sender and not barred


@cache
def exports() -> tuple[ByLanguage[str], ...]:
    """How telephones export their address book, as far as it is known."""
    return tuple(by_language(one, "statement") for one in load_table("devices")["export"].values())
