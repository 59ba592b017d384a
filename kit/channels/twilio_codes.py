"""What Twilio's answers mean: a code or a status word goes in, what we do next comes out.

Twilio asks not to build on its codes, which may change: one that is not here is `unclear`.
"""

from __future__ import annotations

import re

from kit.errors import (
    AccountClosedError,
    ChannelError,
    CredentialsError,
    NonsenseError,
    RegionRefusedError,
    SenderRefusedError,
    TooManyRequestsError,
    TrialAccountError,
)
from kit.model import Fault, Status

NAME = "Twilio"

#: What each of Twilio's codes means for what we do next, on a create and of a message that failed.
FAULTS = {
    20429: Fault.TRANSIENT,  # too many requests; it was not processed
    21611: Fault.TRANSIENT,  # the sender's queue is full
    30001: Fault.TRANSIENT,  # the queue overflowed after it was taken
    30022: Fault.TRANSIENT,  # the campaign's rate at a carrier
    30023: Fault.TRANSIENT,  # the brand's limit for the day
    30027: Fault.TRANSIENT,  # one carrier's limit for the day
    30454: Fault.TRANSIENT,  # the account's limit for the day
    63038: Fault.TRANSIENT,  # the same, under another number
    30003: Fault.TRANSIENT,  # the handset is off or has no signal
    30008: Fault.TRANSIENT,  # a carrier failed and does not say why
    30017: Fault.TRANSIENT,  # the carrier's network is congested
    30036: Fault.TRANSIENT,  # the validity period ended before it left
    21211: Fault.ADDRESS,  # not a valid number
    21217: Fault.ADDRESS,  # not a valid number
    21604: Fault.ADDRESS,  # no recipient
    21614: Fault.ADDRESS,  # not a mobile number
    30005: Fault.ADDRESS,  # the number does not exist, or no longer
    30006: Fault.ADDRESS,  # a landline, or a carrier that cannot be reached
    21612: Fault.SENDER,  # this sender cannot reach that number
    21610: Fault.OPT_OUT,  # they answered STOP to this sender
    21408: Fault.REGION,  # texts to that country are switched off
    14107: Fault.STOP,  # two numbers answer each other: a fault of ours
    20003: Fault.STOP,  # user name or password
    21603: Fault.STOP,  # no sender
    21606: Fault.STOP,  # the sender cannot send texts
    21608: Fault.STOP,  # a trial account, and a number that is not verified
    21703: Fault.STOP,  # the Messaging Service has no sender free for this
    21704: Fault.STOP,  # the Messaging Service has no sender
    21705: Fault.STOP,  # the Messaging Service does not exist
    30002: Fault.STOP,  # the account is suspended
    30018: Fault.STOP,  # the country wants the sender registered
    30024: Fault.STOP,  # the number is not set up at the carrier
    30032: Fault.STOP,  # a toll-free number that is not verified
    30034: Fault.STOP,  # a number in no registered campaign
    20500: Fault.UNKNOWN,  # a fault of theirs
    20503: Fault.UNKNOWN,  # they are overloaded
    21617: Fault.UNCLEAR,  # the text is too long: ours never is
    30019: Fault.UNCLEAR,  # the same, said by the carrier
    30004: Fault.UNCLEAR,  # blocked; again would make it worse
    30007: Fault.UNCLEAR,  # filtered; again would make it worse
}
#: Refused on a create, they hold for every message, and pass.
_LATER = frozenset({20429, 21611, 30001, 30022, 30023, 30027, 30454, 63038})
#: Why nothing goes, where there is a better sentence than that of a refused sender.
_STOPPING: dict[int, type[ChannelError]] = {
    20003: CredentialsError,
    21608: TrialAccountError,
    30002: AccountClosedError,
}

#: Words we know; any other is of a message on its way.
STATUSES = {
    "delivered": Status.DELIVERED,
    "read": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "failed": Status.UNDELIVERED,
    # It surely did not go. Only somebody with the account can have taken it back, so it is not
    # sent again without asking: without a code its fault is `unclear`.
    "canceled": Status.UNDELIVERED,
}

_UNAUTHORISED = (401, 403)
#: Whoever answers so is not Twilio, or not there.
_NOT_THERE = (404, 405, 407)
_TOO_MANY = 429
_TIMED_OUT = 408

_CODE = re.compile(r"[1-9]\d{4,5}", re.ASCII)


class RefusedError(Exception):
    """An answer that is not a yes: its HTTP status, its code if it has one, when to ask again."""

    def __init__(self, status: int, code: int, retry_after_s: float | None) -> None:
        super().__init__(status, code)
        self.status = status
        #: Twilio's own, or 0
        self.code = code
        self.retry_after_s = retry_after_s


def is_open(status: int) -> bool:
    """Whether the answer leaves open what was done; a redirect is none of Twilio's, and does."""
    return status >= 500 or status < 400 or status == _TIMED_OUT  # noqa: PLR2004


def error_of(refused: RefusedError) -> ChannelError | None:
    """What holds for every message; nothing: it is about this one."""
    code, fault = refused.code, FAULTS.get(refused.code)
    if refused.status == _TOO_MANY or code in _LATER:
        return TooManyRequestsError(channel=NAME, retry_after_s=refused.retry_after_s)
    if fault is Fault.STOP:
        return _STOPPING.get(code, SenderRefusedError)(channel=NAME, code=code)
    if fault is Fault.REGION:
        return RegionRefusedError(channel=NAME, code=code)
    if fault is None and refused.status in _UNAUTHORISED:
        return CredentialsError(channel=NAME)
    if fault is None and refused.status in _NOT_THERE:
        return NonsenseError(channel=NAME)
    return None


def code_of(value: object) -> int:
    """A code of Twilio's, or 0 for anything else."""
    return int(str(value)) if _CODE.fullmatch(str(value)) else 0
