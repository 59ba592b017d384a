"""The borrower's own Android phone: an attempt goes in by HTTP, SMSGate on the phone texts it.

The id we give is its key against sending twice, known to one phone only. Its queue sends the newest
first, so few are handed over at a time. What it says is read in `smsgate`.
"""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kit.channels import json_answer, smsgate
from kit.errors import (
    ChannelError,
    ChannelNotReadyError,
    CredentialsError,
    NonsenseError,
    PhoneBusyError,
    TooManyRequestsError,
    UnreachableError,
)
from kit.model import Fault, Problem, Status
from kit.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    import httpx

    from kit.model import Attempt, Receipt, Reply
    from kit.settings import Settings

#: Texts the phone may hold unsent; the newest of them goes first.
LOT = 10
_POLL_S = 3.0
_POLLS = 10

#: Of what others have put into its queue.
_ID = re.compile(r"[\w-]{1,36}")

_NAME = "SMSGate"
_CONNECT_S = 5.0
_READ_S = 20.0
_LARGEST_ANSWER = 1_000_000
#: Not JSON, and not the empty answer either.
_TOO_LARGE = b"too large"
_PAGE = 100
_MOST_PAGES = 50
_LONGEST_PAUSE_S = 3600
_NOT_TAKEN = range(300, 500)
_TIMED_OUT = 408

_MISSING = "This setting is missing."
_NOT_AN_ADDRESS = "The address must look like http://192.168.43.1:8080, with no name or password."
_SILENT = "Nothing answers there; is the phone in the same network, and its Local Server online?"
_NOT_SMSGATE = "What answers there is not SMSGate, or has no phone."
_REFUSED = "The phone does not accept this user name and password."
_SEVERAL = "There are {count} phones; set this to the id of the one that is to send."
_OTHER_DEVICE = "No phone with this id is there."
_IN_THE_CLEAR = (
    "Texts and numbers cross the network in the clear: "
    "use the phone's own hotspot or USB, not a shared Wi-Fi."
)


