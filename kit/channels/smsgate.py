"""SMSGate's words: its JSON goes in, receipts and replies come out (its OpenAPI document).

Where the document and the app's program differ, the program is followed. Nothing of what it writes
in sentences is kept, only the known words in them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from kit import phone
from kit.errors import NumberError
from kit.model import Fault, Receipt, Reply, Status

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from kit.model import Attempt

#: What the phone's states say; one we do not know is still on its way.
_STATUSES = {
    "Delivered": Status.DELIVERED,
    "Failed": Status.UNDELIVERED,
    "Cancelled": Status.UNDELIVERED,  # by somebody on the phone, who knows why
}
#: Of these the phone holds nothing back any more.
LEFT = ("Sent", "Delivered", "Failed", "Cancelled")
#: Something may have gone out, be it one segment of several.
_GONE = ("Sent", "Delivered")

#: Why it failed. Only where the app or Android refused before the radio had the text may it be
#: tried again by itself; of several segments one may have gone even then, but not the whole text.
#: RESULT_ERROR_GENERIC_FAILURE, network and modem errors also come when a text did go out and its
#: acknowledgement was lost: like every reason that is not here, they are for a person to look at.
_FAULTS = {
    "TTL expired": Fault.TRANSIENT,  # never sent: its time was over
    "Invalid phone number": Fault.ADDRESS,
    "RESULT_ERROR_LIMIT_EXCEEDED": Fault.TRANSIENT,  # 30 segments in 30 minutes
    "RESULT_ERROR_NO_SERVICE": Fault.TRANSIENT,
    "RESULT_ERROR_RADIO_OFF": Fault.TRANSIENT,
    "RESULT_RADIO_NOT_AVAILABLE": Fault.TRANSIENT,
    "RESULT_SMS_BLOCKED_DURING_EMERGENCY": Fault.TRANSIENT,
    "RESULT_RIL_RADIO_NOT_AVAILABLE": Fault.TRANSIENT,
    "RESULT_RIL_NETWORK_NOT_READY": Fault.TRANSIENT,
    "RESULT_RIL_REQUEST_RATE_LIMITED": Fault.TRANSIENT,
    "RESULT_RIL_SIM_ABSENT": Fault.TRANSIENT,
    "RESULT_RIL_SIMULTANEOUS_SMS_AND_CALL_NOT_ALLOWED": Fault.TRANSIENT,
    "RESULT_RIL_BLOCKED_DUE_TO_CALL": Fault.TRANSIENT,
}
#: What a request that is refused says, where it is one of these.
_REFUSALS = {
    "already expired": Fault.TRANSIENT,  # its time was over before it came
    "Invalid phone number": Fault.ADDRESS,
    "can't use phone": Fault.ADDRESS,  # a server of one's own, in front of the phone
}
OTHER_DEVICE = "Invalid device ID"

#: What of its sentences is kept: these words, and the number that the network's report ends with.
_REASON = re.compile(r"RESULT_[A-Z_]{1,60}|TTL expired|Invalid phone number|Delivery result")
_REPORT = re.compile(r": (\d{1,3})$")
_STATE = re.compile(r"[A-Za-z_]{1,32}")


def request_of(attempt: Attempt, device: str) -> dict[str, object]:
    """What hands a text over; never with a priority, which would jump the app's own limits."""
    asked: dict[str, object] = {
        "id": attempt.id,
        "textMessage": {"text": attempt.text},
        "phoneNumbers": [attempt.recipient],
        "withDeliveryReport": True,
        "validUntil": written(attempt.until),
    }
    return asked | ({"deviceId": device} if device else {})


