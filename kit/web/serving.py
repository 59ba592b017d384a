"""Listen on 127.0.0.1: a desk goes in, its link comes out, and pages are served until the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.errors import PortTakenError
from kit.web import create_app
from kit.web.wire import HOST, close, end, listen

if TYPE_CHECKING:
    from kit.web.desk import Desk


class Server:
    """A desk that is listened for, at `port`, or at any that is free."""

    def __init__(self, desk: Desk, port: int = 0) -> None:
        """Listen; what is asked is answered once it runs.

        Raises:
            PortTakenError: something else listens there.
        """
        self._desk = desk
        try:
            self._server = listen(create_app(desk), port)
        except OSError:
            raise PortTakenError(port=port) from None

    @property
    def link(self) -> str:
        """The address that opens the desk, once."""
        return f"http://{HOST}:{self._server.effective_port}/begin/{self._desk.session.link_key}"

    def run(self) -> None:
        """Answer until Ctrl-C or an exit; then what is at work ends and the store is closed."""
        try:
            self._server.run()
        finally:
            close(self._server)
            self._desk.close()

    def end(self) -> None:
        """Come to the end, asked by another thread."""
        end(self._server)