class AndroidChannel:
    """SMSGate on the borrower's phone."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime],
        wait: Callable[[float], None] = time.sleep,
        *,
        read_s: float = _READ_S,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._wait = wait
        self._gateway = _Gateway(settings, read_s)
        #: what the phone has and has not sent, as far as we know; nothing: not asked yet
        self._held: set[str] | None = None
        self._device: str | None = None

    def close(self) -> None:
        """Let go of the connection."""
        self._gateway.close()

    def check(self) -> list[Problem]:
        """Settings, the way to the phone, the password, and which phone it is."""
        problems = _of_settings(self._settings)
        if problems:
            return problems
        try:
            self._gateway.request("GET", "/health")
            device, problems = self._which()
        except (CredentialsError, NonsenseError, TooManyRequestsError, UnreachableError) as error:
            return [_problem_of(error)]
        self._device = None if problems else device
        return problems

    def send(self, attempt: Attempt) -> Receipt:
        """Hand one text over to the phone, as soon as it holds fewer than a lot.

        Raises:
            ChannelError: it was surely not taken.
        """
        device = self._pinned()
        self._await_room()
        request = smsgate.request_of(attempt, device)
        try:
            answer = self._gateway.once("POST", "/messages", request)
        except _LostError:
            return self._not_known(attempt)
        return self._outcome(attempt, answer)

    def find(self, attempt: Attempt) -> Receipt | None:
        """What the phone says of it; nothing only where the phone itself says that it has none.

        Raises:
            ChannelError: it cannot be asked now.
        """
        self._ready()
        message = self._message(attempt.id)
        if message is not None:
            return smsgate.receipt_of(attempt, message, self._clock())
        # Every server says 404 of what it does not know: it must be this phone that says so.
        device, problems = self._which()
        if problems or device != (self._device or device):
            raise NonsenseError(channel=_NAME)
        return None

    def fetch(
        self, since: datetime, attempts: Sequence[Attempt]
    ) -> Iterator[tuple[Attempt, Receipt] | Reply]:
        """How these attempts stand, then what came in since.

        Raises:
            ChannelError: it cannot be asked now.
        """
        self._ready()
        for attempt in attempts:
            message = self._message(attempt.id)
            if message is not None:
                yield attempt, smsgate.receipt_of(attempt, message, self._clock())
        yield from self._replies(since)

    # --- one text ---------------------------------------------------------------------

    def _outcome(self, attempt: Attempt, answer: _Answer) -> Receipt:
        match answer.status:
            case 200 | 201 | 202:
                return self._taken(attempt, answer.json())
            case 409:
                return self._taken_before(attempt)
            case 400 if isinstance(refusal := answer.json(), dict):
                return self._refused(attempt, str(refusal.get("message", "")))
        answer.raise_refusal()
        if answer.status in _NOT_TAKEN and answer.status != _TIMED_OUT:
            raise NonsenseError(channel=_NAME)
        return self._not_known(attempt)

    def _taken(self, attempt: Attempt, message: object) -> Receipt:
        """It has it; what it says of the recipient is what we said."""
        if not isinstance(message, dict) or not smsgate.state_of(message):
            return self._not_known(attempt)
        self._hold(attempt, smsgate.state_of(message))
        return smsgate.own_receipt_of(attempt, message, self._clock())

    def _taken_before(self, attempt: Attempt) -> Receipt:
        """The id is known there, whatever the number and text: those are not compared."""
        try:
            message = self._message(attempt.id)
        except ChannelError:
            message = None
        if message is None:
            return self._not_known(attempt)
        self._hold(attempt, smsgate.state_of(message))
        return smsgate.receipt_of(attempt, message, self._clock())

    def _refused(self, attempt: Attempt, said: str) -> Receipt:
        if smsgate.OTHER_DEVICE in said:
            raise ChannelNotReadyError(problems=(_problem("DEVICE", _OTHER_DEVICE),))
        return smsgate.refusal_of(attempt, said, self._clock())

    def _not_known(self, attempt: Attempt) -> Receipt:
        self._hold(attempt, "")
        return smsgate.receipt(attempt, Status.UNKNOWN, self._clock(), fault=Fault.UNKNOWN)

    def _message(self, id_: str) -> dict[str, object] | None:
        """The message of that id, or nothing where there is none.

        Raises:
            ChannelError: the answer is neither.
        """
        message = self._gateway.get(f"/messages/{id_}")
        if message is None:
            return None
        if isinstance(message, dict) and message.get("id") == id_ and smsgate.state_of(message):
            return message
        raise NonsenseError(channel=_NAME)

    # --- lots -------------------------------------------------------------------------

    def _await_room(self) -> None:
        """Wait until the phone holds fewer than a lot.

        Raises:
            PhoneBusyError: it has sent none for a while.
        """
        if self._held is None:
            self._held = self._queued()
        for _ in range(_POLLS):
            if self._has_room(self._held):
                return
            self._wait(_POLL_S)
        if not self._has_room(self._held):
            raise PhoneBusyError(count=len(self._held))

    def _has_room(self, held: set[str]) -> bool:
        for id_ in sorted(held) if len(held) >= LOT else ():
            message = self._message(id_)
            if message is None or smsgate.state_of(message) in smsgate.LEFT:
                held.discard(id_)
        return len(held) < LOT

    def _queued(self) -> set[str]:
        """What is left of earlier; a version that cannot tell has nothing."""
        answer = self._gateway.request("GET", "/messages", state="Pending", limit=_PAGE)
        answer.raise_refusal()
        return {id_ for id_ in smsgate.ids_of(answer.json()) if _ID.fullmatch(id_)}

    def _hold(self, attempt: Attempt, state: str) -> None:
        if self._held is not None and state not in smsgate.LEFT:
            self._held.add(attempt.id)

    # --- which phone ------------------------------------------------------------------

    def _ready(self) -> None:
        problems = _of_settings(self._settings)
        if problems:
            raise ChannelNotReadyError(problems=tuple(problems))

    def _pinned(self) -> str:
        """The phone that is to send: ids are known to one phone only, so it must stay the same."""
        self._ready()
        if self._device is None:
            device, problems = self._which()
            if problems:
                raise ChannelNotReadyError(problems=tuple(problems))
            self._device = device
        return self._device

    def _which(self) -> tuple[str, list[Problem]]:
        """The phone's id, or why none can be chosen."""
        ids = self._devices()
        wanted = self._settings.android_device
        if wanted and wanted not in ids:
            return "", [_problem("DEVICE", _OTHER_DEVICE)]
        if not wanted and len(ids) > 1:
            return "", [_problem("DEVICE", _SEVERAL, count=len(ids))]
        return wanted or ids[0], []

    def _devices(self) -> list[str]:
        """The phones there are; the path has changed from one version to the next.

        Raises:
            ChannelError: there is none, or it is not SMSGate that answers.
        """
        listed = self._gateway.get("/devices")
        if listed is None:
            listed = self._gateway.get("/device")
        ids = smsgate.ids_of(listed)
        if not ids and (listed is not None or not self._answers_as_one()):
            raise NonsenseError(channel=_NAME)
        return ids or [""]

    def _answers_as_one(self) -> bool:
        """Whether a gateway that lists no phones is one all the same: one phone, with no name."""
        return isinstance(self._gateway.get("/messages", limit=1), list)

    # --- replies ----------------------------------------------------------------------

    def _replies(self, since: datetime) -> Iterator[Reply]:
        """Each once, however often the phone lists it."""
        span = {"from": smsgate.written(since), "to": smsgate.written(self._clock())}
        # Asks Android for what came while the app slept; a version that cannot has what it heard.
        asked = {"since": span["from"], "until": span["to"], "triggerWebhooks": False}
        with suppress(_LostError):
            self._gateway.once("POST", "/inbox/refresh", body=asked)
        seen: set[str] = set()
        for row in self._inbox(span):
            reply = smsgate.reply_of(row, self._clock())
            if reply and reply.provider_id not in seen:
                seen.add(reply.provider_id)
                yield reply

    def _inbox(self, span: Mapping[str, str]) -> Iterator[object]:
        for page in range(_MOST_PAGES):
            rows = self._gateway.get("/inbox", **span, limit=_PAGE, offset=page * _PAGE)
            if rows is None:
                return
            if not isinstance(rows, list):
                raise NonsenseError(channel=_NAME)
            yield from rows
            if len(rows) < _PAGE:
                return


