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
    from collections.abc import Callable, Iterable
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What Twilio may have of ours."""

    #: what it calls messages, and replies to them
    ids: tuple[str, ...] = ()
    #: nobody knows what it calls these, nor whether it took them
    attempts: tuple[Attempt, ...] = ()

    @property
    def count(self) -> int:
        """How many messages it may be."""
        return len(self.ids) + len(self.attempts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What became of them."""

    #: what it calls those of which something is there still
    left: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def held(store: Store) -> Held:
    """What Twilio may have of ours; it is not asked yet."""
    open_ = store.ledger.open_attempts(
        store.ledger.real_notice(), TWILIO, Status.SENDING, Status.UNKNOWN
    )
    return Held(
        ids=tuple(store.ledger.provider_ids(TWILIO)),
        attempts=tuple(one for one in open_ if not one.provider_id),
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
    ids, unasked = list(what.ids), 0
    wrong: tuple[Problem, ...] = ()
    with contextlib.closing(TwilioChannel(settings, clock)) as channel:
        try:
            found = [channel.find(attempt) for attempt in what.attempts]
            ids += [one.provider_id for one in found if one is not None]
            for id_ in dict.fromkeys(ids):
                became[id_] = _patiently(channel, id_, rest)
        except ChannelError as error:
            wrong, unasked = error.problems, max(len(ids), what.count) - len(became)
    counts = Counter(became.values())
    said = {_UNASKED: unasked, _EMPTIED: counts[Forgot.EMPTIED], _REFUSED: counts[Forgot.REFUSED]}
    return Asked(
        left=tuple(id_ for id_ in ids if became.get(id_) is not Forgot.DELETED),
        problems=(*_problems(said), *wrong),
    )


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
