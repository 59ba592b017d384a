"""Texts by Twilio: an attempt becomes a message there; its receipt and replies are fetched.

What was surely not taken raises; what may have been taken or not is a receipt with the status
`unknown`, and `find` looks in Twilio's list. A create has no idempotency key, so nothing here ever
tries again by itself. Nothing that Twilio writes in words is kept or shown: it may name a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kit.channels import json_answer, twilio_wire
from kit.channels.twilio_codes import (
    FAULTS,
    NAME,
    STATUSES,
    RefusedError,
    code_of,
    error_of,
    is_open,
)
from kit.channels.twilio_wire import NONSENSE, TIMEOUTS, UNREADABLE, LostError
from kit.errors import (
    AccountClosedError,
    ChannelNotReadyError,
    CredentialsError,
    NonsenseError,
    TooLateError,
    UnreachableError,
)
from kit.model import E164, Fault, Problem, Receipt, Reply, Status
from kit.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from kit.model import Attempt
    from kit.settings import Settings

_PAGE = 1000
_MOST_PAGES = 1000

#: Seconds for which Twilio keeps a message that cannot go yet, and those it needs to let it go.
_LONGEST_VALIDITY = 36_000
_MARGIN = 30
_TOO_LATE = 60
#: This computer's clock may be wrong by hours, and a person gets one text of a notice: so whatever
#: was made since the day before is the attempt's.
_DOUBT = timedelta(days=1)

#: What Twilio calls a message that is not there; RFC 9110 section 15.3.5.
_NOT_FOUND, _NO_CONTENT = 20404, 204

_SID = re.compile(r"[A-Za-z][\w-]{1,63}", re.ASCII)
_WORD = re.compile(r"[a-z_]{1,32}")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
#: Longer than a sender's name may be, so that no name is taken for one.
_SERVICE = re.compile(r"MG[0-9A-Za-z]{10,32}")
_SHORT_OR_NAME = re.compile(r"\d{5,6}|(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}", re.ASCII)

_NOT_SET = "It is not set."
_STRANGE = "It has characters that do not belong there."
_BAD_URL = "It must begin with https://; http:// is only for this computer itself."
_BAD_SENDER = "It must be a number with + and country code, a Messaging Service (MG…) or a name."
_BAD_RETENTION = "It can be “discard” or nothing."
_NO_CONNECTION = "Twilio cannot be reached."
_REFUSED = "Twilio does not accept the account or its token."
_CLOSED = "The account at Twilio is suspended or closed."
_TRIAL = (
    "The account is a trial: Twilio puts words before each text and reaches only verified numbers."
)


class Forgot(Enum):
    """What became of a message that Twilio was asked to forget."""

    DELETED = auto()
    EMPTIED = auto()  #: its text is gone; number and time stay
    REFUSED = auto()  #: all of it stays
    ABSENT = auto()  #: this account has no such message, or none any more


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """One message as Twilio's list has it."""

    sid: str
    inbound: bool
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    service: str
    text: str = field(repr=False)
    word: object
    error: object
    created_at: datetime