def advice(settings: Settings) -> list[Problem]:
    """What stops nothing and should be known."""
    url = settings.android_url
    if _is_address(url) and urlsplit(url).scheme == "http" and not is_loopback(url):
        return [_problem("URL", _IN_THE_CLEAR)]
    return []


def setup_steps() -> tuple[str, ...]:
    """How the phone is made ready, a sentence a step."""
    return (
        "Install SMSGate on the Android phone, from github.com/capcom6/android-sms-gateway.",
        "Let it send texts; to see replies here, let it read and receive them too.",
        "Turn Local Server on and tap Offline at the bottom, so that it says Online.",
        "Note the local address, the user name and the password that it shows.",
        "Set KIT_ANDROID_URL, KIT_ANDROID_USER and KIT_ANDROID_PASSWORD to them.",
        "Keep the phone charging and the app open while texts go out.",
    )


# --- settings -------------------------------------------------------------------------


def _of_settings(settings: Settings) -> list[Problem]:
    given = {
        "URL": settings.android_url,
        "USER": settings.android_user,
        "PASSWORD": settings.android_password,
    }
    missing = [_problem(name, _MISSING) for name, value in given.items() if not value]
    if settings.android_url and not _is_address(settings.android_url):
        missing.append(_problem("URL", _NOT_AN_ADDRESS))
    return missing


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        usable = parts.port != 0 and parts.username is None and not (parts.query or parts.fragment)
    except ValueError:
        return False
    return usable and parts.scheme in ("http", "https") and bool(parts.hostname)


