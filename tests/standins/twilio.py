"""A stand-in for Twilio's messages: HTTP requests come in, answers go out as they are scripted.

    with TwilioStandin() as standin: ...            in a test
    python tests/standins/twilio.py --port 0        as a process; its first line is the port

`/_control` gives the state as JSON, and takes fields of `Conduct`, `deliver` and `reply` as JSON.
It parses no more of HTTP than it needs, for it must not be what a benchmark measures.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import random
import re
import socket
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlencode

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "a-token-of-nobody"  # noqa: S105  # of nobody
NUMBER = "+12025550100"
SERVICE = "MG" + "0" * 31 + "1"

_MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
_REASONS = {200: "OK", 201: "Created", 400: "Bad Request", 429: "Too Many Requests"}
_E164 = re.compile(r"\+[1-9]\d{6,14}")

#: One step of a script, such as `{"do": "fail", "status": 503}`; what each does is in `_create`.
Step = dict[str, Any]
Fields = dict[str, str]


@dataclass
class Conduct:
    """How the stand-in behaves; nothing is wrong with it at first."""

    #: what happens to creates, by recipient, one step each; `*` is whoever comes
    script: dict[str, list[Step]] = field(default_factory=dict)
    #: what happens to reads, one step each
    reads: list[Step] = field(default_factory=list)
    #: what happens to deletions and redactions, one step each
    forgets: list[Step] = field(default_factory=list)
    #: steps with a `share` of all creates, drawn by the seed
    rate: list[Step] = field(default_factory=list)
    seed: int = 1
    #: creates in any second; more are refused with 429
    per_second: int | None = None
    #: the Retry-After of those refusals, in seconds
    retry_after: int | None = None
    latency_s: float = 0
    #: the status word of a create
    word: str = "queued"
    #: seconds until a message is delivered by itself; never when nothing
    delivers_after_s: float | None = None
    #: messages after which the account is suspended
    suspended_after: int | None = None
    token: str = TOKEN
    account: dict[str, str] | None = field(
        default_factory=lambda: {"status": "active", "type": "Full"}
    )
    #: to whom a trial account may send
    verified: list[str] = field(default_factory=list)
    landlines: list[str] = field(default_factory=list)
    #: who wants no more
    opted_out: list[str] = field(default_factory=list)
    #: whether lists have everything, whatever was asked for
    ignores_filters: bool = False
    #: the longest page it gives
    page: int = 1000


@dataclass(frozen=True)
class Answer:
    """What goes back; without a status the line is cut."""

    status: int = 0
    body: bytes = b""
    headers: str = "Content-Type: application/json\r\n"
    after_s: float = 0
    #: how many of its last bytes never come, before the line is cut
    torn: int = 0


CUT = Answer()
_HTML = Answer(
    200, b"<!doctype html><title>Welcome to the hotel</title>", "Content-Type: text/html\r\n"
)


def _json(status: int, value: object) -> Answer:
    return Answer(status, json.dumps(value).encode())


def _problem(status: int, code: int | None, recipient: str = "") -> Answer:
    """An error as Twilio gives it, with the number in its words."""
    said = {"message": f"No: {recipient}", "more_info": "https://example.org", "status": status}
    return _json(status, said if code is None else {"code": code, **said})


def _busy(step: Step) -> Answer:
    answer = _problem(429, 20429)
    if step.get("retry_after") is None:
        return answer
    return replace(answer, headers=f"{answer.headers}Retry-After: {step['retry_after']}\r\n")


def _huge(_: Step) -> Answer:
    """An answer with nothing wrong but its size."""
    return _json(200, {"sid": "SM1", "messages": [], "end": " " * 10_000_000})


#: What a step answers without looking at the request.
_PLAIN: dict[str, Callable[[Step], Answer]] = {
    "cut": lambda step: replace(CUT, after_s=step.get("seconds", 0)),
    "tear": lambda _: Answer(200, b'{"messages": []}', torn=3),
    "tear head": lambda _: Answer(200, torn=30),
    "garble": lambda _: Answer(200, headers="Content-Length: 7\r\n", body=b"{}"),
    "busy": _busy,
    "html": lambda _: _HTML,
    "huge": _huge,
    "fail": lambda step: _problem(step.get("status", 503), step.get("code")),
    "refuse": lambda step: _problem(step.get("status", 400), step.get("code"), step.get("to", "")),
    "say": lambda step: Answer(step.get("status", 200), step["body"].encode()),
}
#: Only of these Twilio deletes or empties a message.
_ENDED = {"delivered", "undelivered", "failed", "canceled", "read", "received"}


class TwilioStandin:
    """A server on this computer, and what tests want of it."""

    def __init__(
        self, clock: Callable[[], datetime] = lambda: datetime.now(UTC), port: int = 0
    ) -> None:
        self.conduct = Conduct()
        self.messages: list[dict[str, Any]] = []
        self.requests = {"create": 0, "list": 0, "account": 0, "control": 0, "forget": 0}
        self.too_many = 0
        self._made = 0
        #: the form of every create, as it came
        self.forms: list[Fields] = []
        #: the second at which each create came that was not too many
        self.came_at: list[float] = []
        self._clock = clock
        self._by_recipient: dict[str, list[dict[str, Any]]] = {}
        self._recent: deque[float] = deque()
        self._busy_until = 0.0
        self._random = random.Random(self.conduct.seed)  # noqa: S311  # it draws no secret
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._lines: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._server = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def again(self) -> Self:
        """Come back after a stop, on the same port and with what was taken."""
        self._over.clear()
        self._server = socket.create_server(("127.0.0.1", self.port), backlog=128)
        return self

    def stop(self) -> None:
        """Refuse every line, and cut those that are open."""
        self._over.set()
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        with self._lock:
            for line in self._lines:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    # --- what tests say ---------------------------------------------------------------------

    def script(self, recipient: str, *steps: Step) -> None:
        """What happens to the next creates for a recipient; `*` is anybody."""
        self.conduct.script.setdefault(recipient, []).extend(steps)

    def deliver(self, which: str, status: str = "delivered", code: int | None = None) -> None:
        """Change the status of a message, or of all for a recipient; any order is allowed."""
        with self._lock:
            for message in self.messages:
                if which in (message["sid"], message["to"]):
                    message.update(status=status, error_code=code)

    def reply(self, sender: str, text: str, times: int = 1, to: str = NUMBER) -> str:
        """A text from somebody to us, which the list may have more than once."""
        with self._lock:
            message = self._message({"To": to, "From": sender, "Body": text}, "inbound", "received")
            self.messages += [message] * times
            self._by_recipient.setdefault(to, []).extend([message] * times)
            return str(message["sid"])

    def of(self, recipient: str) -> list[dict[str, Any]]:
        """The messages to somebody, the first one first."""
        return [m for m in self._by_recipient.get(recipient, []) if m["direction"] != "inbound"]

    def state(self) -> dict[str, Any]:
        """What has come in so far."""
        with self._lock:
            shown = ("sid", "to", "from", "body", "status", "direction")
            return {
                "messages": [
                    {name: m[name] for name in shown} | {"created": m["date_created"]}
                    for m in self.messages
                ],
                "requests": self.requests,
                "too_many": self.too_many,
                "came_at": self.came_at,
            }

    def change(self, wishes: dict[str, Any]) -> None:
        """Set fields of the conduct; `deliver` and `reply` are lists of their arguments."""
        with self._lock:
            for known in fields(Conduct):
                if known.name in wishes:
                    setattr(self.conduct, known.name, wishes[known.name])
            if "seed" in wishes:
                self._random.seed(wishes["seed"])
            for arguments in wishes.get("deliver", []):
                self.deliver(*arguments)
            for arguments in wishes.get("reply", []):
                self.reply(*arguments)

    # --- lines ------------------------------------------------------------------------------

    def _start(self, run: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._lines.add(line)
            self._start(self._serve, line)

    def _serve(self, line: socket.socket) -> None:
        """Answer one request after another on a line that is kept open."""
        with contextlib.suppress(OSError), line:
            buffer = b""
            while not self._over.is_set():
                head, buffer = _head(line, buffer)
                if not head or self._is_cut_unread(head):
                    return
                body, buffer = _body(line, head, buffer)
                answer = self._answer(head, body)
                if answer.after_s:
                    self._over.wait(answer.after_s)
                if not answer.status:
                    return
                whole = _bytes(answer)
                line.sendall(whole[: len(whole) - answer.torn])
                if answer.torn:
                    return
        with self._lock:
            self._lines.discard(line)

    def _is_cut_unread(self, head: bytes) -> bool:
        waiting = self.conduct.script.get("*")
        if not waiting or waiting[0]["do"] != "cut unread" or not head.startswith(b"POST"):
            return False
        waiting.pop(0)
        return True

    # --- requests ---------------------------------------------------------------------------

    def _answer(self, head: bytes, body: bytes) -> Answer:
        method, target = head.split(b" ", 2)[:2]
        path, _, query = target.decode("latin-1").partition("?")
        if path.startswith("/_control"):
            return self._control(body)
        if not self._is_authorised(head):
            return _problem(401, 20003)
        if path == _MESSAGES + ".json":
            if method == b"POST":
                return self._create(_form(body))
            return self._list(_form(query.encode()))
        if path.startswith(f"{_MESSAGES}/"):
            sid = path.removeprefix(f"{_MESSAGES}/").removesuffix(".json")
            return self._forget(sid, _form(body) if method == b"POST" else None)
        return self._account(path)

    def _control(self, body: bytes) -> Answer:
        self.requests["control"] += 1
        if body:
            self.change(json.loads(body))
        return _json(200, self.state())

    def _is_authorised(self, head: bytes) -> bool:
        secret = base64.b64encode(f"{ACCOUNT}:{self.conduct.token}".encode())
        return b"Basic " + secret in head

    def _account(self, path: str) -> Answer:
        self.requests["account"] += 1
        if self.conduct.reads:
            return self._scripted_read()
        account = self.conduct.account
        if path != _MESSAGES.removesuffix("/Messages") + ".json" or account is None:
            return _problem(404, 20404)
        return _json(200, {"sid": ACCOUNT, "friendly_name": "Nobody", **account})

    def _create(self, form: Fields) -> Answer:
        with self._lock:
            self.requests["create"] += 1
            self.forms.append(form)
            step = self._step(form.get("To", "")) or {"do": "take"}
            answer = self._taken(form, step)
        return replace(answer, after_s=answer.after_s + self.conduct.latency_s)

    def _taken(self, form: Fields, step: Step) -> Answer:
        """The answer to a create; what begins with `store` is kept whatever the answer is."""
        if step["do"] == "be busy":
            self._busy_until = time.monotonic() + step["seconds"]
        plain = _PLAIN.get(step["do"].removeprefix("store and "))
        if plain and not step["do"].startswith("store"):
            return plain({"to": form.get("To", ""), **step})
        refusal = self._refusal(form)
        if refusal:
            return refusal
        message = self._stored(form, step.get("word", self.conduct.word))
        if plain:
            return plain(step)
        return replace(_json(201, message), after_s=step.get("seconds", 0))

    def _forget(self, sid: str, form: Fields | None) -> Answer:
        """Delete a message, or with a form empty its text; the answer can be lost all the same."""
        with self._lock:
            self.requests["forget"] += 1
            step = self.conduct.forgets.pop(0) if self.conduct.forgets else {"do": "take"}
            plain = _PLAIN.get(step["do"].removeprefix("do and "))
            if plain and not step["do"].startswith("do and"):
                return plain(step)
            answer = self._forgotten(sid, form)
        return plain(step) if plain else answer

    def _forgotten(self, sid: str, form: Fields | None) -> Answer:
        found = next((m for m in self.messages if m["sid"] == sid), None)
        if found is None:
            return _problem(404, 20404)
        if found["status"] not in _ENDED:
            return _problem(409, 20009, found["to"])
        if form is not None:
            found["body"] = form.get("Body", found["body"])
            return _json(200, found)
        self.messages = [m for m in self.messages if m["sid"] != sid]
        for of, theirs in self._by_recipient.items():
            self._by_recipient[of] = [m for m in theirs if m["sid"] != sid]
        return Answer(204)

    def _step(self, recipient: str) -> Step | None:
        for name in (recipient, "*"):
            if self.conduct.script.get(name):
                return self.conduct.script[name].pop(0)
        drawn = self._random.random() if self.conduct.rate else 1
        for step in self.conduct.rate:
            drawn -= step["share"]
            if drawn < 0:
                return step
        return None

    def _refusal(self, form: Fields) -> Answer | None:
        """What Twilio would refuse by itself."""
        if self._is_too_fast():
            self.too_many += 1
            return _busy({"retry_after": self.conduct.retry_after})
        recipient, conduct = form.get("To", ""), self.conduct
        account = conduct.account or {}
        wrong = {
            20003: (conduct.suspended_after or len(self.messages) + 1) <= len(self.messages),
            21604: not recipient,
            21603: not (form.get("From") or form.get("MessagingServiceSid")),
            21602: not form.get("Body"),
            21211: not _E164.fullmatch(recipient),
            21610: recipient in conduct.opted_out,
            21614: recipient.startswith(tuple(conduct.landlines)),
            21608: account.get("type") == "Trial" and recipient not in conduct.verified,
            21617: len(form.get("Body", "")) > 1600,
            90007: not 1 <= int(form.get("ValidityPeriod", "36000")) <= 36000,
        }
        code = next((code for code, is_so in wrong.items() if is_so), None)
        return _problem(401 if code == 20003 else 400, code, recipient) if code else None

    def _is_too_fast(self) -> bool:
        now = time.monotonic()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        most = self.conduct.per_second
        if now < self._busy_until or (most is not None and len(self._recent) >= most):
            return True
        if most is not None:
            self._recent.append(now)
        self.came_at.append(now)
        return False

    def _stored(self, form: Fields, word: str) -> dict[str, Any]:
        message = self._message(form, "outbound-api", word)
        if (self.conduct.account or {}).get("type") == "Trial":
            message["body"] = f"Sent from your Twilio trial account - {message['body']}"
        self.messages.append(message)
        self._by_recipient.setdefault(form["To"], []).append(message)
        return message

    def _message(self, form: Fields, direction: str, word: str) -> dict[str, Any]:
        self._made += 1
        sid = f"SM{self._made:032x}"
        now = format_datetime(self._clock())
        return {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": form.get("Body", ""),
            "date_created": now,
            "date_sent": None,
            "date_updated": now,
            "direction": direction,
            "error_code": None,
            "error_message": None,
            "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "num_media": "0",
            "num_segments": "0" if "MessagingServiceSid" in form else "1",
            "price": None,
            "price_unit": "USD",
            "sid": sid,
            "status": word,
            "subresource_uris": {"media": f"{_MESSAGES}/{sid}/Media.json"},
            "to": form["To"],
            "uri": f"{_MESSAGES}/{sid}.json",
        }

    def _list(self, query: Fields) -> Answer:
        with self._lock:
            self.requests["list"] += 1
            if self.conduct.reads:
                return self._scripted_read()
            self._deliver_what_is_due()
            wished = {} if self.conduct.ignores_filters else query
            recipient, sender = wished.get("To"), wished.get("From")
            found = self._by_recipient.get(recipient, []) if recipient else self.messages
            found = [m for m in found if sender in (None, m["from"])]
            return _json(200, self._page(found, query))

    def _scripted_read(self) -> Answer:
        step = self.conduct.reads.pop(0)
        return _PLAIN[step["do"]](step)

    def _page(self, found: list[dict[str, Any]], query: Fields) -> dict[str, Any]:
        """Newest first; the next page goes on below where this one ends, whatever comes in."""
        size = min(int(query.get("PageSize", "50")), self.conduct.page)
        end = int(query.get("PageToken", f"PA{len(found)}").removeprefix("PA"))
        start = max(0, end - size)
        following = urlencode({**query, "PageSize": size, "PageToken": f"PA{start}"})
        return {
            "messages": found[start:end][::-1],
            "page_size": size,
            "next_page_uri": f"{_MESSAGES}.json?{following}" if start else None,
        }

    def _deliver_what_is_due(self) -> None:
        after_s = self.conduct.delivers_after_s
        if after_s is None:
            return
        for message in self.messages:
            created_at = datetime.strptime(message["date_created"], "%a, %d %b %Y %H:%M:%S %z")
            age_s = (self._clock() - created_at).total_seconds()
            if message["status"] == self.conduct.word and age_s >= after_s:
                message["status"] = "delivered"


def _head(line: socket.socket, buffer: bytes) -> tuple[bytes, bytes]:
    """The request line and headers, and what came after them; nothing when the line ends."""
    while b"\r\n\r\n" not in buffer:
        more = line.recv(65536)
        if not more:
            return b"", b""
        buffer += more
    head, _, rest = buffer.partition(b"\r\n\r\n")
    return head, rest


def _body(line: socket.socket, head: bytes, buffer: bytes) -> tuple[bytes, bytes]:
    _, found, after = head.lower().partition(b"content-length:")
    length = int(after.split(b"\r\n", 1)[0]) if found else 0
    while len(buffer) < length:
        more = line.recv(65536)
        if not more:
            raise ConnectionError
        buffer += more
    return buffer[:length], buffer[length:]


def _bytes(answer: Answer) -> bytes:
    reason = _REASONS.get(answer.status, "As Scripted")
    head = (
        f"HTTP/1.1 {answer.status} {reason}\r\n{answer.headers}"
        f"Content-Length: {len(answer.body)}\r\n\r\n"
    )
    return head.encode() + answer.body


def _form(body: bytes) -> Fields:
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    with TwilioStandin(port=parser.parse_args().port) as standin:
        sys.stdout.write(f"{standin.port}\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