class TwilioChannel:
    """An account at Twilio, or a server that speaks like it."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime],
        *,
        timeouts: tuple[float, float] = TIMEOUTS,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._timeouts = timeouts
        self._sender = settings.twilio_sender
        self._is_service = bool(_SERVICE.fullmatch(self._sender))

    def close(self) -> None:
        """Let go of the connections."""
        if "_client" in vars(self):
            self._client.http_client.close()

    def check(self) -> list[Problem]:
        """Look at the settings, then ask for the account; only a clear no is a problem."""
        wrong = _wrong_settings(self._settings)
        if wrong:
            return wrong
        what = self._account_problem()
        return [Problem(where="TWILIO_ACCOUNT_SID", what=what)] if what else []

    def send(self, attempt: Attempt) -> Receipt:
        """Create the message, to be dropped when the hours end before it has left.

        Raises:
            ChannelError: it was surely not taken, and no other one would be now.
        """
        parameters, messages = self._parameters(attempt), self._client.messages
        try:
            made = messages.create(**parameters)
            return self._receipt(_sid(made.sid), made.status, made.error_code)
        except LostError as lost:
            return self._unknown(lost.code)
        except RefusedError as refused:
            return self._refusal(refused)
        except UNREADABLE:
            return self._unknown(NONSENSE)

    def find(self, attempt: Attempt) -> Receipt | None:
        """Look for it among all that went to its recipient, whatever became of it.

        No filter by date: Twilio's is the date of sending, which a queued message does not have.

        Raises:
            ChannelError: the list cannot be had, whole and readable, now.
        """
        matches = [
            listed
            for listed in self._listing({"To": attempt.recipient})
            if self._is_ours(listed)
            and listed.recipient == attempt.recipient
            and listed.sid not in attempt.earlier
            and listed.created_at >= attempt.claimed_at - _DOUBT
            and _same_words(listed.text, attempt.text)
        ]
        if not matches:
            return None
        first = min(matches, key=lambda listed: listed.created_at)
        return self._receipt(first.sid, first.word, first.error)

    def fetch(
        self, since: datetime, attempts: Sequence[Attempt]
    ) -> Iterator[tuple[Attempt, Receipt] | Reply]:
        """Where the attempts stand that have a provider's id, and the replies; each may come again.

        Raises:
            ChannelError: the list cannot be had now.
        """
        assert self._client  # noqa: S101  # it says what is not set
        wanted = {one.provider_id: one for one in attempts if one.provider_id}
        for filters, back_to in self._to_read(since - _DOUBT, wanted):
            for listed in self._listing(filters, back_to):
                if listed.inbound:
                    reply = self._reply(listed)
                    if reply and reply.at >= since - _DOUBT:
                        yield reply
                elif listed.sid in wanted:
                    receipt = self._receipt(listed.sid, listed.word, listed.error)
                    yield wanted[listed.sid], receipt

    def forget(self, provider_id: str) -> Forgot:
        """Have a message deleted, or where that is refused at least its text.

        Raises:
            ChannelError: nobody can be asked now; it may be there still.
        """
        where = self._url(f"/Messages/{_sid(provider_id)}.json")
        try:
            if self._is_done("DELETE", where):
                return Forgot.DELETED
            return Forgot.EMPTIED if self._is_done("POST", where, {"Body": ""}) else Forgot.REFUSED
        except RefusedError:
            return Forgot.ABSENT

    def _is_done(self, method: str, url: str, data: dict[str, str] | None = None) -> bool:
        """Whether a message is so now; a no to this one alone is none to the others.

        Raises:
            RefusedError: it is not there.
            ChannelError: it cannot be asked now.
        """
        try:
            answer = self._client.request(method, url, data=data)
            if method == "DELETE":
                return _is_empty(answer)
            return not json_answer.read(answer.text)["body"]
        except RefusedError as refused:
            if refused.code == _NOT_FOUND:
                raise
            _check_alone(refused)
            return False
        except LostError:
            raise UnreachableError(channel=NAME) from None
        except UNREADABLE:
            raise NonsenseError(channel=NAME) from None

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401  # the SDK has no types
        wrong = _wrong_settings(self._settings)
        if wrong:
            raise ChannelNotReadyError(problems=tuple(wrong))
        return twilio_wire.client(self._settings, self._timeouts, self._clock)

    def _parameters(self, attempt: Attempt) -> dict[str, object]:
        left = (attempt.until - self._clock()).total_seconds()
        if left < _TOO_LATE:
            raise TooLateError(channel=NAME)
        parameters: dict[str, object] = {
            "to": attempt.recipient,
            "body": attempt.text,
            "messaging_service_sid" if self._is_service else "from_": self._sender,
            "validity_period": min(int(left) - _MARGIN, _LONGEST_VALIDITY),
        }
        if self._settings.twilio_content_retention:
            parameters["content_retention"] = self._settings.twilio_content_retention
        return parameters

    def _receipt(self, sid: str, word: object, error: object) -> Receipt:
        """What the status word and the error code of a message say."""
        known = word if isinstance(word, str) and _WORD.fullmatch(word) else ""
        status = STATUSES.get(known, Status.ACCEPTED)
        if status is not Status.UNDELIVERED:
            return Receipt(status=status, at=self._clock(), provider_id=sid, code=known)
        code = code_of(error)
        return Receipt(
            status=status,
            at=self._clock(),
            provider_id=sid,
            code=str(code or known),
            fault=FAULTS.get(code, Fault.UNCLEAR),
        )

    def _unknown(self, code: str) -> Receipt:
        return Receipt(status=Status.UNKNOWN, at=self._clock(), code=code, fault=Fault.UNKNOWN)

    def _refusal(self, refused: RefusedError) -> Receipt:
        """A no to this message as a receipt; a no to all of them raises."""
        if is_open(refused.status):
            return self._unknown(f"http {refused.status}")
        error = error_of(refused)
        if error:
            raise error from None
        fault = FAULTS.get(refused.code, Fault.UNCLEAR)
        return Receipt(
            status=Status.UNKNOWN if fault is Fault.UNKNOWN else Status.REJECTED,
            at=self._clock(),
            code=str(refused.code or f"http {refused.status}"),
            fault=fault,
        )

    def _account_problem(self) -> str:
        try:
            account = json_answer.read(self._client.request("GET", self._url(".json")).text)
            standing, kind = account.get("status"), account.get("type")
        except UnreachableError:
            return _NO_CONNECTION
        except RefusedError as refused:
            error = error_of(refused)
            if isinstance(error, AccountClosedError):
                return _CLOSED
            return _REFUSED if isinstance(error, CredentialsError) else ""
        except (LostError, *UNREADABLE):
            return ""
        if standing in ("suspended", "closed"):
            return _CLOSED
        return _TRIAL if kind == "Trial" else ""

    def _url(self, rest: str) -> str:
        account = f"2010-04-01/Accounts/{self._settings.twilio_account_sid}"
        return str(self._client.api.absolute_url(account + rest))

    def _listing(
        self, filters: Mapping[str, str], back_to: datetime | None = None
    ) -> Iterator[_Listed]:
        """The messages, newest first, to the end or to a page that is all older than that."""
        url, parameters = self._url("/Messages.json"), {**filters, "PageSize": str(_PAGE)}
        asked: set[str] = set()
        while url:
            if url in asked or len(asked) == _MOST_PAGES:
                raise NonsenseError(channel=NAME)
            asked.add(url)
            page, following = self._page(url, parameters)
            yield from page
            if page and back_to and all(listed.created_at < back_to for listed in page):
                return
            url = str(self._client.api.absolute_url(following)) if following else ""
            parameters = {}

    def _page(self, url: str, parameters: Mapping[str, str]) -> tuple[list[_Listed], str]:
        """One page and where the next one is; anything but a whole page is an error."""
        try:
            answer = json_answer.read(self._client.request("GET", url, params=parameters).text)
            messages, following = answer["messages"], answer.get("next_page_uri") or ""
            if not isinstance(messages, list) or not isinstance(following, str):
                raise NonsenseError(channel=NAME)
            return [_listed(message) for message in messages], following
        except RefusedError as refused:
            if is_open(refused.status):
                raise UnreachableError(channel=NAME) from None
            raise (error_of(refused) or NonsenseError(channel=NAME)) from None
        except LostError as lost:
            kind = NonsenseError if lost.code == NONSENSE else UnreachableError
            raise kind(channel=NAME) from None
        except UNREADABLE:
            raise NonsenseError(channel=NAME) from None

    def _to_read(
        self, replies_from: datetime, wanted: Mapping[str, Attempt]
    ) -> Iterator[tuple[dict[str, str], datetime]]:
        """Which lists have the receipts and replies, and how far back."""
        claimed = [attempt.claimed_at - _DOUBT for attempt in wanted.values()]
        if self._is_service:
            # Its numbers are not known here: the whole account's list, for both.
            yield {}, min([replies_from, *claimed])
            return
        if claimed:
            yield {"From": self._sender}, min(claimed)
        if _NUMBER.fullmatch(self._sender):
            yield {"To": self._sender}, replies_from

    def _is_ours(self, listed: _Listed) -> bool:
        if listed.inbound:
            return False
        if self._is_service:
            return listed.service in (self._sender, "")
        return listed.sender.casefold() == self._sender.casefold()

    def _reply(self, listed: _Listed) -> Reply | None:
        """A text to us; one from a short code or another messenger is nobody's in the book."""
        to_us = self._is_service or listed.recipient == self._sender
        if not to_us or not _NUMBER.fullmatch(listed.sender):
            return None
        return Reply(
            channel="twilio",
            sender=E164(listed.sender),
            text=listed.text,
            at=listed.created_at,
            provider_id=listed.sid,
        )


