"""`kit serve` and `kit` alone, as a process of its own: the link, the browser, the end."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
from conftest import PATIENCE_S, bare_environment, card
from shop import statuses

from kit.actions import people as everybody
from kit.actions import planning
from kit.actions.planning import Request
from kit.cli import command
from kit.model import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

    from kit.actions.store import Store

    Kit = Callable[..., Result]
    Book = Callable[..., Path]
    Starts = Callable[..., "Serving"]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no signals on Windows")

PROGRAM = (sys.executable, "-m", "kit")
SERVE = (*PROGRAM, "serve")
LINK = re.compile(r"http://127\.0\.0\.1:(\d+)/begin/[\w-]{40,}")
ENDINGS = pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
PAGES = ("/import", "/choose", "/read", "/tell", "/went", "/help")
#: Bytes, of which waitress would keep a part in a file, and Werkzeug every upload.
LARGE = 3_000_000
MOST_MEMORY = 250_000_000


class Serving:
    """A server that runs, and a browser of few words at its link."""

    def __init__(self, *command: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**bare_environment(), **environment},
        )
        assert self.process.stdout is not None
        self.link = self.process.stdout.readline().strip()
        self.port = int(found[1]) if (found := LINK.fullmatch(self.link)) else 0
        self.cookie = ""

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = ""
    ) -> tuple[int, str, str]:
        """Status, where it leads and what is shown."""
        own = f"127.0.0.1:{self.port}"
        headers = {"Cookie": self.cookie, "Content-Type": kind} if kind else {"Cookie": self.cookie}
        if method == "POST":
            headers |= {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{own}"}
        with contextlib.closing(HTTPConnection(own, timeout=PATIENCE_S)) as line:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            shown = answer.read().decode("utf-8", "replace")
        self.cookie = (answer.getheader("Set-Cookie") or self.cookie).partition(";")[0]
        return answer.status, answer.getheader("Location") or "", shown

    def get(self, path: str) -> tuple[int, str, str]:
        return self.ask("GET", path)

    def post(self, path: str, **form: str) -> tuple[int, str, str]:
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, urlencode(form).encode(), kind)

    def enter(self) -> None:
        assert self.get(urlsplit(self.link).path)[:2] == (303, "/")

    def end(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Exit code, the rest of its output, and its talk."""
        self.process.send_signal(by)
        rest, talk = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, rest, talk


@pytest.fixture
def starts() -> Iterator[Starts]:
    running: list[Serving] = []

    def start(
        *options: str, program: tuple[str, ...] = (*SERVE, "--no-open"), **environment: str
    ) -> Serving:
        running.append(Serving(*program, *options, **environment))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Recording:
    """What is opened instead of a browser: a program that looks at the link and tells of it."""

    def __init__(self, script: Path) -> None:
        self._line = socket.create_server(("127.0.0.1", 0))
        script.write_text(
            "import http.client, socket, sys, urllib.parse\n"
            "to = urllib.parse.urlsplit(sys.argv[1])\n"
            "line = http.client.HTTPConnection(to.netloc, timeout=90)\n"
            "line.request('GET', to.path)\n"
            "seen = f'{sys.argv[1]} {line.getresponse().status}'\n"
            f"with socket.create_connection({self._line.getsockname()!r}) as told:\n"
            "    told.sendall(seen.encode())\n",
            encoding="utf-8",
        )
        self.command = f"{sys.executable} {script} %s"

    def seen(self, within: float = 20) -> str:
        """The link and the answer to it."""
        self._line.settimeout(within)
        told, _ = self._line.accept()
        with told, told.makefile(encoding="utf-8") as text:
            return text.read()

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    made = Recording(tmp_path / "browser.py")
    monkeypatch.setenv("BROWSER", made.command)
    yield made
    made.close()


@ENDINGS
def test_the_link_is_the_only_line_and_the_end_is_clean(
    starts: Starts, kit: Kit, free_port: int, ending: signal.Signals
) -> None:
    one = starts("--port", str(free_port))
    one.enter()
    code, rest, talk = one.end(ending)

    assert one.port == free_port
    assert (code, rest) == (0, "")
    assert talk.splitlines() == [
        "Open this link in the browser of this computer.",
        "The link works once, and on this computer only.",
        "Leave this window open while you use the page; Ctrl-C ends it.",
    ]
    with pytest.raises(ConnectionRefusedError):
        one.get("/")
    again = starts("--port", str(free_port))
    assert (again.port, again.link == one.link) == (free_port, False)
    again.end()
    assert kit("status").exit_code == 0