def written(at: datetime) -> str:
    """A time as the app reads it: with milliseconds, no more and no less."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def state_of(message: object) -> str:
    """The recipient's own state, which the message's is made from; empty: this is no message."""
    if not isinstance(message, dict):
        return ""
    state = _recipient_of(message).get("state") or message.get("state")
    return state if isinstance(state, str) and _STATE.fullmatch(state) else ""


def ids_of(rows: object) -> list[str]:
    """The ids of a list; of anything else none."""
    found = (
        [row.get("id") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    )
    return [id_ for id_ in found if isinstance(id_, str) and id_]


def receipt_of(attempt: Attempt, message: Mapping[str, object], at: datetime) -> Receipt:
    """What a message of the attempt's id says of it; it may be to somebody else."""
    number = _recipient_of(message).get("phoneNumber")
    if number is not None and number not in _forms(attempt.recipient):
        return receipt(attempt, Status.REJECTED, at, code="409", fault=Fault.UNCLEAR)
    return own_receipt_of(attempt, message, at)


def own_receipt_of(attempt: Attempt, message: Mapping[str, object], at: datetime) -> Receipt:
    """What the message says that we have just handed over."""
    state = state_of(message)
    status = _STATUSES.get(state, Status.ACCEPTED)
    if status is not Status.UNDELIVERED:
        return receipt(attempt, status, at, code=state)
    reason = _reason_of(message)
    gone = any(state in _history_of(message) for state in _GONE)
    fault = Fault.UNCLEAR if gone else _FAULTS.get(reason, Fault.UNCLEAR)
    return receipt(attempt, status, at, code=reason or state, fault=fault)


def refusal_of(attempt: Attempt, said: str, at: datetime) -> Receipt:
    """What a refused request says."""
    faults = [fault for words, fault in _REFUSALS.items() if words in said]
    fault = faults[0] if faults else Fault.UNCLEAR
    return receipt(attempt, Status.REJECTED, at, code="400", fault=fault)


def receipt(
    attempt: Attempt, status: Status, at: datetime, *, code: str = "", fault: Fault | None = None
) -> Receipt:
    """A receipt by the id that is the phone's as well as ours."""
    return Receipt(status=status, at=at, provider_id=attempt.id, code=code, fault=fault)


#: What the list of what came in and the events of the app call the same thing; for a text, what is
#: called a preview is the whole of it.
_SENDER = ("sender", "phoneNumber")
_TEXT = ("contentPreview", "message", "text")
_HEARD_AT = ("createdAt", "receivedAt")


def reply_of(row: object, heard_at: datetime) -> Reply | None:
    """A text from a number; a picture, data, or a word instead of a number is none."""
    if not isinstance(row, dict) or row.get("type", "SMS") != "SMS":
        return None
    id_, sender, text = (_first(row, *names) for names in (("id",), _SENDER, _TEXT))
    if not (id_ and sender and text):
        return None
    try:
        number = phone.parse(sender, region="CN")
    except NumberError:
        return None
    at = _read_time(_first(row, *_HEARD_AT)) or heard_at
    return Reply(channel="android", sender=number, text=text, at=at, provider_id=id_)


def _first(row: Mapping[str, object], *names: str) -> str:
    """The first of these fields that has a text."""
    return next((value for name in names if isinstance(value := row.get(name), str) and value), "")


def _read_time(at: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        return None
    return read.astimezone(UTC) if read and read.tzinfo else None


def _forms(recipient: str) -> tuple[str, str]:
    """The number, and what a server keeps of it once it is sent."""
    return recipient, sha256(recipient.encode()).hexdigest()[:16]


def _recipient_of(message: Mapping[str, object]) -> dict[str, object]:
    """Its one recipient, or nothing."""
    recipients = message.get("recipients")
    only = recipients[0] if isinstance(recipients, list) and len(recipients) == 1 else None
    return only if isinstance(only, dict) else {}


def _history_of(message: Mapping[str, object]) -> Container[object]:
    states = message.get("states")
    return states if isinstance(states, dict) else ()


def _reason_of(message: Mapping[str, object]) -> str:
    error = str(_recipient_of(message).get("error") or "")
    found = _REASON.search(error)
    if not found:
        return ""
    report = _REPORT.search(error) if found[0] == "Delivery result" else None
    return f"{found[0]} {report[1]}" if report else found[0]