def _is_empty(answer: Any) -> bool:  # noqa: ANN401  # the SDK has no types
    """Whether a deletion was done; whoever answers it with words is not Twilio.

    Raises:
        ValueError: it is no such answer.
    """
    if answer.status_code != _NO_CONTENT:
        raise ValueError
    return True


def _check_alone(refused: RefusedError) -> None:
    """See that a no is about one message only.

    Raises:
        ChannelError: it is about more.
    """
    if is_open(refused.status):
        raise UnreachableError(channel=NAME)
    if error := error_of(refused):
        raise error


def setup_steps() -> tuple[str, ...]:
    """How an account is made ready, a sentence a step."""
    return (
        "Read first what kit plan --via twilio says of each country: often it is not allowed.",
        "Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN as the account's console shows them.",
        "Set KIT_TWILIO_SENDER to your number there, or to a Messaging Service (MG…).",
    )


def _wrong_settings(settings: Settings) -> list[Problem]:
    """What in the settings cannot be used, by the name of the setting."""
    found = {}
    secrets = {
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
    }
    for name, secret in secrets.items():
        if not re.fullmatch(r"[\w-]+", secret, re.ASCII):
            found[name] = _STRANGE if secret else _NOT_SET
    sender = settings.twilio_sender
    if not any(form.fullmatch(sender) for form in (_NUMBER, _SERVICE, _SHORT_OR_NAME)):
        found["KIT_TWILIO_SENDER"] = _BAD_SENDER if sender else _NOT_SET
    if not _is_safe(settings.twilio_base_url or twilio_wire.URL):
        found["KIT_TWILIO_BASE_URL"] = _BAD_URL
    if settings.twilio_content_retention not in ("", "discard"):
        found["KIT_TWILIO_CONTENT_RETENTION"] = _BAD_RETENTION
    return [Problem(where=name, what=what) for name, what in found.items()]


