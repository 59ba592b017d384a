"""Waitress as we need it, asked byte by byte."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from conftest import PATIENCE_S

from kit.settings import load
from kit.web.desk import Desk
from kit.web.guard import HEADERS
from kit.web.serving import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Ask = Callable[[bytes], str]


@pytest.fixture
def ask() -> Iterator[Ask]:
    """Say these bytes to a server, and hear its whole answer; `HOST` is its own address."""
    server = Server(Desk(load()))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    host = urlsplit(server.link).netloc

    def say(said: bytes) -> str:
        address, _, port = host.partition(":")
        with socket.create_connection((address, int(port)), timeout=PATIENCE_S) as wire:
            wire.sendall(said.replace(b"HOST", host.encode()))
            heard = b""
            while some := wire.recv(65536):
                heard += some
        return heard.decode()

    yield say
    server.end()
    thread.join()


OUR_POST = b"POST /hide HTTP/1.1\r\nHost: HOST\r\n"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"nonsense\r\n\r\n", "400"),
        (b"GET / HTTP/1.1\r\nbroken header\r\n\r\n", "400"),
        (OUR_POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
        (OUR_POST + b"Content-Length: x\r\n\r\n", "400"),
        (b"GET / HTTP/1.0\r\n\r\n", "403"),
        (b"GET / HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", "401"),
        (b"GET http://evil.example/ HTTP/1.0\r\nHost: evil.example\r\n\r\n", "403"),
    ],
)
def test_whatever_is_said_is_answered_with_our_headers(ask: Ask, said: bytes, status: str) -> None:
    heard = ask(said)

    assert heard.split()[1] == status
    missing = [name for name, value in HEADERS.items() if f"{name}: {value}" not in heard]
    assert missing == []
    assert "Server:" not in heard


def test_a_body_that_is_too_large_is_heard_to_its_end(ask: Ask) -> None:
    size = 120_000_000
    head = (
        f"POST /hide HTTP/1.1\r\nHost: HOST\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
    )
    heard = ask(head.encode() + bytes(size))

    assert heard.split()[1] in ("401", "403")