@ENDINGS
def test_it_ends_while_a_browser_is_connected(starts: Starts, ending: signal.Signals) -> None:
    one = starts()
    with socket.create_connection(("127.0.0.1", one.port)) as line:
        line.sendall(b"POST /help HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\nx")

        assert one.end(ending)[0] == 0


@ENDINGS
def test_what_a_shell_started_in_the_background_ends_too(
    starts: Starts, ending: signal.Signals
) -> None:
    """Such a shell lets its programs ignore Ctrl-C."""
    one = starts(program=("sh", "-c", f"trap '' INT; exec {' '.join(SERVE)} --no-open"))

    assert one.end(ending)[:2] == (0, "")


def test_the_example_of_the_help_text_runs(starts: Starts) -> None:
    line = (command("serve").epilog or "").rsplit("\n  kit ", 1)[1]

    assert starts(program=(*PROGRAM, *line.split())).end()[0] == 0


def test_a_taken_port_is_told(starts: Starts) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        process = starts("--port", str(port)).process
        rest, talk = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, rest) == (1, "")
    assert talk.startswith(f"Port {port} of this computer is taken.\nWithout --port")


def test_the_browser_is_opened_and_waited_for_by_nobody(
    starts: Starts, recording: Recording
) -> None:
    one = starts(program=SERVE)
    seen = recording.seen()
    code, _, talk = one.end()

    assert seen == f"{one.link} 303"
    assert code == 0
    assert "The page opens in your browser. If it does not, open this link there." in talk


def test_with_no_open_no_browser_is_opened(starts: Starts, recording: Recording) -> None:
    one = starts()
    one.enter()
    one.end()

    with pytest.raises(BlockingIOError):
        recording.seen(within=0)


def test_kit_alone_at_a_terminal_opens_the_page(
    terminal: Callable[..., Any], recording: Recording
) -> None:
    pexpect = pytest.importorskip("pexpect")
    child = terminal()
    child.expect(LINK.pattern)
    link = child.match[0]
    child.expect_exact("Ctrl-C ends it.")
    seen = recording.seen()
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()

    assert seen == f"{link} 303"
    assert child.exitstatus == 0


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_the_page_speaks_the_language_of_the_terminal(starts: Starts, language: str) -> None:
    one = starts(KIT_LANG=language)
    one.enter()

    assert f'<html lang="{language}">' in one.get("/help")[2]


def test_two_at_once_on_one_store_do_not_disturb_each_other(
    starts: Starts, kit: Kit, book: Book
) -> None:
    kit("import", book(card("妈妈", "13800000001")))
    one, other = starts(), starts()
    one.enter()
    other.enter()

    assert one.get("/")[:2] == other.get("/")[:2] == (303, "/choose")
    kit("choose", "--everyone-else")
    assert one.get("/")[:2] == other.get("/")[:2] == (303, "/read")
    assert one.end()[0] == other.end()[0] == 0


