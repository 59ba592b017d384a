"""Listen on 127.0.0.1: a desk goes in, its link comes out, and pages are served until the end."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING

from kit.errors import PortTakenError
from kit.web import create_app
from kit.web.wire import HOST, close, end, listen

if TYPE_CHECKING:
    from kit.web.desk import Desk


#: So often it is looked whether anybody is still there.
_LOOKS_EVERY_S = 20


def watch(desk: Desk, over: Event) -> None:
    """Lock the desk when nobody was there for long, until it is over."""
    while not over.wait(_LOOKS_EVERY_S):
        desk.lock_if_idle()


class Server:
    """A desk that is listened for, at `port`, or at any that is free."""

    def __init__(self, desk: Desk, port: int = 0) -> None:
        """Listen; what is asked is answered once it runs.

        Raises:
            PortTakenError: something else listens there.
        """
        self._desk = desk
        self._over = Event()
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
        Thread(target=watch, args=(self._desk, self._over), daemon=True).start()
        try:
            self._server.run()
        finally:
            self._over.set()
            close(self._server)
            self._desk.close()

    def end(self) -> None:
        """Come to the end, asked by another thread."""
        end(self._server)
