"""Waitress as we need it: an app and a port go in, a server on 127.0.0.1 comes out.

Nothing it is sent lies in a temporary file or a log. A body that is too large, or a stranger's, is
read to its end and dropped, so that a browser hears why; every answer has our headers, those of
waitress too.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import FixedStreamReceiver
from waitress.task import ErrorTask
from waitress.wasyncore import close_all

from kit import journal
from kit.web.guard import HEADERS, LARGEST_UPLOAD, is_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

HOST = "127.0.0.1"
_THREADS = 6
_CONNECTIONS = 50
_LARGEST_READ = 8_000_000_000
#: What is larger would be buffered in a temporary file.
_IN_MEMORY = 2 * LARGEST_UPLOAD


def listen(app: Flask, port: int) -> Any:  # noqa: ANN401 (waitress has no types)
    """Listen at the port, or at any that is free for 0; `run` answers until `end`.

    Raises:
        OSError: something else listens there.
    """
    journal.hush("waitress", "kit.web")  # they would log what was asked
    server = create_server(
        app,
        host=HOST,
        port=port,
        threads=_THREADS,
        connection_limit=_CONNECTIONS,
        max_request_body_size=_LARGEST_READ,
        inbuf_overflow=_IN_MEMORY,
        outbuf_overflow=_IN_MEMORY,
        ident=None,
    )
    server.channel_class = _Channel
    desk, its_port = app.extensions["desk"], server.effective_port
    server.is_known = lambda cookies: is_known(desk, cookies, its_port)
    return server


def end(server: Any) -> None:  # noqa: ANN401
    """Let a server that runs in another thread come to its end."""
    server.trigger.pull_trigger(lambda: close(server))


def close(server: Any) -> None:  # noqa: ANN401
    """Answer no more, and leave the port."""
    server.task_dispatcher.shutdown()
    close_all(server._map, ignore_all=True)  # noqa: SLF001  # it closes no connections itself


class _Nothing:
    """Takes bytes and keeps none."""

    def append(self, data: bytes) -> None:
        """Drop them."""

    def getfile(self) -> BytesIO:
        """What is left of them."""
        return BytesIO()

    def __len__(self) -> int:
        return 0

    def close(self) -> None:
        """Nothing is open."""


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Measures a body, and sees who sends it, before it takes it."""

    def __init__(self, adj: object, is_known: Callable[[str], bool]) -> None:
        super().__init__(adj)
        self._is_known = is_known

    def parse_header(self, header_plus: bytes) -> None:
        """Read the headers; a body without a length is sent by no browser."""
        super().parse_header(header_plus)
        if self.chunked:
            raise ParsingError("chunked")
        is_kept = self.content_length <= LARGEST_UPLOAD
        if self.content_length and not (is_kept and self._is_known(self.headers.get("COOKIE", ""))):
            self.body_rcv = FixedStreamReceiver(self.content_length, _Nothing())


class _Refusal(ErrorTask):  # type: ignore[misc]
    """Waitress's own answer to what is no request."""

    def execute(self) -> None:
        """Answer with our headers."""
        self.response_headers.extend(HEADERS.items())
        super().execute()


class _Channel(HTTPChannel):  # type: ignore[misc]
    error_task_class = _Refusal

    def parser_class(self, adj: object) -> _Parser:
        """What reads one request."""
        return _Parser(adj, self.server.is_known)