def test_a_passphrase_is_asked_for_on_the_page(
    starts: Starts, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIT_KEY_FILE")
    kit("doctor", KIT_PASSPHRASE="口令")
    one = starts()
    one.enter()
    asked, _, rest = one.get("/")[1], *one.post("/unlock", passphrase="wrong")[1:]

    assert asked == "/unlock"
    assert 'type="password"' in rest
    assert 'role="alert"' in rest
    assert one.get("/help")[1] == "/unlock"
    assert one.post("/unlock", passphrase="口令")[:2] == (303, "/")
    assert one.get("/help")[0] == 200


def test_a_passphrase_of_the_settings_opens_it(
    starts: Starts, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIT_KEY_FILE")
    kit("doctor", KIT_PASSPHRASE="口令")
    one = starts(KIT_PASSPHRASE="口令")
    one.enter()
    wrong = kit("serve", "--no-open", KIT_PASSPHRASE="wrong")

    assert one.get("/help")[0] == 200
    assert (wrong.exit_code, wrong.stdout) == (1, "")


def test_the_first_start_asks_on_the_page_and_makes_nothing_before(
    starts: Starts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIT_KEY_FILE")
    one = starts()
    one.enter()

    assert one.get("/")[1] == "/unlock"
    assert "Does anyone else use this computer account?" in one.get("/unlock")[2]
    assert not (tmp_path / "home").exists()


def test_to_look_only_and_names_blurred(starts: Starts) -> None:
    one = starts("--read-only", "--incognito")
    one.enter()
    shown = one.get("/help")[2]

    assert "This window is for reading only: nothing can be changed here." in shown
    assert 'class="incognito"' in shown


WATCHED = """
import os, sys
home, written = os.environ["KIT_HOME"], []
def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        path, mode, flags = arguments
        writes = flags & (os.O_WRONLY | os.O_RDWR) and path not in (os.devnull, "/dev/tty")
        if writes and not os.path.abspath(path).startswith(home):
            written.append(path)
    elif event.startswith("tempfile."):
        written.append(arguments[0])
sys.addaudithook(hook)
sys.argv = ["kit", "serve", "--no-open"]
from kit.cli import main
try:
    main()
finally:
    print(written)
"""


def test_nothing_that_it_is_sent_lies_in_a_file(starts: Starts, kit: Kit, book: Book) -> None:
    kit("import", book(card("妈妈", "13800000001")))
    one = starts(program=(sys.executable, "-B", "-c", WATCHED))
    one.enter()
    for path in PAGES:
        assert one.get(path)[0] == 200
    parts = b'--x\r\nContent-Disposition: form-data; name="book"; filename="a.vcf"\r\n\r\n'
    sent = parts + b"x" * LARGE + b"\r\n--x--\r\n"
    one.ask("POST", "/import", sent, "multipart/form-data; boundary=x")
    one.post("/language", language="x" * (LARGE // 4))

    assert one.end()[1].splitlines()[-1] == "[]"


def most_memory(one: Serving) -> int:
    """The most bytes that the server has had in memory."""
    status = Path(f"/proc/{one.process.pid}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no such numbers here")
def test_a_server_of_1000_people_is_small(starts: Starts, kit: Kit, book: Book) -> None:
    kit("import", book(*(card(f"甲{n}", f"13800000{n:03}") for n in range(1000))))
    one = starts()
    one.enter()
    for path in PAGES:
        assert one.get(path)[0] == 200

    assert most_memory(one) < MOST_MEMORY


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no such numbers here")
def test_what_a_stranger_sends_is_not_kept(starts: Starts) -> None:
    one = starts()
    head = f"POST /import HTTP/1.1\r\nHost: 127.0.0.1:{one.port}\r\n"
    head += f"Cookie: kit-{one.port}=x\r\nContent-Length: 100000000\r\n\r\n"
    with contextlib.ExitStack() as lines:
        for _ in range(10):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", one.port)))
            line.sendall(head.encode() + bytes(30_000_000))

        assert most_memory(one) < MOST_MEMORY


def value_of(name: str, page: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    return found[1] if found else ""


def press_on(server: Serving, recorded: set[str]) -> bool:
    """One after the other, until nobody is left or the server dies; each form is sent twice."""
    while True:
        page = server.get("/scan")[2]
        if attempt := value_of("attempt", page):
            for _ in range(2):
                if server.post("/scan/answer", attempt=attempt, answer="sent")[0] == 303:
                    recorded.add(attempt)
        elif 'action="/scan/begin"' in page:
            for _ in range(2):
                server.post("/scan/begin", only="all", plan=value_of("plan", page))
        else:
            return True


def test_a_server_killed_while_it_is_scanned_loses_and_doubles_nobody(
    starts: Starts, store: Store, people: Callable[..., None]
) -> None:
    people(*(card(f"朋友{n}", f"1380000000{n}") for n in range(5)))
    everybody.choose(store, [], everyone_else=True)
    planning.freeze_plan(store, Request(sender="小明"))
    recorded: set[str] = set()
    for moment_s in (0.05, 0.12, 0.25):
        server = starts()
        server.enter()
        death = threading.Timer(moment_s, server.process.kill)
        death.start()
        with contextlib.suppress(OSError, HTTPException):
            press_on(server, recorded)
        death.join()
        server.process.communicate()
        assert statuses(store).count(Status.DELIVERED) >= len(recorded)
        assert statuses(store).count(Status.HANDED_OVER) <= 1
    last = starts()
    last.enter()
    assert press_on(last, recorded)

    assert statuses(store) == [Status.DELIVERED] * 5