def _is_safe(url: str) -> bool:
    """Whether nobody on the way can read what goes there."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username) and port != 0
    encrypted = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))
    return bool(parts.hostname) and plain and encrypted


def _listed(message: Mapping[str, Any]) -> _Listed:
    """A message of the list.

    Raises:
        ValueError, TypeError, LookupError, AttributeError: it is not one.
    """
    return _Listed(
        sid=_sid(message["sid"]),
        inbound=_text(message.get("direction")).startswith("inbound"),
        sender=_text(message["from"]),
        recipient=_text(message["to"]),
        service=_text(message.get("messaging_service_sid")),
        text=_text(message["body"]),
        word=message["status"],
        error=message.get("error_code"),
        created_at=twilio_wire.moment(message["date_created"]),
    )


def _text(value: object) -> str:
    """A text, which may be missing."""
    if not isinstance(value, str | None):
        raise TypeError
    return value or ""


def _sid(value: object) -> str:
    """The id of a message.

    Raises:
        ValueError: it is not one.
    """
    if not isinstance(value, str) or not _SID.fullmatch(value):
        raise ValueError
    return value


def _same_words(listed: str, text: str) -> bool:
    """Whether it is the text: kept no longer, or the same letters, whatever came before.

    A Messaging Service may write other quotation marks and dashes than it was given, and a trial
    account puts words of Twilio's first.
    """
    return not listed or _letters(listed).endswith(_letters(text))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