def _problem(name: str, what: str, **facts: object) -> Problem:
    return Problem(where=f"KIT_ANDROID_{name}", what=what, facts=facts)


def _problem_of(error: ChannelError) -> Problem:
    if isinstance(error, CredentialsError):
        return _problem("USER", _REFUSED)
    return _problem("URL", _NOT_SMSGATE if isinstance(error, NonsenseError) else _SILENT)


# --- HTTP -----------------------------------------------------------------------------


class _LostError(Exception):
    """The connection was made, and then there was no whole answer."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came back."""

    status: int
    body: bytes = field(repr=False)
    retry_after: str = ""

    def json(self) -> object:
        """What it says, or nothing when it is not JSON."""
        try:
            said: object = json_answer.read(self.body)
        except (ValueError, RecursionError):
            return None
        return said

    def raise_refusal(self) -> None:
        """Raise what is the same for every request.

        Raises:
            CredentialsError: the password is not accepted.
            TooManyRequestsError: it wants no more for now.
        """
        if self.status in (401, 403):
            raise CredentialsError(channel=_NAME)
        if self.status in (429, 503):
            seconds = self.retry_after if re.fullmatch(r"\d{1,6}", self.retry_after) else ""
            pause = min(float(seconds), _LONGEST_PAUSE_S) if seconds else None
            raise TooManyRequestsError(channel=_NAME, retry_after_s=pause)


class _Gateway:
    """Requests to one address; a connection each, so that none is found closed."""

    def __init__(self, settings: Settings, read_s: float) -> None:
        self._settings = settings
        self._read_s = read_s
        self._opened: httpx.Client | None = None

    def get(self, path: str, **query: str | int) -> object:
        """What it has there; nothing: it has none.

        Raises:
            ChannelError: it cannot be asked, or the answer is none.
        """
        answer = self.request("GET", path, **query)
        answer.raise_refusal()
        said = answer.json()
        # The app says an empty 404, a server in front of it one in JSON; a page is somebody else's.
        if answer.status == 404 and (not answer.body or isinstance(said, dict)):  # noqa: PLR2004
            return None
        if answer.status != 200 or said is None:  # noqa: PLR2004
            raise NonsenseError(channel=_NAME)
        return said

    def request(self, method: str, path: str, body: object = None, **query: str | int) -> _Answer:
        """Ask for what may be asked again.

        Raises:
            UnreachableError: there was no whole answer.
        """
        try:
            return self.once(method, path, body, **query)
        except _LostError:
            raise UnreachableError(channel=_NAME) from None

    def once(self, method: str, path: str, body: object = None, **query: str | int) -> _Answer:
        """Send one request, and take the answer as it comes.

        Raises:
            UnreachableError: surely nothing was sent.
            _LostError: it may have been.
        """
        import httpx

        never_sent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.InvalidURL)
        try:
            with self._client().stream(method, path, json=body, params=query) as response:
                return _Answer(
                    status=response.status_code,
                    body=_body_of(response),
                    retry_after=response.headers.get("retry-after", ""),
                )
        except never_sent:
            raise UnreachableError(channel=_NAME) from None
        except httpx.HTTPError:
            raise _LostError from None

    def close(self) -> None:
        """Let go of the connection."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _client(self) -> httpx.Client:
        if self._opened is None:
            import httpx

            url = self._settings.android_url
            self._opened = httpx.Client(
                base_url=url.rstrip("/"),
                auth=httpx.BasicAuth(self._settings.android_user, self._settings.android_password),
                headers={"accept": "application/json", "accept-encoding": "identity"},
                timeout=httpx.Timeout(self._read_s, connect=_CONNECT_S),
                limits=httpx.Limits(max_keepalive_connections=0),
                follow_redirects=False,
                trust_env=False,  # a proxy of the system's would see every text
            )
        return self._opened


def _body_of(response: httpx.Response) -> bytes:
    """The whole of it, unless it is larger than any answer of the app."""
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > _LARGEST_ANSWER:
            return _TOO_LARGE
    return bytes(body)
