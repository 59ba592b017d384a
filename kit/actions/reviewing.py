"""Read over: a frozen plan goes in; who gets which text, and who gets none, comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.actions.planning import is_mail, own_words, pieces
from kit.model import Group, SkipReason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.actions.store import Store
    from kit.model import Contact, Message, Plan

#: Why somebody gets nothing who was to be told.
UNREACHED = (
    SkipReason.LANDLINE,
    SkipReason.SERVICE_NUMBER,
    SkipReason.NO_USABLE_ADDRESS,
    SkipReason.SAME_NUMBER,
    SkipReason.ROUTE_BARRED,
    SkipReason.ALWAYS_QUIET,
    SkipReason.UNDELIVERABLE,
    SkipReason.HAS_MOBILE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One of the different texts of a plan, and who gets it."""

    #: the first message with it
    message: Message
    #: what it arrives as
    pieces: tuple[str, ...] = field(repr=False)
    #: of everybody who gets it; an empty one where nobody knows it
    names: tuple[str, ...] = field(repr=False)

    @property
    def is_mail(self) -> bool:
        """Whether it goes as a mail, which has no segments."""
        return is_mail(self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What is read over before anything is sent."""

    #: in the plan's order: those of emergency contacts come first
    wordings: tuple[Wording, ...]
    #: names of those who get nothing, by the reason
    left_out: Mapping[SkipReason, tuple[str, ...]] = field(repr=False)
    #: names of emergency contacts whom no text reaches
    unreached: tuple[str, ...] = field(repr=False)
    #: who has only a landline
    to_ring: tuple[Contact, ...] = field(repr=False)


def review(store: Store, plan: Plan) -> Review:
    """All that a plan says, and to whom; nothing is changed by it."""
    contact_by_id = {contact.id: contact for contact in store.book.listed()}
    skipped = [(skip, contact_by_id.get(skip.contact_id)) for skip in plan.skips]
    left_out: dict[SkipReason, list[str]] = {}
    for skip, contact in skipped:
        left_out.setdefault(skip.reason, []).append(contact.name if contact else "")
    return Review(
        wordings=_wordings(plan, contact_by_id),
        left_out={reason: tuple(names) for reason, names in left_out.items()},
        unreached=tuple(
            contact.name
            for skip, contact in skipped
            if contact and contact.group is Group.EMERGENCY and skip.reason in UNREACHED
        ),
        to_ring=tuple(c for skip, c in skipped if c and skip.reason is SkipReason.LANDLINE),
    )


def without_own_words(store: Store, plan: Plan) -> list[str]:
    """The languages of a plan in which the borrower's own words cannot be written."""
    words = own_words(store).values()
    return sorted({m.language for m in plan.messages if any(w not in m.text for w in words)})


def _wordings(plan: Plan, contact_by_id: Mapping[str, Contact]) -> tuple[Wording, ...]:
    alike: dict[tuple[object, ...], list[Message]] = {}
    for m in plan.messages:
        alike.setdefault((m.group, m.tone, m.language, is_mail(m), m.text), []).append(m)
    return tuple(
        Wording(
            message=messages[0],
            pieces=tuple(pieces(messages[0])),
            names=tuple(_name(contact_by_id.get(m.contact_id)) for m in messages),
        )
        for messages in alike.values()
    )


def _name(contact: Contact | None) -> str:
    return contact.name if contact else ""
