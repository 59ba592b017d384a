"""A phone with SMSGate on it, as far as its local HTTP interface shows: it texts nobody.

In a test: `with AndroidPhone(clock) as phone: … phone.url …`. As a program it prints its port;
GET and POST of `/_control` show and change how it is.
"""

from __future__ import annotations

import argparse
import base64
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

USER, PASSWORD = "sms", "dumpling"
DEVICE = "phone000000000000001"
#: What Android lets one app send in half an hour.
MOST_SEGMENTS = 30
HALF_AN_HOUR = timedelta(minutes=30)
HUGE = b" " * 10_000_000
DEEP = b"[" * 200_000


@dataclass
class Text:
    """One message as the phone keeps it."""

    id: str
    to: str
    text: str
    until: datetime | None
    state: str = "Pending"
    error: str | None = None
    times: dict[str, str] = field(default_factory=dict)

    @property
    def segments(self) -> int:
        units = len(self.text.encode("utf-16-be")) // 2
        alone, joined = (160, 153) if self.text.isascii() else (70, 67)
        return 1 if units <= alone else -(-units // joined)


class AndroidPhone:
    """The phone, its app and its little server."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.devices = [DEVICE]
        self.online = True
        self.at_once = False
        self.hashed = False
        #: by `POST /messages` and the like; a status, a state, or one of
        #: cut, lost, slow, huge, deep, html, html404
        self.faults: dict[str, str] = {}
        #: paths that this version does not know
        self.unknown_paths: set[str] = set()
        self.headers: dict[str, str] = {}
        self.texts: dict[str, Text] = {}
        #: ids in the order in which they left
        self.left: list[str] = []
        self.inbox: list[dict[str, object]] = []
        self.asked: list[str] = []
        self.last: dict[str, object] = {}
        self._segments: list[datetime] = []
        self._lock = threading.RLock()
        self._closing = threading.Event()

    # --- the server

    def __enter__(self) -> Self:
        self.start(0)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def start(self, port: int) -> None:
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.phone = self
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # --- what the app does

    def take(self, asked: dict[str, object]) -> tuple[int, object]:
        with self._lock:
            self.last = asked
            id_ = str(asked["id"])
            if asked.get("deviceId") not in (None, *self.devices):
                return 400, {"message": "Invalid device ID"}
            if id_ in self.texts:
                return 409, {"message": "Message with the same ID already exists"}
            until = datetime.fromisoformat(str(asked["validUntil"]))
            if until < self.clock():
                return 400, {"message": "message already expired"}
            numbers, text = asked["phoneNumbers"], asked["textMessage"]
            assert isinstance(numbers, list)
            assert isinstance(text, dict)
            self.texts[id_] = Text(id_, numbers[0], text["text"], until)
            self.put(id_, "Pending")
            taken = self.shown(id_)
            if self.at_once:
                self.work()
            return 202, taken

    def work(self) -> None:
        """What waits goes out, the newest first, as far as Android lets it."""
        with self._lock:
            for id_, text in reversed(list(self.texts.items())):
                if text.state != "Pending":
                    continue
                if text.until and text.until < self.clock():
                    self.put(id_, "Failed", "TTL expired")
                elif self.online:
                    self._send(text)

    def _send(self, text: Text) -> None:
        self.put(text.id, "Processed")
        recent = [at for at in self._segments if at > self.clock() - HALF_AN_HOUR]
        if len(recent) + text.segments > MOST_SEGMENTS:
            why = "RESULT_ERROR_LIMIT_EXCEEDED (Failed because we reached the sending queue limit)"
            self.put(text.id, "Failed", f"Send result: {why}")
            return
        self._segments = [*recent, *[self.clock()] * text.segments]
        self.left.append(text.id)
        self.put(text.id, "Sent")

    def put(self, id_: str, state: str, error: str | None = None) -> None:
        """Let a text be in this state."""
        text = self.texts[id_]
        text.state, text.error = state, error
        text.times[state] = self.clock().isoformat(timespec="milliseconds")

    def shown(self, id_: str) -> dict[str, object]:
        text = self.texts[id_]
        number = sha256(text.to.encode()).hexdigest()[:16] if self.hashed else text.to
        return {
            "id": id_,
            "deviceId": self.devices[0],
            "state": text.state,
            "isHashed": self.hashed,
            "isEncrypted": False,
            "recipients": [{"phoneNumber": number, "state": text.state, "error": text.error}],
            "states": text.times,
        }

    def hear(
        self, sender: str, text: str, *, times: int = 1, more: dict[str, object] | None = None
    ) -> None:
        """A text comes in; the phone may list it more than once."""
        row = {
            "id": f"text:{len(self.inbox)}",
            "type": "SMS",
            "sender": sender,
            "contentPreview": text,
            "createdAt": self.clock().isoformat(timespec="milliseconds"),
        }
        self.inbox.extend([row | (more or {})] * times)

    # --- what it is asked

    def answer(self, method: str, url: str, body: dict[str, object]) -> tuple[int, object]:
        path = urlsplit(url).path
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.asked.append(f"{method} {path}")
        if path in self.unknown_paths:
            return 404, None
        if method == "POST":
            if path == "/inbox/refresh":
                return 202, None
            return self.take(body) if path == "/messages" else (404, None)
        return self._look(path, query)

    def _look(self, path: str, query: dict[str, str]) -> tuple[int, object]:
        begin = int(query.get("offset", 0))
        page = slice(begin, begin + int(query.get("limit", 50)))
        with self._lock:
            if path == "/health":
                return 200, {"status": "pass", "version": "1.2.3"}
            if path in ("/device", "/devices"):
                return 200, [{"id": device, "name": "invented/phone"} for device in self.devices]
            if path == "/messages":
                waiting = [id_ for id_, t in self.texts.items() if t.state == query.get("state")]
                return 200, [self.shown(id_) for id_ in waiting[::-1][page]]
            if path == "/inbox":
                first, last = map(datetime.fromisoformat, (query["from"], query["to"]))
                rows = [
                    row
                    for row in self.inbox
                    if first <= datetime.fromisoformat(str(row["createdAt"])) <= last
                ]
                return 200, rows[page]
            id_ = path.removeprefix("/messages/")
            return (200, self.shown(id_)) if id_ in self.texts else (404, None)

    def slowly(self) -> None:
        self._closing.wait(10)

    # --- as a program

    def state(self) -> dict[str, object]:
        with self._lock:
            return {
                "online": self.online,
                "at_once": self.at_once,
                "faults": self.faults,
                "left": self.left,
                "messages": [
                    {
                        "id": t.id,
                        "to": t.to,
                        "text": t.text,
                        "state": t.state,
                        "error": t.error,
                        "times": t.times,
                    }
                    for t in self.texts.values()
                ],
            }

    def behave(self, asked: dict[str, object]) -> dict[str, object]:
        """Set what it is asked to be; `work`, `deliver` and `hear` are done at once."""
        with self._lock:
            for name in ("online", "at_once", "hashed", "faults", "devices"):
                if name in asked:
                    setattr(self, name, asked[name])
            if asked.get("work"):
                self.work()
            if asked.get("deliver"):
                for text in self.texts.values():
                    if text.state == "Sent":
                        self.put(text.id, "Delivered")
            heard = asked.get("hear")
            if isinstance(heard, dict):
                self.hear(heard["sender"], heard["text"], times=heard.get("times", 1))
            return self.state()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    phone: AndroidPhone

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked has gone away, which is theirs to do."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        read = self.rfile.read(int(self.headers.get("content-length", 0)))
        self._serve(json.loads(read or b"{}"))

    def _serve(self, body: dict[str, object]) -> None:
        phone = self.server.phone
        if self.path == "/_control":
            self._say(200, phone.behave(body) if body else phone.state())
            return
        fault = phone.faults.get(f"{self.command} /{urlsplit(self.path).path.split('/')[1]}", "")
        if self.path != "/health" and not self._may_enter():
            self._say(401, None)
        elif fault == "lost":
            self.close_connection = True  # before anything was taken
        elif fault in ("429", "500", "503", "404", "408", "302"):
            self._say(int(fault), {"message": "for +8613800000001"})
        else:
            self._say_with(fault, *phone.answer(self.command, self.path, body))

    def _say_with(self, fault: str, status: int, said: object) -> None:
        if fault == "slow":
            self.server.phone.slowly()
        if fault in ("cut", "slow"):
            self.close_connection = True
        elif fault == "html":
            self._write(status, b"<html>+8613800000001</html>", "text/html")
        elif fault == "html404":
            self._write(404, b"<html>+8613800000001</html>", "text/html")
        elif fault in ("huge", "deep"):
            self._write(status, json.dumps(said).encode() + HUGE if fault == "huge" else DEEP)
        elif fault and isinstance(said, dict):
            only = said["recipients"][0] | {"state": fault}
            self._say(status, said | {"state": fault, "recipients": [only]})
        else:
            self._say(status, said)

    def _may_enter(self) -> bool:
        right = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return self.headers.get("authorization") == f"Basic {right}"

    def _say(self, status: int, said: object) -> None:
        self._write(status, b"" if said is None else json.dumps(said).encode())

    def _write(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, value in self.server.phone.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    phone = AndroidPhone()
    phone.start(parser.parse_args().port)
    print(phone.port, flush=True)  # noqa: T201 - whoever started it reads the port here
    threading.Event().wait()


if __name__ == "__main__":
    main()
