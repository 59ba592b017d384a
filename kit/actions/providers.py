"""Ask providers to delete what they hold: its ids go in; what stays there, and why, comes out."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from kit.errors import ChannelError, TooManyRequestsError
from kit.model import Problem, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

    from kit.actions.store import Store
    from kit.channels.twilio import Forgot, TwilioChannel
    from kit.model import Attempt
    from kit.settings import Settings

TWILIO = "twilio"
#: How often it is asked once more that asks to wait, and for how long.
_TIMES, _USUAL_WAIT_S, _LONGEST_WAIT_S = 5, 1.0, 60.0

#: What lies with others, whom nobody can ask, by the channel it went by.
ELSEWHERE = {
    "phone": "The texts that you sent are in the SMS app of your phone: delete them there.",
    "page": "The texts that you sent are in the SMS app of your phone, and the page where you put "
    "it: delete them there.",
    "android": "The texts are in the SMS app of the phone and in the log of SMSGate. The kit knows "
    "no way to have that deleted: set there for how many days its log is kept "
    "(log_lifetime_days), or remove the app with its data.",
    "email": "The mails lie in the mailboxes of those who got them, and in yours what you sent and "
    "what came back: nobody but their owners can delete them.",
    TWILIO: "Carriers know that texts went, and when; those who got them have them.",
}

_UNASKED = "It could not be asked to delete these messages: {count}."
_EMPTIED = "It deleted the text of these messages, but number and time stay: {count}."
_REFUSED = "It does not delete these messages now, perhaps because they are on their way: {count}."
_ELSEWHERE = (
    "Messages went by another account of yours too; TWILIO_ACCOUNT_SID and its token are to be set "
    "to it, then: kit erase. Account {account}, messages at most: {count}."
)
_UNFOUND = (
    "Whether it took these was never known, and nobody can ask for them any more: look for them in "
    "its own list: {count}."
)
#: Under which the Book keeps by which accounts messages went, with a blank between.
_ACCOUNTS = "twilio_accounts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What Twilio may have of ours."""

    #: what it calls messages, and replies to them
    ids: tuple[str, ...] = ()
    #: nobody knows what it calls these, nor whether it took them
    attempts: tuple[Attempt, ...] = ()
    #: whose they are; none: it was not noted
    accounts: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many messages it may be."""
        return len(self.ids) + len(self.attempts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What became of them."""

    #: what it calls those of which something is there still
    left: tuple[str, ...] = ()
    #: accounts that are still to be asked for these
    accounts: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def note_account(store: Store, channels: Collection[str]) -> None:
    """Remember by which account messages go now: no other one can have them deleted."""
    known, now = _accounts(store), store.settings.twilio_account_sid
    if TWILIO in channels and now not in known:
        store.book.set(_ACCOUNTS, " ".join((*known, now)))


def _accounts(store: Store) -> tuple[str, ...]:
    return tuple(store.book.setting(_ACCOUNTS).split())


def held(store: Store) -> Held:
    """What Twilio may have of ours; it is not asked yet."""
    open_ = store.ledger.open_attempts(
        store.ledger.real_notice(), TWILIO, Status.SENDING, Status.UNKNOWN
    )
    return Held(
        ids=tuple(store.ledger.provider_ids(TWILIO)),
        attempts=tuple(one for one in open_ if not one.provider_id),
        accounts=_accounts(store),
    )


def ask(
    settings: Settings,
    what: Held,
    clock: Callable[[], datetime],
    rest: Callable[[Event, float], bool],
) -> Asked:
    """Have all of it deleted at Twilio; whatever cannot be now can be asked for once more."""
    from kit.channels.twilio import Forgot, TwilioChannel

    became: dict[str, Forgot] = {}
    ids, lost = dict.fromkeys(what.ids), len(what.attempts)
    wrong: tuple[Problem, ...] = ()
    with contextlib.closing(TwilioChannel(settings, clock)) as channel:
        try:
            found = [channel.find(attempt) for attempt in what.attempts]
            ids |= dict.fromkeys(one.provider_id for one in found if one is not None)
            lost = 0
            for id_ in ids:
                became[id_] = _patiently(channel, id_, rest)
        except ChannelError as error:
            wrong = error.problems
    unasked = len(ids) - len(became)
    asked = "" if unasked else settings.twilio_account_sid
    others = tuple(one for one in what.accounts if one != asked)
    gone = {Forgot.DELETED} if others else {Forgot.DELETED, Forgot.ABSENT}
    left = tuple(id_ for id_ in ids if became.get(id_) not in gone)
    counts = Counter(became.values())
    said = {
        _UNASKED: unasked,
        _UNFOUND: lost,
        _EMPTIED: counts[Forgot.EMPTIED],
        _REFUSED: counts[Forgot.REFUSED],
    }
    absent = _elsewhere(others, counts[Forgot.ABSENT])
    return Asked(
        left=left,
        accounts=others if left else (),
        problems=(*_problems(said), *absent, *wrong),
    )


def _elsewhere(accounts: Iterable[str], count: int) -> Iterable[Problem]:
    for account in accounts if count else ():
        facts = {"account": account, "count": count}
        yield Problem(where="Twilio", what=_ELSEWHERE, facts=facts)


def _problems(counts: dict[str, int]) -> Iterable[Problem]:
    for what, count in counts.items():
        if count:
            yield Problem(where="Twilio", what=what, facts={"count": count})


def _patiently(channel: TwilioChannel, id_: str, rest: Callable[[Event, float], bool]) -> Forgot:
    """Ask for one; whoever asks to wait is waited for."""
    for _ in range(_TIMES):
        try:
            return channel.forget(id_)
        except TooManyRequestsError as error:
            rest(Event(), min(error.retry_after_s or _USUAL_WAIT_S, _LONGEST_WAIT_S))
    return channel.forget(id_)
