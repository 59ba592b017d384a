"""A timestamp authority on this computer: what `openssl ts` says, or something that is wrong.

with Authority(folder) as authority: ask(authority.url)
"""

from __future__ import annotations

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

#: Without `certs`: then the authority's own certificate is in its answer, and no other.
_CONFIGURATION = """
[ca]
distinguished_name = name
x509_extensions = root
prompt = no
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[leaf]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[name]
CN = {name}
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = {digests}
accuracy = secs:1
"""


class Authority:
    """A server, and the certificates of whom it signs as."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        #: how it answers next: `well`, `other`, `refuses`, `garbage`, `large`, `drips`, `never`,
        #: `fails` or `elsewhere`
        self.conduct = "well"
        #: what it was asked, as it came
        self.asked: list[bytes] = []
        self.ended = threading.Event()
        self.server = _Server(self)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._make()

    @property
    def url(self) -> str:
        """Where to ask."""
        return f"http://127.0.0.1:{self.server.server_port}/tsa"

    @property
    def root(self) -> Path:
        """Its root certificate."""
        return self.folder / "root.pem"

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def reply(self, asked: bytes, digests: str = "sha256") -> bytes:
        """What openssl answers; it refuses a digest that is not among those."""
        self._configure(digests)
        (self.folder / "asked.tsq").write_bytes(asked)
        self._run("ts -reply -config config -queryfile asked.tsq -out reply.tsr")
        return (self.folder / "reply.tsr").read_bytes()

    def other(self) -> bytes:
        """The answer to another question."""
        (self.folder / "other").write_text("another record")
        self._run("ts -query -data other -sha256 -cert -out other.tsq")
        return self.reply((self.folder / "other.tsq").read_bytes())

    def _make(self) -> None:
        key = "-newkey rsa:2048 -nodes"
        self._configure("sha256")
        (self.folder / "serial").write_text("01\n")
        self._run(f"req -x509 {key} -config config -section ca -keyout root.key -out root.pem")
        self._run(f"req -new {key} -config config -section ca -keyout tsa.key -out tsa.csr")
        self._run(
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -set_serial 2 "
            "-extfile config -extensions leaf -out tsa.pem"
        )

    def _configure(self, digests: str) -> None:
        text = _CONFIGURATION.format(folder=self.folder, digests=digests, name=self.folder.name)
        (self.folder / "config").write_text(text)

    def _run(self, line: str) -> None:
        subprocess.run(
            ["openssl", *line.split()],  # noqa: S607
            cwd=self.folder,
            check=True,
            capture_output=True,
        )


class _Server(ThreadingHTTPServer):
    def __init__(self, authority: Authority) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.authority = authority


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    @property
    def authority(self) -> Authority:
        """Whose it is."""
        return self.server.authority

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        self.authority.asked.append(asked)
        answer = getattr(self, f"_{self.authority.conduct}")(asked)
        if answer is not None:
            self._answered(200, answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answered(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/timestamp-reply")
        if status != 200:
            self.send_header("Location", "ftp://127.0.0.1/tsa")
        self.end_headers()
        self.wfile.write(body)

    def _well(self, asked: bytes) -> bytes:
        return self.authority.reply(asked)

    def _other(self, _: bytes) -> bytes:
        return self.authority.other()

    def _refuses(self, asked: bytes) -> bytes:
        return self.authority.reply(asked, digests="sha512")

    def _garbage(self, _: bytes) -> bytes:
        return b"<!doctype html><title>Welcome to the hotel</title>"

    def _large(self, asked: bytes) -> bytes:
        return self.authority.reply(asked) + b"\0" * 1_000_000

    def _empty(self, _: bytes) -> bytes:
        return b""

    def _fails(self, _: bytes) -> None:
        self._answered(500, b"")

    def _elsewhere(self, _: bytes) -> None:
        self._answered(302, b"")

    def _never(self, _: bytes) -> None:
        self.authority.ended.wait(60)

    def _drips(self, asked: bytes) -> None:
        """A byte now and then, each before patience with one byte ends."""
        self.send_response(200)
        self.end_headers()
        for byte in self.authority.reply(asked):
            if self.authority.ended.wait(0.05):
                return
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
