"""The door to Twilio: the SDK's requests go out, answers of a bounded size come back.

It takes the place of the SDK's own HTTP client, which has no time-out, loses the headers of a
refusal and logs what it sends.
"""

from __future__ import annotations

import math
import ssl
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from kit import journal
from kit.channels import CAPABILITIES, json_answer
from kit.channels.twilio_codes import NAME, RefusedError, code_of
from kit.errors import UnreachableError
from kit.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    import requests

    from kit.settings import Settings

URL = "https://api.twilio.com"
#: Seconds to connect, and between two bytes: Twilio itself gives up after about 26.
TIMEOUTS = (10.0, 30.0)
#: Bytes of an answer that are read: one message, or a page of a thousand.
_MOST_BYTES = {"POST": 2_000_000, "GET": 8_000_000, "DELETE": 2_000_000}

#: What reading an answer can raise that is not one.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)
NONSENSE = "nonsense"


class LostError(Exception):
    """Something may have left, and no answer that can be read came back."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def client(settings: Settings, timeouts: tuple[float, float], clock: Callable[[], datetime]) -> Any:  # noqa: ANN401  # the SDK has no types
    """The SDK's client for this account and address."""
    from twilio.rest import Client

    url = settings.twilio_base_url or URL
    made = Client(
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        http_client=_Wire(url, timeouts, clock),
    )
    # It looks for an edge and a region by itself, and would write them into any host's name.
    made.edge = made.region = None
    made.api.base_url = url
    return made


class _Wire:
    """Asks once, waits a while, reads so much, logs nothing."""

    def __init__(
        self, url: str, timeouts: tuple[float, float], clock: Callable[[], datetime]
    ) -> None:
        import requests
        from requests.adapters import HTTPAdapter

        self._timeouts = timeouts
        self._clock = clock
        self._session = requests.Session()
        self._session.trust_env = not is_loopback(url)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=CAPABILITIES["twilio"].threads))
        # They write the address of a list, and its filter is a number.
        journal.hush("twilio.http_client", "urllib3.connectionpool")

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def request(self, method: str, url: str, **asked: Any) -> object:  # noqa: ANN401
        """Ask once; redirects are not followed.

        Raises:
            UnreachableError: nothing was sent.
            LostError: something may have been.
            RefusedError: the answer is not a yes.
        """
        from twilio.http.response import Response
        from urllib3.exceptions import HTTPError

        chosen = {name: asked.get(name) for name in ("params", "data", "headers", "auth")}
        try:
            with self._session.request(
                method, url, **chosen, timeout=self._timeouts, allow_redirects=False, stream=True
            ) as answer:
                text = _read(answer, _MOST_BYTES[method])
        except (OSError, HTTPError) as error:
            raise _lost(error) from None
        if not 200 <= answer.status_code < 300:  # noqa: PLR2004  # RFC 9110 section 15.3
            raise RefusedError(
                answer.status_code,
                _code_of(text),
                _wait(answer.headers.get("Retry-After", ""), self._clock()),
            )
        return Response(answer.status_code, text, answer.headers)


def _read(answer: requests.Response, most: int) -> str:
    """The body, unless there is more than can be an answer."""
    body = bytearray()
    for chunk in answer.iter_content(65536):
        body += chunk
        if len(body) > most:
            raise LostError(NONSENSE)
    return body.decode("utf-8", errors="replace")


def _lost(error: Exception) -> UnreachableError | LostError:
    """Whether anything can have left: not before there was a connection whose other end is known.

    A connection kept open that the other end has dropped looks like an answer cut off; so be it.
    """
    from requests import exceptions as failed
    from urllib3.exceptions import NewConnectionError, ReadTimeoutError

    before = (
        *(failed.ConnectTimeout, failed.ProxyError, NewConnectionError),
        *(ssl.SSLCertVerificationError, failed.InvalidURL, failed.InvalidSchema),
    )
    causes = list(_causes(error))
    if any(isinstance(cause, before) for cause in causes):
        return UnreachableError(channel=NAME)
    slow = any(isinstance(cause, (failed.Timeout, ReadTimeoutError)) for cause in causes)
    return LostError("timeout" if slow else "cut")


def _causes(error: object) -> Iterator[BaseException]:
    """The error and what it wraps, as requests and urllib3 do."""
    while isinstance(error, BaseException):
        yield error
        reason = getattr(error, "reason", None)
        error = reason or (error.args[0] if error.args else None)


def _code_of(text: str) -> int:
    """The code in the JSON of a refusal, or 0."""
    try:
        return code_of(json_answer.read(text).get("code"))
    except UNREADABLE:
        return 0


def _wait(text: str, now: datetime) -> float | None:
    """The seconds of a Retry-After, RFC 9110 section 10.2.3: a number or a date."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (moment(text) - now).total_seconds()
        except UNREADABLE:
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def moment(text: str) -> datetime:
    """A date of RFC 2822 section 3.3, in UTC.

    Raises:
        ValueError: it is not one.
    """
    found = parsedate_to_datetime(text)
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
