"""`kit serve`: the local web page, until Ctrl-C."""

from __future__ import annotations

import signal
import sys
import threading
import webbrowser
from typing import TYPE_CHECKING

import click

from kit.actions.unlocking import Nobody
from kit.cli.talk import talking
from kit.clinic import Queue

if TYPE_CHECKING:
    from types import FrameType

    from kit.cli.talk import Talk


@click.command(
    "serve",
    help="Open the kit in the browser, on this computer only. Nothing is sent by this.",
    epilog="\b\nExample:\n  kit serve --no-open",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="0: any free.")
@click.option("--no-open", is_flag=True, help="Only print the link; you open it yourself.")
@click.option("--read-only", is_flag=True, help="To look only: nothing can be changed or sent.")
@click.option("--incognito", is_flag=True, help="Names and numbers are blurred, where others see.")
@talking
def serve(talk: Talk, *, port: int, no_open: bool, read_only: bool, incognito: bool) -> None:
    """Serve, and open the browser."""
    open_page(talk, port=port, opens=not no_open, read_only=read_only, incognito=incognito)


def open_page(
    talk: Talk,
    *,
    port: int = 0,
    opens: bool = True,
    read_only: bool = False,
    incognito: bool = False,
) -> None:
    """Print the link, open it, and answer until the end is asked for."""
    from kit.web.desk import Desk
    from kit.web.serving import Server

    desk = Desk(talk.settings, read_only=read_only, incognito=incognito)
    desk.queue = Queue
    if desk.opens_by_itself:
        desk.open(Nobody())
    server = Server(desk, port)
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell's background process ignores Ctrl-C
        signal.signal(ending, _leave)
    talk.show(server.link)
    sys.stdout.flush()
    if opens:
        # Some browsers are waited for, and this one waits for the page.
        threading.Thread(target=webbrowser.open, args=(server.link,), daemon=True).start()
        talk.err("The page opens in your browser. If it does not, open this link there.")
    else:
        talk.err("Open this link in the browser of this computer.")
    talk.err("The link works once, and on this computer only.")
    talk.err("Leave this window open while you use the page; Ctrl-C ends it.")
    server.run()


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)
