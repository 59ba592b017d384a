"""A mail server that misbehaves as it is told, and a mailbox that notices every change to it.

As a process: `python tests/standins/mail.py --port 0 --out FILE` prints its SMTP port and appends
each mail it takes as one line of JSON. What it does with a mail is said by the recipient, such as
`cut-after-dot@example.com`, or by `--behaviour` for all.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import re
import socketserver
import threading
import warnings
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable

logging.getLogger("mail.log").disabled = True  # it would write down who gets what

#: Answers at a stage, by what the recipient or the test asks for.
AT_RCPT = {
    "no-such-user": "550 5.1.1 <somebody@example.com> unknown",
    "disabled": "550 5.2.1 disabled",
    "full": "552 5.2.2 full",
    "policy": "550 5.7.1 refused",
    "bare-550": "550 no",
    "bad-sender": "550 5.1.8 your domain",
    "login-first": "530 5.7.0 log in",
    "421": "421 4.3.2 going down",
    "450": "450 4.2.1 later",
    "451": "451 later",
    "452": "452 4.5.3 too many",
    "454": "454 4.7.0 not now",
    "nonsense-at-rcpt": "hello",
}
AFTER_DOT = {
    "552-after-dot": "552 too much",
    "554-after-dot": "554 5.7.1 spam",
    "451-after-dot": "451 4.3.0 later",
    "garbage": "What a nice day",
    "no-number": "25",
    "endless": "250" + "x" * 9000,
}


class Post:
    """What the server took, and how it is to behave."""

    def __init__(self, out: Path | None = None, behaviour: str = "") -> None:
        self.out = out
        self.behaviour = behaviour
        self.taken: list[tuple[str, bytes]] = []
        self.connections = 0

    def of(self, recipients: list[str]) -> str:
        """What is to be done: said for all, else by the recipient."""
        return self.behaviour or (recipients[0].partition("@")[0] if recipients else "")

    def keep(self, recipient: str, content: bytes) -> None:
        self.taken.append((recipient, content))
        if self.out:
            mail = message_from_bytes(content, policy=policy.default)
            text = mail.get_content()
            line = {"to": recipient, "id": mail["Message-ID"], "text": text}
            with self.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        refused = {"mail-550": "550 5.7.1 not you", "mail-421": "421 4.7.0 too many"}
        return refused.get(self.behaviour, "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if said := AT_RCPT.get(self.of([address])):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: _Server, session: object, envelope: Envelope) -> str:  # noqa: N802
        del session
        behaviour = self.of(envelope.rcpt_tos)
        if behaviour == "cut-before-storing":
            server.cut()
        elif behaviour not in AFTER_DOT or behaviour in ("garbage", "no-number", "endless"):
            self.keep(envelope.rcpt_tos[0], envelope.original_content or b"")
        if behaviour == "cut-after-dot":
            server.cut()
        if behaviour == "slow":
            await asyncio.sleep(60)
        return AFTER_DOT.get(behaviour, "250 2.0.0 OK")


class _Server(SMTP):
    """One conversation."""

    post: Post

    def cut(self) -> None:
        cast("asyncio.Transport", self.transport).abort()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        behaviour = self.post.of(cast("Any", self.envelope).rcpt_tos)
        if behaviour == "cut-before-data":
            self.cut()
        elif behaviour == "data-554":
            await self.push("554 5.5.1 no valid recipients")
        elif behaviour == "data-451":
            await self.push("451 4.3.0 later")
        elif behaviour == "cut-in-data":
            await self.push("354 go on")
            await self._reader.readexactly(20)
            self.cut()
        else:
            await super().smtp_DATA(arg)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        if self.post.behaviour == "refuse-starttls":
            await self.push("454 4.7.0 TLS not available")
        else:
            await super().smtp_STARTTLS(arg)

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802
        if self.post.behaviour == "idle-cut":
            self.cut()
        else:
            await super().smtp_RSET(arg)


class MailServer(Controller):
    """The server, in a thread of its own; it ends with `stop`."""

    def __init__(
        self,
        post: Post,
        port: int = 0,
        *,
        tls: ssl.SSLContext | None = None,
        tls_first: bool = False,
        login: tuple[str, str] | None = None,
        utf8: bool = False,
    ) -> None:
        self.post = post
        self._tls = None if tls_first else tls
        self._login = login
        self._utf8 = utf8
        super().__init__(
            post, hostname="127.0.0.1", port=port, ssl_context=tls if tls_first else None
        )

    def factory(self) -> _Server:
        self.post.connections += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a login without TLS is what we are here to try
            server = _Server(
                self.post,
                hostname="stand-in",
                tls_context=self._tls,
                enable_SMTPUTF8=self._utf8,
                auth_required=self._login is not None,
                auth_require_tls=False,
                authenticator=self._authenticated,
                loop=self.loop,
            )
        server.post = self.post
        return server

    def _trigger_server(self) -> None:
        """Learn which port the system gave."""
        self.port = cast("Any", self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]

    def _authenticated(
        self, server: object, session: object, envelope: object, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        del server, session, envelope, mechanism
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._login, handled=False)


class Mailbox(socketserver.ThreadingTCPServer):
    """An IMAP server with one folder of raw mails, numbered from 1."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, *mails: bytes, login: tuple[str, str] = ("me@example.com", "secret")
    ) -> None:
        super().__init__(("127.0.0.1", 0), _ImapLine)
        self.mails = list(mails)
        #: spoken from the start
        self.tls: ssl.SSLContext | None = None
        self.login = login
        self.capabilities = "IMAP4rev1 ID"
        #: every command, without its tag
        self.commands: list[str] = []
        #: what would have changed the mailbox
        self.changes: list[str] = []
        #: commands that get no answer but the end of the line
        self.cuts: set[str] = set()
        #: commands that are refused
        self.refused: set[str] = set()
        self.folder = "INBOX"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def get_request(self) -> tuple[socket.socket, object]:
        line, address = super().get_request()
        return (self.tls.wrap_socket(line, server_side=True) if self.tls else line), address

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error here."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class _ImapLine(socketserver.StreamRequestHandler):
    """One conversation."""

    disable_nagle_algorithm = True
    server: Mailbox

    def handle(self) -> None:
        self.say("* OK ready")
        for line in self.rfile:
            tag, _, command = line.decode("utf-8", "replace").strip().partition(" ")
            verb = command.upper().removeprefix("UID ").partition(" ")[0]
            self.server.commands.append(command)
            if verb in self.server.cuts:
                return
            if verb in ("SELECT", "STORE", "COPY", "MOVE", "APPEND", "EXPUNGE") or (
                verb == "FETCH" and re.search(r"BODY\[|RFC822(?!\.SIZE)", command)
            ):
                self.server.changes.append(command)
            if verb in self.server.refused:
                self.say(f"{tag} NO not now")
                continue
            answers: dict[str, Callable[[str], str]] = {
                "CAPABILITY": self.capability,
                "LOGIN": self.log_in,
                "EXAMINE": self.examine,
                "SEARCH": self.search,
                "FETCH": self.fetch,
            }
            answer = answers[verb](command) if verb in answers else "OK done"
            self.say(f"{tag} {answer}")
            if verb == "LOGOUT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def capability(self, _: str) -> str:
        self.say(f"* CAPABILITY {self.server.capabilities}")
        return "OK done"

    def log_in(self, command: str) -> str:
        right = 'LOGIN "{}" "{}"'.format(*self.server.login)
        return "OK done" if command == right else "NO [AUTHENTICATIONFAILED] no"

    def examine(self, command: str) -> str:
        if command.partition(" ")[2] != f'"{self.server.folder}"':
            return "NO no such folder"
        self.say(f"* {len(self.server.mails)} EXISTS")
        self.say("* OK [UIDVALIDITY 77] valid")
        return "OK [READ-ONLY] done"

    def search(self, command: str) -> str:
        assert re.fullmatch(r"UID SEARCH SINCE \d{1,2}-[A-Z][a-z]{2}-\d{4}", command)
        self.say("* SEARCH " + " ".join(str(n + 1) for n in range(len(self.server.mails))))
        return "OK done"

    def fetch(self, command: str) -> str:
        numbers, what = re.findall(r"FETCH ([\d,]+) (.*)", command)[0]
        for number in map(int, numbers.split(",")):
            mail = self.server.mails[number - 1]
            size = f"RFC822.SIZE {len(mail)} " if "RFC822.SIZE" in what else ""
            if "HEADER" in what:
                part, key = mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", "BODY[HEADER]"
            elif limit := re.search(r"<0\.(\d+)>", what):
                part, key = mail[: int(limit[1])], "BODY[]<0>"
            else:
                part, key = mail, "BODY[]"
            self.say(f"* {number} FETCH (UID {number} {size}{key} {{{len(part)}}}")
            self.wfile.write(part + b")\r\n")
        return "OK done"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--out", type=Path)
    options.add_argument("--behaviour", default="")
    given = options.parse_args()
    server = MailServer(Post(given.out, given.behaviour), given.port)
    server.start()
    print(server.port, flush=True)  # noqa: T201
    threading.Event().wait()


if __name__ == "__main__":
    main()
