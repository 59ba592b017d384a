"""What every request must be, and what every answer says; what is not so is refused with a word.

In this order: our own address (a foreign name may lead here: DNS rebinding), our own pages (a form
of another site may point here), the browser that opened the link, a body of a measured size, an
open store, and no change in a desk that is for reading only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from kit import journal
from kit.errors import ExhibitTooLargeError, UploadError
from kit.web.desk import desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar
    from wsgiref.types import StartResponse, WSGIEnvironment

    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

    from kit.web.desk import Desk

    View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

#: Bytes of a body; a page that takes files says so with `takes_files`.
LARGEST_BODY = 1_000_000
LARGEST_UPLOAD = 100_000_000
_FAULTY = 500
_SAFE = ("GET", "HEAD", "OPTIONS")
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

_files: set[str] = set()
_locked: set[str] = {"static"}
_quiet: set[str] = set()
_waits: set[str] = set()


def takes_files(view: View) -> View:
    """A page to which files may be uploaded."""
    _files.add(_endpoint(view))
    return view


def opens_when_locked(view: View) -> View:
    """A page that is there before the store is open, and changes nothing in it."""
    _locked.add(_endpoint(view))
    return view


def asks_by_itself(view: View) -> View:
    """What a page asks for without anybody being there; it keeps nothing open."""
    _quiet.add(_endpoint(view))
    return view


def waits_when_locked(view: View) -> View:
    """A form that answers a locked desk itself: what was typed long is kept until it is open."""
    _waits.add(_endpoint(view))
    return view


def goes_elsewhere(*own: str) -> bool:
    """Whether somebody goes on to a page of another module than these."""
    return request.blueprint not in (None, "beginning", *own) and request.endpoint not in _quiet


def _endpoint(view: Callable[..., object]) -> str:
    """As Flask calls a view of a page's Blueprint, which has the name of its module."""
    return f"{view.__module__.rpartition('.')[2]}.{view.__name__}"


def protect(app: Flask, desk: Desk) -> None:
    """Guard every route of the app, those that are added later too."""
    answer = app.wsgi_app

    def _answer(asked: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with desk.answering():
            return answer(asked, start_response)

    setattr(app, "wsgi_app", _answer)  # noqa: B010 (the place that Flask names for it)

    @app.before_request
    def _look() -> ResponseReturnValue | None:
        return _refusal(desk) or _detour(desk)

    @app.after_request
    def _mark(response: Response) -> Response:
        response.headers.update(HEADERS)
        if request.method not in _SAFE or response.status_code >= _FAULTY:
            code = response.status_code
            journal.note(journal.Event.ASKED, page=request.endpoint, code=code)
        if response.direct_passthrough:  # a file would stay open where a browser goes away
            response.direct_passthrough = False
            response.make_sequence()
        return response


def cookie_name(port: int | None = None) -> str:
    """Cookies are not kept apart by port: each desk has its own."""
    return f"kit-{port or _port()}"


def is_known(desk: Desk, cookies: str, port: int | None = None) -> bool:
    """Whether it is the browser that opened the link.

    What else listens on this computer can set a cookie of that name beside ours.
    """
    name = f"{cookie_name(port)}="
    said = [one.strip() for one in cookies.split(";")]
    return any(desk.session.knows(one[len(name) :]) for one in said if one.startswith(name))


def _port() -> int | None:
    return request.server[1] if request.server else None


def largest_body() -> int:
    """How many bytes the page that is asked for takes."""
    return LARGEST_UPLOAD if request.endpoint in _files else LARGEST_BODY


def _refusal(desk: Desk) -> ResponseReturnValue | None:
    """Why the request is not answered, if it is not."""
    own = f"127.0.0.1:{_port()}"
    if request.headers.get("Host") != own or not _is_own(f"http://{own}"):
        return refused(403, "This address is only for the kit on this computer.")
    request.max_content_length = largest_body()
    if request.endpoint == "beginning.begin":
        return None
    if not is_known(desk, request.headers.get("Cookie", "")):
        return refused(401, "Only the window that kit opened can see this. Start kit again.")
    if (request.content_length or 0) > largest_body():
        return too_large()
    if desk.read_only and request.method not in _SAFE and request.endpoint not in _locked:
        return refused(403, "This window is for reading only: nothing was changed.")
    return None


def _is_own(origin: str) -> bool:
    """Whether one of our own pages asks, or nobody's.

    Without a referrer a browser calls the origin of a form `null`: its word on the site counts.
    """
    site, said = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if said not in (None, "null", origin):
        return False
    if request.method in _SAFE:
        return site in (None, "none", "same-origin")
    return site == "same-origin" or (site is None and said == origin)


def _detour(desk: Desk) -> ResponseReturnValue | None:
    """The blank page, or the one that opens the store."""
    if request.endpoint in ("static", "beginning.begin", "beginning.hide"):
        return None
    if desk.session.is_hidden:
        return render_template("blank.html") if request.method in _SAFE else ("", 403)
    if request.endpoint in _locked:
        return None
    if desk.is_open:
        if request.endpoint not in _quiet:
            desk.session.stay()
        if (request.endpoint or "").endswith(".show"):
            desk.session.page = request.full_path.rstrip("?")
        return None
    return None if request.endpoint in _waits else _lock()


def _lock() -> ResponseReturnValue:
    """The page that opens the store; a form is told that it came too late."""
    if request.method in _SAFE and not wants_data():
        return redirect(url_for("beginning.unlock"), 303)
    return refused(401, "Locked, because nobody was here for long. Nothing was changed.")


def wants_data() -> bool:
    """Whether a script asks, and not a person."""
    return request.accept_mimetypes.best == "application/json"


def refused(status: int, sentence: str, hint: str = "") -> ResponseReturnValue:
    """A page with one sentence, nothing to fill in, and for our own browser a way back."""
    is_ours = is_known(desk(), request.headers.get("Cookie", ""))
    return render_template("refused.html", sentence=sentence, hint=hint, is_ours=is_ours), status


def too_large() -> ResponseReturnValue:
    """What came is larger than the page takes."""
    of_book = request.endpoint == "bringing.take"
    hint = UploadError.hint if of_book else ExhibitTooLargeError.hint
    hint = hint if request.endpoint in _files else ""
    return refused(413, "That is too large. Nothing was read, and nothing was changed.", hint)
